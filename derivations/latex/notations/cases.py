"""Cases, indicators and Kronecker's delta."""

from __future__ import annotations

from derivations.kernel.term import num, op
from derivations.latex.lines import text_words
from derivations.latex.meaning import Reader, factors, means
from derivations.latex.parser import FONTS, Parser, reads, reads_word
from derivations.latex.syntax import Node, Written
from derivations.latex.tokens import Token
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Array, Value, filled

EXAMPLES = {
    r"\begin{cases} x & x \ge 0 \\ 0 & \text{otherwise} \end{cases}": "",
    r"\mathbb{1}[i = j]": "",
    r"\delta_{ij}": "",
}
_OTHERWISE = ("otherwise", "else", "sonst", "o.w.", "otherwise.", "else.")


def rows(p: Parser, t: Token) -> list[list[list[Token]]]:
    """The cells of an environment, row by row; its end is consumed."""
    out: list[list[list[Token]]] = [[[]]]
    level = 0
    while True:
        u = p.take()
        if u.kind == "end" and level == 0:
            if u.text != t.text:
                raise Unreadable(f"\\end{{{t.text}}} is expected", u.start, u.end)
            break
        level += (u.kind in ("begin", "open")) - (u.kind in ("end", "close"))
        if level == 0 and u.kind == "macro" and u.text == "\\":
            out.append([[]])
        elif level == 0 and u.kind == "amp":
            out[-1].append([])
        else:
            out[-1][-1].append(u)
    return [r for r in out if any(c for c in r)]


@reads("begin:cases", "begin:dcases", "begin:rcases")
def _read_cases(p: Parser, t: Token) -> Node:
    args: list[Node] = []
    for row in rows(p, t):
        value_tokens, condition = row[0], [x for c in row[1:] for x in c]
        if value_tokens and value_tokens[-1].text == ",":
            value_tokens = value_tokens[:-1]
        value = p.inside(value_tokens).whole()
        words, rest = _leading_text(condition)
        while rest and rest[-1].text in (",", ".", ";"):
            rest = rest[:-1]
        if not rest:
            if words not in _OTHERWISE and words:
                raise Unreadable("a condition or 'otherwise' is expected", t.start, t.end)
            args += [value, Node("otherwise")]
        else:
            if words not in ("", "if", "for", "when", "falls", "wenn", "where", "if and only if"):
                raise Unreadable(f"the words {words!r} are not read as a condition", t.start, t.end)
            args += [value, p.inside(rest).whole()]
    if not args:
        raise Unreadable("cases without a case", t.start, t.end)
    return Node("cases", tuple(args), None, t.start, p.last_end())


def _leading_text(tokens: list[Token]) -> tuple[str, list[Token]]:
    if tokens and tokens[0].kind == "macro" and FONTS.get(tokens[0].text) == "r":
        return text_words(tokens)
    for word in ("if", "otherwise"):
        if "".join(x.text for x in tokens[: len(word)]) == word:
            return word, tokens[len(word) :]
    return "", tokens


@means("cases")
def _cases(r: Reader, n: Node) -> Value:
    pairs = list(zip(n.args[::2], n.args[1::2], strict=True))
    out: Value | None = None
    for value, condition in reversed(pairs):
        v = r.value(value)
        if condition.kind == "otherwise":
            if out is not None:
                raise Unreadable("'otherwise' belongs to the last case", n.start, n.end)
            out = v
            continue
        c = r.truth(condition)
        if out is None:
            # without 'otherwise' the last case is what remains
            out = v
            r.scope.note("cases without 'otherwise': the last one is taken to hold where no other does")
        else:
            out = r.algebra.both(v, out, lambda x, y, c=c: op("ite", c, x, y), "cases")  # type: ignore[misc]
    assert out is not None
    return out


def _read_indicator(p: Parser, t: Token) -> Node:
    if p.sees("_"):
        mark = p.pos
        p.take()
        inner = p.inside(p.braced())
        body = inner.statement()
        if body.kind == "group" and len(body.args) == 1:
            body = body.args[0]         # 1_{\\{x > 0\\}}
        if body.kind == "chain" and inner.peek() is None:
            return Node("indicator", (body,), None, t.start, p.last_end())
        p.pos = mark
    elif p.sees("[", "(", "{", "\\{", "lbrace"):
        n = p._bracket()
        if n.args and all(a.kind == "chain" for a in n.args):
            return Node("indicator", n.args, None, t.start, p.last_end())
        raise Unreadable("a condition is expected in an indicator", n.start, n.end)
    size = None
    if p.sees("_"):
        p.take()
        size = p.script()
    return Node("ones", () if size is None else size.nodes, 1, t.start, p.last_end())


for _w in ("bb:1", "bf:1", "bb:I"):
    reads_word(_w)(_read_indicator)
reads("mathds")(lambda p, t: (p.braced(), _read_indicator(p, t))[1])
reads("ind")(_read_indicator)


@reads_word("bf:0")
def _read_zeros(p: Parser, t: Token) -> Node:
    return Node("ones", (), 0, t.start, p.last_end())


@means("indicator")
def _indicator(r: Reader, n: Node) -> Value:
    truths = [r.truth(a) for a in n.args]
    parts = [p for t in truths for p in (t.args if t.head == "and" else (t,))]
    return op("ind", truths[0] if len(truths) == 1 else op("and", *parts))


@means("ones")
def _ones(r: Reader, n: Node) -> Value:
    if n.args:
        size = r.number(n.args[0])
        return Array((size,), lambda _: num(n.data))
    return filled(n.data)


@reads("delta")
def _read_delta(p: Parser, t: Token) -> Node:
    p.pos -= 1
    n = p._letter()
    w = n.data
    if n.kind == "name" and isinstance(w, Written) and not p.names.is_known(Written("\\delta")) and w.sub is not None:
        nodes = list(w.sub.nodes)
        if len(nodes) == 1:
            nodes = factors(nodes[0])
        if len(nodes) == 2:
            inner = Node("kronecker", tuple(nodes), None, n.start, n.end)
            return inner if w.sup is None else Node("script", (inner,), w.sup, n.start, n.end)
    return n


@means("kronecker")
def _kronecker(r: Reader, n: Node) -> Value:
    a, b = r.number(n.args[0]), r.number(n.args[1])
    return op("ite", op("eq", a, b), 1, 0)
