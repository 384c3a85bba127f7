"""Exercises to checked steps.

Searches with the tactics, writes a certificate, has both checkers replay it, and reports only
what the first checker returned.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from derivations.clock import now
from derivations.kernel.check import Checked, check
from derivations.kernel.claim import Claim, definedness
from derivations.kernel.term import Term, TermError, eq, negation, op, subterms
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.plain import plain
from derivations.refute import Witness, agreement, find_instance, refute
from derivations.solution import Block, PartSolution, Solution, Step
from derivations.statement import Exercise, Part, Statement, StatementError, translate
from derivations.tactics import laws
from derivations.tactics import steps as S
from derivations.tactics.closed_form import closed_form
from derivations.tactics.context import limited, split
from derivations.tactics.outline import Section, solve_goal
from derivations.tactics.prove import Prover
from derivations.writing import export

RECHECK = Path(__file__).with_name("recheck.py")


class InternalError(RuntimeError):
    """The checkers, or proof and experiment, disagree.  Never a verdict."""


@dataclass(frozen=True)
class Shown:
    """A displayed line on its way to the certificate."""

    claim: Claim
    theorem: Theorem
    defined: tuple[Theorem, ...]


class Discharge:
    """Derived facts used as assumptions during the search, and taken out again afterwards."""

    def __init__(self, ctx: Context) -> None:
        self.base = ctx
        self.facts: list[Theorem] = []

    @property
    def ctx(self) -> Context:
        return self.base | {t.goal for t in self.facts}

    def add(self, t: Theorem) -> None:
        """A theorem over the base context."""
        if t.goal not in self.ctx and t.ctx <= self.base:
            self.facts.append(t)

    def out(self, t: Theorem) -> Theorem:
        """The same theorem without the derived facts among its assumptions."""
        return S.without(self.base, t, self.facts)


def contradictory(hyps: Sequence[Term], seconds: float = 1.0) -> bool:
    """Whether these are shown to contradict each other."""
    try:
        Prover(seconds=seconds, depth=4)(frozenset(hyps), op("false"))
    except (Refused, TermError):
        return False
    return True


class _Part:
    """One statement on its way to its solution."""

    def __init__(self, statement: Statement, earlier: list[Theorem], seconds: float,
                 provided: tuple[Term, ...] = (), before: Prover | None = None, steps: bool = True) -> None:
        self.statement, self.steps = statement, steps
        if provided and contradictory((*statement.hyps, *statement.implied, *provided)):
            raise Refused("the conditions under which the goal is defined contradict the givens")
        self.prove = Prover(seconds, before=before)
        self.store = Discharge(frozenset((*self.statement.hyps, *self.statement.implied, *provided)))
        for t in laws.consequences(self.store.base, self.prove):
            self.store.add(t)
        for t in earlier:
            self.store.add(t)
        self.shown: list[Shown] = []
        self.layout: list[tuple[Section, list[tuple[int, str]]]] = []
        self.provided = provided

    # -- claims -----------------------------------------------------------------------------

    def _defined(self, ctx: Context, goal: Term) -> tuple[Theorem, ...]:
        return tuple(self.store.out(self._meaningful(ctx, w)) for w in definedness(goal))

    def _meaningful(self, ctx: Context, condition: Term) -> Theorem:
        try:
            with limited(self.prove, 0.5):
                return self.prove(ctx, condition)
        except Refused:
            return solve_goal(ctx, condition, self.prove)[0]

    def show(self, theorem: Theorem, assuming: tuple[Term, ...], label: str) -> int:
        """A line of the solution.  Errors: Refused if it is not shown to be defined."""
        ctx = self.store.ctx | set(assuming)
        defined = self._defined(ctx, theorem.goal)
        done = self.store.out(theorem)
        claim = Claim(self.store.base | set(assuming), theorem.goal, label)
        self.shown.append(Shown(claim, done, defined))
        return len(self.shown) - 1

    def sections(self, sections: Sequence[Section]) -> None:
        for whole in sections if self.steps else ():
            used = frozenset[Term]().union(*(link.theorem.ctx for link in whole.links))
            s = replace(whole, assuming=tuple(a for a in dict.fromkeys(whole.assuming) if a in used))
            rows = []
            for link in s.links:
                rows.append((self.show(link.theorem, s.assuming, f"step {len(self.shown)}"), link.reason))
            last = self.layout[-1][0] if self.layout else None
            if last is not None and last == replace(s, links=last.links):
                self.layout[-1][1].extend(rows)
            else:
                self.layout.append((s, rows))

    # -- solving ----------------------------------------------------------------------------

    def outline(self, goal: Term | None) -> None:
        """The intermediate claims the author asked for, each proved and then available."""
        last: Term | None = goal.args[0] if goal is not None and goal.head == "eq" else None
        for item in self.statement.outline:
            target = item
            if item.sort == "R":
                if last is None:
                    continue
                target, last = eq(last, item), item
            theorem, sections = solve_goal(self.store.ctx, target, self.prove)
            self.sections(sections)
            done = self.store.out(theorem)
            self.store.add(universal(done))

    def goal(self) -> Term:
        if self.statement.goal is not None:
            return self.statement.goal
        assert self.statement.find is not None
        found = closed_form(self.store.ctx, self.statement.find, self.prove)
        return found

    def solve(self) -> Theorem:
        goal = self.goal()
        self.outline(goal)
        start = goal
        items = [x for x in self.statement.outline if x.sort == "R"]
        if items and goal.head == "eq" and goal.args[1] is not items[-1]:
            # go on from the last outline expression, then put the chain together
            tail, sections = solve_goal(self.store.ctx, eq(items[-1], goal.args[1]), self.prove)
            self.sections(sections)
            self.store.add(self.store.out(tail))
        theorem, sections = self._main(start, bool(items))
        self.sections(sections)
        return theorem

    def _main(self, goal: Term, chained: bool) -> tuple[Theorem, list[Section]]:
        if chained and goal.head == "eq":
            return self._joined(goal), []
        for u in self.store.facts:
            if u.goal is goal:
                return S.weaken(self.store.ctx, u), []
        if goal.head == "and":
            return self._one_by_one(goal), []
        return solve_goal(self.store.ctx, goal, self.prove)

    def _one_by_one(self, goal: Term) -> Theorem:
        """Several statements, each with those before it at hand."""
        done = []
        for part in goal.args:
            theorem, sections = self._main(part, chained=False)
            self.sections(sections)
            done.append(self.store.out(theorem))
            self.store.add(universal(done[-1]))
        return derive("conj", self.store.ctx, goal, done)

    def _joined(self, goal: Term) -> Theorem:
        ctx = self.store.ctx
        nodes = [goal.args[0], *(x for x in self.statement.outline if x.sort == "R"), goal.args[1]]
        links = []
        for a, b in pairwise(nodes):
            if a is not b:
                links.append(S.assume(ctx, eq(a, b)))
        return S.chain(ctx, links)


def _conditions(work: _Part, goal: Term) -> tuple[Term, ...]:
    """Definedness conditions of the goal that the givens do not supply."""
    missing = []
    for w in definedness(goal):
        try:
            work.prove(work.store.ctx, w)
        except Refused:
            missing.append(w)
    return tuple(missing)


def universal(theorem: Theorem) -> Theorem:
    """A result over a symbol of which nothing else is known, for every value of it."""
    t = theorem
    if t.goal.head != "eq" or t.goal.args[0].head not in ("f", "g"):
        return t
    for x in t.goal.args[0].args:
        key = ("v", x.data, 0)
        if x.head != "v":
            continue
        out = [h for h in sorted(t.ctx, key=repr) if key in h.symbols]
        if all(h.head in ("isint", "le", "lt", "ne") and h.symbols == {key} for h in out):
            t = S.generalise(t.ctx - set(out), t, x, out)
    return t


def solve_part(exercise: Exercise, part: Part, earlier: list[Theorem], *, seconds: float = 40.0,
               experiment: bool = True) -> PartSolution:
    """One part: proved, conditional, refuted or undecided; words where nothing is claimed.

    ``earlier`` holds theorems of earlier parts and is extended.  Errors: StatementError.
    """
    asked = PartSolution(part.id, part.title, part.ask, "words", (), None, (), (), (), False, part.words, None)
    if part.claim is None and part.find is None:
        return asked
    return solve_statement(translate(exercise, part), earlier, seconds=seconds, experiment=experiment,
                           where=f"exercise {exercise.id}, part {part.id}", asked=asked)


QUESTION = PartSolution("1", "", "", "words", (), None, (), (), (), False, "", None)


def solve_statement(statement: Statement, earlier: list[Theorem] | None = None, *, seconds: float = 40.0,
                    experiment: bool = True, where: str = "statement", consistent: bool = False,
                    asked: PartSolution = QUESTION, before: Prover | None = None, steps: bool = True) -> PartSolution:
    """A statement: proved, conditional, refuted or undecided.

    The answer is ``asked`` with what was found; ``consistent``: the givens are known to hold together,
    and a counterexample was looked for; ``before``: an earlier search to go on from; ``steps``: whether
    the lines in between are wanted.  Errors: StatementError for contradictory givens,
    InternalError if proof and experiment disagree.
    """
    earlier = [] if earlier is None else earlier
    if not consistent and contradictory(statement.hyps):
        raise StatementError(f"{where}, givens", "asked for assumptions that can hold together",
                             "contradictory ones", "check the givens and the assumptions of the symbols")
    began = now()
    work = _Part(statement, earlier, seconds, before=before, steps=steps)
    base = replace(asked, verdict="undecided", givens=worth_saying(statement.hyps), goal=statement.goal)
    try:
        main = work.show(work.solve(), (), "main")
    except (Refused, TermError) as stop:
        left = max(seconds - (now() - began), seconds / 4)
        again = _under_conditions(work, earlier, left)
        if again is None:
            return replace(base, message=str(stop)) if consistent else _not_proved(base, work, str(stop), seconds)
        work, main = again
        if find_instance(_sorted(work.store.base), milliseconds=1500) is None:
            return replace(base, message="It was proved where it is defined, but no instance was found where it is.")
    verdict = "conditional" if work.provided else "proved"
    order = [work.shown[main], *(s for k, s in enumerate(work.shown) if k != main)]
    place = {k: n for n, k in enumerate([main, *(k for k in range(len(work.shown)) if k != main)])}
    data, checked = replayed(order, where)
    blocks = tuple(_block(section, rows, [checked.claims[place[k]].goal for k, _ in rows])
                   for section, (_, rows) in zip(_titled(work.layout), work.layout, strict=True) if rows)
    instances = _experiment(where, order[0].claim) if experiment else 0
    if verdict == "proved":
        earlier += [universal(t) for t in split(order[0].theorem)]
    return replace(base, verdict=verdict, goal=checked.claims[0].goal, blocks=blocks, provided=work.provided,
                   axioms=tuple((x.name, x.source) for x in checked.assumed), certificate=data,
                   instances=instances)


def replayed(shown: Sequence[Shown], where: str) -> tuple[dict[str, Any], Checked]:
    """The certificate of some lines, and what the kernel's checker makes of it.

    Errors: Refused for a proof that is none, InternalError for another claim than the line's.
    """
    data = json.loads(json.dumps(export([(s.claim, s.theorem, s.defined) for s in shown])))
    checked = check(data)
    if [(c.hyps, c.goal) for c in checked.claims] != [(s.claim.hyps, s.claim.goal) for s in shown]:
        raise InternalError(f"{where}: the certificate makes other claims than the solver")
    return data, checked


def _under_conditions(work: _Part, earlier: list[Theorem], seconds: float) -> tuple[_Part, int] | None:
    """A second try where the conditions that make the goal meaningful are assumed."""
    goal = work.statement.goal
    missing = _conditions(work, goal) if goal is not None else ()
    if not missing:
        return None
    try:
        work = _Part(work.statement, earlier, seconds, missing, work.prove, work.steps)
        return work, work.show(work.solve(), (), "main")
    except (Refused, TermError, StatementError):
        return None


def worth_saying(hyps: Sequence[Term]) -> tuple[Term, ...]:
    """The assumptions a reader wants to see: not that moments exist, nor what a law says anyway."""
    named = {_conclusion(h).args[0].data for h in hyps if _conclusion(h).head.startswith("law_")}
    out = []
    for h in hyps:
        c = _conclusion(h)
        if c.head == "integrable" or (c.head == "samelaw" and c.args[0].data in named):
            continue
        out.append(h)
    return tuple(out)


def _conclusion(h: Term) -> Term:
    while h.head in ("forall", "imp"):
        h = h.args[-1]
    return h


CHAINED = frozenset({"eq", "le", "lt"})


def _titled(layout: Sequence[tuple[Section, Any]]) -> list[Section]:
    """The sections as they are headed: a title stands once, with what is assumed under it."""
    out: list[Section] = []
    title, known = "", set[Term]()
    for s, _ in layout:
        if s.title and s.title == title:
            out.append(replace(s, title="", assuming=tuple(a for a in s.assuming if a not in known)))
        else:
            title, known = s.title, set()
            out.append(s)
        known |= set(s.assuming)
    return out


def _block(section: Section, rows: list[tuple[int, str]], formulas: list[Term]) -> Block:
    steps = []
    previous: Term | None = None
    for (_, reason), f in zip(rows, formulas, strict=True):
        goes_on = previous is not None and {previous.head, f.head} <= CHAINED and previous.args[1] is f.args[0]
        steps.append(Step(f, reason, goes_on))
        previous = f
    return Block(section.title, section.assuming, tuple(steps), section.chosen)


def _experiment(where: str, claim: Claim) -> int:
    """Random admissible instances must agree with what was proved."""
    seen = agreement(_sorted(claim.hyps), claim.goal, count=12, milliseconds=1500)
    if seen.agree + seen.undefined + seen.unknown < seen.instances:
        raise InternalError(f"{where}: proved, yet an instance disagrees")
    return seen.agree


def _sorted(formulas: Iterable[Term]) -> list[Term]:
    return sorted(formulas, key=repr)


def refutation(statement: Statement, milliseconds: int = 4000) -> Witness | None:
    """An instance of the givens at which the goal is false, or None.

    Where a universal given has no meaning is not seen at a few instances, so that its conditions
    are further givens unless they follow.
    """
    if statement.goal is None:
        return None
    prove = Prover(seconds=1.0)
    more = []
    for c in statement.implied:
        if c.head == "forall" or (c.head == "surely" and c.args[0].head == "forall"):
            try:
                prove(frozenset(statement.hyps), c)
            except Refused:
                more.append(c)
    found = refute((*statement.hyps, *more), statement.goal, milliseconds=milliseconds)
    return None if found is None or found.assumed else found


def refuted(base: PartSolution, found: Witness) -> PartSolution:
    """The answer that shows a counterexample."""
    values = {**found.values, "left": found.left, "right": found.right}
    return replace(base, verdict="refuted", message=found.sentence, witness=values)


def _disproved(work: _Part, goal: Term, seconds: float) -> Witness | None:
    """A proof of the opposite, where no single instance could show it: "there is" or "for all C there is".

    Errors: InternalError if the checkers disagree.
    """
    if not any(s.head == "exists" for s in subterms(goal)) or find_instance(work.statement.hyps) is None:
        return None
    store = Discharge(work.store.base)
    prove = Prover(seconds)
    try:
        opposite, sections = solve_goal(store.ctx, negation(goal), prove)
        defined = tuple(prove(store.ctx, w) for w in definedness(opposite.goal))
    except (Refused, TermError):
        return None
    data, _ = replayed([Shown(Claim(store.base, opposite.goal, "opposite"), opposite, defined)], "the opposite")
    if not recheck([data])[0]:
        raise InternalError("the second checker refuses what the first one accepts")
    taken = [e for s in sections for e in s.chosen if e.head == "eq"]
    values = {plain(e.args[0]): plain(e.args[1]) for e in taken}
    last = sections[-1].links[-1].theorem.goal if sections else opposite.goal
    sides = last.args if last.head in ("eq", "ne", "le", "lt") else (goal, op("false"))
    at = ", ".join(f"{x} = {v}" for x, v in values.items())
    return Witness(values, plain(sides[0]), plain(sides[-1]),
                   f"The opposite is proved{f', with {at}' if at else ''}: {plain(last)}.")


def _not_proved(base: PartSolution, work: _Part, why: str, seconds: float) -> PartSolution:
    goal = work.statement.goal
    found = refutation(work.statement, int(min(4000, 500 * seconds)))
    if found is None and goal is not None:
        found = _disproved(work, goal, min(seconds, 20.0))
    if found is not None:
        return refuted(base, found)
    seen = agreement(work.statement.hyps, goal, count=20,
                     milliseconds=int(min(3000, 400 * seconds))) if goal is not None else None
    tried = f"No proof was found ({why})."
    if seen is not None:
        tried += f" It agrees on {seen.agree} of {seen.instances} random instances."
        if seen.undefined:
            tried += f" It has no value at {seen.undefined} of them."
    return replace(base, message=tried, instances=seen.agree if seen is not None else 0)


def recheck(certificates: Sequence[dict[str, Any] | None], seconds: float = 300.0) -> list[bool]:
    """Whether the second checker, in a fresh process, accepts each certificate."""
    wanted = [(n, c) for n, c in enumerate(certificates) if c is not None]
    result = [False] * len(certificates)
    with tempfile.TemporaryDirectory() as folder:
        for n, c in wanted:
            path = Path(folder) / f"{n}.json"
            path.write_text(json.dumps(c), encoding="utf-8")
            done = subprocess.run([sys.executable, "-I", str(RECHECK), str(path)], capture_output=True, text=True,
                                  timeout=seconds, check=False)
            result[n] = done.returncode == 0
            if done.returncode != 0:
                result[n] = False
    return result


def solve(exercise: Exercise, *, recheck: bool = True, progress: Callable[[str], None] | None = None,
          experiment: bool = True) -> Solution:
    """All parts of an exercise.

    Errors: StatementError for a statement that cannot be meant; InternalError if the two checkers,
    or proof and experiment, disagree.
    """
    parts: list[PartSolution] = []
    earlier: list[Theorem] = []
    for part in exercise.parts:
        if progress is not None:
            progress(f"{exercise.id} {part.id}")
        parts.append(solve_part(exercise, part, earlier, experiment=experiment))
    if recheck:
        for n, ok in enumerate(_second(parts)):
            parts[n] = replace(parts[n], rechecked=ok)
    return Solution(exercise.id, exercise.title, exercise.intro, tuple(parts), dict(exercise.names))


_recheck = recheck


def _second(parts: Sequence[PartSolution]) -> list[bool]:
    return _recheck([p.certificate for p in parts])

