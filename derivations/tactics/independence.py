"""Independence of two factors.

Finds the independence statement and the facts about indices that the kernel's rule asks for.
"""

from __future__ import annotations

from derivations.kernel.term import Term, in_range, op, open_with
from derivations.kernel.theorem import Context, Refused, Theorem, blocks_of, elements
from derivations.tactics import context as C
from derivations.tactics import steps as S

Place = tuple[int, tuple[Term, ...], list[Term]]


def _place(e: Term, indep: Term) -> tuple[int, tuple[Term, ...], list[Term]] | None:
    for n, (ranges, members) in enumerate(blocks_of(indep)):
        for m in members:
            if (m.head, m.data, len(m.args)) != (e.head, e.data, len(e.args)):
                continue
            depth = len(ranges)
            values = {p.data: a for p, a in zip(m.args, e.args, strict=True) if p.head == "b"}
            if set(values) != set(range(depth)):
                return None
            point = tuple(values[depth - 1 - i] for i in range(depth))
            facts = []
            for i, (lo, hi) in enumerate(ranges):
                outer = list(reversed(point[:i]))
                facts += list(in_range(point[i], open_with(lo, outer), open_with(hi, outer)))
            return n, point, facts
    return None


def independent(ctx: Context, x: Term, y: Term, prove: C.Prove) -> Theorem | None:
    """``indep(x, y)`` from an independence among the givens; None if not shown."""
    for f in C.plain_facts(ctx):
        if f.goal.head != "indep":
            continue
        try:
            return S.independent(ctx, x, y, f, _index_facts(ctx, f.goal, x, y, prove))
        except Refused:
            continue
    return None


def _index_facts(ctx: Context, indep: Term, x: Term, y: Term, prove: C.Prove) -> list[Theorem]:
    wanted: dict[Term, None] = {}
    left: list[Place] = []
    right: list[Place] = []
    for t, side in ((x, left), (y, right)):
        for e in elements(t):
            if e.bound:
                raise Refused(f"{e!r} is not a fixed member")
            place = _place(e, indep)
            if place is None:
                raise Refused(f"{e!r} is in no independent block")
            side.append(place)
            for fact in place[2]:
                wanted[fact] = None
    out = [prove(ctx, w) for w in wanted]
    for n, p, _ in left:
        for m, q, _ in right:
            if n == m:
                out.append(_apart(ctx, p, q, prove))
    return out


def _apart(ctx: Context, p: tuple[Term, ...], q: tuple[Term, ...], prove: C.Prove) -> Theorem:
    for a, b in zip(p, q, strict=True):
        try:
            return prove(ctx, op("ne", a, b))
        except Refused:
            continue
    raise Refused("the same variable may stand on both sides")


__all__ = ["elements", "independent"]
