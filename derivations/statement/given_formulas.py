"""Givens as kernel formulas.

Which names a list of givens makes random, the formulas each given stands for, and the one
independence formula that joins the families declared independent of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import sympy
from sympy import Basic, Dummy, Expr, Tuple, oo
from sympy.core.function import AppliedUndef

from derivations.kernel.term import Term, bind, forall, op
from derivations.statement import heads
from derivations.statement.binders import check_index, quantifier_premises, range_terms
from derivations.statement.calculus import tied
from derivations.statement.context import Context
from derivations.statement.givens import (
    Definition,
    Given,
    Independent,
    Law,
    Recurrence,
    Sign,
    Stated,
    Variables,
    name_of,
    names_in,
)
from derivations.statement.to_terms import to_term


@dataclass
class Formulas:
    """Formulas of a list of givens.

    ``hyps`` in the order of the givens; ``definitions`` those of ``hyps`` that define a name;
    ``consequences`` textbook facts about the named laws, which are not part of ``hyps``.
    """

    hyps: list[Term] = field(default_factory=list)
    definitions: list[Term] = field(default_factory=list)
    consequences: list[Term] = field(default_factory=list)


# -- which names are random ---------------------------------------------------------------------

def mentions_random(e: Basic, names: set[str]) -> bool:
    """Whether the value of the expression depends on the outcome."""
    if isinstance(e, (heads.E, heads.Var, heads.Cov, heads.P)):
        return False
    if isinstance(e, (sympy.Symbol, sympy.Indexed, AppliedUndef)):
        name, indices = name_of(e, "randomness")
        return name in names or any(mentions_random(i, names) for i in indices)
    return any(mentions_random(a, names) for a in e.args)


def random_names(givens: Sequence[Given]) -> set[str]:
    """Names declared random, or defined or generated from random ones."""
    names = {name_of(e, "random")[0] for g in givens if isinstance(g, Variables) for e in g.elements}
    while True:
        new = set(names)
        for g in givens:
            if isinstance(g, Definition) and mentions_random(g.right, names):
                new.add(name_of(g.left, "define")[0])
            if isinstance(g, Recurrence) and any(mentions_random(r, names)
                                                 for r in (g.right, *(v for _, v in g.start))):
                new.add(name_of(g.left, "recurrence")[0])
        if new == names:
            return names
        names = new


# -- formulas -----------------------------------------------------------------------------------

def over(c: Context, ranges: Sequence[Tuple], build: Callable[[], list[Term]]) -> list[Term]:
    """The formulas of ``build``, for all integers of the ranges, the first range outermost."""
    if not ranges:
        return build()
    (k, lo, hi), *rest = ranges
    low = None if lo == -oo else to_term(lo, c)
    high = None if hi == oo else to_term(hi, c)
    if low is not None or high is not None:
        check_index(k, lo, c)
    with c.binding(k) as x:
        premises = quantifier_premises(k, x, low, high)
        return [forall(x, premises, f) for f in over(c, rest, build)]


def _sure(t: Term) -> Term:
    return op("surely", t) if t.random else t


def formulas(givens: Sequence[Given], c: Context) -> Formulas:
    """All formulas of the givens; ``c.random`` must hold the random names already.

    Errors: StatementError, for example for a name defined twice or in a circle.
    """
    out = Formulas()
    c.givens, c.tied = tuple(givens), tied(givens)
    _check_definitions(givens, c)
    for g in givens:
        match g:
            case Variables():
                _variables(g, c, out)
            case Definition():
                def equation(g: Definition = g) -> list[Term]:
                    return [_sure(op("eq", to_term(g.left, c), to_term(g.right, c)))]
                found = over(c, g.ranges, equation)
                out.hyps += found
                out.definitions += found
            case Recurrence():
                def step(g: Recurrence = g) -> list[Term]:
                    return [_sure(op("eq", to_term(g.left, c), to_term(g.right, c)))]
                out.hyps += [_sure(op("eq", to_term(a, c), to_term(b, c))) for a, b in g.start]
                out.hyps += over(c, [g.range], step)
            case Stated():
                out.hyps.append(_sure_inside(to_term(g.claim, c)))
            case Sign():
                out.hyps += over(c, g.ranges, lambda g=g: _sign(g, to_term(g.element, c)))  # type: ignore[misc]
            case Independent():
                pass
            case _:
                raise c.error("asked for a given", f"{g!r}", "use iid, define, given and the like")
    # after the families, so that a reader meets the names first
    out.hyps += independence(givens, c)
    return out


def _sure_inside(t: Term) -> Term:
    """A random statement is meant at every outcome; the quantifiers stay outside."""
    if not t.random:
        return t
    if t.head == "forall":
        return op("forall", _sure_inside(t.args[0]))
    if t.head == "imp" and not t.args[0].random:
        return op("imp", t.args[0], _sure_inside(t.args[1]))
    return op("surely", t)


def _sign(g: Sign, x: Term) -> list[Term]:
    facts = [op("isint", x)] if g.integer else []
    match g.word:
        case "positive":
            facts.append(op("le", 1, x) if g.integer else op("lt", 0, x))
        case "nonnegative":
            facts.append(op("le", 0, x))
        case "nonzero":
            facts.append(op("ne", x, 0))
    return [_sure(f) for f in facts]


def _variables(g: Variables, c: Context, out: Formulas) -> None:
    law = g.law

    def add(build: Callable[[Term], Term], to: list[Term]) -> None:
        to.extend(over(c, g.ranges, lambda: [build(to_term(e, c)) for e in g.elements]))

    def moment(head: str, value: Expr, to: list[Term]) -> None:
        def build(x: Term) -> Term:
            left = op("E", op("pow", x, 2)) if head == "second" else op(head, x)
            return op("eq", left, to_term(value, c))
        add(build, to)

    if law is not None:
        add(lambda x: op(law.head, x, *(to_term(p, c) for p in law.parameters)), out.hyps)
        moment("E", law.mean, out.consequences)
        moment("var", law.variance, out.consequences)
        if _symmetric_law(law):
            add(lambda x: op("samelaw", x, op("neg", x)), out.consequences)
    if g.mean is not None:
        moment("E", g.mean, out.hyps)
    if g.variance is not None:
        moment("var", g.variance, out.hyps)
    if g.second_moment is not None:
        moment("second", g.second_moment, out.hyps)
    if g.symmetric:
        add(lambda x: op("samelaw", x, op("neg", x)), out.hyps)
    if g.same_law and g.ranges:
        out.hyps += over(c, g.ranges, lambda: _same(g, c))
    # without these the moments above would be junk values
    if law is not None or g.variance is not None or g.second_moment is not None:
        add(lambda x: op("integrable", op("pow", x, 2)), out.hyps)
    elif g.mean is not None:
        add(lambda x: op("integrable", x), out.hyps)


def _symmetric_law(law: Law) -> bool:
    return law.head == "law_normal" and law.mean == 0


def _same(g: Variables, c: Context) -> list[Term]:
    """``samelaw(w(i), w(j))`` with i already bound, for all j."""
    here = _block(g, c)
    renamed: list[Tuple] = []
    swap: dict[Basic, Basic] = {}
    for k, lo, hi in g.ranges:
        other = Dummy(k.name, **{w: v for w, v in k.assumptions0.items() if w != "commutative"})
        renamed.append(Tuple(other, lo.xreplace(swap), hi.xreplace(swap)))
        swap[k] = other
    there = tuple(e.xreplace(swap) for e in g.elements)
    return over(c, renamed, lambda: [op("samelaw", here, _tuple(there, c))])


def _tuple(elements: Sequence[Expr], c: Context) -> Term:
    parts = [to_term(e, c) for e in elements]
    return parts[0] if len(parts) == 1 else op("tup", *parts)


def _block(g: Variables, c: Context) -> Term:
    return _tuple(g.elements, c)


# -- independence -------------------------------------------------------------------------------

def independence(givens: Sequence[Given], c: Context) -> list[Term]:
    """One ``indep`` formula for each set of families declared independent of each other.

    A family that no ``independent(...)`` names gets its own formula.  Errors: StatementError for
    members that are not declared, are defined, or are families without independent members.
    """
    owner: dict[str, Variables] = {}
    for g in givens:
        if isinstance(g, Variables):
            for e in g.elements:
                name = name_of(e, "random")[0]
                if g.independent or (not g.ranges and name not in owner):
                    owner[name] = g
    defined = {name_of(g.left, "define")[0] for g in givens if isinstance(g, Definition)}
    groups: list[list[Variables]] = []
    for g in givens:
        if isinstance(g, Independent):
            group: list[Variables] = []
            for m in g.members:
                name = name_of(m, "independent")[0]
                if name not in owner:
                    found = ("it defined from other variables" if name in defined else
                             "it declared without independence" if name in c.random else "it undeclared")
                    raise c.error(f"asked for {name} independent of others", found,
                                  "name iid families and scalar random variables only")
                if owner[name] not in group:
                    group.append(owner[name])
            groups.append(group)
    for g in givens:
        if isinstance(g, Variables) and g.independent and not any(g in other for other in groups):
            groups.append([g])
    result: list[Term] = []
    for group in groups:
        if any(other is not group and set(map(id, group)) < set(map(id, other)) for other in groups):
            continue
        blocks = [_family_block(v, list(v.ranges), c) for v in group]
        if len(blocks) > 1 or group[0].ranges:
            result.append(op("indep", *blocks))
    return list(dict.fromkeys(result))


def _family_block(g: Variables, ranges: list[Tuple], c: Context) -> Term:
    if not ranges:
        return _block(g, c)
    k, lo, hi = ranges[0]
    low, high = range_terms(lo, hi, c)
    with c.binding(check_index(k, lo, c)) as x:
        return bind("fam", x, low, high, _family_block(g, ranges[1:], c))


def _check_definitions(givens: Sequence[Given], c: Context) -> None:
    uses: dict[str, set[str]] = {}
    made = {name_of(e, "random")[0] for g in givens if isinstance(g, Variables) for e in g.elements}
    for g in givens:
        if isinstance(g, Definition):
            name = name_of(g.left, "define")[0]
            if name in uses or name in made:
                raise c.error(f"asked to define {name}", "it declared or defined already",
                              "define each name once")
            uses[name] = names_in(g.right)
    for name in uses:
        seen: set[str] = set()
        todo = [name]
        while todo:
            for used in uses.get(todo.pop(), ()):
                if used == name:
                    raise c.error(f"asked to define {name}", "it defined through itself",
                                  "use recurrence(...)")
                if used not in seen:
                    seen.add(used)
                    todo.append(used)
