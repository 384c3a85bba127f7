"""The search for a repair.

Edits are tried in the order of their plausibility: on a few instances, then by the caller's
numbers, then by the caller's proof.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from derivations.clock import now
from derivations.kernel.term import RANGED, Term, TermError, tree_size
from derivations.repair.build import shape
from derivations.repair.edits import FOR_ORDER, LATER, RULES, Rule, moments, relations
from derivations.repair.fitted import constants, factors, missing
from derivations.repair.places import Claim, Letters, Place, Step, claims, places
from derivations.repair.setting import Edit, Setting, setting
from derivations.repair.trial import Trial

MAX_PROOFS = 5          # attempts; the first ones are the likely ones
FIT_COST = 1.4          # when solving for numbers has its turn
LATE_COST = 2.0         # and when the many terms and factors that may be missing
LIKELIER = 0.4          # how much cheaper an edit is that is named though only a later one is proved
MAX_SHOWN = 15          # nodes of what is shown around an edit
# edits that are shown with the node above
IN_CONTEXT: dict[str, frozenset[str]] = {
    "sign": frozenset({"add", "pow", "exp"}), "index shifted": frozenset({"f", "g", "pow"}),
    "bound shifted": RANGED, "wrong symbol": frozenset({"f", "g"})}
Job = Edit | Callable[[], Iterator[Edit]]


@dataclass(frozen=True)
class Repair:
    """An edit that makes a goal true: ``old`` at ``path`` became ``new``.

    Variables of binders passed on the way stand as letters in ``old`` and ``new``.  ``proved`` is
    False if the repaired goal only agreed with the numbers.
    """

    name: str
    goal: Term
    old: Term
    new: Term
    path: tuple[int, ...]
    proved: bool = True


def find_repair(hyps: Sequence[Term], goal: Term, *, agrees: Callable[[Term], bool],
                proves: Callable[[Term], bool], milliseconds: int = 1500) -> Repair | None:
    """A small edit of one side of the goal that makes it true, the right side before the left.

    ``agrees`` tells whether a goal holds at instances, ``proves`` whether it is proved; the first
    proved edit is returned, or else the first that agrees, as soon as only far less plausible ones are left.
    """
    start = now()
    search = _Search(start + milliseconds / 1000, agrees, proves)
    letters = Letters(goal, *hyps)
    for claim in claims(goal, letters):
        assumed = [*hyps, *claim.premises]
        trial = Trial(assumed, claim.term, milliseconds / 4)
        trial.limit(search.deadline)
        found = search.run(claim, _edits(assumed, claim, trial, letters, search.deadline), trial)
        if found is not None:
            return found
    return search.second


def describe(repair: Repair, write: Callable[[Term], str]) -> str:
    """One sentence: the name of the edit, what stands and what should stand, and whether that is shown."""
    shown = "" if repair.proved else " (it agrees at instances, which is no proof)"
    return f"{repair.name}: {write(repair.old)} should be {write(repair.new)}{shown}"


@dataclass
class _Search:
    deadline: float
    agrees: Callable[[Term], bool]
    proves: Callable[[Term], bool]
    second: Repair | None = None        # agrees with the numbers, not proved
    cost: float = 0.0                   # of the second
    proofs: int = 0

    def run(self, claim: Claim, edits: Iterator[tuple[tuple[Step, ...], Edit]], trial: Trial) -> Repair | None:
        """The first edit that passes and is proved."""
        seen = {claim.term}
        for steps, edit in edits:
            if now() > self.deadline or self.proofs >= MAX_PROOFS:
                return None
            if self.second is not None and edit.cost > self.cost + LIKELIER:
                return self.second
            try:
                new = Place(edit.place.term, (*steps, *edit.place.steps)).rebuild(edit.new)
                if new in seen:
                    continue
                seen.add(new)
                if not trial.holds(new) or _idle(claim.term, new) or now() > self.deadline:
                    continue
                goal = claim.place.rebuild(new)
            except TermError:
                continue
            if not self.agrees(goal):
                continue
            p, shown = _shown(edit.place, edit.new, edit.name)
            path = (*claim.place.path, *(s.index for s in steps), *p.path)
            repair = Repair(edit.name, goal, p.term, shown, path)
            self.proofs += 1
            if self.proves(goal):
                return repair
            if self.second is None:
                self.second, self.cost = replace(repair, proved=False), edit.cost
        return None


def _idle(old: Term, new: Term) -> bool:
    """Whether an edit says nothing: both sides are one tree now, or terms were only reordered."""
    trivial = new.head == old.head and len(new.args) == 2 and new.args[0] is new.args[1]
    return trivial or shape(new) == shape(old)


def _shown(p: Place, new: Term, name: str) -> tuple[Place, Term]:
    """The edit with so much around it that it can be read: an index with its family, a sign with its sum."""
    if p.steps and name in IN_CONTEXT and p.above in IN_CONTEXT[name]:
        parent = Place(p.steps[-1].parent, p.steps[:-1])
        if tree_size(parent.term) <= MAX_SHOWN:
            return parent, p.steps[-1].up(new)
    return p, new


def _edits(hyps: Sequence[Term], claim: Claim, trial: Trial, letters: Letters,
           deadline: float) -> Iterator[tuple[tuple[Step, ...], Edit]]:
    """The edits of a claim with the steps from the claim to the side that they change."""
    whole = Place(claim.term)
    for cost, name, new in relations(claim.term):
        yield (), Edit(cost, name, whole, new)
    for k in claim.sides:
        at = setting(hyps, claim.term, k, letters)
        steps = (Step(claim.term, k, None),)
        if claim.term.head.startswith("law_"):
            yield from (((), e) for e in _of_law(claim.term, k, at))
        yield from ((steps, e) for e in _of_side(at, trial, letters, deadline))


def _of_law(term: Term, k: int, at: Setting) -> Iterator[Edit]:
    """Edits of a parameter that its place in the law explains."""
    p = Place(term.args[k], (Step(term, k, None),))
    for cost, name, new in moments(at, p):
        yield Edit(cost, name, p, new)


def _of_side(at: Setting, trial: Trial, letters: Letters, deadline: float) -> Iterator[Edit]:
    """The edits of one side, the most plausible first; what needs solving is solved in its turn."""
    heap: list[tuple[float, int, Job]] = []
    order = count()

    def push(cost: float, job: Job) -> None:
        heapq.heappush(heap, (cost, next(order), job))

    def written(rule: Rule, p: Place) -> Iterator[Edit]:
        return (Edit(cost, name, p, new) for cost, name, new in _safely(rule(at, p)))

    nodes = places(at.wrong, letters)
    for p in nodes:
        for rule in RULES:
            if at.order and rule not in FOR_ORDER:
                continue
            if rule in LATER:
                push(LATE_COST, lambda rule=rule, p=p: written(rule, p))    # type: ignore[misc]
                continue
            for e in written(rule, p):
                push(e.cost + 0.01 * len(p.steps), e)
    if at.other is not None and not at.order and trial.kept:
        for p in nodes:
            for fit in (constants, factors, missing):
                push(FIT_COST if fit is not missing else LATE_COST, lambda fit=fit, p=p: fit(at, p, trial))      # type: ignore[misc]
    while heap and now() < deadline:
        _, _, job = heapq.heappop(heap)
        if isinstance(job, Edit):
            yield job
        else:
            for e in job():
                push(e.cost + 0.01 * len(e.place.steps), e)


def _safely(found: Iterator[tuple[float, str, Term]]) -> Iterator[tuple[float, str, Term]]:
    """The edits up to the first that is no term."""
    while True:
        try:
            yield next(found)
        except StopIteration:
            return
        except TermError:
            return


