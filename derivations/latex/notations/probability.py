"""Moments, probabilities, densities, divergence."""

from __future__ import annotations

from collections.abc import Sequence

from derivations.kernel.term import Term, mul, num, op
from derivations.latex.meaning import Reader, means
from derivations.latex.parser import CLOSERS, Parser, reads, reads_word
from derivations.latex.syntax import Node, Script
from derivations.latex.tokens import Token
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Array, Value

EXAMPLES = {r"\mathbb{E}[x]": "", r"\operatorname{Var}[x]": "", r"P(x \ge 0)": "", r"E[x \mid x \ge 0]": ""}
_OPEN = ("[", "(", "{", "\\{", "lbrace", "lbrack")


def _split(p: Parser, t: Token) -> tuple[list[Node], Node | None]:
    """The arguments in the bracket that comes next, and what stands behind a bar.  Errors: Unreadable."""
    u = p.peek()
    if u is None or not (u.text in _OPEN or u.kind == "open"):
        # E x without brackets: a single factor
        return [p.factor()], None
    inner = _bracketed(p)
    bars = _bars(inner)
    if len(bars) == 1:
        k = bars[0]
        return _list(p, inner[:k]), p.inside(inner[k + 1 :]).whole()
    if len(bars) % 2:
        raise Unreadable("the bar of the condition cannot be told from absolute values; write \\mid", t.start, t.end)
    return _list(p, inner), None


def _list(p: Parser, tokens: Sequence[Token]) -> list[Node]:
    q = p.inside(tokens)
    out = [q.statement()]
    while q.accept(",", ";") is not None:
        out.append(q.statement())
    if q.peek() is not None:
        raise q.error("the end of the bracket is expected")
    return out


def _bracketed(p: Parser) -> Sequence[Token]:
    """The tokens of the bracket that comes next, consumed with it."""
    t = p.peek()
    if t is None or not (t.kind == "open" or t.text in _OPEN):
        raise p.error("a bracket is expected")
    if t.kind == "open":
        return p.braced()
    p.take()
    opening = {"{": "\\{", "lbrace": "\\{", "lbrack": "["}.get(t.text, t.text) if t.kind == "macro" else t.text
    closing = CLOSERS[opening]
    first, level = p.pos, 1
    while level:
        u = p.peek()
        if u is None:
            raise Unreadable("this bracket is never closed", t.start, t.end)
        if (u.text in ("(", "[") and u.kind == "char") or (u.kind == "macro" and u.text in ("{", "\\{", "lbrace")):
            level += 1
        elif (u.text in (")", "]") and u.kind == "char") or (u.kind == "macro" and u.text in ("}", "\\}", "rbrace")):
            level -= 1
            if level == 0 and u.text not in (closing, closing.strip("\\")) and u.text != "rbrace":
                raise Unreadable(f"{closing} is expected for the bracket at {t.start}", u.start, u.end)
        p.pos += 1
    return p.tokens[first : p.pos - 1]


def _bars(tokens: Sequence[Token]) -> list[int]:
    level, out, mids = 0, [], []
    for k, u in enumerate(tokens):
        if u.kind == "open" or (u.kind == "char" and u.text in "([") or u.text in ("lvert", "lVert", "\\{"):
            level += 1
        elif u.kind == "close" or (u.kind == "char" and u.text in ")]") or u.text in ("rvert", "rVert", "\\}"):
            level -= 1
        elif level == 0 and u.kind == "macro" and u.text == "mid":
            mids.append(k)
        elif (level == 0 and u.kind == "char" and u.text == "|") or (
            level == 0 and u.kind == "macro" and u.text == "vert"
        ):
            out.append(k)
    return mids if len(mids) == 1 else out


def _read(p: Parser, t: Token, kind: str) -> Node:
    sub = power = None
    while p.sees("_", "^"):
        mark = p.take()
        if mark.text == "_":
            sub = tuple(p.braced())
        else:
            power = p.script()
    args, given = _split(p, t)
    children = tuple(args) if given is None else (*args, given)
    n = Node("moment", children, (kind, given is not None, _subscript(p, sub)), t.start, p.last_end())
    return n if power is None else Node("script", (n,), power, t.start, p.last_end())


