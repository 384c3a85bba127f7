"""What the names stand for.

A translation context knows which names are random, keeps the SymPy object behind every name (so
that a name means one thing only), and collects notes about readings the author did not spell out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sympy import Dummy, Expr, IndexedBase, Symbol, Wild

from derivations.kernel.term import Term, at, forall, make, num, op, rvar, var
from derivations.statement.errors import StatementError

# assumptions that SymPy may have used in simplifying and that no kernel formula can express
_UNSUPPORTED = ("prime", "composite", "irrational", "noninteger", "polar", "transcendental")


@dataclass(frozen=True)
class Name:
    """One name: the SymPy object behind it and its number of indices (0 for a symbol)."""

    text: str
    object: Any
    arity: int
    sample: Expr        # the symbol, or the family at new indices: carries the assumptions


@dataclass
class Context:
    """Names and notes of one translation.

    ``random`` names are random variables.  ``where`` opens every error message.  ``implied`` is
    filled by ``translate``: what must hold for the givens to be meaningful.
    """

    random: set[str] = field(default_factory=set)
    where: str = "statement"
    names: dict[str, Name] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    implied: tuple[Term, ...] = ()
    bound: dict[Symbol, Term] = field(default_factory=dict)
    level: int = 0
    used: dict[str, Symbol] = field(default_factory=dict)       # free symbols since the last clear
    elements: list[tuple[str, tuple[Expr, ...]]] = field(default_factory=list)
    givens: tuple[Any, ...] = ()                                # what derivatives unfold, and
    tied: dict[str, frozenset[str]] = field(default_factory=dict)       # what they must not take for constant

    def error(self, asked: str, found: str, todo: str) -> StatementError:
        """The error to raise, with the place filled in."""
        return StatementError(self.where, asked, found, todo)

    def note(self, text: str) -> None:
        """Record a reading once."""
        if text not in self.notes:
            self.notes.append(text)

    def name(self, text: str, obj: Any, arity: int, sample: Expr) -> Name:
        """Register a use of a name.  Errors: StatementError if it stands for something else."""
        old = self.names.get(text)
        if old is None:
            if not text or text.startswith("%") or not text.isprintable():
                raise self.error("asked for a printable name", repr(text), "rename it")
            new = Name(text, obj, arity, sample)
            _check_assumptions(self, text, sample)
            if arity == 0 and sample.is_real is None:
                self.note(f"{text} has no assumption and is taken to be real")
            self.names[text] = new
            return new
        if old.arity != arity:
            raise self.error(f"one meaning for the name {text}",
                             f"it with {old.arity} and with {arity} indices", "rename one of them")
        if old.object != obj:
            raise self.error(f"one meaning for the name {text}",
                             "two SymPy objects with different assumptions", "create it once and reuse it")
        return old

    def objects(self) -> dict[str, Any]:
        """The SymPy object behind every name, for ``from_term``."""
        return {text: name.object for text, name in self.names.items()}

    def symbol(self, s: Symbol) -> Term:
        """The term of a symbol: its bound variable if it is bound here, else a free one."""
        if s in self.bound:
            return self.bound[s]
        if isinstance(s, Wild):
            raise self.error("asked for a symbol", f"the wildcard {s}", "use Symbol")
        self.name(s.name, s, 0, s)
        self.used.setdefault(s.name, s)
        return rvar(s.name) if s.name in self.random else var(s.name)

    def family(self, text: str, obj: Any, indices: tuple[Expr, ...], terms: Iterable[Term]) -> Term:
        """The term of a family at its indices."""
        dummies = [Dummy(integer=True) if isinstance(obj, IndexedBase) else Dummy(real=True)
                   for _ in indices]
        if text not in self.names or self.names[text].object != obj:
            self.name(text, obj, len(indices), obj[tuple(dummies)] if isinstance(obj, IndexedBase)
                      else obj(*dummies))
        else:
            self.name(text, obj, len(indices), self.names[text].sample)
        self.elements.append((text, indices))
        return at(text, *terms, random=text in self.random)

    @contextmanager
    def binding(self, symbol: Symbol) -> Iterator[Term]:
        """Translate under a binder: the symbol stands for the yielded variable meanwhile.

        Errors: StatementError for a symbol with assumptions that no formula says.
        """
        _check_assumptions(self, symbol.name, symbol)
        old = self.bound.get(symbol)
        # "%n" cannot be an author's name and is gone once the binder is closed
        temporary = var(f"%{self.level}")
        self.level += 1
        self.bound[symbol] = temporary
        try:
            yield temporary
        finally:
            self.level -= 1
            if old is None:
                del self.bound[symbol]
            else:
                self.bound[symbol] = old


def _check_assumptions(context: Context, text: str, a: Expr) -> None:
    """Errors: StatementError if SymPy may use something of the symbol that no formula says."""
    if a.is_commutative is False:
        raise context.error(f"a real {text}", "it declared non-commutative", "use a plain symbol")
    if a.is_imaginary or a.is_real is False or (a.is_complex and a.is_real is None):
        raise context.error(f"a real {text}", "it declared complex, imaginary or infinite",
                            "declare it real=True; only real numbers are supported")
    known = a.assumptions0
    for word in _UNSUPPORTED:
        # a Symbol says what was declared or follows; an even number is not prime by itself
        if known.get(word) is True:
            raise context.error(f"{text} without the assumption {word}", f"{word}=True",
                                "drop it and state what you need as a given")


def assumption_facts(a: Expr, x: Term) -> list[Term]:
    """What SymPy's assumptions about ``a`` say of the term ``x`` that stands for it.

    An integer that is positive gives ``isint(x)`` and ``1 <= x``; others in the same way.
    """
    if a.is_zero:
        return [op("eq", x, 0)]
    facts: list[Term] = []
    whole = bool(a.is_integer)
    if whole:
        facts.append(op("isint", x))
    if a.is_positive:
        facts.append(op("le", 1, x) if whole else op("lt", 0, x))
    elif a.is_negative:
        facts.append(op("le", x, -1) if whole else op("lt", x, 0))
    else:
        if a.is_nonnegative:
            facts.append(op("le", 0, x))
        if a.is_nonpositive:
            facts.append(op("le", x, 0))
        if a.is_zero is False and not (whole and a.is_odd):
            facts.append(op("ne", x, 0))
    if a.is_even or a.is_odd:
        twice = op("mul", 2, make("b", (), 0))
        half = op("eq", x, op("add", twice, num(1)) if a.is_odd else twice)
        facts.append(op("exists", op("and", op("isint", make("b", (), 0)), half)))
    return facts


def name_facts(context: Context, name: Name) -> list[Term]:
    """The formulas for the assumptions of a name.

    For a family they hold at every index: every integer for an IndexedBase, every real number for
    a Function, as SymPy takes them.  For random names they hold at every outcome.
    """
    random = name.text in context.random
    variables = [var(f"%{k}") for k in range(name.arity)]
    if name.arity:
        x = at(name.text, *variables, random=random)
    else:
        x = rvar(name.text) if random else var(name.text)
    facts = assumption_facts(name.sample, x)
    if random:
        facts = [op("surely", f) for f in facts]
    premises = [op("isint", v) for v in variables] if isinstance(name.object, IndexedBase) else []
    for v in reversed(variables):
        facts = [forall(v, [p for p in premises if p.args[0] is v], f) for f in facts]
    return facts
