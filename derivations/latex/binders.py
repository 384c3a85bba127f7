"""Questions about terms, for writing.

The letter for a bound variable depends on the families it runs through: a time step is called t, a
summand i.  A bound is about the term that it bounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derivations.kernel.term import BINDERS, Capture, Term, bvar, make, op, open_with, shift


def indexed(body: Term) -> list[str]:
    """The families with an argument in which the variable bound just outside ``body`` occurs."""
    families: list[str] = []

    def walk(n: Term, level: int) -> None:
        if n.bound <= level:
            return
        if n.head in ("f", "g") and any(reaches(a, level) for a in n.args):
            families.append(str(n.data))
        under = BINDERS.get(n.head, ())
        for k, a in enumerate(n.args):
            walk(a, level + (k in under))
    walk(body, 0)
    return families


def reaches(t: Term, level: int = 0) -> bool:
    """Whether the variable bound ``level`` binders out occurs loose in ``t``."""
    if t.bound <= level:
        return False
    if t.head == "b":
        return t.data == level
    under = BINDERS.get(t.head, ())
    return any(reaches(a, level + (k in under)) for k, a in enumerate(t.args))


def value(t: Term) -> Fraction | None:
    """The number that a numeral stands for."""
    return t.data if isinstance(t.data, Fraction) else None


def flat(head: str, t: Term) -> Iterator[Term]:
    """The arguments of nested operators of one kind, in order."""
    for a in t.args:
        if a.head == head:
            yield from flat(head, a)
        else:
            yield a


def subject(p: Term) -> Term | None:
    """The term that a bound or an integrality statement is about."""
    if p.head == "isint":
        return p.args[0]
    if p.head in ("le", "lt"):
        return p.args[0] if p.args[1].head == "num" or p.args[0].head == "v" else p.args[1]
    return None


def upper(p: Term) -> Term | None:
    """The term that a statement bounds from above."""
    return p.args[0] if p.head in ("le", "lt") and p.args[0].head != "num" else None


def factorial(t: Term) -> Term | None:
    """The number whose factorial this is: the product of 1, ..., x, without a value for negative x."""
    x = t.args[0].args[1] if t.args[0].head == "le" else t
    product, nothing = op("prod", 1, x, bvar(0)), op("div", 1, 0)
    return x if t.args == (op("le", 0, x), product, nothing) else None


def differentiated(t: Term) -> Term | None:
    """The function of ``deriv(f, p)`` as a formula in p, where the variable of f takes the place of p.

    None if p is no symbol and no entry of a family, or if f speaks of p beside its variable: then it is
    not the derivative by p.
    """
    body, p = t.args
    if p.head not in ("v", "r", "f", "g"):
        return None
    key = (p.head, str(p.data), len(p.args))

    def walk(n: Term, level: int) -> Term | None:
        if key not in n.symbols:
            return n
        here = shift(p, level + 1)
        if n.head == "ite" and n.args[1] is bvar(level) and n.args[2].head == p.head and n.args[2].data == p.data:
            own = n.args[2]
            tests = [op("eq", a, b) for a, b in zip(own.args, here.args, strict=True)]
            if tests and n.args[0] is (tests[0] if len(tests) == 1 else op("and", *tests)):
                return own if not any(key in a.symbols for a in own.args) else None
        if n.head == p.head and n.data == p.data and len(n.args) == len(p.args):
            return None
        under = BINDERS.get(n.head, ())
        args = [walk(a, level + (k in under)) for k, a in enumerate(n.args)]
        return None if None in args else make(n.head, [a for a in args if a is not None], n.data)
    if any(key in a.symbols for a in p.args):
        return None
    found = walk(body, 0)
    try:
        return None if found is None else open_with(found, [p])
    except Capture:             # p is random and f takes a mean over it
        return None
