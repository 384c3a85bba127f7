"""A single claim in LaTeX: its verdict and certificate."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from derivations.commands.report import witness
from derivations.on_time import OutOfTime, on_time

_SHARE = 0.85               # of the time that the search itself is told of


def prove(claim: str, let: Sequence[str], given: Sequence[str], seconds: float, megabytes: int) -> dict[str, Any]:
    """The verdict on a claim as plain data, in time."""
    prove_latex = import_module("derivations.grade").prove_latex

    def answer() -> dict[str, Any]:
        return _data(prove_latex(claim, (*let, *given), seconds=_SHARE * seconds))
    try:
        found = on_time(answer, seconds, megabytes)
    except OutOfTime as stop:
        found = {"verdict": "undecided", "message": f"{stop.reason} ({seconds:g} s, {megabytes} MiB)"}
    return {"claim": claim, "verdict": "undecided", "by": [], "provided": [], "witness": None, "evidence": None,
            "hint": None, "message": "", "axioms": [], "certificate": None, **found}


def _data(result: Any) -> dict[str, Any]:
    """The fields of a result that are of use outside."""
    names = ("verdict", "by", "provided", "witness", "evidence", "hint", "message", "axioms", "certificate")
    found = {k: getattr(result, k) for k in names if hasattr(result, k)}
    for name in ("by", "provided"):
        found[name] = list(found.get(name, ()))
    found["axioms"] = [list(a) for a in found.get("axioms", ())]
    return found


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
    out += [f"  assumes {name} ({source})" for name, source in found["axioms"]]
    return out
