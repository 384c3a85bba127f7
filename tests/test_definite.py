"""Determinants that are not 0 because a quadratic form is positive, at any size; both checkers look at the proofs."""

from __future__ import annotations

import pytest

from derivations import recheck
from derivations.grade import grade
from derivations.grading import LineVerdict, Problem
from derivations.kernel.check import check

LET = ("n, d positive integer", r"X \in \mathbb{R}^{n \times d}", r"Z \in \mathbb{R}^{n \times d}", r"u \in \mathbb{R}^n",
       r"w \in \mathbb{R}^d", r"y \in \mathbb{R}^n", r"c \in \mathbb{R}^n, c_i > 0", r"\lambda positive", "sigma positive",
       r"\mu nonnegative", r"a real, a \ne 0")
REGULAR = [
    r"X^T X + \lambda I", r"X X^T + \sigma^2 I", r"I + u u^T", r"\frac1n X^T X + \lambda I", r"n \lambda I + X X^T",
    r"X^T \operatorname{diag}(c) X + \lambda I", r"X^T X + Z^T Z + I", r"\mu X^T X + \lambda I", r"a^2 I + X^T X",
    r"\operatorname{diag}(c) + X X^T", r"u u^T + X X^T + 2 I"]
SINGULAR = [r"X^T X", r"X^T X - \lambda I", r"X^T X + \mu I", r"u u^T"]
HARD_TO_BREAK = [r"X^T Z + \lambda I", r"X^T \operatorname{diag}(u) X + \lambda I"]


def _verdict(matrix: str) -> LineVerdict:
    letters = set(matrix.replace(r"\lambda", "L").replace(r"\mu", "M").replace("diag", "")) | {"n"}
    let = [x for x in LET if letters & set(x.split()[0].replace(r"\lambda", "L").replace(r"\mu", "M").replace("sigma", ""))
           or x.startswith("sigma")]
    (found,) = grade(Problem("x", tuple(let), (), (rf"\det({matrix}) \ne 0",)), seconds=15).lines
    return found


@pytest.mark.parametrize("matrix", REGULAR)
def test_a_definite_matrix_is_regular(matrix: str) -> None:
    assert _verdict(matrix).verdict == "proved"


@pytest.mark.parametrize("matrix", SINGULAR)
def test_a_matrix_that_may_be_singular_is_refuted(matrix: str) -> None:
    assert _verdict(matrix).verdict == "refuted"


@pytest.mark.parametrize("matrix", HARD_TO_BREAK)
def test_a_form_with_both_signs_proves_nothing(matrix: str) -> None:
    assert _verdict(matrix).verdict in ("refuted", "undecided")


def test_the_inverse_of_a_definite_matrix_needs_no_condition() -> None:
    line = r"(X^T X + \lambda I) w = X^T y \iff w = (X^T X + \lambda I)^{-1} X^T y"
    report = grade(Problem("x", LET, (), (line,)), seconds=20)
    assert report.verdict == "proved" and report.certificate is not None
    assert any(s["rule"] == "singular" for s in report.certificate["steps"])
    check(report.certificate)
    recheck.check(report.certificate)
