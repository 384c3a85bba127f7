"""Functions of one variable that are known all the way out.

A *sum of terms* ``c * x^q * r^x * exp(a*x^2 + b*x)`` with exact a, b, r, q, or a quotient of polynomials.
The variable is the loose index ``level``; the environment holds anything at its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import fmpq, fmpq_poly

from derivations.kernel.term import Term
from derivations.refute import values as v
from derivations.refute.local import mentions
from derivations.refute.values import HALF, ONE, ZERO, Number, Undefined, Unknown

if TYPE_CHECKING:
    from derivations.refute.evaluate import Env, Evaluator, Outcome

Key = tuple[Fraction, Fraction, Fraction, Fraction]     # a, b, r, q
Terms = dict[Key, Number]
UNIT: Key = (ZERO, ZERO, ONE, ZERO)
MAX_TERMS = 400
MAX_POWER = 24
MAX_DEGREE = 200


@dataclass(frozen=True)
class Scope:
    """Where a body is read: ``whole`` if the variable is a large integer, ``positive`` if it is not negative."""

    ev: Evaluator
    outcome: Outcome | None
    whole: bool = False
    positive: bool = False
    gaps: list[fmpq_poly] = field(default_factory=list)     # what was divided by and cancelled


def plus(f: Terms, g: Terms) -> Terms:
    """The sum."""
    found = dict(f)
    for k, c in g.items():
        found[k] = v.add(found.get(k, ZERO), c)
    return {k: c for k, c in found.items() if not (isinstance(c, Fraction) and not c)}


def times(f: Terms, g: Terms) -> Terms:
    """The product.  Errors: Unknown if it is long."""
    found: Terms = {}
    if len(f) * len(g) > MAX_TERMS:
        raise Unknown("too many terms")
    for (a, b, r, q), c in f.items():
        for (a2, b2, r2, q2), c2 in g.items():
            found = plus(found, {(a + a2, b + b2, r * r2, q + q2): v.mul(c, c2)})
    return found


def scaled(f: Terms, c: Number) -> Terms:
    """c * f."""
    return times({UNIT: c}, f)


def terms(s: Scope, t: Term, env: Env, level: int = 0) -> Terms:
    """``t`` as a sum of terms.  Errors: Unknown, Undefined."""
    s.ev.fuel.burn()
    if not mentions(t, level):
        return plus({}, {UNIT: s.ev.number(t, env, s.outcome)})
    head, args = t.head, t.args
    if head == "b":
        return {(ZERO, ZERO, ONE, ONE): ONE}
    if head == "neg":
        return scaled(terms(s, args[0], env, level), -ONE)
    if head in ("add", "mul"):
        found = terms(s, args[0], env, level)
        for x in args[1:]:
            found = (plus if head == "add" else times)(found, terms(s, x, env, level))
        return found
    if head == "sum" and not any(mentions(x, level) for x in args[:2]):
        found = {}
        for k in s.ev.span(t, env, s.outcome):
            found = plus(found, terms(s, args[2], (Fraction(k), *env), level + 1))
        return found
    if head == "div":
        return times(terms(s, args[0], env, level), power(s, terms(s, args[1], env, level), -ONE))
    if head == "sqrt":
        return power(s, terms(s, args[0], env, level), HALF)
    if head == "exp":
        return exponential(terms(s, args[0], env, level))
    if head == "ite" and not mentions(args[0], level):
        return terms(s, args[1 if s.ev.truth(args[0], env, s.outcome) else 2], env, level)
    if head == "pow":
        if not mentions(args[1], level):
            exponent = s.ev.number(args[1], env, s.outcome)
            if isinstance(exponent, Fraction):
                return power(s, terms(s, args[0], env, level), exponent)
        elif args[0].head == "e":
            return exponential(terms(s, args[1], env, level))
        elif not mentions(args[0], level):
            return _geometric(s, s.ev.number(args[0], env, s.outcome), terms(s, args[1], env, level))
    raise Unknown(f"{head} of a variable")


def power(s: Scope, f: Terms, x: Fraction) -> Terms:
    """f to a constant power: a natural one, or any if f is one term."""
    if x.denominator == 1 and 0 <= x <= MAX_POWER:
        found: Terms = {UNIT: ONE}
        for _ in range(int(x)):
            found = times(found, f)
        return found
    if not f:
        raise Undefined("a power of zero")
    if len(f) > 1:
        raise Unknown("a power of a sum")
    ((a, b, r, q), c), = f.items()
    if x.denominator > 1 and (r < 0 or (q and not s.positive)):
        raise Unknown("a broken power of a number that may be negative")
    if x < 0 and q:
        s.gaps.append(fmpq_poly([0, 1]))
    base = v.power(r, x)
    if not isinstance(base, Fraction):
        raise Unknown("a base that is not exact")
    return {(a * x, b * x, base, q * x): v.power(c, x)}


def exponential(f: Terms) -> Terms:
    """exp(f) for a polynomial of degree at most 2 with exact coefficients."""
    quad, line = f.get((ZERO, ZERO, ONE, Fraction(2)), ZERO), f.get((ZERO, ZERO, ONE, ONE), ZERO)
    rest = set(f) - {(ZERO, ZERO, ONE, Fraction(q)) for q in (0, 1, 2)}
    if rest or not isinstance(quad, Fraction) or not isinstance(line, Fraction):
        raise Unknown("such an exponent")
    return {(quad, line, ONE, ZERO): v.smooth("exp", f.get(UNIT, ZERO))}


def _geometric(s: Scope, base: Number, f: Terms) -> Terms:
    line, start = f.get((ZERO, ZERO, ONE, ONE), ZERO), f.get(UNIT, ZERO)
    if not isinstance(base, Fraction) or not isinstance(line, Fraction) or set(f) - {
            UNIT, (ZERO, ZERO, ONE, ONE)} or not base:
        raise Unknown("such a power")
    if base < 0 and not (s.whole and isinstance(start, Fraction) and (line.denominator, start.denominator) == (1, 1)):
        raise Unknown("a power of a negative number")
    rate = v.power(base, line)
    if not isinstance(rate, Fraction):
        raise Unknown("a base that is not exact")
    return {(ZERO, ZERO, rate, ZERO): v.power(base, start)}


def reflected(f: Terms) -> Terms:
    """x -> f(-x).  Errors: Unknown for broken powers."""
    if any(q.denominator > 1 or r < 0 for _, _, r, q in f):
        raise Unknown("a broken power of a negative number")
    return {(a, -b, 1 / r, q): v.neg(c) if q % 2 else c for (a, b, r, q), c in f.items()}


# -- quotients of polynomials -------------------------------------------------------------------

Quotient = tuple[fmpq_poly, fmpq_poly]


def rational(x: Fraction) -> fmpq:
    """A number for flint."""
    return fmpq(x.numerator, x.denominator)


def _reduced(s: Scope, p: fmpq_poly, q: fmpq_poly) -> Quotient:
    if q == 0:
        raise Undefined("division by zero")
    common = p.gcd(q)
    if common.degree() > 0:
        s.gaps.append(common)
    p, q = p // common, q // common
    if max(p.degree(), q.degree()) > MAX_DEGREE:
        raise Unknown("a high degree")
    return p, q


def quotient(s: Scope, t: Term, env: Env, level: int = 0) -> Quotient:
    """``t`` as a quotient of coprime polynomials with exact coefficients.  Errors: Unknown, Undefined.

    Removable gaps are closed: the value at a zero of a cancelled factor is not one of ``t``.
    """
    s.ev.fuel.burn()
    if not mentions(t, level):
        return fmpq_poly([rational(s.ev.exact_value(t, env, s.outcome))]), fmpq_poly([1])
    head, args = t.head, t.args
    if head == "b":
        return fmpq_poly([0, 1]), fmpq_poly([1])
    if head == "neg":
        p, q = quotient(s, args[0], env, level)
        return -p, q
    if head in ("add", "mul", "div") or (head == "sum" and not any(mentions(x, level) for x in args[:2])):
        if head == "sum":
            parts = [quotient(s, args[2], (Fraction(k), *env), level + 1) for k in s.ev.span(t, env, s.outcome)]
        else:
            parts = [quotient(s, x, env, level) for x in args]
        if head == "div":
            return _reduced(s, parts[0][0] * parts[1][1], parts[0][1] * parts[1][0])
        p, q = fmpq_poly([1 if head == "mul" else 0]), fmpq_poly([1])
        for p2, q2 in parts:
            p, q = _reduced(s, p * p2, q * q2) if head == "mul" else _reduced(s, p * q2 + p2 * q, q * q2)
        return p, q
    if head == "pow" and not mentions(args[1], level):
        x = s.ev.number(args[1], env, s.outcome)
        if isinstance(x, Fraction) and x.denominator == 1 and abs(x) <= MAX_DEGREE:
            p, q = quotient(s, args[0], env, level)
            if max(p.degree(), q.degree()) * abs(x) > MAX_DEGREE:
                raise Unknown("a high degree")
            n = abs(int(x))
            return (p**n, q**n) if x >= 0 else _reduced(s, q**n, p**n)
    if head == "ite" and not mentions(args[0], level):
        return quotient(s, args[1 if s.ev.truth(args[0], env, s.outcome) else 2], env, level)
    raise Unknown(f"{head} of a variable")


def coefficients(p: fmpq_poly) -> list[Fraction]:
    """The coefficients, the constant one first."""
    return [Fraction(int(c.p), int(c.q)) for c in p.coeffs()]


def real_roots(p: fmpq_poly) -> list[Number]:
    """The real roots.  Errors: Unknown if an irreducible factor has a degree above 2 and real roots
    may exist."""
    from derivations.refute.pieces import roots
    found: list[Number] = []
    for factor, _ in p.factor()[1] if p.degree() > 0 else []:
        found += roots(tuple(coefficients(fmpq_poly(factor))))
    return found
