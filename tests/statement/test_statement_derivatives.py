"""Derivatives are stated by symbols and entries, and see through definitions."""

from __future__ import annotations

import pytest
from sympy import Derivative, IndexedBase, Sum, Symbol, exp, log

from derivations.api import prove
from derivations.kernel.term import at, bind, mul, var
from derivations.latex.write import write
from derivations.statement import (
    Diff,
    Exercise,
    Part,
    StatementError,
    define,
    equal,
    every,
    given,
    positive,
    recurrence,
    translate,
)

n = Symbol("n", integer=True, positive=True)
i, j, k, t = (Symbol(name, integer=True) for name in "ijkt")
a, b, u, L = (Symbol(name, real=True) for name in ("a", "b", "u", "L"))
x, z, w, V = map(IndexedBase, "xzwV")
SUM = Sum(z[i], (i, 1, n))
SQUARES = define(z[k], x[k]**2, (k, 1, n))


def goal(claim, *givens):
    return translate(Exercise("e", "", "", list(givens), [Part("1", "", claim=claim)]), "1").goal


@pytest.mark.parametrize(("claim", "givens", "tex"), [
    (equal(Diff(a * b, a), b), (), r"\frac{\partial}{\partial a} (a b) = b"),
    (equal(Diff(exp(a), a), exp(a)), (), r"\frac{d}{d a} e^{a} = e^{a}"),
    (equal(Derivative(exp(a), a), exp(a)), (), r"\frac{d}{d a} e^{a} = e^{a}"),
    (equal(Diff(u, a), 2 * a), (define(u, a**2),), r"\frac{d}{d a} a^{2} = 2 a"),
    (equal(Diff(u, a), 2 * a), (define(u, L), define(L, a**2)), r"\frac{d}{d a} a^{2} = 2 a"),
    (every(j, 1, n, equal(Diff(SUM, x[j]), 2 * x[j])), (SQUARES,),
     r"\frac{\partial}{\partial x_{i}} \sum_{j=1}^{n} x_{j}^{2} = 2 x_{i}\quad \text{for all integers } 1 \le i \le n"),
    (every(j, 1, n, equal(Diff(SUM, z[j]), 1)), (SQUARES,),
     r"\frac{\partial}{\partial z_{i}} \sum_{j=1}^{n} z_{j} = 1\quad \text{for all integers } 1 \le i \le n"),
    (equal(Diff(a**3, a, a), 6 * a), (), r"\frac{d}{d a} \frac{d}{d a} a^{3} = 6 a"),
    (equal(w[0], Diff(a**2, a)), (), r"w_{0} = \frac{d}{d a} a^{2}"),
])
def test_a_derivative_is_read_through_definitions_and_written_by_its_variable(claim, givens, tex):
    assert write(goal(claim, *givens)) == tex


def test_a_derivative_that_holds_the_variable_still_is_not_written_as_one_by_it():
    v, entry = var("v"), at("x", var("j"))
    held = bind("deriv", v, mul(v, entry), entry)
    assert write(held) == r"\left. \frac{d}{d u} (u x_{j}) \right|_{u = x_{j}}"


@pytest.mark.parametrize(("claim", "givens", "found"), [
    (equal(Diff(u, a), 0), [given(equal(u, a**2))], "u tied to a"),
    (equal(Diff(L, a), 0), [define(L, u + 1), given(equal(u, a**2))], "u tied to a"),
    (equal(Diff(w[2], a), 0), [recurrence(w[t + 1], a * w[t], (t, 0), start={w[0]: 1})], "w tied to a"),
    (every(j, 1, n, equal(Diff(V[j, 0], a), 0)), [define(V[i, 0], a * i, (i, 1, n))], "V tied to a"),
    (equal(Diff(a, a + b), 0), [], "a + b"),
    (equal(Diff(a, 2), 0), [], "2"),
])
def test_what_would_be_taken_for_a_constant_is_refused(claim, givens, found):
    with pytest.raises(StatementError) as stop:
        goal(claim, *givens)
    assert found in str(stop.value)


P = [positive(x[i], (i, 1, n))]


@pytest.mark.parametrize(("claim", "givens", "verdict"), [
    (every(j, 1, n, equal(Diff(SUM, x[j]), 2 * x[j])), [SQUARES], "proved"),
    (every(j, 1, n, equal(Diff(SUM, x[j]), 2 * x[j] + 1)), [SQUARES], "refuted"),
    (every(j, 1, n, equal(Diff(SUM, x[j]), 0)), [SQUARES], "refuted"),
    (every(j, 1, n, equal(Diff(Sum(x[k] * log(x[k]), (k, 1, n)), x[j]), log(x[j]) + 1)), P, "proved"),
    (every(j, 1, n, equal(Diff(Sum(x[k] * log(x[k]), (k, 1, n)), x[j]), log(x[j]))), P, "refuted"),
    (every(k, 1, n, every(j, 1, n, equal(Diff(z[k], x[j]), 2 * x[k]))), [SQUARES], "refuted"),
    (equal(Diff(exp(a * b), a, b), (1 + a * b) * exp(a * b)), [], "proved"),
    (equal(Diff(abs(a), a), 0), [given(equal(a, 0))], "undecided"),
], ids=str)
def test_verdicts_on_derivatives(claim, givens, verdict):
    found = prove(claim, givens)
    assert found.verdict == verdict, str(found)
    assert verdict != "proved" or found.recheck()
