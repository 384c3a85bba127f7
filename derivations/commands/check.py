"""Answers from files and JSON lines to the grader.

Says what is asked of the grader and where each line of an answer stands; printing is done elsewhere.
"""

from __future__ import annotations

import json
import os
import select
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from derivations.errors import UsageError
from derivations.grading import LineVerdict, Problem, Report
from derivations.latex.document import Document, Trouble, read_document
from derivations.latex.rows import Line
from derivations.workers import Grade, Workers

LONGEST = 16 << 20          # bytes in a line of JSON
_KINDS = {".tex": "tex", ".ltx": "tex", ".latex": "tex", ".md": "md", ".markdown": "md"}
_KEYS = ("id", "let", "given", "lines", "exercise")


def load_grade() -> Grade:
    """The grader, which is slow to load."""
    from derivations.grade import grade

    return grade


@dataclass(frozen=True)
class Asked:
    """What the options add to every problem."""

    let: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    exercise: str | None = None
    strict: bool = False

    def of(self, problem: Problem) -> Problem:
        """The problem with what the options say."""
        return replace(problem, let=(*self.let, *problem.let), given=(*self.given, *problem.given),
                       exercise=problem.exercise or self.exercise, strict=problem.strict or self.strict)


@dataclass(frozen=True)
class Judged:
    """A report, and where its lines stand in a document."""

    name: str
    document: Document
    lines: tuple[Line, ...]
    report: Report

    def data(self) -> dict[str, Any]:
        """The report as JSON, with the file and the places of the lines."""
        found = self.report.data()
        for entry, verdict in zip(found["lines"], self.report.lines, strict=True):
            entry["place"] = list(self.document.place(self.span(verdict)[0]))
        return {**found, "file": self.name}

    def span(self, verdict: LineVerdict) -> tuple[int, int]:
        """The offsets in the file of the judged place; of the whole line if none is named."""
        if not 1 <= verdict.line <= len(self.lines):
            return (self.lines[0].offset(0),) * 2 if self.lines else (0, 0)
        line = self.lines[verdict.line - 1]
        a, b = verdict.at if 0 <= verdict.at[0] < verdict.at[1] <= len(line.text) else (0, len(line.text))
        return line.offset(a), line.offset(b)


def read_file(name: str) -> Document:
    """The document in a file, or on standard input for ``-``.  Errors: UsageError, OSError."""
    kind = "tex" if name == "-" else _KINDS.get(Path(name).suffix.lower(), "")
    if not kind:
        raise UsageError(name, f"a file that ends in {', '.join(_KINDS)} was asked for", "another one",
                         "rename it, or give it as - for LaTeX")
    if name == "-":
        with open(0, "rb", closefd=False) as file:
            data = file.read()
    elif not Path(name).is_file():
        raise UsageError(name, "an answer was asked for", "no such file", "check the path")
    else:
        data = Path(name).read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as stop:
        before = data[:stop.start]
        column = len(before[before.rfind(b"\n") + 1:].decode("utf-8", "replace")) + 1
        raise UsageError(f"{name}:{before.count(10) + 1}:{column}", "text in UTF-8 was asked for",
                         f"the byte {data[stop.start]:#04x}", "save the file as UTF-8") from None
    return read_document(text, kind)


def check_file(name: str, document: Document, asked: Asked, workers: Workers) -> Iterator[Judged]:
    """The reports on a document, in its order; what could not be read is a report of its own."""
    jobs: list[tuple[int, tuple[Line, ...], Problem | Report]] = []
    for answer in document.answers:
        at = answer.lines[0].offset(0)
        id = name if len(document.answers) == 1 else f"{name}:{document.place(at)[0]}"
        problem = Problem(id, answer.let, answer.given, tuple(line.text for line in answer.lines), answer.exercise,
                          macros=answer.macros)
        jobs.append((at, answer.lines, asked.of(problem)))
    for trouble in document.problems:
        jobs.append((trouble.offset, *_unread(name, document, trouble)))
    if not jobs:
        nothing = Trouble("no display with mathematics was found", 0, 1, 1)
        jobs.append((0, *_unread(name, document, nothing)))
    jobs.sort(key=lambda job: job[0])
    for (_, lines, _), report in zip(jobs, workers.run([job for _, _, job in jobs]), strict=True):
        yield Judged(name, document, lines, report)


def _unread(name: str, document: Document, trouble: Trouble) -> tuple[tuple[Line, ...], Report]:
    text = document.text[trouble.offset:trouble.offset + 1]
    verdict = LineVerdict(1, "unreadable", message=trouble.message, at=(0, len(text)))
    return (Line(text, ((0, trouble.offset),)),), Report(f"{name}:{trouble.line}", "unreadable", (verdict,), 0.0)


