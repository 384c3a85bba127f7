"""Products of members of a family, by coinciding indices.

``E[x_i x_j]`` is ``E[x_i^2]`` for j = i and a product of means else; in a sum over j, one term is special.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derivations.kernel.term import Term, close_over, eq, fresh, in_range, make, mul, num, op, open_with, subterms
from derivations.kernel.theorem import Context, Refused, Theorem
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.conversion import everywhere, replaced
from derivations.tactics.expectation import product
from derivations.tactics.independence import elements


def into_sum(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``E[f sum g_j] = E[sum f g_j]``; a square of a sum is a sum times itself."""
    if t.head != "E":
        return None
    factors = list(_factors(t.args[0]))
    place = next((n for n, f in enumerate(factors) if f.head == "sum" and f.random), None)
    if place is None or len(factors) < 2:
        return None
    lo, hi, body = factors.pop(place).args
    k = fresh("j", t, *ctx)
    f = mul(*factors, open_with(body, [k]))
    return S.norm(ctx, t, op("E", make("sum", (lo, hi, close_over(f, [k])))))


def _factors(x: Term) -> Iterator[Term]:
    if x.head == "mul":
        for a in x.args:
            yield from _factors(a)
    elif x.head == "pow" and x.args[1] is num(2) and x.args[0].head == "sum":
        yield from (x.args[0], x.args[0])
    else:
        yield x


def coincident(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """The means of products in a sum over k, split by whether k is the index of the other member."""
    if t.head != "sum" or t.bound:
        return None
    lo, hi, body = t.args
    k = fresh("k", t, *ctx)
    here = ctx | set(in_range(k, lo, hi))

    def convert(c: Context, s: Term) -> Theorem | None:
        return _split(c, s, k, prove)
    inner = everywhere(here, open_with(body, [k]), convert, at=frozenset(("E",)))
    return None if inner is None else S.congruence(ctx, t, [2], [k], inner)


def _split(ctx: Context, t: Term, k: Term, prove: C.Prove) -> Theorem | None:
    if t.head != "E" or t.args[0].head != "mul":
        return None
    for i in _met(t, k):
        apart = ctx | {op("ne", k, i)}
        try:
            off = product(apart, t, prove)
            on = _together(ctx | {eq(k, i)}, t, k, i)
        except Refused:
            continue
        if off is None or on is None:
            continue
        cases = op("ite", eq(k, i), on.goal.args[1], off.goal.args[1])
        ends = []
        for e, said in ((on, eq(k, i)), (off, op("ne", k, i))):
            back = S.symmetric(e.ctx, S.branch(e.ctx, cases, S.assume(e.ctx, said)))
            ends.append(S.chain(e.ctx, [e, back]))
        return S.by_cases(ctx, eq(k, i), *ends)
    return None


def _met(t: Term, k: Term) -> Iterator[Term]:
    """What stands, in another member of the same family, where k stands in one."""
    members = [e for e in elements(t.args[0]) if e.args]
    for a in members:
        for b in members:
            if (a.head, a.data, len(a.args)) == (b.head, b.data, len(b.args)) and a is not b:
                unlike = [(p, q) for p, q in zip(a.args, b.args, strict=True) if p is not q]
                if len(unlike) == 1 and unlike[0][0] is k and k not in subterms(unlike[0][1]):
                    yield unlike[0][1]


def _together(ctx: Context, t: Term, k: Term, i: Term) -> Theorem | None:
    """``t`` at k = i, equal factors as powers."""
    e = replaced(ctx, t, S.assume(ctx, eq(k, i)))
    if e is None:
        return None
    counts: dict[Term, int] = {}
    for f in _factors(e.goal.args[1].args[0]):
        b, n = (f.args[0], _whole(f.args[1])) if f.head == "pow" and _whole(f.args[1]) else (f, 1)
        counts[b] = counts.get(b, 0) + n
    new = op("E", mul(*(b if n == 1 else op("pow", b, n) for b, n in counts.items())))
    return e if new is e.goal.args[1] else S.chain(ctx, [e, S.norm(ctx, e.goal.args[1], new)])


def _whole(n: Term) -> int:
    """The exponent, 0 for one that is not a positive whole number."""
    return int(n.data) if isinstance(n.data, Fraction) and n.data.denominator == 1 and n.data > 0 else 0


__all__ = ["coincident", "into_sum"]
