"""Derivatives, matrices, integrals and limits at an instance."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derivations.kernel.term import Term, add, bind, eq, make, mul, num, op, rvar, sub, var
from derivations.refute import Draw, Model, Undefined, Unknown, Value, evaluate
from derivations.refute.model import finite_coordinate

x, y, z, k, n, i, j = (var(s) for s in ["x", "y", "z", "k", "n", "i", "j"])
HALF = Fraction(1, 2)


def power(a: object, b: object) -> Term:
    return op("pow", a, b)


def d(body: Term, point: object, by: Term = x) -> Term:
    return bind("deriv", by, body, num(point) if isinstance(point, int | Fraction) else point)


def same(found: Value, want: float) -> bool:
    assert not isinstance(found, bool)
    return abs(float(found) - want) < 1e-9


@pytest.mark.parametrize(("body", "point", "want"), [
    (power(x, 3), 2, 12), (op("div", 1, x), 2, Fraction(-1, 4)), (op("log", x), 3, Fraction(1, 3)),
    (op("sqrt", x), 4, Fraction(1, 4)), (op("exp", mul(2, x)), 0, 2), (op("arctan", x), 2, Fraction(1, 5)),
    (op("tanh", x), 0, 1), (op("sin", power(x, 2)), 0, 0), (op("relu", sub(x, 1)), 2, 1), (op("abs", x), -3, -1),
    (op("ite", op("lt", x, 1), mul(3, x), power(x, 2)), 2, 4), (op("max", x, power(x, 2)), HALF, 1),
    (bind("sum", k, num(1), num(3), power(x, k)), 2, 17), (bind("prod", k, num(1), num(3), add(x, k)), 0, 11),
    (op("floor", x), HALF, 0), (power(2, x), 0, None), (d(mul(power(y, 2), x), x, y), 3, 12),
    (d(d(power(z, 5), y, z), x, y), 2, 240), (op("ind", op("lt", x, 1)), 0, 0), (power(0, power(x, 2)), 1, None),
    (op("gamma", x), 1, None),
])
def test_derivatives(body: Term, point: object, want: object) -> None:
    if want is None:
        try:
            found = evaluate(d(body, point), Model())
        except Unknown:
            return
        assert same(found, {"pow": 0.6931471805599453, "gamma": -0.5772156649015329}[body.head])
        return
    assert evaluate(d(body, point), Model()) == want


@pytest.mark.parametrize(("body", "point"), [
    (op("relu", x), 0), (op("abs", x), 0), (op("max", x, mul(2, x)), 0), (op("floor", x), 2), (op("log", x), 0),
    (op("div", 1, x), 0), (op("sqrt", x), 0), (power(x, Fraction(3, 2)), 0),
])
def test_no_derivative(body: Term, point: int) -> None:
    with pytest.raises(Undefined):
        evaluate(d(body, point), Model())


def test_close_to_a_point() -> None:
    def near(body: Term, point: int) -> Value:
        return evaluate(bind("near", x, body, num(point)), Model())
    assert near(op("lt", 0, x), 1) is True and near(op("lt", 0, x), -1) is False
    for body in (op("lt", 0, x), op("le", 0, power(x, 2)), eq(power(x, 2), 0), op("isint", x)):
        with pytest.raises(Unknown):
            near(body, 0)
    assert evaluate(bind("hasderiv", x, power(x, 2), num(3), num(6)), Model()) is True
    assert evaluate(bind("hasderiv", x, power(x, 2), num(3), num(5)), Model()) is False
    assert evaluate(bind("hasderiv", x, op("abs", x), num(0), num(0)), Model()) is False
    some = make("exists", [make("hasderiv", [op("relu", make("b", (), 0)), num(0), make("b", (), 0)])])
    assert evaluate(some, Model()) is False


def test_derivatives_of_expectations() -> None:
    m = Model(randoms={"X": Draw(finite_coordinate("X", [Fraction(v) for v in (0, 1, 5)], weights=[Fraction(1, 3)] * 3))})
    X = rvar("X")
    assert evaluate(d(op("E", power(sub(X, x), 2)), 1), m) == -2
    assert evaluate(d(op("E", op("exp", mul(X, x))), 0), m) == 2
    assert evaluate(d(op("var", mul(X, x)), 1), m) == 2 * Fraction(14, 3)
    assert evaluate(d(op("P", op("le", X, x)), 2), m) == 0
    with pytest.raises(Unknown):
        evaluate(d(op("P", op("le", X, x)), 1), m)


def grid(entry: Term, size: int = 3) -> Term:
    return bind("fam", i, num(1), num(size), bind("fam", j, num(1), num(size), entry))


def test_matrices() -> None:
    hilbert = grid(op("div", 1, sub(add(i, j), 1)))
    assert evaluate(op("det", hilbert), Model()) == Fraction(1, 2160)
    assert evaluate(op("inv", hilbert, 2, 3), Model()) == -180
    assert evaluate(op("det", grid(x, 0)), Model(scalars={"x": Fraction(1)})) == 1
    one = grid(op("ite", eq(i, j), x, 1))
    assert evaluate(d(op("det", one), 4), Model()) == 45            # (x - 1)^2 (x + 2)
    assert evaluate(d(op("inv", one, 1, 1), 4), Model()) == Fraction(-1, 12)
    with pytest.raises(Undefined):
        evaluate(op("inv", grid(mul(i, j)), 1, 1), Model())
    assert same(evaluate(op("det", grid(op("sqrt", add(i, j)), 2)), Model()), 8**0.5 - 3)
