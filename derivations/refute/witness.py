"""Certified counterexamples.

``refute`` looks for an instance at which every hypothesis holds and the goal is certainly false:
exact numbers differ, or the difference of two balls excludes zero.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from derivations.kernel.term import Term
from derivations.refute import quantify
from derivations.refute import values as v
from derivations.refute.evaluate import Env, Evaluator, Outcome, at_precisions, outcomes
from derivations.refute.model import Coordinate, Draw, Model
from derivations.refute.plan import Plan
from derivations.refute.values import Fuel, Overlap, Undefined, Unknown, Value, text

MAX_SHOWN = 14         # entries of a witness


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


def falsify(ev: Evaluator, goal: Term, outcome: Outcome | None = None, env: Env = ()) -> Falsity | None:
    """Why ``goal`` is false in the evaluator's model, or None if it is true.

    Errors: Undefined where a part has no value; Unknown where it is not decided.
    """
    head, args = goal.head, goal.args
    if head in ("eq", "ne", "le", "lt"):
        if ev.truth(goal, env, outcome):
            return None
        return Falsity(ev.number(args[0], env, outcome), ev.number(args[1], env, outcome), _TURNED[head])
    if head == "imp":
        return falsify(ev, args[1], outcome, env) if ev.truth(args[0], env, outcome) else None
    if head == "and":
        for a in args:
            found = falsify(ev, a, outcome, env)
            if found is not None:
                return found
        return None
    if head == "surely" and args[0].random:
        for _, found in outcomes(lambda o: falsify(ev, args[0], o, env)):
            if found is not None:
                return found
        return None
    if head == "forall":
        return _falsify_forall(ev, goal, outcome, env)
    if head == "isleast":
        w = ev.number(args[0], env, outcome)
        if not ev.truth(args[1], (w, *env), outcome):
            return Falsity(w, False, "does not have the property, claimed to be its least value:")
        below, decided = quantify.counterexample(ev, goal, env, outcome)
        if below is not None:
            return Falsity(w, below, "is not least, the property also holds at")
        if not decided:
            raise Unknown("smaller values were not decided")
        return None
    if head == "iff":
        left, right = (ev.truth(x, env, outcome) for x in args)
        return None if left == right else Falsity(left, right, "is not equivalent to")
    return None if ev.truth(goal, env, outcome) else Falsity(False, True, "is not")


def _falsify_forall(ev: Evaluator, goal: Term, outcome: Outcome | None, env: Env) -> Falsity | None:
    found = quantify.Range(ev, goal.args[0], env, outcome)
    doubt: Undefined | Unknown | None = None
    for x in found.samples()[0]:
        inner = (x, *env)
        try:
            if not found.admits(inner, outcome):
                continue
            failed = falsify(ev, found.conclusion, outcome, inner)
        except Overlap:
            raise
        except (Undefined, Unknown) as err:
            doubt = doubt or err
            continue
        if failed is not None:
            depth = len(env)
            name = "xyzuvw"[depth] if depth < 6 else f"x{depth}"
            failed.chosen = {f"({name})": text(x), **failed.chosen}
            return failed
    if doubt is not None:
        raise doubt
    return None


def check(goal: Term, premise: Term | None, evaluator: Callable[[bool], Evaluator]) -> Checked:
    """Whether the goal fails in a model of the hypotheses, the outcome at which it does, and the
    evaluator that found it.  ``premise``: the hypotheses about single outcomes; ``evaluator``
    gives an evaluator at the current precision, a lenient one if asked for.

    Errors: Undefined, Unknown; Overlap if balls stay undecided at the highest precision.
    """
    def attempt() -> Checked:
        ev = evaluator(False)
        if not goal.random:         # the premise was found true somewhere when the model was checked
            return falsify(ev, goal), {}, ev
        lenient = evaluator(True) if premise is not None else ev

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


def share(fuel: Fuel, milliseconds: float) -> Fuel:
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


def relevant(values: dict[str, str], plan: Plan, goal: Term) -> dict[str, str]:
    """The values that can matter for the goal."""
    near = {s[1] for s in plan.closure(goal)} | {s[1] for s in goal.symbols}
    kept = {k: x for k, x in values.items() if k.split("(")[0] in near}
    return kept or values
