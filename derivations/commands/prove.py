"""A single claim in LaTeX: its verdict and certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from derivations.commands.report import witness
from derivations.grading import Report
from derivations.on_time import OutOfTime, on_time

_SHARE = 0.85               # of the time that the search itself is told of


def prove(claim: str, let: Sequence[str], given: Sequence[str], seconds: float, megabytes: int) -> dict[str, Any]:
    """The verdict on a claim as plain data, in time."""
    from derivations.grade import prove_latex

    def answer() -> dict[str, Any]:
        return _data(prove_latex(claim, tuple(let), tuple(given), seconds=_SHARE * seconds))
    try:
        found = on_time(answer, seconds, megabytes)
    except OutOfTime as stop:
        found = {"verdict": "undecided", "message": f"{stop.reason} ({seconds:g} s, {megabytes} MiB)"}
    return {"claim": claim, "verdict": "undecided", "by": [], "provided": [], "witness": None, "evidence": None,
            "hint": None, "message": "", "notes": [], "certificate": None, **found}


def _data(report: Report) -> dict[str, Any]:
    """What is of use outside: the verdict on the one line, the notes, the certificate if there is one."""
    found = asdict(report.lines[0])
    keys = ("by", "provided", "witness", "evidence", "hint", "message", "at")
    return {"verdict": report.verdict, **{k: found[k] for k in keys}, "notes": list(report.notes), "ms": report.ms,
            "certificate": getattr(report, "certificate", None)}


def shown(found: dict[str, Any]) -> list[str]:
    """A verdict in lines of text."""
    out = [f"{found['verdict']}: {found['claim']}"]
    if found["message"]:
        out.append(f"  {found['message']}")
    if found["witness"]:
        out.append(f"  {witness(found['witness'])}")
    if found["evidence"]:
        out.append(f"  agrees at {found['evidence'].get('agree', 0)} of {found['evidence'].get('instances', 0)} "
                   "instances tried")
    if found["provided"]:
        out.append(f"  holds if {', '.join(found['provided'])}")
    if found["hint"]:
        out.append(f"  hint: {found['hint']}")
    out += [f"  note: {note}" for note in found["notes"]]
    return out
