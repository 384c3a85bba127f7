r"""Lines of mathematics inside a display.

Splits at ``\\``, joins the pieces of a broken term, and knows for every character where it stands in
the file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter

_INDEX = itemgetter(0)
_DEEPEST = 8                # nested displays that are split
_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|[{}]", re.S)
_NAME = re.compile(r"[ \t]*\{([A-Za-z]{1,30}\*?)\}")
_LENGTH = re.compile(r"[-+]?[ ]?[0-9.]*[ ]?\\?[A-Za-z]{2,20}")
_ARGUMENTS = {"alignedat": 1, "alignat": 1, "alignat*": 1, "xalignat": 1}
_COLUMNS = frozenset({"rcl", "rl", "lcl", "ll", "lll", "rll"})
# environments that hold rows of a derivation when they are all that a display holds
_WITH_STAR = ("align", "alignat", "flalign", "gather", "eqnarray", "multline", "equation")
_INNER = frozenset({"aligned", "alignedat", "split", "gathered", "array", *_WITH_STAR, *(f"{n}*" for n in _WITH_STAR)})
_SPACES = ("quad", "qquad", ",", ";", ":", "!", " ", ">", "\n", "\t", "hfill", "enspace", "thinspace", "displaystyle")
_SILENT = frozenset(_SPACES) | {"nonumber", "notag", "hline", "allowdisplaybreaks", "noindent", "par", "-", "/"}
_WITH_GROUP = frozenset({"label", "tag", "text", "textrm", "mbox", "hspace", "vspace", "intertext", "shortintertext"})
_SIGNS = frozenset({"+", "-", "−", r"\pm", r"\mp", r"\cdot", r"\times", r"\div"})
_RELATION = re.compile(
    r"\\(?P<word>leq?|leqslant|geq?|geqslant|neq?|equiv|approx|sim|simeq|cong|propto|in|ll|gg|Rightarrow|implies|iff|"
    r"Leftrightarrow|Longrightarrow|Longleftrightarrow|impliedby|to|rightarrow|leftarrow|triangleq|coloneqq|lt|gt)"
    r"(?![A-Za-z])|[=<>≤≥≠≈∈→⇒⇔]|\\(?:[A-Za-z]+|.)|[{}]", re.S)
_OPEN_ENDS = (*"+-−=<>≤≥≠≈·×", r"\pm", r"\mp", r"\cdot", r"\times", r"\div", r"\le", r"\leq", r"\ge", r"\geq",
              r"\ne", r"\neq", r"\approx", r"\equiv")
_COLUMN = re.compile(r"\\(?:[A-Za-z]+|.)|[{}&]", re.S)
_TAIL = tuple(sorted((r"\nonumber", r"\notag", *("\\" + s for s in _SPACES)), key=len, reverse=True))


@dataclass(frozen=True)
class Line:
    """Text taken from a file.

    ``runs`` are pairs (index in the text, offset in the file), each valid up to the next one.
    """

    text: str
    runs: tuple[tuple[int, int], ...]

    @classmethod
    def cut(cls, source: str, start: int, end: int, cuts: list[tuple[int, int]]) -> Line:
        """The source from start to end without some ranges, which are in order and apart."""
        parts: list[str] = []
        runs: list[tuple[int, int]] = []
        length = 0
        for a, b in [*cuts, (end, end)]:
            if start < a:
                runs.append((length, start))
                parts.append(source[start:a])
                length += a - start
            start = max(start, b)
        return cls("".join(parts), tuple(runs) or ((0, end),))

    def offset(self, index: int) -> int:
        """Where the character at an index stands in the file; the length of the text gives the end."""
        if index >= len(self.text) > 0:
            return self.offset(len(self.text) - 1) + 1
        index = max(index, 0)
        at, start = self.runs[bisect_right(self.runs, index, key=_INDEX) - 1]
        return start + index - at

    def part(self, a: int, b: int) -> Line:
        """The text from a to b, without the white space at its ends."""
        while a < b and self.text[a].isspace():
            a += 1
        while a < b and self.text[b - 1].isspace():
            b -= 1
        first = bisect_right(self.runs, a, key=_INDEX) - 1
        last = bisect_right(self.runs, max(a, b - 1), key=_INDEX)
        runs = tuple((max(at - a, 0), start + max(a - at, 0)) for at, start in self.runs[first:last])
        return Line(self.text[a:b], runs)

    def joined(self, others: list[Line]) -> Line:
        """This text and others, a space between each two."""
        parts, runs, length = [self.text], list(self.runs), len(self.text)
        end = self.offset(length)
        for other in others:
            runs.append((length, end))
            runs += [(at + length + 1, start) for at, start in other.runs]
            parts.append(other.text)
            length += 1 + len(other.text)
            end = other.offset(len(other.text))
        return Line(" ".join(parts), tuple(runs))


def rows(display: Line, broken: bool = False) -> list[Line]:
    r"""The lines of a display.

    ``broken``: every row goes on with the one before unless it begins with a relation, as in
    ``multline``.
    """
    return _joined(list(_rows(display, 0)), broken)


def has_relation(text: str) -> bool:
    """Whether a relation sign stands in the text, outside braces."""
    depth = 0
    for m in _RELATION.finditer(text):
        found = m.group()
        if found in "{}":
            depth = max(depth + (1 if found == "{" else -1), 0)
        elif not depth and (found[0] != "\\" or m.group("word")):
            return True
    return False


def _rows(display: Line, level: int) -> Iterator[Line]:
    for a, b in _ranges(display.text):
        row = display.part(a, b)
        if _silence(row.text, 0) == len(row.text):
            continue
        inside = _inside(row.text) if level < _DEEPEST else None
        if inside is None:
            yield row
        else:
            yield from _rows(row.part(*inside), level + 1)


def _ranges(text: str) -> list[tuple[int, int]]:
    r"""The ranges between the ``\\`` that stand in no group and no environment."""
    found, braces = _split(text, True)
    return found if not braces else _split(text, False)[0]      # without braces where they do not match


def _split(text: str, mind_braces: bool) -> tuple[list[tuple[int, int]], bool]:
    out: list[tuple[int, int]] = []
    start = braces = inner = 0
    odd = False
    for m in _TOKEN.finditer(text):
        found = m.group()
        if found == "{":
            braces += mind_braces
        elif found == "}":
            odd = odd or (mind_braces and braces == 0)
            braces = max(braces - 1, 0)
        elif found in (r"\begin", r"\end"):
            inner = max(inner + (1 if found == r"\begin" else -1), 0)
        elif found in ("\\\\", r"\cr") and not braces and not inner:
            out.append((start, m.start()))
            start = _option(text, m.end())
    out.append((start, len(text)))
    return out, bool(braces) or odd


def _option(text: str, at: int) -> int:
    r"""The end of what belongs to a ``\\``: a star, a length in brackets right behind it."""
    if text.startswith("*", at):
        at += 1
    if text.startswith("[", at):
        end = text.find("]", at, at + 40)
        if end > 0 and _LENGTH.fullmatch(text[at + 1:end].strip()):
            return end + 1
    return at


def _inside(text: str) -> tuple[int, int] | None:
    """The range inside the one environment that is all the row holds, if it is one with rows."""
    start = _silence(text, 0)
    if not text.startswith(r"\begin", start):
        return None
    name = _NAME.match(text, start + 6)
    if not name or name[1] not in _INNER:
        return None
    depth = 0
    for m in _TOKEN.finditer(text, start):
        if m.group() == r"\begin":
            depth += 1
        elif m.group() == r"\end":
            depth -= 1
            if not depth:
                break
    else:
        return None
    end = _NAME.match(text, m.end())
    if not end or end[1] != name[1] or _silence(text, end.end()) != len(text):
        return None
    at = name.end()
    if text.startswith("[", at) and text[at + 2:at + 3] == "]":
        at += 3
    if name[1] == "array":
        closed = text.find("}", at, at + 40)
        if closed < 0 or "".join(text[at:closed].strip("{").split()) not in _COLUMNS:
            return None
        at = closed + 1
    elif name[1] in _ARGUMENTS and text.startswith("{", at):
        at = _group_end(text, at)
    return at, m.start()


def _group_end(text: str, at: int) -> int:
    """Behind the group that begins at a position; the end of the text if it is not closed."""
    depth = 0
    for m in _TOKEN.finditer(text, at):
        depth += (m.group() == "{") - (m.group() == "}")
        if depth <= 0 and m.group() in "{}":
            return m.end()
    return len(text)


def _silence(text: str, at: int) -> int:
    """Behind everything from a position on that is no mathematics: spaces, ``&``, labels, words."""
    while at < len(text):
        c = text[at]
        if c.isspace() or c in "&~.,;":
            at += 1
            continue
        m = _TOKEN.match(text, at)
        word = m.group()[1:] if m else ""
        if m and word in _SILENT:
            at = m.end()
        elif m and word in _WITH_GROUP:
            at = m.end()
            if text.startswith("*", at):
                at += 1
            if not text.startswith("{", at):
                return at
            at = _group_end(text, at)
        else:
            return at
    return at


def _joined(found: list[Line], broken: bool) -> list[Line]:
    groups: list[list[Line]] = []
    for row in found:
        if groups and (_goes_on(row.text, groups[-1][-1].text) or (broken and not _continues(row.text))):
            groups[-1].append(row)
        else:
            groups.append([row])
    return [_one(g) for g in groups]


def _one(group: list[Line]) -> Line:
    """The pieces of a term as one line, without the white space and the side notes between them."""
    if not group[1:]:
        return group[0]
    pieces = [row.part(_first(row.text) if n else 0, len(row.text)) for n, row in enumerate(group)]
    pieces = [p if n == len(pieces) - 1 else p.part(0, _last(p.text)) for n, p in enumerate(pieces)]
    return pieces[0].joined(pieces[1:])


def _last(text: str) -> int:
    """Where the mathematics of a row ends, before words, labels and spaces."""
    known = braces = 0
    for m in _COLUMN.finditer(text):
        braces += (m.group() == "{") - (m.group() == "}")
        if braces <= 0 and m.start() >= known and m.group() not in ("{", "}"):
            known = _words(text, m.start())
            if known == len(text):
                return m.start()
    return len(text)


def _words(text: str, at: int) -> int:
    """Behind words in or without brackets, and all else that is no mathematics."""
    opened = 0
    while True:
        at = _silence(text, at)
        c = text[at:at + 1]
        if c and c in "([" and text.startswith((r"\text", r"\mbox"), at + 1):
            opened += 1
        elif c and c in ")]" and opened:
            opened -= 1
        else:
            return at
        at += 1


def _first(text: str) -> int:
    """Where the mathematics of a row begins."""
    at = 0
    while at < len(text):
        m = _TOKEN.match(text, at)
        if text[at].isspace() or text[at] in "&~":
            at += 1
        elif text.startswith("{}", at):
            at += 2
        elif m and m.group()[1:] in _SPACES:
            at = m.end()
        else:
            break
    return at


def _continues(text: str) -> bool:
    m = _RELATION.match(text, _first(text))
    return m is not None and (m.group()[0] not in "\\{}" or m.group("word") is not None)


def _goes_on(row: str, before: str) -> bool:
    """Whether a row belongs to the term that was begun in the row before."""
    if _open_end(before) and not _continues(row):
        return True
    at = _first(row)
    m = _TOKEN.match(row, at)
    sign = m.group() if m else row[at:at + 1]
    if sign not in _SIGNS:
        return False
    if sign not in ("-", "−") or not has_relation(row):
        return True
    # "-x = 4" may be a statement of its own: then it begins where the statement before began
    aligned = "&" in before and not before.lstrip().startswith("&")
    return aligned and "&" in row[:at]


def _open_end(text: str) -> bool:
    end = len(text)
    while end:
        if text[end - 1].isspace() or text[end - 1] in "&~":
            end -= 1
            continue
        if not text.endswith(_TAIL, 0, end):
            break
        end -= next(len(w) for w in _TAIL if text.endswith(w, 0, end))
    return text.endswith(_OPEN_ENDS, 0, end) and text[max(end - 2, 0)] not in "^_"      # not 0^+


__all__ = ["Line", "has_relation", "rows"]
