"""Instances that serve many goals."""

from __future__ import annotations

import time

from derivations.kernel.term import Term, add, at, bind, eq, forall, mul, num, op, sub, var
from derivations.refute import Testbed

a, b, i, j, k, n, d, s = (var(x) for x in ["a", "b", "i", "j", "k", "n", "d", "s"])


def power(x: Term, n: int) -> Term:
    return op("pow", x, n)


def within(x: Term, hi: Term) -> list[Term]:
    return [op("isint", x), op("le", 1, x), op("le", x, hi)]


def total(x: Term, hi: Term, body: Term) -> Term:
    return bind("sum", x, num(1), hi, body)


W = at("w", i, random=True)
SIZES = [op("isint", n), op("le", 1, n), op("isint", d), op("le", 1, d)]
NOISE = [*SIZES, op("lt", 0, s), op("indep", bind("fam", i, num(1), n, W)),
         forall(i, within(i, n), eq(op("E", W), 0)), forall(i, within(i, n), eq(op("var", W), s))]
VARIANCE = op("var", total(i, n, mul(W, at("x", i))))


def test_one_testbed_answers_many_goals() -> None:
    bed = Testbed(NOISE)
    right = [eq(power(add(a, b), 2), add(power(a, 2), mul(2, a, b), power(b, 2))),
             eq(total(k, n, k), op("div", mul(n, add(n, 1)), 2)),
             eq(VARIANCE, mul(s, total(i, n, power(at("x", i), 2)))),
             forall(i, within(i, n), eq(op("log", op("exp", at("x", i))), at("x", i)))]
    wrong = [eq(power(add(a, b), 2), add(power(a, 2), power(b, 2))),
             eq(total(k, n, k), op("div", mul(n, n), 2)), eq(VARIANCE, mul(n, s)),
             forall(i, within(i, n), eq(op("log", op("exp", at("x", i))), mul(2, at("x", i))))]
    for goal in right:
        assert bed.refute(goal, count=12) is None
        seen = bed.agreement(goal)
        assert seen.agree == seen.instances == 20, (goal, seen)
    made = len(bed.kept)
    for goal in wrong:
        found = bed.refute(goal)
        assert found is not None and not found.assumed
        seen = bed.agreement(goal)
        assert seen.agree < seen.instances
    assert len(bed.kept) == made


def test_the_first_sizes_are_generic() -> None:
    bed = Testbed(SIZES)
    assert bed.refute(op("true"), count=4) is None
    first = bed.kept[0].model.scalars
    assert first["n"] != first["d"] and min(first["n"], first["d"]) >= 2   # type: ignore[type-var]


def test_values_of_new_symbols_stay_and_do_not_depend_on_the_order() -> None:
    one, two = Testbed(SIZES, seed=4), Testbed(SIZES, seed=4)
    goals = [eq(a, b), eq(at("x", n), at("y", d)), eq(op("E", at("z", n, random=True)), mul(17, a))]
    first = [one.refute(g) for g in goals]
    assert None not in first
    assert [two.refute(g) for g in reversed(goals)] == first[::-1] == [one.refute(g) for g in reversed(goals)]


def test_further_hypotheses() -> None:
    bed = Testbed(NOISE)
    goal = op("lt", 1, s)
    assert bed.refute(goal) is not None
    assert bed.refute(goal, extra=[op("lt", 1, s)]) is None
    assert bed.agreement(goal, extra=[op("lt", 1, s)]).agree > 0
    local = within(k, n)                       # a symbol of the goal's own
    assert bed.refute(op("le", k, n), extra=local) is None
    found = bed.refute(op("lt", k, n), extra=local)
    assert found is not None and found.values["k"] == found.values["n"]
    assert bed.refute(op("lt", a, b), extra=[op("lt", a, b), op("lt", b, a)]) is None


def test_refutation_is_quick_when_warm() -> None:
    bed = Testbed(NOISE)
    bed.refute(op("true"))
    goals = [eq(power(add(a, b), 2), add(power(a, 2), power(b, 2))), eq(total(k, n, k), sub(n, 1)),
             eq(VARIANCE, mul(n, s))]
    for goal in goals:
        best = 1.0
        for turn in range(5):
            start = time.perf_counter()
            assert bed.refute(op("and", eq(mul(turn, a), mul(turn, a)), goal)) is not None
            best = min(best, time.perf_counter() - start)
        assert best < 0.05, goal               # measured: below 2 ms; the machine may be busy
