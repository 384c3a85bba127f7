"""One hard case: a claim, what is given, and the truth about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from stating import X

EQUAL, NOT_EQUAL, SIDE = "equal", "not-equal", "equal-with-side-condition"

# what a symbol is at an instance: a number, a table of a family, the values of a random symbol at
# equally likely outcomes (one common list of outcomes for all of them), or a law with its parameters
Number: TypeAlias = int | Fraction
Chance: TypeAlias = tuple[Number, ...] | tuple[str, *tuple[Number, ...]]
Meaning: TypeAlias = Number | Chance | Mapping[tuple[int, ...], "Number | Chance"]


@dataclass(frozen=True)
class Case:
    """``given |- claim``.

    ``truth``: EQUAL means that it holds wherever ``given`` does; SIDE that it needs ``side`` too;
    NOT_EQUAL that it is wrong even where it has a meaning, or has none anywhere.  ``at`` is an
    instance of ``given`` at which the claim is false or undefined.  ``note`` says where the reading
    over the real numbers differs from another common one.
    """

    id: str
    claim: X
    truth: str
    given: tuple[X, ...] = ()
    side: tuple[X, ...] = ()
    at: Mapping[str, Meaning] | None = None
    note: str = ""
