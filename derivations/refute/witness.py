"""Certified counterexamples.

``refute`` looks for an instance at which every hypothesis holds and the goal is certainly false:
exact numbers differ, or the difference of two balls excludes zero.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from derivations.clock import now
from derivations.kernel.term import Term
from derivations.refute import quantify
from derivations.refute import values as v
from derivations.refute.evaluate import Env, Evaluator, Outcome, at_precisions, outcomes
from derivations.refute.model import Coordinate, Draw, Index, Model, RealFamily
from derivations.refute.plan import Plan
from derivations.refute.values import ONE, Fuel, Overlap, Undefined, Unknown, Value, text

MAX_SHOWN = 14         # entries of a witness
MAX_ENTRIES = 25       # numbers in a list


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
        doubt: Overlap | None = None
        for a in args:
            try:
                found = falsify(ev, a, outcome, env)
            except Overlap as err:
                doubt = err
                continue
            if found is not None:
                return found
        if doubt is not None:
            raise doubt
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


def _name(goal: Term, depth: int) -> str:
    """A letter for the variable that a quantifier binds: that of an index where it is whole."""
    premise = goal.args[0].args[0] if goal.args[0].head == "imp" else goal
    letters = "ijklmn" if premise.head == "isint" else "xyzuvw"
    taken = {name for _, name, _ in goal.symbols}
    free = [c for c in letters if c not in taken]
    return free[depth] if depth < len(free) else f"({letters[0]}{depth})"


def _falsify_forall(ev: Evaluator, goal: Term, outcome: Outcome | None, env: Env) -> Falsity | None:
    found = quantify.Range(ev, goal.args[0], env, outcome)
    doubt: Undefined | Unknown | None = None
    for x in found.samples()[0]:
        inner = (x, *env)
        try:
            if not found.admits(inner, outcome):
                continue
            failed = falsify(ev, found.conclusion, outcome, inner)
        except (Undefined, Unknown) as err:     # another value may settle it
            doubt = err if doubt is None or isinstance(err, Overlap) else doubt
            continue
        if failed is not None:
            failed.chosen = {_name(goal, len(env)): text(x), **failed.chosen}
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
    end = now() + milliseconds / 5000
    return Fuel(400_000, end if fuel.deadline is None else min(end, fuel.deadline))


def readable(model: Model, terms: Sequence[Term], ev: Evaluator, sizes: Collection[str] = ()) -> dict[str, str]:
    """The scalars of ``terms``, the sizes first, and the values of families and the laws of random
    symbols that the evaluator has read; what is defined by other random symbols is left out.

    A family that was read over a whole range is one list, or a list of rows.
    """
    found: dict[str, str] = {}
    ends = {x for name in sizes if isinstance(x := model.scalars.get(name), Fraction)}
    scalars = sorted({s[1] for t in terms for s in t.symbols if s[0] == "v"}, key=lambda x: (x not in sizes, x))
    read: dict[tuple[str, str, int], list[Index]] = {("v", name, 0): [()] for name in scalars}
    for kind, name, index in sorted(ev.touched, key=lambda x: ("fgr".index(x[0]), x)):
        read.setdefault((kind, name, len(index)), []).append(index)
    for (kind, name, _), indices in read.items():
        entries: dict[Index, str] = {}
        for index in indices:
            try:
                with v.precision(128):
                    shown = _entry(model, kind, name, index, ev)
            except (Undefined, Unknown, KeyError):
                continue
            if shown is not None:
                entries[index] = shown
        if len(entries) == len(indices) and kind != "g" and (whole := _listed(entries, ends)) is not None:
            found[name + whole[0]] = whole[1]
        elif kind == "g" and len(entries) > 1 and len(set(entries.values())) == 1 and (span := _span(entries)):
            found[f"{name}({span[0]}), ..., {name}({span[1]})"] = f"{next(iter(entries.values()))}, each"
        else:
            for index, shown in entries.items():
                label = f"({', '.join(map(str, index))})" if index else ""
                found[name + (label or "(x)" if kind == "f" else label)] = shown
        if len(found) >= MAX_SHOWN:
            return dict(list(found.items())[:MAX_SHOWN])
    return found


def _entry(model: Model, kind: str, name: str, index: Index, ev: Evaluator) -> str | None:
    if kind == "v":
        value = model.scalars[name]
        return text(ev.number(value) if isinstance(value, Term) else value)
    if kind == "f":
        if not index:
            return next((found for (n, _), x in model.families.items() if n == name and isinstance(x, RealFamily)
                         and (found := x.text(ev)) is not None), None)
        return text(model.family(name, index, ev))
    meaning = model.random(name, index, ev)
    return None if isinstance(meaning, Term) else describe(meaning)


def _span(entries: Container[Index]) -> tuple[int, int] | None:
    """The first and last index, if there is one for every integer from 1 (or 0) on."""
    assert isinstance(entries, dict)
    places = sorted(x[0] for x in entries if len(x) == 1)
    low = places[0] if places else ONE
    if low in (0, 1) and places == [low + k for k in range(len(entries))]:
        return int(low), int(low) + len(places) - 1
    return None


def _listed(entries: dict[Index, str], ends: set[Fraction]) -> tuple[str, str] | None:
    """A vector or matrix as text, with what to write behind its name.  It must end at one of the
    ``ends``, if there are any: what ends elsewhere may be a part."""
    if not 1 < len(entries) <= MAX_ENTRIES:
        return None
    span = _span(entries)
    if span is not None and (not ends or any(abs(span[1] - x) <= 1 for x in ends)):
        values = [entries[Fraction(k),] for k in range(span[0], span[1] + 1)]
        return "" if span[0] == 1 else f"({span[0]}..{span[1]})", f"[{', '.join(values)}]"
    if any(len(x) != 2 for x in entries):
        return None
    rows, columns = (_span({(x[k],): "" for x in entries}) for k in (0, 1))
    if rows is None or columns is None or rows[0] != 1 or columns[0] != 1 \
            or len(entries) != rows[1] * columns[1] or (ends and not {rows[1], columns[1]} <= ends):
        return None
    return "", "[" + ", ".join("[" + ", ".join(
        entries[Fraction(i), Fraction(j)] for j in range(1, columns[1] + 1)) + "]" for i in range(1, rows[1] + 1)) + "]"


def describe(meaning: Draw | Fraction) -> str:
    """A random variable in words."""
    if not isinstance(meaning, Draw):
        return str(meaning)
    c: Coordinate = meaning.coordinate
    if c.law is not None:
        return f"{c.law.kind}({', '.join(map(text, c.law.parameters))})"
    return ", ".join(f"{text(row[meaning.part])} with probability {w}" for w, row in c.points)


def relevant(values: dict[str, str], plan: Plan, goal: Term, sizes: Container[str] = ()) -> dict[str, str]:
    """The values that can matter for the goal, and the sizes of what it is about."""
    near = {s[1] for s in plan.closure(goal)} | {s[1] for s in goal.symbols}
    ranges = {s[1] for h in plan.hyps if any(s[1] in near and s[0] != "v" for s in h.symbols)
              for s in h.symbols if s[0] == "v" and s[1] in sizes}
    kept = {k: x for k, x in values.items() if k.split("(")[0] in near | ranges}
    return kept or (values if goal.symbols else {})


def apart(left: Value, right: Value) -> tuple[str, str]:
    """Both values as text, with as many digits as it takes to tell them apart."""
    one, two = text(left), text(right)
    if one == two and not isinstance(left, bool) and not isinstance(right, bool):
        for digits in (24, 48, 96, 300):
            one, two = text(left, digits), text(right, digits)
            if one != two:
                break
    return one, two
