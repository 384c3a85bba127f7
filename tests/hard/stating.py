"""Formulas written down as they stand.

Python's operators on ``X`` make kernel terms and nothing else: ``x / x`` is the quotient of x and x.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

from derivations.kernel.term import Term, at, bind, imps, instantiate, make, num, op, rvar, var

Like: TypeAlias = "X | int | Fraction"


class X:
    """A term with operators."""

    __slots__ = ("t",)

    def __init__(self, t: Term) -> None:
        self.t = t

    def __add__(self, o: Like) -> X:
        return X(op("add", self.t, term(o)))

    def __radd__(self, o: Like) -> X:
        return X(op("add", term(o), self.t))

    def __sub__(self, o: Like) -> X:
        return X(op("add", self.t, op("neg", term(o))))

    def __rsub__(self, o: Like) -> X:
        return X(op("add", term(o), op("neg", self.t)))

    def __mul__(self, o: Like) -> X:
        return X(op("mul", self.t, term(o)))

    def __rmul__(self, o: Like) -> X:
        return X(op("mul", term(o), self.t))

    def __truediv__(self, o: Like) -> X:
        return X(op("div", self.t, term(o)))

    def __rtruediv__(self, o: Like) -> X:
        return X(op("div", term(o), self.t))

    def __pow__(self, o: Like) -> X:
        return X(op("pow", self.t, term(o)))

    def __rpow__(self, o: Like) -> X:
        return X(op("pow", term(o), self.t))

    def __neg__(self) -> X:
        return X(op("neg", self.t))

    def __call__(self, *indices: Like) -> X:
        """A family at its indices; the kind and the name are those of the symbol."""
        assert isinstance(self.t.data, str)
        return X(at(self.t.data, *map(term, indices), random=self.t.head == "r"))


def term(x: Like) -> Term:
    """The term behind ``x``."""
    return x.t if isinstance(x, X) else num(x)


def symbols(names: str) -> list[X]:
    """Real numbers."""
    return [X(var(n)) for n in names.split()]


def randoms(names: str) -> list[X]:
    """Random variables."""
    return [X(rvar(n)) for n in names.split()]


def q(top: int, bottom: int) -> X:
    """An exact fraction."""
    return X(num(Fraction(top, bottom)))


def f(head: str, *args: Like) -> X:
    """Any operator of the kernel."""
    return X(make(head, [term(a) for a in args]))


def over(head: str, k: X, lo: Like, hi: Like, body: Like) -> X:
    """``sum``, ``prod``, ``count``, ``maxover`` or ``fam`` over the integers k from lo to hi."""
    return X(bind(head, k.t, term(lo), term(hi), term(body)))


def every(k: X, *premises_and_goal: X) -> X:
    """``for every k: premises -> goal``."""
    *premises, goal = (p.t for p in premises_and_goal)
    return X(bind("forall", k.t, imps(premises, goal)))


def eq(a: Like, b: Like) -> X:
    return f("eq", a, b)


def ne(a: Like, b: Like) -> X:
    return f("ne", a, b)


def le(a: Like, b: Like) -> X:
    return f("le", a, b)


def lt(a: Like, b: Like) -> X:
    return f("lt", a, b)


def put(t: X, symbol: X, value: Like) -> X:
    """``t`` with the value in place of the symbol, without capture."""
    assert isinstance(symbol.t.data, str)
    return X(instantiate(t.t, {(symbol.t.head, symbol.t.data, 0): term(value)}))


def whole(a: Like, low: int | None = None) -> list[X]:
    """``a`` is an integer, and at least ``low``."""
    return [f("isint", a)] + ([] if low is None else [le(low, a)])


def within(k: X, lo: Like, hi: Like) -> list[X]:
    """``k`` is an integer from lo to hi."""
    return [f("isint", k), le(lo, k), le(k, hi)]
