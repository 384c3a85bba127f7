"""Everything there is, a row per part.

With the verdicts on the lines that the sources publish; also what a proof rests on: the assumed lemmas
and the axiom schemes that its certificate uses.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from derivations.commands import fingerprint
from derivations.commands.build import CACHE
from derivations.commands.check import load_grade
from derivations.commands.find import shipped, shipped_exercises, shipped_sets, solved
from derivations.commands.store import Store, user_cache
from derivations.commands.terminal import Say
from derivations.grading import Problem
from derivations.solution import PartSolution, Solution
from derivations.workers import Workers

SECONDS = 10.0      # for an answer, as ``check`` has it


def _store() -> Store:
    return Store(user_cache(), Path("build") / CACHE)


def _status(part: PartSolution) -> str:
    if part.verdict == "proved":
        return "proved"
    return "words" if part.verdict == "words" else "open"


def row(source: str, number: str, id: str, part: PartSolution, published: Sequence[str]) -> dict[str, Any]:
    """One row: ``part`` as it is called on the sheet, ``steps`` counts those of the certificate,
    ``axioms`` names the assumed lemmas, ``published`` are the verdicts on the lines that the source prints.
    """
    steps = len(part.certificate["steps"]) if part.certificate is not None else 0
    return {"source": source, "part": number + part.id, "id": id, "status": _status(part), "steps": steps,
            "axioms": [name for name, _ in part.axioms],
            "rechecked": part.rechecked and part.certificate is not None, "published": list(published)}


def catalogue(say: Say) -> list[dict[str, Any]]:
    """The rows of all sets in order, then of the exercises that are in no set.  Errors: UsageError."""
    places = [(s.source or s.id, *place) for s in shipped_sets().values() for place in s.numbered()]
    placed = {id for _, _, id in places}
    places += [(next(iter(e.sources), ""), "", id) for id, e in _others(placed)]
    places = list(dict.fromkeys(places))
    found = solved([id for _, _, id in places], shipped(), _store(), say)
    lines = {(source, id, part): published(source, id, part)
             for (source, _, id), solution in zip(places, found, strict=True) for part in _ids(solution)}
    verdicts = judged([p for problems in lines.values() for p in problems], _store(), say)
    return [row(source, number, id, part, [v for p in lines[source, id, part.id] for v in verdicts[p]])
            for (source, number, id), solution in zip(places, found, strict=True) for part in solution.parts]


def _ids(solution: Solution) -> list[str]:
    return [p.id for p in solution.parts]


def published(source: str, id: str, part: str) -> list[Problem]:
    """The answers to a part that a source prints."""
    found = [p for p in shipped_exercises()[id].parts if p.id == part]
    return [Problem(f"{id}/{part}", tuple(a.let), tuple(a.given), tuple(a.lines), f"{id}/{part}")
            for p in found for a in p.answers if source in a.published]


def judged(problems: Iterable[Problem], store: Store, say: Say) -> dict[Problem, list[str]]:
    """The verdicts on all lines of each answer, kept ones where neither the answer nor the code has changed."""
    key = f"{fingerprint.package()} {SECONDS:g}"
    asked = list(dict.fromkeys(problems))
    have = {p: kept for p in asked if (kept := store.verdicts(key, p)) is not None}
    new = [p for p in asked if p not in have]
    if new:
        with Workers(load_grade, min(os.cpu_count() or 1, 4), SECONDS) as crew:
            for n, (problem, report) in enumerate(zip(new, crew.run(new), strict=True), 1):
                say(f"judging published answers: {n}/{len(new)} {problem.id}")
                have[problem] = [line.verdict for line in report.lines]
                store.put_verdicts(key, problem, have[problem])
    return have


def _others(placed: set[str]) -> Iterable[tuple[str, Any]]:
    return ((id, e) for id, e in shipped_exercises().items() if id not in placed)


def solution_of(id: str, say: Say) -> Solution:
    """The solution of a shipped exercise, kept or new.  Errors: UsageError."""
    return solved([id], shipped(), _store(), say)[0]


def schemes(part: PartSolution) -> list[str]:
    """The axiom schemes that the certificate of a part uses, each once, in alphabetical order."""
    steps = part.certificate["steps"] if part.certificate is not None else []
    return sorted({step["name"] for step in steps if step["rule"] == "axiom"})
