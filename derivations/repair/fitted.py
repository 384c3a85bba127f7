"""Edits found by solving.

A number or a factor is solved for from one instance; a missing term is looked up by its value.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derivations.kernel.term import Term, TermError, op
from derivations.refute import values as v
from derivations.refute.values import Number, Undefined, Unknown
from derivations.repair.build import coefficient, literal, negated, number, plus, scaled, times
from derivations.repair.edits import factor_name
from derivations.repair.places import Place
from derivations.repair.setting import Edit, Setting
from derivations.repair.trial import Trial, rational, same, solved


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
        if x and x != c:
            yield Edit(1.45 + height(x) / 100, "constant", p, number(x))
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


def _solutions(at: Setting, p: Place, trial: Trial, start: Fraction, write: object) -> list[Fraction]:
    """The values of a number at this place for which the sides agree at the first instance."""
    assert callable(write)
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


def missing(at: Setting, trial: Trial) -> Iterator[Edit]:
    """A term or a factor missing on the whole side, known by its value."""
    if at.other is None:
        return
    side = Place(at.wrong)
    want, have = trial.number(at.other), trial.number(at.wrong)
    if want is None or have is None:
        return
    with v.precision(128):
        gap = v.sub(want, have)
        try:
            ratio: Number | None = v.div(want, have)
        except (Undefined, Unknown):
            ratio = None
        if trial.fails:
            c = rational(gap)
            if c and height(c) <= 12:
                yield Edit(2.2 + height(c) / 50, "term missing", side, plus(at.wrong, number(c)))
        for t in at.pool:
            value = trial.number(t)
            if value is None:
                continue
            for c in (Fraction(1), Fraction(2), Fraction(1, 2)):
                scale = 0.0 if c == 1 else 0.2
                if same(v.mul(value, c), gap):
                    yield Edit(2.0 + scale, "term missing", side, plus(at.wrong, scaled(t, c)))
                if same(v.neg(v.mul(value, c)), gap):
                    yield Edit(2.0 + scale, "term missing", side, plus(at.wrong, negated(scaled(t, c))))
            yield from _factor(at, side, t, value, ratio)


def _factor(at: Setting, side: Place, t: Term, value: Number, ratio: Number | None) -> Iterator[Edit]:
    name = "chain-rule factor" if t in at.inner else "factor missing"
    if literal(t) is not None:
        return
    if same(value, ratio):
        yield Edit(2.1, name, side, times(at.wrong, t))
    try:
        if same(v.div(v.ONE, value), ratio):
            yield Edit(2.1, name, side, op("div", at.wrong, t))
    except (Undefined, Unknown):
        return
