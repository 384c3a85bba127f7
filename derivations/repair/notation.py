r"""Slips of notation in lines that are right.

\sqrt{v + \epsilon} where \sqrt v + \epsilon stands everywhere else, or a factor that was meant for a
whole sum and stands before its first term: the line holds as it is written, and as it was meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from derivations.kernel.term import Term, add, make, mul, subterms
from derivations.repair.build import literal, shape
from derivations.repair.places import Letters, Place, claims, places

FUNCTIONS = frozenset({"sqrt", "exp", "log", "abs", "floor", "ceil"})
Pattern = tuple[str, Term, bool]        # a function, a symbol added, whether inside it


@dataclass(frozen=True)
class Meant:
    """What was probably meant: ``new`` for ``old``; ``why`` says what suggests it."""

    old: Term
    new: Term
    why: str


def meant(goal: Term, context: Sequence[Term]) -> Iterator[Meant]:
    """The readings of a line that what stands around it suggests; whether they are the same is not looked at."""
    letters = Letters(goal, *context)
    known = {p for t in context for n in subterms(t) for p in _patterns(n)}
    for claim in claims(goal, letters):
        if claim.term.head != "eq":
            continue
        before, side = claim.term.args      # the left side may be that of the line before
        found = [(p, new, "elsewhere it is written so") for p in places(side, letters) for new in _moved(p.term, known)]
        found += [(Place(side), new, "the factor stands before all of it on the other side")
                  for new in _spread(side, before)]
        yield from (Meant(p.term, new, why) for p, new, why in found if shape(p.term) != shape(new))


def notation_slip(goal: Term, context: Sequence[Term], same: Callable[[Term, Term], bool]) -> Meant | None:
    """What was probably meant and is the same as what is written, if there is such a thing."""
    return next((m for m in dict.fromkeys(meant(goal, context)) if same(m.old, m.new)), None)


def remark(m: Meant, write: Callable[[Term], str]) -> str:
    """One sentence about a slip that does no harm."""
    return f"The line holds. Was {write(m.new)} meant for {write(m.old)}? It is the same here ({m.why})."


def _patterns(t: Term) -> Iterator[Pattern]:
    if t.head in FUNCTIONS and t.args[0].head == "add":
        yield from ((t.head, a, True) for a in t.args[0].args if _is_symbol(a))
    if t.head == "add":
        heads = {a.head for a in t.args} & FUNCTIONS
        yield from ((h, a, False) for h in heads for a in t.args if _is_symbol(a))


def _is_symbol(t: Term) -> bool:
    return t.head == "v" or literal(t) is not None


def _moved(t: Term, known: set[Pattern]) -> Iterator[Term]:
    """A symbol moved into a function or out of it, as it stands elsewhere."""
    for h, x, inside in set(_patterns(t)):
        if (h, x, not inside) not in known or (h, x, inside) in known:
            continue
        if inside:
            rest = [a for a in t.args[0].args if a is not x]
            yield add(make(h, [add(*rest)]), x)
        else:
            for k, a in enumerate(t.args):
                if a.head == h:
                    rest = [b for j, b in enumerate(t.args) if j != k and b is not x]
                    yield add(*rest, make(h, [add(a.args[0], x)]))


def _spread(side: Term, before: Term) -> Iterator[Term]:
    """``a b + c`` as ``a (b + c)``, where the other side is a product with the factor a."""
    if side.head != "add" or before.head != "mul":
        return
    for k, first in enumerate(side.args):
        rest = [a for j, a in enumerate(side.args) if j != k]
        common = [f for f in _factors(first) if f in before.args and literal(f) is None]
        left = [f for f in _factors(first) if f not in common]
        if common and left and not any(f in _factors(a) for f in common for a in rest):
            yield mul(*common, add(mul(*left), *rest))


def _factors(t: Term) -> tuple[Term, ...]:
    return t.args if t.head == "mul" else (t,)
