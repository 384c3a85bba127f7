"""Orders of growth: a constant from numbers, then a proof.

For ``exists C > 0, exists N, forall n >= N: f(n) <= C g(n)`` and its like close to a point, C and N are read
off values of f and g; the inequality is shown by tangents, bounds on sums, or induction.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction

from derivations.kernel.normal import normalizer, relevant, to_term
from derivations.kernel.polynomial import ONE, Ratio, factor
from derivations.kernel.term import (
    Term,
    TermError,
    add,
    fresh,
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
from derivations.refute.evaluate import evaluate
from derivations.refute.model import Model
from derivations.refute.values import Undefined, Unknown
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.antiderivatives import antiderivative
from derivations.tactics.closed_form import closed_sum
from derivations.tactics.conversion import replaced
from derivations.tactics.monotone import at_start
from derivations.tactics.order import search

STARTS = (1, 2, 4, 8)
BEHIND = 40             # so many values behind a start are looked at
FAR = (200, 1000)       # and these
LARGEST = 1000          # constants above are not tried
RADII = (Fraction(1), Fraction(1, 2))
FACTS = ("isint", "le", "lt", "ne", "eq")


@dataclass(frozen=True)
class Bound:
    """``left <= constant * right`` for the x that the premises admit."""

    x: Term
    premises: tuple[Term, ...]
    left: Term
    right: Term
    far: bool


def prove_order_of_growth(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """``f = O(g)`` for one variable that grows or goes to a point."""
    if goal.head != "exists" or goal.args[0].head != "and" or len(goal.args[0].args) != 2:
        return None
    c, s = fresh("C", goal, *ctx), fresh("N", goal, *ctx)
    bound = _opened(goal, c, s)
    if bound is None:
        return None
    for start in map(num, STARTS if bound.far else RADII):
        for constant in _constants(bound, start):
            values = {("v", str(t.data), 0): v for t, v in ((c, num(constant)), (s, start))}
            inner = ctx | {instantiate(p, values) for p in bound.premises}
            statement = op("le", bound.left, mul(num(constant), bound.right))
            try:
                t = _below(inner, statement, bound, start, prove)
            except (Refused, TermError):
                continue
            every = S.generalise(ctx, t, bound.x, [instantiate(p, values) for p in bound.premises])
            return _closed(ctx, goal, num(constant), start, every)
    return None


def _opened(goal: Term, c: Term, s: Term) -> Bound | None:
    """The parts of the statement; None if it has another shape."""
    positive, some = open_with(goal.args[0], [c]).args
    if positive is not op("lt", 0, c) or some.head != "exists":
        return None
    body = open_with(some.args[0], [s])
    far = body.head == "forall"
    if body.head == "and" and len(body.args) == 2 and body.args[0] is op("lt", 0, s):
        body = body.args[1]
    x = fresh("x", goal, c, s)
    if body.head != "forall":
        return None
    f, premises = open_with(body.args[0], [x]), []
    while f.head == "imp":
        premises.append(f.args[0])
        f = f.args[1]
    if f.head != "le" or f.args[1].head != "mul" or f.args[1].args[0] is not c \
            or any(t.symbols & c.symbols for t in (f.args[0], *f.args[1].args[1:])):
        return None
    return Bound(x, tuple(premises), f.args[0], mul(*f.args[1].args[1:]), far)


def _closed(ctx: Context, goal: Term, constant: Term, start: Term, every: Theorem) -> Theorem:
    whole = open_with(goal.args[0], [constant])
    sign, some = whole.args
    inside = open_with(some.args[0], [start])
    if inside.head == "and":
        every = derive("conj", ctx, inside, [_positive(ctx, inside.args[0]), every])
    there = S.exhibit(ctx, some, every, start)
    return S.exhibit(ctx, goal, derive("conj", ctx, whole, [_positive(ctx, sign), there]), constant)


def _positive(ctx: Context, goal: Term) -> Theorem:
    return derive("arith", ctx, goal, [], entries=[("pos", goal.args[1], None, [])])


# -- numbers ------------------------------------------------------------------------------------

def _constants(b: Bound, start: Term) -> Iterator[Fraction]:
    """Constants that the values of both sides leave."""
    assert isinstance(start.data, Fraction)
    if b.far:
        near = [start.data + k for k in range(BEHIND)]
        places, tail = near, [Fraction(k) for k in FAR]
    else:
        places = [sign * start.data * Fraction(k, 12) for k in range(1, 12) for sign in (1, -1)]
        tail = [sign * start.data / 500 for sign in (1, -1)]
    first, last = _largest(b, places), _largest(b, tail)
    if first is None or last is None or last > 3 * first + 1 or max(first, last) > LARGEST:
        return
    least = Fraction(max(1, math.ceil(max(first, last) - Fraction(1, 10**9))))
    yield least
    yield 2 * least
    yield 4 * least


def _largest(b: Bound, places: list[Fraction]) -> Fraction | None:
    """The largest quotient of the sides; None if one has no value or is without a bound."""
    found = Fraction(0)
    for p in places:
        model = Model(scalars={str(b.x.data): p})
        try:
            above, below = (float(evaluate(t, model)) for t in (b.left, b.right))
        except (Undefined, Unknown, ValueError, OverflowError):
            return None
        if below <= 0:
            if above > 0:
                return None
            continue
        found = max(found, Fraction(above / below))
    return found


# -- the inequality -----------------------------------------------------------------------------

def _below(ctx: Context, goal: Term, b: Bound, start: Term, prove: C.Prove) -> Theorem:
    """The inequality.  Errors: Refused."""
    left = goal.args[0]
    if left.head == "abs":
        return _both_signs(ctx, goal, b, start, prove)
    plain = [f for f in C.plain_facts(ctx) if f.goal.head in FACTS]
    for f in tuple(plain):
        if f.goal.head == "lt" and f.goal.args[0].head == "abs":
            away = f.goal.args[0].args[0]
            plain += _of_size(ctx, f.goal.args[0], away, prove)
            square: tuple[str, Term, Term, list[int]] = ("pos", num(1), away, [])
            plain.append(derive("arith", ctx, op("le", 0, op("pow", away, 2)), [], entries=[square]))
    t = search(ctx, goal, [*plain, *_tangents(ctx, goal, prove)])
    bounds = _sums(ctx, goal, b, prove) if t is None else []
    t = search(ctx, goal, [*plain, *bounds]) if bounds else t
    if t is not None:
        return t
    t = _inductive(ctx, goal, b, start, prove) if b.far else None
    if t is None:
        raise Refused(f"{goal!r} is not shown")
    return t


def _both_signs(ctx: Context, goal: Term, b: Bound, start: Term, prove: C.Prove) -> Theorem:
    size, right = goal.args
    meaning = S.unfold(ctx, size)
    sides = []
    for on, value in ((op("le", 0, size.args[0]), size.args[0]), (op("lt", size.args[0], 0), op("neg", size.args[0]))):
        inner = ctx | {on}
        e = S.chain(inner, [S.weaken(inner, meaning), S.branch(inner, meaning.goal.args[1], S.assume(inner, on))])
        t = _below(inner, op("le", value, right), b, start, prove)
        sides.append(S.rewrite(inner, t, [0], [], S.symmetric(inner, e)))
    return S.by_cases(ctx, op("le", 0, size.args[0]), *sides)


def _tangents(ctx: Context, goal: Term, prove: C.Prove) -> list[Theorem]:
    """What is known of exponentials, logarithms, roots and sizes in the goal."""
    found: list[Theorem] = []
    for t in subterms(goal):
        if t.bound or not t.args or t.args[0].sort != "R":
            continue
        u = t.args[0]
        try:
            found += {"exp": _of_exponential, "log": _of_logarithm, "abs": _of_size, "sqrt": _of_root}.get(
                t.head, _of_power)(ctx, t, u, prove)
        except (Refused, TermError):
            continue
    return found


def _of_exponential(ctx: Context, t: Term, u: Term, prove: C.Prove) -> list[Theorem]:
    """``u + 1 <= e^u``, ``0 < e^u``, ``(1 - u) e^u <= 1``."""
    low, sign = S.axiom(ctx, "exp_ge", x=u), S.axiom(ctx, "exp_pos", x=u)
    back = S.axiom(ctx, "exp_ge", x=op("neg", u))
    goal = op("le", mul(sub(1, u), t), 1)
    high = derive("arith", ctx, goal, [back, sign], entries=[("pos", num(1), None, [0, 1])])
    return [low, sign, high]


def _of_logarithm(ctx: Context, t: Term, u: Term, prove: C.Prove) -> list[Theorem]:
    """``log u <= u - 1``, and ``log v <= log u`` for a number v below u."""
    positive = prove(ctx, op("lt", 0, u))
    found = [S.axiom(ctx, "log_le", [positive], x=u)]
    for f in C.plain_facts(ctx):
        if f.goal.head == "le" and f.goal.args[1] is u and isinstance(f.goal.args[0].data, Fraction):
            v = f.goal.args[0]
            found.append(prove(ctx, op("le", op("log", v), t)))
            assert isinstance(v.data, Fraction)
            if v is num(1):
                found.append(prove(ctx, op("le", 0, t)))
            elif v.data > 1:
                back = op("div", 1, v)
                over = S.axiom(ctx, "inv_pos", [_positive(ctx, op("lt", 0, v))], x=v)
                part = S.axiom(ctx, "log_le", [over], x=back)
                found.append(S.rewrite(ctx, part, [0], [], S.norm(ctx, op("log", back), op("neg", op("log", v)))))
    return found


def _of_size(ctx: Context, t: Term, u: Term, prove: C.Prove) -> list[Theorem]:
    return [prove(ctx, op("le", side, t)) for side in (u, op("neg", u), num(0))]


def _of_root(ctx: Context, t: Term, u: Term, prove: C.Prove) -> list[Theorem]:
    return [S.axiom(ctx, "sqrt_nonneg", x=u), S.axiom(ctx, "sqrt_sq", [prove(ctx, op("le", 0, u))], x=u)]


def _of_power(ctx: Context, t: Term, u: Term, prove: C.Prove) -> list[Theorem]:
    if t.head != "pow" or isinstance(t.args[1].data, Fraction):
        return []
    return [S.axiom(ctx, "pow_pos", [prove(ctx, op("lt", 0, u))], x=u, y=t.args[1])]


# -- sums ---------------------------------------------------------------------------------------

def _sums(ctx: Context, goal: Term, b: Bound, prove: C.Prove) -> list[Theorem]:
    """Bounds on the sums up to the variable: by their largest term, by an integral, by a closed form."""
    sums = [t for t in subterms(goal) if t.head == "sum" and not t.bound and t.args[1] is b.x]
    found: list[Theorem] = []
    for t in sums:
        for way in (_by_largest, _by_integral):
            try:
                found += way(ctx, t, b, prove)
            except (Refused, TermError):
                continue
        e = closed_sum(ctx, t, prove)
        found += [] if e is None else [e]
    for f in tuple(found):
        found += _tangents(ctx, f.goal, prove)
    if not sums:
        return []
    inverse = S.axiom(ctx, "inv_pos", [prove(ctx, op("lt", 0, b.x))], x=b.x)
    return [*found, inverse, *_tangents(ctx, goal, prove)]


def _by_largest(ctx: Context, t: Term, b: Bound, prove: C.Prove) -> list[Theorem]:
    """``sum <= (number of terms) * (its last or first term)``."""
    lo, hi, body = t.args
    k = fresh("k", t, *ctx)
    inner = ctx | set(in_range(k, lo, hi))
    for most in (open_with(body, [hi]), open_with(body, [lo])):
        try:
            one = prove(inner, op("le", open_with(body, [k]), most))
        except Refused:
            continue
        every = S.generalise(ctx, one, k, in_range(k, lo, hi))
        whole = S.axiom(ctx, "sum_mono", [every], lo=lo, hi=hi, F=body, G=most)
        needs = [prove(ctx, h) for h in S.axiom_needs("sum_const", lo=lo, hi=hi, x=most)]
        return [S.rewrite(ctx, whole, [1], [], S.axiom(ctx, "sum_const", needs, lo=lo, hi=hi, x=most))]
    return []


def _by_integral(ctx: Context, t: Term, b: Bound, prove: C.Prove) -> list[Theorem]:
    """``sum <= first term + integral from there on`` for terms that fall, by induction."""
    lo, hi, body = t.args
    n = fresh("n", t, *ctx)
    whole = antiderivative(open_with(body, [n]), n)
    if whole is None:
        return []

    def at(m: Term) -> Term:
        return instantiate(whole, {("v", str(n.data), 0): m})

    def statement(m: Term) -> Term:
        return op("le", make("sum", (lo, m, body)), add(open_with(body, [lo]), sub(at(m), at(lo))))
    calm = frozenset(h for h in ctx if b.x.symbols.isdisjoint(h.symbols))
    base = search(calm, statement(lo), [f for f in C.plain_facts(calm) if f.goal.head in FACTS])
    k = fresh("n", t, n, *ctx)
    inner = calm | {op("isint", k), op("le", lo, k), statement(k)}
    after = add(k, 1)
    last = S.axiom(inner, "sum_last", [prove(inner, op("isint", after)), prove(inner, op("le", lo, after))],
                   lo=lo, hi=after, F=body)
    one = op("le", add(open_with(body, [after]), at(k)), at(after))
    known = _steps(inner, k, after, one, prove)
    least = search(inner, one, known) or _over_one_denominator(inner, one, known, prove)
    step = search(inner, statement(after), [S.assume(inner, statement(k)), last, least], (1,))
    if base is None or step is None:
        return []
    every = S.induction(calm, k, lo, statement(k), [base, step, prove(calm, op("isint", lo))])
    bound = S.modus(ctx, S.weaken(ctx, every), prove(ctx, op("isint", hi)), prove(ctx, op("le", lo, hi)), at=hi)
    e = replaced(ctx, bound.goal.args[1], at_start(ctx, "log"))
    bound = bound if e is None else S.rewrite(ctx, bound, [1], [], e)
    with suppress(Refused):
        sign = prove(ctx, op("le", at(hi), 0))
        less = op("le", t, sub(open_with(body, [lo]), at(lo)))
        both = [("pos", num(1), None, [0]), ("pos", num(1), None, [1])]
        return [bound, derive("arith", ctx, less, [bound, sign], entries=both)]
    return [bound]


def _steps(ctx: Context, k: Term, after: Term, goal: Term, prove: C.Prove) -> list[Theorem]:
    """What the step of an integral bound needs: signs, and logarithms of neighbours."""
    positive = prove(ctx, op("lt", 0, k))
    found = [positive, prove(ctx, op("lt", 0, after))]
    found += _tangents(ctx, goal, prove)
    if any(t.head == "log" for t in subterms(goal)):
        ratio = op("div", k, after)
        down = S.axiom(ctx, "log_le", [prove(ctx, op("lt", 0, ratio))], x=ratio)
        apart = S.norm(ctx, op("log", ratio), sub(op("log", k), op("log", after)), found[:2])
        found.append(S.rewrite(ctx, down, [0], [], apart))
    return found


def _over_one_denominator(ctx: Context, goal: Term, facts: list[Theorem], prove: C.Prove) -> Theorem:
    """An inequality between fractions, by the signs of one numerator and the factors of one denominator."""
    r = normalizer(relevant(f.goal for f in facts)).form(sub(goal.args[1], goal.args[0]))
    c, factors = factor(r.den)
    bottom = mul(*(op("pow", to_term(Ratio(g, ONE)), n) for g, n in factors))
    top = op("div", to_term(Ratio(r.num, ONE)), num(Fraction(int(c.p), int(c.q))))
    sign = prove(ctx, op("lt", 0, bottom))
    over = S.axiom(ctx, "inv_pos", [sign], x=bottom)
    return derive("arith", ctx, goal, [prove(ctx, op("le", 0, top)), over, sign, *facts],
                  entries=[("pos", num(1), None, [0, 1])])


def _inductive(ctx: Context, goal: Term, b: Bound, start: Term, prove: C.Prove) -> Theorem | None:
    """The inequality by induction on the variable from the start on."""
    if op("isint", b.x) not in ctx or op("le", start, b.x) not in ctx:
        return None
    calm = frozenset(h for h in ctx if b.x.symbols.isdisjoint(h.symbols))
    k = fresh("n", goal, *ctx)

    def formula(m: Term) -> Term:
        return instantiate(goal, {("v", str(b.x.data), 0): m})
    base = prove(calm, formula(start))
    after = add(k, 1)
    inner = calm | {op("isint", k), op("le", start, k), formula(k)}
    facts = [S.assume(inner, h) for h in C.ordered(inner) if h.head in FACTS]
    for t in subterms(formula(after)):
        if t.head == "sum" and not t.bound and t.args[1] is after:
            needs = [prove(inner, h) for h in S.axiom_needs("sum_last", lo=t.args[0], hi=after, F=t.args[2])]
            facts.append(S.axiom(inner, "sum_last", needs, lo=t.args[0], hi=after, F=t.args[2]))
    facts += _tangents(inner, formula(k), prove)
    step = search(inner, formula(after), facts)
    if step is None:
        return None
    every = S.induction(calm, k, start, formula(k), [base, step, prove(calm, op("isint", start))])
    passed = op("isint", b.x), op("le", start, b.x)
    return S.modus(ctx, S.weaken(ctx, every), *(S.assume(ctx, h) for h in passed), at=b.x)


__all__ = ["prove_order_of_growth"]
