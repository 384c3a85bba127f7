"""Equations beyond the real roots and logarithms.

An equation that fails for the principal complex values as well, where one side has no real value, is
wrong for these numbers and not just said without its conditions: log(xy) = log x + log y at -1, -1.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from random import Random

from flint import acb, fmpq

from derivations.clock import now
from derivations.kernel.term import Term
from derivations.refute.evaluate import evaluate
from derivations.refute.model import Model
from derivations.refute.values import Fuel, Undefined, Unknown, precision

_VALUES = tuple(Fraction(x) for x in ("-1", "-2", "2", "-3", "3", "-1/2", "1/2", "5"))
_PLAIN: dict[str, Callable[[acb], acb]] = {
    "neg": acb.__neg__, "sqrt": acb.sqrt, "exp": acb.exp, "log": acb.log, "sin": acb.sin, "cos": acb.cos,
    "tanh": acb.tanh, "arctan": acb.atan}
_MOST = 60      # points


class _Other(Exception):
    """A head that is not evaluated here."""


def elsewhere(equation: Term, conditions: Sequence[Term], hyps: Sequence[Term],
              milliseconds: int) -> dict[str, Fraction] | None:
    """A point that the hypotheses allow and a condition does not, at which the complex values of the
    sides are certified to differ."""
    if equation.head != "eq" or any(kind != "v" for kind, _, _ in equation.symbols) or not equation.symbols:
        return None
    names = sorted(name for _, name, _ in equation.symbols)
    near = [h for h in hyps if h.symbols & equation.symbols]
    if not all(h.symbols <= equation.symbols for h in near):
        return None
    fuel = Fuel(200_000, now() + milliseconds / 1000)
    for point in _points(names):
        if fuel.late():
            return None
        model = Model(dict(point))
        if all(_truth(h, model, fuel) for h in near) and not all(_truth(c, model, fuel) for c in conditions):
            with precision(128):
                try:
                    gap = _value(equation.args[0], point) - _value(equation.args[1], point)
                except (_Other, ZeroDivisionError, OverflowError):
                    return None
                if gap.is_finite() and not gap.contains(0):
                    return point
    return None


def _points(names: Sequence[str]) -> Iterator[dict[str, Fraction]]:
    if len(names) <= 2:
        for values in itertools.product(_VALUES, repeat=len(names)):
            yield dict(zip(names, values, strict=True))
        return
    rnd = Random("|".join(names))
    for _ in range(_MOST):
        yield {name: rnd.choice(_VALUES) for name in names}


def _truth(p: Term, model: Model, fuel: Fuel) -> bool:
    try:
        return evaluate(p, model, fuel=fuel) is True
    except (Undefined, Unknown, RecursionError):
        return False


def _value(t: Term, point: dict[str, Fraction]) -> acb:
    match t.head:
        case "num":
            assert isinstance(t.data, Fraction)
            return _exact(t.data)
        case "v":
            return _exact(point[str(t.data)])
        case "e":
            return acb(1).exp()
        case "pi":
            return acb.pi()
    if t.head == "pow" and t.args[1].head == "num":
        base, n = _value(t.args[0], point), t.args[1].data
        assert isinstance(n, Fraction)
        if abs(n) > 64 or (n <= 0 and base.contains(0)):
            raise _Other
        return base ** int(n) if n.denominator == 1 else (base.log() * _exact(n)).exp()
    args = [_value(a, point) for a in t.args]
    match t.head:
        case "add":
            return sum(args[1:], args[0])
        case "mul":
            out = args[0]
            for a in args[1:]:
                out = out * a
            return out
        case "div":
            return args[0] / args[1]
        case "abs":
            return acb(abs(args[0]))
    if t.head not in _PLAIN:
        raise _Other
    return _PLAIN[t.head](args[0])


def _exact(q: Fraction) -> acb:
    return acb(fmpq(q.numerator, q.denominator))


__all__ = ["elsewhere"]
