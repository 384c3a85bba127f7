"""What SymPy leaves of a claim is read without a slip."""

from __future__ import annotations

import pytest
from sympy import (
    Abs,
    Float,
    Function,
    IndexedBase,
    KroneckerDelta,
    Mod,
    Mul,
    Piecewise,
    Pow,
    Product,
    Rational,
    Sum,
    Symbol,
    UnevaluatedExpr,
    floor,
    log,
    sqrt,
    symbols,
)

from derivations.api import prove
from derivations.statement import E, Ind, StatementError, Var, at_most, equal, every, iid, random

x, y = symbols("x y", real=True)
p = Symbol("p", positive=True)
i, j, k = symbols("i j k", integer=True)
n = Symbol("n", integer=True, nonnegative=True)
w = IndexedBase("w")
X, Y = symbols("X Y")
SECONDS = 5.0


@pytest.mark.parametrize(("claim", "givens", "verdict"), [
    pytest.param(equal(Mul(x, 1 / x, evaluate=False), 1), [], "conditional", id="a quotient that is kept"),
    pytest.param(equal(UnevaluatedExpr(x) / x, 1), [], "conditional", id="a quotient that is held"),
    pytest.param(equal(Mul(p, 1 / p, evaluate=False), 1), [], "proved", id="a quotient of a positive number"),
    pytest.param(equal(Mul(0, 1 / x, evaluate=False), 0), [], "conditional", id="zero times an inverse"),
    pytest.param(equal((x**2 - 1) / (x - 1), x + 1), [], "conditional", id="a factor cancelled"),
    pytest.param(equal(log(x**2), 2 * log(x)), [], "conditional", id="the logarithm of a square"),
    pytest.param(equal(log(p**2), 2 * log(p)), [], "proved", id="the same for a positive number"),
    pytest.param(equal(sqrt(x**2), x), [], "refuted", id="the root of a square"),
    pytest.param(equal(Pow(Pow(x, 2, evaluate=False), Rational(1, 2), evaluate=False), x), [], "refuted",
                 id="the root of a square that is kept"),
    pytest.param(equal(Sum(k, (k, 5, 2)), 0), [], "proved", id="an empty sum"),
    pytest.param(equal(Sum(k, (k, 5, 2)), -7), [], "refuted", id="a reversed sum"),
    pytest.param(equal(Product(k, (k, 3, 1)), Rational(1, 2)), [], "refuted", id="a reversed product"),
    pytest.param(equal(Sum(k, (k, 1, n)), n * (n + 1) / 2), [], "proved", id="a sum up to a natural number"),
    pytest.param(equal(Sum(k, (k, 1, i)), i * (i + 1) / 2), [], "refuted", id="a sum up to an integer"),
    pytest.param(equal(Sum(i * j, (i, 1, n)), Sum(i**2, (i, 1, n))), [], "refuted", id="two indices"),
    pytest.param(equal(Float("0.1") + Float("0.2"), Float("0.3")), [], "proved", id="decimals are exact"),
    pytest.param(equal(Float("0.333333"), Rational(1, 3)), [], "refuted", id="a decimal for a third"),
    pytest.param(equal(Mod(i, 4), i), [], "refuted", id="a remainder"),
    pytest.param(equal(floor(x + n), floor(x) + n), [], "proved", id="an integer out of a floor"),
    pytest.param(equal(Piecewise((1, x > 0), (-1, True)) * Abs(x), x), [], "proved", id="a sign by cases"),
    pytest.param(equal(Sum(KroneckerDelta(k, j), (k, 1, n)), 1), [], "refuted", id="a delta outside the range"),
    pytest.param(at_most(Ind(x > 0), 1), [], "proved", id="an indicator"),
    pytest.param(every(i, 0, n, equal(w[i], w[0])), [], "refuted", id="all members alike"),
    pytest.param(equal(Var(X + Y), Var(X) + Var(Y)), [random(X, second_moment=1), random(Y, second_moment=1)],
                 "refuted", id="variances of dependent variables"),
    pytest.param(equal(E(X * Y), E(X) * E(Y)), [random(X, variance=1), random(Y, variance=1)], "refuted",
                 id="a product of dependent variables"),
    pytest.param(equal(Var(Sum(w[i], (i, 1, n))), n), [iid(w[i], (i, 1, n), variance=1)], "proved",
                 id="independent variables"),
])
def test_the_verdict(claim: object, givens: list[object], verdict: str) -> None:
    assert prove(claim, givens, seconds=SECONDS).verdict == verdict


@pytest.mark.parametrize("claim", [
    pytest.param(equal(x, Symbol("x", positive=True)), id="one name for two symbols"),
    pytest.param(equal(Symbol("z", complex=True), 1), id="a complex number"),
    pytest.param(equal(Function("x")(1), x), id="one name for a number and a family"),
    pytest.param(equal(Sum(Abs(Symbol("i", integer=True, positive=True)),
                           (Symbol("i", integer=True, positive=True), -3, 3)), 0), id="an index below its assumption"),
    pytest.param(equal(Sum(Symbol("i", integer=True, prime=True), (Symbol("i", integer=True, prime=True), 1, 3)), 5),
                 id="a prime index"),
    pytest.param(every(Symbol("z", complex=True), equal(Symbol("z", complex=True), 1)), id="all complex numbers"),
    pytest.param(equal(sqrt(-2), 1), id="a root that SymPy makes imaginary"),
    pytest.param(equal(Pow(0, -1), 1), id="an infinite number"),
])
def test_the_claim_is_refused(claim: object) -> None:
    with pytest.raises(StatementError):
        prove(claim, seconds=SECONDS)
