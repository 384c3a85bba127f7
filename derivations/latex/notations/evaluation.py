r"""Values at a point, behind a bar.

``\left. f'(x) \right|_{x=0}`` and ``f'(x) \Big|_{x=0}``.
"""

from __future__ import annotations

from derivations.kernel.term import Term, instantiate, make
from derivations.latex.meaning import Reader, depends, means, unfolded
from derivations.latex.parser import Parser
from derivations.latex.syntax import Node
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Array, Value

EXAMPLES = {r"\left. x^2 \right|_{x=3}": "", r"x^2 \Big|_{x=3}": "the product before the bar"}


def read_evaluation(p: Parser, body: Node) -> Node:
    """The bar with what stands below it; ``body`` stands before it."""
    t = p.take()
    if p.accept("_") is None:
        raise Unreadable("x = a is expected below this bar", t.start, t.end)
    q = p.inside(tuple(p.braced()))
    points = [q.statement()]
    while q.accept(",", ";") is not None:
        points.append(q.statement())
    if q.peek() is not None or p.sees("^") or not all(_is_point(x) for x in points):
        raise Unreadable("x = a is expected below this bar, and nothing above it", t.start, p.last_end())
    return Node("evaluated", (body, *points), None, body.start, p.last_end())


def _is_point(x: Node) -> bool:
    return x.kind == "chain" and x.data == ("=",) and x.args[0].kind == "name"


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
