"""No verdict is wrong where computer algebra goes wrong."""

from __future__ import annotations

import pytest
from case import EQUAL, NOT_EQUAL, Case
from cases import CASES, SAME_AS, SUITE, UNSTATED
from instances import checkable, model
from reached import QUESTIONS, Question, lost, pinned, verdicts, wrong

from derivations.refute import Undefined, evaluate, refute
from derivations.refute.evaluate import outcomes


@pytest.fixture(scope="module")
def found() -> dict[Question, str]:
    return verdicts()


def test_no_verdict_contradicts_the_truth(found: dict[Question, str]) -> None:
    assert wrong(found) == []


def test_what_was_decided_is_still_decided(found: dict[Question, str]) -> None:
    assert lost(found) == [], "see tests/hard/reached.py for writing the table anew"


def test_the_table_has_every_case() -> None:
    assert list(pinned()) == list(QUESTIONS)
    assert wrong(pinned()) == []


@pytest.mark.parametrize("answer", ["proved", "refuted", "undecided", "conditional"])
def test_a_checker_that_always_says_the_same_fails(answer: str) -> None:
    same = dict.fromkeys(QUESTIONS, answer)
    assert wrong(same) or lost(same)
    assert answer == "undecided" or wrong(same)


def test_much_is_decided_both_ways() -> None:
    table = list(pinned().values())
    assert table.count("proved") >= 100 and table.count("refuted") >= 150 and table.count("conditional") >= 20


def test_the_collection_is_complete() -> None:
    stated = {c.id for c in SUITE if "-" not in c.id}
    assert stated.isdisjoint(UNSTATED) and not {*stated, *UNSTATED} & set(SAME_AS)
    assert set(SAME_AS.values()) <= stated
    assert len(stated) + len(UNSTATED) + len(SAME_AS) == 97
    assert len({c.id for c in CASES}) == len(CASES) and len(CASES) - len(SUITE) >= 200


def fails(case: Case) -> bool:
    """Whether the claim is false or undefined at the instance of the case, for some outcome."""
    m, claim = model(case), case.claim.t
    try:
        if not claim.random:
            return not evaluate(claim, m)
        from derivations.refute.evaluate import Evaluator
        return not all(truth for _, truth in outcomes(lambda o: Evaluator(m).truth(claim, (), o)))
    except Undefined:
        return True


@pytest.mark.parametrize("case", [c for c in CASES if c.at is not None], ids=lambda c: c.id)
def test_the_claim_fails_at_its_instance(case: Case) -> None:
    m = model(case)
    for h in case.given:
        if checkable(h.t) and not h.t.random:
            assert evaluate(h.t, m) is True, h.t
    assert case.truth != EQUAL and fails(case)
    assert not case.side or not all(checkable(s.t) and evaluate(s.t, m) for s in case.side)


@pytest.mark.parametrize("case", [c for c in CASES if c.truth == NOT_EQUAL and c.at is None], ids=lambda c: c.id)
def test_a_false_claim_without_an_instance_says_why(case: Case) -> None:
    assert case.note


@pytest.mark.slow
@pytest.mark.parametrize("case", [c for c in CASES if c.truth != NOT_EQUAL], ids=lambda c: c.id)
def test_a_true_claim_has_no_counterexample(case: Case) -> None:
    given = [h.t for h in (*case.given, *case.side)]
    assert refute(given, case.claim.t, count=150, milliseconds=5000, seed=7) is None
