"""Values of terms in the total reading of docs/certificates.md, on small finite probability spaces.

Exact fractions where that is possible, floats elsewhere.  ``Skip`` is raised where rounding could decide
the answer; an instance that raises it proves nothing.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from derivations.kernel.term import Term, at, bvar, make, num, op, rvar, subterms

Number = Any        # Fraction or float
Env = tuple[Number, ...]
PICK = [Fraction(v) for v in ("0", "1", "2", "3", "-1", "-2", "1/2", "-1/2", "4", "3/2")]
WEIGHTS = (Fraction(1, 2), Fraction(1, 3), Fraction(1, 6))
NEAR, LARGE = 1e-9, 1e12
UNIVERSE = sorted({*PICK, *map(Fraction, range(-2, 7))})      # what statements without a range run over
FAR = [Fraction(v) for v in (0, 1, 2, 5, 4 ** 8, 4 ** 8 + 1, 4 ** 12, 4 ** 12 + 1)]


class Skip(Exception):
    """This instance shows nothing."""


def exact(x: Number) -> bool:
    return isinstance(x, (int, Fraction))


def sign(x: Number) -> int:
    """The sign of a number.  Errors: Skip for a rounded number close to 0."""
    if not exact(x) and abs(x) < NEAR:
        raise Skip
    return (x > 0) - (x < 0)


def whole(x: Number) -> bool:
    if exact(x):
        return Fraction(x).denominator == 1
    if abs(x - round(x)) < NEAR:
        raise Skip
    return False


def near(a: Number, b: Number) -> bool:
    """Equal up to rounding.  Errors: Skip for numbers that are too large."""
    if exact(a) and exact(b):
        return bool(a == b)
    if max(abs(a), abs(b)) > LARGE:
        raise Skip
    return bool(abs(a - b) <= 1e-6 * (1 + abs(a) + abs(b)))


def power(b: Number, x: Number) -> Number:
    if (not exact(b) and abs(b) < NEAR) or (not exact(x) and abs(x - round(x)) < NEAR):
        raise Skip
    if b == 0:
        return Fraction(x == 0)
    if whole(x):
        if exact(b) and abs(b) == 1:
            return b ** (int(x) % 2)
        if abs(b) < 1 and x > 1000:
            return float(b) ** int(x)
        if abs(x) > 60 or abs(b) > LARGE:
            raise Skip
        return b ** int(x)
    if abs(x) > 1000 or (b < 0 and not exact(x) and abs(x - 0.5) < NEAR):
        raise Skip
    if b < 0:       # sqrt is 0; otherwise a fixed value that nobody knows
        return Fraction(0) if x == Fraction(1, 2) else math.sin(1.7 * float(b) + 0.9 * float(x))
    if exact(b) and exact(x):
        b, x = Fraction(b), Fraction(x)
        roots = [round(n ** (1 / x.denominator)) for n in (b.numerator, b.denominator)]
        if [r ** x.denominator for r in roots] == [b.numerator, b.denominator]:
            return Fraction(*roots) ** x.numerator
    try:
        return float(b) ** float(x)
    except OverflowError:
        raise Skip from None


def integers(lo: Number, hi: Number) -> range:
    for x in (lo, hi):
        if not exact(x) and abs(x - round(x)) < NEAR:
            raise Skip
    first, last = math.ceil(lo), math.floor(hi)
    if last - first > 30:
        raise Skip
    return range(first, last + 1)


def slope(f: Callable[[Number], Number], p: Number) -> Number | None:
    """The derivative of f at p by differences, None where there is none.  Errors: Skip if unclear."""
    def steep(h: Fraction) -> Number:
        return (f(p + h) - f(p)) / h

    def central(n: int) -> Number:
        h = Fraction(1, 2 ** n)
        c, d = ((f(p + k) - f(p - k)) / (2 * k) for k in (h, h / 2))
        return (4 * d - c) / 3
    sides = [steep(Fraction(k, 2 ** n)) for n in (19, 24) for k in (1, -1)]
    if max(sides) - min(sides) > 0.01 * (1 + abs(sides[0])):
        return None
    a, b = central(9), central(11)
    if abs(a - b) > 1e-6 * (1 + abs(b)) or max(abs(x - b) for x in sides) > 1e-3 * (1 + abs(b)):
        raise Skip
    whole_value = Fraction(round(float(b) * 4), 4)
    return whole_value if abs(b - whole_value) < 1e-8 else b


def all_around(f: Callable[[Number], bool], p: Number) -> bool:
    """Whether the property holds in a neighbourhood.  Errors: Skip if unclear."""
    steps = [Fraction(k, 2 ** n) for n in (18, 14, 10) for k in (1, -1)]
    if not (f(p) and f(p + steps[0]) and f(p + steps[1])):
        return False
    if not all(f(p + h) for h in steps):
        raise Skip
    return True


def area(f: Callable[[Number], Number], lo: Number, hi: Number) -> Number:
    """An integral by Gauss' rule on pieces of length 1/8.  Errors: Skip where two rules differ."""
    if lo > hi:
        return -area(f, hi, lo)

    def rule(pieces: int, node: float) -> float:
        h = float(hi - lo) / (2 * pieces)
        mids = [float(lo) + (2 * k + 1) * h for k in range(pieces)]
        return sum(h * w * float(f(m + d * h)) for m in mids for d, w in ((0.0, 8 / 9), (node, 5 / 9), (-node, 5 / 9)))
    a, b = (rule(math.ceil(n * (hi - lo)) or 1, math.sqrt(0.6)) for n in (8, 20))
    if abs(a - b) > 1e-7 * (1 + abs(a)):
        raise Skip
    return b


