"""From SymPy to kernel terms.

``to_term`` walks a SymPy expression once and writes the same expression as a kernel term: nothing
is simplified, quotients stay quotients and differences stay differences.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy
from sympy import Basic, Expr, Symbol, oo
from sympy.core.function import AppliedUndef
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic import boolalg

from derivations.kernel.term import (
    Term,
    TermError,
    add,
    bind,
    forall,
    in_range,
    mul,
    num,
    op,
)
from derivations.statement import claims, heads
from derivations.statement.context import Context, assumption_facts

Translator = Callable[[Any, Context], Term]
_TABLE: dict[type, Translator] = {}


def to_term(expr: Basic | int | Fraction, context: Context | None = None) -> Term:
    """The kernel term of a SymPy expression (sort R) or of a relation or claim (sort B).

    Shapes: rational coefficient first; ``a/b`` for negative literal powers; ``-x`` for a negative
    term, and a sum starts with a positive term where it has one.
    Errors: StatementError for what the kernel language cannot say.
    """
    context = context if context is not None else Context()
    if not isinstance(expr, Basic):
        expr = heads.expression(expr, context.where)
    try:
        return _term(expr, context)
    except TermError as e:
        raise context.error("asked for a well-formed expression", str(e), "split or rewrite it") from None
    except RecursionError:
        raise context.error("asked for an expression of moderate depth", "a deeper one",
                            "split it with define(...)") from None


def _term(e: Basic, c: Context) -> Term:
    for cls in type(e).__mro__:
        rule = _TABLE.get(cls)
        if rule is not None:
            return rule(e, c)
    raise c.error("asked for an expression of the supported language", f"{type(e).__name__}: {e}",
                  "write it with the functions listed in docs/stating_exercises.md")


def _rule(*types: type) -> Callable[[Translator], Translator]:
    def register(f: Translator) -> Translator:
        for t in types:
            _TABLE[t] = f
        return f
    return register


# -- numbers and arithmetic ---------------------------------------------------------------------

@_rule(sympy.Rational)
def _rational(e: sympy.Rational, c: Context) -> Term:
    return num(Fraction(int(e.p), int(e.q)))


@_rule(sympy.Float)
def _float(e: sympy.Float, c: Context) -> Term:
    if not e.is_finite:
        raise c.error("asked for a number", str(e), "use an exact number")
    exact = Fraction(str(e))
    c.note(f"the decimal {float(e)!r} is read as the exact fraction {exact}")
    return num(exact)


@_rule(sympy.core.numbers.Infinity, sympy.core.numbers.NegativeInfinity, sympy.core.numbers.NaN,
       sympy.core.numbers.ComplexInfinity, sympy.core.numbers.ImaginaryUnit)
def _no_number(e: Expr, c: Context) -> Term:
    raise c.error("asked for real numbers", str(e),
                  "limits, infinity and complex numbers are not supported yet")


@_rule(sympy.Add)
def _add(e: sympy.Add, c: Context) -> Term:
    parts = [_term(a, c) for a in e.as_ordered_terms()]
    parts = [op("neg", num(-p.data)) if isinstance(p.data, Fraction) and p.data < 0 else p for p in parts]
    first = next((k for k, p in enumerate(parts) if p.head != "neg"), 0)
    return add(parts[first], *parts[:first], *parts[first + 1:])


@_rule(sympy.Mul)
def _mul(e: sympy.Mul, c: Context) -> Term:
    coefficient, rest = e.as_coeff_Mul(rational=True)
    value = Fraction(int(coefficient.p), int(coefficient.q))
    above: list[Term] = []
    below: list[Term] = []
    # an unevaluated product keeps its own order
    canonical = e.args and sympy.Mul(*e.args) == e
    factors = rest.as_ordered_factors() if canonical and rest.is_Mul else sympy.Mul.make_args(rest)
    for f in factors:
        split = _denominator(f)
        if split is None:
            above.append(_term(f, c))
        else:
            below.append(_power(*split, c))
    size = abs(value)
    if below:
        if size.numerator != 1 or not above:
            above.insert(0, num(size.numerator))
        if size.denominator != 1:
            below.insert(0, num(size.denominator))
        t = op("div", mul(*above), mul(*below))
    else:
        if size != 1:
            above.insert(0, num(size))
        t = mul(*above)
    return op("neg", t) if value < 0 else t


def _denominator(f: Expr) -> tuple[Expr, Expr] | None:
    """Base and positive exponent of a power with a negative rational exponent."""
    if isinstance(f, sympy.Pow) and f.exp.is_Rational and f.exp.is_negative:
        return f.base, -f.exp
    return None


def _power(base: Expr, exponent: Expr, c: Context) -> Term:
    if exponent == 1:
        return _term(base, c)
    if exponent == sympy.S.Half:
        return op("sqrt", _term(base, c))
    if base == sympy.E:
        return op("exp", _term(exponent, c))
    return op("pow", _term(base, c), _term(exponent, c))


@_rule(sympy.Pow)
def _pow(e: sympy.Pow, c: Context) -> Term:
    split = _denominator(e)
    return _power(e.base, e.exp, c) if split is None else op("div", 1, _power(*split, c))


def _simple(head: str) -> Translator:
    return lambda e, c: op(head, *(_term(a, c) for a in e.args))


for _cls, _head in ((sympy.core.numbers.Exp1, "e"), (sympy.core.numbers.Pi, "pi"), (sympy.exp, "exp"),
                    (sympy.Abs, "abs"), (sympy.sign, "sign"), (sympy.floor, "floor"),
                    (sympy.ceiling, "ceil"), (sympy.sin, "sin"), (sympy.cos, "cos"), (sympy.tanh, "tanh"),
                    (heads.ReLU, "relu"), (heads.Var, "var"), (heads.Cov, "cov"), (heads.Ind, "ind"),
                    (sympy.Eq, "eq"), (sympy.Ne, "ne"), (sympy.Le, "le"), (sympy.Lt, "lt"),
                    (claims.Equal, "eq"), (claims.Differs, "ne"), (claims.AtMost, "le"),
                    (claims.Less, "lt"), (claims.Iff, "iff"), (claims.Implication, "imp"),
                    (claims.AllOf, "and"), (claims.AnyOf, "or"), (claims.Negation, "not"),
                    (claims.IsInteger, "isint"), (boolalg.Not, "not"), (boolalg.Implies, "imp"),
                    (boolalg.BooleanTrue, "true"), (boolalg.BooleanFalse, "false")):
    _TABLE[_cls] = _simple(_head)


@_rule(sympy.log)
def _log(e: sympy.log, c: Context) -> Term:
    if len(e.args) != 1:
        raise c.error("asked for a natural logarithm", str(e), "write log(x)/log(base)")
    return op("log", _term(e.args[0], c))


@_rule(sympy.UnevaluatedExpr)
def _held(e: sympy.UnevaluatedExpr, c: Context) -> Term:
    return _term(e.args[0], c)


@_rule(sympy.Max, sympy.Min)
def _extreme(e: Expr, c: Context) -> Term:
    head = "max" if isinstance(e, sympy.Max) else "min"
    parts = [_term(a, c) for a in sorted(e.args, key=sympy.default_sort_key)]
    t = parts[0]
    for p in parts[1:]:
        t = op(head, t, p)
    return t


@_rule(sympy.Mod)
def _mod(e: sympy.Mod, c: Context) -> Term:
    a, b = (_term(x, c) for x in e.args)
    return op("add", a, op("neg", op("mul", b, op("floor", op("div", a, b)))))


@_rule(sympy.Piecewise)
def _piecewise(e: sympy.Piecewise, c: Context) -> Term:
    *cases, last = e.args
    if last.cond != sympy.true:
        raise c.error("asked for a Piecewise with a last case for everything else", str(e),
                      "end it with (value, True)")
    t = _term(last.expr, c)
    for pair in reversed(cases):
        assert isinstance(pair, ExprCondPair)
        t = op("ite", _term(pair.cond, c), _term(pair.expr, c), t)
    return t


@_rule(sympy.KroneckerDelta)
def _delta(e: sympy.KroneckerDelta, c: Context) -> Term:
    return op("ite", op("eq", _term(e.args[0], c), _term(e.args[1], c)), 1, 0)


# -- names --------------------------------------------------------------------------------------

@_rule(Symbol)
def _symbol(e: Symbol, c: Context) -> Term:
    return c.symbol(e)


@_rule(AppliedUndef)
def _applied(e: AppliedUndef, c: Context) -> Term:
    indices = tuple(e.args)
    return c.family(type(e).__name__, e.func, indices, [_term(a, c) for a in indices])


@_rule(sympy.Indexed)
def _indexed(e: sympy.Indexed, c: Context) -> Term:
    base, indices = e.base, tuple(e.indices)
    if not isinstance(base, sympy.IndexedBase):
        raise c.error("asked for an IndexedBase", f"{type(base).__name__}: {base}", "use IndexedBase('w')")
    return c.family(str(base.label), base, indices, [_term(a, c) for a in indices])


@_rule(sympy.Idx)
def _idx(e: sympy.Idx, c: Context) -> Term:
    raise c.error("asked for an index symbol", f"the SymPy Idx {e}", "use Symbol('i', integer=True)")


# -- binders ------------------------------------------------------------------------------------

def range_terms(lo: Expr, hi: Expr, c: Context) -> tuple[Term, Term]:
    """The bounds of a range.  Errors: StatementError for an infinite one."""
    for b in (lo, hi):
        if b in (oo, -oo):
            raise c.error("asked for finite bounds", f"{b}", "infinite sums and ranges are not supported yet")
    return _term(lo, c), _term(hi, c)


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


@_rule(sympy.Sum, sympy.Product)
def _sum(e: Any, c: Context) -> Term:
    head = "sum" if isinstance(e, sympy.Sum) else "prod"

    def nest(limits: tuple[Any, ...]) -> Term:
        if not limits:
            return _term(e.function, c)
        if len(limits[-1]) != 3:
            raise c.error("asked for a sum with bounds", f"{e}", "give both bounds of each index")
        k, lo, hi = limits[-1]              # SymPy writes the innermost index first
        return _ranged(head, k, lo, hi, c, lambda: nest(limits[:-1]))
    return nest(tuple(e.limits))


@_rule(heads.MaxOver, heads.Count)
def _over(e: Any, c: Context) -> Term:
    k, lo, hi = e.args[0]
    head = "maxover" if isinstance(e, heads.MaxOver) else "count"
    return _ranged(head, k, lo, hi, c, lambda: _term(e.args[1], c))


def quantifier_premises(k: Symbol, x: Term, low: Term | None,
                        high: Term | None) -> list[Term]:
    """What is known of the variable of ``every(k, lo, hi, ...)``; an infinite bound says nothing."""
    if low is None and high is None:
        return assumption_facts(k, x)
    checks = in_range(x, low if low is not None else x, high if high is not None else x)
    return [checks[0], *([checks[1]] if low is not None else []), *([checks[2]] if high is not None else [])]


@_rule(claims.Every, claims.Some)
def _every(e: Any, c: Context) -> Term:
    k, lo, hi = e.args[0]
    low = None if lo == -oo else _term(lo, c)
    high = None if hi == oo else _term(hi, c)
    if low is not None or high is not None:
        check_index(k, lo, c)
    with c.binding(k) as x:
        premises = quantifier_premises(k, x, low, high)
        body = _term(e.args[1], c)
        if isinstance(e, claims.Every):
            return forall(x, premises, body)
        return bind("exists", x, op("and", *premises, body) if premises else body)


@_rule(claims.Least)
def _least(e: claims.Least, c: Context) -> Term:
    w, n, condition = e.args
    value = _term(w, c)
    assert isinstance(n, Symbol)
    with c.binding(n) as x:
        # "least integer": the kernel's isleast ranges over all reals
        return bind("isleast", x, value, op("and", op("isint", x), _term(condition, c)))


# -- expectation and logic ----------------------------------------------------------------------

@_rule(heads.E)
def _expectation(e: heads.E, c: Context) -> Term:
    return op("E" if len(e.args) == 1 else "condE", *(_term(a, c) for a in e.args))


@_rule(heads.P)
def _probability(e: heads.P, c: Context) -> Term:
    event = _term(e.args[0], c)
    return op("P", event) if len(e.args) == 1 else op("condE", op("ind", event), _term(e.args[1], c))


@_rule(sympy.Gt, sympy.Ge)
def _greater(e: Any, c: Context) -> Term:
    return op("lt" if isinstance(e, sympy.Gt) else "le", _term(e.rhs, c), _term(e.lhs, c))


@_rule(boolalg.And, boolalg.Or)
def _junction(e: Any, c: Context) -> Term:
    head = "and" if isinstance(e, boolalg.And) else "or"
    return op(head, *(_term(a, c) for a in sorted(e.args, key=sympy.default_sort_key)))


@_rule(boolalg.Equivalent)
def _equivalent(e: Any, c: Context) -> Term:
    a, *rest = [_term(x, c) for x in sorted(e.args, key=sympy.default_sort_key)]
    pairs = [op("iff", a, b) for b in rest]
    return pairs[0] if len(pairs) == 1 else op("and", *pairs)
