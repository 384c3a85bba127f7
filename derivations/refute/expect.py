"""Expectations, exactly.

On finitely many outcomes an expectation is a finite sum.  With many outcomes, or with named
continuous laws, the term is expanded into products over independent coordinates first.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derivations.kernel.term import Term
from derivations.refute import values as v
from derivations.refute.values import ONE, ZERO, Number, Overlap, Undefined, Unknown, Value

if TYPE_CHECKING:
    from derivations.refute.evaluate import Env, Evaluator, Outcome

HEADS = frozenset({"E", "var", "cov", "P", "condE", "surely"})
ENOUGH = 64          # outcomes that are gone through one by one before expanding is tried


def evaluate(ev: Evaluator, t: Term, env: Env) -> Value:
    """The value of a modal term.  Errors: Undefined, Unknown."""
    args = t.args
    if t.head == "E":
        return mean(ev, args[0], env)
    if t.head in ("var", "cov"):
        return covariance(ev, args[0], args[-1], env)
    if t.head == "P":
        return probability(ev, args[0], env)
    if t.head == "condE":
        return conditional(ev, args[0], args[1], env)
    return surely(ev, args[0], env)


def mean(ev: Evaluator, x: Term, env: Env) -> Number:
    """E[x].  Errors: Undefined if x is undefined at an outcome; Unknown."""
    if not x.random:
        return ev.number(x, env)
    if x.head == "neg":
        return v.neg(mean(ev, x.args[0], env))
    if x.head == "add":
        total: Number = ZERO
        for a in x.args:
            total = v.add(total, mean(ev, a, env))
        return total
    if x.head == "sum" and not (x.args[0].random or x.args[1].random):
        total = ZERO
        for k in ev.span(x, env):
            total = v.add(total, mean(ev, x.args[2], (Fraction(k), *env)))
        return total
    return mean_of(ev, [(x, env, 1)])


def mean_of(ev: Evaluator, factors: list[tuple[Term, Env, int]]) -> Number:
    """E of a product of powers of terms."""
    from derivations.refute import expand
    from derivations.refute.evaluate import MAX_LEAVES, outcomes
    from derivations.refute.joint import support

    def product(o: Outcome) -> Number:
        result: Number = ONE
        for x, env, n in factors:
            result = v.mul(result, v.power(ev.number(x, env, o), Fraction(n)))
        return result

    def enumerate_all(limit: int) -> Number:
        total: Number = ZERO
        for weight, value in outcomes(product, limit):
            total = v.add(total, v.mul(weight, value))
        return total
    try:
        size: int | None = 1
        for c in frozenset().union(*(support(ev, x, env) for x, env, _ in factors)):
            size = size * len(c.points) if size else 0        # 0: there is a continuous law
    except (Undefined, Unknown):
        size = None
    if size is None or 0 < size <= ENOUGH:
        return enumerate_all(MAX_LEAVES)
    try:
        return expand.mean(ev, factors)
    except (Undefined, Overlap):
        raise
    except Unknown:
        if not 0 < size <= MAX_LEAVES or ev.fuel.steps < 0:
            raise
        return enumerate_all(MAX_LEAVES)


def covariance(ev: Evaluator, x: Term, y: Term, env: Env) -> Number:
    """cov(x, y); the variance for x = y."""
    if not (x.random and y.random):
        ev.number(x, env) if not x.random else mean(ev, x, env)
        ev.number(y, env) if not y.random else mean(ev, y, env)
        return ZERO
    both = mean_of(ev, [(x, env, 2)] if x is y else [(x, env, 1), (y, env, 1)])
    return v.sub(both, v.mul(mean(ev, x, env), mean(ev, y, env)))


def probability(ev: Evaluator, event: Term, env: Env) -> Number:
    """P(event)."""
    from derivations.kernel.term import op
    return mean(ev, op("ind", event), env)


def conditional(ev: Evaluator, x: Term, event: Term, env: Env) -> Number:
    """E[x | event].  Errors: Undefined if the event has probability 0."""
    from derivations.kernel.term import op
    chance = probability(ev, event, env)
    if not v.sign(chance):
        raise Undefined("a condition of probability zero")
    return v.div(mean(ev, op("ite", event, x, 0), env), chance)


def surely(ev: Evaluator, p: Term, env: Env) -> bool:
    """Whether p holds at every outcome.  Errors: Unknown for continuous laws."""
    from derivations.refute.evaluate import outcomes
    if not p.random:
        return ev.truth(p, env)
    return all(truth for _, truth in outcomes(lambda o: ev.truth(p, env, o)))
