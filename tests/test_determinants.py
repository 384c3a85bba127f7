"""Determinants of matrices of any size: right lines are proved, wrong ones refuted."""

from __future__ import annotations

import pytest

from derivations import recheck
from derivations.grade import grade
from derivations.grading import Problem
from derivations.kernel.check import check

LET = ("n positive integer", r"A, B \in \mathbb{R}^{n \times n}, invertible", "c real", r"Q \in \mathbb{R}^{n \times n}, orthogonal",
       r"d \in \mathbb{R}^n", r"u \in \mathbb{R}^n")
RIGHT = [
    r"\det(AB) = \det(A)\det(B)", r"\det(A^{-1}) = \frac{1}{\det(A)}", r"\det(cA) = c^n \det(A)",
    r"\det(A^T B A) = \det(A)^2 \det(B)", r"\det(Q)^2 = 1", r"\det(A^T) = \det(A)", r"\det(-A) = (-1)^n \det(A)",
    r"\det(\operatorname{diag}(d)) = \prod_{i=1}^n d_i", r"\det(A \operatorname{diag}(d)) = \det(A) \prod_{i=1}^n d_i",
    r"\det(B^{-1} A B) = \det(A)", r"\det(Q A Q^T) = \det(A)", r"\det(AB) \ne 0", r"\det(A^T A) \ge 0",
    r"\det(ABA) = \det(BAA)", r"\det(A^2) = \det(A)^2", r"\det(\tfrac12 A) = 2^{-n} \det(A)",
    r"\det((AB)^{-1}) = \frac{1}{\det(A)\det(B)}"]
WRONG = [
    r"\det(A+B) = \det(A) + \det(B)", r"\det(2A) = 2 \det(A)", r"\det(A^{-1}) = \det(A)", r"\det(Q) = 1",
    r"\det(-A) = -\det(A)", r"\det(\operatorname{diag}(d)) = \sum_{i=1}^n d_i", r"\det(A^T B) = \det(B)", r"\det(A) > 0"]


@pytest.mark.parametrize("line", RIGHT)
def test_a_right_line_is_proved(line: str) -> None:
    assert grade(Problem("x", LET, (), (line,)), seconds=15).verdict == "proved"


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_line_is_refuted(line: str) -> None:
    assert grade(Problem("x", LET, (), (line,)), seconds=8).verdict == "refuted"


def test_both_checkers_accept_the_proof() -> None:
    report = grade(Problem("x", LET, (), (r"\det(B^{-1} A^T B) = \det(A)",)), seconds=15)
    assert report.verdict == "proved" and report.certificate is not None
    check(report.certificate)
    recheck.check(report.certificate)


def test_logarithms_of_determinants() -> None:
    """The log-density of a change of variables."""
    let = ("n positive integer", r"A, B \in \mathbb{R}^{n \times n}, invertible", r"\det(A) > 0", r"\det(B) > 0", "c positive")
    lines = (r"\log \det(AB) = \log \det(A) + \log \det(B)", r"\log \det(cA) = n \log c + \log \det(A)",
             r"\log \det(A^{-1}) = -\log \det(A)")
    report = grade(Problem("x", let[:2] + let[4:], let[2:4], lines), seconds=30)
    assert [v.verdict for v in report.lines] == ["proved"] * 3
