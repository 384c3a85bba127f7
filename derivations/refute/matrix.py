"""Determinants and inverses.

Exact for rational entries, in balls otherwise.  Dual numbers and boxes go through minors.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from flint import arb_mat, fmpq, fmpq_mat

from derivations.kernel.term import Term
from derivations.refute import values as v
from derivations.refute.dual import Dual
from derivations.refute.values import ONE, ZERO, Number, Undefined, Unknown

if TYPE_CHECKING:
    from derivations.refute.evaluate import Env, Evaluator, Outcome

HEADS = frozenset({"det", "inv"})
MAX_SIZE = 40
MAX_MINORS = 8

Rows = list[list[Number]]


def evaluate(ev: Evaluator, t: Term, env: Env, outcome: Outcome | None) -> Number:
    """The determinant, or one entry of the inverse.  Errors: Undefined, Unknown."""
    rows, columns, entries = matrix(ev, t.args[0], env, outcome)
    if rows != columns or (rows and rows[0] != 1):
        raise Undefined(f"{t.head} of a matrix that is not square, or not numbered from 1")
    if t.head == "det":
        return determinant(entries)
    i, j = (ev.exact(a, env, outcome) for a in t.args[1:])
    if i not in columns or j not in rows:
        raise Undefined("an entry outside the matrix")
    return inverse(entries, columns.index(int(i)), rows.index(int(j)))


def matrix(ev: Evaluator, k: Term, env: Env, outcome: Outcome | None) -> tuple[range, range, Rows]:
    """The row and column indices and the entries of ``fam(.., fam(.., entry))``."""
    if k.head != "fam" or k.args[2].head != "fam" or k.args[2].args[2].sort != "R":
        raise Unknown("a matrix that is not a family of families")
    rows = ev.span(k, env, outcome)
    columns: range | None = None
    entries: Rows = []
    for i in rows:
        inner = (Fraction(i), *env)
        found = ev.span(k.args[2], inner, outcome)
        if columns is not None and found != columns:
            raise Undefined("rows that differ in length")
        columns = found
        if max(len(rows), len(columns)) > MAX_SIZE:
            raise Unknown("a large matrix")
        entries.append([ev.number(k.args[2].args[2], (Fraction(j), *inner), outcome) for j in columns])
    return rows, columns if columns is not None else range(0), entries


def _exact(rows: Rows) -> fmpq_mat | None:
    found = [[fmpq(x.numerator, x.denominator) for x in row if isinstance(x, Fraction)] for row in rows]
    return fmpq_mat(found) if all(len(a) == len(b) for a, b in zip(found, rows, strict=True)) else None


def _special(rows: Rows) -> bool:
    return any(isinstance(x, Dual) or not v.real(x) for row in rows for x in row)


def fraction(x: fmpq) -> Fraction:
    """A rational as a number."""
    return Fraction(int(x.p), int(x.q))


def determinant(rows: Rows) -> Number:
    """The determinant; 1 for the empty matrix."""
    n = len(rows)
    if not n:
        return ONE
    exact = _exact(rows)
    if exact is not None:
        return fraction(exact.det())
    if not _special(rows):
        return v.finite(arb_mat([[v.ball(x) for x in row] for row in rows]).det())
    if n > MAX_MINORS:
        raise Unknown("a large matrix")

    @cache
    def minor(k: int, columns: tuple[int, ...]) -> Number:
        if k == n:
            return ONE
        total: Number = ZERO
        for place, j in enumerate(columns):
            if isinstance(rows[k][j], Fraction) and not rows[k][j]:
                continue
            part = v.mul(rows[k][j], minor(k + 1, columns[:place] + columns[place + 1:]))
            total = v.add(total, v.neg(part) if place % 2 else part)
        return total
    return minor(0, tuple(range(n)))


def inverse(rows: Rows, i: int, j: int) -> Number:
    """One entry of the inverse.  Errors: Undefined for a singular matrix."""
    whole = determinant(rows)
    if v.real(whole) and not v.sign(whole):
        raise Undefined("the inverse of a singular matrix")
    less = [[x for k, x in enumerate(row) if k != i] for k, row in enumerate(rows) if k != j]
    found = v.div(determinant(less), whole)
    return v.neg(found) if (i + j) % 2 else found
