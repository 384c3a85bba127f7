"""Fractions, roots and binomials."""

from __future__ import annotations

from fractions import Fraction

from derivations.kernel.term import op
from derivations.latex.meaning import Reader, factorial, means
from derivations.latex.parser import Parser, reads
from derivations.latex.syntax import Node
from derivations.latex.tokens import Token
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Value

EXAMPLES = {r"\frac{a}{b}": "a/b", r"\frac12": "1/2", r"\sqrt{x}": "", r"\sqrt[3]{x}": "", r"\binom{n}{k}": ""}


@reads("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac")
def _frac(p: Parser, t: Token) -> Node:
    from derivations.latex.notations.derivatives import derivative_fraction

    mark = p.pos
    top, bottom = tuple(p.braced()), tuple(p.braced())
    found = derivative_fraction(p, t, top, bottom)
    if found is not None:
        return found
    p.pos = mark
    a = p.argument()
    b = p.argument()
    return Node("div", (a, b), "frac", t.start, p.last_end())


@reads("sqrt")
def _sqrt(p: Parser, t: Token) -> Node:
    degree = None
    if p.sees("["):
        p.take()
        inner = []
        while not p.sees("]"):
            inner.append(p.take())
        p.take()
        degree = p.inside(inner).whole()
    x = p.argument()
    return Node("root", (x,) if degree is None else (x, degree), None, t.start, p.last_end())


@means("root")
def _root(r: Reader, n: Node) -> Value:
    x = r.value(n.args[0])
    if len(n.args) == 1:
        return r.algebra.each(x, lambda a: op("sqrt", a))
    k = r.number(n.args[1])
    if k.data == 2:
        return r.algebra.each(x, lambda a: op("sqrt", a))
    if k.data is not None and not isinstance(k.data, str) and k.data % 2 == 1:
        # the real root of odd degree, of either sign
        return r.algebra.each(x, lambda a: op("mul", op("sign", a), op("pow", op("abs", a), op("div", 1, k))))
    return r.algebra.each(x, lambda a: op("pow", a, op("div", 1, k)))


@reads("binom", "dbinom", "tbinom")
def _binom(p: Parser, t: Token) -> Node:
    a, b = p.argument(), p.argument()
    return Node("binom", (a, b), None, t.start, p.last_end())


@means("binom")
def _binomial(r: Reader, n: Node) -> Value:
    a, k = r.number(n.args[0]), r.number(n.args[1])
    if isinstance(k.data, Fraction) and (k.data < 0 or k.data.denominator != 1):
        raise Unreadable("a binomial coefficient takes a natural number below", n.start, n.end)
    return op("div", factorial(a), op("mul", factorial(k), factorial(op("add", a, op("neg", k)))))