def determinant(m: Sequence[Sequence[Number]]) -> Number:
    """By the first row."""
    if not m:
        return Fraction(1)
    return sum(((-1) ** c * x * determinant([[*row[:c], *row[c + 1:]] for row in m[1:]])
                for c, x in enumerate(m[0])), Fraction(0))


class Model:
    """Values for every symbol, found when they are first asked for."""

    def __init__(self, seed: int, pick: Sequence[Fraction] = PICK, outcomes: int = len(WEIGHTS)) -> None:
        self.seed, self.pick, self.outcomes = seed, pick, outcomes
        self.given: dict[tuple[Any, ...], Number] = {}
        self.bodies: dict[str, Callable[..., Number]] = {}
        self.wild = False

    def symbol(self, kind: str, name: str, args: tuple[Number, ...], at: int) -> Number:
        if name in self.bodies:
            return self.bodies[name](*args)
        if any(not exact(a) and abs(a) > 1e4 for a in args):
            raise Skip
        key = (kind, name, *(round(float(a), 6) for a in args), at if kind in "rgp" else 0)
        if key not in self.given:
            self.given[key] = random.Random(f"{self.seed} {key}").choice(self.truths(name) if kind == "p" else self.pick)
        return self.given[key]

    def truths(self, name: str) -> tuple[bool, ...]:
        """What a statement may be: one of three is always the same."""
        return random.Random(f"{self.seed} {name}").choice(((True, False),) * 4 + ((True,), (False,)))

    def term(self, t: Term, at: int = 0, env: Env = ()) -> Any:
        """The value of a term at an outcome; ``env`` gives the loose indices."""
        value = self._term(t, at, env)
        if t.sort == "R" and not exact(value) and abs(value) > LARGE:
            raise Skip
        return value

    def _term(self, t: Term, at: int, env: Env) -> Any:
        head, a = t.head, t.args
        if head == "num":
            return t.data
        if head == "b":
            return env[t.data]      # type: ignore[index]
        if head in ("v", "r", "f", "g", "p"):
            return self.symbol(head, str(t.data), tuple(self.term(x, at, env) for x in a), at)
        if head in ("sum", "prod", "maxover", "count"):
            return self.ranged(t, at, env)
        if head in ("det", "inv"):
            return self.of_matrix(t, at, env)
        if head in ("E", "P", "var", "cov", "condE", "surely", "integrable", "indep", "samelaw"):
            return self.modal(t, at, env)
        if head in ("forall", "exists", "isleast") and any(k == "p" for k, _, _ in t.symbols):
            holds = [self.term(a[-1], at, (x, *env)) for x in UNIVERSE]
            if head == "isleast":
                m = self.term(a[0], at, env)
                return self.term(a[1], at, (m, *env)) and all(m <= x for x, h in zip(UNIVERSE, holds, strict=True) if h)
            return all(holds) if head == "forall" else any(holds)
        if head == "forall":
            return self.every(a[0], at, env)
        if head in ("deriv", "hasderiv", "near"):
            return self.close_to(t, at, env)
        if head.startswith(("limit", "tends")):
            return self.far_off(t, at, env)
        if head == "integral":
            lo, hi = self.term(a[0], at, env), self.term(a[1], at, env)
            if self.wild and lo <= 0 <= hi and lo < hi:
                return Fraction(0)      # not integrable
            return area(self.function(a[2], at, env), lo, hi)
        if head == "exists" and a[0].head.startswith("tends") and a[0].args[-1] is bvar(0):
            inner = (Fraction(0), *env)
            return self.limit_of(a[0], at, inner) is not None
        if head == "exists" and a[0].head == "hasderiv" and a[0].args[2] is bvar(0):
            inner = (Fraction(0), *env)
            return slope(self.function(a[0].args[0], at, inner), self.term(a[0].args[1], at, inner)) is not None
        if head in ("ite", "imp", "and", "or"):
            first = self.term(a[0], at, env)
            if head == "ite":
                return self.term(a[1 if first else 2], at, env)
            rest = a[1:]
            if head == "imp":
                return not first or self.term(rest[0], at, env)
            if head == "and":
                return first and all(self.term(x, at, env) for x in rest)
            return first or any(self.term(x, at, env) for x in rest)
        return self.plain(head, [self.term(x, at, env) for x in a])

    def holds(self, t: Term, at: int = 0) -> bool:
        """The truth of a statement, equations up to rounding."""
        if t.head == "eq":
            return near(self.term(t.args[0], at), self.term(t.args[1], at))
        if t.head == "le" and near(a := self.term(t.args[0], at), b := self.term(t.args[1], at)):
            return not (exact(a) and exact(b)) or bool(a <= b)
        return bool(self.term(t, at))

    def mean(self, f: Callable[[int], Number]) -> Number:
        if self.outcomes == 1:
            return f(0)
        return sum((w * f(n) if exact(x := f(n)) else float(w) * x for n, w in enumerate(WEIGHTS)),
        Fraction(0))

    def modal(self, t: Term, at: int, env: Env) -> Any:
        a = t.args

        def e(x: Term) -> Callable[[int], Number]:
            return lambda n: self.term(x, n, env)
        match t.head:
            case "E":
                return self.mean(e(a[0]))
            case "P":
                return self.mean(lambda n: Fraction(bool(self.term(a[0], n, env))))
            case "integrable":
                return True         # the space is finite
            case "indep" | "samelaw":
                x, y = e(a[0]), e(a[1])
                return self.apart(x, y) if t.head == "indep" else self.law(x) == self.law(y)
            case "surely":
                return all(self.term(a[0], n, env) for n in range(self.outcomes))
            case "condE":
                p = self.mean(lambda n: Fraction(bool(self.term(a[1], n, env))))
                top = self.mean(lambda n: self.term(a[0], n, env) if self.term(a[1], n, env) else Fraction(0))
                return top * power(p, Fraction(-1))
        x, y = e(a[0]), e(a[-1])
        mx, my = self.mean(x), self.mean(y)
        return self.mean(lambda n: (x(n) - mx) * (y(n) - my))

    def law(self, x: Callable[[int], Any]) -> dict[Any, Fraction]:
        """The values with their probabilities.  Errors: Skip where rounding decides."""
        out: dict[Any, Fraction] = {}
        for n, w in enumerate(WEIGHTS[:self.outcomes]):
            value = x(n)
            if not all(map(exact, value if isinstance(value, tuple) else (value,))):
                raise Skip
            out[value] = out.get(value, Fraction(0)) + w
        return out

    def apart(self, x: Callable[[int], Number], y: Callable[[int], Number]) -> bool:
        """Whether x and y are independent."""
        both, left, right = self.law(lambda n: (x(n), y(n))), self.law(x), self.law(y)
        return all(both.get((u, v), 0) == p * q for u, p in left.items() for v, q in right.items())

    def function(self, body: Term, at: int, env: Env) -> Callable[[Number], Any]:
        return lambda x: self.term(body, at, (x, *env))

    def close_to(self, t: Term, at: int, env: Env) -> Any:
        f, p = self.function(t.args[0], at, env), self.term(t.args[1], at, env)
        if t.head == "near":
            return all_around(f, p)
        found = slope(f, p)
        if t.head == "deriv":
            return Fraction(0) if found is None else found
        want = self.term(t.args[2], at, env)
        if found is None:
            return False
        off = abs(found - want) / (1 + abs(want))
        if 1e-5 < off < 1e-2:
            raise Skip
        return off <= 1e-5

    def of_matrix(self, t: Term, at: int, env: Env) -> Number:
        rows, n = t.args[0].args[2], len(integers(1, self.term(t.args[0].args[1], at, env)))
        if n > 4:
            raise Skip
        whole_range = range(1, n + 1)
        m = [[self.term(rows.args[2], at, (Fraction(j), Fraction(i), *env)) for j in whole_range] for i in whole_range]
        if any(not exact(x) for row in m for x in row):
            raise Skip
        d = determinant(m)
        if t.head == "det":
            return d
        i, j = (self.term(x, at, env) for x in t.args[1:])
        if not (whole(i) and whole(j) and 1 <= i <= n and 1 <= j <= n):
            return Fraction(7)      # a fixed value that nobody knows
        if not d:
            return d
        less = [[x for c, x in enumerate(row, 1) if c != i] for r, row in enumerate(m, 1) if r != j]
        return (-1) ** int(i + j) * determinant(less) / d

    def limit_of(self, t: Term, at: int, env: Env) -> Number | None:
        """The limit by values close to the point, or far out.  Errors: Skip if unclear."""
        f = self.function(t.args[0], at, env)
        if t.head in ("limit", "tends"):
            p = self.term(t.args[1], at, env)
            coarse, fine = ([p + Fraction(k, 2 ** n) for k in (1, -1)] for n in (16, 24))
        elif t.head.endswith("seq"):
            coarse, fine = ([Fraction(4 ** n + k) for k in (0, 1)] for n in (8, 12))
        else:
            coarse, fine = ([Fraction(4 ** n) + k for k in (Fraction(0), Fraction(1, 2), Fraction(1))] for n in (8, 12))
        before, after = [f(x) for x in coarse], [f(x) for x in fine]
        spread = max(after) - min(after)
        if spread > 0.01 or max(map(abs, after)) > 1e4:
            return None
        if spread > 1e-4 or max(abs(x - after[0]) for x in before) > 0.01:
            raise Skip
        value = Fraction(round(float(after[0]) * 4), 4)
        return value if abs(value - after[0]) < 1e-4 else after[0]

    def far_off(self, t: Term, at: int, env: Env) -> Any:
        found = self.limit_of(t, at, env)
        if t.head.startswith("limit"):
            return Fraction(0) if found is None else found
        if found is None:
            return False
        off = abs(found - self.term(t.args[-1], at, env))
        if 1e-3 < off < 0.05:
            raise Skip
        return off <= 1e-3

    def ranged(self, t: Term, at: int, env: Env) -> Number:
        lo, hi = self.term(t.args[0], at, env), self.term(t.args[1], at, env)
        values = [self.term(t.args[2], at, (Fraction(k), *env)) for k in integers(lo, hi)]
        match t.head:
            case "prod":
                return math.prod(values, start=Fraction(1))
            case "maxover":
                return max(values, default=Fraction(0))
            case "count":
                return Fraction(sum(map(bool, values)))
        return sum(values, Fraction(0))

    def every(self, body: Term, at: int, env: Env) -> bool:
        """``isint k -> lo <= k -> k <= hi -> ...`` over the integers of the range.

        Without ``isint`` at sample points, without an upper bound far out as well.
        """
        inside = (Fraction(0), *env)
        first = body.args[0]
        if first.head == "le":
            lo = self.term(first.args[0], at, inside)
            rest = body.args[1]
            if rest.head == "imp":
                hi = self.term(rest.args[0].args[1], at, inside)
                points = [lo + (hi - lo) * Fraction(k, 8) for k in range(9)] if lo <= hi else []
                points += [Fraction(k, 2) for k in integers(2 * lo, 2 * hi)]
                return all(self.term(rest.args[1], at, (x, *env)) for x in points)
            return all(self.term(rest, at, (lo + k / 2, *env)) for n in FAR for k in (2 * n, 2 * n + 1))
        if body.args[1].args[1].head != "imp":
            lo = math.ceil(self.term(body.args[1].args[0].args[0], at, inside))
            return all(self.term(body.args[1].args[1], at, (Fraction(lo + int(k)), *env)) for k in FAR)
        lo = body.args[1].args[0].args[0]
        hi = body.args[1].args[1].args[0].args[1]
        for k in integers(self.term(lo, at, inside), self.term(hi, at, inside)):
            if not self.term(body.args[1].args[1].args[1], at, (Fraction(k), *env)):
                return False
        return True

    def plain(self, head: str, a: list[Any]) -> Any:
        match head:
            case "add":
                return sum(a, Fraction(0))
            case "mul":
                return math.prod(a, start=Fraction(1))
            case "neg":
                return -a[0]
            case "div":
                return a[0] * power(a[1], Fraction(-1))
            case "pow":
                return power(*a)
            case "sqrt":
                return power(a[0], Fraction(1, 2))
            case "e" | "pi":
                return getattr(math, head)
            case "exp":
                if a[0] < -1000:
                    return 0.0
                if abs(a[0]) > 60:
                    raise Skip
                return math.exp(a[0]) if a[0] else Fraction(1)
            case "log":
                return Fraction(0) if sign(a[0]) <= 0 or a[0] == 1 else math.log(a[0])
            case "sin" | "cos" | "tanh" | "erf":
                return getattr(math, head)(a[0])
            case "arctan":
                return math.atan(a[0])
            case "gamma":
                if not exact(a[0]) or abs(a[0]) > 30:
                    raise Skip
                return Fraction(0) if a[0] <= 0 and whole(a[0]) else math.gamma(a[0])
            case "abs":
                return abs(a[0])
            case "sign":
                return Fraction(sign(a[0]))
            case "relu":
                return max(Fraction(0), a[0])
            case "max" | "min":
                return max(a) if head == "max" else min(a)
            case "floor" | "ceil":
                whole(a[0])
                return Fraction(math.floor(a[0]) if head == "floor" else math.ceil(a[0]))
            case "ind":
                return Fraction(bool(a[0]))
            case "eq" | "ne":
                return (sign(a[0] - a[1]) == 0) == (head == "eq")
            case "le":
                return sign(a[1] - a[0]) >= 0
            case "lt":
                return sign(a[1] - a[0]) > 0
            case "isint":
                return whole(a[0])
            case "not":
                return not a[0]
            case "iff":
                return bool(a[0]) == bool(a[1])
            case "true" | "false":
                return head == "true"
        raise NotImplementedError(head)


