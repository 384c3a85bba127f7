"""Statements about means from what holds at each outcome.

A linear relation between random quantities is one between their means; a quantity that is never
negative and not almost surely 0 has a positive mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derivations.kernel.normal import normalizer
from derivations.kernel.term import BINDERS, MODAL, Term, TermError, add, eq, mul, negation, num, op, subterms
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.tactics import context as C
from derivations.tactics import givens as G
from derivations.tactics import steps as S
from derivations.tactics.chains import Link
from derivations.tactics.conversion import everywhere
from derivations.tactics.expectation import linear

ONE, ZERO = num(1), num(0)
MOST = 12           # names that are spelt out


def _calm(ctx: Context) -> Context:
    return frozenset(h for h in ctx if not h.random)


def prove_linear(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """An equation that is linear in means, from the same equation at each outcome."""
    if goal.head != "eq" or not any(s.head in ("E", "var") for s in subterms(goal)):
        return None
    sides = [everywhere(ctx, a, lambda c, s: S.unfold(c, s) if s.head == "var" else None) for a in goal.args]
    flat = [e.goal.args[1] if e else a for e, a in zip(sides, goal.args, strict=True)]
    total = _combined(flat[0], flat[1])
    if total is None:
        return None
    zero = prove(_calm(ctx), eq(total, ZERO))
    nothing = S.congruence(ctx, op("E", total), [0], [], zero)
    nothing = S.chain(ctx, [nothing, S.norm(ctx, op("E", ZERO), ZERO)])
    parts = linear(ctx, op("E", total), prove)
    if parts is None:
        return None
    plain = derive("arith", ctx, eq(flat[0], flat[1]), [parts, nothing],
                   entries=[("eq", ONE, None, [0]), ("eq", num(-1), None, [1])])
    back = [S.symmetric(ctx, e) if e else None for e in sides]
    return S.transport(ctx, plain, goal, back)


def ordered_means(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """``a <= b`` between sides that are linear in means, from an inequality at each outcome."""
    if goal.head != "le" or not any(s.head in ("E", "var") for s in subterms(goal)):
        return None
    sides = [everywhere(ctx, a, lambda c, s: S.unfold(c, s) if s.head == "var" else None) for a in goal.args]
    flat = [e.goal.args[1] if e else a for e, a in zip(sides, goal.args, strict=True)]
    calm = _calm(ctx)
    for squares in (False, True):
        total = _combined(flat[0], flat[1], fewest=1, squares=squares)
        if total is None or not total.random:
            return None
        least = op("le", ZERO, total)
        try:
            sure = derive("surely", calm, op("surely", least), [prove(calm, least)])
        except Refused:
            continue
        low = S.axiom(ctx, "E_nonneg", [S.weaken(ctx, sure)], x=total)
        parts = linear(ctx, op("E", total), prove)
        if parts is not None:
            low = S.rewrite(ctx, low, [1], [], parts)
        plain = derive("arith", ctx, op("le", *flat), [low], entries=[("pos", ONE, None, [0])])
        return S.transport(ctx, plain, goal, [S.symmetric(ctx, e) if e else None for e in sides])
    return None


def _combined(a: Term, b: Term, fewest: int = 2, squares: bool = False) -> Term | None:
    """``X`` with ``b - a = E[X]`` up to linearity, for sides that are linear in means.

    With ``squares``, ``E[x]^2`` is the mean of ``2 E[x] x - E[x]^2``.
    """
    try:
        n = normalizer(frozenset())
        d = n.minus(n.form(b), n.form(a))
    except TermError:
        return None
    if not d.is_poly():
        return None
    out = []
    for m, c in d.num.items():
        means = [t for t, k in m if t.head == "E" for _ in range(k)]
        if not means and fewest > 1:
            return None
        if not means:
            out.append(mul(num(Fraction(int(c.p), int(c.q))), *[t for t, k in m for _ in range(k)]))
            continue
        if squares and len(means) == 2 and means[0] is means[1] and len(m) == 1:
            out += [mul(num(2 * Fraction(int(c.p), int(c.q))), means[0], means[0].args[0]),
                    mul(num(-Fraction(int(c.p), int(c.q))), *means)]
            continue
        inner, rest = means[-1], [t for t, k in m if t.head != "E" for _ in range(k)] + means[:-1]
        out.append(mul(num(Fraction(int(c.p), int(c.q))), *rest, inner.args[0]))
    return None if len(out) < fewest else out[0] if len(out) == 1 else add(*out)


# -- positive means -----------------------------------------------------------------------------

def positive_mean(ctx: Context, goal: Term, prove: C.Prove) -> tuple[Theorem, list[Link]] | None:
    """``0 < E[Z]`` where Z is never negative, and is not 0 on an event that matters."""
    if goal.head != "lt" or goal.args[0] is not ZERO or goal.args[1].head != "E":
        return None
    named = _spelt_out(ctx, goal.args[1], prove)
    mean = named.goal.args[1] if named is not None else goal.args[1]
    z = mean.args[0]
    calm = _calm(ctx)
    sure = S.weaken(ctx, derive("surely", calm, op("surely", op("le", ZERO, z)), [prove(calm, op("le", ZERO, z))]))
    whole = prove(ctx, op("integrable", z))
    for fact, event, one in _events(ctx, z, prove):
        try:
            bound = _excluded(ctx, event, z, prove) if one else _contained(ctx, event, z, prove)
        except (Refused, TermError):
            continue
        inner = ctx | {negation(op("lt", ZERO, mean))}
        low = S.axiom(inner, "E_nonneg", [S.weaken(inner, sure)], x=z)
        nil = S.axiom(inner, "le_antisym", [S.assume(inner, op("le", mean, ZERO)), low], x=mean, y=ZERO)
        always = S.axiom(inner, "E_zero", [nil, S.weaken(inner, sure), S.weaken(inner, whole)], x=z)
        most = _at_most_one(ctx, event, prove)
        known = [S.weaken(inner, t) for t in (bound, most)]
        if one:
            no = derive("arith", inner, op("false"), [known[0], always, S.weaken(inner, fact)],
                        entries=[("pos", ONE, None, [0]), ("eq", num(-1), None, [1]), ("pos", ONE, None, [2])])
        else:
            up = derive("arith", inner, op("le", ONE, op("P", event)), [known[0], always],
                        entries=[("pos", ONE, None, [0]), ("eq", num(-1), None, [1])])
            same = S.axiom(inner, "le_antisym", [known[1], up], x=op("P", event), y=ONE)
            no = S.absurd(inner, op("false"), [same, S.weaken(inner, fact)])
        done = S.absurd(ctx, op("lt", ZERO, mean), [no])
        back = None if named is None else S.symmetric(ctx, named)
        theorem = S.transport(ctx, done, goal, [None, back])
        return theorem, [Link(sure, "it is never negative"),
                         Link(bound, "the two exclude each other" if one else "it vanishes nowhere else"),
                         Link(theorem, "a mean of 0 would need the value 0 with probability 1")]
    return None


def _spelt_out(ctx: Context, mean: Term, prove: C.Prove) -> Theorem | None:
    """``E[Z]`` with the names in Z replaced by what they stand for, but not those in means inside Z."""
    names = G.definitions(ctx)
    links: list[Theorem] = []
    for _ in range(MOST):
        now = links[-1].goal.args[1] if links else mean
        path = _place(now.args[0], names)
        if path is None:
            break
        calm = _calm(ctx)
        e = G.given_at(calm, S.at_path(now.args[0], path, []), prove, G.is_family)
        if e is None:
            break
        links.append(S.congruence(ctx, now, [0, *path], [], S.weaken(calm, e)))
    return S.chain(ctx, links) if links else None


def _place(t: Term, names: set[tuple[str, str, int]]) -> list[int] | None:
    """Where a defined name stands outside means and sums."""
    if (t.head, str(t.data), len(t.args)) in names:
        return []
    if t.head in MODAL or t.head in BINDERS:
        return None
    for n, a in enumerate(t.args):
        inner = _place(a, names)
        if inner is not None:
            return [n, *inner]
    return None


def _events(ctx: Context, z: Term, prove: C.Prove) -> Iterator[tuple[Theorem, Term, bool]]:
    """What is known of probabilities: ``0 < P(B)`` (True), or ``P(A) != 1`` (False)."""
    for f in C.plain_facts(ctx):
        yield from _event(f)
    points = [t for s in subterms(z) if s.head == "E" and not s.bound for t in (op("neg", s), s)]
    for u in C.universals(ctx):
        if u.conclusion.head == "ne" and u.conclusion.args[0].head == "P" and len(u.variables) == 1:
            for p in (*points, ZERO):
                t = C.instance(ctx, u, {u.variables[0]: p}, prove)
                if t is not None:
                    yield from _event(t)


def _event(f: Theorem) -> Iterator[tuple[Theorem, Term, bool]]:
    if f.goal.head == "lt" and f.goal.args[0] is ZERO and f.goal.args[1].head == "P":
        yield f, f.goal.args[1].args[0], True
    if f.goal.head == "ne" and f.goal.args[0].head == "P" and f.goal.args[1] is ONE:
        yield f, f.goal.args[0].args[0], False


def _nonzero(ctx: Context, z: Term, prove: C.Prove) -> Theorem:
    return prove(ctx, op("ne", z, ZERO))


def _excluded(ctx: Context, event: Term, z: Term, prove: C.Prove) -> Theorem:
    """``P(B) + P(Z = 0) <= 1``.  Errors: Refused unless Z is not 0 where B holds."""
    a, b = op("ind", event), op("ind", eq(z, ZERO))
    calm = _calm(ctx)
    on, off = calm | {event}, calm | {negation(event)}
    goal = op("le", op("add", a, b), ONE)
    yes = S.rewrite(on, prove(on, op("le", op("add", ONE, ZERO), ONE)), [0, 0], [], S.symmetric(
        on, S.branch(on, a, S.assume(on, event))))
    yes = S.rewrite(on, yes, [0, 1], [], S.symmetric(on, S.branch(on, b, _nonzero(on, z, prove))))
    no = S.rewrite(off, prove(off, op("le", op("add", ZERO, b), ONE)), [0, 0], [], S.symmetric(
        off, S.branch(off, a, S.assume(off, negation(event)))))
    point = S.by_cases(calm, event, yes, no)
    whole = [prove(ctx, op("integrable", t)) for t in (a, b)]
    sums = S.expectation_of_sum(ctx, op("E", op("add", a, b)), whole)
    most = _mono(ctx, point, goal, prove)
    left = S.rewrite(ctx, most, [0], [], sums)
    left = S.rewrite(ctx, left, [1], [], S.norm(ctx, op("E", ONE), ONE))
    return _as_chance(ctx, left, op("le", op("add", op("P", event), op("P", eq(z, ZERO))), ONE))


def _contained(ctx: Context, event: Term, z: Term, prove: C.Prove) -> Theorem:
    """``P(Z = 0) <= P(A)``.  Errors: Refused unless Z is not 0 where A fails."""
    a, b = op("ind", event), op("ind", eq(z, ZERO))
    calm = _calm(ctx)
    on, off = calm | {event}, calm | {negation(event)}
    yes = S.rewrite(on, prove(on, op("le", b, ONE)), [1], [], S.symmetric(on, S.branch(on, a, S.assume(on, event))))
    no = S.rewrite(off, prove(off, op("le", ZERO, ZERO)), [0], [], S.symmetric(
        off, S.branch(off, b, _nonzero(off, z, prove))))
    no = S.rewrite(off, no, [1], [], S.symmetric(off, S.branch(off, a, S.assume(off, negation(event)))))
    point = S.by_cases(calm, event, yes, no)
    return _as_chance(ctx, _mono(ctx, point, op("le", b, a), prove), op("le", op("P", eq(z, ZERO)), op("P", event)))


def _at_most_one(ctx: Context, event: Term, prove: C.Prove) -> Theorem:
    goal = op("le", op("ind", event), ONE)
    t = _mono(ctx, prove(_calm(ctx), goal), goal, prove)
    t = S.rewrite(ctx, t, [1], [], S.norm(ctx, op("E", ONE), ONE))
    return _as_chance(ctx, t, op("le", op("P", event), ONE))


def _mono(ctx: Context, point: Theorem, goal: Term, prove: C.Prove) -> Theorem:
    """``E[x] <= E[y]`` from ``x <= y`` at each outcome."""
    sure = derive("surely", point.ctx, op("surely", goal), [point])
    x, y = goal.args
    return S.axiom(ctx, "E_mono", [S.weaken(ctx, sure), *(prove(ctx, op("integrable", t)) for t in (x, y))], x=x, y=y)


def _as_chance(ctx: Context, t: Theorem, goal: Term) -> Theorem:
    """The statement with ``P(A)`` for ``E[1(A)]``."""
    sides = [everywhere(ctx, a, lambda c, s: S.unfold(c, s) if s.head == "P" else None) for a in goal.args]
    return S.transport(ctx, t, goal, [S.symmetric(ctx, e) if e else None for e in sides])


__all__ = ["ordered_means", "positive_mean", "prove_linear"]
