"""Every part of every exercise is proved and checked twice, with steps one can follow; or it is in words."""

import pytest

from derivations.registry import load_folder
from derivations.solve import solve

SHIPPED = load_folder("derivations.exercises")
QUICK = {"layer-costs", "relu-variance", "sgdm-constant-gradient", "adam-constant-gradient", "convolution-size", "receptive-field"}


@pytest.mark.parametrize("name", [pytest.param(n, marks=[] if n in QUICK else pytest.mark.slow) for n in SHIPPED])
def test_all_parts_are_proved_and_rechecked(name):
    solution = solve(SHIPPED[name])
    checked = [p for p in solution.parts if p.verdict != "words"]
    assert [(p.id, p.verdict, p.rechecked, p.message) for p in checked] == [(p.id, "proved", True, "") for p in checked]
    reasons = [s.reason for p in checked for b in p.blocks for s in b.steps]
    assert all(reasons) and len(reasons) >= len(checked)


def test_the_quick_ones_exist():
    assert set(SHIPPED) >= QUICK
