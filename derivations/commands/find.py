"""Which exercises and sets are asked for.

Problem sets are read without SymPy; exercises are imported only when one has to be solved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from derivations import registry
from derivations.commands import fingerprint
from derivations.commands.store import Store, rechecked
from derivations.commands.terminal import Say
from derivations.errors import UsageError, close_to
from derivations.problem_set import ProblemSet
from derivations.solution import Solution

if TYPE_CHECKING:
    from derivations.statement import Exercise


@lru_cache(maxsize=1)
def shipped_sets() -> dict[str, ProblemSet]:
    """The problem sets of the package by id."""
    return registry.read_folder(registry.SETS).sets


@lru_cache(maxsize=1)
def shipped_exercises() -> dict[str, Exercise]:
    """The exercises of the package by id."""
    return registry.read_folder(registry.EXERCISES).exercises


@dataclass(frozen=True)
class Source:
    """Where exercises are from: each by its id, and the key under which its solution is kept."""

    get: Callable[[str], Exercise]
    key: Callable[[str], str]


def shipped() -> Source:
    """The exercises of the package."""
    return Source(exercise, lambda id: fingerprint.package())


@dataclass(frozen=True)
class Target:
    """What ``build`` makes sheets of: a shipped set, or a folder of a user's own."""

    name: str               # as it was asked for
    folder: Path | None
    key: str                # the digest of the files that state the exercises, and of the code

    def sets(self) -> tuple[list[ProblemSet], Source]:
        """Its problem sets, and where their exercises are from.  Errors: UsageError."""
        if self.folder is None:
            return [shipped_sets()[self.name]], shipped()
        found = registry.read_folder(self.folder)
        if not found.exercises and not found.sets:
            raise UsageError(str(self.folder), "files with exercises were asked for",
                             f"no Exercise in {len(registry.python_files(self.folder))} Python files",
                             "define one at module level")
        name = self.folder.resolve().name
        sets = list(found.sets.values()) or [ProblemSet(
            name, name.replace("_", " ").replace("-", " ").strip().capitalize(),
            exercises=tuple(found.exercises))]

        def get(id: str) -> Exercise:
            return found.exercises[id] if id in found.exercises else exercise(id, list(found.exercises))

        def key(id: str) -> str:
            return f"{fingerprint.package()} {fingerprint.file(found.files[id]) if id in found.files else ''}"
        return sets, Source(get, key)


def target(name: str) -> Target:
    """What an argument of ``build`` means: a set's id or a folder.  Errors: UsageError."""
    if name in shipped_sets():
        return Target(name, None, fingerprint.package())
    path = Path(name)
    if path.is_dir():
        return Target(name, path, f"{fingerprint.package()} {fingerprint.folder(path)}")
    raise UsageError(name, "a problem set or a folder was asked for", "neither of this name",
                     close_to(name, list(shipped_sets())))


def exercise(id: str, more: Sequence[str] = ()) -> Exercise:
    """A shipped exercise.  Errors: UsageError, naming ids that are spelled alike."""
    found = shipped_exercises()
    if id not in found:
        raise UsageError(id, "an exercise was asked for", "none of this id", close_to(id, [*more, *found]))
    return found[id]


def solved(ids: Sequence[str], source: Source, store: Store, say: Say) -> list[Solution]:
    """The solutions, kept ones first put through the second checker again.  Errors: UsageError."""
    kept = [s for s in (store.get(source.key(id), id) for id in dict.fromkeys(ids)) if s is not None]
    if kept:
        say(f"checking {len(kept)} kept solutions again")
    have = {s.id: s for s in rechecked(kept)}
    for n, id in enumerate(dict.fromkeys(ids), 1):
        if id not in have:
            have[id] = solve_one(source.get(id), say, f"{n}/{len(set(ids))} {id}")
            store.put(source.key(id), have[id])
    return [have[id] for id in ids]


def solve_one(exercise: Exercise, say: Say, label: str = "") -> Solution:
    """One exercise solved now.  Errors: UsageError if it cannot be read."""
    from derivations.solve import InternalError, solve
    from derivations.statement import StatementError

    say(label or exercise.id)
    try:
        return solve(exercise, progress=lambda text: say(f"{label or exercise.id}: {text}"))
    except StatementError as stop:
        raise UsageError(stop.where, stop.asked, stop.found, stop.todo, 3) from stop
    except InternalError as stop:
        raise UsageError(exercise.id, "checkers that agree were asked for", str(stop),
                         "this is a mistake in derivations, please report it", 3) from stop


def from_file(name: str) -> Exercise:
    """The exercise of ``FILE.py`` or ``FILE.py:ID``.  Errors: UsageError."""
    path, _, id = name.partition(".py")
    found = registry.read_file(Path(f"{path}.py")).exercises
    id = id.removeprefix(":") or (next(iter(found)) if len(found) == 1 else "")
    if id not in found:
        raise UsageError(name, "one exercise was asked for", f"{len(found)} in this file",
                         f"write {path}.py:ID; {close_to(id, list(found))}")
    return found[id]
