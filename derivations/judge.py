"""One statement under its assumptions.

Numbers first, proof second: a certified counterexample, a proof that the kernel has replayed, or
neither with the evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from derivations.clock import Limit, now
from derivations.kernel.claim import Claim, definedness
from derivations.kernel.normal import normalizer, relevant
from derivations.kernel.term import MODAL, Term, TermError, op, subterms, tree_size
from derivations.kernel.theorem import Context as Hypotheses
from derivations.kernel.theorem import Refused, Theorem
from derivations.refute import Witness
from derivations.refute.branches import elsewhere
from derivations.refute.quantify import conjuncts
from derivations.refute.testbed import Testbed
from derivations.solve import Discharge, Shown, contradictory, replayed, solve_statement, universal
from derivations.statement import StatementError
from derivations.statement.exercise import implied, stated
from derivations.tactics import chains, laws
from derivations.tactics.conversion import everywhere
from derivations.tactics.derivatives import differentiate
from derivations.tactics.equation import simplified, solved
from derivations.tactics.indexed import forms
from derivations.tactics.prove import Prover

# what a step of the kernel is called in a report
_NAMES = {
    "norm": "algebra",
    "arith": "inequality",
    "induct": "induction",
    "E_add": "linearity of expectation",
    "E_sum": "linearity of expectation",
    "E_indep": "independence",
    "E_law": "identical distribution",
    "cases": "case distinction",
    "assume": "given",
    "near_every": "neighbourhood",
    "near_imp": "neighbourhood",
}
_SILENT_RULES = """
    spec gen conj part rewrite inst witness either surely surely_here ite_yes ite_no absurd contradiction int
    int_const int_lin int_sum int_dom int_indep int_law indep law cite
