"""Numbers that differ by a product of what is not 0."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce

from derivations.kernel.normal import normalizer, relevant, to_term
from derivations.kernel.polynomial import ONE, Ratio, factor
from derivations.kernel.term import Term, TermError, eq, mul, num, op, sub
from derivations.kernel.theorem import Context, Theorem
from derivations.tactics import chains
from derivations.tactics import context as C
from derivations.tactics import steps as S

ZERO = num(0)


def prove_different(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """``a != b`` as ``a - b``, with definitions and recurrences put in, is a product of numbers that are not 0."""
    if goal.head != "ne" or getattr(prove, "level", 0) > 2:
        return None
    difference = sub(*goal.args)
    links = [x.theorem for x in chains.run(ctx, difference, None, chains.moves_for(difference), prove) or []]
    end = links[-1].goal.args[1] if links else difference
    facts = [f for f in C.plain_facts(ctx) if f.goal.head in ("ne", "lt", "le", "isint")]
    try:
        r = normalizer(relevant(f.goal for f in facts)).form(end)
        c, parts = factor(r.num)
        factors = [to_term(Ratio(g, ONE)) for g, n in parts for _ in range(n)]
        if not factors or (not links and len(factors) == 1 and goal.args[1] is ZERO):
            return None
        product = reduce(lambda a, b: _times(ctx, a, b), [
            prove(ctx, op("ne", f, 0)) for f in (num(Fraction(int(c.p), int(c.q))), *factors)])
        scaled = mul(difference, to_term(Ratio(r.den, ONE)))
        unfolded = S.congruence(ctx, scaled, [0], [], S.chain(ctx, links)) if links else S.reflexive(ctx, scaled)
        same = S.chain(ctx, [unfolded, S.norm(ctx, unfolded.goal.args[1], product.goal.args[0], facts)])
    except TermError:
        return None
    inner = ctx | {eq(*goal.args)}
    equal = S.congruence(inner, scaled, [0, 0], [], S.assume(inner, eq(*goal.args)))
    zero = S.chain(inner, [S.symmetric(inner, S.weaken(inner, same)), equal, S.norm(inner, equal.goal.args[1], ZERO)])
    return S.absurd(ctx, goal, [zero, S.weaken(inner, product)])


def _times(ctx: Context, a: Theorem, b: Theorem) -> Theorem:
    return S.axiom(ctx, "mul_ne", [a, b], x=a.goal.args[0], y=b.goal.args[0])