# smooth, bent, broken and spiked functions
SHAPES: tuple[Callable[[Number], Number], ...] = (
    lambda x: Fraction(2), lambda x: x, lambda x: -x, lambda x: x * x, lambda x: 1 - x, lambda x: 2 * x + 1,
    lambda x: x ** 3, abs, lambda x: Fraction(math.floor(x)), lambda x: max(x, Fraction(0)),
    lambda x: 1 / x if x else Fraction(0), lambda x: Fraction(x > 0), lambda x: Fraction(5) if x == 1 else x,
    lambda x: x if x >= 1 else -x, lambda x: x * x + 1, lambda x: Fraction(3) if x == 0 else Fraction(2))


STATEMENTS: tuple[Callable[[Number], bool], ...] = (
    lambda x: True, lambda x: False, lambda x: x > 0, lambda x: x >= 1, lambda x: x != 1, lambda x: x == 1, lambda x: x < 2)


class Shaped(Model):
    """A model whose families are functions with slopes; the numbers a premise calls a slope mostly are."""

    def __init__(self, seed: int, pick: Sequence[Fraction], hyps: Sequence[Term], goal: Term) -> None:
        super().__init__(seed, pick, 1)
        rnd = random.Random(seed)
        for kind, name, arity in sorted(frozenset().union(goal.symbols, *(h.symbols for h in hyps))):
            if kind == "p":
                self.bodies[name] = rnd.choice(STATEMENTS)
            elif arity:
                shape = rnd.choice(SHAPES)
                self.bodies[name] = shape if arity == 1 else lambda k, x, f=shape: (k + 1) * f(x)   # type: ignore[misc]
        for h in hyps:
            if rnd.random() < 0.1:
                continue
            if h.head == "hasderiv" and h.args[2].head == "r":
                found = slope(self.function(h.args[0], 0, ()), self.term(h.args[1]))
                if found is not None:
                    self.bodies[str(h.args[2].data)] = lambda v=found: v
            if h.head == "forall" and h.args[0].head == "imp" and (h := h.args[0].args[1].args[1].args[1]).head == "hasderiv":
                self.bodies[str(h.args[2].data)] = self.slopes(h)

    def slopes(self, h: Term) -> Callable[[Number], Number]:
        def at(k: Number) -> Number:
            found = slope(self.function(h.args[0], 0, (k,)), self.term(h.args[1], 0, (k,)))
            return Fraction(7) if found is None else found
        return at


