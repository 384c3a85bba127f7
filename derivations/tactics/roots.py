"""Roots of squares."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from derivations.kernel.normal import normalizer, to_term
from derivations.kernel.polynomial import ONE, Ratio, factor
from derivations.kernel.term import Term, TermError, mul, num, op, subterms
from derivations.kernel.theorem import Context, Refused, Theorem
from derivations.tactics import context as C
from derivations.tactics import sums
from derivations.tactics.conversion import converted


def prove_roots(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """A statement with roots of squares, shown with the roots taken."""
    if goal.head not in ("ne", "lt", "le", "eq") or not any(
            s.head == "sqrt" and not s.bound and _square_root(s.args[0]) is not None for s in subterms(goal)):
        return None
    return converted(ctx, goal, root_of_square, prove, "sqrt")


def root_of_square(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``sqrt(x) = r`` where x is the square of a known r >= 0, up to the sign of r."""
    if t.head != "sqrt":
        return None
    square = _square_root(t.args[0])
    if square is None:
        return None
    for r in (square, op("neg", square)):
        try:
            return sums.needed(ctx, "sqrt_unique", prove, x=t.args[0], y=r)
        except Refused:
            continue
    return None


def _square_root(x: Term) -> Term | None:
    """A term whose square is x, read off the factors of its canonical form."""
    try:
        r = normalizer(frozenset()).form(x)
    except TermError:
        return None
    if not r.num or not r.is_poly():
        return None
    c, factors = factor(r.num)
    scale = _rational_root(Fraction(int(c.p), int(c.q)))
    if scale is None or not factors or any(n % 2 for _, n in factors):
        return None
    parts = [(to_term(Ratio(f, ONE)), n // 2) for f, n in factors]
    return mul(*([num(scale)] if scale != 1 else []), *(t if n == 1 else op("pow", t, n) for t, n in parts))


def _rational_root(c: Fraction) -> Fraction | None:
    if c <= 0:
        return None
    root = Fraction(isqrt(c.numerator), isqrt(c.denominator))
    return root if root * root == c else None


__all__ = ["prove_roots", "root_of_square"]
