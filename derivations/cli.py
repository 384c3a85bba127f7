"""The command line.

Exit status: 0 all proved or conditional, 1 something refuted, 2 wrong usage, 3 undecided or unreadable,
130 stopped.
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
    from derivations.commands.check import Asked, Judged
    from derivations.solution import PartSolution, Solution
    from derivations.workers import Workers

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  context_settings={"help_option_names": ["-h", "--help"]},
                  help="Solves exercises step by step, proves every step, and makes sheets of them.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else on stdout.")]
Targets = Annotated[list[str] | None, typer.Argument(
    metavar="[SET_OR_FOLDER]...", help="Problem sets or folders; all sets if none is given.")]
FormatName = Annotated[str, typer.Option(help="latex, html, markdown, or a folder of templates.")]
MakePdf = Annotated[bool, typer.Option("--pdf/--no-pdf", help="Typeset the sheets as well.")]
Output = Annotated[Path, typer.Option("-o", "--output", help="The folder to write to.")]
Let = Annotated[list[str] | None, typer.Option(
    "--let", metavar="DECLARATION", help=r"A declaration, such as 'd positive integer'; may be repeated.")]
Given = Annotated[list[str] | None, typer.Option(
    "--given", metavar="EQUATION", help="An equation that holds; may be repeated.")]
TimeLimit = Annotated[float, typer.Option(min=0.05, max=86400, help="Seconds of processor time for one problem.")]
MemoryLimit = Annotated[int, typer.Option(min=16, max=1 << 20, help="MiB for one problem.")]


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


@app.command()
def check(answers: Annotated[list[str] | None, typer.Argument(
              metavar="[FILE]...", help="Answers in .tex or .md files, - for LaTeX on standard input.")] = None,
          let: Let = None, given: Given = None,
          exercise: Annotated[str | None, typer.Option(help="The id of the exercise that is answered.")] = None,
          strict: Annotated[bool, typer.Option("--strict", help="Every name must be declared.")] = False,
          as_json: AsJson = False,
          as_lines: Annotated[bool, typer.Option("--jsonl", help="Problems and reports in JSON, one a line.")] = False,
          time_limit: TimeLimit = 10.0, memory_limit: MemoryLimit = 1024,
          workers: Annotated[int | None, typer.Option(min=1, max=256, help="Problems judged at once.")] = None,
          report: Annotated[str | None, typer.Option(help="html or latex: the answer with marks.")] = None,
          out: Annotated[Path | None, typer.Option("-o", "--output", help="The file of the report.")] = None) -> None:
    """Judge written answers line by line."""
    with _ending():
        from derivations.commands.check import Asked, load_grade
        from derivations.workers import Workers

        answers = answers or []
        _check_usage(answers, as_json, as_lines, report, out)
        asked = Asked(tuple(let or ()), tuple(given or ()), exercise, strict)
        count = workers or min(os.cpu_count() or 1, 4)
        with Workers(load_grade, count, time_limit, memory_limit) as crew:
            try:
                if as_lines:
                    status = _check_lines(answers, asked, crew)
                else:
                    status = _check_files(answers, asked, crew, as_json, report, out)
            except KeyboardInterrupt:
                crew.close()
                say(f"Stopped; {crew.done} problem{'' if crew.done == 1 else 's'} done.")
                status = INTERRUPTED
        raise typer.Exit(status)


@app.command()
def prove(claim: Annotated[str, typer.Argument(metavar="CLAIM", help="A claim in LaTeX.")],
          let: Let = None, given: Given = None,
          certificate: Annotated[Path | None, typer.Option(metavar="OUT.json", help="Where the proof goes.")] = None,
          time_limit: TimeLimit = 10.0, memory_limit: MemoryLimit = 1024, as_json: AsJson = False) -> None:
    """Prove or refute one claim."""
    with _ending():
        from derivations import files
        from derivations.commands.check import as_json as json_text
        from derivations.commands.prove import prove as verdict_on
        from derivations.commands.prove import shown
        from derivations.commands.report import visible

        found = verdict_on(claim, let or (), given or (), time_limit, memory_limit)
        proof = found.pop("certificate")
        if certificate is not None and proof is not None:
            files.write(certificate, json_text(proof))
        if as_json:
            kept = proof is not None and certificate is not None
            print(json_text({**found, "certificate": str(certificate) if kept else None}))
        else:
            for line in shown(found):
                print(visible(line))
        if certificate is not None and proof is None:
            say(f"{certificate}: a certificate was asked for, found none for a claim that is {found['verdict']}")
        raise typer.Exit(exit_status([found["verdict"]]))


def _check_usage(answers: list[str], as_json: bool, as_lines: bool, report: str | None, out: Path | None) -> None:
    if as_lines and (len(answers) > 1 or as_json or report):
        raise UsageError("--jsonl", "one file or standard input was asked for", "more, or --json or --report",
                         "leave these out")
    if not as_lines and not answers:
        raise UsageError("check", "a file was asked for", "none", "name one, or - for standard input")
    if report not in (None, "html", "latex"):
        raise UsageError("--report", "html or latex was asked for", str(report), "choose one of these")
    if (report is None) != (out is None):
        raise UsageError("--report", "a format and a file were asked for", "one of them",
                         "write --report html -o FILE")
    if out is not None and any(Path(a).resolve() == out.resolve() for a in answers):
        raise UsageError(str(out), "a file other than the answer was asked for", "the answer", "choose another name")


def _check_lines(answers: list[str], asked: Asked, crew: Workers) -> int:
    from derivations.commands.check import JsonLines, as_json, check_json_lines

    name = answers[0] if answers else "-"
    if name != "-" and not Path(name).is_file():
        raise UsageError(name, "problems were asked for", "no such file", "check the path")
    file = 0 if name == "-" else os.open(name, os.O_RDONLY)
    source = JsonLines(file, asked)
    verdicts: set[str] = set()
    for found in check_json_lines(source, crew):
        sys.stdout.write(as_json(found) + "\n")         # in one piece
        sys.stdout.flush()
        verdicts.add(found["verdict"])
    if source.whole and not source.good:
        raise UsageError(name, "one JSON object a line was asked for", "one JSON text over several lines",
                         "put each problem on a line of its own")
    return exit_status(verdicts)


def _check_files(answers: list[str], asked: Asked, crew: Workers, as_json: bool, report: str | None,
                 out: Path | None) -> int:
    from derivations.commands.check import as_json as json_text
    from derivations.commands.check import check_file, read_file

    documents = [(name, read_file(name)) for name in answers]
    judged: list[Judged] = []
    printer = None
    if not as_json:
        from derivations.commands.report import Printer

        printer = Printer()
    if any(document.answers for _, document in documents):
        with progress("loading"):
            crew.start()
    try:
        for name, document in documents:
            for one in check_file(name, document, asked, crew):
                judged.append(one)
                if printer is not None:
                    printer.show(one)
                    sys.stdout.flush()
    finally:
        if printer is None:
            print(json_text([one.data() for one in judged], indent=1), flush=True)
        else:
            printer.summary()
    if report is not None and out is not None:
        from derivations import files
        from derivations.commands.markup import html_report, latex_report

        files.write(out, html_report(judged) if report == "html" else latex_report(judged))
    return exit_status(one.report.verdict for one in judged)


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

    table = Table("source", "part", "exercise", "status", "steps", "rechecked", "assumes", "published")
    for r in rows:
        table.add_row(r["source"], r["part"], r["id"], r["status"], str(r["steps"] or ""),
                      "yes" if r["rechecked"] else "", ", ".join(r["axioms"]),
                      tally(r["published"]) if r["published"] else "")
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
