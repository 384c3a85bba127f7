"""Determinants of products, multiples and diagonals.

``apart`` takes one determinant apart; ``prove_determinant`` shows a statement about the parts.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivations.kernel.term import Term, bind, close_over, eq, fresh, in_range, instantiate, make, mul, num, op
from derivations.kernel.theorem import Context, Refused, Theorem
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.conversion import Conversion, heads_of, in_other_words, repeated
from derivations.tactics.products import key, with_products
from derivations.tactics.sums import modulo
from derivations.tactics.tensors import is_delta, mentions

ONE = num(1)
MOST = 12       # determinants that are taken apart in a term


class _Block:
    """The determinant of a block by its entry at i and j, new symbols."""

    def __init__(self, ctx: Context, t: Term, names: tuple[Term, Term] | None = None) -> None:
        i = fresh("i", t, *ctx)
        self.term, self.size = t, t.args[0].args[1]
        self.i, self.j = names or (i, fresh("j", t, i, *ctx))
        self.entry = S.at_path(t.args[0], [2, 2], [self.i, self.j])

    @classmethod
    def at(cls, ctx: Context, i: Term, j: Term, size: Term, entry: Term) -> _Block:
        """The block with this entry at i and j."""
        return cls(ctx, op("det", bind("fam", i, 1, size, bind("fam", j, 1, size, entry))), (i, j))

    def of(self, entry: Term) -> Term:
        """The determinant of the block with another entry."""
        return op("det", bind("fam", self.i, 1, self.size, bind("fam", self.j, 1, self.size, entry)))

    def holes(self, entry: Term) -> Term:
        """An entry as a function of row and column."""
        return close_over(entry, [self.i, self.j])

    def turned(self, entry: Term) -> Term:
        """The entry at the other place."""
        return instantiate(entry, {key(self.i): self.j, key(self.j): self.i})


def is_determinant(t: Term) -> bool:
    """Whether ``t`` is the determinant of a matrix of numbers."""
    if t.head != "det" or t.args[0].head != "fam" or t.args[0].args[2].head != "fam":
        return False
    (lo, _, rows) = t.args[0].args
    return lo is ONE and rows.args[0] is ONE and rows.args[2].sort == "R"


def apart(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``det(M) = ...`` by what M is made of; None if it is not made of other matrices."""
    if not is_determinant(t):
        return None
    b = _Block(ctx, t)
    e = b.entry
    match e.head:
        case "sum":
            return _product(ctx, b, prove)
        case "inv":
            return _inverse(ctx, b, prove) if e.args[1:] in ((b.i, b.j), (b.j, b.i)) else None
        case "neg":
            return _multiple(ctx, b, num(-1), e.args[0], prove)
        case "div" if not mentions(e.args[1], [b.i, b.j]):
            return _multiple(ctx, b, op("div", 1, e.args[1]), e.args[0], prove)
        case "ite":
            return _diagonal(ctx, b, prove)
        case "f" | "g" if e.args[-2:] == (b.j, b.i) and not any(mentions(x, [b.i, b.j]) for x in e.args[:-2]):
            return S.axiom(ctx, "det_turned", A=b.holes(b.turned(e)), n=b.size)
        case "mul":
            rest = [f for f in e.args if not mentions(f, [b.i, b.j])]
            moving = [f for f in e.args if f not in rest]
            if rest and moving:
                return _multiple(ctx, b, mul(*rest), mul(*moving), prove)
            return _diagonal(ctx, b, prove)
    return None


def _changed(ctx: Context, b: _Block, new: Term, prove: C.Prove) -> Theorem:
    """The determinant with its entry in another form."""
    inside = ctx.union(in_range(b.i, ONE, b.size), in_range(b.j, ONE, b.size))
    same = S.reflexive(inside, new) if b.entry is new else prove(inside, eq(b.entry, new))
    return S.congruence(ctx, b.term, [0, 2, 2], [b.i, b.j], same)


def _product(ctx: Context, b: _Block, prove: C.Prove) -> Theorem | None:
    """``det(AB) = det(A) det(B)``."""
    lo, hi, _ = b.entry.args
    k = fresh("k", b.entry, b.i, b.j, *ctx)
    body = S.at_path(b.entry, [2], [k])
    factors = body.args if body.head == "mul" else (body,)
    left = mul(*(f for f in factors if mentions(f, [b.i]) or not mentions(f, [b.j])))
    right = mul(*(f for f in factors if mentions(f, [b.j])))
    if lo is not ONE or hi is not b.size or mentions(left, [b.j]) or mentions(right, [b.i]) \
            or not mentions(left, [b.i]) or not mentions(right, [b.j]):
        return None
    start = _changed(ctx, b, bind("sum", k, 1, hi, mul(left, right)), prove)
    return S.chain(ctx, [start, S.axiom(ctx, "det_mul", A=close_over(left, [b.i, k]), B=close_over(right, [k, b.j]),
                                        n=b.size)])


