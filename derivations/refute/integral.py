"""Integrals, certified.

Powers and exponentials of polynomials in closed form, everything else on a finite range by
quadrature with rigorous bounds, after the range is cut where a case distinction may switch.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import acb, arb, ctx, fmpq, fmpq_poly

from derivations.kernel.term import Term, close_over, make, num, op, open_with, var
from derivations.refute import dual, growth
from derivations.refute import values as v
from derivations.refute.growth import Scope, Terms
from derivations.refute.local import mentions
from derivations.refute.values import HALF, ONE, ZERO, Number, Undefined, Unknown, precision

if TYPE_CHECKING:
    from derivations.refute.evaluate import Env, Evaluator, Outcome

HEADS = frozenset({"integral", "integral_up", "integral_line"})
CASES = frozenset({"abs", "relu", "max", "min", "ite", "sign", "ind"})
JUMPS = frozenset({"floor", "ceil", "isint", "count", "maxover"})
MAX_PREC = 256
MAX_CALLS = 3_000

Edge = Number | None


def evaluate(ev: Evaluator, t: Term, env: Env, outcome: Outcome | None) -> Number:
    """The value of an integral.  Errors: Undefined if it diverges, Unknown."""
    body = t.args[-1]
    low: Edge = None if t.head == "integral_line" else ev.number(t.args[0], env, outcome)
    high: Edge = ev.number(t.args[1], env, outcome) if t.head == "integral" else None
    if low is not None and high is not None:
        if isinstance(low, dual.Dual) or isinstance(high, dual.Dual):
            return _moving(ev, t, low, high, env, outcome)
        order = v.compare(low, high)
        if order == 0:
            return ZERO
        if order > 0:
            return v.neg(between(ev, body, high, low, env, outcome))
    elif isinstance(low, dual.Dual):
        return _moving(ev, t, low, None, env, outcome)
    return between(ev, body, low, high, env, outcome)


def _moving(ev: Evaluator, t: Term, low: Number, high: Edge, env: Env, outcome: Outcome | None) -> Number:
    """An integral whose ends move, by the value of the integrand there."""
    if any(isinstance(x, dual.Dual) for x in env[1:]) and mentions(t.args[-1], 1):
        raise Unknown("an integral whose ends and integrand move")
    ends = [x for x in (low, high) if isinstance(x, dual.Dual)]
    tag = max(x.tag for x in ends)
    if any(isinstance(x.re, dual.Dual) or isinstance(x.eps, dual.Dual) for x in ends):
        raise Unknown("a higher derivative of an integral")
    body = t.args[-1]
    if any(isinstance(env[k], dual.Dual) and mentions(body, k + 1) for k in range(len(env))):
        raise Unknown("an integral whose ends and integrand move")
    (a, da) = dual.split(low, tag)
    (b, db) = dual.split(high, tag) if high is not None else (None, ZERO)
    order = v.compare(a, b) if b is not None else -1
    whole = ZERO if not order else between(ev, body, a, b, env, outcome) if order < 0 else \
        v.neg(between(ev, body, b if b is not None else ZERO, a, env, outcome))
    change: Number = ZERO
    for x, dx, side in ((a, da, -ONE), (b, db, ONE)):
        if x is not None and not (isinstance(dx, Fraction) and not dx):
            # a dual number there: the integrand must be continuous
            y = ev.number(body, (dual.new(x), *env), outcome)
            change = v.add(change, v.mul(side, v.mul(dual.plain(y), dx)))
    return dual.Dual(tag, whole, change)


def between(ev: Evaluator, body: Term, low: Edge, high: Edge, env: Env, outcome: Outcome | None) -> Number:
    """The integral from ``low`` to ``high``; None: without end."""
    if not any(n.head in CASES | JUMPS for n in _nodes(body)):
        return _smooth(ev, body, low, high, env, outcome)
    if body.random or not all(isinstance(x, Fraction) for k, x in enumerate(env) if mentions(body, k + 1)):
        raise Unknown("cases under an integral")
    x = var("%x")
    opened = open_with(body, [x, *(num(e if isinstance(e, Fraction) else 0) for e in env)])
    written = _written(ev, opened, x)
    cuts: list[Number] = []
    for p in _switches(ev, written, x):
        for r in growth.real_roots(p):
            if (low is None or v.compare(low, r) < 0) and (high is None or v.compare(r, high) < 0) \
                    and all(v.compare(r, c) for c in cuts):
                cuts.append(r)
    from derivations.refute.pieces import inside
    cuts = _sorted(cuts)
    total: Number = ZERO
    for a, b in zip([low, *cuts], [*cuts, high], strict=True):
        piece = _decided(ev, written, x, inside(a, b))
        total = v.add(total, _smooth(ev, close_over(piece, [x]), a, b, (), outcome))
    return total


def _nodes(t: Term) -> list[Term]:
    from derivations.kernel.term import subterms
    return subterms(t)


def _sorted(cuts: list[Number]) -> list[Number]:
    found: list[Number] = []
    for c in cuts:
        place = sum(v.compare(x, c) < 0 for x in found)
        found.insert(place, c)
    return found


def _free(t: Term, x: Term) -> bool:
    return ("v", x.data, 0) not in t.symbols


def _written(ev: Evaluator, t: Term, x: Term) -> Term:
    """Sums and products written out where a case distinction in them depends on x."""
    if _free(t, x) or not any(n.head in CASES | JUMPS for n in _nodes(t)):
        return t
    if t.head in JUMPS:
        raise Unknown("jumps under an integral")
    if t.head in ("sum", "prod"):
        parts = [_written(ev, open_with(t.args[2], [num(k)]), x) for k in ev.span(t, ())]
        empty = num(1 if t.head == "prod" else 0)
        return empty if not parts else parts[0] if len(parts) == 1 else \
            op("add" if t.head == "sum" else "mul", *parts)
    return make(t.head, [_written(ev, a, x) if not a.bound else a for a in t.args], t.data)


def _switches(ev: Evaluator, t: Term, x: Term) -> list[fmpq_poly]:
    """Polynomials at whose zeros a case distinction may switch."""
    found: list[fmpq_poly] = []
    for n in _nodes(t):
        if _free(n, x) or n.head not in CASES | {"eq", "ne", "le", "lt"}:
            if n.head in ("forall", "exists", "imp", "iff", "near", "isleast") and not _free(n, x):
                raise Unknown("such a case under an integral")
            continue
        if n.head in ("abs", "relu", "sign"):
            gap = n.args[0]
        elif n.head in ("ite", "ind"):
            continue
        else:
            gap = op("add", n.args[0], op("neg", n.args[1]))
        if gap.bound:
            raise Unknown("such a case under an integral")
        p, q = growth.quotient(Scope(ev, None), close_over(gap, [x]), (ZERO,))
        found += [p, q]
    return found


def _decided(ev: Evaluator, t: Term, x: Term, at: Fraction) -> Term:
    """The term that ``t`` is close to ``at``, without case distinctions that depend on x."""
    if _free(t, x) or t.bound:
        return t

    def value(n: Term) -> Number:
        return ev.number(close_over(n, [x]), (at,))
    args = t.args
    if t.head in ("ite", "ind"):
        yes = ev.truth(close_over(args[0], [x]), (at,))
        if t.head == "ind":
            return num(1 if yes else 0)
        return _decided(ev, args[1 if yes else 2], x, at)
    if t.head in ("max", "min"):
        first = (v.compare(value(args[0]), value(args[1])) >= 0) == (t.head == "max")
        return _decided(ev, args[0 if first else 1], x, at)
    if t.head in ("abs", "relu", "sign"):
        s = v.sign(value(args[0]))
        if t.head == "sign":
            return num(s)
        inner = _decided(ev, args[0], x, at)
        return inner if s > 0 else op("neg", inner) if t.head == "abs" else num(0)
    return make(t.head, [_decided(ev, a, x, at) for a in args], t.data)


# -- without cases ------------------------------------------------------------------------------

def _smooth(ev: Evaluator, body: Term, low: Edge, high: Edge, env: Env, outcome: Outcome | None) -> Number:
    inner = (ZERO, *env)
    positive = low is not None and v.sign(low) >= 0
    scope = Scope(ev, outcome, positive=positive)
    try:
        found = growth.terms(scope, body, inner)
    except Unknown:
        found = None
    if low is not None and high is not None:
        if found is not None and all(k[:3] == (ZERO, ZERO, ONE) for k in found):
            return _powers(found, low, high)
        return _quadrature(ev, body, low, high, env, outcome)
    if found is not None:
        if low is None and high is None:
            if all(k[0] < 0 for k in found):
                return _gaussian(found, None)
            return v.add(_tail(growth.reflected(found), ZERO), _tail(found, ZERO))
        if low is None:
            assert high is not None
            return _tail(growth.reflected(found), v.neg(high))
        return _tail(found, low)
    p, q = growth.quotient(scope, body, inner)
    turned = fmpq_poly([0, -1])
    if low is None and high is None:
        return v.add(_rational_tail(p(turned), q(turned), ZERO), _rational_tail(p, q, ZERO))
    if low is None:
        assert high is not None
        return _rational_tail(p(turned), q(turned), v.neg(high))
    return _rational_tail(p, q, low)


def _powers(f: Terms, low: Number, high: Number) -> Number:
    """The integral of a sum of powers."""
    total: Number = ZERO
    left, right = v.sign(low), v.sign(high)
    for (_, _, _, q), c in f.items():
        broken = q.denominator > 1
        if (q < 0 or broken) and left * right <= 0 and (left < 0 or right < 0 or not broken or q <= -1):
            raise Undefined("an integral over a pole") if v.sign(c) else Unknown("an integral over a pole")
        if q == -1:
            part: Number = v.log(v.div(high, low))
        else:
            part = v.div(v.sub(v.power(high, q + 1), v.power(low, q + 1)), q + 1)
        total = v.add(total, v.mul(c, part))
    return total


def _quadrature(ev: Evaluator, body: Term, low: Number, high: Number, env: Env, outcome: Outcome | None) -> Number:
    """Rigorous quadrature.  Every operation on boxes is holomorphic where its result is finite."""
    from derivations.refute.pieces import inside
    probe = ev.number(body, (inside(low, high), *env), outcome)

    def part(pick: int) -> Number:
        def integrand(x: acb, _analytic: bool) -> acb:
            try:
                y = ev.number(body, (_box(x), *env), outcome)
                if isinstance(probe, dual.Dual):
                    y = dual.split(y, probe.tag)[pick]
                return acb(v.ball(y))
            except (Undefined, Unknown):
                return acb(arb.nan())
        with precision(min(ctx.prec, MAX_PREC)):
            found = acb.integral(integrand, acb(v.ball(low)), acb(v.ball(high)), eval_limit=MAX_CALLS)
        ev.fuel.burn()
        return v.finite(v.ball(_box(found)) if any(not v.real(x) for x in env) else found.real)
    if isinstance(probe, dual.Dual):
        if isinstance(probe.re, dual.Dual):
            raise Unknown("a higher derivative of an integral")
        return dual.Dual(probe.tag, part(0), part(1))
    return part(0)


def _box(x: acb) -> Number:
    """A complex box where a number is expected."""
    found: Any = x
    return found


def _tail(f: Terms, low: Number) -> Number:
    """The integral from ``low`` on.  Errors: Undefined if it certainly diverges."""
    total: Number = ZERO
    from derivations.refute.limit import _leading
    for k in _leading(f):
        a, b, r, q = k
        if r != 1:
            raise Unknown("an integral of powers of a constant")
        if a > 0 or (not a and (b > 0 or (not b and q >= -1))):
            if v.sign(f[k]):
                raise Undefined("an integral that diverges")
            raise Unknown("an integral that may diverge")
    for k, c in f.items():
        a, b, r, q = k
        if r != 1 or a > 0 or (not a and (b > 0 or (not b and q >= -1))):
            raise Unknown("an integral that may diverge")
        if a:
            total = v.add(total, _gaussian({k: c}, low))
        elif b:
            total = v.add(total, v.mul(c, _exponential(-b, q, low)))
        elif v.sign(low) > 0:
            total = v.add(total, v.mul(c, v.div(v.power(low, q + 1), -q - 1)))
        else:
            raise Undefined("an integral over a pole") if len(f) == 1 else Unknown("an integral over a pole")
    return total


def _exponential(rate: Fraction, q: Fraction, low: Number) -> Number:
    """The integral of x^q exp(-rate*x) from ``low`` on."""
    if q.denominator == 1 and q >= 0:
        weight = v.smooth("exp", v.neg(v.mul(rate, low)))
        found: Number = ZERO
        for k in range(int(q) + 1):
            found = v.add(v.div(v.mul(v.power(low, Fraction(k)), weight), rate), v.mul(Fraction(k) / rate, found))
        return found
    side = v.sign(low)
    if side < 0 or (side == 0 and q <= -1):
        raise Unknown("an integral over a pole")
    if side == 0:
        return v.div(v.smooth("gamma", q + 1), v.power(rate, q + 1))
    return v.div(v.finite(arb.gamma_upper(v.ball(q + 1), v.ball(v.mul(rate, low)))), v.power(rate, q + 1))


def _gaussian(f: Terms, low: Edge) -> Number:
    """The integral of polynomials times Gaussian densities, over the line or from ``low`` on."""
    from derivations.refute.laws import _normal_polynomial, _recentre
    from derivations.refute.pieces import trim
    total: Number = ZERO
    for (a, b, r, q), c in f.items():
        if q.denominator > 1 or q < 0 or r != 1:
            raise Unknown("such an integral")
        variance = -HALF / a
        mean = b * variance
        weight = v.mul(v.smooth("exp", mean * mean / (2 * variance)), (2 * arb.pi() * v.ball(variance)).sqrt())
        centred = _recentre(trim([ZERO] * int(q) + [ONE]), mean)
        total = v.add(total, v.mul(c, v.mul(weight, _normal_polynomial(mean, variance, centred, low, None))))
    return total


def _rational_tail(p: fmpq_poly, q: fmpq_poly, low: Number) -> Number:
    """The integral of p/q from ``low`` on; far out by the substitution x = 1/u."""
    gap = q.degree() - p.degree()
    if p == 0:
        return ZERO
    if gap < 2:
        raise Undefined("an integral that diverges")
    near: Number = ZERO
    start: Number = ONE
    if v.compare(low, ONE) > 0:
        start = v.div(ONE, low)
    elif v.compare(low, ONE) < 0:
        near = _plain_quadrature(p, q, low, ONE)
    top = fmpq_poly([fmpq(0)] * (gap - 2) + p.coeffs()[::-1])
    return v.add(near, _plain_quadrature(top, fmpq_poly(q.coeffs()[::-1]), ZERO, start))


def _plain_quadrature(p: fmpq_poly, q: fmpq_poly, low: Number, high: Number) -> Number:
    tops, bottoms = ([v.ball(c) for c in growth.coefficients(x)] for x in (p, q))

    def horner(c: list[arb], x: acb) -> acb:
        total = acb(0)
        for a in reversed(c):
            total = total * x + a
        return total
    with precision(min(ctx.prec, MAX_PREC)):
        found = acb.integral(lambda x, _: horner(tops, x) / horner(bottoms, x), acb(v.ball(low)), acb(v.ball(high)),
                             eval_limit=MAX_CALLS)
    return v.finite(found.real)
