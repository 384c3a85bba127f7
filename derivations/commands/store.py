"""Solutions kept from one run to the next.

What is kept is only shown again, and only for the same code and the same files; its certificates go
through the second checker, in a process of its own, before they count as rechecked.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from derivations import files
from derivations.solution import Solution
from derivations.stored import pack, unpack

CHECKER = Path(__file__).resolve().parents[1] / "recheck.py"


def user_cache() -> Path:
    """The cache folder of the user: ``$XDG_CACHE_HOME/derivations`` or ``~/.cache/derivations``."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache") / "derivations"


class Store:
    """Solutions by key.  Reads from every folder, writes to the first."""

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
        try:
            files.write(self.folders[0] / "solutions" / self._name(key, solution.id),
                        json.dumps(pack(solution), ensure_ascii=False, separators=(",", ":")))
        except OSError:
            pass


def run_checker(paths: Sequence[Path], *, quiet: bool) -> int:
    """The exit status of the second checker on these files, in a fresh process."""
    command = [sys.executable, "-I", str(CHECKER), *map(str, paths)]
    out = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False).returncode


def rechecked(solutions: Sequence[Solution]) -> list[Solution]:
    """The solutions with ``rechecked`` as the second checker says now."""
    with tempfile.TemporaryDirectory(prefix="derivations-") as scratch:
        at: dict[tuple[int, int], Path] = {}
        for n, solution in enumerate(solutions):
            for m, part in enumerate(solution.parts):
                if part.certificate is not None and part.rechecked:
                    at[n, m] = Path(scratch) / f"{n}-{m}.json"
                    at[n, m].write_text(json.dumps(part.certificate), encoding="utf-8")
        everything = list(at.values())
        good = set(everything)
        if everything and run_checker(everything, quiet=True) != 0:
            good = {p for p in everything if run_checker([p], quiet=True) == 0}
        return [replace(s, parts=tuple(replace(p, rechecked=at.get((n, m)) in good)
                                       for m, p in enumerate(s.parts))) for n, s in enumerate(solutions)]
