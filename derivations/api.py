"""The library's front door.

``prove`` and ``refute`` for SymPy statements, in notebooks and tests; ``prove_statement`` for
statements that are kernel terms already, such as those of a reader of LaTeX.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from derivations.kernel.term import Term
from derivations.latex.write import write
from derivations.solution import PartSolution
from derivations.solve import recheck as second_checker
from derivations.solve import solve_part, solve_statement
from derivations.statement import Exercise, Part, translate
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

    Errors: StatementError if the statement cannot be meant (contradictory givens, for instance).
    """
    part = Part("1", "", claim=claim)
    exercise = Exercise("claim", "", "", list(givens), [part])
    return _result(solve_part(exercise, part, [], seconds=seconds))


def prove_statement(hyps: Sequence[Term], goal: Term, *, seconds: float = 40.0) -> Result:
    """The verdict on a kernel formula under kernel formulas, read as they stand.

    Errors: StatementError for terms that are no closed formulas, or givens that contradict each other.
    """
    return _result(solve_statement(stated(hyps, goal), seconds=seconds))


def _result(found: PartSolution) -> Result:
    goal = found.goal
    return Result(write(goal) if goal is not None else "", found.verdict, tuple(write(p) for p in found.provided),
                  found.witness, found.message, found.axioms, found.certificate, found)


def refute(claim: Any, givens: Sequence[Any] = (), *, milliseconds: int = 4000) -> dict[str, str] | None:
    """Values that satisfy the givens and break the claim, certified; None if none was found.

    Errors: StatementError if the statement cannot be meant.
    """
    from derivations.refute import refute as search
    part = Part("1", "", claim=claim)
    statement = translate(Exercise("claim", "", "", list(givens), [part]), part)
    assert statement.goal is not None
    found = search(statement.hyps, statement.goal, milliseconds=milliseconds)
    if found is None or found.assumed:
        return None
    return {**found.values, "left": found.left, "right": found.right}


def assert_proved(claim: Any, givens: Sequence[Any] = ()) -> None:
    """Fail, with the witness or the reason, unless the claim is proved.  Errors: AssertionError."""
    found = prove(claim, givens)
    assert found.verdict == "proved", str(found)
