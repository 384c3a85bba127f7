"""Integrability.

Products of independent factors, linear combinations, sums over ranges, squares, domination.
"""

from __future__ import annotations

from fractions import Fraction

from derivations.kernel.normal import normalizer, to_term
from derivations.kernel.polynomial import ONE, Ratio, factor, ratio, times
from derivations.kernel.term import (
    Term,
    TermError,
    bind,
    fresh,
    in_range,
    make,
    mul,
    num,
    op,
    open_with,
    rvar,
    subterms,
)
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.givens import by_definition
from derivations.tactics.independence import independent


def prove_integrable(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """``integrable(t)``; None if no way is found."""
    if goal.head != "integrable":
        return None
    t = goal.args[0]
    if not t.random:
        return S.constant(ctx, t)
    for way in (_by_definition, _by_facts, _by_sum, _expanded, _by_factors, _by_domination, _by_branches):
        found = way(ctx, goal, t, prove)
        if found is not None:
            return found
    return None


def _by_definition(ctx: Context, goal: Term, t: Term, prove: C.Prove) -> Theorem | None:
    """Defined names replaced by what they stand for."""
    links: list[Theorem] = []
    while (e := by_definition(ctx, links[-1].goal.args[1] if links else t, prove)) is not None and len(links) < 6:
        links.append(e)
    if not links:
        return None
    e = S.chain(ctx, links)
    known = prove(ctx, op("integrable", e.goal.args[1]))
    return S.rewrite(ctx, known, [0], [], S.symmetric(ctx, e))


def _facts(ctx: Context, t: Term, prove: C.Prove) -> list[Theorem]:
    out = [f for f in C.plain_facts(ctx) if f.goal.head == "integrable"]
    return out + list(C.about(ctx, [t], prove, frozenset({"integrable"})))


def _by_facts(ctx: Context, goal: Term, t: Term, prove: C.Prove) -> Theorem | None:
    """A multiple of something known, or something whose square is known."""
    for f in _facts(ctx, t, prove):
        known = f.goal.args[0]
        for candidate, way in ((known, ""), (known.args[0] if known.head == "pow" else known, "int_of_sq")):
            if way and (known.head != "pow" or known.args[1] is not num(2)):
                continue
            try:
                q = _quotient(t, candidate)
                if q is None:
                    continue
                have = S.axiom(ctx, way, [f], x=candidate) if way else f
                return S.combination(ctx, goal, [have], [q])
            except (TermError, Refused):
                continue
    return None


def _by_sum(ctx: Context, goal: Term, t: Term, prove: C.Prove) -> Theorem | None:
    if t.head != "sum":
        return None
    k = fresh("k", t, *ctx)
    lo, hi, body = t.args
    try:
        inner = prove(ctx | set(in_range(k, lo, hi)), op("integrable", open_with(body, [k])))
        return S.of_sum(ctx, "int_sum", k, lo, hi, inner)
    except Refused:
        return None


def _expanded(ctx: Context, goal: Term, t: Term, prove: C.Prove) -> Theorem | None:
    """Multiply out, then monomial by monomial."""
    try:
        r = normalizer(frozenset(f.goal for f in C.plain_facts(ctx)
                                 if f.goal.head in ("ne", "lt", "le", "isint") and not f.goal.random)).form(t)
    except TermError:
        return None
    den = to_term(Ratio(r.den, ONE))
    if not r.num:
        return S.combination(ctx, goal, [], [])
    if den.random:
        return None
    if len(r.num) == 1 and t.head not in ("add", "neg", "div"):
        (m, c), = r.num.items()
        if len([1 for a, _ in m if a.random]) == 1 and t.head in ("pow", "sum"):
            ((a, n),) = [(a, n) for a, n in m if a.random]
            if a.head == "sum" and n == 2:
                return _square_of_sum(ctx, goal, t, a, c, [p for p in m if not p[0].random], prove)
        if t.head != "mul" or all(not x.random or x.head in ("r", "g", "pow") for x in t.args):
            return None
    prem, coef = [], []
    rest: list[Term] = []
    for m, c in r.num.items():
        out = [a if n == 1 else op("pow", a, n) for a, n in m if a.random]
        det = [num(Fraction(int(c.p), int(c.q)))] + [op("pow", a, n) for a, n in m if not a.random]
        scale = op("div", mul(*det), den)
        if not out:
            rest.append(scale)
            continue
        x = mul(*out)
        if x is t:
            return None
        try:
            prem.append(prove(ctx, op("integrable", x)))
        except Refused:
            return None
        coef.append(scale)
    last = [rest[0] if len(rest) == 1 else op("add", *rest)] if rest else []
    facts = [f for f in C.plain_facts(ctx) if f.goal.head in ("ne", "lt", "le", "isint")]
    try:
        return S.combination(ctx, goal, prem, [*coef, *last], facts)
    except Refused:
        return None


def _square_of_sum(ctx: Context, goal: Term, t: Term, total: Term, c: object, det: object,
                   prove: C.Prove) -> Theorem | None:
    """``(sum f)^2`` as a double sum of products."""
    lo, hi, body = total.args
    i = fresh("i", t, *ctx)
    j = fresh("j", t, i, *ctx)
    fi, fj = open_with(body, [i]), open_with(body, [j])
    double = bind("sum", i, lo, hi, bind("sum", j, lo, hi, mul(fi, fj)))
    try:
        have = prove(ctx, op("integrable", double))
        q = _quotient(t, op("pow", total, 2))
        return None if q is None else S.combination(ctx, goal, [have], [q])
    except (Refused, TermError):
        return None


def _by_factors(ctx: Context, goal: Term, t: Term, prove: C.Prove) -> Theorem | None:
    """A product: deterministic factors out, then independent groups, then squares."""
    try:
        r = normalizer(frozenset()).form(t)
    except TermError:
        return None
    _, parts = factor(r.num)
    pieces = [to_term(Ratio(g, ONE)) for g, n in parts for _ in range(n)]
    random = [p for p in pieces if p.random]
    if len(random) < 2:
        return None
    groups: dict[Term, int] = {}
    for p in random:
        groups[p] = groups.get(p, 0) + 1
    powers = [p if n == 1 else op("pow", p, n) for p, n in groups.items()]
    if len(powers) >= 2:
        x, y = powers[0], mul(*powers[1:])
        found = independent(ctx, x, y, prove)
        if found is not None:
            try:
                prem = [found, prove(ctx, op("integrable", x)), prove(ctx, op("integrable", y))]
                both = S.axiom(ctx, "int_indep", prem, x=x, y=y)
                return _scaled(ctx, goal, t, both)
            except Refused:
                pass
    pair = t.args if t.head == "mul" and len(t.args) == 2 and all(a.random for a in t.args) else tuple(random)
    if len(pair) == 2:
        x, y = pair
        try:
            prem = [prove(ctx, op("integrable", op("pow", z, 2))) for z in (x, y)]
            return _scaled(ctx, goal, t, S.axiom(ctx, "int_mul", prem, x=x, y=y))
        except Refused:
            pass
    return None


def _scaled(ctx: Context, goal: Term, t: Term, have: Theorem) -> Theorem | None:
    q = _quotient(t, have.goal.args[0])
    return None if q is None else S.combination(ctx, goal, [have], [q])


def _quotient(t: Term, x: Term) -> Term | None:
    """The deterministic c with ``t = c x`` as a formal fraction; None if there is none."""
    plain = normalizer(frozenset())
    a, b = plain.form(t), plain.form(x)
    if not a.num or not b.num:
        return None
    q = to_term(ratio(times(a.num, b.den), times(a.den, b.num)))
    return None if q.random else q


def _by_domination(ctx: Context, goal: Term, t: Term, prove: C.Prove) -> Theorem | None:
    """``|f| <= g`` where g drops indicators and keeps positive parts' arguments."""
    bound = _bound(t)
    if bound is None or bound is t:
        return None
    try:
        known = prove(ctx, op("integrable", bound))
        return _dominated(ctx, t, bound, known, prove)
    except Refused:
        return None


def _dominated(ctx: Context, t: Term, bound: Term, known: Theorem, prove: C.Prove) -> Theorem:
    """The goal from ``|t| <= bound``, which mostly holds whatever is assumed.  Errors: Refused."""
    calm: Context = frozenset()
    try:
        inner = _below(calm, op("le", op("abs", t), bound), prove)
    except Refused:
        calm = frozenset(h for h in ctx if not h.random)
        inner = prove(calm, op("le", op("abs", t), bound))
    sure = derive("surely", calm, op("surely", inner.goal), [inner])
    return S.axiom(ctx, "int_dom", [S.weaken(ctx, sure), known], x=t, y=bound)


def _below(ctx: Context, goal: Term, prove: C.Prove) -> Theorem:
    """A bound at every outcome: of one variable alone, it is shown for any such variable and remembered."""
    atoms = {s for s in subterms(goal) if s.head in ("r", "g")}
    if len(atoms) == 1:
        (x,) = atoms
        y = rvar("y")
        plain = _replaced(goal, x, y)
        if not x.bound and plain.symbols == {("r", "y", 0)}:
            return derive("inst", ctx, goal, [prove(frozenset(), plain)], inst={("r", "y", 0): x})
    return prove(ctx, goal)


def _by_branches(ctx: Context, goal: Term, t: Term, prove: C.Prove) -> Theorem | None:
    """A square with cases is at most the sum of the squares of its branches."""
    cases = [s for s in subterms(t) if s.head == "ite" and s.random and not s.bound]
    if not cases:
        return None
    if not _even(t):
        return S.axiom(ctx, "int_of_sq", [prove(ctx, op("integrable", op("pow", t, 2)))], x=t)
    one = cases[0]
    bound = op("add", _replaced(t, one, one.args[1]), _replaced(t, one, one.args[2]))
    return _dominated(ctx, t, bound, prove(ctx, op("integrable", bound)), prove)


def _even(t: Term) -> bool:
    """A product of even powers (and of factors that are not random): a non-negative random part."""
    if t.head == "mul":
        return all(_even(a) for a in t.args if a.random)
    x = t.args[1].data if t.head == "pow" else None
    return isinstance(x, Fraction) and x > 0 and x.denominator == 1 and x.numerator % 2 == 0


def _replaced(t: Term, old: Term, new: Term) -> Term:
    if t is old:
        return new
    return make(t.head, [_replaced(a, old, new) for a in t.args], t.data) if t.args else t


def _bound(t: Term) -> Term | None:
    """A simple term with ``|t| <= bound``: squares stay, first powers become 1 + x^2."""
    if t.head == "ind":
        return num(1)
    if t.head in ("relu", "abs"):
        return op("add", 1, op("pow", t.args[0], 2))
    if t.head in ("max", "min"):
        return op("add", 1, *(op("pow", a, 2) for a in t.args))
    if t.head == "pow" and isinstance(t.args[1].data, Fraction) and t.args[1].data.denominator == 1:
        b, n = t.args[0], int(t.args[1].data)
        if b.head in ("max", "min") and n > 0 and not n % 2:
            return op("add", *(op("pow", a, n) for a in b.args))
        inner = _argument(b)
        return None if inner is None or n % 2 or n <= 0 else \
            op("pow", inner, n)
    if t.head == "mul":
        rest = [a for a in t.args if a.head != "ind"]
        if len(rest) == len(t.args):
            return None
        if len(rest) == 1 and rest[0].head == "pow" and rest[0].args[1] is num(2):
            base = rest[0].args[0]
            return op("pow", _argument(base) or base, 2)
        if all(_even(a) for a in rest):
            return mul(*rest)
        return op("add", op("pow", mul(*rest), 2), 1)
    return None


def _argument(b: Term) -> Term | None:
    return b.args[0] if b.head in ("relu", "abs") else None


__all__ = ["prove_integrable"]
