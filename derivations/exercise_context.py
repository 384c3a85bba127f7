"""The context that an exercise gives to answers.

The symbols keep the spelling of the exercise's sheet; its givens are the context's formulas.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from derivations.kernel.term import Term, close_over, open_with
from derivations.latex.declare import Context, written_name
from derivations.latex.names import spell
from derivations.latex.scope import Scope, Symbol, items
from derivations.latex.syntax import Written
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import fresh_index
from derivations.registry import EXERCISES, load_folder
from derivations.statement import Exercise, Part, Statement, StatementError, translate
from derivations.statement.index_ranges import Span, index_letters, index_ranges

_LETTERS = ("\\imath", "\\jmath", "\\hbar")
_SIZES = re.compile(r"\\!|\\left|\\right")
_CALL = re.compile(r"(.+)\(([^()]*)\)")


def exercise_context(wanted: str) -> Context:
    """The context of ``ID`` or ``ID/PART``.  Errors: Unreadable for an unknown exercise or part."""
    table = _exercises()
    name, slash, part = wanted.partition("/")
    exercise = table.get(name)
    if exercise is None:
        raise Unreadable(f"there is no exercise {name!r}; known are {', '.join(sorted(table))}")
    c = Context(Scope())
    parts = [p for p in exercise.parts if p.id == part] if slash else [p for p in exercise.parts if p.claim is not None]
    if slash and not parts:
        raise Unreadable(f"the exercise {name} has no part {part!r}; it has {', '.join(p.id for p in exercise.parts)}")
    # the givens that all parts share; one part's own givens only where that part is asked for
    for p in parts[:1] if slash else [Part("all", "", claim=p.claim) for p in parts]:
        _add(c, exercise, p)
    if not slash:
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
    ranges = index_ranges(statement.context)
    for n in statement.context.names.values():
        if n.text not in c.scope.symbols:
            s = _symbol(n.text, n.arity, statement)
            if s is not None:
                integer = bool(n.sample.is_integer) and not n.arity
                spans = ranges.get(n.text, (None,) * n.arity)[:s.outer]
                c.scope.declare(replace(s, random=n.text in statement.context.random, integer=integer, ranges=spans))
    _letters(c, index_letters(statement.context))
    c.add(*statement.hyps)
    for d in statement.definitions:
        _define(c, d)
    c.goal = statement.goal
    if statement.goal is not None and statement.goal.head == "eq":
        c.start = statement.goal.args[0]


def _letters(c: Context, found: dict[str, Span]) -> None:
    for letter, span in found.items():
        if c.scope.integers.setdefault(letter, span) != span:
            del c.scope.integers[letter]


def _define(c: Context, d: Term) -> None:
    """Lets a name stand for its definition, where a derivative is taken of it."""
    inner, indices = d, list[Term]()
    while inner.head in ("forall", "imp", "surely"):
        if inner.head == "forall":
            indices.append(fresh_index())
            inner = open_with(inner.args[0], indices[-1:])
        else:
            inner = inner.args[-1]
    left, right = inner.args
    s = c.scope.symbols.get(str(left.data))
    c.defined[d] = str(left.data)
    if s is not None:
        body = close_over(right, left.args)
        c.scope.declare(replace(s, body=lambda at: open_with(body, at)))


def _symbol(text: str, arity: int, statement: Statement) -> Symbol | None:
    """A name of an exercise with the scripts, and the arguments in brackets, that it is written with."""
    if arity > len(_LETTERS):
        return None
    letters = _LETTERS[:arity]
    spelled = spell(text, letters, statement.names)
    call = _CALL.fullmatch(_SIZES.sub("", spelled)) if arity else None
    arguments = 0
    if call is not None:
        inside = tuple(x.strip() for x in call[2].split(","))
        if inside != letters[arity - len(inside):]:
            return None
        spelled, arguments = call[1], len(inside)
        letters = letters[:arity - arguments]
    try:
        w: Written = written_name(spelled)
    except Unreadable:
        return None
    place, sub, sup = "", list(items(w.sub)), "" if w.sup is None else w.sup.text
    if letters:
        inside = tuple(s for s in sub if s in letters)
        place = "sub" if inside else "sup"
        sub = [s for s in sub if s not in letters]
        if place == "sup":
            sup = ""
    return replace(Symbol.written(text, w, sub, sup), place=place, outer=len(letters), arguments=arguments)
