"""Ranges and simple sets on the right of ``\\in``."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction

from derivations.kernel.term import Term, num, op
from derivations.latex.meaning import Reader
from derivations.latex.parser import Parser
from derivations.latex.scope import Range as Bounds
from derivations.latex.syntax import Node
from derivations.latex.tokens import Token
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Value, is_array, same

_FIELDS = ("R", "Z", "N")


def read_set(p: Parser) -> Node:
    """``\\{1, \\dots, n\\}``, ``\\{0, 1\\}``, ``[n]``, ``(0, 1)``, ``\\mathbb{R}_{>0}^d`` and the like."""
    n = _whole(p)
    while p.sees("^", "_", "setminus", "backslash"):
        mark = p.take()
        if mark.text in ("setminus", "backslash"):
            if n.kind == "tuples":
                raise Unreadable("what is taken from a set of vectors is not read", mark.start, mark.end)
            out = _whole(p)
            if out.kind != "listed":
                raise Unreadable("what is left out of a set is listed, as in \\setminus \\{0\\}", out.start, out.end)
            n = Node("without", (n, *out.args), None, n.start, p.last_end())
        elif n.kind == "tuples":
            base = _scripted(p, mark, n.args[0])
            if base.kind == "tuples":
                raise Unreadable("a set with two sizes is not read", n.start, p.last_end())
            n = Node("tuples", (base,), n.data, n.start, p.last_end())
        else:
            n = _scripted(p, mark, n)
    if p.sees("cup", "cap", "times"):
        raise p.error("of sets, only one is read and what \\setminus takes from it")
    return n


def _whole(p: Parser) -> Node:
    """A set without what is written behind it."""
    t = p.peek()
    if t is None:
        raise p.error("a set is expected")
    if t.kind == "macro" and t.text in ("{", "\\{", "lbrace"):
        return _braces(p)
    if t.kind == "char" and t.text in "([":
        p.take()
        a = p.sum()
        if t.text == "[" and p.sees("]"):
            p.take()
            return Node("upto", (a,), None, t.start, p.last_end())
        p.want(",", "a comma in an interval")
        b = p.sum()
        if not p.sees(")", "]"):
            raise p.error("the end of an interval is expected")
        closing = p.take().text
        return Node("interval", (a, b), (t.text, closing), t.start, p.last_end())
    if t.kind == "macro" and t.text in ("mathbb", "R", "Z", "N"):
        p.take()
        letter = "".join(x.text for x in p.braced()) if t.text == "mathbb" else t.text
        if letter not in _FIELDS:
            raise Unreadable(f"the set \\mathbb{{{letter}}} is not read; known are R, Z and N", t.start, p.last_end())
        return Node("field", (), letter, t.start, p.last_end())
    if t.text in ("O", "o", "Theta", "Omega", "mathcal"):
        n = p.operand()
        if n.kind == "order":
            return n
    raise p.error("a set such as \\{1, \\dots, n\\} or \\mathbb{R}^d is expected", t)


def _braces(p: Parser) -> Node:
    t = p.take()
    items: list[Node] = []
    dots: int | None = None
    while True:
        d = p.accept("dots", "ldots", "cdots")
        if d is None:
            items.append(p.sum())
        elif dots is None and items:
            dots = len(items)
        else:
            raise Unreadable("one run of dots behind a first number is read in a set", d.start, d.end)
        if p.accept(",") is None:
            break
    if not p.sees("}", "\\}", "rbrace"):
        raise p.error("\\} expected for this set")
    p.take()
    if dots is None:
        return Node("listed", tuple(items), None, t.start, p.last_end())
    if len(items) > dots + 1:
        raise Unreadable("one number is expected behind the dots of a set", t.start, p.last_end())
    return Node("span", tuple(items), dots, t.start, p.last_end())


def _scripted(p: Parser, mark: Token, n: Node) -> Node:
    """A set with an index that bounds it, or with a size above."""
    at = p.peek()
    tokens = tuple(p.braced())
    text = "".join(x.text for x in tokens)
    end = p.last_end()
    q = p.inside(tokens)
    sign = q.relation()
    if sign is not None:
        bound = q.sum()
        if q.peek() is not None or sign not in _COMPARE:
            raise q.error("a bound such as > 0 is expected")
        if n.kind == "bounded":
            raise Unreadable("one bound of a set is read", n.start, end)
        return Node("bounded", (n, bound), sign, n.start, end)
    zero = Node("num", (), Fraction(0), mark.start, end)
    letter = n.data if n.kind == "field" else ""
    if text == "++" or (text in ("+", "*", "ast") and letter == "N"):
        return Node("bounded", (n, zero), ">", n.start, end)
    if text == "+":
        raise Unreadable(
            "this set can be read with 0 and without it; write _{\\ge 0} or _{> 0}", n.start, end
        )
    if mark.text == "_" and text == "0" and letter == "N":
        return Node("bounded", (n, zero), ">=", n.start, end)
    if mark.text == "_" or n.kind == "upto":
        raise Unreadable("this index of a set is not read; write a bound such as _{> 0}", n.start, end)
    if not tokens or text in ("-", "*", "ast", "star", "times", "prime", "c"):
        raise Unreadable("a size such as \\mathbb{R}^{m \\times n} is expected", at.start if at else n.start, end)
    return Node("tuples", (n,), p.script_of(tokens), n.start, end)


def bounds_of_set(r: Reader, n: Node) -> Bounds:
    """The bounds of a range of integers.  Errors: Unreadable for another set."""
    if n.kind == "span":
        lo, hi = _span(r, n)
        if hi is None:
            raise Unreadable("the end of this range is expected", n.start, n.end)
        return lo, hi
    if n.kind == "upto":
        return num(1), r.number(n.args[0])
    if n.kind == "listed" and len(n.args) >= 1:
        found = [r.number(a) for a in n.args]
        if (
            all(
                b.head == "num" and a.head == "num" and b.data - a.data == 1  # type: ignore[operator]
                for a, b in itertools.pairwise(found)
            )
            and found[0].head == "num"
        ):
            return found[0], found[-1]
    raise Unreadable("a range of integers such as \\{1, \\dots, n\\} is expected", n.start, n.end)


def _span(r: Reader, n: Node) -> Bounds:
    """First and last of ``\\{1, 2, \\dots, n\\}``; what stands before the dots must count by one."""
    before = [r.number(a) for a in n.args[: n.data]]
    for k, t in enumerate(before):
        if k and not same(t, op("add", before[0], k)):
            raise Unreadable("dots in a set are read only where it counts by one", n.start, n.end)
    return before[0], r.number(n.args[-1]) if len(n.args) > n.data else None


def is_whole(n: Node) -> bool:
    """Whether a set holds integers only."""
    if n.kind in ("tuples", "bounded", "without"):
        return is_whole(n.args[0])
    return n.kind in ("span", "upto") or (n.kind == "field" and n.data in "ZN")


def member(r: Reader, v: Value, n: Node) -> Term:
    """The statement that a number lies in a set.  Errors: Unreadable."""
    if is_array(v) or not isinstance(v, Term):
        raise Unreadable("membership of a number is expected", n.start, n.end)
    parts = _facts(r, v, n)
    return op("true") if not parts else parts[0] if len(parts) == 1 else op("and", *parts)


_COMPARE: dict[str, Callable[[Term, Term], Term]] = {
    "<": lambda v, b: op("lt", v, b),
    "<=": lambda v, b: op("le", v, b),
    ">": lambda v, b: op("lt", b, v),
    ">=": lambda v, b: op("le", b, v),
    "!=": lambda v, b: op("ne", v, b),
}


def _facts(r: Reader, v: Term, n: Node) -> list[Term]:
    if n.kind == "span":
        lo, hi = _span(r, n)
        return [op("isint", v), op("le", lo, v), *([] if hi is None else [op("le", v, hi)])]
    if n.kind == "upto":
        return [op("isint", v), op("le", 1, v), op("le", v, r.number(n.args[0]))]
    if n.kind == "listed":
        equal = [op("eq", v, r.number(a)) for a in n.args]
        return equal if len(equal) == 1 else [op("or", *equal)]
    if n.kind == "interval":
        from derivations.latex.notations.limits import is_infinite

        parts = []
        a, b = n.args
        if is_infinite(a) != (a.kind == "neg" and is_infinite(a)) or (is_infinite(b) and b.kind == "neg"):
            raise Unreadable("this interval runs from an infinity to the wrong side", n.start, n.end)
        if not is_infinite(a):
            parts.append(op("lt" if n.data[0] == "(" else "le", r.number(a), v))
        if not is_infinite(b):
            parts.append(op("lt" if n.data[1] == ")" else "le", v, r.number(b)))
        return parts
    if n.kind == "bounded":
        base, bound = n.args
        natural = base.kind == "field" and base.data == "N" and n.data in (">", ">=")
        own = [op("isint", v)] if natural else _facts(r, v, base)      # the index says where it begins
        return [*own, _COMPARE[n.data](v, r.number(bound))]
    if n.kind == "without":
        return [*_facts(r, v, n.args[0]), *(op("ne", v, r.number(a)) for a in n.args[1:])]
    if n.kind == "field":
        if n.data == "N":
            r.scope.note("\\mathbb{N} is taken to begin with 1; write \\mathbb{N}_0 for it with 0")
        return [] if n.data == "R" else [op("isint", v)] if n.data == "Z" else [op("isint", v), op("le", 1, v)]
    raise Unreadable("membership of this set is not read as a statement", n.start, n.end)
