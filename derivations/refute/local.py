"""What a term does close to a point: derivatives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivations.kernel.term import Term
from derivations.refute import dual
from derivations.refute import values as v
from derivations.refute.dual import Kink
from derivations.refute.values import Number, Undefined, Unknown, Value

if TYPE_CHECKING:
    from derivations.refute.evaluate import Env, Evaluator, Outcome

HEADS = frozenset({"deriv", "hasderiv", "near"})


def evaluate(ev: Evaluator, t: Term, env: Env, outcome: Outcome | None) -> Value:
    """The value of a local binder.  Errors: Undefined, Unknown."""
    body = t.args[0]
    point = ev.number(t.args[1], env, outcome)
    if t.head == "near":
        return ev.truth(body, (dual.new(point), *env), outcome)
    if t.head == "deriv":
        return derivative(ev, body, point, env, outcome)
    try:
        found = derivative(ev, body, point, env, outcome)
    except Kink:
        return False
    except Undefined:
        raise Unknown("a derivative where the function has no value") from None
    order = v.compare_within(found, ev.number(t.args[2], env, outcome), ev.tolerant)
    return order == 0


def derivative(ev: Evaluator, body: Term, point: Number, env: Env, outcome: Outcome | None) -> Number:
    """The derivative of the body at the point.  Errors: Undefined, Unknown."""
    x = dual.new(point)
    return dual.slope(ev.number(body, (x, *env), outcome), x.tag)


def exists(ev: Evaluator, t: Term, env: Env, outcome: Outcome | None) -> bool | None:
    """``exists v. hasderiv(f, p, v)`` with v not in f or p: whether there is a derivative; None for
    any other statement."""
    if t.head != "hasderiv" or t.args[2].head != "b" or t.args[2].data != 0 \
            or mentions(t.args[0], 1) or mentions(t.args[1], 0):
        return None
    inner = (v.ZERO, *env)
    try:
        derivative(ev, t.args[0], ev.number(t.args[1], inner, outcome), inner, outcome)
    except Kink:
        return False
    return True


def mentions(t: Term, level: int) -> bool:
    """Whether the loose index ``level`` occurs."""
    from derivations.kernel.term import BINDERS
    if t.bound <= level:
        return False
    if t.head == "b":
        return t.data == level
    under = BINDERS.get(t.head, ())
    return any(mentions(a, level + (k in under)) for k, a in enumerate(t.args))
