"""What solving an exercise gives.

Plain data between ``solve`` and the sheets: checked formulas with their reasons, no markup.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from derivations.kernel.term import Term


@dataclass(frozen=True)
class Step:
    """One displayed line: a proved formula and the reason for it by name."""

    formula: Term               # eq, le, lt, ne, iff, imp, isint ...
    reason: str                 # "independence", "geometric sum", ...: a short phrase
    continues: bool = False     # the left side is the right side of the line before: print "= ..."


@dataclass(frozen=True)
class Block:
    """A run of lines under one heading: the main chain, a base case, an induction step."""

    title: str                  # "" for the main chain
    assuming: tuple[Term, ...]  # what holds in this block beside the givens
    steps: tuple[Step, ...]
    chosen: tuple[Term, ...] = ()   # which of these are the values of an example: "take n = 2"


@dataclass(frozen=True)
class PartSolution:
    """One part solved.  ``verdict`` is one of the five words of the verdict list, or ``words``."""

    id: str                     # "3.2"
    title: str
    ask: str                    # text with $LaTeX$
    verdict: str
    givens: tuple[Term, ...]    # what is assumed, without definedness conditions
    goal: Term | None           # the statement that was proved
    blocks: tuple[Block, ...]
    provided: tuple[Term, ...]  # conditions that the givens do not supply
    axioms: tuple[tuple[str, str], ...]   # assumed lemmas: name, source
    rechecked: bool
    words: str                  # text with $LaTeX$ (remarks, model answers, conventions)
    certificate: dict[str, Any] | None
    message: str = ""           # why not proved, what was tried
    witness: dict[str, str] | None = None
    instances: int = 0          # random admissible instances that agreed


@dataclass(frozen=True)
class Solution:
    """All parts of one exercise."""

    id: str
    title: str
    intro: str                  # text with $LaTeX$
    parts: tuple[PartSolution, ...]
    names: dict[str, str] = field(default_factory=dict)   # symbol name -> how it is written in LaTeX
