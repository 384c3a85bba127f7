"""Results kept from one run to the next.

What is kept is only shown again, and only for the same code and the same files; the certificates of
solutions go through the second checker, in a process of its own, before they count as rechecked.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from derivations import files
from derivations.grading import ORDER, Problem
from derivations.solution import Solution
from derivations.stored import pack, unpack

CHECKER = Path(__file__).resolve().parents[1] / "recheck.py"


def user_cache() -> Path:
    """The cache folder of the user: ``$XDG_CACHE_HOME/derivations`` or ``~/.cache/derivations``."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache") / "derivations"


class Store:
    """Solutions and verdicts by key.  Reads from every folder, writes to the first."""

    def __init__(self, *folders: Path) -> None:
        self.folders = folders

    @staticmethod
    def _name(key: str, id: str) -> str:
        return sha256(f"{key}\n{id}".encode()).hexdigest() + ".json"

    def get(self, key: str, id: str) -> Solution | None:
        """The kept solution, or None if there is none that can be read."""
        for folder in self.folders:
            path = folder / "solutions" / self._name(key, id)
            try:
                solution = unpack(json.loads(path.read_bytes()))
            except (OSError, ValueError, RecursionError):
                continue
            if solution.id == id:
                return solution
        return None

    def put(self, key: str, solution: Solution) -> None:
        """Keeps a solution; a folder that cannot be written to is no error."""
        with suppress(OSError):
            files.write(self.folders[0] / "solutions" / self._name(key, solution.id),
                        json.dumps(pack(solution), ensure_ascii=False, separators=(",", ":")))

    @staticmethod
    def _answer(key: str, problem: Problem) -> str:
        asked = json.dumps(asdict(problem), sort_keys=True)
        return sha256(f"{key}\n{asked}".encode()).hexdigest() + ".json"

    def verdicts(self, key: str, problem: Problem) -> list[str] | None:
        """The kept verdicts on the lines of an answer, or None if there are none that can be read."""
        for folder in self.folders:
            try:
                found = json.loads((folder / "answers" / self._answer(key, problem)).read_bytes())
            except (OSError, ValueError, RecursionError):
                continue
            if isinstance(found, list) and len(found) == len(problem.lines) and all(v in ORDER for v in found):
                return found
        return None

    def put_verdicts(self, key: str, problem: Problem, verdicts: Sequence[str]) -> None:
        """Keeps verdicts; a folder that cannot be written to is no error."""
        with suppress(OSError):
            files.write(self.folders[0] / "answers" / self._answer(key, problem), json.dumps(list(verdicts)))


def run_checker(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """What the second checker says about each file, in a fresh process: ok, claims, assumed, steps, error."""
    command = [sys.executable, "-I", str(CHECKER), "--json", *map(str, paths)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, text=True,
                          encoding="utf-8")
    lines = done.stdout.splitlines()
    if len(lines) != len(paths):
        said = done.stderr.strip().splitlines()
        return [{"ok": False, "claims": [], "assumed": [], "steps": 0,
                 "error": f"the checker ended early: {said[-1] if said else done.returncode}"}] * len(paths)
    return [json.loads(line) for line in lines]


def rechecked(solutions: Sequence[Solution]) -> list[Solution]:
    """The solutions with ``rechecked`` as the second checker says now."""
    with tempfile.TemporaryDirectory(prefix="derivations-") as scratch:
        at: dict[tuple[int, int], Path] = {}
        for n, solution in enumerate(solutions):
            for m, part in enumerate(solution.parts):
                if part.certificate is not None and part.rechecked:
                    at[n, m] = Path(scratch) / f"{n}-{m}.json"
                    at[n, m].write_text(json.dumps(part.certificate), encoding="utf-8")
        said = run_checker(list(at.values())) if at else []
        good = {place for place, answer in zip(at, said, strict=True) if answer["ok"] is True}
        return [replace(s, parts=tuple(replace(p, rechecked=(n, m) in good) for m, p in enumerate(s.parts)))
                for n, s in enumerate(solutions)]
