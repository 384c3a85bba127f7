"""Sums and products with symbolic bounds.

Constants, first and last terms, indicators of an interval, Kronecker deltas, and identities by
induction on the upper bound.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from itertools import combinations
from math import floor

from flint import fmpq

from derivations.kernel.normal import Normalizer, normalizer, to_term
from derivations.kernel.polynomial import ONE, Poly, Ratio
from derivations.kernel.term import (
    Instance,
    Term,
    TermError,
    add,
    close_over,
    eq,
    fresh,
    in_range,
    instantiate,
    make,
    mul,
    negation,
    num,
    op,
    open_with,
    sub,
    subterms,
)
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.conversion import everywhere
from derivations.tactics.equation import simplified, tidy


def needed(ctx: Context, name: str, prove: C.Prove, **values: Term) -> Theorem:
    """An axiom with its premises proved.  Errors: Refused."""
    return S.axiom(ctx, name, [prove(ctx, h) for h in S.axiom_needs(name, **values)], **values)


def constant(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``sum c = (hi - lo + 1) c`` and ``prod c = c^(hi - lo + 1)``."""
    if t.head not in ("sum", "prod") or t.args[2].bound:
        return None
    lo, hi, x = t.args
    try:
        e = needed(ctx, f"{t.head}_const", prove, lo=lo, hi=hi, x=x)
    except Refused:
        return None
    count = tidy(add(sub(hi, lo), 1))
    nice = op("pow", x, count) if t.head == "prod" else count if x is num(1) else mul(count, x)
    return S.chain(ctx, [e, S.norm(ctx, e.goal.args[1], nice)])


