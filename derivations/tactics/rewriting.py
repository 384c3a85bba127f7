"""Both sides worked out by what is given.

Recurrences, hypotheses, definitions and start values are put in one kind a line, on either side, until
the two sides agree.  A given with a premise of its own is used once this premise has been shown.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass

from derivations.kernel.term import Term, TermError, eq, mul, num, op, open_with, subterms
from derivations.kernel.theorem import Context, Refused, Theorem
from derivations.tactics import context as C
from derivations.tactics import givens as G
from derivations.tactics import steps as S
from derivations.tactics.chains import Link, collected, joined
from derivations.tactics.context import Prove
from derivations.tactics.conversion import cleanup, everywhere
from derivations.tactics.equation import prove_norm, same, simplified
from derivations.tactics.sequences import Found, Section

Solve = Callable[[Context, Term, Prove], Found]
LONGEST = 8                 # lines on either side
RANGES = ("isint", "le", "lt", "ne")


@dataclass(frozen=True)
class Rule:
    """An equation for a member of a family, to be used from left to right."""

    kind: str
    universal: C.Universal
    left: Term


@dataclass(frozen=True)
class Conditional:
    """A given whose premise speaks of more than the range of its variables."""

    formula: Term
    variables: tuple[Term, ...]         # those before the premise
    premise: Term
    lefts: tuple[Term, ...]             # what its conclusions are equations for


KINDS = ("known value", "recurrence", "hypothesis", "shown above", "definition")


def worked_out(ctx: Context, goal: Term, prove: Prove, solve: Solve) -> Found | None:
    """An equation between members of families."""
    if goal.head != "eq" or not any(s.head in ("f", "g") for s in subterms(goal)):
        return None
    sections: list[Section] = []
    facts: list[Theorem] = []
    sides: list[list[Link]] = []
    for side in goal.args:
        links: list[Link] = []
        while len(links) < LONGEST:
            inner = ctx | {f.goal for f in facts}
            now = links[-1].theorem.goal.args[1] if links else side
            link = _next(inner, now, prove, [f.goal for f in facts])
            if link is None:
                new = _premise(inner, ctx, now, prove, solve, facts)
                if new is None:
                    break
                facts.append(new[0])
                sections += new[1]
                continue
            links.append(link)
        sides.append(links)
    inner = ctx | {f.goal for f in facts}
    met = _met(inner, goal, sides[0], sides[1], prove)
    if met is None:
        return None
    links = [Link(_without(ctx, x.theorem, facts), x.reason) for x in met]
    return S.chain(ctx, [x.theorem for x in links]), [*sections, Section("", (), tuple(links))]


def _met(ctx: Context, goal: Term, left: list[Link], right: list[Link], prove: Prove) -> list[Link] | None:
    """The shortest way from one side to the other through equal ends."""
    ends = [[t, *(x.theorem.goal.args[1] for x in links)] for t, links in zip(goal.args, (left, right), strict=True)]

    def meet(a: int, b: int) -> Theorem | None:
        one, two = ends[0][a], ends[1][b]
        return S.reflexive(ctx, one) if one is two else prove_norm(ctx, eq(one, two), prove)
    if not left and not right:
        return None
    a, b = len(left), len(right)
    middle = meet(a, b)
    if middle is None:
        return None
    while b and (found := meet(a, b - 1)) is not None:
        b, middle = b - 1, found
    while a and (found := meet(a - 1, b)) is not None:
        a, middle = a - 1, found
    if not a and not b:
        return None
    way = list(left[:a])
    one, two = middle.goal.args
    if one is not two:
        way = joined(ctx, way, collected(middle))
    return [*way, *(Link(S.symmetric(ctx, x.theorem), x.reason) for x in reversed(right[:b]))]


def _without(ctx: Context, t: Theorem, facts: Sequence[Theorem]) -> Theorem:
    """The theorem with proved facts taken out of its assumptions, the last first."""
    for k in range(len(facts) - 1, -1, -1):
        here = ctx | {f.goal for f in facts[:k]}
        done = S.generalise(here, t, None, [facts[k].goal])
        t = S.modus(here, done, S.weaken(here, facts[k]))
    return t


# -- rules --------------------------------------------------------------------------------------

def _deep(premise: Term) -> bool:
    return premise.head not in RANGES


def rules(ctx: Context, shown: Container[Term] = ()) -> list[Rule]:
    """The universal equations for families, without those that have a premise of their own."""
    out = []
    found = [u for u in C.universals(ctx) if not any(map(_deep, u.premises))]
    stepping = {(c.args[0].data, len(c.args[0].args)) for u in found for c in _equations(u)
                if any(a.head == "add" for a in c.args[0].args)}
    for u in found:
        for c in _equations(u):
            out.append(Rule("shown above" if u.formula in shown else _kind(u, c, stepping), u, c.args[0]))
    return out


def _equations(u: C.Universal) -> Iterator[Term]:
    for c in (u.conclusion, *(u.conclusion.args if u.conclusion.head in ("and", "surely") else ())):
        if c.head == "eq" and c.args[0].head in ("f", "g"):
            yield c


def _kind(u: C.Universal, c: Term, stepping: Container[tuple[object, int]]) -> str:
    left, right = c.args
    if any(a.head == "add" for a in left.args):
        return "recurrence"
    if (left.head, str(left.data), len(left.args)) in right.symbols:
        return ""               # it computes downward, and might never end
    if all(a in u.variables for a in left.args):
        return "shown above" if (left.data, len(left.args)) in stepping else "definition"
    return "known value" if any(a.head == "num" for a in left.args) else "hypothesis"


def _next(ctx: Context, t: Term, prove: Prove, shown: Container[Term] = ()) -> Link | None:
    """The term with all equations of the first kind that applies put in."""
    found = rules(ctx, shown)
    for kind in KINDS:
        mine = [r for r in found if r.kind == kind]

        def convert(c: Context, s: Term, mine: list[Rule] = mine, kind: str = kind) -> Theorem | None:
            if s.head not in ("f", "g"):
                return None
            for f in C.plain_facts(c) if kind == "known value" else ():
                if f.goal.head == "eq" and f.goal.args[0] is s:
                    return S.weaken(c, f)
            return next((e for r in mine if (e := _used(c, r, s, prove)) is not None), None)
        e = everywhere(ctx, t, convert)
        if e is None:
            continue
        neat = cleanup(ctx, e.goal.args[1])
        if neat is not None:
            e = S.chain(ctx, [e, neat])
        if e.goal.args[1] is not t:
            return Link(e, kind)
    e = everywhere(ctx, t, lambda c, s: simplified(c, s, prove) if s.head in ("mul", "div") and c != ctx else None)
    if e is not None:
        return Link(e, "cancel")
    e = everywhere(ctx, t, lambda c, s: _square_of_size(c, s, prove))
    return None if e is None else Link(e, "$|x|^2 = x^2$")


def _square_of_size(ctx: Context, t: Term, prove: Prove) -> Theorem | None:
    """An even power of a product, without the bars around its factors."""
    if t.head != "pow" or t.args[1] is not num(2):
        return None
    factors = t.args[0].args if t.args[0].head == "mul" else (t.args[0],)
    if not any(f.head == "abs" for f in factors):
        return None
    plain = mul(*(op("pow", f.args[0] if f.head == "abs" else f, 2) for f in factors))
    try:
        return prove(ctx, eq(t, plain))
    except Refused:
        return None


def direct(ctx: Context, goal: Term, prove: Prove) -> Found | None:
    """A universal equation between members whose values are known for every index: no induction."""
    t, x, symbols, premises = goal, goal, list[Term](), list[Term]()
    while t.head in ("forall", "imp"):
        if t.head == "imp":
            premises.append(t.args[0])
            t = t.args[1]
        else:
            x = C.letter(t, goal, *symbols, *ctx)
            symbols.append(x)
            t = open_with(t.args[0], [x])
    if t.head != "eq" or any(map(_deep, premises)):
        return None
    inner = ctx | set(premises)
    known = [r for r in rules(inner) if r.kind == "shown above"]
    if not any(C.match(r.left, s, r.universal.variables) for r in known for s in subterms(t) if s.head in ("f", "g")):
        return None
    done = worked_out(inner, t, prove, _no_premise)
    if done is None:
        return None
    theorem, sections = done
    whole = tuple(premises)
    for x in reversed(symbols):
        mine = [p for p in premises if x.symbols <= p.symbols]
        premises = [p for p in premises if p not in mine]
        theorem = S.generalise(ctx | set(premises), theorem, x, mine)
    return theorem, [s.under(*whole) for s in sections]


def _no_premise(ctx: Context, goal: Term, prove: Prove) -> Found:
    raise Refused("no further premise is shown on the way")


def _used(ctx: Context, rule: Rule, s: Term, prove: Prove) -> Theorem | None:
    """The equation of a rule at a member of its family."""
    values = C.match(rule.left, s, rule.universal.variables)
    if values is None or set(values) != set(rule.universal.variables):
        return None
    t = C.instance(ctx, rule.universal, values, prove)
    for x in C.split(t) if t is not None else ():
        if x.goal.head == "eq" and (x.goal.args[0] is s or same(x.goal.args[0], s)):
            return G.onto(ctx, s, x)
    return None


# -- givens with a premise ----------------------------------------------------------------------

def conditionals(ctx: Context) -> list[Conditional]:
    """The givens of the form "if ..., then these members are equal"."""
    out = []
    for u in C.universals(ctx):
        if sum(map(_deep, u.premises)) != 1 or u.surely:
            continue
        t, names = u.formula, list(u.variables)
        before: list[Term] = []
        while t.head == "forall" or not _deep(t.args[0]):
            if t.head == "forall":
                before.append(names.pop(0))
                t = open_with(t.args[0], [before[-1]])
            else:
                t = t.args[1]
        lefts = tuple(c.args[0] for c in _equations(u))
        if lefts:
            out.append(Conditional(u.formula, tuple(before), t.args[0], lefts))
    return out


def _premise(inner: Context, ctx: Context, t: Term, prove: Prove, solve: Solve,
             facts: Sequence[Theorem]) -> tuple[Theorem, list[Section]] | None:
    """What follows from a conditional given about a member in ``t``, with the lines for its premise."""
    for given in conditionals(inner):
        for s in dict.fromkeys(x for x in subterms(t) if x.head in ("f", "g") and not x.bound):
            done = _shown(inner, ctx, given, s, prove, solve, facts)
            if done is not None:
                return done
    return None


def _shown(inner: Context, ctx: Context, given: Conditional, s: Term, prove: Prove, solve: Solve,
           facts: Sequence[Theorem]) -> tuple[Theorem, list[Section]] | None:
    every = C.universal(given.formula)
    assert every is not None
    for left in given.lefts:
        values = C.match(left, s, every.variables)
        if values is None or any(x not in values for x in given.variables):
            continue
        try:
            use = S.assume(ctx, given.formula)
            for x in given.variables:
                use = S.modus(ctx, use, at=values[x])
                while use.goal.head == "imp" and not _deep(use.goal.args[0]):
                    use = S.modus(ctx, use, prove(ctx, use.goal.args[0]))
            premise, sections = solve(_without_others(ctx, use.goal), use.goal.args[0], prove)
            done = S.modus(ctx, use, S.weaken(ctx, premise))
        except (Refused, TermError):
            continue
        if done.goal in inner or any(f.goal is done.goal for f in facts):
            continue
        return done, [*sections, Section("", (), (Link(done, "given, as the premise holds"),))]
    return None


def _without_others(ctx: Context, t: Term) -> Context:
    """The context without what it says of symbols that neither t nor any fact beside ranges is about."""
    mine = t.symbols.union(*(h.symbols for h in ctx if _deep(h)))
    return frozenset(h for h in ctx if _deep(h) or h.symbols <= mine)


def values_put_in(ctx: Context, t: Term, prove: Prove) -> list[Link]:
    """The term with all that is known of its members put in, a kind a line."""
    links: list[Link] = []
    while len(links) < LONGEST:
        link = _next(ctx, links[-1].theorem.goal.args[1] if links else t, prove)
        if link is None:
            break
        links.append(link)
    return links


__all__ = ["direct", "values_put_in", "worked_out"]
