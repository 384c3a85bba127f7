"""Claims, and when they are defined.

``definedness(t)`` lists the conditions under which every part of ``t`` has a value; the table is
the section "The definedness list" of ``docs/certificates.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivations.kernel.term import (
    BINDERS,
    LOCAL,
    MODAL,
    RANGED,
    Term,
    bind,
    bvar,
    evident,
    forall,
    fresh,
    imps,
    in_range,
    is_square,
    literal,
    make,
    negation,
    num,
    op,
    open_with,
)

# heads with a meaning but without rules: no claim with one of them is ever proved
UNRULED = frozenset({"integral_up", "integral_line"})
# heads about the values of their body far out
EVENTUAL = frozenset({"limit_up", "tends_up", "limit_seq", "tends_seq"})


@dataclass(frozen=True)
class Claim:
    """``hyps |- goal``: wherever the hypotheses hold, the goal is defined and true."""

    hyps: frozenset[Term]
    goal: Term
    label: str = ""


def _needed(*conditions: Term) -> list[Term]:
    """The conditions but for those that plainly hold: of literal numbers, or the integrability of a constant."""
    return [c for c in conditions if not (evident(c) or (c.head == "integrable" and not c.args[0].random))]


def _own(t: Term) -> list[Term]:
    a = t.args
    zero = num(0)
    match t.head:
        case "div":
            return _needed(op("ne", a[1], zero))
        case "pow":
            b, x = literal(a[0]), literal(a[1])
            if (x is not None and x.denominator == 1 and x >= 0) or (b is not None and b > 0) or a[0].head == "e":
                return []
            if x is not None:
                return _needed(op("ne", a[0], zero) if x.denominator == 1 else op("le" if x > 0 else "lt", zero, a[0]))
            whole = op("isint", a[1])
            return [op("or", op("lt", zero, a[0]), op("and", op("ne", a[0], zero), whole),
                       op("and", whole, op("le", zero, a[1])))]
        case "sqrt":
            return _needed(op("le", zero, a[0]))
        case "log" | "gamma":
            return _needed(op("lt", zero, a[0]))
        case "E":
            return _needed(op("integrable", a[0]))
        case "var" | "cov":
            return [op("integrable", op("pow", x, 2)) for x in a if x.random]
        case "condE":
            first = [op("integrable", op("mul", a[0], op("ind", a[1])))] if a[0].random else []
            return [*first, op("ne", op("P", a[1]), zero)]
        case "sum" | "prod" | "count" | "fam":
            return _needed(op("isint", a[0]), op("isint", a[1]))
        case "maxover":
            return [*_needed(op("isint", a[0]), op("isint", a[1])), op("le", a[0], a[1])]
        case "det":
            return [] if is_square(a[0]) else [op("false")]
        case "inv":
            if not is_square(a[0]):
                return [op("false")]
            inside = [p for x in a[1:] for p in in_range(x, num(1), a[0].args[1])]
            return [op("ne", op("det", a[0]), zero), *inside]
        case "integral":
            k = fresh("k", t)
            continuous = make("tends", (a[2], k, open_with(a[2], [k])))
            return [op("le", a[0], a[1]), forall(k, (op("le", a[0], k), op("le", k, a[1])), continuous)]
        case "limit" | "limit_up" | "limit_seq" | "deriv":
            head = "hasderiv" if t.head == "deriv" else t.head.replace("limit", "tends")
            return [make("exists", [make(head, (*a, bvar(0)))])]
    return [op("false")] if t.head in UNRULED else []


def _wrapped(t: Term, n: int) -> list[Term]:
    """The list of argument n, with what holds at that place put in front."""
    a, head = t.args, t.head
    front: tuple[Term, ...] = ()
    if n not in BINDERS.get(head, ()):
        match head:
            case "ite" if n:
                front = (a[0] if n == 1 else negation(a[0]),)
            case "imp" | "and":
                front = a[:n]
            case "condE" if n == 0:
                front = (a[1],)
        return [imps(front, p) for p in definedness(a[n])]
    k = fresh("k", t)
    m = fresh("m", t, k)
    if head in RANGED:
        front = in_range(k, a[0], a[1])
    elif head == "integral":
        front = (op("le", a[0], k), op("le", k, a[1]))
    elif head in ("limit", "tends"):
        front = (op("ne", k, a[1]),)
    elif head in EVENTUAL:
        front = (op("isint", k), op("le", m, k)) if head.endswith("seq") else (op("le", m, k),)
    out = []
    for p in definedness(open_with(a[n], [k])):
        if head in LOCAL or head in ("limit", "tends"):
            out.append(bind("near", k, imps(front, p), a[1]))
        elif head in EVENTUAL:
            out.append(bind("exists", m, forall(k, front, p)))
        else:
            out.append(forall(k, front, p))
    return out


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
