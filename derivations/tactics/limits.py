"""Limits at a point, far out and along the integers.

``reach`` finds the limit of a body and proves it: part by part, by the leading terms of a quotient,
by squeezing, and where this fails for an equal body.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from derivations.kernel.normal import normalizer, relevant, to_term
from derivations.kernel.polynomial import ONE, Ratio
from derivations.kernel.term import (
    Instance,
    Term,
    TermError,
    add,
    bvar,
    close_over,
    eq,
    fresh,
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
from derivations.tactics.closed_form import closed_sum
from derivations.tactics.conversion import cleanup, everywhere, heads_of, in_other_words
from derivations.tactics.derivatives import near_fact, slope
from derivations.tactics.equation import supporting

STATEMENTS = frozenset({"tends", "tends_up", "tends_seq"})
VALUES = {"limit": "tends", "limit_up": "tends_up", "limit_seq": "tends_seq"}
DEEPEST = 9         # bodies that are put in the place of others
FEW = 5             # terms of a denominator that are tried as the leading one
FROM = (1, 2, 6)    # where "far out" begins


@dataclass
class Way:
    """Where the variable goes, and what holds of it on the way."""

    ctx: Context
    head: str
    x: Term
    prove: C.Prove
    point: Term | None = None
    start: Term = field(default_factory=lambda: num(1))
    open: list[Term] = field(default_factory=list)
    failed: set[Term] = field(default_factory=set)

    @property
    def passed(self) -> tuple[Term, ...]:
        """What is assumed of the variable."""
        if self.point is not None:
            return (op("ne", self.x, self.point),)
        return (*([op("isint", self.x)] if self.head == "tends_seq" else []), op("le", self.start, self.x))

    @property
    def inner(self) -> Context:
        """The assumptions, and what is assumed of the variable."""
        return self.ctx | set(self.passed)

    def moves(self, t: Term) -> bool:
        """Whether the variable stands in a term."""
        return C.depends(t, self.x)

    def body(self, f: Term) -> Term:
        """A term as a function of the variable."""
        return close_over(f, [self.x])

    def of(self, t: Theorem) -> Term:
        """The body that a theorem is about."""
        return open_with(t.goal.args[0], [self.x])

    def axiom(self, name: str, prem: Sequence[Theorem], **values: Term) -> Theorem:
        """One of the schemes that the three kinds of limit have in common."""
        point = {} if self.point is None else {"p": self.point}
        return S.axiom(self.ctx, f"{self.head}_{name}", prem, **values, **point)


def _value(t: Theorem) -> Term:
    return t.goal.args[-1]


def _valued(ctx: Context, t: Theorem, value: Term, prove: C.Prove) -> Theorem:
    """The same limit, written as an equal value.  Errors: Refused."""
    old = _value(t)
    return t if old is value else S.rewrite(ctx, t, [len(t.goal.args) - 1], [], prove(ctx, eq(old, value)))


def _tidied(w: Way, t: Theorem) -> Theorem:
    e = cleanup(w.ctx, _value(t))
    return t if e is None else S.rewrite(w.ctx, t, [len(t.goal.args) - 1], [], e)


def reach(w: Way, f: Term) -> Theorem:
    """The limit of ``f`` and its proof.  Errors: Refused if none is found."""
    if not w.moves(f):
        return w.axiom("const", [], c=f)
    if f in w.failed or f in w.open or len(w.open) > DEEPEST:
        raise Refused(f"no limit of {f!r} is found")
    w.open.append(f)
    try:
        for way in _AT_A_POINT if w.point is not None else _FAR_OUT:
            try:
                t = way(w, f)
            except (Refused, TermError):
                continue
            if t is not None:
                return _tidied(w, t)
    finally:
        w.open.pop()
    w.failed.add(f)
    raise Refused(f"no limit of {f!r} is found")


# -- part by part -------------------------------------------------------------------------------

def _differentiable(w: Way, f: Term) -> Theorem:
    """A function with a derivative at the point is continuous there."""
    assert w.point is not None
    t = slope(w.ctx, f, w.x, w.point, w.prove)
    return S.axiom(w.ctx, "tends_deriv", [t], F=w.body(f), p=w.point, a=t.goal.args[2])


def _known(w: Way, f: Term) -> Theorem | None:
    """The limits that are axioms: 1/x, e^(-x), r^n."""
    if w.point is not None:
        return None
    up = None
    if f is op("div", 1, w.x):
        up = S.axiom(w.ctx, "tends_up_inv")
    elif f is op("exp", op("neg", w.x)):
        up = S.axiom(w.ctx, "tends_up_exp")
    elif w.head == "tends_seq" and f.head == "pow" and f.args[1] is w.x and not w.moves(f.args[0]):
        small = w.prove(w.ctx, op("lt", op("abs", f.args[0]), 1))
        return S.axiom(w.ctx, "tends_seq_pow", [small], r=f.args[0])
    if up is None or w.head == "tends_up":
        return up
    return S.axiom(w.ctx, "tends_seq_up", [up], F=up.goal.args[0], a=_value(up))


def _two(w: Way, name: str, s: Theorem, t: Theorem, *more: Theorem) -> Theorem:
    return _tidied(w, w.axiom(name, [s, t, *more], F=s.goal.args[0], G=t.goal.args[0], a=_value(s), b=_value(t)))


def _by_parts(w: Way, f: Term) -> Theorem | None:
    """Sums, products and quotients of what has a limit, and functions that are continuous there."""
    moving = [n for n, a in enumerate(f.args) if w.moves(a)]
    if f.head in ("add", "mul"):
        parts = [reach(w, a) for a in f.args]
        t = parts[0]
        for other in parts[1:]:
            t = _two(w, f.head, t, other)
        return _recast(w, t, f)
    if f.head == "div" and moving == [0, 1]:
        s, t = (reach(w, a) for a in f.args)
        return _two(w, "div", s, t, w.prove(w.ctx, op("ne", _value(t), 0)))
    if len(moving) != 1 or f.bound or f.head in ("sum", "prod", "integral", "deriv", "fam"):
        return None
    (n,) = moving
    t = reach(w, f.args[n])
    y = fresh("y", f, *w.ctx)
    outer = make(f.head, [*f.args[:n], y, *f.args[n + 1:]], f.data)
    there = Way(w.ctx, "tends", y, w.prove, _value(t))
    s = _differentiable(there, outer)
    return w.axiom("of", [t, s], F=close_over(outer, [y]), G=t.goal.args[0], b=_value(t))


def _recast(w: Way, t: Theorem, f: Term) -> Theorem:
    """The limit of a body that is equal everywhere.  Errors: Refused."""
    old = w.of(t)
    return t if old is f else S.rewrite(w.ctx, t, [0], [w.x], S.norm(w.ctx, old, f))


# -- equal bodies -------------------------------------------------------------------------------

def _both(ctx: Context, e: Theorem) -> Theorem:
    """``a <= b and b <= a`` from ``a = b``."""
    a, b = e.goal.args
    one = S.axiom(ctx, "le_of_eq", [e], x=a, y=b)
    two = S.axiom(ctx, "le_of_eq", [S.symmetric(ctx, e)], x=b, y=a)
    return derive("conj", ctx, op("and", one.goal, two.goal), [one, two])


def _moved(w: Way, f: Term, t: Theorem, e: Theorem | None = None) -> Theorem:
    """The limit of f, which is equal on the way to what has one.  Errors: Refused."""
    g = w.of(t)
    if g is f:
        return t
    if e is None and normalizer(frozenset()).equal(f, g):
        return _recast(w, t, f)
    e = w.prove(w.inner, eq(g, f)) if e is None else e
    if w.point is not None:
        close = S.generalise(w.ctx, e, None, w.passed)
        near = S.near(w.ctx, w.x, w.point, close)
        return S.axiom(w.ctx, "tends_near", [near, t], F=t.goal.args[0], G=w.body(f), p=w.point, a=_value(t))
    return _between(w, t, t, _both(w.inner, e), f)


def _between(w: Way, below: Theorem, above: Theorem, both: Theorem, f: Term) -> Theorem:
    """The limit of f, which lies between two bodies with one limit."""
    above = _valued(w.ctx, above, _value(below), w.prove)
    every = S.generalise(w.ctx, both, w.x, w.passed)
    return w.axiom("between", [below, above, every], F=below.goal.args[0], G=w.body(f), H=above.goal.args[0],
                   a=_value(below), m=w.start)


def _squeezed(w: Way, below: Theorem, above: Theorem, low: Theorem, high: Theorem, f: Term) -> Theorem:
    both = derive("conj", w.inner, op("and", low.goal, high.goal), [low, high])
    return _between(w, below, above, both, f)


def _reduced(w: Way, f: Term) -> Theorem | None:
    """At a point: once common factors are cancelled."""
    assert w.point is not None
    facts = supporting(w.inner, (f,), w.prove)
    g = to_term(normalizer(relevant(h.goal for h in facts)).form(f))
    if g is f or not normalizer(relevant(h.goal for h in facts)).equal(f, g):
        return None
    t = _differentiable(w, g)
    whole = op("imp", w.passed[0], eq(g, f))
    near = near_fact(w.ctx, whole, w.x, w.point, w.prove)
    return S.axiom(w.ctx, "tends_near", [near, t], F=w.body(g), G=w.body(f), p=w.point, a=_value(t))


def _summed(w: Way, f: Term) -> Theorem | None:
    """With the closed forms of the sums whose range grows."""
    if w.head != "tends_seq" or "sum" not in heads_of(f):
        return None

    def convert(c: Context, s: Term) -> Theorem | None:
        return closed_sum(c, s, w.prove) if s.head == "sum" and not s.bound else None
    e = everywhere(w.inner, f, convert, at=frozenset(("sum",)))
    return None if e is None else _moved(w, f, reach(w, e.goal.args[1]), S.symmetric(w.inner, e))


def _as_exponential(w: Way, f: Term) -> Theorem | None:
    """``b^y`` with an exponent that moves, as ``e^(y log b)``."""
    if f.head != "pow" or not w.moves(f.args[1]) or f.args[0].head == "e":
        return None
    b, y = f.args
    e = _power_as_exponential(w.inner, b, y, w.prove(w.inner, op("lt", 0, b)))
    return _moved(w, f, reach(w, e.goal.args[0]), e)


def _power_as_exponential(ctx: Context, b: Term, y: Term, positive: Theorem) -> Theorem:
    """``e^(y log b) = b^y`` for a positive b."""
    f = op("pow", b, y)
    back = S.axiom(ctx, "exp_log", [S.axiom(ctx, "pow_pos", [positive], x=b, y=y)], x=f)
    return S.rewrite(ctx, back, [0, 0], [], S.axiom(ctx, "log_pow", [positive], x=b, y=y))


def _logarithm_near_one(w: Way, f: Term) -> Theorem | None:
    """``c log v`` for c >= 0 lies between ``c (1 - 1/v)`` and ``c (v - 1)``."""
    if "log" not in heads_of(f) or w.point is not None:
        return None
    for s in subterms(f):
        if s.head != "log" or s.bound or not w.moves(s):
            continue
        rest, v = _without(f, s), s.args[0]
        if rest is None or not normalizer(frozenset()).equal(f, mul(rest, s)):
            continue
        c = w.inner
        positive, sign = w.prove(c, op("lt", 0, v)), w.prove(c, op("le", 0, rest))
        above = reach(w, mul(rest, sub(v, 1)))
        below = reach(w, mul(rest, sub(1, op("div", 1, v))))
        upper = S.axiom(c, "log_le", [positive], x=v)
        back = op("div", 1, v)
        other = S.axiom(c, "log_le", [S.axiom(c, "inv_pos", [positive], x=v)], x=back)
        turned = S.norm(c, op("log", back), op("neg", s), [positive])
        lower = S.rewrite(c, other, [0], [], turned)
        facts = [positive, sign]
        low = derive("arith", c, op("le", w.of(below), f), [lower, *facts], entries=[("pos", num(1), None, [0, 2])])
        high = derive("arith", c, op("le", f, w.of(above)), [upper, *facts], entries=[("pos", num(1), None, [0, 2])])
        return _squeezed(w, below, above, low, high, f)
    return None


def _without(f: Term, s: Term) -> Term | None:
    """f with 1 in the place of a factor."""
    if f is s:
        return num(1)
    for n, a in enumerate(f.args if f.head in ("mul", "neg") else f.args[:1] if f.head == "div" else ()):
        inner = _without(a, s)
        if inner is not None:
            return make(f.head, [*f.args[:n], inner, *f.args[n + 1:]], f.data)
    return None


# -- leading terms ------------------------------------------------------------------------------

@dataclass(frozen=True)
class Growth:
    """``c x^power`` times powers with exponents that move (base: rate) times bounded factors."""

    c: Term
    power: Fraction
    rates: tuple[tuple[Term, Term], ...]
    waves: tuple[Term, ...]

    def over(self, other: Growth) -> Growth:
        """The quotient.  Errors: Refused if the other one has waves."""
        if other.waves:
            raise Refused("a leading term that changes its sign")
        rates = dict(self.rates)
        for b, r in other.rates:
            rates[b] = sub(rates.get(b, num(0)), r)
        plain = {b: to_term(normalizer(frozenset()).form(r)) for b, r in rates.items()}
        return Growth(op("div", self.c, other.c), self.power - other.power,
                      tuple((b, r) for b, r in plain.items() if r is not num(0)), self.waves)


def _growth(w: Way, t: Term) -> Growth:
    """A monomial of a canonical form.  Errors: Refused if a factor is of another kind."""
    still: list[Term] = []
    power, rates, waves = Fraction(0), dict[Term, Term](), list[Term]()
    for g in t.args if t.head == "mul" else (t,):
        b, k = (g.args[0], g.args[1]) if g.head == "pow" and isinstance(g.args[1].data, Fraction) else (g, num(1))
        assert isinstance(k.data, Fraction)
        if not w.moves(g):
            still.append(g)
        elif b is w.x:
            power += k.data
        elif _is_wave(b, w) and k is num(1):
            waves.append(b)
        elif b.head in ("pow", "exp") and not (b.head == "pow" and w.moves(b.args[0])):
            base, y = (op("e"), b.args[0]) if b.head == "exp" else b.args
            rate = to_term(normalizer(frozenset((op("ne", w.x, 0),))).form(op("div", y, w.x)))
            if w.moves(rate):
                raise Refused(f"{g!r} does not grow at a fixed rate")
            rates[base] = add(rates.get(base, num(0)), mul(k, rate))
        else:
            raise Refused(f"the growth of {g!r} is not known")
    return Growth(mul(*still) if still else num(1), power, tuple(rates.items()), tuple(waves))


def _is_wave(b: Term, w: Way) -> bool:
    return b.head in ("sin", "cos") or (b is op("pow", -1, w.x) and w.head == "tends_seq")


def _terms(p: Term) -> tuple[Term, ...]:
    return p.args if p.head == "add" else (p,)


def _by_leading_terms(w: Way, f: Term) -> Theorem | None:
    """A quotient, above and below divided by a term of the denominator."""
    if w.point is not None:
        return None
    facts = supporting(w.inner, (f,), w.prove)
    facts.append(w.prove(w.inner, op("lt", 0, w.x)))
    n = normalizer(relevant(h.goal for h in facts))
    form = n.form(f)
    above, below = (to_term(Ratio(p, ONE)) for p in (form.num, form.den))
    tops, bottoms = ([_growth(w, t) for t in _terms(p)] for p in (above, below))
    for lead in sorted(bottoms, key=lambda g: -g.power)[:FEW]:
        try:
            top, bottom = (_total(w, [g.over(lead) for g in part]) for part in (tops, bottoms))
            apart = w.prove(w.ctx, op("ne", _value(bottom), 0))
        except (Refused, TermError):
            continue
        whole = _two(w, "div", top, bottom, apart)
        return _moved(w, f, whole)
    return None


def _total(w: Way, parts: Iterable[Growth]) -> Theorem:
    done = [_small(w, g) for g in parts]
    t = done[0]
    for s in done[1:]:
        t = _two(w, "add", t, s)
    return t


def _small(w: Way, g: Growth) -> Theorem:
    """The limit of a term that does not grow.  Errors: Refused."""
    c = w.axiom("const", [], c=g.c)
    if not g.rates and not g.power and not g.waves:
        return c
    t = _decay(w, g.power, g.rates) if g.rates else _inverse(w, g.power)
    for wave in g.waves:
        t = _damped(w, wave, t)
    return _two(w, "mul", c, t)


def _inverse(w: Way, power: Fraction) -> Theorem:
    if power.denominator != 1 or power >= 0:
        raise Refused("the term does not vanish")
    return reach(w, _inverse_power(w, -power))


def _inverse_power(w: Way, n: Fraction) -> Term:
    back = op("div", 1, w.x)
    return back if n == 1 else op("pow", back, num(n))


def _decay(w: Way, power: Fraction, rates: tuple[tuple[Term, Term], ...]) -> Theorem:
    """``x^p e^(-a x)`` goes to 0: at most ``(j/a)^j x^(p - j)`` as ``e^(a x/j) >= 1 + a x/j``."""
    values = [(b.data, r.data) for b, r in rates]
    x, c = w.x, w.inner
    if power == 0 and w.head == "tends_seq" and len(rates) == 1 and rates[0][1] is num(1):
        return reach(w, op("pow", rates[0][0], x))
    if all(isinstance(b, Fraction) and isinstance(r, Fraction) and r.denominator == 1 for b, r in values):
        base = math.prod((b ** int(r) for b, r in values if isinstance(b, Fraction) and isinstance(r, Fraction)),
                         start=Fraction(1))
        if power == 0 and w.head == "tends_seq":
            return reach(w, op("pow", num(base), x))
    rate = op("neg", add(*(r if b.head == "e" else mul(r, op("log", b)) for b, r in rates)))
    down = w.prove(w.ctx, op("lt", 0, rate))
    j = max(0, math.ceil(power)) + 1
    if power.denominator != 1:
        raise Refused("a power that is not whole")
    part = op("div", mul(rate, x), j)
    positive = w.prove(c, op("lt", 0, x))
    e = op("exp", op("neg", part))
    bound = op("div", j, mul(rate, x))
    have = [S.weaken(c, down), positive]
    product = derive("arith", c, op("lt", 0, mul(rate, x)), have, entries=[("pos", num(1), None, [0, 1])])
    inverse = S.axiom(c, "inv_pos", [product], x=mul(rate, x))
    tangent = S.axiom(c, "exp_ge", x=part)
    small = S.axiom(c, "exp_pos", x=op("neg", part))
    # (e^part - 1 - part) e^-part/(a x) >= 0, and e^-part/(a x) > 0
    first = derive("arith", c, op("le", e, bound), [tangent, small, inverse, *have],
                   entries=[("pos", num(j), None, [0, 1, 2]), ("pos", num(j), None, [1, 2])])
    low = derive("arith", c, op("le", 0, e), [small], entries=[("pos", num(1), None, [0])])
    powers = S.axiom(c, "pow_mono", [low, first, w.prove(c, op("le", 0, num(j)))], x=e, y=bound, z=num(j))
    powers = S.rewrite(c, powers, [0], [], _power_of_exponential(c, mul(rate, x), j))
    front = op("pow", x, num(power))
    f = mul(front, powers.goal.args[0])
    sized = S.axiom(c, "pow_pos", [positive], x=x, y=num(power))
    above = reach(w, mul(op("pow", op("div", j, rate), j), _inverse_power(w, j - power)))
    high = derive("arith", c, op("le", f, w.of(above)), [powers, sized, *have, product],
                  entries=[("pos", num(1), None, [0, 1])])
    least = S.axiom(c, "exp_pos", x=powers.goal.args[0].args[0])
    floor = derive("arith", c, op("le", 0, f), [least, sized], entries=[("pos", num(1), None, [0, 1])])
    t = _squeezed(w, w.axiom("const", [], c=num(0)), above, floor, high, f)
    return S.rewrite(w.ctx, t, [0, 1], [x], _with_bases(w, f.args[1], rates))


def _with_bases(w: Way, f: Term, rates: tuple[tuple[Term, Term], ...]) -> Theorem:
    """An exponential as a product of powers of the bases."""
    turned: list[Theorem] = []
    for b, r in rates:
        y = mul(r, w.x)
        turned.append(S.reflexive(w.ctx, op("exp", y)) if b.head == "e" else
                      _power_as_exponential(w.ctx, b, y, w.prove(w.ctx, op("lt", 0, b))))
    now = mul(*(e.goal.args[0] for e in turned))
    links = [S.norm(w.ctx, f, now)]
    for n, e in enumerate(turned):
        if e.goal.args[0] is not e.goal.args[1]:
            links.append(S.congruence(w.ctx, links[-1].goal.args[1], [n] if len(turned) > 1 else [], [], e))
    return S.chain(w.ctx, links)


def _power_of_exponential(ctx: Context, y: Term, j: int) -> Theorem:
    """``(e^-(y/j))^j = e^-y``."""
    z = fresh("z", y, *ctx)
    free = S.norm(frozenset(), op("pow", op("exp", op("neg", z)), j), op("exp", op("neg", mul(j, z))))
    part: Instance = {("v", str(z.data), 0): op("div", y, j)}
    e = derive("inst", ctx, instantiate(free.goal, part), [free], inst=part)
    return S.rewrite(ctx, e, [1, 0, 0], [], S.norm(ctx, mul(j, op("div", y, j)), y))


def _damped(w: Way, wave: Term, t: Theorem) -> Theorem:
    """A factor between -1 and 1 times what vanishes and is not negative."""
    c, g = w.inner, w.of(t)
    sign = w.prove(c, op("le", 0, g))
    if wave.head == "pow":
        square, other = _alternating(w), None
    else:
        a = wave.args[0]
        square, other = S.axiom(c, "sin_cos", x=a), op("cos" if wave.head == "sin" else "sin", a)
    half = num(Fraction(1, 2))
    rest = ("eq", half, None, [0]), *([] if other is None else [("pos", half, other, [])])
    least, most = (derive("arith", c, goal, [square], entries=[("pos", half, s, []), *rest])
                   for goal, s in ((op("le", -1, wave), add(1, wave)), (op("le", wave, 1), sub(1, wave))))
    f = mul(wave, g)
    down = _two(w, "mul", w.axiom("const", [], c=num(-1)), t)
    low = derive("arith", c, op("le", w.of(down), f), [least, sign], entries=[("pos", num(1), None, [0, 1])])
    high = derive("arith", c, op("le", f, g), [most, sign], entries=[("pos", num(1), None, [0, 1])])
    return _squeezed(w, down, t, low, high, f)


def _alternating(w: Way) -> Theorem:
    """``((-1)^n)^2 = 1`` for the n that are passed, by induction."""
    k, start = fresh("n", *w.ctx), w.start
    square = op("pow", op("pow", -1, k), 2)
    base = S.norm(w.ctx, instantiate(square, {("v", str(k.data), 0): start}), num(1))
    inner = w.ctx | {op("isint", k), op("le", start, k), eq(square, 1)}
    facts = [w.prove(inner, op("isint", k)), w.prove(inner, op("le", 0, k))]
    after = op("pow", op("pow", -1, add(k, 1)), 2)
    step = S.chain(inner, [S.norm(inner, after, square, facts), S.assume(inner, eq(square, 1))])
    formula = eq(square, 1)
    every = S.induction(w.ctx, k, start, formula, [base, step, w.prove(w.ctx, op("isint", start))])
    c = w.inner
    return S.modus(c, S.weaken(c, every), *(S.assume(c, h) for h in w.passed), at=w.x)


Finder = Callable[[Way, Term], Theorem | None]
_AT_A_POINT: tuple[Finder, ...] = (_differentiable, _by_parts, _reduced)
_FAR_OUT: tuple[Finder, ...] = (_known, _by_parts, _by_leading_terms, _logarithm_near_one, _as_exponential, _summed)


# -- goals --------------------------------------------------------------------------------------

def _found(ctx: Context, head: str, args: Sequence[Term], prove: C.Prove) -> Theorem:
    """The limit of a body.  Errors: Refused."""
    body, x = args[0], fresh("x", *args, *ctx)
    f = open_with(body, [x])
    if head == "tends":
        return reach(Way(ctx, head, x, prove, args[1]), f)
    for start in _starts(body):
        try:
            return reach(Way(ctx, head, x, prove, None, start), f)
        except (Refused, TermError):
            continue
    raise Refused(f"no limit of {f!r} is found")


def _starts(t: Term) -> list[Term]:
    """Where "far out" may begin."""
    letters = sorted({name for kind, name, arity in t.symbols if kind == "v" and not arity})
    sizes = [op("abs", make("v", (), name)) for name in letters]
    return [*map(num, FROM), *([add(1, *sizes)] if sizes else [])]


def _eventually(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """``exists m. forall x. m <= x -> ...``: from a small number on, or from the sizes of the letters on."""
    x = fresh("x", goal, *ctx)
    m = fresh("m", goal, x, *ctx)
    body = open_with(goal.args[0], [m])
    if body.head != "forall":
        return None
    inner, passed = open_with(body.args[0], [x]), []
    while inner.head == "imp":
        passed.append(inner.args[0])
        inner = inner.args[1]
    if op("le", m, x) not in passed or inner.symbols & m.symbols:
        return None
    for start in _starts(goal):
        try:
            shown = prove(ctx, open_with(goal.args[0], [start]))
        except Refused:
            continue
        return S.exhibit(ctx, goal, shown, start)
    return None


def prove_limit(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """What has a limit, what it is, what holds far out, and relations between limits."""
    if goal.head in STATEMENTS:
        t = _found(ctx, goal.head, goal.args[:-1], prove)
        return _valued(ctx, t, goal.args[-1], prove)
    if goal.head == "exists":
        s = goal.args[0]
        if s.head not in STATEMENTS:
            return _eventually(ctx, goal, prove)
        if s.args[-1] is not bvar(0) or s.args[0].bound > 1 or any(a.bound for a in s.args[1:-1]):
            return None
        t = _found(ctx, s.head, s.args[:-1], prove)
        return _concluded(ctx, t, "exists")
    if goal.head not in ("eq", "ne", "lt", "le") or not heads_of(goal) & set(VALUES):
        return None

    def convert(c: Context, s: Term) -> Theorem | None:
        if s.head not in VALUES or s.bound:
            return None
        try:
            t = _found(c, VALUES[s.head], s.args, prove)
        except (Refused, TermError):
            return None
        some = _concluded(c, t, "exists")
        done: dict[tuple[Context, Term], Theorem] = getattr(prove, "done", {})
        done[(c, some.goal)] = some         # a claim about the limit needs it next
        return _concluded(c, t, "is")
    return in_other_words(ctx, goal, [everywhere(ctx, a, convert, at=frozenset(VALUES)) for a in goal.args], prove)


def _concluded(ctx: Context, t: Theorem, what: str) -> Theorem:
    values = {"F": t.goal.args[0], "a": _value(t)}
    point = {"p": t.goal.args[1]} if t.goal.head == "tends" else {}
    return S.axiom(ctx, f"{t.goal.head}_{what}", [t], **values, **point)


__all__ = ["prove_limit", "reach"]
