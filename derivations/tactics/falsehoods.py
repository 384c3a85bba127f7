"""Inequalities that fail somewhere.

A statement about a few numbers that is false at some values at which all that is assumed of them
holds has no proof: it is not searched.  Only arithmetic with small fractions is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from random import Random

from derivations.kernel.term import Term
from derivations.kernel.theorem import Context
from derivations.refute.evaluate import Evaluator
from derivations.refute.model import Model
from derivations.refute.values import Undefined, Unknown
from derivations.tactics import context as C

_ARITHMETIC = frozenset({"num", "v", "add", "mul", "neg", "div", "pow",
                         "lt", "le", "eq", "ne", "isint", "and", "or", "not"})
_VALUES = tuple(Fraction(x) for x in ["0", "1", "2", "-1", "1/2", "3", "-2", "-1/2", "5", "1/3", "4", "7"])
_POINTS = 24
_MOST = 5           # names
Point = dict[str, Fraction]


def fails_somewhere(ctx: Context, goal: Term) -> bool:
    """Whether values are found at which all assumptions about the goal's names hold and the goal does not."""
    if goal.head not in ("lt", "le", "ne") or not _plain(goal) or not goal.symbols:
        return False
    facts = _about(ctx, frozenset(n for _, n, _ in goal.symbols))
    return facts is not None and _fails(goal, facts)


@lru_cache(maxsize=1 << 14)
def _plain(t: Term) -> bool:
    return t.head in _ARITHMETIC and all(map(_plain, t.args))


@lru_cache(maxsize=1 << 12)
def _about(ctx: Context, names: frozenset[str]) -> tuple[Term, ...] | None:
    """The assumptions that bear on the names; None if some of them are not plain.

    What holds for every index, and an equation for a member or for another name, mostly defines that and
    says nothing of the numbers in it.
    """
    facts = [f.goal for f in C.plain_facts(ctx)]
    facts += [u.formula for u in C.universals(ctx) if u.conclusion.head in ("lt", "le", "eq") and _plain(u.conclusion)]
    out: dict[Term, None] = {}
    while True:
        more = [f for f in facts if f not in out and names & {n for _, n, _ in f.symbols} and not _defines(f, names)]
        if not more:
            return tuple(out)
        if not all(map(_plain, more)):
            return None
        out.update(dict.fromkeys(more))
        names |= {n for f in more for _, n, _ in f.symbols}


def _defines(f: Term, names: frozenset[str]) -> bool:
    """Whether a statement that is not plain gives a value to something else."""
    return not _plain(f) and f.head == "eq" and any(
        a.head in ("f", "g") or (a.head in ("v", "r") and str(a.data) not in names) for a in f.args)


@lru_cache(maxsize=1 << 12)
def _fails(goal: Term, facts: tuple[Term, ...]) -> bool:
    for point in _points(facts, frozenset(str(n) for _, n, _ in goal.symbols)):
        try:
            if not _true(goal, point):
                return True
        except (Undefined, Unknown):
            continue
    return False


@lru_cache(maxsize=1 << 10)
def _points(facts: tuple[Term, ...], names: frozenset[str]) -> tuple[Point, ...]:
    """A few values at which the facts hold."""
    every = sorted(names.union(str(n) for f in facts for _, n, _ in f.symbols))
    if len(every) > _MOST:
        return ()
    alone: dict[str, tuple[Fraction, ...]] = {}
    for n in every:
        mine = tuple(f for f in facts if {str(m) for _, m, _ in f.symbols} == {n})
        alone[n] = tuple(x for x in _VALUES if _all_true(mine, {n: x}))
    shared = tuple(f for f in facts if len(f.symbols) > 1)
    return tuple(p for p in _candidates(alone) if _all_true(shared, p)) if all(alone.values()) else ()


def _candidates(alone: dict[str, tuple[Fraction, ...]]) -> Iterator[Point]:
    rng = Random(0)
    yield {n: values[0] for n, values in alone.items()}
    for _ in range(_POINTS):
        yield {n: rng.choice(values) for n, values in alone.items()}


def _all_true(facts: tuple[Term, ...], point: Point) -> bool:
    try:
        return all(_true(f, point) for f in facts)
    except (Undefined, Unknown):
        return False


def _true(t: Term, point: Point) -> bool:
    return Evaluator(Model(scalars=dict(point))).truth(t)


__all__ = ["fails_somewhere"]
