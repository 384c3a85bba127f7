"""Inequalities with exponentials, logarithms, maxima and weighted sums, for any number of terms."""

import pytest
from sympy import IndexedBase, Rational, Sum, Symbol, exp, log, tanh

from derivations.api import prove
from derivations.statement import (
    Diff,
    MaxOver,
    at_most,
    define,
    differs,
    equal,
    every,
    implies,
    less,
    positive,
    some,
)

d = Symbol("d", integer=True, positive=True)
i, j, k = (Symbol(name, integer=True) for name in "ijk")
l = Symbol("l", integer=True, positive=True)
u, v, H = (Symbol(name, real=True) for name in ("u", "v", "H"))
w, eps = Symbol("w", positive=True), Symbol("eps", positive=True)
x, z, p, q = (IndexedBase(name) for name in "xzpq")


def total(f):
    return Sum(f(i), (i, 1, d))


LARGEST = MaxOver((j, 1, d), x[j])
EXPS = total(lambda i: exp(x[i]))
LABEL = [at_most(2, d), at_most(l, d)]
POSITIVE = [positive(p[i], (i, 1, d)), positive(q[i], (i, 1, d))]
LAWS = [*POSITIVE, equal(total(lambda i: p[i]), 1), equal(total(lambda i: q[i]), 1)]
SOFTMAX = [define(z[k], exp(x[k]) / EXPS, (k, 1, d)), define(H, -total(lambda i: p[i] * log(z[i])))]
ENTROPY = -total(lambda i: p[i] * log(p[i]))
SIGMA = 1 / (1 + exp(-u))

RIGHT = [
    pytest.param(every(k, 1, d, at_most(x[k], LARGEST)), [], id="no entry exceeds the maximum"),
    pytest.param(every(k, 1, d, at_most(exp(x[k] - LARGEST), 1)), [], id="exponents less the maximum"),
    pytest.param(at_most(1, w - log(w)), [], id="x - ln x >= 1"),
    pytest.param(at_most(u + 1, exp(u)), [], id="the tangent of exp"),
    pytest.param(implies(less(u, v), less(exp(2 * u), exp(2 * v))), [], id="exp increases"),
    pytest.param(at_most(log(1 + (d - 1) * eps / d), eps), [], id="ln(1 + a) <= a"),
    pytest.param(less(exp(x[l]), EXPS), LABEL, id="one of two positive summands"),
    pytest.param(at_most(exp(x[l]), EXPS), LABEL[1:], id="one of some positive summands"),
    pytest.param(less(exp(x[l]) / EXPS, 1), LABEL, id="softmax < 1"),
    pytest.param(less(0, -log(exp(x[l]) / EXPS)), LABEL, id="cross-entropy > 0"),
    pytest.param(at_most(Diff(tanh(u), u), 1), [], id="tanh' <= 1"),
    pytest.param(at_most(Diff(SIGMA, u), Rational(1, 4)), [], id="sigma' <= 1/4"),
    pytest.param(less(0, Diff(SIGMA, u)), [], id="sigma' > 0"),
    pytest.param(at_most(ENTROPY, log(d)), LAWS, id="H(p) <= ln d"),
    pytest.param(at_most(0, total(lambda i: p[i] * log(p[i] / q[i]))), LAWS, id="KL >= 0"),
    pytest.param(at_most(ENTROPY, -total(lambda i: p[i] * log(q[i]))), LAWS, id="Gibbs"),
    pytest.param(at_most(ENTROPY, H), [*LAWS, *SOFTMAX], id="Gibbs for a softmax"),
    pytest.param(some(u, less(log(w), u**2)), [less(log(w), v**2)], id="there is one where one is known"),
]
WRONG = [
    pytest.param(every(k, 1, d, less(x[k], LARGEST)), [], id="every entry below the maximum"),
    pytest.param(at_most(2, w - log(w)), [], id="x - ln x >= 2"),
    pytest.param(less(1, w - log(w)), [], id="x - ln x > 1"),
    pytest.param(at_most(u + 2, exp(u)), [], id="u + 2 <= e^u"),
    pytest.param(at_most(EXPS, exp(x[l])), LABEL, id="the sum at most one of its terms"),
    pytest.param(less(Diff(tanh(u), u), 1), [], id="tanh' < 1"),
    pytest.param(at_most(Diff(SIGMA, u), Rational(1, 5)), [], id="sigma' <= 1/5"),
    pytest.param(less(Diff(SIGMA, u), Rational(1, 4)), [], id="sigma' < 1/4"),
    pytest.param(at_most(log(d), ENTROPY), LAWS, id="ln d <= H(p)"),
    pytest.param(less(0, total(lambda i: p[i] * log(p[i] / q[i]))), LAWS, id="KL > 0"),
    pytest.param(at_most(0, total(lambda i: p[i] * log(q[i] / p[i]))), LAWS, id="KL <= 0"),
    pytest.param(at_most(0, total(lambda i: p[i] * log(p[i] / q[i]))), POSITIVE, id="KL >= 0 for any weights"),
]


@pytest.mark.parametrize(("claim", "givens"), RIGHT)
def test_an_inequality_is_proved_and_rechecked(claim, givens):
    found = prove(claim, givens)
    assert found.verdict == "proved", str(found)
    assert found.recheck()


@pytest.mark.parametrize(("claim", "givens"), WRONG)
def test_a_wrong_inequality_is_refuted_with_a_witness(claim, givens):
    found = prove(claim, givens)
    assert found.verdict == "refuted", str(found)
    assert found.witness


@pytest.mark.parametrize(("claim", "givens"), [
    pytest.param(less(exp(x[l]), EXPS), LABEL[1:], id="one summand may be all"),
    pytest.param(some(u, less(exp(u), 0)), [], id="no exponential is negative"),
    pytest.param(some(u, differs(u, u)), [], id="nothing differs from itself"),
])
def test_what_is_false_is_never_proved(claim, givens):
    assert prove(claim, givens, seconds=5).verdict in ("refuted", "undecided")


def test_each_line_of_gibbs_inequality_has_its_name():
    found = prove(at_most(ENTROPY, -total(lambda i: p[i] * log(q[i]))), LAWS)
    assert [s.reason for b in found.solution.blocks for s in b.steps] == [
        "logarithms collected", r"$\log u \le u - 1$", "multiply out", "the known value of the sum",
        "since the difference is at most 0"]
