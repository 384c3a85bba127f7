"""Certificates of single steps, written as text.

Notation: ``x`` a deterministic symbol, ``X`` a random one (capitals), ``(f k)`` and ``(F k)`` families,
``#0`` a loose index, ``3/2`` a number, ``(sub a b)``; a binder names its variable: ``(sum k 1 n k)``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from derivations.kernel.axioms import Tree, parse
from derivations.kernel.term import BINDERS, SIGNATURE, Term, at, bind, bvar, make, num, rvar, sub, var
from derivations.kernel.theorem import ARGUMENTS, Lemma, Theorem, derive
from derivations.writing import Writer

Premise = str | tuple[str, Sequence[str]]       # a goal, in the step's context or in one of its own


def read(tree: Tree) -> Term:
    if isinstance(tree, str):
        if re.fullmatch(r"-?\d+(/\d+)?", tree):
            return num(Fraction(tree))
        if tree[0] == "#":
            return bvar(int(tree[1:]))
        if tree in SIGNATURE:
            return make(tree)
        return rvar(tree) if tree[0].isupper() else var(tree)
    head, *rest = tree
    assert isinstance(head, str)
    if head in BINDERS:
        return bind(head, read(rest[0]), *map(read, rest[1:]))
    args = list(map(read, rest))
    if head == "sub":
        return sub(*args)
    return make(head, args) if head in SIGNATURE else at(head, *args, random=head[0].isupper())


def T(text: str) -> Term:
    """The term that a text stands for."""
    (tree,) = parse(text)
    return read(tree)


def context(texts: Sequence[str]) -> frozenset[Term]:
    return frozenset(map(T, texts))


@dataclass(frozen=True)
class Row:
    """One step: its rule, a name, what it claims, from what."""

    rule: str
    name: str
    goal: str
    prem: Sequence[Premise] = ()
    ctx: Sequence[str] = ()
    args: dict[str, Any] = field(default_factory=dict)


def row(rule: str, title: str, goal: str, /, prem: Sequence[Premise] = (), ctx: Sequence[str] = (),
        **args: Any) -> Row:
    return Row(rule, title, goal, prem, ctx, {"from" if k == "start" else k: v for k, v in args.items()})


def argument(kind: str, value: Any) -> Any:
    match kind:
        case "term" | "term?":
            return None if value is None else T(value)
        case "terms":
            return [T(v) for v in value]
        case "inst":
            return {(k.split()[0], k.split()[1], int(k.split()[2])): T(v) for k, v in value.items()}
        case "entries":
            return [("eq", T(e[1]), None, [e[2]]) if e[0] == "eq" else
                    ("pos", T(e[1]), None if e[2] is None else T(e[2]), e[3]) for e in value]
    return value


def taken(goal: str, ctx: Sequence[str]) -> Theorem:
    """Any statement, as an assumed lemma."""
    lemma = Lemma(f"that {goal}", "a book", [], T(goal))
    return derive("cite", context(ctx), T(goal), [], lemma=lemma, inst={})


def theorem(r: Row) -> Theorem:
    """The step as it is claimed; nothing is checked here."""
    prem = tuple(taken(p, r.ctx) if isinstance(p, str) else taken(*p) for p in r.prem)
    args = {k: argument(ARGUMENTS[r.rule][k], v) for k, v in r.args.items()}
    return Theorem(r.rule, context(r.ctx), T(r.goal), prem, args)


def certificate(*steps: Theorem) -> dict[str, Any]:
    """A certificate that holds these steps, and claims 1 = 1."""
    w = Writer()
    for s in steps:
        w.step(s)
    one = T("(eq 1 1)")
    claim = {"label": "", "ctx": w.context(frozenset()), "goal": w.term(one),
             "step": w.step(derive("norm", [], one)), "wd": []}
    return {"format": "derivations-certificate", "version": 1, "terms": w.terms, "contexts": w.contexts,
            "lemmas": w.lemmas, "steps": w.steps, "claims": [claim]}
