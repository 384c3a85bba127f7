"""Orders of growth.

``exists C. 0 < C and forall n, m, ... >= N. F <= C * G``: false if F outgrows G where all variables grow
together, and true if there is one variable, N may be chosen, and F does not.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derivations.kernel.term import Term, close_over, make, num, open_with, var
from derivations.refute import growth
from derivations.refute import values as v
from derivations.refute.values import ONE, Undefined, Unknown

if TYPE_CHECKING:
    from derivations.refute.evaluate import Evaluator, Outcome

_C, _N, _X = var("%C"), var("%N"), var("%x")


def bounded(ev: Evaluator, t: Term, outcome: Outcome | None) -> bool | None:
    """Whether a statement of this form holds; None if it has another form or cannot be told."""
    if t.bound or t.args[0].head != "and" or len(t.args[0].args) != 2:
        return None
    positive, body = (open_with(a, [_C]) for a in t.args[0].args)
    if positive is not make("lt", [num(0), _C]):
        return None
    free = body.head == "exists"
    if free:
        body = open_with(body.args[0], [_N])
    count, whole = 0, True
    while body.head == "forall":
        body = open_with(body.args[0], [_X])
        count += 1
        integer = body.head == "imp" and body.args[0] is make("isint", [_X])
        whole = whole and integer
        while body.head == "imp" and (body.args[0].head == "isint" or body.args[0].head == "le"):
            if body.args[0].head == "le" and body.args[0].args[1] is not _X:
                return None
            body = body.args[1]
    if not count or body.head != "le" or body.args[1].head != "mul" or body.args[1].args[0] is not _C:
        return None
    factors = body.args[1].args[1:]
    small, large = body.args[0], factors[0] if len(factors) == 1 else make("mul", factors)
    small, large = (x.args[0] if x.head == "abs" else x for x in (small, large))
    if any(s[1] in ("%C", "%N") for x in (small, large) for s in x.symbols):
        return None
    try:
        order = _compared(growth.Scope(ev, outcome, whole, positive=True), small, large)
    except (Unknown, Undefined):
        return None
    if order > 0:
        return False
    return True if free and count == 1 else None


def _compared(s: growth.Scope, f: Term, g: Term) -> int:
    """1 if f outgrows g, else 0.  Errors: Unknown, Undefined."""
    one, two = (_leading(growth.terms(s, close_over(x, [_X]), (ONE,))) for x in (f, g))
    if one is None:
        return 0
    return 1 if two is None or one > two else 0


def _leading(terms: growth.Terms) -> tuple[Fraction, Fraction, Fraction] | None:
    """The order of the largest term: of the square in the exponent, of the base, of the power."""
    found = []
    for (a, b, r, q), c in terms.items():
        if b:
            raise Unknown("an exponential with a base that is not rational")
        if not v.sign(c):
            continue
        found.append((a, abs(r), q))
    if len({(a, r) for a, r, _ in found}) < len(found) and any(r < 0 for _, _, r, _ in terms):
        raise Unknown("terms that may cancel")
    return max(found, default=None)


__all__ = ["bounded"]
