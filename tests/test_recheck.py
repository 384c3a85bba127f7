"""The second checker accepts what is right and refuses everything else.

Terms are written as text: ``x`` deterministic symbol, ``~X`` random variable, ``(f:a k)`` deterministic
family, ``(g:X k)`` random family, ``#0`` bound variable, ``-1/2`` number, ``(head ...)`` operator.
"""

from __future__ import annotations

import copy
import json
import random
import re
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from derivations import recheck
from derivations.recheck import Refused, Report, check, load, main

ROOT = Path(__file__).resolve().parents[1]


class Cert:
    """Builds the tables of a certificate."""

    def __init__(self) -> None:
        self.terms: list[list[Any]] = []
        self.known: dict[str, int] = {}
        self.contexts: list[list[int]] = []
        self.lemmas: list[dict[str, Any]] = []
        self.steps: list[dict[str, Any]] = []
        self.claims: list[dict[str, Any]] = []

    def entry(self, *items: Any) -> int:
        key = json.dumps(items)
        if key not in self.known:
            self.terms.append(list(items))
            self.known[key] = len(self.terms) - 1
        return self.known[key]

    def t(self, text: str) -> int:
        tokens = re.findall(r"[()]|[^\s()]+", text)
        at = 0

        def build() -> int:
            nonlocal at
            token = tokens[at]
            at += 1
            if token == "(":
                head = tokens[at]
                at += 1
                args = []
                while tokens[at] != ")":
                    args.append(build())
                at += 1
                return self.entry(*head.split(":"), *args)
            if token[0] == "#":
                return self.entry("b", int(token[1:]))
            if token[0] == "~":
                return self.entry("r", token[1:])
            if re.fullmatch(r"-?\d+(/\d+)?", token):
                return self.entry("num", token)
            return self.entry(token) if token in ("e", "pi", "true", "false") else self.entry("v", token)

        out = build()
        assert at == len(tokens), text
        return out

    def ctx(self, *texts: str) -> int:
        self.contexts.append([self.t(x) for x in texts])
        return len(self.contexts) - 1

    def step(self, rule: str, goal: str, prem: list[int] | None = None, ctx: list[str] | None = None,
             **extra: Any) -> int:
        self.steps.append({"rule": rule, "ctx": self.ctx(*(ctx or [])), "goal": self.t(goal),
                           "prem": prem or [], **extra})
        return len(self.steps) - 1

    def assume(self, *texts: str, ctx: list[str] | None = None) -> list[int]:
        return [self.step("assume", x, ctx=list(ctx or texts)) for x in texts]

    def lemma(self, goal: str, *hyps: str) -> int:
        self.lemmas.append({"name": "a lemma", "source": "a book", "hyps": [self.t(h) for h in hyps],
                            "goal": self.t(goal)})
        return len(self.lemmas) - 1

    def given(self, *texts: str) -> list[int]:
        """Steps with these goals and no hypotheses (from lemmas)."""
        return [self.step("cite", x, lemma=self.lemma(x), inst=[]) for x in texts]

    def claim(self, goal: str, step: int, wd: list[int] | None = None, ctx: list[str] | None = None) -> None:
        self.claims.append({"label": "a claim", "ctx": self.ctx(*(ctx or [])), "goal": self.t(goal),
                            "step": step, "wd": wd or []})

    def data(self) -> dict[str, Any]:
        if not self.claims:
            self.claim("(eq 1 1)", self.step("norm", "(eq 1 1)"))
        return {"format": "derivations-certificate", "version": 1, "terms": self.terms,
                "contexts": self.contexts, "lemmas": self.lemmas, "steps": self.steps, "claims": self.claims}


def accepts(c: Cert) -> Report:
    return check(json.loads(json.dumps(c.data())))


def refuses(c: Cert, why: str = "") -> Refused:
    with pytest.raises(Refused) as caught:
        check(json.loads(json.dumps(c.data())))
    assert why in str(caught.value), str(caught.value)
    return caught.value


def same(a: str, b: str, *facts: str) -> bool:
    """Does norm prove a = b under the facts?"""
    c = Cert()
    c.step("norm", f"(eq {a} {b})", c.given(*facts))
    try:
        accepts(c)
    except Refused as error:
        assert error.rule == "norm"
        return False
    return True


def one(rule: str, goal: str, prem: tuple[str, ...] = (), ctx: list[str] | None = None, **extra: Any) -> Cert:
    """A certificate with one step of the rule after its premises (which have no hypotheses)."""
    c = Cert()
    extra = {k: v(c) if callable(v) else v for k, v in extra.items()}
    c.step(rule, goal, c.given(*prem), ctx, **extra)
    return c


def T(text: str) -> Any:
    return lambda c: c.t(text)


def Ts(*texts: str) -> Any:
    return lambda c: [c.t(x) for x in texts]


def inst(*items: tuple[str, str, int, str]) -> Any:
    return lambda c: [[k, n, a, c.t(body)] for k, n, a, body in items]


# ------------------------------------------------------------------------------------------------- norm

