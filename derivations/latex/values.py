"""Arrays as families of terms.

A vector or matrix is its shape and a function from indices to an entry, so that every statement
about arrays becomes one about entries; sizes may be symbolic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count

from derivations.kernel.normal import normalizer
from derivations.kernel.term import Term, TermError, add, bind, forall, in_range, make, mul, num, op, var
from derivations.latex.unreadable import ShapeMismatch, Unreadable

Index = tuple[Term, ...]


@dataclass(frozen=True)
class Array:
    """``shape`` (n,) or (m, n), indices from 1; a vector is a column unless ``row``."""

    shape: tuple[Term, ...]
    at: Callable[[Index], Term]
    row: bool = False


@dataclass(frozen=True)
class Loose:
    """An array whose size is that of what it is combined with: I, a vector of ones, zeros.

    ``square``: it is a matrix; ``entry`` gives its entries."""

    entry: Callable[[Index], Term]
    square: bool
    row: bool = False


Value = Term | Array | Loose
_COUNTER = count(1)


def fresh_index() -> Term:
    """A symbol that no author can write."""
    return var(f"%i{next(_COUNTER)}")


def swapped(t: Term, old: Term, new: Term) -> Term:
    """The term with one part of it replaced by another."""
    if t is old:
        return new
    return make(t.head, [swapped(a, old, new) for a in t.args], t.data) if t.args else t


def same(a: Term, b: Term) -> bool:
    """Whether two sizes are equal for all values of their symbols."""
    if a is b:
        return True
    try:
        return normalizer(frozenset()).equal(a, b)
    except (TermError, ZeroDivisionError, AttributeError):
        return False


def is_array(v: Value) -> bool:
    """Whether the value has entries."""
    return not isinstance(v, Term)


def identity() -> Loose:
    """The identity matrix of any size."""
    return Loose(lambda i: op("ite", op("eq", i[0], i[1]), 1, 0), True)


def filled(number: int) -> Loose:
    """The vector with this number everywhere, of any size."""
    return Loose(lambda i: num(number), False)


def sized(v: Loose, shape: Sequence[Term], row: bool = False) -> Array:
    """A loose array in this shape."""
    return Array(tuple(shape), v.entry, row or v.row)


def _shape_text(v: Value, write: Callable[[Term], str]) -> str:
    if isinstance(v, Term):
        return "a number"
    if isinstance(v, Loose):
        return "an array"
    return r" \times ".join(write(s) for s in v.shape)


def _same_shape(a: Value, b: Value) -> bool:
    assert isinstance(a, Array) and isinstance(b, Array)
    return len(a.shape) == len(b.shape) and all(same(x, y) for x, y in zip(a.shape, b.shape, strict=True))


class Algebra:
    """Arithmetic of numbers and arrays; ``write`` spells sizes in messages."""

    def __init__(self, write: Callable[[Term], str]) -> None:
        self.write = write

    def mismatch(self, a: Value, b: Value, what: str) -> ShapeMismatch:
        """The error for shapes that do not fit."""
        return ShapeMismatch(
            f"the shapes {_shape_text(a, self.write)} and {_shape_text(b, self.write)} do not fit for {what}"
        )

    def agree(self, a: Value, b: Value, what: str) -> tuple[Value, Value]:
        """Two values with loose ones sized by the other and numbers spread.  Errors: ShapeMismatch."""
        if isinstance(a, Loose) and isinstance(b, Array):
            if a.square != (len(b.shape) == 2):
                raise self.mismatch(a, b, what)
            a = sized(a, b.shape, b.row)
        elif isinstance(b, Loose) and isinstance(a, Array):
            b, a = self.agree(b, a, what)
        elif isinstance(a, Loose) and isinstance(b, Loose) and a.square != b.square:
            raise self.mismatch(a, b, what)
        arrays = isinstance(a, Array) and isinstance(b, Array)
        if arrays and not _same_shape(a, b):
            raise self.mismatch(a, b, what)
        return a, b

    def both(self, a: Value, b: Value, f: Callable[[Term, Term], Term], what: str) -> Value:
        """Entry by entry."""
        a, b = self.agree(a, b, what)
        if isinstance(a, Term) and isinstance(b, Term):
            return f(a, b)
        if isinstance(a, Term):
            return self.each(b, lambda y: f(a, y))
        if isinstance(b, Term):
            return self.each(a, lambda x: f(x, b))
        if isinstance(a, Loose) and isinstance(b, Loose):
            ae, be = a.entry, b.entry
            return replace(a, entry=lambda i: f(ae(i), be(i)))
        assert isinstance(a, Array) and isinstance(b, Array)
        aa, ba = a.at, b.at
        return Array(a.shape, lambda i: f(aa(i), ba(i)), a.row and b.row)

    def each(self, a: Value, f: Callable[[Term], Term]) -> Value:
        """A function on every entry."""
        if isinstance(a, Term):
            return f(a)
        if isinstance(a, Loose):
            e = a.entry
            return replace(a, entry=lambda i: f(e(i)))
        g = a.at
        return Array(a.shape, lambda i: f(g(i)), a.row)

    def plus(self, parts: Sequence[Value]) -> Value:
        """A sum with any number of terms."""
        if all(isinstance(p, Term) for p in parts):
            return add(*[p for p in parts if isinstance(p, Term)])
        out = parts[0]
        for p in parts[1:]:
            out = self.both(out, p, lambda x, y: op("add", x, y), "a sum")
        return out

    def minus(self, a: Value) -> Value:
        """The negative."""
        return self.each(a, lambda x: op("neg", x))

    def times(self, a: Value, b: Value, sign: str = " ") -> Value:
        """A product: of numbers, of matrices and vectors, or a number times an array.

        ``sign``: "o" entry by entry, "x" the outer product, "*" a dot between two columns.
        Errors: ShapeMismatch.
        """
        if isinstance(a, Term) or isinstance(b, Term):
            return self.both(a, b, lambda x, y: op("mul", x, y), "a product")
        if sign == "o":
            return self.both(a, b, lambda x, y: op("mul", x, y), "an entrywise product")
        if isinstance(a, Loose) or isinstance(b, Loose):
            found = self._loose_product(a, b, sign)
            if found is not None:
                return found
            raise Unreadable("the size of this product of constant arrays cannot be told; give it as I_n")
        if len(a.shape) == 2 and len(b.shape) == 2:
            self._meet(a, b, a.shape[1], b.shape[0])
            return Array(
                (a.shape[0], b.shape[1]),
                lambda i: self.total(a.shape[1], lambda k: mul(a.at((i[0], k)), b.at((k, i[1])))),
            )
        if len(a.shape) == 2:
            if b.row:
                raise self.mismatch(a, b, "a product with a row")
            self._meet(a, b, a.shape[1], b.shape[0])
            return Array((a.shape[0],), lambda i: self.total(a.shape[1], lambda k: mul(a.at((i[0], k)), b.at((k,)))))
        if len(b.shape) == 2:
            if not a.row:
                raise self.mismatch(a, b, "a product of a column with a matrix")
            self._meet(a, b, a.shape[0], b.shape[0])
            return Array(
                (b.shape[1],), lambda i: self.total(b.shape[0], lambda k: mul(a.at((k,)), b.at((k, i[0])))), True
            )
        if sign == "x" or (not a.row and b.row):
            return Array((a.shape[0], b.shape[0]), lambda i: mul(a.at((i[0],)), b.at((i[1],))))
        if (a.row and not b.row) or sign == "*":
            self._meet(a, b, a.shape[0], b.shape[0])
            return self.total(a.shape[0], lambda k: mul(a.at((k,)), b.at((k,))))
        raise self.mismatch(a, b, "a product of two vectors of the same kind; write x^\\top y or x \\odot y")

    def _loose_product(self, a: Value, b: Value, sign: str) -> Value | None:
        if isinstance(a, Loose) and isinstance(b, Array):
            if a.square:
                n = b.shape[0]
                if b.row and len(b.shape) == 1:
                    raise self.mismatch(a, b, "a product with a row")
                return self.times(sized(a, (n, n)), b, sign)
            if a.row:
                return self.times(sized(a, (b.shape[0],), True), b, sign)
            if sign == "*" and len(b.shape) == 1:
                return self.times(sized(a, (b.shape[0],)), b, sign)
        if isinstance(b, Loose) and isinstance(a, Array):
            n = a.shape[-1]
            if b.square:
                return self.times(a, sized(b, (n, n)), sign)
            if not b.row and (len(a.shape) == 2 or a.row or sign == "*"):
                return self.times(a, sized(b, (n,)), sign)
        if isinstance(a, Loose) and isinstance(b, Loose) and a.square and b.square:
            return a
        return None

    def _meet(self, a: Value, b: Value, m: Term, n: Term) -> None:
        if not same(m, n):
            raise self.mismatch(a, b, "a product")

    def total(self, n: Term, body: Callable[[Term], Term]) -> Term:
        """The sum of ``body(k)`` for k from 1 to n."""
        k = fresh_index()
        return bind("sum", k, 1, n, body(k))

    def transposed(self, a: Value) -> Value:
        """The transpose."""
        if isinstance(a, Term):
            return a
        if isinstance(a, Loose):
            e = a.entry
            return (
                replace(a, entry=lambda i: e(i[::-1]), row=not a.row)
                if not a.square
                else replace(a, entry=lambda i: e((i[1], i[0])))
            )
        g = a.at
        if len(a.shape) == 1:
            return Array(a.shape, g, not a.row)
        return Array((a.shape[1], a.shape[0]), lambda i: g((i[1], i[0])))

    def square(self, a: Value, what: str) -> Array:
        """A square matrix.  Errors: ShapeMismatch, Unreadable."""
        if not isinstance(a, Array) or len(a.shape) != 2:
            raise Unreadable(f"{what} of a matrix is expected")
        if not same(*a.shape):
            raise ShapeMismatch(f"{what} needs a square matrix, the shape is {_shape_text(a, self.write)}")
        return a

    def block(self, a: Array) -> Term:
        """The family of entries as one block."""
        i, j = fresh_index(), fresh_index()
        return bind("fam", i, 1, a.shape[0], bind("fam", j, 1, a.shape[1], a.at((i, j))))

    def inverse(self, a: Value) -> Value:
        """The inverse of a square matrix."""
        if isinstance(a, Term):
            return op("pow", a, -1)
        if isinstance(a, Loose) and a.square:
            return a
        m = self.square(a, "the inverse")
        whole = self.block(m)
        return Array(m.shape, lambda i: op("inv", whole, i[0], i[1]))

    def dot(self, a: Value, b: Value) -> Term:
        """The inner product of two vectors, or of two matrices of one shape."""
        a, b = self.agree(a, b, "an inner product")
        if not isinstance(a, Array) or not isinstance(b, Array):
            raise Unreadable("an inner product of two vectors is expected")
        if len(a.shape) == 1:
            return self.total(a.shape[0], lambda k: mul(a.at((k,)), b.at((k,))))
        return self.total(a.shape[0], lambda i: self.total(a.shape[1], lambda j: mul(a.at((i, j)), b.at((i, j)))))

    def over_entries(self, a: Array, f: Callable[[Term], Term]) -> Term:
        """The sum of f over all entries."""
        if len(a.shape) == 1:
            return self.total(a.shape[0], lambda k: f(a.at((k,))))
        return self.total(a.shape[0], lambda i: self.total(a.shape[1], lambda j: f(a.at((i, j)))))

    def statement(self, a: Value, b: Value, f: Callable[[Term, Term], Term]) -> Term:
        """``f`` of all corresponding entries.  Errors: ShapeMismatch, Unreadable."""
        if isinstance(a, Array) and isinstance(b, Array) and len(a.shape) == len(b.shape) == 1:
            b = replace(b, row=a.row)
        a, b = self.agree(a, b, "a comparison")
        if isinstance(a, Term) and isinstance(b, Term):
            return f(a, b)
        shape = a.shape if isinstance(a, Array) else b.shape if isinstance(b, Array) else None
        if shape is None:
            raise Unreadable("the size of these constant arrays cannot be told; give it as I_n")
        index = tuple(fresh_index() for _ in shape)

        def entry(v: Value) -> Term:
            if isinstance(v, Term):
                return v
            return v.at(index) if isinstance(v, Array) else v.entry(index)

        out = f(entry(a), entry(b))
        for i, n in reversed(list(zip(index, shape, strict=True))):
            out = forall(i, in_range(i, num(1), n), out)
        return out
