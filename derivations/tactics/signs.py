"""Signs read off the shape of a term.

A sum of non-negative terms, a product of positive ones, an even power, a root, a sum over a range:
no search is needed where the parts have signs that are known.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derivations.kernel.term import Term, fresh, in_range, num, op, open_with
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.givens import by_definition

_SHAPES = frozenset({"add", "mul", "div", "pow", "exp", "sqrt", "sum", "prod"})
_ORDER = frozenset({"lt", "le", "and", "or", "surely", "exists", "iff", "imp"})
_PRODUCT = [("pos", num(1), None, [0, 1])]


def prove_sign(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """``0 < t``, ``0 <= t`` or ``t != 0``; None where the shape of t does not tell."""
    if goal.head == "ne" and goal.args[1] is num(0) and goal.args[0].head in _SHAPES:
        found = sign(ctx, goal.args[0], prove)
        return S.axiom(ctx, "ne_of_gt", [found], x=goal.args[0], y=0) \
            if found is not None and found.goal.head == "lt" else None
    if goal.head not in ("lt", "le") or goal.args[0] is not num(0) or goal.args[1].head not in _SHAPES:
        return None
    found = sign(ctx, goal.args[1], prove)
    if found is None or (goal.head == "lt" and found.goal.head == "le"):
        return None
    return found if found.goal is goal else derive("arith", ctx, goal, [found], entries=[("pos", num(1), None, [0])])


def sign(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``0 < t`` if that is seen, else ``0 <= t`` if that is."""
    match t.head:
        case "add":
            return _of_sum(ctx, t, prove)
        case "mul":
            return _of_product(ctx, t, prove)
        case "div":
            return _of_quotient(ctx, t, prove)
        case "pow":
            return _of_power(ctx, t, prove)
        case "exp":
            return S.axiom(ctx, "exp_pos", x=t.args[0])
        case "sqrt":
            inner = sign(ctx, t.args[0], prove)
            strict = inner is not None and inner.goal.head == "lt"
            if strict and inner is not None:
                return S.axiom(ctx, "sqrt_pos", [inner], x=t.args[0])
            # what is known not to be 0 shows in the search alone
            return _by(ctx, "sqrt_pos", prove, x=t.args[0]) or _by(ctx, "sqrt_nonneg", prove, x=t.args[0])
        case "sum" | "prod":
            return _of_range(ctx, t, prove)
        case "num":
            x = t.data
            return derive("arith", ctx, op("lt", 0, t), [], entries=[("pos", t, None, [])]) \
                if isinstance(x, Fraction) and x > 0 else None
        case "neg" | "log" | "deriv" | "integral" | "sin" | "cos" | "ite" | "fam":
            return None         # a search of its own
        case "v" | "f" | "r" | "g":
            if not _mentioned(ctx, t):
                return None
            named = by_definition(ctx, t, prove)
            meant = None if named is None else sign(ctx, named.goal.args[1], prove)
            if named is not None and meant is not None:
                return S.rewrite(ctx, meant, [1], [], S.symmetric(ctx, named))
    for head in ("lt", "le"):
        try:
            return prove(ctx, op(head, 0, t))
        except Refused:
            continue
    return None


def _mentioned(ctx: Context, t: Term) -> bool:
    """Whether some assumption can bear on a name."""
    name = (t.head, str(t.data), len(t.args))
    return any(name in f.goal.symbols for f in C.plain_facts(ctx) if f.goal.head in _ORDER) \
        or any(name in u.conclusion.symbols for u in C.universals(ctx) if u.conclusion.head in _ORDER)


def _by(ctx: Context, name: str, prove: C.Prove, **values: Any) -> Theorem | None:
    try:
        return S.axiom(ctx, name, [prove(ctx, h) for h in S.axiom_needs(name, **values)], **values)
    except Refused:
        return None


def _of_sum(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    signs = []
    if any(a.head == "neg" for a in t.args):
        return None
    for a in t.args:
        s = sign(ctx, a, prove)
        if s is None:
            return None
        signs.append(s)
    head = "lt" if any(s.goal.head == "lt" for s in signs) else "le"
    return derive("arith", ctx, op(head, 0, t), signs, entries=[("pos", num(1), None, [n]) for n in range(len(signs))])


def _of_range(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    lo, hi, body = t.args
    k = fresh("k", t, *ctx)
    inside = in_range(k, lo, hi)
    inner = sign(ctx | set(inside), open_with(body, [k]), prove)
    if inner is None:
        return None
    if inner.goal.head == "lt":
        each = S.generalise(ctx, inner, k, inside)
        values = {"lo": lo, "hi": hi, "F": body}
        name = f"{t.head}_pos"
        try:
            needs = S.axiom_needs(name, **values)
            return S.axiom(ctx, name, [each if h is each.goal else prove(ctx, h) for h in needs], **values)
        except Refused:
            if t.head == "prod":
                return None
    elif t.head == "prod":
        return None
    weak = derive("arith", inner.ctx, op("le", *inner.goal.args), [inner], entries=[("pos", num(1), None, [0])])
    return S.axiom(ctx, "sum_nonneg", [S.generalise(ctx, weak, k, inside)], lo=lo, hi=hi, F=body)


def _times(ctx: Context, t: Term, a: Theorem, b: Theorem) -> Theorem:
    head = "lt" if a.goal.head == b.goal.head == "lt" else "le"
    return derive("arith", ctx, op(head, 0, t), [a, b], entries=_PRODUCT)


def _of_product(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    done: Theorem | None = None
    for n, a in enumerate(t.args):
        s = sign(ctx, a, prove)
        if s is None:
            return None
        last = n == len(t.args) - 1
        done = s if done is None else _times(ctx, t if last else op("mul", done.goal.args[1], a), done, s)
    return done


def _of_quotient(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    below = sign(ctx, t.args[1], prove)
    if below is None or below.goal.head != "lt":
        return None
    over = S.axiom(ctx, "inv_pos", [below], x=t.args[1])
    if t.args[0] is num(1):
        return over if over.goal.args[1] is t else _times(ctx, t, _one(ctx), over)
    above = sign(ctx, t.args[0], prove)
    return None if above is None else _times(ctx, t, above, over)


def _one(ctx: Context) -> Theorem:
    return derive("arith", ctx, op("lt", 0, 1), [], entries=[("pos", num(1), None, [])])


def _of_power(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    base, n = t.args
    x = n.data if n.head == "num" else None
    if isinstance(x, Fraction) and x.denominator == 1 and x > 0 and x % 2 == 0:
        inner = sign(ctx, base, prove)
        if inner is not None and inner.goal.head == "lt":
            return S.axiom(ctx, "pow_pos", [inner], x=base, y=n)
        half = base if x == 2 else op("pow", base, num(x / 2))
        least = derive("arith", ctx, op("le", 0, t), [], entries=[("pos", num(1), half, [])])
        apart = next((f for f in C.plain_facts(ctx)
                      if f.goal.head == "ne" and set(f.goal.args) == {base, num(0)}), None)
        if apart is None:
            return least
        nonzero = S.turned(ctx, apart, op("ne", base, 0))
        power = S.axiom(ctx, "pow_ne", [nonzero, derive("int", ctx, op("isint", n), [])], x=base, n=n)
        return S.axiom(ctx, "lt_of_le_ne", [least, S.turned(ctx, power, op("ne", 0, t))], x=0, y=t)
    return _by(ctx, "pow_pos", prove, x=base, y=n) or _by(ctx, "pow_nonneg", prove, x=base, y=n)


__all__ = ["prove_sign", "sign"]
