"""EPFL CS-433, problem set 8, 2024.

Costs of a network, ReLU initialisation, optimisers, receptive fields.
"""

from derivations.problem_set import ProblemSet

CS433_2024 = ProblemSet(
    id="cs433-2024",
    title="Problem set 8: costs, initialisation, optimisers, receptive fields",
    course="EPFL CS-433 Machine Learning, 2024",
    source="001",
    exercises={
        "1": ["layer-costs"],
        "2": ["relu-variance"],
        "3": ["optimiser-memory", "sgdm-constant-gradient", "adam-constant-gradient"],
        "4": ["convolution-size", "receptive-field"],
    },
)
