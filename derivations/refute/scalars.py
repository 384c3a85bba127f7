"""Values for the free scalars.

A small depth-first search with the closed hypotheses as constraints: small and generic values
first, and values near the bounds that the hypotheses state.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from derivations.kernel.term import Term, subterms
from derivations.refute.evaluate import Evaluator
from derivations.refute.facts import Clause, Symbol
from derivations.refute.model import Model
from derivations.refute.values import Fuel, Number, Overlap, Undefined, Unknown, precision

REALS = tuple(Fraction(s) for s in ["1/2", "2", "2/3", "3", "1/3", "3/2", "3/4", "-1", "5", "1/5",
                                     "-1/2", "4", "1/4", "9/4", "7", "-2", "1/10", "10"])
BELOW = tuple(x for x in REALS if x < 0)
SPECIAL = (Fraction(1), Fraction(0))
NODES = 400


def candidates(rng: Random, attempt: int, whole: bool,
               bounds: Sequence[tuple[Number, int]], choices: Sequence[Fraction] = ()) -> list[Fraction]:
    """Values to try in order, with repetitions.  ``bounds`` are (bound, +1 for a lower and -1 for an upper one),
    ``choices`` values of which it must be one."""
    if choices:
        return rng.sample(choices, len(choices))
    near: list[Fraction] = []
    edges = [(b, side) for b, side in bounds if isinstance(b, Fraction)]
    lows = [b for b, side in edges if side > 0]
    highs = [b for b, side in edges if side < 0]
    if whole:
        top = 2 if attempt < 5 else 3 if attempt < 14 else 4 + attempt // 8
        start = max([1, *(math.ceil(b) for b in lows)])
        base = [Fraction(k) for k in range(start, start + top)]
        rng.shuffle(base)
        if attempt < 2:             # generic sizes first: different ones, not the smallest
            base = [Fraction(start + k) for k in ((1, 2, 3, 4), (2, 1, 4, 3))[attempt]]
        elif attempt == 3:
            base = [Fraction(start + k) for k in (3, 2, 4)]
        for b in lows:
            near += [Fraction(math.ceil(b) + k) for k in (1, 2, 0, 3)]
        for b in highs:
            near += [Fraction(math.floor(b) - k) for k in (1, 0, 2, 3)]
        if attempt % 4 == 3 and attempt > 3:        # the smallest sizes there are, where ranges are empty
            small = [Fraction(math.ceil(max(lows)) + attempt // 4 % 2)] if lows else \
                [Fraction(-k) for k in range(4 + attempt // 8)]
            rng.shuffle(small)
            base = small + base
        rest = [Fraction(k) for k in (0, -1, 4, 5, 6, 7, 8, -2)]
    else:
        base = list(REALS[:8] if attempt < 12 else REALS)
        rng.shuffle(base)
        if attempt >= 4:
            base.insert(rng.randrange(0, 6), rng.choice(SPECIAL))
        if attempt % 5 == 4:
            base = rng.sample(BELOW, len(BELOW)) + base
        rest = [*REALS, *SPECIAL]
        for low in lows:
            near += [low + x for x in (1, Fraction(1, 2), 0, Fraction(1, 100))]
            near += [low + (high - low) * Fraction(k, 12)
                     for high in highs if high > low for k in (6, 4, 9, 2)]
        near += [high - x for high in highs for x in (1, Fraction(1, 2), 0, Fraction(1, 100))]
    if lows:
        low = max(lows)
        base = [x for x in base if x >= low]
        near = [x for x in near if x >= low]
    if highs:
        high = min(highs)
        base = [x for x in base if x <= high]
        near = [x for x in near if x <= high]
    rng.shuffle(near)
    return [*base, *near, *rest]


def distinct(values: Iterable[Fraction]) -> Iterator[Fraction]:
    """The values in order, each once; lazily, since the first ones mostly do."""
    seen: set[tuple[int, int]] = set()
    for x in values:
        key = x.numerator, x.denominator        # hashing a fraction is slow
        if key not in seen:
            seen.add(key)
            yield x


def bounds_of(c: Clause, target: Term, ev: Evaluator,
              env: tuple[Fraction, ...] = ()) -> list[tuple[Number, int]]:
    """The bound a clause states for ``target``, where its other side has a value."""
    t = c.conclusion
    if t.head not in ("le", "lt"):
        return []
    for k, side in ((0, -1), (1, 1)):
        if t.args[k] is target:
            try:
                return [(ev.number(t.args[1 - k], env), side)]
            except (Undefined, Unknown):
                return []
    return []


def choices_of(c: Clause, target: Term, ev: Evaluator, env: tuple[Fraction, ...] = ()) -> list[Fraction]:
    """The values among which a clause leaves the choice."""
    parts = c.conclusion.args if c.conclusion.head == "or" else ()
    if not parts or not all(p.head == "eq" and target in p.args for p in parts):
        return []
    try:
        found = [ev.number(p.args[0 if p.args[1] is target else 1], env) for p in parts]
    except (Undefined, Unknown):
        return []
    return [x for x in found if isinstance(x, Fraction)]


def whole_symbols(terms: Sequence[Term], places: Mapping[Symbol, frozenset[int]] | None = None) -> set[Term]:
    """The scalars that are said to be integers or stand as bounds or indices; ``places`` are the
    arguments of families that are no indices."""
    found: set[Term] = set()
    for t in {s for x in terms for s in subterms(x)}:
        parts: tuple[Term, ...] = ()
        if t.head == "isint":
            parts = t.args
        elif t.head in ("sum", "prod", "count", "maxover", "fam"):
            parts = t.args[:2]
        elif t.head in ("f", "g"):
            real = places.get((t.head, str(t.data), len(t.args)), ()) if places else ()
            parts = tuple(a for k, a in enumerate(t.args) if k not in real)
        for p in parts:
            found |= {s for s in (subterms(p) if p.head in ("add", "neg", "v") else ()) if s.head == "v"}
    return found


@dataclass(frozen=True)
class Level:
    """A free scalar: the constraints that are due once it has a value, and those that bound it or list its values."""

    target: Term
    due: tuple[Clause, ...]
    guides: tuple[Clause, ...]


@dataclass(frozen=True)
class Search:
    """The free scalars in order, with the constraints that mention none of them."""

    levels: tuple[Level, ...]
    closed: tuple[Clause, ...]


def search_of(free: Sequence[Term], constraints: Sequence[Clause], definitions: Mapping[str, Term]) -> Search:
    """What each step of the search must look at; ``constraints`` and ``definitions`` mention scalars only."""
    needs: list[tuple[Clause, frozenset[str]]] = []
    for c in constraints:
        names, stack = set(), [s[1] for s in c.conclusion.symbols.union(*(p.symbols for p in c.premises))]
        while stack:
            name = stack.pop()
            if name in definitions:
                stack += [s[1] for s in definitions[name].symbols]
            else:
                names.add(name)
        needs.append((c, frozenset(names)))
    levels, known = [], set()
    for target in free:
        name = str(target.data)
        known.add(name)
        guides = [c for c in constraints if not c.count and not c.premises and (
            c.conclusion.head == "or" or (c.conclusion.head in ("le", "lt") and target in c.conclusion.args))]
        levels.append(Level(target, tuple(c for c, names in needs if name in names and names <= known), tuple(guides)))
    return Search(tuple(levels), tuple(c for c, names in needs if not names))


def assignments(order: Search, definitions: dict[str, Term], solved: Collection[Clause], whole: set[Term], rng: Random,
                attempt: int, fuel: Fuel) -> Iterator[dict[str, Fraction]]:
    """Values of the free scalars under which every constraint holds.

    Clauses that a scalar was ``solved`` from may be undecided balls.
    """
    nodes = NODES

    def holds(c: Clause, values: dict[str, Fraction]) -> bool:
        ev = Evaluator(Model(scalars={**definitions, **values}), fuel=fuel, lenient=True)
        try:
            if c.count:
                return ev.truth(c.source)
            return not all(ev.truth(p) for p in c.premises) or ev.truth(c.conclusion)
        except Overlap:
            return c in solved
        except (Undefined, Unknown):
            return False

    def search(k: int, values: dict[str, Fraction]) -> Iterator[dict[str, Fraction]]:
        nonlocal nodes
        if k == len(order.levels):
            yield dict(values)
            return
        level = order.levels[k]
        target = level.target
        assert isinstance(target.data, str)
        bounds: list[tuple[Number, int]] = []
        choices: list[Fraction] = []
        if level.guides:
            ev = Evaluator(Model(scalars={**definitions, **values}), fuel=fuel)
            bounds = [b for c in level.guides for b in bounds_of(c, target, ev)]
            choices = [x for c in level.guides for x in choices_of(c, target, ev)]
        listed = candidates(rng, attempt, target in whole, bounds, choices)
        if target in whole and attempt % 3 < 2:
            others = set(values.values())
            listed.sort(key=lambda x: x in others)          # different sizes differ, mostly
        for x in distinct(listed):
            nodes -= 1
            if nodes < 0:
                return
            values[target.data] = x
            if all(holds(c, values) for c in level.due):
                yield from search(k + 1, values)
            del values[target.data]

    with precision(256):
        if all(holds(c, {}) for c in order.closed):
            yield from search(0, {})
