"""Orders of growth and limits, from one side as well."""

from __future__ import annotations

import pytest

from derivations.grade import grade
from derivations.grading import Problem

LET = ("n, m positive integer", "x, h real")


def verdict(line: str) -> str:
    return grade(Problem("x", LET, (), (line,)), seconds=12).verdict


@pytest.mark.parametrize("line", [
    "3n^2 + 5n + 7 = O(n^2)", r"\sum_{k=1}^n k = O(n^2)", r"n^2 \in \mathcal{O}(n^3)", r"2n = \Theta(n)", "n = o(n^2)", r"n^2 = \Omega(n)",
    "n = O(n^2) = O(n^3)", "n^2 + n = n^2 + O(n)", "n + m + nm = O(nm)", r"n + m = O(n) \text{ as } n \to \infty", r"\frac{1}{n} \to 0 \text{ as } n \to \infty",
    r"x^2 + x = O(x^2) \text{ as } x \to \infty", r"e^h = 1 + h + \frac{h^2}{2} + O(h^3) \text{ as } h \to 0", r"\sin x = x + o(x), \quad x \to 0",
    r"\lim_{x \to 0^+} x \log(x) = 0", r"\lim_{x \downarrow 0} \frac{|x|}{x} = 1", r"\lim_{x \to 0^-} \frac{|x|}{x} = -1", r"\lim_{x \to -\infty} e^x = 0"])
def test_right_lines_are_read_and_not_called_wrong(line: str) -> None:
    assert verdict(line) in ("proved", "conditional", "undecided")


@pytest.mark.parametrize("line", [
    "3n^2 + 5n + 7 = O(n)", "n + m + nm = O(n + m)", r"2n = \Theta(n^2)", "n = o(n)", r"n = \Omega(n^2)", "n = O(n^2) = O(n)", "2^n = O(n^{10})",
    "n^2 + n = n^2 + O(1)", r"\frac{1}{n} \to 1 \quad (n \to \infty)", r"x^3 + x = O(x^2) \text{ as } x \to \infty", r"\cos x = 1 + o(x^2), \quad x \to 0"])
def test_wrong_lines_are_refuted(line: str) -> None:
    assert verdict(line) == "refuted"


@pytest.mark.parametrize("line", [
    "n + m = O(n)", "x = O(1)", "x^2 = O(x^3)", "O(n) = n", "n = O(n^2) = n^2", r"\frac{1}{n} \to 0", r"(1 + \frac1n)^n = e \text{ as } n \to \infty",
    r"n \to \infty \text{ as } n \to \infty", r"\lim_{n \to \infty^+} \frac1n = 0", "n = O(n, m)", r"n \le O(n)"])
def test_what_is_not_told_is_unreadable(line: str) -> None:
    assert verdict(line) == "unreadable"


def test_a_wrong_order_is_said_in_words() -> None:
    found = grade(Problem("x", LET, (), ("n^2 = O(n)",))).lines[0]
    assert "order of growth" in found.message
