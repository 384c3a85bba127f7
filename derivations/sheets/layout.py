"""Where the lines of a chain are broken.

A block of steps becomes displays, each a table of lines: the left side, then the relation with what
follows it, and the reason at the margin.  Widths are estimates in ems; a line that cannot be cut is
marked, so that the template may shrink it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from derivations.kernel.term import Term
from derivations.latex.measure import flows, text_width, width
from derivations.latex.text import Tex, prose
from derivations.latex.write import Relation, Writer
from derivations.sheets.sheet import NumberedStep

_NONE = Tex("")
_LEFT_SHARE = 0.36      # a wider left side stands on a line of its own
_SPREAD = 1.0           # in ems: chains whose left sides differ more are not put under each other
_SURE = 0.93            # estimates below this share of the room are trusted
_HANG = 2.0             # how far continued lines stand in, in ems
_SHRINK = 1.25          # what is wider by more than this factor is not shrunk if it can be broken
_LONG_REASON = 0.42     # a longer reason is set in several lines


@dataclass(frozen=True)
class Line:
    """One printed line; an empty ``reason`` and number 0 for continued ones."""

    left: Tex
    right: Tex
    reason: Tex = _NONE
    number: int = 0
    room: float = 0.0           # not 0: the right cell may be too wide for these ems, shrink it
    flows: bool = False         # with ``room``: or rather set it as running text in a box of this width
    wide_reason: float = 0.0    # not 0: set the reason in a box of this many ems


@dataclass(frozen=True)
class Display:
    """Lines aligned at their relations; hanging ones have empty left cells."""

    lines: tuple[Line, ...]
    hanging: bool


@dataclass(frozen=True)
class _Row:
    """One step ready to be placed."""

    rel: Relation
    continues: bool
    reason: str = ""
    number: int = 0

    @property
    def left_width(self) -> float:
        return 0.0 if self.continues else width(self.rel.left)

    @property
    def right_width(self) -> float:
        return width(self.rel.rel) + width(self.rel.right)


def _join(*parts: str) -> str:
    return " ".join(p for p in parts if p)


def _cut(parts: Sequence[str], first: float, later: float) -> list[str]:
    """Packs the parts into lines, the first and the later ones of the given widths."""
    lines: list[str] = []
    for part in parts:
        room = first if len(lines) <= 1 else later
        if lines and width(_join(lines[-1], part)) <= room * _SURE:
            lines[-1] = _join(lines[-1], part)
        else:
            lines.append(part)
    return lines or [""]


class Layout:
    """Places steps on lines of one width."""

    def __init__(self, writer: Writer, line: float) -> None:
        self.writer = writer
        self.line = line

    def block(self, steps: Sequence[NumberedStep], numbers: bool = True) -> tuple[Display, ...]:
        """The displays for the steps of one block."""
        runs: list[list[_Row]] = []
        for k, numbered in enumerate(steps):
            step = numbered.step
            joined = step.continues and bool(runs) and bool(runs[-1][-1].rel.rel)
            follows = k + 1 < len(steps) and steps[k + 1].step.continues
            rel = self.writer.relation(step.formula, turn=not (joined or follows))
            row = _Row(rel, joined and bool(rel.rel), step.reason, numbered.number if numbers else 0)
            if row.continues:
                runs[-1].append(row)
            else:
                runs.append([row])
        return self._displays(runs)

    def goal(self, goal: Term) -> Display:
        """A formula without a reason; one that takes several lines is cut between its statements first."""
        whole = self.writer.relation(goal)
        if goal.head != "and" or width(whole.whole) <= self.line * _SURE:
            return self._displays([[_Row(whole, False)]])[0]
        rows = [_Row(self.writer.relation(part), False) for part in goal.args]
        return Display(tuple(line for row in rows for line in self._hang(row)), True)

    def _displays(self, runs: list[list[_Row]]) -> tuple[Display, ...]:
        groups: list[tuple[bool, list[_Row]]] = []
        for run in runs:
            aligned = self._aligned(run)
            if groups and groups[-1][0] == aligned and (not aligned or self._together(groups[-1][1], run)):
                groups[-1][1].extend(run)
            else:
                groups.append((aligned, list(run)))
        out = []
        for aligned, rows in groups:
            lines = self._beside(rows) if aligned else [x for r in rows for x in self._hang(r)]
            out.append(Display(tuple(lines), not aligned))
        return tuple(out)

    def _aligned(self, rows: Sequence[_Row]) -> bool:
        if len(rows) == 1 and rows[0].reason:
            return False        # facts that are no chain stand flush left
        left = max(r.left_width for r in rows)
        if not all(r.rel.rel for r in rows) or left > _LEFT_SHARE * self.line:
            return False
        room = self.line - left
        if len(rows) == 1 and rows[0].right_width + width(rows[0].rel.tail) > room * _SURE:
            return False
        return all(max(map(width, r.rel.right_parts)) + 2.5 <= room * _SURE for r in rows)

    def _together(self, rows: Sequence[_Row], more: Sequence[_Row]) -> bool:
        lefts = [r.left_width for r in [*rows, *more] if not r.continues]
        return max(lefts) - min(lefts) <= _SPREAD and self._aligned([*rows, *more])

    def _beside(self, rows: Sequence[_Row]) -> list[Line]:
        """Left sides in one column, relations under each other."""
        room = self.line - max(r.left_width for r in rows)
        lines: list[Line] = []
        for row in rows:
            left = "" if row.continues else row.rel.left
            lines += self._fill(row, left, row.rel.rel, row.rel.right_parts, room, room - _HANG)
        return lines

    def _hang(self, row: _Row) -> list[Line]:
        """Everything from the left margin, continued lines stood in."""
        rel = row.rel
        inner = self.line - _HANG
        if row.continues:
            return self._fill(row, "", rf"\quad {rel.rel}", rel.right_parts, self.line, inner)
        if not rel.rel or row.left_width + row.right_width <= self.line * _SURE:
            return self._fill(row, "", "", (_join(rel.left, rel.rel, rel.right),), self.line, inner)
        first = self._line("", rel.left, self.line)
        return [first, *self._fill(row, "", rf"\quad {rel.rel}", rel.right_parts, self.line, inner)]

    def _fill(self, row: _Row, left: str, rel: str, parts: Sequence[str], first: float,
              later: float) -> list[Line]:
        texts = _cut(parts, first - width(rel), later - width(r"\quad"))
        texts[0] = _join(rel, texts[0])
        deeper = r"\quad\quad " if rel.startswith(r"\quad") else r"\quad "
        texts[1:] = [deeper + t for t in texts[1:]]
        if row.rel.tail:
            if width(texts[-1]) + width(row.rel.tail) <= first * _SURE:
                texts[-1] += row.rel.tail
            else:
                texts.append(row.rel.tail.strip())
        lines = [self._line(left if k == 0 else "", t, first) for k, t in enumerate(texts)]
        wide = text_width(row.reason)
        return [*lines[:-1], replace(lines[-1], reason=prose(row.reason), number=row.number,
                                     wide_reason=_LONG_REASON * self.line
                                     if wide > _LONG_REASON * self.line else 0.0)]

    def _line(self, left: str, right: str, room: float) -> Line:
        wide = width(right)
        if wide <= room * _SURE:
            return Line(Tex(left), Tex(right))
        return Line(Tex(left), Tex(right), room=round(room, 2),
                    flows=wide > _SHRINK * room and flows(right, room - _HANG))
