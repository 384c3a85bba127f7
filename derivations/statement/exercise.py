"""Exercises and their translation.

An exercise is plain data: givens and parts.  ``translate`` turns one part into kernel formulas
and refuses what cannot be meant, naming the place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

import sympy
from sympy import Basic, Expr, Integer, Tuple, oo
from sympy.logic.boolalg import Boolean

from derivations.kernel.claim import definedness
from derivations.kernel.term import Term
from derivations.statement.claims import Every
from derivations.statement.context import Context, name_facts
from derivations.statement.errors import StatementError
from derivations.statement.given_formulas import formulas, random_names
from derivations.statement.givens import (
    Definition,
    Given,
    Recurrence,
    Sign,
    Stated,
    Variables,
    name_of,
)
from derivations.statement.heads import expression, proposition
from derivations.statement.limits import check_size
from derivations.statement.to_terms import to_term

GivenLike: TypeAlias = Given | Boolean


@dataclass(frozen=True)
class Answer:
    """A written answer to a part, whose lines are known to be right or wrong.

    ``lines`` are LaTeX; ``let`` and ``given`` are what it declares beside the exercise.  ``wrong`` numbers the lines
    that are false, from 1, each with a word that the repair shown for it has to hold, or ``""`` where none is
    expected; every other line is right, or goes on from a wrong one.  ``published`` names the sources that print these
    lines.
    """

    lines: Sequence[str]
    let: Sequence[str] = ()
    given: Sequence[str] = ()
    wrong: Mapping[int, str] = field(default_factory=dict)
    published: Sequence[str] = ()
    note: str = ""


@dataclass(frozen=True)
class Part:
    """One question.

    ``claim`` is a statement to prove, ``find`` an expression to bring into closed form, ``outline``
    intermediate expressions or claims on the way.  ``words`` is a model answer; without a claim
    and without ``find`` it is shown as not machine-checked.  ``answers`` are written answers to judge.
    """

    id: str
    ask: str
    claim: Any = None
    find: Any = None
    givens: Sequence[GivenLike] = ()
    outline: Sequence[Any] = ()
    words: str = ""
    title: str = ""
    answers: Sequence[Answer] = ()


@dataclass(frozen=True)
class Exercise:
    """Givens and parts.

    ``names`` says how a name is written in LaTeX, with ``#1``, ``#2`` for the indices of a family:
    ``{"m": "m^{(#1)}"}``.
    """

    id: str
    title: str
    intro: str
    givens: Sequence[GivenLike]
    parts: Sequence[Part]
    sources: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """One part in the kernel's language.

    ``hyps`` are the assumptions of the symbols (``symbol_facts``) and then the formulas of the
    givens; ``definitions`` are those of them that define a name.  ``implied`` must hold for the
    givens to be meaningful, and ``consequences`` are textbook facts about the named laws; neither
    is part of ``hyps``.  ``context`` gives the SymPy objects back (``from_term``).
    """

    hyps: tuple[Term, ...]
    goal: Term | None
    find: Term | None
    notes: tuple[str, ...]
    names: dict[str, str]
    outline: tuple[Term, ...] = ()
    symbol_facts: tuple[Term, ...] = ()
    definitions: tuple[Term, ...] = ()
    implied: tuple[Term, ...] = ()
    consequences: tuple[Term, ...] = ()
    context: Context = field(default_factory=Context)


def translate(exercise: Exercise, part: Part | str,
              satisfiable: Callable[[Sequence[Term]], bool] | None = None) -> Statement:
    """The kernel formulas of one part.

    ``satisfiable`` may look for a model of the hypotheses; if it returns False the assumptions are
    reported as contradictory.  Errors: StatementError.
    """
    validate(exercise)
    part = _part(exercise, part)
    givens = [_given(g, f"exercise {exercise.id}, givens") for g in exercise.givens]
    givens += [_given(g, f"exercise {exercise.id}, part {part.id}, givens") for g in part.givens]
    c = Context(random=random_names(givens), where=f"exercise {exercise.id}, givens")
    made = formulas(givens, c)
    given_names = set(c.used)
    c.used.clear()
    c.elements.clear()

    goal = find = None
    c.where = f"exercise {exercise.id}, part {part.id}, claim"
    if part.claim is not None:
        goal = to_term(proposition(part.claim, c.where), c)
    if part.find is not None:
        c.where = f"exercise {exercise.id}, part {part.id}, find"
        find = to_term(expression(part.find, c.where), c)
    c.where = f"exercise {exercise.id}, part {part.id}, outline"
    outline = tuple(to_term(x if isinstance(x, Boolean) else expression(x, c.where), c) for x in part.outline)

    c.where = f"exercise {exercise.id}, part {part.id}"
    _check_indices(givens, given_names, c)
    _check_elements(givens, c)
    facts = [f for name in c.names.values() for f in name_facts(c, name)]
    hyps = tuple(dict.fromkeys([*facts, *made.hyps]))
    check_size([*hyps, *outline, *(t for t in (goal, find) if t is not None)], c.where)
    c.implied = implied(hyps)
    if satisfiable is not None and satisfiable(hyps) is False:
        raise c.error("asked for assumptions that can hold together", "contradictory ones",
                      "check the givens and the assumptions of the symbols")
    return Statement(hyps, goal, find, tuple(c.notes), dict(exercise.names), outline, tuple(facts),
                     tuple(made.definitions), c.implied, tuple(made.consequences), c)


def stated(hyps: Sequence[Term], goal: Term, where: str = "statement") -> Statement:
    """The statement that says ``goal`` under ``hyps``, both given as kernel formulas.

    Errors: StatementError for terms that are no closed formulas, or too large ones.
    """
    for t in (*hyps, goal):
        if t.sort != "B" or t.bound:
            raise StatementError(where, "asked for closed formulas", f"{t.head}(...) of sort {t.sort}",
                                 "state an equation, an inequality or another truth value")
    check_size([*hyps, goal], where)
    hyps = tuple(dict.fromkeys(hyps))
    return Statement(hyps, goal, None, (), {}, implied=implied(hyps))


@lru_cache(maxsize=256)
def implied(hyps: tuple[Term, ...]) -> tuple[Term, ...]:
    """What must hold for the givens to be meaningful, beside the givens."""
    return tuple(f for f in dict.fromkeys(x for h in hyps for x in definedness(h)) if f not in hyps)


# -- validation ---------------------------------------------------------------------------------

def validate(exercise: Exercise) -> None:
    """Errors: StatementError for duplicate part ids, bad ``names`` or answers, or parts that ask nothing."""
    where = f"exercise {exercise.id}"
    seen: set[str] = set()
    for part in exercise.parts:
        if not isinstance(part, Part):
            raise StatementError(where, "asked for a Part", f"{part!r}", "write Part(id, ask, claim=...)")
        if part.id in seen:
            raise StatementError(where, "asked for one part of each id", f"{part.id!r} twice", "rename one")
        seen.add(part.id)
        if part.claim is None and part.find is None and not part.words:
            raise StatementError(f"{where}, part {part.id}", "asked for a claim, find or words", "none",
                                 "say what is to be shown")
        for answer in part.answers:
            _check_answer(answer, f"{where}, part {part.id}, answers")
    for name, latex in exercise.names.items():
        if not isinstance(name, str) or not isinstance(latex, str):
            raise StatementError(where, "asked for names as text", f"{name!r}: {latex!r}",
                                 "map each name to its LaTeX")


def _check_answer(answer: Answer, where: str) -> None:
    for key in ("lines", "let", "given", "published"):
        texts = getattr(answer, key)
        if isinstance(texts, str) or not all(isinstance(x, str) for x in texts):
            raise StatementError(where, f"asked for {key} as a list of texts", f"{texts!r}", "write [...]")
    if not answer.lines:
        raise StatementError(where, "asked for the lines of an answer", "none", "write at least one")
    for number in answer.wrong:
        if not 1 <= number <= len(answer.lines):
            raise StatementError(where, "asked for the numbers of wrong lines", f"{number} of {len(answer.lines)}",
                                 "count from 1")


def _part(exercise: Exercise, part: Part | str) -> Part:
    if isinstance(part, Part):
        return part
    for p in exercise.parts:
        if p.id == part:
            return p
    raise StatementError(f"exercise {exercise.id}", f"asked for part {part!r}",
                         ", ".join(repr(p.id) for p in exercise.parts) or "no parts", "use one of these")


def _given(g: object, where: str) -> Given:
    return g if isinstance(g, Given) else Stated(proposition(g, where))


def _ranges(givens: Sequence[Given]) -> list[Tuple]:
    found: list[Tuple] = []
    for g in givens:
        match g:
            case Variables() | Definition() | Sign():
                found += g.ranges
            case Recurrence():
                found.append(g.range)
            case Stated():
                found += [e.args[0] for e in sympy.preorder_traversal(g.claim) if isinstance(e, Every)]
    return found


def _check_indices(givens: Sequence[Given], given_names: set[str], c: Context) -> None:
    """An index that only the givens bind means nothing in a claim, unless its own assumptions
    place it in the range."""
    for k, lo, hi in _ranges(givens):
        s = c.used.get(k.name)
        if s is None or k.name in given_names:
            continue
        inside = hi == oo and s.is_integer and (lo == -oo or (s - lo).is_nonnegative)
        if lo == -oo and hi == oo:
            inside = True       # holds for all values with the assumptions of the symbol itself
        if not inside:
            raise c.error(f"asked about {k}", f"it only as an index from {lo} to {hi} in the givens",
                          f"use every({k}, {lo}, {hi}, claim), or another symbol with its own assumptions")


def _check_elements(givens: Sequence[Given], c: Context) -> None:
    """An element such as w[1] in a claim needs a range that surely contains 1."""
    families: dict[str, list[tuple[tuple[Expr, ...], tuple[Tuple, ...]]]] = {}
    for g in givens:
        if isinstance(g, (Variables, Definition)):
            for e in g.elements if isinstance(g, Variables) else (g.left,):
                name, indices = name_of(e, c.where)
                families.setdefault(name, []).append((indices, g.ranges))
    bounded_by: set[Basic] = set()
    for g in givens:
        if isinstance(g, Stated):
            bounded_by |= g.claim.free_symbols
    for name, used in c.elements:
        for indices, ranges in families.get(name, []):
            for k, lo, hi in ranges:
                if k not in indices:
                    continue
                i = used[indices.index(k)]
                # a bound among the givens may place it: then the prover has to decide
                if isinstance(i, Integer) and not (lo.free_symbols | hi.free_symbols) & bounded_by \
                        and not (_below(lo, i) and _below(i, hi)):
                    raise c.error(f"asked for the element {i} of {name}",
                                  f"the range from {lo} to {hi}, which may not contain it",
                                  f"declare assumptions that give {lo} <= {i} <= {hi}")


def _below(a: Expr, b: Expr) -> bool:
    return a == -oo or b == oo or bool((b - a).is_nonnegative)
