"""Update rules and what they store.

An update rule says for each sequence which old values its new value is made from.
"""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Function, Integer, Sum, Symbol

from derivations.statement.errors import StatementError


def _reads(rule: Mapping[Function, Expr], t: Symbol) -> set[Function]:
    """The sequences whose value at t is read by some rule (values at t + 1 are made in the step)."""
    found = set()
    for right in rule.values():
        for call in right.atoms(Function):
            f, args = call.func, call.args
            if f in rule and len(args) == 1 and args[0] == t:
                found.add(f)
    return found


def stored_state(rule: Mapping[Function, Expr], t: Symbol, parameter: Function) -> Expr:
    """How many sequences beside the parameter must be kept: one for each that the next step reads.

    ``rule`` maps a sequence f to the expression for ``f(t + 1)``, which may use values at t and,
    of rules that stand before it, at ``t + 1``.  The result is a sum with a one for each sequence.
    Errors: StatementError if a rule reads a value that no earlier rule has made.
    """
    made: set[Function] = set()
    for f, right in rule.items():
        for call in right.atoms(Function):
            if call.func in rule and call.args == (t + 1,) and call.func not in made:
                raise StatementError("update rule", f"asked for {call} when {f} is updated",
                                     "no earlier rule that makes it", "put the rules in the order they run")
        made.add(f)
    k = Symbol("k", integer=True)
    kept = len(_reads(rule, t) - {parameter})
    return Sum(Integer(1), (k, 1, kept))
