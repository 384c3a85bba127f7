"""Exercises stated in SymPy.

Importing this package imports SymPy; ``import derivations`` does not import this package.
"""

from __future__ import annotations

from derivations.statement.claims import (
    Claim,
    all_of,
    any_of,
    at_most,
    differs,
    equal,
    every,
    grows_at_most,
    iff,
    implies,
    integer,
    least,
    less,
    negation,
    some,
)
from derivations.statement.context import Context
from derivations.statement.errors import StatementError
from derivations.statement.exercise import Answer, Exercise, Part, Statement, translate
from derivations.statement.from_terms import from_term
from derivations.statement.givens import (
    Bernoulli,
    Beta,
    Exponential,
    Given,
    Law,
    Normal,
    Poisson,
    Uniform,
    define,
    given,
    iid,
    independent,
    independent_family,
    integers,
    let,
    nonnegative,
    nonzero,
    positive,
    random,
    recurrence,
)
from derivations.statement.heads import Count, Cov, Diff, E, Ind, MaxOver, P, ReLU, Var
from derivations.statement.to_terms import to_term

__all__ = [
    "Answer", "Bernoulli", "Beta", "Claim", "Context", "Count", "Cov", "Diff", "E", "Exercise", "Exponential", "Given",
    "Ind", "Law", "MaxOver", "Normal", "P", "Part", "Poisson", "ReLU", "Statement", "StatementError", "Uniform",
    "Var", "all_of", "any_of", "at_most", "define", "differs", "equal", "every", "from_term", "given",
    "grows_at_most", "iff", "iid", "implies", "independent", "independent_family", "integer", "integers", "least",
    "less", "let", "negation", "nonnegative", "nonzero", "positive", "random", "recurrence", "some", "to_term",
    "translate",
]
