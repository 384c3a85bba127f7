"""Moments of named laws.

Piecewise polynomials are integrated in closed form.  Bounded analytic factors are integrated by
certified quadrature, with a rigorous bound for what lies outside the window.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import acb, arb

from derivations.refute import values as v
from derivations.refute.model import Law
from derivations.refute.pieces import Coefs, Factor, Pieces, at, plus, times, trim
from derivations.refute.values import HALF, ONE, ZERO, Number, Undefined, Unknown

WINDOW = 40          # standard deviations (or mean lifetimes) inside which quadrature is done
Edge = Number | None


def expectation(f: Pieces, law: Law | tuple[Number, Number]) -> Number:
    """E f(X).  Errors: Undefined if it does not exist; Unknown."""
    kind: str = "normal" if isinstance(law, tuple) else law.kind
    parameters: tuple[Number, ...] = law if isinstance(law, tuple) else law.parameters
    if kind in ("poisson", "beta"):
        if f.cuts or any(k for k in f.parts[0]):
            raise Unknown(f"a function of a {kind} variable that is not a polynomial")
        total: Number = ZERO
        for k, a in enumerate(f.parts[0].get((), ())):
            total = v.add(total, v.mul(a, _plain_moment(kind, parameters, k)))
        return total
    total = ZERO
    edges = (None, *f.cuts, None)
    for k, part in enumerate(f.parts):
        for factors, c in part.items():
            if c:
                total = v.add(total, _integral(kind, parameters, c, factors, edges[k], edges[k + 1]))
    return total


def _plain_moment(kind: str, p: tuple[Number, ...], n: int) -> Number:
    result: Number = ONE
    if kind == "beta":
        for i in range(n):
            result = v.mul(result, v.div(v.add(p[0], Fraction(i)), v.add(v.add(p[0], p[1]), Fraction(i))))
        return result
    stirling = [ONE] + [ZERO] * n
    for _ in range(n):
        stirling = [ZERO] + [stirling[j - 1] + j * stirling[j] for j in range(1, n + 1)]
    total: Number = ZERO
    for j, s in enumerate(stirling):
        total = v.add(total, v.mul(s, v.power(p[0], Fraction(j))))
    return total


def _integral(kind: str, p: tuple[Number, ...], c: Coefs, factors: tuple[Factor, ...],
              low: Edge, high: Edge) -> Number:
    """E[poly(X) * factors(X); low < X < high]."""
    if kind == "uniform":
        low = p[0] if low is None else v.largest(low, p[0])
        high = p[1] if high is None else v.neg(v.largest(v.neg(high), v.neg(p[1])))
        if v.compare(low, high) >= 0:
            return ZERO
        if factors:
            density = v.div(ONE, v.sub(p[1], p[0]))
            return v.mul(density, _quadrature(lambda x: acb(1), c, factors, low, high))
        return v.div(_antiderivative(c, low, high), v.sub(p[1], p[0]))
    weight, p, factors = _absorb(kind, p, factors)
    if kind == "normal":
        return v.mul(weight, _normal(p[0], p[1], c, factors, low, high))
    return v.mul(weight, _exponential(p[0], c, factors, low, high))


def _absorb(kind: str, p: tuple[Number, ...], factors: tuple[Factor, ...]) -> tuple[
        Number, tuple[Number, ...], tuple[Factor, ...]]:
    """Exponentials of linear terms tilt the law: what is left has bounded factors only."""
    weight: Number = ONE
    for head, c in factors:
        if head != "exp":
            continue
        if len(c) > 2:
            raise Unknown("the exponential of a square of a continuous variable")
        a, b = c
        if kind == "normal":
            mean, variance = p
            shift = v.mul(b, variance)
            exponent = v.add(a, v.add(v.mul(b, mean), v.mul(HALF, v.mul(b, shift))))
            weight = v.mul(weight, v.smooth("exp", exponent))
            p = (v.add(mean, shift), variance)
        else:
            rest = v.sub(p[0], b)
            if v.sign(rest) <= 0:
                raise Undefined("an expectation that is infinite")
            weight = v.mul(weight, v.mul(v.smooth("exp", a), v.div(p[0], rest)))
            p = (rest,)
    return weight, p, tuple(f for f in factors if f[0] != "exp")


def _antiderivative(c: Coefs, low: Number, high: Number) -> Number:
    whole = trim([ZERO, *[v.div(a, Fraction(k + 1)) for k, a in enumerate(c)]])
    return v.sub(at(whole, high), at(whole, low))


def _recentre(c: Coefs, m: Number) -> Coefs:
    """The coefficients in powers of x - m."""
    found: Coefs = ()
    for a in reversed(c):
        found = plus(times(found, trim([m, ONE])), trim([a]))
    return found


def _normal(mean: Number, variance: Number, c: Coefs, factors: tuple[Factor, ...],
            low: Edge, high: Edge) -> Number:
    if not factors:
        return _normal_polynomial(mean, variance, _recentre(c, mean), low, high)
    reach = v.mul(Fraction(WINDOW), v.power(variance, HALF))
    left, right = v.sub(mean, reach), v.add(mean, reach)
    bottom = left if low is None else v.largest(low, left)
    top = right if high is None else v.neg(v.largest(v.neg(high), v.neg(right)))
    inner: Number = ZERO
    m, s = acb(v.ball(mean)), v.ball(variance)
    if v.ball(bottom) < v.ball(top):
        scale = (2 * arb.pi() * s).sqrt()
        inner = v.div(_quadrature(lambda x: (-(x - m) ** 2 / (2 * s)).exp(), c, factors, bottom, top), scale)
    elif not v.ball(bottom) >= v.ball(top):
        raise Unknown("a cut at the edge of the window")
    # outside the window the factors are at most 1 in size
    centred = _recentre(c, mean)
    tail = arb(0)
    for k, a in enumerate(centred):
        power: Coefs = trim([ZERO] * k + [ONE])
        tail += abs(v.ball(a)) * 2 * abs(v.ball(_normal_polynomial(mean, variance, power, right, None)))
    return v.add(inner, v.finite(_around(tail)))


def _around(size: arb) -> arb:
    """A ball around 0 that holds everything up to this size."""
    top = v.finite(abs(size)).upper()
    return arb(0, top)


def _normal_polynomial(mean: Number, variance: Number, c: Coefs, low: Edge, high: Edge) -> Number:
    """E[poly(Y - mean); low < Y < high] by the recursion for truncated moments."""
    def cumulative(x: Edge, end: Fraction) -> Number:
        if x is None:
            return end
        d = v.sub(x, mean)
        if isinstance(d, Fraction) and not d:
            return HALF
        return v.finite((-v.ball(d) / (2 * v.ball(variance)).sqrt()).erfc() / 2)

    def density(x: Edge) -> Number:
        if x is None:
            return ZERO
        d, s = v.ball(v.sub(x, mean)), v.ball(variance)
        return v.finite((-d * d / (2 * s)).exp() / (2 * arb.pi() * s).sqrt())

    def edge(x: Edge, power: int, f: Number) -> Number:
        return ZERO if x is None else v.mul(v.power(v.sub(x, mean), Fraction(power)), f)

    f_low, f_high = density(low), density(high)
    moments: list[Number] = []
    total: Number = ZERO
    for k, a in enumerate(c):
        if k == 0:
            moment = v.sub(cumulative(high, ONE), cumulative(low, ZERO))
        else:
            moment = v.mul(variance, v.sub(edge(low, k - 1, f_low), edge(high, k - 1, f_high)))
            if k > 1:
                moment = v.add(moment, v.mul(Fraction(k - 1), v.mul(variance, moments[k - 2])))
        moments.append(moment)
        total = v.add(total, v.mul(a, moment))
    return total


def _exponential(rate: Number, c: Coefs, factors: tuple[Factor, ...], low: Edge, high: Edge) -> Number:
    low = ZERO if low is None else v.largest(ZERO, low)
    if high is not None and v.compare(low, high) >= 0:
        return ZERO
    if not factors:
        above = _above(rate, c, low)
        return above if high is None else v.sub(above, _above(rate, c, high))
    end = v.add(low, v.div(Fraction(4 * WINDOW), rate))
    tail: Number = ZERO
    if high is None or v.compare(end, high) < 0:
        size = arb(0)
        for k, a in enumerate(c):
            size += abs(v.ball(a)) * v.ball(_above(rate, trim([ZERO] * k + [ONE]), end))
        tail = v.finite(_around(size))
        high = end
    r = acb(v.ball(rate))
    return v.add(tail, v.mul(rate, _quadrature(lambda x: (-r * x).exp(), c, factors, low, high)))


def _above(rate: Number, c: Coefs, x: Number) -> Number:
    """E[poly(X); X > x] for the exponential law, x >= 0."""
    tail = v.smooth("exp", v.neg(v.mul(rate, x)))
    moment: Number = ZERO
    total: Number = ZERO
    for k, a in enumerate(c):
        moment = v.add(v.mul(v.power(x, Fraction(k)), tail), v.mul(v.div(Fraction(k), rate), moment))
        total = v.add(total, v.mul(a, moment))
    return total


def _quadrature(density: Callable[[acb], acb], c: Coefs, factors: tuple[Factor, ...],
                low: Number, high: Number) -> Number:
    """The integral of density * polynomial * factors; every factor is holomorphic where it is
    finite (a pole of tanh gives an infinite box), so that the integrand needs no analytic test."""
    coefs = [acb(v.ball(a)) for a in c]

    def horner(cs: list[acb], x: acb) -> acb:
        total = acb(0)
        for a in reversed(cs):
            total = total * x + a
        return total
    inner = [(head, [acb(v.ball(a)) for a in cs]) for head, cs in factors]

    def integrand(x: acb, _analytic: bool) -> acb:
        value = horner(coefs, x) * density(x)
        for head, cs in inner:
            value *= getattr(horner(cs, x), head)()
        return value
    a, b = v.ball(low), v.ball(high)
    found = acb.integral(integrand, acb(a), acb(b)).real
    return v.finite(found)
