"""The answers that exercises own are judged as they are known to be.

Every shipped exercise is looked through, so that an answer is tested by being written down.
"""

from __future__ import annotations

from functools import cache

import pytest

from derivations.commands.check import load_grade
from derivations.grading import Problem, Report
from derivations.registry import load_folder
from derivations.statement import Answer, Exercise, Part, StatementError, equal, translate
from derivations.workers import Workers

SECONDS = 10    # for an answer, as the commands have it
# right lines that are not proved, wrong ones that are not refuted, wrong ones without the repair that is asked for: at most
# so many; a little more than was measured, since a slow machine finds less in the time
OPEN, LATE, UNREPAIRED = 30, 2, 8
ACCEPTED = ("proved", "conditional")
RELATIONS = ("=", "&=", r"\le", r"\ge", "<", ">")

ANSWERS: dict[str, tuple[str, Answer]] = {
    f"{id}/{part.id} {n}": (f"{id}/{part.id}", answer)
    for id, exercise in load_folder("derivations.exercises").items()
    for part in exercise.parts for n, answer in enumerate(part.answers, 1)}


class Judging:
    """The reports on all answers, made by two processes as the tests ask for them."""

    def __init__(self) -> None:
        self._coming = Workers(load_grade, 2, SECONDS).run([
            Problem(key, tuple(a.let), tuple(a.given), tuple(a.lines), place) for key, (place, a) in ANSWERS.items()])
        self._reports: dict[str, Report] = {}

    def report(self, key: str) -> Report:
        while key not in self._reports:
            found = next(self._coming)
            self._reports[found.id] = found
        return self._reports[key]


judging = cache(Judging)


def known(answer: Answer) -> list[bool | None]:
    """Whether each line is right; None for one that goes on from a wrong one."""
    out: list[bool | None] = []
    for n, text in enumerate(answer.lines, 1):
        goes_on = text.startswith(RELATIONS) and bool(out) and out[-1] is not True
        out.append(False if n in answer.wrong else None if goes_on else True)
    return out


@pytest.mark.slow
@pytest.mark.parametrize("key", ANSWERS)
def test_a_right_line_is_never_called_wrong_and_a_wrong_one_never_accepted(key: str) -> None:
    _, answer = ANSWERS[key]
    report = judging().report(key)
    assert len(report.lines) == len(answer.lines), report
    for line, right in zip(report.lines, known(answer), strict=True):
        text = answer.lines[line.line - 1]
        if right:
            assert line.verdict in (*ACCEPTED, "undecided"), (line, text)
        elif right is False:
            assert line.verdict not in (*ACCEPTED, "unreadable") or line.follows_from_your_line, (line, text)
            assert line.witness or line.message, (line, text)


@pytest.mark.slow
def test_no_more_is_left_open_than_before() -> None:
    left, late, unrepaired = [], [], []
    for key, (_, answer) in ANSWERS.items():
        for line, right in zip(judging().report(key).lines, known(answer), strict=True):
            if right and line.verdict not in ACCEPTED:
                left.append((key, line.line))
            elif right is False and line.verdict != "refuted":
                late.append((key, line.line))
            elif right is False and answer.wrong[line.line] not in (line.hint or ""):
                unrepaired.append((key, line.line, line.hint))
    assert len(left) <= OPEN and len(late) <= LATE and len(unrepaired) <= UNREPAIRED, (left, late, unrepaired)


@pytest.mark.parametrize("source", ["000", "001", "004"])
def test_every_source_has_published_lines_and_wrong_ones_are_marked(source: str) -> None:
    published = [a for _, a in ANSWERS.values() if source in a.published]
    assert len(published) >= 7
    assert any(a.wrong for a in published) == (source == "004")     # the slips of 000 are true as they stand


@pytest.mark.parametrize(("answer", "message"), [
    (Answer([]), "asked for the lines of an answer"),
    (Answer("x = 1"), "asked for lines as a list of texts"),
    (Answer(["x = 1"], published="000"), "asked for published as a list of texts"),
    (Answer(["x = 1"], wrong={2: ""}), "asked for the numbers of wrong lines"),
    (Answer(["x = 1"], wrong={0: ""}), "asked for the numbers of wrong lines"),
])
def test_an_answer_that_cannot_be_meant_is_refused(answer: Answer, message: str) -> None:
    part = Part("a", "", claim=equal(1, 1), answers=[answer])
    with pytest.raises(StatementError, match=message):
        translate(Exercise("e", "", "", [], [part]), part)
