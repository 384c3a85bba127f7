"""The two checkers agree on real certificates and on damaged ones.

A damaged certificate may still be right (a label changed, an unused term).  What counts: nobody accepts a
false claim, both read the same claims, and where one refuses alone it is for want of a canonical form.
"""

from __future__ import annotations

import copy
import json
import random
import re
from functools import lru_cache
from typing import Any

import pytest
from building import T, certificate, taken
from sympy import Function, IndexedBase, Sum, Symbol

from derivations import recheck
from derivations.kernel import check as first
from derivations.kernel.claim import Claim
from derivations.kernel.term import Term
from derivations.kernel.theorem import Refused, Theorem
from derivations.refute import refute
from derivations.solve import solve
from derivations.statement import Exercise, Normal, Part, Var, equal, given, iid, less, recurrence

Data = dict[str, Any]
NAMES = ("recurrence", "odd numbers", "variance", "logic")
MUTATIONS = 100     # of each certificate
# refusals that say: the canonical forms were not found equal (a checker may be stronger than the other)
FORMS = re.compile(r"canonical forms|is not the combination|the combination .* is not|not an integer by its form|"
                   r"differ under the facts|do not add up|not visibly an integer|not that linear combination|"
                   r"too large|work limit", re.S)


def exercise(name: str) -> Exercise:
    t = Symbol("t", integer=True, nonnegative=True)
    n, d, i, k = Symbol("n", integer=True, positive=True), Symbol("d", integer=True, positive=True), *(
        Symbol(x, integer=True) for x in "ik")
    b, c, s = Symbol("b", positive=True), Symbol("c", real=True), Symbol("s", positive=True)
    m, w = Function("m"), IndexedBase("w")
    if name == "recurrence":
        return Exercise(name, "", "", [given(less(b, 1)), recurrence(m(t + 1), b * m(t) + c, (t, 0),
        start={m(0): 0})],
                        [Part("m", "", claim=equal(m(t), c * (1 - b**t) / (1 - b)))])
    if name == "variance":
        return Exercise(name, "", "", [iid(w[i], (i, 1, d), law=Normal(0, s**2))],
                        [Part("v", "", claim=equal(Var(Sum(w[i], (i, 1, d))), d * s**2))])
    return Exercise(name, "", "", [], [Part("s", "", claim=equal(Sum(2 * k - 1, (k, 1, n)), n**2))])


def logic() -> Data:
    """Opening, discharging and taking apart, by hand."""
    every, ctx = T("(forall k (imp (isint k) (and (le 0 (f k)) (lt (f k) 1))))"), frozenset({T("(isint n)")})

    def step(rule: str, goal: str, *prem: Theorem, **args: Any) -> Theorem:
        return Theorem(rule, ctx, T(goal), prem, args)
    whole = step("assume", "(isint n)")
    at = Theorem("spec", ctx, T("(and (le 0 (f n)) (lt (f n) 1))"), (taken_every(every), whole),
        {"term": T("n")})
    low = step("part", "(le 0 (f n))", at, index=0)
    back = Theorem("gen", frozenset(), T("(forall k (imp (isint k) (le 0 (f k))))"), (low,),
                   {"var": T("n"), "discharge": [T("(isint n)")]})
    data = certificate(back)
    data["claims"][0] |= {"goal": data["steps"][-2]["goal"], "step": len(data["steps"]) - 2}
    return data


def taken_every(goal: Term) -> Theorem:
    t = taken("(forall k (imp (isint k) (and (le 0 (f k)) (lt (f k) 1))))", [])
    assert t.goal is goal
    return t


@lru_cache
def text(name: str) -> str:
    if name == "logic":
        return json.dumps(logic())
    (part,) = solve(exercise(name)).parts
    assert part.certificate is not None, part.message
    return json.dumps(part.certificate)


def nested(t: Term) -> list[Any]:
    own = [] if t.data is None else [str(t.data)] if t.head == "num" else [t.data]
    return [t.head, *own, *map(nested, t.args)]


