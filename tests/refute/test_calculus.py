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


E_ = op("exp", op("neg", x))
GAUSS = op("exp", op("neg", op("div", power(x, 2), 2)))
PI = 3.141592653589793


def over(body: Term, lo: object = None, hi: object = None) -> Term:
    ends = [num(e) if isinstance(e, int | Fraction) else e for e in (lo, hi) if e is not None]
    return bind(("integral_line", "integral_up", "integral")[len(ends)], x, *ends, body)    # type: ignore[arg-type]


@pytest.mark.parametrize(("t", "want"), [
    (over(power(x, 2), 0, 3), Fraction(9)), (over(power(x, 2), 3, 0), Fraction(-9)), (over(op("sqrt", x), 0, 4), Fraction(16, 3)),
    (over(op("div", 1, op("sqrt", x)), 0, 4), Fraction(4)), (over(op("abs", x), -1, 2), Fraction(5, 2)),
    (over(op("relu", sub(mul(2, x), 1)), 0, 1), Fraction(1, 4)), (over(op("ind", op("lt", x, HALF)), 0, 1), HALF),
    (over(op("max", power(x, 2), x), 0, 2), Fraction(1, 2) + Fraction(7, 3)), (over(power(x, -2), 1), Fraction(1)),
    (over(bind("sum", k, num(1), num(2), op("abs", sub(x, k))), 0, 3), Fraction(5, 2) + Fraction(5, 2)),
    (over(op("sin", x), 0, 1), 1 - 0.5403023058681398), (over(op("div", 1, x), 1, 2), 0.6931471805599453),
    (over(op("log", x), 1, 2), 0.3862943611198906), (over(op("div", 1, add(1, power(x, 2))), -1, 1), PI / 2),
    (over(GAUSS), (2 * PI)**0.5), (over(mul(power(x, 2), GAUSS)), (2 * PI)**0.5), (over(GAUSS, 0), (PI / 2)**0.5),
    (over(mul(x, E_), 0), 1.0), (over(mul(power(x, HALF), E_), 0), PI**0.5 / 2), (over(mul(power(x, 3), E_), 1), 16 / 2.718281828459045),
    (over(op("exp", op("neg", op("abs", x)))), 2.0), (over(op("div", 1, add(1, power(x, 2)))), PI),
    (over(op("div", 1, add(1, power(x, 2))), 2), PI / 2 - 1.1071487177940904),
    (bind("integral", y, num(0), num(1), bind("integral", x, num(0), num(1), op("exp", mul(x, y)))), 1.3179021514544038),
    (d(bind("integral", y, num(0), x, op("exp", y)), 1), 2.718281828459045), (d(bind("integral", y, num(0), num(1), op("exp", mul(x, y))), 0), 0.5),
    (over(d(power(y, 3), x, y), 0, 2), Fraction(8)), (over(mul(power(x, 2), op("exp", op("neg", power(x, 2)))), 0), PI**0.5 / 4),
    (over(E_, -1), 2.718281828459045), (over(power(x, Fraction(-3, 2)), 2), 2**0.5), (over(op("erf", x), 0, 1), 0.4860649581),
    (over(mul(power(x, 2), op("exp", op("neg", op("abs", x))))), 4.0), (over(op("sign", sub(power(x, 2), 2)), 0, 2), 2 - 2 * 2**0.5),
    (over(op("exp", add(mul(3, x), op("neg", power(x, 2))))), PI**0.5 * 9.487735836358526),
])
def test_integrals(t: Term, want: object) -> None:
    found = evaluate(t, Model())
    assert found == want if isinstance(want, Fraction) and isinstance(found, Fraction) else same(found, float(want))  # type: ignore[arg-type]


@pytest.mark.parametrize("t", [
    over(op("div", 1, x), -1, 1), over(op("div", 1, x), 0, 1), over(op("div", 1, x), 1), over(power(x, -2), 0, 1), over(num(1), 0),
    over(num(1)), over(x), over(E_), over(op("exp", x), 0), over(op("log", x), -2, -1), over(op("tanh", x), 0), over(op("sin", x), 0),
    over(op("div", 1, add(1, x)), 0), over(op("div", 1, sub(power(x, 2), 4)), 0, 3), over(op("floor", op("sin", x)), 0, 3),
    over(op("div", 1, op("log", x)), HALF, 2), over(op("div", op("sin", x), op("cos", x)), 0, 3), over(mul(E_, op("sin", x)), 0),
    over(op("ite", op("isint", x), 1, x), 0, 2), over(op("abs", op("sin", x)), 0, 4), over(op("ite", op("lt", x, 0), 1, op("div", 1, x)), -1, 1),
    over(op("exp", power(x, 2))), over(op("exp", op("neg", power(x, 3))), 0), over(power(2, x), 0), over(op("div", 1, op("abs", x)), -1, 1),
    over(op("sqrt", sub(x, 1)), 0, 2), over(op("div", E_, x), 0),
])
def test_no_integral(t: Term) -> None:
    with pytest.raises((Undefined, Unknown)):
        evaluate(t, Model())


