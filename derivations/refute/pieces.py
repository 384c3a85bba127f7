"""Piecewise functions of one variable.

A function is a list of cuts and on each piece between them a sum of polynomials times analytic
factors such as ``tanh(2*x + 1)``.  Values at the cuts are left open: they have probability zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from derivations.kernel.term import Term
from derivations.refute import values as v
from derivations.refute.model import Coordinate, Draw, Law
from derivations.refute.values import HALF, ONE, ZERO, Number, Unknown

if TYPE_CHECKING:
    from derivations.refute.evaluate import Env, Evaluator

Coefs = tuple[Number, ...]                       # c0 + c1*x + ..., no trailing exact zeros
Factor = tuple[str, tuple[Fraction, ...]]        # an analytic function of a polynomial
Piece = dict[tuple[Factor, ...], Coefs]
Affine = tuple[Number, dict[Coordinate, Number]]    # offset and slopes
MAX_CUTS = 200


def trim(numbers: Sequence[Number]) -> Coefs:
    """Without trailing exact zeros."""
    c = list(numbers)
    while c and isinstance(c[-1], Fraction) and not c[-1]:
        c.pop()
    return tuple(c)


def plus(a: Coefs, b: Coefs) -> Coefs:
    """The sum of two polynomials."""
    n = max(len(a), len(b))
    return trim([v.add(a[k] if k < len(a) else ZERO, b[k] if k < len(b) else ZERO) for k in range(n)])


def times(a: Coefs, b: Coefs) -> Coefs:
    """The product of two polynomials."""
    found: list[Number] = [ZERO] * max(0, len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            found[i + j] = v.add(found[i + j], v.mul(x, y))
    return trim(found)


def at(c: Coefs, x: Number) -> Number:
    """The value of a polynomial."""
    total: Number = ZERO
    for a in reversed(c):
        total = v.add(v.mul(total, x), a)
    return total


def roots(c: Coefs) -> list[Number]:
    """The real roots of a polynomial of degree at most 2.  Errors: Unknown beyond that."""
    if len(c) <= 1:
        return []
    if len(c) == 2:
        return [v.neg(v.div(c[0], c[1]))]
    if len(c) > 3:
        raise Unknown("a kink at a root of a cubic")
    square = v.sub(v.mul(c[1], c[1]), v.mul(Fraction(4), v.mul(c[0], c[2])))
    side = v.sign(square)
    if side < 0:
        return []
    root = v.power(square, HALF)
    both = [v.div(v.add(v.neg(c[1]), s), v.mul(Fraction(2), c[2])) for s in (root, v.neg(root))]
    return both[:1] if side == 0 else both


def inside(low: Number | None, high: Number | None) -> Fraction:
    """A rational strictly between two cuts (None: infinite)."""
    if low is None or high is None:
        edge = low if low is not None else high
        if edge is None:
            return ZERO
        base = edge if isinstance(edge, Fraction) else v.floor(edge.mid())
        return base + (2 if low is not None else -2)
    if isinstance(low, Fraction) and isinstance(high, Fraction):
        return (low + high) / 2
    mid = v.ball(v.mul(HALF, v.add(low, high))).mid()
    man, exp = (int(x) for x in mid.man_exp())
    found = Fraction(man) * (Fraction(2) ** exp)
    if v.compare(low, found) >= 0 or v.compare(found, high) >= 0:
        raise Unknown("cuts that are too close")
    return found


@dataclass(frozen=True)
class Pieces:
    """A piecewise function: ``cuts`` in strictly rising order and one piece more than cuts."""

    cuts: tuple[Number, ...]
    parts: tuple[Piece, ...]

    @staticmethod
    def constant(x: Number) -> Pieces:
        """A constant function."""
        return Pieces((), ({(): trim([x])},))

    @staticmethod
    def line(offset: Number, slope: Number) -> Pieces:
        """offset + slope * x."""
        return Pieces((), ({(): trim([offset, slope])},))

    def number(self) -> Number:
        """The value of a constant function.  Errors: Unknown."""
        if self.cuts or any(k for k in self.parts[0]) or any(len(c) > 1 for c in self.parts[0].values()):
            raise Unknown("not a constant")
        c = self.parts[0].get((), ())
        return c[0] if c else ZERO

    def refine(self, cuts: tuple[Number, ...]) -> Pieces:
        """The same function with further cuts."""
        merged, parts = [], []
        i = j = 0
        while i < len(self.cuts) or j < len(cuts):
            parts.append(self.parts[i])
            order = (1 if i == len(self.cuts) else -1 if j == len(cuts) else v.compare(self.cuts[i], cuts[j]))
            merged.append(self.cuts[i] if order <= 0 else cuts[j])
            i += order <= 0
            j += order >= 0
        parts.append(self.parts[i])
        if len(merged) > MAX_CUTS:
            raise Unknown("too many pieces")
        return Pieces(tuple(merged), tuple(parts))

    def combine(self, other: Pieces, step: Callable[[Piece, Piece], Piece]) -> Pieces:
        """Piece by piece."""
        a, b = self.refine(other.cuts), other.refine(self.cuts)
        return Pieces(a.cuts, tuple(step(x, y) for x, y in zip(a.parts, b.parts, strict=True)))

    def plus(self, other: Pieces) -> Pieces:
        """The sum."""
        return self.combine(other, lambda x, y: {k: plus(x.get(k, ()), y.get(k, ())) for k in {**x, **y}})

    def times(self, other: Pieces) -> Pieces:
        """The product."""
        def step(x: Piece, y: Piece) -> Piece:
            found: Piece = {}
            for k, a in x.items():
                for m, b in y.items():
                    key = tuple(sorted(k + m))
                    found[key] = plus(found.get(key, ()), times(a, b))
            return found
        return self.combine(other, step)

    def signs(self) -> tuple[Pieces, list[int]]:
        """The function cut further so that its sign is constant on each piece, and the signs."""
        new: list[Number] = []
        edges = (None, *self.cuts, None)
        for k, part in enumerate(self.parts):
            for x in roots(_polynomial(part)):
                low, high = edges[k], edges[k + 1]
                if (low is None or v.compare(low, x) < 0) and (high is None or v.compare(x, high) < 0):
                    new.append(x)
        found = self
        for x in new:
            found = found.refine((x,))
        edges = (None, *found.cuts, None)
        return found, [v.sign(at(_polynomial(p), inside(edges[k], edges[k + 1])))
                       for k, p in enumerate(found.parts)]


def _polynomial(part: Piece) -> Coefs:
    if any(k and c for k, c in part.items()):
        raise Unknown("a kink at a root of a transcendental function")
    return part.get((), ())


def choose(condition: Pieces, yes: Pieces, no: Pieces) -> Pieces:
    """``yes`` where the 0-1 function is 1, else ``no``."""
    condition = condition.refine(yes.cuts).refine(no.cuts)
    yes, no = yes.refine(condition.cuts), no.refine(condition.cuts)
    return Pieces(condition.cuts, tuple(y if c.get((), ()) else n for c, y, n in zip(
        condition.parts, yes.parts, no.parts, strict=True)))


class Reader:
    """Terms as functions of one continuous variable, finite coordinates being fixed.

    The variable is one coordinate, or a fixed linear combination of independent normal ones.
    """

    def __init__(self, ev: Evaluator, fixed: dict[Coordinate, tuple[Number, ...]]) -> None:
        self.ev = ev
        self.fixed = fixed
        self.direction: dict[Coordinate, Number] | None = None

    def law(self) -> Law | tuple[Number, Number] | None:
        """The law of the variable: a named one, or the mean and variance of a normal one."""
        if self.direction is None:
            return None
        laws = [c.law for c in self.direction]
        if len(laws) == 1:
            return laws[0]
        mean: Number = ZERO
        variance: Number = ZERO
        for c, a in self.direction.items():
            assert c.law is not None
            if c.law.kind != "normal":
                raise Unknown("a combination of variables that are not normal")
            mean = v.add(mean, v.mul(a, c.law.parameters[0]))
            variance = v.add(variance, v.mul(v.mul(a, a), c.law.parameters[1]))
        return mean, variance

    def draw(self, d: Draw) -> Pieces:
        """A draw as a function of the variable."""
        if d.coordinate in self.fixed:
            return Pieces.constant(self.fixed[d.coordinate][d.part])
        return self._linear(ZERO, {d.coordinate: ONE})

    def _linear(self, offset: Number, slopes: dict[Coordinate, Number]) -> Pieces:
        slopes = {c: a for c, a in slopes.items() if v.sign(a)}
        if not slopes:
            return Pieces.constant(offset)
        if self.direction is None:
            first = slopes[min(slopes, key=lambda c: c.name)]
            self.direction = {c: v.div(a, first) for c, a in slopes.items()}
        if set(slopes) != set(self.direction):
            raise Unknown("more than one continuous variable")
        pairs = [(a, self.direction[c]) for c, a in slopes.items()]
        scale = v.div(*pairs[0])
        if any(v.compare(a, v.mul(scale, b)) for a, b in pairs):
            raise Unknown("more than one continuous variable")
        return Pieces.line(offset, scale)

    def affine(self, t: Term, env: Env) -> Affine | None:
        """``t`` as offset and slopes in the continuous coordinates, if it is visibly affine."""
        ev = self.ev
        if not t.random:
            return ev.number(t, env), {}
        if t.head in ("r", "g"):
            meaning = ev.meaning(t, env)
            if isinstance(meaning, Term):
                return self.affine(meaning, ())
            if not isinstance(meaning, Draw):
                return meaning, {}
            if meaning.coordinate in self.fixed:
                return self.fixed[meaning.coordinate][meaning.part], {}
            return ZERO, {meaning.coordinate: ONE}
        items: list[tuple[Term, Env]]
        if t.head == "sum" and not (t.args[0].random or t.args[1].random):
            items = [(t.args[2], (Fraction(k), *env)) for k in ev.span(t, env)]
        elif t.head in ("add", "neg", "mul"):
            items = [(a, env) for a in t.args]
        elif t.head == "div" and not t.args[1].random:
            items = [(t.args[0], env)]
        else:
            return None
        parts = []
        for a, inner in items:
            part = self.affine(a, inner)
            if part is None:
                return None
            parts.append(part)
        if t.head == "mul":
            return _product(parts)
        scale = -ONE if t.head == "neg" else v.div(ONE, ev.number(t.args[1], env)) if t.head == "div" else ONE
        offset: Number = ZERO
        slopes: dict[Coordinate, Number] = {}
        for x, found in parts:
            offset = v.add(offset, v.mul(scale, x))
            for c, slope in found.items():
                slopes[c] = v.add(slopes.get(c, ZERO), v.mul(scale, slope))
        return offset, slopes

    def pieces(self, t: Term, env: Env) -> Pieces:
        """A term of sort R.  Errors: Unknown for heads it does not know."""
        affine = self.affine(t, env)
        if affine is not None:
            return self._linear(*affine)
        head, args = t.head, t.args
        if head in ("r", "g"):
            meaning = self.ev.meaning(t, env)
            assert isinstance(meaning, Term)
            return self.pieces(meaning, ())
        if head in ("add", "mul", "sum"):
            items = ([(a, env) for a in args] if head != "sum" else
                     [(args[2], (Fraction(k), *env)) for k in self.ev.span(t, env)])
            total = Pieces.constant(ZERO if head != "mul" else ONE)
            for a, inner in items:
                found = self.pieces(a, inner)
                total = total.times(found) if head == "mul" else total.plus(found)
            return total
        if head == "neg":
            return Pieces.constant(-ONE).times(self.pieces(args[0], env))
        if head == "div" and not args[1].random:
            return self.pieces(args[0], env).times(Pieces.constant(v.div(ONE, self.ev.number(args[1], env))))
        if head == "pow" and not args[1].random:
            n = v.integer(self.ev.number(args[1], env))
            if n is None or not 0 <= n <= 24:
                raise Unknown("such a power of a continuous variable")
            total, base = Pieces.constant(ONE), self.pieces(args[0], env)
            for _ in range(n):
                total = total.times(base)
            return total
        if head in ("relu", "abs", "sign"):
            found, signs = self.pieces(args[0], env).signs()
            pick = {"relu": (0, 0, 1), "abs": (-1, 0, 1)}.get(head)
            if pick is None:
                return Pieces(found.cuts, tuple({(): trim([Fraction(s)])} for s in signs))
            factors = Pieces(found.cuts, tuple({(): trim([Fraction(pick[s + 1])])} for s in signs))
            return factors.times(found)
        if head in ("max", "min"):
            one, two = (self.pieces(x, env) for x in args)
            below = self._below(one, two)
            return choose(below, two, one) if head == "max" else choose(below, one, two)
        if head == "ind":
            return self.condition(args[0], env)
        if head == "ite":
            return choose(self.condition(args[0], env), self.pieces(args[1], env), self.pieces(args[2], env))
        if head in ("exp", "tanh", "sin", "cos"):
            under = self.pieces(args[0], env)
            return Pieces(under.cuts, tuple(_analytic(head, _polynomial(p)) for p in under.parts))
        raise Unknown(f"{head} of a continuous variable")

    def _below(self, a: Pieces, b: Pieces) -> Pieces:
        found, signs = b.plus(Pieces.constant(-ONE).times(a)).signs()
        return Pieces(found.cuts, tuple({(): trim([ONE if s > 0 else ZERO])} for s in signs))

    def condition(self, t: Term, env: Env) -> Pieces:
        """A statement as a 0-1 function, up to probability zero."""
        if not t.random:
            return Pieces.constant(ONE if self.ev.truth(t, env) else ZERO)
        if t.head in ("le", "lt", "eq", "ne"):
            left, right = (self.pieces(x, env) for x in t.args)
            found, signs = right.plus(Pieces.constant(-ONE).times(left)).signs()
            yes = {"le": (0, 1, 1), "lt": (0, 0, 1), "eq": (0, 1, 0), "ne": (1, 0, 1)}[t.head]
            return Pieces(found.cuts, tuple({(): trim([Fraction(yes[s + 1])])} for s in signs))
        if t.head == "not":
            return Pieces.constant(ONE).plus(Pieces.constant(-ONE).times(self.condition(t.args[0], env)))
        if t.head in ("and", "or"):
            total = self.condition(t.args[0], env)
            for part in t.args[1:]:
                other = self.condition(part, env)
                total = choose(total, other, total) if t.head == "and" else choose(total, total, other)
            return total
        raise Unknown(f"{t.head} of a continuous variable")


def _product(parts: list[Affine]) -> Affine | None:
    random = [p for p in parts if p[1]]
    if len(random) > 1:
        return None
    scale: Number = ONE
    for x, slopes in parts:
        if not slopes:
            scale = v.mul(scale, x)
    if not random:
        return scale, {}
    return v.mul(scale, random[0][0]), {c: v.mul(scale, a) for c, a in random[0][1].items()}


def _analytic(head: str, c: Coefs) -> Piece:
    if len(c) <= 1:
        return {(): trim([v.smooth(head, c[0] if c else ZERO)])}
    exact = tuple(x for x in c if isinstance(x, Fraction))
    if len(exact) < len(c):
        raise Unknown("an analytic function of an inexact polynomial")
    return {((head, exact),): (ONE,)}
