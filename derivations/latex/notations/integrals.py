"""Integrals over intervals and the line."""

from __future__ import annotations

from collections.abc import Sequence

from derivations.kernel.term import bind, instantiate, num, op
from derivations.latex.meaning import Reader, means
from derivations.latex.notations.derivatives import differential_sign
from derivations.latex.notations.limits import is_infinite
from derivations.latex.notations.sums import _limits
from derivations.latex.parser import GREEK, Parser, reads
from derivations.latex.syntax import Node, Written
from derivations.latex.tokens import Token, group
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Value, fresh_index

EXAMPLES = {r"\int_0^1 x^2 \, dx": "", r"\int_{-\infty}^{\infty} e^{-x^2} dx": ""}


@reads("int")
def _read(p: Parser, t: Token) -> Node:
    low, high = _limits(p)
    if low is None and high is None:
        body, letter = _integrand(p, t)
        return Node("antiderivative", (body,), letter, t.start, p.last_end())
    if low is None or high is None:
        raise p.error("both bounds of the integral are expected", t)
    a, b = p.inside(low).whole(), p.inside(high).whole()
    body, letter = _integrand(p, t)
    return Node("integral", (a, b, body), letter, t.start, p.last_end())


@reads("iint")
def _read_double(p: Parser, t: Token) -> Node:
    r"""``\iint_{[0,1]^2} f dx dy`` and ``\iint_{[a,b] \times [c,d]} f dx dy``."""
    low, high = _limits(p)
    found = None if low is None or high is not None else _rectangle(p.inside(low))
    if found is None:
        raise p.error("the rectangle of this integral is expected below it, as in [0,1]^2; else write two integrals", t)
    (a, b), (c, d) = found
    body, x = _integrand(p, t)
    size = differential_sign(p.tokens, p.pos) if p.peek() is not None else 0
    p.pos += size
    if not size or ((a, b) != (c, d) and x.base != "x"):
        raise p.error("dx dy is expected at the end of this integral", t)
    y, _ = p.bare_name()
    inner = Node("integral", (a, b, body), x, t.start, p.last_end())
    return Node("integral", (c, d, inner), y, t.start, p.last_end())


def _rectangle(p: Parser) -> tuple[tuple[Node, ...], tuple[Node, ...]] | None:
    """The bounds on both sides of a rectangle."""
    if not p.sees("["):
        return None
    first = p.arguments()
    if p.accept("^") is not None:
        second = first if p.script().text == "2" else ()
    else:
        second = p.arguments() if p.accept("times") is not None and p.sees("[") else ()
    return (first, second) if len(first) == len(second) == 2 and p.peek() is None else None


def _integrand(p: Parser, t: Token) -> tuple[Node, Written]:
    """The integrand and the variable, which may stand in front, behind or in a numerator."""
    found = _differential(p.tokens, p.pos)
    if found is None:
        return _over_denominator(p, t)
    cut, after, letter = found
    with p.binding([letter]):
        if cut > p.pos:
            body = p.inside(p.tokens[p.pos : cut]).whole()
            p.pos = after
            return body, letter
        p.pos = after
        u = p.peek()
        if u is not None and p.begins_operand(u):
            return p.product(juxtaposed_only=True), letter
    return Node("num", (), 1, t.start, t.end), letter


def _over_denominator(p: Parser, t: Token) -> tuple[Node, Written]:
    """``\\int \\frac{dx}{1+x}``."""
    k = p.pos
    while k < len(p.tokens) and p.tokens[k].text not in ("+", "-", "="):
        u = p.tokens[k]
        if u.kind == "macro" and u.text in ("frac", "dfrac", "tfrac"):
            top, after = group(tuple(p.tokens), k + 1)
            found = _differential(top, 0)
            if found is not None and found[1] == len(top):
                cut, _, letter = found
                one = (Token("char", "1", u.start, u.end),)
                _, end = group(tuple(p.tokens), after)
                numerator = (Token("open", "{", u.start, u.end), *(top[:cut] or one),
                             Token("close", "}", u.start, u.end))
                with p.binding([letter]):
                    body = p.inside((*p.tokens[p.pos : k + 1], *numerator, *p.tokens[after:end])).whole()
                p.pos = end
                return body, letter
        k += 1
    raise p.error("dx is expected at the end of this integral", t)


def _differential(tokens: Sequence[Token], k: int) -> tuple[int, int, Written] | None:
    """Where the integrand ends, where to go on, and the variable."""
    level = inner = 0       # brackets, and integrals inside this one
    while k < len(tokens):
        u = tokens[k]
        if u.kind in ("open", "begin") or (u.kind == "char" and u.text in "(["):
            level += 1
        elif u.kind in ("close", "end") or (u.kind == "char" and u.text in ")]"):
            level -= 1
            if level < 0:
                break
        elif level == 0 and u.kind == "macro" and u.text == "int":
            inner += 1
        elif level == 0:
            size = 0 if u.text == "partial" else differential_sign(tokens, k)
            if size and k + size < len(tokens):
                v = tokens[k + size]
                if (v.kind == "char" and v.text.isalpha()) or (v.kind == "macro" and v.text in GREEK):
                    if inner:
                        inner -= 1
                        k += size + 1
                        continue
                    return k, k + size + 1, Written(("\\" if v.kind == "macro" else "") + v.text)
        k += 1
    return None


@means("integral")
def _integral(r: Reader, n: Node) -> Value:
    a, b, body = n.args
    x = fresh_index()
    with r.scope.binding([n.data], [x]):
        inner = r.number(body) if body.kind != "num" or body.data != 1 else num(1)
    low, high = is_infinite(a), is_infinite(b)
    if low and high:
        return bind("integral_line", x, inner)
    if high:
        return bind("integral_up", x, r.number(a), inner)
    if low:
        turned = (
            instantiate(inner, {("v", str(x.data), 0): op("neg", x)}) if ("v", x.data, 0) in inner.symbols else inner
        )
        return bind("integral_up", x, op("neg", r.number(b)), turned)
    lo, hi = r.number(a), r.number(b)
    if lo.head == hi.head == "num" and lo.data > hi.data:  # type: ignore[operator]
        raise Unreadable("the lower bound is above the upper one", n.start, n.end)
    return bind("integral", x, lo, hi, inner)
