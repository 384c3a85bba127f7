"""Limits and infinity."""

from __future__ import annotations

from derivations.kernel.term import Term, bind, instantiate, num, op
from derivations.latex.meaning import Reader, means
from derivations.latex.parser import Parser, reads
from derivations.latex.syntax import Node, Written
from derivations.latex.tokens import Token
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Value, fresh_index

EXAMPLES = {r"\lim_{n \to \infty} \frac{1}{n}": "", r"\lim_{x \to 0} x^2": ""}
_WHOLE = "nmktNKTjl"


def is_infinite(n: Node) -> bool:
    """Whether this is plus or minus infinity."""
    inner = n.args[0] if n.kind in ("neg", "group") and n.args else n
    return inner.kind == "constant" and inner.data == "infty"


@reads("infty")
def _read_infinity(p: Parser, t: Token) -> Node:
    return Node("constant", (), "infty", t.start, t.end)


@reads("lim")
def _read(p: Parser, t: Token) -> Node:
    if p.accept("_") is None:
        raise p.error("x \\to a is expected below \\lim", t)
    name, point = read_approach(p.inside(p.braced()))
    with p.binding([name]):
        body = p.product()
    return Node("limit", (point, body), name, t.start, p.last_end())


_SIDES = {"downarrow": "+", "searrow": "+", "uparrow": "-", "nearrow": "-"}


def read_approach(p: Parser) -> tuple[Written, Node]:
    r"""``n \to \infty``, ``x \to 0^+``, ``x \downarrow 0``: all the tokens.  Errors: Unreadable."""
    name, start = p.bare_name()
    arrow = p.accept("to", "rightarrow", "longrightarrow", *_SIDES)
    if arrow is None:
        raise p.error("\\to is expected")
    side = _SIDES.get(arrow.text, "")
    tokens = list(p.tokens[p.pos :])
    texts = [x.text for x in tokens]
    for mark in "+-":
        for tail in (["^", mark], ["^", "{", mark, "}"]):
            if texts[-len(tail) :] == tail and len(texts) > len(tail):
                if side:
                    raise Unreadable("the side of this limit is given twice", start, p.end)
                side, tokens = mark, tokens[: -len(tail)]
    point = p.inside(tokens).whole()
    if side and is_infinite(point):
        raise Unreadable("a limit at infinity has no side", start, p.end)
    return name, Node("side", (point,), side, point.start, p.end) if side else point


def approached(r: Reader, f: Term, x: Term, point: Node, whole: bool) -> tuple[str, tuple[Term, ...]]:
    """The kind of limit of f as x goes to a point ("" at a point, "_up", "_seq") and the terms that a binder takes.

    A limit from one side is one for 1/(x - a) growing, a limit at minus infinity one for -x growing.
    """
    key = ("v", str(x.data), 0)
    if point.kind == "side":
        a = r.number(point.args[0])
        step = op("div", 1, x)
        step = step if point.data == "+" else op("neg", step)
        x_there = step if a is num(0) else op("add", a, step)
        return "_up", (instantiate(f, {key: x_there}) if key in f.symbols else f,)
    if is_infinite(point):
        if point.kind == "neg":
            return "_up", (instantiate(f, {key: op("neg", x)}) if key in f.symbols else f,)
        return "_seq" if whole else "_up", (f,)
    return "", (f, r.number(point))


@means("limit")
def _limit(r: Reader, n: Node) -> Value:
    point, body = n.args
    x = fresh_index()
    known = r.scope.lookup(n.data)
    whole = known.integer if known is not None else n.data.base in _WHOLE
    with r.scope.binding([n.data], [x]):
        inner = r.value(body)

    def limit(t: Term) -> Term:
        kind, terms = approached(r, t, x, point, whole)
        return bind("limit" + kind, x, *terms)

    return r.algebra.each(inner, limit)
