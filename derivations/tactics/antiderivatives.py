"""Guesses of antiderivatives.

Term by term, from a table of powers, exponentials, logarithms and waves with their tables by parts, else
as the inside of a chain rule.  A guess is worth what differentiating it shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from derivations.kernel.normal import normalizer, to_term
from derivations.kernel.term import Term, TermError, add, mul, num, op, sub, subterms
from derivations.tactics.context import depends
from derivations.tactics.conversion import clean

ONE, ZERO = num(1), num(0)
WIDEST = 12         # terms of a product that is multiplied out
HIGHEST = 6         # powers that are taken down by parts


@dataclass(frozen=True)
class Product:
    """``c x^power e^exponent`` times powers of log x and waves."""

    c: Term = ONE
    power: Fraction = Fraction(0)
    exponent: Term = ZERO
    logs: int = 0
    waves: tuple[Term, ...] = ()


def antiderivative(f: Term, x: Term) -> Term | None:
    """A term whose derivative by x should be f; None if none is found."""
    try:
        parts = _products(f, x)
    except TermError:
        parts = None
    if parts is not None:
        found = [_of_product(p, x) for p in parts]
        if all(found):
            return add(*(g for g in found if g is not None)) if len(found) > 1 else found[0]
    whole = _inside(f, x)
    if whole is not None:
        return whole
    if f.head == "add":
        each = [antiderivative(g, x) for g in f.args]
        return add(*(g for g in each if g is not None)) if all(each) else None
    if f.head == "neg":
        inner = antiderivative(f.args[0], x)
        return None if inner is None else op("neg", inner)
    still = [g for g in f.args if not depends(g, x)] if f.head == "mul" else []
    if still:
        inner = antiderivative(mul(*(g for g in f.args if depends(g, x))), x)
        return None if inner is None else mul(*still, inner)
    if f.head == "div" and not depends(f.args[1], x):
        inner = antiderivative(f.args[0], x)
        return None if inner is None else op("div", inner, f.args[1])
    return None


# -- term by term -------------------------------------------------------------------------------

def _products(f: Term, x: Term) -> list[Product] | None:
    """The terms of f; None if one is of another kind or there are too many."""
    if not depends(f, x):
        return [Product(c=f)]
    if f is x:
        return [Product(power=Fraction(1))]
    a = f.args
    match f.head:
        case "add":
            parts = [_products(g, x) for g in a]
            return [p for part in parts for p in part or ()] if all(part is not None for part in parts) else None
        case "neg":
            inner = _products(a[0], x)
            return None if inner is None else [replace(p, c=op("neg", p.c)) for p in inner]
        case "mul":
            out: list[Product] | None = [Product()]
            for g in a:
                out = _times(out, _products(g, x))
            return out
        case "div":
            below = _products(a[1], x)
            if below is None or len(below) != 1 or below[0].logs or below[0].waves:
                return None
            (b,) = below
            return _times(_products(a[0], x), [Product(op("div", 1, b.c), -b.power, op("neg", b.exponent))])
        case "pow" if isinstance(a[1].data, Fraction):
            if a[0] is x:
                return [Product(power=a[1].data)]
            if a[1].data.denominator != 1 or not 0 < a[1].data <= HIGHEST:
                return None
            inner, out = _products(a[0], x), [Product()]
            for _ in range(int(a[1].data)):
                out = _times(out, inner)
            return out
        case "sqrt" if a[0] is x:
            return [Product(power=Fraction(1, 2))]
        case "exp":
            return [Product(exponent=a[0])]
        case "pow" if not depends(a[0], x):
            return [Product(exponent=a[1] if a[0].head == "e" else mul(a[1], op("log", a[0])))]
        case "log" if a[0] is x:
            return [Product(logs=1)]
        case "sin" | "cos":
            return [Product(waves=(f,))]
    return None


def _times(one: list[Product] | None, two: list[Product] | None) -> list[Product] | None:
    if one is None or two is None or len(one) * len(two) > WIDEST:
        return None
    return [Product(clean(mul(p.c, q.c)), p.power + q.power, clean(add(p.exponent, q.exponent)), p.logs + q.logs,
                    (*p.waves, *q.waves)) for p in one for q in two]


def _of_product(p: Product, x: Term) -> Term | None:
    natural = p.power.denominator == 1 and 0 <= p.power <= HIGHEST
    inner: Term | None = None
    if not depends(p.exponent, x) and not p.waves:
        inner = _with_logarithm(p.power, p.logs, x)
        if p.exponent is not num(0):
            inner = mul(op("exp", p.exponent), inner)
    elif not p.logs and not p.waves and natural:
        inner = _with_exponential(int(p.power), p.exponent, x)
    elif not p.logs and p.waves and natural:
        inner = _with_waves(int(p.power), p.exponent, p.waves, x)
    return None if inner is None else inner if p.c is num(1) else mul(p.c, inner)


def _power(x: Term, n: Fraction | int) -> Term:
    if n < 0:
        return op("div", 1, _power(x, -n))
    return num(1) if n == 0 else x if n == 1 else op("pow", x, num(n))


def _with_logarithm(p: Fraction, k: int, x: Term) -> Term:
    """Of ``x^p (log x)^k``."""
    if p == -1:
        return op("div", _power(op("log", x), k + 1), k + 1) if k else op("log", x)
    n = p + 1
    first = op("div", mul(_power(x, n), _power(op("log", x), k)) if k else _power(x, n), num(n))
    return sub(first, mul(num(k / n), _with_logarithm(p, k - 1, x))) if k else first


def rate(g: Term, x: Term) -> Term | None:
    """c if g is c x and a constant."""
    c = _slope(g, x)
    return None if c is None or depends(c, x) or c is num(0) else c


def _with_exponential(p: int, g: Term, x: Term) -> Term | None:
    """Of ``x^p e^g``."""
    c = rate(g, x)
    e = op("exp", g)
    if c is None:
        return _inside(mul(_power(x, p), e), x)
    first = mul(_power(x, p), e) if p else e
    first = first if c is num(1) else op("div", first, c)
    if not p:
        return first
    rest = _with_exponential(p - 1, g, x)
    return None if rest is None else sub(first, mul(op("div", p, c), rest))


def _with_waves(p: int, g: Term, waves: tuple[Term, ...], x: Term) -> Term | None:
    """Of ``x^p`` times a sine or cosine, of ``e^g`` times one, and of products of two."""
    u = waves[0].args[0]
    c = rate(u, x)
    if c is None or any(w.args[0] is not u for w in waves):
        return None
    sin, cos = op("sin", u), op("cos", u)
    if depends(g, x):
        a = rate(g, x)
        if a is None or p or len(waves) > 1:
            return None
        top = sub(mul(a, sin), mul(c, cos)) if waves[0] is sin else add(mul(a, cos), mul(c, sin))
        return op("div", mul(op("exp", g), top), add(op("pow", a, 2), op("pow", c, 2)))
    if len(waves) == 2 and not p:
        both = op("div", mul(sin, cos), c)
        if waves[0] is not waves[1]:
            return op("div", op("pow", sin, 2), mul(2, c))
        return op("div", sub(x, both) if waves[0] is sin else add(x, both), 2)
    if len(waves) != 1:
        return None
    first = op("neg", cos) if waves[0] is sin else sin
    first = first if c is num(1) else op("div", first, c)
    if not p:
        return first
    rest = _with_waves(p - 1, g, (cos if waves[0] is sin else sin,), x)
    if rest is None:
        return None
    less = mul(op("div", p, c), rest)
    whole = mul(_power(x, p), first)
    return add(whole, less) if waves[0] is sin else sub(whole, less)


# -- the chain rule backwards -------------------------------------------------------------------

def _inside(f: Term, x: Term) -> Term | None:
    """A function whose derivative is f up to a constant factor."""
    for g in dict.fromkeys(_candidates(f, x)):
        d = _slope(g, x)
        if d is None or (not depends(d, x) and depends(f, x)):
            continue
        apart = [op("ne", s, 0) for s in (d, *subterms(d)) if s.sort == "R"]
        c = _constant(op("div", f, d), x, [op("lt", 0, x), *apart])
        if c is not None:
            return g if c is num(1) else mul(c, g)
    return None


def _constant(t: Term, x: Term, facts: list[Term]) -> Term | None:
    try:
        c = to_term(normalizer(frozenset(h for h in facts if not h.bound)).form(t))
    except (TermError, ZeroDivisionError):
        return None
    return None if depends(c, x) else c


def _candidates(f: Term, x: Term) -> Iterator[Term]:
    for s in subterms(f):
        if s.bound or s.sort != "R" or not depends(s, x):
            continue
        a = s.args
        match s.head:
            case "exp":
                yield s
            case "sin":
                yield op("cos", a[0])
                yield op("pow", s, 2)
            case "cos":
                yield op("sin", a[0])
            case "tanh" | "arctan":
                yield s
            case "log":
                yield op("pow", s, 2)
                yield sub(mul(a[0], s), a[0])
            case "sqrt":
                yield s
                yield mul(a[0], s)
            case "div":
                yield op("log", a[1])
                yield op("div", 1, a[1])
                yield op("arctan", x)
                if a[1].head == "pow" and isinstance(a[1].args[1].data, Fraction) and a[1].args[1].data != 1:
                    yield op("pow", a[1].args[0], num(1 - a[1].args[1].data))
            case "pow" if not depends(a[1], x):
                yield op("pow", a[0], clean(add(a[1], 1)))
            case "add":
                yield op("pow", s, 2)


def _slope(t: Term, x: Term) -> Term | None:
    """The derivative as the rules of calculus give it, without their conditions."""
    if not depends(t, x):
        return num(0)
    if t is x:
        return num(1)
    a = t.args
    parts = [_slope(b, x) for b in a] if all(b.sort == "R" for b in a) and not t.bound else [None]
    d = [p for p in parts if p is not None]
    if len(d) < len(parts):
        return None
    match t.head:
        case "add":
            return clean(add(*d))
        case "neg":
            return clean(op("neg", d[0]))
        case "mul":
            return clean(add(*(mul(*a[:n], d[n], *a[n + 1:]) for n in range(len(a)))))
        case "div" if not depends(a[1], x):
            return clean(op("div", d[0], a[1]))
        case "div":
            return clean(op("div", sub(mul(d[0], a[1]), mul(a[0], d[1])), op("pow", a[1], 2)))
        case "pow" if not depends(a[1], x):
            return clean(mul(a[1], op("pow", a[0], clean(sub(a[1], 1))), d[0]))
        case "sqrt":
            return clean(op("div", d[0], mul(2, t)))
        case "exp":
            return clean(mul(t, d[0]))
        case "log":
            return clean(op("div", d[0], a[0]))
        case "sin":
            return clean(mul(op("cos", a[0]), d[0]))
        case "cos":
            return clean(op("neg", mul(op("sin", a[0]), d[0])))
        case "tanh":
            return clean(mul(sub(1, op("pow", t, 2)), d[0]))
        case "arctan":
            return clean(op("div", d[0], add(1, op("pow", a[0], 2))))
    return None


__all__ = ["antiderivative", "rate"]