def lim(head: str, body: Term, *more: object, by: Term = n) -> Value:
    return evaluate(bind(head, by, body, *[num(m) for m in more]), Model())     # type: ignore[arg-type]


def partial(body: Term, lo: int = 1, hi: Term = n) -> Term:
    return bind("sum", k, num(lo), hi, body)


@pytest.mark.parametrize(("body", "want"), [
    (op("div", add(mul(3, n), 1), sub(n, 5)), Fraction(3)), (op("div", n, add(power(n, 2), 1)), Fraction(0)),
    (power(Fraction(-1, 2), n), Fraction(0)), (mul(power(n, 5), power(Fraction(9, 10), n)), Fraction(0)),
    (op("div", power(2, n), power(3, n)), Fraction(0)), (op("div", sub(1, power(HALF, add(n, 1))), HALF), Fraction(2)),
    (op("div", add(power(2, n), 1), add(power(2, add(n, 1)), n)), HALF),
    (partial(power(HALF, k), 0), Fraction(2)), (partial(mul(k, power(HALF, k))), Fraction(2)),
    (partial(op("div", 1, mul(k, add(k, 1)))), Fraction(1)), (partial(op("div", 1, power(k, 2))), PI**2 / 6),
    (partial(op("div", 1, mul(sub(mul(2, k), 1), add(mul(2, k), 1)))), HALF), (partial(op("div", 1, sub(power(k, 2), 2)), 2), None),
    (mul(3, partial(power(Fraction(-1, 3), k), 0, add(n, -1))), Fraction(9, 4)), (op("tanh", n), Fraction(1)),
    (op("div", 1, add(1, op("exp", op("neg", n)))), Fraction(1)), (op("arctan", n), PI / 2),
    (op("div", op("exp", n), add(op("exp", n), n)), Fraction(1)), (op("sqrt", op("div", add(mul(4, n), 1), n)), Fraction(2)),
    (partial(op("div", 1, sub(mul(2, k), 7)), 1, num(3)), Fraction(-1, 5) + Fraction(-1, 3) - 1),
    (partial(op("div", 1, mul(sub(mul(2, k), 7), sub(mul(2, k), 5)))), Fraction(-1, 10)),
])
def test_limits_of_sequences(body: Term, want: object) -> None:
    if want is None:
        with pytest.raises(Unknown):
            lim("limit_seq", body)
        return
    found = lim("limit_seq", body)
    assert found == want if isinstance(want, Fraction) else same(found, float(want))    # type: ignore[arg-type]


@pytest.mark.parametrize("body", [
    n, power(-1, n), power(-2, n), power(2, n), partial(op("div", 1, k)), partial(power(2, k)), partial(power(-1, k)), op("sin", n),
    partial(op("div", k, k), 0), sub(power(2, n), power(-2, n)), power(add(1, op("div", 1, n)), n), partial(op("div", 1, sub(k, 3))),
])
def test_no_limit(body: Term) -> None:
    with pytest.raises((Undefined, Unknown)):
        lim("limit_seq", body)


def test_limits_at_points_and_far_out() -> None:
    assert lim("limit", op("div", op("sin", n), n), 0) == 1
    assert lim("limit", op("div", sub(1, op("cos", n)), power(n, 2)), 0) == HALF
    assert lim("limit", op("div", sub(power(n, 2), 4), sub(n, 2)), 2) == 4
    assert lim("limit", op("exp", n), 0) == 1
    assert lim("limit_up", op("div", power(n, 9), op("exp", n))) == 0
    assert lim("tends_seq", op("div", 1, n), 0) is True and lim("tends_seq", op("div", 1, n), 1) is False
    assert lim("tends_seq", n, 1) is False and lim("tends_up", op("tanh", n), 1) is True
    for body in (op("div", 1, n), op("sign", n), op("div", op("abs", n), n), op("sqrt", n), op("ind", eq(n, 0))):
        with pytest.raises((Undefined, Unknown)):
            lim("limit", body, 0)
