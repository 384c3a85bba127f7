"""Expectations under named laws."""

from fractions import Fraction

import pytest
from flint import arb

from derivations.kernel.term import Term, add, at, bind, eq, forall, mul, num, op, rvar, sub, var
from derivations.refute import Coordinate, Draw, Law, Model, Undefined, Unknown, agreement, evaluate, refute
from derivations.refute.values import ball, precision

z, w = rvar("z"), rvar("w")
ONE = Fraction(1)


def model(z_law: Law, w_law: Law | None = None) -> Model:
    randoms = {"z": Draw(Coordinate("z", law=z_law))}
    if w_law is not None:
        randoms["w"] = Draw(Coordinate("w", law=w_law))
    return Model(randoms=randoms)


def normal(m: object = 0, s: object = 1) -> Law:
    return Law("normal", (Fraction(m), Fraction(s)))


def E(t: Term, m: Model) -> object:
    return evaluate(op("E", t), m)


def near(found: object, want: arb, tolerance: str = "1e-20") -> bool:
    with precision(128):
        gap = ball(found) - want
        return bool(gap.contains(0)) and gap.rad() < arb(tolerance)


def test_normal_moments() -> None:
    m = model(normal(2, 3))
    assert E(z, m) == 2 and E(op("pow", z, 2), m) == 7
    assert E(op("pow", sub(z, 2), 4), m) == 27
    assert evaluate(op("var", add(mul(3, z), 5)), m) == 27
    assert evaluate(op("law_normal", z, 2, 3), m) is True
    assert evaluate(op("law_normal", z, 2, 4), m) is False


def test_normal_pieces() -> None:
    m = model(normal(0, 5))
    assert E(op("pow", op("relu", z), 2), m) == Fraction(5, 2)
    assert evaluate(op("P", op("lt", 0, z)), m) == Fraction(1, 2)
    assert evaluate(op("P", op("eq", 0, z)), m) == 0
    with precision(128):
        assert near(E(op("abs", z), m), (arb(10) / arb.pi()).sqrt())
        assert near(E(op("relu", z), m), (arb(5) / arb.pi() / 2).sqrt())
        assert near(E(op("max", z, op("neg", z)), m), (arb(10) / arb.pi()).sqrt())
        assert near(evaluate(op("P", op("le", 1, z)), m), (1 / arb(10).sqrt()).erfc() / 2)
        assert near(E(op("exp", z), m), arb("2.5").exp())
    half = op("ite", op("lt", 0, z), 1, 0)
    assert evaluate(op("condE", op("pow", z, 2), op("lt", 0, z)), m) == 5
    assert E(mul(half, op("pow", z, 2)), m) == Fraction(5, 2)
    assert E(op("sign", z), m) == 0


def test_quadrature() -> None:
    m = model(normal())
    found = E(op("pow", op("tanh", z), 2), m)
    with precision(128):
        assert ball(found).rad() < arb("1e-25")
        # E cos z = exp(-1/2), E z sin z = exp(-1/2)
        assert near(E(op("cos", z), m), arb("-0.5").exp())
        assert near(E(mul(z, op("sin", z)), m), arb("-0.5").exp())
        assert near(E(mul(op("exp", z), op("cos", z)), m), arb(1).cos())
    assert near(E(op("tanh", z), m), arb(0))


def test_uniform_and_exponential() -> None:
    m = model(Law("uniform", (Fraction(-1), Fraction(3))))
    assert E(z, m) == 1 and evaluate(op("var", z), m) == Fraction(16, 12)
    assert evaluate(op("P", op("le", 2, z)), m) == Fraction(1, 4)
    assert E(op("relu", z), m) == Fraction(9, 8)
    with precision(128):
        assert near(E(op("exp", z), m), (arb(3).exp() - arb(-1).exp()) / 4)
    m = model(Law("exponential", (Fraction(2),)))
    assert E(op("pow", z, 3), m) == Fraction(6, 8)
    with precision(128):
        assert near(evaluate(op("P", op("lt", 1, z)), m), arb(-2).exp())
        assert near(E(op("cos", z), m), arb(4) / 5)
    assert E(op("exp", z), m) == 2
    with pytest.raises(Undefined):
        E(op("exp", mul(2, z)), m)


def test_poisson_and_beta() -> None:
    m = model(Law("poisson", (Fraction(3),)), Law("beta", (Fraction(2), Fraction(3))))
    assert E(op("pow", z, 2), m) == 12 and E(w, m) == Fraction(2, 5)
    assert E(mul(w, op("pow", z, 2)), m) == Fraction(24, 5)
    with pytest.raises(Unknown):
        E(op("relu", z), m)


