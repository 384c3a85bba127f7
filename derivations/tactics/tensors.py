"""Products of entries, summed over indices.

A term is written as a combination of tensors: products of factors under nested sums.  Sums over a Kronecker
delta are collapsed, further rules of the caller are applied, and tensors that differ in the order of their
sums, or by entries of symmetric matrices, are made one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivations.kernel.term import (
    Term,
    TermError,
    add,
    bind,
    close_over,
    eq,
    in_range,
    literal,
    mul,
    num,
    op,
    open_with,
    var,
)
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.sums import constant, diagonal

Index = tuple[Term, Term, Term]                 # a summed index and its bounds
Combination = dict[tuple[Term, ...], Fraction]  # products of terms, with their coefficients
Monomial = tuple[Fraction, tuple["Tensor", ...]]
Flat = tuple[Fraction, tuple[Term, ...], tuple[Index, ...]]
MOST = 64           # monomials
STEPS = 120         # rewriting steps of one search
ONE = Fraction(1)


@dataclass(frozen=True)
class Tensor:
    """A product of factors summed over indices, the outermost first."""

    factors: tuple[Term, ...]
    sums: tuple[Index, ...] = ()

    @property
    def term(self) -> Term:
        """The nested sums."""
        return summed(mul(*self.factors), self.sums)

    @property
    def indices(self) -> tuple[Term, ...]:
        """The summed symbols."""
        return tuple(x for x, _, _ in self.sums)

    def place(self, n: int) -> list[int]:
        """The path to a factor."""
        return [2] * len(self.sums) + ([n] if len(self.factors) > 1 else [])


def summed(t: Term, sums: Sequence[Index]) -> Term:
    """``t`` under the sums, the first outermost."""
    for x, lo, hi in reversed(sums):
        t = bind("sum", x, lo, hi, t)
    return t


def within(ctx: Context, sums: Sequence[Index]) -> Context:
    """What holds inside the sums."""
    return ctx.union(*(in_range(*s) for s in sums))


def mentions(t: Term, symbols: Sequence[Term]) -> bool:
    """Whether one of the symbols occurs in ``t``."""
    return any(("v", x.data, 0) in t.symbols for x in symbols)


def is_delta(t: Term) -> bool:
    """``ite(a = b, 1, 0)``."""
    return t.head == "ite" and t.args[0].head == "eq" and t.args[1] is num(1) and t.args[2] is num(0)


def to_term(c: Combination) -> Term:
    """The combination as a term."""
    return add(*(mul(*([num(k)] if k != 1 or not m else []), *m) for m, k in c.items()))


def plus(a: Combination, b: Combination, factor: Fraction = ONE) -> Combination:
    """``a + factor b``."""
    out = dict(a)
    for m, k in b.items():
        out[m] = out.get(m, Fraction(0)) + factor * k
    return {m: k for m, k in out.items() if k}


def times(a: Combination, b: Combination) -> Combination:
    """The product, its monomials in one order."""
    out: Combination = {}
    for m, k in a.items():
        for n, h in b.items():
            out = plus(out, {tuple(sorted((*m, *n), key=repr)): k * h})
    if len(out) > MOST:
        raise Refused("the products have too many terms")
    return out


class Tensors:
    """Combinations of tensors under one context.  ``rule``: one more step for a tensor, or None."""

    def __init__(self, ctx: Context, prove: C.Prove, rule: Callable[[Tensors, Tensor], Theorem | None],
                 factor: Callable[[Tensors, Context, Term], Theorem | None],
                 flip: Callable[[Tensors, Context, Term], Theorem | None],
                 before: Tensors | None = None) -> None:
        self.ctx, self.prove, self.rule, self.factor, self.flip = ctx, prove, rule, factor, flip
        self.names: list[int] = before.names if before is not None else [0, 0]
        self.known: dict[object, list[Tensor]] = {}
        self.found: dict[Term, tuple[Theorem, Combination]] = {}
        self.taken = frozenset(name for t in ctx for _, name, _ in t.symbols)

    def new(self) -> Term:
        """A symbol that is new to the context and to this search."""
        while True:
            self.names[0] += 1
            x = var(f"s{self.names[0]}")
            if x.data not in self.taken:
                return x

    # -- reading --------------------------------------------------------------------------------

    def flat(self, t: Term) -> list[Flat]:
        """The monomials of a term, products multiplied out and sums drawn to the front.  Errors: Refused."""
        match t.head:
            case "num":
                c = literal(t)
                return [(c, (), ())] if c else []
            case "neg":
                return [(-c, f, s) for c, f, s in self.flat(t.args[0])]
            case "add":
                return self._few([m for a in t.args for m in self.flat(a)])
            case "mul":
                return self._product([self.flat(a) for a in t.args])
            case "div":
                c = literal(t.args[1])
                if c:
                    return [(k / c, f, s) for k, f, s in self.flat(t.args[0])]
                if t.args[0] is not num(1):
                    return self._product([self.flat(t.args[0]), [(ONE, (op("div", 1, t.args[1]),), ())]])
            case "pow":
                n = literal(t.args[1])
                if n is not None and n.denominator == 1 and 1 <= n <= 4:
                    return self._product([self.flat(t.args[0]) for _ in range(int(n))])
            case "sum":
                lo, hi, body = t.args
                x = self.new()
                return [(c, f, ((x, lo, hi), *s)) for c, f, s in self.flat(open_with(body, [x]))
                        if not any(mentions(b, [x]) for _, p, q in s for b in (p, q)) or self._refuse()]
        return [(ONE, (t,), ())]

    def _refuse(self) -> bool:
        raise Refused("the bounds of a sum depend on an index")

    def _few(self, out: list[Flat]) -> list[Flat]:
        if len(out) > MOST:
            raise Refused("the products have too many terms")
        return out

    def _product(self, parts: list[list[Flat]]) -> list[Flat]:
        out: list[Flat] = [(ONE, (), ())]
        for p in parts:
            out = self._few([(c * k, f + g, s + r) for c, f, s in out for k, g, r in p])
        return out

    def monomials(self, t: Term) -> list[Monomial]:
        """The monomials of a term, each as a product of tensors that share no index."""
        return [(c, tuple(apart(f, s))) for c, f, s in self.flat(t)]

    # -- reducing -------------------------------------------------------------------------------

    def reduced(self, t: Term) -> tuple[Theorem, Combination]:
        """``t = `` a combination of settled tensors.  Errors: Refused."""
        prem: list[Theorem] = []
        entries = []
        total: Combination = {}
        for c, parts in self.monomials(t):
            done: Combination = {(): c}
            for n, p in enumerate(parts):
                e, q = self._tensor(p)
                if e.goal.args[0] is not e.goal.args[1]:
                    entries.append(("eq", mul(to_term(done), *(r.term for r in parts[n + 1:])), None, [len(prem)]))
                    prem.append(e)
                done = times(done, q)
            total = plus(total, done)
        goal = eq(t, to_term(total))
        return derive("arith", self.ctx, goal, prem, entries=entries) if prem else \
            S.norm(self.ctx, t, goal.args[1]), total

    def _tensor(self, c: Tensor) -> tuple[Theorem, Combination]:
        t = c.term
        if t not in self.found:
            e = self._step(c)
            if e is None:
                self.found[t] = self._settled(c)
            else:
                self.names[1] += 1
                if self.names[1] > STEPS:
                    raise Refused("there are too many steps")
                rest, total = self.reduced(e.goal.args[1])
                self.found[t] = S.chain(self.ctx, [e, rest]), total
        return self.found[t]

    def _step(self, c: Tensor) -> Theorem | None:
        inner = within(self.ctx, c.sums)
        for n, f in enumerate(c.factors):
            e = self.factor(self, inner, f)
            if e is not None and e.goal.args[1] is not f:
                return S.congruence(self.ctx, c.term, c.place(n), c.indices, e)
        return self._collapsed(c) or self.rule(self, c)

    def _collapsed(self, c: Tensor) -> Theorem | None:
        """A sum over the index of a Kronecker delta, or over an index that does not occur."""
        for x in c.indices:
            if not any(mentions(f, [x]) for f in c.factors):
                return self._inner(c, [x], lambda ctx, t: constant(ctx, t, self.prove))
        for n, f in enumerate(c.factors):
            if not is_delta(f):
                continue
            a, b = f.args[0].args
            if a is b or not (a in c.indices or b in c.indices):
                continue
            if a not in c.indices:
                e = S.turned_condition(within(self.ctx, c.sums), f, f.args[0], eq(b, a))
                return S.congruence(self.ctx, c.term, c.place(n), c.indices, e)
            done = self._inner(c, [a], lambda ctx, t: diagonal(ctx, t, self.prove))
            if done is not None:
                return done
        return None

    def _inner(self, c: Tensor, inner: Sequence[Term],
               convert: Callable[[Context, Term], Theorem | None]) -> Theorem | None:
        e, others, rest, mine = self.arranged(c, inner)
        new = convert(within(self.ctx, others), mine.term)
        if new is None:
            return None
        path = [2] * len(others) + ([len(rest)] if rest else [])
        e2 = S.congruence(self.ctx, e.goal.args[1], path, [x for x, _, _ in others], new)
        return S.chain(self.ctx, [e, e2])

    # -- rearranging ----------------------------------------------------------------------------

    def arranged(self, c: Tensor, inner: Sequence[Term]) -> tuple[Theorem, tuple[Index, ...], list[Term], Tensor]:
        """``c = sums over the others of (rest * sums over the inner indices)``."""
        ranges = {s[0]: s for s in c.sums}
        others = tuple(s for s in c.sums if s[0] not in inner)
        e = self.ordered(c, [*(s[0] for s in others), *inner])
        rest = [f for f in c.factors if not mentions(f, inner)]
        mine = Tensor(tuple(f for f in c.factors if mentions(f, inner)), tuple(ranges[x] for x in inner))
        new = summed(mul(*rest, mine.term), others)
        return S.chain(self.ctx, [e, S.norm(self.ctx, e.goal.args[1], new)]), others, rest, mine

    def ordered(self, c: Tensor, order: Sequence[Term]) -> Theorem:
        """``c`` with its sums in another order."""
        now = list(c.sums)
        links = [S.reflexive(self.ctx, c.term)]
        body = mul(*c.factors)
        for n, x in enumerate(order):
            k = next(k for k, s in enumerate(now) if s[0] is x)
            for m in range(k - 1, n - 1, -1):
                (j, a, b), (i, lo, hi) = now[m], now[m + 1]
                inner = summed(body, now[m + 2:])
                e = S.axiom(within(self.ctx, now[:m]), "sum_swap", a=a, b=b, c=lo, d=hi, F=close_over(inner, [j, i]))
                whole = summed(body, now)
                links.append(S.congruence(self.ctx, whole, [2] * m, [s[0] for s in now[:m]], e))
                now[m], now[m + 1] = now[m + 1], now[m]
        return S.chain(self.ctx, links)

    def flipped(self, c: Tensor, factors: Sequence[Term]) -> tuple[Theorem, Tensor]:
        """``c`` with entries of symmetric matrices turned to the given factors."""
        links = [S.reflexive(self.ctx, c.term)]
        now = c
        for n, (f, g) in enumerate(zip(c.factors, factors, strict=True)):
            if f is g:
                continue
            e = self.flip(self, within(self.ctx, c.sums), f)
            if e is None or e.goal.args[1] is not g:
                raise Refused(f"{f!r} does not turn to {g!r}")
            links.append(S.congruence(self.ctx, now.term, now.place(n), now.indices, e))
            now = Tensor((*now.factors[:n], g, *now.factors[n + 1:]), now.sums)
        return S.chain(self.ctx, links), now

    def sides(self, c: Tensor) -> list[list[Term]]:
        """The ways to write each factor."""
        inner = within(self.ctx, c.sums)
        return [[f] if (e := self.flip(self, inner, f)) is None else [f, e.goal.args[1]] for f in c.factors]

    def _settled(self, c: Tensor) -> tuple[Theorem, Combination]:
        key = (tuple(sorted(map(_shape, c.factors))), tuple(sorted(repr(s[1:]) for s in c.sums)))
        mates = self.known.setdefault(key, [])
        ways = self.sides(c) if mates else []
        ranges = {s[0]: s[1:] for s in c.sums}
        for other in mates:
            for used, values in placed(other.factors, ways, other.indices):
                images = [values.get(x) for x in other.indices]
                if len(set(images)) < len(images) or any(
                        y is None or ranges.get(y) != s[1:] for y, s in zip(images, other.sums, strict=True)):
                    continue
                written = list(c.factors)
                for n, f in used:
                    written[n] = f
                e, turned = self.flipped(c, written)
                e2 = self.ordered(turned, [y for y in images if y is not None])
                e3 = S.norm(self.ctx, e2.goal.args[1], other.term)
                return S.chain(self.ctx, [e, e2, e3]), {(other.term,): ONE}
        mates.append(c)
        return S.reflexive(self.ctx, c.term), {(c.term,): ONE}


def placed(patterns: Sequence[Term], ways: Sequence[Sequence[Term]], variables: Sequence[Term],
           values: dict[Term, Term] | None = None,
           used: tuple[tuple[int, Term], ...] = ()) -> Iterator[tuple[tuple[tuple[int, Term], ...], dict[Term, Term]]]:
    """The ways to match patterns with different factors: the factors used as written, and the variables' values."""
    values = values or {}
    if not patterns:
        yield used, values
        return
    for n, forms in enumerate(ways):
        if any(n == m for m, _ in used):
            continue
        for f in forms:
            trial = dict(values)
            if C.match_tree(patterns[0], f, tuple(variables), trial):
                yield from placed(patterns[1:], ways, variables, trial, (*used, (n, f)))


def apart(factors: Sequence[Term], sums: Sequence[Index]) -> list[Tensor]:
    """The product as tensors that share no summed index."""
    groups: list[tuple[list[int], list[Index]]] = [([], [s]) for s in sums]
    loose = []
    for n, f in enumerate(factors):
        mine = [g for g in groups if mentions(f, [s[0] for s in g[1]])]
        if not mine:
            loose.append(Tensor((f,)))
            continue
        joined = (sorted([n, *(k for g in mine for k in g[0])]),
                  [s for s in sums if any(s in g[1] for g in mine)])
        groups = [g for g in groups if g not in mine] + [joined]
    return [*loose, *(Tensor(tuple(factors[k] for k in g), tuple(s)) for g, s in groups)]


def _shape(f: Term) -> str:
    if f.head in ("f", "g"):
        return f"{f.data}/{len(f.args)}"
    return f"inv {f.args[0]!r}" if f.head == "inv" else f.head


__all__ = ["Combination", "Index", "Tensor", "Tensors", "TermError", "apart", "is_delta", "mentions", "placed",
           "plus", "summed", "times", "to_term", "within"]
