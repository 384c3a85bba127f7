"""What a grader is asked and what it answers.

Plain data shared by the doors and the grader; the field names are those of the JSON contract.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

ORDER = ("refuted", "unreadable", "undecided", "conditional", "proved")     # the worst first


@dataclass(frozen=True)
class Problem:
    """An answer to judge: declarations, given equations, and lines of LaTeX.

    ``exercise`` names an exercise (``id`` or ``id/part``) whose declarations, givens and goal hold;
    with ``strict`` an undeclared name is an error.  ``macros`` are definitions as they are written,
    such as ``\\newcommand{\\R}{\\mathbb{R}}``, a later one replacing an earlier one.
    """

    id: str
    let: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    exercise: str | None = None
    strict: bool = False
    macros: tuple[str, ...] = ()


@dataclass(frozen=True)
class LineVerdict:
    """The verdict on one line, counted from 1; ``at`` is where the judged text stands in it, in characters."""

    line: int
    verdict: str
    by: tuple[str, ...] = ()
    provided: tuple[str, ...] = ()
    witness: dict[str, str] | None = None
    evidence: dict[str, int] | None = None
    follows_from_your_line: bool = False
    hint: str | None = None
    message: str = ""
    at: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Report:
    """The verdicts on a problem; ``notes`` say what was assumed in reading it."""

    id: str
    verdict: str
    lines: tuple[LineVerdict, ...]
    ms: float
    notes: tuple[str, ...] = ()
    certificate: dict[str, Any] | None = None

    def data(self) -> dict[str, Any]:
        """The report as the contract's JSON object."""
        out = asdict(self)
        del out["certificate"]
        return out


def worst(verdicts: Iterable[str]) -> str:
    """The worst of some verdicts; ``proved`` for none."""
    return min(verdicts, key=ORDER.index, default="proved")
