"""The pytest plugin."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = """
from sympy import Symbol
from derivations import equal
x = Symbol("x", real=True)

def test_true(assert_proved):
    assert_proved(equal((x + 1)**2, x**2 + 2*x + 1))

def test_false(assert_proved):
    assert_proved(equal((x + 1)**2, x**2 + 1))
"""


def test_the_fixture(tmp_path: Path) -> None:
    (tmp_path / "test_claims.py").write_text(TESTS, encoding="utf-8")
    # by name, so that it also works where the package is not installed
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "derivations.pytest_plugin", "."],
                          cwd=tmp_path, text=True, capture_output=True, check=False,
                          env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
    assert "1 failed, 1 passed" in done.stdout and "refuted" in done.stdout, done.stdout
