"""Written answers judged line by line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from derivations.grade import grade, prove_latex
from derivations.grading import Problem, Report


def judged(let: list[str], lines: list[str], given: list[str] | None = None) -> Report:
    return grade(Problem("x", tuple(let), tuple(given or ()), tuple(lines)))


def verdicts(let: list[str], lines: list[str], given: list[str] | None = None) -> list[str]:
    return [x.verdict for x in judged(let, lines, given).lines]


CHANCE = [r"w_i, i = 1..d, random, iid, E[w_i] = 0, Var[w_i] = \sigma^2",
          r"x_i, i = 1..d, random, iid, x_i \sim \mathcal{N}(0, 1)", "w independent of x",
          r"let y = \sum_{i=1}^{d} w_i x_i"]
ARRAYS = [r"W \in \mathbb{R}^{m \times n}", r"x \in \mathbb{R}^n", r"y \in \mathbb{R}^m"]

RIGHT = [
    ([], r"(a+b)^2 = a^2 + 2ab + b^2"),
    (["n positive integer"], r"\sum_{k=1}^n k = \frac{n(n+1)}{2}"),
    (["x positive", "y positive"], r"\log(xy) = \log x + \log y"),
    (CHANCE, r"\operatorname{Var}[y] = d\sigma^2"),
    (ARRAYS, r"(Wx)^\top = x^\top W^\top"),
    (ARRAYS, r"\nabla_x \|Wx - y\|^2 = 2 W^\top (Wx - y)"),
    ([], r"\frac{d}{dx} x^3 = 3x^2"),
    ([], r"\frac{d}{dx} e^{-x^2} = -2x e^{-x^2}"),
    (["x real"], r"\max(0, x) = \begin{cases} x & x \ge 0 \\ 0 & \text{otherwise} \end{cases}"),
    (["a_i, i = 1..n, real"], r"\sum_i 2 a_i = 2 \sum_{j=1}^n a_j \quad\text{by linearity}"),
    (["n positive integer", r"b real, b \ne 1"], r"1 + b + b^2 + \cdots + b^{n-1} = \frac{1-b^n}{1-b}"),
    (["x real"], r"x^2 - 2x \quad + 1 = (x-1)^2"),
    (["x real"], r"2x = 4 \Rightarrow x = 2"),
    ([r"x \in \mathbb{R}_{<0}"], r"x \le 0"),
    ([r"x \in (0, 1)"], r"x \in \mathbb{R}_{>0}"),
    (["x^2 real, superscript is a name", "y real", "n positive integer"], r"\sum_{i=1}^n \frac{\partial^2 (x^2 y)}{\partial x^2 \partial y} = n"),
]
WRONG = [
    ([], r"(a+b)^2 = a^2 + b^2"),
    (["n positive integer"], r"\sum_{k=1}^n k = \frac{n(n-1)}{2}"),
    (CHANCE, r"\operatorname{Var}[y] = d\sigma"),
    (ARRAYS, r"\nabla_x \|Wx - y\|^2 = W^\top (Wx - y)"),
    (ARRAYS, r"\nabla_x \|Wx - y\|^2 = 2 W (Wx - y)"),
    ([], r"\frac{d}{dx} x^3 = 3x^3"),
    (["x real"], r"\sqrt{x^2} = x"),
    ([], r"\frac{\partial}{\partial t} \sin t^2 = \cos t^2"),
    (["x real"], r"x^2 = x \Rightarrow x = 1"),
    ([r"x \in \mathbb{R}_{<0}"], r"x \ge 0"),
    ([r"x \in (0, 1)"], r"x \in \mathbb{R}_{<0}"),
]


@pytest.mark.parametrize(("let", "line"), RIGHT, ids=[x[1] for x in RIGHT])
def test_right_lines_are_proved(let: list[str], line: str) -> None:
    assert verdicts(let, [line]) == ["proved"]


@pytest.mark.parametrize(("let", "line"), WRONG, ids=[x[1] for x in WRONG])
def test_wrong_lines_are_refuted(let: list[str], line: str) -> None:
    assert verdicts(let, [line]) == ["refuted"]


@pytest.mark.parametrize(("let", "line"), [
    ([], r"\frac{x}{x} = 1"), (["n, k integer"], r"\binom{n}{k} = \binom{n}{n-k}"),
    ([], r"0 \cdot \Gamma(x) = 0"), ([], r"\frac{x^2-1}{x-1} = x + 1")])
def test_what_needs_a_condition_is_never_plainly_proved(let: list[str], line: str) -> None:
    assert verdicts(let, [line])[0] in ("conditional", "undecided")


@pytest.mark.parametrize("line", [
    r"x = 5 \text{ cm}", r"\foo x = 1", r"x^{(t)} = 1", r"a/b c = 1", r"\sum_{k} 1 = 2", r"f(x) = 1 + 1", r"x = {1", "", "x + 1",
    r"\input{secret} = 1", "х = 1", r"x = \frac{1}", r"\int x dx = 1", r"x =", r"x = 1 \quad 2 y", "(" * 5000 + "x" + ")" * 5000 + "=x"])
def test_what_cannot_be_read_says_where(line: str) -> None:
    found = judged([], [line]).lines[0]
    assert found.verdict == "unreadable" and found.message
    assert 0 <= found.at[0] <= found.at[1] <= max(1, len(line))


def test_after_a_wrong_line_the_next_is_judged_from_it() -> None:
    found = judged(["x real"], ["(x+1)^2 = x^2 + 1", "= 1 + x^2", "= x^2 + 2x + 1"]).lines
    assert [x.verdict for x in found] == ["refuted", "proved", "proved"]
    assert found[1].follows_from_your_line and not found[2].follows_from_your_line


def test_a_wrong_line_that_follows_from_a_wrong_one_says_so() -> None:
    found = judged(["x positive", "y real"], ["y = 2x", "y + 1 = 2x + 1", "y = 4x"], ["y = 3x"]).lines
    assert [x.verdict for x in found] == ["refuted"] * 3
    assert [x.follows_from_your_line for x in found] == [False, True, False]
    assert "line 1" in found[1].message


def test_nothing_follows_from_a_line_that_cannot_hold() -> None:
    found = judged(["x positive"], [r"x = -1", r"\Rightarrow x = 5"]).lines
    assert found[0].verdict == "refuted" and found[1].verdict in ("undecided", "refuted")


def test_a_wrong_last_line_is_found_however_hard_the_lines_before_are() -> None:
    hard = r"\left(\sum_{i=1}^n a_i b_i\right)^2 \le \left(\sum_{i=1}^n a_i^2\right)\left(\sum_{i=1}^n b_i^2\right)"
    let = ("n positive integer", "a_i, i = 1..n, real", "b_i, i = 1..n, real")
    found = grade(Problem("x", let, (), (hard,) * 6 + ("1 + 1 = 3",)), seconds=2)
    assert found.lines[-1].verdict == "refuted" and found.ms < 6000


def test_an_answer_that_stops_short_or_answers_something_else_is_told_so() -> None:
    def notes(*lines: str) -> str:
        return " ".join(grade(Problem("x", (), (), lines, "relu-variance/a"), seconds=20).notes)
    assert "stops short" in notes(r"\operatorname{Var}[y] = \sum_{i=1}^d \operatorname{Var}[w_i x_i]")
    assert "which was asked" in notes("E[w_1] = 0")
    assert notes(r"\operatorname{Var}[y] = \frac{d \sigma^2}{2}") == ""


def test_a_repair_is_named_and_the_witness_small() -> None:
    found = judged(["n positive integer"], [r"\sum_{k=1}^n k = \frac{n(n+1)}{3}"]).lines[0]
    assert found.verdict == "refuted" and found.hint is not None and found.witness is not None
    assert found.witness["n"] in ("1", "2", "3")


def test_contradictory_declarations_are_reported() -> None:
    found = judged(["x positive", r"x real, x \le 0"], ["x = 7"])
    assert found.verdict == "unreadable" and "contradict" in found.lines[0].message


def test_declared_names_cannot_be_defined_anew() -> None:
    assert verdicts(["x positive"], ["let x = 0"]) == ["unreadable"]


def test_a_rounding_is_checked_to_its_digits() -> None:
    assert verdicts([], [r"\sqrt{2} \approx 1.414"]) == ["proved"] or verdicts([], [r"\sqrt{2} \approx 1.414"]) == ["undecided"]
    assert verdicts([], [r"\sqrt{2} \approx 1.424"]) == ["refuted"]


def test_a_proved_claim_has_a_certificate_for_the_second_checker(tmp_path: Path) -> None:
    found = prove_latex(r"\sum_{k=1}^n k = \frac{n(n+1)}{2}", ["n positive integer"])
    assert found.certificate is not None
    path = tmp_path / "c.json"
    path.write_text(json.dumps(found.certificate), encoding="utf-8")
    import derivations
    recheck = Path(derivations.__file__).with_name("recheck.py")
    assert subprocess.run([sys.executable, "-I", str(recheck), str(path)], check=False, capture_output=True).returncode == 0


def test_an_answer_to_an_exercise_takes_its_names_from_it() -> None:
    found = grade(Problem("x", lines=(r"m^{(1)} = c", r"m^{(1)} = 2c"), exercise="sgdm-constant-gradient"))
    assert [x.verdict for x in found.lines] == ["proved", "refuted"]