def test_two_normals() -> None:
    m = model(normal(0, 1), normal(0, 3))
    assert E(op("pow", op("relu", add(z, w)), 2), m) == 2
    assert evaluate(op("cov", add(z, w), sub(z, w)), m) == -2
    with pytest.raises(Unknown):
        E(op("relu", mul(z, w)), m)


def test_mixed_with_finite() -> None:
    coin = Coordinate("c", ((Fraction(1, 3), (ONE,)), (Fraction(2, 3), (-2 * ONE,))))
    m = model(normal(0, 4))
    m.randoms["c"] = Draw(coin)
    assert E(op("pow", op("relu", mul(rvar("c"), z)), 2), m) == Fraction(1, 3) * 2 + Fraction(2, 3) * 8


def he_normal() -> tuple[list[Term], Term, Term]:
    d, i, s2, tau = var("d"), var("i"), var("s2"), var("tau")
    wi, zi, xi = (at(s, i, random=True) for s in "wzx")
    rng = [op("isint", i), op("le", 1, i), op("le", i, d)]
    hyps = [op("isint", d), op("le", 1, d), op("lt", 0, s2), op("lt", 0, tau),
            op("indep", bind("fam", i, num(1), d, wi), bind("fam", i, num(1), d, zi)),
            forall(i, rng, op("law_normal", wi, 0, s2)), forall(i, rng, op("law_normal", zi, 0, tau)),
            forall(i, rng, eq(xi, op("relu", zi)))]
    return hyps, op("var", bind("sum", i, num(1), d, mul(wi, xi))), mul(d, s2, tau)


def test_he_normal() -> None:
    hyps, v, full = he_normal()
    found = agreement(hyps, eq(v, op("div", full, 2)))
    assert found.instances >= 10 and found.agree == found.instances
    wrong = refute(hyps, eq(v, full))
    assert wrong is not None and any(k.startswith("w(1)") and "normal" in x for k, x in wrong.values.items())


def test_bernoulli_dropout() -> None:
    p, x, m = var("p"), var("x"), rvar("m")
    hyps = [op("lt", 0, p), op("lt", p, 1), op("law_bernoulli", m, p)]
    out = op("div", mul(m, x), p)
    assert agreement(hyps, eq(op("E", out), x)).agree == 20
    assert agreement(hyps, eq(op("var", out), op("div", mul(op("pow", x, 2), sub(1, p)), p))).agree == 20
    assert refute(hyps, eq(op("E", mul(m, x)), x)) is not None


def test_a_law_may_have_parameters_that_are_not_rational() -> None:
    s, x = var("s"), rvar("x")
    hyps = [op("law_normal", x, 0, s), eq(s, op("sqrt", num(2)))]
    found = refute(hyps, eq(op("E", op("pow", x, 2)), num(2)), milliseconds=3000)
    assert found is not None and not found.assumed
    assert refute(hyps, eq(op("E", op("pow", x, 2)), op("sqrt", num(2))), milliseconds=1000) is None


def test_members_of_a_family_with_such_a_law_have_one_law() -> None:
    i, j, s, d = var("i"), var("j"), var("s"), var("d")
    def within(k: Term) -> list[Term]:
        return [op("isint", k), op("le", 1, k), op("le", k, d)]
    x = lambda k: at("x", k, random=True)  # noqa: E731
    hyps = [op("isint", d), op("le", 2, d), eq(s, op("sqrt", num(2))),
            forall(i, within(i), op("law_normal", x(i), 0, s)),
            forall(i, within(i), forall(j, within(j), op("samelaw", x(i), x(j))))]
    assert refute(hyps, eq(op("E", op("pow", x(num(1)), 2)), num(2)), milliseconds=3000) is not None
    assert refute(hyps, op("samelaw", x(num(1)), x(num(2))), milliseconds=500) is None


def test_not_almost_surely_constant_is_decided_for_finitely_many_values() -> None:
    c, y = var("c"), rvar("y")
    spread = forall(c, [], op("ne", op("P", eq(y, c)), 1))
    hyps = [op("integrable", op("pow", y, 2)), spread]
    found = refute(hyps, eq(op("var", y), 0), milliseconds=3000)
    assert found is not None and not found.assumed
    assert refute([op("integrable", op("pow", y, 2))], spread, milliseconds=3000) is not None
