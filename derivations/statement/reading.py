"""The table of reading rules.

Which function reads which SymPy class; ``to_terms`` and ``binders`` fill it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Basic

from derivations.kernel.term import Term, op
from derivations.statement.context import Context

Translator = Callable[[Any, Context], Term]
TABLE: dict[type, Translator] = {}


def read(e: Basic, c: Context) -> Term:
    """The term of a SymPy object, by the rule of its nearest class.  Errors: StatementError."""
    for cls in type(e).__mro__:
        rule = TABLE.get(cls)
        if rule is not None:
            return rule(e, c)
    raise c.error("asked for an expression of the supported language", f"{type(e).__name__}: {e}",
                  "write it with the functions listed in docs/stating_exercises.md")


def rule(*types: type) -> Callable[[Translator], Translator]:
    """Decorator: this function reads objects of these classes."""
    def register(f: Translator) -> Translator:
        for t in types:
            TABLE[t] = f
        return f
    return register


def simple(head: str) -> Translator:
    """The rule that reads the arguments and puts the head over them."""
    return lambda e, c: op(head, *(read(a, c) for a in e.args))
