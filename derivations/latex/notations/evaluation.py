r"""Values at a point, behind a bar.

``\left. f'(x) \right|_{x=0}``, ``f'(x) \Big|_{x=0}``, and between bounds ``x^2 \Big|_0^1``, ``[x^2]_0^1``.
"""

from __future__ import annotations

from derivations.kernel.term import Term, instantiate, make, op, var
from derivations.latex.meaning import Reader, depends, means, unfolded
from derivations.latex.notations.limits import is_infinite
from derivations.latex.parser import Parser
from derivations.latex.syntax import Node
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Array, Value

EXAMPLES = {r"\left. x^2 \right|_{x=3}": "", r"x^2 \Big|_{x=3}": "the product before the bar"}


def read_evaluation(p: Parser, body: Node) -> Node:
    """The bar with what stands below and above it; ``body`` stands before it."""
    t = p.take()
    low = high = None
    while p.sees("_", "^"):
        if p.take().text == "_":
            low = p.inside(tuple(p.braced()))
        else:
            high = p.argument()
    if low is None:
        raise Unreadable("x = a is expected below this bar", t.start, t.end)
    points = [low.statement()]
    while low.accept(",", ";") is not None:
        points.append(low.statement())
    if low.peek() is not None or (high is not None and len(points) != 1) or (
        high is None and not all(_is_point(x) for x in points)
    ):
        raise Unreadable("x = a is expected below this bar", t.start, p.last_end())
    if high is not None:
        return Node("between", (body, points[0], high), None, body.start, p.last_end())
    return Node("evaluated", (body, *points), None, body.start, p.last_end())


def _is_point(x: Node) -> bool:
    return x.kind == "chain" and x.data == ("=",) and x.args[0].kind == "name"


@means("between")
def _between(r: Reader, n: Node) -> Value:
    """``F |_a^b``: the value at b without that at a."""
    body, low, high = n.args
    return difference(r, n, body, low, high)


def difference(r: Reader, n: Node, body: Node, low: Node, high: Node) -> Term:
    """``F(b) - F(a)``; the letter is the one that is written, or the only one there is.  Errors: Unreadable."""
    if any(is_infinite(x.args[-1] if x.kind == "chain" else x) for x in (low, high)):
        raise Unreadable("a value at infinity is a limit; write \\lim", n.start, n.end)
    whole = r.number(body)
    if _is_point(low):
        x, a = r.value(low.args[0]), r.number(low.args[1])
        b = r.number(high.args[1] if _is_point(high) else high)
    else:
        letters = sorted(s for s in whole.symbols if s[0] == "v" and s[2] == 0)
        if len(letters) != 1 or any(s[2] for s in whole.symbols):
            raise Unreadable("which letter runs between these bounds? Write x = a below the bar", n.start, n.end)
        x, a, b = var(letters[0][1]), r.number(low), r.number(high)
    if not isinstance(x, Term) or x.head != "v" or ((s := r.scope.symbols.get(str(x.data))) is not None and s.body):
        raise Unreadable("values are put in for letters that stand for numbers", n.start, n.end)
    key = ("v", str(x.data), 0)
    whole = unfolded(r, whole, lambda s: depends(r, s, key))
    return op("add", instantiate(whole, {key: b}), op("neg", instantiate(whole, {key: a})))


@means("evaluated")
def _evaluated(r: Reader, n: Node) -> Value:
    out = r.value(n.args[0])
    pairs = [(r.value(c.args[0]), r.value(c.args[1])) for c in n.args[1:]]
    table: dict[tuple[str, str, int], Term] = {}
    for x, a in pairs:
        if isinstance(x, Term) and x.head == "v" and isinstance(a, Term):
            table[(x.head, str(x.data), 0)] = a
            continue
        if isinstance(x, Array) and isinstance(a, Array):
            r.algebra.agree(x, a, "a value at a point")
            holes = tuple(make("b", (), k) for k in range(len(x.shape)))
            whole = x.at(holes)
            if whole.head == "f" and whole.args == holes:
                table[("f", str(whole.data), len(holes))] = a.at(holes)
                continue
        raise Unreadable("values are put in for letters that stand for numbers or vectors", n.start, n.end)
    if any((s := r.scope.symbols.get(key[1])) is not None and s.body is not None for key in table):
        raise Unreadable("nothing can be put in for a name that is defined", n.start, n.end)

    def put_in(t: Term) -> Term:
        t = unfolded(r, t, lambda s: any(depends(r, s, key) for key in table))
        mine = {key: value for key, value in table.items() if key in t.symbols}
        return instantiate(t, mine) if mine else t

    return r.algebra.each(out, put_in)
