"""Moves with expectations.

Each function is a conversion: it looks at one term and gives an equation with it on the left.
Variance of sums, linearity, independence, moments from variances, splitting by a sign, symmetry.
"""

from __future__ import annotations

from fractions import Fraction

from derivations.kernel.normal import normalizer, to_term
from derivations.kernel.polynomial import ONE, Poly, Ratio
from derivations.kernel.term import (
    Term,
    TermError,
    add,
    bind,
    bvar,
    close_over,
    eq,
    fresh,
    in_range,
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
from derivations.tactics.conversion import everywhere, replaced
from derivations.tactics.equation import supporting
from derivations.tactics.givens import given_at, is_moment
from derivations.tactics.independence import elements, independent

CONDITIONAL = frozenset({"relu", "max", "min", "abs", "sign", "ite", "ind"})


def _number(c: object) -> Term:
    return num(Fraction(int(c.p), int(c.q)))        # type: ignore[attr-defined]


def _pieces(t: Term) -> tuple[list[Term], list[Term]]:
    """Deterministic and random factors of a product, powers kept together."""
    factors = list(t.args) if t.head == "mul" else [t]
    return [f for f in factors if not f.random], [f for f in factors if f.random]


# -- linearity ----------------------------------------------------------------------------------

def linear(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``E`` of a sum, summand by summand; deterministic factors come out."""
    if t.head != "E":
        return None
    x = t.args[0]
    if not x.random:
        return S.norm(ctx, t, x)
    if x.head == "sum":
        lo, hi, body = x.args
        k = fresh("i", x, *ctx)
        inner = prove(ctx | set(in_range(k, lo, hi)), op("integrable", open_with(body, [k])))
        return S.of_sum(ctx, "E_sum", k, lo, hi, inner)
    if x.head == "add":
        prem = [prove(ctx, op("integrable", a)) for a in x.args if a.random]
        e = S.expectation_of_sum(ctx, t, prem)
        new = op("add", *(_scaled_out(op("E", a)) for a in x.args))
        return e if new is e.goal.args[1] else S.chain(ctx, [e, _normal(ctx, e.goal.args[1], new, prove)])
    new = _scaled_out(t)
    return None if new is t else _normal(ctx, t, new, prove)


def _normal(ctx: Context, a: Term, b: Term, prove: C.Prove) -> Theorem:
    try:
        return S.norm(ctx, a, b)
    except Refused:
        return S.norm(ctx, a, b, supporting(ctx, (a, b), prove))


def _scaled_out(t: Term) -> Term:
    """``E[c X]`` as ``c E[X]``, read off the written factors."""
    if t.head != "E":
        return t
    x = t.args[0]
    if not x.random:
        return x
    if x.head == "neg":
        return op("neg", _scaled_out(op("E", x.args[0])))
    if x.head == "div" and not x.args[1].random:
        return op("div", _scaled_out(op("E", x.args[0])), x.args[1])
    out, kept = _pieces(x)
    return t if not out else mul(*out, op("E", mul(*kept)))


def expanded(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """Products and powers inside an expectation multiplied out."""
    if t.head != "E" or not t.args[0].random:
        return None
    x = t.args[0]
    try:
        calm = frozenset(h for h in ctx if not h.random)
        facts = supporting(calm, (x,), prove) if _has_division(x) else []
        r = normalizer(frozenset(f.goal for f in facts)).form(x)
    except TermError:
        return None
    den = to_term(Ratio(r.den, ONE))
    if den.random or (len(r.num) == 1 and x.head not in ("pow", "mul", "neg", "div")):
        return None
    new = op("E", _written(r.num, den))
    if new is t or _shape(new.args[0]) == _shape(x):
        return None
    return S.norm(ctx, t, new, [S.weaken(ctx, f) for f in facts])


def _has_division(t: Term) -> bool:
    return any(s.head in ("div", "sqrt") or (s.head == "pow" and s.args[1].head != "num") for s in subterms(t))


def _shape(t: Term) -> object:
    if t.head in ("add", "mul"):
        return (t.head, tuple(sorted(repr(_shape(a)) for a in t.args)))
    return repr(t)


def _written(p: Poly, den: Term) -> Term:
    parts = []
    for m in sorted(p, key=lambda m: (-sum(n for _, n in m), repr(m))):
        c = p[m]
        factors = [a if n == 1 else op("pow", a, n) for a, n in m]
        factors.sort(key=lambda f: f.random)
        if abs(c) != 1 or not factors:
            factors.insert(0, _number(abs(c)))
        term = mul(*factors)
        parts.append(op("neg", term) if c < 0 else term)
    total = add(*parts)
    return total if den is num(1) else op("div", total, den)


# -- variance -----------------------------------------------------------------------------------

def scaled_variance(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``Var[c X] = c^2 Var[X]``."""
    if t.head != "var":
        return None
    x = t.args[0]
    c: Term
    if x.head == "neg":
        c, inner = num(-1), x.args[0]
    elif x.head == "div" and not x.args[1].random and x.args[0].random:
        c, inner = op("div", 1, x.args[1]), x.args[0]
    else:
        out, kept = _pieces(x)
        if not out or not kept:
            return None
        c, inner = mul(*out), mul(*kept)
    square = num(1) if c is num(-1) else op("div", 1, op("pow", c.args[1], 2)) if c.head == "div" \
        else op("pow", c, 2)
    right = op("var", inner) if square is num(1) else mul(square, op("var", inner))
    left, back = S.unfold(ctx, t), S.unfold(ctx, op("var", inner))
    unfolded = S.definition(op("var", inner))
    middle = unfolded if square is num(1) else mul(square, unfolded)
    e = _normal(ctx, left.goal.args[1], middle, prove)
    path = [] if square is num(1) else [1]
    return S.chain(ctx, [left, e, S.congruence(ctx, middle, path, [], S.symmetric(ctx, back))]
                   ) if right is not t else None


def variance_formula(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``Var[X] = E[X^2] - E[X]^2``."""
    if t.head != "var":
        return None
    x = t.args[0]
    ex = op("E", x)
    prem = prove(ctx, op("integrable", op("pow", x, 2)))
    e1 = S.unfold(ctx, t)
    cross = op("neg", mul(2, ex, x))
    total = op("E", op("add", op("pow", x, 2), cross, op("pow", ex, 2)))
    e2 = S.norm(ctx, e1.goal.args[1], total)
    first = S.axiom(ctx, "int_of_sq", [prem], x=x)
    second = S.combination(ctx, op("integrable", cross), [first], [mul(-2, ex)])
    e3 = S.expectation_of_sum(ctx, total, [prem, second])
    right = sub(op("E", op("pow", x, 2)), op("pow", ex, 2))
    return S.chain(ctx, [e1, e2, e3, S.norm(ctx, e3.goal.args[1], right)])


def second_moment(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``E[X^2] = Var[X] + E[X]^2`` where the variance of X is given, or X is a sum of independent terms."""
    if t.head != "E" or t.args[0].head != "pow" or t.args[0].args[1] is not num(2):
        return None
    x = t.args[0].args[0]
    if not (x.head in ("r", "g") and _variance_given(ctx, x)) and not (
            x.head == "sum" and variance_of_sum(ctx, op("var", x), prove) is not None):
        return None
    e = variance_formula(ctx, op("var", x), prove)
    if e is None:
        return None
    right = add(op("var", x), op("pow", op("E", x), 2))
    return S.combine(ctx, eq(t, right), [e], [-1])


def _variance_given(ctx: Context, x: Term) -> bool:
    for c in [f.goal for f in C.plain_facts(ctx)] + [u.conclusion for u in C.universals(ctx)]:
        for s in (c, *(c.args if c.head == "and" else ())):
            if (s.head == "eq" and s.args[0].head == "var" and s.args[0].args[0].data == x.data) \
                    or (s.head.startswith("law_") and s.args[0].data == x.data):
                return True
    return False


def variance_of_sum(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``Var[sum f_i] = sum Var[f_i]`` for independent summands (or two or more added terms)."""
    if t.head != "var" or t.args[0].head not in ("sum", "add"):
        return None
    return _of_range(ctx, t, prove) if t.args[0].head == "sum" else _of_two(ctx, t, prove)


def _of_two(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``Var[X + Y + ...]`` for independent X and rest; constants drop out."""
    x, *rest = t.args[0].args
    y = add(*rest)
    ex, ey = op("E", x), op("E", y)
    gx, gy = sub(x, ex), sub(y, ey)
    total = op("E", op("pow", sub(op("add", x, y), op("E", op("add", x, y))), 2))
    e0 = S.unfold(ctx, op("var", op("add", x, y)))
    start = S.norm(ctx, t, op("var", op("add", x, y)))
    prem = [prove(ctx, op("integrable", a)) for a in (x, y) if a.random]
    e1 = S.expectation_of_sum(ctx, op("E", op("add", x, y)), prem)
    inner = S.congruence(ctx, total, [0, 0, 1, 0], [], e1)
    parts = [op("pow", gx, 2), mul(2, gx, gy), op("pow", gy, 2)]
    spread = op("E", op("add", *parts))
    e2 = S.norm(ctx, inner.goal.args[1], spread)
    ints = []
    for part, f, h in ((parts[0], x, x), (parts[1], x, y), (parts[2], y, y)):
        if part.random:
            pair = _centred(ctx, f, prove) if f is h else _centred_pair(ctx, f, h, prove)
            ints.append(pair if f is h else S.combination(ctx, op("integrable", part), [pair], [num(2)]))
    e3 = S.expectation_of_sum(ctx, spread, ints)
    zero = _uncorrelated(ctx, gx, gy, ex, ey, prove)
    cross = S.norm(ctx, op("E", parts[1]), mul(2, op("E", mul(gx, gy))))
    cross = S.chain(ctx, [cross, S.congruence(ctx, cross.goal.args[1], [1], [], zero)])
    now = e3.goal.args[1]
    e4 = S.congruence(ctx, now, [1], [], cross)
    now = e4.goal.args[1]
    right = add(op("var", x), op("var", y))
    back = S.symmetric(ctx, S.chain(ctx, [
        S.congruence(ctx, right, [0], [], S.unfold(ctx, op("var", x))),
        S.congruence(ctx, add(S.definition(op("var", x)), op("var", y)), [1], [], S.unfold(ctx, op("var", y)))]))
    e5 = S.norm(ctx, now, back.goal.args[0])
    return S.chain(ctx, [start, e0, inner, e2, e3, e4, e5, back])


def _centred(ctx: Context, f: Term, prove: C.Prove) -> Theorem:
    """``(f - E f)^2`` is integrable when ``f^2`` is."""
    square = prove(ctx, op("integrable", op("pow", f, 2)))
    first = S.axiom(ctx, "int_of_sq", [square], x=f)
    ef = op("E", f)
    goal = op("integrable", op("pow", sub(f, ef), 2))
    return S.combination(ctx, goal, [square, first], [num(1), mul(-2, ef), op("pow", ef, 2)])


def _centred_pair(ctx: Context, f: Term, h: Term, prove: C.Prove) -> Theorem:
    """``(f - E f)(h - E h)`` is integrable when the squares are."""
    gf, gh = sub(f, op("E", f)), sub(h, op("E", h))
    return S.axiom(ctx, "int_mul", [_centred(ctx, f, prove), _centred(ctx, h, prove)], x=gf, y=gh)


def _uncorrelated(ctx: Context, gx: Term, gy: Term, ex: Term, ey: Term, prove: C.Prove) -> Theorem:
    """``E[(X - EX)(Y - EY)] = 0`` for independent X, Y."""
    found = independent(ctx, gx, gy, prove)
    if found is None:
        raise Refused("the terms are not shown to be independent")
    e1 = S.axiom(ctx, "E_indep", [found], x=gx, y=gy)
    prem = [prove(ctx, op("integrable", a)) for a in gx.args if a.random]
    e2 = S.expectation_of_sum(ctx, op("E", gx), prem)
    e2 = S.chain(ctx, [e2, S.norm(ctx, e2.goal.args[1], num(0))])
    e3 = S.congruence(ctx, e1.goal.args[1], [0], [], e2)
    return S.chain(ctx, [e1, e3, S.norm(ctx, e3.goal.args[1], num(0))])


def _of_range(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    total = t.args[0]
    lo, hi, body = total.args
    i = fresh("i", t, *ctx)
    j = fresh("j", t, i, *ctx)
    here = ctx | set(in_range(i, lo, hi))
    both = here | set(in_range(j, lo, hi))
    fi, fj = open_with(body, [i]), open_with(body, [j])
    gi, gj = sub(fi, op("E", fi)), sub(fj, op("E", fj))
    # Var = E[(S - ES)^2] = E[sum_i sum_j g_i g_j]
    e0 = S.unfold(ctx, t)
    prem = S.axiom(here, "int_of_sq", [prove(here, op("integrable", op("pow", fi, 2)))], x=fi)
    mean = S.of_sum(ctx, "E_sum", i, lo, hi, prem)
    e1 = S.congruence(ctx, e0.goal.args[1], [0, 0, 1, 0], [], mean)
    double = bind("sum", i, lo, hi, bind("sum", j, lo, hi, mul(gi, gj)))
    e2 = S.norm(ctx, e1.goal.args[1], op("E", double))
    # E comes inside twice
    pair = _centred_pair(both, fi, fj, prove)
    row = S.of_sum(here, "int_sum", j, lo, hi, pair)
    e3 = S.of_sum(ctx, "E_sum", i, lo, hi, row)
    col = S.of_sum(here, "E_sum", j, lo, hi, pair)
    e4 = S.congruence(ctx, e3.goal.args[1], [2], [i], col)
    # only j = i is left
    gg = op("E", mul(gj, gj))
    delta = op("ite", eq(j, i), gg, 0)
    cell = op("E", mul(gi, gj))
    yes = both | {eq(j, i)}
    same = S.assume(yes, eq(j, i))
    put = S.congruence(yes, cell, [0, 0], [], _swap(yes, gi, gj, same))
    on = S.chain(yes, [put, S.symmetric(yes, S.branch(yes, delta, same))])
    off_ctx = both | {op("ne", j, i)}
    apart = S.assume(off_ctx, op("ne", j, i))
    zero = _uncorrelated(off_ctx, gi, gj, op("E", fi), op("E", fj), prove)
    off = S.chain(off_ctx, [zero, S.symmetric(off_ctx, S.branch(off_ctx, delta, apart))])
    e5 = S.by_cases(both, eq(j, i), on, off)
    e6 = S.congruence(ctx, e4.goal.args[1], [2, 2], [i, j], e5)
    row_sum = bind("sum", j, lo, hi, delta)
    f = close_over(gg, [j])
    facts = [prove(here, h) for h in S.axiom_needs("sum_delta", i=i, lo=lo, hi=hi, F=f)]
    e7 = S.axiom(here, "sum_delta", facts, i=i, lo=lo, hi=hi, F=f)
    var_i = op("var", fi)
    tail = S.chain(here, [e7, S.norm(here, e7.goal.args[1], S.definition(var_i)),
                          S.symmetric(here, S.unfold(here, var_i))])
    if tail.goal.args[0] is not row_sum:
        raise Refused("the diagonal has another shape")
    e8 = S.congruence(ctx, e6.goal.args[1], [2], [i], tail)
    return S.chain(ctx, [e0, e1, e2, e3, e4, e6, e8])


def _swap(ctx: Context, gi: Term, gj: Term, same: Theorem) -> Theorem:
    """``g_i = g_j`` when j = i."""
    e = replaced(ctx, gi, S.symmetric(ctx, same))
    if e is None or e.goal.args[1] is not gj:
        raise Refused("the two summands differ in shape")
    return e


# -- products -----------------------------------------------------------------------------------

def product(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``E[XY] = E[X] E[Y]`` for independent factors, grouped by the variables they hold."""
    if t.head != "E":
        return None
    x = t.args[0]
    if x.head == "pow" and x.args[0].head == "mul" and isinstance(x.args[1].data, Fraction):
        flat = mul(*(op("pow", a, x.args[1]) for a in x.args[0].args))
        e = S.norm(ctx, t, op("E", flat))
        rest = product(ctx, op("E", flat), prove)
        return None if rest is None else S.chain(ctx, [e, rest])
    if x.head != "mul":
        return None
    out, kept = _pieces(x)
    groups: list[list[Term]] = []
    for f in kept:
        mine = set(elements(f))
        joined = [g for g in groups if any(mine & set(elements(h)) for h in g)]
        rest_groups = [g for g in groups if g not in joined]
        groups = [*rest_groups, [h for g in joined for h in g] + [f]]
    if len(groups) < 2:
        return None
    first, others = mul(*groups[0]), mul(*(f for g in groups[1:] for f in g))
    found = independent(ctx, first, others, prove)
    if found is None:
        return None
    grouped = op("E", mul(first, others))
    e0 = S.norm(ctx, t, mul(*out, grouped)) if out else S.norm(ctx, t, grouped)
    e1 = S.axiom(ctx, "E_indep", [found], x=first, y=others)
    rest = product(ctx, op("E", others), prove)
    if rest is not None:
        e1 = S.chain(ctx, [e1, S.congruence(ctx, e1.goal.args[1], [1], [], rest)])
    now = e0.goal.args[1]
    path = [len(out)] if out else []
    e2 = S.congruence(ctx, now, path, [], e1)
    flat_right = _flat(e2.goal.args[1])
    links = [e0, e2]
    if flat_right is not e2.goal.args[1]:
        links.append(S.norm(ctx, e2.goal.args[1], flat_right))
    return S.chain(ctx, links)


def _flat(t: Term) -> Term:
    if t.head != "mul":
        return t
    return mul(*(g for a in t.args for g in (_flat(a).args if _flat(a).head == "mul" else (_flat(a),))))


# -- conditions ---------------------------------------------------------------------------------

def _variable(t: Term) -> Term | None:
    """The one random variable that a term depends on."""
    found = elements(t)
    return found[0] if len(found) == 1 else None


def rectified(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``max(0, x) = relu(x)``, for a random x."""
    if t.head != "max" or not t.random or num(0) not in t.args:
        return None
    x = t.args[1] if t.args[0] is num(0) else t.args[0]
    new = op("relu", x)
    e = S.symmetric(ctx, S.unfold(ctx, new))
    if e.goal.args[0] is t:
        return e
    return S.chain(ctx, [pointwise(ctx, eq(t, e.goal.args[0]), [op("le", 0, x), op("le", x, 0)], prove), e])


def by_sign(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``E[X] = E[X 1(z >= 0)] + E[X 1(z < 0)]`` where X has a branch that depends on z."""
    if t.head != "E" or not any(s.head in CONDITIONAL - {"ind"} and s.random for s in subterms(t.args[0])):
        return None
    x = t.args[0]
    z = _variable(x)
    if z is None:
        return None
    on = op("le", 0, z)
    parts = [mul(x, op("ind", on)), mul(x, op("ind", negation(on)))]
    calm = frozenset(h for h in ctx if not h.random)
    whole = op("add", *parts)
    e0 = S.congruence(ctx, t, [0], [], pointwise(calm, eq(x, whole), [on], prove))
    prem = [prove(ctx, op("integrable", p)) for p in parts]
    e1 = S.expectation_of_sum(ctx, op("E", whole), prem)
    return S.chain(ctx, [e0, e1])


def pointwise(ctx: Context, goal: Term, conditions: list[Term], prove: C.Prove) -> Theorem:
    """An equation at each outcome, case by case."""
    if not conditions:
        return _decided(ctx, goal, prove)
    on, *rest = conditions
    done = [pointwise(ctx | {c}, goal, rest, prove) for c in (on, negation(on))]
    return S.by_cases(ctx, on, *done)


def _decided(ctx: Context, goal: Term, prove: C.Prove) -> Theorem:
    """Both sides with every branch decided, then compared.  Errors: Refused."""
    sides = []
    for t in goal.args:
        e = branches(ctx, t, prove)
        sides.append((e, e.goal.args[1] if e is not None else t))
    middle = prove(ctx, eq(sides[0][1], sides[1][1]))
    links = [sides[0][0]] if sides[0][0] is not None else []
    links.append(middle)
    if sides[1][0] is not None:
        links.append(S.symmetric(ctx, sides[1][0]))
    return S.chain(ctx, links)


def branches(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """Every ReLU, maximum, indicator ... whose condition is decided by the context."""
    def convert(c: Context, s: Term) -> Theorem | None:
        if s.head not in CONDITIONAL:
            return None
        e = S.unfold(c, s) if s.head not in ("ite", "ind") else None
        inner = e.goal.args[1] if e is not None else s
        if inner.head != "ite" and inner.head != "ind":
            rest = convert(c, inner)
            return None if rest is None or e is None else S.chain(c, [e, rest])
        on = inner.args[0]
        for p in (on, negation(on)):
            try:
                b = S.branch(c, inner, prove(c, p))
            except Refused:
                continue
            e = b if e is None else S.chain(c, [e, b])
            deeper = everywhere(c, e.goal.args[1], convert)
            return e if deeper is None else S.chain(c, [e, deeper])
        return None
    return everywhere(ctx, t, convert)


def common_factor(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``ite(c, f a, f b) = f ite(c, a, b)``."""
    if t.head != "ite":
        return None
    c, a, b = t.args
    left, right = list(a.args) if a.head == "mul" else [a], list(b.args) if b.head == "mul" else [b]
    shared = [f for f in left if f in right and f.head != "num"]
    if not shared:
        return None
    for f in shared:
        left.remove(f)
        right.remove(f)
    new = mul(*shared, op("ite", c, mul(*left), mul(*right)))
    return pointwise(ctx, eq(t, new), [c], prove)


def on_event(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``E[X 1(A)]`` with the branches of X decided on A."""
    if t.head != "E" or t.args[0].head != "mul":
        return None
    x = t.args[0]
    marks = [f for f in x.args if f.head == "ind"]
    others = [f for f in x.args if f.head != "ind"]
    if len(marks) != 1 or not any(s.head in CONDITIONAL for f in others for s in subterms(f)):
        return None
    calm = frozenset(h for h in ctx if not h.random)
    on = marks[0].args[0]
    e = branches(calm | {on}, mul(*others), prove)
    if e is None:
        return None
    kept = e.goal.args[1]
    new = num(0) if _zero(kept) else mul(kept, marks[0])
    point = pointwise(calm, eq(x, new), [on], prove)
    e1 = S.congruence(ctx, t, [0], [], point)
    right = _scaled_out(e1.goal.args[1])
    return e1 if right is e1.goal.args[1] else S.chain(ctx, [e1, _normal(ctx, e1.goal.args[1], right, prove)])


def _zero(t: Term) -> bool:
    try:
        return not normalizer(frozenset()).form(t).num
    except TermError:
        return False


def symmetric_half(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``E[g(z) 1(z >= 0)] = E[g(z)] / 2`` for even g and z symmetric about 0."""
    if t.head != "E" or t.args[0].head != "mul":
        return None
    x = t.args[0]
    marks = [f for f in x.args if f.head == "ind"]
    others = [f for f in x.args if f.head != "ind"]
    z = _variable(x)
    if len(marks) != 1 or not others or z is None:
        return None
    law = prove(ctx, op("samelaw", z, op("neg", z)))
    p = marks[0].args[0]
    g = mul(*others)
    if p not in (op("le", 0, z), op("lt", z, 0)):
        return None
    hole = _hole(mul(g, op("ind", op("le", 0, z))), z)
    if any(kind in "rg" for kind, _, _ in hole.symbols):
        return None
    up = op("E", mul(g, op("ind", op("le", 0, z))))
    turned = open_with(hole, [op("neg", z)])
    same = derive("law", ctx, op("samelaw", up.args[0], turned), [law], body=hole)
    e1 = S.axiom(ctx, "E_law", [same], x=up.args[0], y=turned)
    down = e1.goal.args[1]
    calm = frozenset(h for h in ctx if not h.random)
    both = op("add", up.args[0], down.args[0])
    point = pointwise(calm, eq(both, g), [op("le", 0, z), op("le", z, 0)], prove)
    prem = [prove(ctx, op("integrable", a)) for a in both.args]
    e2 = S.expectation_of_sum(ctx, op("E", both), prem)
    e3 = S.congruence(ctx, op("E", both), [0], [], point)
    half = mul(Fraction(1, 2), op("E", g))
    upper = derive("arith", ctx, eq(up, half), [e1, e2, e3],
                   entries=[("eq", num(Fraction(1, 2)), None, [0]), ("eq", num(Fraction(-1, 2)), None, [1]),
                            ("eq", num(Fraction(1, 2)), None, [2])])
    if p is op("le", 0, z):
        return S.chain(ctx, [S.norm(ctx, t, up), upper])
    low = op("E", mul(g, op("ind", op("lt", z, 0))))
    split = op("add", up.args[0], low.args[0])
    again = pointwise(calm, eq(split, g), [op("le", 0, z)], prove)
    e4 = S.congruence(ctx, op("E", split), [0], [], again)
    e5 = S.expectation_of_sum(ctx, op("E", split), [prove(ctx, op("integrable", a)) for a in split.args])
    e6 = derive("arith", ctx, eq(low, half), [e4, e5, upper],
                entries=[("eq", num(1), None, [0]), ("eq", num(-1), None, [1]), ("eq", num(-1), None, [2])])
    return S.chain(ctx, [S.norm(ctx, t, low), e6])


def positive_part(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``E[relu(z)] = (E[z] + E[|z|]) / 2`` where the mean of |z| is known."""
    if t.head != "E" or not (t.args[0].head == "relu" or (t.args[0].head == "max" and t.args[0].args[0] is num(0))):
        return None
    z = t.args[0].args[-1]
    if z.head not in ("r", "g") or given_at(ctx, op("E", op("abs", z)), prove, is_moment) is None:
        return None
    half = num(Fraction(1, 2))
    total = op("add", mul(half, z), mul(half, op("abs", z)))
    calm = frozenset(h for h in ctx if not h.random)
    point = S.congruence(ctx, t, [0], [], pointwise(calm, eq(t.args[0], total), [op("le", 0, z)], prove))
    e = linear(ctx, op("E", total), prove)
    return None if e is None else S.chain(ctx, [point, e])


def _hole(t: Term, z: Term) -> Term:
    """``t`` with the random variable z replaced by a hole."""
    def walk(n: Term, level: int) -> Term:
        if n is z:
            return bvar(level)
        from derivations.kernel.term import BINDERS
        under = BINDERS.get(n.head, ())
        args = [walk(a, level + (k in under)) for k, a in enumerate(n.args)]
        return n if all(a is b for a, b in zip(args, n.args, strict=True)) else make(n.head, args, n.data)
    return walk(t, 0)


__all__ = ["branches", "by_sign", "common_factor", "expanded", "linear", "on_event", "pointwise", "positive_part",
           "product",
           "scaled_variance", "second_moment", "symmetric_half", "variance_formula", "variance_of_sum"]
