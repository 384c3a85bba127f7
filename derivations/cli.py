"""The command line.

Exit status: 0 all proved, 1 something refuted, 2 wrong usage, 3 undecided or unreadable, 130 stopped.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from derivations.commands.terminal import (
    INTERRUPTED,
    REFUTED,
    UNDECIDED,
    USAGE,
    exit_status,
    progress,
    say,
    tally,
)
from derivations.errors import UsageError

if TYPE_CHECKING:
    from derivations.commands.build import Built
    from derivations.solution import PartSolution, Solution

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  context_settings={"help_option_names": ["-h", "--help"]},
                  help="Solves exercises step by step, proves every step, and makes sheets of them.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else on stdout.")]
Targets = Annotated[list[str] | None, typer.Argument(
    metavar="[SET_OR_FOLDER]...", help="Problem sets or folders; all sets if none is given.")]
FormatName = Annotated[str, typer.Option(help="latex, html, markdown, or a folder of templates.")]
MakePdf = Annotated[bool, typer.Option("--pdf/--no-pdf", help="Typeset the sheets as well.")]
Output = Annotated[Path, typer.Option("-o", "--output", help="The folder to write to.")]


@contextmanager
def _ending() -> Iterator[None]:
    """Turns what can go wrong into a sentence and an exit status."""
    try:
        yield
    except UsageError as stop:
        say(str(stop))
        raise typer.Exit(stop.status) from None
    except KeyboardInterrupt:
        say("Stopped. Files that were finished are complete, nothing is half-written.")
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except OSError as stop:
        say(f"{stop.filename or 'file'}: it was to be read or written, found: {stop.strerror or stop}; "
            "check the path and the permissions")
        raise typer.Exit(USAGE) from None


@app.command()
def solve(id: Annotated[str, typer.Argument(help="An exercise id, FILE.py, or FILE.py:ID.")],
          as_json: AsJson = False) -> None:
    """Solve one exercise now and show its steps."""
    with _ending():
        from derivations.commands.find import exercise, from_file, solve_one

        with progress(f"solving {id}") as tell:
            solution = solve_one(from_file(id) if ".py" in id else exercise(id), tell)
        if as_json:
            from derivations.stored import readable
            print(json.dumps(readable(solution), ensure_ascii=False, indent=1))
        else:
            _show(solution)
        raise typer.Exit(exit_status(p.verdict for p in solution.parts))


@app.command()
def build(targets: Targets = None, format: FormatName = "latex", pdf: MakePdf = True,
          out: Output = Path("build")) -> None:
    """Make solution sheets, problem sheets and certificates."""
    with _ending():
        from derivations.commands.build import Builder
        from derivations.commands.find import shipped_sets, target

        wanted = [target(name) for name in targets or shipped_sets()]
        builder = Builder(out, format, pdf)
        taken: dict[str, str] = {}
        verdicts: list[str] = []
        failed = False
        for one in wanted:
            with progress(f"building {one.name}") as tell:
                built = builder.build(one, tell)
            for name in built.outputs:
                if taken.setdefault(name, one.name) != one.name:
                    raise UsageError(one.name, f"a sheet in {out / name} was asked for",
                                     f"the one of {taken[name]} there", "rename a set, or build them apart")
            _built(built, out)
            verdicts += built.verdicts
            failed = failed or built.failed or any(s["unchecked"] for s in built.sheets)
        status = exit_status(verdicts)
        raise typer.Exit(status or (UNDECIDED if failed else 0))


@app.command()
def recheck(certificates: Annotated[list[Path], typer.Argument(metavar="CERT.json...")]) -> None:
    """Replay certificates with the second checker, in a process of its own."""
    with _ending():
        for path in certificates:
            if not path.is_file():
                raise UsageError(str(path), "a certificate was asked for", "no such file", "check the path")
        from derivations.commands.store import run_checker

        status = 0
        for path, answer in zip(certificates, run_checker(certificates), strict=True):
            if answer["ok"]:
                print(f"{path}: accepted, {answer['steps']} steps")
                for lemma in answer["assumed"]:
                    print(f"  assumes {lemma['name']} ({lemma['source']}): {lemma['statement']}")
                continue
            print(f"{path}: refused: {answer['error']}")
            status = REFUTED if status == REFUTED or _is_json(path) else UNDECIDED
        raise typer.Exit(status)


@app.command()
def axioms(id: Annotated[str, typer.Argument(help="An exercise id.")]) -> None:
    """What the proofs of an exercise rest on."""
    with _ending():
        from derivations.commands.catalogue import schemes, solution_of

        with progress(f"solving {id}") as tell:
            solution = solution_of(id, tell)
        for part in solution.parts:
            print(f"{part.id} {part.verdict}{_checked(part)}")
            for name, source in part.axioms:
                print(f"  assumes {name} ({source})")
            if part.certificate is not None:
                print(f"  axiom schemes: {', '.join(schemes(part)) or 'none'}")
        raise typer.Exit(exit_status(p.verdict for p in solution.parts))


@app.command()
def catalogue(as_json: AsJson = False) -> None:
    """List every part with its status."""
    with _ending():
        from derivations.commands.catalogue import catalogue as rows_of

        with progress("solving the catalogue") as tell:
            rows = rows_of(tell)
        if as_json:
            print(json.dumps(rows, ensure_ascii=False, indent=1))
        else:
            _table(rows)


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return True


def _checked(part: PartSolution) -> str:
    return "" if part.certificate is None else ", rechecked" if part.rechecked else ", NOT rechecked"


def _built(built: Built, out: Path) -> None:
    for sheet in built.sheets:
        print(f"{sheet['title']}: {tally(sheet['verdicts'])}" + ("" if built.fresh else " (unchanged)"))
        for name in sheet["files"]:
            print(f"  {out / name}")
        if sheet["unchecked"]:
            say(f"{sheet['set']}: the second checker was to accept every part, found "
                f"{', '.join(sheet['unchecked'])} refused; report this")
    for message in built.messages:
        say(message)


def _show(solution: Solution) -> None:
    from derivations.commands.reading import lines

    for line in lines(solution):
        print(line)


def _table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("source", "part", "exercise", "status", "steps", "rechecked", "assumes")
    for r in rows:
        table.add_row(r["source"], r["part"], r["id"], r["status"], str(r["steps"] or ""),
                      "yes" if r["rechecked"] else "", ", ".join(r["axioms"]))
    Console().print(table)
    print(tally(r["status"] for r in rows))


def main() -> None:
    """Runs the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app(prog_name="derivations")
    except KeyboardInterrupt:
        say("Stopped.")
        sys.exit(INTERRUPTED)
