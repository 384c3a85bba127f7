"""The last line of an answer against what was asked.

Says when a derivation without a wrong line does not reach the answer that the exercise expects.
"""

from __future__ import annotations

from derivations.claimed import Claimed, Script
from derivations.grading import LineVerdict
from derivations.kernel.normal import normalizer
from derivations.kernel.term import Term, TermError, eq, subterms
from derivations.latex.write import write

WORKED_OUT = frozenset({"E", "var", "cov", "P", "condE", "sum", "prod", "deriv", "limit", "integral", "floor", "relu"})


def compared(script: Script, claims: list[Claimed], verdicts: list[LineVerdict]) -> list[str]:
    """Remarks on an answer to an exercise whose lines are not wrong."""
    goal = script.context.goal
    if goal is None or not claims or any(v.verdict in ("refuted", "unreadable") for v in verdicts):
        return []
    if any(c.goal is not None and _same(c.goal, goal) for c in claims):
        return []
    if goal.head != "eq":
        return [f"No line says what was to be shown: ${_shown(goal)}$."]
    asked, expected = goal.args
    found = _answer(script, claims, asked)
    if found is None:
        return [f"No line says what ${_shown(asked)}$ is, which was asked."]
    if _same(found, expected):
        return []
    left = {s.head for s in subterms(found)} & WORKED_OUT - {s.head for s in subterms(expected)}
    names = {k for k in found.symbols if k not in expected.symbols}
    if left or names:
        return [f"The derivation stops short of the answer: ${_shown(found)}$ can be worked out further."]
    judge = claims[-1].judge
    if judge.left() > 0.2 and judge.holds(eq(found, expected), (), 0.5) is None:
        return [f"Whether ${_shown(found)}$ is the expected answer was not decided."]
    return []


def _answer(script: Script, claims: list[Claimed], asked: Term) -> Term | None:
    """The last expression that the lines set equal to what was asked."""
    if script.head is not None and script.last is not None and isinstance(script.head[0], Term) \
            and isinstance(script.last[0], Term) and _same(script.head[0], asked):
        return script.last[0]
    for c in reversed(claims):
        if c.goal is not None and c.goal.head == "eq":
            for a, b in (c.goal.args, c.goal.args[::-1]):
                if _same(a, asked):
                    return b
    return None


def _same(a: Term, b: Term) -> bool:
    if a is b:
        return True
    if a.sort != "R" or b.sort != "R":
        return a.sort == b.sort == "B" and a.head == b.head and len(a.args) == len(b.args) > 0 \
            and all(_same(x, y) for x, y in zip(a.args, b.args, strict=True))
    try:
        return normalizer(frozenset()).equal(a, b)
    except TermError:
        return False


def _shown(t: Term) -> str:
    try:
        return write(t)
    except ValueError:
        return repr(t)


__all__ = ["compared"]
