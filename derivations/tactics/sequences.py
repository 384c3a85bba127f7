"""Closed forms of sequences.

Induction forward or backward along a recurrence, and unrolling a fixed number of times; each
gives its lines section by section.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from derivations.kernel.term import (
    Term,
    TermError,
    add,
    eq,
    fresh,
    in_range,
    instantiate,
    num,
    op,
    open_with,
    sub,
)
from derivations.kernel.theorem import Context, Refused, Theorem
from derivations.tactics import chains
from derivations.tactics import context as C
from derivations.tactics import givens as G
from derivations.tactics import steps as S
from derivations.tactics.chains import Link
from derivations.tactics.context import Prove
from derivations.tactics.conversion import cleanup, everywhere
from derivations.tactics.equation import prove_norm


@dataclass(frozen=True)
class Section:
    """Lines under one heading, what holds there beside the givens, and which of that was chosen."""

    title: str
    assuming: tuple[Term, ...]
    links: tuple[Link, ...]
    chosen: tuple[Term, ...] = ()

    def under(self, *premises: Term, title: str = "") -> Section:
        """The same lines where more is assumed, under a title if they have none."""
        return replace(self, title=self.title or title, assuming=(*premises, *self.assuming))

    def choosing(self, *values: Term) -> Section:
        """The same lines about an example."""
        return replace(self, assuming=(*values, *self.assuming), chosen=(*values, *self.chosen))


Found = tuple[Theorem, list[Section]]


@dataclass(frozen=True)
class Goal:
    """``for all x: premises -> left = right`` taken apart."""

    x: Term
    premises: tuple[Term, ...]
    left: Term
    right: Term


def opened(goal: Term, ctx: Context) -> Goal | None:
    """A universal equation with the variable under its own name where it is free."""
    if goal.head != "forall":
        return None
    x = fresh("t", goal, *ctx)
    body = open_with(goal.args[0], [x])
    premises: list[Term] = []
    while body.head == "imp":
        premises.append(body.args[0])
        body = body.args[1]
    return Goal(x, tuple(premises), body.args[0], body.args[1]) if body.head == "eq" else None


def recurrences(ctx: Context, family: Term) -> list[tuple[C.Universal, int]]:
    """Universal equations for a family, each with the direction in which it computes.

    +1: ``m(t + 1) = ... m(t)``; -1: ``W(l) = ... W(l + 1)``.
    """
    out = []
    for u in C.universals(ctx):
        c = u.conclusion.args[0] if u.conclusion.head == "surely" else u.conclusion
        if c.head != "eq" or c.args[0].head not in ("f", "g"):
            continue
        if (c.args[0].data, len(c.args[0].args)) != (family.data, len(family.args)):
            continue
        index = c.args[0].args
        shifted = any(a.head == "add" for a in index)
        again = (c.args[0].head, str(c.args[0].data), len(index)) in c.args[1].symbols
        if shifted:
            out.append((u, 1))
        elif again:
            out.append((u, -1))
    return out


def _only(family: Term) -> object:
    def wanted(s: Term) -> bool:
        return (s.head, s.data, len(s.args)) == (family.head, family.data, len(family.args))
    return wanted


def step_by(ctx: Context, t: Term, prove: Prove, family: Term) -> Theorem | None:
    """The members of one family replaced by their recurrence, once."""
    return everywhere(ctx, t, G.conversion(prove, _only(family)))      # type: ignore[arg-type]


def with_equation(ctx: Context, t: Term, equation: Theorem) -> Theorem | None:
    """An equation used from left to right wherever its left side stands (up to tidy indices)."""
    left = equation.goal.args[0]

    def convert(c: Context, s: Term) -> Theorem | None:
        if s is left and equation.ctx <= c:
            return S.weaken(c, equation)
        return None
    return everywhere(ctx, t, convert)


def _extend(ctx: Context, links: list[Link], e: Theorem | None, reason: str) -> None:
    if e is None:
        return
    neat = cleanup(ctx, e.goal.args[1])
    if neat is not None:
        e = S.chain(ctx, [e, neat])
    if e.goal.args[0] is not e.goal.args[1]:
        links.append(Link(e, reason))


def _now(links: Sequence[Link], start: Term) -> Term:
    return links[-1].theorem.goal.args[1] if links else start


def reach(ctx: Context, left: Term, right: Term, first: list[Link], prove: Prove) -> list[Link] | None:
    """The links so far, extended to the right side by known closed forms and algebra."""
    now = _now(first, left)
    rest = chains.run(ctx, now, right, chains.moves_for(eq(now, right)), prove)
    if rest is None:
        try:
            last = prove(ctx, eq(now, right))
        except Refused:
            return None
        rest = [Link(last, chains.reason_of(last))]
    rest = [x for x in rest if x.theorem.goal.args[0] is not x.theorem.goal.args[1]]
    return [*first, *rest]


def forward(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """Induction on t for ``m(t)`` with a recurrence for ``m(t + 1)``."""
    g = opened(goal, ctx)
    if g is None or g.left.head not in ("f", "g") or g.x not in g.left.args \
            or not any(d == 1 for _, d in recurrences(ctx, g.left)):
        return None
    lower = [p.args[0] for p in g.premises if p.head == "le" and p.args[1] is g.x]
    if len(lower) != 1 or set(g.premises) != {op("isint", g.x), op("le", lower[0], g.x)}:
        return None
    start = lower[0]
    key = ("v", str(g.x.data), 0)
    formula = eq(g.left, g.right)
    base_goal = instantiate(formula, {key: start})
    base_links: list[Link] = []
    _extend(ctx, base_links, _given(ctx, base_goal.args[0], prove), "start value")
    base = reach(ctx, base_goal.args[0], base_goal.args[1], base_links, prove)
    if base is None:
        return None
    here = (op("isint", g.x), op("le", start, g.x), formula)
    inner = ctx | set(here)
    target = instantiate(formula, {key: add(g.x, 1)})
    links: list[Link] = []
    _extend(inner, links, step_by(inner, target.args[0], prove, g.left), "recurrence")
    _extend(inner, links, with_equation(inner, _now(links, target.args[0]), S.assume(inner, formula)),
            "induction hypothesis")
    step = reach(inner, target.args[0], target.args[1], links, prove)
    if not base or not step:
        return None
    try:
        whole = prove(ctx, op("isint", start))
        every = S.induction(ctx, g.x, start, formula, [
            S.chain(ctx, [x.theorem for x in base]), S.chain(inner, [x.theorem for x in step]), whole])
        done = every if every.goal is goal else reordered(ctx, every, g.x, g.premises, prove)
    except Refused:
        return None
    return done, [Section("Base case", (), tuple(base)), Section("Induction step", here, tuple(step))]


def _given(ctx: Context, t: Term, prove: Prove) -> Theorem | None:
    for f in C.plain_facts(ctx):
        if f.goal.head == "eq" and f.goal.args[0] is t:
            return S.weaken(ctx, f)
    return None


def reordered(ctx: Context, every: Theorem, x: Term, premises: Sequence[Term], prove: Prove) -> Theorem:
    """A universal statement with its premises about x in another order."""
    inner = ctx | set(premises)
    body = S.modus(inner, S.weaken(inner, every), at=x)
    for _ in premises:
        body = S.modus(inner, body, prove(inner, body.goal.args[0]))
    return S.generalise(ctx, body, x, list(premises))


def backward(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """Induction from an end value downward, for ``W(l)`` with a recurrence in ``W(l + 1)``."""
    g = opened(goal, ctx)
    if g is None or g.left.head not in ("f", "g") or g.x not in g.left.args \
            or not any(d == -1 for _, d in recurrences(ctx, g.left)):
        return None
    upper = [p.args[1] for p in g.premises if p.head == "le" and p.args[0] is g.x]
    lower = [p.args[0] for p in g.premises if p.head == "le" and p.args[1] is g.x]
    if len(upper) != 1 or len(lower) != 1 or len(g.premises) != 3:
        return None
    end, start = upper[0], lower[0]
    key = ("v", str(g.x.data), 0)
    formula = eq(g.left, g.right)
    base_goal = instantiate(formula, {key: end})
    base_links: list[Link] = []
    _extend(ctx, base_links, _given(ctx, base_goal.args[0], prove), "start value")
    base = reach(ctx, base_goal.args[0], base_goal.args[1], base_links, prove)
    after = instantiate(formula, {key: add(g.x, 1)})
    after = G.tidy_indices(after)
    here = (op("isint", g.x), op("le", start, g.x), op("le", add(g.x, 1), end), after)
    inner = ctx | set(here)
    links: list[Link] = []
    _extend(inner, links, step_by(inner, g.left, prove, g.left), "recurrence")
    _extend(inner, links, with_equation(inner, _now(links, g.left), S.assume(inner, after)),
            "induction hypothesis")
    step = reach(inner, g.left, g.right, links, prove)
    if not base or not step:
        return None
    try:
        down = S.generalise(ctx, S.chain(inner, [x.theorem for x in step]), g.x, list(here))
        every = _downward(ctx, g, formula, end, start, S.chain(ctx, [x.theorem for x in base]), down, prove)
        if every.goal is not goal:
            every = reordered(ctx, every, g.x, g.premises, prove)
    except (Refused, TermError):
        return None
    return every, [Section("Base case", (), tuple(base)), Section("Induction step", here, tuple(step))]


def _downward(ctx: Context, g: Goal, formula: Term, end: Term, start: Term, base: Theorem,
              down: Theorem, prove: Prove) -> Theorem:
    """Ordinary induction on ``n = end - l`` made from the downward step."""
    n = fresh("n", formula, end, start, *ctx, *g.premises)
    key = ("v", str(g.x.data), 0)

    def at(value: Term) -> Term:
        return instantiate(formula, {key: value})

    def moved(c: Context, t: Theorem, goal: Term) -> Theorem:
        links = [S.norm(c, a, b) for a, b in zip(t.goal.args, goal.args, strict=True)]
        return S.chain(c, [S.symmetric(c, links[0]), t, links[1]])
    phi = op("imp", op("le", n, sub(end, start)), at(sub(end, n)))
    zero = op("le", 0, sub(end, start))
    c0 = ctx | {zero}
    first = instantiate(phi, {("v", str(n.data), 0): num(0)})
    base0 = S.generalise(ctx, moved(c0, S.weaken(c0, base), first.args[1]), None, [zero])
    c1 = ctx | {op("isint", n), op("le", 0, n), phi}
    nxt = instantiate(phi, {("v", str(n.data), 0): add(n, 1)})
    c2 = c1 | {nxt.args[0]}
    previous = S.modus(c2, S.assume(c2, phi), prove(c2, op("le", n, sub(end, start))))
    spot = sub(end, add(n, 1))
    use = S.modus(c2, S.weaken(c2, down), at=spot)
    while use.goal.head == "imp":
        want = use.goal.args[0]
        have = moved(c2, previous, want) if want.head == "eq" else prove(c2, want)
        use = S.modus(c2, use, have)
    step = S.generalise(c1, moved(c2, use, nxt.args[1]), None, [nxt.args[0]])
    every = S.induction(ctx, n, num(0), phi, [base0, step, prove(ctx, op("isint", 0))])
    inner = ctx | set(in_range(g.x, start, end))
    value = sub(end, g.x)
    t = S.modus(inner, S.weaken(inner, every), at=value)
    while t.goal.head == "imp":
        t = S.modus(inner, t, prove(inner, t.goal.args[0]))
    t = moved(inner, t, formula)
    return S.generalise(ctx, t, g.x, list(in_range(g.x, start, end)))


def by_formula(ctx: Context, left: Term, right: Term, prove: Prove) -> list[Link] | None:
    """``W(0) = ...`` as an instance of a formula for every index, start values put in."""
    if left.head not in ("f", "g"):
        return None
    for e in G.equations_at(ctx, left, prove, G.is_family):
        links: list[Link] = []
        _extend(ctx, links, e, "the formula above")
        now = _now(links, left)
        plain = everywhere(ctx, now, lambda c, s: _given(c, s, prove) if s.head in ("f", "g") else None)
        _extend(ctx, links, plain, "start value")
        now = _now(links, left)
        last = prove_norm(ctx, eq(now, right), prove)
        if last is not None:
            return links if now is right else [*links, chains.collected(last)]
    return None


def unrolled(ctx: Context, left: Term, right: Term, prove: Prove, most: int = 6) -> list[Link] | None:
    """``m(t) = ...`` by using the recurrence a few times."""
    if left.head not in ("f", "g") or not recurrences(ctx, left):
        return None
    links: list[Link] = []
    for _ in range(most):
        now = _now(links, left)
        e = step_by(ctx, now, prove, left)
        if e is None:
            return None
        _extend(ctx, links, e, "recurrence")
        now = _now(links, left)
        last = prove_norm(ctx, eq(now, right), prove)
        if last is not None:
            if now is not right:
                links.append(Link(last, "collect terms"))
            return links
    return None


__all__ = ["Found", "Section", "backward", "by_formula", "forward", "opened", "reach", "recurrences", "unrolled"]
