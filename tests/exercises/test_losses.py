"""Gradients of the usual losses, for any number of classes, features and samples."""

import pytest
from sympy import IndexedBase, KroneckerDelta, Sum, Symbol, exp, log

from derivations.api import prove
from derivations.statement import Diff, at_most, define, equal, every, less, positive

pytestmark = pytest.mark.slow

d, n = (Symbol(name, integer=True, positive=True) for name in "dn")
i, j, k, r = (Symbol(name, integer=True) for name in "ijkr")
T = Symbol("T", positive=True)
u, p, t, H, L, S = (Symbol(name, real=True) for name in ("u", "p", "t", "H", "L", "S"))
x, y, z, w = (IndexedBase(name) for name in "xyzw")
X = IndexedBase("X")


def total(f):
    return Sum(f(i), (i, 1, d))


EXPS = define(S, total(lambda i: exp(x[i])))
LSE = define(L, log(total(lambda i: exp(x[i]))))
SOFTMAX = define(z[k], exp(x[k]) / total(lambda i: exp(x[i])), (k, 1, d))
WARM = define(z[k], exp(x[k] / T) / total(lambda i: exp(x[i] / T)), (k, 1, d))
DELTA = KroneckerDelta(k, j)
SIGMA = define(p, 1 / (1 + exp(-u)))
BCE = define(H, -(t * log(p) + (1 - t) * log(1 - p)))
SCORE = Sum(w[i] * X[r, i], (i, 1, d))
LOGISTIC = define(L, Sum(log(1 + exp(-y[r] * SCORE)), (r, 1, n)))


def entries(claim):
    return every(j, 1, d, claim)


def pairs(claim):
    return every(k, 1, d, every(j, 1, d, claim))


def slope(factor):
    """The derivative of the logistic loss by w[j], with a factor for each sample."""
    return Sum(factor * X[r, j] / (1 + exp(y[r] * SCORE)), (r, 1, n))


RIGHT = [
    pytest.param(entries(equal(Diff(L, x[j]), z[j])), [LSE, SOFTMAX], id="gradient of log-sum-exp"),
    pytest.param(pairs(equal(Diff(L, x[k], x[j]), z[k] * (DELTA - z[j]))), [LSE, SOFTMAX], id="Hessian of log-sum-exp"),
    pytest.param(pairs(equal(Diff(z[k], x[j]), z[k] * (DELTA - z[j]))), [SOFTMAX], id="Jacobian of the softmax"),
    pytest.param(pairs(equal(Diff(z[k], x[j]), z[k] * (DELTA - z[j]) / T)), [WARM], id="softmax with a temperature"),
    pytest.param(equal(Diff(p, u), p * (1 - p)), [SIGMA], id="logistic function"),
    pytest.param(equal(Diff(H, u), p - t), [SIGMA, BCE], id="binary cross-entropy, p - t"),
    pytest.param(equal(Diff(H, p), (p - t) / (p * (1 - p))), [BCE, less(0, p), less(p, 1)], id="by the probability"),
    pytest.param(entries(equal(Diff(L, w[j]), slope(-y[r]))), [LOGISTIC], id="logistic loss"),
    pytest.param(entries(equal(Diff(Sum((y[r] - SCORE)**2, (r, 1, n)) / n, w[j]),
                               -2 * Sum((y[r] - SCORE) * X[r, j], (r, 1, n)) / n)), [], id="mean squared error"),
]
WRONG = [
    pytest.param(entries(equal(Diff(L, x[j]), exp(x[j]))), [LSE], id="the gradient without its denominator"),
    pytest.param(pairs(equal(Diff(L, x[k], x[j]), z[k] * (DELTA - 1))), [LSE, SOFTMAX], id="a Hessian entry 1 for z_j"),
    pytest.param(pairs(equal(Diff(z[k], x[j]), z[k] * (1 - z[j]))), [SOFTMAX], id="the diagonal everywhere"),
    pytest.param(pairs(equal(Diff(z[k], x[j]), z[k] * (DELTA - z[j]))), [WARM], id="the temperature forgotten"),
    pytest.param(pairs(equal(Diff(z[k], x[j]), T * z[k] * (DELTA - z[j]))), [WARM], id="the temperature upside down"),
    pytest.param(equal(Diff(H, u), t - p), [SIGMA, BCE], id="binary cross-entropy, t - p"),
    pytest.param(entries(equal(Diff(L, w[j]), slope(y[r]))), [LOGISTIC], id="the sign of the logistic loss"),
    pytest.param(entries(equal(Diff(L, w[j]), slope(-1))), [LOGISTIC], id="the label left out"),
]


@pytest.mark.parametrize(("claim", "givens"), RIGHT)
def test_a_gradient_is_proved_and_rechecked(claim, givens):
    found = prove(claim, givens)
    assert found.verdict == "proved", str(found)
    assert found.recheck()


@pytest.mark.parametrize(("claim", "givens"), WRONG)
def test_a_wrong_gradient_is_refuted_with_a_witness(claim, givens):
    found = prove(claim, givens, seconds=8)
    assert found.verdict == "refuted", str(found)
    assert found.witness


def test_a_convex_loss_has_positive_curvature():
    found = prove(less(0, Diff(log(1 + exp(u)), u, u)))
    assert found.verdict == "proved" and found.recheck(), str(found)
    assert prove(at_most(Diff(log(1 + exp(u)), u, u), 0)).verdict == "refuted"


def test_a_loss_with_logarithms_needs_positive_arguments():
    claim = entries(equal(Diff(total(lambda i: log(x[i])), x[j]), 1 / x[j]))
    assert prove(claim, seconds=5).verdict in ("conditional", "undecided")
    assert prove(claim, [positive(x[i], (i, 1, d))])
