"""What a lemma entry holds.

The assumed statement, its source, a case where it holds and one that must fail without a premise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from derivations.kernel.axioms import build, parse
from derivations.kernel.term import Term
from derivations.kernel.theorem import Lemma


@dataclass(frozen=True)
class Entry:
    """One lemma with its examples.

    ``holds`` gives values under which all premises and the conclusion are true; ``fails`` values
    under which the conclusion is false (so at least one premise is too).
    """

    lemma: Lemma
    title: str
    holds: Mapping[str, str]
    fails: Mapping[str, str]


def entry(name: str, statement: str, title: str, source: str, holds: Mapping[str, str],
          fails: Mapping[str, str]) -> Entry:
    """A lemma from the text of its statement (the notation of the axiom table)."""
    left, right = statement.split("|-")
    hyps: Sequence[Term] = [build(h) for h in parse(left)]
    (goal,) = parse(right)
    return Entry(Lemma(name, f"{title} ({source})", hyps, build(goal)), title, holds, fails)
