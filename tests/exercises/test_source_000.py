"""Softmax and cross-entropy: every part of the exercises is proved, with steps one can follow."""

import pytest

from derivations.registry import load_folder
from derivations.solve import solve

pytestmark = pytest.mark.slow

SHIPPED = load_folder("derivations.exercises")


@pytest.mark.parametrize("name", ["softmax-shift", "softmax-gradient", "softmax-infimum", "label-smoothing"])
def test_all_parts_are_proved_and_rechecked(name):
    solution = solve(SHIPPED[name])
    assert [(p.id, p.verdict, p.rechecked, p.message) for p in solution.parts] == \
        [(p.id, "proved", True, "") for p in SHIPPED[name].parts]
    reasons = [s.reason for p in solution.parts for b in p.blocks for s in b.steps]
    assert all(reasons) and len(reasons) >= len(solution.parts)
