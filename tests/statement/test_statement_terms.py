"""SymPy expressions become the terms they say, and come back."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
import sympy as sp
from statement_evaluator import value

from derivations.kernel.term import Term, add, at, bind, eq, mul, num, op, rvar, sub, var
from derivations.statement import (
    Context,
    Count,
    Cov,
    E,
    Ind,
    MaxOver,
    P,
    ReLU,
    StatementError,
    Var,
    all_of,
    at_most,
    equal,
    every,
    from_term,
    iff,
    integer,
    least,
    less,
    some,
    to_term,
)

x, y = sp.symbols("x y", real=True)
b = sp.Symbol("b", positive=True)
n = sp.Symbol("n", integer=True, positive=True)
i, j, k = sp.symbols("i j k", integer=True)
w = sp.IndexedBase("w")
m = sp.Function("m")
X, Y, B, N, I = var("x"), var("y"), var("b"), var("n"), var("i")


@pytest.mark.parametrize(("expr", "term"), [
    (1 - x, sub(1, X)),
    (x - 3, sub(X, 3)),
    (x / 2, mul(Fraction(1, 2), X)),
    (-x * y, op("neg", mul(X, Y))),
    (3 * x / (2 * b), op("div", mul(3, X), mul(2, B))),
    (1 / b, op("div", 1, B)),
    (x**-2, op("div", 1, op("pow", X, 2))),
    (sp.sqrt(b), op("sqrt", B)),
    (1 / sp.sqrt(b), op("div", 1, op("sqrt", B))),
    (b**x, op("pow", B, X)),
    (sp.exp(-x), op("exp", op("neg", X))),
    (sp.E, op("e")),
    (sp.pi, op("pi")),
    (sp.S(-3), num(-3)),
    (sp.log(b), op("log", B)),
    (sp.Max(x, y, 0), op("max", op("max", 0, X), Y)),
    (sp.Mod(x, b), sub(X, mul(B, op("floor", op("div", X, B))))),
    (sp.Piecewise((x, x > 0), (y, True)), op("ite", op("lt", 0, X), X, Y)),
    (sp.KroneckerDelta(i, j), op("ite", eq(I, var("j")), 1, 0)),
    (ReLU(x), op("relu", X)),
    (E(w[1]), op("E", at("w", 1, random=True))),
    (E(w[1], given=w[1] > 0), op("condE", at("w", 1, random=True), op("lt", 0, at("w", 1, random=True)))),
    (Cov(w[1], x), op("cov", at("w", 1, random=True), X)),
    (P(w[1] > x), op("P", op("lt", X, at("w", 1, random=True)))),
    (m(n + 1), at("m", add(N, 1))),
    (sp.Sum(x, (i, 1, n)), bind("sum", var("q"), 1, N, X)),
    (sp.Sum(i * w[k], (i, 1, k), (k, 1, n)),
     bind("sum", var("k"), 1, N, bind("sum", I, 1, var("k"), mul(I, at("w", var("k"), random=True))))),
    (Count((i, 0, n), less(i, x)), bind("count", I, 0, N, op("lt", I, X))),
    (MaxOver((i, 1, n), i * x), bind("maxover", I, 1, N, mul(I, X))),
    (equal(x, x), eq(X, X)),
    (x > y, op("lt", Y, X)),
    (iff(equal(x, 1), less(x, y)), op("iff", eq(X, 1), op("lt", X, Y))),
    (integer(x), op("isint", X)),
    (all_of(at_most(x, y), less(0, x)), op("and", op("le", X, Y), op("lt", 0, X))),
    (least(x, i, less(y, i)), bind("isleast", I, X, op("and", op("isint", I), op("lt", Y, I)))),
])
def test_shape(expr: sp.Basic, term: Term) -> None:
    assert to_term(expr, Context(random={"w"})) is term


def test_the_least_integer_keeps_the_assumptions_of_its_symbol() -> None:
    t = to_term(least(x, n, less(y, n)))
    assert t is bind("isleast", N, X, op("and", op("isint", N), op("le", 1, N), op("lt", Y, N)))
    assert to_term(from_term(t)) is t


def test_bound_names_never_capture() -> None:
    # the inner i is another variable than the outer one, and than a free i
    inner = sp.Sum(i, (i, 1, 2))
    t = to_term(sp.Sum(i * inner, (i, 1, 3)) + i)
    assert value(t, {"i": 100}) == 6 * 3 + 100
    replaced = MaxOver((k, 1, n), k * x).subs(x, k)
    assert value(to_term(replaced), {"k": 5, "n": 3}) == 15


def test_decimals_are_exact() -> None:
    c = Context()
    assert to_term(0.9 * x, c) is mul(Fraction(9, 10), X)
    assert c.notes == ["the decimal 0.9 is read as the exact fraction 9/10"]
    assert to_term(sp.Float("1e-8"), c) is num(Fraction(1, 10**8))


@pytest.mark.parametrize(("expr", "words"), [
    (sp.oo, "not supported yet"),
    (sp.I * x, "complex numbers are not supported"),
    (sp.Symbol("z", complex=True), "declared complex"),
    (sp.Symbol("z", imaginary=True), "declared complex"),
    (sp.Sum(b**i, (i, 0, sp.oo)), "infinite sums"),
    (sp.factorial(n), "supported language"),
    (sp.gamma(x), "supported language"),
    (sp.Integral(x, x), "supported language"),
    (sp.Piecewise((x, x > 0)), "end it with (value, True)"),
    (sp.Sum(n, (n, 0, 3)), "without the assumption positive"),
    (x + sp.Symbol("x"), "different assumptions"),
    (m(x) + m(x, y), "1 and with 2 indices"),
    (sp.Symbol("q", prime=True), "prime"),
    (sp.Sum(w[sp.Idx("a")], (sp.Idx("a"), 1, n)), "index symbol"),
])
def test_errors_say_what_to_do(expr: sp.Basic, words: str) -> None:
    with pytest.raises(StatementError, match=words.replace("(", r"\(").replace(")", r"\)")) as caught:
        to_term(expr)
    assert str(caught.value).count("; ") >= 1


def test_text_is_never_read() -> None:
    for make in (lambda: E("x"), lambda: equal("x", 1), lambda: to_term("x + 1"),   # type: ignore[arg-type]
                 lambda: MaxOver((i, 1, "n"), x), lambda: every("k", 1, 2, equal(x, 1))):   # type: ignore[arg-type]
        with pytest.raises(StatementError):
            make()


def test_evaluated_relations_are_refused() -> None:
    for bad in (True, sp.true, sp.Eq(x, x), n > 0):
        with pytest.raises(StatementError, match="SymPy evaluated it"):
            Ind(bad)


def test_deep_expressions_give_a_statement_error() -> None:
    e: sp.Expr = x
    for _ in range(400):
        e = ReLU(e)
    with pytest.raises(StatementError):
        to_term(e)


def _expression(rng: random.Random, depth: int) -> sp.Expr:
    """A random expression of real value, defined for the model of the test."""
    if depth == 0:
        return rng.choice([x, y, b, n, sp.S(2), sp.Rational(-3, 4), m(n), w[n], sp.S(0)])
    f = rng.randrange(12)
    one, two = _expression(rng, depth - 1), _expression(rng, depth - 1)
    match f:
        case 0 | 1:
            return one + two
        case 2:
            return one - two
        case 3 | 4:
            return one * two
        case 5:
            return one / (b + rng.randrange(1, 4))
        case 6:
            return one ** rng.randrange(4)
        case 7:
            return sp.Sum(one * i, (i, rng.randrange(-1, 2), n))
        case 8:
            return ReLU(one) - sp.Abs(two)
        case 9:
            return sp.Piecewise((one, equal(x, y)), (two, True))
        case 10:
            return sp.floor(one) * Ind(less(one, two))
        case _:
            return MaxOver((k, 1, n), one + k * two)


@pytest.mark.parametrize("seed", range(150))
def test_round_trip_keeps_the_value_and_the_objects(seed: int) -> None:
    rng = random.Random(seed)
    e = _expression(rng, rng.randrange(1, 4))
    c = Context()
    t = to_term(e, c)
    back = from_term(t, c.objects())
    model = {"x": Fraction(-3, 2), "y": Fraction(2), "b": Fraction(3), "n": Fraction(4),
             "m": lambda a: a + 1, "w": lambda a: a * a}
    assert value(to_term(back, Context()), model) == value(t, model)
    bound = {s for q in sp.preorder_traversal(back) for s in getattr(q, "bound_symbols", [])}
    assert back.free_symbols - bound <= e.free_symbols


@pytest.mark.parametrize("expr", [
    x / (2 * b) - 3, sp.sqrt(b) * x**2, sp.exp(-x) / b, E(x * w[1]) ** 2, Var(x) + sp.log(b), b**-n,
    sp.Max(x, y, 0), sp.Sum(w[k] * x, (k, 1, n)), MaxOver((k, 1, n), k * m(k)), sp.sign(x) * sp.tanh(y),
])
def test_round_trip_is_the_same_expression(expr: sp.Expr) -> None:
    c = Context(random={"x"})
    assert from_term(to_term(expr, c), c.objects()) == expr


@pytest.mark.parametrize("claim", [
    every(k, 0, n, equal(m(k), k)), every(k, 1, sp.oo, less(0, m(k))), some(k, 1, n, equal(m(k), 0)),
    least(x, k, less(y, k)), iff(less(x, y), integer(x)), every(x, at_most(0, x**2)),
])
def test_claims_round_trip_as_terms(claim: sp.Basic) -> None:
    c = Context()
    t = to_term(claim, c)
    assert to_term(from_term(t, c.objects()), Context()) is t


def test_heads_without_a_sympy_form() -> None:
    with pytest.raises(StatementError, match="indep"):
        from_term(op("indep", rvar("x"), rvar("y")))
    with pytest.raises(StatementError, match="division by zero"):
        from_term(op("div", 1, 0))