def _subscript(p: Parser, tokens: Sequence[Token] | None) -> Script | None:
    return None if tokens is None else p.script_of(list(tokens))


for _w, _k in (
    ("E", "E"),
    ("bb:E", "E"),
    ("bf:E", "E"),
    ("Var", "var"),
    ("var", "var"),
    ("bb:V", "var"),
    ("Cov", "cov"),
    ("cov", "cov"),
    ("V", "var"),
    ("Pr", "P"),
    ("bb:P", "P"),
    ("Prob", "P"),
    ("P", "P"),
):
    reads_word(_w)(lambda p, t, kind=_k: _read(p, t, kind))  # type: ignore[misc]
for _w, _k in (
    ("E", "E"),
    ("Var", "var"),
    ("var", "var"),
    ("Cov", "cov"),
    ("cov", "cov"),
    ("Pr", "P"),
    ("EE", "E"),
    ("Ex", "E"),
):
    reads(_w)(lambda p, t, kind=_k: _read(p, t, kind))  # type: ignore[misc]


@reads_word("p")
def _read_p(p: Parser, t: Token) -> Node:
    args, given = _split(p, t)
    if len(args) != 1 or args[0].kind != "chain":
        raise Unreadable(
            "p(...) is the probability of an event such as z \\ge 0; declare p if it is a function",
            t.start,
            p.last_end(),
        )
    children = tuple(args) if given is None else (*args, given)
    return Node("moment", children, ("P", given is not None, None), t.start, p.last_end())


@means("moment")
def _moment(r: Reader, n: Node) -> Value:
    kind, conditioned, sub = n.data
    if sub is not None:
        _check_subscript(r, sub, n)
    args = n.args[:-1] if conditioned else n.args
    if kind == "P":
        event = _event(r, args[0])
        if not conditioned:
            return op("P", event)
        given = _event(r, n.args[-1])
        return op("div", op("P", op("and", event, given)), op("P", given))
    if kind == "cov":
        if len(args) != 2:
            raise Unreadable("a covariance has two arguments", n.start, n.end)
        a, b = r.value(args[0]), r.value(args[1])
        if isinstance(a, Term) and isinstance(b, Term):
            return op("cov", a, b)
        if isinstance(a, Array) and isinstance(b, Array) and len(a.shape) == len(b.shape) == 1:
            return Array((a.shape[0], b.shape[0]), lambda i: op("cov", a.at((i[0],)), b.at((i[1],))))
        raise Unreadable("a covariance of numbers or of vectors is expected", n.start, n.end)
    if len(args) != 1:
        raise Unreadable("one argument is expected", n.start, n.end)
    x = r.value(args[0])
    if isinstance(x, Term) and x.sort == "B":
        raise Unreadable("an expectation is taken of a number, this is a statement", n.start, n.end)
    if conditioned:
        given = _event(r, n.args[-1])
        if kind == "var":
            return r.algebra.each(
                x,
                lambda v: op(
                    "add", op("condE", op("pow", v, 2), given), op("neg", op("pow", op("condE", v, given), 2))
                ),
            )
        return r.algebra.each(x, lambda v: op("condE", v, given))
    if kind == "var" and isinstance(x, Array):
        if len(x.shape) != 1:
            raise Unreadable("the variance of a matrix is not read", n.start, n.end)
        return Array((x.shape[0], x.shape[0]), lambda i: op("cov", x.at((i[0],)), x.at((i[1],))))
    return r.algebra.each(x, lambda v: op(kind, v))


def _event(r: Reader, n: Node) -> Term:
    if n.kind != "chain":
        raise Unreadable(
            "conditioning is read on events such as z \\ge 0, not on a variable; for a Y with values 1, ..., k write "
            "\\sum_y P(Y = y) E[X \\mid Y = y] for E[E[X \\mid Y]]", n.start, n.end)
    return r.truth(n)


