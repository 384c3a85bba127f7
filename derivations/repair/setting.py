"""What the edits may draw on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from derivations.kernel.term import Term, close_over, make, num, op, open_with, subterms, tree_size, var
from derivations.repair.build import literal
from derivations.repair.places import Letters, Place
from derivations.repair.slope import slope

MAX_POOL = 60
NONLINEAR = frozenset({"exp", "log", "sqrt", "sin", "cos", "tanh", "relu", "abs"})
Symbol = tuple[str, str, int]
Found = Iterator[tuple[float, str, Term]]       # cost, name, new term


@dataclass(frozen=True)
class Edit:
    """A new term for a place; the cheaper the ``cost`` the more plausible."""

    cost: float
    name: str
    place: Place
    new: Term


@dataclass
class Setting:
    """A claim in which one side may be wrong."""

    hyps: Sequence[Term]
    claim: Term
    side: int
    whole: frozenset[Term]                  # symbols known to be integers
    spread: frozenset[Symbol]               # symbols whose square is a variance
    inner: tuple[Term, ...]                 # factors that the chain rule brings
    derives: bool                           # whether a derivative stands in the claim
    pool: tuple[Term, ...] = ()             # what may be missing
    symbols: frozenset[Symbol] = field(default_factory=frozenset)

    @property
    def wrong(self) -> Term:
        return self.claim.args[self.side]

    @property
    def other(self) -> Term | None:
        """The side that is taken to be right."""
        return self.claim.args[1 - self.side] if self.claim.head in ("eq", "ne", "le", "lt") else None

    @property
    def order(self) -> bool:
        """Whether the claim is an inequality: there many edits are true that nobody meant."""
        return self.claim.head in ("le", "lt")


def setting(hyps: Sequence[Term], claim: Term, side: int, letters: Letters) -> Setting:
    """The setting for the edits of one side."""
    symbols = claim.symbols.union(*(h.symbols for h in hyps))
    whole = frozenset(t.args[0] for h in [*hyps, claim] for t in subterms(h) if t.head == "isint" and not t.bound)
    derives = any(t.head in ("deriv", "hasderiv") for t in subterms(claim))
    found = Setting(hyps, claim, side, whole, frozenset(_spreads(hyps)), (), derives, (), symbols)
    found.inner = tuple(_inner(claim, letters, derives))
    found.pool = tuple(_pool(found))
    return found


def _spreads(hyps: Sequence[Term]) -> Iterator[Symbol]:
    """The symbols that stand squared in what is assumed of laws and moments."""
    for h in hyps:
        nodes = subterms(h)
        if any(t.head in ("var", "cov", "E") or t.head.startswith("law_") for t in nodes):
            for t in nodes:
                if t.head == "pow" and t.args[0].head in ("v", "f") and literal(t.args[1]) == 2:
                    base = t.args[0]
                    yield (base.head, str(base.data), len(base.args))


def _inner(claim: Term, letters: Letters, derives: bool) -> Iterator[Term]:
    """The derivatives of the inner arguments, by the variable of a derivative or by any symbol."""
    seen = {num(0), num(1)}
    jobs: list[tuple[Term, list[Term], Term | None]]
    if derives:
        jobs = [(open_with(t.args[0], [x]), [x], t.args[1]) for t in subterms(claim)
                if t.head in ("deriv", "hasderiv") and not t.bound for x in [letters.next()]]
    else:
        free = [make(s[0], (), s[1]) for s in sorted(claim.symbols) if s[0] == "v"]
        jobs = [(claim, free[:6], None)]
    for body, variables, point in jobs:
        for t in subterms(body):
            args = t.args if t.head in NONLINEAR or t.head == "f" else t.args[:1] if t.head == "pow" else ()
            for u in args:
                if u.bound or u.random or literal(u) is not None or u in variables:
                    continue
                for x in variables:
                    d = slope(u, x)
                    if d is not None and point is not None:
                        d = open_with(close_over(d, [x]), [point])
                    if d is None or (not derives and any(n.head == "deriv" for n in subterms(d))):
                        continue
                    if d not in seen and tree_size(d) <= 30:
                        seen.add(d)
                        yield d


def _pool(at: Setting) -> Iterator[Term]:
    """Small terms that occur, symbols, their squares and products: what may have been left out."""
    seen: dict[Term, None] = {num(1): None}
    parts = [t for t in subterms(at.claim) if t.sort == "R" and not t.bound and literal(t) is None
             and tree_size(t) <= 15 and t not in at.claim.args]
    symbols = [make(s[0], (), s[1]) for s in sorted(at.symbols) if s[0] == "v"]
    symbols = [s for s in symbols if s in at.claim.args or s not in parts] + [
        s for s in parts if s.head in ("v", "r", "f", "g")]
    seen |= dict.fromkeys([*symbols, *parts])
    short = [s for s in symbols if s.head != "r" or at.claim.random][:8]
    for k, s in enumerate(short):
        seen |= {op("pow", s, 2): None} | {op("mul", s, t): None for t in short[k + 1:]}
    # products of random terms outside of a modal head only where the claim is about outcomes
    size = tree_size(at.wrong)
    yield from (t for t in list(seen)[:MAX_POOL] if (at.claim.random or not t.random)
                and (not t.args or tree_size(t) < 0.6 * size))


def siblings(at: Setting, place: Place) -> Iterator[tuple[Term, bool]]:
    """Other symbols that may stand at a leaf or a family, and whether they are much alike."""
    t = place.term
    name = str(t.data)
    if t.head == "v":
        opened = [x for x in place.opened if x is not t]
        yield from ((x, place.in_index or place.is_exponent or t in place.opened) for x in opened)
        for s in sorted(at.symbols):
            other = var(s[1]) if s[0] == "v" else t
            if other is not t and ((other in at.whole) == (t in at.whole or t in place.opened)):
                yield other, alike(name, s[1])
        return
    for kind, other_name, arity in sorted(at.symbols):
        if kind == t.head and arity == len(t.args) and other_name != name:
            yield make(t.head, t.args, other_name), alike(name, other_name)


def alike(a: str, b: str) -> bool:
    """Whether two names differ only in an index, a mark or a decoration."""
    def stem(s: str) -> str:
        return re.sub(r"[\W\d_]+|bar|hat|tilde|prime", "", s.replace("\\", ""))
    return stem(a) == stem(b) and bool(stem(a))


def numbered(a: str, b: str) -> bool:
    """Whether two names differ only in a number, as the first and second of a kind do."""
    first, second = (re.sub(r"\d+", "", s) for s in (a, b))
    return a != b and first == second
