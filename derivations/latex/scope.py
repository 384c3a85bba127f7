"""What names stand for.

Declared symbols with their patterns of scripts, names bound by sums and the like, and the names
that nothing declares, which are real numbers and are noted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from derivations.kernel.term import Term, at, num, op, rvar, var
from derivations.latex.syntax import Node, Script, Written
from derivations.latex.values import Array, Value

Range = tuple[Term, Term | None]  # from, to; None is without end


@dataclass(frozen=True)
class Symbol:
    """A declared name.

    ``name`` is the kernel's; the kernel's family takes ``outer`` indices (scripts, such as the step
    t or the layer l) and then one for each of ``shape``.  ``sub``/``sup``: scripts that belong to
    the name; ``place``: where outer indices stand: "sub", "sup" or "" for either.  ``ranges`` of the
    outer indices, where known.  ``arguments`` > 0: a function of that many real numbers.
    ``body``: the definition, a function of all indices, for names defined in the text; ``letters`` are
    the arguments it was defined with, and ``meant`` is the definition of a function of arrays.
    """

    name: str
    base: str
    accents: tuple[str, ...] = ()
    font: str = ""
    sub: tuple[str, ...] = ()
    sup: str = ""
    primes: int = 0
    place: str = ""
    outer: int = 0
    ranges: tuple[Range | None, ...] = ()
    shape: tuple[Term, ...] = ()
    random: bool = False
    integer: bool = False
    arguments: int = 0
    body: Callable[[tuple[Term, ...]], Term] | None = None
    words: frozenset[str] = frozenset()
    known: bool = True  # False: nothing declared it
    letters: tuple[Written, ...] = ()
    meant: Node | None = None

    @classmethod
    def written(cls, name: str, w: Written, sub: Sequence[str] = (), sup: str = "") -> Symbol:
        """A real number with the letter of a written name, and with scripts that belong to it."""
        return cls(name, w.base, w.accents, w.font, tuple(sub), sup, w.primes)

    def term(self, indices: Sequence[Term]) -> Term:
        """The kernel's term at all its indices."""
        if indices:
            return at(self.name, *indices, random=self.random)
        return rvar(self.name) if self.random else var(self.name)

    @property
    def spans(self) -> tuple[Range | None, ...]:
        """The ranges of the outer indices, then those of the entries."""
        return (*self.ranges, *((num(1), n) for n in self.shape))

    @property
    def arity(self) -> int:
        """The number of indices of the kernel's family."""
        return self.outer + len(self.shape) + self.arguments


def kernel_name(w: Written, sub: Sequence[str] = (), sup: str = "") -> str:
    """A readable name for the kernel: ``m_hat_w``, ``beta_1``."""
    out = w.base.replace("\\", "").replace("{", "").replace("}", "")
    if w.font and w.font != "r":
        out += "_" + {"b": "bf", "c": "cal", "s": "sf", "d": "bb", "f": "frak", "t": "tt"}.get(w.font, w.font)
    for a in w.accents:
        out += "_" + a
    if w.primes:
        out += "_" + "prime" * w.primes
    for s in sub:
        out += "_" + (s.replace("\\", "") or "0")
    if sup:
        out += "_up" + sup.replace("\\", "").replace("*", "star")
    return out


