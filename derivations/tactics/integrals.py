"""Integrals by an antiderivative, limits by continuity.

``antiderivative`` guesses by linearity and a short table; the guess is checked by differentiating.
"""

from __future__ import annotations

from fractions import Fraction

from derivations.kernel.term import Term, TermError, add, close_over, fresh, mul, num, op, open_with, subterms
from derivations.kernel.theorem import Context, Refused, Theorem
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.conversion import clean, cleanup, everywhere, in_other_words


def _has(t: Term, x: Term) -> bool:
    return ("v", str(x.data), 0) in t.symbols


def antiderivative(f: Term, x: Term) -> Term | None:
    """A term whose derivative by x should be f; None if the table has none."""
    a = f.args
    if not _has(f, x):
        return mul(f, x)
    if f is x:
        return op("div", op("pow", x, 2), 2)
    match f.head:
        case "add":
            parts = [antiderivative(g, x) for g in a]
            found = [g for g in parts if g is not None]
            return add(*found) if len(found) == len(parts) else None
        case "neg":
            inner = antiderivative(a[0], x)
            return None if inner is None else op("neg", inner)
        case "mul":
            still, moving = [g for g in a if not _has(g, x)], [g for g in a if _has(g, x)]
            inner = antiderivative(moving[0], x) if len(moving) == 1 else None
            return None if inner is None or not still else mul(*still, inner)
        case "div" if not _has(a[1], x):
            inner = antiderivative(a[0], x)
            return None if inner is None else op("div", inner, a[1])
        case "div" if a[1] is x and not _has(a[0], x):
            return mul(a[0], op("log", x))
        case "pow" if a[0] is x and isinstance(a[1].data, Fraction) and a[1].data != -1:
            n = num(a[1].data + 1)
            return op("div", op("pow", x, n), n)
        case "exp" | "sin" | "cos":
            c = _rate(a[0], x)
            if c is None:
                return None
            inner = {"exp": f, "sin": op("neg", op("cos", a[0])), "cos": op("sin", a[0])}[f.head]
            return inner if c is num(1) else op("div", inner, c)
    return None


def _rate(g: Term, x: Term) -> Term | None:
    """c for the terms c x, x c, -x, x and sums with a constant."""
    if g is x:
        return num(1)
    if g.head == "neg":
        c = _rate(g.args[0], x)
        return None if c is None else clean(op("neg", c))
    if g.head == "mul" and g.args.count(x) == 1 and sum(_has(h, x) for h in g.args) == 1:
        return mul(*(h for h in g.args if h is not x))
    if g.head == "add":
        moving = [h for h in g.args if _has(h, x)]
        return _rate(moving[0], x) if len(moving) == 1 else None
    return None


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
    def convert(c: Context, s: Term) -> Theorem | None:
        if s is not op("log", 1):
            return None
        nothing = S.axiom(c, "log_exp", x=0)
        return S.rewrite(c, nothing, [0, 0], [], S.norm(c, op("exp", 0), num(1)))
    return everywhere(ctx, t, convert)


def prove_integral(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """Relations between integrals."""
    if goal.head not in ("eq", "ne", "lt", "le") or not any(s.head == "integral" for s in subterms(goal)):
        return None

    def convert(c: Context, s: Term) -> Theorem | None:
        try:
            return integrate(c, s, prove)
        except (Refused, TermError):
            return None
    return in_other_words(ctx, goal, [everywhere(ctx, a, convert) for a in goal.args], prove)


__all__ = ["antiderivative", "integrate", "prove_integral"]
