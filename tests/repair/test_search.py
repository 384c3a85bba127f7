"""The search keeps to its time, its proofs and its words."""

from __future__ import annotations

import pytest

from derivations.clock import now
from derivations.kernel.term import Term, add, at, eq, mul, op, rvar, sub, var
from derivations.plain import plain
from derivations.repair import Repair, describe, find_repair

a, b, c, n, s = (var(x) for x in ["a", "b", "c", "n", r"\sigma"])
mu, X = var(r"\mu"), rvar("X")
whole = op("isint", n)


def to(target: Term, goal: Term, *hyps: Term) -> Repair | None:
    """The repair if only ``target`` counts as true."""
    return find_repair(list(hyps), goal, agrees=lambda g: g is target, proves=lambda g: g is target)


def power(x: Term, k: int) -> Term:
    return op("pow", x, k)


SENTENCES: list[tuple[str, Term, Term]] = [
    ("square missing: a should be a**2", eq(add(power(a, 2), 0), a), eq(add(power(a, 2), 0), power(a, 2))),
    ("factor 2: a*b should be 2*a*b", eq(add(mul(a, b), mul(a, b)), mul(a, b)),
     eq(add(mul(a, b), mul(a, b)), mul(2, a, b))),
    ("factor 2: 3/4 should be 3/2", eq(add(a, op("div", a, 2)), mul(op("div", 3, 4), a)),
     eq(add(a, op("div", a, 2)), mul(op("div", 3, 2), a))),
    ("sign: a + b should be a - b", eq(sub(add(a, 1), add(b, 1)), add(a, b)), eq(sub(add(a, 1), add(b, 1)), sub(a, b))),
]


@pytest.mark.parametrize("sentence, wrong, right", SENTENCES, ids=[r[0] for r in SENTENCES])
def test_the_sentence_names_the_edit(sentence: str, wrong: Term, right: Term) -> None:
    found = to(right, wrong)
    assert found is not None and found.proved
    assert describe(found, plain) == sentence


def test_the_path_leads_to_what_stands_there() -> None:
    wrong = eq(mul(a, add(b, 1)), add(mul(a, power(b, 2)), a))
    found = to(eq(mul(a, add(b, 1)), add(mul(a, b), a)), wrong)
    assert found is not None and found.name == "square too many"
    node = wrong
    for k in found.path:
        node = node.args[k]
    assert node is found.old


def test_a_law_wants_the_variance() -> None:
    wrong, right = (op("law_normal", X, mu, v) for v in (s, power(s, 2)))
    found = to(right, wrong, right)
    assert found is not None and found.name == "variance, not standard deviation"


def test_both_sides_are_never_made_one_tree() -> None:
    found = find_repair([], eq(add(a, mul(2, b)), add(a, b)), agrees=lambda g: True, proves=lambda g: True)
    assert found is None or found.goal.args[0] is not found.goal.args[1]


def test_the_right_side_comes_first() -> None:
    found = find_repair([], eq(sub(a, mul(b, 1)), add(a, b)), agrees=lambda g: True, proves=lambda g: True)
    assert found is not None and found.path[0] == 1


def test_the_left_side_is_repaired_where_the_right_cannot_be() -> None:
    wrong = eq(add(power(a, 2), mul(2, a, b), b), mul(add(a, b), add(a, b)))
    found = to(eq(add(power(a, 2), mul(2, a, b), power(b, 2)), mul(add(a, b), add(a, b))), wrong)
    assert found is not None and found.path[0] == 0 and found.name == "square missing"


def test_what_is_not_proved_is_marked() -> None:
    wrong = eq(power(add(a, b), 2), add(power(a, 2), mul(a, b), power(b, 2)))
    found = find_repair([], wrong, agrees=lambda g: True, proves=lambda g: False)
    assert found is not None and not found.proved and found.name == "factor 2"


def test_nothing_agrees_nothing_is_returned() -> None:
    wrong = eq(power(add(a, b), 2), add(power(a, 2), power(b, 2)))
    assert find_repair([], wrong, agrees=lambda g: False, proves=lambda g: True) is None


def test_the_time_is_kept_when_the_filter_is_slow() -> None:
    tried: list[Term] = []

    def slow(g: Term) -> bool:
        tried.append(g)
        until = now() + 0.02
        while now() < until:
            pass
        return False
    # assumptions that nothing satisfies: no instance decides, every edit reaches the filter
    wrong = eq(op("E", mul(at("f", n), a, X)), add(mul(a, b), power(c, 3), at("g", n)))
    start = now()
    found = find_repair([op("lt", a, a)], wrong, agrees=slow, proves=lambda g: True, milliseconds=400)
    assert found is None and len(tried) > 3
    assert now() - start < 1.0


@pytest.mark.parametrize("goal", [op("true"), op("isint", n), op("exists", eq(a, b))], ids=repr)
def test_goals_without_sides_are_left_alone(goal: Term) -> None:
    assert find_repair([], goal, agrees=lambda g: True, proves=lambda g: True) is None
