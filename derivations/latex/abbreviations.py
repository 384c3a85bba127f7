"""Names for what was defined.

On a sheet a derivative of a long formula is written as that of the name which the givens define by it.
"""

from __future__ import annotations

from collections.abc import Iterable

from derivations.kernel.term import BINDERS, Instance, Term, at, close_over, instantiate, open_with, shift, var


class Abbreviations:
    """The names that equations among some formulas define, with what they stand for; all that are families."""

    def __init__(self, formulas: Iterable[Term] = ()) -> None:
        formulas = tuple(formulas)
        self.bodies: Instance = {}
        self.families = frozenset(name for f in formulas for _, name, arity in f.symbols if arity)
        for f in formulas:
            found = _definition(f)
            if found is not None and found[0] not in self.bodies:
                self.bodies[found[0]] = found[1]

    def name(self, formula: Term, key: tuple[str, str, int]) -> Term | None:
        """The defined name whose value, as a function of the symbol ``key``, is the formula; None if there is none."""
        bodies = {k: b for k, b in self.bodies.items() if k != key}
        moving = {key}
        while more := {k for k, b in bodies.items() if k not in moving and b.symbols & moving}:
            moving |= more
        for k in sorted(moving - {key}):
            indices = [var(f"%{n}") for n in range(k[2])]
            whole = open_with(bodies[k], indices)
            while present := {o: bodies[o] for o in moving & set(bodies) if o in whole.symbols}:
                whole = instantiate(whole, present)
            values: dict[Term, Term] = {}
            if _fits(whole, formula, indices, values, 0) and len(values) == len(indices):
                return at(k[1], *(values[x] for x in indices)) if indices else var(k[1])
        return None


def _definition(f: Term) -> tuple[tuple[str, str, int], Term] | None:
    """``name(i) = body`` for all i of a range, as the name and the body with holes for its indices."""
    variables: list[Term] = []
    while f.head in ("forall", "imp"):
        if f.head == "imp":
            f = f.args[1]
            continue
        variables.append(var(f"%{len(variables)}"))
        f = open_with(f.args[0], [variables[-1]])
    if f.head != "eq" or f.args[0].head not in ("v", "f"):
        return None
    left, right = f.args
    key = (left.head, str(left.data), len(left.args))
    if key in right.symbols or set(left.args) != set(variables) or len(left.args) != len(variables):
        return None
    return key, close_over(right, list(left.args))


def _fits(pattern: Term, t: Term, indices: list[Term], values: dict[Term, Term], level: int) -> bool:
    """Whether the pattern with values for its indices is the term, ``level`` binders down."""
    if pattern in indices:
        value = shift(t, -level) if level and t.bound else t
        return not _loose(t, level) and values.setdefault(pattern, value) is value
    if (pattern.head, pattern.data, len(pattern.args)) != (t.head, t.data, len(t.args)):
        return False
    under = BINDERS.get(t.head, ())
    return all(_fits(a, b, indices, values, level + (n in under))
               for n, (a, b) in enumerate(zip(pattern.args, t.args, strict=True)))


def _loose(t: Term, level: int) -> bool:
    """Whether an index of the innermost ``level`` binders occurs in the term."""
    if t.head == "b":
        return isinstance(t.data, int) and t.data < level
    return any(_loose(a, level) for a in t.args) if t.bound else False


__all__ = ["Abbreviations"]
