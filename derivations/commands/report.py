"""Verdicts on an answer, for the terminal.

Every line with its place in the file, the judged text underlined, and what supports the verdict.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from derivations.commands.check import Judged
from derivations.commands.terminal import tally
from derivations.grading import LineVerdict

if TYPE_CHECKING:
    from rich.console import Console

STYLES = {"proved": "green", "conditional": "cyan", "refuted": "bold red", "undecided": "yellow",
          "unreadable": "magenta"}
_WIDTH = 100                # where there is no terminal
_SHOWN = 3                  # lines of the file shown for one judged place


def visible(text: str) -> str:
    """Text of which every character is seen: no escape codes, no turning of the direction."""
    return "".join(" " if c == "\t" else "\ufffd" if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029" else c
                   for c in text)


def details(verdict: LineVerdict) -> Iterator[tuple[str, str]]:
    """What supports a verdict, as pairs (kind, text)."""
    if verdict.message:
        yield "message", verdict.message
    if verdict.witness:
        yield "witness", witness(verdict.witness)
    if verdict.evidence:
        counts = verdict.evidence
        yield "evidence", f"agrees at {counts.get('agree', 0)} of {counts.get('instances', 0)} instances tried"
    if verdict.follows_from_your_line:
        yield "follows", "this follows from your line before; the mistake is earlier"
    if verdict.provided:
        yield "provided", "holds if " + ", ".join(verdict.provided)
    if verdict.hint:
        yield "hint", f"hint: {verdict.hint}"


def witness(values: dict[str, str]) -> str:
    """A counterexample in one line: the values, then both sides there."""
    names = ", ".join(f"{_name(k)} = {v}" for k, v in values.items() if k not in ("left", "right"))
    sides = ", ".join(f"{k} {values[k]}" for k in ("left", "right") if k in values)
    return ": ".join(part for part in (names, sides) if part)


def _name(name: str) -> str:
    if "\\" not in name:
        return name
    from derivations.commands.reading import prose

    return prose(name)


class Printer:
    """Prints verdicts as they come, and counts them."""

    def __init__(self, console: Console | None = None) -> None:
        from rich.console import Console

        self.console = console or Console(highlight=False, markup=False, emoji=False)
        self.width = self.console.width if self.console.is_terminal else _WIDTH
        self.verdicts: list[str] = []
        self.first_wrong = ""

    def show(self, judged: Judged) -> None:
        """One report."""
        for verdict in judged.report.lines:
            self._line(judged, verdict)
        for note in judged.report.notes:
            self._print(f"  note: {note}", "dim")
        if not judged.report.lines:
            self.verdicts.append(judged.report.verdict)

    def summary(self) -> None:
        """How many of which verdict, and where the first wrong line is."""
        count = len(self.verdicts)
        text = f"{count} line{'' if count == 1 else 's'}: {tally(self.verdicts)}"
        if self.first_wrong:
            text += f"; the first wrong line is {self.first_wrong}"
        self._print(text, "bold")

    def _line(self, judged: Judged, verdict: LineVerdict) -> None:
        from rich.text import Text

        start, end = judged.span(verdict)
        line, column = judged.document.place(start)
        place = f"{judged.name}:{line}:{column}"
        self.verdicts.append(verdict.verdict)
        if verdict.verdict == "refuted" and not self.first_wrong:
            self.first_wrong = place
        style = STYLES.get(verdict.verdict, "")
        by = f"  ({', '.join(verdict.by)})" if verdict.by else ""
        self._print(Text.assemble(visible(place) + ": ", (verdict.verdict, style), (visible(by), "dim")))
        last = judged.document.place(max(start, end - 1))[0]
        for number in range(line, min(last, line + _SHOWN - 1) + 1):
            source = judged.document.source(number)
            begin = judged.document.starts[number - 1]
            a, b = max(start - begin, 0), min(end - begin, len(source))
            while a < b and source[a].isspace():
                a += 1
            self._source(number, source, a, b, style if verdict.verdict != "proved" else None)
        for kind, text in details(verdict):
            self._print(f"      {text}", "bold" if kind == "witness" else "")

    def _source(self, number: int, source: str, a: int, b: int, style: str | None) -> None:
        """A line of the file, cut to the width, and below it what is judged, underlined."""
        from rich.cells import cell_len
        from rich.text import Text

        text = visible(source)
        gutter = f"{number:>5} | "
        room = max(self.width - len(gutter) - 2, 20)
        first, last = 0, len(text)
        if cell_len(text) > room:
            first = max(0, min(a - room // 3, len(text) - room)) if a > room // 2 else 0
            last = first
            used = 0
            while last < len(text) and used + cell_len(text[last]) <= room:
                used += cell_len(text[last])
                last += 1
        left, right = "…" if first else "", "…" if last < len(text) else ""
        self._print(gutter + left + text[first:last] + right)
        if style is not None:
            b = max(min(b, last), a + 1)
            before = cell_len(left + text[first:a])
            marks = "^" * max(cell_len(text[a:b]), 1)
            self._print(Text.assemble(" " * (len(gutter) - 2) + "| " + " " * before, (marks, style)))

    def _print(self, text: object, style: str = "") -> None:
        from rich.text import Text

        shown = text if isinstance(text, Text) else Text(visible(str(text)), style=style)
        # a message may be wrapped by the terminal, but is never cut
        self.console.print(shown, soft_wrap=True)
