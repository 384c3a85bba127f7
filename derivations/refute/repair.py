"""Repair of one equation.

A closed equation that fails is solved for a free scalar, or for one value of an undetermined
family, by evaluating it at two values and solving as if it were linear.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derivations.kernel.term import Term
from derivations.refute.evaluate import Evaluator
from derivations.refute.facts import Symbol
from derivations.refute.model import Index
from derivations.refute.quantify import conjuncts
from derivations.refute.values import Fuel, Undefined, Unknown, precision, sub

if TYPE_CHECKING:
    from derivations.refute.instances import Builder

MAX_TRIES = 6


def repair(builder: Builder, failed: Term, fuel: Fuel) -> Builder | None:
    """A model like ``builder`` in which the equation holds, or None."""
    equations = [p for p in conjuncts(failed) if p.head == "eq" and not p.random]
    for equation in equations:
        for change in _changes(builder, equation)[:MAX_TRIES]:
            solved = _solve(builder, equation, change, fuel)
            if solved is not None:
                return solved
    return None


def _changes(builder: Builder, equation: Term) -> list[tuple[Symbol, Index]]:
    """What may be changed: the last drawn value of a family first, then free scalars."""
    near = builder.plan.closure(equation)
    drawn = [key for key in builder.drawn if key[0] in near]
    last: dict[Symbol, tuple[Symbol, Index]] = {}
    for key in drawn:
        if key[0] not in last or key[1] > last[key[0]][1]:
            last[key[0]] = key
    scalars: list[tuple[Symbol, Index]] = [(s, ()) for s in sorted(near)
                                           if s[0] == "v" and s[1] in builder.scalars]
    return [*last.values(), *scalars]


def _with(builder: Builder, change: tuple[Symbol, Index], x: Fraction) -> Builder:
    from derivations.refute.instances import Builder as Make
    symbol, index = change
    scalars, fixed = builder.scalars, builder.fixed
    if index:
        fixed = {**fixed, (symbol, index): x}
    else:
        scalars = {**scalars, symbol[1]: x}
    return Make(builder.plan, scalars, builder.seed, builder.attempt, fixed, builder.fuel)


def _solve(builder: Builder, equation: Term, change: tuple[Symbol, Index], fuel: Fuel) -> Builder | None:
    def residual(x: Fraction) -> Fraction:
        ev = Evaluator(_with(builder, change, x).model, fuel=fuel)
        gap = sub(ev.number(equation.args[0]), ev.number(equation.args[1]))
        if not isinstance(gap, Fraction):
            raise Unknown("not rational")
        return gap
    try:
        with precision(128):
            one, two, three = Fraction(1, 2), Fraction(1), Fraction(2)
            a, b = residual(one), residual(two)
            if a == b:
                return None
            x = one - a * (two - one) / (b - a)
            if residual(x) == 0:
                return _with(builder, change, x)
            c = residual(three)
            for x in _roots((one, a), (two, b), (three, c)):
                if residual(x) == 0:
                    return _with(builder, change, x)
    except (Undefined, Unknown):
        return None
    return None


def _roots(*points: tuple[Fraction, Fraction]) -> list[Fraction]:
    """Rational roots of the parabola through three points."""
    (x0, y0), (x1, y1), (x2, y2) = points
    first, second = (y1 - y0) / (x1 - x0), (y2 - y1) / (x2 - x1)
    a = (second - first) / (x2 - x0)
    b = first - a * (x0 + x1)
    c = y0 - first * x0 + a * x0 * x1
    from derivations.refute.values import HALF, power
    if not a:
        return []
    square = b * b - 4 * a * c
    if square < 0:
        return []
    root = power(square, HALF)
    return [(-b + root) / (2 * a), (-b - root) / (2 * a)] if isinstance(root, Fraction) else []
