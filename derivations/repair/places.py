"""Places in a claim.

A claim is taken apart down to its relation, and a side of the relation into its nodes.  On the way
binders are opened with letters, so that every node met is a closed term; ``rebuild`` closes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from derivations.kernel.term import BINDERS, RANGED, Term, close_over, make, open_with, tree_size, var

MAX_PLACES = 400
LETTERS = "ijklmnrsuv"
RELATIONS = frozenset({"eq", "ne", "le", "lt"})
# where the quantities of other statements stand
SIDES = {"hasderiv": (2,), "tends": (2,), "tends_up": (1,), "tends_seq": (1,), "isleast": (0,),
         "law_normal": (2, 1), "law_uniform": (2, 1), "law_beta": (2, 1), "law_bernoulli": (1,),
         "law_exponential": (1,), "law_poisson": (1,)}


class Letters:
    """Names for opened variables that occur in none of the terms."""

    def __init__(self, *avoid: Term) -> None:
        self.taken = {name for t in avoid for _, name, _ in t.symbols}

    def next(self) -> Term:
        """A symbol that was not given out before."""
        names = (c + (str(n) if n else "") for n in count() for c in LETTERS)
        name = next(c for c in names if c not in self.taken)
        self.taken.add(name)
        return var(name)


@dataclass(frozen=True)
class Step:
    """One step down: into argument ``index`` of ``parent``, its variable opened with ``symbol``."""

    parent: Term
    index: int
    symbol: Term | None

    def up(self, new: Term) -> Term:
        """The parent with ``new`` for the argument.  Errors: TermError, Capture."""
        arg = close_over(new, [self.symbol]) if self.symbol is not None else new
        args = list(self.parent.args)
        args[self.index] = arg
        return make(self.parent.head, args, self.parent.data)


@dataclass(frozen=True)
class Place:
    """A node and the way to it."""

    term: Term
    steps: tuple[Step, ...] = ()

    @property
    def path(self) -> tuple[int, ...]:
        """The argument numbers on the way."""
        return tuple(s.index for s in self.steps)

    @property
    def above(self) -> str:
        """The head of the node above, or nothing at the top."""
        return self.steps[-1].parent.head if self.steps else ""

    @property
    def index(self) -> int:
        """Which argument of the node above this is."""
        return self.steps[-1].index if self.steps else 0

    @property
    def opened(self) -> tuple[Term, ...]:
        """The variables opened on the way."""
        return tuple(s.symbol for s in self.steps if s.symbol is not None)

    @property
    def is_exponent(self) -> bool:
        return (self.above == "pow" and self.index == 1) or self.above == "exp"

    @property
    def is_index(self) -> bool:
        return self.above in ("f", "g")

    @property
    def is_bound(self) -> bool:
        return self.above in RANGED and self.index < 2

    @property
    def in_index(self) -> bool:
        """Whether it is a part of an index or of a bound."""
        return any(s.parent.head in ("f", "g") or (s.parent.head in RANGED and s.index < 2) for s in self.steps)

    def rebuild(self, new: Term) -> Term:
        """The whole with ``new`` at this place.  Errors: TermError, Capture."""
        for s in reversed(self.steps):
            new = s.up(new)
        return new


def places(whole: Term, letters: Letters) -> list[Place]:
    """The nodes of a term as a tree, the outer ones first, at most ``MAX_PLACES``."""
    found = [Place(whole)]
    for p in found:
        under = BINDERS.get(p.term.head, ())
        symbol = letters.next() if under else None
        for k, a in enumerate(p.term.args):
            if len(found) >= MAX_PLACES:
                return found
            if k in under:
                assert symbol is not None
                found.append(Place(open_with(a, [symbol]), (*p.steps, Step(p.term, k, symbol))))
            else:
                found.append(Place(a, (*p.steps, Step(p.term, k, None))))
    return found


@dataclass(frozen=True)
class Claim:
    """A relation inside a goal, and what is assumed on the way to it."""

    place: Place
    premises: tuple[Term, ...]

    @property
    def term(self) -> Term:
        return self.place.term

    @property
    def sides(self) -> tuple[int, ...]:
        """The arguments that may be wrong, the right side first."""
        return (1, 0) if self.term.head in RELATIONS else SIDES[self.term.head]


def claims(goal: Term, letters: Letters) -> Iterator[Claim]:
    """The relations that a goal states, below "for all", "implies", "and", "surely"."""
    def walk(t: Term, steps: tuple[Step, ...], premises: tuple[Term, ...]) -> Iterator[Claim]:
        if t.head in RELATIONS or t.head in SIDES:
            yield Claim(Place(t, steps), premises)
        elif t.head == "forall":
            x = letters.next()
            yield from walk(open_with(t.args[0], [x]), (*steps, Step(t, 0, x)), premises)
        elif t.head == "imp":
            yield from walk(t.args[1], (*steps, Step(t, 1, None)), (*premises, t.args[0]))
        elif t.head in ("and", "surely"):
            for k, a in enumerate(t.args):
                yield from walk(a, (*steps, Step(t, k, None)), premises)
    yield from walk(goal, (), ())


def everywhere(t: Term, change: Callable[[Term], Term | None]) -> Term:
    """``t`` with every outermost node that ``change`` answers for replaced; variables stay bound."""
    found = change(t)
    if found is not None:
        return found
    args = [everywhere(a, change) for a in t.args]
    return t if all(a is b for a, b in zip(args, t.args, strict=True)) else make(t.head, args, t.data)


def share(part: Term, whole: Term) -> float:
    """How much of the whole a part is."""
    return tree_size(part) / max(1, tree_size(whole))
