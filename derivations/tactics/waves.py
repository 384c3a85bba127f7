"""Equations between sines and cosines, by sin^2 + cos^2 = 1."""

from __future__ import annotations

from derivations.kernel.term import Term, subterms
from derivations.kernel.theorem import Context, Theorem
from derivations.tactics import context as C
from derivations.tactics import steps as S

MOST = 3            # angles


def prove_waves(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """An equation in which an angle has a sine and a cosine, or the square of one."""
    if goal.head != "eq":
        return None
    angles = {s.args[0]: None for s in subterms(goal) if s.head in ("sin", "cos") and not s.bound}
    if not 0 < len(angles) <= MOST:
        return None
    facts = [S.axiom(ctx, "sin_cos", x=a) for a in angles]
    new = [t for t in facts if t.goal not in ctx]
    return S.without(ctx, prove(ctx | {t.goal for t in new}, goal), new) if new else None


__all__ = ["prove_waves"]
