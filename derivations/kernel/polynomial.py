"""Polynomials and fractions in atoms.

Exact rational coefficients (python-flint), monomials as sorted tuples of (atom, exponent).
A ``Fraction`` here is a numerator over a denominator whose value is known to be non-zero;
python-flint finds common factors and factorisations.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from itertools import count
from typing import Any

import flint

from derivations.kernel.term import Term, TermError

Monomial = tuple[tuple[Term, int], ...]
Poly = dict[Monomial, Any]          # values are flint.fmpq, never zero

ZERO: Poly = {}
MAX_TERMS = 4000
MAX_EXPONENT = 4000


class TooLarge(TermError):
    """An expansion that would outgrow the limits of the normaliser."""


@dataclass(frozen=True)
class Ratio:
    """``num / den``; ``den`` is non-zero in every model at hand, and 1 where it is constant."""

    num: Poly
    den: Poly

    def is_poly(self) -> bool:
        return self.den == ONE

    def constant(self) -> Any | None:
        """The number this is, or None."""
        if not self.num:
            return flint.fmpq(0)
        if self.is_poly() and len(self.num) == 1 and () in self.num:
            return self.num[()]
        return None


ONE: Poly = {(): flint.fmpq(1)}


def constant(value: Any) -> Poly:
    q = flint.fmpq(value)
    return {(): q} if q != 0 else {}


def atom(t: Term) -> Poly:
    return {((t, 1),): flint.fmpq(1)}


_NUMBERS = count()


def order_key(t: Term) -> str:
    """A stable order of atoms, no two of which have one key: a number tells apart those that are written
    alike.  Kept with the term: writing it out takes long."""
    if t.key is None:
        object.__setattr__(t, "key", f"{t.head}:{t!r}\0{next(_NUMBERS)}")
    assert t.key is not None
    return t.key


def monomial(parts: Iterable[tuple[Term, int]]) -> Monomial:
    return tuple(sorted(((a, n) for a, n in parts if n), key=lambda p: order_key(p[0])))


def _join(a: Monomial, b: Monomial) -> Monomial:
    if not a:
        return b
    if not b:
        return a
    powers = dict(a)
    for t, n in b:
        powers[t] = powers.get(t, 0) + n
    return monomial(powers.items())


def _gathered(out: Poly, pairs: Iterable[tuple[Monomial, Any]]) -> Poly:
    """``out`` with the summands added to it."""
    for m, c in pairs:
        s = out.get(m, 0) + c
        if s == 0:
            out.pop(m, None)
        else:
            out[m] = s
    return out


def plus(a: Poly, b: Poly) -> Poly:
    return _gathered(dict(a), b.items())


def scale(a: Poly, c: Any) -> Poly:
    return {m: x * c for m, x in a.items()} if c != 0 else {}


def times(a: Poly, b: Poly) -> Poly:
    if len(a) * len(b) > MAX_TERMS * 4:
        raise TooLarge(f"norm: a product of {len(a)} by {len(b)} terms is too large; split the step")
    return _gathered({}, ((_join(m, n), x * y) for m, x in a.items() for n, y in b.items()))


def power(a: Poly, n: int) -> Poly:
    if n > MAX_EXPONENT or (len(a) > 1 and n * len(a) > 400):
        raise TooLarge(f"norm: the power {n} of {len(a)} terms is too large; keep it as a power")
    if len(a) == 1:
        (m, c), = a.items()
        if n * max(c.p.bit_length(), c.q.bit_length()) > 200_000:
            raise TooLarge(f"norm: the power {n} of a number is too large; keep it as a power")
        return {tuple((t, e * n) for t, e in m): c ** n} if n else dict(ONE)
    return reduce(times, [a] * n, ONE)


def atoms_of(*polys: Poly) -> list[Term]:
    found = {t for p in polys for m in p for t, _ in m}
    return sorted(found, key=order_key)


def _to_flint(polys: list[Poly]) -> tuple[list[Any], list[Term]]:
    gens = atoms_of(*polys)
    place = {t: k for k, t in enumerate(gens)}
    ctx = flint.fmpq_mpoly_ctx.get([f"x{k}" for k in range(len(gens))], flint.Ordering.lex)
    out = []
    for p in polys:
        d = {}
        for m, c in p.items():
            e = [0] * len(gens)
            for t, n in m:
                e[place[t]] = n
            d[tuple(e)] = c
        out.append(ctx.from_dict(d))
    return out, gens


def _from_flint(p: Any, gens: list[Term]) -> Poly:
    return {monomial((gens[k], int(n)) for k, n in enumerate(e)): c for e, c in p.to_dict().items()}


def leading(p: Poly) -> Any:
    """The coefficient of the first monomial in a stable order."""
    return p[min(p, key=lambda m: [(order_key(t), n) for t, n in m])] if p else flint.fmpq(0)


def monic(p: Poly) -> Poly:
    return scale(p, 1 / leading(p))


def factor(p: Poly) -> tuple[Any, list[tuple[Poly, int]]]:
    """``p = c * product of irreducible monic powers``."""
    if not p:
        return flint.fmpq(0), []
    if len(p) == 1:
        (m, c), = p.items()
        return c, [(atom(t), n) for t, n in m]
    if len(p) > 120:
        return leading(p), [(monic(p), 1)]
    (f,), gens = _to_flint([p])
    c, parts = f.factor()
    out = []
    value = flint.fmpq(c)
    for g, n in parts:
        q = _from_flint(g, gens)
        lead = leading(q)
        value *= lead ** int(n)
        out.append((scale(q, 1 / lead), int(n)))
    out.sort(key=lambda pair: sorted(str([(order_key(t), n) for t, n in m]) for m in pair[0]))
    return value, out


def factors(r: Ratio) -> tuple[Any, list[tuple[Poly, int]]]:
    """``r = c * product of irreducible monic powers``, those of the denominator with negative exponents.

    A product of monic polynomials need not be monic in the order of ``leading``: both have a number in front.
    """
    c, top = factor(r.num)
    d, bottom = factor(r.den)
    return c / d, top + [(g, -n) for g, n in bottom]


def product(parts: Iterable[tuple[Poly, int]], c: Any = 1) -> Ratio:
    """``c * product of powers``, not reduced; the bases of negative exponents must be non-zero."""
    num, den = constant(c), ONE
    for g, n in parts:
        num, den = (times(num, power(g, n)), den) if n > 0 else (num, times(den, power(g, -n)))
    return Ratio(num, den)


def ratio(num: Poly, den: Poly) -> Ratio:
    """The fraction in lowest terms with a monic denominator."""
    if not num:
        return Ratio({}, ONE)
    if len(den) == 1 and () in den:
        return Ratio(scale(num, 1 / den[()]), ONE)
    (n, d), gens = _to_flint([num, den])
    g = n.gcd(d)
    if g != 1:
        num, den = _from_flint(n / g, gens), _from_flint(d / g, gens)
    lead = leading(den)
    return Ratio(scale(num, 1 / lead), scale(den, 1 / lead))
