"""Heads for random quantities.

SymPy expressions for expectation, probability, counting and the like.  They are inert: SymPy
rebuilds and substitutes them but never evaluates them, so what an author writes is what is proved.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Self, TypeAlias

from sympy import Basic, Expr, Float, Integer, Rational, Symbol, Tuple
from sympy.logic.boolalg import Boolean, BooleanFalse, BooleanTrue

from derivations.statement.errors import StatementError

Expressionlike: TypeAlias = Expr | int | float | Fraction


def expression(value: object, where: str) -> Expr:
    """A SymPy number or expression from a number or expression.

    Text is never read.  Errors: StatementError for anything that is not a number.
    """
    if isinstance(value, Expr):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Integer(value)
    if isinstance(value, Fraction):
        return Rational(value.numerator, value.denominator)
    if isinstance(value, float):
        return Float(value)
    raise StatementError(where, "asked for an expression", f"{value!r} ({type(value).__name__})",
                         "write a SymPy expression, not text and not a relation")


def proposition(value: object, where: str) -> Boolean:
    """A relation or claim that SymPy has left alone.

    Errors: StatementError for True and False (SymPy evaluated the relation) and for anything else.
    """
    if isinstance(value, (bool, BooleanTrue, BooleanFalse)):
        raise StatementError(where, "asked for a relation", f"{value}, because SymPy evaluated it",
                             "write equal(a, b), at_most(a, b), less(a, b) or differs(a, b)")
    if isinstance(value, Boolean) and not isinstance(value, Symbol):
        return value
    raise StatementError(where, "asked for a relation", f"{value!r} ({type(value).__name__})",
                         "write a SymPy relation or a claim such as equal(a, b)")


def index_symbol(value: object, where: str) -> Symbol:
    """The symbol of a binder.  Errors: StatementError for anything but a Symbol."""
    if isinstance(value, Symbol):
        return value
    raise StatementError(where, "asked for an index symbol", f"{value!r} ({type(value).__name__})",
                         "use Symbol('i', integer=True)")


def index_range(limits: object, where: str) -> Tuple:
    """``(k, lo, hi)`` as a SymPy tuple.  Errors: StatementError for another shape."""
    if not isinstance(limits, (tuple, Tuple)) or len(limits) != 3:
        raise StatementError(where, "asked for a range (k, lo, hi)", f"{limits!r}", "give all three")
    k, lo, hi = limits
    return Tuple(index_symbol(k, where), expression(lo, where), expression(hi, where))


class Bound:
    """Mixin: ``args[0]`` is ``(symbol, lo, hi)`` and ``args[1]`` stands under that symbol."""

    args: Any       # of the SymPy class it is mixed into

    @property
    def bound_symbols(self) -> list[Symbol]:
        """The one symbol this head binds."""
        return [self.args[0][0]]

    @property
    def free_symbols(self) -> Any:
        """Free symbols, without the bound one in the body."""
        (k, lo, hi), body = self.args[0], self.args[1]
        return (body.free_symbols - {k}) | lo.free_symbols | hi.free_symbols

    def _eval_subs(self, old: Basic, new: Basic) -> Any:
        # the bound symbol is not free in the body, and must not catch a symbol of `new`
        (k, lo, hi), body = self.args[0], self.args[1]
        if k in new.free_symbols:
            renamed = k.as_dummy()
            body, k = body.xreplace({k: renamed}), renamed
        if old != k:
            body = body._subs(old, new)
        make: Any = type(self)
        return make(Tuple(k, lo._subs(old, new), hi._subs(old, new)), body)


class Head(Expr):
    """An inert real-valued expression."""

    is_commutative = True
    is_real = True


class E(Head):
    """``E(x)``, the expectation; ``E(x, given=relation)``, the expectation given an event."""

    def __new__(cls, x: Expressionlike, given: object = None) -> Self:
        args: list[Basic] = [expression(x, "E")]
        if given is not None:
            args.append(proposition(given, "E(..., given=...)"))
        return Expr.__new__(cls, *args)


class Var(Head):
    """``Var(x)``, the variance."""

    def __new__(cls, x: Expressionlike) -> Self:
        return Expr.__new__(cls, expression(x, "Var"))


class Cov(Head):
    """``Cov(x, y)``, the covariance."""

    def __new__(cls, x: Expressionlike, y: Expressionlike) -> Self:
        return Expr.__new__(cls, expression(x, "Cov"), expression(y, "Cov"))


class P(Head):
    """``P(relation)``, a probability; ``P(relation, given=relation)``, a conditional one."""

    def __new__(cls, event: object, given: object = None) -> Self:
        args: list[Basic] = [proposition(event, "P")]
        if given is not None:
            args.append(proposition(given, "P(..., given=...)"))
        return Expr.__new__(cls, *args)


class Ind(Head):
    """``Ind(relation)``: 1 where it holds, 0 elsewhere."""

    def __new__(cls, event: object) -> Self:
        return Expr.__new__(cls, proposition(event, "Ind"))


class ReLU(Head):
    """``ReLU(x)``, the larger of x and 0."""

    def __new__(cls, x: Expressionlike) -> Self:
        return Expr.__new__(cls, expression(x, "ReLU"))


class Count(Bound, Head):
    """``Count((n, lo, hi), relation)``: how many integers n from lo to hi satisfy the relation."""

    def __new__(cls, limits: object, condition: object) -> Self:
        return Expr.__new__(cls, index_range(limits, "Count"), proposition(condition, "Count"))


class MaxOver(Bound, Head):
    """``MaxOver((k, lo, hi), x)``: the largest value of x for integers k from lo to hi."""

    def __new__(cls, limits: object, x: Expressionlike) -> Self:
        return Expr.__new__(cls, index_range(limits, "MaxOver"), expression(x, "MaxOver"))


class Diff(Head):
    """``Diff(f, x)``: the derivative by a symbol or by one entry such as ``x[j]``; ``Diff(f, x, y)``: first by x."""

    def __new__(cls, f: Expressionlike, *variables: Expressionlike) -> Self:
        if not variables:
            raise StatementError("Diff", "asked for a variable", "none", "write Diff(f, x)")
        return Expr.__new__(cls, expression(f, "Diff"), *(expression(x, "Diff") for x in variables))
