"""Sheets, certificates and what is remembered about them.

For every target a manifest records the digest of all that it depends on, and of each file made; if
all of them still agree there is nothing to do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from derivations import files
from derivations.commands import fingerprint
from derivations.commands.find import Source, Target, solved
from derivations.commands.store import Store, user_cache
from derivations.commands.terminal import Say
from derivations.errors import UsageError
from derivations.problem_set import ProblemSet
from derivations.sheets.pdf import Engine, NoEngine, find_engine, make_pdf
from derivations.solution import PartSolution, Solution

CACHE = ".cache"


@dataclass
class Built:
    """What came out for one target."""

    sheets: list[dict[str, Any]] = field(default_factory=list)   # set, title, files, verdicts
    messages: list[str] = field(default_factory=list)
    failed: bool = False        # a file that was asked for is missing
    outputs: dict[str, str] = field(default_factory=dict)        # path under the output folder: digest
    fresh: bool = True          # made in this run

    @property
    def verdicts(self) -> list[str]:
        return [v for s in self.sheets for v in s["verdicts"]]


class Builder:
    """Builds targets in one format into one folder.  Errors: UsageError for an unknown format."""

    def __init__(self, out: Path, format: str, pdf: bool) -> None:
        from derivations.sheets.render import FormatError, find_format, load_format

        try:
            self.format = load_format(find_format(format))
        except FormatError as stop:
            raise UsageError(str(stop.folder), stop.asked, stop.found, stop.do) from stop
        self.out = out
        self.pdf = pdf and self.format.extension == "tex"
        self.engine: Engine | None = find_engine() if self.pdf else None
        self.store = Store(out / CACHE, user_cache())
        self.options = (f"pdf {self.pdf}", f"engine {self.engine}", f"format {format}",
                        f"templates {fingerprint.folder(self.format.folder, '*')}")

    def build(self, target: Target, say: Say) -> Built:
        """The sheets of a target, made now or found as made before.  Errors: UsageError, OSError."""
        manifest = self.out / CACHE / f"{self._label(target)}.json"
        key = files.digest_of([], [target.key, *self.options])
        before = self._read(manifest)
        if before is not None and before["key"] == key and self._unchanged(before["outputs"]):
            return Built(before["sheets"], before["messages"], outputs=before["outputs"], fresh=False)
        say("reading the exercises")
        built = Built()
        sets, source = target.sets()
        for problems in sets:
            self._sheet(problems, source, built, say)
        for name in set(before["outputs"] if before else ()) - set(built.outputs):
            (self.out / name).unlink(missing_ok=True)
        if not built.failed:
            files.write(manifest, json.dumps({"key": key, "sheets": built.sheets, "messages": built.messages,
                                              "outputs": built.outputs}, indent=1))
        return built

    def _label(self, target: Target) -> str:
        if target.folder is None:
            return f"set-{files.file_name(target.name)}-{self.format.folder.name}"
        where = target.folder.resolve()
        return f"folder-{files.file_name(where.name)}-{files.digest_of([], [str(where)])[:12]}-" \
               f"{self.format.folder.name}"

    def _read(self, manifest: Path) -> dict[str, Any] | None:
        try:
            data = json.loads(manifest.read_bytes())
        except (OSError, ValueError):
            return None
        kinds = {"key": str, "sheets": list, "messages": list, "outputs": dict}
        good = isinstance(data, dict) and all(isinstance(data.get(k), t) for k, t in kinds.items())
        inside = good and all(self.out.resolve() in (self.out / n).resolve().parents for n in data["outputs"])
        return data if inside else None

    def _unchanged(self, outputs: dict[str, str]) -> bool:
        return bool(outputs) and all(files.digest(self.out / n) == d for n, d in outputs.items())

    def _put(self, built: Built, name: str, content: str) -> None:
        if name in built.outputs:
            raise UsageError(name, "one file for each sheet and part was asked for", "two of this name",
                             "rename a set or a part", 3)
        files.write(self.out / name, content)
        self._record(built, name)

    def _record(self, built: Built, name: str) -> None:
        found = files.digest(self.out / name)
        if found is not None:
            built.outputs[name] = found

    def _sheet(self, problems: ProblemSet, source: Source, built: Built, say: Say) -> None:
        from derivations.sheets.render import FormatError, render
        from derivations.sheets.sheet import Sheet

        places = problems.numbered()
        solutions = solved([id for _, id in places], source, self.store, say)
        shown = tuple(_on_sheet(s, number, problems.remarks) for (number, _), s in zip(places, solutions, strict=True))
        for key in set(problems.remarks) - {_called(n, s, p) for (n, _), s in zip(places, solutions, strict=True)
                                            for p in s.parts}:
            raise UsageError(f"set {problems.id}, remarks", f"a remark on part {key!r} was asked for",
                             "no part of that name", "name it as on the sheet", 3)
        folder = files.file_name(problems.id)
        made = []
        for name, with_solutions in (("solutions", True), ("problems", False)):
            sheet = Sheet(problems.title, problems.course, problems.date, shown, with_solutions,
                          dict(problems.names))
            say(f"{problems.id}: writing {name}")
            try:
                text = render(sheet, self.format.folder)
            except FormatError as stop:
                raise UsageError(str(stop.folder), stop.asked, stop.found, stop.do, 3) from stop
            path = f"{folder}/{name}.{self.format.extension}"
            self._put(built, path, text)
            made.append(path)
            if self.pdf:
                made += self._typeset(built, text, f"{folder}/{name}.pdf", say)
        self._certificates(built, folder, solutions)
        built.sheets.append({"set": problems.id, "title": problems.title, "files": made,
                             "verdicts": [p.verdict for s in solutions for p in s.parts],
                             "unchecked": [f"{s.id} {p.id}" for s in solutions for p in s.parts
                                           if p.certificate is not None and not p.rechecked]})

    def _typeset(self, built: Built, text: str, name: str, say: Say) -> list[str]:
        say(f"{name}: typesetting")
        try:
            result = make_pdf(text, self.out / name, timeout=300, engine=self.engine)
        except NoEngine:
            message = "no PDF was made, found no TeX engine; install one: pip install \"derivations[pdf]\""
            built.messages += [message] if message not in built.messages else []
            return []
        if not result.ok:
            built.failed = True
            built.messages.append(f"{name}: a PDF was asked for, found a complaint of {result.engine}; "
                                  f"mend the sheet's text\n{result.log_tail}")
            return []
        self._record(built, name)
        return [name]

    def _certificates(self, built: Built, folder: str, solutions: Sequence[Solution]) -> None:
        for solution in solutions:
            for part in solution.parts:
                if part.certificate is not None:
                    name = files.file_name(f"{solution.id}-{part.id}")
                    self._put(built, f"{folder}/certificates/{name}.json",
                              json.dumps(part.certificate, separators=(",", ":")) + "\n")


def _called(number: str, solution: Solution, part: PartSolution) -> str:
    """The name by which the remarks of a set call a part."""
    return number + part.id if number else f"{solution.id} {part.id}"


def _on_sheet(solution: Solution, number: str, remarks: Mapping[str, str]) -> Solution:
    """The solution with the number that it has on the sheet, its parts called after it, and the remarks of the set."""
    parts = tuple(replace(p, id=number + p.id,
                          words=" ".join(x for x in (p.words, remarks.get(_called(number, solution, p), "")) if x))
                  for p in solution.parts)
    return replace(solution, id=number or solution.id, parts=parts)
