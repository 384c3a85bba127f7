r"""Orders of growth, and what tends to a limit.

``f = O(g)`` as n goes to infinity: for some C > 0 and N, ``|f| <= C |g|`` for all ``n >= N``.  Which letters
grow is told by what they are declared as, or by words such as "as n \to \infty".
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derivations.kernel.term import Term, bind, forall, num, op, open_with
from derivations.latex.meaning import Reader, means
from derivations.latex.notations.limits import approached, is_infinite
from derivations.latex.parser import Parser, reads, reads_word
from derivations.latex.scope import Symbol
from derivations.latex.syntax import Node, Written
from derivations.latex.tokens import Token
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Value, fresh_index

EXAMPLES = {"O(n^2)": "", r"\Theta(n \log n)": "", r"o(n)": "", r"\Omega(n)": ""}


@dataclass(frozen=True)
class Toward:
    """What is said behind a line: the letter and the point that it goes to."""

    letter: Written
    point: Node


def read_order(p: Parser, t: Token, kind: str = "O") -> Node:
    """``O(n m)``."""
    args = p.arguments()
    if len(args) != 1:
        raise Unreadable(f"{kind}(...) takes one argument", t.start, p.last_end())
    return Node("order", args, kind, t.start, p.last_end())


@reads_word("O")
def _read_big(p: Parser, t: Token) -> Node:
    return read_order(p, t)


@reads_word("o")
def _read_small(p: Parser, t: Token) -> Node:
    return read_order(p, t, "o")


def _read_greek(p: Parser, t: Token) -> Node:
    if p.sees("(") and not p.names.is_known(Written("\\" + t.text)):
        return read_order(p, t, t.text)
    p.pos -= 1
    return p._letter()


reads("Theta")(_read_greek)
reads("Omega")(_read_greek)


@means("order")
def _order(r: Reader, n: Node) -> Value:
    raise Unreadable(f"{n.data}(...) stands alone or as the last term on the right side of an equation", n.start, n.end)


def order_in(n: Node) -> Node | None:
    """The order that a right side is, or that its last term is."""
    last = n.args[-1] if n.kind == "add" else n
    return last if last.kind == "order" else None


def rest_of(n: Node) -> Node | None:
    """What stands before the order in a sum."""
    if n.kind != "add":
        return None
    rest = n.args[:-1]
    return rest[0] if len(rest) == 1 else Node("add", rest, None, n.start, rest[-1].end)


def order_goals(r: Reader, f: Term, n: Node, toward: Toward | None) -> tuple[Term, Term | None]:
    """The statement that f is of an order, and one from which it follows.  Errors: Unreadable."""
    g = r.number(n.args[0])
    kind = n.data
    if toward is not None and toward.point.kind == "side":
        raise Unreadable("orders from one side are not read", n.start, n.end)
    if toward is not None and not is_infinite(toward.point):
        return _close_by(r, f, g, kind, toward, n), None
    letters = [_letter(r, toward, n)] if toward is not None else _letters(r, f, g, n)
    if toward is not None and toward.point.kind == "neg":
        raise Unreadable("growth to minus infinity is not read; replace x by -x", n.start, n.end)
    if kind == "o":
        if len(letters) != 1:
            raise Unreadable("o(...) is read for one letter that grows", n.start, n.end)
        s = letters[0]
        return bind("tends_seq" if s.integer else "tends_up", s.term(()), op("div", f, g), num(0)), None
    pairs = {"O": [(f, g)], "Omega": [(g, f)], "Theta": [(f, g), (g, f)]}[kind]
    goals = [_bounded(a, b, letters, True) for a, b in pairs]
    strong = [_bounded(a, b, letters, False) for a, b in pairs]
    if len(goals) == 1:
        return goals[0], strong[0]
    return op("and", *goals), op("and", *strong)


def _bounded(f: Term, g: Term, letters: list[Symbol], late: bool) -> Term:
    """For some C, ``|f| <= C |g|`` everywhere from 1 on, or from some N on if ``late``."""
    constant, start = fresh_index(), fresh_index()
    terms = {s.term(()) for s in letters}
    out = op("le", _size(f, terms), op("mul", constant, _size(g, terms)))
    for s in reversed(letters):
        t = s.term(())
        whole = [op("isint", t)] if s.integer else []
        out = forall(t, [*whole, op("le", 1, t), *([op("le", start, t)] if late else [])], out)
    if late:
        out = bind("exists", start, out)
    return bind("exists", constant, op("and", op("lt", 0, constant), out))


def _size(t: Term, positive: set[Term]) -> Term:
    """The absolute value, without bars where no sign is in question."""
    return t if _nonnegative(t, positive) else op("abs", t)


def _nonnegative(t: Term, positive: set[Term]) -> bool:
    if isinstance(t.data, Fraction):
        return t.data >= 0
    if t in positive or t.head in ("exp", "abs", "sqrt", "e", "pi"):
        return True
    if t.head == "pow":
        even = isinstance(t.args[1].data, Fraction) and t.args[1].data % 2 == 0
        return even or _nonnegative(t.args[0], positive)
    if t.head == "sum":
        low = t.args[0].data
        counted = isinstance(low, Fraction) and low >= 0
        k = fresh_index()
        return _nonnegative(open_with(t.args[2], [k]), positive | {k} if counted else positive)
    return t.head in ("add", "mul", "div") and all(_nonnegative(a, positive) for a in t.args)


def _letter(r: Reader, toward: Toward, n: Node) -> Symbol:
    t = r.name(n, toward.letter)
    s = r.scope.lookup(toward.letter)
    if s is None or not isinstance(t, Term) or t.head != "v":
        raise Unreadable("a number that grows is expected", n.start, n.end)
    return s


def _letters(r: Reader, f: Term, g: Term, n: Node) -> list[Symbol]:
    """The declared integers that grow.  Errors: Unreadable if it is not clear which they are."""

    def found(t: Term, integer: bool) -> list[Symbol]:
        names = sorted(name for kind, name, arity in t.symbols if kind == "v" and not arity)
        known = [s for name in names if (s := r.scope.symbols.get(name)) is not None]
        return [s for s in known if s.integer == integer and (integer or not s.known)]

    unclear = found(g, False)
    if unclear:
        raise Unreadable(
            f"does {unclear[0].base} grow through the integers or the reals, or is it fixed? Declare it, or say "
            f"'\\text{{as }} {unclear[0].base} \\to \\infty'", n.start, n.end)
    below, left = found(g, True), found(f, True)
    others = [s for s in left if s not in below]
    if below and others:
        raise Unreadable(
            f"does {others[0].base} grow as well, or is it fixed? Say '\\text{{as }} {below[0].base} \\to \\infty'",
            n.start, n.end)
    letters = below or left
    if not letters:
        raise Unreadable("which letter grows? Say '\\text{as } n \\to \\infty'", n.start, n.end)
    return letters


def _close_by(r: Reader, f: Term, g: Term, kind: str, toward: Toward, n: Node) -> Term:
    x = _letter(r, toward, n).term(())
    at = r.number(toward.point)
    if kind == "o":
        return bind("tends", x, op("div", f, g), at, num(0))
    if kind != "O":
        raise Unreadable("close to a point, O(...) and o(...) are read", n.start, n.end)
    constant, radius = fresh_index(), fresh_index()
    away = op("abs", x if at is num(0) else op("add", x, op("neg", at)))
    inner = op("le", _size(f, set()), op("mul", constant, _size(g, set())))
    inner = forall(x, [op("lt", 0, away), op("lt", away, radius)], inner)
    inner = bind("exists", radius, op("and", op("lt", 0, radius), inner))
    return bind("exists", constant, op("and", op("lt", 0, constant), inner))


def tends_goal(r: Reader, f: Term, n: Node, toward: Toward | None) -> Term:
    """The statement that f tends to what is written, as "as x \\to a" says.  Errors: Unreadable."""
    if toward is None:
        raise Unreadable("say behind the line what goes where, as in '\\text{as } n \\to \\infty'", n.start, n.end)
    if is_infinite(n):
        raise Unreadable("limits that are infinite are not read", n.start, n.end)
    value = r.number(n)
    s = _letter(r, toward, n)
    x = s.term(())
    kind, terms = approached(r, f, x, toward.point, s.integer)
    return bind("tends" + kind, x, *terms, value)
