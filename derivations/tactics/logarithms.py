"""Logarithms of products, quotients, powers.

``expanded`` takes one logarithm apart where the signs of its parts are known.
"""

from __future__ import annotations

from derivations.kernel.term import Term, add, eq, mul, num, op, subterms
from derivations.kernel.theorem import Context, Theorem, derive
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.conversion import cleanup, everywhere, wherever
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
    return wherever(ctx, t, expanded, prove)


def taken_apart(ctx: Context, t: Term, whole: frozenset[Term], prove: C.Prove) -> Theorem:
    """The logarithm ``t`` of a product or quotient of the terms ``whole`` as a sum of theirs.  Errors: Refused."""
    return _apart(ctx, t, prove, whole)


def undone(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``e^(log u - log v + w) = u/v e^w``; None where no logarithm stands in the exponent."""
    if t.head != "exp" or t.bound:
        return None
    (a,) = t.args
    parts = list(a.args) if a.head == "add" else [a]
    up = [p for p in parts if p.head == "log"]
    down = [p.args[0] for p in parts if p.head == "neg" and p.args[0].head == "log"]
    if not up and not down:
        return None
    rest = [p for p in parts if p.head != "log" and not (p.head == "neg" and p.args[0].head == "log")]

    def product(logs: list[Term], more: list[Term]) -> Term:
        return mul(*(op("exp", p) for p in logs), *([op("exp", add(*more))] if more else []))
    whole = op("div", product(up, rest), product(down, [])) if down else product(up, rest)
    links = [S.norm(ctx, t, whole)] if whole is not t else []

    def convert(c: Context, s: Term) -> Theorem | None:
        if s.head != "exp" or s.args[0] not in (*up, *down):
            return None
        u = s.args[0].args[0]
        return S.axiom(c, "exp_log", [prove(c, op("lt", 0, u))], x=u)
    e = everywhere(ctx, whole, convert)
    return S.chain(ctx, [*links, e]) if e is not None else None


def prove_log_equation(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """``a = b`` between sums of logarithms, from the equation between the products of their arguments."""
    if goal.head != "eq" or not any(s.head == "log" for s in subterms(goal)):
        return None
    up: list[Term] = []
    down: list[Term] = []
    for side, sign in ((goal.args[0], 1), (goal.args[1], -1)):
        for n, p in _summands(side, sign):
            if p.head != "log" and p is not num(0):
                return None
            if p.head == "log":
                (up if n > 0 else down).append(p.args[0])
    if (not up and not down) or len(up) + len(down) > 6:
        return None
    one, two = mul(*up), mul(*down)
    if not up or not down:
        one, two = (op("div", 1, two), num(1)) if not up else (one, num(1))
    same = prove(ctx, eq(one, two))
    equal = S.congruence(ctx, op("log", one), [0], [], same)
    whole = frozenset((*up, *down))
    left, right = (taken_apart(ctx, x, whole, prove) for x in equal.goal.args)
    sums = S.chain(ctx, [S.symmetric(ctx, left), equal, right])
    return derive("arith", ctx, goal, [sums], entries=[("eq", num(1), None, [0])])


def _summands(t: Term, sign: int) -> list[tuple[int, Term]]:
    if t.head == "add":
        return [p for a in t.args for p in _summands(a, sign)]
    return _summands(t.args[0], -sign) if t.head == "neg" else [(sign, t)]


__all__ = ["before_differentiating", "expanded", "prove_log_equation", "taken_apart", "undone"]
