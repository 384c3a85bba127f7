"""Values of terms in a model.

A small evaluator for the tests, written from the meaning of the heads and independent of the
translation: exact numbers, quantifiers over the integers of a window.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from derivations.kernel.term import Term, num, open_with

WINDOW = range(-2, 10)
Model = Mapping[str, Any]


def value(t: Term, model: Model) -> Any:
    """The value of a closed term without random symbols."""
    def of(k: int) -> Any:
        return value(t.args[k], model)

    def body(k: int, at: int) -> Any:
        return value(open_with(t.args[k], [num(at)]), model)
    match t.head:
        case "num":
            return t.data
        case "v":
            return model[str(t.data)]
        case "f":
            return model[str(t.data)](*(value(a, model) for a in t.args))
        case "forall":
            return all(body(0, k) for k in WINDOW)
        case "exists":
            return any(body(0, k) for k in WINDOW)
        case "imp":
            return not of(0) or of(1)
        case "ite":
            return of(1) if of(0) else of(2)
        case "and":
            return all(of(k) for k in range(len(t.args)))
        case "or":
            return any(of(k) for k in range(len(t.args)))
        case "sum" | "prod" | "maxover" | "count":
            items = [body(2, k) for k in range(math.ceil(of(0)), math.floor(of(1)) + 1)]
            return {"sum": sum, "count": sum, "prod": math.prod, "maxover": max}[t.head](items)
        case "isleast":
            return body(1, int(of(0))) and not any(body(1, k) for k in WINDOW if k < of(0))
    return _PLAIN[t.head](*(of(k) for k in range(len(t.args))))


def _power(b: Any, x: Any) -> Any:
    return b ** int(x) if x == int(x) else float(b) ** float(x)


def _div(a: Any, b: Any) -> Any:
    return a / Fraction(b) if isinstance(b, int) else (a / b if b else Fraction(0))


_PLAIN: dict[str, Callable[..., Any]] = {
    "add": lambda *a: sum(a), "mul": lambda *a: math.prod(a), "neg": lambda a: -a, "div": _div,
    "pow": _power, "sqrt": lambda a: math.sqrt(a), "exp": lambda a: math.exp(a),
    "log": lambda a: math.log(a), "e": lambda: math.e, "pi": lambda: math.pi, "abs": abs,
    "sign": lambda a: (a > 0) - (a < 0), "relu": lambda a: max(a, 0), "max": max, "min": min,
    "floor": lambda a: Fraction(math.floor(a)), "ceil": lambda a: Fraction(math.ceil(a)),
    "sin": lambda a: math.sin(a), "cos": lambda a: math.cos(a), "tanh": lambda a: math.tanh(a),
    "ind": lambda a: int(a), "true": lambda: True, "false": lambda: False,
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "le": lambda a, b: a <= b,
    "lt": lambda a, b: a < b, "not": lambda a: not a, "iff": lambda a, b: a == b,
    "isint": lambda a: a == math.floor(a),
}
