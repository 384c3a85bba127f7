"""What the reader's grammar produces.

Trees of nodes that keep everything that was written, with its place; names are resolved later,
by the declarations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """One construct.  ``kind`` says which notation it belongs to, ``data`` what is not a subtree."""

    kind: str
    args: tuple[Node, ...] = ()
    data: Any = None
    start: int = 0
    end: int = 0

    def walk(self) -> Iterator[Node]:
        """This node and all below it, those in scripts of names too."""
        stack = [self]
        while stack:
            n = stack.pop()
            yield n
            stack += n.args
            if isinstance(n.data, Written):
                stack += [x for s in (n.data.sub, n.data.sup) if s is not None for x in s.nodes]
            elif isinstance(n.data, Range):
                stack += n.data.parts()


@dataclass(frozen=True, slots=True)
class Script:
    """A subscript or superscript: as text without spaces, and as the expressions between its commas
    if it can be read so.  ``paren`` is the bracket around all of it, if there is one."""

    text: str
    nodes: tuple[Node, ...] = ()
    paren: str = ""
    items: tuple[str, ...] = ()
    law: str = ""       # of an expectation's subscript: what stands behind \sim


@dataclass(frozen=True, slots=True)
class Written:
    """A name as it was written: letter or word, accents, font, scripts, primes."""

    base: str
    accents: tuple[str, ...] = ()
    font: str = ""
    sub: Script | None = None
    sup: Script | None = None
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Range:
    """The variables of a sum, a product or a maximum: names with bounds and further conditions."""

    names: tuple[Written, ...]
    low: Node | None = None
    high: Node | None = None
    conditions: tuple[Node, ...] = ()

    def parts(self) -> list[Node]:
        """The expressions in it."""
        return [x for x in (self.low, self.high) if x is not None] + list(self.conditions)
