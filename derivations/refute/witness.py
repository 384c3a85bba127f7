"""Certified counterexamples.

``refute`` looks for an instance at which every hypothesis holds and the goal is certainly false:
exact numbers differ, or the difference of two balls excludes zero.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from derivations.kernel.term import Term, num, open_with, show, subterms
from derivations.refute import quantify
from derivations.refute import values as v
from derivations.refute.evaluate import Evaluator, Outcome, at_precisions, outcomes
from derivations.refute.instances import by_definition, instances, random_part
from derivations.refute.model import Coordinate, Draw, Model
from derivations.refute.plan import Plan
from derivations.refute.values import Fuel, Overlap, Undefined, Unknown, Value, text

MAX_SHOWN = 14         # entries of a witness
CLOSE_BITS = 200       # balls this close at the highest precision count as agreeing


@dataclass(frozen=True)
class Witness:
    """An instance that refutes a claim.

    ``values``: the symbols there; ``left`` and ``right``: the two sides of what fails;
    ``assumed``: universal hypotheses that were checked on a window of values only.
    """

    values: dict[str, str]
    left: str
    right: str
    sentence: str
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """How a goal fared at instances of its hypotheses."""

    instances: int
    agree: int
    undefined: int
    unknown: int


@dataclass
class Falsity:
    """What fails, and the values of universal variables at which it fails."""

    left: Value
    right: Value
    relation: str
    chosen: dict[str, str] = field(default_factory=dict)


Checked = tuple["Falsity | None", dict[str, str], Evaluator]

_TURNED = {"eq": "is not", "ne": "equals", "le": "is greater than", "lt": "is not less than"}


def falsify(ev: Evaluator, goal: Term, outcome: Outcome | None = None, depth: int = 0) -> Falsity | None:
    """Why ``goal`` is false in the evaluator's model, or None if it is true.

    Errors: Undefined where a part has no value; Unknown where it is not decided.
    """
    head, args = goal.head, goal.args
    if head in ("eq", "ne", "le", "lt"):
        if ev.truth(goal, (), outcome):
            return None
        return Falsity(ev.number(args[0], (), outcome), ev.number(args[1], (), outcome), _TURNED[head])
    if head == "imp":
        return falsify(ev, args[1], outcome, depth) if ev.truth(args[0], (), outcome) else None
    if head == "and":
        for a in args:
            found = falsify(ev, a, outcome, depth)
            if found is not None:
                return found
        return None
    if head == "surely" and args[0].random:
        for _, found in outcomes(lambda o: falsify(ev, args[0], o, depth)):
            if found is not None:
                return found
        return None
    if head == "forall":
        return _falsify_forall(ev, goal, outcome, depth)
    if head == "isleast":
        w = ev.number(args[0], (), outcome)
        if not ev.truth(args[1], (w,), outcome):
            return Falsity(w, False, "does not have the property, claimed to be its least value:")
        below, decided = quantify.counterexample(ev, goal, (), outcome)
        if below is not None:
            return Falsity(w, below, "is not least, the property also holds at")
        if not decided:
            raise Unknown("smaller values were not decided")
        return None
    if head == "iff":
        left, right = (ev.truth(x, (), outcome) for x in args)
        return None if left == right else Falsity(left, right, "is not equivalent to")
    return None if ev.truth(goal, (), outcome) else Falsity(False, True, "is not")


def _falsify_forall(ev: Evaluator, goal: Term, outcome: Outcome | None, depth: int) -> Falsity | None:
    body = goal.args[0]
    facts, _ = quantify.premises(body)
    doubt: Undefined | Unknown | None = None
    for x in quantify.Range(ev, facts, (), outcome).samples()[0]:
        try:
            found = falsify(ev, open_with(body, [num(x)]), outcome, depth + 1)
        except Overlap:
            raise
        except (Undefined, Unknown) as err:
            doubt = doubt or err
            continue
        if found is not None:
            name = "xyzuvw"[depth] if depth < 6 else f"x{depth}"
            found.chosen = {f"({name})": text(x), **found.chosen}
            return found
    if doubt is not None:
        raise doubt
    return None


def check(model: Model, hyps: Sequence[Term], goal: Term, fuel: Fuel) -> Checked:
    """Whether the goal fails in a model of the hypotheses, the outcome at which it does, and the
    evaluator that found it.

    Errors: Undefined, Unknown; Overlap if balls stay undecided at the highest precision.
    """
    premise = random_part(hyps)

    def attempt() -> Checked:
        ev = Evaluator(model, fuel=fuel)
        if not goal.random:         # the premise was found true somewhere when the model was checked
            return falsify(ev, goal), {}, ev
        lenient = Evaluator(model, fuel=fuel, lenient=True)

        def visit(o: Outcome) -> tuple[Falsity | None, dict[str, str]]:
            if premise is not None and not lenient.truth(premise, (), o):
                return None, {}
            return falsify(ev, goal, o), {
                c.name: ", ".join(text(x) for x in c.points[o.trail[k][0]][1]) for c, k in o.place.items()}
        for _, found in outcomes(visit):
            if found[0] is not None:
                return *found, ev
        return None, {}, ev
    return at_precisions(attempt)


def share(fuel: Fuel, milliseconds: int) -> Fuel:
    """Fuel for one instance: no single one may take more than a fifth of the time."""
    end = time.monotonic() + milliseconds / 5000
    return Fuel(400_000, end if fuel.deadline is None else min(end, fuel.deadline))


def readable(model: Model, terms: Sequence[Term], ev: Evaluator) -> dict[str, str]:
    """The scalars of ``terms``, and the values of families and the laws of random symbols that the
    evaluator has read; what is defined by other random symbols is left out."""
    found: dict[str, str] = {}
    scalars = sorted({s[1] for t in terms for s in t.symbols if s[0] == "v"})
    entries = [("v", name, ()) for name in scalars] + sorted(ev.touched, key=lambda x: ("fgr".index(x[0]), x))
    for kind, name, index in entries:
        label = name + (f"({', '.join(map(str, index))})" if index else "")
        try:
            with v.precision(128):
                if kind in "vf":
                    value = model.scalars[name] if kind == "v" else model.family(name, index, ev)
                    found[label] = text(ev.number(value) if isinstance(value, Term) else value)
                else:
                    meaning = model.random(name, index, ev)
                    if not isinstance(meaning, Term):
                        found[label] = describe(meaning)
        except (Undefined, Unknown, KeyError):
            continue
        if len(found) >= MAX_SHOWN:
            break
    return found


def describe(meaning: Draw | Fraction) -> str:
    """A random variable in words."""
    if not isinstance(meaning, Draw):
        return str(meaning)
    c: Coordinate = meaning.coordinate
    if c.law is not None:
        return f"{c.law.kind}({', '.join(map(str, c.law.parameters))})"
    return ", ".join(f"{text(row[meaning.part])} with probability {w}" for w, row in c.points)


def _relevant(values: dict[str, str], plan: Plan, goal: Term) -> dict[str, str]:
    near = {s[1] for s in plan.closure(goal)} | {s[1] for s in goal.symbols}
    kept = {k: x for k, x in values.items() if k.split("(")[0] in near}
    return kept or values


def refute(hyps: Sequence[Term], goal: Term, *, seed: int = 0, count: int = 60,
           milliseconds: int = 1000) -> Witness | None:
    """The first small instance of the hypotheses at which the goal is certainly false, or None.

    Balls count as different only if they are certified to be.  An undefined goal is no witness.
    """
    fuel = Fuel(10**9, time.monotonic() + milliseconds / 1000)
    plan = Plan(hyps, goal)
    hyps = [h for h in hyps if not by_definition(plan, h)]
    for model in instances(plan.hyps, goal, seed=seed, count=count, fuel=fuel):
        try:
            found, chosen, ev = check(model, hyps, goal, share(fuel, milliseconds))
        except (Undefined, Unknown, RecursionError):
            continue
        if found is not None:
            values = {**_relevant(readable(model, [goal, *plan.hyps], ev), plan, goal), **found.chosen}
            values |= {f"{k} at the outcome": x for k, x in chosen.items()}
            left, right = text(found.left), text(found.right)
            at = ", ".join(f"{k} = {x}" for k, x in values.items())
            sentence = (f"At {at}: " if at else "") + f"{left} {found.relation} {right}."
            return Witness(values, left, right, sentence, tuple(show(h) for h in model.sampled))
    return None


def agreement(hyps: Sequence[Term], goal: Term, *, seed: int = 0, count: int = 20,
              milliseconds: int = 5000) -> Evidence:
    """At how many instances the goal holds.  Balls that agree to the last digits count as equal;
    a universal goal counts if it holds on its samples."""
    fuel = Fuel(10**9, time.monotonic() + milliseconds / 1000)
    plan = Plan(hyps, goal)
    hyps = [h for h in hyps if not by_definition(plan, h)]
    total = agree = undefined = unknown = 0
    for model in instances(plan.hyps, goal, seed=seed, count=count, fuel=fuel):
        total += 1
        try:
            found, _, _ = check(model, hyps, goal, share(fuel, milliseconds))
            agree += found is None
            unknown += found is not None and bool(model.sampled)     # perhaps no instance after all
        except Undefined:
            undefined += 1
        except Overlap:
            if _close(model, goal):
                agree += 1
            else:
                unknown += 1
        except (Unknown, RecursionError):
            unknown += 1
    return Evidence(total, agree, undefined, unknown)


def _close(model: Model, goal: Term) -> bool:
    """Whether the two sides of an equation or of ``<=`` are tiny balls that overlap."""
    try:
        with v.precision(v.PRECISIONS[-1]):
            ev = Evaluator(model, lenient=True)
            sides = [t.args for t in subterms(goal)
                     if t.head in ("eq", "le") and not t.bound and not t.random]
            gaps = [v.ball(v.sub(ev.number(a), ev.number(b))) for a, b in sides]
            tiny = v.ball(Fraction(1, 2**CLOSE_BITS))
            return bool(gaps) and all(g.contains(0) and g.rad() < tiny for g in gaps)
    except (Undefined, Unknown):
        return False
