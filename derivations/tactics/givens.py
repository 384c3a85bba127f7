"""Rewriting with what is given.

Equations among the assumptions, plain or universal, used from left to right: definitions,
recurrences, stated moments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derivations.kernel.term import Term, subterms, tree_size
from derivations.kernel.theorem import Context, Refused, Theorem
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.conversion import Conversion, everywhere
from derivations.tactics.equation import same

Name = tuple[str, str, int]
Wanted = Callable[[Term], bool]


def given_at(ctx: Context, t: Term, prove: C.Prove, wanted: Wanted) -> Theorem | None:
    """An equation ``t = right`` from the assumptions whose left side has the wanted form."""
    for f in C.plain_facts(ctx):
        if f.goal.head == "eq" and f.goal.args[0] is t and wanted(t):
            return f
    for e in equations_at(ctx, t, prove, wanted):
        return e
    return None


def equations_at(ctx: Context, t: Term, prove: C.Prove, wanted: Wanted) -> Iterator[Theorem]:
    """Every universal equation for ``t``: those with the fewest families on the right, then the shortest, first."""
    found: list[tuple[int, int, int, C.Universal, dict[Term, Term]]] = []
    for u in C.universals(ctx):
        for c in (u.conclusion, *(u.conclusion.args if u.conclusion.head in ("and", "surely") else ())):
            if c.head == "eq" and wanted(c.args[0]) and c.args[0].head == t.head \
                    and (values := _values(c.args[0], t, u)) is not None:
                found.append((len(unknowns(c.args[1])), tree_size(c.args[1]), len(found), u, values))
    for *_, u, values in sorted(found, key=lambda row: row[:3]):
        e = C.instance(ctx, u, values, prove)
        for x in C.split(e) if e is not None else ():
            if x.goal.head == "eq" and (x.goal.args[0] is t or same(x.goal.args[0], t)):
                yield onto(ctx, t, x)


def _values(pattern: Term, t: Term, u: C.Universal) -> dict[Term, Term] | None:
    if pattern.head in ("f", "g"):
        values = C.match(pattern, t, u.variables)
    else:
        values = {}
        if not C.match_tree(pattern, t, u.variables, values):
            return None
    return values if values is not None and set(values) == set(u.variables) else None


def onto(ctx: Context, t: Term, e: Theorem) -> Theorem:
    """``t = right`` with the indices on the right tidied."""
    right = tidy_indices(e.goal.args[1])
    links = [] if e.goal.args[0] is t else [S.norm(ctx, t, e.goal.args[0])]
    links.append(e)
    if right is not e.goal.args[1]:
        links.append(S.norm(ctx, e.goal.args[1], right))
    return S.chain(ctx, links)


def tidy_indices(t: Term) -> Term:
    """Arguments of families (and bounds) with ``(k + 1) - 1`` and the like cancelled."""
    from derivations.kernel.term import make
    from derivations.tactics.equation import tidy
    args = [tidy_indices(a) for a in t.args]
    if t.head in ("f", "g"):
        args = [tidy(a) for a in args]
    if t.head in ("sum", "prod"):
        args = [tidy(args[0]), tidy(args[1]), args[2]]
    if t.head == "pow":
        args = [args[0], tidy(args[1])]
    return t if all(a is b for a, b in zip(args, t.args, strict=True)) else make(t.head, args, t.data)


def conversion(prove: C.Prove, wanted: Wanted) -> Conversion:
    """The conversion that uses equations whose left side has the wanted form."""
    def convert(ctx: Context, t: Term) -> Theorem | None:
        try:
            return given_at(ctx, t, prove, wanted) if wanted(t) else None
        except Refused:
            return None
    return convert


def oriented(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """Entries of symmetric families with their indices in one order; None if all are."""
    rules = []
    for u in C.universals(ctx):
        if u.conclusion.head != "eq":
            continue
        a, b = u.conclusion.args
        if a.head in ("f", "g") and (a.head, a.data) == (b.head, b.data) and len(a.args) == 2 \
                and set(a.args) == set(u.variables) and a.args == b.args[::-1]:
            rules.append(u)
    if not rules:
        return None

    def convert(c: Context, s: Term) -> Theorem | None:
        if s.head not in ("f", "g") or len(s.args) != 2 or repr(s.args[0]) <= repr(s.args[1]):
            return None
        for u in rules:
            left = u.conclusion.args[0]
            if left.data == s.data:
                return C.instance(c, u, dict(zip(left.args, s.args, strict=True)), prove)
        return None
    return everywhere(ctx, t, convert)


def definitions(ctx: Context) -> set[tuple[str, str, int]]:
    """The names that an equation among the assumptions defines outright (no recurrence)."""
    out = set()
    for f in C.plain_facts(ctx):
        if f.goal.head == "eq" and f.goal.args[0].head in ("v", "r") and f.goal.args[0] is not f.goal.args[1]:
            s = f.goal.args[0]
            if not (f.goal.args[1].symbols & s.symbols):
                out.add((s.head, str(s.data), 0))
    for u in C.universals(ctx):
        c = u.conclusion.args[0] if u.conclusion.head == "surely" else u.conclusion
        if c.head == "eq" and c.args[0].head in ("f", "g") and all(a in u.variables for a in c.args[0].args):
            key = (c.args[0].head, str(c.args[0].data), len(c.args[0].args))
            if key not in c.args[1].symbols:
                out.add(key)
    return out


def by_definition(ctx: Context, t: Term, prove: C.Prove, keep: frozenset[Name] = frozenset()) -> Theorem | None:
    """Every defined name replaced by what it stands for, beside those to keep."""
    names = definitions(ctx) - keep
    convert: Conversion = conversion(prove, lambda s: (s.head, str(s.data), len(s.args)) in names)
    return everywhere(ctx, t, convert) if names & t.symbols else None


def is_family(t: Term) -> bool:
    """A family member or a symbol: what definitions and recurrences define."""
    return t.head in ("f", "g", "v", "r")


def is_moment(t: Term) -> bool:
    """E, Var or Cov of something."""
    return t.head in ("E", "var", "cov", "P")


def unknowns(t: Term) -> set[tuple[str, str, int]]:
    """The families in a term."""
    return {(s.head, str(s.data), len(s.args)) for s in subterms(t) if s.head in ("f", "g")}


__all__ = ["by_definition", "conversion", "definitions", "equations_at", "given_at", "is_family", "is_moment", "onto",
           "tidy_indices", "unknowns"]
