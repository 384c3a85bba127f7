"""A second reading of the data, in floating point.

Nothing of the package is used: this module reads the declarations and lines of a problem, draws small
instances that satisfy the declarations, and says at how many of them each line holds. It keeps the labels of the data honest;
it is no judge: it decides nothing, reads only what the data needs, and raises ``Unread`` for the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from second_tokens import CLOSE, RELATIONS, Undefined, Unread, group, split
from second_values import (
    Code,
    Env,
    Identity,
    Value,
    chance,
    derivative,
    entry,
    holds,
    lookup,
    matches,
    mean,
    over,
    plus,
    power,
    quadrature,
    times,
)

FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "\\exp": np.exp, "\\log": np.log, "\\sin": np.sin, "\\cos": np.cos, "\\tanh": np.tanh, "\\tan": np.tan, "\\cosh": np.cosh,
    "\\sinh": np.sinh, "@ReLU": lambda x: np.maximum(x, 0), "@sign": np.sign, "@sigmoid": lambda x: 1 / (1 + np.exp(-x)), "\\Gamma": lambda x: math.gamma(x),
    "\\arctan": np.arctan}


class Reader:
    """Reads expressions, given the declared names (as tuples of tokens) and which of them are functions."""

    def __init__(self, names: set[tuple[str, ...]], functions: set[str]):
        self.names = sorted(names, key=len, reverse=True)
        self.functions = functions

    def expr(self, toks: list[str]) -> Code:
        toks = [x for x in toks if x not in {"&", "\\\\", "\\quad", "\\qquad"}]
        if not toks:
            raise Unread("empty expression")
        code, at = self.total(toks, 0)
        if at != len(toks):
            raise Unread(f"left over: {' '.join(toks[at:])}")
        return code

    def total(self, toks: list[str], at: int) -> tuple[Code, int]:
        terms: list[tuple[int, Code]] = []
        sign = 1
        if toks[at] in "+-−":
            sign = 1 if toks[at] == "+" else -1
            at += 1
        code, at = self.product(toks, at)
        terms.append((sign, code))
        while at < len(toks) and toks[at] in {"+", "-", "−"}:
            sign = 1 if toks[at] == "+" else -1
            if toks[at + 1:at + 2] == ["\\ldots"]:
                return self.dots(terms, sign, toks, at + 2)
            code, at = self.product(toks, at + 1)
            terms.append((sign, code))

        def value(env: Env) -> Value:
            out: Value = 0
            for n, (s, c) in enumerate(terms):
                v = c(env)
                out = (v if s > 0 else -v) if n == 0 else plus(out, v if s > 0 else -v)
            return out
        return (terms[0][1] if len(terms) == 1 and terms[0][0] == 1 else value), at

    def dots(self, terms: list[tuple[int, Code]], sign: int, toks: list[str], at: int) -> tuple[Code, int]:
        """``a + b + \\dots + z`` where the terms are geometric: ratio b / a, as many terms as reach z."""
        if toks[at:at + 1] not in (["+"], ["-"]):
            raise Unread("dots")
        last, at = self.product(toks, at + 1)

        def value(env: Env) -> Value:
            first, second, end = (terms[0][1](env), terms[1][1](env), last(env))
            ratio = second / first
            count = round(math.log(end / first) / math.log(ratio))
            if not math.isclose(first * ratio ** count, end, rel_tol=1e-9) or count < 0:
                return math.nan
            return sum(first * ratio ** k for k in range(count + 1))
        return value, at

    def product(self, toks: list[str], at: int) -> tuple[Code, int]:
        code, at = self.factor(toks, at)
        while at < len(toks):
            tok = toks[at]
            if tok in {"\\cdot", "\\times"} or (False):
                right, at = self.factor(toks, at + 1)
                code = self.two(times, code, right)
            elif tok == "\\odot":
                right, at = self.factor(toks, at + 1)
                code = self.two(lambda a, b: a * b, code, right)
            elif tok == "/":
                right, at = self.factor(toks, at + 1)
                code = self.two(over, code, right)
            elif tok in {"+", "-", "−", ",", ")", "]", "}", "\\}", "\\rfloor", "\\rceil", ";", "\\rangle"} | RELATIONS:
                break
            else:
                right, at = self.factor(toks, at)
                code = self.two(times, code, right)
        return code, at

    @staticmethod
    def two(op: Callable[[Value, Value], Value], a: Code, b: Code) -> Code:
        return lambda env: op(a(env), b(env))

    def name_at(self, toks: list[str], at: int) -> tuple[str, ...] | None:
        for name in self.names:
            if tuple(toks[at:at + len(name)]) == name:
                return name
        return None

    def argument(self, toks: list[str], at: int) -> tuple[list[str], int]:
        """One argument of a command: a group or a token."""
        if toks[at] == "{":
            end = group(toks, at)
            return toks[at + 1:end - 1], end
        return [toks[at]], at + 1

    def factor(self, toks: list[str], at: int) -> tuple[Code, int]:
        code, at = self.atom(toks, at)
        while at < len(toks):
            if toks[at] == "^":
                if toks[at + 1] in {"\\top", "T", "@T", "\\intercal"} and ("T",) not in self.names:
                    inner = code
                    code = (lambda c: lambda env: (lambda v: v.T if isinstance(v, np.ndarray) else v)(c(env)))(inner)
                    at += 2
                    continue
                arg, at = self.argument(toks, at + 1)
                if arg and arg[0] == "-" and arg[1:] in (["\\top"], ["T"]):
                    code = (lambda c: lambda env: np.linalg.inv(c(env)).T)(code)
                    continue
                code = self.two(power, code, self.expr(arg))
            elif toks[at] == "!":
                code = (lambda c: lambda env: math.factorial(int(c(env))))(code)
                at += 1
            elif toks[at] == "_" and toks[at + 1] == "+":
                code = (lambda c: lambda env: max(c(env), 0.0))(code)
                at += 2
            elif toks[at] == "_":
                arg, at = self.argument(toks, at + 1)
                codes = self.indices(arg)
                code = (lambda c, cs: lambda env: entry(c(env), [round(x(env)) for x in cs]))(code, codes)
            else:
                break
        return code, at

    def indices(self, toks: list[str]) -> list[Code]:
        pieces = [p for _, p in split(toks, {","})]
        if len(pieces) == 1 and len(pieces[0]) > 1 and all(len(x) == 1 and x.isalnum() for x in pieces[0]):
            pieces = [[x] for x in pieces[0]]
        return [self.expr(p) for p in pieces]

    def atom(self, toks: list[str], at: int) -> tuple[Code, int]:
        if at >= len(toks):
            raise Unread("something missing at the end")
        tok = toks[at]
        name = self.name_at(toks, at)
        if name is not None:
            return self.named(name, toks, at + len(name))
        if tok[0].isdigit():
            return (lambda v: lambda env: v)(float(tok) if "." in tok else int(tok)), at + 1
        if tok in {"(", "[", "{"}:
            end = group(toks, at)
            return self.expr(toks[at + 1:end - 1]), end
        if tok == "\\{":
            end = group(toks, at)
            return self.expr(toks[at + 1:end - 1]), end
        if tok in {"\\lfloor", "\\lceil"}:
            end = group(toks, at)
            inner = self.expr(toks[at + 1:end - 1])
            up = tok == "\\lceil"
            return (lambda env: (lambda v: math.ceil(v - 1e-9) if up else math.floor(v + 1e-9))(inner(env))), end
        if tok == "\\langle":
            end = group(toks, at)
            a, b = (self.expr(p) for _, p in split(toks[at + 1:end - 1], {","}))
            return (lambda env: float(np.sum(a(env) * b(env)))), end
        if tok == "\\openmatrix":
            end = group(toks, at)
            rows = [[self.expr(c) for _, c in split(r, {"&"})] for _, r in split(toks[at + 1:end - 1], {"\\\\"})]
            return (lambda env: np.array([[c(env) for c in r] for r in rows], float)), end
        if tok in {"|", "\\|"}:
            end = at + 1
            while toks[end] != tok:
                end = group(toks, end) if toks[end] in CLOSE else end + 1
            inner = self.expr(toks[at + 1:end])
            is_norm = tok == "\\|"

            def size(env: Env) -> Value:
                v = inner(env)
                if isinstance(v, np.ndarray):
                    return float(np.linalg.norm(v)) if is_norm or v.shape[1] == 1 else float(np.linalg.det(v))
                return abs(v)
            end += 1
            if toks[end:end + 2] == ["_", "F"] or toks[end:end + 2] == ["_", "2"]:
                end += 2
            return size, end
        if tok == "\\frac":
            return self.fraction(toks, at)
        if tok == "\\binom":
            a, at = self.argument(toks, at + 1)
            b, at = self.argument(toks, at)
            x, y = self.expr(a), self.expr(b)
            return (lambda env: math.comb(round(x(env)), round(y(env)))), at
        if tok == "\\sqrt":
            arg, at = self.argument(toks, at + 1)
            inner = self.expr(arg)
            return (lambda env: power(inner(env), 0.5)), at
        if tok in {"\\sum", "\\prod"}:
            return self.big(toks, at)
        if tok == "\\int":
            return self.integral(toks, at)
        if tok == "\\lim":
            return self.limit(toks, at)
        if tok in {"\\max", "\\min"}:
            return self.extreme(toks, at)
        if tok == "\\nabla":
            return self.gradient(toks, at)
        if tok == "\\underbrace":
            arg, at = self.argument(toks, at + 1)
            if toks[at:at + 1] == ["_"]:
                _, at = self.argument(toks, at + 1)
            return self.expr(arg), at
        if tok == "\\indicator":
            end = group(toks, at + 1)
            test = self.relation(toks[at + 2:end - 1])
            return (lambda env: 1.0 if test(env) else 0.0), end
        if tok in {"@E", "@Var", "@Cov"} or (tok == "E" and toks[at + 1:at + 2] in (["["], ["_"])):
            return self.expectation(tok, toks, at)
        if tok in {"p", "P"} and toks[at + 1:at + 2] == ["("]:
            end = group(toks, at + 1)
            pieces = split(toks[at + 2:end - 1], {"|"})
            test = self.relation(pieces[0][1])
            given = self.relation(pieces[1][1]) if len(pieces) > 1 else None
            return (lambda env: chance(env, test, given)), end
        if tok in FUNCTIONS or tok in {"@tr", "@det", "@diag", "@softmax"}:
            return self.apply_builtin(tok, toks, at)
        if tok == "\\delta" and toks[at + 1:at + 2] == ["_"]:
            arg, at = self.argument(toks, at + 2)
            a, b = self.indices(arg)
            return (lambda env: 1.0 if a(env) == b(env) else 0.0), at
        if tok == "\\pi":
            return (lambda env: math.pi), at + 1
        if tok == "e":
            return (lambda env: math.e), at + 1
        if tok == "\\infty":
            return (lambda env: math.inf), at + 1
        if tok == "I" or toks[at:at + 2] == ["\\mathbf", "I"]:
            at += 1 if tok == "I" else 2
            if toks[at:at + 1] == ["_"]:
                _, at = self.argument(toks, at + 1)
            return (lambda env: Identity()), at
        raise Unread(f"unknown {tok}")

    def named(self, name: tuple[str, ...], toks: list[str], at: int) -> tuple[Code, int]:
        key = " ".join(name)
        if key in self.functions:
            order = 0
            while toks[at:at + 1] == ["'"]:
                order, at = order + 1, at + 1
            if toks[at:at + 2] == ["^", "\\prime"]:
                order, at = 1, at + 2
            if toks[at:at + 1] != ["("]:
                raise Unread(f"function {key} without argument")
            end = group(toks, at)
            inner = self.expr(toks[at + 1:end - 1])
            return (lambda env: env[key](inner(env), order)), end
        index: list[Code] = []
        while at < len(toks):
            if toks[at] == "_" and toks[at + 1] != "+":
                arg, at = self.argument(toks, at + 1)
                index += self.indices(arg)
            elif toks[at] == "^" and toks[at + 1] == "{" and toks[at + 2] in {"(", "["} and group(toks, at + 2) == group(toks, at + 1) - 1:
                end = group(toks, at + 1)
                index += self.indices(toks[at + 3:end - 2])
                at = end
            elif toks[at] == "[":
                end = group(toks, at)
                index += self.indices(toks[at + 1:end - 1])
                at = end
            else:
                break

        def value(env: Env) -> Value:
            return lookup(env, key, tuple(round(float(c(env))) for c in index))
        return value, at

    def fraction(self, toks: list[str], at: int) -> tuple[Code, int]:
        top, after = self.argument(toks, at + 1)
        bottom, after = self.argument(toks, after)
        if top and bottom and top[0] in {"\\partial", "d"} and bottom[0] == top[0] and len(bottom) > 1 and (top[0] != "d" or ("d",) not in self.names):
            order, rest = 1, top[1:]
            if rest[:2] == ["^", "2"]:
                order, rest = 2, rest[2:]
            wrt = bottom[1:]
            if order == 2:
                pieces = [p for _, p in split(wrt, {top[0]})]
                if len(pieces) == 1:
                    targets = [self.target(wrt[:-2])] * 2
                else:
                    targets = [self.target(p) for p in pieces]
            else:
                targets = [self.target(wrt)]
            if rest:
                body = self.expr(rest)
            else:
                body, after = self.product(toks, after)
            for target in targets:
                body = (lambda b, t: lambda env: derivative(b, env, t))(body, target)
            return body, after
        return self.two(over, self.expr(top), self.expr(bottom)), after

    def target(self, toks: list[str]) -> tuple[str, list[Code], int]:
        """What a derivative is taken by: a name, its indices, and a power (2 for sigma squared)."""
        name = self.name_at(toks, 0)
        if name is None:
            raise Unread(f"derivative by {' '.join(toks)}")
        rest, index, degree = toks[len(name):], [], 1
        if rest[:1] == ["_"]:
            arg, end = self.argument(rest, 1)
            index, rest = self.indices(arg), rest[end:]
        if rest[:1] == ["^"] and rest[1:2] == ["{"] and rest[2] == "(":
            arg, end = self.argument(rest, 1)
            index, rest = self.indices(arg[1:-1]), rest[end:]
        if rest == ["^", "2"]:
            degree, rest = 2, []
        if rest:
            raise Unread(f"derivative by {' '.join(toks)}")
        return " ".join(name), index, degree

    def gradient(self, toks: list[str], at: int) -> tuple[Code, int]:
        if toks[at + 1] != "_":
            raise Unread("nabla without an index")
        arg, at = self.argument(toks, at + 2)
        target = self.target(arg)
        body, at = self.product(toks, at)
        return (lambda env: derivative(body, env, target)), at

    def body(self, toks: list[str], at: int, bound: list[str]) -> tuple[Code, int]:
        """What a big operator covers: the product, and further terms while the bound index occurs in them."""
        start, (_, end) = at, self.product(toks, at)
        while end < len(toks) and toks[end] in {"+", "-"}:
            _, further = self.product(toks, end + 1)
            if not self.free(toks[end:further], bound[0]):
                break
            end = further
        return self.expr(toks[start:end]), end

    def free(self, toks: list[str], name: str) -> bool:
        """Whether a name occurs, other than below a big operator that binds it."""
        at = 0
        while at < len(toks):
            if toks[at] in {"\\sum", "\\prod"} and toks[at + 1:at + 4] == ["_", "{", name]:
                _, at = self.product(toks, at)
                continue
            if toks[at] == name:
                return True
            at += 1
        return False

    def big(self, toks: list[str], at: int) -> tuple[Code, int]:
        adds = toks[at] == "\\sum"
        at += 1
        low: list[str] = []
        high: list[str] = []
        while at < len(toks) and toks[at] in {"_", "^"}:
            which = toks[at]
            arg, at = self.argument(toks, at + 1)
            low, high = (arg, high) if which == "_" else (low, arg)
        if "=" not in low:
            raise Unread("sum without a range")
        parts = split(low, {"="})
        first = parts[0][1]
        bound = first[0]
        pieces = split(parts[1][1], {","})
        lo = self.expr(pieces[0][1])
        skip = None
        if len(pieces) > 1:
            skip = self.with_bound(bound, lambda: self.relation(pieces[1][1]))
        hi = self.expr(high)
        inner, at = self.with_bound(bound, lambda: self.body(toks, at, [bound]))

        def value(env: Env) -> Value:
            top = hi(env)
            if top == math.inf:
                top = 4000
            total: Value = None
            for k in range(round(lo(env)), round(top) + 1):
                new = {**env, bound: k}
                if skip is not None and not skip(new):
                    continue
                v = inner(new)
                total = v if total is None else (plus(total, v) if adds else times(total, v))
            return (0 if adds else 1) if total is None else total
        return value, at

    def with_bound(self, bound: str, work: Callable[[], Any]) -> Any:
        old = self.names
        self.names = sorted({*old, (bound,)}, key=len, reverse=True)
        try:
            return work()
        finally:
            self.names = old

    def integral(self, toks: list[str], at: int) -> tuple[Code, int]:
        low: list[str] = []
        high: list[str] = []
        at += 1
        while toks[at] in {"_", "^"}:
            which = toks[at]
            arg, at = self.argument(toks, at + 1)
            low, high = (arg, high) if which == "_" else (low, arg)
        end, depth = at, 0
        while not (depth == 0 and toks[end] == "d" and end + 1 < len(toks) and len(toks[end + 1]) >= 1 and toks[end + 1][-1].isalpha()):
            depth += (toks[end] in CLOSE) - (toks[end] in CLOSE.values())
            end += 1
            if end >= len(toks):
                raise Unread("integral without d")
        bound = toks[end + 1]
        inner = self.with_bound(bound, lambda: self.expr(toks[at:end]) if end > at else lambda env: 1.0)
        lo, hi = self.expr(low), self.expr(high)
        return (lambda env: quadrature(lambda x: inner({**env, bound: x}), lo(env), hi(env))), end + 2

    def limit(self, toks: list[str], at: int) -> tuple[Code, int]:
        arg, at = self.argument(toks, at + 2)
        bound = arg[0]
        goal = arg[2:]
        side = 0
        if goal[-2:-1] == ["^"] and goal[-1] in "+-":
            side, goal = (1 if goal[-1] == "+" else -1), goal[:-2]
        where = self.expr(goal)
        inner, at = self.with_bound(bound, lambda: self.product(toks, at))

        def value(env: Env) -> Value:
            w = where(env)
            if w == math.inf:
                return inner({**env, bound: 200000})
            if w == -math.inf:
                return inner({**env, bound: -200000})
            h = 1e-5
            if side:
                return inner({**env, bound: w + side * h})
            return (inner({**env, bound: w + h}) + inner({**env, bound: w - h})) / 2
        return value, at

    def extreme(self, toks: list[str], at: int) -> tuple[Code, int]:
        pick = max if toks[at] == "\\max" else min
        at += 1
        if toks[at] == "_":
            raise Unread("maximum over an index")
        end = group(toks, at)
        inner = [self.expr(p) for _, p in split(toks[at + 1:end - 1], {","})]
        return (lambda env: pick(c(env) for c in inner)), end

    def expectation(self, tok: str, toks: list[str], at: int) -> tuple[Code, int]:
        kind = tok.removeprefix("@")
        at += 1
        if toks[at] == "_":
            _, at = self.argument(toks, at + 1)
        squared = 0
        if toks[at] == "^":
            _arg, at = self.argument(toks, at + 1)
            squared = 2
        if toks[at] in {"[", "(", "\\{"}:
            end = group(toks, at)
            inside = toks[at + 1:end - 1]
        else:
            _, end = self.factor(toks, at)
            inside = toks[at:end]
        pieces = split(inside, {"|"})
        given: Callable[[Env], Any] | None = None
        if len(pieces) > 1:
            cond = pieces[1][1]
            if any(x in RELATIONS for x in cond):
                given = self.relation(cond)
            else:
                codes = [self.expr(c) for _, c in split(cond, {","})]
                given = (lambda cs: lambda env: matches(cs, env))(codes)
        codes = [self.expr(p) for _, p in split(pieces[0][1], {","})]

        def value(env: Env) -> Value:
            if kind == "E":
                return mean(env, codes[0], given)
            a = codes[0]
            b = codes[1] if kind == "Cov" else a
            return mean(env, lambda e: a(e) * b(e), given) - mean(env, a, given) * mean(env, b, given)
        return (self.two(power, value, lambda env: squared) if squared else value), end

    def apply_builtin(self, tok: str, toks: list[str], at: int) -> tuple[Code, int]:
        at += 1
        exponent: Code | None = None
        if toks[at] == "^":
            arg, at = self.argument(toks, at + 1)
            exponent = self.expr(arg)
        if toks[at] in {"(", "[", "\\{", "{"}:
            end = group(toks, at)
            inner = self.expr(toks[at + 1:end - 1])
        else:
            end = at
            stop = {"+", "-", ",", ")", "]", "}", "|", "\\|", "\\}", "\\cdot", "\\times", "\\sum", "(", "\\rfloor", "/", "\\odot"} | RELATIONS | set(FUNCTIONS)
            inner, end = self.factor(toks, end)
            while end < len(toks) and toks[end] not in stop:
                more, end = self.factor(toks, end)
                inner = self.two(times, inner, more)
        if tok == "@tr":
            def code(env):
                return float(np.trace(np.atleast_2d(inner(env))))
        elif tok == "@det":
            def code(env):
                return float(np.linalg.det(np.atleast_2d(inner(env))))
        elif tok == "@diag":
            def code(env):
                return np.diag(inner(env).reshape(-1))
        elif tok == "@softmax":
            def code(env):
                return (lambda v: np.exp(v) / np.exp(v).sum(axis=0 if v.shape[1] == 1 else 1, keepdims=True))(inner(env))
        else:
            fn = FUNCTIONS[tok]

            def code(env: Env) -> Value:
                v = inner(env)
                if tok == "\\log" and not isinstance(v, np.ndarray) and v <= 0:
                    raise Undefined("logarithm of no positive number")
                return fn(v)
        if exponent is not None:
            code = self.two(power, code, exponent)
        return code, end

    # ---- statements

    def relation(self, toks: list[str]) -> Callable[[Env], bool]:
        links = split(toks, RELATIONS)
        codes = [self.expr(p) for _, p in links]
        marks = [m for m, _ in links][1:]
        shown = [p for _, p in links]

        def test(env: Env) -> bool:
            values = [c(env) for c in codes]
            return all(holds(m, a, b, shown[k + 1]) for k, (m, a, b) in enumerate(zip(marks, values, values[1:], strict=False)))
        return test
