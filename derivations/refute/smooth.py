"""Unknown functions of real arguments.

A family that is applied to numbers that need not be integers, or under a derivative, gets a smooth
model: a small polynomial, or an exponential where the hypotheses leave no polynomial.  What they say of
it (positive, increasing, convex, even, odd, differentiable) holds by construction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

from derivations.kernel.term import BINDERS, Term, bvar, num
from derivations.refute import values as v
from derivations.refute.facts import Clause, Symbol, symbol_of
from derivations.refute.model import Index, RealFamily
from derivations.refute.quantify import conjuncts, premises
from derivations.refute.values import ONE, ZERO, Number, Unknown

if TYPE_CHECKING:
    from derivations.refute.evaluate import Evaluator
    from derivations.refute.facts import Rule

Places = dict[Symbol, frozenset[int]]

_REAL_BINDERS = frozenset({"deriv", "hasderiv", "near", "integral", "integral_up", "integral_line", "limit",
                           "limit_up", "tends", "tends_up"})
_WHOLE = frozenset({"floor", "ceil", "count", "ind", "sign"})
_PASSING = frozenset({"add", "neg", "mul", "sum", "prod", "max", "min", "abs", "ite", "maxover", "pow"})
_COEFFICIENTS = tuple(Fraction(x) for x in ["1/2", "1", "-1", "2", "1/3", "-1/2", "3/2"])
_UP = tuple(Fraction(x) for x in ["1/2", "1", "2", "1/3", "3/2"])


def real_places(terms: Iterable[Term]) -> Places:
    """Which arguments of deterministic families are real numbers, as far as the terms show."""
    terms = list(terms)
    whole: set[Symbol] = set()
    from derivations.kernel.term import subterms
    for t in {s for x in terms for s in subterms(x)}:
        if t.head == "isint" and (symbol := symbol_of(t.args[0])) is not None:
            whole.add(symbol)
    found: dict[Symbol, set[int]] = defaultdict(set)
    seen: set[tuple[Term, tuple[bool, ...]]] = set()

    def real(t: Term, bound: tuple[bool, ...]) -> bool:
        if t.head == "b":
            assert isinstance(t.data, int)
            return t.data < len(bound) and bound[t.data]
        if t.head == "num":
            assert isinstance(t.data, Fraction)
            return t.data.denominator != 1
        symbol = symbol_of(t)
        if symbol is not None:
            return symbol[0] != "v" and symbol not in whole
        if t.head in _WHOLE:
            return False
        if t.head in _PASSING:
            under = BINDERS.get(t.head, ())
            return any(a.sort == "R" and real(a, (False, *bound) if k in under else bound)
                       for k, a in enumerate(t.args))
        return True

    def walk(t: Term, bound: tuple[bool, ...]) -> None:
        bound = bound[:t.bound]
        if (t, bound) in seen or not any(s[0] == "f" for s in t.symbols):
            return
        seen.add((t, bound))
        if t.head == "f":
            symbol = symbol_of(t)
            assert symbol is not None
            found[symbol] |= {k for k, a in enumerate(t.args) if real(a, bound)}
        under = BINDERS.get(t.head, ())
        kind = t.head in _REAL_BINDERS
        if t.head == "forall":
            facts, _ = premises(t.args[0])
            kind = not any(p.head == "isint" and p.args[0] is bvar(0) for p in facts)
        elif t.head in ("exists", "isleast"):
            kind = not any(p.head == "isint" and p.args[0] is bvar(0) for p in conjuncts(t.args[-1]))
        for k, a in enumerate(t.args):
            walk(a, (kind, *bound) if k in under else bound)
    for t in terms:
        walk(t, ())
    return {s: frozenset(places) for s, places in found.items() if places}


# -- what is asked ------------------------------------------------------------------------------

def demand(c: Clause, places: Places) -> tuple[Symbol, str] | None:
    """The property of one smooth function that a clause states, if it is one that shapes have."""
    t = c.conclusion
    symbols = [s for s in t.symbols if s in places]
    if len(symbols) != 1 or len({s for s in t.symbols if s[0] != "v"}) != 1:
        return None
    symbol = symbols[0]

    def applied(x: Term) -> bool:
        """f at different variables of the clause."""
        return symbol_of(x) == symbol and all(a.head == "b" for a in x.args) and len(set(x.args)) == len(x.args)
    name = None
    if t.head == "exists" and t.args[0].head == "hasderiv":
        h = t.args[0]
        f = h.args[0]
        while f.head == "deriv" and f.args[1] is bvar(0):       # smooth means: as often as is asked
            f = f.args[0]
        if h.args[2] is bvar(0) and symbol_of(f) == symbol and all(a.head == "b" for a in f.args) \
                and f.args.count(bvar(0)) == 1 and h.args[1].head == "b" and h.args[1] is not bvar(0):
            name = "smooth"
    elif t.head in ("le", "lt"):
        a, b = t.args
        if a is num(0) and applied(b):
            name = "positive"
        elif b is num(1) and applied(a):
            name = "below one"
        elif applied(a) and applied(b):
            name = _monotone(c, a, b)
        elif symbol[2] == 1:
            name = "convex" if _chord(c, a, b, symbol) else "concave" if _chord(c, b, a, symbol) else None
    elif t.head == "eq":
        for a, b in (t.args, t.args[::-1]):
            if applied(b) and symbol[2] == 1:
                turned = a.args[0] if a.head == "neg" else a
                if symbol_of(turned) == symbol and turned.args[0].head == "neg" and turned.args[0].args[0] is b.args[0]:
                    name = "odd" if a.head == "neg" else "even"
    return None if name is None else (symbol, name)


def _monotone(c: Clause, a: Term, b: Term) -> str | None:
    apart = [k for k, (x, y) in enumerate(zip(a.args, b.args, strict=True)) if x is not y]
    if len(apart) != 1:
        return None
    x, y = a.args[apart[0]], b.args[apart[0]]
    strict = c.conclusion.head == "lt"
    for p in c.premises:
        if p.head == "lt" or (p.head == "le" and not strict):
            if p.args == (x, y):
                return "increasing" if len(a.args) == 1 else None
            if p.args == (y, x):
                return "decreasing" if len(a.args) == 1 else None
    return None


def _weighted(t: Term) -> dict[Term, Term] | None:
    """``w1*x1 + w2*x2`` as {x1: w1, x2: w2} and the other way round, both readings together."""
    if t.head != "add" or len(t.args) != 2:
        return None
    found: dict[Term, Term] = {}
    for part in t.args:
        if part.head != "mul" or len(part.args) != 2:
            return None
        for x, w in (part.args, part.args[::-1]):
            found[x] = w
    return found


def _chord(c: Clause, low: Term, high: Term, symbol: Symbol) -> bool:
    """``f(s*x + (1-s)*y) <= s*f(x) + (1-s)*f(y)`` for s from 0 to 1."""
    if symbol_of(low) != symbol:
        return False
    inner, outer = _weighted(low.args[0]), _weighted(high)
    if inner is None or outer is None:
        return False
    ends = [x for x in outer if symbol_of(x) == symbol]
    if len(ends) != 2 or any(x.args[0].head != "b" or inner.get(x.args[0]) is not outer[x] for x in ends):
        return False
    x, y = ends
    for s, rest in ((outer[x], outer[y]), (outer[y], outer[x])):
        if s.head == "b" and rest.head == "add" and set(rest.args) == {num(1), _neg(s)}:
            lower = any(p.head in ("le", "lt") and p.args == (num(0), s) for p in c.premises)
            upper = any(p.head in ("le", "lt") and p.args == (s, num(1)) for p in c.premises)
            strict = c.conclusion.head == "lt"
            return lower and upper and not strict
    return False


def _neg(t: Term) -> Term:
    from derivations.kernel.term import op
    return op("neg", t)


# -- functions ----------------------------------------------------------------------------------

@dataclass(frozen=True)
class Function:
    """A function of real numbers and its text in x (or x1, x2, ...)."""

    call: Callable[[Sequence[Number]], Number]
    text: str


def polynomial(c: Sequence[Fraction]) -> Function:
    """c0 + c1 x + ..."""
    def call(xs: Sequence[Number]) -> Number:
        total: Number = ZERO
        for a in reversed(c):
            total = v.add(v.mul(total, xs[0]), a)
        return total
    return Function(call, _shown([(a, "" if not k else "x" if k == 1 else f"x^{k}") for k, a in enumerate(c)]))


def _shown(parts: list[tuple[Fraction, str]]) -> str:
    out = ""
    for a, monomial in parts:
        if not a:
            continue
        size = str(abs(a)) if not monomial else monomial if abs(a) == 1 else f"{abs(a)}*{monomial}"
        out += (" - " if a < 0 else " + ") + size if out else ("-" if a < 0 else "") + size
    return out or "0"


def exponential(scale: Fraction, rate: Fraction, shift: Fraction = ZERO) -> Function:
    """scale * exp(rate x) + shift."""
    def call(xs: Sequence[Number]) -> Number:
        return v.add(v.mul(scale, v.smooth("exp", v.mul(rate, xs[0]))), shift)
    return Function(call, _shown([(scale, f"exp({_shown([(rate, 'x')])})"), (shift, "")]))


def sigmoid(rate: Fraction) -> Function:
    """1 / (1 + exp(-rate x))."""
    def call(xs: Sequence[Number]) -> Number:
        return v.div(ONE, v.add(ONE, v.smooth("exp", v.mul(-rate, xs[0]))))
    return Function(call, f"1/(1 + exp({_shown([(-rate, 'x')])}))")


def make(rng: Random, count: int, wanted: frozenset[str], points: Sequence[tuple[Fraction, Fraction]]) -> Function:
    """A function of ``count`` numbers with these properties, through the points.  Errors: Unknown."""
    def some() -> Fraction:
        return rng.choice(_COEFFICIENTS)

    def up() -> Fraction:
        return rng.choice(_UP)
    asked = wanted - {"smooth"}
    if count > 1:
        return _several(rng, count, asked)
    if points:
        if asked:
            raise Unknown("a function with properties through given points")
        return _through(rng, points)
    if not asked:
        return polynomial([some(), some(), some(), up() / 3])
    if asked <= {"positive", "convex"}:
        a = some()
        base = [a * a + (up() if "positive" in asked else some()), -2 * a, ONE]
        scale = up()
        return polynomial([scale * x for x in base])
    if asked <= {"increasing", "odd"}:
        return polynomial([ZERO if "odd" in asked else some(), up(), ZERO, up() / 3])
    if asked <= {"decreasing", "odd"}:
        return polynomial([ZERO if "odd" in asked else some(), -up(), ZERO, -up() / 3])
    if asked <= {"even", "positive", "convex"}:
        return polynomial([up(), ZERO, up()])
    if asked <= {"concave"}:
        return polynomial([some(), some(), -up()])
    if asked <= {"even", "concave"}:
        return polynomial([some(), ZERO, -up()])
    if asked <= {"increasing", "convex", "positive"}:
        return exponential(up(), up())
    if asked <= {"decreasing", "convex", "positive"}:
        return exponential(up(), -up())
    if asked <= {"increasing", "concave"}:
        return exponential(-up(), -up(), some())
    if asked <= {"decreasing", "concave"}:
        return exponential(-up(), up(), some())
    if asked <= {"increasing", "positive", "below one"}:
        return sigmoid(up())
    if asked <= {"decreasing", "positive", "below one"}:
        return sigmoid(-up())
    if asked <= {"convex", "concave", "increasing"}:
        return polynomial([some(), up()])
    raise Unknown("no small function with these properties")


def _through(rng: Random, points: Sequence[tuple[Fraction, Fraction]]) -> Function:
    """A polynomial through the points, by Newton's form, with a free last coefficient."""
    total, base = [ZERO], [ONE]

    def at(c: list[Fraction], x: Fraction) -> Fraction:
        return sum((a * x**k for k, a in enumerate(c)), ZERO)
    for x, y in points:
        if not at(base, x):
            continue
        weight = (y - at(total, x)) / at(base, x)
        total = [a + weight * b for a, b in zip(total + [ZERO] * (len(base) - len(total)), base, strict=False)]
        base = [p - x * q for p, q in zip([ZERO, *base], [*base, ZERO], strict=True)]
    last = rng.choice(_UP)
    total = [a + last * b for a, b in zip(total + [ZERO] * (len(base) - len(total)), base, strict=True)]
    return polynomial(total)


