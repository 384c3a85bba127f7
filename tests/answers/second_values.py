"""Values for the second reading of the data.

Numbers, arrays, families, expectations over finite laws, derivatives by differences, integrals by quadrature.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from second_tokens import Undefined, Unread

Value = Any
Env = dict[str, Any]
Code = Callable[[Env], Value]


def tidy(value: Value) -> Value:
    if isinstance(value, np.ndarray) and value.size == 1:
        return float(value.reshape(-1)[0])
    return value


def times(a: Value, b: Value) -> Value:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        if a.shape[1] != b.shape[0]:
            raise Unread(f"product of {a.shape} and {b.shape}")
        return tidy(a @ b)
    return a * b


def plus(a: Value, b: Value) -> Value:
    if isinstance(a, Identity) or isinstance(b, Identity):
        return a + b
    a, b = tidy(a), tidy(b)
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and a.shape != b.shape:
        raise Unread(f"sum of {a.shape} and {b.shape}")
    if isinstance(a, np.ndarray) != isinstance(b, np.ndarray) and not (np.isscalar(a) and a == 0):
        raise Unread("sum of a matrix and a number")
    return a + b


def over(a: Value, b: Value) -> Value:
    if isinstance(b, np.ndarray):
        raise Unread("division by a matrix")
    if b == 0:
        raise Undefined("division by zero")
    return a / b


def power(a: Value, b: Value) -> Value:
    if isinstance(a, np.ndarray):
        if b == -1:
            return np.linalg.inv(a)
        if float(b).is_integer():
            return np.linalg.matrix_power(a, int(b))
        raise Unread("power of a matrix")
    if a == 0 and b < 0:
        raise Undefined("zero to a negative power")
    if a < 0 and not float(b).is_integer():
        raise Undefined("root of a negative number")
    if a == 0 and b == 0:
        return 1.0
    return a ** (int(b) if float(b).is_integer() and abs(b) < 400 else b)


class Family:
    """Values by index, given, computed or drawn."""

    def __init__(self, rule: Callable[..., Value]):
        self.rule, self.known = rule, {}

    def __call__(self, *index: int) -> Value:
        if index not in self.known:
            self.known[index] = self.rule(*index)
        return self.known[index]

    def moved(self, index: tuple[int, ...], by: float) -> Family:
        new = Family(self.rule)
        new.known = dict(self.known)
        new.known[index] = self(*index) + by
        return new


class Random(Family):
    """A family whose members are arrays over the outcomes."""


class Lazy:
    """A definition, computed anew in every environment."""

    def __init__(self, params: tuple[str, ...], code: Code):
        self.params, self.code = params, code


class Identity:
    """A multiple of the unit matrix of whatever size is needed."""

    __array_ufunc__ = None

    def __init__(self, by: float = 1.0):
        self.by = by

    def full(self, other: Value) -> Value:
        return self.by * np.eye(len(other)) if isinstance(other, np.ndarray) else self.by

    def __add__(self, other: Value) -> Value:
        return Identity(self.by + other.by) if isinstance(other, Identity) else other + self.full(other)

    __radd__ = __add__

    def __neg__(self) -> Identity:
        return Identity(-self.by)

    def __sub__(self, other: Value) -> Value:
        return self + (-other)

    def __rsub__(self, other: Value) -> Value:
        return -self + other

    def __mul__(self, other: Value) -> Value:
        return self.by * other if isinstance(other, np.ndarray) else Identity(self.by * other)

    def __rmul__(self, other: Value) -> Value:
        return self * other


def entry(value: Value, index: list[int]) -> Value:
    if not isinstance(value, np.ndarray):
        raise Unread("index of a number")
    if min(index) < 1 or index[0] > value.shape[0] or (len(index) > 1 and index[1] > value.shape[1]):
        raise Undefined("index out of range")
    return float(value[index[0] - 1, index[1] - 1 if len(index) > 1 else 0])


def lookup(env: Env, key: str, index: tuple[int, ...]) -> Value:
    value = env[key]
    if isinstance(value, Lazy):
        if len(value.params) > len(index):
            raise Unread(f"{key} needs an index")
        inner = {**env, **dict(zip(value.params, index, strict=False))}
        out = value.code(inner)
        rest = list(index[len(value.params):])
        return entry(out, rest) if rest else out
    if isinstance(value, Random):
        return float(value(*index)[env["#"]])
    if isinstance(value, Family):
        out = value(*index[:value.arity]) if hasattr(value, "arity") else value(*index)
        rest = list(index[value.arity:]) if hasattr(value, "arity") else []
        return entry(out, rest) if rest else out
    if index:
        return entry(value, list(index))
    return value


def matches(codes: list[Code], env: Env) -> list[float]:
    return [c(env) for c in codes]


def outcomes(env: Env) -> Iterator[Env]:
    for k in range(len(env["#p"])):
        yield {**env, "#": k}


def mean(env: Env, code: Code, given: Callable[[Env], Any] | None) -> Value:
    here = given(env) if given is not None else None
    total: Value = 0.0
    weight = 0.0
    for k, inner in enumerate(outcomes(env)):
        if given is not None:
            there = given(inner)
            if isinstance(there, bool):
                if not there:
                    continue
            elif not np.allclose(there, here):
                continue
        p = env["#p"][k]
        total = total + p * code(inner)
        weight += p
    if weight == 0:
        raise Undefined("condition of probability zero")
    return total / weight


def chance(env: Env, test: Callable[[Env], bool], given: Callable[[Env], bool] | None) -> float:
    return float(mean(env, lambda e: 1.0 if test(e) else 0.0, given))


def derivative(body: Code, env: Env, target: tuple[str, list[Code], int]) -> Value:
    """The derivative by central differences of fourth order."""
    key, index, degree = target
    value = env[key]
    h = 2e-3

    def moved(by: float, at: tuple[int, ...] | None) -> Value:
        if isinstance(value, Random):
            raise Unread("derivative by a random quantity")
        if isinstance(value, Family):
            assert at is not None
            return value.moved(at, by)
        if isinstance(value, np.ndarray):
            new = value.copy()
            assert at is not None
            new[at[0] - 1, at[1] - 1 if len(at) > 1 else 0] += by
            return new
        return value + by

    def by(at: tuple[int, ...] | None) -> Value:
        f = [body({**env, key: moved(k * h, at)}) for k in (-2, -1, 1, 2)]
        return (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * h)
    if isinstance(value, Lazy):
        raise Unread("derivative by a defined quantity")
    if isinstance(value, np.ndarray) and not index:
        cells = [[by((r + 1, c + 1)) for c in range(value.shape[1])] for r in range(value.shape[0])]
        if isinstance(cells[0][0], np.ndarray):                     # a Jacobian of a vector by a vector
            return np.hstack([c for row in cells for c in row])
        return np.array(cells, float)
    slope = by(tuple(int(c(env)) for c in index) if index else None)
    return slope / (2 * value) if degree == 2 else slope


NODES, WEIGHTS = np.polynomial.legendre.leggauss(60)


def quadrature(f: Callable[[float], float], lo: float, hi: float) -> float:
    if lo == -math.inf and hi == math.inf:
        return quadrature(lambda u: f(u / (1 - u * u)) * (1 + u * u) / (1 - u * u) ** 2, -1, 1)
    if hi == math.inf:
        return quadrature(lambda u: f(lo + u / (1 - u)) / (1 - u) ** 2, 0, 1)
    if lo == -math.inf:
        return quadrature(lambda u: f(hi - u / (1 - u)) / (1 - u) ** 2, 0, 1)
    total = 0.0
    for a, b in itertools.pairwise(np.linspace(lo, hi, 13)):
        for x, w in zip(NODES, WEIGHTS, strict=True):
            total += w * f((a + b) / 2 + x * (b - a) / 2) * (b - a) / 2
    return float(total)


def holds(mark: str, a: Value, b: Value, shown: list[str]) -> bool:
    if isinstance(a, Identity):
        a = a.full(b)
    if isinstance(b, Identity):
        b = b.full(a)
    a, b = tidy(a), tidy(b)
    if isinstance(a, np.ndarray) != isinstance(b, np.ndarray):
        zero = b if isinstance(a, np.ndarray) else a
        if not (np.isscalar(zero) and zero == 0):
            raise Unread("a matrix compared with a number")
    elif isinstance(a, np.ndarray) and a.shape != b.shape:
        raise Unread(f"{a.shape} compared with {b.shape}")
    scale = float(1 + np.max(np.abs(a)) + np.max(np.abs(b)))
    if not math.isfinite(scale):
        raise Undefined("not finite")
    if mark == "\\approx":
        text = "".join(shown)
        decimals = len(text.split(".")[1]) if re.fullmatch(r"\d+\.\d+", text) else 0
        return abs(a - b) <= 0.5 * 10.0 ** -decimals * 1.0001
    far = float(np.max(np.abs(a - b))) / scale
    if mark == "=":
        return far < 3e-5
    if mark == "\\ne":
        return far > 1e-6
    slack = 1e-7 * scale
    return {"\\le": a <= b + slack, "\\ge": a >= b - slack, "<": a < b, ">": a > b}[mark]
