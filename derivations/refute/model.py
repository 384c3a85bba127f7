"""Models: values and chance.

A model gives every symbol a value.  The probability space is a product of independent
*coordinates*; a random symbol reads a part of one coordinate (``Draw``) or is defined by a term.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import arb

from derivations.kernel.term import Term
from derivations.refute.values import Number, Unknown

if TYPE_CHECKING:
    from derivations.refute.evaluate import Evaluator

Index = tuple[Fraction, ...]


@dataclass(frozen=True)
class Law:
    """A named law: ``normal`` (mean, variance), ``uniform`` (a, b), ``exponential`` (rate),
    ``poisson`` (rate), ``beta`` (a, b)."""

    kind: str
    parameters: tuple[Number, ...]


@dataclass(frozen=True, eq=False)
class Coordinate:
    """One independent source of chance: finitely many points, or a named law.

    ``points`` holds (weight, parts); the weights are positive and add up to 1.
    """

    name: str
    points: tuple[tuple[Fraction, tuple[Number, ...]], ...] = ()
    law: Law | None = None


@dataclass(frozen=True)
class Draw:
    """The random variable that reads one part of a coordinate."""

    coordinate: Coordinate
    part: int = 0


# What a symbol stands for.  A term is closed and is evaluated where it is needed.
Meaning = Fraction | arb | Term
RandomMeaning = Draw | Term | Fraction
Family = Mapping[Index, Number] | Callable[[Index, "Evaluator"], Number]
RandomFamily = Mapping[Index, RandomMeaning] | Callable[[Index, "Evaluator"], RandomMeaning]


class RealFamily:
    """A deterministic family that takes numbers of any kind, not only exact ones."""

    def at(self, args: Sequence[Number], ev: Evaluator) -> Number:
        """The value there.  Errors: Undefined, Unknown."""
        raise NotImplementedError

    def __call__(self, index: Index, ev: Evaluator) -> Number:
        return self.at(index, ev)

    def text(self, ev: Evaluator) -> str | None:
        """A formula for it, if there is one."""
        return None


@dataclass
class Model:
    """Values for the free symbols.

    ``scalars``: name -> Fraction, ball, or a closed term over other symbols.
    ``families``: (name, arity) -> table or function of the indices.
    ``chance``: random symbols: (name, 0) -> meaning; ``random_families``: (name, arity) -> table
    or function of the indices to a meaning.  ``constant``: see ``level``.
    """

    scalars: dict[str, Meaning] = field(default_factory=dict)
    families: dict[tuple[str, int], Family] = field(default_factory=dict)
    randoms: dict[str, RandomMeaning] = field(default_factory=dict)
    random_families: dict[tuple[str, int], RandomFamily] = field(default_factory=dict)
    sampled: list[Term] = field(default_factory=list)    # hypotheses checked on a window only
    constant: frozenset[tuple[str, str, int]] = frozenset()     # sequences that become constant
    number: int = 0             # the attempt that made it

    def family(self, name: str, index: Index, ev: Evaluator) -> Number:
        """The value of a deterministic family.  Errors: Unknown if the model has none."""
        found = self.families.get((name, len(index)))
        if found is None:
            raise Unknown(f"{name} has no value here")
        if isinstance(found, Mapping):
            if index not in found:
                raise Unknown(f"{name} has no value at this index")
            return found[index]
        return found(index, ev)

    def random(self, name: str, index: Index, ev: Evaluator) -> RandomMeaning:
        """What a random symbol stands for.  Errors: Unknown if the model has none."""
        if not index:
            if name not in self.randoms:
                raise Unknown(f"{name} has no law here")
            return self.randoms[name]
        found = self.random_families.get((name, len(index)))
        if found is None:
            raise Unknown(f"{name} has no law here")
        if isinstance(found, Mapping):
            if index not in found:
                raise Unknown(f"{name} has no law at this index")
            return found[index]
        return found(index, ev)


def finite_coordinate(name: str, *columns: Sequence[Number], weights: Sequence[Fraction]) -> Coordinate:
    """A coordinate with one column of values per part.  Errors: ValueError for bad weights."""
    if not weights or sum(weights) != 1 or any(w <= 0 for w in weights):
        raise ValueError(f"coordinate {name}: weights must be positive and add up to 1")
    if any(len(c) != len(weights) for c in columns):
        raise ValueError(f"coordinate {name}: every part needs one value per weight")
    rows = zip(*columns, strict=True)
    return Coordinate(name, tuple((w, tuple(row)) for w, row in zip(weights, rows, strict=True)))
