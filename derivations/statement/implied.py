"""When a formula has a meaning.

The definedness list of ``docs/certificates.md``: what must hold so that no division by zero, root
of a negative number or expectation without a value stands in a formula.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivations.kernel.claim import UNRULED
from derivations.kernel.term import (
    BINDERS,
    LOCAL,
    MODAL,
    RANGED,
    Term,
    bvar,
    close_over,
    imps,
    in_range,
    negation,
    num,
    op,
    open_with,
    var,
)


def conditions(t: Term) -> tuple[Term, ...]:
    """The conditions under which a closed term or formula is defined, without repetition."""
    return tuple(dict.fromkeys(_list(t, 0)))


def _list(t: Term, level: int) -> list[Term]:
    out: list[Term] = []
    before: list[Term] = []
    for k, a in enumerate(t.args):
        found = _under(t, a, level) if k in BINDERS.get(t.head, ()) else _list(a, level)
        wrap = _guard(t, k, before)
        before.append(a)
        for f in found:
            f = wrap(f)
            out.append(op("surely", f) if t.head in MODAL and f.random else f)
    return out + _own(t)


def _under(t: Term, body: Term, level: int) -> list[Term]:
    x = var(f"%wd{level}")
    found = _list(open_with(body, [x]), level + 1)
    if t.head in LOCAL:
        return [op("near", close_over(f, [x]), t.args[1]) for f in found]
    if t.head in ("limit", "tends"):
        return [op("near", close_over(op("imp", op("ne", x, t.args[1]), f), [x]), t.args[1]) for f in found]
    if t.head in ("limit_up", "tends_up", "limit_seq", "tends_seq"):
        m = var(f"%from{level}")
        late = [*([op("isint", x)] if t.head.endswith("seq") else []), op("le", m, x)]
        return [op("exists", close_over(op("forall", close_over(imps(late, f), [x])), [m])) for f in found]
    if t.head == "integral":
        found = [imps([op("le", t.args[0], x), op("le", x, t.args[1])], f) for f in found]
    if t.head in RANGED:
        found = [imps(in_range(x, t.args[0], t.args[1]), f) for f in found]
    return [op("forall", close_over(f, [x])) for f in found]


def _guard(t: Term, k: int, before: list[Term]) -> Callable[[Term], Term]:
    if t.head == "ite" and k > 0:
        premises = [t.args[0] if k == 1 else negation(t.args[0])]
    elif t.head == "imp" and k == 1:
        premises = [t.args[0]]
    elif t.head == "and":
        premises = list(before)
    elif t.head == "condE" and k == 0:
        premises = [t.args[1]]
    else:
        premises = []
    return lambda f: imps(premises, f)


def _number(t: Term) -> Fraction | None:
    return t.data if isinstance(t.data, Fraction) else None


def _own(t: Term) -> list[Term]:
    zero = num(0)
    match t.head:
        case "div":
            b = t.args[1]
            return [] if _number(b) else [op("ne", b, zero)]
        case "pow":
            return _power(*t.args)
        case "sqrt":
            n = _number(t.args[0])
            return [] if n is not None and n >= 0 else [op("le", zero, t.args[0])]
        case "log":
            n = _number(t.args[0])
            return [] if n is not None and n > 0 else [op("lt", zero, t.args[0])]
        case "sum" | "prod" | "count" | "maxover" | "fam":
            lo, hi = t.args[:2]
            own = [op("isint", b) for b in (lo, hi)
                   if (n := _number(b)) is None or n.denominator != 1]
            return [*own, op("le", lo, hi)] if t.head == "maxover" else own
        case "E":
            return [op("integrable", a) for a in t.args if a.random]
        case "var" | "cov":
            return [op("integrable", op("pow", a, 2)) for a in t.args if a.random]
        case "condE":
            x, event = t.args
            own = [op("integrable", op("mul", x, op("ind", event)))] if x.random else []
            return [*own, op("ne", op("P", event), zero)]
        case "gamma":
            n = _number(t.args[0])
            return [] if n is not None and n > 0 else [op("lt", zero, t.args[0])]
        case "det":
            return [] if _is_matrix(t.args[0]) else [op("false")]
        case "inv":
            if not _is_matrix(t.args[0]):
                return [op("false")]
            size = t.args[0].args[1]
            return [op("ne", op("det", t.args[0]), zero), *in_range(t.args[1], num(1), size),
                    *in_range(t.args[2], num(1), size)]
        case "integral":
            lo, hi, body = t.args
            x = var("%wd")
            inside = [op("le", lo, x), op("le", x, hi)]
            continuous = op("tends", body, x, open_with(body, [x]))
            return [op("le", lo, hi), op("forall", close_over(imps(inside, continuous), [x]))]
        case "limit":
            return [op("exists", op("tends", *t.args, bvar(0)))]
        case "limit_up" | "limit_seq":
            return [op("exists", op(t.head.replace("limit", "tends"), *t.args, bvar(0)))]
        case "deriv":
            return [op("exists", op("hasderiv", *t.args, bvar(0)))]
    if t.head in UNRULED:
        return [op("false")]
    return []


def _is_matrix(k: Term) -> bool:
    """``fam(1, n, fam(1, n, entry))``."""
    if k.head != "fam" or k.args[2].head != "fam" or k.args[2].args[2].sort != "R":
        return False
    rows = k.args[2]
    return k.args[0] is num(1) and rows.args[0] is num(1) and rows.args[1] is k.args[1]


def _power(b: Term, x: Term) -> list[Term]:
    base, n, zero = _number(b), _number(x), num(0)
    if b.head == "e" or (base is not None and base > 0):
        return []
    if n is None:
        return [op("or", op("lt", zero, b), op("and", op("ne", b, zero), op("isint", x)),
                   op("and", op("isint", x), op("le", zero, x)))]
    if n.denominator == 1:
        return [] if n >= 0 or base else [op("ne", b, zero)]
    return [op("le" if n > 0 else "lt", zero, b)]