def counted(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``sum (f + c) = sum f + (hi - lo + 1) c``: sums taken apart, those of constants and of Kronecker
    deltas worked out; None where there is none."""
    if not any(s.head == "sum" for s in subterms(t)):
        return None
    plain = simplified(ctx, t, prove, shorter=False)
    if plain is None:
        return None

    def convert(c: Context, s: Term) -> Theorem | None:
        if s.head != "sum":
            return None
        return constant(c, s, prove) if s.args[2] is num(1) else diagonal(c, s, prove)
    e = everywhere(ctx, plain.goal.args[1], convert, deep=True)
    return None if e is None else S.chain(ctx, [plain, e])


def _cheaply(prove: C.Prove) -> C.Prove:
    """The same search, without calling on assumptions about families for bounds."""
    def attempt(ctx: Context, goal: Term) -> Theorem:
        before = getattr(prove, "calm", 0)
        prove.calm = before + 100           # type: ignore[attr-defined]
        try:
            return prove(ctx, goal)
        finally:
            prove.calm = before             # type: ignore[attr-defined]
    return attempt


def peel(ctx: Context, t: Term, last: bool, prove: C.Prove) -> Theorem | None:
    """The first or last term taken out of a sum or product that is not empty."""
    lo, hi, body = t.args
    name = f"{t.head}_{'last' if last else 'first'}"
    e = needed(ctx, name, _cheaply(prove), lo=lo, hi=hi, F=body)
    right = e.goal.args[1]
    from derivations.tactics.givens import tidy_indices
    nice = tidy_indices(right)
    return e if nice is right else S.chain(ctx, [e, S.norm(ctx, right, nice)])


def empty(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """A sum or product over an empty range."""
    try:
        return needed(ctx, f"{t.head}_empty", prove, lo=t.args[0], hi=t.args[1], F=t.args[2])
    except Refused:
        return None


def split(ctx: Context, t: Term, m: Term, prove: C.Prove) -> Theorem:
    """The range cut after m.  Errors: Refused."""
    e = needed(ctx, f"{t.head}_split", prove, lo=t.args[0], hi=t.args[1], m=m, F=t.args[2])
    right = e.goal.args[1]
    from derivations.tactics.givens import tidy_indices
    nice = tidy_indices(right)
    return e if nice is right else S.chain(ctx, [e, S.norm(ctx, right, nice)])


# -- indicators ---------------------------------------------------------------------------------

def interval(ctx: Context, k: Term, p: Term, prove: C.Prove) -> tuple[list[Term], list[Term]] | None:
    """Lower and upper bounds that a condition puts on the integer k; None if it is of another form."""
    lower: list[Term] = []
    upper: list[Term] = []
    key = ("v", k.data, 0)
    for c in p.args if p.head == "and" else (p,):
        if c.head not in ("le", "lt", "eq"):
            return None
        try:
            n = normalizer(frozenset())
            d = n.minus(n.form(c.args[1]), n.form(c.args[0]))
        except TermError:
            return None
        if not d.is_poly():
            return None
        slope = {tuple(p for p in m if p[0] is not k): v for m, v in d.num.items() if (k, 1) in m}
        rest = {m: v for m, v in d.num.items() if not any(key in s.symbols for s, _ in m)}
        if not slope or len(slope) + len(rest) != len(d.num) \
                or any(key in s.symbols for m in slope for s, _ in m):
            return None
        a, b = to_term(Ratio(slope, ONE)), to_term(Ratio(rest, ONE))       # a k + b >= 0 (or > 0)
        off = 1 if c.head == "lt" else 0
        if a is num(1):
            lower.append(tidy(add(num(off), _neg(b))))
        elif a is num(-1):
            upper.append(tidy(sub(b, num(off))))
        elif c.head == "le" and (whole := _whole(a, rest)) is not None:
            if whole[0] > 0:
                lower.append(_neg(whole[1]))
            else:
                upper.append(whole[1])
        elif c.head == "le":
            try:
                prove(ctx, op("lt", 0, _neg(a)))
                upper.append(op("floor", op("div", b, _neg(a))))
            except Refused:
                return None
        else:
            return None
        if c.head == "eq":
            v = tidy(_neg(b)) if a is num(1) else tidy(b)
            lower, upper = [*lower, v], [*upper, v]
    return lower, upper


def _whole(a: Term, rest: Poly) -> tuple[Fraction, Term] | None:
    """A number a and ``floor(b / |a|)`` for b = ``rest``, if all but the number in b is a multiple of a."""
    if not isinstance(a.data, Fraction):
        return None
    size = abs(a.data)
    parts = {m: Fraction(int(v.p), int(v.q)) / size for m, v in rest.items()}
    parts[()] = Fraction(floor(parts.get((), Fraction(0))))
    if any(v.denominator != 1 for v in parts.values()):
        return None
    return a.data, to_term(Ratio({m: fmpq(int(v)) for m, v in parts.items() if v}, ONE))


def _neg(t: Term) -> Term:
    if t.head == "num":
        return num(-t.data)             # type: ignore[operator]
    if t.head == "add":
        return add(*(_neg(a) for a in t.args))
    if t.head == "mul" and t.args[0].head == "num":
        c = -t.args[0].data             # type: ignore[operator]
        return mul(num(c), *t.args[1:]) if c != 1 else mul(*t.args[1:])
    return op("neg", t)


def restrict(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``sum f ind(c)`` over the part of the range where the condition holds."""
    if t.head != "sum":
        return None
    lo, hi, body = t.args
    k = fresh("k", t, *ctx)
    inner = open_with(body, [k])
    factors = list(inner.args) if inner.head == "mul" else [inner]
    conditions = [f for f in factors if f.head == "ind" and ("v", k.data, 0) in f.symbols]
    if len(conditions) != 1:
        return None
    c = conditions[0].args[0]
    bounds = interval(ctx, k, c, prove)
    if bounds is None:
        return None
    p = _choose(ctx, [lo, *bounds[0]], True, prove)
    q = _choose(ctx, [hi, *bounds[1]], False, prove)
    if p is None or q is None:
        return None
    on = mul(*(f for f in factors if f is not conditions[0]))
    links: list[Theorem] = []
    now = t
    path: list[int] = []
    # cut off what lies below p, then what lies above q
    if p is not lo:
        e = split(ctx, now, tidy(sub(p, 1)), prove)
        links.append(e)
        now = e.goal.args[1]
        links.append(_dead(ctx, now, [0], conditions[0], k, prove))
        now = links[-1].goal.args[1]
        path = [1]
    if q is not hi:
        whole = S.at_path(now, path, [])
        e = S.congruence(ctx, now, path, [], split(ctx, whole, q, prove))
        links.append(e)
        now = e.goal.args[1]
        links.append(_dead(ctx, now, [*path, 1], conditions[0], k, prove))
        now = links[-1].goal.args[1]
        path = [*path, 0]
    alive = S.at_path(now, path, [])
    local = ctx | set(in_range(k, alive.args[0], alive.args[1]))
    yes = prove(local, _as_opened(alive, k, c))
    body_now = open_with(alive.args[2], [k])
    one = S.branch(local, op("ind", yes.goal), yes)
    new = _without(local, body_now, one, on)
    links.append(S.congruence(ctx, now, [*path, 2], [k], new))
    now = links[-1].goal.args[1]
    final = make("sum", (alive.args[0], alive.args[1], close_over(on, [k])))
    links.append(S.norm(ctx, now, final))
    return S.chain(ctx, links)


def _as_opened(t: Term, k: Term, c: Term) -> Term:
    inner = open_with(t.args[2], [k])
    for s in subterms(inner):
        if s.head == "ind" and ("v", k.data, 0) in s.symbols:
            return s.args[0]
    return c


def _without(ctx: Context, body: Term, one: Theorem, on: Term) -> Theorem:
    target = one.goal.args[0]

    def convert(c: Context, t: Term) -> Theorem | None:
        return S.weaken(c, one) if t is target else None
    e = everywhere(ctx, body, convert)
    if e is None:
        raise Refused("the indicator is not there")
    return S.chain(ctx, [e, S.norm(ctx, e.goal.args[1], on)])


def _dead(ctx: Context, t: Term, path: list[int], ind: Term, k: Term, prove: C.Prove) -> Theorem:
    """The part at a path is 0, as its condition fails throughout."""
    part = S.at_path(t, path, [])
    local = ctx | set(in_range(k, part.args[0], part.args[1]))
    c = _as_opened(part, k, ind.args[0])
    no = _fails(local, c, prove)
    zero = S.branch(local, op("ind", c), no)
    new = _without(local, open_with(part.args[2], [k]), zero, num(0))
    e = S.congruence(ctx, t, [*path, 2], [k], new)
    now = e.goal.args[1]
    links = [e, S.congruence(ctx, now, path, [], S.norm(ctx, S.at_path(now, path, []), num(0)))]
    return S.chain(ctx, links)


def _fails(ctx: Context, c: Term, prove: C.Prove) -> Theorem:
    if c.head != "and":
        return prove(ctx, negation(c))
    for n, a in enumerate(c.args):
        try:
            no = prove(ctx, negation(a))
        except Refused:
            continue
        inner = ctx | {c}
        yes = derive("part", inner, a, [S.assume(inner, c)], index=n)
        false = S.absurd(inner, op("false"), [yes, S.weaken(inner, no)])
        return S.absurd(ctx, op("not", c), [false])
    raise Refused("the condition may hold there")


def _choose(ctx: Context, candidates: list[Term], largest: bool, prove: C.Prove) -> Term | None:
    """The candidate that is provably the largest (smallest)."""
    for a in candidates:
        try:
            for b in candidates:
                if b is not a:
                    prove(ctx, op("le", b, a) if largest else op("le", a, b))
            return a
        except Refused:
            continue
    return None


def diagonal(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``sum_k f(k) [k = i] = f(i)`` for i in the range; the Kronecker delta may be any factor."""
    if t.head != "sum":
        return None
    k = fresh("k", t, *ctx)
    inner = open_with(t.args[2], [k])
    factors = list(inner.args) if inner.head == "mul" else [inner]
    for n, d in enumerate(factors):
        if d.head != "ite" or d.args[0].head != "eq" or d.args[2] is not num(0):
            continue
        i = _where(d.args[0], k)
        if i is None:
            continue
        try:
            return _collapsed(ctx, t, k, i, inner, d, mul(*factors[:n], d.args[1], *factors[n + 1:]), prove)
        except Refused:
            continue
    return None


def _where(c: Term, k: Term) -> Term | None:
    """The value of k that an equation demands."""
    key = ("v", k.data, 0)
    for a, b in (c.args, c.args[::-1]):
        if key in b.symbols or key not in a.symbols:
            continue
        if a is k:
            return b
        if a.head == "add" and k in a.args and sum(key in x.symbols for x in a.args) == 1:
            return tidy(sub(b, add(*(x for x in a.args if x is not k))))
    return None


def _collapsed(ctx: Context, t: Term, k: Term, i: Term, inner: Term, d: Term, on: Term, prove: C.Prove) -> Theorem:
    """The sum whose terms are ``on`` at k = i and 0 elsewhere.  Errors: Refused."""
    local = ctx | set(in_range(k, t.args[0], t.args[1]))
    here = op("eq", k, i)
    whole = op("ite", here, on, 0)
    done = []
    for c in (here, negation(here)):
        at = local | {c}
        decided = prove(at, d.args[0] if c is here else negation(d.args[0]))
        path = [] if inner is d else [inner.args.index(d)]
        left = S.congruence(at, inner, path, [], S.branch(at, d, decided))
        right = S.branch(at, whole, S.assume(at, c))
        done.append(S.chain(at, [left, S.norm(at, left.goal.args[1], right.goal.args[1]), S.symmetric(at, right)]))
    new = S.congruence(ctx, t, [2], [k], S.by_cases(local, here, *done))
    e = needed(ctx, "sum_delta", prove, i=i, lo=t.args[0], hi=t.args[1], F=close_over(on, [k]))
    return S.chain(ctx, [new, e])


# -- identities ---------------------------------------------------------------------------------

def matched(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """``a = b`` after constants are summed and ranges that differ at an end are made alike."""
    if goal.head != "eq" or not _ranged(goal):
        return None
    sides = []
    for t in goal.args:
        links: list[Theorem] = []
        now = t
        for convert in (_summed(prove), _aligned(prove, _ranged(goal))):
            for _ in range(3):
                e = everywhere(ctx, now, convert, deep=True)
                if e is None:
                    break
                links.append(e)
                now = e.goal.args[1]
        sides.append((links, now))
    if not sides[0][0] and not sides[1][0]:
        return None
    middle = _plain_equal(ctx, sides[0][1], sides[1][1], prove)
    if middle is None:
        return None
    back = [S.symmetric(ctx, e) for e in reversed(sides[1][0])]
    return S.chain(ctx, [*sides[0][0], middle, *back])


def _plain_equal(ctx: Context, a: Term, b: Term, prove: C.Prove) -> Theorem | None:
    from derivations.tactics.equation import prove_norm
    return prove_norm(ctx, eq(a, b), prove)


def _ranged(t: Term) -> list[Term]:
    return [s for s in subterms(t) if s.head in ("sum", "prod")]


def _summed(prove: C.Prove) -> Callable[[Context, Term], Theorem | None]:
    def convert(ctx: Context, t: Term) -> Theorem | None:
        if t.head == "sum":
            return constant(ctx, t, prove) or diagonal(ctx, t, prove) or _restricted(ctx, t, prove)
        return constant(ctx, t, prove) if t.head == "prod" else None
    return convert


def _offset(a: Term, b: Term) -> Fraction | None:
    try:
        n = normalizer(frozenset())
        c = n.minus(n.form(a), n.form(b)).constant()
    except TermError:
        return None
    return None if c is None else Fraction(int(c.p), int(c.q))


def _restricted(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    try:
        return restrict(ctx, t, prove)
    except (Refused, TermError):
        return None


def _aligned(prove: C.Prove, others: list[Term]) -> Callable[[Context, Term], Theorem | None]:
    """Peels a range that is one longer than another one, at the end where they differ."""
    def convert(ctx: Context, t: Term) -> Theorem | None:
        if t.head not in ("sum", "prod"):
            return None
        for o in _opened(others, t):
            if o.head != t.head or o is t:
                continue
            low, high = _offset(o.args[0], t.args[0]), _offset(t.args[1], o.args[1])
            try:
                if low == 0 and high is not None and 1 <= high <= 3:
                    return peel(ctx, t, True, prove)
                if high == 0 and low is not None and 1 <= low <= 3:
                    return peel(ctx, t, False, prove)
                if low is not None and low >= 1 and (o.args[1].bound or t.args[1].bound or high is None):
                    return peel(ctx, t, False, prove)
            except Refused:
                continue
        return None
    return convert


def _opened(others: list[Term], t: Term) -> list[Term]:
    """The ranges to compare with; one with a loose index is opened with the symbols of ``t``'s bounds."""
    out = []
    symbols = [x for a in t.args[:2] for x in subterms(a) if x.head == "v"]
    for o in others:
        out += [open_with(o, [x]) for x in symbols] if o.bound == 1 else [o] if not o.bound else []
    return out


def by_induction(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """An identity between sums, by induction on a symbol in an upper bound."""
    if goal.head != "eq":
        return None
    for n in _bound_symbols(goal):
        for start in _starts(ctx, n, prove):
            t = induction(ctx, goal, n, start, prove)
            if t is not None:
                return t
    return None


def _bound_symbols(goal: Term) -> list[Term]:
    out: dict[Term, None] = {}
    for s in _ranged(goal):
        for x in subterms(s.args[1]):
            if x.head == "v" and not s.args[1].bound:
                out[x] = None
    return list(out)


def _starts(ctx: Context, n: Term, prove: C.Prove) -> list[Term]:
    """Integers that n is known not to fall below, smallest useful one first."""
    out = []
    for start in (0, 1):
        try:
            prove(ctx, op("le", num(start), n))
            out.append(num(start))
        except Refused:
            continue
    return out


def induction(ctx: Context, goal: Term, n: Term, start: Term, prove: C.Prove,
              step: Callable[[Context, Term, C.Prove], Theorem] | None = None) -> Theorem | None:
    """The goal by induction on n from start, with n generalised up to its value.

    Assumptions that mention n speak of the end value only and do not take part.
    """
    k = fresh("n", goal, *ctx)
    values: Instance = {("v", str(n.data), 0): k}
    formula = instantiate(goal, values)
    key = ("v", str(n.data), 0)
    calm = frozenset(h for h in ctx if key not in h.symbols)
    try:
        base = prove(calm, instantiate(formula, {("v", str(k.data), 0): start}))
        inner = calm | {op("isint", k), op("le", start, k), formula}
        target = instantiate(formula, {("v", str(k.data), 0): add(k, 1)})
        advance = (step or _advance)(inner, target, prove)
        whole = prove(calm, op("isint", start))
        every = S.induction(calm, k, start, formula, [base, advance, whole])
        return S.modus(ctx, S.weaken(ctx, every), prove(ctx, op("isint", n)), prove(ctx, op("le", start, n)), at=n)
    except (Refused, TermError):
        return None


def _imp(k: Term, start: Term, formula: Term) -> Term:
    return op("imp", op("isint", k), op("imp", op("le", start, k), formula))


def _advance(ctx: Context, target: Term, prove: C.Prove) -> Theorem:
    """The step: take the last terms out, then use the hypothesis as a linear equation."""
    hypothesis = next(h for h in C.ordered(ctx) if h.head == "eq" and _ranged(h))

    def convert(c: Context, t: Term) -> Theorem | None:
        if t.head not in ("sum", "prod"):
            return None
        for o in _ranged(hypothesis):
            if o.head == t.head and _offset(t.args[1], o.args[1]) == 1 and _offset(t.args[0], o.args[0]) == 0:
                try:
                    return peel(c, t, True, prove)
                except Refused:
                    return None
        return None
    links: list[tuple[list[Theorem], Term]] = []
    for side in target.args:
        e = everywhere(ctx, side, convert, deep=True)
        links.append(([e] if e is not None else [], e.goal.args[1] if e is not None else side))
    a, b = links[0][1], links[1][1]
    middle = modulo(ctx, eq(a, b), [S.assume(ctx, h) for h in C.ordered(ctx) if h.head == "eq"], prove)
    back = [S.symmetric(ctx, x) for x in links[1][0]]
    return S.chain(ctx, [*links[0][0], middle, *back])


def modulo(ctx: Context, goal: Term, equations: list[Theorem], prove: C.Prove) -> Theorem:
    """``a = b`` as a combination of equations with cofactors found by exact division.

    Errors: Refused if no combination is found.
    """
    from derivations.kernel.normal import relevant
    from derivations.tactics.equation import supporting
    facts = supporting(ctx, tuple(goal.args) + tuple(x for e in equations for x in e.goal.args), prove)
    n = normalizer(relevant(f.goal for f in facts))
    want = n.minus(n.form(goal.args[1]), n.form(goal.args[0]))
    if not want.num:
        return S.norm(ctx, goal.args[0], goal.args[1], facts)
    for e in equations:
        d = n.minus(n.form(e.goal.args[1]), n.form(e.goal.args[0]))
        if not d.num:
            continue
        c = _cofactor(n, want, d)
        if c is not None:
            with suppress(Refused):
                return derive("arith", ctx, goal, [e, *facts], entries=[("eq", c, None, [0])])
    for e, f in combinations(equations, 2):
        found = _eliminated(ctx, n, want, (e, f), goal, facts)
        if found is not None:
            return found
    raise Refused(f"{goal!r} does not follow from one of the equations by a multiple")


def _eliminated(ctx: Context, n: Normalizer, want: Ratio, pair: tuple[Theorem, Theorem], goal: Term,
                facts: list[Theorem]) -> Theorem | None:
    """Two equations with an atom taken out that is linear in both, then a multiple of the result."""
    d = [n.minus(n.form(e.goal.args[1]), n.form(e.goal.args[0])) for e in pair]
    target = {t for p in (want.num, want.den) for m in p for t, _ in m}
    shared = [{t for m in r.num for t, k in m if k == 1} - target for r in d]
    for t in sorted(shared[0] & shared[1], key=repr):
        slopes = []
        for r in d:
            slope = {tuple(p for p in m if p[0] is not t): c for m, c in r.num.items() if any(p[0] is t for p in m)}
            slopes.append(Ratio(slope, ONE))
        mixed = n.minus(n.times(slopes[1], Ratio(d[0].num, ONE)), n.times(slopes[0], Ratio(d[1].num, ONE)))
        if not mixed.num:
            continue
        c = _cofactor(n, want, mixed)
        if c is None:
            continue
        entries = []
        for k, (factor, whole, sign) in enumerate(((slopes[1], d[0], 1), (slopes[0], d[1], -1))):
            q = mul(sign, c, to_term(factor), to_term(Ratio(whole.den, ONE)))
            entries.append(("eq", q, None, [k]))
        try:
            return derive("arith", ctx, goal, [*pair, *facts], entries=entries)
        except Refused:
            continue
    return None


def _cofactor(n: object, want: object, d: object) -> Term | None:
    """The formal quotient ``want / d`` when its denominator does not hold new atoms."""
    from derivations.kernel.polynomial import ratio, times
    q = ratio(times(want.num, d.den), times(want.den, d.num))      # type: ignore[attr-defined]
    if len(q.num) > 60 or len(q.den) > 30:
        return None
    return to_term(q)


__all__ = ["by_induction", "constant", "counted", "diagonal", "empty", "induction", "matched", "modulo", "peel",
           "restrict", "split"]
