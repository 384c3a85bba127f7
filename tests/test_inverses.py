"""Lines about inverses of matrices of any size: the right ones are proved, the wrong ones refuted."""

from __future__ import annotations

import pytest

from derivations.grade import grade
from derivations.grading import Problem

pytestmark = pytest.mark.slow

SQUARE = ("n positive integer", r"A, B, C \in \mathbb{R}^{n \times n}, invertible")
SYMMETRIC = ("n positive integer", r"A \in \mathbb{R}^{n \times n}, invertible, symmetric",
             r"B \in \mathbb{R}^{n \times n}, invertible", "c positive", r"v, b \in \mathbb{R}^n")
REGRESSION = (r"n, d integer, d \ge 1, n \ge d", r"X \in \mathbb{R}^{n \times d}, full column rank", r"y \in \mathbb{R}^n",
              r"w \in \mathbb{R}^d", "let H = X (X^T X)^{-1} X^T", "let u = (X^T X)^{-1} X^T y")
RIDGE = ("n, m positive integer", r"X \in \mathbb{R}^{n \times m}", r"\lambda positive")
RANK_ONE = ("n positive integer", r"A \in \mathbb{R}^{n \times n}, symmetric positive definite", r"u \in \mathbb{R}^n",
            r"let B = A^{-1} - \frac{A^{-1} u u^\top A^{-1}}{1 + u^\top A^{-1} u}")
ORTHOGONAL = ("n positive integer", r"Q, R \in \mathbb{R}^{n \times n}, orthogonal", r"A \in \mathbb{R}^{n \times n}, invertible",
              r"x, y \in \mathbb{R}^n")
LINEAR = ("n positive integer", r"A \in \mathbb{R}^{n \times n}, invertible", r"x, b \in \mathbb{R}^n")
PENALTY = ("n, d positive integer", r"X \in \mathbb{R}^{n \times d}", r"y \in \mathbb{R}^n", r"w \in \mathbb{R}^d", r"\lambda positive",
           r"let J = \|Xw - y\|^2 + \lambda \|w\|^2")

PROVED = {
    "inverses": (SQUARE, [
        "A^{-1} A = I", "A A^{-1} = I", "A^{-1} (A + B) B^{-1} = B^{-1} + A^{-1}", "A^{-1} - B^{-1} = A^{-1} (B - A) B^{-1}",
        "(A B A^{-1}) (A C A^{-1}) = A B C A^{-1}", r"\operatorname{tr}(A B A^{-1}) = \operatorname{tr}(B)"]),
    "inverses that exist": (SQUARE, ["(ABC)^{-1} = C^{-1} B^{-1} A^{-1}", "(A^T)^{-1} = (A^{-1})^T", "(A^{-1})^{-1} = A", "(A B)^{-1} A = B^{-1}"]),
    "symmetric matrices": (SYMMETRIC, [
        "(cB)^{-1} = \\frac1c B^{-1}", "(A^{-1})^T = A^{-1}", "v^T A^{-1} b = b^T A^{-1} v",
        "(v - A^{-1} b)^T A (v - A^{-1} b) = v^T A v - 2 b^T v + b^T A^{-1} b"]),
    "the hat matrix": (REGRESSION, [
        "H^T = H", "H H = H", "H X = X", r"\operatorname{tr}(H) = d", "H H H = H", "(I - H)(I - H) = I - H",
        r"\operatorname{tr}(I - H) = n - d", "X^T (y - X u) = 0", "X u = H y",
        r"\|y\|^2 = \|H y\|^2 + \|y - H y\|^2", r"\|y - X w\|^2 = \|y - X u\|^2 + \|X (w - u)\|^2"]),
    "a change of rank one": (RANK_ONE, [r"(A + u u^\top) B = I"]),
    "orthogonal matrices": (ORTHOGONAL, [
        "Q Q^T = I", "Q^{-1} = Q^T", "(Q A Q^T)^{-1} = Q A^{-1} Q^T", "Q R (Q R)^T = I", r"\|Q^T x\|^2 = \|x\|^2", "(Qx)^T (Qy) = x^T y",
        r"\operatorname{tr}(Q A Q^T) = \operatorname{tr}(A)", r"y = Q x \iff x = Q^T y"]),
    "ridge regression": (RIDGE, [
        r"(X^T X + \lambda I)^{-1} X^T = X^T (X X^T + \lambda I)^{-1}",
        r"X (X^T X + \lambda I)^{-1} X^T = I - \lambda (X X^T + \lambda I)^{-1}"]),
    "a stationary point": (PENALTY, [r"\nabla_w J = 0 \iff w = (X^T X + \lambda I)^{-1} X^T y"]),
    "linear equations": (LINEAR, [r"A x = b \iff x = A^{-1} b", r"A x = b \implies x = A^{-1} b"]),
}