RANGE = ("(isint n)", "(le 1 n)")
EQUAL: list[tuple[str, ...]] = [
    ("(add x y)", "(add y x)"),
    ("(mul (add x y) (add x (neg y)))", "(add (pow x 2) (neg (pow y 2)))"),
    ("(div x 2)", "(mul 1/2 x)"),
    ("(div 1 0)", "0"),
    ("(pow 0 -1)", "0"),
    ("(pow x 0)", "1"),
    ("(pow 0 0)", "1"),
    ("(div 1 (mul x y))", "(mul (div 1 x) (div 1 y))"),
    ("(div 1 (mul (add x 1) (add y 1)))", "(mul (div 1 (add x 1)) (div 1 (add y 1)))"),
    ("(div x x)", "1", "(ne x 0)"),
    ("(div x x)", "1", "(lt x 0)"),
    ("(div x x)", "1", "(ne (mul x y) 0)"),
    ("(div (add (pow x 2) -1) (add x -1))", "(add x 1)", "(ne x 1)"),
    ("(div (add x 1) (add x 1))", "1", "(le 0 x)"),
    ("(add (div 1 k) (neg (div 1 (add k 1))))", "(div 1 (mul k (add k 1)))", "(le 1 k)"),
    ("(add (div 1 (add k 1)) (neg (div 1 (add k 2))))", "(div 1 (mul (add k 1) (add k 2)))", "(le 1 k)"),
    ("(f:a (div (add (pow x 2) -1) (add x -1)))", "(f:a (add x 1))", "(ne x 1)"),
    ("(div 1 (div 1 x))", "x"),
    ("(div 1 (add x (neg y)))", "(neg (div 1 (add y (neg x))))"),
    ("(pow (div x y) 3)", "(mul (pow x 3) (pow y -3))"),
    ("(pow (sqrt x) 2)", "x", "(le 0 x)"),
    ("(mul (sqrt 2) (sqrt 2))", "2"),
    ("(sqrt 8)", "(mul 2 (sqrt 2))"),
    ("(div 1 (sqrt 2))", "(div (sqrt 2) 2)"),
    ("(div 1 (add 1 (sqrt 2)))", "(add (sqrt 2) -1)"),
    ("(sqrt (mul x y))", "(mul (sqrt x) (sqrt y))", "(lt 0 x)", "(lt 0 y)"),
    ("(mul (sqrt (add x 1)) (sqrt (add x 1)))", "(add x 1)", "(le 0 x)"),
    ("(div (add x 1) (sqrt (add x 1)))", "(sqrt (add x 1))", "(le 0 x)"),
    ("(pow x (add y 1))", "(mul x (pow x y))", "(lt 0 x)"),
    ("(pow x (neg y))", "(div 1 (pow x y))", "(lt 0 x)"),
    ("(pow x (mul 2 y))", "(pow (pow x y) 2)", "(lt 0 x)"),
    ("(pow (pow x y) z)", "(pow x (mul y z))", "(lt 0 x)"),
    ("(pow (mul x y) z)", "(mul (pow x z) (pow y z))", "(lt 0 x)", "(lt 0 y)"),
    ("(pow (div x y) z)", "(div (pow x z) (pow y z))", "(lt 0 x)", "(lt 0 y)"),
    ("(pow (pow x 1/3) 3)", "x", "(lt 0 x)"),
    ("(pow x (add n 1))", "(mul x (pow x n))", "(ne x 0)", "(isint n)"),
    ("(pow x (add n -1))", "(div (pow x n) x)", "(ne x 0)", "(isint n)"),
    ("(pow (mul x y) n)", "(mul (pow x n) (pow y n))", "(ne x 0)", "(ne y 0)", "(isint n)"),
    ("(pow x (add m n))", "(mul (pow x m) (pow x n))", "(isint m)", "(isint n)", "(le 0 m)", "(le 0 n)"),
    ("(pow (mul x y) n)", "(mul (pow x n) (pow y n))", "(isint n)", "(le 0 n)"),
    ("(pow x (add n 1))", "(mul x (pow x n))", "(isint n)", "(le 0 n)"),
    ("(pow -1 (add n 1))", "(neg (pow -1 n))", "(isint n)"),
    ("(pow -1 (mul 2 n))", "1", "(isint n)"),
    ("(pow 4 n)", "(pow 2 (mul 2 n))"),
    ("(pow 2 (add n 1))", "(mul 2 (pow 2 n))"),
    ("(pow 1/2 n)", "(div 1 (pow 2 n))"),
    ("(pow (neg x) 1/2)", "(mul (pow (neg x) 1/4) (pow (neg x) 1/4))", "(lt x 0)"),
    ("(pow (add 1 x) (add n 1))", "(add (pow (add 1 x) n) (mul x (pow (add 1 x) n)))", "(lt 0 x)"),
    ("(pow (add 1 x) n)", "(mul (add 1 x) (pow (add 1 x) (add n -1)))", "(lt 0 x)"),
    ("(mul (pow x (div n (add n 1))) (pow x (div 1 (add n 1))))", "x", "(lt 0 x)", "(le 0 n)"),
    ("(exp (add x y))", "(mul (exp x) (exp y))"),
    ("(exp 0)", "1"),
    ("(exp 1)", "e"),
    ("(pow e x)", "(exp x)"),
    ("(div (exp x) (exp x))", "1"),
    ("(f:a (add x x))", "(f:a (mul 2 x))"),
    ("(floor 7/2)", "3"),
    ("(max 2 3)", "3"),
    ("(abs -1/2)", "1/2"),
    ("(log (add x x))", "(log (mul 2 x))"),
    ("(ind (le (add x x) y))", "(ind (le (mul 2 x) y))"),
    ("(sum 1 n (mul c (f:a #0)))", "(mul c (sum 1 n (f:a #0)))"),
    ("(sum 1 n (add (f:a #0) (f:b #0)))", "(add (sum 1 n (f:a #0)) (sum 1 n (f:b #0)))"),
    ("(sum 1 n (f:a #0))", "(sum 0 (add n -1) (f:a (add #0 1)))"),
    ("(sum m (add m 2) (f:a #0))", "(add (f:a m) (f:a (add m 1)) (f:a (add m 2)))", "(isint m)"),
    ("(sum 1 4 #0)", "10"),
    ("(sum 3 2 (f:a #0))", "0"),
    ("(sum 1 n (div #0 #0))", "(sum 1 n 1)"),
    ("(sum 0 n (mul x (pow x #0)))", "(sum 1 (add n 1) (pow x #0))"),
    ("(sum 0 n (pow x (add #0 1)))", "(mul x (sum 0 n (pow x #0)))"),
    ("(sum 1 n (sum 1 m (f:a #1 #0)))", "(sum 1 n (sum 0 (add m -1) (f:a #1 (add #0 1))))"),
    ("(sum 1 n (mul (f:a #0) (sum 1 m (f:b #0))))", "(mul (sum 1 m (f:b #0)) (sum 1 n (f:a #0)))"),
    ("(sum 1 n (add (f:a #0) (sum 1 #0 (f:b #0))))", "(add (sum 1 n (f:a #0)) (sum 1 n (sum 1 #0 (f:b #0))))"),
    ("(sum 1 n (mul #0 (sum 0 1 (f:b #0))))", "(mul (add (f:b 0) (f:b 1)) (sum 1 n #0))"),
    ("(prod 1 n (mul (f:a #0) (f:b #0)))", "(mul (prod 1 n (f:a #0)) (prod 1 n (f:b #0)))"),
    ("(prod 1 n (div (f:a #0) (f:b #0)))", "(div (prod 1 n (f:a #0)) (prod 1 n (f:b #0)))"),
    ("(prod 1 n (pow (f:a #0) 2))", "(pow (prod 1 n (f:a #0)) 2)"),
    ("(prod 1 n #0)", "(prod 0 (add n -1) (add #0 1))"),
    ("(prod 1 4 #0)", "24"),
    ("(prod 2 1 x)", "1"),
    ("(prod 1 n (mul (add #0 1) (add #0 2)))", "(mul (prod 1 n (add #0 1)) (prod 1 n (add #0 2)))"),
    ("(prod 2 n (add 1 (neg (pow #0 -2))))", "(div (mul (prod 2 n (add #0 -1)) (prod 2 n (add #0 1)))"
     " (pow (prod 2 n #0) 2))"),
    ("(div (prod 1 n #0) (prod 1 n #0))", "1"),
    ("(E c)", "c"),
    ("(E (mul c ~X))", "(mul c (E ~X))"),
    ("(E (mul 2 (add ~X ~Y)))", "(mul 2 (E (add ~X ~Y)))"),
    ("(E (mul c (add ~X ~Y)))", "(mul c (E (add ~X ~Y)))"),
    ("(E (mul (add a b) ~X))", "(add (mul a (E ~X)) (mul b (E ~X)))"),
    ("(E (mul (add a b) (add (mul c ~X) (mul d ~Y))))", "(mul (add a b) (E (add (mul c ~X) (mul d ~Y))))"),
    ("(E (div ~X 3))", "(div (E ~X) 3)"),
    ("(E (neg ~X))", "(neg (E ~X))"),
    ("(E (mul ~X (E ~Y)))", "(mul (E ~X) (E ~Y))"),
    ("(E (mul ~X (div x x)))", "(E ~X)", "(ne x 0)"),
    ("(var (add ~X ~X))", "(var (mul 2 ~X))"),
    ("(maxover 1 n (add #0 #0))", "(maxover 1 n (mul 2 #0))"),
    ("(count 1 n (le (add #0 #0) n))", "(count 1 n (le (mul 2 #0) n))"),
    ("(div (floor x) (floor x))", "1", "(ne (floor x) 0)"),
    ("(div n n)", "1", "(le 1 k)", "(le k n)"),
    ("(div (add n (neg k)) (add n (neg k)))", "1", "(lt k n)"),
    ("(div (mul 2 (add n (neg k))) (add n (neg k)))", "2", "(lt k n)"),
    ("(div n n)", "1", "(and (le 1 n) (isint n))"),
    ("(div n n)", "1", "(le 0 n)", "(ne n 0)"),
    ("(sum 1 n (div (add #0 n) n))", "(add (div (sum 1 n #0) n) (sum 1 n 1))", *RANGE),
    ("(sum 1 n (sqrt (pow #0 2)))", "(sum 1 n #0)"),
    ("(pow (sum 0 n (pow 2 #0)) 1/2)", "(mul (pow (sum 0 n (pow 2 #0)) 1/4) (pow (sum 0 n (pow 2 #0)) 1/4))"),
    ("(pow x 1000)", "(pow (pow x 500) 2)"),
]
DIFFERENT: list[tuple[str, ...]] = [
    ("x", "y"),
    ("(div x x)", "1"),
    ("(div x x)", "1", "(le 0 x)"),
    ("(div (add x 1) (add x 1))", "1"),
    ("(div (mul x y) (mul x y))", "1", "(ne x 0)"),
    ("(div (mul x y) (mul x y))", "1", "(ne (add x y) 0)"),
    ("(pow (sqrt x) 2)", "x"),
    ("(sqrt (pow x 2))", "x"),
    ("(sqrt (mul x y))", "(mul (sqrt x) (sqrt y))"),
    ("(pow x (add y 1))", "(mul x (pow x y))"),
    ("(pow x (add y 1))", "(mul x (pow x y))", "(ne x 0)"),
    ("(pow x (add y 1))", "(mul x (pow x y))", "(le 0 x)"),
    ("(pow x (add n -1))", "(div (pow x n) x)", "(isint n)", "(le 0 n)"),
    ("(mul x (pow x (add n -1)))", "(pow x n)", "(isint n)", "(le 0 n)"),
    ("(pow (pow x 2) 1/2)", "x", "(ne x 0)"),
    ("(pow (pow x y) z)", "(pow x (mul y z))"),
    ("(pow -1 (mul 2 n))", "1"),
    ("(pow 0 n)", "0"),
    ("(pow x n)", "0", "(isint n)"),
    ("(pow (pow x 2) (div n 2))", "(pow x n)", "(isint n)", "(ne x 0)"),
    ("(pow (neg x) (div n 2))", "(pow x (div n 2))", "(isint n)", "(ne x 0)"),
    ("(floor (add x 1/2))", "(floor x)"),
    ("(sum 1 n (f:a #0))", "(sum 0 n (f:a #0))"),
    ("(sum 1 n (f:a #0))", "(sum 1 n (f:b #0))"),
    ("(sum x (add x 1) #0)", "(add x x 1)"),
    ("(sum 1 n (mul (f:a #0) (f:b #0)))", "(mul (sum 1 n (f:a #0)) (sum 1 n (f:b #0)))"),
    ("(sum 0 n (div #0 #0))", "(sum 0 n 1)"),
    ("(sum m n (div #0 #0))", "(sum m n 1)"),
    ("(sum 1 n (mul #0 x))", "(mul n x)"),
    ("(sum 1 n (sum 1 m (f:a #1 #0)))", "(sum 1 n (sum 1 m (f:a #0 #1)))"),
    ("(sum 1 n (sum 1 m (f:a #1)))", "(sum 1 n (sum 1 m (f:a #0)))"),
    ("(prod 1 n (mul 2 (f:a #0)))", "(mul 2 (prod 1 n (f:a #0)))"),
    ("(prod 1 n (add (f:a #0) 1))", "(add (prod 1 n (f:a #0)) 1)"),
    ("(div (prod 0 n #0) (prod 0 n #0))", "1"),
    ("(E (mul ~X ~Y))", "(mul (E ~X) (E ~Y))"),
    ("(E (add ~X ~Y))", "(add (E ~X) (E ~Y))"),
    ("(E (add ~X 1))", "(add (E ~X) 1)"),
    ("(E (pow ~X 2))", "(pow (E ~X) 2)"),
    ("(E ~X)", "~X"),
    ("(E (div ~X ~X))", "1", "(ne ~X 0)"),
    ("(E (div ~X ~X))", "1", "(lt 0 ~X)"),
    ("(var (div ~X ~X))", "(var 1)", "(ne ~X 0)"),
    ("(E (sum 1 n (mul (g:X #0) ~Y)))", "(mul ~Y (E (sum 1 n (g:X #0))))"),
    ("(E (sum ~N 5 (div ~N ~N)))", "(E (sum ~N 5 1))", "(lt 9 ~N)", "(ne ~N 3)"),
    ("(sum ~N ~N (E (mul #0 ~X)))", "(E (mul ~N ~X))", "(isint ~N)"),
    ("(sum ~N (add ~N 1) (E (mul #0 ~X)))", "(add (E (mul ~N ~X)) (E (mul (add ~N 1) ~X)))", "(isint ~N)"),
    ("(f:a x)", "(g:a x)"),
    ("(f:a x)", "(f:a x x)"),
    ("x", "~x"),
    ("(ind (le x y))", "(ind (lt x y))"),
    ("(ind (and (le x y) (le y x)))", "(ind (and (le y x) (le x y)))"),
    ("(ind (forall (le #0 x)))", "(ind (exists (le #0 x)))"),
    ("(max x y)", "(max y x)"),
    ("(log (mul x y))", "(add (log x) (log y))", "(lt 0 x)"),
    ("(pow 2 1/2)", "(pow 2 1/3)"),
    ("(mul (pow 2 1/2) (pow 2 1/3))", "(pow 2 2/3)"),
    ("(mul (pow 2 1/2) (pow 2 -1/3))", "1"),
    ("(pow 6 n)", "(mul (pow 2 n) (pow 5 n))"),
    ("(pow (add x 1) n)", "(mul (add x 1) (pow (add x 1) (add n 1)))", "(lt 0 x)"),
]


@pytest.mark.parametrize("case", EQUAL, ids=" ".join)
def test_norm_proves(case: tuple[str, ...]) -> None:
    assert same(*case)
    assert same(case[1], case[0], *case[2:])


@pytest.mark.parametrize("case", DIFFERENT, ids=" ".join)
def test_norm_does_not_prove(case: tuple[str, ...]) -> None:
    assert not same(*case)
    assert not same(case[1], case[0], *case[2:])


# ------------------------------------- canonical forms keep the value of a term (random models and terms)


