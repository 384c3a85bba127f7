"""Matrices that are regular by their quadratic form.

A vector v that is not 0 and that the matrix takes to 0 is impossible: the quadratic form at v is a sum of squares,
one of them positive, and 0 at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivations.kernel.term import Term, at, bind, eq, forall, fresh, in_range, instantiate, mul, num, op, subterms
from derivations.kernel.theorem import Context, Theorem, derive
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.conversion import in_other_words, wherever
from derivations.tactics.inverses import Rules, prove_products
from derivations.tactics.products import key
from derivations.tactics.signs import sign
from derivations.tactics.sums import diagonal
from derivations.tactics.tensors import mentions

ZERO = num(0)


@dataclass(frozen=True)
class _Form:
    """A matrix by its entry at i and j, from 1 to ``size``, and the vector that its quadratic form is taken at."""

    i: Term
    j: Term
    size: Term
    vector: str

    def v(self, x: Term) -> Term:
        """An entry of the vector."""
        return at(self.vector, x)

    def total(self, summand: Term) -> Term:
        """The sum over i."""
        return bind("sum", self.i, 1, self.size, summand)

    def squares(self, e: Term) -> Term | None:
        """``sum_ij e(i,j) v_i v_j`` as a sum of squares; None if ``e`` is of another form."""
        i, j = self.i, self.j
        if e.head == "add":
            parts = [self.squares(a) for a in e.args]
            return None if None in parts else op("add", *(p for p in parts if p is not None))
        if e.head == "div" and not mentions(e.args[1], [i, j]):
            inner = self.squares(e.args[0])
            return None if inner is None else mul(op("div", 1, e.args[1]), inner)
        if e.head == "sum" and not any(mentions(a, [i, j]) for a in e.args[:2]):
            k = fresh("r", e, i, j)
            inner = self.squares(S.at_path(e, [2], [k]))
            return None if inner is None else bind("sum", k, e.args[0], e.args[1], inner)
        factors = list(_factors(e))
        rest = [f for f in factors if not mentions(f, [i, j])]
        moving = [f for f in factors if f not in rest]
        if len(moving) == 1 and moving[0].head in ("add", "sum", "div"):
            inner = self.squares(moving[0])
            return None if inner is None else mul(*rest, inner)
        for f in moving:
            if f.head == "ite" and f.args[2] is ZERO and f.args[0] in (eq(i, j), eq(j, i)):
                weights = [instantiate(g, {key(j): i}) for g in (*moving, f.args[1]) if g not in (f, num(1))]
                return mul(*rest, self.total(mul(*weights, op("pow", self.v(i), 2))))
        left = mul(*(f for f in moving if mentions(f, [i])))
        right = mul(*(f for f in moving if mentions(f, [j])))
        if not moving or instantiate(left, {key(i): j}) is not right:
            return None
        return mul(*rest, op("pow", self.total(mul(left, self.v(i))), 2))


def _factors(t: Term) -> Iterator[Term]:
    """The factors of a product, of products among them."""
    if t.head == "mul":
        for a in t.args:
            yield from _factors(a)
    else:
        yield t


def prove_definite(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """``det(M) != 0`` where the quadratic form of M is a sum of squares with one that is positive."""
    if goal.head != "ne" or goal.args[0].head != "det" or goal.args[1] is not ZERO:
        return None
    matrix = goal.args[0].args[0]
    if matrix.head != "fam" or matrix.args[2].head != "fam":
        return None
    i = fresh("i", goal, *ctx)
    j, k = fresh("j", goal, i, *ctx), fresh("k", goal, i, *ctx)
    size, entry = matrix.args[1], S.at_path(matrix, [2, 2], [i, j])
    form = _Form(i, j, size, str(fresh("v", goal, i, j, k, *ctx).data))
    value = form.squares(entry)
    if value is None:       # products with diagonal matrices are taken together first
        inside = ctx.union(in_range(i, num(1), size), in_range(j, num(1), size))
        e = wherever(inside, entry, diagonal, prove, "sum")
        return None if e is None else in_other_words(
            ctx, goal, [S.congruence(ctx, goal.args[0], [0, 2, 2], [i, j], e), None], prove)
    row = bind("sum", j, 1, size, mul(entry, form.v(j)))
    null = forall(i, in_range(i, num(1), size), eq(row, 0))
    v = form.v(k)
    here = ctx.union(in_range(k, num(1), size), (null, op("ne", v, 0)))
    total = form.total(mul(form.v(i), row))
    same = prove_products(ctx, eq(total, value), prove, Rules(), 0) or prove(ctx, eq(total, value))
    inside = here.union(in_range(i, num(1), size))
    each = S.modus(inside, S.assume(inside, null), *(S.assume(inside, h) for h in in_range(i, num(1), size)), at=i)
    vanishes = S.congruence(here, total, [2, 1], [i], each)
    zero = S.chain(here, [S.symmetric(here, S.weaken(here, same)), vanishes,
                          S.norm(here, vanishes.goal.args[1], ZERO)])
    false = _positive(here, form, value, k, zero, prove)
    if false is None:
        return None
    against = ctx | {eq(goal.args[0], 0)}
    no = derive("singular", against, op("false"), [S.assume(against, eq(goal.args[0], 0)), false], entry=v)
    return S.absurd(ctx, goal, [no])


def _positive(ctx: Context, form: _Form, value: Term, k: Term, zero: Theorem, prove: C.Prove) -> Theorem | None:
    """A contradiction: the form is 0 (``zero``), no part of it is negative, and one exceeds a positive square."""
    parts = value.args if value.head == "add" else (value,)
    signs = [sign(ctx, p, prove) for p in parts]
    for n, part in enumerate(parts):
        factors = part.args if part.head == "mul" else (part,)
        total, rest = factors[-1], mul(*factors[:-1])
        others = [s for m, s in enumerate(signs) if m != n]
        one = S.at_path(total, [2], [k]) if total.head == "sum" else total
        if one is total or any(s.head == "sum" for s in subterms(one)) or None in others:
            continue
        weight, square = sign(ctx, rest, prove), sign(ctx, one, prove)
        if weight is None or square is None or not weight.goal.head == square.goal.head == "lt":
            continue
        least = prove(ctx, op("le", one, total))
        prem = [zero, weight, square, least, *(s for s in others if s is not None)]
        entries = [("eq", num(1), None, [0]), *(("pos", num(1), None, places) for places in (
            [1, 2], [1, 3], *([m] for m in range(4, len(prem)))))]
        return derive("arith", ctx, op("false"), prem, entries=entries)
    return None
