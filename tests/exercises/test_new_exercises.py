"""Exercises that nobody put into the catalogue.

An instructor states them; the engine solves them as it stands.
"""

import pytest
from sympy import Function, IndexedBase, Piecewise, Product, Rational, Sum, Symbol, sqrt

from derivations.api import prove
from derivations.solve import solve
from derivations.statement import (
    E,
    Exercise,
    Normal,
    Part,
    Uniform,
    Var,
    define,
    equal,
    every,
    given,
    iid,
    independent,
    less,
    positive,
    recurrence,
)

t = Symbol("t", integer=True, nonnegative=True)
d = Symbol("d", integer=True, positive=True)
n = Symbol("n", integer=True, positive=True)
L = Symbol("L", integer=True, positive=True)
i, j, l = (Symbol(name, integer=True) for name in ("i", "j", "l"))
beta, mu_, q = (Symbol(name, positive=True) for name in ("beta", "mu", "q"))
a, b, c, s = (Symbol(name, real=True) for name in ("a", "b", "c", "s"))
eta, v = Symbol("eta", nonnegative=True), Symbol("v", positive=True)
m, w, u, x = (Function(name) for name in ("m", "w", "u", "x"))
wi, zi, xi, yi = (IndexedBase(name) for name in ("w", "z", "x", "y"))
W, K, S, D = (Function(name) for name in ("W", "K", "S", "D"))


def dilated():
    """Receptive field with dilations D."""
    width = every(l, 0, L - 1, equal(W(l), S(l + 1) * (W(l + 1) - 1) + D(l + 1) * (K(l + 1) - 1) + 1))
    signs = [positive(f(j), (j, 1, L), integer=True) for f in (S, K, D)]
    strides = lambda lo, hi: Product(S(i), (i, lo, hi))  # noqa: E731
    general = every(l, 0, L, equal(W(l), 1 + Sum(D(j) * (K(j) - 1) * strides(l + 1, j - 1), (j, l + 1, L))))
    claim = equal(W(0), 1 + Sum(D(j) * (K(j) - 1) * strides(1, j - 1), (j, 1, L)))
    return Exercise("dilated", "Dilated convolutions", "", [given(width), given(equal(W(L), 1)), *signs],
                    [Part("1", "", claim=claim, outline=[general])])


NESTEROV = Exercise(
    "nesterov", "Nesterov momentum, constant gradient", "",
    [given(less(beta, 1)), recurrence(u(t + 1), beta * u(t) - eta * c, (t, 0), start={u(0): 0}),
     recurrence(w(t + 1), w(t) + beta * u(t + 1) - eta * c, (t, 0), start={w(0): 0})],
    [Part("1", "", find=u(t)), Part("2", "", find=w(t)),
     Part("3", "", claim=equal(w(t), -eta * c * t / (1 - beta) + eta * c * beta**2 * (1 - beta**t) / (1 - beta)**2))])

RAMP = Exercise(
    "ema-ramp", "Moving average of a ramp", "",
    [given(less(beta, 1)), recurrence(m(t + 1), beta * m(t) + (1 - beta) * a * (t + 1), (t, 0), start={m(0): 0})],
    [Part("1", "", find=m(t)),
     Part("2", "", claim=equal(m(t), a * (t - beta * (1 - beta**t) / (1 - beta))))])

LEAKY = Exercise(
    "leaky", "Leaky ReLU", "",
    [iid(wi[i], (i, 1, d), mean=0, variance=v), iid(zi[i], (i, 1, d), law=Normal(0, 1)), independent(wi, zi),
     define(xi[i], Piecewise((zi[i], zi[i] >= 0), (s * zi[i], True)), (i, 1, d))],
    [Part("1", "", claim=equal(Var(Sum(wi[i] * xi[i], (i, 1, d))), d * v * (1 + s**2) / 2))])

MEAN = Exercise(
    "mean", "Variance of a mean", "", [iid(xi[i], (i, 1, n), mean=mu_, variance=v)],
    [Part("1", "", claim=equal(Var(Sum(xi[i], (i, 1, n)) / n), v / n)),
     Part("2", "", claim=equal(E(Sum(xi[i], (i, 1, n)) / n), mu_))])

