"""Over what the indices of families run.

Read off the givens of an exercise, for those who write about it: the range of every index, and
the letters that the givens use for one range only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from sympy import Basic, Expr, Symbol, Tuple, oo

from derivations.kernel.term import Term
from derivations.statement.context import Context
from derivations.statement.givens import NAMED, Definition, Given, Recurrence, Sign, Stated, Variables, name_of
from derivations.statement.to_terms import to_term

Span: TypeAlias = tuple[Term, Term | None]          # from, to; None is without end
_Spans: TypeAlias = Mapping[Basic, tuple[Basic, Basic]]


def index_ranges(c: Context) -> dict[str, tuple[Span | None, ...]]:
    """The range of each index of each family, None where the givens do not tell one.

    What declares or defines a family tells its range; otherwise all places at which it stands have to agree.
    """
    declared: dict[str, list[set[Span | None]]] = {}
    met: dict[str, list[set[Span | None]]] = {}
    for g in c.givens:
        for e in _elements(g):
            _record(declared, e, {k: (lo, hi) for k, lo, hi in _own(g)}, c)
        for e in _formulas(g):
            for part, spans in _walk(e, {k: (lo, hi) for k, lo, hi in _own(g)}):
                _record(met, part, spans, c)
    return {name: tuple(next(iter(s)) if len(s) == 1 else None for s in places)
            for name, places in (met | declared).items()}


def index_letters(c: Context) -> dict[str, Span]:
    """The letters that run over one and the same range wherever the givens bind them, and are no symbols."""
    found: dict[str, set[Span | None]] = {}
    for g in c.givens:
        spans = [(k, (lo, hi)) for k, lo, hi in _own(g)]
        for e in _formulas(g):
            spans += [(k, s) for _, inner in _walk(e, {}) for k, s in inner.items()]
        for k, s in spans:
            found.setdefault(str(k), set()).add(_span(s, c))
    single = {k: next(iter(s)) for k, s in found.items() if len(s) == 1 and k not in c.names}
    return {k: s for k, s in single.items() if s is not None}


def _own(g: Given) -> Sequence[Tuple]:
    match g:
        case Variables() | Definition() | Sign():
            return g.ranges
        case Recurrence():
            return (g.range,)
    return ()


def _elements(g: Given) -> Sequence[Expr]:
    match g:
        case Variables():
            return g.elements
        case Definition():
            return (g.left,)
        case Sign():
            return (g.element,)
    return ()


def _formulas(g: Given) -> Sequence[Basic]:
    match g:
        case Definition():
            return (g.right,)
        case Recurrence():
            return (g.left, g.right, *(x for pair in g.start for x in pair))
        case Stated():
            return (g.claim,)
    return ()


def _walk(e: Basic, spans: _Spans) -> Iterator[tuple[Basic, _Spans]]:
    """All entries of families, each with the ranges of the indices that are bound where it stands."""
    if isinstance(e, NAMED) and not isinstance(e, Symbol):
        yield e, spans
    own = [a for a in e.args if isinstance(a, Tuple) and len(a) == 3 and isinstance(a[0], Symbol)]
    if own:
        spans = {**spans, **{k: (lo, hi) for k, lo, hi in own}}
    for a in e.args:
        if a not in own:
            yield from _walk(a, spans)


def _record(to: dict[str, list[set[Span | None]]], e: Basic, spans: _Spans, c: Context) -> None:
    name, indices = name_of(e, "index")
    places = to.setdefault(name, [set() for _ in indices])
    for place, i in zip(places, indices, strict=True):
        place.add(_span(spans[i], c) if i in spans else None)


def _span(s: tuple[Basic, Basic], c: Context) -> Span | None:
    """A range whose ends are told by the symbols of the exercise alone."""
    lo, hi = s
    if lo == -oo or any(str(x) not in c.names for x in lo.free_symbols | hi.free_symbols):
        return None
    return to_term(lo, c), None if hi == oo else to_term(hi, c)
