"""A planted slip is found and named."""

from __future__ import annotations

import sys
import time
from functools import cache
from pathlib import Path

import pytest

from derivations.kernel.term import Term
from derivations.kernel.theorem import Refused
from derivations.refute.testbed import Testbed
from derivations.repair import Repair, find_repair
from derivations.repair.slope import worked
from derivations.tactics.prove import Prover

sys.path.insert(0, str(Path(__file__).parent))
from slips import HOPELESS, ROWS

BUDGET = 1500
NAMED = 0.75            # of the slips must be named as planted
Case = tuple[list[Term], Term]


def proved(hyps: list[Term], goal: Term) -> bool:
    """Proved from the assumptions, derivatives written out."""
    try:
        Prover(0.8)(frozenset(map(worked, hyps)), worked(goal))
    except (Refused, RecursionError):
        return False
    return True


def repaired(hyps: list[Term], goal: Term) -> tuple[Repair | None, float]:
    """The repair, and how long the search took beside the last proof."""
    bed = Testbed(hyps, sorted(goal.symbols))

    def agrees(g: Term) -> bool:
        found = bed.agreement(worked(g), count=12, milliseconds=300)
        return found.agree >= 2 and bed.refute(worked(g), count=12, milliseconds=300) is None
    start = time.monotonic()
    found = find_repair(hyps, goal, agrees=agrees, proves=lambda g: proved(hyps, g), milliseconds=BUDGET)
    return found, time.monotonic() - start


@cache
def all_found() -> dict[str, Repair | None]:
    return {name: repaired(hyps, goal)[0] for name, hyps, goal, _ in ROWS}


def test_the_slips_are_named_as_planted() -> None:
    wrong = {name: (slip, all_found()[name]) for name, _, _, slip in ROWS
             if getattr(all_found()[name], "name", None) != slip}
    assert len(wrong) <= (1 - NAMED) * len(ROWS), wrong


@pytest.mark.parametrize("name", [r[0] for r in ROWS])
def test_every_slip_is_repaired(name: str) -> None:
    found = all_found()[name]
    assert found is not None
    hyps, goal = next((r[1], r[2]) for r in ROWS if r[0] == name)
    assert found.goal is not goal and found.old is not found.new
    assert found.goal.head != "eq" or found.goal.args[0] is not found.goal.args[1]
    if found.proved:
        assert proved(hyps, found.goal)


@pytest.mark.parametrize("name, hyps, goal", HOPELESS, ids=[r[0] for r in HOPELESS])
def test_nothing_is_said_about_a_hopeless_line(name: str, hyps: list[Term], goal: Term) -> None:
    found, seconds = repaired(hyps, goal)
    assert found is None
    assert seconds < 3 * BUDGET / 1000
