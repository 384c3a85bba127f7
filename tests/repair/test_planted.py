"""A planted slip is found and named."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from derivations.kernel.term import Term
from derivations.kernel.theorem import Refused
from derivations.refute.testbed import Testbed
from derivations.repair import Repair, find_repair
from derivations.repair.slope import worked
from derivations.tactics.prove import Prover

sys.path.insert(0, str(Path(__file__).parent))
from slips import HOPELESS, ROWS  # noqa: E402

BUDGET = 1500


def proved(hyps: list[Term], goal: Term) -> bool:
    try:
        Prover(0.8)(frozenset(map(worked, hyps)), worked(goal))
    except (Refused, RecursionError):
        return False
    return True


def repaired(hyps: list[Term], goal: Term) -> Repair | None:
    bed = Testbed(hyps)

    def agrees(g: Term) -> bool:
        found = bed.agreement(worked(g), count=12, milliseconds=300)
        return found.agree >= 2 and bed.refute(worked(g), count=12, milliseconds=300) is None
    return find_repair(hyps, goal, agrees=agrees, proves=lambda g: proved(hyps, g), milliseconds=BUDGET)


if __name__ == "__main__":
    from derivations.plain import plain
    from derivations.repair import describe
    chosen = sys.argv[1:]
    good = 0
    for name, hyps, goal, slip in ROWS:
        if chosen and not any(c in name for c in chosen):
            continue
        start = time.monotonic()
        found = repaired(hyps, goal)
        ms = 1000 * (time.monotonic() - start)
        ok = found is not None and found.name == slip
        good += ok
        print(f"{'ok ' if ok else 'BAD'} {ms:6.0f} {name} [{slip}] ->",
              found and (describe(found, plain), found.proved), flush=True)
    print(good, len(ROWS))
