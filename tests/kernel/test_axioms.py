"""Axioms and assumed lemmas are true, and need each of their premises."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from total import PICK, Inverses, Limits, Model, Shaped, Skip

import derivations
from derivations import recheck
from derivations.kernel.axioms import Scheme, build, parse, schemes
from derivations.kernel.term import Term, subterms
from derivations.lemmas.laws import LAWS
from derivations.lemmas.lemma import Entry

HOME = Path(derivations.__file__).parent
CASES = [(name, k) for name, s in schemes().items() for k in range(len(s.hyps))]


def rows(text: str) -> list[list[str]]:
    """The tokens of each scheme."""
    return [re.findall(r"[()]|[^\s()]+", line) for line in text.splitlines()
            if line.strip() and not line.startswith("#")]


def test_the_three_tables_are_one() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "certificates.md").read_text(encoding="utf-8")
    table = page[page.index("```text\n") + 8:]
    table = table[:table.index("```")]
    ours = (HOME / "kernel" / "axioms.txt").read_text(encoding="utf-8")
    assert table.strip() == ours.strip()
    assert rows(recheck.AXIOMS) == rows(ours)
    assert len(schemes()) == len(rows(ours)) > 50


def both_readings(name: str) -> tuple[list[Any], list[Any]]:
    """The scheme as the two checkers read it, as nested lists."""
    def nested(t: Term) -> list[Any]:
        own = [] if t.data is None else [str(t.data)] if t.head == "num" else [t.data]
        return [t.head, *own, *map(nested, t.args)]
    store = recheck.Store()
    theirs, mine = recheck.parse_schemes(store, recheck.AXIOMS)[name], schemes()[name]
    return ([recheck.nested(store, t) for t in (*theirs.hyps, theirs.goal)],
            [nested(t) for t in (*mine.hyps, mine.goal)])


@pytest.mark.parametrize("name", schemes())
def test_both_checkers_read_the_same_scheme(name: str) -> None:
    theirs, ours = both_readings(name)
    assert theirs == ours


LOCAL = {"deriv", "hasderiv", "near"}


def models(count: int, hyps: Sequence[Term] = (), goal: Term | None = None) -> Iterator[Model]:
    """Models at random; with slopes for statements about what is close to a point."""
    heads = {t.head for s in ([] if goal is None else [*hyps, goal]) for t in subterms(s)}
    limits = any(h.startswith(("tends", "integral")) for h in heads)
    shaped = bool(heads & LOCAL)
    for seed in range(count):
        pick = (PICK, PICK[:5], PICK[:3], [Fraction(k, 2) for k in range(-2, 8)])[seed % 4]
        if not (shaped or limits):
            yield Inverses(seed, pick) if "fam" in heads else Model(seed, pick)
            continue
        try:
            assert goal is not None
            yield (Limits if limits else Shaped)(seed, pick, hyps, goal)
        except (Skip, OverflowError):
            continue


def verdict(m: Model, hyps: list[Term], goal: Term) -> bool | None:
    """Whether the goal holds; None if a premise fails or rounding decides."""
    try:
        return m.holds(goal) if all(m.holds(h) for h in hyps) else None
    except (Skip, OverflowError):
        return None


@pytest.mark.parametrize("name", schemes())
def test_an_axiom_holds_wherever_its_premises_do(name: str) -> None:
    s: Scheme = schemes()[name]
    found = 0
    for m in models(3000, s.hyps, s.goal):
        v = verdict(m, list(s.hyps), s.goal)
        assert v is not False, f"{name} fails: {m.given}"
        found += v is True
        if found >= (60 if s.placeholders else 1):
            return
    assert found >= 8 or s.goal.head == "false", f"only {found} instances of {name}"


FALSE = (
    "(hasderiv x (F x) p a) |- (hasderiv x (exp (F x)) p (exp (F p)))",
    "(hasderiv x (G x) p a) (hasderiv y (F y) p b) |- (hasderiv x (F (G x)) p (mul b a))",
    "(hasderiv x (F x) p a) (hasderiv x (G x) p b) |- (hasderiv x (mul (F x) (G x)) p (mul a b))",
    "(hasderiv x (F x) p a) |- (hasderiv x (abs (F x)) p (mul (sign (F p)) a))",
    "(hasderiv x (F x) p a) |- (hasderiv x (log (F x)) p (div a (F p)))",
    "(le 0 (F p)) (hasderiv x (F x) p a) |- (near x (le 0 (F x)) p)",
    "(eq (F p) (G p)) (hasderiv x (F x) p a) |- (hasderiv x (G x) p a)",
    "|- (hasderiv x (F x) p (deriv x (F x) p))",
    "|- (eq (deriv x (add (F x) (G x)) p) (add (deriv x (F x) p) (deriv x (G x) p)))",
    "(tends_seq x (F x) a) |- (tends_up x (F x) a)",
    "(tends_up x (F x) a) (tends_up x (G x) b) |- (tends_up x (div (F x) (G x)) (div a b))",
    "(tends_up x (F x) a) (lt 0 a) |- (forall x (imp (le m x) (lt 0 (F x))))",
    "(tends x (G x) p b) |- (tends x (F (G x)) p (F b))", "(tends x (F x) p a) |- (eq (F p) a)",
    "|- (tends x (F x) p (F p))", "|- (tends_seq n (pow r n) 0)",
    "(tends x (G x) p b) (tends y (F y) b a) |- (tends x (F (G x)) p a)",
    "(forall x (imp (le lo x) (imp (le x hi) (hasderiv y (F y) x (G x))))) |- (eq (integral x lo hi (G x)) (sub (F hi) (F lo)))",
    "(hasderiv x (F x) p a) |- (hasderiv x (pow (F x) n) p (mul n (pow (F p) (sub n 1)) a))",
)


@pytest.mark.parametrize("text", FALSE)
def test_the_models_of_derivatives_refute_what_is_false(text: str) -> None:
    left, right = text.split("|-")
    hyps, (goal,) = list(map(build, parse(left))), map(build, parse(right))
    assert any(verdict(m, hyps, goal) is False for m in models(3000, hyps, goal))


# -- where integrability matters: X = c * r^n with probability 2^-n on n = 1, 2, ...

Wild = dict[Fraction, Fraction]     # r -> c: the sum of the c * r^n
ONE = Fraction(1)


def wild(t: Term, at: dict[str, Any], env: tuple[Wild, ...] = ()) -> Any:
    """E is 0 where nothing is integrable."""
    if t.head == "num":
        return {ONE: t.data} if t.data else {}
    if t.head == "b":
        return env[t.data]      # type: ignore[index]
    if t.head == "forall":
        return all(wild(t.args[0], at, ({ONE: Fraction(k)}, *env)) for k in (1, 2))
    if t.head == "sum":
        return plus(*(wild(t.args[2], at, ({ONE: Fraction(k)}, *env)) for k in (1, 2)))
    a = [wild(x, at, env) for x in t.args]
    match t.head:
        case "r" | "v":
            return at[str(t.data)]
        case "g":
            return at[f"{t.data}{a[0][ONE]}"]
        case "pow":
            return times(a[0], a[0])
        case "mul":
            return times(*a)
        case "add":
            return plus(*a)
        case "abs":
            return {r: abs(c) for r, c in a[0].items()}     # where there is one r
        case "integrable":
            return max(a[0], default=ONE) < 2
        case "E":
            return plus({ONE: sum((c * r / (2 - r) for r, c in a[0].items()), Fraction(0))}) if max(a[0], default=ONE) < 2 \
                else {}
        case "surely":
            return a[0]
        case "P":
            return plus({ONE: Fraction(a[0])})
        case "eq":
            return a[0] == a[1]
        case "le":
            return all(sum(c * r ** n for r, c in a[0].items()) <= sum(c * r ** n for r, c in a[1].items())
                       for n in range(1, 60))
        case "imp":
            return not a[0] or a[1]
        case "isint":
            return True             # of a number of the range
        case "indep":
            return any(set(x) <= {ONE} for x in a)
        case "samelaw":
            return a[0] == a[1]
    raise NotImplementedError(t.head)


def plus(*parts: Wild) -> Wild:
    bases = {r for x in parts for r in x}
    return {r: c for r in bases if (c := sum((x.get(r, Fraction(0)) for x in parts), Fraction(0)))}


def times(x: Wild, y: Wild) -> Wild:
    return plus(*({r * s: c * d} for r, c in x.items() for s, d in y.items()))


WILD = [{Fraction(r): Fraction(c)} if c else {} for c in (-1, 0, 1) for r in ("1/3", "1", "3/2", "3")]


def wild_counterexample(hyps: list[Term], goal: Term) -> bool:
    for x in WILD:
        for y in WILD:
            at = {"x": x, "y": y, "F1": x, "F2": plus(y, {r: -c for r, c in x.items()}), "lo": {ONE: ONE},
                  "hi": {ONE: Fraction(2)}, "a": {ONE: Fraction(2)}, "b": {ONE: Fraction(-1)}}
            if all(wild(h, at) for h in hyps) and not wild(goal, at):
                return True
    return False


def about_integrability(t: Term) -> bool:
    return any(u.head == "integrable" for u in subterms(t))


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c[0]} without premise {c[1]}")
def test_no_premise_of_an_axiom_can_be_dropped(case: tuple[str, int]) -> None:
    name, k = case
    s = schemes()[name]
    rest = [h for n, h in enumerate(s.hyps) if n != k]
    if about_integrability(s.hyps[k]) or about_integrability(s.goal):
        assert wild_counterexample(rest, s.goal)
        assert not wild_counterexample(list(s.hyps), s.goal)
        return
    assert any(verdict(m, rest, s.goal) is False
               for m in models(6000, s.hyps, s.goal)), f"{name} holds without {s.hyps[k]!r}"


# -- laws

Law = Callable[[Callable[[float], float]], float]


def integral(density: Callable[[float], float], lo: float, hi: float) -> Law:
    steps = 20_000
    width = (hi - lo) / steps
    points = [lo + (n + 0.5) * width for n in range(steps)]
    return lambda f: sum(f(x) * density(x) for x in points) * width


def law(head: str, p: list[float]) -> Law:
    """Expectations under a law, by its density alone."""
    match head:
        case "law_normal":
            scale = math.sqrt(2 * math.pi * p[1])
            return integral(lambda x: math.exp(-(x - p[0]) ** 2 / (2 * p[1])) / scale, p[0] - 20, p[0] + 20)
        case "law_uniform":
            return integral(lambda x: 1 / (p[1] - p[0]), *p)
        case "law_exponential":
            return integral(lambda x: p[0] * math.exp(-p[0] * x), 0, 40)
        case "law_bernoulli":
            return lambda f: p[0] * f(1) + (1 - p[0]) * f(0)
        case "law_poisson":
            return lambda f: sum(f(k) * math.exp(-p[0]) * p[0] ** k / math.factorial(k) for k in range(80))
    raise NotImplementedError(head)


def true_under(e: Law, goal: Term, m: Model) -> bool:
    """The conclusion of a lemma when x has that law."""
    mean = e(lambda x: x)
    match goal.head, goal.args[0].head:
        case "eq", "E":
            size = e(abs) if goal.args[0].args[0].head == "abs" else mean
            return math.isclose(size, m.term(goal.args[1]), rel_tol=1e-4)
        case "eq", "var":
            return math.isclose(e(lambda x: (x - mean) ** 2), m.term(goal.args[1]), rel_tol=1e-4)
        case "integrable", _:
            return math.isfinite(e(lambda x: x * x))
        case "samelaw", _:
            return all(abs(e(lambda x, k=k: math.tanh(k * x)) + e(lambda x, k=k: math.sin(k * x))) < 1e-6
                       for k in (0.5, 1, 2))
    raise NotImplementedError(repr(goal))


def label(x: Entry) -> str:
    return x.lemma.name


@pytest.mark.parametrize("x", LAWS, ids=label)
def test_a_lemma_holds_for_its_law(x: Entry) -> None:
    (premise,) = x.lemma.hyps
    m = Model(0)
    m.bodies = {k: lambda v=v: Fraction(v) for k, v in x.holds.items()}
    e = law(premise.head, [float(m.term(p)) for p in premise.args[1:]])
    assert math.isclose(e(lambda _: 1.0), 1, rel_tol=1e-4)
    assert true_under(e, x.lemma.goal, m)


@pytest.mark.parametrize("x", LAWS, ids=label)
def test_a_lemma_says_nothing_without_its_law(x: Entry) -> None:
    goal = x.lemma.goal
    if goal.head == "integrable":
        assert wild_counterexample([], goal)
        return
    if goal.head == "samelaw":
        assert not true_under(law("law_normal", [1.0, 1.0]), goal, Model(0))
        return
    assert any(verdict(m, [], goal) is False for m in models(50))
    for left in (a for a in goal.args if a.head in ("E", "var")):
        m = Model(0)
        m.bodies = {k: lambda v=v: Fraction(v) for k, v in x.fails.items()}
        assert m.term(goal.args[1]) != Fraction(x.fails[left.head]), "the example is none"


def test_every_lemma_has_a_source_and_a_name_of_its_own() -> None:
    assert len({x.lemma.name for x in LAWS}) == len(LAWS)
    for x in LAWS:
        assert re.search(r"\d{4}", x.lemma.source) and x.title
        assert all(t.head not in ("v", "f") for h in (*x.lemma.hyps, x.lemma.goal) for t in subterms(h))
