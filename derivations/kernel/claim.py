"""Claims, and when they are defined.

``definedness(t)`` lists the conditions under which every part of ``t`` has a value; the table is
the section "The definedness list" of ``docs/certificates.md``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from derivations.kernel.term import (
    BINDERS,
    LOCAL,
    MODAL,
    RANGED,
    Term,
    bvar,
    close_over,
    fresh,
    imps,
    in_range,
    make,
    negation,
    num,
    op,
    open_with,
    shift,
)

# heads with a meaning but without rules: no claim with one of them is ever proved
UNRULED = frozenset({"integral_up", "integral_line"})


@dataclass(frozen=True)
class Claim:
    """``hyps |- goal``: wherever the hypotheses hold, the goal is defined and true."""

    hyps: frozenset[Term]
    goal: Term
    label: str = ""


def _value(t: Term) -> Fraction | None:
    return t.data if isinstance(t.data, Fraction) else None


def _square(k: Term) -> bool:
    """A matrix with numbers for entries: ``fam(1, n, fam(1, n, entry))``."""
    if k.head != "fam" or k.args[2].head != "fam":
        return False
    (lo, hi, rows), one = k.args, num(1)
    return lo is one and rows.args[0] is one and rows.args[1] is shift(hi, 1) and rows.args[2].sort == "R"


def _own(t: Term) -> list[Term]:
    a = t.args
    zero = num(0)
    match t.head:
        case "div":
            return [] if _value(a[1]) else [op("ne", a[1], zero)]
        case "pow":
            b, x = _value(a[0]), _value(a[1])
            if (x is not None and x.denominator == 1 and x >= 0) or (b is not None and b > 0) \
                    or a[0].head == "e":
                return []
            if x is not None and x.denominator == 1:
                return [] if b else [op("ne", a[0], zero)]
            if x is not None:
                return [op("le" if x > 0 else "lt", zero, a[0])]
            whole = op("isint", a[1])
            return [op("or", op("lt", zero, a[0]), op("and", op("ne", a[0], zero), whole),
                       op("and", whole, op("le", zero, a[1])))]
        case "sqrt":
            v = _value(a[0])
            return [] if v is not None and v >= 0 else [op("le", zero, a[0])]
        case "log":
            v = _value(a[0])
            return [] if v is not None and v > 0 else [op("lt", zero, a[0])]
        case "E":
            return [op("integrable", a[0])] if a[0].random else []
        case "var" | "cov":
            return [op("integrable", op("pow", x, 2)) for x in a if x.random]
        case "condE":
            first = [op("integrable", op("mul", a[0], op("ind", a[1])))] if a[0].random else []
            return [*first, op("ne", op("P", a[1]), zero)]
        case "gamma":
            v = _value(a[0])
            return [] if v is not None and v > 0 else [op("lt", zero, a[0])]
        case "det":
            return [] if _square(a[0]) else [op("false")]
        case "inv":
            if not _square(a[0]):
                return [op("false")]
            n = a[0].args[1]
            inside = [p for x in a[1:] for p in in_range(x, num(1), n)]
            return [op("ne", op("det", a[0]), zero), *inside]
        case "integral":
            k = fresh("k", t)
            continuous = make("tends", (a[2], k, open_with(a[2], [k])))
            every = imps((op("le", a[0], k), op("le", k, a[1])), continuous)
            return [op("le", a[0], a[1]), make("forall", [close_over(every, [k])])]
        case "limit":
            return [make("exists", [make("tends", (a[0], a[1], bvar(0)))])]
        case "limit_up" | "limit_seq":
            return [make("exists", [make(t.head.replace("limit", "tends"), (a[0], bvar(0)))])]
        case "deriv":
            return [make("exists", [make("hasderiv", (a[0], a[1], bvar(0)))])]
    if t.head in UNRULED:
        return [op("false")]
    if t.head in RANGED:
        out = [op("isint", x) for x in a[:2] if (v := _value(x)) is None or v.denominator != 1]
        return out + ([op("le", a[0], a[1])] if t.head == "maxover" else [])
    return []


def _wrapped(t: Term, n: int) -> Iterable[Term]:
    """The list of argument n, with what holds at that place put in front."""
    a = t.args
    if n in BINDERS.get(t.head, ()):
        k = fresh("k", t)
        if t.head in LOCAL:
            for p in definedness(open_with(a[n], [k])):
                yield make("near", (close_over(p, [k]), a[1]))
            return
        if t.head in ("limit", "tends"):
            for p in definedness(open_with(a[n], [k])):
                yield make("near", (close_over(op("imp", op("ne", k, a[1]), p), [k]), a[1]))
            return
        if t.head in ("limit_up", "tends_up", "limit_seq", "tends_seq"):
            m = fresh("m", t, k)
            late: tuple[Term, ...] = (op("le", m, k),)
            if t.head.endswith("seq"):
                late = (op("isint", k), *late)
            for p in definedness(open_with(a[n], [k])):
                every = make("forall", [close_over(imps(late, p), [k])])
                yield make("exists", [close_over(every, [m])])
            return
        premises: tuple[Term, ...] = in_range(k, a[0], a[1]) if t.head in RANGED else ()
        if t.head == "integral":
            premises = (op("le", a[0], k), op("le", k, a[1]))
        for p in definedness(open_with(a[n], [k])):
            yield make("forall", [close_over(imps(premises, p), [k])])
        return
    front: tuple[Term, ...] = ()
    match (t.head, n):
        case ("ite", 1):
            front = (a[0],)
        case ("ite", 2):
            front = (negation(a[0]),)
        case ("imp", 1):
            front = (a[0],)
        case ("and", _):
            front = a[:n]
        case ("condE", 0):
            front = (a[1],)
    for p in definedness(a[n]):
        yield imps(front, p)


def definedness(t: Term) -> tuple[Term, ...]:
    """The conditions, without repetition, in the order found.

    Errors: none; a closed term gives closed formulas.
    """
    found: dict[Term, None] = {}
    for n in range(len(t.args)):
        for p in _wrapped(t, n):
            found[op("surely", p) if t.head in MODAL and p.random else p] = None
    for p in _own(t):
        found[p] = None
    return tuple(found)
