"""Examples in the README and the documentation run.

A Python block after ``<!-- file: NAME -->`` is written to that file; the others are run.  Lines
``$ derivations ...`` in console blocks are run in the same folder, in order.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"(?:<!-- (?P<kind>file|not run):? ?(?P<name>[\w./-]*) -->\s*)?"
                   r"^```(?P<language>\w+)\n(?P<text>.*?)^```", re.S | re.M)


def run(command: list[str], folder: Path) -> None:
    env = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    done = subprocess.run([sys.executable, *command], cwd=folder, env=env, text=True, capture_output=True,
                          timeout=300, check=False)
    assert done.returncode == 0, f"{shlex.join(command)}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_examples_run(page: Path, tmp_path: Path) -> None:
    for found in BLOCK.finditer(page.read_text(encoding="utf-8")):
        language, text = found["language"], found["text"]
        if found["kind"] == "not run":
            continue
        if found["kind"] == "file":
            path = tmp_path / found["name"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif language == "python":
            run(["-c", text], tmp_path)
        elif language == "console":
            for line in text.splitlines():
                if line.startswith("$ derivations"):
                    run(["-m", *shlex.split(line[2:])], tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert "://" in target or (page.parent / target).exists(), f"{page.name} links to {target}"


def test_one_line_commands() -> None:
    for name in ("build", "tests"):
        done = subprocess.run([sys.executable, str(ROOT / ".ci" / "readme_command.py"), name],
                              text=True, capture_output=True, check=True)
        assert "python3 -m venv .venv" in done.stdout
