"""Equations about members of sequences.

An equation for one member is shown for every index, by induction along the recurrence; any other
equation is shown after closed forms of its sequences, each found and proved, are put in.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from derivations.kernel.term import Term, TermError, add, eq, forall, fresh, instantiate, make, num, op
from derivations.kernel.theorem import Context, Refused, Theorem
from derivations.tactics import chains
from derivations.tactics import context as C
from derivations.tactics import givens as G
from derivations.tactics import steps as S
from derivations.tactics.chains import Link
from derivations.tactics.closed_form import recurrence_solution
from derivations.tactics.context import Prove
from derivations.tactics.conversion import repeated
from derivations.tactics.equation import tidy
from derivations.tactics.sequences import Found, Section, backward, forward, recurrences

_MOST = 6       # sequences whose closed form is looked for
Key = tuple[str, str, int]


def bounds(u: C.Universal, x: Term) -> tuple[list[Term], list[Term]]:
    """What a recurrence says its index x lies between."""
    lower = [p.args[0] for p in u.premises if p.head == "le" and p.args[1] is x and x not in p.args[0].args]
    upper = [p.args[1] for p in u.premises if p.head == "le" and p.args[0] is x and x not in p.args[1].args]
    return lower, upper


def _place(u: C.Universal, family: Term) -> tuple[int, Term] | None:
    """Which index of the family runs in the recurrence, and the variable there."""
    c = u.conclusion.args[0] if u.conclusion.head == "surely" else u.conclusion
    for n, pattern in enumerate(c.args[0].args):
        for x in u.variables:
            if pattern is x or (pattern.head == "add" and x in pattern.args):
                return n, x
    return None


def _turned(goal: Term, a: Term, t: Term) -> Term | None:
    """The goal with t where the index ``a`` stands."""
    if a.head == "v":
        return instantiate(goal, {("v", str(a.data), 0): t})
    if a.head == "num":
        return _from_number(goal, a, t)
    inner = [x for x in a.args if x.head == "v"] if a.head == "add" else []
    if len(inner) != 1:
        return None
    rest = C.tidy_difference(t, [x for x in a.args if x is not inner[0]])
    return G.tidy_indices(instantiate(goal, {("v", str(inner[0].data), 0): rest}))


def _from_number(goal: Term, a: Term, t: Term) -> Term:
    """The goal with t for the number ``a``, where it is the index and where sums and products begin
    there or just after."""
    here = {a: t, num(a.data + 1): add(t, 1)}       # type: ignore[operator]

    def turned(s: Term) -> Term:
        args = [turned(x) for x in s.args]
        if s.head in ("sum", "prod"):
            args[0] = here.get(s.args[0], args[0])
        return make(s.head, args, s.data) if args else s
    left = goal.args[0]
    return eq(make(left.head, [t if x is a else x for x in left.args], left.data), turned(goal.args[1]))


def _statements(ctx: Context, goal: Term) -> Iterator[tuple[Term, Term, bool]]:
    """Universal statements with the goal as an instance, at which index, and whether to go forward."""
    for u, direction in recurrences(ctx, goal.args[0]):
        spot = _place(u, goal.args[0])
        if spot is None:
            continue
        a = goal.args[0].args[spot[0]]
        t = fresh("t", goal, *ctx)
        formula = _turned(goal, a, t)
        lower, upper = bounds(u, spot[1])
        if formula is None or len(lower) != 1:
            continue
        premises = [op("isint", t), op("le", lower[0], t)]
        if direction > 0:
            yield forall(t, premises, formula), a, True
        elif len(upper) == 1:
            end = tidy(add(upper[0], 1))
            yield forall(t, [*premises, op("le", t, end)], formula), a, False


def every_index(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """An equation for a member of a sequence, by induction over its index."""
    if goal.head != "eq" or goal.args[0].head not in ("f", "g"):
        return None
    for statement, a, onward in _statements(ctx, goal):
        found = (forward if onward else backward)(ctx, statement, prove)
        if found is None:
            continue
        theorem, sections = found
        try:
            use = S.modus(ctx, theorem, at=a)
            while use.goal.head == "imp":
                use = S.modus(ctx, use, prove(ctx, use.goal.args[0]))
            return _onto(ctx, use, goal), sections
        except (Refused, TermError):
            continue
    return None


def _onto(ctx: Context, use: Theorem, goal: Term) -> Theorem:
    if use.goal is goal:
        return use
    first, last = (S.norm(ctx, a, b) for a, b in zip(goal.args, use.goal.args, strict=True))
    return S.chain(ctx, [first, use, S.symmetric(ctx, last)])


# -- closed forms -------------------------------------------------------------------------------

def _sequences(ctx: Context, symbols: Set[Key]) -> list[Term]:
    """Members of the sequences with a forward recurrence that the symbols depend on, those that others
    depend on first."""
    found: dict[Key, Term] = {}
    rules = [c.args[0] if c.head == "surely" else c for c in (u.conclusion for u in C.universals(ctx))]
    rules += [f.goal for f in C.plain_facts(ctx)]
    todo, seen = sorted(symbols), set(symbols)
    while todo:
        key = todo.pop()
        for c in rules:
            if c.head != "eq" or _key(c.args[0]) != key:
                continue
            family = c.args[0]
            if len(family.args) == 1 and key not in found and any(d == 1 for _, d in recurrences(ctx, family)):
                found[key] = family
            todo += c.args[1].symbols - seen
            seen |= c.args[1].symbols
    return list(reversed(found.values()))


def _key(t: Term) -> Key:
    return t.head, str(t.data), len(t.args)


def forms(ctx: Context, symbols: Set[Key], prove: Prove) -> tuple[list[Theorem], list[Section]]:
    """Closed forms of the sequences among the symbols, those of others that they need before them."""
    known: list[Theorem] = []
    sections: list[Section] = []
    pending = _sequences(ctx, symbols)[:_MOST]
    again = True
    while again and pending:
        again = False
        for family in list(pending):
            found = _closed(ctx | {k.goal for k in known}, family, prove)
            if found is not None:
                known.append(_discharged(found[0], known))
                sections += [_free(s, known) for s in found[1]]
                pending.remove(family)
                again = True
    return known, sections


def closed_forms(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """Closed forms of the sequences in the goal, then the goal with them put in."""
    if goal.head not in ("eq", "le", "lt", "ne"):
        return None
    known, sections = forms(ctx, goal.symbols, prove)
    if not known:
        return None
    inner = ctx | {k.goal for k in known}
    theorem, links = _put_in(inner, goal, {k.goal for k in known}, prove)
    return S.weaken(ctx, _discharged(theorem, known)), [*sections, _free(Section("", (), tuple(links)), known)]


def _free(section: Section, known: list[Theorem]) -> Section:
    links = tuple(Link(_discharged(x.theorem, known), x.reason) for x in section.links)
    return Section(section.title, section.assuming, links)


def _discharged(theorem: Theorem, known: list[Theorem]) -> Theorem:
    """The theorem without the closed forms among its assumptions."""
    return S.without(frozenset(), theorem, known)


def _closed(ctx: Context, family: Term, prove: Prove) -> Found | None:
    t = fresh("t", family, *ctx)
    for u, direction in recurrences(ctx, family):
        spot = _place(u, family)
        if direction != 1 or spot is None:
            continue
        lower, _ = bounds(u, spot[1])
        if len(lower) != 1:
            continue
        find = make(family.head, [t], family.data)
        here = ctx | {op("isint", t), op("le", lower[0], t)}
        try:
            right = recurrence_solution(here, find, t, prove)
        except Refused:
            continue
        statement = forall(t, [op("isint", t), op("le", lower[0], t)], eq(find, right))
        found = forward(ctx, statement, prove)
        if found is not None:
            return found
    return None


def _put_in(ctx: Context, goal: Term, formulas: set[Term], prove: Prove) -> tuple[Theorem, list[Link]]:
    names = {_key(_left(f)) for f in formulas} | G.definitions(ctx)
    convert = G.conversion(prove, lambda s: _key(s) in names)
    sides = [repeated(ctx, a, convert, 4) for a in goal.args]
    target = make(goal.head, [e.goal.args[1] if e else a for e, a in zip(sides, goal.args, strict=True)])
    if target is goal:
        raise Refused("no sequence stands in the goal")
    done = prove(ctx, target)
    if goal.head != "eq":
        back = [S.symmetric(ctx, e) if e else None for e in sides]
        whole = S.transport(ctx, done, goal, back)
        return whole, [Link(whole, "the formulas above")]
    links = [Link(sides[0], "the formula above")] if sides[0] else []
    if done.goal.args[0] is not done.goal.args[1]:
        links.append(Link(done, chains.reason_of(done)))
    if sides[1]:
        links.append(Link(S.symmetric(ctx, sides[1]), "the formula above"))
    return S.chain(ctx, [x.theorem for x in links]), links


def _left(f: Term) -> Term:
    """The member that a closed form is about."""
    while f.head in ("forall", "imp"):
        f = f.args[-1]
    return f.args[0]


__all__ = ["closed_forms", "every_index", "forms"]
