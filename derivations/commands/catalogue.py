"""Everything there is, a row per part.

Also what a proof rests on: the assumed lemmas and the axiom schemes that its certificate uses.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from derivations.commands.build import CACHE
from derivations.commands.find import shipped, shipped_exercises, shipped_sets, solved
from derivations.commands.store import Store, user_cache
from derivations.commands.terminal import Say
from derivations.solution import PartSolution, Solution


def _store() -> Store:
    return Store(user_cache(), Path("build") / CACHE)


def _status(part: PartSolution) -> str:
    if part.verdict == "proved":
        return "proved"
    return "words" if part.verdict == "words" else "open"


def row(source: str, number: str, id: str, part: PartSolution) -> dict[str, Any]:
    """One row: ``part`` as it is called on the sheet, ``steps`` counts those of the certificate,
    ``axioms`` names the assumed lemmas.
    """
    steps = len(part.certificate["steps"]) if part.certificate is not None else 0
    return {"source": source, "part": number + part.id, "id": id, "status": _status(part), "steps": steps,
            "axioms": [name for name, _ in part.axioms],
            "rechecked": part.rechecked and part.certificate is not None, "published": []}


def catalogue(say: Say) -> list[dict[str, Any]]:
    """The rows of all sets in order, then of the exercises that are in no set.  Errors: UsageError."""
    places = [(s.source or s.id, *place) for s in shipped_sets().values() for place in s.numbered()]
    placed = {id for _, _, id in places}
    places += [(next(iter(e.sources), ""), "", id) for id, e in _others(placed)]
    places = list(dict.fromkeys(places))
    found = solved([id for _, _, id in places], shipped(), _store(), say)
    return [row(source, number, id, part)
            for (source, number, id), solution in zip(places, found, strict=True) for part in solution.parts]


def _others(placed: set[str]) -> Iterable[tuple[str, Any]]:
    return ((id, e) for id, e in shipped_exercises().items() if id not in placed)


def solution_of(id: str, say: Say) -> Solution:
    """The solution of a shipped exercise, kept or new.  Errors: UsageError."""
    return solved([id], shipped(), _store(), say)[0]


def schemes(part: PartSolution) -> list[str]:
    """The axiom schemes that the certificate of a part uses, each once, in alphabetical order."""
    steps = part.certificate["steps"] if part.certificate is not None else []
    return sorted({step["name"] for step in steps if step["rule"] == "axiom"})
