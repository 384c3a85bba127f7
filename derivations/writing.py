"""Certificates are written.

``export`` puts theorems into the JSON shape of ``docs/certificates.md``.  Nothing here is trusted: what a
certificate says is found out by reading it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derivations.kernel.certificate import FORMAT, VERSION
from derivations.kernel.claim import Claim
from derivations.kernel.term import Term
from derivations.kernel.theorem import ARGUMENTS, Lemma, Theorem


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
