"""Large problems end in time, and what once broke the reader does not."""

from __future__ import annotations

import pytest

from derivations.grade import grade
from derivations.grading import Problem


def test_long_givens_end_in_time() -> None:
    given = tuple("+".join((c, "x", "y")[k % 3] for k in range(2900)) + " = 0" for c in "abcdf")
    found = grade(Problem("x", ("x real",), given, ("x + 1 = 1 + x",)), seconds=10)
    assert found.lines[0].verdict == "proved" and found.ms < 10_000


BROKEN = [
    (("z_i, i d 1..=, random",), ("x = x",)),                               # dots without an equation before them
    ((r"r random, r \sim \operatorname{Bernoulli}\hat (p)",), ("x = x",)),  # a law without a bracket
    ((r"let H(\mathbf{y}\mathbf{z}) = -\ln(z_y)",), ("x = x",)),            # an argument that is no name
    (("let f(x, x) = x",), ("f(1, 2) = 2",)),
    ((), (r"\Gamma(a, x) = 1",)),
]


@pytest.mark.parametrize(("let", "lines"), BROKEN, ids=range(len(BROKEN)))
def test_what_broke_the_reader_is_unreadable(let: tuple[str, ...], lines: tuple[str, ...]) -> None:
    assert grade(Problem("x", let, (), lines)).verdict == "unreadable"


def test_the_words_of_a_case_are_no_names() -> None:
    """The i of "if" does not draw the cases into the sum."""
    line = r"\sum_{i=1}^{3} i + \begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases} = 6 + \mathbf{1}[x > 0]"
    assert grade(Problem("x", ("x real",), (), (line,))).verdict in ("proved", "undecided")


def test_double_integrals_are_read() -> None:
    line = r"\int_0^1 \int_0^1 x y \, dx \, dy = \frac{1}{3}"
    assert grade(Problem("x", (), (), (line,))).verdict == "refuted"


def test_no_tactic_begins_after_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left to try on every level of a search would add up."""
    from derivations.kernel.term import eq, num, var
    from derivations.tactics import prove

    begun: list[str] = []
    search = prove.Prover(seconds=60)

    def slow(*_: object) -> None:
        search.deadline = -1.0

    monkeypatch.setattr(prove, "TACTICS", (slow, lambda *_: begun.append("another")))
    with pytest.raises(prove.Unproved):
        search(frozenset(), eq(var("x"), num(0)))
    assert not begun
