"""Conditional expectations and the chances of events.

A conditional expectation is the expectation over the event divided by its chance; that an event has
a chance is shown by a quantity with an expectation over it.
"""

from __future__ import annotations

from derivations.kernel.term import Term, TermError, eq, mul, negation, num, op, subterms
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.tactics import context as C
from derivations.tactics import expectation as X
from derivations.tactics import steps as S
from derivations.tactics.conversion import everywhere


def conditioned(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """``E[X | A] P(A) = E[X 1(A)]``, and ``E[X | A] = E[X 1(A)] / P(A)``."""
    if t.head == "condE":
        return S.unfold(ctx, t)
    if t.head != "mul":
        return None
    factors = list(t.args)
    for c in [f for f in factors if f.head == "condE"]:
        chance = op("P", c.args[1])
        if chance not in factors:
            continue
        possible = prove(ctx, op("ne", chance, 0))
        part = op("E", mul(c.args[0], op("ind", c.args[1])))
        factors.remove(chance)
        factors[factors.index(c)] = part
        opened = S.congruence(ctx, t, [t.args.index(c)], [], S.unfold(ctx, c))
        return S.chain(ctx, [opened, S.norm(ctx, opened.goal.args[1], mul(*factors), [possible])])
    return None


def prove_chance(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """``P(A) != 0`` and ``0 < P(A)`` for an event about one random variable."""
    match goal.head, goal.args:
        case "ne", (p, zero) if p.head == "P" and zero is num(0):
            return _possible(ctx, p, prove)
        case "lt", (zero, p) if p.head == "P" and zero is num(0):
            mark = op("ind", p.args[0])
            sure = prove(ctx, op("surely", op("le", 0, mark)))
            back = S.symmetric(ctx, S.unfold(ctx, p))
            sign = S.rewrite(ctx, S.axiom(ctx, "E_nonneg", [sure], x=mark), [1], [], back)
            apart = S.turned(ctx, _possible(ctx, p, prove), op("ne", 0, p))
            return S.axiom(ctx, "lt_of_le_ne", [sign, apart], x=num(0), y=p)
    return None


def _possible(ctx: Context, p: Term, prove: C.Prove) -> Theorem:
    """``P(A) != 0``: if it were 0, the mean of z^2 over A would be 0.  Errors: Refused."""
    event = p.args[0]
    mark = op("ind", event)
    for z in dict.fromkeys(s for s in subterms(event) if s.head in ("r", "g") and not s.bound):
        part = op("E", mul(op("pow", z, 2), mark))
        try:
            value = _valued(ctx, part, prove)
            positive = prove(ctx, op("lt", 0, value.goal.args[1]))
        except (Refused, TermError):
            continue
        inner = ctx | {eq(p, 0)}
        none = S.chain(inner, [S.symmetric(inner, S.unfold(inner, p)), S.assume(inner, eq(p, 0))])
        sure = S.weaken(inner, prove(ctx, op("surely", op("le", 0, mark))))
        whole = S.weaken(inner, prove(ctx, op("integrable", mark)))
        null = S.axiom(inner, "E_null", [none, sure, whole], x=mark, y=op("pow", z, 2))
        zero = S.chain(inner, [S.symmetric(inner, S.weaken(inner, value)),
                               S.norm(inner, part, null.goal.args[0]), null])
        wrong = S.transport(inner, S.weaken(inner, positive), op("lt", 0, 0), [None, zero])
        no = derive("arith", inner, op("false"), [wrong], entries=[("pos", num(1), None, [0])])
        return S.absurd(ctx, negation(eq(p, 0)), [no])
    raise Refused(f"no quantity with an expectation over {event!r} was found")


def _valued(ctx: Context, t: Term, prove: C.Prove) -> Theorem:
    """The expectation over an event by symmetry and known moments.  Errors: Refused."""
    e = X.on_event(ctx, t, prove)
    links = [e] if e is not None else []
    now = e.goal.args[1] if e is not None else t
    half = X.symmetric_half(ctx, now, prove)
    if half is None:
        raise Refused("no symmetry about 0 is known")
    links.append(half)
    moment = everywhere(ctx, half.goal.args[1], lambda c, s: X.second_moment(c, s, prove))
    if moment is not None:
        links.append(moment)
    return S.chain(ctx, links)


__all__ = ["conditioned", "prove_chance"]
