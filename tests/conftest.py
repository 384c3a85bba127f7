"""Lets processes that tests start import the package under test."""

from __future__ import annotations

import os
from pathlib import Path

import derivations

os.environ["PYTHONPATH"] = str(Path(derivations.__file__).resolve().parents[1])
