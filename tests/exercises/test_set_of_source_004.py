"""Every part of the set of source 004 is proved and rechecked, or in words."""

import pytest

from derivations.exercises.coding.prefix_free import KRAFT, PREFIX_FREE
from derivations.exercises.initialisation.unit_variance import LINEAR_UNIT, RECTIFIED_UNIT, RECTIFIER
from derivations.exercises.networks.gates import GATES
from derivations.exercises.networks.sequence_cost import SEQUENCE_COST
from derivations.exercises.optimisers.equal_norms import EQUAL_NORMS
from derivations.exercises.optimisers.feature_units import FEATURE_UNITS, RMSPROP_UNITS, UNIT_FREE, WEIGHT_UPDATE
from derivations.problem_sets.ttic31230_2018 import TTIC31230_2018
from derivations.solve import solve

pytestmark = pytest.mark.slow

EXERCISES = [LINEAR_UNIT, RECTIFIED_UNIT, RECTIFIER, GATES, SEQUENCE_COST, EQUAL_NORMS, WEIGHT_UPDATE, FEATURE_UNITS,
             UNIT_FREE, RMSPROP_UNITS, KRAFT, PREFIX_FREE]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.id)
def test_every_part_is_proved_or_in_words(exercise):
    for part in solve(exercise).parts:
        assert (part.verdict, part.rechecked) in (("proved", True), ("words", False)), (part.id, part.message)
        assert part.verdict == "proved" or part.words


def test_the_set_holds_these_exercises():
    assert [id for _, id in TTIC31230_2018.numbered()] == [e.id for e in EXERCISES]
