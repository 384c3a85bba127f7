"""Values at which a statement of existence is known.

Read off the assumptions by making the two statements the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivations.kernel.term import Term, close_over, fresh, open_with
from derivations.kernel.theorem import Context
from derivations.tactics import context as C

MOST = 8


def witnesses(ctx: Context, goal: Term) -> Iterator[Term]:
    """Values for the variable of a statement of existence at which an assumption says it, or a part of it."""
    w = fresh("w", goal, *ctx)
    body = open_with(goal.args[0], [w])
    parts = [p for p in (body.args if body.head == "and" else (body,)) if w.symbols & p.symbols and p.head != "isint"]
    found: dict[Term, None] = {}
    known = [(f.goal, ()) for f in C.plain_facts(ctx)] + [(c, u.variables) for u in C.universals(ctx) for c in (
        u.conclusion, *(u.conclusion.args if u.conclusion.head == "and" else ()))]
    for p in parts:
        for c, variables in known:
            values: dict[Term, Term] = {}
            if _unify(p, c, w, variables, values) and w in values:
                value = _filled(values[w], variables, values)
                if value is not None and not value.random and not value.symbols & w.symbols:
                    found[value] = None
    yield from list(found)[:MOST]


def _unify(p: Term, c: Term, w: Term, variables: tuple[Term, ...], values: dict[Term, Term]) -> bool:
    """Makes the pattern, open at w, and a known conclusion, open at its variables, the same tree."""
    for x, other in ((w, c), (c, p)):
        if (x is w and p is w) or (x in variables and x is c):
            if x in values:
                return values[x] is other
            values[x] = other
            return not other.bound
    if (p.head, p.data, len(p.args)) != (c.head, c.data, len(c.args)):
        return False
    return all(_unify(a, b, w, variables, values) for a, b in zip(p.args, c.args, strict=True))


def _filled(t: Term, variables: tuple[Term, ...], values: dict[Term, Term]) -> Term | None:
    """The value with the variables of the known statement replaced."""
    mine = [x for x in variables if x.symbols & t.symbols]
    if any(x not in values for x in mine):
        return None
    return open_with(close_over(t, mine), [values[x] for x in mine])


__all__ = ["witnesses"]
