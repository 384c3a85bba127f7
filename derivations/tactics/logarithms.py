"""Logarithms of products, quotients, powers.

``expanded`` takes one logarithm apart where the signs of its parts are known.
"""

from __future__ import annotations

from derivations.kernel.term import Term, TermError, mul, op
from derivations.kernel.theorem import Context, Refused, Theorem
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.conversion import cleanup, everywhere


def expanded(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``log(a/b) = log a - log b`` and the like, down to what is no product; None if there is nothing to do."""
    if t.head != "log" or t.bound:
        return None
    e = _apart(ctx, t, prove)
    return None if e.goal.args[1] is t else e


def _apart(ctx: Context, t: Term, prove: C.Prove) -> Theorem:
    """``log a`` as a sum, by the laws of logarithms.  Errors: Refused where a sign is not shown."""
    (a,) = t.args
    match a.head:
        case "exp":
            return S.axiom(ctx, "log_exp", x=a.args[0])
        case "mul":
            first, rest = a.args[0], mul(*a.args[1:])
            whole = S.norm(ctx, t, op("log", mul(first, rest)))
            return _split(ctx, "log_mul", [whole], first, rest, prove)
        case "div":
            return _split(ctx, "log_div", [], a.args[0], a.args[1], prove)
        case "pow" if a.args[0].head != "e":
            b, n = a.args
            e = S.axiom(ctx, "log_pow", [prove(ctx, op("lt", 0, b))], x=b, y=n)
            return S.chain(ctx, [e, S.congruence(ctx, e.goal.args[1], [1], [], _apart(ctx, op("log", b), prove))])
    return S.reflexive(ctx, t)


def _split(ctx: Context, law: str, links: list[Theorem], x: Term, y: Term, prove: C.Prove) -> Theorem:
    links.append(S.axiom(ctx, law, [prove(ctx, op("lt", 0, p)) for p in (x, y)], x=x, y=y))
    links.append(S.congruence(ctx, links[-1].goal.args[1], [0], [], _apart(ctx, op("log", x), prove)))
    path = [1] if law == "log_mul" else [1, 0]
    links.append(S.congruence(ctx, links[-1].goal.args[1], path, [], _apart(ctx, op("log", y), prove)))
    tidy = cleanup(ctx, links[-1].goal.args[1])
    return S.chain(ctx, links if tidy is None else [*links, tidy])


def before_differentiating(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """The logarithms inside a derivative taken apart."""
    if t.head != "deriv" or t.bound:
        return None

    def convert(c: Context, s: Term) -> Theorem | None:
        try:
            return expanded(c, s, prove)
        except (Refused, TermError):
            return None
    return everywhere(ctx, t, convert)


__all__ = ["before_differentiating", "expanded"]
