"""A solution as lines of plain text, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from derivations.kernel.term import Term
from derivations.plain import plain
from derivations.solution import PartSolution, Solution, Step

_WIDTH = 96


def prose(latex: str) -> str:
    """Text with LaTeX in it as Unicode."""
    from pylatexenc.latex2text import LatexNodes2Text

    return " ".join(LatexNodes2Text(math_mode="text", strict_latex_spaces=False).latex_to_text(latex).split())


def _filled(text: str, indent: str) -> list[str]:
    return wrap(prose(text), _WIDTH, initial_indent=indent, subsequent_indent=indent)


def lines(solution: Solution) -> Iterator[str]:
    """The whole solution."""
    yield f"{solution.id}  {prose(solution.title)}"
    for part in solution.parts:
        yield ""
        yield from _part(part)


def _part(part: PartSolution) -> Iterator[str]:
    checked = ", checked twice" if part.rechecked and part.certificate is not None else ""
    yield f"{part.id}  {prose(part.title)}  [{part.verdict}{checked}]".replace("    ", "  ")
    yield from _filled(part.ask, "  ")
    if part.goal is not None:
        yield f"  claim: {plain(part.goal)}"
    for block in part.blocks:
        if block.title:
            yield f"  {prose(block.title)}:"
        for step in block.steps:
            yield from _step(step)
    for t in part.provided:
        yield f"  provided: {plain(t)}"
    for name, source in part.axioms:
        yield f"  assumes: {name} ({prose(source)})"
    for name, value in (part.witness or {}).items():
        yield f"  counterexample: {name} = {value}"
    yield from _filled(part.message, "  ")
    yield from _filled(part.words, "  ")


def _step(step: Step) -> Iterator[str]:
    formula: Term = step.formula
    text = f"  = {plain(formula.args[1])}" if step.continues and formula.head == "eq" else plain(formula)
    reason = f"   ({prose(step.reason)})" if step.reason else ""
    if len(text) + len(reason) + 4 <= _WIDTH:
        yield f"    {text}{reason}"
    else:
        yield f"    {text}"
        yield f"       {reason}"
