"""Instances on which edits are tried.

One evaluator is kept for each instance, so that what an edit leaves alone is evaluated only once.
Everything here is a filter: an edit that passes still has to be proved.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derivations.clock import now
from derivations.kernel.term import Term
from derivations.refute import values as v
from derivations.refute.evaluate import Evaluator, Outcome, outcomes
from derivations.refute.instances import instances, random_part
from derivations.refute.model import Model
from derivations.refute.values import Fuel, Number, Overlap, Undefined, Unknown
from derivations.refute.witness import falsify
from derivations.repair.slope import worked

KEPT = 5
BITS = 128
STEPS = 60_000
MAX_OUTCOMES = 600
MAX_HEIGHT = 60         # of a number that is found by solving for it
# what an evaluator raises that does not know a head
STRANGE = (Unknown, RecursionError, AssertionError, IndexError, KeyError)
ERRORS = (Undefined, *STRANGE)


class Trial:
    """Instances of the hypotheses at which a claim has a value, those where it fails first.

    The most telling one comes first: numbers are solved for there."""

    def __init__(self, hyps: Sequence[Term], claim: Term, milliseconds: float, seed: int = 0) -> None:
        self.hyps = hyps
        fuel = Fuel(10**9, now() + milliseconds / 1000)
        self.kept: list[tuple[Model, Evaluator]] = []
        passed: list[tuple[Model, Evaluator]] = []
        for model in instances(hyps, claim, seed=seed, count=3 * KEPT, fuel=fuel):
            pair = model, Evaluator(model, fuel=Fuel(STEPS, fuel.deadline))
            truth = self._holds(pair, claim)
            if truth is False:
                self.kept.append(pair)
            elif truth:
                passed.append(pair)
            if len(self.kept) >= KEPT:
                break
        self.fails = bool(self.kept)        # whether the claim itself was seen to fail
        self.kept.sort(key=lambda pair: _telling(pair[0]), reverse=True)
        self.kept = [*self.kept, *passed][:KEPT]

    def holds(self, claim: Term) -> bool:
        """Whether no kept instance speaks against the claim."""
        return all(self._holds(pair, claim, unknown=True) for pair in self.kept)

    def _holds(self, pair: tuple[Model, Evaluator], claim: Term, unknown: bool | None = None) -> bool | None:
        """The truth at one instance: False also without a value; ``unknown`` where undecided."""
        _, ev = pair
        claim = worked(claim)
        try:
            with v.precision(BITS):
                ev.fuel.steps = STEPS
                if claim.random:
                    return self._at_outcomes(ev, claim)
                return falsify(ev, claim) is None
        except Overlap:
            return True
        except Undefined:
            return None if unknown is None else False
        except STRANGE:
            return unknown

    def _at_outcomes(self, ev: Evaluator, claim: Term) -> bool:
        premise = random_part(self.hyps)

        def visit(o: Outcome) -> bool:
            if premise is not None and not ev.truth(premise, (), o):
                return True
            return falsify(ev, claim, o) is None
        return all(truth for _, truth in outcomes(visit, MAX_OUTCOMES))

    def limit(self, deadline: float) -> None:
        """Evaluate nothing after this moment."""
        for _, ev in self.kept:
            ev.fuel.deadline = deadline

    def number(self, t: Term, at: int = 0) -> Number | None:
        """The value of a term at a kept instance."""
        if at >= len(self.kept) or t.random:
            return None
        ev = self.kept[at][1]
        ev.fuel.steps = STEPS
        try:
            with v.precision(BITS):
                return ev.number(worked(t))
        except ERRORS:
            return None


def _telling(model: Model) -> int:
    """How many different values other than 0, 1 and -1 the scalars have: few coincide by chance."""
    return len({x for x in model.scalars.values() if isinstance(x, Fraction) and abs(x) not in (0, 1)})


def rational(x: Number | None) -> Fraction | None:
    """The number of small height that ``x`` is, or may be if ``x`` is a tiny ball."""
    if x is None:
        return None
    if isinstance(x, Fraction):
        return x if abs(x.numerator) <= MAX_HEIGHT and x.denominator <= MAX_HEIGHT else None
    middle = float(x.mid())
    if abs(middle) > MAX_HEIGHT or float(x.rad()) > 1e-15:
        return None
    near = Fraction(middle).limit_denominator(MAX_HEIGHT)
    return rational(near) if x.overlaps(v.ball(near)) else None


def solved(start: Fraction, values: Sequence[Number | None], target: Number | None) -> list[Fraction]:
    """The rational numbers at which a quantity takes the value ``target``: it has the given values
    at ``start`` and ``start + 1`` and is linear, or its inverse is, or it is linear in the inverse
    of the argument."""
    f0, f1 = values
    if f0 is None or f1 is None or target is None:
        return []
    found = [rational(linear(start, (f0, f1), target))]
    with v.precision(BITS):
        try:
            a, b, c = (v.div(v.ONE, x) for x in (f0, f1, target))
            found.append(rational(linear(start, (a, b), c)))
        except (Undefined, Unknown):
            pass
        try:
            s0, s1 = 1 / start, 1 / (start + 1)
            x = rational(v.add(s0, v.mul(v.div(v.sub(target, f0), v.sub(f1, f0)), s1 - s0)))
            found.append(1 / x if x else None)
        except (Undefined, Unknown, ZeroDivisionError):
            pass
    return list(dict.fromkeys(x for x in found if x is not None))


def linear(start: Fraction, values: tuple[Number, Number], target: Number) -> Number | None:
    """Where a linear quantity with the given values at ``start`` and ``start + 1`` is ``target``."""
    with v.precision(BITS):
        try:
            return v.add(start, v.div(v.sub(target, values[0]), v.sub(values[1], values[0])))
        except (Undefined, Unknown):
            return None


def same(a: Number | None, b: Number | None) -> bool:
    """Whether two values agree as far as their balls tell."""
    if a is None or b is None:
        return False
    try:
        with v.precision(BITS):
            return v.compare(a, b) == 0
    except Overlap:
        return True
    except ERRORS:
        return False
