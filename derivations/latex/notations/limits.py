"""Limits, infinity and orders of growth."""

from __future__ import annotations

from derivations.kernel.term import bind
from derivations.latex.meaning import Reader, means
from derivations.latex.parser import Parser, reads, reads_word
from derivations.latex.syntax import Node
from derivations.latex.tokens import Token
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Value, fresh_index

EXAMPLES = {r"\lim_{n \to \infty} \frac{1}{n}": "", r"\lim_{x \to 0} x^2": ""}
_WHOLE = "nmktNKTjl"


def is_infinite(n: Node) -> bool:
    """Whether this is plus or minus infinity."""
    inner = n.args[0] if n.kind in ("neg", "group") and n.args else n
    return inner.kind == "constant" and inner.data == "infty"


@reads("infty")
def _read_infinity(p: Parser, t: Token) -> Node:
    return Node("constant", (), "infty", t.start, t.end)


@reads("lim")
def _read(p: Parser, t: Token) -> Node:
    if p.accept("_") is None:
        raise p.error("x \\to a is expected below \\lim", t)
    inner = p.inside(p.braced())
    name, _ = inner.bare_name()
    if inner.accept("to", "rightarrow") is None:
        raise inner.error("\\to is expected")
    if (
        any(
            x.text in ("^",) and k + 1 < len(inner.tokens) and inner.tokens[k + 1].text in "+-{"
            for k, x in enumerate(inner.tokens)
        )
        and inner.tokens[-1].text in "+-}"
        and inner.tokens[-2].text in "^{+-"
    ):
        raise Unreadable("one-sided limits are not read", t.start, t.end)
    point = inner.whole()
    with p.binding([name]):
        body = p.product()
    return Node("limit", (point, body), name, t.start, p.last_end())


@means("limit")
def _limit(r: Reader, n: Node) -> Value:
    point, body = n.args
    x = fresh_index()
    known = r.scope.lookup(n.data)
    whole = known.integer if known is not None else n.data.base in _WHOLE
    with r.scope.binding([n.data], [x]):
        inner = r.value(body)
    if is_infinite(point):
        if point.kind == "neg":
            raise Unreadable("limits at minus infinity are not read; replace x by -x", n.start, n.end)
        head = "limit_seq" if whole else "limit_up"
        return r.algebra.each(inner, lambda t: bind(head, x, t))
    at = r.number(point)
    return r.algebra.each(inner, lambda t: bind("limit", x, t, at))


@reads_word("O")
def read_big_o(p: Parser, t: Token) -> Node:
    """``O(n m)``."""
    args = p.arguments()
    if len(args) != 1:
        raise Unreadable("O(...) takes one argument", t.start, p.last_end())
    return Node("order", args, None, t.start, p.last_end())


@means("order")
def _order(r: Reader, n: Node) -> Value:
    raise Unreadable("O(...) stands alone on the right side of an equation", n.start, n.end)
