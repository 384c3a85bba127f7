r"""Equations up to a constant or a factor.

``\int f dx = F + C``, ``f(x) = g(x) + \text{const}`` and ``f(x) \propto g(x)``: what is left out is free of
one variable, which the line has to tell.  The difference, or the quotient, takes one value at any two points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derivations.kernel.term import Term, add, instantiate, make, mul, num, op, var
from derivations.latex.meaning import Reader, depends, means, unfolded
from derivations.latex.notations.derivatives import differentiate
from derivations.latex.parser import Parser, reads_word
from derivations.latex.scope import Scope
from derivations.latex.syntax import Node, Written
from derivations.latex.tokens import Token
from derivations.latex.unreadable import Unreadable

EXAMPLES = {r"\int x \, dx": "", r"x + \text{const}": ""}
_LOGS = ("log", "ln")
_OTHER = "%other"       # what the variable is called at the second point


@reads_word("const", "const.", "constant", "Const", "cst")
def _read_constant(p: Parser, t: Token) -> Node:
    return Node("unnamed", (), None, t.start, p.last_end())


@means("unnamed")
def _unnamed(r: Reader, n: Node) -> Term:
    raise Unreadable("a constant that is not named stands as a term of its own beside = or \\propto", n.start, n.end)


@means("antiderivative")
def _antiderivative(r: Reader, n: Node) -> Term:
    raise Unreadable(
        "an indefinite integral stands as a term of a side of an equation, as in \\int f dx = F + C", n.start, n.end)


@dataclass(frozen=True)
class _Part:
    """A term of a side: its sign, its factors, and the integral or constant among them."""

    sign: int
    factors: tuple[Node, ...]
    special: Node | None


def leaves_out(scope: Scope, n: Node) -> bool:
    """Whether a side has an indefinite integral or a constant that nothing names."""
    parts = _parts(n, 1, scope)
    return any(p.special is not None for p in parts)


def names_constant(scope: Scope, n: Node) -> bool:
    """Whether a side has a term that is a constant, such as + C."""
    return any(p.special is not None and p.special.kind != "antiderivative" for p in _parts(n, 1, scope))


def _parts(n: Node, sign: int, scope: Scope) -> list[_Part]:
    if n.kind == "add":
        return [p for a in n.args for p in _parts(a, sign, scope)]
    if n.kind == "neg":
        return _parts(n.args[0], -sign, scope)
    if n.kind == "mul" and n.data in (" ", "*"):
        flat: list[Node] = []
        while n.kind == "mul" and n.data in (" ", "*"):
            flat, n = [n.args[1], *flat], n.args[0]
        flat = [n, *flat]
        special = [x for x in flat if x.kind == "antiderivative"]
        return [_Part(sign, tuple(x for x in flat if x not in special[:1]), special[0] if special else None)]
    if n.kind in ("antiderivative", "unnamed") or _is_unknown_constant(n, scope):
        return [_Part(sign, (), n)]
    return [_Part(sign, (n,), None)]


def _is_unknown_constant(n: Node, scope: Scope) -> bool:
    w = n.data
    return n.kind == "name" and isinstance(w, Written) and w == Written("C") and not scope.is_known(w) \
        and scope.lookup(w) is None and scope.bound_term(w) is None


def equal_but_constant(r: Reader, about: Node, left: Node, right: Node, named: bool) -> tuple[Term, list[Term]]:
    """The statement that two sides differ by a constant, and what is assumed for it; ``about`` stands at the
    front of the chain, which holds a constant if ``named``.  Errors: Unreadable."""
    sides = [_parts(n, 1, r.scope) for n in (left, right)]
    letters = {p.special.data for s in sides for p in s if p.special is not None and p.special.kind == "antiderivative"}
    if len(letters) > 1:
        raise Unreadable("the integrals of this line have different variables", right.start, right.end)
    if not letters:
        f, g = (_total(r, s) for s in sides)
        x = _variable(r, about, [f, g], None, right)
        there, assumed = _elsewhere(r, x, [f, g], right)
        return op("eq", op("add", f, op("neg", g)), op("add", there[0], op("neg", there[1]))), assumed
    x = r.number(Node("name", (), next(iter(letters)), right.start, right.end))
    if x.head != "v":
        raise Unreadable("the variable of this integral is a number", right.start, right.end)
    if not named and not any(_has(r, r.number(f), x) for s in sides for p in s if p.special is None for f in p.factors):
        raise Unreadable(
            "an integral without bounds can be read as one over the whole range and as an antiderivative; write the "
            "bounds, or + C", left.start, right.end)
    a, b = (_slope(r, s, x, n) for s, n in zip(sides, (left, right), strict=True))
    return op("eq", a, b), []


def _total(r: Reader, parts: Sequence[_Part]) -> Term:
    values = [mul(num(p.sign), *(r.number(f) for f in p.factors)) for p in parts if p.special is None]
    return add(*values)


def _slope(r: Reader, parts: Sequence[_Part], x: Term, n: Node) -> Term:
    """The derivative of a side by x, where that of an indefinite integral is what is integrated."""
    out = []
    for p in parts:
        inner = [r.number(f) for f in p.factors]
        if p.special is None:
            whole = mul(*inner)
            out.append(mul(num(p.sign), differentiate(r, whole, x, n)) if _has(r, whole, x) else num(0))
        elif p.special.kind == "antiderivative":
            if any(_has(r, f, x) for f in inner):
                raise Unreadable("does what follows this integral belong to it? Write brackets", n.start, n.end)
            out.append(mul(num(p.sign), *inner, r.number(p.special.args[0])))
    return add(*out)


def _has(r: Reader, t: Term, x: Term) -> bool:
    key = (x.head, str(x.data), 0)
    return key in unfolded(r, t, lambda s: depends(r, s, key)).symbols


def proportional(r: Reader, about: Node, left: Node, right: Node, letter: str) -> tuple[Term, list[Term]]:
    """The statement that a side is a multiple of the other, and what is assumed for it.  Errors: Unreadable."""
    f, g = r.number(left), r.number(right)
    x = _variable(r, about, [f, g], letter or None, right)
    (f_there, g_there), assumed = _elsewhere(r, x, [f, g], right)
    out = op("eq", mul(f, g_there), mul(f_there, g))
    if not (_never_zero(f) and _never_zero(g)):
        out = op("and", out, op("iff", op("eq", f, 0), op("eq", g, 0)))
    return out, assumed


def _never_zero(t: Term) -> bool:
    if t.head in ("mul", "div", "neg"):
        return all(_never_zero(a) for a in t.args)
    if t.head in ("pow", "sqrt"):
        return _never_zero(t.args[0])
    return t.head in ("exp", "e", "pi") or (t.head == "num" and t.data != 0)


def _variable(r: Reader, about: Node, sides: Sequence[Term], letter: str | None, n: Node) -> Term:
    """What the constant is free of: the letter below the sign, the argument in front, or the only letter.

    Errors: Unreadable if that does not settle it."""
    if letter is not None:
        return _symbol(r, r.value(Node("name", (), Written(letter), n.start, n.end)), n)
    while (about.kind == "group" and len(about.args) == 1) or (about.kind == "function" and about.data[0] in _LOGS):
        about = about.args[0]
    if about.kind in ("apply", "density"):
        first = about.args[1 if about.kind == "apply" else 0]
        if first.kind == "name" and len(about.args) == (2 if about.kind == "apply" else 3):
            return _symbol(r, r.value(first), n)
    every: set[tuple[str, str, int]] = set()
    for t in sides:
        every |= unfolded(r, t, lambda s: True).symbols
    if len(every) == 1 and next(iter(every))[0] == "v":
        return var(next(iter(every))[1])
    names = ", ".join(sorted(s[1] for s in every)) or "none"
    raise Unreadable(
        f"which variable is what is left out free of ({names})? Write f(x) on the left, or \\propto_x", n.start, n.end)


def _symbol(r: Reader, v: object, n: Node) -> Term:
    if not isinstance(v, Term) or v.head != "v":
        raise Unreadable("what is left out is free of a number, this is another thing", n.start, n.end)
    s = r.scope.symbols.get(str(v.data))
    if s is not None and s.body is not None:
        raise Unreadable("what is left out is free of a variable, this is a name that is defined", n.start, n.end)
    return v


def _elsewhere(r: Reader, x: Term, sides: Sequence[Term], n: Node) -> tuple[list[Term], list[Term]]:
    """The sides at another value of x, and what is known of that value."""
    key = ("v", str(x.data), 0)
    other = {key: make("v", (), f"{x.data}{_OTHER}")}
    whole = [unfolded(r, t, lambda s: depends(r, s, key)) for t in sides]
    if any(t.random for t in whole):
        raise Unreadable("constants beside random numbers are not read", n.start, n.end)
    return [instantiate(t, other) for t in whole], [instantiate(f, other) for f in r.scope.facts if key in f.symbols]
