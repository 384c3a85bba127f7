"""Formulas as plain text can be read in one way only."""

from __future__ import annotations

import pytest

from derivations.kernel.term import Term, add, at, bind, eq, forall, mul, op, sub, var
from derivations.plain import plain

a, b, c, n, k = map(var, ("a", "b", "c", "n", "k"))


@pytest.mark.parametrize(("term", "text"), [
    (op("div", 1, add(a, b)), "1/(a + b)"),
    (op("div", op("div", a, b), c), "a/b/c"),
    (op("div", a, op("div", b, c)), "a/(b/c)"),
    (op("div", a, mul(b, c)), "a/(b*c)"),
    (mul(op("div", a, b), c), "a/b*c"),
    (mul(c, op("div", a, b)), "c*(a/b)"),
    (sub(a, sub(b, c)), "a - (b - c)"),
    (op("neg", add(a, b)), "-(a + b)"),
    (op("pow", op("neg", a), 2), "(-a)**2"),
    (op("neg", op("pow", a, 2)), "-a**2"),
    (op("pow", op("pow", a, b), c), "(a**b)**c"),
    (op("pow", a, op("neg", b)), "a**(-b)"),
    (op("pow", op("div", 1, 2), n), "(1/2)**n"),
    (bind("sum", k, a, n, at("x", k)), "Sum(x[i], (i, a, n))"),
    (op("var", at("x", 1, random=True)), "Var(x[1])"),
    (forall(k, [op("isint", k)], eq(at("m", k), a)), "for all i: i is an integer implies m[i] = a"),
    (eq(add(a, op("neg", b)), 0), "a - b = 0"),
])
def test_plain(term: Term, text: str) -> None:
    assert plain(term) == text
