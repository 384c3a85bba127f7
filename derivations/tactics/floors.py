"""Floors by Euclidean division.

``floor(x) = n`` because n is an integer with ``n <= x < n + 1``.
"""

from __future__ import annotations

from derivations.kernel.normal import normalizer, relevant, to_term
from derivations.kernel.polynomial import ONE, Ratio, scale
from derivations.kernel.term import Term, TermError
from derivations.kernel.theorem import Context, Refused, Theorem
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.equation import supporting


def prove_floor(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """An equation that is linear in one floor; None for other goals."""
    if goal.head != "eq":
        return None
    facts = supporting(ctx, goal.args, prove)
    n = normalizer(relevant(f.goal for f in facts))
    try:
        d = n.minus(n.form(goal.args[0]), n.form(goal.args[1]))
    except TermError:
        return None
    for m, c in d.num.items():
        if len(m) != 1 or m[0][1] != 1 or m[0][0].head != "floor" or not d.is_poly():
            continue
        f = m[0][0]
        rest = {k: v for k, v in d.num.items() if k != m}
        if any(f is t for k in rest for t, _ in k):
            continue
        value = to_term(Ratio(scale(rest, -1 / c), ONE))
        try:
            prem = [prove(ctx, h) for h in S.axiom_needs("floor_unique", n=value, x=f.args[0])]
            e = S.axiom(ctx, "floor_unique", prem, n=value, x=f.args[0])
            from derivations.kernel.theorem import derive
            k = Ratio({(): c}, ONE)
            return derive("arith", ctx, goal, [e, *facts],
                          entries=[("eq", to_term(k), None, [0])])
        except Refused:
            continue
    return None


__all__ = ["prove_floor"]
