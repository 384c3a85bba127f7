"""Limits, where they are certain.

Quotients of polynomials by degree, sums of terms by their growth, quotients of functions that
vanish by their derivatives, series by closed forms, and what continuous functions make of these.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import arb, fmpq, fmpq_poly

from derivations.kernel.term import Term
from derivations.refute import dual, growth
from derivations.refute import values as v
from derivations.refute.growth import UNIT, Scope, Terms
from derivations.refute.local import mentions
from derivations.refute.values import ONE, ZERO, Number, Overlap, Undefined, Unknown, Value

if TYPE_CHECKING:
    from derivations.refute.evaluate import Env, Evaluator, Outcome

HEADS = frozenset({"limit", "limit_up", "limit_seq", "tends", "tends_up", "tends_seq"})
INF = "inf"
DEEP = 4                # derivatives that are taken of a quotient 0/0
MAX_START = 10_000

Limit = Number | str    # a number, "inf" or "-inf"


class Divergent(Undefined):
    """There is certainly no limit."""


def evaluate(ev: Evaluator, t: Term, env: Env, outcome: Outcome | None) -> Value:
    """The value of a limit, or whether it is the claimed one.  Errors: Undefined, Unknown."""
    body = t.args[0]
    try:
        if t.head in ("limit", "tends"):
            found = at_point(ev, body, ev.number(t.args[1], env, outcome), env, outcome)
        else:
            scope = Scope(ev, outcome, whole=t.head.endswith("seq"), positive=True)
            limit = far(scope, body, (ZERO, *env), 0)
            if isinstance(limit, str):
                raise Divergent("the limit is infinite")
            found = limit
    except Divergent:
        if t.head.startswith("tends"):
            return False
        raise
    if t.head.startswith("limit"):
        return found
    return v.compare_within(found, ev.number(t.args[-1], env, outcome), ev.tolerant) == 0


# -- at a point ---------------------------------------------------------------------------------

def at_point(ev: Evaluator, body: Term, point: Number, env: Env, outcome: Outcome | None) -> Number:
    """The limit at a point, from both sides."""
    if not mentions(body, 0):
        return ev.number(body, (ZERO, *env), outcome)
    try:                        # a function with a derivative is continuous
        return _value(ev.number(body, (dual.new(point), *env), outcome))
    except Overlap:
        raise
    except (Undefined, Unknown):
        pass
    try:
        p, q = growth.quotient(Scope(ev, outcome), body, (ZERO, *env))
    except Unknown:
        return _vanishing(ev, body, point, env, outcome)
    if not isinstance(point, Fraction):
        raise Unknown("a limit at a point that is not exact")
    x = growth.rational(point)
    if q(x) == 0:
        raise Divergent("a pole")
    return _exact(p(x) / q(x))


def _value(y: Number) -> Number:
    return y.re if isinstance(y, dual.Dual) else y


def _exact(x: fmpq) -> Fraction:
    return Fraction(int(x.p), int(x.q))


def _vanishing(ev: Evaluator, body: Term, point: Number, env: Env, outcome: Outcome | None) -> Number:
    """The limit of a quotient, and of sums and products with one."""
    if body.head in ("add", "mul", "neg"):
        parts = [at_point(ev, a, point, env, outcome) for a in body.args]
        return v.neg(parts[0]) if body.head == "neg" else _fold(body.head, parts)
    if body.head != "div" or not isinstance(point, Fraction):
        raise Unknown("such a limit at a point")
    top, bottom = body.args
    for order in range(DEEP):
        a, b = (_derivative(ev, part, point, order, env, outcome) for part in (top, bottom))
        if v.sign(b):
            return v.div(a, b)
        if v.sign(a):
            raise Divergent("a pole")
    raise Unknown("numerator and denominator vanish to a high order")


def _fold(head: str, parts: list[Number]) -> Number:
    total = parts[0]
    for x in parts[1:]:
        total = v.add(total, x) if head == "add" else v.mul(total, x)
    return total


def _derivative(ev: Evaluator, t: Term, point: Fraction, order: int, env: Env, outcome: Outcome | None) -> Number:
    x: Number = point
    tags = []
    for _ in range(max(order, 1)):         # at least one: continuity is needed as well
        step = dual.new(ZERO)
        tags.append(step.tag)
        x = v.add(x, step)
    y = ev.number(t, (x, *env), outcome)
    for k, tag in enumerate(reversed(tags)):
        y = dual.split(y, tag)[1 if k < order else 0]
    return y


# -- far out ------------------------------------------------------------------------------------

def far(s: Scope, t: Term, env: Env, level: int) -> Limit:
    """The limit as the variable grows without bound."""
    if not mentions(t, level):
        return s.ev.number(t, env, s.outcome)
    try:
        return _by_degree(*growth.quotient(s, t, env, level))
    except Unknown:
        pass
    try:
        if t.head == "div":
            return _ratio(growth.terms(s, t.args[0], env, level), growth.terms(s, t.args[1], env, level))
        return _dominant(growth.terms(s, t, env, level))
    except Overlap:
        raise
    except Unknown:
        pass
    return _composed(s, t, env, level)


def _by_degree(p: fmpq_poly, q: fmpq_poly) -> Limit:
    if p == 0 or p.degree() < q.degree():
        return ZERO
    lead = _exact(p.coeffs()[-1] / q.coeffs()[-1])
    if p.degree() == q.degree():
        return lead
    return INF if lead > 0 else "-inf"


def _faster(f: growth.Key, g: growth.Key) -> int:
    """Which term grows faster in size: 1 for f, -1 for g, 0 for neither."""
    if f[0] != g[0]:
        return 1 if f[0] > g[0] else -1
    rates = [v.mul(v.smooth("exp", k[1]), abs(k[2])) for k in (f, g)]
    if f[1] == g[1]:
        order = (abs(f[2]) > abs(g[2])) - (abs(f[2]) < abs(g[2]))
    else:
        order = v.compare(*rates)
    return order or (f[3] > g[3]) - (f[3] < g[3])


def _leading(f: Terms) -> list[growth.Key]:
    """The terms that grow fastest, all alike (they may differ in sign changes)."""
    best: list[growth.Key] = []
    for k in f:
        order = 1 if not best else _faster(k, best[0])
        if order > 0:
            best = [k]
        elif order == 0:
            best.append(k)
    return best


def _dominant(f: Terms) -> Limit:
    if not f:
        return ZERO
    best = _leading(f)
    order = _faster(best[0], UNIT)
    if order < 0:
        return ZERO
    signs = [v.sign(f[k]) for k in best]
    if any(k[2] < 0 for k in best):
        if all(signs) and (len(best) == 1 or order > 0):
            raise Divergent("the terms change their sign")
        raise Unknown("terms that change their sign")
    if len(best) > 1 or not signs[0]:
        raise Unknown("terms that grow alike")
    return f[best[0]] if order == 0 else INF if signs[0] > 0 else "-inf"


def _ratio(f: Terms, g: Terms) -> Limit:
    if not g:
        raise Undefined("division by zero")
    if not f:
        return ZERO
    best = _leading(g)
    if len(best) > 1 or not v.sign(g[best[0]]):
        raise Unknown("a denominator without a leading term")
    a, b, r, q = best[0]
    return _dominant(growth.times(f, {(-a, -b, 1 / r, -q): v.div(ONE, g[best[0]])}))


def _composed(s: Scope, t: Term, env: Env, level: int) -> Limit:
    head, args = t.head, t.args
    if head == "sum" and not mentions(args[0], level):
        return _series(s, t, env, level)
    if head == "ite" and not mentions(args[0], level):
        return far(s, args[1 if s.ev.truth(args[0], env, s.outcome) else 2], env, level)
    if any(a.sort != "R" for a in args) or head not in _CONTINUOUS:
        raise Unknown(f"the limit of {head}")
    found = [far(s, a, env, level) for a in args]
    if head in ("add", "mul"):
        total = found[0]
        for x in found[1:]:
            total = _plus(total, x) if head == "add" else _times(total, x)
        return total
    if head == "neg":
        return _times(Fraction(-1), found[0])
    if head == "div":
        if isinstance(found[1], str):
            if isinstance(found[0], str):
                raise Unknown("infinite over infinite")
            return ZERO
        if not v.sign(found[1]):
            raise Unknown("a denominator that vanishes")
        return _times(found[0], v.div(ONE, found[1]))
    if head == "pow":
        return _power(*found)
    x = found[0]
    if not isinstance(x, str):
        if head in ("log", "sqrt") and v.sign(x) <= 0:
            raise Unknown("a limit at the edge of a domain")
        if head == "relu":
            return v.largest(ZERO, x)
        return v.log(x) if head == "log" else v.power(x, v.HALF) if head == "sqrt" else \
            v.magnitude(x) if head == "abs" else v.smooth(head, x)
    up = x == INF
    if head in ("tanh", "erf"):
        return ONE if up else -ONE
    if head == "arctan":
        return arb.pi() / (2 if up else -2)
    if head == "abs" or (up and head in ("exp", "log", "sqrt", "relu")):
        return INF
    if head in ("exp", "relu"):
        return ZERO
    raise Unknown(f"{head} far out")


_CONTINUOUS = frozenset({"add", "mul", "neg", "div", "pow", "exp", "log", "sqrt", "tanh", "erf", "arctan", "abs",
                         "relu", "sin", "cos"})


def _plus(a: Limit, b: Limit) -> Limit:
    if isinstance(a, str) or isinstance(b, str):
        if isinstance(a, str) and isinstance(b, str) and a != b:
            raise Unknown("infinite minus infinite")
        return a if isinstance(a, str) else b
    return v.add(a, b)


def _times(a: Limit, b: Limit) -> Limit:
    if isinstance(a, str) or isinstance(b, str):
        signs = [(1 if x == INF else -1) if isinstance(x, str) else v.sign(x) for x in (a, b)]
        if not all(signs):
            raise Unknown("zero times infinite")
        return INF if signs[0] == signs[1] else "-inf"
    return v.mul(a, b)


def _power(b: Limit, x: Limit) -> Limit:
    if isinstance(x, str) or isinstance(b, str):
        raise Unknown("an infinite power")
    if v.sign(b) <= 0 and not (isinstance(x, Fraction) and x.denominator == 1 and x > 0):
        raise Unknown("a power at the edge of its domain")
    return v.power(b, x)


# -- series -------------------------------------------------------------------------------------

def _series(s: Scope, t: Term, env: Env, level: int) -> Limit:
    """The limit of a sum from a fixed index to one that grows, its terms free of the variable."""
    low = v.integer(s.ev.number(t.args[0], env, s.outcome))
    if low is None:
        raise Undefined("a sum from a number that is not an integer")
    if mentions(t.args[2], level + 1) or not s.whole or _steps(s, t.args[1], env, level):
        raise Unknown("a sum whose terms change")
    inner = (ZERO, *env)
    scope = Scope(s.ev, s.outcome, whole=True, positive=low >= 0)
    try:
        p, q = growth.quotient(scope, t.args[2], inner)
    except Unknown:
        scope.gaps.clear()
        f = growth.terms(scope, t.args[2], inner)
        _no_gap(scope, low)
        return _geometric_series(f, low)
    _no_gap(scope, low)
    return _rational_series(p, q, low)


def _no_gap(s: Scope, low: int) -> None:
    """Errors: Undefined if a term of the series divides by zero."""
    for p in s.gaps:
        for f, _ in p.factor()[1]:
            c = growth.coefficients(fmpq_poly(f))
            if len(c) == 2 and (-c[0] / c[1]).denominator == 1 and -c[0] / c[1] >= low:
                raise Undefined("a term of the series divides by zero")


def _steps(s: Scope, high: Term, env: Env, level: int) -> bool:
    """Whether the upper end fails to be an integer line that goes up."""
    p, q = growth.quotient(s, high, env, level)
    c = growth.coefficients(p)
    return q.degree() != 0 or len(c) != 2 or any((x / growth.coefficients(q)[0]).denominator != 1 for x in c) \
        or c[1] / growth.coefficients(q)[0] <= 0


def _geometric_series(f: Terms, low: int) -> Limit:
    """The sum of c * k^q * r^k over k >= low, |r| < 1."""
    total: Number = ZERO
    for (a, b, r, q), c in f.items():
        if a or q < 0 or q.denominator > 1 or q > growth.MAX_POWER:
            raise Unknown("such a series")
        base: Number = r if not b else v.mul(r, v.smooth("exp", b))
        if v.compare(v.magnitude(base), ONE) >= 0:
            if len(f) == 1 and v.sign(c):
                if r > 0:
                    return INF if v.sign(c) > 0 else "-inf"
                raise Divergent("a series whose terms do not vanish")
            raise Unknown("a series that may diverge")
        total = v.add(total, v.mul(c, _weighted(base, int(q), low)))
    return total


def _weighted(r: Number, q: int, low: int) -> Number:
    """The sum of k^q r^k over k >= low: by S_q = (low^q r^low + r * sum_j<q binom(q, j) S_j) / (1 - r)."""
    found: list[Number] = []
    for m in range(q + 1):
        # S_m = low^m r^low + sum_{k >= low} (k+1)^m r^(k+1)
        start = v.mul(v.power(Fraction(low), Fraction(m)), v.power(r, Fraction(low)))
        rest: Number = ZERO
        binomial = 1
        for j in range(m):
            rest = v.add(rest, v.mul(Fraction(binomial), found[j]))
            binomial = binomial * (m - j) // (j + 1)
        found.append(v.div(v.add(start, v.mul(r, rest)), v.sub(ONE, r)))
    return found[q]


def _rational_series(p: fmpq_poly, q: fmpq_poly, low: int) -> Limit:
    """The sum of p(k)/q(k) over k >= low, q with rational roots."""
    if p == 0:
        return ZERO
    roots: list[tuple[Fraction, int]] = []
    for f, m in q.factor()[1]:
        line = growth.coefficients(fmpq_poly(f))
        if len(line) != 2:
            raise Unknown("a denominator without rational roots")
        roots.append((-line[0] / line[1], m))
    if any(x.denominator == 1 and x >= low for x, _ in roots):
        raise Undefined("a term of the series divides by zero")
    if q.degree() - p.degree() < 2:
        sign = _exact(p.coeffs()[-1] / q.coeffs()[-1])
        return INF if sign > 0 else "-inf"
    total: Number = ZERO
    start = max([low, *(math.floor(x) + 1 for x, _ in roots)])
    if start - low > MAX_START:
        raise Unknown("roots far away")
    for k in range(low, start):
        total = v.add(total, _exact(p(fmpq(k)) / q(fmpq(k))))
    low = start
    simple: dict[Fraction, list[tuple[Fraction, Fraction]]] = {}
    for x, m in roots:
        # the principal part at x: p / (q / (k - x)^m) as a series at x
        factor = fmpq_poly([growth.rational(-x), fmpq(1)])
        shift = fmpq_poly([growth.rational(x), fmpq(1)])
        top, bottom = p(shift), (q // factor**m)(shift)
        series = _quotient_series(growth.coefficients(top), growth.coefficients(bottom), m)
        for j, y in enumerate(series):
            if m - j == 1:
                simple.setdefault(x - math.floor(x), []).append((x, y))
            elif y:
                total = v.add(total, v.mul(y, v.finite(arb(m - j).zeta(v.ball(low - x)))))
    for group in simple.values():
        # sum of c/(k - x): -c * digamma(low - x); differences of digamma at whole steps are exact
        last = max(x for x, _ in group)
        weight = ZERO
        for x, c in group:
            weight += c
            if last - x > MAX_START:
                raise Unknown("roots far apart")
            for i in range(int(last - x)):
                total = v.sub(total, c / (low - last + i))
        if weight:
            total = v.sub(total, v.mul(weight, v.finite(v.ball(low - last).digamma())))
    return total


def _quotient_series(a: list[Fraction], b: list[Fraction], n: int) -> list[Fraction]:
    found: list[Fraction] = []
    for k in range(n):
        x = a[k] if k < len(a) else ZERO
        for j in range(1, k + 1):
            if j < len(b):
                x -= b[j] * found[k - j]
        found.append(x / b[0])
    return found
