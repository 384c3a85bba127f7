"""The context that an exercise gives to answers.

The symbols keep the spelling of the exercise's sheet; its givens are the context's formulas.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from derivations.latex.declare import Context, written_name
from derivations.latex.names import spell
from derivations.latex.scope import Scope, Symbol, items
from derivations.latex.syntax import Written
from derivations.latex.unreadable import Unreadable
from derivations.registry import EXERCISES, load_folder
from derivations.statement import Exercise, Part, Statement, StatementError, translate

_LETTERS = ("\\imath", "\\jmath", "\\hbar")


def exercise_context(wanted: str) -> Context:
    """The context of ``ID`` or ``ID/PART``.  Errors: Unreadable for an unknown exercise or part."""
    table = _exercises()
    name, _, part = wanted.partition("/")
    exercise = table.get(name)
    if exercise is None:
        raise Unreadable(f"there is no exercise {name!r}; known are {', '.join(sorted(table))}")
    c = Context(Scope())
    parts = [p for p in exercise.parts if p.id == part] if part else [p for p in exercise.parts if p.claim is not None]
    if part and not parts:
        raise Unreadable(f"the exercise {name} has no part {part!r}; it has {', '.join(p.id for p in exercise.parts)}")
    # the givens that all parts share; one part's own givens only where that part is asked for
    shown = parts[:1] if part else [Part("all", "", claim=p.claim) for p in parts]
    for p in shown:
        _add(c, exercise, p)
    if len(shown) != 1 or not part:
        c.goal = None
    return c


@cache
def _exercises() -> dict[str, Exercise]:
    return load_folder(EXERCISES)


def _add(c: Context, exercise: Exercise, part: Part) -> None:
    try:
        statement = translate(exercise, part)
    except StatementError:
        return
    for n in statement.context.names.values():
        if n.text not in c.scope.symbols:
            s = _symbol(n.text, n.arity, n.text in statement.context.random, bool(n.sample.is_integer), statement)
            if s is not None:
                c.scope.declare(s)
    c.add(*statement.hyps)
    for d in statement.definitions:
        inner = d
        while inner.head in ("forall", "imp", "surely"):
            inner = inner.args[-1]
        if inner.head == "eq" and inner.args[0].head in "vrfg":
            c.defined[d] = str(inner.args[0].data)
    c.goal = statement.goal
    if statement.goal is not None and statement.goal.head == "eq":
        c.start = statement.goal.args[0]


def _symbol(text: str, arity: int, random: bool, integer: bool, statement: Statement) -> Symbol | None:
    """A name of an exercise with the scripts it is written with."""
    if arity > len(_LETTERS):
        return None
    letters = _LETTERS[:arity]
    try:
        w: Written = written_name(spell(text, letters, statement.names))
    except Unreadable:
        return None
    place, sub, sup = "", list(items(w.sub)), "" if w.sup is None else w.sup.text
    if arity:
        inside = [s for s in sub if s in letters]
        place = "sub" if inside else "sup"
        sub = [s for s in sub if s not in letters]
        if place == "sup":
            sup = ""
    return replace(
        Symbol.written(text, w, sub, sup),
        place=place,
        outer=arity,
        ranges=(None,) * arity,
        random=random,
        integer=integer and not arity,
    )
