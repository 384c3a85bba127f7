"""Bounds on the square of a sum.

``(sum w f g)^2 <= sum w f^2  sum w g^2`` for ``w >= 0``, since the double sum of ``w_i w_j (f_i g_j - f_j g_i)^2``
is not negative; it stands beside the other facts in the search for a combination.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from derivations.kernel.term import Term, bind, close_over, eq, fresh, mul, num, op, open_with, sub, subterms
from derivations.kernel.theorem import Context, Theorem, derive
from derivations.tactics import context as C
from derivations.tactics.order import ORDER, search
from derivations.tactics.signs import sign
from derivations.tactics.sums import constant

_MOST = 3       # factors of a summand


def prove_schwarz(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """An inequality in which the square of a sum occurs."""
    if goal.head != "le":
        return None
    squares = [(s, c) for s in subterms(goal) if s.head == "sum" and not s.bound for c in _scales(s, goal)]
    if not squares or len(squares) > 2:
        return None
    plain = [f for f in C.plain_facts(ctx) if f.goal.head in ORDER]
    for s, c in squares:
        scale = op("pow", c, 2)
        ones = constant(ctx, op("sum", *s.args[:2], 1), prove)
        for double, alone in _doubles(ctx, s):
            fact = sign(ctx, double if c is num(1) else mul(scale, double), prove)
            facts = plain if fact is None else [*plain, fact]
            if ones is not None and alone is not None:
                x = mul(scale, alone)       # the number of summands, where it comes out of the double sum
                facts = [*facts, derive("arith", ctx, eq(mul(ones.goal.args[0], x), mul(ones.goal.args[1], x)), [ones],
                                        entries=[("eq", x, None, [0])])]
            found = None if fact is None else search(ctx, goal, facts)
            if found is not None:
                return found
    return None


def _scales(s: Term, goal: Term) -> list[Term]:
    """The c of the squares ``(c s)^2`` in the goal."""
    out: dict[Term, None] = {}
    for t in subterms(goal):
        if t.head == "mul" and t.args.count(s) == 2:
            out[num(1)] = None
        if t.head == "pow" and t.args[1] is num(2):
            b = t.args[0]
            if b is s:
                out[num(1)] = None
            elif b.head == "mul" and s in b.args:
                # a denominator is multiplied out by the search
                out[mul(*(a for a in b.args if a is not s and not (a.head == "div" and a.args[0] is num(1))))] = None
            elif b.head == "div" and b.args[0] is s:
                out[num(1)] = None
    return list(out)


def _doubles(ctx: Context, s: Term) -> Iterator[tuple[Term, Term | None]]:
    """Double sums of weighted squares for the ways to part a summand into w, f and g; for w = g = 1 with the
    sum of the squares of f."""
    lo, hi, body = s.args
    i = fresh("i", s, *ctx)
    j = fresh("j", s, i, *ctx)
    inner = open_with(body, [i])
    factors = list(inner.args) if inner.head == "mul" else [inner]
    if len(factors) > _MOST:
        return
    for places in sorted(product("fgw", repeat=len(factors)), key=lambda p: p.count("w")):
        if "f" not in places:
            continue
        w, f, g = (mul(*(x for x, p in zip(factors, places, strict=True) if p == k)) for k in "wfg")
        at_j = [open_with(close_over(x, [i]), [j]) for x in (w, f, g)]
        square = op("pow", sub(mul(f, at_j[2]), mul(at_j[1], g)), 2)
        weighted = square if w is num(1) else mul(w, at_j[0], square)
        alone = bind("sum", i, lo, hi, op("pow", f, 2)) if w is g is num(1) else None
        yield bind("sum", i, lo, hi, bind("sum", j, lo, hi, weighted)), alone


__all__ = ["prove_schwarz"]
