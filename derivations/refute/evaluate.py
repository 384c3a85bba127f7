"""Terms at a concrete instance.

``evaluate`` gives the value of a closed term in a model, with partial semantics: where the term
has no meaning it raises ``Undefined``, where no certain answer is found ``Unknown``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TypeVar

from flint import arb

from derivations.kernel.term import BINDERS, MODAL, Term
from derivations.refute import values as v
from derivations.refute.model import Coordinate, Draw, Index, Model, RandomMeaning, RealFamily
from derivations.refute.values import ONE, ZERO, Fuel, Number, Overlap, Undefined, Unknown, Value

Env = tuple[Number, ...]
T = TypeVar("T")

MAX_RANGE = 20_000
MAX_LEAVES = 6_000


class Continuous(Unknown):
    """A coordinate with a continuous law was read where a single outcome is wanted."""


class Outcome:
    """An outcome that comes into being: a coordinate gets its point when it is first read."""

    __slots__ = ("memo", "place", "trail")

    def __init__(self, trail: list[list[int]], coordinates: list[Coordinate]) -> None:
        self.trail = trail
        self.place = {c: k for k, c in enumerate(coordinates)}
        self.memo: dict[Term, Value] = {}

    def read(self, draw: Draw) -> Number:
        """The value of a draw here.  Errors: Continuous for a named continuous law."""
        c = draw.coordinate
        k = self.place.get(c)
        if k is None:
            if not c.points:
                raise Continuous(f"{c.name} has a continuous law")
            k = self.place[c] = len(self.trail)
            self.trail.append([0, len(c.points)])
        return c.points[self.trail[k][0]][1][draw.part]


def outcomes(visit: Callable[[Outcome], T], limit: int = MAX_LEAVES) -> Iterator[tuple[Fraction, T]]:
    """``visit`` at every outcome it can tell apart, with the probability of each.

    Errors: Unknown if there are more than ``limit`` of them; what ``visit`` raises.
    """
    trail: list[list[int]] = []
    coordinates: list[Coordinate] = []
    for _ in range(limit):
        outcome = Outcome(trail, coordinates)
        result = visit(outcome)
        coordinates = list(outcome.place)
        weight = ONE
        for c, (k, _n) in zip(coordinates, trail, strict=True):
            weight *= c.points[k][0]
        yield weight, result
        while trail and trail[-1][0] + 1 == trail[-1][1]:
            trail.pop()
            coordinates.pop()
        if not trail:
            return
        trail[-1][0] += 1
    raise Unknown("too many outcomes")


class Evaluator:
    """Evaluation in one model at the current precision.

    ``lenient``: a universal statement over an unbounded range that holds on a window counts as
    true, and ``sampled`` tells whether this was used.  ``tolerant``: tiny balls that overlap count
    as equal, which is evidence and no proof.  Balls are shared by ``memo``, so that one
    and the same ball object always stands for one and the same number.
    """

    def __init__(self, model: Model, *, lenient: bool = False, fuel: Fuel | None = None,
                 tolerant: bool = False) -> None:
        self.model = model
        self.lenient = lenient
        self.tolerant = tolerant
        self.fuel = fuel if fuel is not None else Fuel()
        self.sampled = False
        self.memo: dict[tuple[Term, Env], Value] = {}
        self.open: set[tuple[Term, Env]] = set()
        self.touched: dict[tuple[str, str, Index], None] = {}    # families and random symbols read

    def number(self, t: Term, env: Env = (), outcome: Outcome | None = None) -> Number:
        """The value of a term of sort R."""
        found = self.value(t, env, outcome)
        assert not isinstance(found, bool)
        return found

    def truth(self, t: Term, env: Env = (), outcome: Outcome | None = None) -> bool:
        """The value of a term of sort B."""
        found = self.value(t, env, outcome)
        assert isinstance(found, bool)
        return found

    def exact(self, t: Term, env: Env = (), outcome: Outcome | None = None) -> Fraction:
        """The value of an index or bound.  Errors: Unknown if it is a ball."""
        found = self.number(t, env, outcome)
        if isinstance(found, Fraction):
            return found
        n = v.integer(found)
        if n is None:
            raise Unknown("an index that is not exact")
        return Fraction(n)

    def exact_value(self, t: Term, env: Env = (), outcome: Outcome | None = None) -> Fraction:
        """The value as a rational.  Errors: Unknown if it is a ball."""
        found = self.number(t, env, outcome)
        if not isinstance(found, Fraction):
            raise Unknown("a value that is not exact")
        return found

    def value(self, t: Term, env: Env = (), outcome: Outcome | None = None) -> Value:
        """The value of ``t`` with its loose indices read from ``env`` (the nearest first)."""
        fuel = self.fuel
        fuel.steps -= 1
        if fuel.steps < 0 or not fuel.steps & 255:
            fuel.burn(0)
        head = t.head
        if head == "num":
            assert isinstance(t.data, Fraction)
            return t.data
        if head == "b":
            assert isinstance(t.data, int)
            return env[t.data]
        if head == "v":
            scalar = self.model.scalars.get(t.data)      # type: ignore[arg-type]
            if scalar is not None and not isinstance(scalar, Term):
                return scalar
        if t.random:
            return self._compute(t, env, outcome)
        if t.bound and head in _CHEAP:
            return self._compute(t, env, None)
        near = env[:t.bound]
        if near and not all(isinstance(x, Fraction) for x in near):
            return self._compute(t, near, None)
        key = (t, near)
        found = self.memo.get(key)
        if found is None:
            found = self._guarded(key) if head in ("v", "f") else self._new(t, near)
            self.memo[key] = found
        return found

    def _guarded(self, key: tuple[Term, Env]) -> Value:
        """A symbol that may be defined by others, and they by it."""
        if key in self.open:
            raise Unknown(f"{key[0]!r} is defined by itself")
        self.open.add(key)
        try:
            return self._new(*key)
        finally:
            self.open.discard(key)

    def _new(self, t: Term, env: Env) -> Value:
        try:
            return self._compute(t, env, None)
        except RecursionError:
            raise Unknown("nested too deeply") from None

    def _compute(self, t: Term, env: Env, outcome: Outcome | None) -> Value:
        head = t.head
        if head in ("add", "mul"):
            step = v.add if head == "add" else v.mul
            total = self.number(t.args[0], env, outcome)
            for a in t.args[1:]:
                total = step(total, self.number(a, env, outcome))
            return total
        if head == "div" and t.args[0].head == t.args[1].head == "log":
            exact = v.log_ratio(*[self.number(a.args[0], env, outcome) for a in t.args])
            if exact is not None:
                return exact
        if head in _REAL:
            return _REAL[head](*[self.number(a, env, outcome) for a in t.args])
        if head in ("v", "f", "r", "g"):
            return self._symbol(t, env, outcome)
        if head in ("sum", "prod", "maxover", "count"):
            return self._ranged(t, env, outcome)
        if head in ("e", "pi"):
            return arb.const_e() if head == "e" else arb.pi()
        if head == "ite":
            return self.value(t.args[1 if self.truth(t.args[0], env, outcome) else 2], env, outcome)
        if head == "ind":
            return ONE if self.truth(t.args[0], env, outcome) else ZERO
        if head in local.HEADS:
            return local.evaluate(self, t, env, outcome)
        if head in matrix.HEADS:
            return matrix.evaluate(self, t, env, outcome)
        if head in integral.HEADS:
            return integral.evaluate(self, t, env, outcome)
        if head in limit.HEADS:
            return limit.evaluate(self, t, env, outcome)
        if head in MODAL:
            return expect.evaluate(self, t, env) if head in expect.HEADS else joint.evaluate(self, t, env)
        return self._logic(t, env, outcome)

    def _symbol(self, t: Term, env: Env, outcome: Outcome | None) -> Value:
        assert isinstance(t.data, str)
        if t.head == "v":
            if t.data not in self.model.scalars:
                raise Unknown(f"{t.data} has no value here")
            found = self.model.scalars[t.data]
            return self.number(found) if isinstance(found, Term) else found
        if t.head == "f":
            family = self.model.families.get((t.data, len(t.args)))
            if isinstance(family, RealFamily):
                self.touched["f", t.data, ()] = None
                return family.at([self.number(a, env, outcome) for a in t.args], self)
            index = tuple([self.exact(a, env, outcome) for a in t.args])
            self.touched["f", t.data, index] = None
            return self.model.family(t.data, index, self)
        meaning = self.meaning(t, env, outcome)
        if isinstance(meaning, Draw):
            if outcome is None:
                raise Unknown("no outcome is fixed")
            return outcome.read(meaning)
        if not isinstance(meaning, Term):
            return meaning
        if outcome is None:
            return self.value(meaning, (), None)
        if meaning not in outcome.memo:
            outcome.memo[meaning] = self.value(meaning, (), outcome)
        return outcome.memo[meaning]

    def meaning(self, t: Term, env: Env, outcome: Outcome | None = None) -> RandomMeaning:
        """What an application of a random symbol stands for.  Errors: Unknown."""
        assert isinstance(t.data, str)
        index = tuple([self.exact(a, env, outcome) for a in t.args])
        self.touched[t.head, t.data, index] = None
        return self.model.random(t.data, index, self)

    def span(self, t: Term, env: Env, outcome: Outcome | None = None) -> range:
        """The integers a ranged binder runs over.

        Errors: Undefined if a bound is not an integer; Unknown if they are too many.
        """
        low, high = (v.integer(self.number(a, env, outcome)) for a in t.args[:2])
        if low is None or high is None:
            raise Undefined(f"{t.head} from or to a number that is not an integer")
        if high - low >= MAX_RANGE:
            raise Unknown("too many terms")
        self.fuel.burn(max(0, high - low))
        return range(low, high + 1)

    def _ranged(self, t: Term, env: Env, outcome: Outcome | None) -> Value:
        body = t.args[2]
        span = self.span(t, env, outcome)
        if t.head == "maxover":
            if not span:
                raise Undefined("the maximum over an empty range")
            best = self.number(body, (Fraction(span[0]), *env), outcome)
            for k in span[1:]:
                best = v.largest(best, self.number(body, (Fraction(k), *env), outcome))
            return best
        total: Number = ONE if t.head == "prod" else ZERO
        for k in span:
            inner = (Fraction(k), *env)
            if t.head == "count":
                total = v.add(total, ONE if self.truth(body, inner, outcome) else ZERO)
            elif t.head == "sum":
                total = v.add(total, self.number(body, inner, outcome))
            else:
                total = v.mul(total, self.number(body, inner, outcome))
        return total

    def _logic(self, t: Term, env: Env, outcome: Outcome | None) -> bool:
        head, args = t.head, t.args
        if head in ("true", "false"):
            return head == "true"
        if head in ("eq", "ne", "le", "lt"):
            left = self.number(args[0], env, outcome)
            right = left if args[1] is args[0] else self.number(args[1], env, outcome)
            order = v.compare(left, right) if not self.tolerant else v.compare_within(left, right, True)
            if head == "eq":
                return order == 0
            return order != 0 if head == "ne" else order <= 0 if head == "le" else order < 0
        if head == "and":
            return all(self.truth(a, env, outcome) for a in args)
        if head == "or":
            found = [self.truth(a, env, outcome) for a in args]     # all of them, to see that each is defined
            return any(found)
        if head == "not":
            return not self.truth(args[0], env, outcome)
        if head == "imp":
            return not self.truth(args[0], env, outcome) or self.truth(args[1], env, outcome)
        if head == "iff":
            return self.truth(args[0], env, outcome) == self.truth(args[1], env, outcome)
        if head == "isint":
            return v.integer(self.number(args[0], env, outcome)) is not None
        if head in BINDERS:
            return quantify.evaluate(self, t, env, outcome)
        raise Unknown(f"no evaluation of {head}")


# heads that are computed again rather than remembered where they hold a loose index
_CHEAP = frozenset({"add", "mul", "neg", "ite", "ind", "eq", "ne", "le", "lt", "and", "or", "not", "imp", "iff",
                    "isint", "abs", "sign", "relu", "max", "min"})
_REAL: dict[str, Callable[..., Number]] = {
    "neg": v.neg, "div": v.div, "pow": v.power, "sqrt": lambda a: v.power(a, v.HALF),
    "log": v.log, "abs": v.magnitude, "sign": lambda a: Fraction(v.sign(a)),
    "relu": lambda a: v.largest(ZERO, a), "max": v.largest,
    "min": lambda a, b: v.neg(v.largest(v.neg(a), v.neg(b))),
    "floor": v.floor, "ceil": lambda a: -v.floor(v.neg(a)),
    "exp": lambda a: v.smooth("exp", a), "sin": lambda a: v.smooth("sin", a),
    "cos": lambda a: v.smooth("cos", a), "tanh": lambda a: v.smooth("tanh", a),
    "arctan": lambda a: v.smooth("arctan", a), "erf": lambda a: v.smooth("erf", a),
    "gamma": lambda a: v.smooth("gamma", a),
}


def at_precisions(attempt: Callable[[], T]) -> T:
    """``attempt`` at rising precision until no overlap of balls stops it.

    Errors: what ``attempt`` raises, Overlap only if the highest precision does not help.
    """
    for bits in v.PRECISIONS[:-1]:
        try:
            with v.precision(bits):
                return attempt()
        except Overlap:
            continue
        except RecursionError:
            raise Unknown("nested too deeply") from None
    with v.precision(v.PRECISIONS[-1]):
        return attempt()


def evaluate(t: Term, model: Model, *, lenient: bool = False, fuel: Fuel | None = None) -> Value:
    """The value of a closed term: a Fraction, a finite ball, or a bool.

    A random term has a value if it is the same at every outcome.
    Errors: Undefined where the term has no meaning, Unknown where nothing certain is found.
    """
    fuel = fuel if fuel is not None else Fuel()

    def attempt() -> Value:
        ev = Evaluator(model, lenient=lenient, fuel=fuel)
        if not t.random:
            return ev.value(t)
        found: Value | None = None
        for _, value in outcomes(lambda o: ev.value(t, (), o)):
            if found is None or isinstance(value, bool):
                if found is not None and found != value:
                    raise Unknown("the value differs from outcome to outcome")
                found = value
            elif isinstance(found, bool) or v.compare(found, value):
                raise Unknown("the value differs from outcome to outcome")
        assert found is not None
        return found
    return at_precisions(attempt)


# these evaluate terms in their turn
from derivations.refute import expect, integral, joint, limit, local, matrix, quantify  # noqa: E402
