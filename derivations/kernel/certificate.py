"""Certificates as plain data.

``Tables`` reads the JSON shape of ``docs/certificates.md``, trusting nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from derivations.kernel.term import MAX_DEPTH, Instance, Term, make
from derivations.kernel.theorem import Context, Lemma, refuse

FORMAT, VERSION = "derivations-certificate", 1
TABLES = ("terms", "contexts", "lemmas", "steps", "claims")
T = TypeVar("T")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(/[1-9][0-9]*)?\Z")


def at(table: Sequence[T], k: Any, what: str) -> T:
    """An entry of a table, by an index that is in range."""
    if type(k) is not int or not 0 <= k < len(table):
        refuse(f"there is no {what} {k!r}")
    return table[k]


def rows(value: Any) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        refuse(f"a list is needed, found {value!r}")
    return value


def fields(value: Any, *kinds: type) -> list[Any]:
    """A list with as many items as there are kinds, each exactly of its kind."""
    if not isinstance(value, list) or [type(v) for v in value] != list(kinds):
        refuse(f"a list of {', '.join(k.__name__ for k in kinds)} is needed, found {value!r}")
    return value


class Tables:
    """The tables of a certificate, read with every type, range and sort checked."""

    def __init__(self, data: Any) -> None:
        if not isinstance(data, dict) or set(data) != {"format", "version", *TABLES}:
            refuse("file: the keys are not those of a certificate; it may be truncated")
        if data["format"] != FORMAT or type(data["version"]) is not int or data["version"] != VERSION:
            refuse(f"file: format {data['format']!r} version {data['version']!r} is not known")
        for key in TABLES:
            if not isinstance(data[key], list):
                refuse(f"file: {key} must be a list")
        if not data["claims"]:
            refuse("file: it makes no claim")
        self.data = data
        self.terms: list[Term] = []
        self.contexts: list[Context] = []
        self.lemmas: list[Lemma] = []
        self._read("term", self._term, self.terms)
        self._read("context", lambda c: frozenset(map(self.statement, rows(c))), self.contexts)
        self._read("lemma", self._lemma, self.lemmas)

    def _read(self, what: str, read: Callable[[Any], T], out: list[T]) -> None:
        for n, entry in enumerate(self.data[what + "s"]):
            try:
                out.append(read(entry))
            except ValueError as stop:
                refuse(f"{what} {n}: {stop}")

    def _term(self, entry: Any) -> Term:
        if not isinstance(entry, list) or not entry or not isinstance(entry[0], str):
            refuse("an entry is a list that begins with its head")
        head, *rest = entry
        if head == "num":
            (text,) = fields(rest, str)
            if not _NUMBER.match(text) or len(text) > 100_000 or str(Fraction(text)) != text:
                refuse("a number is a text like -3/4, in lowest terms")
            return make("num", (), Fraction(text))
        if head == "b":
            (index,) = fields(rest, int)
            if not 0 <= index <= MAX_DEPTH:
                refuse("a bound index is a small natural number")
            return make("b", (), index)
        if head in ("v", "r", "f", "g"):
            (name,) = fields(rest[:1], str)
            return make(head, [self.term(k) for k in rest[1:]], name)
        return make(head, [self.term(k) for k in rest])     # "p" has no name here, and is refused

    def _lemma(self, d: Any) -> Lemma:
        if not isinstance(d, dict) or set(d) != {"name", "source", "hyps", "goal"}:
            refuse("a lemma has a name, a source, hyps and a goal")
        name, source = fields([d["name"], d["source"]], str, str)
        return Lemma(name, source, [self.statement(t) for t in rows(d["hyps"])], self.statement(d["goal"]))

    def term(self, k: Any) -> Term:
        return at(self.terms, k, "term")

    def closed(self, k: Any, sort: str) -> Term:
        t = self.term(k)
        if t.sort != sort or t.bound:
            refuse(f"a closed {'statement' if sort == 'B' else 'number'} is needed, found {t!r}")
        return t

    def statement(self, k: Any) -> Term:
        return self.closed(k, "B")

    def instance(self, value: Any) -> Instance:
        out: Instance = {}
        for row in rows(value):
            kind, name, arity, body = fields(row, str, str, int, int)
            if kind not in ("v", "r", "f", "g", "p") or arity < 0 or (kind != "p" and (arity > 0) != (kind in "fg")) \
                    or (kind, name, arity) in out:
                refuse(f"a replacement is [kind, name, arity, term], found {row!r}")
            out[(kind, name, arity)] = self.term(body)
        return out

    def entry(self, e: Any) -> tuple[str, Term, Term | None, list[int]]:
        if isinstance(e, list) and len(e) == 3 and e[0] == "eq":
            return "eq", self.closed(e[1], "R"), None, fields(e[2:], int)
        if isinstance(e, list) and len(e) == 4 and e[0] == "pos":
            square = None if e[2] is None else self.closed(e[2], "R")
            return "pos", self.closed(e[1], "R"), square, fields(e[3], *[int] * len(rows(e[3])))
        refuse(f"an entry is [eq, q, i] or [pos, c, s, [i...]], found {e!r}")

    def argument(self, kind: str, value: Any) -> Any:
        """A rule's argument of the kind that ``RULES`` names."""
        match kind:
            case "term":
                return self.term(value)
            case "term?":
                return None if value is None else self.term(value)
            case "terms":
                return [self.term(v) for v in rows(value)]
            case "ints":
                return fields(value, *[int] * len(rows(value)))
            case "int" | "str":
                return fields([value], int if kind == "int" else str)[0]
            case "inst":
                return self.instance(value)
            case "lemma":
                return at(self.lemmas, value, "lemma")
            case "entries":
                return [self.entry(e) for e in rows(value)]
        refuse(f"{value!r} is no {kind}")