def _several(rng: Random, count: int, asked: frozenset[str]) -> Function:
    """A function of several numbers: a form of degree 2, and a cube where nothing is asked."""
    if asked - {"positive", "convex"}:
        raise Unknown("no small function with these properties")
    start = rng.choice(_UP) if asked else rng.choice(_COEFFICIENTS)
    lines = [ZERO if asked else rng.choice(_COEFFICIENTS) for _ in range(count)]
    squares = [rng.choice(_UP) if asked else rng.choice(_COEFFICIENTS) for _ in range(count)]
    mixed = ZERO if asked else rng.choice(_COEFFICIENTS)

    def call(xs: Sequence[Number]) -> Number:
        total: Number = start
        for x, a, b in zip(xs, lines, squares, strict=True):
            total = v.add(total, v.add(v.mul(a, x), v.mul(b, v.mul(x, x))))
        for x, y in pairwise(xs):
            total = v.add(total, v.mul(mixed, v.mul(v.mul(x, x), y)))
        return total
    parts = [(start, ""), *((a, f"x{k + 1}") for k, a in enumerate(lines)),
             *((b, f"x{k + 1}^2") for k, b in enumerate(squares)),
             *((mixed, f"x{k + 1}^2*x{k + 2}") for k in range(count - 1))]
    return Function(call, _shown(parts))


