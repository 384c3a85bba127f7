"""Prints a command of the README, as it stands there.

The command is the code block that follows the line ``<!-- command: NAME -->``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path


def command(name: str, text: str) -> str:
    """The one line of the block.  Errors: SystemExit if there is not exactly one line."""
    found = re.findall(rf"<!-- command: {re.escape(name)} -->\s*```\w*\n(.*?)```", text, re.S)
    lines = [line for block in found for line in block.splitlines() if line.strip()]
    if len(lines) != 1:
        sys.exit(f"README.md: one line was asked for the command {name!r}, found {len(lines)}")
    return lines[0]


if __name__ == "__main__":
    print(command(sys.argv[1], Path(__file__).parents[1].joinpath("README.md").read_text(encoding="utf-8")))
