"""EPFL CS-433, problem set 8, 2022.

ReLU initialisation, softmax with cross-entropy, costs of a network.
"""

from derivations.problem_set import ProblemSet

CS433_2022 = ProblemSet(
    id="cs433-2022",
    title="Problem set 8: initialisation, softmax cross-entropy, costs",
    course="EPFL CS-433 Machine Learning, 2022",
    source="000",
    exercises={
        "2": ["relu-variance"],
        "3": ["softmax-shift", "softmax-gradient", "softmax-infimum", "label-smoothing"],
        "4": ["layer-costs"],
    },
    remarks={
        "2a": (
            "Some texts write $w_i \\sim \\mathcal{N}(0, \\sigma)$ for the same law and mean the standard deviation "
            "by the second parameter. The law of total expectation gives $\\mathbb{E}[x_i^2]$ as a sum of two "
            "conditional expectations, and the factor $d\\sigma^2$ multiplies both of them, so the sum needs "
            "parentheses. A line without them is still true: its second summand, the part with $z_i < 0$, is 0."
        ),
    },
)
