"""A written answer, line by line.

Each line is judged against the line before, the givens and the lines established so far; after a
wrong line the next ones are judged from that line.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from derivations.exercise_context import exercise_context
from derivations.grading import ORDER, LineVerdict, Problem, Report, worst
from derivations.judge import Judge, Judgment
from derivations.kernel.term import Term, num, op, show
from derivations.latex.declare import Context, declare, define
from derivations.latex.lines import Chain, Line, read_line
from derivations.latex.meaning import Reader, relate
from derivations.latex.scope import Scope, range_facts
from derivations.latex.sets import member
from derivations.latex.syntax import Node
from derivations.latex.tokens import Macro, read_definition
from derivations.latex.unreadable import ShapeMismatch, Unreadable
from derivations.latex.values import Value
from derivations.latex.write import write
from derivations.repair import describe, find_repair

REPAIR_MS = 700
_HOLDS = ("proved", "conditional")


@dataclass
class Claimed:
    """A statement a line makes, where it stands, and what it is said under."""

    goal: Term | None
    at: tuple[int, int]
    extra: list[Term] = field(default_factory=list)
    sides: tuple[Value, str, Value] | None = None
    from_line: int | None = None  # it goes on from a line that is wrong
    shape: str = ""  # why the two sides have different shapes
    whole: Term | None = None  # the chain's left side against this right side


@dataclass
class Grader:
    """The state of one problem."""

    context: Context
    judge: Judge
    last: tuple[Value, Node] | None = None  # the right side that a line may go on from
    head: tuple[Value, Node] | None = None  # the left side of the chain in progress
    good: tuple[Value, Node] | None = None  # the last right side before a wrong line
    before: tuple[Value, Node] | None = None  # the right side before this line
    wrong: int | None = None
    statement: Term | None = None  # the statement of the line before
    stated_proved: bool = True
    established: list[Term] = field(default_factory=list)
    certificate: dict[str, Any] | None = None  # of the last statement
    unbroken: bool = False  # all links of the chain so far are proved equations

    def line(self, number: int, text: str, share: float) -> LineVerdict:
        """The verdict on a line."""
        try:
            line = read_line(text, self.context.scope, self.context.macros)
            claims, definition = self._claims(line, text)
        except ShapeMismatch as stop:
            self._lost()
            return LineVerdict(
                number, "refuted", message=f"The shapes do not fit: {stop.message}.", at=(stop.start, stop.end)
            )
        except Unreadable as stop:
            self._lost()
            return LineVerdict(number, "unreadable", message=_sentence(stop.message), at=(stop.start, stop.end))
        except RecursionError:
            self._lost()
            return LineVerdict(number, "unreadable", message="This is nested too deeply.", at=(0, len(text)))
        if not claims:
            return LineVerdict(
                number,
                "proved",
                ("definition",) if definition else (),
                message="" if definition else "Nothing is claimed.",
                at=(0, len(text)),
            )
        verdicts = [self._judged(number, c, share / len(claims)) for c in claims]
        out = min(verdicts, key=lambda v: ORDER.index(v.verdict))
        by = tuple(dict.fromkeys(b for v in verdicts for b in v.by))
        provided = tuple(dict.fromkeys(p for v in verdicts for p in v.provided))
        out = replace(
            out,
            by=by if out.verdict in _HOLDS else (),
            provided=provided,
            follows_from_your_line=any(v.follows_from_your_line for v in verdicts),
        )
        if out.verdict == "refuted":
            if self.wrong is None:
                self.good = self.before
            self.wrong = number
        elif out.verdict in _HOLDS and not out.follows_from_your_line:
            self.wrong = None
        self.stated_proved = out.verdict in _HOLDS
        return out

    def _lost(self) -> None:
        """After a line that cannot be read nothing goes on from it."""
        self.last = None
        self.statement = None

    # -- what a line claims ---------------------------------------------------------------------

    def _claims(self, line: Line, text: str) -> tuple[list[Claimed], bool]:
        claims: list[Claimed] = []
        definition = False
        self.before = self.last
        premises = [Reader(self.context.scope).truth(n) for n in line.premises]
        before: Term | None = self.statement
        for k, (chain, arrow) in enumerate(zip(line.chains, line.links, strict=True)):
            if not chain.parts:
                continue
            defined = self._definition(chain, line)
            definition = definition or defined
            mine = self._chain(chain, premises, text, skip=1 if defined else 0)
            statement = [c.goal for c in mine if c.goal is not None]
            whole = None if not statement else statement[0] if len(statement) == 1 else op("and", *statement)
            after = line.links[k + 1] if k + 1 < len(line.links) else ""
            if arrow and whole is not None:
                if before is None:
                    raise Unreadable("there is no statement before this arrow", chain.start, chain.end)
                proved = k == 0 and self.stated_proved
                mine = [self._arrow(before, arrow, whole, mine, proved, chain)]
            elif after and whole is not None and not defined:
                mine = []  # the premise of an implication is not claimed by itself
            claims += mine
            before = whole
        if before is not None:
            self.statement = before
        for a, b in line.asides:
            r = Reader(self.context.scope)
            claims.append(self._claim(r, r.value(a), "=", r.value(b), b, premises))
        return claims, definition

    def _arrow(self, before: Term, arrow: str, after: Term, mine: list[Claimed], proved: bool, chain: Chain) -> Claimed:
        at = (chain.start, chain.end)
        extra = [e for c in mine for e in c.extra]
        if arrow == "=>" and proved:
            return Claimed(after, at, extra)
        if arrow == "<=>":
            return Claimed(op("iff", before, after), at, extra)
        a, b = (before, after) if arrow == "=>" else (after, before)
        return Claimed(op("imp", a, b), at, extra)

    def _definition(self, chain: Chain, line: Line) -> bool:
        left = chain.parts[0]
        if left is None or len(chain.parts) < 2 or chain.parts[1] is None or chain.parts[1].kind == "dots":
            return False
        explicit = line.definition or chain.signs[0] == ":="
        if chain.signs[0] not in ("=", ":="):
            return False
        scope = self.context.scope
        target = left.args[0] if left.kind == "apply" else left
        if target.kind != "name":
            if explicit:
                raise Unreadable("a definition has a name on its left", chain.start, chain.end)
            return False
        known = scope.is_known(target.data) or scope.lookup(target.data) is not None
        if explicit and not known:
            self._define(left, chain.parts[1])
            return True
        if explicit:
            if line.definition:
                raise Unreadable("this name is declared already and cannot be defined anew", left.start, left.end)
            return False
        if known or scope.strict or left.kind != "name" or self._mentioned(target, chain.parts[1]):
            return False
        if target.data.sup is not None or (
            target.data.sub is not None
            and any(
                x.kind == "name" and (x.data.base in scope.integers or scope.lookup(x.data) is not None)
                for x in target.data.sub.nodes
            )
        ):
            return False
        self._define(left, chain.parts[1])
        scope.note(f"{write_name(target)} is not declared; the line is read as its definition")
        return True

    def _mentioned(self, target: Node, right: Node) -> bool:
        return any(
            x.kind == "name" and x.data.base == target.data.base and x.data.sub == target.data.sub for x in right.walk()
        )

    def _define(self, left: Node, right: Node) -> None:
        before = len(self.context.hyps)
        define(self.context, left, right)
        new = self.context.hyps[before:]
        kept = self.judge.earlier
        self.judge = Judge([*self.judge.hyps, *new], self.judge.deadline, self.context.defined)
        self.judge.earlier = kept

    def _chain(self, chain: Chain, premises: list[Term], text: str, skip: int) -> list[Claimed]:
        claims: list[Claimed] = []
        previous: tuple[Value, Node] | None = None
        r = Reader(self.context.scope)
        if chain.parts[0] is None:
            if self.last is None:
                raise Unreadable(
                    "this line goes on from the line before, which was not read", chain.start, chain.start + 1
                )
            previous = self.last
        elif chain.parts[0].kind != "dots":
            previous = (r.value(chain.parts[0]), chain.parts[0])
            self.head = previous
            self.unbroken = True
        for k, sign in enumerate(chain.signs):
            part = chain.parts[k + 1]
            if part is None or part.kind == "dots":
                continue
            if sign == "in":
                assert previous is not None
                goal = member(r, previous[0], part)
                claims.append(Claimed(goal, (part.start, part.end), [*premises, *self._free(goal)]))
                continue
            if part.kind == "order":
                raise Unreadable("orders of growth are not judged yet", part.start, part.end)
            value = r.value(part)
            if previous is not None and not (skip and k == 0):
                if sign == "~":
                    goal = _rounding(previous[0], value, part, text)
                    claims.append(Claimed(goal, (part.start, part.end), [*premises, *self._free(goal)]))
                else:
                    c = self._claim(r, previous[0], sign, value, part, premises)
                    if chain.parts[0] is None and k == 0 and self.wrong is not None:
                        c.from_line = self.wrong
                    if self.head is not None and self.head[1] is not previous[1] and sign == "=":
                        with suppress(Unreadable):
                            c.whole = relate(r, self.head[0], sign, value, part)
                    claims.append(c)
            previous = (value, part)
        self.last = previous
        return claims

    def _claim(self, r: Reader, a: Value, sign: str, b: Value, n: Node, premises: list[Term]) -> Claimed:
        try:
            goal = relate(r, a, sign, b, n)
        except ShapeMismatch as stop:
            return Claimed(None, (n.start, n.end), shape=stop.message, sides=(a, sign, b))
        extra = [*premises, *self._free(goal)]
        return Claimed(goal, (n.start, n.end), extra, (a, sign, b))

    def _free(self, goal: Term) -> list[Term]:
        """What holds of free names in index places: the ranges of their declarations."""
        out: list[Term] = []
        for kind, name, arity in sorted(goal.symbols):
            if kind != "v" or arity:
                continue
            s = self.context.scope.symbols.get(name)
            if s is None or s.known:
                continue
            t = s.term(())
            if s.base in self.context.scope.integers:
                out += range_facts(t, self.context.scope.integers[s.base])
                continue
            if _in_index(goal, t):
                out += [op("isint", t), op("le", 0, t)]
                self.context.scope.note(f"{name} is an index and is taken to be a natural number")
        return out

    # -- judging --------------------------------------------------------------------------------

    def _judged(self, number: int, c: Claimed, share: float) -> LineVerdict:
        if c.goal is None:
            return LineVerdict(number, "refuted", message=f"The two sides have different shapes: {c.shape}.", at=c.at)
        goal = c.goal
        found = self._verdict(goal, c, share)
        follows = False
        if c.from_line is not None:
            follows = found.verdict in _HOLDS
            if found.verdict == "refuted" and c.sides is not None:
                back = self._back(c)
                if back is not None and back.verdict in _HOLDS:
                    return LineVerdict(
                        number,
                        back.verdict,
                        back.by,
                        _written(back.provided),
                        at=c.at,
                        message=f"This does not follow from line {c.from_line}, but from what stands before it.",
                    )
        if found.verdict == "proved" and not follows:
            self.established = [*self.established[-5:], goal]
        hint = self._hint(goal, c) if found.verdict == "refuted" else None
        witness = None
        if found.witness is not None:
            witness = {**found.witness.values, "left": found.witness.left, "right": found.witness.right}
        message = found.message
        if follows:
            message = f"Judged from line {c.from_line}, which is wrong. {message}".strip()
        return LineVerdict(
            number,
            found.verdict,
            found.by,
            _written(found.provided),
            witness,
            found.evidence,
            follows,
            hint,
            message,
            c.at,
        )

    def _verdict(self, goal: Term, c: Claimed, share: float) -> Judgment:
        found = self._link(goal, c, share)
        self.certificate = found.certificate
        if found.verdict != "proved" or goal.head not in ("eq", "forall", "surely"):
            self.unbroken = False
        return found

    def _link(self, goal: Term, c: Claimed, share: float) -> Judgment:
        other = c.whole is not None and self.unbroken
        found = self.judge.judge(goal, c.extra, seconds=max(0.3, min(share / (2 if other else 1), self.judge.left())))
        if found.verdict == "undecided" and other and c.whole is not None and self.judge.left() > 0.3:
            # equal to the left side of the chain, as the expression before was shown to be
            again = self.judge.judge(c.whole, c.extra, seconds=max(0.3, min(share / 2, self.judge.left())))
            if again.verdict == "proved":
                return again
        if found.verdict == "undecided" and self.established and self.judge.left() > 0.5:
            proof = self.judge.holds(goal, [*c.extra, *(e for e in self.established if not e.random)], 0.5)
            if proof is not None:
                return replace(proof, certificate=None)
        return found

    def _back(self, c: Claimed) -> Judgment | None:
        base = self.good or self.head
        if base is None or c.sides is None:
            return None
        _, sign, value = c.sides
        r = Reader(self.context.scope)
        try:
            goal = relate(r, base[0], sign, value, base[1])
        except Unreadable:
            return None
        return self.judge.judge(goal, c.extra, seconds=min(1.5, max(0.2, self.judge.left())))

    def _hint(self, goal: Term, c: Claimed) -> str | None:
        left = self.judge.left()
        if left < 0.4:
            return None
        hyps = [*self.judge.hyps, *c.extra]
        try:
            found = find_repair(
                hyps,
                goal,
                agrees=lambda g: self.judge.wrong(g, c.extra, 60) is None,
                proves=lambda g: self.judge.holds(g, c.extra, 0.25) is not None,
                milliseconds=int(min(REPAIR_MS, 1000 * left / 2)),
            )
        except (ValueError, RecursionError, KeyError):
            return None         # a hint is a courtesy: what the edits cannot handle has none
        return None if found is None else describe(found, write)


def write_name(n: Node) -> str:
    """A name for notes."""
    return str(n.data.base)


def _written(conditions: Sequence[Term]) -> tuple[str, ...]:
    out = []
    for t in conditions:
        try:
            out.append(write(t))
        except ValueError:
            out.append(show(t))         # a condition the writer has no notation for
    return tuple(out)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _in_index(t: Term, x: Term) -> bool:
    stack = [t]
    while stack:
        n = stack.pop()
        stack += n.args
        if n.head in ("f", "g") and any(a is x or x in a.args for a in n.args):
            return True
        if n.head in ("sum", "prod") and x in n.args[:2]:
            return True
    return False


def _rounding(a: Value, b: Value, n: Node, text: str) -> Term:
    """``a`` rounds to ``b`` at the digits shown."""
    shown = text[n.start : n.end].strip(" ,.;")
    if not isinstance(a, Term) or not isinstance(b, Term):
        raise Unreadable("a rounding of a number is expected", n.start, n.end)
    digits = shown.partition(".")[2]
    if b.head not in ("num", "neg") or (digits and not digits.isdigit()):
        raise Unreadable("\\approx is read as a rounding: a decimal number is expected on its right", n.start, n.end)
    half = Fraction(1, 2 * 10 ** len(digits))
    return op("le", op("abs", op("add", a, op("neg", b))), num(half))


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
    """The verdict on every line of an answer, within about this many seconds."""
    began = time.monotonic()
    lines: list[LineVerdict] = []
    try:
        context = context_of(problem)
        judge = Judge(list(context.hyps), began + 0.85 * seconds, context.defined)
        if problem.lines and judge.contradictory():
            raise Unreadable("the declarations and givens contradict each other; nothing can be judged under them")
    except Unreadable as stop:
        lines = [
            LineVerdict(k, "unreadable", message=_sentence(stop.message), at=(0, len(t)))
            for k, t in enumerate(problem.lines, 1)
        ]
        verdict = worst(x.verdict for x in lines) if lines else "unreadable"
        return Report(problem.id, verdict, tuple(lines), 1000 * (time.monotonic() - began), (stop.message,))
    g = Grader(context, judge)
    if context.start is not None:
        g.last = g.head = (context.start, Node("question"))
        g.unbroken = True
    for k, text in enumerate(problem.lines, 1):
        share = max(0.3, g.judge.left() / max(1, len(problem.lines) - k + 1) * 1.5)
        if g.judge.left() < 0.1:
            lines.append(LineVerdict(k, "undecided", message="The time was up before this line.", at=(0, len(text))))
            continue
        lines.append(g.line(k, text, min(share, 4.0)))
    return Report(
        problem.id,
        worst(x.verdict for x in lines),
        tuple(lines),
        1000 * (time.monotonic() - began),
        tuple(context.scope.notes),
        g.certificate if len(lines) == 1 else None,
    )


def prove_latex(claim: str, let: Sequence[str] = (), given: Sequence[str] = (), *, seconds: float = 10.0) -> Report:
    """The verdict on one claim under declarations."""
    return grade(Problem("claim", tuple(let), tuple(given), (claim,)), seconds=seconds)
