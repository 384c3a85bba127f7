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
    ("(log (mul x y))", "(add (log x) (log y))", "(lt 0 x)", "(lt 0 y)"),
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
        if b == 0:
            return 1 if abs(x) < 1e-12 else 0
        if whole:
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
                         ["x", "n", "~X", "2"], ["x", "~X"], ["n", "x"]])
    goal = c.t(random_term(rnd, rnd.choice([2, 3, 4]), leaves))
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
    assert sum(fuzz(seed) for seed in range(1500)) > 1000
