"""From a goal to its sections of lines.

Chooses by the form of the goal: chains, induction, unrolling, both directions of an equivalence,
the two halves of "the least".
"""

from __future__ import annotations

from collections.abc import Callable

from derivations.kernel.normal import normalizer, relevant, to_term
from derivations.kernel.term import MODAL, Term, TermError, eq, fresh, num, op, open_with, subterms, var
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.tactics import chains
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.bounds import gibbs
from derivations.tactics.chains import Link
from derivations.tactics.context import Prove, limited
from derivations.tactics.equation import supporting
from derivations.tactics.existence import witnesses
from derivations.tactics.indexed import closed_forms, every_index
from derivations.tactics.prove import Unproved, assumption
from derivations.tactics.sequences import Found, Section, backward, by_formula, forward, unrolled

Way = Callable[[Context, Term, Prove], Found | None]


def solve_goal(ctx: Context, goal: Term, prove: Prove) -> Found:
    """The theorem and the lines that lead to it.  Errors: Unproved."""
    for way in WAYS:
        try:
            with limited(prove, SHARE.get(way, 1.0)):
                found = way(ctx, goal, prove)
        except (Refused, TermError):
            continue
        if found is not None:
            return found
    raise Unproved(goal, "no line of argument was found")


def _known(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """Shown before."""
    if goal in ctx:
        return S.assume(ctx, goal), []
    found = assumption(ctx, goal, prove) if goal.head in ("eq", "le", "lt", "ne") else None
    return None if found is None else (S.weaken(ctx, found), [])


def _universal(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    if goal.head != "forall":
        return None
    for way in (_unrolled, forward, backward):
        found = way(ctx, goal, prove)
        if found is not None:
            return found
    x = _letter(goal, ctx)
    body, premises = open_with(goal.args[0], [x]), []
    while body.head == "imp":
        premises.append(body.args[0])
        body = body.args[1]
    theorem, sections = solve_goal(ctx | set(premises), body, prove)
    done = S.generalise(ctx, theorem, x, premises)
    return done, [Section(s.title, (*premises, *s.assuming), s.links) for s in sections]


def _letter(goal: Term, ctx: Context) -> Term:
    """A symbol for the variable of a universal statement: a plain letter while there is one."""
    taken = {name for t in (goal, *ctx) for _, name, _ in t.symbols}
    return next((var(x) for x in "kjilmn" if x not in taken), fresh("k", goal, *ctx))


def _unrolled(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """The recurrence used a few times, for every index."""
    x = fresh("k", goal, *ctx)
    body, premises = open_with(goal.args[0], [x]), []
    while body.head == "imp":
        premises.append(body.args[0])
        body = body.args[1]
    if body.head != "eq":
        return None
    inner = ctx | set(premises)
    links = unrolled(inner, body.args[0], body.args[1], prove)
    if links is None:
        return None
    return (S.generalise(ctx, S.chain(inner, [x.theorem for x in links]), x, premises),
            [Section("", tuple(premises), tuple(links))])


def _implication(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    if goal.head != "imp":
        return None
    a, b = goal.args
    theorem, sections = solve_goal(ctx | {a}, b, prove)
    return (S.generalise(ctx, theorem, None, [a]),
            [Section(s.title, (a, *s.assuming), s.links) for s in sections])


def _root(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """``x = root`` from an equation about x: powers first, then the positive root."""
    if goal.head != "eq" or goal.args[0].head not in ("v", "f") or not any(s.head == "sqrt" for s in subterms(goal)):
        return None
    x, root = goal.args
    if not any(f.goal.head == "eq" and x in subterms(f.goal) for f in C.plain_facts(ctx)):
        return None
    squares = eq(op("pow", x, 2), op("pow", root, 2))
    n = normalizer(relevant(f.goal for f in supporting(ctx, (squares,), prove)))
    value = to_term(n.form(op("pow", root, 2)))
    first = prove(ctx, eq(op("pow", x, 2), value))
    same = prove(ctx, eq(value, op("pow", root, 2)))
    prem = [prove(ctx, op("lt", 0, x)), prove(ctx, op("lt", 0, root)), prove(ctx, op("ne", num(2), 0)),
            S.chain(ctx, [first, same])]
    last = S.axiom(ctx, "pow_inj", prem, x=x, y=root, z=num(2))
    return last, [Section("", (), (Link(first, "solve the equation for the square"),
                                   Link(last, "both sides are positive")))]


def _evaluated(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """A statement without expectations from equations about expectations, which are worked out first."""
    if any(s.head in MODAL for s in subterms(goal)):
        return None
    links = []
    for f in C.plain_facts(ctx):
        if f.goal.head != "eq" or not any(s.head in MODAL for s in subterms(f.goal.args[0])):
            continue
        left, right = f.goal.args
        chain = chains.run(ctx, left, None, chains.moves_for(left), prove)
        if chain and not any(s.head in MODAL for s in subterms(chain[-1].theorem.goal.args[1])):
            value = S.chain(ctx, [x.theorem for x in chain])
            if eq(value.goal.args[1], right) not in ctx:
                links.append((chain, S.chain(ctx, [S.symmetric(ctx, value), f])))
    if not links:
        return None
    new = {t.goal for _, t in links}
    theorem, sections = solve_goal(ctx | new, goal, prove)
    done = S.modus(ctx, S.generalise(ctx, theorem, None, list(new)), *(
        next(t for _, t in links if t.goal is g) for g in new))
    return done, [*(Section("", (), (*chain, Link(t, "the given value"))) for chain, t in links), *(
        Section(s.title, (*new, *s.assuming), s.links) for s in sections)]


def _equivalence(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    if goal.head != "iff":
        return None
    a, b = goal.args
    there, one = solve_goal(ctx, op("imp", a, b), prove)
    back, two = solve_goal(ctx, op("imp", b, a), prove)
    titled = [Section(s.title or "From left to right", s.assuming, s.links) for s in one] + \
        [Section(s.title or "From right to left", s.assuming, s.links) for s in two]
    return derive("conj", ctx, goal, [there, back]), titled


def _conjunction(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    if goal.head != "and":
        return None
    found = [solve_goal(ctx, a, prove) for a in goal.args]
    return derive("conj", ctx, goal, [t for t, _ in found]), [s for _, ss in found for s in ss]


def _least(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """It has the property, and whatever has it is no smaller."""
    if goal.head != "isleast":
        return None
    back = S.unfold_statement(ctx, goal, "in")
    has, minimal = back.goal.args[0].args
    first, one = solve_goal(ctx, has, prove)
    second, two = solve_goal(ctx, minimal, prove)
    both = derive("conj", ctx, back.goal.args[0], [first, second])
    sections = [Section("It has the property", s.assuming, s.links) for s in one] + \
        [Section("Nothing smaller has it", s.assuming, s.links) for s in two]
    return S.modus(ctx, back, both), sections


def _chain(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    if goal.head != "eq":
        return None
    left, right = goal.args
    links = _from_above(ctx, left, right, prove) or by_formula(ctx, left, right, prove) \
        or unrolled(ctx, left, right, prove)
    if links is None:
        links = chains.run(ctx, left, right, chains.moves_for(goal), prove)
    if links is None:
        return _met(ctx, goal, prove)
    links = [x for x in links if x.theorem.goal.args[0] is not x.theorem.goal.args[1]] or links[:1]
    return S.chain(ctx, [x.theorem for x in links]), [Section("", (), tuple(links))]


def _from_above(ctx: Context, left: Term, right: Term, prove: Prove) -> list[Link] | None:
    """The left side is a moment or a total that is known already."""
    if left.head in ("v", "r", "f", "g", "num"):
        return None
    for f in C.plain_facts(ctx):
        if f.goal.head == "eq" and f.goal.args[0] is left:
            first = Link(S.weaken(ctx, f), "shown above")
            rest = chains.run(ctx, f.goal.args[1], right, chains.moves_for(f.goal.args[1]), prove)
            if rest is not None:
                return [first, *(x for x in rest if x.theorem.goal.args[0] is not x.theorem.goal.args[1])]
    return None


def _met(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """Both sides worked on until they meet."""
    left, right = goal.args
    a = chains.run(ctx, left, None, chains.moves_for(left), prove) or []
    b = chains.run(ctx, right, None, chains.moves_for(right), prove) or []
    if not a and not b:
        return None
    end_a = a[-1].theorem.goal.args[1] if a else left
    end_b = b[-1].theorem.goal.args[1] if b else right
    middle = prove(ctx, eq(end_a, end_b))
    links = chains.joined(ctx, a, Link(middle, chains.reason_of(middle)))
    links += [Link(S.symmetric(ctx, x.theorem), x.reason) for x in reversed(b)]
    return S.chain(ctx, [x.theorem for x in links]), [Section("", (), tuple(links))]


def _weighted(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """Gibbs' inequality, with the difference of the two sides brought below 0."""
    found = gibbs(ctx, goal, prove)
    if found is None:
        return None
    theorem, links = found
    return theorem, [Section("", (), (*links, Link(theorem, "since the difference is at most 0")))]


def _ordered(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """An inequality between what the two sides are equal to."""
    if goal.head not in ("le", "lt"):
        return None
    a, b = (chains.run(ctx, t, None, chains.moves_for(t), prove) or [] for t in goal.args)
    if not a and not b:
        return None
    left, right = (x[-1].theorem.goal.args[1] if x else t for x, t in zip((a, b), goal.args, strict=True))
    core = prove(ctx, op(goal.head, left, right))
    sections = [*([Section("", (), tuple(b))] if b and left.head == "num" else [])]
    links = [*a, Link(core, chains.bound_reason(core))]
    if left.head != "num":
        links += [Link(S.symmetric(ctx, x.theorem), x.reason) for x in reversed(b)]
    back = [S.symmetric(ctx, S.chain(ctx, [x.theorem for x in links_of])) if links_of else None for links_of in (a, b)]
    if sections:
        links = [*b, *links]
    return S.transport(ctx, core, goal, back), [Section("", (), tuple(links))]


def _existence(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """There is one: the value for which the statement is known."""
    if goal.head != "exists":
        return None
    for value in witnesses(ctx, goal):
        try:
            theorem, sections = solve_goal(ctx, open_with(goal.args[0], [value]), prove)
        except Refused:
            continue
        done = derive("witness", ctx, goal, [theorem], term=value)
        return done, [*sections, Section("", (), (Link(done, "with this value"),))]
    return None


def _search(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    reason = {"le": "by the bounds above", "lt": "by the bounds above", "ne": "since it cannot vanish",
              "isint": "sums and products of integers"}.get(goal.head, "by the assumptions")
    t: Theorem = prove(ctx, goal)
    if goal.head == "eq":
        reason = chains.reason_of(t)
    elif goal.head in ("le", "lt"):
        reason = chains.bound_reason(t)
    return t, [Section("", (), (Link(t, reason),))]


WAYS: tuple[Way, ...] = (
    _known, every_index, _universal, _root, _implication, _equivalence, _conjunction, _least, _chain, _existence,
    _weighted, _ordered, _search, closed_forms, _evaluated)
# of the time that is left: what can search long leaves some to those after it
SHARE: dict[Way, float] = {every_index: 0.3, _chain: 0.4, _weighted: 0.4, _ordered: 0.4, _search: 0.5}
