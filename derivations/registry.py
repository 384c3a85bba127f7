"""Exercises and problem sets, found by importing a folder.

A folder is a package of ours or any folder with Python files; each file exposes exercises or problem
sets at module level.  An error in a file is reported with its line.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import import_module, invalidate_caches
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import TYPE_CHECKING

from derivations.errors import UsageError
from derivations.problem_set import ProblemSet

if TYPE_CHECKING:
    from derivations.statement import Exercise

EXERCISES, SETS = "derivations.exercises", "derivations.problem_sets"


@dataclass
class Folder:
    """What the files of a folder expose, by id, and which file each id is from."""

    path: Path
    exercises: dict[str, Exercise] = field(default_factory=dict)
    sets: dict[str, ProblemSet] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)


def python_files(folder: Path, below: bool = False) -> list[Path]:
    """The files that are read: those of the folder itself (or also below it), but not _helpers.py."""
    found = folder.rglob("*.py") if below else folder.glob("*.py")
    return sorted(p for p in found if not p.name.startswith(("_", ".")) and p.is_file())


def read_file(path: Path) -> Folder:
    """What one file exposes.  Errors: UsageError."""
    if not path.is_file():
        raise UsageError(str(path), "a file with exercises was asked for", "none", "check the path")
    return _read(path.parent, [path], "")


def read_folder(place: Path | str) -> Folder:
    """What the files of a folder (a path) or of a package and those in it (its dotted name) expose.

    Errors: UsageError, for a missing folder, a file that fails, or an id that stands twice.
    """
    package = ""
    if isinstance(place, str):
        spec = find_spec(place)
        if spec is None or not spec.submodule_search_locations:
            raise UsageError(place, "a package was asked for", "none", "check the name")
        package, place = place, Path(next(iter(spec.submodule_search_locations)))
    if not place.is_dir():
        raise UsageError(str(place), "a folder was asked for", "none", "check the path")
    return _read(place, python_files(place, below=bool(package)), package)


def load_folder(place: Path | str) -> dict[str, Exercise]:
    """The exercises of a folder or package by id.  Errors: UsageError."""
    return read_folder(place).exercises


def _read(folder: Path, files: list[Path], package: str) -> Folder:
    found = Folder(folder)
    with _importable(folder, package):
        for path in files:
            names = path.relative_to(folder).with_suffix("").parts
            _collect(found, path, _module(path, ".".join([package, *names]) if package else ""))
    return found


def _collect(found: Folder, path: Path, module: ModuleType) -> None:
    # without this module imported there can be no exercise, and SymPy need not be loaded to know it
    statement = sys.modules.get("derivations.statement.exercise")
    for value in vars(module).values():
        table: dict[str, Exercise] | dict[str, ProblemSet]
        if isinstance(value, ProblemSet):
            table = found.sets
        elif statement is not None and isinstance(value, statement.Exercise):
            table = found.exercises
        else:
            continue
        if not isinstance(value.id, str) or not value.id:
            raise UsageError(str(path), "an id that is a text was asked for", repr(value.id), "set it", 3)
        if table.setdefault(value.id, value) is not value:
            raise UsageError(str(path), f"an id of its own was asked for, {value.id!r} stands in",
                             f"{found.files[value.id]} too", "rename one of them", 3)
        found.files.setdefault(value.id, path)


def _module(path: Path, dotted: str) -> ModuleType:
    """The imported file, by its dotted name if it has one.  Errors: UsageError with the line."""
    before = set(sys.modules)
    try:
        if dotted:
            return import_module(dotted)
        known = find_spec(path.stem) if path.stem.isidentifier() else None
        if known is not None and known.origin and Path(known.origin).resolve() == path.resolve():
            return import_module(path.stem)     # the name by which its neighbours import it
        name = f"_exercises_{sha256(str(path.resolve()).encode()).hexdigest()[:12]}_{path.stem}"
        spec = spec_from_file_location(name, path)
        assert spec is not None and spec.loader is not None
        module = sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    except (Exception, SystemExit) as stop:
        for name in set(sys.modules) - before:
            if _is_inside(sys.modules[name], path.parent):
                del sys.modules[name]
        raise _located(path, stop) from None


def _located(path: Path, stop: BaseException) -> UsageError:
    where, what = str(path), f"{type(stop).__name__}: {stop}"
    if isinstance(stop, SyntaxError) and stop.filename:
        where, what = f"{stop.filename}, line {stop.lineno}", f"{stop.msg}: {(stop.text or '').strip()}"
    else:
        folder = path.resolve().parent
        for frame in reversed(extract_tb(stop.__traceback__)):
            if Path(frame.filename).resolve().parent == folder:
                where = f"{frame.filename}, line {frame.lineno}"
                break
    return UsageError(where, "a file that can be read was asked for", what, "mend this line", 3)


def _is_inside(module: ModuleType, folder: Path) -> bool:
    # no deeper: a folder may hold an environment with all its libraries
    file = getattr(module, "__file__", None)
    return bool(file) and folder.resolve() in list(Path(str(file)).resolve().parents)[:2]


@contextmanager
def _importable(folder: Path, package: str) -> Iterator[None]:
    """Lets the files of a folder import each other, and forgets them afterwards."""
    if package:
        yield
        return
    place, written = str(folder.resolve()), sys.dont_write_bytecode
    sys.path.append(place)      # at the end: a file called random.py must not hide the library's
    invalidate_caches()
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.dont_write_bytecode = written
        if place in sys.path:
            sys.path.remove(place)
        for name, module in list(sys.modules.items()):
            if isinstance(module, ModuleType) and _is_inside(module, folder):
                del sys.modules[name]
