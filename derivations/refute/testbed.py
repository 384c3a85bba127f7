"""Instances that are made once and tried on many goals.

A testbed holds the hypotheses that many claims share.  Its instances come into being when they are
first needed and stay; so do the values of symbols that only a goal mentions, and what was computed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from random import Random

from flint import ctx

from derivations.clock import now
from derivations.kernel.term import Term, show
from derivations.refute.evaluate import Evaluator
from derivations.refute.facts import Symbol
from derivations.refute.instances import Builder, Source, by_definition, holds, random_part
from derivations.refute.model import Model
from derivations.refute.plan import Plan
from derivations.refute.scalars import candidates, whole_symbols
from derivations.refute.smooth import real_places
from derivations.refute.values import PRECISIONS, Fuel, Overlap, Undefined, Unknown, precision
from derivations.refute.witness import Evidence, Witness, apart, check, readable, relevant, share

COUNT = 30              # instances that a goal is tried on
ENOUGH = 4              # kept instances that must have the further hypotheses
KEPT_MORE = 16          # sets of further hypotheses with instances of their own
PATIENCE = 9            # instances that a witness without assumptions is sought in after the first one
MEMO = 40_000           # entries of an evaluator's memory


# a further symbol, whether it must be an integer, and which of its arguments are real numbers
New = tuple[Symbol, bool, frozenset[int]]


class Instance:
    """A model that is kept, with what was computed in it."""

    def __init__(self, model: Model, seed: int) -> None:
        self.model = model
        self.seed = seed
        self.evaluators: dict[tuple[bool, int], Evaluator] = {}
        self.wider: dict[frozenset[New], Instance] = {}

    def evaluator(self, fuel: Fuel, lenient: bool = False) -> Evaluator:
        """The evaluator at the current precision; it remembers what it has computed."""
        key = (lenient, ctx.prec)
        found = self.evaluators.get(key)
        if found is None or len(found.memo) > MEMO:
            found = self.evaluators[key] = Evaluator(self.model, lenient=lenient)
        found.fuel = fuel
        return found

    def forget(self) -> None:
        """Drop what a search that was cut short may have left behind."""
        self.evaluators.clear()

    def with_symbols(self, new: frozenset[New]) -> Instance:
        """This instance with values for further symbols."""
        if not new:
            return self
        found = self.wider.get(new)
        if found is None:
            found = self.wider[new] = self._wider(new)
        return found

    def _wider(self, new: frozenset[New]) -> Instance:
        old, number = self.model, self.model.number
        taken = {x for x in old.scalars.values() if isinstance(x, Fraction)}
        scalars: dict[str, Fraction] = {}
        for symbol, whole, _ in sorted(new, key=lambda x: x[0]):
            if symbol[0] == "v":
                rng = Random(f"{self.seed}/{number}/{symbol[1]}")
                listed = candidates(rng, number, whole, ())
                scalars[symbol[1]] = next((x for x in listed if x not in taken), listed[0])
                taken.add(scalars[symbol[1]])
        plan = Plan([], symbols=[s for s, _, _ in new])
        plan.places = {s: places for s, _, places in new if places}
        more = Builder(plan, scalars, self.seed, number).model
        return Instance(Model({**old.scalars, **more.scalars}, {**old.families, **more.families},
                              {**old.randoms, **more.randoms},
                              {**old.random_families, **more.random_families},
                              old.sampled, old.constant | more.constant, number), self.seed)


class Testbed:
    """Instances of hypotheses, made once.

    ``more_symbols`` and ``hints`` (terms) name symbols that get values together with the hypotheses;
    any other symbol of a goal gets its values when it is first seen.
    """

    __test__ = False        # no case of pytest

    def __init__(self, hyps: Sequence[Term], more_symbols: Iterable[Symbol | Term] = (), seed: int = 0, *,
                 hints: Sequence[Term] = ()) -> None:
        more = list(more_symbols)
        hints = [*hints, *(s for s in more if isinstance(s, Term))]
        self.seed = seed
        self.source = Source(hyps, hints, seed, [s for s in more if not isinstance(s, Term)])
        self.plan = self.source.plan
        self.hyps = [h for h in self.plan.hyps if not by_definition(self.plan, h)]
        self.premise = random_part(self.hyps)
        self.kept: list[Instance] = []
        self.narrower: OrderedDict[frozenset[object], Testbed] = OrderedDict()
        self.read: dict[Term, frozenset[tuple[Symbol, frozenset[int]]]] = {}

    def instances(self, count: int, fuel: Fuel) -> Iterator[Instance]:
        """The first ``count`` instances, fewer if the fuel or the ideas are used up."""
        for k in range(count):
            while k >= len(self.kept):
                model = self.source.next(fuel)
                if model is None:
                    return
                self.kept.append(Instance(model, self.seed))
            yield self.kept[k]

    def _new(self, *terms: Term) -> frozenset[New]:
        """The symbols without a value so far, and which of them must be integers."""
        symbols = frozenset[Symbol]().union(*(t.symbols for t in terms)) - self.plan.symbols
        if not symbols:
            return frozenset()
        places = real_places(terms)
        whole = {s.data for s in whole_symbols(terms, {**self.plan.places, **places})}
        return frozenset((s, s[0] == "v" and s[1] in whole, places.get(s, frozenset())) for s in symbols)

    def _unread(self, goal: Term) -> frozenset[tuple[Symbol, frozenset[int]]]:
        """Families of the hypotheses that the goal applies to real numbers, and they did not."""
        if goal not in self.read:
            self.read[goal] = frozenset(
                (s, p) for s, p in real_places([goal]).items()
                if s in self.plan.symbols and not p <= self.plan.places.get(s, frozenset()))
        return self.read[goal]

    def _narrow(self, extra: Sequence[Term], goal: Term, fuel: Fuel) -> tuple[Testbed, list[Instance] | None]:
        """Where to try a goal under further hypotheses: kept instances at which they hold if there
        are enough, or else a testbed of its own."""
        unread = self._unread(goal)
        key = frozenset((*extra, *unread))
        if key not in self.narrower:
            if not unread and not any(self._new(h) for h in extra) and not any(h.random for h in extra):
                fit = [i for i in self.instances(min(2 * ENOUGH, max(len(self.kept), ENOUGH)), fuel)
                       if all(self._true(i, h, fuel) for h in extra)]
                if len(fit) >= ENOUGH:
                    return self, fit
            self.narrower[key] = Testbed([*self.plan.hyps, *extra], sorted(self.plan.symbols), self.seed,
                                         hints=[goal])
            if len(self.narrower) > KEPT_MORE:
                self.narrower.popitem(last=False)
        self.narrower.move_to_end(key)
        return self.narrower[key], None

    def _true(self, instance: Instance, hyp: Term, fuel: Fuel) -> bool:
        """Whether a further hypothesis is certainly true: one that was only sampled is not."""
        truth, sampled = holds(instance.model, hyp, fuel)
        return truth and not sampled

    def refute(self, goal: Term, *, extra: Sequence[Term] = (), count: int = COUNT,
               milliseconds: float = 1000) -> Witness | None:
        """The first instance at which the goal is certainly false, or None.

        Balls count as different only if they are certified to be.  An undefined goal is no witness.
        """
        fuel = Fuel(10**9, now() + milliseconds / 1000)
        chosen: Iterable[Instance] | None = None
        if extra or self._unread(goal):
            bed, chosen = self._narrow(extra, goal, fuel)
            if chosen is None:
                return bed.refute(goal, count=count, milliseconds=1000 * fuel.left())
        new = self._new(goal)
        second: Witness | None = None
        patience = PATIENCE
        for instance in self.instances(count, fuel) if chosen is None else chosen:
            here = instance.with_symbols(new)
            part = share(fuel, milliseconds)
            try:
                if check(goal, self.premise, partial(here.evaluator, part))[0] is None:
                    continue
                # once more with nothing remembered, to see which values matter
                afresh = Instance(here.model, self.seed)
                found, outcome, ev = check(goal, self.premise, partial(afresh.evaluator, part))
            except (Undefined, Unknown, RecursionError):
                if part.steps < 0 or part.late():
                    here.forget()
                continue
            if found is not None and (not here.model.sampled or second is None):
                shown = self._witness(here.model, goal, [*self.plan.hyps, *extra], found, outcome, ev)
                if not shown.assumed:
                    return shown
                second = shown          # good if no instance is found that needs no assumption
            if second is not None and (patience := patience - 1) < 0:
                break
        return second

    def agreement(self, goal: Term, *, extra: Sequence[Term] = (), count: int = 20,
                  milliseconds: float = 5000) -> Evidence:
        """At how many instances the goal holds.  Balls that agree to the last digits count as equal;
        a universal goal counts if it holds on its samples."""
        fuel = Fuel(10**9, now() + milliseconds / 1000)
        chosen: Iterable[Instance] | None = None
        if extra or self._unread(goal):
            bed, chosen = self._narrow(extra, goal, fuel)
            if chosen is None:
                return bed.agreement(goal, count=count, milliseconds=1000 * fuel.left())
        new = self._new(goal)
        total = agree = undefined = unknown = 0
        for instance in self.instances(count, fuel) if chosen is None else chosen:
            here = instance.with_symbols(new)
            part = share(fuel, milliseconds)
            total += 1
            try:
                found, _, _ = check(goal, self.premise, partial(here.evaluator, part))
                agree += found is None
                unknown += found is not None and bool(here.model.sampled)     # perhaps no instance after all
            except Undefined:
                undefined += 1
            except Overlap:
                if self._close(here, goal, part):
                    agree += 1
                else:
                    unknown += 1
            except (Unknown, RecursionError):
                if part.steps < 0 or part.late():
                    here.forget()
                unknown += 1
        return Evidence(total, agree, undefined, unknown)

    def _close(self, here: Instance, goal: Term, fuel: Fuel) -> bool:
        """Whether the goal holds if tiny balls that overlap count as equal."""
        def tolerant(lenient: bool) -> Evaluator:
            return Evaluator(here.model, lenient=lenient, fuel=fuel, tolerant=True)
        try:
            with precision(PRECISIONS[-1]):
                return check(goal, self.premise, tolerant)[0] is None
        except (Undefined, Unknown, RecursionError):
            return False

    def _witness(self, model: Model, goal: Term, hyps: Sequence[Term], found: object, outcome: dict[str, str],
                 ev: Evaluator) -> Witness:
        from derivations.refute.witness import Falsity
        assert isinstance(found, Falsity)
        sizes = {str(s.data) for s in whole_symbols([goal, *hyps], self.plan.places)}
        values = {**relevant(readable(model, [goal, *hyps], ev, sizes), self.plan, goal, sizes), **found.chosen}
        values |= {f"{k} at the outcome": x for k, x in outcome.items()}
        left, right = apart(found.left, found.right)
        at = ", ".join(f"{k} = {x}" for k, x in values.items())
        sentence = (f"At {at}: " if at else "") + f"{left} {found.relation} {right}."
        return Witness(values, left, right, sentence, tuple(show(h) for h in model.sampled))


def refute(hyps: Sequence[Term], goal: Term, *, seed: int = 0, count: int = 60,
           milliseconds: float = 1000) -> Witness | None:
    """The first small instance of the hypotheses at which the goal is certainly false, or None."""
    return Testbed(hyps, seed=seed, hints=[goal]).refute(goal, count=count, milliseconds=milliseconds)


def agreement(hyps: Sequence[Term], goal: Term, *, seed: int = 0, count: int = 20,
              milliseconds: float = 5000) -> Evidence:
    """At how many instances of the hypotheses the goal holds."""
    return Testbed(hyps, seed=seed, hints=[goal]).agreement(goal, count=count, milliseconds=milliseconds)