def _multiple(ctx: Context, b: _Block, factor: Term, rest: Term, prove: C.Prove) -> Theorem:
    """``det(cA) = c^n det(A)``."""
    values = {"x": factor, "A": b.holes(rest), "n": b.size}
    start = _changed(ctx, b, mul(factor, rest), prove)
    prem = [prove(ctx, h) for h in S.axiom_needs("det_multiple", **values)]
    return S.chain(ctx, [start, S.axiom(ctx, "det_multiple", prem, **values)])


def _diagonal(ctx: Context, b: _Block, prove: C.Prove) -> Theorem | None:
    """The product of the diagonal."""
    factors = b.entry.args if b.entry.head == "mul" else (b.entry,)
    for f in factors:
        if f.head == "ite" and f.args[2] is num(0) and f.args[0] in (eq(b.i, b.j), eq(b.j, b.i)):
            others = [instantiate(g, {key(b.j): b.i}) for g in (*factors, f.args[1]) if g is not f]
            weight = mul(*(g for g in others if g is not ONE))
            start = _changed(ctx, b, op("ite", eq(b.i, b.j), weight, 0), prove)
            return S.chain(ctx, [start, S.axiom(ctx, "det_diagonal", F=close_over(weight, [b.i]), n=b.size)])
    return None


def _unit(ctx: Context, b: _Block, left: Term, right: Term, k: Term, law: Theorem) -> Theorem:
    """``det(A) det(B) = 1``, as A B is the identity by ``law`` at row i and column j."""
    whole = b.of(law.goal.args[0])
    unit = S.congruence(ctx, whole, [0, 2, 2], [b.i, b.j], law)
    one = S.axiom(ctx, "det_diagonal", F=ONE, n=b.size)
    split = S.axiom(ctx, "det_mul", A=close_over(left, [b.i, k]), B=close_over(right, [k, b.j]), n=b.size)
    return S.chain(ctx, [S.symmetric(ctx, split), unit, one, S.norm(ctx, one.goal.args[1], ONE)])


def _inverse(ctx: Context, b: _Block, prove: C.Prove) -> Theorem | None:
    """``det(A^{-1}) = 1 / det(A)``."""
    matrix = b.entry.args[0]
    if b.entry.args[1:] == (b.j, b.i):
        return S.axiom(ctx, "det_turned", A=b.holes(b.turned(b.entry)), n=b.size)
    a = _Block(ctx, op("det", matrix))
    regular = prove(ctx, op("ne", a.term, 0))
    k = fresh("k", b.entry, a.i, a.j, *ctx)
    inside = ctx.union(in_range(a.i, ONE, a.size), in_range(a.j, ONE, a.size))
    values = {"A": a.holes(a.entry), "n": a.size, "r": a.i, "c": a.j}
    law = S.axiom(inside, "inv_right", [S.weaken(inside, regular) if h.head == "ne" else S.assume(inside, h)
                                        for h in S.axiom_needs("inv_right", **values)], **values)
    product = _unit(ctx, a, instantiate(a.entry, {key(a.j): k}), make("inv", (matrix, k, a.j)), k, law)
    start = S.norm(ctx, b.term, op("div", product.goal.args[0], a.term), [regular])
    return S.chain(ctx, [start, S.congruence(ctx, start.goal.args[1], [0], [], product)])


def _given(ctx: Context, goal: Term, prove: C.Prove) -> Iterator[Theorem]:
    """``det(A) det(B) = 1`` for matrices of the goal whose product is given to be the identity."""
    names = {s[1] for s in goal.symbols}
    for u in with_products(ctx):
        total, one = u.conclusion.args
        if total.head != "sum" or not is_delta(one) or len(u.variables) != 2 \
                or not {s[1] for s in total.symbols} & names:
            continue
        i, j = one.args[0].args
        size = total.args[1]
        inside = ctx.union(in_range(i, ONE, size), in_range(j, ONE, size))
        k = fresh("k", total, i, j, *ctx)
        body = S.at_path(total, [2], [k])
        left = mul(*(f for f in body.args if mentions(f, [i])))
        right = mul(*(f for f in body.args if mentions(f, [j])))
        if {i, j} != set(u.variables) or body.head != "mul" or mul(left, right) is not body:
            continue
        law = C.instance(inside, u, {x: x for x in u.variables}, prove)
        if law is None:
            continue
        product = _unit(ctx, _Block.at(ctx, i, j, size, total), left, right, k, law)
        parts = repeated(ctx, product.goal.args[0], _converting(prove), MOST)
        yield product if parts is None else S.chain(ctx, [S.symmetric(ctx, parts), product])


def _converting(prove: C.Prove) -> Conversion:
    def convert(c: Context, t: Term) -> Theorem | None:
        try:
            return apart(c, t, prove)
        except Refused:
            return None
    return convert


def prove_determinant(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """A statement about determinants, shown with each of them taken apart."""
    if "det" not in heads_of(goal) or goal.head not in ("eq", "ne", "lt", "le"):
        return None
    links = [repeated(ctx, a, _converting(prove), MOST) for a in goal.args]
    if any(links):
        return in_other_words(ctx, goal, links, prove)
    known = list(_given(ctx, goal, prove)) if goal.head == "eq" else []
    return modulo(ctx, goal, known, prove) if known else None


__all__ = ["apart", "prove_determinant"]