def _check_subscript(r: Reader, sub: Script, n: Node) -> None:
    """``E_x``: the variables of the subscript must be random; the expectation is over everything."""
    for x in sub.nodes:
        if x.kind == "name":
            s = r.scope.lookup(x.data)
            if s is None or not s.random:
                raise Unreadable("an expectation with respect to a name that is not declared random", n.start, n.end)
    if not sub.nodes:
        raise Unreadable(
            "the subscript of this expectation is not read; declare the law of the variable", n.start, n.end
        )
    inner = r.value(n.args[0])
    if isinstance(inner, Term):
        named = {s.name for x in sub.nodes if x.kind == "name" and (s := r.scope.lookup(x.data)) is not None}
        others = {name for k, name, _ in inner.symbols if k in "rg"} - named
        if others:
            raise Unreadable(
                "this expectation fixes other random variables; conditional expectations of that kind are not read",
                n.start,
                n.end,
            )


# -- densities ----------------------------------------------------------------------------------


@reads_word("KL", "bb:KL")
def _read_divergence(p: Parser, t: Token) -> Node:
    inner = list(_bracketed(p))
    for k, u in enumerate(inner):
        double = (u.kind == "macro" and u.text in ("|", "Vert", "parallel")) or u.text == ","
        single = u.kind == "char" and u.text == "|" and k + 1 < len(inner) and inner[k + 1].text == "|"
        if double or single:
            a, b = p.inside(inner[:k]).whole(), p.inside(inner[k + (2 if single else 1) :]).whole()
            return Node("divergence", (a, b), None, t.start, p.last_end())
    raise Unreadable("KL(p \\| q) is expected", t.start, t.end)


@reads_word("D")
def _read_d(p: Parser, t: Token) -> Node:
    """``D_{KL}(p \\| q)``; with another subscript D is a name."""
    if p.sees("_"):
        mark = p.pos
        p.take()
        letters = "".join(x.text for x in p.braced() if x.kind == "char")
        if letters == "KL":
            return _read_divergence(p, t)
        p.pos = mark - 1
        name, start = p.bare_name()
        return p._scripts(name, start)
    raise Unreadable("D is not declared", t.start, t.end)


@means("divergence")
def _kl(r: Reader, n: Node) -> Value:
    a, b = r.value(n.args[0]), r.value(n.args[1])
    if not isinstance(a, Array) or not isinstance(b, Array) or len(a.shape) != 1 or len(b.shape) != 1:
        raise Unreadable("a divergence of two vectors of probabilities is expected", n.start, n.end)
    r.algebra.agree(a, b, "a divergence")
    return r.algebra.total(a.shape[0], lambda k: mul(a.at((k,)), op("log", op("div", a.at((k,)), b.at((k,))))))


@reads("mathcal")
def _read_cal(p: Parser, t: Token) -> Node:
    """``\\mathcal{N}(x; \\mu, \\sigma^2)`` and ``\\mathcal{N}(x \\mid \\mu, \\sigma^2)``: the density."""
    mark = p.pos
    letter = "".join(x.text for x in p.braced())
    if letter == "N" and p.sees("("):
        inner = list(_bracketed(p))
        cuts = [k for k, u in enumerate(inner) if u.text in (";", "mid", "|")]
        if len(cuts) == 1:
            x = p.inside(inner[: cuts[0]]).whole()
            rest = _list(p, inner[cuts[0] + 1 :])
            if len(rest) == 2:
                return Node("density", (x, *rest), "normal", t.start, p.last_end())
        raise Unreadable(
            "the density \\mathcal{N}(x; \\mu, \\sigma^2) is expected; a law stands in a declaration",
            t.start,
            p.last_end(),
        )
    if letter == "O" and p.sees("("):
        from derivations.latex.notations.orders import read_order

        return read_order(p, t)
    p.pos = mark - 1
    return p._letter()


@means("density")
def _density(r: Reader, n: Node) -> Value:
    x, m, v = (r.number(a) for a in n.args)
    centred = op("pow", op("add", x, op("neg", m)), 2)
    return op("div", op("exp", op("neg", op("div", centred, mul(num(2), v)))), op("sqrt", mul(num(2), op("pi"), v)))