TWO_LAWS = Exercise(
    "two-laws", "Other laws and weights", "",
    [iid(xi[i], (i, 1, n), law=Uniform(0, 1)), iid(yi[i], (i, 1, n), mean=a, variance=v), independent(xi, yi)],
    [Part("1", "", claim=equal(Var(Sum(xi[i], (i, 1, n))), n * Rational(1, 12))),
     Part("2", "", claim=equal(E(Sum(xi[i] * yi[i], (i, 1, n))), n * a / 2)),
     Part("3", "", claim=equal(Var(Sum(3 * xi[i] - 2 * yi[i], (i, 1, n))), n * (Rational(3, 4) + 4 * v)))])

HEAVY_BALL = Exercise(
    "weight-decay", "SGD with weight decay, and a geometric target", "",
    [recurrence(w(t + 1), (1 - eta * q) * w(t), (t, 0), start={w(0): a}), given(less(eta * q, 1)),
     recurrence(x(t + 1), 2 * x(t) + 3**t, (t, 0), start={x(0): 1})],
    [Part("1", "", claim=equal(w(t), a * (1 - eta * q)**t)),
     Part("2", "", find=x(t))])

AFFINE = Exercise(
    "telescoping", "Sums", "", [],
    [Part("1", "", claim=equal(Sum(i * (i + 1), (i, 1, n)), n * (n + 1) * (n + 2) / 3)),
     Part("2", "", claim=equal(Sum(1 / (i * (i + 1)), (i, 1, n)), n / (n + 1))),
     Part("3", "", claim=equal(Sum(2**i, (i, 0, n)), 2**(n + 1) - 1)),
     Part("4", "", claim=equal(Sum(i * 2**i, (i, 0, n)), (n - 1) * 2**(n + 1) + 2)),
     Part("5", "", claim=equal(Product(1 + 1 / i, (i, 1, n)), n + 1))])


@pytest.mark.parametrize("exercise", [NESTEROV, RAMP, LEAKY, MEAN, TWO_LAWS, HEAVY_BALL, AFFINE, dilated()],
                         ids=lambda e: e.title)
def test_an_exercise_of_the_same_kind_is_solved(exercise):
    solution = solve(exercise)
    assert [(p.id, p.verdict, p.rechecked, p.message) for p in solution.parts] == \
        [(p.id, "proved", True, "") for p in exercise.parts]
    assert all(p.blocks and p.certificate for p in solution.parts)


SGDM = [given(less(beta, 1)), recurrence(m(t + 1), beta * m(t) + c, (t, 0), start={m(0): 0})]
FIELD = [recurrence(W(l), S(l + 1) * (W(l + 1) - 1) + K(l + 1), (l, 0, L - 1), start={W(L): 1}),
         positive(S(j), (j, 1, L), integer=True), positive(K(j), (j, 1, L), integer=True)]
RELU = [iid(wi[i], (i, 1, d), law=Normal(0, v)), iid(zi[i], (i, 1, d), law=Normal(0, 1)), independent(wi, zi)]


@pytest.mark.parametrize(("claim", "givens"), [
    pytest.param(equal(m(t), c * (1 - beta**(t + 1)) / (1 - beta)), SGDM, id="exponent t + 1 where t stands"),
    pytest.param(equal(m(t), c * (1 - beta**t)), SGDM, id="the factor 1 / (1 - beta) is missing"),
    pytest.param(every(l, 0, L - 1, equal(W(l), S(l) * (W(l + 1) - 1) + K(l + 1))), FIELD,
                 id="S(l) where S(l + 1) stands"),
    pytest.param(equal(W(0), Sum((K(j) - 1) * Product(S(i), (i, 1, j)), (j, 1, L)) + 1), FIELD,
                 id="the product runs one too far"),
    pytest.param(equal(Var(Sum(wi[i] * zi[i], (i, 1, d))), d * v / 2), RELU, id="a half too much"),
    pytest.param(equal(Sum(i, (i, 1, n)), n * (n - 1) / 2), [], id="n - 1 for n + 1"),
    pytest.param(equal(E(Sum(wi[i]**2, (i, 1, d))), d * v**2), RELU, id="variance squared"),
])
def test_a_wrong_statement_is_refuted_with_a_small_witness(claim, givens):
    found = prove(claim, givens)
    assert found.verdict == "refuted", str(found)
    assert found.witness and found.witness["left"] != found.witness["right"]


def test_a_missing_condition_is_reported_not_dropped():
    y = Symbol("y", real=True)
    found = prove(equal(sqrt(y)**2, y)) if sqrt(y)**2 != y else prove(equal((y**2 - 1) / (y - 1), y + 1))
    assert found.verdict == "conditional"
    assert found.provided == (r"y - 1 \ne 0",)
