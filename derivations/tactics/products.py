"""Given equations between sums of products.

``Q^T Q = I`` or ``A x = b`` for all entries: the leading product of such an equation is replaced by the rest
of it wherever it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from derivations.kernel.term import Term, TermError, close_over, eq, in_range, instantiate, mul, num, op
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.conversion import heads_of
from derivations.tactics.derivatives import differentiate
from derivations.tactics.tensors import (
    Combination,
    Index,
    Tensor,
    Tensors,
    is_delta,
    mentions,
    placed,
    plus,
    summed,
    to_term,
    within,
)

RANGES = ("isint", "le", "lt")
Variable = tuple[Term, tuple[Term, ...]]        # with the premises that it brings


def key(x: Term) -> tuple[str, str, int]:
    """The symbol as ``instantiate`` names it."""
    return ("v", str(x.data), 0)


def split_off(form: Combination, product: tuple[Term, ...]) -> Combination:
    """The combination without one of its monomials."""
    return plus(form, {product: form[product]}, Fraction(-1))


def weight(m: tuple[Term, ...]) -> int:
    """How much a product holds."""
    return sum(not is_delta(t) and 1 + 4 * (t.head == "sum") for t in m)


class Law:
    """``form = 0`` for all values of variables; ``lead`` is the monomial that is replaced."""

    def __init__(self, tensors: Tensors, variables: Sequence[Variable], equation: Theorem) -> None:
        left, right = equation.goal.args
        ctx = equation.ctx
        (a, p), (b, q) = (tensors.reduced(t) for t in (left, right))
        self.variables = tuple(variables)
        self.form = plus(p, q, Fraction(-1))
        symbols = [x for x, _ in variables]
        if left.head in ("f", "g") and (left,) in self.form and \
                all((left.head, str(left.data), len(left.args)) not in t.symbols for m in q for t in m):
            self.lead: tuple[Term, ...] = (left,)
        else:
            self.lead = max((m for m in self.form if weight(m) and any(mentions(t, symbols) for t in m)),
                            key=lambda m: (weight(m), repr(m)), default=())
        if not self.lead:
            raise Refused(f"{equation.goal!r} has no leading product")
        t = derive("arith", ctx, eq(to_term(self.form), 0), [a, b, equation], entries=[
            ("eq", num(-1), None, [0]), ("eq", num(1), None, [1]), ("eq", num(1), None, [2])])
        for x, premises in reversed(self.variables):
            t = S.generalise(t.ctx - set(premises), t, x, premises)
        self.every = t

    def at(self, ctx: Context, values: dict[Term, Term], prove: C.Prove) -> Theorem:
        """The equation for some values.  Errors: Refused."""
        t = S.weaken(ctx, self.every)
        for x, premises in self.variables:
            t = S.modus(ctx, t, at=values[x])
            for _ in premises:
                t = S.modus(ctx, t, prove(ctx, t.goal.args[0]))
        return t

    def used(self, tensors: Tensors, c: Tensor) -> Theorem | None:
        """The tensor with the rest of the equation in the place of the leading product."""
        symbols = [x for x, _ in self.variables]
        scale = [t for t in self.lead if not mentions(t, symbols)]
        ((_, patterns, sums),) = tensors.flat(mul(*(t for t in self.lead if t not in scale)))
        inner = [s[0] for s in sums]
        if len(patterns) > len(c.factors) or len(inner) > len(c.sums):
            return None
        ranges = {s[0]: s[1:] for s in c.sums}
        for used, values in placed(patterns, tensors.sides(c), (*symbols, *inner)):
            gone = [values[x] for x in inner]
            chosen = {n for n, _ in used}
            kept = [f for n, f in enumerate(c.factors) if n not in chosen]
            if len(set(gone)) < len(inner) or any(ranges.get(z) != s[1:] for z, s in zip(gone, sums, strict=True)) \
                    or any(mentions(f, gone) for f in (*kept, *(values[x] for x in symbols))):
                continue
            try:
                return self._put(tensors, c, dict(used), kept, scale, values, gone)
            except (Refused, TermError):
                continue
        return None

    def _put(self, tensors: Tensors, c: Tensor, used: dict[int, Term], kept: list[Term], scale: list[Term],
             values: dict[Term, Term], gone: list[Term]) -> Theorem:
        e, now = tensors.flipped(c, [used.get(n, f) for n, f in enumerate(c.factors)])
        others: list[Index] = [s for s in c.sums if s[0] not in gone]
        e2 = tensors.ordered(now, [*(s[0] for s in others), *gone])
        mine = Tensor(tuple(used[n] for n in sorted(used)),
                      tuple(next(s for s in c.sums if s[0] is z) for z in gone))
        local = within(tensors.ctx, others)
        law = self.at(local, values, tensors.prove)
        places = {key(x): values[x] for x, _ in self.variables}
        rest = instantiate(to_term(split_off(self.form, self.lead)), places)
        facts = [tensors.prove(local, op("ne", t, 0)) for t in scale]
        share = op("div", -1, mul(num(self.form[self.lead]), *scale))
        product, new = mul(*kept, mine.term), mul(*kept, share, rest)
        step = derive("arith", local, eq(product, new), [law, *facts],
                      entries=[("eq", op("neg", mul(*kept, share)), None, [0])])
        whole = summed(product, others)
        e3 = S.norm(tensors.ctx, e2.goal.args[1], whole)
        e4 = S.congruence(tensors.ctx, whole, [2] * len(others), [s[0] for s in others], step)
        return S.chain(tensors.ctx, [e, e2, e3, e4])


def calm(ctx: Context, formula: Term) -> Context:
    """The context without ranges of symbols that the formula does not hold."""
    return frozenset(f for f in ctx if f.head not in RANGES or f.symbols <= formula.symbols)


def opened(ctx: Context, u: C.Universal, tensors: Tensors) -> tuple[list[Variable], Theorem]:
    """A universal equation at new symbols.  Errors: Refused if it has premises of another kind."""
    symbols = {x: tensors.new() for x in u.variables}
    values = {key(x): y for x, y in symbols.items()}
    premises = [instantiate(p, values) for p in u.premises]
    if u.surely or any(p.head not in RANGES for p in premises):
        raise Refused("it holds under a condition")
    variables = []
    for n, y in enumerate(symbols.values()):
        later = list(symbols.values())[n + 1:]
        variables.append((y, tuple(p for p in premises if mentions(p, [y]) and not mentions(p, later))))
    inner = ctx.union(premises)
    t = S.assume(inner, u.formula)
    done = iter(symbols.values())
    while t.goal.head in ("forall", "imp"):
        t = S.modus(inner, t, at=next(done)) if t.goal.head == "forall" else \
            S.modus(inner, t, S.assume(inner, t.goal.args[0]))
    if t.goal.head != "eq":
        raise Refused("it is no equation")
    if t.goal.args[0].head == "deriv":
        e = differentiate(inner, t.goal.args[0], tensors.prove)
        if e is None:
            raise Refused("the derivative is not found")
        t = S.chain(inner, [S.symmetric(inner, e), t])
    return variables, t


@lru_cache(maxsize=1024)
def with_products(ctx: Context) -> tuple[C.Universal, ...]:
    """The universal equations of a context whose left side is a sum or a derivative, or that hold an inverse."""
    return tuple(u for u in C.universals(ctx) if u.conclusion.head == "eq" and (
        u.conclusion.args[0].head in ("sum", "add", "deriv") or "inv" in heads_of(u.conclusion)))


def turned_round(law: Law, tensors: Tensors, prove: C.Prove) -> tuple[list[Variable], Theorem] | None:
    """``sum_k A(i, k) B(k, j) = ite(i = j, 1, 0)`` from the same for B A: a left inverse is a right inverse."""
    if len(law.variables) != 2 or len(law.form) != 2 or law.form[law.lead] != 1 or len(law.lead) != 1:
        return None
    (other,) = (m for m in law.form if m != law.lead)
    ((_, factors, sums),) = tensors.flat(law.lead[0])
    if len(other) != 1 or not is_delta(other[0]) or len(factors) != 2 or len(sums) != 1 or law.form[other] != -1:
        return None
    (i, _), (j, _) = law.variables
    (k, lo, n), (b, a) = sums[0], factors
    if not mentions(b, [i]):
        a, b = b, a
    if lo is not num(1) or mentions(b, [j]) or mentions(a, [i]) or not mentions(a, [j]) or not mentions(b, [i]):
        return None
    ctx = frozenset(law.every.ctx)
    inner = ctx.union(in_range(i, num(1), n), in_range(j, num(1), n))
    known = law.at(inner, {i: i, j: j}, prove)
    delta = op("ite", eq(i, j), 1, 0)
    links = [derive("arith", inner, eq(summed(mul(b, a), sums), other[0]), [known],
                    entries=[("eq", num(1), None, [0])])]
    if other[0] is not delta:
        links.append(S.turned_condition(inner, other[0], other[0].args[0], eq(i, j)))
    t = S.chain(inner, links)
    for x in (j, i):
        premises = in_range(x, num(1), n)
        t = S.generalise(frozenset(t.ctx - set(premises)), t, x, premises)
    return right_inverse(tensors, t, (a, b, i, j, k, n), prove)


def right_inverse(tensors: Tensors, product: Theorem, parts: tuple[Term, Term, Term, Term, Term, Term],
                  prove: C.Prove) -> tuple[list[Variable], Theorem]:
    """``sum_k A(i, k) B(k, j) = ite(i = j, 1, 0)`` where B A is the identity."""
    a, b, i, j, k, n = parts
    ctx = product.ctx
    inner = ctx.union(in_range(i, num(1), n), in_range(j, num(1), n))
    values = {"A": close_over(a, [k, j]), "B": close_over(b, [i, k]), "n": n}
    regular = S.axiom(ctx, "det_of_inv", [product], **values)
    needs = S.axiom_needs("inv_right", A=values["A"], n=n, r=i, c=j)
    law = S.axiom(inner, "inv_right", [S.weaken(inner, regular), *(prove(inner, h) for h in needs[1:])],
                  A=values["A"], n=n, r=i, c=j)
    deep = inner.union(in_range(k, num(1), n))
    needs = S.axiom_needs("inv_unique", **values, r=k, c=j)
    entry = S.axiom(deep, "inv_unique", [S.weaken(deep, product), *(prove(deep, h) for h in needs[1:])],
                    **values, r=k, c=j)
    equation = S.rewrite(inner, law, [0, 2, 1], [k], entry)
    return [(i, in_range(i, num(1), n)), (j, in_range(j, num(1), n))], equation


__all__ = ["Law", "calm", "key", "opened", "split_off", "turned_round", "weight", "with_products"]
