"""Sheets through a folder of templates.

A format is a folder with ``format.toml`` and Jinja templates.  Plain text is escaped wherever a
template prints it; what is LaTeX already is marked as such here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from derivations.kernel.term import Term
from derivations.latex.abbreviations import Abbreviations
from derivations.latex.measure import flows, width
from derivations.latex.names import LETTERS_KEY, spell
from derivations.latex.text import Tex, escape, prose
from derivations.latex.write import Writer
from derivations.sheets.layout import Display, Layout
from derivations.sheets.sheet import NumberedPart, Sheet, free_names, numbered, rests_on
from derivations.solution import Block

_ESCAPES: dict[str, Callable[[str], str]] = {"latex": escape, "none": str}
_KEYS = {"template": str, "extension": str, "escape": str, "line_width": float, "verdicts": dict}


class FormatError(ValueError):
    """A format folder that cannot be used.  ``folder`` and ``found`` tell which and why."""

    def __init__(self, folder: Path, asked: str, found: str, do: str) -> None:
        super().__init__(f"{folder}: {asked}, found {found}; {do}")
        self.folder = folder
        self.asked = asked
        self.found = found
        self.do = do


@dataclass(frozen=True)
class Format:
    """The settings of one format folder."""

    folder: Path
    template: str
    extension: str
    escape: str
    line_width: float            # of the text block, in ems
    verdicts: Mapping[str, str]


@dataclass(frozen=True)
class Setting:
    """What is assumed in a block, or the example that is taken, a sentence each."""

    verb: str                   # "Assume" or "Take"
    facts: tuple[Tex, ...]


@dataclass(frozen=True)
class BlockView:
    """A block as the templates see it."""

    title: Tex
    setting: tuple[Setting, ...]
    displays: tuple[Display, ...]


@dataclass(frozen=True)
class PartView:
    """A part as the templates see it."""

    label: str
    title: Tex
    ask: Tex
    verdict: str
    verdict_text: str
    proved: bool
    givens: tuple[Tex, ...]
    goal: Display | None
    goal_line: Tex | None        # the goal in one line, if it is short
    blocks: tuple[BlockView, ...]
    provided: tuple[Tex, ...]
    words: Tex
    message: Tex
    witness: tuple[Tex, ...]
    instances: int
    rechecked: bool


@dataclass(frozen=True)
class ExerciseView:
    """An exercise as the templates see it."""

    number: str
    title: Tex
    intro: Tex
    parts: tuple[PartView, ...]


def template_roots() -> list[Path]:
    """The folders that hold the formats shipped with the package, in the order they are tried."""
    roots = [Path(str(resources.files("derivations") / "_templates")),
             Path(__file__).resolve().parents[2] / "solutions_templates"]
    return [r for r in roots if r.is_dir()]


def find_format(name: str | Path) -> Path:
    """The folder of a format: a path to a folder, or the name of a shipped one.  Errors: FormatError."""
    own = Path(name)
    if (own / "format.toml").is_file():
        return own
    for root in template_roots():
        if own.name == str(name) and (root / name / "format.toml").is_file():
            return root / name
    shipped = sorted({p.parent.name for r in template_roots() for p in r.glob("*/format.toml")})
    raise FormatError(own, "a format folder with format.toml was asked for", "none",
                      f"give a folder, or a shipped format: {', '.join(shipped) or 'none installed'}")


def load_format(folder: Path) -> Format:
    """The settings in ``format.toml``.  Errors: FormatError."""
    path = folder / "format.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as e:
        raise FormatError(path, "settings in TOML were asked for", str(e), "mend or create this file") from e
    for key, kind in _KEYS.items():
        got = data.get(key)
        if not isinstance(got, kind) and not (kind is float and isinstance(got, int)):
            raise FormatError(path, f"{key} of type {kind.__name__} was asked for", repr(got), "set it")
    if data["escape"] not in _ESCAPES:
        raise FormatError(path, f"escape as one of {', '.join(_ESCAPES)} was asked for",
                          repr(data["escape"]), "choose one of these")
    return Format(folder, data["template"], data["extension"], data["escape"], float(data["line_width"]),
                  {str(k): str(v) for k, v in data["verdicts"].items()})


def _math(formulas: Iterable[str]) -> tuple[Tex, ...]:
    return tuple(Tex(f"${f}$") for f in formulas)


def _fitted(formula: str, line: float) -> str:
    # TeX breaks running formulas at relations and signs, but not between growing brackets
    if width(formula) <= line * 0.9 or flows(formula, line):
        return formula
    return rf"\fit{{{line}em}}{{{formula}}}"


def _short(writer: Writer, goal: Term, room: float) -> Tex | None:
    whole = writer.relation(goal).whole
    return Tex(rf"$\displaystyle {whole}$") if width(whole) <= room else None


def _value(text: str) -> str:
    """A value of a counterexample: a number, or any text."""
    found = re.fullmatch(r"(-?)(\d+)/(\d+)", text)
    if found:
        return rf"{found[1]}\frac{{{found[2]}}}{{{found[3]}}}"
    return text if re.fullmatch(r"-?\d+(\.\d+)?", text) else rf"\text{{{escape(text)}}}"


def _part_view(item: NumberedPart, names: Mapping[str, str], fmt: Format) -> PartView:
    part, avoid = item.part, free_names(item.part)
    hints = " ".join(v for k, v in names.items() if k.startswith(LETTERS_KEY))
    names = {**names, LETTERS_KEY: hints}       # one part uses the same letters all through
    defined = Abbreviations(part.givens)
    shown, running = (Writer(names, avoid, display, defined) for display in (True, False))
    layout = Layout(shown, fmt.line_width)

    def listed(terms: Iterable[Term]) -> tuple[Tex, ...]:
        return _math(_fitted(f, fmt.line_width) for f in running.facts(terms))

    def setting(block: Block) -> tuple[Setting, ...]:
        runs = groupby(block.assuming, lambda t: "Take" if t in block.chosen else "Assume")
        return tuple(Setting(verb, listed(facts)) for verb, facts in runs)
    several = sum(len(b.steps) for b in part.blocks) > 1
    blocks = tuple(BlockView(prose(b.title), setting(b), layout.block(steps, several)) for b, steps in item.blocks())
    return PartView(
        label=item.label, title=prose(part.title), ask=prose(part.ask), verdict=part.verdict,
        verdict_text=fmt.verdicts.get(part.verdict, part.verdict), proved=part.certificate is not None,
        givens=listed(part.givens),
        goal=layout.goal(part.goal) if part.goal is not None else None,
        goal_line=_short(shown, part.goal, fmt.line_width - 6) if part.goal is not None else None,
        blocks=blocks, provided=listed(part.provided), words=prose(part.words), message=prose(part.message),
        witness=_math(f"{spell(k, (), names)} = {_value(v)}" for k, v in (part.witness or {}).items()),
        instances=part.instances, rechecked=part.rechecked)


def context(sheet: Sheet, fmt: Format) -> dict[str, Any]:
    """What the templates are given."""
    exercises = tuple(
        ExerciseView(e.number, prose(e.solution.title), prose(e.solution.intro),
                     tuple(_part_view(p, {**sheet.names, **e.solution.names}, fmt) for p in e.parts))
        for e in numbered(sheet))
    machine = any(p.certificate is not None for e in sheet.exercises for p in e.parts)
    return {"title": sheet.title, "course": sheet.course, "date": sheet.date, "kind": sheet.kind,
            "with_solutions": sheet.with_solutions, "exercises": exercises, "checked_any": machine,
            "rests_on": tuple((name, prose(source)) for name, source in rests_on(sheet))}


def environment(fmt: Format) -> ImmutableSandboxedEnvironment:
    """The Jinja environment of a format: LaTeX delimiters, everything defined, text escaped."""
    escaping = _ESCAPES[fmt.escape]

    def finalize(value: object) -> str:
        return value if isinstance(value, Tex) else escaping(str(value))
    env = ImmutableSandboxedEnvironment(
        block_start_string=r"\BLOCK{", block_end_string="}", variable_start_string=r"\VAR{",
        variable_end_string="}", comment_start_string=r"\#{", comment_end_string="}",
        line_statement_prefix="%%", line_comment_prefix="%#", trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, autoescape=False, undefined=StrictUndefined, finalize=finalize,
        loader=FileSystemLoader(str(fmt.folder)))
    env.filters["raw"] = Tex
    env.filters["prose"] = prose
    return env


def render(sheet: Sheet, format_dir: str | Path = "latex") -> str:
    """The text of a sheet in a format.  Errors: FormatError."""
    fmt = load_format(find_format(format_dir))
    try:
        return environment(fmt).get_template(fmt.template).render(context(sheet, fmt))
    except TemplateError as e:
        where = f"{getattr(e, 'name', None) or fmt.template}, line {getattr(e, 'lineno', '?')}"
        raise FormatError(fmt.folder, "a template that renders was asked for", f"{e} ({where})",
                          "mend the template") from e
