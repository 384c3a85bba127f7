"""Reading what binds an index.

Sums, products, maxima, counts and quantified claims, whose index becomes a bound variable, and
the heads of probability and logic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy
from sympy import Basic, Expr, Symbol, oo
from sympy.logic import boolalg

from derivations.kernel.term import Term, bind, forall, in_range, op
from derivations.statement import claims, heads
from derivations.statement.context import Context, assumption_facts
from derivations.statement.reading import read, rule


def range_terms(lo: Expr, hi: Expr, c: Context) -> tuple[Term, Term]:
    """The bounds of a range.  Errors: StatementError for an infinite one."""
    for b in (lo, hi):
        if b in (oo, -oo):
            raise c.error("asked for finite bounds", f"{b}", "infinite sums and ranges are not supported yet")
    return read(lo, c), read(hi, c)


def check_index(k: Basic, lo: Expr, c: Context) -> Symbol:
    """A bound symbol's own assumptions must hold on its whole range: SymPy may have used them."""
    if not isinstance(k, Symbol):
        raise c.error("asked for an index symbol", f"{k!r}", "use Symbol('i', integer=True)")
    word = ("positive" if k.is_positive and not lo.is_positive else
            "nonnegative" if k.is_nonnegative and not lo.is_nonnegative else
            "nonzero" if k.is_zero is False and not lo.is_positive else
            "negative" if k.is_extended_negative or (k.is_nonpositive and not k.is_zero) else
            "even or odd" if k.is_even or k.is_odd else "not an integer" if k.is_integer is False else "")
    if word:
        raise c.error(f"an index {k} without the assumption {word}",
                      f"a range from {lo}", f"use Symbol('{k}', integer=True)")
    return k


def _ranged(head: str, k: Basic, lo: Expr, hi: Expr, c: Context, body: Callable[[], Term]) -> Term:
    low, high = range_terms(lo, hi, c)
    with c.binding(check_index(k, lo, c)) as x:
        return bind(head, x, low, high, body())


@rule(sympy.Sum, sympy.Product)
def _sum(e: Any, c: Context) -> Term:
    head = "sum" if isinstance(e, sympy.Sum) else "prod"

    def nest(limits: tuple[Any, ...]) -> Term:
        if not limits:
            return read(e.function, c)
        if len(limits[-1]) != 3:
            raise c.error("asked for a sum with bounds", f"{e}", "give both bounds of each index")
        k, lo, hi = limits[-1]              # SymPy writes the innermost index first
        return _ranged(head, k, lo, hi, c, lambda: nest(limits[:-1]))
    return nest(tuple(e.limits))


@rule(heads.MaxOver, heads.Count)
def _over(e: Any, c: Context) -> Term:
    k, lo, hi = e.args[0]
    head = "maxover" if isinstance(e, heads.MaxOver) else "count"
    return _ranged(head, k, lo, hi, c, lambda: read(e.args[1], c))


def quantifier_premises(k: Symbol, x: Term, low: Term | None,
                        high: Term | None) -> list[Term]:
    """What is known of the variable of ``every(k, lo, hi, ...)``; an infinite bound says nothing."""
    if low is None and high is None:
        return assumption_facts(k, x)
    checks = in_range(x, low if low is not None else x, high if high is not None else x)
    return [checks[0], *([checks[1]] if low is not None else []), *([checks[2]] if high is not None else [])]


@rule(claims.Every, claims.Some)
def _every(e: Any, c: Context) -> Term:
    k, lo, hi = e.args[0]
    low = None if lo == -oo else read(lo, c)
    high = None if hi == oo else read(hi, c)
    if low is not None or high is not None:
        check_index(k, lo, c)
    with c.binding(k) as x:
        premises = quantifier_premises(k, x, low, high)
        body = read(e.args[1], c)
        if isinstance(e, claims.Every):
            return forall(x, premises, body)
        return bind("exists", x, op("and", *premises, body) if premises else body)


@rule(claims.Least)
def _least(e: claims.Least, c: Context) -> Term:
    w, n, condition = e.args
    value = read(w, c)
    assert isinstance(n, Symbol)
    with c.binding(n) as x:
        # the kernel's isleast ranges over all reals; n is an integer with the symbol's assumptions
        facts = list(dict.fromkeys([op("isint", x), *assumption_facts(n, x)]))
        found = read(condition, c)
        parts = found.args if found.head == "and" else (found,)
        return bind("isleast", x, value, op("and", *facts, *parts))


# -- expectation and logic ----------------------------------------------------------------------

@rule(heads.E)
def _expectation(e: heads.E, c: Context) -> Term:
    return op("E" if len(e.args) == 1 else "condE", *(read(a, c) for a in e.args))


@rule(heads.P)
def _probability(e: heads.P, c: Context) -> Term:
    event = read(e.args[0], c)
    return op("P", event) if len(e.args) == 1 else op("condE", op("ind", event), read(e.args[1], c))


@rule(sympy.Gt, sympy.Ge)
def _greater(e: Any, c: Context) -> Term:
    return op("lt" if isinstance(e, sympy.Gt) else "le", read(e.rhs, c), read(e.lhs, c))


@rule(boolalg.And, boolalg.Or)
def _junction(e: Any, c: Context) -> Term:
    head = "and" if isinstance(e, boolalg.And) else "or"
    return op(head, *(read(a, c) for a in sorted(e.args, key=sympy.default_sort_key)))


@rule(boolalg.Equivalent)
def _equivalent(e: Any, c: Context) -> Term:
    a, *rest = [read(x, c) for x in sorted(e.args, key=sympy.default_sort_key)]
    pairs = [op("iff", a, b) for b in rest]
    return pairs[0] if len(pairs) == 1 else op("and", *pairs)
