"""Both checkers accept what is right, refuse what is forged, and say where and why."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from building import Row, T, certificate, context, taken, theorem
from forgeries import WRONG
from right_steps import RIGHT

from derivations import recheck
from derivations.kernel import check as first
from derivations.kernel.claim import Claim, definedness
from derivations.kernel.term import Term, make, op
from derivations.kernel.theorem import RULES, Lemma, Refused, Theorem, derive
from derivations.writing import export

Data = dict[str, Any]
CHECKERS: list[Callable[[Any], Any]] = [first.check, recheck.check]
REFUSED = (Refused, recheck.Refused)
LEMMA = Lemma("a lemma", "a book", [], T("(lt 0 x)"))
PLACE = re.compile(r".*\b(step|claim|term|context|lemma) \d+\b.{4,}|.*\b(file|version|format|claim|key)\b.*",
    re.S)


def written(r: Row) -> Data:
    step = theorem(r)
    if r.rule == "cite":
        step.args["lemma"] = LEMMA
    data = certificate(step)
    assert data["steps"][-2]["rule"] == r.rule
    return data


def label(r: Row) -> str:
    return f"{r.rule}: {r.name}"


@pytest.mark.parametrize("r", RIGHT, ids=label)
def test_a_right_step_is_accepted_by_both(r: Row) -> None:
    for check in CHECKERS:
        check(written(r))


@pytest.mark.parametrize("r", WRONG, ids=label)
def test_a_forged_step_is_refused_by_both_and_named(r: Row) -> None:
    data = written(r)
    last = len(data["steps"]) - 2
    for check in CHECKERS:
        with pytest.raises(REFUSED) as stop:
            check(copy.deepcopy(data))
        assert re.match(rf"step {last} \({r.rule}\): .{{5,}}", str(stop.value)), str(stop.value)


def test_every_rule_has_a_right_step_and_a_forgery() -> None:
    names = {name for name, _, _ in RULES}
    assert {r.rule for r in RIGHT} == names
    assert {r.rule for r in WRONG} == names
    assert names == set(recheck.RULES)
    assert len(WRONG) >= 60 and len({label(r) for r in WRONG}) == len(WRONG)


# -- the file around the steps


@pytest.fixture
def good() -> Data:
    """x/y = x * (1/y) wherever y > 0, with its definedness."""
    ctx, goal = context(["(lt 0 y)"]), T("(eq (div x y) (mul x (div 1 y)))")
    positive = derive("assume", ctx, T("(lt 0 y)"))
    nonzero = derive("axiom", ctx, T("(ne 0 y)"), [positive], name="ne_of_lt",
                     inst={("r", "x", 0): T("0"), ("r", "y", 0): T("y")})
    turned = derive("axiom", ctx, T("(ne y 0)"), [positive], name="ne_of_gt",
                    inst={("r", "x", 0): T("y"), ("r", "y", 0): T("0")})
    proof = derive("norm", ctx, goal, [nonzero])
    data = export([(Claim(ctx, goal, "a claim"), proof, [turned])])
    for check in CHECKERS:
        check(copy.deepcopy(data))
    return data


def entry(data: Data, *items: Any) -> int:
    data["terms"].append(list(items))
    return len(data["terms"]) - 1


def change(path: str, value: Any) -> Callable[[Data], None]:
    """Put a value at a place: ``change("claims 0 wd", [])``."""
    def act(data: Data) -> None:
        *way, last = [int(k) if k.lstrip("-").isdigit() else k for k in path.split()]
        at: Any = data
        for k in way:
            at = at[k]
        at[last] = value
    return act


def another_claim(data: Data) -> None:
    data["claims"][0]["goal"] = data["steps"][0]["goal"]


def open_statement(data: Data) -> None:
    """Only a scheme may leave a statement open."""
    entry(data, "p", "Q")


def without_context(data: Data) -> None:
    data["contexts"].append([])
    data["claims"][0]["ctx"] = len(data["contexts"]) - 1


def loose_goal(data: Data) -> None:
    k = entry(data, "b", 0)
    data["steps"][0]["goal"] = entry(data, "eq", k, k)


def wrong_sort(data: Data) -> None:
    k = data["steps"][0]["goal"]
    entry(data, "add", k, k)


def deep(data: Data) -> None:
    k = entry(data, "v", "x")
    for _ in range(320):
        k = entry(data, "neg", k)


def drop(key: str) -> Callable[[Data], None]:
    return lambda data: data.pop(key)


FILES: dict[str, Callable[[Data], Any]] = {
    "another claim": another_claim,
    "an open statement": open_statement,
    "a context without the assumption": without_context,
    "no definedness": change("claims 0 wd", []),
    "another step for definedness": lambda d: change("claims 0 wd", [d["claims"][0]["step"]])(d),
    "a claim on another step": change("claims 0 step", 0),
    "a step that is not there": change("claims 0 step", 99),
    "a negative step": change("claims 0 step", -1),
    "no claim": change("claims", []),
    "no steps": change("steps", []),
    "a rule misspelt": change("steps 0 rule", "assumes"),
    "a rule of another kind": change("steps 0 rule", ["assume"]),
    "a premise that comes later": change("steps 1 prem", [3]),
    "a premise that is the step": change("steps 1 prem", [1]),
    "a negative premise": change("steps 1 prem", [-1]),
    "a premise that is true": change("steps 1 prem", [True]),
    "a premise that is 0.0": change("steps 1 prem", [0.0]),
    "a context that is false": change("steps 0 ctx", False),
    "a context that is not there": change("steps 0 ctx", 7),
    "a context of numbers": change("contexts 0", [0]),
    "a context that is no list": change("contexts 0", 0),
    "an unknown key": change("steps 0 note", "x"),
    "a missing key": lambda d: d["steps"][0].pop("prem"),
    "an unknown key of the file": change("note", "x"),
    "a missing table": drop("lemmas"),
    "version true": change("version", True),
    "version 1.0": change("version", 1.0),
    "version 2": change("version", 2),
    "another format": change("format", "certificate"),
    "a loose index in a goal": loose_goal,
    "a wrong sort": wrong_sort,
    "too deep": deep,
    "an unknown head": lambda d: entry(d, "plus", 0, 0),
    "too few arguments": lambda d: entry(d, "add", 0),
    "an argument that comes later": lambda d: entry(d, "neg", len(d["terms"])),
    "a negative argument": lambda d: entry(d, "neg", -1),
    "an argument that is true": lambda d: entry(d, "neg", True),
    "not in lowest terms": lambda d: entry(d, "num", "2/4"),
    "a denominator of 1": lambda d: entry(d, "num", "2/1"),
    "a denominator of 0": lambda d: entry(d, "num", "1/0"),
    "a plus sign": lambda d: entry(d, "num", "+1"),
    "minus nothing": lambda d: entry(d, "num", "-0"),
    "a decimal": lambda d: entry(d, "num", "0.5"),
    "a number that is no text": lambda d: entry(d, "num", 1),
    "other digits": lambda d: entry(d, "num", "١"),
    "a very long number": lambda d: entry(d, "num", "1" * 5000),
    "a negative bound index": lambda d: entry(d, "b", -1),
    "a bound index that is true": lambda d: entry(d, "b", True),
    "a symbol with an argument": lambda d: entry(d, "v", "x", 0),
    "a family without one": lambda d: entry(d, "f", "x"),
    "a name that is no text": lambda d: entry(d, "v", 7),
    "data on an operator": lambda d: entry(d, "pi", "x"),
    "an empty entry": lambda d: d["terms"].append([]),
    "a family of arity 0 in inst": lambda d: change("steps 1 inst", [["f", "x", 0, 0]])(d),
    "a placeholder given twice": lambda d: d["steps"][1]["inst"].append(d["steps"][1]["inst"][0]),
    "an unknown kind in inst": lambda d: change("steps 1 inst 0 0", "b")(d),
    "not an object": lambda d: d["steps"].insert(0, 3),
}


@pytest.mark.parametrize("name", FILES)
def test_a_forged_file_is_refused_by_both_and_the_part_named(name: str, good: Data) -> None:
    FILES[name](good)
    for check in CHECKERS:
        with pytest.raises(REFUSED) as stop:
            check(copy.deepcopy(good))
        assert PLACE.match(str(stop.value)), str(stop.value)


TEXTS: dict[str, Callable[[str], str]] = {
    "truncated": lambda s: s[:len(s) // 2],
    "a key twice": lambda s: s.replace('"version": 1', '"version": 1, "version": 1'),
    "something behind": lambda s: s + "]",
    "empty": lambda s: "",
    "NaN": lambda s: s.replace("[0]", "[NaN]", 1),
    "a very long number": lambda s: s.replace('"version": 1', '"version": ' + "1" * 5000),
}


@pytest.mark.parametrize("forge", TEXTS.values(), ids=TEXTS)
def test_a_forged_text_is_refused_by_both(forge: Callable[[str], str], good: Data, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(forge(json.dumps(good)), encoding="utf-8")
    with pytest.raises(Refused):
        first.check(first.load(path))
    with pytest.raises(recheck.Refused):
        recheck.check(recheck.load(path.read_text(encoding="utf-8")))


# -- names


PAIRS = [("x", "X"), ("(f 1)", "(f 1 1)"), ("(f 1)", "(F 1)"), ("(f 1)", "f"), ("(F 1)", "(F 1 1)")]


def renamed(t: Term) -> Term:
    """Every symbol called s, whatever its kind and arity."""
    return make(t.head, [renamed(a) for a in t.args], "s" if t.head in "vrfg" else t.data)


@pytest.mark.parametrize("pair", PAIRS, ids=" ".join)
def test_kind_and_arity_belong_to_a_symbol(pair: tuple[str, str]) -> None:
    a, b = (renamed(T(text)) for text in pair)
    assert a is not b
    one = op("lt", 0, a)
    wrong = [Theorem("assume", frozenset([op("lt", 0, b)]), one, (), {}),
             Theorem("norm", frozenset(), op("eq", a, b), (), {})]
    for step in wrong:
        for check in CHECKERS:
            with pytest.raises(REFUSED):
                check(certificate(step))


def test_a_lemma_that_is_cited_is_reported_and_no_other() -> None:
    data = certificate(taken("(lt 0 x)", []))
    data["lemmas"].append({"name": "unused", "source": "", "hyps": [], "goal": data["lemmas"][0]["goal"]})
    assert [m.name for m in first.check(data).assumed] == ["that (lt 0 x)"]
    assert [m[0] for m in recheck.check(data).assumed] == ["that (lt 0 x)"]


def test_each_condition_of_definedness_is_demanded() -> None:
    goal = T("(eq (add (div 1 x) (log y)) (add (log y) (div 1 x)))")
    needs = definedness(goal)
    assert len(needs) == 2
    proof, facts = derive("norm", [], goal), [taken(repr_text, []) for repr_text in ("(ne x 0)", "(lt 0 y)")]
    right = export([(Claim(frozenset(), goal), proof, facts)])
    for wd in ([facts[0]], [], facts[::-1], [*facts, facts[0]], [facts[0], facts[0]]):
        wrong = export([(Claim(frozenset(), goal), proof, wd)])
        for check in CHECKERS:
            check(right)
            with pytest.raises(REFUSED, match=r"claim 0: "):
                check(wrong)


def test_a_term_that_is_large_as_a_tree_is_refused_in_no_time() -> None:
    t = T("x")
    for _ in range(60):
        t = op("mul", t, t)
    for rule in ("assume", "norm"):
        for check in CHECKERS:
            with pytest.raises(REFUSED) as stop:
                check(certificate(Theorem(rule, frozenset(), op("eq", t, T("(f x)")), (), {})))
            assert len(str(stop.value)) < 20_000