class Smooth(RealFamily):
    """The model of one family: given by rules, or a function for each value of its other indices."""

    def __init__(self, symbol: Symbol, places: frozenset[int], rules: Sequence[Rule],
                 maker: Callable[[Index, Sequence[tuple[Fraction, Fraction]]], Function]) -> None:
        self.symbol, self.places, self.rules, self.maker = symbol, places, rules, maker
        self.made: dict[Index, Function] = {}

    def text(self, ev: Evaluator) -> str | None:
        """The formula, if one function was made."""
        if len(self.made) != 1 or any(r.clause.count for r in self.rules):
            return None
        return next(iter(self.made.values())).text

    def at(self, args: Sequence[Number], ev: Evaluator) -> Number:
        """The value at numbers of any kind.  Errors: Undefined, Unknown."""
        for rule in self.rules:
            if rule.clause.count:
                env = _match(rule, args)
                if env is not None and all(ev.truth(p, env) for p in rule.clause.premises):
                    return ev.number(rule.value, env)
        return self.function(args, ev).call([args[k] for k in sorted(self.places)])

    def function(self, args: Sequence[Number], ev: Evaluator) -> Function:
        """The function at these values of the other indices."""
        rest = []
        for k, x in enumerate(args):
            if k not in self.places:
                if not isinstance(x, Fraction):
                    raise Unknown("an index that is not exact")
                rest.append(x)
        key = tuple(rest)
        if key not in self.made:
            self.made[key] = self.maker(key, self._points(key, ev))
        return self.made[key]

    def _points(self, key: Index, ev: Evaluator) -> list[tuple[Fraction, Fraction]]:
        found = []
        for rule in self.rules:
            if not rule.clause.count and all(isinstance(p, Term) for p in rule.pattern):
                index = [ev.exact(p) for p in rule.pattern if isinstance(p, Term)]
                if tuple(x for k, x in enumerate(index) if k not in self.places) == key and len(self.places) == 1:
                    x, = (index[k] for k in self.places)
                    found.append((x, ev.exact_value(rule.value)))
        return found


def _match(rule: Rule, args: Sequence[Number]) -> tuple[Number, ...] | None:
    env: list[Number | None] = [None] * rule.clause.count
    for p, x in zip(rule.pattern, args, strict=True):
        if isinstance(p, Term):
            return None
        k, offset = p
        y = x if not offset else v.sub(x, offset)
        if env[k] is not None and env[k] is not y:
            return None
        env[k] = y
    return tuple(x if x is not None else ZERO for x in env)
