"""Edits found by solving.

A number or a factor is solved for from one instance; a missing term is looked up by its value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from derivations.kernel.term import Term, TermError, num, op
from derivations.refute import values as v
from derivations.refute.values import Number, Undefined, Unknown
from derivations.repair.build import coefficient, literal, number, plus, scaled, times
from derivations.repair.edits import FACTOR, constant_name, factor_name
from derivations.repair.places import Place
from derivations.repair.setting import Edit, Setting
from derivations.repair.trial import Trial, linear, rational, same, solved


def height(x: Fraction) -> int:
    """How large the whole numbers are that the number is written with."""
    return max(abs(x.numerator), x.denominator)


def constants(at: Setting, p: Place, trial: Trial) -> Iterator[Edit]:
    """The number that fits where another one stands."""
    c = literal(p.term)
    parent = p.steps[-1].parent if p.steps else None
    if c is None or p.is_index or p.is_bound or p.above == "neg" or (parent and literal(parent) is not None):
        return
    for x in _solutions(at, p, trial, c, number):
        if p.above == "pow" and p.index == 1 and abs(x - c) == 1:
            continue        # an exponent one off has its own name
        if x and x != c:
            yield Edit(1.45 + height(x) / 100, constant_name(p, c, x), p, number(x))
        elif not x and not p.steps:
            yield Edit(2.0, "constant", p, number(x))


def factors(at: Setting, p: Place, trial: Trial) -> Iterator[Edit]:
    """The factor that fits where no number stands as one."""
    t = p.term
    if t.sort != "R" or coefficient(t) or p.above in ("mul", "neg", "f", "g", "abs") or p.is_bound:
        return
    if p.above == "div" and (p.index == 0 or t.head != "add"):
        return
    far = 0.2 if p.steps and p.above not in ("add", "sum", "E") else 0.0
    for x in _solutions(at, p, trial, Fraction(1), lambda x: scaled(t, x)):
        if x > 0 and x != 1 and height(x) <= 24:
            plain = x.numerator == 1 or x.denominator == 1
            yield Edit(1.5 + far + (0.0 if height(x) == 2 else 0.2 if plain else 0.6), factor_name(x), p, scaled(t, x))


def _solutions(at: Setting, p: Place, trial: Trial, start: Fraction,
               write: Callable[[Fraction], Term]) -> list[Fraction]:
    """The values of a number at this place for which the sides agree at the first instance."""
    found: list[Fraction] = []
    if at.other is None:
        return found
    for k in range(min(2, len(trial.kept))):
        target = trial.number(at.other, k)
        if target is None:
            continue
        try:
            values = [trial.number(p.rebuild(write(x)), k) for x in (start, start + 1)]
        except TermError:
            continue
        found += [x for x in solved(start, values, target) if x not in found]
        if found:
            break
    return found


def missing(at: Setting, p: Place, trial: Trial) -> Iterator[Edit]:
    """A term or a factor that is missing at a place, known by the value it must have."""
    t = p.term
    if at.other is None or t.sort != "R" or p.in_index or p.above == "neg":
        return
    written = literal(t) is not None
    if written and p.steps and p.above != "add":
        return
    target, now = trial.number(at.other), trial.number(at.wrong)
    if target is None or now is None:
        return
    far = 0.0 if not p.steps else 0.1
    if p.above != "add" and t.head != "neg" and not written:
        need = _needed(trial, p, plus(t, num(1)), now, target, 0)
        c = rational(need)
        if c and height(c) <= 12:
            yield Edit(2.4 + height(c) / 50, "term missing", p, plus(t, number(c)))
        for x, cost in _matches(at, trial, need, (Fraction(1), Fraction(-1), Fraction(2), Fraction(-2))):
            yield Edit(2.3 + cost + far, "term missing", p, plus(t, x))
    if p.above not in ("mul", "div"):
        need = _needed(trial, p, scaled(t, Fraction(2)), now, target, 1)
        for x, cost in _matches(at, trial, need, (Fraction(1),)):
            name = "chain-rule factor" if x in at.inner else FACTOR
            yield Edit(2.4 + cost + far, name, p, times(t, x))
        for x, cost in _matches(at, trial, _inverse(need), (Fraction(1),)):
            yield Edit(2.4 + cost + far, FACTOR, p, op("div", t, x))


def _needed(trial: Trial, p: Place, more: Term, now: Number, target: Number, start: int) -> Number | None:
    """The addend or factor that makes the sides agree at the first instance, by linearity."""
    try:
        then = trial.number(p.rebuild(more))
    except TermError:
        return None
    return None if then is None else linear(Fraction(start), (now, then), target)


def _inverse(x: Number | None) -> Number | None:
    try:
        return None if x is None else v.div(v.ONE, x)
    except (Undefined, Unknown):
        return None


def _matches(at: Setting, trial: Trial, value: Number | None,
             by: tuple[Fraction, ...]) -> Iterator[tuple[Term, float]]:
    """Terms of the pool that have a value, up to one of some factors."""
    if value is None or (isinstance(value, Fraction) and not value):
        return
    for t in at.pool:
        own = trial.number(t) if literal(t) is None else None
        if own is None:
            continue
        for c in by:
            if same(v.mul(own, c), value):
                yield scaled(t, c), 0.0 if abs(c) == 1 else 0.2
