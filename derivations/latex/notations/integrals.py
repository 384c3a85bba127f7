"""Integrals over intervals and the line."""

from __future__ import annotations

from collections.abc import Sequence

from derivations.kernel.term import bind, instantiate, num, op
from derivations.latex.meaning import Reader, means
from derivations.latex.notations.limits import is_infinite
from derivations.latex.notations.sums import _limits
from derivations.latex.parser import GREEK, Parser, reads
from derivations.latex.syntax import Node, Written
from derivations.latex.tokens import Token
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Value, fresh_index

EXAMPLES = {r"\int_0^1 x^2 \, dx": "", r"\int_{-\infty}^{\infty} e^{-x^2} dx": ""}


@reads("int")
def _read(p: Parser, t: Token) -> Node:
    low, high = _limits(p)
    if low is None or high is None:
        raise p.error("the bounds of the integral are expected; indefinite integrals are not read", t)
    a, b = p.inside(low).whole(), p.inside(high).whole()
    cut, after, letter = _differential(p, t)
    with p.binding([letter]):
        inner = p.inside(p.tokens[p.pos : cut])
    body = inner.whole() if cut > p.pos else Node("num", (), 1, t.start, t.end)
    p.pos = after
    return Node("integral", (a, b, body), letter, t.start, p.last_end())


def _differential(p: Parser, t: Token) -> tuple[int, int, Written]:
    """Where the integrand ends, where to go on, and the variable."""
    level = inner = 0       # brackets, and integrals inside this one
    tokens: Sequence[Token] = p.tokens
    k = p.pos
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
            size = 0
            if u.kind == "char" and u.text == "d":
                size = 1
            elif (
                u.kind == "macro" and u.text == "mathrm" and [x.text for x in tokens[k + 1 : k + 4]] == ["{", "d", "}"]
            ):
                size = 4
            if size and k + size < len(tokens):
                v = tokens[k + size]
                if (v.kind == "char" and v.text.isalpha()) or (v.kind == "macro" and v.text in GREEK):
                    if inner:
                        inner -= 1
                        k += size + 1
                        continue
                    return k, k + size + 1, Written(("\\" if v.kind == "macro" else "") + v.text)
        k += 1
    raise p.error("dx is expected at the end of this integral", t)


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
