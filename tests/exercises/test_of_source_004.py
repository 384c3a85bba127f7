"""Exercises like those of source 004, which nobody put into a sheet."""

import pytest
from sympy import Function, IndexedBase, Max, Piecewise, Rational, Sum, Symbol, oo, pi, sqrt

from derivations.solve import solve
from derivations.statement import (
    E,
    Exercise,
    Normal,
    Part,
    ReLU,
    Var,
    all_of,
    define,
    differs,
    equal,
    every,
    given,
    grows_at_most,
    iid,
    implies,
    less,
    negation,
    nonzero,
    random,
    some,
)

pytestmark = pytest.mark.slow

t = Symbol("t", integer=True, nonnegative=True)
n, m = (Symbol(name, integer=True, positive=True) for name in ("n", "m"))
d, k = (Symbol(name, integer=True, positive=True) for name in ("d", "k"))
i, j = (Symbol(name, integer=True) for name in ("i", "j"))
eta, s, v = (Symbol(name, positive=True) for name in ("eta", "s", "v"))
beta, slope, z = (Symbol(name, real=True) for name in ("beta", "slope", "z"))
W, M, x, g, y = (Function(name) for name in ("W", "M", "x", "g", "y"))
V, N, u, h, q, a = (Function(name) for name in ("V", "N", "u", "h", "q", "a"))
B, b = IndexedBase("B"), IndexedBase("b")

NORMAL = [random(z, law=Normal(0, s**2))]
out = Symbol("out", real=True)
SYMMETRIC = [random(z, second_moment=v, mean=0, symmetric=True), define(out, Piecewise((z, z >= 0), (slope * z, True)))]
MATRIX = [iid(B[i, j], (i, 1, m), (j, 1, d), mean=0, variance=s)]
LENGTH = Sum(Sum(B[i, j] * b[j], (j, 1, d))**2, (i, 1, m))


def on_entries(claim):
    """For all entries of the weight matrix."""
    return every(i, 1, d, every(j, 1, k, claim))


def at_all_times(claim):
    """For all steps."""
    return every(t, 0, oo, claim)


def momentum(weights, speed, rate, gradient, inputs):
    """SGD with momentum, entry by entry."""
    return [given(at_all_times(on_entries(equal(speed(t + 1, i, j),
                                                beta * speed(t, i, j) + gradient(t, i) * inputs(t, j))))),
            given(at_all_times(on_entries(equal(weights(t + 1, i, j), weights(t, i, j) - rate * speed(t + 1, i, j)))))]


RESCALED = [
    nonzero(a(j), (j, 1, k)),
    define(y(t, i), Sum(W(t, i, j) * x(t, j), (j, 1, k)), (t, 0, oo), (i, 1, d)),
    define(q(t, i), Sum(V(t, i, j) * u(t, j), (j, 1, k)), (t, 0, oo), (i, 1, d)),
    define(u(t, j), a(j) * x(t, j), (t, 0, oo), (j, 1, k)),
    given(at_all_times(implies(every(i, 1, d, equal(q(t, i), y(t, i))), every(i, 1, d, equal(h(t, i), g(t, i)))))),
    given(on_entries(all_of(equal(V(0, i, j), W(0, i, j) / a(j)), equal(M(0, i, j), 0), equal(N(0, i, j), 0)))),
    *momentum(W, M, eta, g, x),
]
INVARIANT = at_all_times(on_entries(all_of(equal(V(t, i, j), W(t, i, j) / a(j)), equal(N(t, i, j), a(j) * M(t, i, j)))))
TOTAL = Sum(j, (j, 1, n))

PROVED = [
    pytest.param(NORMAL, equal(E(Max(0, z)), s / sqrt(2 * pi)), id="the mean of a rectified normal variable"),
    pytest.param(SYMMETRIC, equal(E(out**2), v * (1 + slope**2) / 2), id="leaky ReLU, a symmetric law"),
    pytest.param(MATRIX, equal(E(LENGTH), m * s * Sum(b[j]**2, (j, 1, d))), id="the length of a random image"),
    pytest.param([*RESCALED, *momentum(V, N, eta / a(j)**2, h, u)], INVARIANT, id="momentum in other units"),
    pytest.param([], grows_at_most(TOTAL, n**2, (n, 1)), id="1 + ... + n is O(n^2)"),
    pytest.param([], negation(grows_at_most(TOTAL, n, (n, 1))), id="1 + ... + n is not O(n)"),
    pytest.param([], some(v, equal(v**2 + v, 12)), id="a root of a quadratic equation"),
]


