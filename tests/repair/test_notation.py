"""Slips of notation in right lines are pointed out, and only those."""

from __future__ import annotations

import pytest

from derivations.grade import grade
from derivations.grading import Problem
from derivations.kernel.term import Term, add, at, eq, forall, mul, op, var
from derivations.latex.declare import declare
from derivations.repair.notation import meant, notation_slip, remark

a, b, c, d, v, eps, t = (var(x) for x in ["a", "b", "c", "d", "v", r"\varepsilon", "t"])
ROOT, APART = op("sqrt", add(v, eps)), add(op("sqrt", v), eps)
STEP = forall(t, [], eq(at("w", t), op("div", at("m", t), add(op("sqrt", at("v", t)), eps))))


def readings(goal: Term, *context: Term) -> list[Term]:
    return [m.new for m in meant(goal, context)]


def test_a_symbol_in_the_root_is_asked_about_where_it_stands_beside_the_root_elsewhere() -> None:
    assert readings(eq(a, op("div", b, ROOT)), STEP) == [APART]


def test_a_symbol_beside_the_root_is_asked_about_where_it_stands_in_the_root_elsewhere() -> None:
    assert readings(eq(a, op("div", b, APART)), eq(c, op("sqrt", add(d, eps)))) == [ROOT]


@pytest.mark.parametrize("context", [[], [eq(c, ROOT)], [STEP, eq(c, ROOT)], [eq(c, add(op("sqrt", v), d))]], ids=repr)
def test_nothing_is_asked_where_nothing_else_is_written(context: list[Term]) -> None:
    assert readings(eq(a, op("div", b, ROOT)), *context) == []


def test_a_factor_of_the_other_side_is_asked_about_where_it_stands_before_one_term() -> None:
    assert readings(eq(mul(a, b, v), add(mul(a, b, c), d))) == [mul(a, b, add(c, d))]


@pytest.mark.parametrize("goal", [
    eq(mul(a, b), add(mul(a, c), mul(a, d))), eq(add(mul(a, b), c), add(mul(a, d), c)), eq(mul(a, b), add(a, c)),
    eq(mul(2, b), add(mul(2, c), d)), op("le", mul(a, b), add(mul(a, c), d))], ids=repr)
def test_nothing_is_asked_about_a_factor_that_is_where_it_belongs(goal: Term) -> None:
    assert readings(goal) == []


def test_what_is_not_the_same_is_not_asked_about() -> None:
    goal = eq(a, op("div", b, ROOT))
    assert notation_slip(goal, [STEP], lambda x, y: False) is None
    found = notation_slip(goal, [STEP], lambda x, y: True)
    assert found is not None and (found.old, found.new) == (ROOT, APART)
    assert remark(found, repr).startswith(f"The line holds. Was {APART!r} meant for {ROOT!r}?")


def said(lines: list[str], *, given: tuple[str, ...]) -> list[tuple[str, str]]:
    let = ("v, c positive", "e real, e \\ge 0")
    report = grade(Problem("x", let, given, tuple(lines)), seconds=20)
    return [(x.verdict, x.message) for x in report.lines]


def test_a_right_line_keeps_its_verdict_and_a_wrong_one_gets_no_remark() -> None:
    given = ("e = 0", r"c = \frac{1}{\sqrt{v} + e}")
    (verdict, message), = said([r"c = \frac{1}{\sqrt{v + e}}"], given=given)
    assert verdict == "proved" and r"Was \sqrt{v} + e meant for \sqrt{v + e}?" in message
    (verdict, message), = said([r"c = \frac{2}{\sqrt{v + e}}"], given=given)
    assert verdict == "refuted" and "meant" not in message
    (verdict, message), = said([r"c = \frac{1}{\sqrt{v} + e}"], given=given)
    assert (verdict, message) == ("proved", "")


def test_a_standard_deviation_in_place_of_a_variance_is_noted() -> None:
    assert any("is its variance" in n for n in declare([r"x random, x \sim N(0, \sigma)", r"\sigma positive"]).scope.notes)
    assert not any("variance" in n for n in declare([r"x random, x \sim N(0, \sigma^2)", r"\sigma positive"]).scope.notes)
