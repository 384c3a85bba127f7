"""Moments, probabilities, densities, divergence."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from derivations.kernel.term import Term, mul, num, op
from derivations.latex.meaning import Reader, means
from derivations.latex.notations.conditioning import apart, averaging, chances, given_variables, settled, variables
from derivations.latex.parser import CLOSERS, Parser, reads, reads_word
from derivations.latex.scope import Symbol
from derivations.latex.syntax import Node, Script
from derivations.latex.tokens import Token
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Array, Value

EXAMPLES = {r"\mathbb{E}[x]": "", r"\operatorname{Var}[x]": "", r"P(x \ge 0)": "", r"E[x \mid x \ge 0]": ""}
_OPEN = ("[", "(", "{", "\\{", "lbrace", "lbrack")


# p, q_0, p(x), \\mathcal{D}, p_{\\theta}(z); not N(0, 1), which says which law it is
_LAW_NAME = re.compile(
    r"(?!\\mathcalN|\\mathcal\{N\})\\?[A-Za-z]+(\{[A-Z]\}|[A-Z])?(_\{?\\?\w+\}?)?(\(\\?[A-Za-z]+\))?")


def _split(p: Parser, t: Token) -> tuple[list[Node], list[Node]]:
    """The arguments in the bracket that comes next, and what stands behind a bar.  Errors: Unreadable."""
    inner = _bracketed(p)
    bars = _bars(inner)
    if len(bars) == 1:
        k = bars[0]
        return _list(p, inner[:k]), _list(p, inner[k + 1 :])
    if len(bars) % 2:
        raise Unreadable("the bar of the condition cannot be told from absolute values; write \\mid", t.start, t.end)
    return _list(p, inner), []


def _bare(p: Parser, t: Token, kind: str) -> Node:
    """``E x y`` and ``Var x`` without brackets reach over the factors up to the next moment."""
    parts = [p.factor()]
    while (u := p.peek()) is not None and p.begins_operand(u):
        mark = p.pos
        right = p.factor()
        if right.kind in ("moment", "bare_moment"):
            p.pos = mark
            break
        parts.append(right)
    return Node("bare_moment", tuple(parts), kind, t.start, p.last_end())


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
    u = p.peek()
    if sub is None and power is None and kind in ("E", "var") and not (
        u is None or u.text in _OPEN or u.kind == "open"
    ):
        return _bare(p, t, kind)
    round_ = p.sees("(")
    args, given = _split(p, t)
    n = Node("moment", (*args, *given), (kind, len(given), _subscript(p, sub)), t.start, p.last_end())
    if round_ and not given and kind in ("E", "var") and p.sees("^") and args[0].kind in ("add", "neg"):
        raise Unreadable(
            "E(x - a)^2 can be read as E[(x - a)^2] and as (E[x - a])^2; write square brackets around what is "
            "averaged", t.start, p.last_end())
    return n if power is None else Node("script", (n,), power, t.start, p.last_end())


def _subscript(p: Parser, tokens: Sequence[Token] | None) -> Script | None:
    """What is averaged over; behind ``\\sim`` a name for its law."""
    if tokens is None:
        return None
    k = next((k for k, u in enumerate(tokens) if u.kind == "macro" and u.text == "sim"), None)
    if not k:
        return p.script_of(list(tokens))
    sub, law = p.script_of(list(tokens[:k])), p.script_of(list(tokens[k + 1 :]))
    return replace(sub, law=law.text)


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
    return Node("moment", (*args, *given), ("P", len(given), None), t.start, p.last_end())


@means("moment")
def _moment(r: Reader, n: Node) -> Value:
    kind, count, sub = n.data
    args, given = n.args[: len(n.args) - count], n.args[len(n.args) - count :]
    if len(args) != (2 if kind == "cov" else 1):
        wanted = "a covariance has two arguments" if kind == "cov" else "one argument is expected"
        raise Unreadable(wanted, n.start, n.end)
    events = [g for g in given if g.kind == "chain"]
    if sub is not None:
        others = _others(r, sub, args, n)
        if others and given:
            raise Unreadable("this condition beside a subscript is not read", n.start, n.end)
        if others:
            return _given(r, kind, args, others, n)
    if given and not events:
        return _given(r, kind, args, variables(r, given), n)
    if len(events) != len(given):
        raise Unreadable("a condition with an event and a variable is not read", n.start, n.end)
    with averaging(r) as marks:
        values = [r.truth(a) if kind == "P" else r.value(a) for a in args]
        condition = [r.truth(g) for g in events]

        def put(t: Term) -> Term:
            return settled(r, t, marks, kind == "E" and not given)

        return _moment_of(r, kind, [r.algebra.each(v, put) for v in values], condition, n)


def _moment_of(r: Reader, kind: str, values: list[Value], condition: list[Term], n: Node) -> Value:
    """A moment, given events."""
    x = values[0]
    given = None if not condition else condition[0] if len(condition) == 1 else op("and", *condition)
    if kind == "P":
        assert isinstance(x, Term)
        return op("P", x) if given is None else op("div", op("P", op("and", x, given)), op("P", given))
    if isinstance(x, Term) and x.sort == "B":
        raise Unreadable("an expectation is taken of a number, this is a statement", n.start, n.end)

    def mean(t: Term) -> Term:
        return op("E", t) if given is None else op("condE", t, given)

    def cov(a: Term, b: Term) -> Term:
        if given is None:
            return op("var", a) if a is b and kind == "var" else op("cov", a, b)
        both = op("pow", a, 2) if a is b else op("mul", a, b)
        product = op("pow", mean(a), 2) if a is b else op("mul", mean(a), mean(b))
        return op("add", mean(both), op("neg", product))

    return r.algebra.each(x, mean) if kind == "E" else _spread(values, cov, n)


def _spread(values: list[Value], cov: Callable[[Term, Term], Term], n: Node) -> Value:
    """The covariance of numbers, or the matrix of those of vectors."""
    a, b = values[0], values[-1]
    if isinstance(a, Term) and isinstance(b, Term):
        return cov(a, b)
    if isinstance(a, Array) and isinstance(b, Array) and len(a.shape) == len(b.shape) == 1:
        if len(values) == 1:
            return Array((a.shape[0], a.shape[0]), lambda i: op("cov", a.at((i[0],)), a.at((i[1],))))
        return Array((a.shape[0], b.shape[0]), lambda i: cov(a.at((i[0],)), b.at((i[1],))))
    if len(values) == 1:
        raise Unreadable("the variance of a matrix is not read", n.start, n.end)
    raise Unreadable("a covariance of numbers or of vectors is expected", n.start, n.end)


def _given(r: Reader, kind: str, args: Sequence[Node], ys: tuple[Term, ...], n: Node) -> Value:
    """A moment given random variables."""
    values = [op("ind", r.truth(a)) if kind == "P" else r.value(a) for a in args]

    def mean(t: Term) -> Term:
        return given_variables(r, t, ys, n)

    def cov(a: Term, b: Term) -> Term:
        return op("add", mean(op("mul", a, b)), op("neg", op("mul", mean(a), mean(b))))

    if kind in ("E", "P"):
        x = values[0]
        if isinstance(x, Term) and x.sort == "B":
            raise Unreadable("an expectation is taken of a number, this is a statement", n.start, n.end)
        return r.algebra.each(x, mean)
    if not all(isinstance(v, Term) for v in values):
        raise Unreadable("a variance given a variable is read for numbers", n.start, n.end)
    return _spread(values, cov, n)


@means("bare_moment")
def _bare_moment(r: Reader, n: Node) -> Value:
    with averaging(r) as marks:
        values = [settled(r, r.number(a), marks, n.data == "E" and len(n.args) == 1) for a in n.args]
    random = [v.random for v in values]
    if not any(random):
        raise Unreadable(
            "nothing random stands here: write the expectation with brackets, or declare E as a number", n.start, n.end)
    if n.data == "var" and not random[-1]:
        raise Unreadable(
            "\\operatorname{Var} x a can be read as Var[x a] and as Var[x] a; write brackets", n.start, n.end)
    whole = values[0] if len(values) == 1 else mul(*values)
    return op("E" if n.data == "E" else "var", whole)


def _others(r: Reader, sub: Script, args: Sequence[Node], n: Node) -> tuple[Term, ...]:
    """``E_x`` averages over x alone: the random variables that it leaves as they are.  Errors: Unreadable."""
    if not sub.nodes:
        raise Unreadable(
            "the subscript of this expectation is not read; declare the law of the variable", n.start, n.end
        )
    over: set[str] = set()
    for x in sub.nodes:
        s = r.scope.lookup(x.data) if x.kind == "name" else None
        if s is None or not s.random:
            raise Unreadable("an expectation with respect to a name that is not declared random", n.start, n.end)
        over.add(s.name)
        if sub.law:
            _same_law(r, s, sub.law, n)
    with averaging(r) as marks:
        inner = [v for v in (r.value(a) for a in args) if isinstance(v, Term)]
    known = {m.name: m.ys for m in marks}
    every = {y for v in inner for c in chances(v) for y in known.get(str(c.data), (c,))}
    found = sorted((c for c in every if str(c.data) not in over), key=repr)
    if found and not all(apart(r, c, found) for c in every if str(c.data) in over):
        raise Unreadable(
            "this expectation leaves other random variables as they are; that is read for independent ones, else write "
            "E[x \\mid y]", n.start, n.end)
    return tuple(found)


def _same_law(r: Reader, s: Symbol, law: str, n: Node) -> None:
    """Behind ``\\sim``, a name for the law that is declared; another name would be another law.  Errors: Unreadable."""
    if not _LAW_NAME.fullmatch(law):
        raise Unreadable(
            f"the law behind \\sim is read as a name; declare the law instead, as in '{s.base} random, {s.base} "
            "\\sim \\mathcal{N}(0, 1)'", n.start, n.end)
    known = r.scope.laws.setdefault(s.name, law.partition("(")[0])
    if known != law.partition("(")[0]:
        raise Unreadable(f"{s.base} has the law {known} already, not {law}", n.start, n.end)
    r.scope.note(f"{s.base} \\sim {law} is taken to name the law of {s.base} that is declared")


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


def spread_for_variance(r: Reader, v: Term) -> None:
    """A note where the second parameter of a normal law is a letter that mostly is a standard deviation."""
    s = r.scope.symbols.get(str(v.data)) if v.head == "v" else None
    if s is not None and s.base in ("\\sigma", "s") and not s.sup:
        r.scope.note(f"the second parameter of a normal law is its variance: {r.spelled(v)} is read as the variance; "
                     f"write {r.spelled(v)}^2 if it is the standard deviation")


@means("density")
def _density(r: Reader, n: Node) -> Value:
    x, m, v = (r.number(a) for a in n.args)
    spread_for_variance(r, v)
    centred = op("pow", op("add", x, op("neg", m)), 2)
    return op("div", op("exp", op("neg", op("div", centred, mul(num(2), v)))), op("sqrt", mul(num(2), op("pi"), v)))
