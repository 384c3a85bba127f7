"""Families that must be of a certain shape.

Matrices that are symmetric, orthogonal or positive definite and vectors that are one-hot or add up to a
number are recognised by the hypotheses that say so, and made in one go.  Every hypothesis is
checked afterwards all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from derivations.kernel.term import Term, bvar, num
from derivations.refute.evaluate import Evaluator
from derivations.refute.facts import Clause, Symbol, symbol_of
from derivations.refute.model import Index
from derivations.refute.values import ONE, ZERO, Unknown

MAX_SIZE = 30
_ONE = num(1)
_SMALL = tuple(Fraction(x) for x in ["1", "-1", "2", "1/2", "0"])
_PIVOTS = tuple(Fraction(x) for x in ["2", "1", "3", "1/2"])


@dataclass
class Shape:
    """What is asked of one family.  ``size``: rows and columns of an orthogonal matrix; ``place``,
    ``low``, ``high``, ``total``: which index is summed over, from where to where, and to what;
    ``hot``: only 0 and 1 occur."""

    symmetric: bool = False
    positive: bool = False          # positive definite
    diagonal: bool = False
    size: tuple[Term, Term] | None = None
    rows: bool = False              # the rows are orthonormal, not the columns
    place: int | None = None
    low: Term = _ONE
    high: Term = _ONE
    total: Fraction = ONE
    hot: bool = False


def read(clauses: Sequence[Clause]) -> tuple[dict[Symbol, Shape], set[Clause]]:
    """The shapes, and the clauses that say no more than that."""
    found: dict[Symbol, Shape] = {}
    used: set[Clause] = set()
    signed: set[Symbol] = set()
    binary: set[Symbol] = set()
    for c in clauses:
        t = c.conclusion
        if t.head in ("le", "lt") and t.args[0] is num(0) and t.args[1].head == "f":
            signed.add(_symbol(t.args[1]))
        if t.head == "or" and all(a.head == "eq" and a.args[0].head == "f" for a in t.args) \
                and {a.args[1] for a in t.args} == {num(0), num(1)}:
            binary.add(_symbol(t.args[0].args[0]))
    for c in clauses:
        t = c.conclusion
        if t.head == "eq" and _mirrored(*t.args):
            found.setdefault(_symbol(t.args[0]), Shape()).symmetric = True
            used.add(c)
        elif t.head == "lt" and t.args[0] is num(0) and (matrix := _leading_minor(t.args[1])) is not None:
            found.setdefault(matrix, Shape()).positive = True
        elif t.head == "eq" and (t.args[0].head == "sum" or t.args[1].head == "sum"):
            a, b = t.args if t.args[0].head == "sum" else t.args[::-1]
            if _orthonormal(c, a, b, found):
                used.add(c)
            else:
                _sums_up(a, b, found, signed, binary)
    for c in clauses:
        t = c.conclusion
        if t.head == "eq" and t.args[1] is num(0) and t.args[0].head == "f" and len(t.args[0].args) == 2 and any(
                p.head == "ne" and set(p.args) == set(t.args[0].args) for p in c.premises):
            shape = found.get(_symbol(t.args[0]))
            if shape is not None:
                shape.diagonal = True
    return {s: x for s, x in found.items() if x.symmetric or x.size or x.place is not None}, used


def _symbol(t: Term) -> Symbol:
    found = symbol_of(t)
    assert found is not None
    return found


def _mirrored(a: Term, b: Term) -> bool:
    return (a.head == b.head == "f" and a.data == b.data and len(a.args) == len(b.args) == 2
            and a.args[0].head == a.args[1].head == "b" and a.args == b.args[::-1] and a is not b)


def _leading_minor(t: Term) -> Symbol | None:
    """``det(fam(1,k,fam(1,k,A(i,j))))`` with k bound outside."""
    if t.head != "det" or t.args[0].head != "fam" or t.args[0].args[2].head != "fam":
        return None
    outer, inner = t.args[0], t.args[0].args[2]
    entry = inner.args[2]
    if outer.args[1].head == "b" and entry.head == "f" and entry.args == (bvar(1), bvar(0)):
        return _symbol(entry)
    return None


def _orthonormal(c: Clause, a: Term, b: Term, found: dict[Symbol, Shape]) -> bool:
    """``sum_k Q(k,i) Q(k,j) = [i = j]``, or the same with the indices turned."""
    body = a.args[2]
    if body.head != "mul" or len(body.args) != 2 or b.head not in ("ite", "ind") or b.args[0].head != "eq" \
            or (b.head == "ite" and b.args[1:] != (num(1), num(0))):
        return False
    x, y = body.args
    if x.head != "f" or y.head != "f" or x.data != y.data or len(x.args) != 2 or len(y.args) != 2:
        return False
    for place in (0, 1):
        i, j = x.args[1 - place], y.args[1 - place]
        if x.args[place] is y.args[place] is bvar(0) and i.head == j.head == "b" and i is not j:
            assert isinstance(i.data, int)
            bounds = [p.args[1] for p in c.premises if p.head == "le" and p.args[0] is bvar(i.data - 1)]
            if not bounds or bounds[0].bound or a.args[1].bound:
                return False
            shape = found.setdefault(_symbol(x), Shape())
            shape.rows = place == 1
            shape.size = (a.args[1], bounds[0]) if place == 0 else (bounds[0], a.args[1])
            return True
    return False


def _sums_up(a: Term, b: Term, found: dict[Symbol, Shape], signed: set[Symbol], binary: set[Symbol]) -> None:
    """``sum_k p(.., k, ..) = number`` for a family of numbers that are not negative, or 0 and 1."""
    entry = a.args[2]
    if entry.head != "f" or b.head != "num" or a.args[0].bound or a.args[1].bound:
        return
    symbol = _symbol(entry)
    places = [k for k, x in enumerate(entry.args) if x is bvar(0)]
    others = [x for x in entry.args if x is not bvar(0)]
    if symbol not in signed | binary or len(places) != 1 or any(x.bound and x.head != "b" for x in others):
        return
    assert isinstance(b.data, Fraction)
    shape = found.setdefault(symbol, Shape())
    if shape.place is None and b.data > 0:
        shape.place, shape.low, shape.high, shape.total = places[0], a.args[0], a.args[1], b.data
        shape.hot = symbol in binary


Draws = Callable[..., Random]


class Table:
    """The values of one shaped family; ``draw`` gives what the shape leaves open."""

    def __init__(self, symbol: Symbol, shape: Shape, rng: Draws, draw: Callable[[Index, Evaluator], Fraction]) -> None:
        self.symbol, self.shape, self.rng, self.draw = symbol, shape, rng, draw
        self.made: dict[Index, list[Fraction]] = {}
        self.square: list[list[Fraction]] | None = None

    def index(self, index: Index) -> Index:
        """The index whose value is drawn for this one."""
        if self.shape.symmetric and self.shape.size is None and len(index) == 2 and index[0] > index[1]:
            return index[::-1]
        return index

    def value(self, index: Index, ev: Evaluator) -> Fraction:
        """The value at an index."""
        shape = self.shape
        if shape.size is not None:
            found = self._orthogonal(index, ev)
        elif shape.place is not None:
            found = self._part(index, ev)
        elif shape.positive and shape.symmetric:
            found = self._definite(*index)
        else:
            found = None
        return self.draw(index, ev) if found is None else found

    def _factor(self, i: int, k: int) -> Fraction:
        if i == k:
            return ONE
        return ZERO if i < k or self.shape.diagonal else self.rng("factor", self.symbol, i, k).choice(_SMALL)

    def _definite(self, i: Fraction, j: Fraction) -> Fraction | None:
        """An entry of L D L' with D positive and ones on the diagonal of L."""
        if i.denominator != 1 or j.denominator != 1 or not 1 <= min(i, j) <= MAX_SIZE:
            return None
        a, b = int(i), int(j)
        return sum((self._factor(a, k) * self._factor(b, k) * self.rng("pivot", self.symbol, k).choice(_PIVOTS)
                    for k in range(1, min(a, b) + 1)), ZERO)

    def _orthogonal(self, index: Index, ev: Evaluator) -> Fraction | None:
        assert self.shape.size is not None
        if self.square is None:
            rows, columns = (int(ev.exact(t)) for t in self.shape.size)
            if not 0 <= max(rows, columns) <= MAX_SIZE or rows not in (
                    columns, (min if self.shape.rows else max)(rows, columns)):
                raise Unknown("no orthonormal vectors of these sizes")
            self.square = self._reflections(max(rows, columns))
        i, j = index
        n = len(self.square)
        if i.denominator != 1 or j.denominator != 1 or not (1 <= i <= n and 1 <= j <= n):
            return None
        return self.square[int(i) - 1][int(j) - 1]

    def _reflections(self, n: int) -> list[list[Fraction]]:
        """A product of reflections; a single one where the matrix must be symmetric."""
        rng = self.rng("reflections", self.symbol)
        found = [[ONE if i == j else ZERO for j in range(n)] for i in range(n)]
        if self.shape.diagonal:
            return [[x * rng.choice((1, -1)) for x in row] for row in found]
        for _ in range(1 if self.shape.symmetric or n == 1 else 2):
            w = [Fraction(rng.choice((1, 2, -1, 1, 3))) for _ in range(n)]
            norm = sum((x * x for x in w), ZERO)
            along = [sum((row[k] * w[k] for k in range(n)), ZERO) for row in found]
            found = [[row[k] - 2 * along[i] * w[k] / norm for k in range(n)] for i, row in enumerate(found)]
        return found

    def _part(self, index: Index, ev: Evaluator) -> Fraction | None:
        """An entry of a vector with a given sum."""
        shape = self.shape
        assert shape.place is not None
        rest = index[:shape.place] + index[shape.place + 1:]
        low, high = (int(ev.exact(t)) for t in (shape.low, shape.high))
        if rest not in self.made:
            rng = self.rng("parts", self.symbol, rest)
            n = high - low + 1
            if not 1 <= n <= 500:
                raise Unknown("no vector with this sum")
            if shape.hot:
                if shape.total.denominator != 1 or shape.total > n:
                    raise Unknown("no vector with this sum")
                parts = [1] * int(shape.total) + [0] * (n - int(shape.total))
                rng.shuffle(parts)
                self.made[rest] = [Fraction(x) for x in parts]
            else:
                weights = [rng.choice((1, 2, 3, 4, 5)) for _ in range(n)]
                if n > 1 and len(set(weights)) == 1:
                    weights[0] += 1
                self.made[rest] = [shape.total * Fraction(w, sum(weights)) for w in weights]
        k = index[shape.place]
        if k.denominator != 1 or not low <= k <= high:
            return None
        return self.made[rest][int(k) - low]
