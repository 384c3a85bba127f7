"""Inequalities between weighted sums of logarithms.

Gibbs' inequality and its relatives: the logarithms of each weight are collected into one, which is
at most its argument less 1, and what remains is a sum whose value is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from derivations.kernel.term import (
    Term,
    TermError,
    add,
    close_over,
    eq,
    fresh,
    in_range,
    make,
    mul,
    num,
    op,
    open_with,
    subterms,
)
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.tactics import chains
from derivations.tactics import context as C
from derivations.tactics import givens as G
from derivations.tactics import steps as S
from derivations.tactics.chains import Link
from derivations.tactics.conversion import clean, cleanup, everywhere
from derivations.tactics.derivatives import constants_out
from derivations.tactics.logarithms import taken_apart
from derivations.tactics.sums import modulo

Piece = tuple[Fraction, tuple[Term, ...]]       # a number and the other factors of a summand


@dataclass
class _Group:
    """Logarithms that one weight multiplies along one range."""

    lo: Term
    hi: Term
    k: Term
    weight: tuple[Term, ...]
    logs: list[tuple[Fraction, Term]] = field(default_factory=list)     # coefficient and argument

    def share(self) -> Fraction:
        """The size that all coefficients have in common.  Errors: Refused if they differ."""
        sizes = {abs(c) for c, _ in self.logs}
        if len(sizes) != 1:
            raise Refused("the logarithms have different coefficients")
        return sizes.pop()

    def sides(self) -> tuple[list[Term], list[Term]]:
        return [a for c, a in self.logs if c > 0], [a for c, a in self.logs if c < 0]

    def argument(self) -> Term:
        up, down = self.sides()
        return op("div", mul(*up), mul(*down)) if down else mul(*up)

    def scaled(self, *t: Term) -> Term:
        return clean(mul(num(self.share()), *self.weight, *t))

    def cancelled(self) -> Term:
        """The weight times the argument, with common factors gone."""
        up, down = self.sides()
        weight = list(self.weight)
        for a in list(down):
            if a in weight:
                weight.remove(a)
                down.remove(a)
        top = clean(mul(num(self.share()), *weight, *up))
        return op("div", top, mul(*down)) if down else top

    def total(self, t: Term) -> Term:
        return make("sum", (self.lo, self.hi, close_over(t, [self.k])))


def gibbs(ctx: Context, goal: Term, prove: C.Prove) -> tuple[Theorem, list[Link]] | None:
    """``a <= b`` by ``log u <= u - 1`` in each summand of ``a - b``; None if it has another form."""
    if goal.head != "le" or not any("log" in _heads(a) for a in _unfoldings(ctx, goal, prove)):
        return None
    a, b = goal.args
    start = clean(op("add", a, op("neg", b))) if b is not num(0) else a
    now, links, names = start, [], G.definitions(ctx)
    for _ in range(3):
        found = None
        if not any(a.head in ("v", "r") and (a.head, str(a.data), 0) in names for a in subterms(now)):
            try:
                found = _from(ctx, now, prove)
            except (Refused, TermError):
                pass
        if found is not None:
            links += found
            prem = [x.theorem for x in links]
            entries: list[tuple[str, Term, Term | None, list[int]]] = [
                ("eq" if t.goal.head == "eq" else "pos", num(1), None, [n]) for n, t in enumerate(prem)]
            return derive("arith", ctx, goal, prem, entries=entries), links
        e = _layer(ctx, now, prove)
        if e is None:
            return None
        tidy = cleanup(ctx, e.goal.args[1])
        links.append(Link(e if tidy is None else S.chain(ctx, [e, tidy]), "definition"))
        now = links[-1].theorem.goal.args[1]
    return None


def _heads(t: Term) -> set[str]:
    return {s.head for s in subterms(t)}


def _unfoldings(ctx: Context, goal: Term, prove: C.Prove) -> list[Term]:
    out = [goal]
    for a in goal.args:
        e = G.by_definition(ctx, a, prove)
        if e is not None:
            out.append(e.goal.args[1])
    return out


def _layer(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """Names of numbers replaced by what they stand for; where there are none, families."""
    names = G.definitions(ctx)
    for kinds in (("v", "r"), ("f", "g")):
        e = everywhere(ctx, t, G.conversion(prove, lambda s, k=kinds: s.head in k and (      # type: ignore[misc]
            s.head, str(s.data), len(s.args)) in names))
        if e is not None:
            return e
    return None


def _from(ctx: Context, d: Term, prove: C.Prove) -> list[Link] | None:
    """Links from ``d`` down to a number that is at most 0."""
    groups, rest, single = _sorted(ctx, d)
    if not groups:
        return None
    weights = {g.total(mul(*g.weight)): g for g in groups}
    equations = [f for f in C.plain_facts(ctx) if f.goal.head == "eq"]
    for c, factors, argument in single:
        mine = [weights[f.goal.args[0]] for f in equations
                if f.goal.args[0] in weights and f.goal.args[1] is mul(*factors)]
        if not mine:
            return None
        mine[0].logs.append((c, argument))

    def joined(parts: list[Term]) -> Term:
        return add(*parts, *rest)
    collected = joined([g.total(g.scaled(op("log", g.argument()))) for g in groups])
    links = [Link(_collected(ctx, d, collected, equations, prove), "logarithms collected")]
    bound = joined([g.total(g.scaled(op("add", g.argument(), -1))) for g in groups])
    links.append(Link(_bounded(ctx, collected, bound, groups, prove), r"$\log u \le u - 1$"))
    spread = joined([t for g in groups for t in (g.total(g.cancelled()), op("neg", g.total(g.scaled())))])
    links.append(Link(_spread(ctx, bound, spread, groups, prove), "multiply out"))
    return [*links, *_down(ctx, spread, prove)]


def _pieces(t: Term) -> list[Piece]:
    """The summands of a term multiplied out; what is no sum, product or sign is a factor."""
    match t.head:
        case "num":
            assert isinstance(t.data, Fraction)
            return [(t.data, ())] if t.data else []
        case "add":
            return [p for a in t.args for p in _pieces(a)]
        case "neg":
            return [(-c, f) for c, f in _pieces(t.args[0])]
        case "mul":
            out: list[Piece] = [(Fraction(1), ())]
            for a in t.args:
                out = [(c * e, (*f, *g)) for c, f in out for e, g in _pieces(a)]
            return out
        case "div" if t.args[0] is not num(1):
            below = [(1 / b.data, ())] if isinstance((b := t.args[1]).data, Fraction) and b.data else \
                [(Fraction(1), (op("div", 1, b),))]
            return [(c * e, (*f, *g)) for c, f in _pieces(t.args[0]) for e, g in below]
    return [(Fraction(1), (t,))]


def _joined(c: Fraction, factors: tuple[Term, ...]) -> Term:
    return clean(mul(num(c), *factors)) if c >= 0 else op("neg", clean(mul(num(-c), *factors)))


def _sorted(ctx: Context, d: Term) -> tuple[list[_Group], list[Term], list[tuple[Fraction, tuple[Term, ...], Term]]]:
    """Weighted sums of logarithms, what holds none, and logarithms that stand alone."""
    groups: dict[tuple[Term, Term, tuple[Term, ...]], _Group] = {}
    rest: list[Term] = []
    single = []
    k = fresh("k", d, *ctx)
    for c, factors in _pieces(d):
        sums = [f for f in factors if f.head == "sum"]
        alone = _log_in(factors)
        if len(sums) == 1 and alone is None:
            outside = tuple(f for f in factors if f is not sums[0])
            lo, hi, body = sums[0].args
            for e, inner in _pieces(open_with(body, [k])):
                found = _log_in(inner)
                if found is None:
                    rest.append(_joined(c * e, (*outside, make("sum", (lo, hi, close_over(mul(*inner), [k]))))))
                    continue
                weight = tuple(sorted((*outside, *found[0]), key=repr))
                group = groups.setdefault((lo, hi, weight), _Group(lo, hi, k, weight))
                group.logs += [(c * e * n, a) for a, n in _parts(found[1])]
        elif alone is not None:
            single += [(c * n, alone[0], a) for a, n in _parts(alone[1])]
        else:
            rest.append(_joined(c, factors))
    return list(groups.values()), rest, single


def _parts(a: Term) -> list[tuple[Term, int]]:
    """The factors of an argument with 1, its divisors with -1."""
    match a.head:
        case "mul":
            return [p for x in a.args for p in _parts(x)]
        case "div":
            return [*_parts(a.args[0]), *((x, -n) for x, n in _parts(a.args[1]))]
    return [] if a is num(1) else [(a, 1)]


def _log_in(factors: tuple[Term, ...]) -> tuple[tuple[Term, ...], Term] | None:
    """The other factors and the argument of the one logarithm among some factors."""
    logs = [t for t in factors if t.head == "log"]
    if len(logs) != 1:
        return None
    return tuple(t for t in factors if t is not logs[0]), logs[0].args[0]


def _collected(ctx: Context, d: Term, collected: Term, equations: list[Theorem], prove: C.Prove) -> Theorem:
    """``d = collected``: the logarithm of each group taken apart again."""
    def convert(c: Context, s: Term) -> Theorem | None:
        if s.head != "log" or s.bound:
            return None
        e = taken_apart(c, s, frozenset(a for a, _ in _parts(s.args[0])), prove)
        return None if e.goal.args[1] is s else e
    ends = [everywhere(ctx, t, convert) for t in (d, collected)]
    left, right = (t if e is None else e.goal.args[1] for t, e in zip((d, collected), ends, strict=True))
    links = [ends[0], modulo(ctx, eq(left, right), equations, prove),
             None if ends[1] is None else S.symmetric(ctx, ends[1])]
    return S.chain(ctx, [e for e in links if e is not None])


def _bounded(ctx: Context, a: Term, b: Term, groups: list[_Group], prove: C.Prove) -> Theorem:
    """``a <= b``, group by group."""
    prem = []
    for g in groups:
        inner = ctx | set(in_range(g.k, g.lo, g.hi))
        u = g.argument()
        tangent = S.axiom(inner, "log_le", [prove(inner, op("lt", 0, u))], x=u)
        weight = mul(*g.weight)
        sign = [prove(inner, op("le", 0, weight))] if g.weight else []
        small, large = g.scaled(op("log", u)), g.scaled(op("add", u, -1))
        each = derive("arith", inner, op("le", small, large), [tangent, *sign],
                      entries=[("pos", num(g.share()), None, list(range(1 + len(sign))))])
        every = S.generalise(ctx, each, g.k, list(in_range(g.k, g.lo, g.hi)))
        prem.append(S.axiom(ctx, "sum_mono", [every], lo=g.lo, hi=g.hi, F=close_over(small, [g.k]),
                            G=close_over(large, [g.k])))
    return derive("arith", ctx, op("le", a, b), prem, entries=[("pos", num(1), None, [n]) for n in range(len(prem))])


def _spread(ctx: Context, a: Term, b: Term, groups: list[_Group], prove: C.Prove) -> Theorem:
    """``sum w (u - 1) = sum w u - sum w``, with what w and u have in common cancelled."""
    links: list[Theorem] = []
    now = a
    for g in groups:
        inner = ctx | set(in_range(g.k, g.lo, g.hi))
        facts = [prove(inner, op("lt", 0, x)) for x in dict.fromkeys(x for _, x in g.logs)]
        body = g.scaled(op("add", g.argument(), -1))
        plain = op("add", g.cancelled(), op("neg", g.scaled()))
        e = S.congruence(inner, body, [], [], S.norm(inner, body, plain, facts))
        target = g.total(body)

        def convert(c: Context, s: Term, target: Term = target, e: Theorem = e, g: _Group = g) -> Theorem | None:
            return S.congruence(c, s, [2], [g.k], e) if s is target else None
        link = everywhere(ctx, now, convert)
        if link is not None:
            links.append(link)
            now = link.goal.args[1]
    return S.chain(ctx, [*links, prove(ctx, eq(now, b))])


def _down(ctx: Context, now: Term, prove: C.Prove) -> list[Link]:
    """Links from a sum without logarithms to a number that is at most 0.  Errors: Refused."""
    out: list[Link] = []
    moves = (("the known value of the sum", chains.given_sum), ("definition", G.by_definition),
             ("constant factors out of the sum", _outside))
    for reason, move in moves:
        e = move(ctx, now, prove)
        if e is None:
            continue
        tidy = cleanup(ctx, e.goal.args[1])
        out.append(Link(e if tidy is None else S.chain(ctx, [e, tidy]), reason))
        now = out[-1].theorem.goal.args[1]
    if now is num(0):
        return out
    rest = chains.run(ctx, now, num(0), chains.SUMS, prove)
    if rest is not None:
        return [*out, *(x for x in rest if x.theorem.goal.args[0] is not x.theorem.goal.args[1])]
    return [*out, Link(prove(ctx, op("le", now, num(0))), "by the bounds above")]


def _outside(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    return everywhere(ctx, t, constants_out)


__all__ = ["gibbs"]
