"""Statements that something is of an order of growth are decided by the leading terms."""

from __future__ import annotations

import pytest

from derivations.kernel.term import Term, bind, forall, mul, num, op, var
from derivations.refute.testbed import Testbed

n, m, C, N = (var(x) for x in "nmCN")


def bounded(f: Term, g: Term, late: bool, *letters: Term) -> Term:
    out = op("le", op("abs", f), op("mul", C, op("abs", g)))
    for x in letters:
        out = forall(x, [op("isint", x), op("le", 1, x), *([op("le", N, x)] if late else [])], out)
    if late:
        out = bind("exists", N, out)
    return bind("exists", C, op("and", op("lt", 0, C), out))


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(("f", "g", "letters"), [
    (op("pow", n, 3), op("pow", n, 2), (n,)), (op("pow", 2, n), op("pow", n, 9), (n,)), (op("pow", 3, n), op("pow", 2, n), (n,)),
    (n, num(1), (n,)), (mul(n, m), op("add", n, m), (n, m)), (n, op("sqrt", n), (n,))])
def test_what_outgrows_is_refuted(f: Term, g: Term, letters: tuple[Term, ...], late: bool) -> None:
    assert Testbed([]).refute(bounded(f, g, late, *letters)) is not None


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(("f", "g", "letters"), [
    (op("pow", n, 2), op("pow", n, 3), (n,)), (op("add", n, 7), n, (n,)), (op("add", n, m), mul(n, m), (n, m)), (op("sqrt", n), n, (n,)),
    (op("log", n), n, (n,)), (op("pow", n, 3), op("add", op("pow", n, 3), op("neg", n)), (n,))])
def test_what_does_not_outgrow_is_not_refuted(f: Term, g: Term, letters: tuple[Term, ...], late: bool) -> None:
    found = Testbed([]).refute(bounded(f, g, late, *letters))
    assert found is None or found.assumed
