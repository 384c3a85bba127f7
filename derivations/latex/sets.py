"""Ranges and simple sets on the right of ``\\in``."""

from __future__ import annotations

import itertools

from derivations.kernel.term import Term, num, op
from derivations.latex.meaning import Reader
from derivations.latex.parser import Parser
from derivations.latex.scope import Range as Bounds
from derivations.latex.syntax import Node
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Value, is_array


def read_set(p: Parser) -> Node:
    """``\\{1, \\dots, n\\}``, ``\\{0, 1\\}``, ``[n]``, ``(0, 1)``, ``\\mathbb{R}`` and the like."""
    t = p.peek()
    if t is None:
        raise p.error("a set is expected")
    if t.kind == "macro" and t.text in ("{", "\\{", "lbrace"):
        p.take()
        items: list[Node] = []
        dots = False
        while True:
            if p.accept("dots", "ldots", "cdots") is not None:
                dots = True
            else:
                items.append(p.sum())
            if p.accept(",") is None:
                break
        if not p.sees("}", "\\}", "rbrace"):
            raise p.error("\\} expected for this set")
        p.take()
        if dots:
            return Node("span", (items[0], items[-1]), len(items), t.start, p.last_end())
        return Node("listed", tuple(items), None, t.start, p.last_end())
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
        sup = p.script() if p.accept("^") else None
        sub = p.script() if p.accept("_") else None
        return Node("field", (), (letter, sup, sub), t.start, p.last_end())
    raise p.error("a set such as \\{1, \\dots, n\\} or \\mathbb{R}^d is expected")


def bounds_of_set(r: Reader, n: Node) -> Bounds:
    """The bounds of a range of integers.  Errors: Unreadable for another set."""
    if n.kind == "span":
        return r.number(n.args[0]), r.number(n.args[1])
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


def member(r: Reader, v: Value, n: Node) -> Term:
    """The statement that a number lies in a set.  Errors: Unreadable."""
    if is_array(v) or not isinstance(v, Term):
        raise Unreadable("membership of a number is expected", n.start, n.end)
    if n.kind in ("span", "upto"):
        lo, hi = bounds_of_set(r, n)
        assert hi is not None
        return op("and", op("isint", v), op("le", lo, v), op("le", v, hi))
    if n.kind == "listed":
        parts = [op("eq", v, r.number(a)) for a in n.args]
        return parts[0] if len(parts) == 1 else op("or", *parts)
    if n.kind == "interval":
        from derivations.latex.notations.limits import is_infinite

        parts = []
        a, b = n.args
        if not is_infinite(a):
            parts.append(op("lt" if n.data[0] == "(" else "le", r.number(a), v))
        if not is_infinite(b):
            parts.append(op("lt" if n.data[1] == ")" else "le", v, r.number(b)))
        return op("true") if not parts else parts[0] if len(parts) == 1 else op("and", *parts)
    letter, sup, _sub = n.data
    if sup is None and letter in "RZN":
        return (
            op("isint", v)
            if letter == "Z"
            else op("true")
            if letter == "R"
            else op("and", op("isint", v), op("le", 1, v))
        )
    raise Unreadable("membership of this set is not read as a statement", n.start, n.end)