@pytest.mark.parametrize(("givens", "claim"), PROVED)
def test_an_exercise_like_these_is_solved(givens, claim):
    (part,) = solve(Exercise("like-004", "", "", givens, [Part("1", "", claim=claim)])).parts
    assert (part.verdict, part.rechecked, part.message) == ("proved", True, "")


REFUTED = [
    pytest.param(NORMAL, equal(E(Max(0, z)), s**2 / sqrt(2 * pi)), id="the variance where the deviation stands"),
    pytest.param(SYMMETRIC, equal(E(out**2), v * (1 + slope) / 2), id="the slope is not squared"),
    pytest.param(MATRIX, equal(E(LENGTH), d * s * Sum(b[j]**2, (j, 1, d))), id="the wrong one of two sizes"),
    pytest.param([*RESCALED, *momentum(V, N, eta, h, u)],
                 every(i, 1, d, every(j, 1, k, equal(V(1, i, j), W(1, i, j) / a(j)))), id="one rate for all units"),
    pytest.param([], grows_at_most(TOTAL, n, (n, 1)), id="1 + ... + n would be O(n)"),
    pytest.param([], negation(grows_at_most(TOTAL, n**2, (n, 1))), id="1 + ... + n would not be O(n^2)"),
    pytest.param([random(z, second_moment=v)], less(Var(ReLU(z)), Var(z)), id="a constant has no variance to lose"),
    pytest.param([], some(v, all_of(less(0, v), less(v, 0))), id="no number is positive and negative"),
]


@pytest.mark.parametrize(("givens", "claim"), REFUTED)
def test_a_wrong_variant_is_refuted_with_a_witness(givens, claim):
    (part,) = solve(Exercise("like-004", "", "", givens, [Part("1", "", claim=claim)])).parts
    assert part.verdict == "refuted", part.message
    assert part.witness and part.message


def test_a_step_of_the_published_length_is_refuted():
    step = eta * g(0, i) * x(0, 1)
    givens = [*RESCALED[:5], given(on_entries(equal(V(0, i, j), W(0, i, j) / a(j)))), given(equal(a(1), 2)),
              given(at_all_times(on_entries(equal(W(t + 1, i, j), W(t, i, j) - eta * g(t, i) * x(t, j))))),
              given(at_all_times(on_entries(equal(V(t + 1, i, j), V(t, i, j) - eta * h(t, i) * u(t, j)))))]
    claim = every(i, 1, d, equal(V(1, i, 1), W(1, i, 1) / 2 - Rational(3, 4) * step))
    (part,) = solve(Exercise("published", "", "", givens, [Part("1", "", claim=claim)])).parts
    assert part.verdict == "refuted", part.message


def test_the_published_update_breaks_the_relation_at_the_first_step():
    givens = [*RESCALED[:5], given(on_entries(equal(V(0, i, j), W(0, i, j) / a(j)))), given(equal(a(1), 2)),
              given(at_all_times(on_entries(equal(W(t + 1, i, j), W(t, i, j) - eta * g(t, i) * x(t, j))))),
              given(at_all_times(on_entries(equal(V(t + 1, i, j), V(t, i, j) - eta / a(j)**2 * h(t, i) * x(t, j)))))]
    claim = every(i, 1, d, equal(V(1, i, 1), W(1, i, 1) / 2))
    (part,) = solve(Exercise("published", "", "", givens, [Part("1", "", claim=claim)])).parts
    assert part.verdict == "refuted", part.message


def test_what_does_not_differ_is_not_said_to_differ():
    (part,) = solve(Exercise("none", "", "", [], [Part("1", "", claim=some(s, differs(s, s)))])).parts
    assert part.verdict != "proved"