# proved under the condition that the inverses on the line exist
CONDITIONAL = {
    "inverses": (SQUARE, [
        "(A + B)^{-1} (A + B) = I", "(I + A)^{-1} = I - (I + A)^{-1} A", "A (A + B)^{-1} B = B (A + B)^{-1} A"]),
    "a change of rank one": (RANK_ONE, [
        r"(A + u u^\top)^{-1} = A^{-1} - \frac{A^{-1} u u^\top A^{-1}}{1 + u^\top A^{-1} u}"]),
}

REFUTED = {
    "inverses": (SQUARE, [
        "A^{-1} B A = B", "(ABC)^{-1} = A^{-1} B^{-1} C^{-1}", "A^{-1} - B^{-1} = A^{-1} (A - B) B^{-1}",
        "(A^{-1} + B^{-1})^{-1} = A + B", r"\operatorname{tr}(A B A^{-1}) = \operatorname{tr}(A)", "(A B)^{-1} B = A^{-1}"]),
    "symmetric matrices": (SYMMETRIC, ["(B^{-1})^T = B^{-1}", "v^T B^{-1} b = b^T B^{-1} v", "(cB)^{-1} = c B^{-1}"]),
    "the hat matrix": (REGRESSION, ["H (I - H) = H", r"\operatorname{tr}(I - H) = d", r"\operatorname{tr}(H) = n"]),
    "ridge regression": (RIDGE, [r"X (X^T X + \lambda I)^{-1} X^T = I - (X X^T + \lambda I)^{-1}"]),
    "a change of rank one": (RANK_ONE, [
        r"(A + u u^\top)^{-1} = A^{-1} + \frac{A^{-1} u u^\top A^{-1}}{1 + u^\top A^{-1} u}"]),
    "orthogonal matrices": (ORTHOGONAL, [
        "Q Q = I", "(Q A Q^T)^{-1} = Q^T A^{-1} Q", r"\operatorname{tr}(Q^T A R) = \operatorname{tr}(A)", "(Qx)^T (Ry) = x^T y"]),
}

# not refuted at random values, but never accepted either
DOUBTFUL = {
    "orthogonal matrices": (ORTHOGONAL, [r"y = Q x \implies x = Q y"]),
    "linear equations": (LINEAR, [r"A x = b \implies x = A b"]),
    "a stationary point": (PENALTY, [r"\nabla_w J = 0 \iff w = (X^T X + 2 \lambda I)^{-1} X^T y"]),
}


CHANGED = ("n positive integer", r"A \in \mathbb{R}^{n \times n}, invertible", r"u, v \in \mathbb{R}^n")


def rows(table):
    return [pytest.param(let, line, id=f"{kind}: {line}") for kind, (let, lines) in table.items() for line in lines]


def verdict(let, line):
    return grade(Problem("lines", let, (), (line,)), seconds=30).verdict


@pytest.mark.parametrize(("let", "line"), rows(PROVED))
def test_a_right_line_is_proved(let, line):
    assert verdict(let, line) == "proved"


@pytest.mark.parametrize(("let", "line"), rows(CONDITIONAL))
def test_a_right_line_is_proved_where_its_inverses_exist(let, line):
    assert verdict(let, line) == "conditional"


@pytest.mark.parametrize(("let", "line"), rows(REFUTED))
def test_a_wrong_line_is_refuted(let, line):
    assert verdict(let, line) == "refuted"


@pytest.mark.parametrize(("let", "line"), rows(DOUBTFUL))
def test_a_wrong_line_is_not_accepted(let, line):
    assert verdict(let, line) in ("refuted", "undecided")


@pytest.mark.parametrize(("given", "expected"), [
    pytest.param((r"1 + v^T A^{-1} u \ne 0",), "proved", id="where the denominator is known not to be 0"),
    pytest.param((), "conditional", id="where it may be 0")])
def test_a_change_of_rank_one_has_an_inverse(given, expected):
    lines = (r"(A + u v^T)^{-1} = A^{-1} - \frac{A^{-1} u v^T A^{-1}}{1 + v^T A^{-1} u}",
             r"(A + u v^T)^{-1} u = \frac{A^{-1} u}{1 + v^T A^{-1} u}",
             r"(A + u v^T)^{-1} u = \frac{A^{-1} v}{1 + v^T A^{-1} u}")
    found = [grade(Problem("lines", CHANGED, given, (line,)), seconds=30).verdict for line in lines]
    assert found == [expected, expected, "refuted"]
