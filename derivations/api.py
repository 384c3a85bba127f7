"""The library's front door.

``prove`` and ``refute`` for SymPy statements, in notebooks and tests; ``prove_statement`` for
statements that are kernel terms already, such as those of a reader of LaTeX.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from derivations.kernel.term import Term
from derivations.latex.write import write
from derivations.on_time import OutOfTime, on_time
from derivations.solution import PartSolution
from derivations.solve import QUESTION, refutation, refuted, solve_statement
from derivations.solve import recheck as second_checker
from derivations.statement import Exercise, Part, Statement, translate
from derivations.statement.exercise import stated


@dataclass(frozen=True)
class Result:
    """A verdict with what supports it.

    ``verdict`` is proved, conditional, refuted or undecided.  ``provided`` lists the conditions of a
    conditional verdict in LaTeX; ``witness`` the values of a refutation; ``certificate`` the proof as
    plain data.
    """

    claim: str
    verdict: str
    provided: tuple[str, ...]
    witness: dict[str, str] | None
    message: str
    axioms: tuple[tuple[str, str], ...]
    certificate: dict[str, Any] | None
    solution: PartSolution

    def __bool__(self) -> bool:
        return self.verdict == "proved"

    def __str__(self) -> str:
        lines = [f"{self.verdict}: {self.claim}"]
        if self.provided:
            lines.append("provided that " + ", ".join(self.provided))
        if self.message:
            lines.append(self.message)
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        words = r"\text{" + self.verdict + r"}\colon\quad "
        tail = (r"\quad\text{provided } " + r",\; ".join(self.provided)) if self.provided else ""
        return f"${words}{self.claim}{tail}$"

    def recheck(self) -> bool:
        """Whether the second checker, in a fresh process, accepts the certificate."""
        return second_checker([self.certificate])[0]


def prove(claim: Any, givens: Sequence[Any] = (), *, seconds: float = 40.0) -> Result:
    """The verdict on a claim under givens.

    ``seconds`` may go into the search for a proof; the answer comes after twice that and 10 seconds
    at the latest.  Errors: StatementError if the statement cannot be meant (contradictory givens,
    for instance).
    """
    return _verdict(_translated(claim, givens), seconds)


def prove_statement(hyps: Sequence[Term], goal: Term, *, seconds: float = 40.0) -> Result:
    """The verdict on a kernel formula under kernel formulas, read as they stand.

    Time as for ``prove``.  Errors: StatementError for terms that are no closed formulas, or givens
    that contradict each other.
    """
    return _verdict(stated(hyps, goal), seconds)


def _translated(claim: Any, givens: Sequence[Any]) -> Statement:
    part = Part("1", "", claim=claim)
    return translate(Exercise("claim", "", "", list(givens), [part]), part)


def _verdict(statement: Statement, seconds: float) -> Result:
    try:
        found = on_time(lambda: solve_statement(statement, seconds=seconds), 2 * seconds + 5)
    except OutOfTime as stop:
        found = _refuted(statement, stop.reason)
    assert found.goal is not None
    return Result(write(found.goal), found.verdict, tuple(write(p) for p in found.provided), found.witness,
                  found.message, found.axioms, found.certificate, found)


def _refuted(statement: Statement, reason: str) -> PartSolution:
    base = replace(QUESTION, verdict="undecided", givens=statement.hyps, goal=statement.goal,
                   message=f"Neither a proof nor a counterexample was found ({reason}).")
    try:
        found = on_time(lambda: refutation(statement, 2000), 5)
    except OutOfTime:
        return base
    return base if found is None else refuted(base, found)


def refute(claim: Any, givens: Sequence[Any] = (), *, milliseconds: int = 4000) -> dict[str, str] | None:
    """Values that satisfy the givens and break the claim, certified; None if none was found.

    Errors: StatementError if the statement cannot be meant.
    """
    statement = _translated(claim, givens)
    try:
        found = on_time(lambda: refutation(statement, milliseconds), 2 * milliseconds / 1000 + 5)
    except OutOfTime:
        return None
    return None if found is None else {**found.values, "left": found.left, "right": found.right}


def assert_proved(claim: Any, givens: Sequence[Any] = ()) -> None:
    """Fail, with the witness or the reason, unless the claim is proved.  Errors: AssertionError."""
    found = prove(claim, givens)
    assert found.verdict == "proved", str(found)
