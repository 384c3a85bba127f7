"""Exercises solved step by step, every step proved.

Importing this is quick: the public names are loaded on first use.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derivations.api import Result, assert_proved, prove, refute
    from derivations.problem_set import ProblemSet
    from derivations.registry import load_folder
    from derivations.solution import Block, PartSolution, Solution, Step
    from derivations.solve import solve
    from derivations.statement import (
        Answer,
        Bernoulli,
        Beta,
        Count,
        Cov,
        Diff,
        E,
        Exercise,
        Exponential,
        Ind,
        MaxOver,
        Normal,
        P,
        Part,
        Poisson,
        ReLU,
        StatementError,
        Uniform,
        Var,
        all_of,
        any_of,
        at_most,
        define,
        differs,
        equal,
        every,
        given,
        grows_at_most,
        iff,
        iid,
        implies,
        independent,
        independent_family,
        integer,
        integers,
        least,
        less,
        let,
        negation,
        nonnegative,
        nonzero,
        positive,
        random,
        recurrence,
        some,
    )

__version__ = "0.1.0"

__all__ = [
    "Answer", "Bernoulli", "Beta", "Block", "Count", "Cov", "Diff", "E", "Exercise", "Exponential", "Ind", "MaxOver",
    "Normal", "P", "Part", "PartSolution", "Poisson", "ProblemSet", "ReLU", "Result", "Solution",
    "StatementError", "Step", "Uniform", "Var", "__version__", "all_of", "any_of", "assert_proved",
    "at_most", "define", "differs", "equal", "every", "given", "grows_at_most", "iff", "iid", "implies",
    "independent", "independent_family", "integer", "integers", "least", "less", "let", "load_folder", "negation",
    "nonnegative", "nonzero", "positive", "prove", "random", "recurrence", "refute", "solve", "some",
]

# where the names come from that are not from derivations.statement
_ELSEWHERE = {
    "Block": "solution", "PartSolution": "solution", "ProblemSet": "problem_set", "Result": "api",
    "Solution": "solution", "Step": "solution", "assert_proved": "api", "load_folder": "registry",
    "prove": "api", "refute": "api", "solve": "solve",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'derivations' has no attribute {name!r}")
    module = import_module(f"derivations.{_ELSEWHERE.get(name, 'statement')}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


class _Face(ModuleType):
    """Keeps a submodule of the same name from hiding a public function."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and name in _ELSEWHERE):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face
