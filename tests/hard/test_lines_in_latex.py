"""Hard claims written in LaTeX: nothing wrong is accepted, nothing right refuted."""

from __future__ import annotations

import pytest
from lines_in_latex import EQUAL, LINES, NOT, SIDE, Written

from derivations.grade import grade
from derivations.grading import LineVerdict, Problem

SECONDS = 4.0
# how many are decided, a little less than was measured
REFUTED, PROVED, CONDITIONAL = 42, 8, 8


def judged(w: Written, side: bool = False) -> LineVerdict:
    let, given = w.with_side() if side else (w.let, ())
    return grade(Problem(w.id, let, given, (w.line,)), seconds=SECONDS).lines[0]


@pytest.fixture(scope="module")
def found() -> dict[str, LineVerdict]:
    return {w.id: judged(w) for w in LINES}


@pytest.mark.parametrize("w", LINES, ids=lambda w: w.id)
def test_no_verdict_contradicts_the_truth(w: Written, found: dict[str, LineVerdict]) -> None:
    verdict = found[w.id].verdict
    match w.truth:
        case "not-equal":
            assert verdict not in ("proved", "conditional")
        case "equal":
            assert verdict != "refuted"
        case "side":
            assert verdict not in ("proved", "refuted")
    assert verdict != "conditional" or found[w.id].provided


@pytest.mark.parametrize("w", [w for w in LINES if w.side], ids=lambda w: w.id)
def test_with_its_condition_a_claim_is_not_refuted(w: Written) -> None:
    verdict = judged(w, side=True)
    assert verdict.verdict != "refuted" and "declaration" not in verdict.message


def test_much_is_decided(found: dict[str, LineVerdict]) -> None:
    verdicts = [(w.truth, found[w.id].verdict) for w in LINES]
    assert verdicts.count((NOT, "refuted")) >= REFUTED
    assert verdicts.count((EQUAL, "proved")) >= PROVED and verdicts.count((SIDE, "conditional")) >= CONDITIONAL
