"""What an exercise lets answers write: its names in its own notation, with their ranges and definitions."""

import pytest

from derivations.exercise_context import exercise_context
from derivations.grade import grade
from derivations.grading import Problem
from derivations.kernel.term import num
from derivations.latex.spelling import spelled
from derivations.latex.unreadable import Unreadable


@pytest.mark.parametrize(("place", "name", "written"), [
    ("softmax-infimum/.3 infimum", "s", "s_{#1}(#2)"),
    ("softmax-infimum/.3 infimum", "h", "h(#1)"),
    ("kraft-inequality/a", "S", "S_{#1}(#2, #3)"),
    ("sgd-weight-update/a", "slope", r"\varphi'(#1)"),
    ("label-smoothing/.3 minimisers", "zs", "z^{*}_{#1}"),
    ("feature-units/b", "V", r"\tilde{W}_{#1,#2,#3}"),
    ("adam-constant-gradient/.2 Adam", "mh", r"\hat{m}^{(#1)}"),
])
def test_names_are_written_as_on_the_sheet(place, name, written):
    assert spelled(exercise_context(place).scope)[name] == written


def test_ranges_are_those_of_the_givens():
    scope = exercise_context("linear-unit-variance/a").scope
    d, m = scope.symbols["d"].term(()), scope.symbols["m"].term(())
    assert scope.symbols["W"].ranges == ((num(1), m), (num(1), d))
    assert scope.symbols["u"].ranges == ((num(1), m),)
    assert scope.integers == {"i": (num(1), m), "j": (num(1), d)}


def test_a_recurrence_tells_no_range():
    assert exercise_context("receptive-field/.3").scope.symbols["W"].ranges == (None,)


def test_letters_that_the_givens_bind_differently_have_no_range():
    assert "i" not in exercise_context("softmax-shift/.1 shift").scope.symbols
    assert "t" not in exercise_context("sgdm-constant-gradient/.2 SGDM").scope.integers


@pytest.mark.parametrize("line", [
    r"\frac{\partial H}{\partial x_j} = z_j - y_j",
    r"\nabla_{\mathbf{x}} H = \mathbf{z} - \mathbf{y}",
    r"\frac{\partial z_j}{\partial x_j} = z_j (1 - z_j)",
])
def test_a_derivative_goes_through_the_definitions_of_the_exercise(line):
    assert grade(Problem("d", lines=(line,), exercise="softmax-gradient/.2"), seconds=20).lines[0].verdict == "proved"


def test_a_derivative_that_stops_at_a_definition_is_refuted():
    wrong = grade(Problem("d", lines=(r"\frac{\partial H}{\partial x_j} = 0",), exercise="softmax-gradient/.2"), seconds=20)
    assert wrong.lines[0].verdict == "refuted"


@pytest.mark.parametrize("let", [r"let z_k = 1", r"let H = 0", r"let h(t) = t"])
def test_an_answer_cannot_define_anew_what_the_exercise_defines(let):
    found = grade(Problem("d", (let,), (), ("H = 0",), "softmax-infimum/.3 infimum"), seconds=5)
    assert found.verdict == "unreadable" and "declared already" in found.lines[0].message


def test_an_unknown_part_is_named():
    with pytest.raises(Unreadable, match="has no part 'x'"):
        exercise_context("feature-units/x")