class Model:
    """A finite probability space with values for all symbols; junk values where nothing is prescribed."""

    def __init__(self, seed: int) -> None:
        rnd = random.Random(seed)
        pick = [Fraction(v) for v in ("0", "1", "2", "3", "-1", "-2", "1/2", "-1/2", "4", "3/2")]
        pick = rnd.choice([pick, pick, pick[:6]])
        self.v = {name: rnd.choice(pick) for name in "xyzmn"}
        self.r = {name: [rnd.choice(pick) for _ in range(3)] for name in "XY"}

    def power(self, b: Any, x: Any) -> Any:
        whole = abs(x - round(x)) < 1e-9
        if abs(b) < 1e-12:
            return 1 if abs(x) < 1e-12 else 0
        if abs(x) > 60 or abs(b) > 10**12 or Fraction(b).denominator > 10**30:
            raise OverflowError
        if whole:
            if abs(x) > 300:
                raise OverflowError("a power too large for this model")
            return b ** round(x)
        if b < 0:
            return 0 if abs(x - 0.5) < 1e-9 else 0.3 + (float(b) * 1.7 + float(x) * 0.9) % 1
        return float(b) ** float(x)

    def call(self, head: str, a: list[Any]) -> Any:
        if head in ("max", "min", "abs"):
            return {"max": max, "min": min, "abs": abs}[head](*a)
        return {"floor": lambda x: round(x) if abs(x - round(x)) < 1e-9 else x // 1,
                "relu": lambda x: max(0, x), "ind": int,
                "le": lambda x, y: x <= y + 1e-9, "lt": lambda x, y: x < y - 1e-9,
                "ne": lambda x, y: abs(x - y) > 1e-9, "isint": lambda x: abs(x - round(x)) < 1e-9,
                "and": lambda *xs: all(xs)}[head](*a)

    def range(self, lo: Any, hi: Any) -> range:
        first = -(-lo // 1) if abs(lo - round(lo)) > 1e-9 else round(lo)
        last = hi // 1 if abs(hi - round(hi)) > 1e-9 else round(hi)
        if last - first > 40:
            raise OverflowError
        return range(int(first), int(last) + 1)

    def term(self, s: Any, t: int, at: int, env: tuple[Any, ...] = ()) -> Any:
        head, data, args = s.head[t], s.data[t], s.args[t]
        if head in ("num", "v", "r", "b"):
            return {"num": lambda: data, "v": lambda: self.v[data], "r": lambda: self.r[data][at],
                    "b": lambda: env[data]}[head]()
        if head in ("sum", "prod"):
            lo, hi = (self.term(s, a, at, env) for a in args[:2])
            return self.fold(head, [self.term(s, args[2], at, (k, *env)) for k in self.range(lo, hi)])
        if head == "E":
            return sum(self.term(s, args[0], w, env) for w in range(3)) * Fraction(1, 3)
        a = [self.term(s, x, at, env) for x in args]
        if head == "add":
            return sum(a)
        if head == "mul":
            return self.fold("prod", a)
        if head == "neg":
            return -a[0]
        if head == "div":
            return a[0] * self.power(a[1], -1)
        if head in ("pow", "sqrt"):
            return self.power(a[0], a[1] if head == "pow" else Fraction(1, 2))
        if head == "f":
            return sum(x * x * (i + 2) for i, x in enumerate(a)) + Fraction(1, 7)
        return self.call(head, a)

    def fold(self, head: str, values: list[Any]) -> Any:
        out: Any = 0 if head == "sum" else 1
        for v in values:
            out = out + v if head == "sum" else out * v
        return out

    def poly(self, ses: Any, p: Any, at: int, names: dict[int, Any]) -> Any:
        return sum((c * self.mono(ses, m, at, names) for m, c in p.items()), Fraction(0))

    def mono(self, ses: Any, m: Any, at: int, names: dict[int, Any]) -> Any:
        out: Any = 1
        for (b, tag, x), e in m:
            base = self.base(ses, b, at, names)
            if tag == 1:
                base = self.power(base, -1)
            out = out * self.power(base, e * self.mono(ses, x, at, names) if tag == 2 else e)
        return out

    def base(self, ses: Any, b: int, at: int, names: dict[int, Any]) -> Any:
        info = ses.bases[b]
        data, bound = info.data

        def child(c: Any, w: int = at, also: Any = None) -> Any:
            inner = names if also is None else {**names, bound: also}
            return self.base(ses, c, w, inner) if isinstance(c, int) else self.poly(ses, dict(c), w, inner)

        if info.head in ("minus1", "prime", "x", "v", "r"):
            return {"minus1": lambda: -1, "prime": lambda: data, "x": lambda: names[data],
                    "v": lambda: self.v[data[0]], "r": lambda: self.r[data[0]][at]}[info.head]()
        if info.head in ("composite", "opaque"):
            return child(info.children[0])
        if info.head in ("sum", "prod"):
            lo, hi = child(info.children[0]), child(info.children[1])
            return self.fold(info.head, [child(info.children[2], at, k) for k in self.range(lo, hi)])
        if info.head == "E":
            return sum(child(info.children[0], w) for w in range(3)) * Fraction(1, 3)
        a = [child(c) for c in info.children]
        if info.head == "pow":
            return self.power(*a)
        if info.head == "f":
            return sum(x * x * (i + 2) for i, x in enumerate(a)) + Fraction(1, 7)
        return self.call(info.head, a)


POWERS = ["2", "-1", "1/2", "-3/2", "n", "(mul 2 n)", "(add n -1)", "(div n 2)", "(neg n)"]


def random_term(rnd: random.Random, depth: int, leaves: list[str], bound: int = 0) -> str:
    if depth == 0 or rnd.random() < 0.1:
        return rnd.choice(leaves + [f"#{i}" for i in range(bound)] * 3)
    a, b = (random_term(rnd, depth - 1, leaves, bound) for _ in range(2))
    kind = rnd.randrange(15)
    if kind < 10:
        power = rnd.choice([*POWERS, b])
        return [f"(add {a} {b})", f"(add {a} {b})", f"(mul {a} {b})", f"(mul {a} {b})", f"(div {a} {b})",
                f"(div {a} {a})", f"(pow {a} {power})", f"(mul (pow {a} {power}) (pow {a} {b}))",
                f"(neg {a})", f"(sqrt {a})"][kind]
    if kind == 10:
        return rnd.choice([f"(f:a {a})", f"(floor {a})", f"(abs {a})", f"(ind (le {a} {b}))"])
    if kind == 11:
        return f"(E (mul {a} {b}))"
    if kind == 12:
        return f"(E {a})"
    body = random_term(rnd, depth - 1, leaves, bound + 1)
    lo = rnd.choice(["0", "1", "n", "(add n -1)", "-1", "~X"])
    hi = rnd.choice(["n", "m", "2", "(add n 2)", "(add n 1)", "~Y"])
    return f"({'sum' if kind == 13 else 'prod'} {lo} {hi} {body})"


def fuzz(seed: int) -> int:
    """One random term under random true facts; 1 if its value could be compared."""
    rnd, model, c = random.Random(seed), Model(seed * 7919), Cert()
    leaves = rnd.choice([["x", "y", "z", "n", "m", "n", "~X", "~Y", "2", "1", "-1", "1/2", "3"],
                         ["x", "n", "~X", "2"], ["x", "~X"], ["n", "x"], ["~X"]])
    text = random_term(rnd, rnd.choice([2, 3, 4]), leaves)
    goal = c.t(f"(E {text})" if "~X" in leaves and rnd.random() < 0.4 else text)
    facts = []
    for _ in range(rnd.choice([0, 2, 4, 6])):
        a, b = (random_term(rnd, rnd.choice([0, 0, 1, 2]), leaves) for _ in range(2))
        facts.append(c.t(rnd.choice([f"(lt 0 {a})", f"(le 0 {a})", f"(ne {a} 0)", f"(isint {a})", f"(le {a} {b})",
                                     f"(lt {a} {b})", "(isint n)", "(le 0 n)", "(isint m)"])))
    checker = recheck.Checker()
    for entry in c.terms:
        checker.terms.append(checker.read_term(entry))
    store = checker.s
    try:
        true = [t for t in (checker.terms[f] for f in facts) if model.term(store, t, 0)]
        value = model.term(store, checker.terms[goal], 0)
        session = recheck.Session(store, 200_000)
        for _ in range(2):
            context = recheck.Context(session, true)
            canonical = context.reduce(context.form(checker.terms[goal]))
        again = model.poly(session, canonical, 0, {})
    except (OverflowError, Refused):
        return 0
    if max(abs(value), abs(again)) > 1e9:
        return 0
    text = f"seed {seed}: {recheck.show(store, checker.terms[goal])} under {[recheck.show(store, t) for t in true]}"
    assert abs(value - again) <= 1e-6 * (1 + abs(value)), f"{text}: {float(value)} became {float(again)}"
    return 1


def test_canonical_forms_keep_the_value_in_random_models() -> None:
    assert sum(fuzz(seed) for seed in range(500)) > 400


# ---------------------------------------------------------------------------------------- rules of logic


def test_assume_needs_the_hypothesis() -> None:
    accepts(one("assume", "(le x y)", ctx=["(le x y)", "(eq x 1)"]))
    refuses(one("assume", "(le x y)", ctx=["(le y x)"]), "not among the hypotheses")


def test_axiom_takes_exactly_its_placeholders() -> None:
    good = inst(("r", "x", 0, "a"), ("r", "y", 0, "(mul 2 ~B)"))
    accepts(one("axiom", "(ne a (mul 2 ~B))", ("(lt a (mul 2 ~B))",), name="ne_of_lt", inst=good))
    refuses(one("axiom", "(ne (mul 2 ~B) a)", ("(lt a (mul 2 ~B))",), name="ne_of_lt", inst=good), "concludes")
    refuses(one("axiom", "(ne a (mul 2 ~B))", ("(le a (mul 2 ~B))",), name="ne_of_lt", inst=good), "premise 0")
    refuses(one("axiom", "(ne a (mul 2 ~B))", (), name="ne_of_lt", inst=good), "premises")
    refuses(one("axiom", "(ne a a)", ("(lt a a)",), name="ne_of_lt", inst=inst(("r", "x", 0, "a"))), "exactly")
    more = inst(("r", "x", 0, "a"), ("r", "y", 0, "(mul 2 ~B)"), ("r", "z", 0, "a"))
    refuses(one("axiom", "(ne a (mul 2 ~B))", ("(lt a (mul 2 ~B))",), name="ne_of_lt", inst=more), "exactly")
    refuses(one("axiom", "(ne a b)", name="no_such", inst=inst()), "no axiom")


def test_a_second_order_axiom_is_instantiated_without_capture() -> None:
    sums = inst(("r", "lo", 0, "a"), ("r", "hi", 0, "b"), ("g", "F", 1, "(mul #0 (sum 1 #0 (f:c #0 #1)))"))
    goal = "(eq (sum a b (mul #0 (sum 1 #0 (f:c #0 #1)))) (add (mul a (sum 1 a (f:c #0 a))) {}))"
    rest = "(sum (add a 1) b (mul #0 (sum 1 #0 (f:c #0 #1))))"
    prem = ("(isint a)", "(le a b)")
    accepts(one("axiom", goal.format(rest), prem, name="sum_first", inst=sums))
    wrong = rest.replace("(f:c #0 #1)", "(f:c #1 #0)")
    refuses(one("axiom", goal.format(wrong), prem, name="sum_first", inst=sums), "concludes")


def test_a_random_term_does_not_enter_a_hole_under_an_expectation() -> None:
    """Sum over k from N to N of E(kX) is N E(X), not E(NX)."""
    body = "(E (mul #0 ~X))"
    values = inst(("r", "lo", 0, "~N"), ("r", "hi", 0, "~N"), ("g", "F", 1, body))
    goal = f"(eq (sum ~N ~N {body}) (add (E (mul ~N ~X)) (sum (add ~N 1) ~N {body})))"
    refuses(one("axiom", goal, ("(isint ~N)", "(le ~N ~N)"), name="sum_first", inst=values), "modal head")
    fixed = json.loads(json.dumps(goal).replace("~N", "n"))
    values = inst(("r", "lo", 0, "n"), ("r", "hi", 0, "n"), ("g", "F", 1, body))
    accepts(one("axiom", fixed, ("(isint n)", "(le n n)"), name="sum_first", inst=values))
    refuses(one("axiom", f"(iff (isleast ~N (le {body} 0)) (and (le (E (mul ~N ~X)) 0) "
                f"(forall (imp (le {body} 0) (le ~N #0)))))", name="isleast_def",
                inst=inst(("r", "m", 0, "~N"), ("p", "Q", 1, f"(le {body} 0)"))), "modal head")


def test_cite_reports_the_lemma_in_full() -> None:
    c = Cert()
    k = c.lemma("(le 0 (f:a x))", "(le 0 x)")
    p = c.given("(le 0 y)")
    c.step("cite", "(le 0 (pow y 2))", p, lemma=k, inst=[["v", "x", 0, c.t("y")], ["f", "a", 1, c.t("(pow #0 2)")]])
    report = accepts(c)
    assert ("a lemma", "a book", "(0 <= x) |- (0 <= a(x))") in report.assumed
    assert len(report.assumed) == 2
    c.step("cite", "(le 0 (pow y 3))", p, lemma=k, inst=[["v", "x", 0, c.t("y")], ["f", "a", 1, c.t("(pow #0 2)")]])
    refuses(c, "concludes")


@pytest.mark.parametrize(("item", "why"), [
    (["v", "x", 0, "~B"], "random"), (["v", "x", 1, "y"], "arguments"), (["f", "x", 0, "y"], "arguments"),
    (["q", "x", 0, "y"], "kind"), (["v", "x", 0, "#0"], "loose"), (["f", "a", 1, "#1"], "loose"),
    (["v", "x", 0, "(eq y y)"], "real"), (["f", "a", 1, "(mul #0 ~B)"], "random"),
    (["v", "x", True, "y"], "natural"), (["v", 1, 0, "y"], "string"), (["v", "x", 0], "four parts")])
def test_a_bad_instantiation_is_refused(item: list[Any], why: str) -> None:
    c = Cert()
    k = c.lemma("(le 0 (f:a x))")
    entry = [*item[:3], *map(c.t, item[3:])]
    c.step("cite", "(le 0 (f:a x))", lemma=k, inst=[entry])
    refuses(c, why)


def test_spec_opens_and_discharges() -> None:
    every = "(forall (imp (isint #0) (imp (le 1 #0) (le (f:a #0) x))))"
    accepts(one("spec", "(le (f:a 3) x)", (every, "(isint 3)", "(le 1 3)"), term=T("3")))
    accepts(one("spec", "(imp (le 1 (E ~X)) (le (f:a (E ~X)) x))", (every, "(isint (E ~X))"), term=T("(E ~X)")))
    accepts(one("spec", "(le 1 x)", ("(imp (le 0 x) (le 1 x))", "(le 0 x)"), term=None))
    refuses(one("spec", "(le (f:a 3) x)", (every, "(le 1 3)", "(isint 3)"), term=T("3")), "premise 1")
    refuses(one("spec", "(le (f:a ~X) x)", (every, "(isint ~X)", "(le 1 ~X)"), term=T("~X")), "random")
    refuses(one("spec", "(le (f:a 4) x)", (every, "(isint 3)", "(le 1 3)"), term=T("3")), "concludes")
    refuses(one("spec", "(le 1 x)", ("(le 1 x)",), term=T("3")), "forall")
    refuses(one("spec", "(le 1 #0)", (every,), term=T("#0")), "loose")


def test_gen_needs_a_variable_that_no_hypothesis_mentions() -> None:
    def cert(ctx: list[str], goal: str, discharge: list[str], inner: tuple[str, ...] = ("(lt 0 x)",)) -> Cert:
        c = Cert()
        p = c.assume("(lt 0 x)", ctx=list(inner))
        c.step("gen", goal, p, ctx, var=c.t("x"), discharge=[c.t(d) for d in discharge])
        return c

    accepts(cert([], "(forall (imp (lt 0 #0) (lt 0 #0)))", ["(lt 0 x)"]))
    accepts(cert(["(le y 1)"], "(forall (imp (lt 0 #0) (lt 0 #0)))", ["(lt 0 x)"], ("(lt 0 x)", "(le y 1)")))
    refuses(cert(["(lt 0 x)"], "(forall (lt 0 #0))", []), "occurs in the context")
    refuses(cert([], "(forall (lt 0 #0))", []), "rests on")
    refuses(cert([], "(forall (imp (lt 0 #0) (lt 1 #0)))", ["(lt 0 x)"]), "concludes")
    c = Cert()
    c.step("gen", "(imp (lt 0 x) (lt 0 x))", c.assume("(lt 0 x)"), [], var=None, discharge=[c.t("(lt 0 x)")])
    accepts(c)
    c = Cert()
    c.step("gen", "(forall (lt 0 #0))", c.given("(lt 0 ~X)"), [], var=c.t("~X"), discharge=[])
    refuses(c, "deterministic symbol")


def test_cases_covers_a_formula_and_its_negation() -> None:
    values = inst(("p", "p", 0, "(le ~X y)"), ("p", "q", 0, "(eq 0 1)"))
    first = "(imp (le ~X y) (eq 0 1))"
    accepts(one("axiom", "(eq 0 1)", (first, "(imp (lt y ~X) (eq 0 1))"), name="cases", inst=values))
    refuses(one("axiom", "(eq 0 1)", (first, "(imp (lt ~X y) (eq 0 1))"), name="cases", inst=values), "premise 1")
    refuses(one("axiom", "(eq 0 1)", (first, "(imp (not (le ~X y)) (eq 0 1))"), name="cases", inst=values), "premise 1")


def test_absurd_uses_only_the_negated_goal() -> None:
    values = inst(("p", "p", 0, "(le x y)"))
    accepts(one("axiom", "(le x y)", ("(imp (lt y x) false)",), name="absurd", inst=values))
    refuses(one("axiom", "(le x y)", ("(imp (lt x y) false)",), name="absurd", inst=values), "premise 0")
    refuses(one("axiom", "(le x y)", ("(imp (lt y x) (le x y))",), name="absurd", inst=values), "premise 0")
    refuses(one("axiom", "(le x y)", ("(imp x false)",), name="absurd", inst=values), "sort")
    refuses(one("axiom", "(le x y)", ("(imp (lt y x) false)",), name="absurd", inst=inst(("p", "p", 0, "x"))),
            "truth value")


def test_a_formula_and_its_negation_are_a_contradiction() -> None:
    def cert(*prem: str) -> Cert:
        return one("axiom", "false", prem, name="contradiction", inst=inst(("p", "p", 0, prem[0])))
    accepts(cert("(eq x y)", "(ne x y)"))
    accepts(cert("(isint x)", "(not (isint x))"))
    refuses(cert("(le x y)", "(lt x y)"), "premise 1")
    refuses(cert("(eq x y)", "(ne x y)", "(lt x y)"), "premises")
    refuses(one("axiom", "false", ("(eq x y)", "(ne x y)"), name="contradiction",
                inst=inst(("v", "p", 0, "x"))), "placeholders")


def test_a_file_cannot_hold_an_open_statement() -> None:
    for entry in (["p", "Q"], ["p"], ["p", "Q", 0]):
        data = one("norm", "(eq x x)").data()
        data["terms"].append(entry)
        with pytest.raises(Refused, match="unknown"):
            check(data)


def test_conj_and_part_and_either() -> None:
    accepts(one("conj", "(and (isint x) (isint y))", ("(isint x)", "(isint y)")))
    accepts(one("conj", "(iff (isint x) (isint y))", ("(imp (isint x) (isint y))", "(imp (isint y) (isint x))")))
    refuses(one("conj", "(and (isint x) (isint y))", ("(isint y)", "(isint x)")), "concludes")
    refuses(one("conj", "(iff (isint x) (isint y))", ("(imp (isint x) (isint y))",) * 2), "directions")
    refuses(one("conj", "(isint x)", ("(isint x)",)), "two premises")
    accepts(one("part", "(isint y)", ("(and (isint x) (isint y))",), index=1))
    accepts(one("part", "(imp (isint y) (isint x))", ("(iff (isint x) (isint y))",), index=1))
    refuses(one("part", "(isint y)", ("(and (isint x) (isint y))",), index=0), "concludes")
    refuses(one("part", "(isint y)", ("(and (isint x) (isint y))",), index=2), "range")
    refuses(one("part", "(isint y)", ("(and (isint x) (isint y))",), index=-1), "natural")
    refuses(one("part", "(isint y)", ("(and (isint x) (isint y))",), index=True), "natural")
    refuses(one("part", "(isint y)", ("(or (isint x) (isint y))",), index=1), "conjunction")
    accepts(one("either", "(or (isint x) (isint y))", ("(isint y)",)))
    refuses(one("either", "(or (isint x) (isint y))", ("(isint z)",)), "no member")
    refuses(one("either", "(and (isint x) (isint y))", ("(isint x)",)), "form or")


def test_witness_is_deterministic() -> None:
    def cert(value: str, premise: str) -> Cert:
        return one("axiom", "(exists (le x #0))", (premise,), name="witness",
                   inst=inst(("v", "t", 0, value), ("p", "Q", 1, "(le x #0)")))
    accepts(cert("(add x 1)", "(le x (add x 1))"))
    refuses(cert("x", "(le x (add x 1))"), "premise 0")
    refuses(cert("~X", "(le x ~X)"), "random")


def test_surely_needs_deterministic_hypotheses() -> None:
    here = inst(("p", "p", 0, "(le ~X x)"))
    accepts(one("axiom", "(le ~X x)", ("(surely (le ~X x))",), name="surely_here", inst=here))
    refuses(one("axiom", "(le ~X x)", ("(surely (lt ~X x))",), name="surely_here", inst=here), "premise 0")
    c = Cert()
    c.step("surely", "(surely (le (E ~X) x))", c.assume("(le (E ~X) x)"), ["(le (E ~X) x)"])
    accepts(c)
    c = Cert()
    c.step("surely", "(surely (le ~X x))", c.assume("(le ~X x)"), ["(le ~X x)"])
    refuses(c, "random")
    refuses(one("surely", "(le ~X y)", ("(surely (le ~X x))",)), "concludes")


def test_inst_replaces_in_the_hypotheses_too() -> None:
    def cert(ctx: str, goal: str, body: str) -> Cert:
        c = Cert()
        c.step("inst", goal, c.assume("(lt 0 x)"), [ctx], inst=[["v", "x", 0, c.t(body)]])
        return c

    accepts(cert("(lt 0 (add y 1))", "(lt 0 (add y 1))", "(add y 1)"))
    refuses(cert("(lt 0 x)", "(lt 0 (add y 1))", "(add y 1)"), "hypothesis")
    refuses(cert("(lt 0 ~X)", "(lt 0 ~X)", "~X"), "random")
    c = Cert()
    c.step("inst", "(le (E (mul ~X y)) ~Y)", c.given("(le (f:a y) ~Y)"), inst=[["f", "a", 1, c.t("(E (mul ~X #0))")]])
    accepts(c)
    c = Cert()
    c.step("inst", "(le (E (mul ~X ~Y)) ~Y)", c.given("(le (f:a ~Y) ~Y)"),
           inst=[["f", "a", 1, c.t("(E (mul ~X #0))")]])
    refuses(c, "modal head")


def test_a_premise_with_more_hypotheses_is_refused() -> None:
    c = Cert()
    c.step("either", "(or (isint x) (isint y))", c.assume("(isint x)"), [])
    refuses(c, "rests on isint(x)")


# ------------------------------------------------------------------------------------ rules of equality


def test_norm_concludes_equations_only() -> None:
    error = refuses(one("norm", "(eq x y)", ("(le x y)",)), "step 1 (norm): the sides differ under the facts")
    assert (error.step, error.rule) == (1, "norm")
    refuses(one("norm", "(le x x)"), "form eq")


def congruence(eq: str, term: str, path: list[int], result: str, ctx: list[str] | None = None,
               hyps: list[str] | None = None, vars: tuple[str, ...] = (), rewrite: bool = False) -> Cert:
    """rewrite of a formula, or of t = t for a term t, with an equation that needs the hypotheses."""
    c = Cert()
    inner = list(hyps or [])
    p = c.step("cite", eq, c.assume(*inner), inner, lemma=c.lemma(eq, *inner), inst=[])
    names = [c.t(v) for v in vars]
    old, goal, path = (term, result, path) if rewrite else (f"(eq {term} {term})", f"(eq {term} {result})", [1, *path])
    c.step("rewrite", goal, [p, *c.given(old)], ctx, path=path, vars=names)
    return c


def test_rewrite_replaces_at_the_path() -> None:
    accepts(congruence("(eq x y)", "(mul x (add x 1))", [1, 0], "(mul x (add y 1))"))
    refuses(congruence("(eq x y)", "(mul x (add x 1))", [1, 0], "(mul y (add y 1))"), "concludes")
    refuses(congruence("(eq x y)", "(mul x (add x 1))", [1, 1], "(mul x (add x 1))"), "path leads")
    refuses(congruence("(eq x y)", "(mul x (add x 1))", [1, 2], "(mul x (add x 1))"), "path leaves")
    accepts(congruence("(eq (f:a k) (f:b k))", "(sum 1 n (f:a #0))", [2], "(sum 1 n (f:b #0))", vars=("k",)))
    accepts(congruence("(eq (f:a k) (f:b k))", "(sum 1 n (f:a #0))", [2], "(sum 1 n (f:b #0))", vars=("k",),
                       hyps=["(isint k)", "(le 1 k)", "(le k n)"]))
    refuses(congruence("(eq (f:a k) (f:b k))", "(sum 1 n (f:a #0))", [2], "(sum 1 n (f:b #0))", vars=("k",),
                       hyps=["(le 2 k)"]), "rests on")
    refuses(congruence("(eq (f:a k) (f:b k))", "(sum 1 n (f:a #0))", [2], "(sum 1 n (f:b #0))", vars=("k",),
                       ctx=["(le 1 k)"], hyps=["(le 1 k)"]), "occurs")
    refuses(congruence("(eq (f:a k) (f:b k))", "(sum 1 k (f:a #0))", [2], "(sum 1 k (f:b #0))", vars=("k",)), "occurs")
    refuses(congruence("(eq (f:a k) (f:b k))", "(sum 1 n (f:a #0))", [2], "(sum 1 n (f:b #0))"), "too short")
    refuses(congruence("(eq x y)", "(mul x x)", [0], "(mul y x)", vars=("k",)), "too long")
    refuses(congruence("(eq (f:a k k) 0)", "(sum 1 n (sum 1 n (f:a #0 #1)))", [2, 2], "(sum 1 n (sum 1 n 0))",
                       vars=("k", "k")), "repetition")
    refuses(congruence("(eq x y)", "(mul x x)", [True], "(mul x y)"), "natural")


def test_rewrite_knows_the_condition_of_a_branch() -> None:
    accepts(congruence("(eq x y)", "(ite (le ~X 0) x z)", [1], "(ite (le ~X 0) y z)", hyps=["(le ~X 0)"]))
    accepts(congruence("(eq z y)", "(ite (le ~X 0) x z)", [2], "(ite (le ~X 0) x y)", hyps=["(lt 0 ~X)"]))
    refuses(congruence("(eq z y)", "(ite (le ~X 0) x z)", [2], "(ite (le ~X 0) x y)", hyps=["(le ~X 0)"]), "rests on")


def test_under_a_modal_head_random_hypotheses_are_not_available() -> None:
    hyp = "(eq ~X 1)"
    accepts(congruence("(eq ~X 1)", "(add ~X 2)", [0], "(add 1 2)", ctx=[hyp], hyps=[hyp]))
    refuses(congruence("(eq ~X 1)", "(E ~X)", [0], "(E 1)", ctx=[hyp], hyps=[hyp]), "rests on")
    refuses(congruence("(eq ~X 1)", "(E (ite (eq ~X 1) (E ~X) 0))", [0, 1, 0], "(E (ite (eq ~X 1) (E 1) 0))",
                       hyps=[hyp]), "rests on")
    accepts(congruence("(eq ~X 1)", "(E (ite (eq ~X 1) ~X 0))", [0, 1], "(E (ite (eq ~X 1) 1 0))", hyps=[hyp]))
    hyp = "(eq x 1)"
    accepts(congruence("(eq x 1)", "(E (mul ~X x))", [0, 1], "(E (mul ~X 1))", ctx=[hyp], hyps=[hyp]))
    refuses(congruence("(eq (g:X k) 0)", "(sum 1 ~N (E (g:X #0)))", [2, 0], "(sum 1 ~N (E 0))", vars=("k",),
                       hyps=["(le k ~N)"]), "rests on")


def test_rewrite_works_in_formulas() -> None:
    accepts(congruence("(eq x y)", "(imp (le 0 x) (le x 1))", [1, 0], "(imp (le 0 x) (le y 1))", rewrite=True,
                       hyps=["(le 0 x)"]))
    refuses(congruence("(eq x y)", "(imp (le 0 x) (le x 1))", [0, 1], "(imp (le 0 y) (le x 1))", rewrite=True,
                       hyps=["(le 0 x)"]), "rests on")
    accepts(congruence("(eq (f:a k) 0)", "(forall (le (f:a #0) 1))", [0, 0], "(forall (le 0 1))", rewrite=True,
                       vars=("k",)))


DEFINED = [
    ("var", "(var ~X)", "(E (pow (add ~X (neg (E ~X))) 2))", ("~X",)),
    ("cov", "(cov ~X ~Y)", "(E (mul (add ~X (neg (E ~X))) (add ~Y (neg (E ~Y)))))", ("~X", "~Y")),
    ("relu", "(relu z)", "(max 0 z)", ("z",)), ("max", "(max z w)", "(ite (le z w) w z)", ("z", "w")),
    ("min", "(min z w)", "(ite (le z w) z w)", ("z", "w")), ("abs", "(abs z)", "(ite (le 0 z) z (neg z))", ("z",)),
    ("sign", "(sign z)", "(ite (lt 0 z) 1 (ite (lt z 0) -1 0))", ("z",)),
    ("ceil", "(ceil z)", "(neg (floor (neg z)))", ("z",))]


@pytest.mark.parametrize(("name", "head", "meaning", "parts"), DEFINED)
def test_a_definition_is_a_scheme(name: str, head: str, meaning: str, parts: tuple[str, ...]) -> None:
    values = inst(*(("r", hole, 0, part) for hole, part in zip("xy", parts, strict=False)))
    accepts(one("axiom", f"(eq {head} {meaning})", name=f"{name}_def", inst=values))
    refuses(one("axiom", f"(eq {meaning} {head})", name=f"{name}_def", inst=values), "concludes")


UNFOLDED = [
    ("P", "(P (le ~X 1))", "(E (ind (le ~X 1)))", [("p", "p", 0, "(le ~X 1)")]),
    ("condE", "(condE ~X (le ~X 1))", "(div (E (mul ~X (ind (le ~X 1)))) (P (le ~X 1)))",
     [("r", "x", 0, "~X"), ("p", "p", 0, "(le ~X 1)")]),
    ("ind", "(ind (le x 1))", "(ite (le x 1) 1 0)", [("p", "p", 0, "(le x 1)")]),
    ("count", "(count 1 n (le #0 x))", "(sum 1 n (ind (le #0 x)))",
     [("r", "lo", 0, "1"), ("r", "hi", 0, "n"), ("p", "Q", 1, "(le #0 x)")])]


@pytest.mark.parametrize(("name", "head", "meaning", "parts"), UNFOLDED)
def test_a_definition_with_a_statement(name: str, head: str, meaning: str, parts: Any) -> None:
    accepts(one("axiom", f"(eq {head} {meaning})", name=f"{name}_def", inst=inst(*parts)))
    refuses(one("axiom", f"(eq {meaning} {head})", name=f"{name}_def", inst=inst(*parts)), "concludes")


def test_the_definition_of_a_least_number_is_an_equivalence() -> None:
    least, meaning = "(isleast x (le y #0))", "(and (le y x) (forall (imp (le y #0) (le x #0))))"
    values = inst(("r", "m", 0, "x"), ("p", "Q", 1, "(le y #0)"))
    accepts(one("axiom", f"(iff {least} {meaning})", name="isleast_def", inst=values))
    refuses(one("axiom", f"(iff {meaning} {least})", name="isleast_def", inst=values), "concludes")


def test_ite_follows_the_condition() -> None:
    term, values = "(ite (le x 0) y z)", inst(("p", "p", 0, "(le x 0)"), ("r", "x", 0, "y"), ("r", "y", 0, "z"))
    accepts(one("axiom", f"(eq {term} y)", ("(le x 0)",), name="ite_yes", inst=values))
    accepts(one("axiom", f"(eq {term} z)", ("(lt 0 x)",), name="ite_no", inst=values))
    refuses(one("axiom", f"(eq {term} z)", ("(le x 0)",), name="ite_no", inst=values), "premise 0")
    refuses(one("axiom", f"(eq {term} z)", ("(le x 0)",), name="ite_yes", inst=values), "concludes")
    refuses(one("axiom", f"(eq {term} z)", ("(lt 1 x)",), name="ite_no", inst=values), "premise 0")


# ---------------------------------------------------------------------------------- rules of arithmetic


def arith(goal: str, prem: tuple[str, ...], *entries: tuple[Any, ...]) -> Cert:
    c = Cert()
    raw: list[Any] = []
    for e in entries:
        raw.append(["eq", c.t(e[1]), e[2]] if e[0] == "eq" else ["pos", c.t(e[1]), e[2] and c.t(e[2]), e[3]])
    c.step("arith", goal, c.given(*prem), entries=raw)
    return c


def test_arith_adds_up_inequalities() -> None:
    accepts(arith("(le x z)", ("(le x y)", "(le y z)"), ("pos", "1", None, [0]), ("pos", "1", None, [1])))
    accepts(arith("(lt x z)", ("(le x y)", "(lt y z)"), ("pos", "1", None, [0]), ("pos", "1", None, [1])))
    refuses(arith("(lt x z)", ("(le x y)", "(le y z)"), ("pos", "1", None, [0]), ("pos", "1", None, [1])), "strict")
    accepts(arith("(le 0 (add (pow x 2) 1))", (), ("pos", "1", "x", []), ("pos", "1", None, [])))
    accepts(arith("(lt 0 (add (pow x 2) 1))", (), ("pos", "1", "x", []), ("pos", "1", None, [])))
    refuses(arith("(lt 0 (pow x 2))", (), ("pos", "1", "x", [])), "strict")
    refuses(arith("(lt 0 (mul x (pow y 2)))", ("(lt 0 x)",), ("pos", "1", "y", [0])), "strict")
    accepts(arith("(lt 0 (mul x y))", ("(lt 0 x)", "(lt 0 y)"), ("pos", "1", None, [0, 1])))
    accepts(arith("(le (div y x) 1)", ("(lt 0 x)", "(le y x)", "(le 0 (div 1 x))"), ("pos", "1", None, [1, 2])))
    refuses(arith("(le x y)", ("(le y x)",), ("pos", "1", None, [0])), "add up")
    refuses(arith("(le x y)", ("(le y x)",), ("pos", "-1", None, [0])), "positive number")
    refuses(arith("(le x x)", ("(le y x)",), ("pos", "0", None, [0])), "positive number")
    refuses(arith("(le x y)", ("(le y x)",), ("pos", "1", None, [1])), "out of range")
    refuses(arith("(le x y)", ("(ne y x)",), ("pos", "1", None, [0])), "not of the form")


def test_arith_uses_equations_with_any_factor() -> None:
    accepts(arith("(eq (mul x a) (mul x b))", ("(eq a b)",), ("eq", "x", 0)))
    accepts(arith("(le x y)", ("(eq x y)",), ("eq", "1", 0)))
    refuses(arith("(eq x y)", ("(le x y)",), ("pos", "1", None, [0])), "cannot prove an equation")
    refuses(arith("(eq x y)", ("(eq y x)",), ("eq", "1", 0)), "add up")
    refuses(arith("(eq x y)", ("(le x y)",), ("eq", "1", 0)), "not of the form")
    refuses(arith("(lt x y)", ("(eq x y)",), ("eq", "1", 0)), "strict")


def test_arith_finds_a_contradiction() -> None:
    accepts(arith("false", ("(lt x y)", "(le y x)"), ("pos", "1", None, [0]), ("pos", "1", None, [1])))
    refuses(arith("false", ("(le x y)", "(le y x)"), ("pos", "1", None, [0]), ("pos", "1", None, [1])), "strict")
    refuses(arith("false", ("(lt x y)",), ("pos", "1", None, [0])), "add up")
    accepts(arith("false", ("(le 1 0)",), ("pos", "1", None, [0]), ("pos", "1", None, [])))
    refuses(arith("false", ()), "strict")


def test_int_sees_integer_polynomials() -> None:
    accepts(one("int", "(isint (add (mul 3 (pow n 2)) (neg m)))", ("(isint n)", "(isint m)")))
    accepts(one("int", "(isint (pow 2 n))", ("(isint n)", "(le 0 n)")))
    accepts(one("int", "(isint (sum 1 n (pow #0 2)))"))
    accepts(one("int", "(isint (sum 0 n (pow 3 #0)))"))
    accepts(one("int", "(isint (prod 1 n #0))"))
    accepts(one("int", "(isint (add (floor x) (ceil y) (count 1 n (le #0 x)) -2))"))
    accepts(one("int", "(isint (div (mul n (add n 1)) 2))", ("(isint (div (mul n (add n 1)) 2))",)))
    refuses(one("int", "(isint (div n 2))", ("(isint n)",)), "not visibly")
    refuses(one("int", "(isint (pow 2 n))", ("(isint n)",)), "not visibly")
    refuses(one("int", "(isint (mul n x))", ("(isint n)",)), "not visibly")
    refuses(one("int", "(isint (sum 1 n (f:a #0)))"), "not visibly")


def induction(base: str = "(le 0 (f:a 1))", step: str = "(le 0 (f:a (add #0 1)))", first: str = "(le 1 #0)",
              start: str = "1", whole: str = "(isint 1)",
              goal: str = "(forall (imp (isint #0) (imp (le 1 #0) (le 0 (f:a #0)))))") -> Cert:
    advance = f"(forall (imp (isint #0) (imp {first} (imp (le 0 (f:a #0)) {step}))))"
    return one("axiom", goal, (whole, base, advance), name="induct",
               inst=inst(("v", "m", 0, start), ("p", "Q", 1, "(le 0 (f:a #0))")))


def test_induct_goes_from_n_to_n_plus_one() -> None:
    accepts(induction())
    refuses(induction(base="(le 0 (f:a 2))"), "premise 1")
    refuses(induction(step="(le 0 (f:a (add #0 2)))"), "premise 2")
    refuses(induction(first="(le 2 #0)"), "premise 2")
    refuses(induction(whole="(isint 2)"), "premise 0")
    refuses(induction(goal="(forall (imp (isint #0) (imp (le 0 #0) (le 0 (f:a #0)))))"), "concludes")
    refuses(induction(start="~N", base="(le 0 (f:a ~N))", whole="(isint ~N)", first="(le ~N #0)"), "random")


# ---------------------------------------------------------------------------------- rules of expectation


def test_E_add_needs_every_summand_integrable() -> None:
    goal, xy = "(eq (E (add ~X ~Y)) (add (E ~X) (E ~Y)))", inst(("r", "x", 0, "~X"), ("r", "y", 0, "~Y"))
    accepts(one("axiom", goal, ("(integrable ~X)", "(integrable ~Y)"), name="E_add", inst=xy))
    refuses(one("axiom", goal, ("(integrable ~X)",), name="E_add", inst=xy), "premises")
    refuses(one("axiom", goal, ("(integrable ~Y)", "(integrable ~X)"), name="E_add", inst=xy), "premise 0")
    refuses(one("axiom", "(eq (E (add ~X ~Y)) (add (E ~X) ~Y))", ("(integrable ~X)", "(integrable ~Y)"),
                name="E_add", inst=xy), "concludes")


EVERY = "(forall (imp (isint #0) (imp (le 1 #0) (imp (le #0 n) (integrable (g:X #0))))))"


def summed(name: str, goal: str, every: str = EVERY, hi: str = "n") -> Cert:
    return one("axiom", goal, (every,), name=name,
               inst=inst(("v", "lo", 0, "1"), ("v", "hi", 0, hi), ("g", "F", 1, "(g:X #0)")))


def test_sums_of_integrable_terms() -> None:
    goal = "(eq (E (sum 1 n (g:X #0))) (sum 1 n (E (g:X #0))))"
    accepts(summed("E_sum", goal))
    refuses(summed("E_sum", goal, EVERY.replace("(imp (le 1 #0) ", "(imp (le 2 #0) ")), "premise 0")
    refuses(summed("E_sum", goal, EVERY.replace("(g:X #0)", "(g:X 1)")), "premise 0")
    refuses(summed("E_sum", goal.replace("n", "~N"), EVERY.replace(" n)", " ~N)"), "~N"), "random")
    refuses(summed("E_sum", "(eq (E (sum 1 n (g:X #0))) (sum 2 n (E (g:X #0))))"), "concludes")
    accepts(summed("int_sum", "(integrable (sum 1 n (g:X #0)))"))
    refuses(summed("int_sum", "(integrable (sum 1 ~N (g:X #0)))", EVERY.replace(" n)", " ~N)"), "~N"), "random")
    refuses(summed("int_sum", "(integrable (prod 1 n (g:X #0)))"), "concludes")
    c = one("axiom", goal, (EVERY,), name="E_sum",
            inst=inst(("r", "lo", 0, "1"), ("r", "hi", 0, "n"), ("g", "F", 1, "(g:X #0)")))
    refuses(c, "placeholders")


def pair(x: str, y: str) -> str:
    return f"(indep {x} {y})"


FAMILY = "(indep (fam 1 n (g:X #0)) ~Y (tup ~U ~V))"
IN = ("(isint i)", "(le 1 i)", "(le i n)", "(isint j)", "(le 1 j)", "(le j n)")
INDEPENDENT: list[tuple[str, str, tuple[str, ...], str]] = [
    # X, Y, facts, reason of refusal ("" = accepted)
    ("~Y", "~U", (), ""),
    ("(pow ~Y 2)", "(mul ~U (exp ~V))", (), ""),
    ("~U", "~V", (), "share"),
    ("~Y", "~Y", (), "share"),
    ("~Y", "~Z", (), "0 blocks"),
    ("~Y", "3", (), ""),
    ("(g:X i)", "(g:X j)", (*IN, "(ne i j)"), ""),
    ("(g:X i)", "(g:X j)", (*IN, "(ne j i)"), ""),
    ("(g:X i)", "(g:X j)", IN, "share"),
    ("(g:X i)", "(g:X i)", IN, "share"),
    ("(g:X i)", "~Y", IN, ""),
    ("(g:X i)", "~Y", IN[1:], "not known"),
    ("(g:X i)", "~Y", (IN[0], IN[2]), "not known"),
    ("(g:X 1)", "(g:X 2)", ("(le 1 n)", "(le 2 n)"), ""),
    ("(g:X 0)", "(g:X 2)", ("(le 0 n)", "(le 2 n)"), "not known"),
    ("(g:X 1/2)", "~Y", ("(le 1/2 n)", "(le 1 1/2)"), "not known"),
    ("(g:X ~Y)", "~U", (), "random argument"),
    ("(sum 1 n (g:X #0))", "~Y", (), "bound variable"),
    ("(mul ~Y (E (sum 1 n (g:X #0))))", "~U", (), ""),
    ("(mul ~Y (E ~Y))", "(mul ~U (E ~Y))", (), ""),
    ("(g:X i j)", "~Y", IN, "0 blocks"),
    ("x", "~Y", (), ""),
]


@pytest.mark.parametrize(("x", "y", "facts", "why"), INDEPENDENT)
def test_indep_separates_the_blocks(x: str, y: str, facts: tuple[str, ...], why: str) -> None:
    c = one("indep", pair(x, y), (FAMILY, *facts))
    accepts(c) if not why else refuses(c, why)


def test_products_of_independent_factors() -> None:
    xy = inst(("r", "x", 0, "~X"), ("r", "y", 0, "~Y"))
    product, both = "(eq (E (mul ~X ~Y)) (mul (E ~X) (E ~Y)))", ("(integrable ~X)", "(integrable ~Y)")
    accepts(one("axiom", product, ("(indep ~X ~Y)",), name="E_indep", inst=xy))
    refuses(one("axiom", product, ("(indep ~X ~Y ~Z)",), name="E_indep", inst=xy), "premise 0")
    refuses(one("axiom", "(eq (E (mul ~X ~Y)) (mul (E ~Y) (E ~X)))", ("(indep ~X ~Y)",), name="E_indep", inst=xy),
            "concludes")
    accepts(one("axiom", "(integrable (mul ~X ~Y))", ("(indep ~X ~Y)", *both), name="int_indep", inst=xy))
    refuses(one("axiom", "(integrable (mul ~X ~Y))", ("(indep ~X ~Y)", both[0], both[0]), name="int_indep", inst=xy),
            "premise 2")


def test_families_of_families_and_odd_blocks() -> None:
    grid = "(indep (fam 1 n (fam 1 #0 (g:X #0 #1))) ~Y)"  # X(j, i) for i up to n, j up to i
    know = ("(isint i)", "(le 1 i)", "(le i n)", "(isint j)", "(le 1 j)", "(le j i)")
    accepts(one("indep", pair("(g:X j i)", "~Y"), (grid, *know)))
    refuses(one("indep", pair("(g:X i j)", "~Y"), (grid, *know)), "not known")
    for block, why in [("(fam 1 n (g:X #0 #0))", "repeats"), ("(fam 1 n (fam 1 n (g:X #0 2)))", "gets no value"),
                       ("(fam 1 n (g:X (add #0 1) 2))", "does not match")]:
        refuses(one("indep", pair("(g:X i 2)", "~Y"), (f"(indep {block} ~Y)", *IN)), why)
    accepts(one("indep", pair("(g:X i 2)", "~Y"), ("(indep (fam 1 n (g:X #0 2)) ~Y)", *IN)))
    refuses(one("indep", pair("(g:X i 3)", "~Y"), ("(indep (fam 1 n (g:X #0 2)) ~Y)", *IN)), "does not match")
    refuses(one("indep", pair("~X", "~Y"), ("(indep ~X (tup ~X ~Z) ~Y)",)), "2 blocks")
    refuses(one("indep", pair("~X", "~Y"), ("(indep (add ~X 1) ~Y)",)), "0 blocks")
    refuses(one("indep", pair("~X", "~Y"), ("(samelaw ~X ~Y)",)), "form indep")
    refuses(one("indep", "(indep ~X ~Y ~Z)", ("(indep ~X ~Y ~Z)",)), "two numbers")
    refuses(one("indep", "(indep ~X (tup ~Y ~Z))", ("(indep ~X ~Y ~Z)",)), "two numbers")


def test_law_transports_a_fixed_function() -> None:
    accepts(one("law", "(samelaw (pow ~X 2) (pow ~Y 2))", ("(samelaw ~X ~Y)",), body=T("(pow #0 2)")))
    accepts(one("law", "(samelaw (mul ~X ~Z) (mul ~Y ~W))", ("(samelaw (tup ~X ~Z) (tup ~Y ~W))",),
                body=T("(mul #0 #1)")))
    refuses(one("law", "(samelaw (mul ~X ~Z) (mul ~Y ~Z))", ("(samelaw ~X ~Y)",), body=T("(mul #0 ~Z)")),
            "random symbol")
    refuses(one("law", "(samelaw (mul ~X (E ~Z)) (mul ~Y (E ~Z)))", ("(samelaw ~X ~Y)",),
                body=T("(mul #0 (E ~Z))")), "random symbol")
    refuses(one("law", "(samelaw (E (mul c ~X)) (E (mul c ~Y)))", ("(samelaw ~X ~Y)",), body=T("(E (mul c #0))")),
            "modal head")
    refuses(one("law", "(samelaw ~X ~Y)", ("(samelaw ~X ~Y)",), body=T("#1")), "loose")
    refuses(one("law", "(samelaw ~X ~Y)", ("(samelaw (tup ~X ~Z) (tup ~Y ~W ~U))",), body=T("#0")), "length")
    refuses(one("law", "(samelaw ~X ~Y)", ("(samelaw (fam 1 2 ~X) ~Y)",), body=T("#0")), "families")
    refuses(one("law", "(samelaw ~Y ~X)", ("(samelaw ~X ~Y)",), body=T("#0")), "concludes")
    refuses(one("law", "(samelaw ~X ~Y)", ("(indep ~X ~Y)",), body=T("#0")), "form samelaw")
    xy = inst(("r", "x", 0, "~X"), ("r", "y", 0, "~Y"))
    accepts(one("axiom", "(eq (E ~X) (E ~Y))", ("(samelaw ~X ~Y)",), name="E_law", inst=xy))
    accepts(one("axiom", "(integrable ~Y)", ("(samelaw ~X ~Y)", "(integrable ~X)"), name="int_law", inst=xy))
    refuses(one("axiom", "(integrable ~Y)", ("(samelaw ~X ~Y)", "(integrable ~Y)"), name="int_law", inst=xy),
            "premise 1")


def test_integrability_rules() -> None:
    const = inst(("v", "c", 0, "(add x (E ~X))"))
    accepts(one("axiom", "(integrable (add x (E ~X)))", name="int_const", inst=const))
    refuses(one("axiom", "(integrable (add x ~X))", name="int_const", inst=inst(("v", "c", 0, "(add x ~X)"))), "random")
    both = ("(integrable ~X)", "(integrable ~Y)")
    lin = [("r", "x", 0, "~X"), ("r", "y", 0, "~Y"), ("v", "b", 0, "-1")]
    goal = "(integrable (add (mul x ~X) (mul -1 ~Y)))"
    accepts(one("axiom", goal, both, name="int_lin", inst=inst(*lin, ("v", "a", 0, "x"))))
    refuses(one("axiom", goal, both, name="int_lin", inst=inst(*lin, ("v", "a", 0, "1"))), "concludes")
    refuses(one("axiom", goal, both[:1], name="int_lin", inst=inst(*lin, ("v", "a", 0, "x"))), "premises")
    refuses(one("axiom", "(integrable (add (mul ~Y ~X) (mul -1 ~Y)))", both, name="int_lin",
                inst=inst(*lin, ("v", "a", 0, "~Y"))), "random")
    xy = inst(("r", "x", 0, "~X"), ("r", "y", 0, "~Y"))
    bound, sure = "(integrable ~Y)", "(surely (le (abs ~X) ~Y))"
    accepts(one("axiom", "(integrable ~X)", (sure, bound), name="int_dom", inst=xy))
    for prem in (("(surely (le ~X ~Y))", bound), ("(le (abs ~X) ~Y)", bound), (sure, "(integrable ~X)")):
        refuses(one("axiom", "(integrable ~X)", prem, name="int_dom", inst=xy), "premise")


# ---------------------------------------------------------------------------------- claims, definedness


WD = [
    ("(eq (div x y) 1)", ["(ne y 0)"]),
    ("(eq (div x 2) 1)", []),
    ("(eq (div x 0) 1)", ["(ne 0 0)"]),
    ("(eq (add (div x y) (div 1 y) (log x)) 1)", ["(ne y 0)", "(lt 0 x)"]),
    ("(eq (pow x 2) (pow 2 x))", []),
    ("(eq (pow x -2) (pow -3 -2))", ["(ne x 0)"]),
    ("(eq (pow x 1/2) (pow y -1/2))", ["(le 0 x)", "(lt 0 y)"]),
    ("(eq (pow x y) (pow e y))",
     ["(or (lt 0 x) (and (ne x 0) (isint y)) (and (isint y) (le 0 y)))"]),
    ("(eq (sqrt x) (sqrt 2))", ["(le 0 x)"]),
    ("(eq (log -1) (sqrt -1))", ["(lt 0 -1)", "(le 0 -1)"]),
    ("(eq (sum 1 n (div 1 #0)) x)",
     ["(forall (imp (isint #0) (imp (le 1 #0) (imp (le #0 n) (ne #0 0)))))", "(isint n)"]),
    ("(eq (maxover 1/2 n (div 1 x)) x)",
     ["(forall (imp (isint #0) (imp (le 1/2 #0) (imp (le #0 n) (ne x 0)))))", "(isint 1/2)", "(isint n)",
      "(le 1/2 n)"]),
    ("(eq (sum 1 2 (sum 1 #0 (div 1 #1))) x)",
     ["(forall (imp (isint #0) (imp (le 1 #0) (imp (le #0 2) (forall (imp (isint #0) (imp (le 1 #0) "
      "(imp (le #0 #1) (ne #1 0)))))))))",
      "(forall (imp (isint #0) (imp (le 1 #0) (imp (le #0 2) (isint #0)))))"]),
    ("(forall (le 0 (sqrt #0)))", ["(forall (le 0 #0))"]),
    ("(eq (ite (le 0 x) (sqrt x) (log y)) 0)", ["(imp (le 0 x) (le 0 x))", "(imp (lt x 0) (lt 0 y))"]),
    ("(imp (ne x 0) (le 0 (div 1 x)))", ["(imp (ne x 0) (ne x 0))"]),
    ("(and (ne x 0) (lt 0 y) (le 0 (div x y)))", ["(imp (ne x 0) (imp (lt 0 y) (ne y 0)))"]),
    ("(or (ne x 0) (le 0 (div 1 x)))", ["(ne x 0)"]),
    ("(eq (E (div ~X ~Y)) 0)", ["(surely (ne ~Y 0))", "(integrable (div ~X ~Y))"]),
    ("(eq (E (div ~X y)) 0)", ["(ne y 0)", "(integrable (div ~X y))"]),
    ("(eq (E x) (var x))", []),
    ("(eq (var ~X) (cov ~X ~Y))", ["(integrable (pow ~X 2))", "(integrable (pow ~Y 2))"]),
    ("(eq (P (le 0 (log ~X))) 0)", ["(surely (lt 0 ~X))"]),
    ("(eq (condE (div 1 ~X) (lt 0 ~X)) 0)",
     ["(surely (imp (lt 0 ~X) (ne ~X 0)))", "(integrable (mul (div 1 ~X) (ind (lt 0 ~X))))", "(ne (P (lt 0 ~X)) 0)"]),
    ("(isleast (div 1 y) (le (log #0) 0))", ["(ne y 0)", "(forall (lt 0 #0))"]),
    ("(indep (fam 1 n (tup (g:X #0) (div 1 (g:X #0)))) ~Y)",
     ["(surely (forall (imp (isint #0) (imp (le 1 #0) (imp (le #0 n) (ne (g:X #0) 0))))))", "(isint n)"]),
]


@pytest.mark.parametrize(("goal", "conditions"), WD)
def test_a_claim_needs_its_definedness_list(goal: str, conditions: list[str]) -> None:
    c = Cert()
    step, *wd = c.given(goal, *conditions)
    c.claim(goal, step, wd)
    accepts(c)
    if wd:
        short = copy.deepcopy(c)
        short.claims[0]["wd"] = wd[:-1]
        refuses(short, "wd has")
        other = copy.deepcopy(c)
        other.claims[0]["wd"] = [*wd[:-1], step]
        refuses(other, "does not prove") if c.terms[c.t(goal)] != c.terms[c.t(conditions[-1])] else None
    longer = copy.deepcopy(c)
    longer.claims[0]["wd"] = [*wd, step]
    refuses(longer, "wd has")


def test_a_claim_may_not_need_more_hypotheses() -> None:
    def cert(claim_ctx: list[str], wd_hyp: str) -> Cert:
        c = Cert()
        s, = c.assume("(le 1 (div 1 x))", ctx=["(le 1 (div 1 x))"])
        w, = c.assume("(ne x 0)", ctx=["(ne x 0)", wd_hyp])
        c.claim("(le 1 (div 1 x))", s, [w], claim_ctx)
        return c

    accepts(cert(["(le 1 (div 1 x))", "(ne x 0)"], "(ne x 0)"))
    refuses(cert(["(ne x 0)"], "(ne x 0)"), "claim 0: the step needs hypotheses")
    refuses(cert(["(le 1 (div 1 x))", "(ne x 0)"], "(lt 0 y)"), "wd 0 needs hypotheses")
    c = Cert()
    c.claim("(le x y)", c.given("(le y x)")[0])
    refuses(c, "another goal")


def test_the_report_shows_the_claim() -> None:
    c = Cert()
    s = c.assume("(le 0 (sum 1 4 (mul x #0)))")[0]
    c.claim("(le 0 (sum 1 4 (mul x #0)))", s, [], ["(le 0 (sum 1 4 (mul x #0)))"])
    report = accepts(c)
    assert report.claims[0].text == "(0 <= sum(1, 4, i. (x * i))) |- (0 <= sum(1, 4, i. (x * i)))"
    assert report.claims[0].raw["goal"] == ["le", ["num", "0"], ["sum", ["num", "1"], ["num", "4"],
                                                              ["mul", ["v", "x"], ["b", 0]]]]
    assert report.steps == 1 and report.assumed == []


# -------------------------------------------------------------------------------------------- hostile files


def good() -> dict[str, Any]:
    c = Cert()
    p = c.given("(ne x 0)")
    c.claim("(eq (div x x) 1)", c.step("norm", "(eq (div x x) 1)", p), p)
    return json.loads(json.dumps(c.data()))  # type: ignore[no-any-return]


def test_the_good_file_is_accepted() -> None:
    assert check(good()).steps == 2


def edit(path: str, value: Any) -> dict[str, Any]:
    """The good file with one place changed; '-' in front of the last key deletes it."""
    data = good()
    *front, last = path.split(".")
    at: Any = data
    for key in front:
        at = at[int(key)] if key.isdigit() else at[key]
    if last.startswith("-"):
        del at[last[1:]]
    else:
        at[int(last) if last.isdigit() else last] = value
    return data


@pytest.mark.parametrize(("path", "value"), [
    ("format", "x"), ("version", 2), ("version", True), ("version", 1.0), ("version", "1"), ("extra", 1),
    ("-claims", 0), ("-lemmas", 0), ("claims", []), ("claims", {}), ("terms", {}), ("terms.0", []),
    ("terms.0", "num"), ("terms.0", [1]), ("terms.0", None), ("steps.0", []), ("steps.0", {}),
    ("steps.1.rule", "magic"), ("steps.1.rule", None), ("steps.1.rule", "__init__"), ("steps.1.extra", 1),
    ("-steps.1.prem", 0), ("steps.1.prem", None), ("steps.1.prem", [1]), ("steps.1.prem", [2]),
    ("steps.1.prem", [-1]), ("steps.1.prem", [False]), ("steps.1.prem", [0.0]), ("steps.1.prem", ["0"]),
    ("steps.1.prem", []), ("steps.1.ctx", -1), ("steps.1.ctx", 99), ("steps.1.ctx", None),
    ("steps.1.ctx", False), ("steps.1.goal", -1), ("steps.1.goal", 99), ("steps.1.goal", True),
    ("steps.1.goal", 0), ("steps.0.goal", 3), ("contexts.0", [0]), ("contexts.0", 0), ("contexts.0", [-1]),
    ("contexts", None), ("lemmas.0.extra", 1), ("lemmas.0.goal", 0), ("lemmas.0.name", 1), ("lemmas.0.hyps", [0]),
    ("steps.0.lemma", 1), ("steps.0.lemma", True), ("steps.0.inst", None), ("claims.0.label", 1),
    ("claims.0.step", 0), ("claims.0.step", 2), ("claims.0.step", True), ("claims.0.wd", []),
    ("claims.0.wd", [1]), ("claims.0.wd", None), ("claims.0.goal", 0), ("claims.0.ctx", 77), ("claims.0.extra", 1),
    ("-claims.0.wd", 0)])
def test_a_file_with_one_wrong_place_is_refused(path: str, value: Any) -> None:
    if path.startswith("-"):
        front, _, last = path[1:].rpartition(".")
        path = f"{front}.-{last}" if front else f"-{last}"
    with pytest.raises(Refused):
        check(edit(path, value))


@pytest.mark.parametrize("entry", [
    ["num", "2/4"], ["num", "+1"], ["num", "01"], ["num", "1/0"], ["num", "-0"], ["num", "1.5"], ["num", "1e3"],
    ["num", " 1"], ["num", "1\n"], ["num", "3/1"], ["num", "1/-2"], ["num", 1], ["num"], ["num", "1", "2"],
    ["num", "٣"], ["num", ""], ["num", "1_0"], ["num", "9" * 5000], ["v"], ["v", 1], ["v", "x", 0], ["r", None],
    ["b", -1], ["b", True], ["b", "0"], ["b", 1.0], ["f", "a"], ["g", "a"], ["f", 0, 0], ["f", "a", 99],
    ["add", 0], ["add"], ["neg", 0, 0], ["neg", 99], ["neg", -1], ["neg", True], ["neg", "0"], ["neg", None],
    ["neg", [0]], ["pow", 0], ["eq", 0], ["e", 0], ["ite", 0, 0, 0], ["ind", 0], ["not", 0], ["and", 0, 0],
    ["sum", 0, 0], ["count", 0, 0, 0], ["indep"], ["x", 0], ["x", 1], ["sub", 0, 0], ["forall", 0], ["foo", 0],
    ["__class__"], [""], [None], 5, "add", {}, {"num": "1"}])
def test_a_malformed_term_is_refused(entry: Any) -> None:
    c = Cert()
    c.t("x")
    data = c.data()
    data["terms"].insert(1, entry)  # the other entries shift, but the bad one is met first
    with pytest.raises(Refused, match=r"^term 1: "):
        check(data)


def test_an_argument_of_the_wrong_sort_is_refused() -> None:
    for text in ("(add x (eq x x))", "(not x)", "(imp x (eq x x))", "(E (tup ~X ~Y))", "(add (tup ~X ~Y) x)",
                 "(tup (tup ~X ~Y) ~X)", "(indep (eq x x) ~X)", "(f:a (eq x x))", "(condE ~X ~X)", "(eq true true)"):
        c = Cert()
        c.t(text)
        refuses(c, "sort")
    c = Cert()
    c.t("(indep ~X (tup ~Y ~Z) (fam 1 2 (fam 1 2 (tup (g:X #0) (g:X #1)))))")
    accepts(c)


def test_an_argument_that_comes_later_is_refused() -> None:
    with pytest.raises(Refused, match="out of range"):
        check({**good(), "terms": [["neg", 0]]})
    with pytest.raises(Refused, match="out of range"):
        check({**good(), "terms": [["neg", 1], ["num", "1"]]})


def test_a_loose_index_is_refused_in_goals_and_contexts() -> None:
    c = Cert()
    c.step("norm", "(eq #0 #0)")
    refuses(c, "loose index")
    c = Cert()
    c.assume("(le #0 1)")
    refuses(c, "loose index")
    c = Cert()
    c.step("norm", "(eq (sum 1 2 #1) (sum 1 2 #1))")
    refuses(c, "loose index")


def test_symbols_differ_by_kind_name_and_number_of_arguments() -> None:
    accepts(one("inst", "(le (f:a 1) (f:a 1 2))", ("(le (f:a 1) (f:a 1 2))",), inst=inst(("r", "a", 0, "x"))))
    accepts(one("inst", "(le 1 (f:a 1 2))", ("(le (f:a 1) (f:a 1 2))",), inst=inst(("f", "a", 1, "#0"))))
    twice = inst(("v", "x", 0, "y"), ("v", "x", 0, "z"))
    refuses(one("inst", "(le 0 y)", ("(le 0 x)",), inst=twice), "twice")


def test_nesting_over_300_levels_is_refused() -> None:
    def deep(levels: int) -> Cert:
        c = Cert()
        t = c.t("x")
        for _ in range(levels - 1):
            t = c.entry("neg", t)
        return c

    accepts(deep(300))
    refuses(deep(301), "deeper than 300")


def test_deep_terms_are_handled_without_overflow() -> None:
    for head in ("neg", "floor", "exp", "sqrt", "E", "log"):
        c = Cert()
        t = c.t("~X" if head == "E" else "x")
        for _ in range(296):
            t = c.entry(head, t)
        goal = c.entry("eq", t, t)
        empty = c.ctx()
        c.steps.append({"rule": "norm", "ctx": empty, "goal": goal, "prem": []})
        accepts(c)
    for head in ("forall", "exists"):
        c = Cert()
        t = c.t("(le #0 (div 1 #1))")
        for _ in range(296):
            t = c.entry(head, t)
        empty = c.ctx()
        c.lemmas.append({"name": "", "source": "", "hyps": [], "goal": t})
        c.steps.append({"rule": "cite", "ctx": empty, "goal": t, "prem": [], "lemma": 0, "inst": []})
        c.claims.append({"label": "", "ctx": empty, "goal": t, "step": 0, "wd": []})
        refuses(c, "wd has")


def test_deeply_nested_binders_are_answered() -> None:
    c = Cert()
    t = c.t("(f:a #0 #1)")
    for _ in range(40):
        t = c.entry("sum", c.t("1"), c.t("n"), t)
    t = c.entry("sum", c.t("1"), c.t("n"), t)
    c.steps.append({"rule": "norm", "ctx": c.ctx(), "goal": c.entry("eq", t, t), "prem": []})
    try:
        accepts(c)
    except Refused as error:
        assert "work limit" in str(error)


def test_a_shared_term_of_exponential_size_is_no_problem() -> None:
    c = Cert()
    t = c.t("x")
    for _ in range(200):
        t = c.entry("add", t, t)
    goal = c.entry("eq", t, c.t(f"(mul {2 ** 200} x)"))
    c.steps.append({"rule": "norm", "ctx": c.ctx(), "goal": goal, "prem": []})
    accepts(c)
    c.claims = [{"label": "", "ctx": 0, "goal": goal, "step": 0, "wd": []}]
    refuses(c, "too large to be shown")


@pytest.mark.parametrize("text", [
    "(pow 9 (pow 9 9))", "(pow 2 1000000000)", "(pow 2 -1000000000)", "(pow x 1000000000000)",
    "(pow (add x y) 100000)", "(pow (add x y z u v w) 100)", "(sum 0 63 (pow (add x y z #0) 20))",
    "(sum 0 63 (sum 0 63 (sum 0 63 (f:a #0 #1 #2))))", "(pow (pow (pow 10 100) 100) 100)",
    "(pow 10 (pow 10 (pow 10 10)))", "(pow (add 1 (sqrt 2)) -150)", "(exp 1000000000)", "(pow 2 2000000001/2)",
    "(pow 1/3 10000001)", "(floor (pow 9 (pow 9 9)))", "(prod 0 63 (add x #0))", "(pow (pow x 1000000) 1000000)"])
@pytest.mark.slow
def test_an_explosive_expression_is_answered_in_time(text: str) -> None:
    begin = time.monotonic()
    same(text, f"(add 1 {text})")
    assert time.monotonic() - begin < 60


def test_many_expensive_steps_run_out_of_fuel(monkeypatch: pytest.MonkeyPatch) -> None:
    c = Cert()
    for k in range(20):
        c.step("norm", f"(eq (pow (add x y z {k}) 8) (pow (add {k} x y z) 8))")
    accepts(c)
    monkeypatch.setattr(recheck, "TOTAL_FUEL", 100_000)
    refuses(c, "work limit")


# ---------------------------------------------------------------------------------------------- text, program


def test_a_duplicate_key_is_refused() -> None:
    text = json.dumps(good())
    for key, at in (('"version": 1', "file"), ('"rule": "norm"', "step")):
        assert key in text, at
        with pytest.raises(Refused, match="duplicate key"):
            load(text.replace(key, f"{key}, {key}"))


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "NaN", "[Infinity]", "nul", '{"a": 1}}', "1" * 10_000,
                                  '{"a":' * 50_000, "{'a': 1}"])
