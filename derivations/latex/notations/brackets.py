"""Floor, ceiling, absolute value and determinant bars."""

from __future__ import annotations

from derivations.kernel.term import op
from derivations.latex.meaning import Reader, means
from derivations.latex.syntax import Node
from derivations.latex.values import Array, Value

EXAMPLES = {r"\lfloor x \rfloor": "", r"\lceil x \rceil": "", r"|x|": ""}


@means("floor", "ceil")
def _rounded(r: Reader, n: Node) -> Value:
    return r.algebra.each(r.value(n.args[0]), lambda x: op(n.kind, x))


@means("bar")
def _bar(r: Reader, n: Node) -> Value:
    v = r.value(n.args[0])
    if isinstance(v, Array) and len(v.shape) == 2:
        return op("det", r.algebra.block(r.algebra.square(v, "the determinant")))
    if isinstance(v, Array):
        from derivations.latex.notations.linear import norm

        r.scope.note("|x| of a vector is read as its Euclidean norm")
        return norm(r, n, None)
    return r.algebra.each(v, lambda x: op("abs", x))