"""
_SILENT = frozenset(_SILENT_RULES.split())


FORMS = 2.0     # seconds for closed forms
LONG = 0.5      # from so many seconds on, the search by steps comes before the plain one
EVIDENT = 3     # instances that an equation by algebra alone is tried on before its proof
FEW = 8         # instances that a statement is tried on before its proof: nearly all wrong ones fail there
MORE_MS = 30    # for further ones where they are quick


@dataclass(frozen=True)
class Judgment:
    """The verdict on one statement."""

    verdict: str
    by: tuple[str, ...] = ()
    provided: tuple[Term, ...] = ()
    witness: Witness | None = None
    evidence: dict[str, int] | None = None
    message: str = ""
    certificate: dict[str, Any] | None = None


@dataclass
class Judge:
    """Judges statements under hypotheses that stay the same; instances are shared by all of them."""

    hyps: list[Term]
    limit: Limit
    defined: dict[Term, str] = field(default_factory=dict)  # hypotheses that only define a name
    testbed: Testbed = field(init=False)
    earlier: list[Theorem] = field(default_factory=list, init=False)
    symbols: set[tuple[str, str, int]] = field(default_factory=set, init=False)
    _forms: dict[Hypotheses, list[Theorem]] = field(default_factory=dict, init=False)
    _plain: Testbed | None = field(default=None, init=False)
    _search: Prover = field(default_factory=Prover, init=False)     # for what it remembers

    def __post_init__(self) -> None:
        self.testbed = Testbed(self.hyps)
        self.symbols = {s for h in self.hyps for s in h.symbols}

    def relevant(self, goal: Term, extra: Sequence[Term]) -> list[Term]:
        """The hypotheses without definitions of names that the goal does not lead to: they would
        keep an induction from running over a letter that only such a definition mentions."""
        kept = [h for h in self.hyps if h not in self.defined]
        names = {s[1] for t in (goal, *extra, *kept) for s in t.symbols}
        rest = [h for h in self.hyps if h in self.defined]
        while True:
            more = [h for h in rest if self.defined[h] in names]
            if not more:
                break
            rest = [h for h in rest if h not in more]
            kept += more
            names |= {s[1] for h in more for s in h.symbols}
        wanted = set(kept)
        return [h for h in self.hyps if h in wanted]

    def remember(self, t: Theorem) -> None:
        """Keep a result for later lines, for all values of its letters where it holds for all."""
        self.earlier = [*self.earlier[-7:], universal(t)]

    def left(self) -> float:
        """Seconds that are left."""
        return self.limit.left()

    def contradictory(self) -> bool:
        """Whether the hypotheses are shown to contradict each other."""
        seen = self.testbed.agreement(op("true"), count=1, milliseconds=400)
        return not seen.instances and contradictory(self.hyps, 0.6)

    def know(self, *terms: Term) -> None:
        """Give the symbols of these terms values in the instances, as the hypotheses do for theirs."""
        new = {s for t in terms for s in t.symbols} - self.symbols
        if new:
            self.symbols |= new
            self.testbed, self._plain = Testbed(self.hyps, sorted(self.symbols)), None

    def wrong(self, goal: Term, extra: Sequence[Term] = (), milliseconds: int = 400) -> Witness | None:
        """A certified instance at which the goal fails."""
        return self._counterexample(goal, extra, milliseconds, 60, self._plain)

    def _counterexample(self, goal: Term, extra: Sequence[Term], milliseconds: int, count: int,
                        bed: Testbed | None = None) -> Witness | None:
        self.know(goal, *extra)
        bed = self.testbed if bed is None else bed
        ways = {"imp": [(0, 1)], "iff": [(0, 1), (1, 0)]}.get(goal.head, [])
        for a, b in ways:
            premise = goal.args[a]
            if any(p.head == "eq" for p in conjuncts(premise)):
                # instances of an equation are made, not waited for
                milliseconds = milliseconds * 2 // 3
                found = bed.refute(goal.args[b], extra=[*extra, premise], count=count,
                                            milliseconds=milliseconds / 2)
                if found is not None and not found.assumed:
                    return found
        found = bed.refute(goal, extra=list(extra), count=count, milliseconds=milliseconds)
        return None if found is None or found.assumed else found

    def plainer(self) -> Testbed:
        """Instances where the hypotheses that are equations about expectations or derivatives are taken
        as they are when worked out."""
        if self._plain is None:
            heavy = [h for h in self.hyps if h.head == "eq" and not h.random
                     and any(t.head == "deriv" or t.head in MODAL for t in subterms(h))]
            self._plain = self.testbed
            if heavy:
                rest = frozenset(self.hyps) - set(heavy)
                prove = Prover(min(3.0, max(0.2, self.left() / 3)), before=self._search)
                ctx = rest | {t.goal for t in laws.consequences(rest, prove)}
                plain = {h: self._worked_out(h, ctx, prove) for h in heavy}
                plain = {h: p if h is p else solved(ctx, p, prove) for h, p in plain.items()}
                if any(h is not p for h, p in plain.items()):
                    self._plain = Testbed([plain.get(h, h) for h in self.hyps], sorted(self.symbols))
        return self._plain

    def _worked_out(self, p: Term, ctx: Hypotheses, prove: Prover) -> Term:
        """A statement with its derivatives and expectations worked out, equal to it under the hypotheses."""
        if p.head in ("imp", "iff", "and", "or", "not"):
            return op(p.head, *(self._worked_out(a, ctx, prove) for a in p.args))
        if p.head not in ("eq", "ne", "le", "lt"):
            return p

        def convert(c: Hypotheses, t: Term) -> Theorem | None:
            return differentiate(c, t, prove) if t.head == "deriv" else None
        sides = []
        for a in p.args:
            e = everywhere(ctx, a, convert)
            links = [] if e is None else [e]
            if any(t.head in MODAL for t in subterms(a)):
                links = [x.theorem for x in chains.run(ctx, a, None, chains.moves_for(a), prove) or ()]
            elif e is not None:
                short = simplified(ctx, e.goal.args[1], prove, shorter=False)
                links += [] if short is None else [short]
            sides.append(links[-1].goal.args[1] if links else a)
        return op(p.head, *sides)

    def holds(self, goal: Term, extra: Sequence[Term] = (), seconds: float = 0.4) -> Judgment | None:
        """A proof that the kernel has replayed, found in a short search."""
        end = now() + seconds
        with suppress(Refused, TermError, RecursionError):      # what is given needs no search
            return self._proved(goal, extra, min(0.1, seconds / 4), [], depth=4)
        helps = self._helps(goal, extra, seconds)
        for n, earlier in enumerate(helps):
            try:
                return self._proved(goal, extra, (end - now()) / (len(helps) - n), earlier)
            except (Refused, TermError, RecursionError):
                continue
        return None

    def _proved(self, goal: Term, extra: Sequence[Term], seconds: float, earlier: list[Theorem],
                depth: int = 9) -> Judgment:
        hyps = tuple(dict.fromkeys([*self.relevant(goal, extra), *extra]))
        base: Hypotheses = frozenset([*hyps, *implied(hyps)])
        prove = Prover(seconds=seconds, depth=depth, before=self._search)
        store = Discharge(base)
        for t in (*laws.consequences(base, prove), *earlier):
            store.add(t)
        theorem = store.out(prove(store.ctx, goal))
        defined = tuple(store.out(prove(store.ctx, w)) for w in _meaning(goal))
        data, _ = replayed([Shown(Claim(base, goal, "line"), theorem, defined)], "line")
        if not extra:
            self.remember(theorem)
        return Judgment("proved", _by(data), certificate=data)

    def judge(self, goal: Term, extra: Sequence[Term] = (), seconds: float = 3.0) -> Judgment:
        """The verdict on a statement within some seconds."""
        end = now() + min(seconds, max(0.05, self.left()))
        return self.refuted(goal, extra, int(min(250, 1000 * seconds / 4))) \
            or self.proved(goal, extra, (end - now()) * 0.7) or self.tried(goal, extra, end - now())

    def refuted(self, goal: Term, extra: Sequence[Term], milliseconds: int) -> Judgment | None:
        """The verdict on a statement that has a counterexample."""
        if goal.head == "true":
            return None
        evident = self._evident(goal, extra)
        found = self._counterexample(goal, extra, milliseconds, EVIDENT if evident else FEW)
        if found is None and not evident:
            found = self.wrong(goal, extra, min(milliseconds, MORE_MS))
        return None if found is None else Judgment("refuted", witness=found, message=found.sentence)

    def _evident(self, goal: Term, extra: Sequence[Term]) -> bool:
        """Whether both sides have one canonical form where they have a value: then a proof is likely."""
        if goal.head != "eq" or tree_size(goal) > 400:
            return False
        try:
            return normalizer(relevant([*self.hyps, *extra, *_meaning(goal)])).equal(*goal.args)
        except (TermError, ZeroDivisionError, RecursionError):
            return False

    def agrees(self, goal: Term, extra: Sequence[Term]) -> bool:
        """Whether a statement has a value and holds at a few instances, and no counterexample is found at once."""
        if self.refuted(goal, extra, 60) is not None:
            return False
        seen = self.testbed.agreement(goal, extra=list(extra), count=FEW, milliseconds=200)
        return seen.agree >= 3

    def possible(self, statements: Sequence[Term]) -> bool:
        """Whether an instance was found at which the statements hold."""
        self.know(*statements)
        return self.testbed.agreement(op("true"), extra=list(statements), count=1, milliseconds=100).instances > 0

    def hurried(self) -> bool:
        """Whether the time ended a search since this was asked last."""
        late, self._search.late = self._search.late, False
        return late

    def proved(self, goal: Term, extra: Sequence[Term], seconds: float) -> Judgment | None:
        """A proof of a statement that has no small counterexample, perhaps under conditions."""
        if goal.head == "true":
            return Judgment("proved", ("identical sides",))
        end = now() + seconds
        proof = None
        plain = not any(t.head in MODAL for t in subterms(goal))
        if plain and seconds < LONG:
            proof = self.holds(goal, extra, seconds)
        if proof is None:
            proof = self._searched(goal, extra, (end - now()) * (0.7 if plain and seconds >= LONG else 1))
        if proof is None and plain and seconds >= LONG:
            proof = self.holds(goal, extra, end - now())
        return self._beyond(goal, extra, proof) if proof is not None and proof.verdict == "conditional" else proof

    def tried(self, goal: Term, extra: Sequence[Term], seconds: float) -> Judgment:
        """A counterexample to a statement that was not proved, or how often it agrees."""
        end = now() + max(0.2, seconds)
        plain = goal
        if any(t.head == "deriv" or t.head in MODAL for t in subterms(goal)):
            base = frozenset([*self.hyps, *extra])
            prove = Prover((end - now()) / 3, before=self._search)
            plain = self._worked_out(goal, base | {t.goal for t in laws.consequences(base, prove)}, prove)
        more = int(1000 * max(0.1, min(1.0, (end - now()) * 0.7)))
        found = self._counterexample(plain, extra, more, 120, self.plainer())
        if found is not None:
            return Judgment("refuted", witness=found, message=found.sentence)
        seen = self.testbed.agreement(goal, extra=list(extra), count=40, milliseconds=300)
        evidence = {"instances": seen.instances, "agree": seen.agree}
        return Judgment("undecided", evidence=evidence, message=_tried(seen.instances, seen.agree, seen.undefined))

    def _beyond(self, goal: Term, extra: Sequence[Term], found: Judgment) -> Judgment:
        """The verdict, unless the equation is wrong, and not just without a value, where its conditions fail."""
        point = elsewhere(goal, found.provided, [*self.hyps, *extra], 50)
        if point is None:
            return found
        where = ", ".join(f"{name} = {x}" for name, x in sorted(point.items()))
        return Judgment("undecided", provided=found.provided, message=f"It holds under the conditions that are "
                        f"listed, which nothing declares; at {where} it fails, for complex values too.")

    def _helps(self, goal: Term, extra: Sequence[Term], seconds: float) -> list[list[Theorem]]:
        """What may be used beside the hypotheses, one attempt each: closed forms of the sequences, nothing,
        results of earlier lines (which can lead a search astray)."""
        known = self.forms(goal, extra, seconds)
        return [*([known] if known else []), [], *([[*known, *self.earlier]] if self.earlier else [])]

    def forms(self, goal: Term, extra: Sequence[Term], seconds: float = FORMS) -> list[Theorem]:
        """Closed forms of the sequences that the goal depends on, found once."""
        base = frozenset(self.relevant(goal, extra))
        if base in self._forms:
            return self._forms[base]
        before, self._search.late = self._search.late, False
        try:
            names = {s for h in base for s in h.symbols}
            found = forms(base, names, Prover(min(FORMS, seconds), before=self._search))[0]
        except (Refused, TermError, RecursionError):
            found = []
        if not self._search.late or seconds >= FORMS:
            self._forms[base] = found
        self._search.late = self._search.late or before
        return found

    def _searched(self, goal: Term, extra: Sequence[Term], seconds: float) -> Judgment | None:
        end = now() + seconds
        conditional: Judgment | None = None
        try:
            statement = stated([*self.relevant(goal, extra), *extra], goal)
        except StatementError:
            return None
        for earlier in self._helps(goal, extra, seconds):
            left = end - now()
            if left < 0.05:
                self._search.late = True
                break
            known = len(earlier)
            try:
                found = solve_statement(statement, earlier, seconds=left, experiment=False, consistent=True,
                                        before=self._search, steps=False)
            except (StatementError, Refused, TermError, RecursionError):
                continue
            if found.verdict not in ("proved", "conditional") or found.certificate is None:
                continue
            judgment = Judgment(found.verdict, _by(found.certificate), found.provided, certificate=found.certificate)
            if found.verdict == "proved":
                if not extra:
                    self.earlier = [*self.earlier, *earlier[known:]][-8:]
                return judgment
            conditional = conditional or judgment
        return conditional


@lru_cache(maxsize=1024)
def _meaning(goal: Term) -> tuple[Term, ...]:
    return tuple(definedness(goal))


def _by(certificate: dict[str, object]) -> tuple[str, ...]:
    """The names of the rules and schemes that a proof uses."""
    out: dict[str, None] = {}
    steps = certificate.get("steps")
    for s in steps if isinstance(steps, list) else []:
        name = s["name"] if s["rule"] == "axiom" else s["rule"]
        if name not in _SILENT and not name.endswith("_def"):
            out[_NAMES.get(name, name)] = None
    return tuple(out) or ("logic",)


def _tried(instances: int, agree: int, undefined: int) -> str:
    text = "Neither a proof nor a counterexample was found"
    if instances:
        text += f"; it agrees on {agree} of {instances} instances"
        if undefined:
            text += f" and has no value at {undefined} of them"
    else:
        text += "; no instance of the assumptions was found to try it on"
    return text + "."