class Inverses(Model):
    """A model in which B mostly is the inverse of A."""

    def __init__(self, seed: int, pick: Sequence[Fraction]) -> None:
        super().__init__(seed, [*pick[:4], Fraction(1, 2), Fraction(3, 2)], 1)
        rnd = random.Random(seed)
        size = rnd.choice((1, 2, 2, 3, Fraction(5, 2), -1))
        self.given["r", "n", 0] = Fraction(size)
        if rnd.random() < 0.8:
            self.bodies["B"] = self.entry

    def entry(self, i: Number, j: Number) -> Number:
        a = at("A", bvar(1), bvar(0), random=True)
        m = make("fam", (num(1), rvar("n"), make("fam", (num(1), rvar("n"), a))))
        value = self.term(op("inv", m, num(i), num(j)))
        return Fraction(5) if value == 7 else value


# with and without a limit far out; the last ones depend on whether the number is even, or whole
TAILS: tuple[Callable[[Number], Number], ...] = (
    lambda x: Fraction(2), lambda x: 1 / x if x else Fraction(0), lambda x: 2 + 1 / x if x else Fraction(1), lambda x: x,
    lambda x: -1 / x if x else Fraction(9), lambda x: Fraction(1, 2) - 3 / (x + 1) if x + 1 else Fraction(0),
    lambda x: x * x, lambda x: Fraction(x > 2), lambda x: Fraction(math.floor(x) % 2),
    lambda x: Fraction(Fraction(x).denominator == 1))
