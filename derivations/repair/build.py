"""Terms written the way a hand writes them."""

from __future__ import annotations

from fractions import Fraction

from derivations.kernel.term import Term, add, mul, num, op


def literal(t: Term) -> Fraction | None:
    """The value of a written number: 3, -3, 3/4."""
    if t.head == "num":
        assert isinstance(t.data, Fraction)
        return t.data
    if t.head == "neg":
        inner = literal(t.args[0])
        return None if inner is None else -inner
    if t.head == "div":
        a, b = (literal(x) for x in t.args)
        return None if a is None or not b else a / b
    return None


def number(value: Fraction) -> Term:
    """A number as it is written: the sign in front, a quotient of whole numbers."""
    if value < 0:
        return op("neg", number(-value))
    return num(value) if value.denominator == 1 else op("div", num(value.numerator), num(value.denominator))


def negated(t: Term) -> Term:
    """-t, without two signs in a row."""
    if t.head == "neg":
        return t.args[0]
    value = literal(t)
    return op("neg", t) if value is None else number(-value)


def scaled(t: Term, by: Fraction) -> Term:
    """``by * t``: a whole number in front, a divisor below."""
    if by < 0:
        return negated(scaled(t, -by))
    if t.head == "neg":
        return negated(scaled(t.args[0], by))
    value = literal(t)
    if value is not None:
        return number(value * by)
    if by == 1:
        return t
    if by.numerator == 1:
        return op("div", t, num(by.denominator))
    return mul(number(by), *(t.args if t.head == "mul" else (t,)))


def times(t: Term, factor: Term) -> Term:
    """``factor * t``, flat, numbers in front."""
    if t.head == "neg":
        return negated(times(t.args[0], factor))
    value = literal(factor)
    if value is not None:
        return scaled(t, value)
    if literal(t) == 1:
        return factor
    if t.head == "div":
        return op("div", times(t.args[0], factor), t.args[1])
    parts = t.args if t.head == "mul" else (t,)
    first = next((k for k, a in enumerate(parts) if literal(a) is None), len(parts))
    return mul(*parts[:first], *(factor.args if factor.head == "mul" else (factor,)), *parts[first:])


def plus(t: Term, *more: Term) -> Term:
    """``t + more``, flat."""
    return add(*(t.args if t.head == "add" else (t,)), *more)


def shifted(t: Term, by: int) -> Term:
    """``t + by``, joined with a number that stands there already."""
    value = literal(t)
    if value is not None:
        return number(value + by)
    parts = list(t.args) if t.head == "add" else [t]
    for k, p in enumerate(parts):
        value = literal(p)
        if value is not None:
            parts[k:k + 1] = [number(value + by)] if value + by else []
            return add(*parts)
    return add(*parts, number(Fraction(by)))


def without(t: Term, k: int) -> Term:
    """A sum or a product without its argument ``k``."""
    return (add if t.head == "add" else mul)(*t.args[:k], *t.args[k + 1:])


def coefficient(t: Term) -> bool:
    """Whether a number stands as a factor of the term."""
    if literal(t) is not None:
        return True
    if t.head in ("neg", "div"):
        return any(coefficient(a) for a in t.args)
    return t.head == "mul" and any(coefficient(a) for a in t.args)


def shape(t: Term) -> object:
    """The tree up to the order of terms and factors."""
    parts: list[object] = [shape(a) for a in t.args]
    if t.head in ("add", "mul"):
        parts.sort(key=repr)
    return (t.head, str(t.data), *parts)
