"""Increasing functions, and members of sums and maxima.

``exp(a) <= exp(b)`` from ``a <= b``; a member of a sum of non-negative terms is at most the sum.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivations.kernel.term import (
    Term,
    TermError,
    add,
    close_over,
    eq,
    fresh,
    in_range,
    make,
    num,
    op,
    open_with,
    subterms,
    tree_size,
)
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.tactics import context as C
from derivations.tactics import steps as S

INCREASING = {"exp": num(0), "log": num(1)}         # and where the value is 1 and 0
_AT_START = {num(1): "exp", num(0): "log"}


def prove_monotone(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """``f(a) <= f(b)`` or ``f(a) < f(b)`` for the exponential and the logarithm; 1 and 0 count as values, and
    beside ``log u`` a short t does, as ``log(e^t)``."""
    if goal.head not in ("le", "lt"):
        return None
    heads = {a.head for a in goal.args} & set(INCREASING)
    if len(heads) != 1:
        return None
    (head,) = heads
    value = num(1) if head == "exp" else num(0)
    if not all(a.head == head or a is value for a in goal.args):
        return _beside_logarithm(ctx, goal, prove) if head == "log" else None
    a, b = (x.args[0] if x.head == head else INCREASING[head] for x in goal.args)
    t = _increasing(ctx, goal.head, head, a, b, prove)
    back = [None if x.head == head else at_start(ctx, head) for x in goal.args]
    return S.transport(ctx, t, goal, back)


def _beside_logarithm(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    (t,) = (a for a in goal.args if a.head != "log")
    if tree_size(t) > 20 or any(s.head in ("log", "sum", "prod", "E") for s in subterms(t)):
        return None
    a, b = (x.args[0] if x.head == "log" else op("exp", x) for x in goal.args)
    found = _increasing(ctx, goal.head, "log", a, b, prove)
    return S.transport(ctx, found, goal, [None if x.head == "log" else S.axiom(ctx, "log_exp", x=x) for x in goal.args])


def at_start(ctx: Context, head: str) -> Theorem:
    """``exp 0 = 1`` or ``log 1 = 0``."""
    one = S.norm(ctx, op("exp", 0), num(1))
    if head == "exp":
        return one
    put = S.congruence(ctx, op("log", 1), [0], [], S.symmetric(ctx, one))
    return S.chain(ctx, [put, S.axiom(ctx, "log_exp", x=0)])


def _increasing(ctx: Context, relation: str, head: str, a: Term, b: Term, prove: C.Prove) -> Theorem:
    positive = [prove(ctx, op("lt", 0, a))] if head == "log" else []
    if relation == "lt":
        return S.axiom(ctx, f"{head}_lt", [*positive, prove(ctx, op("lt", a, b))], x=a, y=b)
    below = prove(ctx, op("le", a, b))
    on = op("lt", a, b)
    yes, no = ctx | {on}, ctx | {op("le", b, a)}
    strict = S.axiom(yes, f"{head}_lt", [*(S.weaken(yes, p) for p in positive), S.assume(yes, on)], x=a, y=b)
    goal = op("le", op(head, a), op(head, b))
    weak = derive("arith", yes, goal, [strict], entries=[("pos", num(1), None, [0])])
    same = S.axiom(no, "le_antisym", [S.weaken(no, below), S.assume(no, op("le", b, a))], x=a, y=b)
    equal = S.congruence(no, op(head, a), [0], [], same)
    return S.by_cases(ctx, on, weak, S.axiom(no, "le_of_eq", [equal], x=op(head, a), y=op(head, b)))


# -- members ------------------------------------------------------------------------------------

def members(ctx: Context, terms: tuple[Term, ...], prove: C.Prove) -> Iterator[Theorem]:
    """What the sums and maxima in the terms say of those of their members that occur as well."""
    inside = {s: None for t in terms for s in subterms(t) if not s.bound}
    for t in inside:
        if t.head not in ("sum", "maxover"):
            continue
        for i in _indices(t, inside):
            try:
                yield _largest(ctx, t, i, prove) if t.head == "maxover" else _summand(ctx, t, i, prove)
            except (Refused, TermError):
                continue


def _indices(t: Term, inside: dict[Term, None]) -> Iterator[Term]:
    """The i whose member is among the terms."""
    k = fresh("k", t)
    body = open_with(t.args[2], [k])
    found: dict[Term, None] = {}
    for p in C.families(body):
        for w in inside:
            values = C.match(p, w, (k,)) if w.head == p.head and p.symbols & k.symbols else None
            if values and k in values:
                found[values[k]] = None
    return (i for i in found if open_with(t.args[2], [i]) in inside)


def _largest(ctx: Context, t: Term, i: Term, prove: C.Prove) -> Theorem:
    lo, hi, body = t.args
    return S.axiom(ctx, "max_ge", [prove(ctx, h) for h in in_range(i, lo, hi)], i=i, lo=lo, hi=hi, F=body)


def _summand(ctx: Context, t: Term, i: Term, prove: C.Prove) -> Theorem:
    """``F(i) < sum`` where all terms are positive and there is another one, else ``F(i) <= sum``."""
    lo, hi = t.args[:2]
    try:
        prove(ctx, op("lt", lo, hi))
        return S.by_cases(ctx, eq(i, lo), *(_beside(ctx | {c}, t, i, j, prove)
                                            for c, j in ((eq(i, lo), hi), (op("ne", i, lo), lo))))
    except (Refused, TermError):
        return _part(ctx, t, [i], prove)


def _beside(ctx: Context, t: Term, i: Term, j: Term, prove: C.Prove) -> Theorem:
    other, own = (open_with(t.args[2], [x]) for x in (j, i))
    both, positive = _part(ctx, t, [i, j], prove), prove(ctx, op("lt", 0, other))
    return derive("arith", ctx, op("lt", own, t), [both, positive],
                  entries=[("pos", num(1), None, [0]), ("pos", num(1), None, [1])])


def _part(ctx: Context, t: Term, places: list[Term], prove: C.Prove) -> Theorem:
    """The sum of the terms at one or two different places is at most the whole sum of non-negative terms."""
    lo, hi, body = t.args
    k = fresh("k", t, *places, *ctx)
    inner = ctx | set(in_range(k, lo, hi))
    f = open_with(body, [k])
    chosen = [op("ite", eq(k, i), f, 0) for i in places]
    part = add(*chosen)
    apart = [] if len(places) == 1 else [prove(ctx, op("ne", places[0], places[1]))]
    below = _below(inner, k, f, places, chosen, apart, prove)
    every = S.generalise(ctx, below, k, list(in_range(k, lo, hi)))
    few = make("sum", (lo, hi, close_over(part, [k])))
    t_le = S.axiom(ctx, "sum_mono", [every], lo=lo, hi=hi, F=close_over(part, [k]), G=body)
    sums = [make("sum", (lo, hi, close_over(c, [k]))) for c in chosen]
    links = [S.norm(ctx, few, add(*sums))]
    for n, i in enumerate(places):
        delta = S.axiom(ctx, "sum_delta", [prove(ctx, h) for h in in_range(i, lo, hi)], i=i, lo=lo, hi=hi, F=body)
        links.append(S.congruence(ctx, links[-1].goal.args[1], [n] if len(places) > 1 else [], [], delta))
    return S.rewrite(ctx, t_le, [0], [], S.chain(ctx, links))


def _below(ctx: Context, k: Term, f: Term, places: list[Term], chosen: list[Term], apart: list[Theorem],
           prove: C.Prove) -> Theorem:
    """``ite(k = i, f, 0) + ... <= f`` by cases."""
    goal = op("le", add(*chosen), f)

    def concluded(c: Context, at: int | None) -> Theorem:
        prem = []
        for n, (i, x) in enumerate(zip(places, chosen, strict=True)):
            prem.append(S.branch(c, x, S.assume(c, eq(k, i)) if n == at else _elsewhere(c, k, places, n, at, apart)))
        entries: list[tuple[str, Term, Term | None, list[int]]] = [("eq", num(1), None, [n]) for n in range(len(prem))]
        if at is None:
            prem.append(prove(c, op("le", 0, f)))
            entries = [*entries, ("pos", num(1), None, [len(prem) - 1])]
        return derive("arith", c, goal, prem, entries=entries)

    def case(c: Context, n: int) -> Theorem:
        if n == len(places):
            return concluded(c, None)
        on, off = eq(k, places[n]), op("ne", k, places[n])
        return S.by_cases(c, on, concluded(c | {on}, n), case(c | {off}, n + 1))
    return case(ctx, 0)


def _elsewhere(ctx: Context, k: Term, places: list[Term], n: int, at: int | None, apart: list[Theorem]) -> Theorem:
    """``k != places[n]`` where k is another place or none of them."""
    off = op("ne", k, places[n])
    if off in ctx:
        return S.assume(ctx, off)
    if at is None:
        raise Refused("the place is open")
    same = S.assume(ctx, eq(k, places[at]))
    differ = S.weaken(ctx, apart[0])            # places[0] != places[1]
    back = S.symmetric(ctx, same)
    moved = S.rewrite(ctx, differ, [at], [], back)
    if moved.goal is off:
        return moved
    inner = ctx | {eq(k, places[n])}
    turned = S.symmetric(inner, S.assume(inner, eq(k, places[n])))
    return S.absurd(ctx, off, [S.absurd(inner, op("false"), [turned, S.weaken(inner, moved)])])


__all__ = ["at_start", "members", "prove_monotone"]
