"""What the search for counterexamples tries, and what it does not call one."""

from __future__ import annotations

import pytest

from derivations.kernel.term import Term, add, at, bind, eq, forall, mul, num, op, rvar, sub, var
from derivations.refute import agreement, refute
from derivations.refute.level import decided_by_window
from derivations.solve import refutation, solve_statement
from derivations.statement.exercise import stated

x, n, s, t, k = (var(name) for name in ["x", "n", "s", "t", "k"])
X, Y, Z = (rvar(name) for name in "XYZ")


def le(*a: object) -> Term:
    return op("le", *a)


def u(i: Term) -> Term:
    return at("u", i)


def natural(i: Term) -> list[Term]:
    return [op("isint", i), le(0, i)]


def always(fact: Term) -> Term:
    return forall(t, natural(t), fact)


GROWING = always(le(u(t), u(add(t, 1))))
SQUARES = [op("integrable", op("pow", v, 4)) for v in (X, Y, Z)]


@pytest.mark.parametrize(("hyps", "goal"), [
    pytest.param([op("isint", n)], eq(bind("sum", k, num(1), n, num(1)), n), id="a size below zero"),
    pytest.param(natural(n), eq(mul(at("y", n), op("pow", 0, n)), 0), id="the size zero where there are families"),
    pytest.param([op("isint", n), le(n, -4)], le(-5, n), id="sizes far below zero"),
    pytest.param([GROWING, *natural(s)], eq(u(add(s, 1)), u(s)), id="a sequence that grows"),
    pytest.param([GROWING, *natural(s)], le(u(sub(s, 1)), u(s)), id="before the sequence grows"),
    pytest.param([eq(op("cov", X, Y), 0), *SQUARES[:2]],
                 eq(op("E", mul(op("pow", X, 2), op("pow", Y, 2))),
                    mul(op("E", op("pow", X, 2)), op("E", op("pow", Y, 2)))), id="uncorrelated, yet dependent"),
    pytest.param([op("indep", X, Y), op("indep", Y, Z), op("indep", X, Z), *SQUARES, op("integrable", mul(X, Y, Z))],
                 eq(op("E", mul(X, Y, Z)), mul(op("E", X), op("E", Y), op("E", Z))), id="independent in pairs only"),
])
def test_an_instance_is_found(hyps: list[Term], goal: Term) -> None:
    found = refute(hyps, goal, milliseconds=4000)
    assert found is not None and not found.assumed, found


@pytest.mark.parametrize(("fact", "decided"), [
    (GROWING, True),
    (always(le(0, u(t))), True),
    (always(op("imp", le(0, u(t)), le(0, u(add(t, 1))))), True),
    (always(le(u(t), t)), False),
    (always(le(u(t), u(mul(2, t)))), False),
    (forall(t, [op("isint", t)], le(u(t), u(add(t, 1)))), False),
    (forall(t, [le(0, t)], le(u(t), u(add(t, 1)))), False),
    (forall(t, [op("isint", t), le(n, t)], le(u(t), u(add(t, 1)))), False),
    (forall(t, [op("isint", t), le(-20, t)], le(u(t), u(add(t, 1)))), False),
    (always(le(bind("sum", k, num(0), t, u(k)), 1)), False),
    (always(le(at("v", t), u(add(t, 1)))), False),
])
def test_a_window_decides_only_what_repeats(fact: Term, decided: bool) -> None:
    assert decided_by_window(fact, {("f", "u", 1)}) is decided


def test_givens_that_fail_far_away_refute_nothing() -> None:
    falling = always(eq(u(add(t, 1)), sub(u(t), 1)))
    goal = op("lt", u(num(0)), 0)               # nothing falls for ever and stays above zero
    found = refute([falling, always(le(0, u(t)))], goal, milliseconds=1500)
    assert found is None or found.assumed
    seen = agreement([falling, always(le(0, u(t)))], goal, milliseconds=1500)
    assert seen.agree + seen.unknown == seen.instances


def test_a_given_that_has_no_meaning_far_away_refutes_nothing() -> None:
    step = always(eq(u(add(t, 1)), add(sub(u(t), 1), op("div", 0, u(t)))))
    statement = stated([step], op("not", op("isint", u(num(0)))))
    assert refute([step], statement.goal) is not None
    assert refutation(statement, 1500) is None


def test_a_condition_that_never_holds_gives_no_conditional_verdict() -> None:
    zero = sub(add(op("pow", op("sin", x), 2), op("pow", op("cos", x), 2)), 1)
    found = solve_statement(stated([], eq(op("div", 1, zero), op("div", 1, zero))), seconds=5)
    assert (found.verdict, found.message) == \
        ("undecided", "It was proved where it is defined, but no instance was found where it is.")


@pytest.mark.parametrize("goal", [op("or", eq(x, x), eq(op("div", 1, 0), 1)), op("or", eq(op("div", 1, 0), 1), eq(x, x))])
def test_an_alternative_is_defined_if_both_parts_are(goal: Term) -> None:
    seen = agreement([], goal)
    assert seen.undefined == seen.instances > 0
