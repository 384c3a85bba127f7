"""From a goal to its sections of lines.

Chooses by the form of the goal: chains, induction, unrolling, both directions of an equivalence,
the two halves of "the least".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from derivations.kernel.normal import normalizer, relevant, to_term
from derivations.kernel.term import (
    MODAL,
    Term,
    TermError,
    add,
    eq,
    fresh,
    instantiate,
    num,
    op,
    open_with,
    subterms,
)
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.tactics import chains, examples
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.bounds import gibbs
from derivations.tactics.chains import Link
from derivations.tactics.closed_form import closed_sum
from derivations.tactics.context import Prove, limited
from derivations.tactics.conversion import everywhere as rewritten
from derivations.tactics.equation import prove_norm, supporting
from derivations.tactics.givens import by_definition, definitions, equations_at, given_at, is_moment
from derivations.tactics.indexed import closed_forms, every_index
from derivations.tactics.means import ordered_means, positive_mean, prove_linear
from derivations.tactics.order import search
from derivations.tactics.prove import Unproved, assumption
from derivations.tactics.rearranged import difference
from derivations.tactics.rewriting import direct, values_put_in, worked_out
from derivations.tactics.sequences import (
    Found,
    Section,
    backward,
    by_formula,
    forward,
    recurrences,
    reordered,
    unrolled,
)

_WORKED_OUT = MODAL | {"deriv"}
Way = Callable[[Context, Term, Prove], Found | None]
WORKED = frozenset({"sum", "prod", "count", "E", "var", "cov", "P"})
CLOSED: chains.Move = ("closed form of the sum", lambda c, t, p: rewritten(c, t, lambda d, s: closed_sum(d, s, p)))


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
    x = C.letter(goal, goal, *ctx)
    body, premises = open_with(goal.args[0], [x]), []
    while body.head == "imp":
        premises.append(body.args[0])
        body = body.args[1]
    theorem, sections = solve_goal(ctx | set(premises), body, prove)
    done = S.generalise(ctx, theorem, x, premises)
    return done, [s.under(*premises) for s in sections]


def _unrolled(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """The recurrence used a few times, for every index."""
    x = C.letter(goal, goal, *ctx)
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
            [s.under(a) for s in sections])


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
    """A statement from equations about expectations or derivatives, which are worked out first."""
    if any(s.head in _WORKED_OUT for s in subterms(goal)):
        return None
    links = []
    for f in C.plain_facts(ctx):
        if f.goal.head != "eq" or not any(s.head in _WORKED_OUT for s in subterms(f.goal.args[0])):
            continue
        left, right = f.goal.args
        chain = chains.run(ctx, left, None, chains.moves_for(left), prove)
        if chain and not any(s.head in _WORKED_OUT for s in subterms(chain[-1].theorem.goal.args[1])):
            value = S.chain(ctx, [x.theorem for x in chain])
            if eq(value.goal.args[1], right) not in ctx:
                links.append((chain, S.chain(ctx, [S.symmetric(ctx, value), f])))
    if not links:
        return None
    new = {t.goal for _, t in links}
    theorem, sections = solve_goal(ctx | new, goal, prove)
    worked = [Section("", (), (*chain, Link(t, "the given value"))) for chain, t in links]
    return S.without(ctx, theorem, [t for _, t in links]), [*worked, *(s.under(*new) for s in sections)]


def _isolated(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """``x = value`` from an equation that determines the symbol x."""
    if goal.head != "imp" or goal.args[0].head != "eq" or goal.args[1].head != "eq" \
            or goal.args[1].args[0].head not in ("v", "f"):
        return None
    inner = ctx | {goal.args[0]}
    known = [e for e in (given_at(ctx, a, prove, is_moment) for a in goal.args[0].args) if e is not None]
    links = []
    if known:
        value = prove(inner, eq(known[0].goal.args[1], _other(goal.args[0], known[0].goal.args[0])))
        links.append(Link(value, "as shown above"))
    last = prove(inner, goal.args[1])
    links.append(Link(last, "solve the equation"))
    return S.generalise(ctx, last, None, [goal.args[0]]), [Section("", (goal.args[0],), tuple(links))]


def _other(equation: Term, side: Term) -> Term:
    a, b = equation.args
    return b if a is side else a


def _equivalence(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    if goal.head != "iff":
        return None
    a, b = goal.args
    there, one = solve_goal(ctx, op("imp", a, b), prove)
    back, two = solve_goal(ctx, op("imp", b, a), prove)
    titled = [s.under(title="From left to right") for s in one] + [s.under(title="From right to left") for s in two]
    return derive("conj", ctx, goal, [there, back]), titled


def _conjunction(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    if goal.head != "and":
        return None
    found = [solve_goal(ctx, a, prove) for a in goal.args]
    return derive("conj", ctx, goal, [t for t, _ in found]), [s for _, ss in found for s in ss]


def _example(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """Numbers with the property: the choice, then what has to hold of it."""
    if goal.head != "exists":
        return None
    example = examples.opened(ctx, goal)
    ranges = [p for p in example.properties if _range_of(p, example.variables)]
    for values in examples.choices(ctx, example, getattr(prove, "deadline", math.inf)):
        numbers = {x: v for x, v in values.items() if not v.symbols}
        named = {x: v for x, v in values.items() if v.symbols}
        known = tuple(p for p in (examples.at(r, numbers) for r in ranges) if p.symbols - _symbols(ctx))
        inner = ctx | {eq(x, v) for x, v in named.items()}
        chosen = (*(eq(x, v) for x, v in values.items()), *known)
        sections: list[Section] = []
        try:
            have = {p: prove(inner, p) for p in known}
            for q in example.properties:
                p = examples.at(q, numbers)
                if p in have:
                    continue
                found = _at_numbers(ctx, q, values, prove) if q not in ranges else None
                if found is not None:
                    have[p] = S.weaken(inner, examples.put_in(ctx, found[0], values))
                    sections += [s.choosing(*chosen) for s in found[1]]
                    continue
                theorem, mine = solve_goal(inner | set(known), p, prove)
                have[p] = S.modus(inner, S.generalise(inner, theorem, None, known), *(have[k] for k in known))
                if p not in (examples.at(r, numbers) for r in ranges):
                    sections += [s.choosing(*chosen) for s in mine]
            done = {examples.at(p, named): examples.put_in(ctx, t, named) for p, t in have.items()}
            return examples.shown(ctx, goal, list(values.values()), done), sections
        except (Refused, TermError):
            continue
    return None


def _symbols(ctx: Context) -> frozenset[tuple[str, str, int]]:
    return frozenset(k for h in ctx for k in h.symbols)


def _at_numbers(ctx: Context, p: Term, values: dict[Term, Term], prove: Prove) -> Found | None:
    """A comparison where all variables are numbers: both sides are worked out."""
    if p.head not in ("eq", "ne", "le", "lt") or any(v.symbols for v in values.values()):
        return None
    inner = ctx | {eq(x, v) for x, v in values.items()}
    sides = [examples.valued(inner, a, values, prove) for a in p.args]
    ends = [e.goal.args[1] if e else a for e, a in zip(sides, p.args, strict=True)]
    last = S.reflexive(inner, ends[0]) if p.head == "eq" and ends[0] is ends[1] else prove(inner, op(p.head, *ends))
    links = [Link(e, "with these values") for e in sides if e is not None]
    if p.head == "eq" and len(links) == 2:
        links[1] = Link(S.symmetric(inner, links[1].theorem), links[1].reason)
    elif ends[0] is not ends[1] and any(e.head != "num" for e in ends):
        links.append(Link(last, "since it cannot vanish" if p.head == "ne" else "by the bounds above"))
    back = [S.symmetric(inner, e) if e else None for e in sides]
    return S.transport(inner, last, p, back), [Section("", (), tuple(links))]


def _range_of(p: Term, variables: tuple[Term, ...]) -> bool:
    """Whether a property only says which numbers a variable stands for."""
    return p.head in ("isint", "ne", "le", "lt") and all(a in variables or a.head == "num" for a in p.args)


def _denial(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """There is none: for all of them the opposite holds."""
    if goal.head != "not" or goal.args[0].head not in ("exists", "forall", "and", "imp"):
        return None
    opposed, sections = solve_goal(ctx, examples.opposite(goal.args[0]), prove)
    return examples.denied(ctx, goal.args[0], opposed), sections


def _least(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """It has the property, and whatever has it is no smaller."""
    if goal.head != "isleast":
        return None
    back = S.unfold_statement(ctx, goal, "in")
    has, minimal = back.goal.args[0].args
    first, one = solve_goal(ctx, has, prove)
    second, two = solve_goal(ctx, minimal, prove)
    both = derive("conj", ctx, back.goal.args[0], [first, second])
    sections = [replace(s, title="It has the property") for s in one] + \
        [replace(s, title="Nothing smaller has it") for s in two]
    return S.modus(ctx, back, both), sections


def _given_equations(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    return worked_out(ctx, goal, prove, solve_goal)


def _inductive(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """A statement about every member of sequences, for all ``t >= start``: induction on t."""
    if goal.head != "forall":
        return None
    t = fresh("t", goal, *ctx)
    body, premises = open_with(goal.args[0], [t]), []
    while body.head == "imp":
        premises.append(body.args[0])
        body = body.args[1]
    lower = [p.args[0] for p in premises if p.head == "le" and p.args[1] is t]
    if body.head not in ("forall", "and") or len(lower) != 1 \
            or set(premises) != {op("isint", t), op("le", lower[0], t)}:
        return None
    members = [s for s in subterms(body) if s.head in ("f", "g") and t in s.args]
    if not any(_steps_at(u, s.args.index(t)) for s in members for u, d in recurrences(ctx, s) if d == 1):
        return None
    key = ("v", str(t.data), 0)
    here = (op("isint", t), op("le", lower[0], t), body)
    base, one = _lines(ctx, instantiate(body, {key: lower[0]}), prove)
    step, two = _lines(ctx | set(here), instantiate(body, {key: add(t, 1)}), prove)
    every = S.induction(ctx, t, lower[0], body, [base, step, prove(ctx, op("isint", lower[0]))])
    done = every if every.goal is goal else reordered(ctx, every, t, premises, prove)
    two = [_named(s, "hypothesis", "induction hypothesis") for s in two]
    return done, [*(s.under(title="Base case") for s in one), *(s.under(*here, title="Induction step") for s in two)]


def _steps_at(u: C.Universal, place: int) -> bool:
    """Whether a recurrence computes the next member along the index at this place."""
    c = u.conclusion.args[0] if u.conclusion.head == "surely" else u.conclusion
    return c.args[0].args[place].head == "add"


def _named(s: Section, kind: str, name: str) -> Section:
    """The section with one reason called by another name."""
    return replace(s, links=tuple(replace(x, reason=name if x.reason == kind else x.reason) for x in s.links))


def _lines(ctx: Context, goal: Term, prove: Prove) -> Found:
    """As ``solve_goal``; what is given gets a line too."""
    theorem, sections = solve_goal(ctx, goal, prove)
    return theorem, sections or [Section("", (), (Link(theorem, "given"),))]


def _chain(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    if goal.head != "eq":
        return None
    left, right = goal.args
    links = _from_above(ctx, left, right, prove) or by_formula(ctx, left, right, prove) \
        or unrolled(ctx, left, right, prove)
    keep = frozenset(k for k in definitions(ctx) if k in right.symbols)
    if links is None and keep:
        links = chains.run(ctx, left, right, chains.moves_for(goal), prove, keep)
    if links is None:
        links = _to_definitions(ctx, left, right, chains.moves_for(goal), prove)
    if links is None:
        return _met(ctx, goal, prove)
    links = [x for x in links if x.theorem.goal.args[0] is not x.theorem.goal.args[1]] or links[:1]
    return S.chain(ctx, [x.theorem for x in links]), [Section("", (), tuple(links))]


def _to_definitions(ctx: Context, left: Term, right: Term, moves: list[chains.Move], prove: Prove) -> list[Link] | None:
    """From the left side to the right one with its definitions put in, and back to their names."""
    back: list[Theorem] = []
    now = right
    while len(back) < chains.LIMIT and (e := by_definition(ctx, now, prove)) is not None:
        back.append(e)
        now = e.goal.args[1]
    links = chains.run(ctx, left, now, moves, prove)
    if links is None or not back:
        return links
    return [*links, Link(S.symmetric(ctx, S.chain(ctx, back)), "definition")]


def _from_above(ctx: Context, left: Term, right: Term, prove: Prove) -> list[Link] | None:
    """The left side is a moment or a total that is known already."""
    if left.head in ("v", "r", "f", "g", "num"):
        return None
    everywhere = equations_at(ctx, left, prove, is_moment) if is_moment(left) else ()
    for f in (*C.plain_facts(ctx), *everywhere):
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


def _by_bounds(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """An inequality that those shown before give by adding them up."""
    if goal.head not in ("le", "lt"):
        return None
    facts = [f for f in C.plain_facts(ctx) if f.goal.head in ("eq", "le", "lt")]
    t = search(ctx, goal, facts, (1,))
    return None if t is None else (t, [Section("", (), (Link(t, "by the bounds above"),))])


def _weighted(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """Gibbs' inequality, with the difference of the two sides brought below 0."""
    found = gibbs(ctx, goal, prove)
    if found is None:
        return None
    theorem, links = found
    return theorem, [Section("", (), (*links, Link(theorem, "since the difference is at most 0")))]