# functions, and their derivatives
PAIRS: tuple[tuple[Callable[[Number], Number], Callable[[Number], Number]], ...] = (
    (lambda x: x, lambda x: Fraction(1)), (lambda x: x * x, lambda x: 2 * x), (lambda x: x ** 3 - x, lambda x: 3 * x * x - 1),
    (lambda x: math.exp(x) if abs(x) < 60 else Fraction(0), lambda x: math.exp(x) if abs(x) < 60 else Fraction(0)),
    (abs, lambda x: Fraction((x > 0) - (x < 0))), (lambda x: 1 / x if x else Fraction(0), lambda x: -1 / x ** 2 if x else Fraction(0)),
    (lambda x: Fraction(math.floor(x)), lambda x: Fraction(0)),
    (lambda x: x, lambda x: Fraction(9) if x == 1 else Fraction(1)))


# differentiable everywhere, and the derivative is not integrable over what holds 0 inside or as an end
WILD_PAIR = (lambda x: x * x * math.sin(0.01 / x ** 2) if x else Fraction(0),
             lambda x: 2 * x * math.sin(0.01 / x ** 2) - 0.02 / x * math.cos(0.01 / x ** 2) if x else Fraction(0))


class Limits(Model):
    """A model whose families have limits, or slopes; the numbers that a premise calls a limit mostly are."""

    def __init__(self, seed: int, pick: Sequence[Fraction], hyps: Sequence[Term], goal: Term) -> None:
        super().__init__(seed, pick, 1)
        rnd = random.Random(seed)
        every = [t for s in (*hyps, goal) for t in subterms(s)]
        far = any(t.head in ("tends_up", "tends_seq") for t in every)
        names = sorted({n for t in every for _, n, arity in t.symbols if arity})
        for name in names:
            self.bodies[name] = rnd.choice(TAILS if far else SHAPES)
        if any(t.head == "integral" for t in every):
            self.bodies["F"], self.bodies["G"] = rnd.choice(PAIRS)
            if seed % 3 == 0:
                self.bodies["F"], self.bodies["G"] = WILD_PAIR
                self.wild = True
                return
            if rnd.random() < 0.3:
                self.bodies["F"] = rnd.choice(SHAPES)
            if rnd.random() < 0.3:
                self.bodies["G"] = self.bodies["F"]
        if {"F", "G", "H"} <= set(names) and rnd.random() < 0.7:
            self.bodies["F"] = lambda x: -2 / (x + 1) if x + 1 else Fraction(-2)
            self.bodies["H"] = lambda x: 3 / (x + 1) if x + 1 else Fraction(3)
        if far and any(h.head == "tends" for h in hyps):        # F is a function of the limit of G
            self.bodies["F"] = rnd.choice(SHAPES)
        for h in hyps:
            if rnd.random() < 0.1:
                continue
            if h.head.startswith("tends") and h.args[-1].head == "r":
                found = self.limit_of(h, 0, ())
                if found is not None and str(h.args[-1].data) not in self.bodies:
                    self.bodies[str(h.args[-1].data)] = lambda v=found: v
            if h.head == "hasderiv" and h.args[2].head == "r":
                slope_found = slope(self.function(h.args[0], 0, ()), self.term(h.args[1]))
                if slope_found is not None:
                    self.bodies[str(h.args[2].data)] = lambda v=slope_found: v
