"""Parentheses that hold too much or too little.

Each pair of readings that a hand confuses: a/(b c) and a/b c, (a + b)^2 and a + b^2, sqrt(a) + b
and sqrt(a + b).  Either may be what was meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from derivations.kernel.term import Term, add, make, mul, op, shift
from derivations.repair.build import literal, negated, without
from derivations.repair.places import Place
from derivations.repair.setting import Found, Setting


def parentheses(at: Setting, p: Place) -> Found:
    """What a parenthesis holds."""
    cost = 1.42     # before numbers are fitted, which always explains something
    for new in (*_of_quotients(p.term), *_of_powers(p.term), *_of_sums(p.term), *_of_functions(p.term)):
        yield cost, "parenthesis", new


def _of_quotients(t: Term) -> Iterator[Term]:
    if t.head == "div":
        a, b = t.args
        if b.head == "mul":                                 # a/(b c) and (a/b) c
            for k, c in enumerate(b.args):
                yield mul(op("div", a, without(b, k)), c)
        if b.head == "div":                                 # a/(b/c) and (a/b)/c
            yield op("div", op("div", a, b.args[0]), b.args[1])
        if a.head == "div":
            yield op("div", a.args[0], op("div", a.args[1], b))
        if b.head == "add":                                 # a/(b + c) and a/b + c
            for k in range(len(b.args)):
                yield add(op("div", a, b.args[k]), *_others(b, k))
        if a.head == "add":                                 # (a + b)/c and a + b/c
            for k in range(len(a.args)):
                yield add(*_others(a, k), _minus(a.args[k], lambda x: op("div", x, b)))
    if t.head == "mul":
        for k, a in enumerate(t.args):
            if a.head == "div":
                yield op("div", a.args[0], mul(a.args[1], *_others(t, k)))
            if a.head == "add":                             # a (b + c) and a b + c
                rest = _others(t, k)
                for j in range(len(a.args)):
                    yield add(_minus(a.args[j], partial(mul, *rest)), *_others(a, j))


def _of_powers(t: Term) -> Iterator[Term]:
    if t.head == "pow":
        b, n = t.args
        if b.head in ("add", "mul"):
            for k, a in enumerate(b.args):                  # (a + b)^n and a + b^n
                head = add if b.head == "add" else mul
                yield head(*_others(b, k), _minus(a, lambda x: op("pow", x, n)) if b.head == "add" else op("pow", a, n))
        if b.head == "div":
            yield op("div", op("pow", b.args[0], n), b.args[1])
            yield op("div", b.args[0], op("pow", b.args[1], n))
        if b.head == "neg":
            yield op("neg", op("pow", b.args[0], n))
        if b.head in ("sum", "E", "abs"):                   # (sum a)^n and sum a^n
            yield make(b.head, [*b.args[:-1], op("pow", b.args[-1], shift(n, int(b.head == "sum")))])
        if n.head == "add":                                 # a^(m + n) and a^m + n
            for k in range(len(n.args)):
                yield add(op("pow", b, n.args[k]), *_others(n, k))
        if n.head == "mul":
            for k in range(len(n.args)):
                yield mul(op("pow", b, n.args[k]), *_others(n, k))
    if t.head in ("sum", "E", "abs") and t.args[-1].head == "pow" and not t.args[-1].args[1].bound:
        b, n = t.args[-1].args
        yield op("pow", make(t.head, [*t.args[:-1], b]), n)
    if t.head in ("add", "mul") and any(a.head == "pow" for a in t.args):
        head = add if t.head == "add" else mul
        for k, a in enumerate(t.args):
            if a.head == "pow":
                rest = _others(t, k)
                yield op("pow", head(*rest, a.args[0]), a.args[1])
                yield op("pow", a.args[0], head(a.args[1], *rest))
        exponents = {a.args[1] for a in t.args if a.head == "pow"}
        if t.head == "add" and len(exponents) == 1 and all(a.head == "pow" for a in t.args):
            yield op("pow", add(*[a.args[0] for a in t.args]), exponents.pop())
    if t.head == "neg" and t.args[0].head == "pow":
        yield op("pow", op("neg", t.args[0].args[0]), t.args[0].args[1])
    if t.head == "div":
        a, b = t.args
        if a.head == "pow":
            yield op("pow", op("div", a.args[0], b), a.args[1])
        if b.head == "pow":
            yield op("pow", op("div", a, b.args[0]), b.args[1])


def _of_sums(t: Term) -> Iterator[Term]:
    if t.head == "add":
        for k, a in enumerate(t.args):
            rest = _others(t, k)
            sign, a = (True, a.args[0]) if a.head == "neg" else (False, a)
            if a.head == "div":                             # a + b/c and (a + b)/c
                yield op("div", add(*rest, negated(a.args[0]) if sign else a.args[0]), a.args[1])
                if not sign:
                    yield op("div", a.args[0], add(a.args[1], *rest))
            if a.head == "mul":                             # a b + c and a (b + c)
                for j, x in enumerate(a.args):
                    inner = mul(*_others(a, j), add(x, *(map(negated, rest) if sign else rest)))
                    yield negated(inner) if sign else inner
            if a.head == "sum":                             # sum a + b and sum (a + b)
                for r in rest:
                    others = [x for x in rest if x is not r]
                    body = add(a.args[2], shift(negated(r) if sign else r, 1))
                    inner = make("sum", [*a.args[:2], body])
                    yield add(negated(inner) if sign else inner, *others)
            if sign and a.head == "add":
                yield add(*rest, *map(negated, a.args))
                yield add(*rest, negated(a.args[0]), *a.args[1:])
        if len(t.args) > 2:                                 # a - b + c and a - (b + c)
            for k, a in enumerate(t.args[:-1]):
                if a.head == "neg":
                    yield add(*t.args[:k], *(x if j == 0 else negated(x) for j, x in enumerate(t.args[k:])))
    if t.head == "sum" and t.args[2].head == "add":
        for k, a in enumerate(t.args[2].args):
            if not a.bound:
                yield add(make("sum", [*t.args[:2], without(t.args[2], k)]), a)
    if t.head == "neg" and t.args[0].head == "add":
        yield add(negated(t.args[0].args[0]), *t.args[0].args[1:])


def _of_functions(t: Term) -> Iterator[Term]:
    """sqrt(a) + b and sqrt(a + b), and the like."""
    heads = ("sqrt", "exp", "log", "floor", "ceil", "abs")
    unary = t.head in heads or (t.head == "f" and len(t.args) == 1)
    if unary and t.args[0].head in ("add", "mul"):
        inner = t.args[0]
        for k, a in enumerate(inner.args):
            if literal(a) is not None:
                continue
            join = add if inner.head == "add" else mul
            yield join(make(t.head, [a], t.data), *_others(inner, k))
    if unary and t.args[0].head == "div":
        a, b = t.args[0].args
        yield op("div", make(t.head, [a], t.data), b)
        yield op("div", a, make(t.head, [b], t.data))
    if t.head in ("add", "mul"):
        join = add if t.head == "add" else mul
        for k, a in enumerate(t.args):
            if a.head in heads or (a.head == "f" and len(a.args) == 1):
                rest = _others(t, k)
                if any(literal(r) is not None for r in rest) and a.head == "f":
                    continue
                yield make(a.head, [join(a.args[0], *rest)], a.data)
                if len(rest) > 1:
                    for j, r in enumerate(rest):
                        yield join(make(a.head, [join(a.args[0], r)], a.data), *rest[:j], *rest[j + 1:])
    if t.head == "div":
        a, b = t.args
        if a.head in heads:
            yield make(a.head, [op("div", a.args[0], b)], a.data)
        if b.head in heads:
            yield make(b.head, [op("div", a, b.args[0])], b.data)


def _others(t: Term, k: int) -> list[Term]:
    return [*t.args[:k], *t.args[k + 1:]]


def _minus(t: Term, wrap: Callable[[Term], Term]) -> Term:
    """``wrap`` below a sign."""
    return op("neg", wrap(t.args[0])) if t.head == "neg" else wrap(t)
