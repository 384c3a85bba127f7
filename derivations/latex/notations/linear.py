"""Norms, inner products, traces and matrices."""

from __future__ import annotations

from derivations.kernel.term import Term, bind, num, op
from derivations.latex.meaning import Reader, means
from derivations.latex.notations.cases import rows
from derivations.latex.notations.functions import function_argument
from derivations.latex.parser import Parser, reads, reads_word
from derivations.latex.syntax import Node, Script
from derivations.latex.tokens import Token
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Array, Value, fresh_index, identity, sized

EXAMPLES = {r"\|x\|^2": "", r"\operatorname{tr}(A)": "", r"\det A": "", r"\langle x, y \rangle": ""}


def squared_norm(r: Reader, n: Node, which: Script | None) -> Value:
    """``\\|x\\|^2``: the sum of the squares."""
    v = r.value(n.args[0])
    kind = "2" if which is None else which.text
    if isinstance(v, Term):
        return op("pow", v, 2)
    if isinstance(v, Array) and ((kind == "2" and len(v.shape) == 1) or kind == "F"):
        return r.algebra.over_entries(v, lambda x: op("pow", x, 2))
    return op("pow", _scalar(norm(r, n, which), n), 2)


def _scalar(v: Value, n: Node) -> Term:
    if not isinstance(v, Term):
        raise Unreadable("a number is expected", n.start, n.end)
    return v


def norm(r: Reader, n: Node, which: Script | None) -> Value:
    """A norm: of Euclid, or the one its subscript names."""
    v = r.value(n.args[0])
    kind = "2" if which is None else which.text
    if isinstance(v, Term):
        return op("abs", v)
    if not isinstance(v, Array):
        raise Unreadable("the norm of an array of known size is expected", n.start, n.end)
    if kind == "F" or (kind == "2" and len(v.shape) == 1):
        return op("sqrt", r.algebra.over_entries(v, lambda x: op("pow", x, 2)))
    if kind == "1" and len(v.shape) == 1:
        return r.algebra.over_entries(v, lambda x: op("abs", x))
    if kind in ("\\infty", "{\\infty}") and len(v.shape) == 1:
        k = fresh_index()
        return bind("maxover", k, 1, v.shape[0], op("abs", v.at((k,))))
    raise Unreadable("which norm of a matrix is meant? Write \\|A\\|_F", n.start, n.end)


@means("norm")
def _norm(r: Reader, n: Node) -> Value:
    return norm(r, n, None)


@means("angle")
def _angle(r: Reader, n: Node) -> Value:
    if len(n.args) != 2:
        raise Unreadable("an inner product has two arguments", n.start, n.end)
    a, b = (r.value(x) for x in n.args)
    if isinstance(a, Term) and isinstance(b, Term):
        return op("mul", a, b)
    return r.algebra.dot(a, b)


def _read(kind: str) -> object:
    def read(p: Parser, t: Token) -> Node:
        arg = function_argument(p, t)
        return Node("matrix_function", (arg,), kind, t.start, p.last_end())

    return read


for _w in ("tr", "Tr", "trace"):
    reads_word(_w)(_read("tr"))  # type: ignore[arg-type]
    reads(_w)(_read("tr"))  # type: ignore[arg-type]
reads("det")(_read("det"))  # type: ignore[arg-type]
reads_word("det")(_read("det"))  # type: ignore[arg-type]
reads_word("diag")(_read("diag"))  # type: ignore[arg-type]
reads("diag")(_read("diag"))  # type: ignore[arg-type]


@means("matrix_function")
def _matrix_function(r: Reader, n: Node) -> Value:
    v = r.value(n.args[0])
    if n.data == "diag":
        if isinstance(v, Array) and len(v.shape) == 1:
            return Array((v.shape[0], v.shape[0]), lambda i: op("ite", op("eq", i[0], i[1]), v.at((i[0],)), 0))
        m = r.algebra.square(v, "the diagonal")
        return Array((m.shape[0],), lambda i: m.at((i[0], i[0])))
    if isinstance(v, Term):
        return v
    m = r.algebra.square(v, "the trace" if n.data == "tr" else "the determinant")
    if n.data == "tr":
        return r.algebra.total(m.shape[0], lambda k: m.at((k, k)))
    return op("det", r.algebra.block(m))


def _read_identity(p: Parser, t: Token) -> Node:
    size = p.script() if p.sees("_") and p.take() else None
    return Node("identity", () if size is None else size.nodes, None, t.start, p.last_end())


reads_word("bf:I")(_read_identity)


@means("identity")
def _identity(r: Reader, n: Node) -> Value:
    if n.args:
        size = r.number(n.args[0])
        return sized(identity(), (size, size))
    return identity()


@reads("begin:bmatrix", "begin:pmatrix", "begin:matrix", "begin:vmatrix")
def _read_matrix(p: Parser, t: Token) -> Node:
    cells = rows(p, t)
    if len({len(c) for c in cells}) != 1:
        raise Unreadable("the rows of a matrix have one length", t.start, p.last_end())
    if any(x.text in ("cdots", "vdots", "ddots", "dots", "ldots") for row in cells for c in row for x in c):
        raise Unreadable("matrices with dots are not read; write the entry with its indices", t.start, p.last_end())
    args = tuple(p.inside(c).whole() for row in cells for c in row)
    return Node("det_matrix" if t.text == "vmatrix" else "matrix", args, len(cells[0]), t.start, p.last_end())


@means("matrix")
def _matrix(r: Reader, n: Node) -> Value:
    width = n.data
    height = len(n.args) // width
    values = [r.number(a) for a in n.args]
    if width == 1 or height == 1:
        return _listed(values, row=height == 1 and width > 1)
    return Array(
        (num(height), num(width)), lambda i: _pick(values, op("add", op("mul", width, op("add", i[0], -1)), i[1]))
    )


@means("det_matrix")
def _det_matrix(r: Reader, n: Node) -> Value:
    m = r.algebra.square(_matrix(r, n), "the determinant")
    return op("det", r.algebra.block(m))


def _listed(values: list[Term], row: bool) -> Array:
    return Array((num(len(values)),), lambda i: _pick(values, i[0]), row)


def _pick(values: list[Term], k: Term) -> Term:
    out = values[-1]
    for j in range(len(values) - 1, 0, -1):
        out = op("ite", op("eq", k, j), values[j - 1], out)
    return out


def row_of(r: Reader, n: Node) -> Value:
    """``(a, b, c)`` as a vector."""
    return _listed([r.number(a) for a in n.args], row=True)
