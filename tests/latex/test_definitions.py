"""Definitions of names, families and functions."""

from __future__ import annotations

import pytest

from derivations.grade import grade
from derivations.grading import Problem
from derivations.latex.declare import declare
from derivations.latex.unreadable import Unreadable

SEQUENCES = ["x sequence", r"let \tilde{x}^{(k)} = 2x^{(k)}", r"let \hat{x}_t = x_t^2", r"let y_t = \hat{x}_t + 1", "let q_n = n^2"]
ARRAYS = [r"W \in \mathbb{R}^{n \times d}", r"a \in \mathbb{R}_{>0}^d", r"let \tilde W_{ij} = W_{ij}/a_j", r"x^{(t)} \in \mathbb{R}^n, t = 0..T",
          r"let h^{(t)}_i = 2 x^{(t)}_i", r"let g^{(t)} = 3 x^{(t)}"]
FUNCTIONS = ["a real", r"let f(x) = x^2 e^{-x}", "let H(y, z) = y z^2"]
OF_VECTORS = [r"w, h \in \mathbb{R}^n", r"let L(w) = \sum_i w_i^2", r"A \in \mathbb{R}^{2 \times 2}, symmetric", r"v \in \mathbb{R}^2",
              r"let Q(v) = v^\top A v"]
LINES = [
    (SEQUENCES, r"\tilde{x}^{(k)} = 2 x^{(k)}", "proved"), (SEQUENCES, r"\tilde{x}^{(3)} = 2 x^{(3)}", "proved"),
    (SEQUENCES, r"\tilde{x}^{(4)} = x^{(4)}", "refuted"), (SEQUENCES, "y_t = x_t^2 + 1", "proved"), (SEQUENCES, "y_5 = x_5^2", "refuted"),
    (SEQUENCES, "q_3 = 9", "proved"), (SEQUENCES, "q_{n+1} = q_n + 2n + 1", "proved"), (SEQUENCES, "q_3 = 6", "refuted"),
    (ARRAYS, r"\tilde W_{ij} a_j = W_{ij}", "proved"), (ARRAYS, r"\tilde W_{ij} a_i = W_{ij}", "refuted"),
    (ARRAYS, r"h^{(t)}_i = 2 x^{(t)}_i", "proved"), (ARRAYS, r"h^{(0)}_1 = x^{(0)}_1", "refuted"), (ARRAYS, r"g^{(t)} = 3 x^{(t)}", "proved"),
    (FUNCTIONS, r"f'(x) = 2x e^{-x} - x^2 e^{-x}", "proved"), (FUNCTIONS, "f''(0) = 2", "proved"), (FUNCTIONS, r"f'(x) = 2x e^{-x}", "refuted"),
    (FUNCTIONS, r"\frac{d}{dx} f(2x) = 2 f'(2x)", "proved"), (FUNCTIONS, "H(2, 3) = 18", "proved"), (FUNCTIONS, "H(2, 3) = 12", "refuted"),
    (FUNCTIONS, r"\frac{\partial H}{\partial y} = z^2", "proved"), (FUNCTIONS, r"\frac{\partial H}{\partial z} = yz", "refuted"),
    (FUNCTIONS, r"\frac{\partial}{\partial y} H(y, y) = 3y^2", "proved"), (FUNCTIONS, r"\frac{\partial H}{\partial z}(2, 3) = 12", "unreadable"),
    (FUNCTIONS, r"\frac{\partial H}{\partial z}(1 - z) = 2yz(1-z)", "proved"), (FUNCTIONS, "H_y = z^2", "unreadable"),
    (FUNCTIONS, "f_1(x) = f(x)", "unreadable"), (FUNCTIONS, r"f(\sqrt{x^2}) e^{\sqrt{x^2}} = x \sqrt{x^2}", "refuted"),
    (OF_VECTORS, r"L(h) = \|h\|^2", "proved"), (OF_VECTORS, "L(w+h) = L(w) + L(h)", "refuted"), (OF_VECTORS, r"L = \|w\|^2", "proved"),
    (OF_VECTORS, r"L(w+h) = L(w) + 2 w^\top h + L(h)", "proved"), (OF_VECTORS, r"\nabla_w L(w) = 2w", "proved"),
    (OF_VECTORS, r"\frac{\partial L}{\partial w} = w", "refuted"), (OF_VECTORS, r"Q(2v) = 4 Q(v)", "proved"), (OF_VECTORS, "L(v) = 1", "refuted"),
    (["n positive integer", "x_i, i = 1..n, real", r"let S_n = \sum_{i=1}^n x_i"], r"S_n = \sum_i x_i", "proved"),
    (["n positive integer", "x_i, i = 1..n, real", r"let S_n = \sum_{i=1}^n x_i"], r"S_3 = x_1 + x_2 + x_3", "unreadable"),
]


@pytest.mark.parametrize(("let", "line", "wanted"), LINES, ids=[x[1] for x in LINES])
def test_definitions_are_put_in(let: list[str], line: str, wanted: str) -> None:
    found = grade(Problem("x", tuple(let), (), (line,)), seconds=20).verdict
    assert found == wanted or (wanted == "proved" and found == "undecided")


def test_an_argument_of_a_function_is_no_index() -> None:
    found = grade(Problem("x", ("let f(x) = x^2",), (), (r"\sqrt{f(x)} = x",)))
    assert found.verdict == "refuted" and not any("natural" in n for n in found.notes)


@pytest.mark.parametrize("lines", [
    ("let H(y, z) = y z^2", "H(2, 3) = 18"), (r"\text{Let } f(x) = x^2 + a", "f(1) = 1 + a"), ("f(x) := x^2 + a", "f'(x) = 2x")])
def test_functions_are_defined_in_an_answer(lines: tuple[str, ...]) -> None:
    assert grade(Problem("x", ("a real",), (), lines)).verdict == "proved"


@pytest.mark.parametrize("text", [
    r"let L(w) = \|w\|^2", r"let L(w) = w^\top w", "let y = 2x, x > 0", "let f(2) = 3", "let w_{t+1} = w_t + 1", "let f(x_1) = x_1"])
def test_definitions_that_can_be_read_in_two_ways_are_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        declare(["t integer, t \\ge 0", text])