def _ordered(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """An inequality between what the two sides are equal to, families put in only where it needs them."""
    if goal.head not in ("le", "lt"):
        return None
    families = frozenset(k for k in definitions(ctx) if k[0] in ("f", "g"))
    for keep in ([families] if families else []) + [frozenset()]:
        a, b = (chains.run(ctx, t, None, chains.moves_for(t), prove, keep) or [] for t in goal.args)
        if not a and not b:
            continue
        left, right = (x[-1].theorem.goal.args[1] if x else t for x, t in zip((a, b), goal.args, strict=True))
        try:
            core = prove(ctx, op(goal.head, left, right))
        except Refused:
            continue
        links = [*a, Link(core, chains.bound_reason(core))]
        turned = [Link(S.symmetric(ctx, x.theorem), x.reason) for x in reversed(b)]
        links = [*b, *links] if left.head == "num" else [*links, *turned]
        back = [S.symmetric(ctx, S.chain(ctx, [x.theorem for x in side])) if side else None for side in (a, b)]
        return S.transport(ctx, core, goal, back), [Section("", (), tuple(links))]
    return None


def _positive_mean(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """A mean that is positive, for what may happen."""
    found = positive_mean(ctx, goal, prove)
    return None if found is None else (found[0], [Section("", (), tuple(found[1]))])


def _linear_means(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """An equation or inequality between means that holds between the variables at each outcome."""
    t = prove_linear(ctx, goal, prove) or ordered_means(ctx, goal, prove)
    return None if t is None else (t, [Section("", (), (Link(t, "linearity; it holds at each outcome"),))])


def _by_moments(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """An equation between variances, from what was shown about means."""
    means = [f for f in C.plain_facts(ctx) if f.goal.head == "eq" and f.goal.args[0].head == "E"]
    if goal.head != "eq" or not means or not any(s.head == "var" for s in subterms(goal)):
        return None
    def shown(c: Context, t: Term, p: Prove) -> Theorem | None:
        return rewritten(c, t, lambda d, s: next((S.weaken(d, f) for f in means if f.goal.args[0] is s), None))
    links = [chains.run(ctx, a, None, [chains.VARIANCE, ("shown above", shown)], prove) or [] for a in goal.args]
    ends = [x[-1].theorem.goal.args[1] if x else a for x, a in zip(links, goal.args, strict=True)]
    middle = prove_norm(ctx, eq(*ends), prove)
    if middle is None:
        return None
    back = [Link(S.symmetric(ctx, x.theorem), x.reason) for x in reversed(links[1])]
    way = [*chains.joined(ctx, links[0], Link(middle, "collect terms")), *back]
    return S.chain(ctx, [x.theorem for x in way]), [Section("", (), tuple(way))]


def _at_once(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """An inequality that adds up from what was shown."""
    if goal.head not in ("le", "lt") or not any(s.head in MODAL for s in subterms(goal)):
        return None
    t = search(ctx, goal, [f for f in C.plain_facts(ctx) if f.goal.head in ("eq", "le", "lt")], (1,))
    return None if t is None else (t, [Section("", (), (Link(t, "by the relations above"),))])


def _compared(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """An inequality between sums, expectations and the like, each side worked out first."""
    return _each_side(ctx, goal, prove, WORKED, _worked)


def _members_compared(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """An inequality between members of families, what is known of them put in."""
    return _each_side(ctx, goal, prove, frozenset({"f", "g"}), values_put_in)


def _each_side(ctx: Context, goal: Term, prove: Prove, heads: frozenset[str],
               work: Callable[[Context, Term, Prove], list[Link]]) -> Found | None:
    if goal.head not in ("le", "lt", "ne") or not any(s.head in heads for a in goal.args for s in subterms(a)):
        return None
    sides: list[Theorem | None] = []
    sections: list[Section] = []
    for a in goal.args:
        links = work(ctx, a, prove) if any(s.head in heads for s in subterms(a)) else []
        sides.append(S.chain(ctx, [x.theorem for x in links]) if links else None)
        if links:
            sections.append(Section("", (), tuple(links)))
    if not any(sides):
        return None
    simple = op(goal.head, *(e.goal.args[1] if e else a for e, a in zip(sides, goal.args, strict=True)))
    found = _search(ctx, simple, prove)
    assert found is not None
    theorem, rest = found
    back = [S.symmetric(ctx, e) if e else None for e in sides]
    return S.transport(ctx, theorem, goal, back), [*sections, *rest]


def _worked(ctx: Context, t: Term, prove: Prove) -> list[Link]:
    """As far as the moves go; what a symbol stands for is put in only where nothing is left to work out without it."""
    calm = frozenset(h for h in ctx if h.head != "eq" or h.args[0].head != "v")
    moves = [*chains.moves_for(t), CLOSED]
    links = chains.run(calm, t, None, moves, prove) or []
    if links and not any(s.head in WORKED for s in subterms(links[-1].theorem.goal.args[1])):
        return [Link(S.weaken(ctx, x.theorem), x.reason) for x in links]
    return chains.run(ctx, t, None, moves, prove) or []


def _search(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    reason = {"le": "by the bounds above", "lt": "by the bounds above", "ne": "since it cannot vanish",
              "isint": "sums and products of integers"}.get(goal.head, "by the assumptions")
    t: Theorem = prove(ctx, goal)
    if goal.head == "eq":
        reason = chains.reason_of(t)
    elif goal.head in ("le", "lt"):
        reason = chains.bound_reason(t)
    why = difference(ctx, t)
    if why is not None:
        kind = "positive" if goal.head == "lt" else "non-negative"
        return t, [Section("", (), (Link(why, "rearranged"), Link(t, f"the right-hand side is {kind}")))]
    return t, [Section("", (), (Link(t, reason),))]


WAYS: tuple[Way, ...] = (
    _known, direct, every_index, _inductive, _universal, _root, _isolated, _implication, _equivalence, _conjunction,
    _denial, _least, _given_equations, _linear_means, _by_moments, _chain, _example, _by_bounds, _weighted, _at_once,
    _positive_mean, _compared, _ordered, _search, _members_compared, closed_forms, _evaluated)
# of the time that is left: what can search long leaves some to those after it
SHARE: dict[Way, float] = {every_index: 0.3, _chain: 0.4, _weighted: 0.4, _ordered: 0.4, _search: 0.5}
