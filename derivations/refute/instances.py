"""Models that satisfy hypotheses.

Scalars are searched, families are filled in lazily (by their rules, or drawn so that their stated
properties hold), random symbols get small distributions.  Every hypothesis is checked afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import islice
from random import Random

from derivations.clock import now
from derivations.kernel.term import Term, num, op, open_with, subterms, var
from derivations.refute import repair, shapes, smooth
from derivations.refute.chance import Chance
from derivations.refute.evaluate import Evaluator, Outcome, at_precisions, outcomes
from derivations.refute.facts import Rule, Symbol, disjoint, match
from derivations.refute.level import LEVEL, decided_by_window
from derivations.refute.model import Index, Model, RandomMeaning
from derivations.refute.plan import Plan
from derivations.refute.scalars import (
    assignments,
    bounds_of,
    candidates,
    choices_of,
    distinct,
    search_of,
    whole_symbols,
)
from derivations.refute.values import Fuel, Number, Overlap, Undefined, Unknown


class Builder:
    """One model in the making: fixed scalars, and families that fill in as they are asked for."""

    def __init__(self, plan: Plan, scalars: dict[str, Fraction], seed: int, attempt: int,
                 fixed: dict[tuple[Symbol, Index], Fraction] | None = None, fuel: Fuel | None = None) -> None:
        self.plan, self.scalars, self.seed, self.attempt = plan, scalars, seed, attempt
        self.fuel = fuel if fuel is not None else Fuel()
        self.fixed = dict(fixed or {})          # family values that a repair has set
        self.drawn: dict[tuple[Symbol, Index], Fraction] = {}
        self.rational: dict[tuple[Symbol, Index], Fraction] = {}
        self.busy: set[tuple[Symbol, Index]] = set()
        self.model = Model(scalars={**plan.definitions, **scalars})
        self.model.constant = frozenset(
            s for s in plan.symbols if s[0] == "f" and s[2] == 1 and not plan.rules.get(s)) \
            if attempt % 3 == 2 else frozenset()
        self.chance = Chance(self)
        for s in plan.symbols:
            if s[0] == "f" and s in plan.places:
                self.model.families[s[1], s[2]] = smooth.Smooth(s, plan.places[s], plan.rules.get(s, ()),
                                                                partial(self._function, s))
            elif s[0] == "f":
                self.model.families[s[1], s[2]] = self._family(s)
            elif s[0] == "g":
                self.model.random_families[s[1], s[2]] = self._random(s)
        self._scalars_of_chance()

    def rng(self, *purpose: object) -> Random:
        """A generator of its own for every purpose, so that lazy order does not matter."""
        return Random(f"{self.seed}/{self.attempt}/{purpose!r}")

    def _scalars_of_chance(self) -> None:
        ev = Evaluator(self.model, fuel=self.fuel)
        for s in sorted(self.plan.symbols):
            if s[0] == "r" and s in self.plan.rules:
                self.model.randoms[s[1]] = self.plan.rules[s][0].value
        for s in sorted(self.plan.symbols):
            if s[0] == "r" and s not in self.plan.rules:
                self.model.randoms[s[1]] = self.chance.meaning(s, (), ev)

    def with_value(self, symbol: Symbol, index: Index, x: Fraction) -> Model:
        """This model with one random symbol held at one value."""
        model = Model(self.model.scalars, self.model.families, dict(self.model.randoms),
                      dict(self.model.random_families))
        if index:
            before = model.random_families[symbol[1], symbol[2]]

            def family(i: Index, ev: Evaluator) -> RandomMeaning:
                if i == index:
                    return x
                assert callable(before)
                return before(i, ev)
            model.random_families[symbol[1], symbol[2]] = family
        else:
            model.randoms[symbol[1]] = x
        return model

    def _rule_at(self, symbol: Symbol, index: Index, ev: Evaluator) -> tuple[Rule, Index] | None:
        for rule in self.plan.rules.get(symbol, ()):
            env = rule.match(index, ev)
            if env is not None:
                return rule, env
        return None

    def _random(self, symbol: Symbol) -> Callable[[Index, Evaluator], RandomMeaning]:
        memo: dict[Index, RandomMeaning] = {}

        def family(index: Index, ev: Evaluator) -> RandomMeaning:
            if index not in memo:
                found = self._rule_at(symbol, index, ev)
                if found is not None:
                    rule, env = found
                    memo[index] = open_with(rule.value, [num(x) for x in env])
                elif symbol in self.plan.rules:
                    memo[index] = self.rng("rest", symbol, index).choice((Fraction(1, 2), Fraction(2)))
                else:
                    memo[index] = self.chance.meaning(symbol, index, ev)
            return memo[index]
        return family

    def _function(self, symbol: Symbol, key: Index, points: Sequence[tuple[Fraction, Fraction]]) -> smooth.Function:
        """The model of a function of real numbers."""
        return smooth.make(self.rng("smooth", symbol, key), len(self.plan.places[symbol]),
                           frozenset(self.plan.demands.get(symbol, ())), points)

    def _family(self, symbol: Symbol) -> Callable[[Index, Evaluator], Number]:
        shape = self.plan.shapes.get(symbol)
        table = None if shape is None else shapes.Table(symbol, shape, self.rng, partial(self._draw, symbol))

        def family(index: Index, ev: Evaluator) -> Number:
            if symbol in self.model.constant and index[0] > LEVEL and index[0].denominator == 1:
                index = (Fraction(LEVEL),)
            if table is not None:
                index = table.index(index)
            key = (symbol, index)
            if key in self.rational:
                return self.rational[key]
            if key in self.busy:
                raise Unknown(f"{symbol[1]} is defined by itself")
            self.busy.add(key)
            try:
                value = self.fixed.get(key)
                found = None if value is not None else self._rule_at(symbol, index, ev)
                if found is not None:
                    computed = ev.number(found[0].value, found[1])
                    if not isinstance(computed, Fraction):
                        return computed
                    value = computed
                elif value is None and table is not None:
                    value = table.value(index, ev)
                elif value is None:
                    value = self.drawn[key] = self._draw(symbol, index, ev)
            finally:
                self.busy.discard(key)
            self.rational[key] = value
            return value
        return family

    def _draw(self, symbol: Symbol, index: Index, ev: Evaluator) -> Fraction:
        """A value for an undetermined family that has the properties stated of it."""
        rng = self.rng("family", symbol, index)
        due = []
        bounds: list[tuple[Number, int]] = []
        whole = False
        choices: list[Fraction] = []
        for prop in self.plan.properties.get(symbol, ()):
            env = match(prop.pattern, prop.clause.count, index, ev)
            if env is None or not all(ev.truth(p, env) for p in prop.clause.premises):
                continue
            due.append((prop, env))
            bounds += bounds_of(prop.clause, prop.subject, ev, env)
            whole = whole or (prop.clause.conclusion.head == "isint"
                              and prop.clause.conclusion.args[0] is prop.subject)
            choices += choices_of(prop.clause, prop.subject, ev, env)
        first: Fraction | None = None
        self.busy.discard((symbol, index))
        for x in distinct(candidates(rng, self.attempt, whole, bounds, choices)):
            first = x if first is None else first
            self.rational[symbol, index] = x
            test = Evaluator(self.model, lenient=True, fuel=ev.fuel)
            try:
                if all(test.truth(p.clause.conclusion, env) for p, env in due):
                    return x
            except (Undefined, Unknown):
                continue
            finally:
                del self.rational[symbol, index]
        raise Unknown(f"no value for {symbol[1]}")


def holds(model: Model, hyp: Term, fuel: Fuel, solved: bool = False) -> tuple[bool, bool]:
    """Whether a deterministic hypothesis holds, and whether only a window was looked through.

    An equation that a symbol was ``solved`` from holds by algebra where its sides are defined, so
    that balls need not separate there.
    """
    def attempt() -> tuple[bool, bool]:
        ev = Evaluator(model, lenient=True, fuel=fuel)
        return ev.truth(hyp), ev.sampled
    try:
        return at_precisions(attempt)
    except Overlap:
        return solved, False
    except (Undefined, Unknown):
        return False, False


def random_part(hyps: Sequence[Term]) -> Term | None:
    """The random hypotheses as one formula, or None."""
    found = [h for h in hyps if h.random]
    return None if not found else found[0] if len(found) == 1 else op("and", *found)


def verify(plan: Plan, model: Model, fuel: Fuel) -> Term | None:
    """The first hypothesis that is not certainly true, or None; notes the sampled ones."""
    sampled: list[Term] = []
    for h in plan.hyps:
        if h.random or plan.grants(h):
            continue
        truth, part = holds(model, h, fuel, plan.solves(h))
        if not truth and not by_definition(plan, h):
            return h
        if part and not by_construction(plan, h) and not decided_by_window(h, model.constant):
            sampled.append(h)
    rest = random_part([h for h in plan.hyps if not by_definition(plan, h)])
    if rest is not None:
        try:
            if not at_precisions(lambda: _somewhere(model, rest, fuel)):
                return rest
        except (Undefined, Unknown):
            return rest
    model.sampled = sampled
    return None


def _somewhere(model: Model, t: Term, fuel: Fuel) -> bool:
    ev = Evaluator(model, lenient=True, fuel=fuel)

    def visit(o: Outcome) -> bool:
        return ev.truth(t, (), o)
    return any(truth for _, truth in outcomes(visit))


def by_definition(plan: Plan, hyp: Term) -> bool:
    """Whether a hypothesis about chance holds because symbols were defined by it.

    No other rule of its symbol may take precedence at an index.
    """
    return _all_rules(plan, hyp, "rg") or _all_laws(plan, hyp)


def _all_laws(plan: Plan, hyp: Term) -> bool:
    """Whether a hypothesis names laws from which its symbols are drawn; one for each, so that none takes precedence."""
    laws = {r.clause: found for found in plan.laws.values() for r in found}
    mine = [c for c in plan.clauses if c.source is hyp]
    return bool(mine) and all(len(laws.get(c, ())) == 1 for c in mine)


def _all_rules(plan: Plan, hyp: Term, kinds: str) -> bool:
    steps = {r.clause: r for s, rules in plan.rules.items() if s[0] in kinds for r in rules}
    mine = [c for c in plan.clauses if c.source is hyp]
    return bool(mine) and all(c in steps and steps[c].value in c.conclusion.args and all(
        r is steps[c] or disjoint(r, steps[c]) for r in plan.rules[steps[c].symbol]) for c in mine)


def by_construction(plan: Plan, hyp: Term) -> bool:
    """Whether a hypothesis that holds on a window holds everywhere, as the model was made by it:
    a recurrence with its start, or a property that every drawn value was tested for."""
    if _all_rules(plan, hyp, "frg"):
        return True
    for c in (c for c in plan.clauses if c.source is hyp):
        owners = [p for s, found in plan.properties.items() for p in found if p.clause is c]
        families = [t for t in subterms(c.conclusion) if t.head == "f"]
        if len(owners) != 1 or families != [owners[0].subject]:
            return False
    return True


class Source:
    """Models in which every hypothesis holds, made one by one, the small ones first.

    The same seed gives the same models.  ``hints``: terms whose symbols need values as well.
    """

    def __init__(self, hyps: Sequence[Term], hints: Sequence[Term] = (), seed: int = 0,
                 symbols: Iterable[Symbol] = ()) -> None:
        self.plan = plan = Plan(hyps, hints, symbols)
        self.seed = seed
        self.given = self.misses = self.attempt = 0
        late = {name for name, t in plan.definitions.items() if any(s[0] != "v" for s in plan.closure(t))}
        self.free = [var(s[1]) for s in sorted(plan.symbols) if s[0] == "v" and s[1] not in plan.definitions]
        self.constraints = [c for c in plan.clauses if not any(
            s[0] != "v" or s[1] in late for t in (c.conclusion, *c.premises) for s in plan.closure(t))]
        self.whole = whole_symbols([*hints, *plan.hyps], plan.places)
        self.free.sort(key=lambda s: (s not in self.whole, str(s.data)))
        self.definitions = {k: t for k, t in plan.definitions.items() if k not in late}
        self.order = search_of(self.free, self.constraints, self.definitions)
        self.seen: set[tuple[tuple[str, Fraction], ...]] = set()
        self.chancy = any(s[0] != "v" for s in plan.symbols)

    def dry(self) -> bool:
        """Whether too many attempts in a row gave nothing new."""
        return self.misses >= 12 + self.given

    def next(self, fuel: Fuel | None = None) -> Model | None:
        """One more model, or None if the attempts or the fuel are used up."""
        while not self.dry():
            if fuel is not None:
                try:
                    fuel.burn(256)
                except Unknown:
                    return None
            attempt = self.attempt
            budget = Fuel(300_000, fuel.deadline if fuel is not None else None)
            found = self._try(attempt, budget)
            if found is None and budget.late():
                return None             # the same attempt again when there is time
            self.attempt += 1
            if found is not None:
                self.misses = 0
                self.given += 1
                found.number = attempt
                return found
            self.misses += 1
        return None

    def _try(self, attempt: int, budget: Fuel) -> Model | None:
        rng = Random(f"{self.seed}/{attempt}")
        try:
            for scalars in islice(assignments(self.order, self.definitions, self.plan.defined, self.whole, rng, attempt,
                                              budget), 4):
                key = tuple(sorted(scalars.items()))
                if not self.chancy and key in self.seen:
                    continue
                model = build(self.plan, scalars, self.seed, attempt, budget)
                if not budget.late():
                    self.seen.add(key)
                if model is not None:
                    return model
        except Unknown:
            pass
        return None


def instances(hyps: Sequence[Term], goal: Term, *, seed: int, count: int,
              fuel: Fuel | None = None) -> Iterator[Model]:
    """At most ``count`` models in which every hypothesis holds.  ``fuel`` bounds all the work together."""
    source = Source(hyps, [goal], seed)
    for _ in range(count):
        model = source.next(fuel)
        if model is None:
            return
        yield model


def build(plan: Plan, scalars: dict[str, Fraction], seed: int, attempt: int, fuel: Fuel) -> Model | None:
    """The model with these scalars, repaired if one equation fails; None if a hypothesis fails."""
    try:
        builder = Builder(plan, scalars, seed, attempt, fuel=fuel)
    except (Undefined, Unknown):
        return None
    failed = verify(plan, builder.model, fuel)
    for _ in range(2):
        if failed is None:
            return builder.model
        better = repair.repair(builder, failed, fuel)
        if better is None:
            return None
        builder = better
        failed = verify(plan, builder.model, fuel)
    return builder.model if failed is None else None


def find_instance(hyps: Sequence[Term], *, seed: int = 0, milliseconds: int = 1000) -> Model | None:
    """A model of the hypotheses, or None if none was found: perhaps they contradict each other."""
    fuel = Fuel(10**9, now() + milliseconds / 1000)
    return next(instances(hyps, op("true"), seed=seed, count=1, fuel=fuel), None)
