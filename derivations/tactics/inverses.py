"""Inverses of matrices of any size.

An entry of an inverse times the matrix is a Kronecker delta: where the leading product of the matrix stands
beside the inverse, it is replaced.  What is left is compared, or first multiplied by the matrix.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

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
    open_with,
    sub,
    subterms,
)
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.conversion import heads_of, replaced
from derivations.tactics.products import Law, calm, key, opened, split_off, turned_round, weight, with_products
from derivations.tactics.tensors import (
    Combination,
    Tensor,
    Tensors,
    is_delta,
    mentions,
    placed,
    summed,
    to_term,
    within,
)

DEEPEST = 3         # so many matrices are multiplied by
SHALLOW = 4         # and only this far down in a search


@dataclass
class Rules:
    """How products are replaced: the given equations in use, and which product of a matrix leads."""

    lightest: bool = False
    choice: bool = False            # whether a matrix had more than one product that might lead
    given: dict[Term, list[Law]] = field(default_factory=dict)


class Block:
    """A square matrix with its entry as a combination of tensors.  ``every``: that equation for all its entries."""

    def __init__(self, search: Search, matrix: Term) -> None:
        rows = matrix
        if rows.head != "fam" or rows.args[2].head != "fam" or rows.args[0] is not num(1) \
                or rows.args[2].args[0] is not num(1) or rows.args[2].args[1] is not rows.args[1]:
            raise Refused(f"{matrix!r} is not a square matrix")
        self.matrix, self.size = matrix, rows.args[1]
        self.row, self.column, inner = search.block(self.size)
        self.entry = open_with(rows.args[2].args[2], [self.column, self.row])
        self.scheme = close_over(self.entry, [self.row, self.column])
        self.equation, self.form = inner.reduced(self.entry)
        t = self.equation
        for x in (self.column, self.row):
            premises = in_range(x, num(1), self.size)
            t = S.generalise(frozenset(t.ctx - set(premises)), t, x, premises)
        self.every = t
        turned = instantiate(self.entry, {key(self.row): self.column, key(self.column): self.row})
        self.symmetric = inner.reduced(turned)[1] == self.form

    def at(self, ctx: Context, prove: C.Prove, r: Term, c: Term) -> Theorem:
        """The entry at r, c as a combination."""
        t = S.weaken(ctx, self.every)
        for x in (r, c):
            t = S.modus(ctx, t, *(prove(ctx, p) for p in in_range(x, num(1), self.size)), at=x)
        return t

    def leads(self) -> list[tuple[Term, ...]]:
        """The products that depend on both places, that of most factors last; identities do not count."""
        found = [m for m in self.form if all(any(mentions(t, [x]) for t in m) for x in (self.row, self.column))]
        size = {m: weight(tuple(filter(self.turns, m))) for m in found}
        return sorted([m for m in found if size[m]] or found, key=lambda m: (size[m], repr(m)))

    def turns(self, t: Term) -> bool:
        """Whether a factor depends on the place."""
        return mentions(t, [self.row, self.column])


class Search:
    """What one search knows: the tensors of its context, and its matrices."""

    def __init__(self, ctx: Context, prove: C.Prove, rules: Rules | None = None,
                 before: Tensors | None = None) -> None:
        self.ctx, self.prove, self.rules = ctx, prove, rules
        self.tensors = Tensors(ctx, prove, self._rule, self._factor, self._flip, before)
        self.blocks: dict[Term, Block | None] = {}
        self.sizes: dict[Term, tuple[Term, Term, Search]] = {}
        self.bottoms: dict[Term, list[Theorem]] = {}        # what was put for denominators

    def block(self, size: Term) -> tuple[Term, Term, Tensors]:
        """The symbols for the places in matrices of a size, and the tensors inside."""
        if size not in self.sizes:
            r, c = self.tensors.new(), self.tensors.new()
            ctx = self.ctx.union(in_range(r, num(1), size), in_range(c, num(1), size))
            self.sizes[size] = r, c, Search(ctx, self.prove, None, self.tensors)
        r, c, search = self.sizes[size]
        return r, c, search.tensors

    def of(self, matrix: Term) -> Block | None:
        """The matrix, if it can be read."""
        if matrix.bound:
            return None
        if matrix not in self.blocks:
            self.blocks[matrix] = None
            try:
                self.blocks[matrix] = Block(self, matrix)
            except (Refused, TermError):
                pass
        return self.blocks[matrix]

    # -- factors --------------------------------------------------------------------------------

    def _factor(self, tensors: Tensors, ctx: Context, f: Term) -> Theorem | None:
        """A factor in its usual form."""
        if is_delta(f):
            return self._decided(ctx, f)
        if f.head == "inv":
            return self._same(ctx, f)
        if f.head == "div" and f.args[0] is num(1) and not mentions(f, _extra(ctx, self.ctx)):
            e, _ = tensors.reduced(f.args[1])
            self.bottoms.setdefault(e.goal.args[1], []).append(e)
            return S.congruence(ctx, f, [1], [], S.weaken(ctx, e))
        return None

    def _decided(self, ctx: Context, f: Term) -> Theorem | None:
        on = f.args[0]
        a, b = on.args
        if a is b:
            return S.branch(ctx, f, S.reflexive(ctx, a))
        for c in (on, eq(b, a), op("ne", a, b), op("ne", b, a)):
            if c in ctx:
                decided = S.assume(ctx, c)
                return S.branch(ctx, f, decided if c.args[0] is a else S.turned(
                    ctx, decided, op(c.head, a, b)))
        outer = _extra(ctx, self.ctx)
        if a not in outer and b not in outer and repr(b) < repr(a):
            return S.turned_condition(ctx, f, on, eq(b, a))
        return None

    def _same(self, ctx: Context, f: Term) -> Theorem | None:
        """The inverse of the first matrix that has the same entries."""
        block = self.of(f.args[0])
        if block is None:
            return None
        for other in self.blocks.values():
            if other is block:
                return None
            if other is not None and other.size is block.size and other.form == block.form:
                i, j = block.row, block.column
                inner = self.block(block.size)[2].ctx
                entry = S.chain(inner, [block.equation, S.symmetric(inner, other.equation)])
                return S.congruence(ctx, f, [0, 2, 2], [i, j], S.weaken(ctx | inner, entry))
        return None

    def _flip(self, tensors: Tensors, ctx: Context, f: Term) -> Theorem | None:
        """``A(i, j) = A(j, i)`` for a symmetric matrix."""
        if is_delta(f):
            on = f.args[0]
            return S.turned_condition(ctx, f, on, eq(*reversed(on.args)))
        if f.head == "inv":
            block = self.of(f.args[0])
            return None if block is None or not block.symmetric else self._flipped(ctx, block, f)
        if f.head not in ("f", "g") or len(f.args) != 2:
            return None
        turned = make(f.head, list(reversed(f.args)), f.data)
        for u in C.universals(self.ctx):
            c = u.conclusion
            if c.head != "eq" or len(u.variables) != 2 or c.args[0].head != f.head or c.args[0].data != f.data \
                    or c.args[1] is not make(f.head, list(reversed(c.args[0].args)), f.data):
                continue
            values = C.match(c.args[0], f, u.variables)
            t = C.instance(ctx, u, values, self.prove) if values is not None else None
            if t is not None and t.goal is eq(f, turned):
                return t
        return None

    def _flipped(self, ctx: Context, block: Block, f: Term) -> Theorem:
        """``inv(M)(r, c) = inv(M)(c, r)`` where M is symmetric: the right side turned is a left inverse."""
        _, r, c = f.args
        i, j, k = (self.tensors.new() for _ in range(3))
        base = self.ctx
        inner = base.union(in_range(i, num(1), block.size), in_range(j, num(1), block.size))
        law = self.law(inner, "inv_right", block, j, i)
        deep = inner.union(in_range(k, num(1), block.size))
        one, two = block.at(deep, self.prove, k, j), block.at(deep, self.prove, j, k)
        turn = S.chain(deep, [one, S.norm(deep, one.goal.args[1], two.goal.args[1]), S.symmetric(deep, two)]) \
            if one.goal.args[1] is two.goal.args[1] else None
        if turn is None:
            search = Search(deep, self.prove, None, self.tensors)
            a, b = (search.tensors.reduced(t.goal.args[0]) for t in (one, two))
            turn = S.chain(deep, [a[0], S.norm(deep, a[0].goal.args[1], b[0].goal.args[1]), S.symmetric(deep, b[0])])
        start = bind("sum", k, 1, block.size, mul(make("inv", (block.matrix, k, i)), turn.goal.args[0]))
        e = S.congruence(inner, start, [2, 1], [k], turn)
        turned = S.turned_condition(inner, law.goal.args[1], law.goal.args[1].args[0], eq(i, j))
        whole = S.chain(inner, [e, S.norm(inner, e.goal.args[1], law.goal.args[0]), law, turned])
        body = close_over(make("inv", (block.matrix, j, i)), [i, j])
        return unique(ctx, block, whole, i, j, body, r, c, self.prove)

    def law(self, ctx: Context, name: str, block: Block, r: Term, c: Term) -> Theorem:
        """The definition of the inverse at r, c.  Errors: Refused."""
        values = {"A": block.scheme, "n": block.size, "r": r, "c": c}
        return S.axiom(ctx, name, [S.weaken(ctx, self.regular(block)) if h.head == "ne" else self.prove(ctx, h)
                                   for h in S.axiom_needs(name, **values)], **values)

    def regular(self, block: Block) -> Theorem:
        """The determinant is not 0, by what is not about other symbols: one answer for many contexts."""
        h = op("ne", op("det", block.matrix), 0)
        return S.weaken(self.ctx, self.prove(calm(self.ctx, h), h))

    # -- the rule -------------------------------------------------------------------------------

    def _rule(self, tensors: Tensors, c: Tensor) -> Theorem | None:
        """A matrix beside its inverse."""
        for n, g in enumerate(c.factors):
            if g.head != "inv":
                continue
            block = self.of(g.args[0])
            lead = self._leading(block) if block is not None else None
            if block is None or lead is None:
                continue
            for left in (True, False):
                x = g.args[2] if left else g.args[1]
                if x not in c.indices or g.args[1] is g.args[2]:
                    continue
                try:
                    e = self._replaced(c, n, block, lead, x, left)
                except (Refused, TermError):
                    continue
                if e is not None:
                    return e
        for u in with_products(self.ctx):
            for law in self._given(u):
                e = law.used(tensors, c)
                if e is not None:
                    return e
        return None

    def _given(self, u: C.Universal) -> list[Law]:
        """A given equation as rules; none inside of another one."""
        if self.rules is None:
            return []
        laws = self.rules.given
        if u.formula not in laws:
            laws[u.formula] = []
            base = calm(self.ctx, u.formula)
            try:
                for find in (lambda t: opened(base, u, t), lambda t: turned_round(laws[u.formula][0], t, self.prove)):
                    found = find(self.tensors)
                    if found is None:
                        break
                    inner = Search(found[1].ctx, self.prove, None, self.tensors)
                    laws[u.formula].append(Law(inner.tensors, *found))
            except (Refused, TermError, IndexError):
                pass
        return laws[u.formula]

    def _leading(self, block: Block) -> tuple[tuple[Term, ...], Fraction] | None:
        leads = block.leads()
        if not leads:
            return None
        if len(leads) > 1 and self.rules is not None:
            self.rules.choice = True
        lead = leads[0 if self.rules is not None and self.rules.lightest else -1]
        return lead, block.form[lead]

    def _replaced(self, c: Tensor, n: int, block: Block, lead: tuple[tuple[Term, ...], Fraction],
                  x: Term, left: bool) -> Theorem | None:
        product, coefficient = lead
        known, unknown = (block.row, block.column) if left else (block.column, block.row)
        scale = [t for t in product if not block.turns(t)]
        moving = instantiate(mul(*(t for t in product if block.turns(t))), {key(known): x})
        ((_, patterns, sums),) = self.tensors.flat(moving)
        ways = [w if k != n else [] for k, w in enumerate(self.tensors.sides(c))]
        inner = [s[0] for s in sums]
        ranges = {s[0]: s[1:] for s in c.sums}
        if ranges[x] != (num(1), block.size):
            return None
        for used, values in placed(patterns, ways, (unknown, *inner)):
            y = values[unknown]
            images = [values.get(s) for s in inner]
            gone = [x, *(z for z in images if z is not None)]
            kept = [f for k, f in enumerate(c.factors) if k != n and all(k != m for m, _ in used)]
            if len(set(gone)) <= len(inner) or y in gone \
                    or any(ranges.get(z) != s[1:] for z, s in zip(gone[1:], sums, strict=True)) \
                    or any(mentions(f, gone) for f in kept):
                continue
            written = list(c.factors)
            for k, f in used:
                written[k] = f
            e, now = self.tensors.flipped(c, written)
            return self._by_law(e, now, c.factors[n], block, (coefficient, scale, lead[0]), gone, y, left)
        return None

    def _by_law(self, e: Theorem, c: Tensor, g: Term, block: Block,
                lead: tuple[Fraction, list[Term], tuple[Term, ...]], gone: list[Term], y: Term,
                left: bool) -> Theorem:
        coefficient, scale, product = lead
        x, other = gone[0], g.args[1] if left else g.args[2]
        e2, sums, rest, mine = self.tensors.arranged(c, gone)
        local = within(self.ctx, sums)
        law = self.law(local, "inv_left" if left else "inv_right", block, *((other, y) if left else (y, other)))
        deep = local.union(in_range(x, num(1), block.size))
        entry = block.at(deep, self.prove, *((x, y) if left else (y, x)))
        law = S.rewrite(local, law, [0, 2, 1 if left else 0], [x], entry)
        places = {key(block.row): x if left else y, key(block.column): y if left else x}
        remaining = instantiate(to_term(split_off(block.form, product)), places)
        value = sub(law.goal.args[1], bind("sum", x, 1, block.size, mul(g, remaining)))
        factors = [instantiate(t, places) for t in scale]
        whole = mul(num(coefficient), *factors)
        facts = [self.prove(local, op("ne", t, 0)) for t in factors]
        weight = [] if whole is num(1) else [op("div", 1, whole)]
        new = mul(*rest, *weight, value)
        step = derive("arith", local, eq(mul(*rest, mine.term), new), [law, *facts],
                      entries=[("eq", mul(*rest, *weight), None, [0])])
        now = summed(step.goal.args[0], sums)
        return S.chain(self.ctx, [e, e2, S.congruence(self.ctx, now, [2] * len(sums), [s[0] for s in sums], step)])


def _extra(inner: Context, outer: Context) -> list[Term]:
    """The symbols that are in range only inside."""
    return [h.args[0] for h in inner - outer if h.head == "isint" and h.args[0].head == "v"]


def unique(ctx: Context, block: Block, equation: Theorem, i: Term, j: Term, body: Term, r: Term, c: Term,
           prove: C.Prove) -> Theorem:
    """``inv(M)(r, c) = B(r, c)`` from ``sum_k B(i, k) M(k, j) = ite(i = j, 1, 0)``."""
    t = equation
    for x in (j, i):
        premises = in_range(x, num(1), block.size)
        t = S.generalise(frozenset(t.ctx - set(premises)), t, x, premises)
    values = {"A": block.scheme, "B": body, "n": block.size, "r": r, "c": c}
    needs = S.axiom_needs("inv_unique", **values)
    return S.axiom(ctx, "inv_unique", [S.weaken(ctx, t), *(prove(ctx, h) for h in needs[1:])], **values)


# -- goals --------------------------------------------------------------------------------------

def prove_inverse(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """An equation between entries of products of matrices and inverses."""
    if goal.head != "eq":
        return None
    heads = heads_of(goal)
    if "inv" not in heads and not ("sum" in heads and any(map(_decisive, with_products(ctx)))):
        return None
    if getattr(prove, "level", 0) > SHALLOW:
        return prove_products(ctx, goal, prove, Rules(), 0)
    rules = Rules()
    t = prove_products(ctx, goal, prove, rules, DEEPEST)
    return prove_products(ctx, goal, prove, Rules(lightest=True), DEEPEST) if t is None and rules.choice else t


def _decisive(u: C.Universal) -> bool:
    return is_delta(u.conclusion.args[1]) or "inv" in heads_of(u.conclusion)


def prove_products(ctx: Context, goal: Term, prove: C.Prove, rules: Rules, depth: int) -> Theorem | None:
    """An equation between sums of products, up to so many matrices multiplied by on either side."""
    for a, b in (goal.args, goal.args[::-1]):
        if a.head == "inv" and not (b.head == "inv" and b.args[0] is a.args[0]):
            t = _by_product(ctx, a, b, prove, rules)
            if t is not None:
                return t if a is goal.args[0] else S.symmetric(ctx, t)
    search = Search(ctx, prove, rules)
    try:
        sides = [search.tensors.reduced(t) for t in goal.args]
    except TermError:
        return None
    t = _compared(search, goal, sides)
    if t is not None or not depth:
        return t
    return _cases(ctx, goal, sides, prove, rules, depth) or _multiplied(search, goal, sides, prove, rules, depth)


def _not_zero(search: Search, t: Term) -> Theorem:
    """``t != 0`` for a denominator, or for one in whose place it was put.  Errors: Refused."""
    for e in search.bottoms.get(t, []):
        try:
            known = search.prove(search.ctx, op("ne", e.goal.args[0], 0))
        except Refused:
            continue
        return S.rewrite(search.ctx, known, [0], [], e)
    for f in _given_apart(search.ctx, search.prove):
        e, form = search.tensors.reduced(f.goal.args[0])
        if to_term(form) is t:
            return S.rewrite(search.ctx, f, [0], [], e)
    return search.prove(search.ctx, op("ne", t, 0))


def _given_apart(ctx: Context, prove: C.Prove) -> Iterator[Theorem]:
    """What is given to differ from 0, determinants left out."""
    every = (C.instance(ctx, u, C.lowest(u), prove) for u in C.universals(ctx) if u.conclusion.head == "ne")
    for f in (*C.plain_facts(ctx), *every):
        if f is not None and f.goal.head == "ne" and f.goal.args[0].head != "det" and f.goal.args[1] is num(0):
            yield S.weaken(ctx, f)


def _compared(search: Search, goal: Term, sides: Sequence[tuple[Theorem, Combination]]) -> Theorem | None:
    facts = []
    for t in dict.fromkeys(s for _, f in sides for m in f for s in m if s.head == "div"):
        try:
            facts.append(_not_zero(search, t.args[1]))
        except Refused:
            continue
    (a, _), (b, _) = sides
    try:
        middle = S.norm(search.ctx, a.goal.args[1], b.goal.args[1], facts)
    except (Refused, TermError):
        return None
    return S.chain(search.ctx, [a, middle, S.symmetric(search.ctx, b)])


def _by_product(ctx: Context, a: Term, b: Term, prove: C.Prove, rules: Rules) -> Theorem | None:
    """``inv(M)(r, c) = B(r, c)``: B times M is the identity."""
    matrix, r, c = a.args
    if r.head != "v" or c.head != "v" or r is c or any(s.head == "inv" and s.args[0] is matrix for s in subterms(b)):
        return None
    base = frozenset(h for h in ctx if not mentions(h, [r, c]))
    search = Search(base, prove, rules)
    block = search.of(matrix)
    if block is None:
        return None
    i, j, k = (search.tensors.new() for _ in range(3))
    body = close_over(b, [r, c])
    inner = base.union(in_range(i, num(1), block.size), in_range(j, num(1), block.size))
    entry = instantiate(block.entry, {key(block.row): k, key(block.column): j})
    product = bind("sum", k, 1, block.size, mul(open_with(body, [i, k]), entry))
    try:
        t = prove_products(inner, eq(product, op("ite", eq(i, j), 1, 0)), prove, rules, 1)
        return None if t is None else unique(ctx, block, t, i, j, body, r, c, prove)
    except (Refused, TermError):
        return None


def _cases(ctx: Context, goal: Term, sides: Sequence[tuple[Theorem, Combination]], prove: C.Prove,
           rules: Rules, depth: int) -> Theorem | None:
    """Whether two places are the same, where a Kronecker delta asks for it."""
    deltas = [t for _, f in sides for m in f for t in m if is_delta(t)]
    for d in deltas:
        a, b = d.args[0].args
        if not (a.head == b.head == "v") or len(mixed(sides, d)) < 2:
            continue
        same = ctx | {d.args[0]}
        equation = S.assume(same, d.args[0])
        links = [replaced(same, t, equation) for t in goal.args]
        target = op("eq", *(e.goal.args[1] if e else t for e, t in zip(links, goal.args, strict=True)))
        yes = prove_products(same, target, prove, rules, depth - 1)
        if yes is None:
            return None
        yes = S.transport(same, yes, goal, [S.symmetric(same, e) if e else None for e in links])
        no = prove_products(ctx | {op("ne", a, b)}, goal, prove, rules, depth - 1)
        return None if no is None else S.by_cases(ctx, d.args[0], yes, no)
    return None


def mixed(sides: Sequence[tuple[Theorem, Combination]], d: Term) -> list[tuple[Term, ...]]:
    """The monomials in which a factor stands beside others."""
    return [m for _, f in sides for m in f if d in m and len(m) > 1]


def _multiplied(search: Search, goal: Term, sides: Sequence[tuple[Theorem, Combination]], prove: C.Prove,
                rules: Rules, depth: int) -> Theorem | None:
    """The difference of the sides, from that of the sides times a matrix."""
    for matrix, x, left in _open_ends(sides):
        try:
            t = _times(search, goal, matrix, x, left, prove, rules, depth)
        except (Refused, TermError):
            continue
        if t is not None:
            return t
    return None


def _open_ends(sides: Sequence[tuple[Theorem, Combination]]) -> Iterator[tuple[Term, Term, bool]]:
    """The inverses at an end of a product, with the symbol there."""
    found: dict[tuple[Term, Term, bool], None] = {}
    for _, f in sides:
        for m in f:
            for s in (s for t in m for s in subterms(t) if s.head == "inv" and not s.args[0].bound):
                for n, left in ((1, True), (2, False)):
                    if s.args[n].head == "v":
                        found[s.args[0], s.args[n], left] = None
    yield from found


def _times(search: Search, goal: Term, matrix: Term, x: Term, left: bool, prove: C.Prove,
           rules: Rules, depth: int) -> Theorem | None:
    block = search.of(matrix)
    if block is None or not set(in_range(x, num(1), block.size)) <= search.ctx:
        return None
    search.regular(block)
    ctx = search.ctx
    base = frozenset(h for h in ctx if not mentions(h, [x]))
    y, z = search.tensors.new(), search.tensors.new()
    there = base.union(in_range(y, num(1), block.size))
    places = {key(block.row): y if left else z, key(block.column): z if left else y}
    factor = instantiate(block.entry, places)
    products = [bind("sum", z, 1, block.size, mul(factor, instantiate(t, {key(x): z}))) for t in goal.args]
    zero = prove_products(there, eq(*products), prove, rules, depth - 1)
    if zero is None:
        return None
    g = make("inv", (matrix, x, y) if left else (matrix, y, x))
    wholes = [bind("sum", y, 1, block.size, mul(g, p)) for p in products]
    links = []
    for t, w in zip(goal.args, wholes, strict=True):
        e = _compared(search, eq(t, w), [search.tensors.reduced(t), search.tensors.reduced(w)])
        if e is None:
            return None
        links.append(e)
    middle = S.congruence(ctx, wholes[0], [2, 1], [y], zero)
    return S.chain(ctx, [links[0], middle, S.symmetric(ctx, links[1])])


__all__ = ["Block", "Rules", "Search", "prove_inverse", "prove_products"]
