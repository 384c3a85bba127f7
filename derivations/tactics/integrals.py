"""Integrals by an antiderivative, which is then shown."""

from __future__ import annotations

from derivations.kernel.term import Term, close_over, fresh, op, open_with, subterms
from derivations.kernel.theorem import Context, Theorem
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.antiderivatives import antiderivative
from derivations.tactics.conversion import cleanup, converted, replaced
from derivations.tactics.monotone import at_start


def integrate(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``integral = F(hi) - F(lo)``.  Errors: Refused if a condition is not shown."""
    if t.head != "integral" or t.bound:
        return None
    lo, hi, body = t.args
    x = fresh("x", t, *ctx)
    f = antiderivative(open_with(body, [x]), x)
    if f is None:
        return None
    values = {"lo": lo, "hi": hi, "G": body, "F": close_over(f, [x])}
    prem = [prove(ctx, h) for h in S.axiom_needs("integral_is", **values)]
    links = [S.axiom(ctx, "integral_is", prem, **values)]
    for step in (_logs, cleanup):
        e = step(ctx, links[-1].goal.args[1])
        links += [] if e is None else [e]
    return S.chain(ctx, links)


def _logs(ctx: Context, t: Term) -> Theorem | None:
    """``log 1 = 0`` wherever it stands."""
    return replaced(ctx, t, at_start(ctx, "log")) if op("log", 1) in subterms(t) else None


def prove_integral(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """Relations between integrals."""
    if goal.head not in ("eq", "ne", "lt", "le") or not any(s.head == "integral" for s in subterms(goal)):
        return None
    return converted(ctx, goal, integrate, prove)


__all__ = ["integrate", "prove_integral"]