def same_claims(ours: first.Checked, theirs: recheck.Report) -> None:
    assert len(ours.claims) == len(theirs.claims)
    for a, b in zip(ours.claims, theirs.claims, strict=True):
        assert b.raw["label"] == a.label and b.raw["goal"] == nested(a.goal)
        assert sorted(map(json.dumps, b.raw["hyps"])) == sorted(json.dumps(nested(h)) for h in a.hyps)
    assert [x[:2] for x in theirs.assumed] == [(x.name, x.source) for x in ours.assumed]


@pytest.mark.parametrize("name", NAMES)
def test_both_accept_and_read_the_same(name: str) -> None:
    data = json.loads(text(name))
    same_claims(first.check(copy.deepcopy(data)), recheck.check(data))


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every number and text in the data."""
    if isinstance(value, dict):
        return [p for k, v in value.items() for p in places(v, (*at, k))]
    if isinstance(value, list):
        return [p for k, v in enumerate(value) for p in places(v, (*at, k))]
    return [at] if isinstance(value, int | str) else []


def damaged(data: Data, rnd: random.Random) -> tuple[Any, ...]:
    """One number or text is changed in place."""
    where = rnd.choice(places(data))
    at: Any = data
    for k in where[:-1]:
        at = at[k]
    old = at[where[-1]]
    if isinstance(old, int):
        new: Any = rnd.choice([old + 1, old - 1, rnd.randrange(max(2, len(data["terms"]))), rnd.randrange(4)])
    else:
        pool = [e[0] for e in data["terms"]] + [e[1] for e in data["terms"] if len(e) > 1 and isinstance(e[1], str)]
        new = rnd.choice([*pool, "le", "lt", "0", "1", "-1", "2", "x", "mul", "add",
        *(s["rule"] for s in data["steps"])])
    at[where[-1]] = new
    return (*where, old, new)


def verdict(check: Any, data: Data) -> tuple[Any, str]:
    try:
        return check(copy.deepcopy(data)), ""
    except (Refused, recheck.Refused) as stop:
        return None, str(stop)


def false(c: Claim) -> bool:
    return refute(sorted(c.hyps, key=repr), c.goal, count=12, milliseconds=300) is not None


@pytest.mark.parametrize("name", NAMES)
def test_one_damaged_place_deceives_neither(name: str) -> None:
    right = first.check(json.loads(text(name)))
    known, refused = {(c.hyps, c.goal) for c in right.claims}, 0
    for seed in range(MUTATIONS):
        data = json.loads(text(name))
        what = damaged(data, random.Random(f"{name} {seed}"))
        ours, why = verdict(first.check, data)
        theirs, reason = verdict(recheck.check, data)
        if ours is None and theirs is None:
            refused += 1
            continue
        if ours is None or theirs is None:
            assert FORMS.search(why or reason), f"{what}: one checker refuses alone: {why or reason}"
            continue
        same_claims(ours, theirs)
        if not (ours.assumed and what[0] in ("lemmas", "terms")):      # another lemma may prove anything
            for c in ours.claims:
                assert (c.hyps, c.goal) in known or not false(c), f"{what}: {c.hyps} |- {c.goal}"
    assert refused > MUTATIONS // 3


@pytest.mark.parametrize("name", NAMES)
def test_steps_all_over_a_certificate_are_looked_at(name: str) -> None:
    """With another goal a step is refused by both, there or (what proves anything) where it is used."""
    steps = len(json.loads(text(name))["steps"])
    for n in range(0, steps, 1 + steps // 30):
        data = json.loads(text(name))
        data["terms"].append(["v", "unheard of"])
        data["terms"].append(["isint", len(data["terms"]) - 1])
        data["steps"][n]["goal"] = len(data["terms"]) - 1
        for check in (first.check, recheck.check):
            with pytest.raises((Refused, recheck.Refused), match=r"step \d+ "):
                check(copy.deepcopy(data))
