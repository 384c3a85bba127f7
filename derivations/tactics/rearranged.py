"""Why an inequality holds.

Writes the difference of its two sides as the sum that the proof found: products of things that are
known not to be negative.
"""

from __future__ import annotations

from derivations.kernel.normal import normalizer, to_term
from derivations.kernel.term import Term, TermError, add, eq, mul, num, op, sub, subterms
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.tactics import steps as S

LONGEST = 5         # so many summands are still a reason
WIDEST = 60         # and so many nodes


def difference(ctx: Context, t: Theorem) -> Theorem | None:
    """``right - left = c1 * p1 * q1 + ...`` for an inequality that was found as such a combination.

    None where nothing is multiplied or added: then it says no more than the inequality itself.
    """
    while t.rule == "inst" and not t.args["inst"]:
        (t,) = t.prem
    if t.rule != "arith" or t.goal.head not in ("le", "lt"):
        return None
    positive = [e for e in t.args["entries"] if e[0] == "pos"]
    if not positive or len(positive) > LONGEST or sum(len(e[3]) + bool(e[2]) for e in positive) < 2:
        return None
    left, right = t.goal.args
    positive.sort(key=lambda e: -len(e[3]))
    total = add(*(_summand(t, e) for e in positive))
    goal = eq(sub(right, left) if left is not num(0) else right, total)
    if len(subterms(total)) > WIDEST or goal.args[0] is total:
        return None
    entries = [("eq", op("neg", e[1]), None, e[3]) for e in t.args["entries"] if e[0] == "eq"]
    try:
        prem = [S.weaken(ctx, p) for p in t.prem]
        return derive("arith", ctx, goal, prem, entries=entries) if entries else S.norm(ctx, goal.args[0], total, prem)
    except (Refused, TermError):
        return None


def _summand(t: Theorem, entry: tuple[str, Term, Term | None, list[int]]) -> Term:
    _, c, s, places = entry
    gaps = [_gap(t, k) for k in places] + ([s, s] if s is not None else [])
    factors = [g if (n := gaps.count(g)) == 1 else op("pow", g, n) for g in dict.fromkeys(gaps)]
    return mul(*([c] if c is not num(1) or not factors else []), *factors)


def _gap(t: Theorem, k: int) -> Term:
    """How much is left of a premise ``a <= b``: ``b - a``, tidied."""
    a, b = t.prem[k].goal.args
    if a is num(0):
        return b
    n = normalizer(frozenset())
    tidy = to_term(n.minus(n.form(b), n.form(a)))
    return tidy if len(subterms(tidy)) < len(subterms(sub(b, a))) else sub(b, a)


__all__ = ["difference"]
