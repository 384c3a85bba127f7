"""Logarithms of products, quotients, powers.

``expanded`` takes one logarithm apart where the signs of its parts are known.
"""

from __future__ import annotations

from derivations.kernel.term import Term, TermError, mul, num, op
from derivations.kernel.theorem import Context, Refused, Theorem
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.conversion import cleanup, everywhere
from derivations.tactics.monotone import at_start


def expanded(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``log(a/b) = log a - log b`` and the like, down to what is no product; None if there is nothing to do."""
    if t.head != "log" or t.bound:
        return None
    e = _apart(ctx, t, prove)
    return None if e.goal.args[1] is t else e


def _apart(ctx: Context, t: Term, prove: C.Prove, whole: frozenset[Term] = frozenset()) -> Theorem:
    """``log a`` as a sum, by the laws of logarithms; the terms ``whole`` are left as they are.

    Errors: Refused where a sign is not shown.
    """
    (a,) = t.args
    if a in whole:
        return S.reflexive(ctx, t)
    match a.head:
        case "num" if a is num(1):
            return at_start(ctx, "log")
        case "exp":
            return S.axiom(ctx, "log_exp", x=a.args[0])
        case "mul":
            first, rest = a.args[0], mul(*a.args[1:])
            two = S.norm(ctx, t, op("log", mul(first, rest)))
            return _split(ctx, "log_mul", [two], (first, rest), prove, whole)
        case "div":
            return _split(ctx, "log_div", [], (a.args[0], a.args[1]), prove, whole)
        case "pow" if a.args[0].head != "e":
            b, n = a.args
            e = S.axiom(ctx, "log_pow", [prove(ctx, op("lt", 0, b))], x=b, y=n)
            inner = _apart(ctx, op("log", b), prove, whole)
            return S.chain(ctx, [e, S.congruence(ctx, e.goal.args[1], [1], [], inner)])
    return S.reflexive(ctx, t)


def _split(ctx: Context, law: str, links: list[Theorem], parts: tuple[Term, Term], prove: C.Prove,
           whole: frozenset[Term]) -> Theorem:
    x, y = parts
    links.append(S.axiom(ctx, law, [prove(ctx, op("lt", 0, p)) for p in parts], x=x, y=y))
    for path, p in (([0], x), ([1] if law == "log_mul" else [1, 0], y)):
        links.append(S.congruence(ctx, links[-1].goal.args[1], path, [], _apart(ctx, op("log", p), prove, whole)))
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


def taken_apart(ctx: Context, t: Term, whole: frozenset[Term], prove: C.Prove) -> Theorem:
    """The logarithm ``t`` of a product or quotient of the terms ``whole`` as a sum of theirs.  Errors: Refused."""
    return _apart(ctx, t, prove, whole)


__all__ = ["before_differentiating", "expanded", "taken_apart"]
