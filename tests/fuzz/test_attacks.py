"""Hostile answers end in time, with a verdict or a refusal."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from derivations.commands.check import load_grade
from derivations.grading import Problem, Report
from derivations.latex.document import read_document
from derivations.workers import Workers

SECONDS = 3.0
FAST = 1.5      # most refusals need no search

# a line and the verdicts it may have
HUGE = [
    r"9^{9^{9^{9}}} = 1", r"((99!)!)! = 1", r"\binom{10^9}{5 \cdot 10^8} = 1", r"\sum_{k=1}^{10^{9}} \frac{1}{k} = 21",
    r"\lfloor e^{10^7} \rfloor = 1", r"2^{10^{10}} = 2^{10^{10}} + 1", r"\prod_{k=1}^{10^8} k = 0",
    r"\sum_{i=1}^{10^6} \sum_{j=1}^{10^6} \frac{i}{j} = 0", r"\sin(10^{10^{10}}) = 0", r"(x+y)^{10^6} = x^{10^6} + y^{10^6}",
    "+".join(f"x_{{{k}}}" for k in range(900)) + " = 0", "x" + "+x" * 2500 + " = 2501 x",
]
DEEP = [
    "(" * 5000 + "x" + ")" * 5000 + " = x", "{" * 20_000 + "x" + "}" * 20_000 + " = x", r"\frac{1}{" * 400 + "x" + "}" * 400 + " = x",
    r"\sqrt{" * 900 + "x" + "}" * 900 + " = x", "x" + "^{x" * 900 + "}" * 900 + " = x", r"\left(" * 900 + "x" + r"\right)" * 900 + " = x",
    "|" * 3001 + "x" + "|" * 3001 + " = x", "-" * 5000 + "x = x", "x" + "'" * 4000 + " = x", r"\begin{cases}" * 300 + "x = 1",
    r"\mathbb{E}[" * 500 + "x" + "]" * 500 + " = x", r"\sum_{i=1}^{" * 300 + "n" + "} i" * 300 + " = 1", r"\hat{" * 3000 + "x" + "}" * 3000 + " = x",
]
REFUSED = [
    "х = x",                            # Cyrillic
    "x² = x \u00b2", "ｘ = 1", "1 = １", "x\u202e = y", "x\u200b = x", "x = x\x00", r"\input{/etc/passwd} = 1",
    r"\write18{ls} = 1", r"\openin5=x", r"\catcode`\@=11", r"\csname input\endcsname = 1", "^^5cinput = 1", r"\href{javascript:alert(1)}{x} = x",
    r"\htmlData{a=b}{x} = x", r"\def\a{\a\a}\a = 1", r"\newcommand{\a}{x} \a = x", r"x = \includegraphics{x}", r"\unknown{x} = \unknown{x}",
]


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(load_grade, count=1, seconds=SECONDS) as found:
        yield found


def ask(workers: Workers, *problems: Problem) -> list[Report]:
    return list(workers.run(problems))


@pytest.mark.parametrize("line", HUGE, ids=lambda x: x[:24])
def test_huge_numbers_end_in_time(workers: Workers, line: str) -> None:
    (found,) = ask(workers, Problem("x", (), (), (line,)))
    assert found.ms < 1000 * (SECONDS + 1)
    assert found.verdict in (("proved",) if line.endswith("2501 x") else ("refuted", "undecided", "unreadable"))


@pytest.mark.parametrize("line", DEEP, ids=lambda x: x[:12])
def test_deep_text_ends_in_time(workers: Workers, line: str) -> None:
    (found,) = ask(workers, Problem("x", ("x random",) if "E}" in line else (), (), (line,)))
    assert found.ms < 1000 * (SECONDS + 1) and found.verdict in ("unreadable", "undecided", "refuted", "conditional")
    for where in ((line,), ()):
        (found,) = ask(workers, Problem("x", (f"let y = {line.rpartition('=')[0]}",), where, ("y = y",)))
        assert found.ms < 1000 * (SECONDS + 1)


@pytest.mark.parametrize("line", REFUSED, ids=lambda x: ascii(x)[:24])
def test_what_no_formula_holds_is_unreadable(workers: Workers, line: str) -> None:
    (found,) = ask(workers, Problem("x", (), (), (line,)))
    assert found.verdict == "unreadable" and found.ms < 1000 * FAST


BOMBS = [
    (r"\newcommand{\a}{\a}", r"\a = 1"), (r"\newcommand{\a}{\a\a}", r"\a = 1"), (r"\newcommand{\a}[1]{\a{#1#1}}", r"\a{x} = 1"),
]


@pytest.mark.parametrize(("macro", "line"), BOMBS)
def test_macros_that_grow_are_stopped(workers: Workers, macro: str, line: str) -> None:
    doubling = tuple(rf"\newcommand{{\{chr(98 + k)}}}{{\{chr(97 + k)}\{chr(97 + k)}}}" for k in range(24))
    for macros, text in (((macro,), line), ((r"\newcommand{\a}{x}", *doubling), r"\y = 1")):
        (found,) = ask(workers, Problem("x", (), (), (text,), macros=macros))
        assert found.verdict == "unreadable" and found.ms < 1000 * FAST


@pytest.mark.parametrize("kind", ["tex", "md"])
@pytest.mark.parametrize("text", [
    "$" * 20_001, r"\[" * 9000, r"\begin{align}" * 3000, "{" * 60_000, "`" * 50_001, "%! let: " * 5000, "<!--" * 20_000,
    r"\newcommand{\a}{" * 3000, r"\verb|" * 9000, "$$ x = x $$\n" * 3000, r"$$ x \\" + r"= x \\" * 9000 + "$$"], ids=lambda x: x[:12])
def test_hostile_documents_are_read_in_time(text: str, kind: str) -> None:
    began = time.process_time()
    read_document(text, kind)
    assert time.process_time() - began < 4


def test_one_student_changes_nothing_for_the_next(workers: Workers) -> None:
    """The order of problems does not change a verdict."""
    problems = [
        Problem("a", ("x positive",), (), (r"\sqrt{x^2} = x",)), Problem("b", (), (), (r"\sqrt{x^2} = x",)),
        Problem("c", ("f function",), (), ("f(x) = f(x)",)), Problem("d", (), (), ("f(x) = f(x)",)),
        Problem("e", ("let y = 2",), (), ("y = 2",)), Problem("f", (), (), ("y z = 2 z",)),
        Problem("g", (r"A, B \in \mathbb{R}^{n \times n}",), (), ("AB = BA",)), Problem("h", (), (), ("ab = ba",)),
    ]
    forward = {r.id: (r.verdict, r.notes) for r in ask(workers, *problems)}
    backward = {r.id: (r.verdict, r.notes) for r in ask(workers, *reversed(problems))}
    assert forward == backward
    assert [forward[k][0] for k in "abceh"] == ["proved", "refuted", "proved", "proved", "proved"]
    assert forward["f"][0] != "proved" and forward["g"][0] == "refuted"


def test_contradictory_premises_prove_nothing(workers: Workers) -> None:
    (found,) = ask(workers, Problem("x", ("x real, x > 1",), ("x < 0",), ("1 = 2",)))
    assert found.verdict == "unreadable" and "contradict" in found.lines[0].message


def test_restating_the_goal_is_not_a_proof_of_it(workers: Workers) -> None:
    (found,) = ask(workers, Problem("x", ("x real",), (), (r"x^2 = x", "x^2 = x")))
    assert [v.verdict for v in found.lines] == ["refuted", "refuted"]
