"""What an exercise assumes.

Declarations an author writes: random variables with a law or with moments, independence,
definitions, recurrences, signs of sequences, and any further claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Basic, Expr, IndexedBase, Symbol, Tuple, oo
from sympy.core.function import AppliedUndef, UndefinedFunction
from sympy.logic.boolalg import Boolean

from derivations.statement.errors import StatementError
from derivations.statement.heads import Expressionlike, expression, index_range, index_symbol, proposition


@dataclass(frozen=True)
class Law:
    """A named distribution: kernel head, parameters, and its textbook mean and variance."""

    head: str
    parameters: tuple[Expr, ...]
    mean: Expr
    variance: Expr


def _law(head: str, *parameters: Expressionlike) -> tuple[str, tuple[Expr, ...]]:
    return head, tuple(expression(p, head) for p in parameters)


def Normal(mean: Expressionlike, variance: Expressionlike) -> Law:
    """The normal law; the second parameter is the variance."""
    head, (m, v) = _law("law_normal", mean, variance)
    return Law(head, (m, v), m, v)


def Bernoulli(p: Expressionlike) -> Law:
    """1 with probability p, else 0."""
    head, (q,) = _law("law_bernoulli", p)
    return Law(head, (q,), q, q * (1 - q))


def Uniform(a: Expressionlike, b: Expressionlike) -> Law:
    """The uniform law on the interval from a to b."""
    head, (lo, hi) = _law("law_uniform", a, b)
    return Law(head, (lo, hi), (lo + hi) / 2, (hi - lo) ** 2 / 12)


def Exponential(rate: Expressionlike) -> Law:
    """The exponential law with this rate."""
    head, (r,) = _law("law_exponential", rate)
    return Law(head, (r,), 1 / r, 1 / r**2)


def Beta(a: Expressionlike, b: Expressionlike) -> Law:
    """The beta law with parameters a and b."""
    head, (x, y) = _law("law_beta", a, b)
    return Law(head, (x, y), x / (x + y), x * y / ((x + y) ** 2 * (x + y + 1)))


def Poisson(rate: Expressionlike) -> Law:
    """The Poisson law with this mean."""
    head, (r,) = _law("law_poisson", rate)
    return Law(head, (r,), r, r)


class Given:
    """A declaration.  ``given_formulas`` turns it into kernel formulas."""


@dataclass(frozen=True)
class Variables(Given):
    """Random variables: one, a family over ranges, or a family of tuples."""

    elements: tuple[Expr, ...]
    ranges: tuple[Tuple, ...]
    law: Law | None
    mean: Expr | None
    variance: Expr | None
    second_moment: Expr | None
    symmetric: bool
    independent: bool       # the members of the family are mutually independent
    same_law: bool


@dataclass(frozen=True)
class Independent(Given):
    """Families and variables that are mutually independent, all of them together."""

    members: tuple[Any, ...]


@dataclass(frozen=True)
class Definition(Given):
    """``left := right`` for all indices in the ranges."""

    left: Expr
    right: Expr
    ranges: tuple[Tuple, ...]


@dataclass(frozen=True)
class Recurrence(Given):
    """``left = right`` for all integers of the range, with starting values."""

    left: Expr
    right: Expr
    range: Tuple
    start: tuple[tuple[Expr, Expr], ...]


@dataclass(frozen=True)
class Stated(Given):
    """A claim taken for granted."""

    claim: Boolean


@dataclass(frozen=True)
class Sign(Given):
    """A family is positive, nonnegative or nonzero on its ranges, and maybe integer."""

    element: Expr
    ranges: tuple[Tuple, ...]
    word: str               # "positive", "nonnegative", "nonzero" or ""
    integer: bool


NAMED = (Symbol, sympy.Indexed, AppliedUndef)      # what has a name: a symbol, an entry of a family


def name_of(x: object, where: str) -> tuple[str, tuple[Expr, ...]]:
    """Name and indices of a symbol or an element of a family.  Errors: StatementError."""
    if isinstance(x, Symbol):
        return x.name, ()
    if isinstance(x, sympy.Indexed) and isinstance(x.base, IndexedBase):
        return str(x.base.label), tuple(x.indices)
    if isinstance(x, AppliedUndef):
        return type(x).__name__, tuple(x.args)
    if isinstance(x, IndexedBase):
        return str(x.label), ()
    if isinstance(x, UndefinedFunction):
        return x.__name__, ()
    raise StatementError(where, "asked for a symbol or an element such as w[i]", f"{x!r}",
                         "use a Symbol, an IndexedBase or a Function")


def names_in(e: Basic) -> set[str]:
    """Names of all symbols and families in an expression, bound ones too."""
    if isinstance(e, NAMED):
        name, indices = name_of(e, "names")
        return {name}.union(*(names_in(i) for i in indices))
    return set().union(*(names_in(a) for a in e.args))


def _ranges(limits: Iterable[object], where: str) -> tuple[Tuple, ...]:
    return tuple(index_range(r, where) for r in limits)


def _check_indices(x: Expr, ranges: tuple[Tuple, ...], where: str) -> None:
    symbols = [r[0] for r in ranges]
    _, indices = name_of(x, where)
    used = [i for i in indices if i in symbols]
    rest = [i for i in indices if i not in symbols and i.free_symbols & set(symbols)]
    if len(set(symbols)) != len(symbols) or sorted(map(str, used)) != sorted(map(str, symbols)) or rest:
        raise StatementError(where, f"asked for an element {x} with each range index once",
                             f"the ranges {', '.join(map(str, ranges)) or 'none'}",
                             "write for example w[i] with (i, 1, d)")


def _variables(x: object, limits: tuple[object, ...], where: str, law: Law | None,
               moments: Mapping[str, Expressionlike | None], symmetric: bool, independent: bool,
               same_law: bool) -> Variables:
    elements = tuple(x) if isinstance(x, (tuple, Tuple)) else (x,)
    ranges = _ranges(limits, where)
    for e in elements:
        _check_indices(e, ranges, where)
    if independent and not ranges:
        raise StatementError(where, f"asked for independent copies of {x}", "no range", "add (i, 1, d)")
    values = {k: None if v is None else expression(v, where) for k, v in moments.items()}
    given = [k for k, v in values.items() if v is not None]
    if law is not None and not isinstance(law, Law):
        raise StatementError(where, "asked for a law", f"{law!r}", "use Normal(mean, variance) and the like")
    if law is not None and given:
        raise StatementError(where, f"asked for a law and {given[0]}=", "both",
                             "the law gives the moments already; drop one")
    if len(elements) > 1 and (law is not None or given or symmetric):
        raise StatementError(where, "asked for moments of a tuple", f"{x}", "declare them with random(...)")
    numbers = [v for v in values.values() if v is not None] + list(law.parameters if law else ())
    for v in numbers:
        if same_law and ranges and v.free_symbols & {r[0] for r in ranges}:
            raise StatementError(where, "asked for one common law", f"the parameter {v}, which varies",
                                 "use independent_family(...)")
    return Variables(elements, ranges, law, values["mean"], values["variance"], values["second_moment"],
                     symmetric, independent, same_law)


def iid(x: Any, *ranges: object, law: Law | None = None, mean: Expressionlike | None = None,
        variance: Expressionlike | None = None, second_moment: Expressionlike | None = None,
        symmetric: bool = False) -> Variables:
    """``iid(w[i], (i, 1, d), law=Normal(0, s))``: independent and with one common law.

    ``x`` may be a tuple of elements: then the tuples are independent of each other.  Instead of a
    law, moments may be given.  Errors: StatementError for ranges that do not fit the element.
    """
    moments = {"mean": mean, "variance": variance, "second_moment": second_moment}
    return _variables(x, ranges, "iid", law, moments, symmetric, True, True)


def independent_family(x: Any, *ranges: object, law: Law | None = None, mean: Expressionlike | None = None,
                       variance: Expressionlike | None = None, second_moment: Expressionlike | None = None,
                       symmetric: bool = False) -> Variables:
    """Like :func:`iid`, but the laws may differ: the moments may depend on the index."""
    moments = {"mean": mean, "variance": variance, "second_moment": second_moment}
    return _variables(x, ranges, "independent_family", law, moments, symmetric, True, False)


def random(x: Any, *ranges: object, law: Law | None = None, mean: Expressionlike | None = None,
           variance: Expressionlike | None = None, second_moment: Expressionlike | None = None,
           symmetric: bool = False) -> Variables:
    """A random variable, or with ranges a family of which no independence is assumed."""
    moments = {"mean": mean, "variance": variance, "second_moment": second_moment}
    return _variables(x, ranges, "random", law, moments, symmetric, False, False)


def independent(*members: Any) -> Independent:
    """The named families and variables are mutually independent: ``independent(w, z)``."""
    if len(members) < 2:
        raise StatementError("independent", "asked for two or more members", str(len(members)),
                             "name the families or variables")
    for m in members:
        name_of(m, "independent")
    return Independent(tuple(members))


def define(left: Any, right: Expressionlike, *ranges: object) -> Definition:
    """``define(x[i], ReLU(z[i]), (i, 1, d))``: an abbreviation.

    Without ranges it holds for all values of the index symbols that fit their assumptions.
    Errors: StatementError if an index is not a symbol.
    """
    _, indices = name_of(left, "define")
    limits = _ranges(ranges, "define") if ranges else tuple(
        Tuple(index_symbol(i, "define"), -oo, oo) for i in indices)
    _check_indices(left, limits, "define")
    return Definition(left, expression(right, "define"), limits)


let = define


def recurrence(left: Any, right: Expressionlike, limits: tuple[object, ...],
               start: Mapping[Any, Expressionlike] | None = None) -> Recurrence:
    """``recurrence(m(t + 1), b*m(t) + g, (t, 0), start={m(0): 0})``: for all integers t >= 0.

    ``(t, 0, T)`` ends it at T.  A backward recurrence is written the same way, with the smaller
    index on the left.
    """
    full = (*limits, oo) if len(limits) == 2 else limits
    name_of(left, "recurrence")
    for key in start or {}:
        name_of(key, "recurrence start")
    return Recurrence(expression(left, "recurrence"), expression(right, "recurrence"),
                      index_range(full, "recurrence"),
                      tuple((k, expression(v, "recurrence start")) for k, v in (start or {}).items()))


def given(claim: Any) -> Stated:
    """A claim taken for granted.  About random variables it holds at every outcome."""
    return Stated(proposition(claim, "given"))


def _sign(x: Any, ranges: tuple[object, ...], word: str, integer: bool) -> Sign:
    limits = _ranges(ranges, word or "integers")
    _check_indices(x, limits, word or "integers")
    return Sign(x, limits, word, integer)


def positive(x: Any, *ranges: object, integer: bool = False) -> Sign:
    """``positive(S[j], (j, 1, L), integer=True)``: positive on the range, and integer if asked."""
    return _sign(x, ranges, "positive", integer)


def nonnegative(x: Any, *ranges: object, integer: bool = False) -> Sign:
    """Like :func:`positive` for values >= 0."""
    return _sign(x, ranges, "nonnegative", integer)


def nonzero(x: Any, *ranges: object, integer: bool = False) -> Sign:
    """Like :func:`positive` for values other than 0."""
    return _sign(x, ranges, "nonzero", integer)


def integers(x: Any, *ranges: object) -> Sign:
    """The values on the range are integers."""
    return _sign(x, ranges, "", True)
