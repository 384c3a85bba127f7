"""From SymPy to kernel terms.

``to_term`` walks a SymPy expression once and writes the same expression as a kernel term: nothing
is simplified, quotients stay quotients and differences stay differences.
"""

from __future__ import annotations

from fractions import Fraction

import sympy
from sympy import Basic, Expr, Symbol
from sympy.core.function import AppliedUndef
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic import boolalg

from derivations.kernel.term import Term, TermError, add, mul, num, op
from derivations.statement import binders, calculus, claims, heads
from derivations.statement.context import Context
from derivations.statement.reading import TABLE, read, rule, simple

_ = binders, calculus       # imported for the rules they add to the table


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
        return read(expr, context)
    except TermError as e:
        raise context.error("asked for a well-formed expression", str(e), "split or rewrite it") from None
    except RecursionError:
        raise context.error("asked for an expression of moderate depth", "a deeper one",
                            "split it with define(...)") from None


# -- numbers and arithmetic ---------------------------------------------------------------------

@rule(sympy.Rational)
def _rational(e: sympy.Rational, c: Context) -> Term:
    return num(Fraction(int(e.p), int(e.q)))


@rule(sympy.Float)
def _float(e: sympy.Float, c: Context) -> Term:
    if not e.is_finite:
        raise c.error("asked for a number", str(e), "use an exact number")
    exact = Fraction(str(e))
    c.note(f"the decimal {float(e)!r} is read as the exact fraction {exact}")
    return num(exact)


@rule(sympy.core.numbers.Infinity, sympy.core.numbers.NegativeInfinity, sympy.core.numbers.NaN,
       sympy.core.numbers.ComplexInfinity, sympy.core.numbers.ImaginaryUnit)
def _no_number(e: Expr, c: Context) -> Term:
    raise c.error("asked for real numbers", str(e),
                  "limits, infinity and complex numbers are not supported yet")


@rule(sympy.Add)
def _add(e: sympy.Add, c: Context) -> Term:
    parts = [read(a, c) for a in e.as_ordered_terms()]
    parts = [op("neg", num(-p.data)) if isinstance(p.data, Fraction) and p.data < 0 else p for p in parts]
    first = next((k for k, p in enumerate(parts) if p.head != "neg"), 0)
    return add(parts[first], *parts[:first], *parts[first + 1:])


@rule(sympy.Mul)
def _mul(e: sympy.Mul, c: Context) -> Term:
    coefficient, rest = e.as_coeff_Mul(rational=True)
    value = Fraction(int(coefficient.p), int(coefficient.q))
    above: list[Term] = []
    below: list[Term] = []
    # an unevaluated product keeps its own order
    canonical = e.args and sympy.Mul(*e.args) == e
    factors = sympy.Mul.make_args(rest)
    if canonical and rest.is_Mul:
        factors = sorted(rest.as_ordered_factors(), key=_compound)      # a name stands before log(...) and sums
    for f in factors:
        split = _denominator(f)
        if split is None:
            above.append(read(f, c))
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


def _compound(f: Expr) -> bool:
    """Whether a factor is more than a name with its indices or a power of one."""
    base = f.base if isinstance(f, sympy.Pow) else f
    return not isinstance(base, (sympy.Number, Symbol, sympy.Indexed, AppliedUndef))


def _denominator(f: Expr) -> tuple[Expr, Expr] | None:
    """Base and positive exponent of a power with a negative rational exponent."""
    if isinstance(f, sympy.Pow) and f.exp.is_Rational and f.exp.is_negative:
        return f.base, -f.exp
    return None


def _power(base: Expr, exponent: Expr, c: Context) -> Term:
    if exponent == 1:
        return read(base, c)
    if exponent == sympy.S.Half:
        return op("sqrt", read(base, c))
    if base == sympy.E:
        return op("exp", read(exponent, c))
    return op("pow", read(base, c), read(exponent, c))


@rule(sympy.Pow)
def _pow(e: sympy.Pow, c: Context) -> Term:
    split = _denominator(e)
    return _power(e.base, e.exp, c) if split is None else op("div", 1, _power(*split, c))


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
    TABLE[_cls] = simple(_head)


@rule(sympy.log)
def _log(e: sympy.log, c: Context) -> Term:
    if len(e.args) != 1:
        raise c.error("asked for a natural logarithm", str(e), "write log(x)/log(base)")
    return op("log", read(e.args[0], c))


@rule(sympy.UnevaluatedExpr)
def _held(e: sympy.UnevaluatedExpr, c: Context) -> Term:
    return read(e.args[0], c)


@rule(sympy.Max, sympy.Min)
def _extreme(e: Expr, c: Context) -> Term:
    head = "max" if isinstance(e, sympy.Max) else "min"
    parts = [read(a, c) for a in sorted(e.args, key=sympy.default_sort_key)]
    t = parts[0]
    for p in parts[1:]:
        t = op(head, t, p)
    return t


@rule(sympy.Mod)
def _mod(e: sympy.Mod, c: Context) -> Term:
    a, b = (read(x, c) for x in e.args)
    return op("add", a, op("neg", op("mul", b, op("floor", op("div", a, b)))))


@rule(sympy.Piecewise)
def _piecewise(e: sympy.Piecewise, c: Context) -> Term:
    *cases, last = e.args
    if last.cond != sympy.true:
        raise c.error("asked for a Piecewise with a last case for everything else", str(e),
                      "end it with (value, True)")
    t = read(last.expr, c)
    for pair in reversed(cases):
        assert isinstance(pair, ExprCondPair)
        t = op("ite", read(pair.cond, c), read(pair.expr, c), t)
    return t


@rule(sympy.KroneckerDelta)
def _delta(e: sympy.KroneckerDelta, c: Context) -> Term:
    return op("ite", op("eq", read(e.args[0], c), read(e.args[1], c)), 1, 0)


# -- names --------------------------------------------------------------------------------------

@rule(Symbol)
def _symbol(e: Symbol, c: Context) -> Term:
    return c.symbol(e)


@rule(AppliedUndef)
def _applied(e: AppliedUndef, c: Context) -> Term:
    indices = tuple(e.args)
    return c.family(type(e).__name__, e.func, indices, [read(a, c) for a in indices])


@rule(sympy.Indexed)
def _indexed(e: sympy.Indexed, c: Context) -> Term:
    base, indices = e.base, tuple(e.indices)
    if not isinstance(base, sympy.IndexedBase):
        raise c.error("asked for an IndexedBase", f"{type(base).__name__}: {base}", "use IndexedBase('w')")
    return c.family(str(base.label), base, indices, [read(a, c) for a in indices])


@rule(sympy.Idx)
def _idx(e: sympy.Idx, c: Context) -> Term:
    raise c.error("asked for an index symbol", f"the SymPy Idx {e}", "use Symbol('i', integer=True)")