# -- JSON lines ---------------------------------------------------------------------------------


class JsonLines:
    """Problems from a file with one JSON object a line, read as it grows.

    ``heads`` are the ids as they were written, with notes, of the problems that were taken.
    """

    def __init__(self, file: int, asked: Asked) -> None:
        self.file, self.asked = file, asked
        self.heads: deque[tuple[Any, tuple[str, ...]]] = deque()
        self.number = self.good = 0
        self.whole = False          # whether the first line looks like one JSON text over many lines
        self._buffer = bytearray()
        self._seen = 0
        self._too_long = self._ended = False

    def fileno(self) -> int:
        return self.file

    def take(self) -> Problem | Report | None:
        """The next problem, or the report on a line that is none.  Errors: StopIteration at the end."""
        while True:
            end = self._buffer.find(b"\n", self._seen)
            if end >= 0:
                line = bytes(self._buffer[:end])
                del self._buffer[:end + 1]
                self._seen = 0
            elif self._ended:
                if not self._buffer and not self._too_long:
                    raise StopIteration
                line = bytes(self._buffer)
                self._buffer.clear()
            else:
                self._seen = len(self._buffer)
                if self._seen > LONGEST:
                    self._too_long, self._seen = True, 0
                    self._buffer.clear()
                if not select.select([self.file], [], [], 0)[0]:
                    return None
                data = os.read(self.file, 1 << 16)
                self._ended = not data
                self._buffer += data
                continue
            self.number += 1
            if self._too_long:
                self._too_long = False
                return self._refused(None, f"a line of at most {LONGEST} bytes was asked for, found a longer one")
            if line.strip():
                return self._problem(line)

    def _problem(self, line: bytes) -> Problem | Report:
        if self.number == 1:
            self.whole = line.strip() in (b"[", b"{")
        try:
            data = json.loads(line.decode("utf-8-sig"))
        except UnicodeDecodeError as stop:
            return self._refused(None, f"text in UTF-8 was asked for, found the byte {line[stop.start]:#04x}",
                                 stop.start + 1)
        except json.JSONDecodeError as stop:
            return self._refused(None, f"JSON was asked for: {stop.msg}", stop.colno)
        except RecursionError:
            return self._refused(None, "an object was asked for, found one nested too deeply")
        except ValueError as stop:
            return self._refused(None, f"JSON was asked for: {stop}")
        if not isinstance(data, dict):
            return self._refused(None, f"an object was asked for, found {_kind(data)}")
        id = data.get("id")
        if not isinstance(id, str | int) or isinstance(id, bool):
            found = _kind(id) if "id" in data else "no such key"
            return self._refused(None, f"id: a text was asked for, found {found}")
        if "lines" not in data:
            return self._refused(id, "lines: a list of texts was asked for, found no such key")
        for key in ("let", "given", "lines"):
            value = data.get(key, [])
            if not isinstance(value, list):
                return self._refused(id, f"{key}: a list of texts was asked for, found {_kind(value)}")
            for n, text in enumerate(value):
                if not isinstance(text, str):
                    return self._refused(id, f"{key}[{n}]: a text was asked for, found {_kind(text)}")
        exercise = data.get("exercise")
        if exercise is not None and not isinstance(exercise, str):
            return self._refused(id, f"exercise: a text was asked for, found {_kind(exercise)}")
        if not data["lines"]:
            return self._refused(id, "lines: at least one was asked for, found none")
        self.good += 1
        others = [k for k in data if k not in _KEYS]
        self.heads.append((id, (f"not used: {', '.join(others)[:200]}",) if others else ()))
        return self.asked.of(Problem(str(id), tuple(data.get("let", ())), tuple(data.get("given", ())),
                                     tuple(data["lines"]), exercise))

    def _refused(self, id: Any, message: str, column: int | None = None) -> Report:
        self.heads.append((id, ()))
        place = f"line {self.number}" + (f", column {column}" if column else "")
        return Report(str(id), "unreadable", (LineVerdict(1, "unreadable", message=f"{place}: {message}"),), 0.0)


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def check_json_lines(source: JsonLines, workers: Workers) -> Iterator[dict[str, Any]]:
    """The reports as JSON objects, in the order of arrival, each as soon as it is there."""
    for report in workers.run(source):
        id, notes = source.heads.popleft()
        yield {**report.data(), "id": id, "notes": [*report.notes, *notes]}


def as_json(data: Any, indent: int | None = None) -> str:
    """JSON that can be printed whatever characters there are in it."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(data, indent=indent)
    return text
