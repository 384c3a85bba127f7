"""Entries in square brackets are told from products."""

from __future__ import annotations

import pytest

from derivations.grade import grade
from derivations.grading import Problem

LET = ("d, k positive integer", r"W_0 \in \mathbb{R}^{d \times k}", r"x_0 \in \mathbb{R}^k", r"g \in \mathbb{R}^d", r"\eta positive",
       r"let W_1 = W_0 - \eta g x_0^\top", r"i integer, 1 \le i \le d", r"j integer, 1 \le j \le k")
FAMILIES = (r"W[i,j], i = 1..n, j = 1..n, real", "x_t[j], t = 0..T, j = 1..n, real", r"a_i, i = 1..n, real, a_i \ne 0", "m sequence",
            "let V[i,j] = 2W[i,j]/a_i", r"n, T integer, n \ge 1, T \ge 0")
GIVEN = ("m[s+1] = 2 m[s]",)


def verdict(line: str, let: tuple[str, ...] = LET, given: tuple[str, ...] = ()) -> str:
    return grade(Problem("x", let, given, (line,))).verdict


@pytest.mark.parametrize("line", [
    r"W_1[i,j] = W_0[i,j] - \eta g[i]x_0[j]", "g[i]^2 + 1 > 0", r"\sum_{i=1}^d g[i] = \sum_i g_i", r"\sum_i g[i]^2 = \|g\|^2",
    r"\frac{\partial}{\partial g[i]} \|g\|^2 = 2 g[i]", r"W_0^\top[j,i] = W_0[i,j]", r"(g x_0^\top)[i,j] = g[i] x_0[j]",
    r"\eta[j+1] = \eta j + \eta", r"W_1[x_0 + x_0] = 2 W_1 x_0", r"W_0[i,j] = W_{0,ij}"])
def test_right_entries_are_proved(line: str) -> None:
    assert verdict(line) == "proved"


@pytest.mark.parametrize("line", [
    r"W_1[i,j] = W_0[i,j] + \eta g[i]x_0[j]", r"W_0^\top[j,i] = W_0[j,i]", "W_1[1,2] = W_1[2,1]", "g[i]^2 < 0", r"W_1[x_0 + x_0] = W_1 x_0"])
def test_wrong_entries_are_refuted(line: str) -> None:
    assert verdict(line) == "refuted"


@pytest.mark.parametrize("line", [r"\eta[j] = 1", r"g[\eta] = 1", "W_0[i,0] = 1", "g[0] = 1", "W_1[i,j,k] = 1", "(1 + i)[j] = 1", r"\eta[2] = 1", "q[2] = 1", r"g[i/2] = 1"])
def test_what_cannot_be_an_entry_is_unreadable(line: str) -> None:
    assert verdict(line) == "unreadable"


@pytest.mark.parametrize(("line", "wanted"), [
    ("V[i,j] a_i = 2 W[i,j]", "proved"), ("V[1,2] = 2 W[1,2]/a_1", "proved"), ("V[1,2] = 2 W[1,2]/a_2", "refuted"), ("x_t[j] = x_{t,j}", "proved"),
    ("m[3] = 8 m[0]", "proved"), ("m[3] = 6 m[0]", "refuted"), ("m[1]^2 = 4 m[0]^2", "proved")])
def test_families_are_declared_and_defined_with_brackets(line: str, wanted: str) -> None:
    assert verdict(line, FAMILIES, GIVEN) == wanted


def test_a_member_that_is_written_is_taken_to_exist() -> None:
    let = ("n positive integer", "a_i, i = 1..n, real", "let u_i = a_i^2")
    assert grade(Problem("x", let, (), ("u_2 = a_2^2",))).verdict == "proved"
    found = grade(Problem("x", let, (), ("u_2 = a_1^2",)))
    assert found.verdict == "refuted" and any("taken for granted" in n for n in found.notes)
