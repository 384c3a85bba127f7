"""Certificates as plain data.

``export`` writes theorems to the JSON shape of ``docs/certificates.md``; ``Tables`` reads it
back, trusting nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from derivations.kernel.claim import Claim, definedness
from derivations.kernel.term import MAX_DEPTH, Instance, Term, make
from derivations.kernel.theorem import ARGUMENTS, Lemma, Refused, Theorem

FORMAT, VERSION = "derivations-certificate", 1
T = TypeVar("T")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(/[1-9][0-9]*)?\Z")


class Writer:
    """Collects shared tables while theorems are written."""

    def __init__(self) -> None:
        self.terms: list[list[Any]] = []
        self.contexts: list[list[int]] = []
        self.lemmas: list[dict[str, Any]] = []
        self.steps: list[dict[str, Any]] = []
        self._term: dict[Term, int] = {}
        self._context: dict[frozenset[Term], int] = {}
        self._lemma: dict[tuple[str, str, tuple[Term, ...], Term], int] = {}
        self._step: dict[int, int] = {}
        self._same: dict[tuple[frozenset[Term], Term], int] = {}
        self._keep: list[Theorem] = []

    def term(self, t: Term) -> int:
        if t not in self._term:
            args = [self.term(a) for a in t.args]
            if t.head == "num":
                entry: list[Any] = ["num", str(t.data)]
            elif t.data is not None:
                entry = [t.head, t.data, *args]
            else:
                entry = [t.head, *args]
            self._term[t] = len(self.terms)
            self.terms.append(entry)
        return self._term[t]

    def context(self, ctx: frozenset[Term]) -> int:
        if ctx not in self._context:
            members = sorted(self.term(t) for t in ctx)
            self._context[ctx] = len(self.contexts)
            self.contexts.append(members)
        return self._context[ctx]

    def lemma(self, lemma: Lemma) -> int:
        key = (lemma.name, lemma.source, lemma.hyps, lemma.goal)
        if key not in self._lemma:
            self._lemma[key] = len(self.lemmas)
            self.lemmas.append({"name": lemma.name, "source": lemma.source,
                                "hyps": [self.term(h) for h in lemma.hyps], "goal": self.term(lemma.goal)})
        return self._lemma[key]

    def _argument(self, kind: str, value: Any) -> Any:
        match kind:
            case "term":
                return self.term(value)
            case "term?":
                return None if value is None else self.term(value)
            case "terms":
                return [self.term(v) for v in value]
            case "ints":
                return list(value)
            case "inst":
                return [[k, n, a, self.term(b)] for (k, n, a), b in sorted(value.items())]
            case "lemma":
                return self.lemma(value)
            case "entries":
                return [["eq", self.term(c), places[0]] if k == "eq" else
                        ["pos", self.term(c), None if q is None else self.term(q), list(places)]
                        for k, c, q, places in value]
        return value

    def step(self, theorem: Theorem) -> int:
        """The index of the step; premises first, without recursion (proofs can be long)."""
        stack = [theorem]
        while stack:
            t = stack[-1]
            if id(t) in self._step:
                stack.pop()
                continue
            same = self._same.get((t.ctx, t.goal))
            if same is not None:
                self._step[id(t)] = same
                self._keep.append(t)
                stack.pop()
                continue
            missing = [p for p in t.prem if id(p) not in self._step]
            if missing:
                stack.extend(missing)
                continue
            entry: dict[str, Any] = {"rule": t.rule, "ctx": self.context(t.ctx), "goal": self.term(t.goal),
                                     "prem": [self._step[id(p)] for p in t.prem]}
            for name, kind in ARGUMENTS[t.rule].items():
                if name in t.args:
                    entry[name] = self._argument(kind, t.args[name])
            self._step[id(t)] = self._same[(t.ctx, t.goal)] = len(self.steps)
            self._keep.append(t)
            self.steps.append(entry)
            stack.pop()
        return self._step[id(theorem)]


def export(claims: Sequence[tuple[Claim, Theorem, Sequence[Theorem]]]) -> dict[str, Any]:
    """The certificate for claims, each with its theorem and its definedness theorems in order."""
    w = Writer()
    rows = []
    for claim, theorem, defined in claims:
        step = w.step(theorem)
        rows.append({"label": claim.label, "ctx": w.context(claim.hyps), "goal": w.term(claim.goal),
                     "step": step, "wd": [w.step(t) for t in defined]})
    return {"format": FORMAT, "version": VERSION, "terms": w.terms, "contexts": w.contexts,
            "lemmas": w.lemmas, "steps": w.steps, "claims": rows}


def _fail(reason: str, rule: str = "", step: int | None = None) -> Refused:
    return Refused(reason, rule, step)


class Tables:
    """The tables of a certificate, read with every type, range and sort checked."""

    def __init__(self, data: Any) -> None:
        if not isinstance(data, dict) or set(data) != {"format", "version", "terms", "contexts", "lemmas",
                                                       "steps", "claims"}:
            raise _fail("file: the keys are not those of a certificate; it may be truncated")
        if data["format"] != FORMAT or type(data["version"]) is not int \
                or data["version"] != VERSION:
            raise _fail(f"file: format {data['format']!r} version {data['version']!r} is not known")
        for key in ("terms", "contexts", "lemmas", "steps", "claims"):
            if not isinstance(data[key], list):
                raise _fail(f"file: {key} must be a list")
        if not data["claims"]:
            raise _fail("file: it makes no claim")
        self.data = data
        self.terms: list[Term] = []
        for n, entry in enumerate(data["terms"]):
            try:
                self.terms.append(self._term(entry))
            except ValueError as stop:
                raise _fail(f"term {n}: {stop}") from None
        self.contexts = [self._named(f"context {n}", self._context, c) for n, c in enumerate(data["contexts"])]
        self.lemmas = [self._named(f"lemma {n}", self._lemma, d) for n, d in enumerate(data["lemmas"])]

    def _named(self, place: str, read: Callable[[Any], T], data: Any) -> T:
        try:
            return read(data)
        except ValueError as stop:
            raise _fail(f"{place}: {stop}") from None

    def _term(self, entry: Any) -> Term:
        if not isinstance(entry, list) or not entry or not isinstance(entry[0], str):
            raise _fail("an entry is a list that begins with its head")
        head, *rest = entry
        if head == "num":
            if len(rest) != 1 or not isinstance(rest[0], str) or not _NUMBER.match(rest[0]) \
                    or len(rest[0]) > 100_000 or rest[0] == "-0":
                raise _fail("a number is a text like -3/4")
            value = Fraction(rest[0])
            if str(value) != rest[0]:
                raise _fail("a number must be in lowest terms")
            return make("num", (), value)
        if head == "b":
            if len(rest) != 1 or type(rest[0]) is not int or not 0 <= rest[0] <= MAX_DEPTH:
                raise _fail("a bound index is a small natural number")
            return make("b", (), rest[0])
        if head in ("v", "r", "f", "g"):
            if not rest or not isinstance(rest[0], str):
                raise _fail("a symbol needs a name")
            return make(head, [self.term(k) for k in rest[1:]], rest[0])
        return make(head, [self.term(k) for k in rest])

    def rows(self, value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise _fail(f"a list is needed, found {value!r}")
        return value

    def term(self, k: Any) -> Term:
        if type(k) is not int or not 0 <= k < len(self.terms):
            raise _fail(f"there is no term {k!r}")
        return self.terms[k]

    def statement(self, k: Any) -> Term:
        t = self.term(k)
        if t.sort != "B" or t.bound:
            raise _fail(f"a closed statement is needed, found {t!r}")
        return t

    def _context(self, members: Any) -> frozenset[Term]:
        return frozenset(map(self.statement, self.rows(members)))

    def context(self, k: Any) -> frozenset[Term]:
        if type(k) is not int or not 0 <= k < len(self.contexts):
            raise _fail(f"there is no context {k!r}")
        return self.contexts[k]

    def _lemma(self, d: Any) -> Lemma:
        if not isinstance(d, dict) or set(d) != {"name", "source", "hyps", "goal"} \
                or not isinstance(d["name"], str) or not isinstance(d["source"], str):
            raise _fail("a lemma has a name, a source, hyps and a goal")
        return Lemma(d["name"], d["source"], [self.statement(t) for t in self.rows(d["hyps"])],
                     self.statement(d["goal"]))

    def integer(self, value: Any) -> int:
        if type(value) is not int:
            raise _fail(f"an integer is needed, found {value!r}")
        return value

    def instance(self, value: Any) -> Instance:
        out: Instance = {}
        for row in self.rows(value):
            if not isinstance(row, list) or len(row) != 4 or row[0] not in ("v", "r", "f", "g") \
                    or not isinstance(row[1], str) or type(row[2]) is not int \
                    or (row[2] > 0) != (row[0] in "fg") or (row[0], row[1], row[2]) in out:
                raise _fail(f"a replacement is [kind, name, arity, term], found {row!r}")
            out[(row[0], row[1], row[2])] = self.term(row[3])
        return out

    def argument(self, kind: str, value: Any) -> Any:
        match kind:
            case "term":
                return self.term(value)
            case "term?":
                return None if value is None else self.term(value)
            case "terms":
                return [self.term(v) for v in self.rows(value)]
            case "ints":
                return [self.integer(v) for v in self.rows(value)]
            case "int":
                return self.integer(value)
            case "inst":
                return self.instance(value)
            case "lemma":
                if type(value) is not int or not 0 <= value < len(self.lemmas):
                    raise _fail(f"there is no lemma {value!r}")
                return self.lemmas[value]
            case "entries":
                return [self._entry(e) for e in self.rows(value)]
            case "way":
                if value not in ("in", "out"):
                    raise _fail(f"the way is in or out, found {value!r}")
        if not isinstance(value, str):
            raise _fail(f"a text is needed, found {value!r}")
        return value

    def _entry(self, e: Any) -> tuple[str, Term, Term | None, list[int]]:
        if isinstance(e, list) and len(e) == 3 and e[0] == "eq":
            return "eq", self._real(e[1]), None, [self.integer(e[2])]
        if isinstance(e, list) and len(e) == 4 and e[0] == "pos":
            return ("pos", self._real(e[1]), None if e[2] is None else self._real(e[2]),
                    [self.integer(k) for k in self.rows(e[3])])
        raise _fail(f"an entry is [eq, q, i] or [pos, c, s, [i...]], found {e!r}")

    def _real(self, k: Any) -> Term:
        t = self.term(k)
        if t.sort != "R" or t.bound:
            raise _fail(f"a closed number is needed, found {t!r}")
        return t


__all__ = ["FORMAT", "VERSION", "Tables", "Writer", "definedness", "export"]
