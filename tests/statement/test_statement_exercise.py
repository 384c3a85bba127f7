"""Whole exercises, and what is refused."""

from __future__ import annotations

import math
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy as sp
from statement_evaluator import value
from statement_examples import EXERCISES, conv, dilated, nesterov, ramp, relu_variance

from derivations.kernel.term import Term
from derivations.statement import (
    Exercise,
    Part,
    StatementError,
    equal,
    every,
    from_term,
    iid,
    recurrence,
    to_term,
    translate,
)

i, t = sp.symbols("i t", integer=True)
d = sp.Symbol("d", integer=True, nonnegative=True)
w = sp.IndexedBase("w")
m = sp.Function("m")


@pytest.mark.parametrize(("exercise", "part"), [(e, p) for e in EXERCISES for p in e.parts],
                         ids=lambda x: x.id)
def test_the_examples_translate(exercise: Exercise, part: Part) -> None:
    s = translate(exercise, part)
    assert (s.goal is None) == (part.claim is None)
    assert (s.find is None) == (part.find is None)
    for f in (*s.hyps, *s.implied, *s.consequences, *([s.goal] if s.goal else [])):
        assert f.sort == "B"
        assert not f.bound
        assert not any(name.startswith("%") for _, name, _ in f.symbols)
    assert s.names == dict(exercise.names)
    assert len(s.outline) == len(part.outline)
    back = s.goal or s.find
    assert isinstance(back, Term)
    assert to_term(from_term(back, s.context.objects()), s.context).sort == back.sort


def _sequence(start: Any, step: Any) -> Any:
    memo = {0: start}

    def at(k: Any) -> Any:
        if k < 0:
            return Fraction(0)
        for q in range(int(k) + 1):
            if q not in memo:
                memo[q] = step(q - 1, memo[q - 1])
        return memo[int(k)]
    return at


def test_the_ramp_means_what_it_says() -> None:
    b, a = Fraction(2, 3), Fraction(5)
    m_ = _sequence(Fraction(0), lambda q, x: b * x + (1 - b) * a * (q + 1))
    model = {"beta": b, "a": a, "T": Fraction(6), "m": m_}
    for part in ramp.parts:
        s = translate(ramp, part)
        assert all(value(h, model) for h in s.hyps)
        assert value(s.goal, model)     # type: ignore[arg-type]


def test_nesterov_means_what_it_says() -> None:
    eta, mu, g = Fraction(1, 10), Fraction(9, 10), Fraction(3)
    state = _sequence((Fraction(1), Fraction(0)), lambda q, x: (
        x[0] + (mu * x[1] - eta * g * (x[0] + mu * x[1])), mu * x[1] - eta * g * (x[0] + mu * x[1])))
    model = {"eta": eta, "mu": mu, "g": g}
    pair = lambda k: state(k) if k >= 0 else (Fraction(0), Fraction(0))     # noqa: E731
    model |= {"theta": lambda k: pair(k)[0], "v": lambda k: pair(k)[1],
              "y": lambda k: pair(k)[0] + mu * pair(k)[1]}
    s = translate(nesterov, "a")
    assert all(value(h, model) for h in s.hyps)
    assert value(s.goal, model)     # type: ignore[arg-type]


def test_convolutions_mean_what_they_say() -> None:
    S, K = (lambda j: Fraction(1 + int(j) % 2)), (lambda j: Fraction(3))
    for n, p, f, s_ in ((7, 1, 3, 2), (5, 0, 5, 1), (6, 2, 3, 3)):
        model = {"n": Fraction(n), "p": Fraction(p), "f": Fraction(f), "s": Fraction(s_), "L": Fraction(4),
                 "S": S, "K": K,
                 "r": _sequence(Fraction(1), lambda q, x: x + 2 * math.prod(S(k) for k in range(1, q + 1)))}
        for part in conv.parts:
            s = translate(conv, part)
            assert all(value(h, model) for h in s.hyps)
            assert value(s.goal, model)     # type: ignore[arg-type]
    model = {"f": Fraction(3), "L": Fraction(5), "delta": Fraction(2), "N": Fraction(9),
             "r": _sequence(Fraction(1), lambda q, x: x + 2 * 2**q)}
    for part in dilated.parts:
        s = translate(dilated, part)
        assert all(value(h, model) for h in s.hyps)
        assert value(s.goal, model)     # type: ignore[arg-type]


def _exercise(givens: list[Any], *parts: Part) -> Exercise:
    return Exercise("9", "", "", givens, parts)


@pytest.mark.parametrize(("exercise", "words"), [
    (_exercise([], Part("a", "", words="x"), Part("a", "", words="y")), "one part of each id"),
    (_exercise([], Part("a", "")), "say what is to be shown"),
    (_exercise([iid(w[i], (i, 1, d + 1))], Part("a", "", claim=equal(w[i], 0))),
     "only as an index from 1 to d . 1"),
    (_exercise([recurrence(m(t + 1), m(t), (t, 0))], Part("a", "", claim=equal(m(t), 0))),
     "only as an index"),
    (_exercise([iid(w[i], (i, 1, d))], Part("a", "", claim=equal(w[1], 0))), "the range from 1 to d"),
    (_exercise([iid(w[i], (i, 1, 5))], Part("a", "", claim=equal(w[6], 0))), "the range from 1 to 5"),
    (_exercise([], Part("a", "", claim=True)), "SymPy evaluated it"),
    (_exercise([], Part("a", "", find=equal(d, 1))), "asked for an expression"),
    (_exercise([], Part("b", "", words="x")), "asked for part 'a'"),
])
def test_refused(exercise: Exercise, words: str) -> None:
    with pytest.raises(StatementError, match=words):
        translate(exercise, "a")


def test_accepted() -> None:
    T = sp.Symbol("t", integer=True, nonnegative=True)
    translate(_exercise([recurrence(m(T + 1), m(T), (T, 0))], Part("a", "", claim=equal(m(T), 0))), "a")
    translate(_exercise([iid(w[i], (i, 1, d)), sp.Le(3, d)], Part("a", "", claim=equal(w[3], 0))), "a")
    translate(_exercise([iid(w[i], (i, 1, d))], Part("a", "", claim=every(i, 1, d, equal(w[i], 0)))), "a")


def test_translation_is_deterministic() -> None:
    first, second = translate(relu_variance, "b"), translate(relu_variance, "b")
    assert first.hyps == second.hyps
    assert first.goal is second.goal


def test_the_kernel_side_does_not_import_sympy() -> None:
    code = "import sys, derivations, derivations.solution; sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_examples_of_the_guide_translate() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "stating_exercises.md").read_text(encoding="utf-8")
    blocks = [b.split("```")[0] for b in guide.split("```python\n")[1:]]
    assert len(blocks) == 3
    found = 0
    for block in blocks:
        space: dict[str, Any] = {}
        exec(compile(block, "stating_exercises.md", "exec"), space)
        for exercise in space.values():
            if isinstance(exercise, Exercise):
                for part in exercise.parts:
                    assert translate(exercise, part).goal is not None
                    found += 1
    assert found == 8
