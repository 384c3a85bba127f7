"""The first checker: replays certificates.

Every step is made anew by its rule; nothing in the file is believed.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from derivations.kernel.certificate import Tables, at, rows
from derivations.kernel.claim import Claim, definedness
from derivations.kernel.term import Term
from derivations.kernel.theorem import ARGUMENTS, Lemma, Refused, Theorem, derive


@dataclass(frozen=True)
class Checked:
    """What an accepted certificate shows: its claims, and the lemmas they rest on."""

    claims: tuple[Claim, ...]
    assumed: tuple[Lemma, ...]
    steps: int


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        raise Refused("file: a key stands twice")
    return out


def load(path: Path) -> Any:
    """The JSON data of a file.  Errors: Refused if it is not one JSON value, OSError if unreadable."""
    try:
        return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_pairs)
    except Refused:
        raise
    except (ValueError, RecursionError) as stop:
        raise Refused(f"file: not readable as JSON ({stop}); it may be truncated") from None


def _step(tables: Tables, n: int, entry: Any, done: list[Theorem]) -> Theorem:
    rule = entry.get("rule") if isinstance(entry, dict) else None
    if not isinstance(rule, str) or rule not in ARGUMENTS:
        raise Refused(f"there is no rule {rule!r}", str(rule), n)
    kinds = ARGUMENTS[rule]
    must = {"rule", "ctx", "goal", "prem", *kinds}
    try:
        if set(entry) != must:
            raise Refused(f"the keys must be {sorted(must)}, found {sorted(entry)}")
        prem = [at(done, k, "earlier step") for k in rows(entry["prem"])]
        args = {name: tables.argument(kind, entry[name]) for name, kind in kinds.items()}
        return derive(rule, at(tables.contexts, entry["ctx"], "context"), tables.statement(entry["goal"]), prem, **args)
    except Refused as stop:
        raise Refused(stop.reason, rule, n) from None


def check(data: Any) -> Checked:
    """Replay a certificate.

    Errors: Refused, with the step, the rule and the reason.
    """
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 20_000))
    tables = Tables(data)
    done: list[Theorem] = []
    for n, entry in enumerate(data["steps"]):
        done.append(_step(tables, n, entry, done))
    claims = []
    for n, row in enumerate(data["claims"]):
        try:
            claims.append(_claim(tables, row, done))
        except ValueError as stop:
            raise Refused(f"claim {n}: {stop}") from None
    cited = sorted({e["lemma"] for e in data["steps"] if e["rule"] == "cite"})
    return Checked(tuple(claims), tuple(tables.lemmas[k] for k in cited), len(done))


def _claim(tables: Tables, row: Any, done: list[Theorem]) -> Claim:
    if not isinstance(row, dict) or set(row) != {"label", "ctx", "goal", "step", "wd"} \
            or not isinstance(row["label"], str):
        raise Refused("it has a label, ctx, goal, step and wd")
    hyps, goal = at(tables.contexts, row["ctx"], "context"), tables.statement(row["goal"])

    def proved(k: Any, want: Term, what: str) -> None:
        step = at(done, k, "step")
        if step.goal is not want:
            raise Refused(f"{what} {want!r} is needed, step {k} proves {step.goal!r}")
        loose = step.ctx - hyps
        if loose:
            raise Refused(f"step {k} assumes {next(iter(loose))!r}, the claim does not")
    proved(row["step"], goal, "the goal")
    needed = definedness(goal)
    given = rows(row["wd"])
    if len(given) != len(needed):
        raise Refused(f"{len(needed)} conditions of definedness are needed, found {len(given)}")
    for k, want in zip(given, needed, strict=True):
        proved(k, want, "the condition of definedness")
    return Claim(hyps, goal, row["label"])
