"""Files: written in one go, compared by their bytes.

A file is written beside its place and then moved there, so that an interrupted run leaves either the
old or the new one.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path


def write(path: Path, content: str | bytes) -> None:
    """Puts content into a file, creating the folders above it.  Errors: OSError."""
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def digest(path: Path) -> str | None:
    """The SHA-256 of a file, or None if it cannot be read."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def digest_of(files: Iterable[tuple[str, Path]], values: Iterable[str] = ()) -> str:
    """One SHA-256 over named files and further values; order, names and lengths all count."""
    whole = sha256()
    for text in values:
        whole.update(f"value {len(text.encode())}\n{text}\n".encode())
    for name, path in files:
        content = path.read_bytes()
        whole.update(f"file {name!r} {len(content)}\n".encode() + content)
    return whole.hexdigest()


def file_name(text: str) -> str:
    """A harmless file name made of an id."""
    return re.sub(r"[^\w.-]+", "_", text).strip(".") or "_"
