"""The verdicts on all cases.

``PYTHONPATH=. python tests/hard/reached.py`` writes the table ``verdicts.txt`` anew; look at what changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from case import EQUAL, NOT_EQUAL, SIDE, Case
from cases import CASES

TABLE = Path(__file__).with_name("verdicts.txt")
SECONDS = 5.0
Question = tuple[str, str]                  # the id of a case, and "" or "side"
QUESTIONS: dict[Question, Case] = {
    (c.id, with_side): c for c in CASES for with_side in (("", "side") if c.side else ("",))}
ALLOWED = {NOT_EQUAL: {"refuted", "undecided"}, EQUAL: {"proved", "conditional", "undecided"},
           SIDE: {"conditional", "refuted", "undecided"}}


def verdict(question: Question) -> str:
    """What the library says."""
    from derivations.api import prove_statement
    case = QUESTIONS[question]
    given = [h.t for h in (*case.given, *(case.side if question[1] else ()))]
    return prove_statement(given, case.claim.t, seconds=SECONDS).verdict


def verdicts(questions: Iterable[Question] = QUESTIONS) -> dict[Question, str]:
    """All of them, two at a time."""
    asked = list(questions)
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        return dict(zip(asked, pool.map(verdict, asked, chunksize=4), strict=True))


def wrong(found: Mapping[Question, str]) -> list[str]:
    """Verdicts that the truth does not allow."""
    out = []
    for (name, with_side), v in found.items():
        truth = EQUAL if with_side else QUESTIONS[name, with_side].truth
        if v not in ALLOWED[truth]:
            out.append(f"{name} {with_side}: {truth}, yet {v}")
    return out


def lost(found: Mapping[Question, str]) -> list[str]:
    """Questions that were decided when the table was written, and no longer are, or otherwise."""
    return [f"{q[0]} {q[1]}: {v} in the table, now {found[q]}" for q, v in pinned().items()
            if v != "undecided" and found[q] != v and (v, found[q]) != ("conditional", "proved")]


def pinned() -> dict[Question, str]:
    """The table of the verdicts that are reached."""
    rows = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines()]
    return {(row[0], with_side): v for row in rows for with_side, v in zip(("", "side"), row[1:], strict=False)}


def write() -> None:
    """The table anew."""
    found = verdicts()
    lines = []
    for c in CASES:
        side = " " + found[c.id, "side"] if c.side else ""
        lines.append(f"{c.id} {found[c.id, '']}{side}\n")
    TABLE.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    write()
