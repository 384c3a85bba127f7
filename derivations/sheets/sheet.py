"""A sheet and its numbering.

What stands on a problem or solution sheet, still without any layout: exercises in order, each part
with its label and its steps numbered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from derivations.kernel.term import Term
from derivations.solution import Block, PartSolution, Solution, Step

_NUMBER = re.compile(r"\d+(\.\d+)*[a-z]?")


@dataclass(frozen=True)
class Sheet:
    """A problem sheet, or with ``with_solutions`` the solution sheet that goes with it."""

    title: str
    course: str
    date: str | None                 # as it is to be printed
    exercises: tuple[Solution, ...]
    with_solutions: bool = True
    names: dict[str, str] = field(default_factory=dict)   # spellings; those of an exercise come first

    @property
    def kind(self) -> str:
        """What the title block calls it."""
        return "Solution sheet" if self.with_solutions else "Problem sheet"


@dataclass(frozen=True)
class NumberedStep:
    """One line with its number within the part."""

    number: int
    step: Step


@dataclass(frozen=True)
class NumberedPart:
    """A part with its label."""

    label: str
    part: PartSolution

    def blocks(self) -> Iterator[tuple[Block, list[NumberedStep]]]:
        """The blocks with their steps, numbered through the part."""
        count = 0
        for block in self.part.blocks:
            steps = []
            for step in block.steps:
                count += 1
                steps.append(NumberedStep(count, step))
            yield block, steps


@dataclass(frozen=True)
class NumberedExercise:
    """An exercise with its number."""

    number: str
    solution: Solution
    parts: tuple[NumberedPart, ...]


def numbered(sheet: Sheet) -> tuple[NumberedExercise, ...]:
    """The exercises with numbers: their own ids where these are numbers, else their places."""
    keep = all(_NUMBER.fullmatch(e.id) for e in sheet.exercises)
    out = []
    for place, exercise in enumerate(sheet.exercises, 1):
        number = exercise.id if keep else str(place)
        parts = tuple(NumberedPart(_label(p.id, number, k, keep), p) for k, p in enumerate(exercise.parts, 1))
        out.append(NumberedExercise(number, exercise, parts))
    return tuple(out)


def _label(id: str, number: str, place: int, keep: bool) -> str:
    """The label of a part: its own id where that goes with the number of the exercise."""
    if (keep and id.startswith(number) and id != number) or (_NUMBER.fullmatch(id) and "." in id):
        return id
    return f"{number}.{place}"


def free_names(part: PartSolution) -> frozenset[str]:
    """The names that a part uses freely, which an index of a sum should not take again."""
    terms: list[Term] = [*part.givens, *part.provided, *([part.goal] if part.goal is not None else [])]
    for block in part.blocks:
        terms += [*block.assuming, *(s.formula for s in block.steps)]
    return frozenset(name for t in terms for kind, name, _ in t.symbols if kind in "vr")


def rests_on(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    """The assumed lemmas of all parts with their sources, each once, in order."""
    return tuple(dict.fromkeys(a for e in sheet.exercises for p in e.parts for a in p.axioms))
