"""Estimated widths of formulas.

Deciding where a chain is broken needs widths before TeX runs.  One em is the type size; the numbers
are those of Latin Modern in display style and come out within a few percent of the truth.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.S)
_SCRIPT = 0.73
_RELATIONS = {"=", "<", ">", r"\le", r"\ge", r"\ne", r"\sim", r"\in", r"\notin", r"\mid", ":"}
_ARROWS = {r"\iff": 2.35, r"\Rightarrow": 1.55, r"\to": 1.55}
_BINARY = {"+", "-", r"\cdot", r"\times"}
_SPACES = {r"\,": 0.17, r"\:": 0.22, r"\;": 0.28, r"\ ": 0.33, r"\!": -0.17, r"\quad": 1.0, r"\qquad": 2.0,
           r"\allowbreak": 0.0}
_LIMITS = {r"\sum": 1.45, r"\prod": 1.3, r"\max": 1.95, r"\min": 1.8}
_WORDS = {r"\log": 1.3, r"\exp": 1.5, r"\sin": 1.25, r"\cos": 1.35, r"\tanh": 2.0, r"\infty": 1.0,
          r"\dots": 1.3, r"\forall": 0.6, r"\exists": 0.6, r"\neg": 0.67, r"\colon": 0.45}
_PLAIN = {r"\mathbb", r"\mathbf", r"\mathrm", r"\mathcal", r"\operatorname", r"\text", r"\hat", r"\bar",
          r"\tilde", r"\dot", r"\check", r"\textstyle", r"\displaystyle"}
_SIZED = {r"\left": 0.62, r"\right": 0.62, r"\bigl": 0.5, r"\bigr": 0.5, r"\Bigl": 0.6, r"\Bigr": 0.6,
          r"\biggl": 0.72, r"\biggr": 0.72}
_NARROW, _WIDE = frozenset("ijltfrI'|()[],.;:! "), frozenset("mwMW")


def _char(c: str, upright: bool) -> float:
    if c in "()[]":
        return 0.39
    if c in ",.;:'|!":
        return 0.3 if upright or c != "," else 0.45
    if c in _WIDE:
        return 0.85 if c in "mw" else 1.0
    if c in _NARROW:
        return 0.36
    if c.isupper():
        return 0.72
    return 0.5 if c.isdigit() or upright else 0.55


class _Reader:
    """Walks the tokens of one formula once."""

    def __init__(self, tex: str) -> None:
        self.tokens = _TOKEN.findall(tex)
        self.at = 0

    def peek(self) -> str:
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def raw_group(self) -> str:
        """The text of a braced argument, unread."""
        if self.peek() != "{":
            return self.take()
        depth, parts = 0, []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            depth += (token == "{") - (token == "}")
            if depth == 0:
                break
            parts.append(token)
        return "".join(parts[1:])

    def cases(self) -> float:
        """The width of a cases environment, after its ``\\begin``."""
        self.raw_group()
        body: list[str] = []
        while self.at < len(self.tokens) and self.tokens[self.at] != r"\end":
            body.append(self.tokens[self.at])
            self.at += 1
        self.at += 1
        self.raw_group()
        rows = [row.split("&") for row in "".join(body).split(r"\\")]
        first = max(width(row[0]) for row in rows)
        return first + max((width(row[1]) for row in rows if len(row) > 1), default=0.0) + 1.9

    def item(self, token: str, first: bool) -> float:
        if token == "{":
            self.at -= 1
            return width(self.raw_group())
        if token in (r"\frac", r"\dfrac", r"\tfrac"):
            scale = _SCRIPT if token == r"\tfrac" else 1.0
            return 0.24 + scale * max(width(self.raw_group()), width(self.raw_group()))
        if token == r"\overset":
            over = _SCRIPT * width(self.raw_group())
            return max(over, width(self.raw_group()))
        if token == r"\sqrt":
            return 0.85 + width(self.raw_group())
        if token in (r"\text", r"\mathrm", r"\operatorname", r"\mathbf"):
            inside = self.raw_group()
            if token == r"\text" and "$" in inside:
                return sum(width(part) if k % 2 else sum(_char(c, True) for c in part)
                           for k, part in enumerate(inside.split("$")))
            return sum(_char(c, True) for c in inside) + (0.17 if token == r"\operatorname" else 0.0)
        if token in _SIZED:
            self.take()
            return _SIZED[token]
        if token == r"\begin":
            return self.cases()
        for table in (_SPACES, _WORDS, _LIMITS, _ARROWS):
            if token in table:
                return table[token]
        if token in _RELATIONS:
            return 1.34
        if token in _BINARY:
            return 0.78 if first else 0.72 if token == r"\cdot" else 1.22
        if token in _PLAIN:
            return width(self.raw_group())
        if token == r"\#":
            return 0.83
        if token.startswith("\\") and token[1:2].isalpha():
            return 0.72 if token[1].isupper() else 0.58
        return _char(token[-1], False) if token.strip() else 0.0

    def widest(self) -> float:
        """The widest part that TeX cannot break in running text; infinite between growing brackets."""
        widest = part = 0.0
        while token := self.peek():
            self.take()
            part += float("inf") if token in (r"\left", r"\begin") else self.item(token, False)
            widest = max(widest, part)
            if token in _RELATIONS or token in _BINARY or token in _ARROWS or token == r"\allowbreak":
                part = 0.0
        return widest

    def read(self) -> float:
        total, first = 0.0, True
        while token := self.peek():
            self.take()
            base = self.item(token, first)
            sub = sup = 0.0
            while (mark := self.peek()) in ("_", "^"):
                self.take()
                script = _SCRIPT * width(self.raw_group())
                sub, sup = (script, sup) if mark == "_" else (sub, script)
            total += max(base, sub, sup) if token in _LIMITS else base + max(sub, sup)
            first = token in _RELATIONS or token in _ARROWS or token in ("(", "[", r"\left")
        return total


def width(tex: str) -> float:
    """The estimated width of a formula in display style, in ems."""
    return _Reader(tex).read() if tex else 0.0


def flows(tex: str, room: float) -> bool:
    """Whether TeX can break a formula, set as running text, into lines of this many ems."""
    return _Reader(tex).widest() <= 0.85 * room


def text_width(text: str) -> float:
    """The estimated width of running text with ``$...$`` in it, in ems."""
    return sum(width(part) if k % 2 else 0.93 * sum(_char(c, True) for c in part)
               for k, part in enumerate(text.split("$")))
