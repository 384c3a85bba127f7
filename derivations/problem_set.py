"""Problem sets.

A set names exercises by id and says what stands at the top of their sheet.  A file that defines
one at module level is found by the registry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ProblemSet:
    """Exercises that make up one sheet.

    ``exercises`` are ids in the order of the sheet, or a mapping of numbers on the sheet to the ids of
    the exercises that stand under them: in ``{"3": ["memory", "momentum"]}`` the part ``.1`` of either is
    called ``3.1``.  ``source`` is the short name of the collection
    that the exercises come from, as the catalogue prints it; without one it is the id of the set.
    ``names`` says how names are written in LaTeX on this sheet, where an exercise does not.
    ``remarks`` adds text to parts as they are called on this sheet ("2a", or "id a" where the set gives no
    numbers): what is to be said about this collection and not about the exercise, which several may share.
    """

    id: str
    title: str
    course: str = ""
    exercises: Sequence[str] | Mapping[str, Sequence[str]] = ()
    source: str = ""
    date: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)

    def numbered(self) -> list[tuple[str, str]]:
        """The ids in order, each with its number on the sheet; "" where the set gives no numbers."""
        if isinstance(self.exercises, Mapping):
            return [(number, id) for number, ids in self.exercises.items() for id in ids]
        return [("", id) for id in self.exercises]
