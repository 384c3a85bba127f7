"""Claims SymPy leaves alone.

Equations, inequalities, equivalences and quantified statements as SymPy Booleans that are never
evaluated: ``equal(x, x)`` stays a statement to prove, where ``Eq(x, x)`` would become ``True``.
"""

from __future__ import annotations

from typing import Any

from sympy import Abs, Basic, Dummy, S, Symbol, Tuple
from sympy.logic.boolalg import Boolean

from derivations.statement.errors import StatementError
from derivations.statement.heads import (
    Bound,
    Expressionlike,
    expression,
    index_symbol,
    proposition,
)


class Claim(Boolean):
    """An inert statement.  Build one with the functions of this module."""

    def __bool__(self) -> bool:
        raise TypeError("a claim has no truth value in Python; combine claims with all_of, any_of, negation")


class Compare(Claim):
    """Two numbers compared; the subclass says how."""


class Equal(Compare):
    """``a = b``."""


class AtMost(Compare):
    """``a <= b``."""


class Less(Compare):
    """``a < b``."""


class Differs(Compare):
    """``a != b``."""


class Iff(Claim):
    """Both or neither."""


class Implication(Claim):
    """If the first, then the second."""


class AllOf(Claim):
    """All of them, in this order."""


class AnyOf(Claim):
    """At least one of them."""


class Negation(Claim):
    """Not."""


class IsInteger(Claim):
    """The number is an integer."""


class Every(Bound, Claim):
    """For every value of the variable in its range."""


class Some(Bound, Claim):
    """For some value of the variable in its range."""


class Least(Claim):
    """``args = (w, n, property)``: w is the least integer n with the property."""

    @property
    def free_symbols(self) -> Any:
        """Free symbols, without n in the property."""
        w, n, condition = self.args
        return w.free_symbols | (condition.free_symbols - {n})

    def _eval_subs(self, old: Basic, new: Basic) -> Any:
        w, n, condition = self.args
        if n in new.free_symbols:
            renamed = n.as_dummy()
            condition, n = condition.xreplace({n: renamed}), renamed
        if old != n:
            condition = condition._subs(old, new)
        return Least(w._subs(old, new), n, condition)


def _compare(kind: type[Compare], name: str, a: Expressionlike, b: Expressionlike) -> Claim:
    return kind(expression(a, name), expression(b, name))


def equal(a: Expressionlike, b: Expressionlike) -> Claim:
    """The statement ``a = b``."""
    return _compare(Equal, "equal", a, b)


def at_most(a: Expressionlike, b: Expressionlike) -> Claim:
    """The statement ``a <= b``."""
    return _compare(AtMost, "at_most", a, b)


def less(a: Expressionlike, b: Expressionlike) -> Claim:
    """The statement ``a < b``."""
    return _compare(Less, "less", a, b)


def differs(a: Expressionlike, b: Expressionlike) -> Claim:
    """The statement ``a != b``."""
    return _compare(Differs, "differs", a, b)


def iff(a: object, b: object) -> Claim:
    """The first holds exactly if the second does."""
    return Iff(proposition(a, "iff"), proposition(b, "iff"))


def implies(a: object, b: object) -> Claim:
    """If the first holds, the second does."""
    return Implication(proposition(a, "implies"), proposition(b, "implies"))


def all_of(*claims: object) -> Boolean:
    """All of the claims, in this order.  Errors: StatementError for none."""
    return _joined(AllOf, "all_of", claims)


def any_of(*claims: object) -> Boolean:
    """At least one of the claims.  Errors: StatementError for none."""
    return _joined(AnyOf, "any_of", claims)


def _joined(kind: type[Claim], name: str, claims: tuple[object, ...]) -> Boolean:
    if not claims:
        raise StatementError(name, "asked for at least one claim", "none", "give the claims as arguments")
    parts = [proposition(c, name) for c in claims]
    return parts[0] if len(parts) == 1 else kind(*parts)


def negation(claim: object) -> Claim:
    """The claim does not hold."""
    return Negation(proposition(claim, "negation"))


def integer(x: Expressionlike) -> Claim:
    """x is an integer."""
    return IsInteger(expression(x, "integer"))


def every(symbol: Symbol, *rest: object) -> Claim:
    """``every(k, lo, hi, claim)``: for all integers k from lo to hi; ``hi = oo`` leaves it open.

    ``every(x, claim)``: for all real x with the assumptions of the symbol x.
    Errors: StatementError for another number of arguments.
    """
    return _quantified(Every, "every", symbol, rest)


def some(symbol: Symbol, *rest: object) -> Claim:
    """Like :func:`every`, for at least one value."""
    return _quantified(Some, "some", symbol, rest)


def _quantified(kind: type[Claim], name: str, symbol: object, rest: tuple[object, ...]) -> Claim:
    k = index_symbol(symbol, name)
    if len(rest) == 1:
        lo, hi, claim = S.NegativeInfinity, S.Infinity, rest[0]
    elif len(rest) == 3:
        lo, hi, claim = expression(rest[0], name), expression(rest[1], name), rest[2]
    else:
        raise StatementError(name, "asked for (k, lo, hi, claim) or (x, claim)",
                             f"{1 + len(rest)} arguments", "leave out both bounds or neither")
    return kind(Tuple(k, lo, hi), proposition(claim, name))


def least(w: Expressionlike, n: Symbol, condition: object) -> Claim:
    """w is the least integer n with the property."""
    return Least(expression(w, "least"), index_symbol(n, "least"), proposition(condition, "least"))


def grows_at_most(f: Expressionlike, g: Expressionlike, *ranges: tuple[Symbol, Expressionlike]) -> Claim:
    """f = O(g): for some constant C > 0, ``|f| <= C |g|`` for all integers ``n >= a`` of each range (n, a).

    SymPy drops the bars where the assumptions of the symbols allow it.  Errors: StatementError for no range.
    """
    if not ranges:
        raise StatementError("grows_at_most", "asked for at least one range (n, a)", "none", "say what grows")
    constant = Dummy("C", positive=True)
    bound: Boolean = at_most(Abs(expression(f, "grows_at_most")), constant * Abs(expression(g, "grows_at_most")))
    for k, lo in reversed(ranges):
        bound = every(k, lo, S.Infinity, bound)
    return some(constant, bound)
