"""The axiom schemes, read from text.

The table is ``axioms.txt`` beside this file; the second checker carries a copy of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from derivations.kernel.term import BINDERS, SIGNATURE, Term, at, bind, make, num, rvar, sub, var

Tree = str | list[Any]


@dataclass(frozen=True)
class Scheme:
    """``hyps |- goal``, true for every replacement of its placeholders (kinds r, v, g and p)."""

    name: str
    hyps: tuple[Term, ...]
    goal: Term

    @property
    def placeholders(self) -> frozenset[tuple[str, str, int]]:
        return self.goal.symbols.union(*(h.symbols for h in self.hyps))


def parse(text: str) -> list[Tree]:
    """Nested lists from parenthesised text.  Errors: ValueError on unbalanced text."""
    stack: list[list[Tree]] = [[]]
    for token in re.findall(r"[()]|[^\s()]+", text):
        if token == "(":
            stack.append([])
        elif token == ")":
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(token)
    if len(stack) != 1:
        raise ValueError(f"axioms: unbalanced parentheses in {text!r}")
    return stack[0]


def build(tree: Tree, bound: frozenset[str] = frozenset()) -> Term:
    """The term of a parsed expression; unbound names become kind r, upper-case ones kind g, those with $ in
    front kind v, with ? in front kind p."""
    if isinstance(tree, str):
        if tree.removeprefix("-").isdigit():
            return num(int(tree))
        if SIGNATURE.get(tree, ("x", ""))[0] == "":
            return make(tree)
        if tree[0] == "?":
            return make("p", (), tree[1:])
        return var(tree.removeprefix("$")) if tree in bound or tree[0] == "$" else rvar(tree)
    head, *rest = tree
    assert isinstance(head, str)
    if head in BINDERS:
        name, *args = rest
        assert isinstance(name, str)
        under = BINDERS[head]
        parts = [build(a, bound | {name}) if n in under else build(a, bound) for n, a in enumerate(args)]
        return bind(head, var(name), *parts)
    args_ = [build(a, bound) for a in rest]
    if head == "sub":
        return sub(*args_)
    if head[0] == "?":
        return make("p", args_, head[1:])
    if head[0].isupper() and head not in SIGNATURE:
        return at(head, *args_, random=True)
    return make(head, args_)


@lru_cache(maxsize=1)
def schemes() -> dict[str, Scheme]:
    """Every scheme by name."""
    table: dict[str, Scheme] = {}
    for line in Path(__file__).with_name("axioms.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, body = line.split(":", 1)
        left, right = body.split("|-")
        if name in table:
            raise ValueError(f"axioms: {name} stands twice")
        (goal,) = parse(right)
        table[name] = Scheme(name, tuple(build(h) for h in parse(left)), build(goal))
    return table
