"""The instance of a case as a model."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from case import Case, Chance, Number

from derivations.kernel.term import Term
from derivations.refute import Coordinate, Draw, Law, Model


def model(case: Case) -> Model:
    """Scalars as they stand; the random symbols read one coordinate of equally likely outcomes."""
    assert case.at is not None
    columns: list[tuple[Fraction, ...]] = []
    out = Model()
    places: list[tuple[str, tuple[Fraction, ...], int]] = []

    def chance(name: str, index: tuple[Fraction, ...], values: Chance) -> None:
        if isinstance(values[0], str):
            law = Law(values[0], tuple(Fraction(v) for v in values[1:]))
            put(name, index, Draw(Coordinate(f"{name}{index}", law=law)))
            return
        places.append((name, index, len(columns)))
        columns.append(tuple(Fraction(v) for v in values))

    def put(name: str, index: tuple[Fraction, ...], draw: Draw) -> None:
        if index:
            out.random_families.setdefault((name, len(index)), {})[index] = draw     # type: ignore[index]
        else:
            out.randoms[name] = draw

    for name, meaning in case.at.items():
        if isinstance(meaning, Mapping):
            table: dict[tuple[Fraction, ...], Fraction] = {}
            for key, value in meaning.items():
                index = tuple(Fraction(k) for k in key)
                if isinstance(value, tuple):
                    chance(name, index, value)
                else:
                    table[index] = Fraction(value)
            arity = {len(k) for k in meaning} or {1}
            if table or not meaning:
                out.families[name, arity.pop()] = table
        elif isinstance(meaning, tuple):
            chance(name, (), meaning)
        else:
            out.scalars[name] = Fraction(meaning)
    if columns:
        assert len({len(c) for c in columns}) == 1, case.id
        share = Fraction(1, len(columns[0]))
        common = Coordinate("outcome", tuple((share, row) for row in zip(*columns, strict=True)))
        for name, index, k in places:
            put(name, index, Draw(common, k))
    return out


def checkable(given: Term) -> bool:
    """Whether a given can be looked at with finitely many values."""
    return given.head != "forall"


__all__ = ["Number", "checkable", "model"]
