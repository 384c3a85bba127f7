"""Bounds on sizes, as bounds on what is measured.

``|t| < c`` says ``t < c`` and ``-t < c``; an order that was not found is looked for once more with them.
"""

from __future__ import annotations

from derivations.kernel.term import Term, add, num, op
from derivations.kernel.theorem import Context, Theorem, derive
from derivations.tactics import context as C
from derivations.tactics import steps as S

MOST = 3            # sizes in one bound


def prove_sized(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """An order between numbers, by assumptions that bound a size from above."""
    if goal.head not in ("le", "lt", "ne", "false"):
        return None
    bounds = [f for f in C.plain_facts(ctx) if f.goal.head in ("le", "lt") and 0 < len(_sizes(f.goal)) <= MOST
              and (goal.head == "false" or f.goal.symbols & goal.symbols)]
    new = [t for f in bounds for t in _apart(ctx, f, prove) if t.goal not in ctx]
    return S.without(ctx, prove(ctx | {t.goal for t in new}, goal), new) if new else None


def _sizes(bound: Term) -> list[Term]:
    """The sizes among the terms on the left."""
    left = bound.args[0]
    return [s for s in (left.args if left.head == "add" else (left,)) if s.head == "abs"]


def _apart(ctx: Context, bound: Theorem, prove: C.Prove) -> list[Theorem]:
    """The bound for t and for -t in the place of each ``|t|``."""
    found = [bound]
    for s in _sizes(bound.goal):
        below = [prove(ctx, op("le", side, s)) for side in (s.args[0], op("neg", s.args[0]))]
        found = [_lower(ctx, f, s, b) for f in found for b in below]
    return found


def _lower(ctx: Context, bound: Theorem, s: Term, below: Theorem) -> Theorem:
    left, right = bound.goal.args
    terms = left.args if left.head == "add" else (left,)
    less = [below.goal.args[0] if t is s else t for t in terms]
    goal = op(bound.goal.head, less[0] if len(less) == 1 else add(*less), right)
    one = num(1)
    return derive("arith", ctx, goal, [bound, below], entries=[("pos", one, None, [0]), ("pos", one, None, [1])])


__all__ = ["prove_sized"]