def test_text_that_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        load(text)


@pytest.mark.parametrize("data", [None, [], 1, "x", True, {}, {"format": "derivations-certificate"}])
def test_data_that_is_no_certificate_is_refused(data: Any) -> None:
    with pytest.raises(Refused):
        check(data)


def test_a_truncated_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = json.dumps(good())
    for cut in (1, len(text) // 2, len(text) - 1):
        file = tmp_path / "cut.json"
        file.write_text(text[:cut])
        assert main([str(file)]) == 1
        assert "refused: the file is not well-formed JSON" in capsys.readouterr().out


def test_main_reports_claims_and_lemmas(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fine, wrong = tmp_path / "fine.json", tmp_path / "wrong.json"
    fine.write_text(json.dumps(good()))
    wrong.write_text(json.dumps(edit("claims.0.wd", [])))
    assert main([str(fine)]) == 0
    text = capsys.readouterr().out
    assert "accepted, 2 steps" in text and '"a claim": |- ((x / x) = 1)' in text
    assert 'assumed "a lemma" ("a book"): |- (x != 0)' in text
    assert main(["--json", str(fine)]) == 0
    out = json.loads(capsys.readouterr().out)
    assert out["ok"] is True and out["error"] is None and out["steps"] == 2
    assert out["assumed"] == [{"name": "a lemma", "source": "a book", "statement": "|- (x != 0)"}]
    assert out["claims"][0]["text"] == "|- ((x / x) = 1)"
    assert main(["--json", str(wrong)]) == 1
    out = json.loads(capsys.readouterr().out)
    assert out["ok"] is False and "claim 0: wd has 0 steps" in out["error"] and out["claims"] == []
    assert main([str(fine), str(wrong)]) == 1
    assert main([str(tmp_path / "absent.json")]) == 2
    (tmp_path / "latin.json").write_bytes(b"\xff\xfe")
    assert main([str(tmp_path / "latin.json")]) == 2
    assert main([]) == 2
    assert main(["--what"]) == 2


def test_the_plain_file_runs_without_the_package(tmp_path: Path) -> None:
    file = tmp_path / "fine.json"
    file.write_text(json.dumps(good()))
    script = tmp_path / "recheck.py"
    script.write_text((ROOT / "derivations" / "recheck.py").read_text())
    done = subprocess.run([sys.executable, "-I", "-S", str(script), str(file)], capture_output=True, text=True,
                          cwd=tmp_path)
    assert done.returncode == 0 and "accepted" in done.stdout and not done.stderr


def test_the_checker_imports_only_the_standard_library() -> None:
    source = (ROOT / "derivations" / "recheck.py").read_text()
    names = set(re.findall(r"^\s*(?:import|from) ([a-z_.A-Z]+)", source, re.M))
    assert {n.split(".")[0] for n in names} <= set(sys.stdlib_module_names) | {"__future__"}


def test_the_axioms_are_those_of_the_specification() -> None:
    page = (ROOT / "docs" / "certificates.md").read_text()
    assert recheck.AXIOMS.strip() == page.split("```text\n")[1].split("```")[0].strip()
    assert len(recheck.Checker().schemes) == len([x for x in recheck.AXIOMS.splitlines() if "|-" in x and x[0] != "#"])
