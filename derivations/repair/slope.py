"""Derivatives of written expressions.

Only the textbook rules for smooth heads; a guide for edits, never a proof.
"""

from __future__ import annotations

from functools import lru_cache

from derivations.kernel.term import Term, TermError, add, bind, close_over, fresh, make, mul, num, op, open_with

ZERO, ONE = num(0), num(1)


def _product(*factors: Term) -> Term:
    if any(f is ZERO for f in factors):
        return ZERO
    return mul(*[f for f in factors if f is not ONE])


def _total(*terms: Term) -> Term:
    return add(*[t for t in terms if t is not ZERO])


def outer(t: Term, k: int = 0) -> Term | None:
    """The derivative of the head of ``t`` at its argument ``k``, or None."""
    u = t.args[k]
    match t.head:
        case "exp":
            return t
        case "log":
            return op("div", 1, u)
        case "sqrt":
            return op("div", 1, op("mul", 2, t))
        case "sin":
            return op("cos", u)
        case "cos":
            return op("neg", op("sin", u))
        case "tanh":
            return add(1, op("neg", op("pow", t, 2)))
        case "f":
            x = fresh("x", t)
            return bind("deriv", x, _with(t, k, x), u)
    return None


def _with(t: Term, k: int, x: Term) -> Term:
    """``t`` with ``x`` for its argument ``k``."""
    return make(t.head, [*t.args[:k], x, *t.args[k + 1:]], t.data)


def slope(t: Term, x: Term) -> Term | None:
    """The derivative of ``t`` by the symbol ``x``, or None where no rule is at hand."""
    if t is x:
        return ONE
    key = (x.head, str(x.data), 0)
    if key not in t.symbols:
        return ZERO
    match t.head:
        case "add":
            parts = [slope(a, x) for a in t.args]
            return None if None in parts else _total(*[p for p in parts if p is not None])
        case "neg":
            inner = slope(t.args[0], x)
            return None if inner is None else ZERO if inner is ZERO else op("neg", inner)
        case "mul":
            terms = []
            for k, a in enumerate(t.args):
                d = slope(a, x)
                if d is None:
                    return None
                terms.append(_product(*t.args[:k], d, *t.args[k + 1:]))
            return _total(*terms)
        case "div":
            return _quotient(t, x)
        case "pow":
            return _power(t, x)
        case "sum":
            j = fresh("k", t, x)
            inner = slope(open_with(t.args[2], [j]), x)
            if inner is None or any(key in a.symbols for a in t.args[:2]):
                return None
            return ZERO if inner is ZERO else bind("sum", j, t.args[0], t.args[1], inner)
    return _chain(t, x)


def _quotient(t: Term, x: Term) -> Term | None:
    a, b = t.args
    da, db = slope(a, x), slope(b, x)
    if da is None or db is None:
        return None
    if db is ZERO:
        return op("div", da, b)
    over = op("div", _product(a, db), op("pow", b, 2))
    return op("neg", over) if da is ZERO else add(op("div", da, b), op("neg", over))


def _power(t: Term, x: Term) -> Term | None:
    b, n = t.args
    db, dn = slope(b, x), slope(n, x)
    if db is None or dn is None:
        return None
    lower = num(n.data - 1) if n.head == "num" and not isinstance(n.data, str | None) else add(n, op("neg", 1))
    power = b if lower is ONE else op("pow", b, lower)
    by_base = _product(n, power, db)
    by_exponent = ZERO if dn is ZERO else _product(t, op("log", b), dn)
    return _total(by_base, by_exponent)


def _chain(t: Term, x: Term) -> Term | None:
    terms = []
    for k, a in enumerate(t.args):
        d = slope(a, x) if a.sort == "R" and t.head in ("exp", "log", "sqrt", "sin", "cos", "tanh", "f") else None
        if d is None:
            return None
        if d is not ZERO:
            by = outer(t, k)
            if by is None:
                return None
            terms.append(_product(by, d))
    return _total(*terms)


@lru_cache(maxsize=512)
def worked(t: Term) -> Term:
    """``t`` with the derivatives written out that the rules give."""
    args = [worked(a) for a in t.args]
    new = t if all(a is b for a, b in zip(args, t.args, strict=True)) else make(t.head, args, t.data)
    if new.head == "deriv" and not new.bound:
        x = fresh("x", new)
        try:
            found = slope(open_with(new.args[0], [x]), x)
            if found is not None and not (found.head == "deriv" and found.args[1] is x):
                return open_with(close_over(found, [x]), [new.args[1]])
        except TermError:
            return new
    return new
