"""TTIC 31230, problem set 4, 2018.

Initialisation, gates, attention, optimisers and the units of features, prefix-free codes.
"""

from derivations.problem_set import ProblemSet

TTIC31230_2018 = ProblemSet(
    id="ttic31230-2018",
    title="Problem set 4: variance, attention, optimisers, codes",
    course="TTIC 31230 Deep Learning, 2018",
    source="004",
    exercises={
        "1": ["linear-unit-variance", "rectified-unit-variance", "rectifier-variance"],
        "2": ["highway-gates"],
        "3": ["sequence-cost"],
        "4": ["equal-norms"],
        "5": ["sgd-weight-update", "feature-units", "unit-free-update", "rmsprop-units"],
        "6": ["kraft-inequality", "prefix-free-codes"],
    },
)
