"""Floors by Euclidean division.

``floor(x) = n`` because n is an integer with ``n <= x < n + 1``.
"""

from __future__ import annotations

from derivations.kernel.normal import normalizer, relevant, to_term
from derivations.kernel.polynomial import ONE, Ratio, scale
from derivations.kernel.term import Term, TermError, subterms
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.equation import supporting


def prove_floor(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """An equation that is linear in a floor; None for other goals."""
    if goal.head != "eq":
        return None
    facts = supporting(ctx, goal.args, prove)
    n = normalizer(relevant(f.goal for f in facts))
    try:
        d = n.minus(n.form(goal.args[0]), n.form(goal.args[1]))
    except TermError:
        return None
    for f in dict.fromkeys(t for m in d.num for t, _ in m if t.head == "floor"):
        with_f = {m: c for m, c in d.num.items() if any(t is f for t, _ in m)}
        slope = {tuple(x for x in m if x[0] is not f): c for m, c in with_f.items()}
        if any((f, 1) not in m for m in with_f) or any(f in subterms(t) for m in (*slope, *d.num) for t, _ in m
                                                       if t is not f):
            continue
        rest = {m: c for m, c in d.num.items() if m not in with_f}
        value = to_term(n.times(Ratio(scale(rest, -1), ONE), n.inverse(Ratio(slope, ONE))))
        try:
            prem = [prove(ctx, h) for h in S.axiom_needs("floor_unique", n=value, x=f.args[0])]
            e = S.axiom(ctx, "floor_unique", prem, n=value, x=f.args[0])
            return derive("arith", ctx, goal, [e, *facts], entries=[("eq", to_term(Ratio(slope, d.den)), None, [0])])
        except Refused:
            continue
    return None


__all__ = ["prove_floor"]
