"""Matrices that have an inverse.

A product of regular matrices, a multiple, a transpose, an inverse, an orthogonal matrix and a change of rank one are
regular, as the inverse is known and multiplying shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from derivations.kernel.term import (
    Term,
    TermError,
    bind,
    close_over,
    eq,
    in_range,
    instantiate,
    make,
    mul,
    num,
    op,
    sub,
)
from derivations.kernel.theorem import Context, Refused, Theorem
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.inverses import Block, Rules, Search, prove_products
from derivations.tactics.products import calm, key, with_products
from derivations.tactics.tensors import is_delta, mentions


def prove_regular(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """``det(M) != 0`` by a left inverse of M."""
    if goal.head != "ne" or goal.args[0].head != "det" or goal.args[1] is not num(0):
        return None
    base = calm(ctx, goal)
    search = Search(base, prove, Rules())
    block = search.of(goal.args[0].args[0])
    if block is None:
        return None
    for left in _Guess(search, block).inverses():
        try:
            t = _shown(search, block, left)
        except (Refused, TermError):
            continue
        if t is not None:
            return S.weaken(ctx, t)
    return None


def _shown(search: Search, block: Block, left: Term) -> Theorem | None:
    """The determinant is not 0, as ``left`` (the entry at row, column) is that of a left inverse."""
    i, j, k = (search.tensors.new() for _ in range(3))
    n = block.size
    scheme = close_over(left, [block.row, block.column])
    product = bind("sum", k, 1, n, mul(_at(left, block, i, k), _at(block.entry, block, k, j)))
    inner = search.ctx.union(in_range(i, num(1), n), in_range(j, num(1), n))
    t = prove_products(inner, eq(product, op("ite", eq(i, j), 1, 0)), search.prove, Rules(), 1)
    if t is None:
        return None
    for x in (j, i):
        premises = in_range(x, num(1), n)
        t = S.generalise(frozenset(t.ctx - set(premises)), t, x, premises)
    return S.axiom(search.ctx, "det_of_inv", [S.weaken(search.ctx, t)], A=block.scheme, B=scheme, n=n)


def _at(t: Term, block: Block, r: Term, c: Term) -> Term:
    return instantiate(t, {key(block.row): r, key(block.column): c})


class _Guess:
    """Entries that may be those of the inverse of a block."""

    def __init__(self, search: Search, block: Block) -> None:
        self.search, self.block = search, block
        self.i, self.j, self.size = block.row, block.column, block.size

    def inverses(self) -> Iterator[Term]:
        """The candidates, the likeliest first."""
        e = self.block.entry
        inverse = self.inverse(e)
        if inverse is not None:
            yield inverse
        if any(is_delta(u.conclusion.args[1]) for u in with_products(self.search.ctx)):
            yield _at(e, self.block, self.j, self.i)

    def inverse(self, e: Term) -> Term | None:
        """The inverse of the matrix with entry ``e`` at row and column."""
        i, j = self.i, self.j
        if e.head == "inv" and e.args[1:] in ((i, j), (j, i)):
            return self._entry(e.args[0], *e.args[1:])
        if e.head == "neg":
            a = self.known(e.args[0])
            return None if a is None else op("neg", a)
        if e.head in ("mul", "div"):
            return self._multiple(e)
        if e.head == "sum":
            return self._product(e)
        if e.head == "add" and len(e.args) == 2:
            return self._rank_one(*e.args) or self._rank_one(*reversed(e.args))
        if not (mentions(e, [i]) and mentions(e, [j])):
            return None
        turned = self._matrix(_at(e, self.block, j, i))
        return make("inv", (turned, j, i)) if self._regular(turned) else None

    def known(self, e: Term) -> Term | None:
        """The inverse as such where the matrix is known to be regular, or else what it should be."""
        m = self._matrix(e)
        return make("inv", (m, self.i, self.j)) if self._regular(m) else self.inverse(e)

    def _entry(self, matrix: Term, r: Term, c: Term) -> Term | None:
        block = self.search.of(matrix)
        return None if block is None else _at(block.entry, block, r, c)

    def _matrix(self, e: Term) -> Term:
        return bind("fam", self.i, 1, self.size, bind("fam", self.j, 1, self.size, e))

    def _regular(self, matrix: Term) -> bool:
        if matrix is self.block.matrix:
            return False
        with suppress(Refused, TermError):
            self.search.prove(self.search.ctx, op("ne", op("det", matrix), 0))
            return True
        return False

    def _multiple(self, e: Term) -> Term | None:
        """The inverse of a multiple of a matrix."""
        parts = e.args if e.head == "mul" else (e.args[0], op("div", 1, e.args[1]))
        moving = [t for t in parts if mentions(t, [self.i, self.j])]
        a = self.known(moving[0]) if len(moving) == 1 else None
        return None if a is None else mul(op("div", 1, mul(*(t for t in parts if t is not moving[0]))), a)

    def _product(self, e: Term) -> Term | None:
        """The inverse of a product of square matrices."""
        i, j = self.i, self.j
        k = self.search.tensors.new()
        lo, hi, _ = e.args
        body = S.at_path(e, [2], [k])
        if lo is not num(1) or hi is not self.size or body.head != "mul":
            return None
        left = [t for t in body.args if mentions(t, [i])]
        right = [t for t in body.args if mentions(t, [j])]
        if not left or not right or set(left) & set(right) or len(left) + len(right) < len(body.args):
            return None
        a = self.known(instantiate(mul(*left), {key(k): j}))
        b = self.known(instantiate(mul(*right), {key(k): i}))
        if a is None or b is None:
            return None
        return bind("sum", k, 1, hi, mul(_at(b, self.block, i, k), _at(a, self.block, k, j)))

    def _rank_one(self, m: Term, change: Term) -> Term | None:
        """The inverse of ``M + u v^T`` by Sherman and Morrison."""
        i, j = self.i, self.j
        parts = change.args if change.head == "mul" else (change,)
        u = [t for t in parts if mentions(t, [i])]
        v = [t for t in parts if t not in u]
        if not u or any(mentions(t, [j]) for t in u) or not any(mentions(t, [j]) for t in v):
            return None
        a = self.known(m)
        if a is None:
            return None
        k, h = self.search.tensors.new(), self.search.tensors.new()

        def summed(*factors: Term) -> Term:
            return bind("sum", k, 1, self.size, bind("sum", h, 1, self.size, mul(*factors)))
        first, last = ([instantiate(t, {key(i): x}) for t in u] for x in (k, h))
        start, end = ([instantiate(t, {key(j): x}) for t in v] for x in (k, h))
        bottom = op("add", 1, summed(*start, _at(a, self.block, k, h), *last))
        return sub(a, op("div", summed(_at(a, self.block, i, k), *first, *end, _at(a, self.block, h, j)), bottom))


__all__ = ["prove_regular"]
