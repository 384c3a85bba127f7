"""Sequences that become constant.

A universal statement about free sequences that stay the same from some index on is decided by a
window: beyond it every instance says the same as the last one.
"""

from __future__ import annotations

from collections.abc import Container
from fractions import Fraction

from derivations.kernel.term import BINDERS, Term, bvar
from derivations.refute.facts import Symbol, clauses, pattern_of, symbol_of
from derivations.refute.quantify import WINDOW

LEVEL = 5           # sequences are constant from here on, in the attempts that make them so


def decided_by_window(hyp: Term, constant: Container[Symbol]) -> bool:
    """Whether ``hyp`` holds everywhere once it holds on the window, where the sequences in
    ``constant`` are so from LEVEL on."""
    found = clauses(hyp)
    if hyp.head != "forall" or len(found) != 1 or found[0].count != 1:
        return False
    clause = found[0]
    low: Fraction | None = None
    whole = False
    shifts: list[Fraction] = [Fraction(0)]
    for p in clause.premises:
        start = p.args[0].data if p.head in ("le", "lt") and p.args[1] is bvar(0) else None
        if isinstance(start, Fraction):
            low = start if low is None else max(low, start)
        elif p.head == "isint" and p.args[0] is bvar(0):
            whole = True
        elif not _shifted(p, constant, shifts):
            return False
    return (whole and low is not None and _shifted(clause.conclusion, constant, shifts)
            and low + WINDOW + min(shifts) >= LEVEL)


def _shifted(t: Term, constant: Container[Symbol], shifts: list[Fraction]) -> bool:
    """Whether the variable stands only in indices ``variable + number`` of these sequences."""
    if not t.bound:
        return True
    if symbol_of(t) in constant:
        pattern = pattern_of(t, 1)
        if pattern is None or isinstance(pattern[0], Term) or pattern[0][1].denominator != 1:
            return False
        shifts.append(pattern[0][1])
        return True
    return t.head != "b" and t.head not in BINDERS and all(_shifted(a, constant, shifts) for a in t.args)