@dataclass
class Scope:
    """The names of one problem."""

    symbols: dict[str, Symbol] = field(default_factory=dict)  # by kernel name
    by_base: dict[str, list[Symbol]] = field(default_factory=dict)
    bound: list[tuple[Written, Value]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    strict: bool = False
    integers: dict[str, Range] = field(default_factory=dict)  # range indices such as i of w_i, i = 1..d
    facts: list[Term] = field(default_factory=list)  # what is declared, as far as it is read
    laws: dict[str, str] = field(default_factory=dict)  # names that lines give to the laws of random variables

    def declare(self, s: Symbol) -> None:
        """Add a symbol, or replace the one with its kernel name."""
        old = self.symbols.get(s.name)
        if old is not None:
            self.by_base[old.base].remove(old)
        self.symbols[s.name] = s
        self.by_base.setdefault(s.base, []).append(s)

    def copy(self) -> Scope:
        """An independent copy."""
        return Scope(
            dict(self.symbols),
            {k: list(v) for k, v in self.by_base.items()},
            list(self.bound),
            list(self.notes),
            self.strict,
            dict(self.integers),
            self.facts,
            dict(self.laws),
        )

    # -- what the grammar asks ------------------------------------------------------------------

    def is_function(self, w: Written) -> bool:
        """Whether the name is applied to what follows in brackets."""
        found = self.lookup(w)
        return found is not None and found.arguments > 0

    def is_known(self, w: Written) -> bool:
        """Whether something is declared or bound under this letter."""
        return any(b.base == w.base for b, _ in self.bound) or any(
            _same_letter(s, w) for s in self.by_base.get(w.base, ()) if s.known
        )

    # -- binding --------------------------------------------------------------------------------

    @contextmanager
    def binding(self, names: Sequence[Written], terms: Sequence[Value]) -> Iterator[None]:
        """The names stand for the terms meanwhile."""
        self.bound += list(zip(names, terms, strict=True))
        try:
            yield
        finally:
            del self.bound[len(self.bound) - len(names) :]

    def bound_term(self, w: Written) -> tuple[Value, Written] | None:
        """What a bound name stands for, and what is left of the scripts."""
        for b, t in reversed(self.bound):
            if (
                b.base == w.base
                and b.accents == w.accents
                and (b.font or "") == (w.font or "")
                and b.primes <= w.primes
            ):
                if isinstance(t, Array) and b.sub is None:
                    return t, replace(w, primes=w.primes - b.primes)
                if b.sub is not None and (w.sub is None or w.sub.text != b.sub.text):
                    continue
                if b.sub is None and w.sub is not None:
                    continue
                return t, replace(w, sub=None, primes=w.primes - b.primes)
        return None

    # -- lookup ---------------------------------------------------------------------------------

    def lookup(self, w: Written) -> Symbol | None:
        """The declared symbol whose pattern fits best."""
        best: tuple[int, Symbol] | None = None
        for s in self.by_base.get(w.base, ()):
            score = fits(s, w)
            if score is not None and (best is None or score > best[0]):
                best = (score, s)
        return None if best is None else best[1]

    def note(self, text: str) -> None:
        """Record how something was read, once."""
        if text not in self.notes:
            self.notes.append(text)


def _same_letter(s: Symbol, w: Written) -> bool:
    return (
        s.base == w.base
        and s.accents == w.accents
        and (s.font == w.font or not s.font or not w.font or {s.font, w.font} <= {"b", "r", "s", ""})
    )


def items(script: Script | None) -> tuple[str, ...]:
    """The texts between the commas of a script."""
    return () if script is None else script.items


def fits(s: Symbol, w: Written) -> int | None:
    """How well a written name fits a symbol's pattern, or None if it does not."""
    if s.accents != w.accents or s.primes > w.primes:
        return None
    score = 10 * s.primes
    if s.font != w.font:
        if s.font and w.font and not {s.font, w.font} <= {"b", "r", "s"}:
            return None
        if (s.font or w.font) in ("c", "d", "f"):
            return None
        score -= 1
    mine = items(w.sub)
    if s.sub:
        if mine[: len(s.sub)] != s.sub and not (len(s.sub) == 1 and w.sub is not None and w.sub.text == s.sub[0]):
            return None
        score += 10 * len(s.sub)
    if s.sup:
        if w.sup is None or w.sup.text != s.sup:
            return None
        score += 10
    left = len(mine) - len(s.sub)
    if left > 0 and not s.outer and not s.shape and not s.arguments:
        return None  # a scalar takes no index
    return score


def range_facts(i: Term, r: Range | None) -> list[Term]:
    """What holds of an index in a range; it is an integer where no range is known."""
    if r is None:
        return [op("isint", i)]
    lo, hi = r
    return [op("isint", i), op("le", lo, i)] + ([] if hi is None else [op("le", i, hi)])
