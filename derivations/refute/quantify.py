"""Quantifiers and least values.

A universal statement about integers between two bounds is decided by trying them all.  Any other
one can be refuted by a sample, but not confirmed (unless the evaluator is lenient).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from derivations.kernel.term import BINDERS, Term
from derivations.refute import dual
from derivations.refute import values as v
from derivations.refute.joint import table
from derivations.refute.local import exists, mentions
from derivations.refute.orders import bounded
from derivations.refute.values import Number, Overlap, Undefined, Unknown

if TYPE_CHECKING:
    from derivations.refute.evaluate import Env, Evaluator, Outcome

WINDOW = 12          # how far an unbounded range of integers is looked through
MAX_SPAN = 3_000
DEEP = 80            # how far below a claimed least value a smaller one is sought
_REALS = tuple(Fraction(s) for s in ["0", "1", "-1", "2", "1/2", "-1/2", "3", "-3/2", "7/3", "1/3", "10", "-5"])


def premises(body: Term) -> tuple[list[Term], Term]:
    """The premises of nested implications, conjunctions taken apart, and what is left."""
    found: list[Term] = []
    while body.head == "imp":
        found += conjuncts(body.args[0])
        body = body.args[1]
    return found, body


def conjuncts(t: Term) -> list[Term]:
    """The members of nested conjunctions."""
    return [p for a in t.args for p in conjuncts(a)] if t.head == "and" else [t]


def _degree_one(t: Term, level: int = 0) -> bool:
    """Whether ``t`` is visibly linear in the bound index ``level``."""
    if t.bound <= level or not mentions(t, level):
        return True
    if t.head == "b":
        return True
    if t.head in ("add", "neg"):
        return all(_degree_one(a, level) for a in t.args)
    if t.head == "mul":
        return sum(mentions(a, level) for a in t.args) == 1 and all(_degree_one(a, level) for a in t.args)
    return t.head == "div" and not mentions(t.args[1], level) and _degree_one(t.args[0], level)


class Range:
    """What the premises say about a bound variable: integer or not, bounds, single values.

    ``rest`` are the premises that the samples do not meet by themselves, ``conclusion`` what stands
    below all premises.
    """

    def __init__(self, ev: Evaluator, body: Term, env: Env, outcome: Outcome | None,
                 facts: list[Term] | None = None) -> None:
        self.ev = ev
        if facts is None:
            facts, self.conclusion = premises(body)
        else:
            self.conclusion = body
        self.integer = any(p.head == "isint" and p.args[0].head == "b" and p.args[0].data == 0 for p in facts)
        self.low: Fraction | None = None
        self.high: Fraction | None = None
        met = set()
        for p in facts:
            if p.head in ("le", "lt", "eq"):
                if self._plain(ev, p, env, outcome):
                    met.add(p)
                elif all(_degree_one(a) for a in p.args):
                    self._read(ev, p, env, outcome)
            elif p.head == "isint" and p.args[0].head == "b" and p.args[0].data == 0:
                met.add(p)
        self.rest = facts if not self.integer else [p for p in facts if p not in met]

    def _plain(self, ev: Evaluator, p: Term, env: Env, outcome: Outcome | None) -> bool:
        """A bound of an integer variable that stands there as it is."""
        one, two = p.args
        if p.head == "eq" or not self.integer:
            return False
        if two.head == "b" and two.data == 0 and not mentions(one, 0):
            other, side = one, 1
        elif one.head == "b" and one.data == 0 and not mentions(two, 0):
            other, side = two, -1
        else:
            return False
        try:
            edge = ev.number(other, (v.ZERO, *env), outcome)
        except Overlap:
            raise
        except (Undefined, Unknown):
            return False
        if not isinstance(edge, Fraction):
            return False
        if side > 0:
            low = Fraction(math.ceil(edge) if p.head == "le" else math.floor(edge) + 1)
            self.low = low if self.low is None else max(self.low, low)
        else:
            high = Fraction(math.floor(edge) if p.head == "le" else math.ceil(edge) - 1)
            self.high = high if self.high is None else min(self.high, high)
        return True

    def admits(self, env: Env, outcome: Outcome | None) -> bool:
        """Whether the premises hold with this sample in front of the environment."""
        return all(self.ev.truth(p, env, outcome) for p in self.rest)

    def _read(self, ev: Evaluator, p: Term, env: Env, outcome: Outcome | None) -> None:
        try:
            at0, at1 = (v.sub(*[ev.number(a, (x, *env), outcome) for a in reversed(p.args)])
                        for x in (v.ZERO, v.ONE))
            slope = v.sub(at1, at0)
            if isinstance(slope, Fraction) and not slope:
                return
            edge = v.neg(v.div(at0, slope))       # p holds on one side of the edge
            up = v.sign(slope) > 0
            if isinstance(edge, dual.Dual) or not v.real(edge):
                return
            if isinstance(edge, Fraction):
                low, high = edge, edge
            else:
                low = high = Fraction(0)
                low, high = v.floor(edge.lower()), v.floor(edge.upper()) + 1
        except Overlap:
            raise
        except (Undefined, Unknown):
            return
        if self.integer:
            low, high = Fraction(math.ceil(low)), Fraction(math.floor(high))
        if up or p.head == "eq":
            self.low = low if self.low is None else max(self.low, low)
        if not up or p.head == "eq":
            self.high = high if self.high is None else min(self.high, high)

    def samples(self) -> tuple[list[Fraction], bool]:
        """Values to try, and whether they are all the values there are."""
        low, high = self.low, self.high
        if self.integer:
            if low is not None and high is not None and high - low < MAX_SPAN:
                return [Fraction(k) for k in range(int(low), int(high) + 1)], True
            if low is not None:
                return [low + k for k in range(WINDOW + 1)], False
            if high is not None:
                return [high - k for k in range(WINDOW + 1)], False
            return [Fraction(k if s else -k) for k in range(WINDOW // 2) for s in (1, 0) if k or s], False
        if low is not None and low == high:
            return [low], True
        if low is not None and high is not None:
            if low > high:
                return [], True
            return [low + (high - low) * Fraction(k, 7) for k in (0, 7, 3, 1, 6)], False
        if low is not None:
            return [low + abs(x) for x in _REALS[:1] + _REALS[1::2]], False
        if high is not None:
            return [high - abs(x) for x in _REALS[:1] + _REALS[1::2]], False
        return list(_REALS), False


def evaluate(ev: Evaluator, t: Term, env: Env, outcome: Outcome | None) -> bool:
    """The truth of a quantified statement.  Errors: Undefined, Unknown."""
    if t.head == "forall":
        return _forall(ev, t.args[0], env, outcome)
    if t.head == "exists":
        order = bounded(ev, t, outcome)
        return _exists(ev, t.args[0], env, outcome) if order is None else order
    return _isleast(ev, t, env, outcome)


def _forall(ev: Evaluator, body: Term, env: Env, outcome: Outcome | None) -> bool:
    found = Range(ev, body, env, outcome)
    met = _compared(ev, body, env)
    values, complete = found.samples() if met is None else (met, True)
    doubt: Unknown | None = None
    for x in values:
        inner = (x, *env)
        try:
            if found.admits(inner, outcome) and not ev.truth(found.conclusion, inner, outcome):
                return False
        except Unknown as err:      # another value may settle it; balls that overlap are worth a second look
            doubt = err if doubt is None or isinstance(err, Overlap) else doubt
    if doubt is not None:
        raise doubt
    if complete:
        return True
    if ev.lenient:
        ev.sampled = True
        return True
    raise Unknown("true on all samples of an unbounded range")


def _compared(ev: Evaluator, body: Term, env: Env) -> list[Fraction] | None:
    """Where random variables are asked to equal the bound variable and it stands nowhere else: all values that
    they take, and one that they do not take; None for other bodies, and for variables with a named law."""
    variables = _equals(body)
    if not variables:
        return None
    try:
        taken = {x for u in variables for (x,) in table(ev, ((u, (v.ZERO, *env)),))}
    except (Undefined, Unknown):
        return None
    return [*sorted(taken), max(taken) + 1]


def _equals(t: Term) -> list[Term] | None:
    """What the innermost bound variable is compared with; None if it stands elsewhere too."""
    if not mentions(t, 0):
        return []
    if t.head == "eq":
        for one, two in (t.args, t.args[::-1]):
            if two.head == "b" and not mentions(one, 0) and one.random:
                return [one]
    if t.head in BINDERS or not t.args:
        return None
    parts = [_equals(a) for a in t.args]
    return None if any(p is None for p in parts) else [u for p in parts if p is not None for u in p]


def _exists(ev: Evaluator, body: Term, env: Env, outcome: Outcome | None) -> bool:
    local = exists(ev, body, env, outcome)
    if local is not None:
        return local
    values, complete = Range(ev, body, env, outcome, conjuncts(body)).samples()
    doubt: Unknown | None = None
    for x in values:
        try:
            if ev.truth(body, (x, *env), outcome):
                return True
        except Overlap:
            raise
        except Unknown as err:
            doubt = err
    if complete and doubt is None:
        return False
    raise doubt if doubt is not None else Unknown("false on all samples of an unbounded range")


def smaller(found: Range, w: Number) -> Iterator[Fraction]:
    """Values below ``w`` that could have the property too, the nearest first."""
    top = v.floor(w)
    if found.integer:
        k = top - 1 if isinstance(w, Fraction) and w == top else top
        for _ in range(DEEP):
            if found.low is not None and k < found.low:
                return
            yield k
            k -= 1
        return
    base = w if isinstance(w, Fraction) else top
    if found.low is not None and found.low < base:
        for s in ("1/1000", "1/8", "1/2", "1"):
            yield base - (base - found.low) * Fraction(s)
        return
    for s in ("1/1000", "1/8", "1/2", "1", "2", "5"):
        yield base - Fraction(s)


def counterexample(ev: Evaluator, t: Term, env: Env, outcome: Outcome | None) -> tuple[Fraction | None, bool]:
    """For ``isleast(w, p)`` with p(w) true: a value below w with the property, if one is found,
    and whether every tried value was decided."""
    w = ev.number(t.args[0], env, outcome)
    decided = True
    for x in smaller(Range(ev, t.args[1], env, outcome, conjuncts(t.args[1])), w):
        try:
            if ev.truth(t.args[1], (x, *env), outcome):
                return x, True
        except Overlap:
            raise
        except (Undefined, Unknown):
            decided = False
    return None, decided


def _isleast(ev: Evaluator, t: Term, env: Env, outcome: Outcome | None) -> bool:
    w = ev.number(t.args[0], env, outcome)
    if not ev.truth(t.args[1], (w, *env), outcome):
        return False
    below, decided = counterexample(ev, t, env, outcome)
    if below is not None:
        return False
    found = Range(ev, t.args[1], env, outcome, conjuncts(t.args[1]))
    if (decided and found.low is not None and isinstance(w, Fraction)
            and (found.low >= w or (found.integer and w - found.low < DEEP))):
        return True
    if ev.lenient:
        ev.sampled = True
        return True
    raise Unknown("nothing smaller found, but the search is not complete")
