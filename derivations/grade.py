"""A written answer, line by line.

Counterexamples are looked for on all lines first, then proofs, each line against the line before,
the givens and the lines established so far; after a wrong line the next ones are judged from it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from derivations.claimed import Claimed, Script
from derivations.clock import Limit
from derivations.exercise_context import exercise_context
from derivations.final_answer import compared
from derivations.grading import ORDER, LineVerdict, Problem, Report, worst
from derivations.judge import Judge, Judgment
from derivations.kernel.term import Term, eq, negation, op
from derivations.latex.declare import Context, declare
from derivations.latex.meaning import Reader, relate
from derivations.latex.scope import Scope
from derivations.latex.spelling import spelled
from derivations.latex.tokens import Macro, read_definition
from derivations.latex.unreadable import ShapeMismatch, Unreadable
from derivations.latex.write import write
from derivations.repair import describe, find_repair, notation_slip, remark

REPAIR_MS = 700
HINT = 0.3      # seconds that the numbers and the proof of a repair may take
REMARK = 1.0        # seconds to see that what was probably meant is the same
FIRST_ROUND = 0.4   # seconds for a statement
LONGEST = 0.8       # of the time that is left, for a statement
LATE = "No counterexample was found; the time was up before a proof."
NUMBERS_MS = 250    # for a counterexample to a statement before proofs are looked for
_HOLDS = ("proved", "conditional")


@dataclass
class Grader:
    """The state of one problem."""

    script: Script
    limit: Limit
    verdicts: list[LineVerdict | None] = field(default_factory=list)
    pending: list[tuple[int, list[Claimed]]] = field(default_factory=list)
    wrong: list[tuple[int, Claimed]] = field(default_factory=list)
    established: list[Term] = field(default_factory=list)
    certificate: dict[str, Any] | None = None  # of the last statement
    unbroken: bool = True  # all links of the chain so far are proved equations
    kept: float = 0.0  # seconds that proofs leave to the repairs of wrong lines

    def left(self) -> float:
        """Seconds that are left."""
        return self.limit.left()

    def free(self) -> float:
        """Seconds that proofs may take."""
        return self.left() - self.kept

    # -- numbers --------------------------------------------------------------------------------

    def read(self, text: str, lines_left: int) -> None:
        """The claims of a line, and a counterexample to one of them if there is a small one."""
        number = len(self.verdicts) + 1
        try:
            claims, definition = self.script.line(text)
        except Unreadable as stop:
            shapes = isinstance(stop, ShapeMismatch)
            message = f"The shapes do not fit: {stop.message}." if shapes else _sentence(stop.message)
            verdict = "refuted" if shapes else "unreadable"
            self.verdicts.append(LineVerdict(number, verdict, message=message, at=(stop.start, stop.end)))
            return
        if not claims:
            self.verdicts.append(LineVerdict(number, "proved", ("definition",) if definition else (), at=(0, len(text)),
                                             message="" if definition else "Nothing is claimed."))
            return
        most = int(min(NUMBERS_MS, 500 * max(0.02, self.left()) / (lines_left * len(claims))))
        for c in claims:
            if c.goal is None:
                c.found = Judgment("refuted", message=f"The two sides have different shapes: {c.shape}.")
            else:
                c.found = c.judge.refuted(c.goal, c.extra, most)
        bad = [c for c in claims if c.found is not None]
        self.script.settle(claims, bool(bad))
        self.wrong += [(number, c) for c in bad]
        self.verdicts.append(None)
        self.pending.append((number, claims))

    # -- proofs ---------------------------------------------------------------------------------

    def decide(self) -> None:
        """The verdicts of the lines that were read."""
        self.kept = min(self.left() / 2, REPAIR_MS / 1000 * len(self.wrong))
        self._prove()
        for number, claims in self.pending:
            parts = [self._judged(number, c) for c in claims]
            out = min(parts, key=lambda v: ORDER.index(v.verdict))
            by = tuple(dict.fromkeys(b for v in parts for b in v.by))
            self.verdicts[number - 1] = replace(
                out,
                by=by if out.verdict in _HOLDS else (),
                message=out.message or next((v.message for v in parts if v.message), ""),
                provided=tuple(dict.fromkeys(p for v in parts for p in v.provided)),
                follows_from_your_line=any(v.follows_from_your_line for v in parts),
            )

    def _prove(self) -> None:
        """Proofs in rounds, each with more time for a statement: a hard one leaves time for those after it,
        and what a search has found is there in the next round."""
        claims = [c for _, mine in self.pending for c in mine]
        share, rounds = FIRST_ROUND, 0
        todo = [c for c in claims if c.found is None]
        while todo and self.free() > 0.1:
            rounds += 1
            self.unbroken, self.established = True, []
            again: list[Claimed] = []
            for c in claims:
                if c.first:
                    self.unbroken = True
                if c in todo:
                    c.judge.hurried()
                    c.found = self._link(c, min(share, LONGEST * self.free()))
                    if c.found is None and c.judge.hurried():
                        again.append(c)
                self._note(c)
            # proofs that take longer can wait for the counterexamples that take longer
            self._try_harder([c for c in todo if c.found is None and (rounds == 2 or c not in again)])
            todo, share = [c for c in again if c.found is None], 2 * share
        for c in claims:
            if c.found is None:
                c.found = c.tried or Judgment("undecided", message=LATE)

    def _try_harder(self, claims: list[Claimed]) -> None:
        for number, mine in self.pending:
            for c in (c for c in mine if c in claims and c.tried is None and self.free() > 0.2):
                assert c.goal is not None
                c.tried = c.judge.tried(c.goal, c.extra, min(1.5, self.free() / (2 * len(claims))))
                if c.tried.verdict == "refuted":
                    c.found = c.tried
                    self.wrong.append((number, c))

    def _note(self, c: Claimed) -> None:
        """Whether the chain is proved so far, and what may be used from here on."""
        proved = c.found is not None and c.found.verdict == "proved"
        if not proved or c.goal is None or c.goal.head not in ("eq", "forall", "surely"):
            self.unbroken = False
        if proved and c.goal is not None and c.from_line is None:
            self.established = [*self.established[-5:], c.goal]

    def _judged(self, number: int, c: Claimed) -> LineVerdict:
        found = c.found
        assert found is not None
        if found.verdict in _HOLDS and c.matrices is not None and c.judge.wrong(c.matrices, (), 150) is not None:
            return LineVerdict(number, "unreadable", at=c.at, message="As numbers the sides are equal, as matrices "
                               "they differ, and the letters are not declared; say which they are.")
        self.certificate = found.certificate
        follows, message, hint = False, found.message, None
        if found.verdict == "refuted" and c.goal is not None:
            back = self._back(c)
            if back is not None:
                return replace(back, line=number)
            source = self._source(number, c)
            if source is not None:
                follows = True
                message += f" It follows from line {source}, which is wrong."
            else:
                hint = self._hint(c.goal, c)
        elif found.verdict in _HOLDS and c.from_line is not None:
            follows = True
            message = f"Judged from line {c.from_line}, which is wrong. {message}".strip()
            if c.premise is not None and not c.judge.possible([c.premise, *c.extra]):
                found, follows = Judgment("undecided"), False
                message = f"Line {c.from_line} cannot hold; anything follows from it."
        elif found.verdict in _HOLDS and not message:
            message = self._remark(c)
        witness = None
        if found.witness is not None:
            witness = {**found.witness.values, "left": found.witness.left, "right": found.witness.right}
            if c.wrong:
                witness, message = dict(found.witness.values), message.replace("false is not true", c.wrong)
        return LineVerdict(number, found.verdict, found.by, self._written(found.provided), witness, found.evidence,
                           follows, hint, message, c.at)

    def _link(self, c: Claimed, share: float) -> Judgment | None:
        assert c.goal is not None
        if share < 0.05:
            return None
        if c.stronger is not None:
            found = c.judge.proved(c.stronger, c.extra, share / 2)
            if found is not None and found.verdict == "proved":
                return replace(found, certificate=None)
        found = c.judge.proved(c.goal, c.extra, share)
        if found is None and c.whole is not None and self.unbroken and self.free() > 0.1:
            # equal to the left side of the chain, as the expression before was shown to be
            again = c.judge.proved(c.whole, c.extra, min(share, self.free()))
            if again is not None and again.verdict == "proved":
                return again
        if found is None and self.established and self.free() > 0.3:
            proof = c.judge.holds(c.goal, [*c.extra, *(e for e in self.established if not e.random)], min(share, 0.5))
            if proof is not None:
                return replace(proof, certificate=None)
        return found

    # -- wrong lines ----------------------------------------------------------------------------

    def _back(self, c: Claimed) -> LineVerdict | None:
        """Whether a line that does not follow from a wrong one follows from what stands before that."""
        if c.from_line is None or c.base is None or c.sides is None or self.left() < HINT:
            return None
        _, sign, value = c.sides
        try:
            goal = relate(Reader(self.script.context.scope), c.base[0], sign, value, c.base[1])
        except Unreadable:
            return None
        found = c.judge.judge(goal, c.extra, min(1.5, self.left() / 2))
        if found.verdict not in _HOLDS:
            return None
        message = f"This does not follow from line {c.from_line}, but from what stands before it."
        return LineVerdict(0, found.verdict, found.by, self._written(found.provided), at=c.at, message=message)

    def _source(self, number: int, c: Claimed) -> int | None:
        """The wrong line that a wrong statement is a consequence of, by the declarations alone: with the
        equations that are given, a wrong line would prove anything."""
        assert c.goal is not None
        if c.from_line is not None:
            return None
        plain: Judge | None = None
        for line, w in reversed(self.wrong):
            if line >= number or w.goal is None or w.goal is c.goal or self.left() < 0.3:
                continue
            plain = plain or Judge([h for h in c.judge.hyps if not _equation(h)], self.limit)
            if plain.possible([w.goal, *w.extra, *c.extra]) \
                    and plain.holds(op("imp", w.goal, c.goal), [*w.extra, *c.extra], 0.3) is not None:
                return line
        return None

    def _hint(self, goal: Term, c: Claimed) -> str | None:
        self.kept = max(0.0, self.kept - REPAIR_MS / 1000)
        if self.left() < HINT:
            return None
        try:
            found = find_repair(
                [*c.judge.hyps, *c.extra],
                goal,
                agrees=lambda g: self.left() > HINT and c.judge.agrees(g, c.extra),
                proves=lambda g: c.judge.holds(g, c.extra, max(0.05, min(0.25, self.left() - 0.05))) is not None,
                milliseconds=int(min(REPAIR_MS, 1000 * self.free())),
            )
        except (ValueError, RecursionError, KeyError):
            return None         # a hint is a courtesy: what the edits cannot handle has none
        return None if found is None else describe(found, self._spelled)

    def _remark(self, c: Claimed) -> str:
        """What to say about a slip of notation in a line that holds."""
        if c.goal is None or self.free() < 0.3:
            return ""
        asked = self.script.context.goal
        given = [*c.judge.hyps, *([] if asked is None else [asked])]
        written = [x.goal for _, mine in self.pending if all(x is not c for x in mine)
                   for x in mine if x.goal is not None]

        def same(old: Term, new: Term) -> bool:
            goal = eq(old, new)
            return c.judge.refuted(goal, c.extra, 60) is None \
                and c.judge.proved(goal, c.extra, min(REMARK, self.free() / 2)) is not None

        try:
            found = notation_slip(c.goal, given, same) or notation_slip(c.goal, written, same)
        except (ValueError, RecursionError, KeyError):
            return ""           # a remark is a courtesy as well
        return "" if found is None else remark(found, self._spelled)

    def _spelled(self, t: Term) -> str:
        names = spelled(self.script.context.scope)
        return write(t, names, avoid=names)

    def _written(self, conditions: Sequence[Term]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._spelled(_plain(t)) for t in conditions))


def _plain(t: Term) -> Term:
    """A condition without the 1/0 that stands for having no value: it forbids the case."""
    if t.head == "imp" and t.args[1] is op("ne", 0, 0):
        return negation(t.args[0])
    return t


def _equation(h: Term) -> bool:
    while h.head in ("forall", "imp", "surely"):
        h = h.args[-1]
    return h.head == "eq"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def context_of(problem: Problem) -> Context:
    """The declarations and givens of a problem.  Errors: Unreadable."""
    macros: dict[str, Macro] = {}
    for text in problem.macros:
        m = read_definition(text)
        macros[m.name] = m
    start = Context(Scope())
    if problem.exercise is not None:
        start = exercise_context(problem.exercise)
    return declare(problem.let, problem.given, macros, start, problem.strict)


def grade(problem: Problem, *, seconds: float = 10.0) -> Report:
    """The verdict on every line of an answer, within about this many seconds of processor time."""
    began = time.monotonic()
    limit = Limit(0.95 * seconds)
    try:
        context = context_of(problem)
        g = Grader(Script(context, Judge(list(context.hyps), limit, context.defined)), limit)
        for k, text in enumerate(problem.lines):
            g.read(text, len(problem.lines) - k)
        if problem.lines and g.script.judge.contradictory():
            raise Unreadable("the declarations and givens contradict each other; nothing can be judged under them")
    except Unreadable as stop:
        unread = tuple(LineVerdict(k, "unreadable", message=_sentence(stop.message), at=(0, len(t)))
                       for k, t in enumerate(problem.lines, 1))
        verdict = worst(x.verdict for x in unread) if unread else "unreadable"
        return Report(problem.id, verdict, unread, 1000 * (time.monotonic() - began), (stop.message,))
    g.decide()
    lines = tuple(v for v in g.verdicts if v is not None)
    remarks = compared(g.script, [c for _, claims in g.pending for c in claims], list(lines))
    return Report(
        problem.id,
        worst(x.verdict for x in lines),
        lines,
        1000 * (time.monotonic() - began),
        (*context.scope.notes, *remarks),
        g.certificate if len(lines) == 1 else None,
    )


def prove_latex(claim: str, let: Sequence[str] = (), given: Sequence[str] = (), *, seconds: float = 10.0) -> Report:
    """The verdict on one claim under declarations."""
    return grade(Problem("claim", tuple(let), tuple(given), (claim,)), seconds=seconds)
