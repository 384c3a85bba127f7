"""Rewriting everywhere in a term.

A conversion looks at one subterm in its context and gives an equation or None; ``everywhere``
puts such equations together into one for the whole term.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from derivations.kernel.term import (
    BINDERS,
    MODAL,
    RANGED,
    Term,
    TermError,
    close_over,
    fresh,
    in_range,
    make,
    negation,
    num,
    op,
    open_with,
    subterms,
)
from derivations.kernel.theorem import Context, Refused, Theorem
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.equation import same, tidy

Conversion = Callable[[Context, Term], Theorem | None]
Local = Callable[[Context, Term, C.Prove], Theorem | None]


@lru_cache(maxsize=1 << 16)
def heads_of(t: Term) -> frozenset[str]:
    """The heads of a term and of its parts."""
    return frozenset((t.head,)).union(*map(heads_of, t.args))


def _inside(ctx: Context, t: Term, n: int, taken: tuple[Term, ...]) -> tuple[Context, Term, Term | None]:
    """The context that holds at argument n, the argument, and the symbol opened for a binder."""
    child, x = t.args[n], None
    if t.head in MODAL:
        ctx = frozenset(h for h in ctx if not h.random)
    if n in BINDERS.get(t.head, ()):
        x = fresh("i" if t.head in ("sum", "prod") else "k", t, *ctx, *taken)
        child = open_with(child, [x])
        if t.head in RANGED:
            ctx = ctx | set(in_range(x, t.args[0], t.args[1]))
    elif t.head == "ite" and n > 0:
        ctx = ctx | {t.args[0] if n == 1 else negation(t.args[0])}
    return ctx, child, x


def everywhere(ctx: Context, t: Term, conversion: Conversion, *, deep: bool = False,
               first: bool = False, taken: tuple[Term, ...] = (), at: frozenset[str] | None = None) -> Theorem | None:
    """``t = t'`` with the conversion applied at the outermost places (``deep``: inside first).

    ``first`` stops after one place; ``at`` names the heads that the conversion looks at, if it is known.
    None if it applies nowhere.
    """
    if at is not None and not at & heads_of(t):
        return None
    try:
        links: list[Theorem] = []
        if not deep and t.sort == "R" and (at is None or t.head in at):
            here = conversion(ctx, t)
            if here is not None and here.goal.args[1] is not t:
                return S.weaken(ctx, here)
        now = t
        for n in range(len(t.args)):
            if now.args[n].sort == "K" or (at is not None and not at & heads_of(now.args[n])):
                continue
            inner, child, x = _inside(ctx, now, n, taken)
            e = everywhere(inner, child, conversion, deep=deep, first=first,
                           taken=(*taken, *([x] if x is not None else [])), at=at) if child.sort == "R" else \
                _statement(inner, child, conversion, deep, first, taken)
            if e is None:
                continue
            equation, path, names = (e, [], []) if isinstance(e, Theorem) else e
            link = S.congruence(ctx, now, [n, *path], [*([x] if x is not None else []), *names], equation)
            links.append(link)
            now = link.goal.args[1]
            if first:
                break
        if deep and now.sort == "R" and not (first and links):
            here = conversion(ctx, now)
            if here is not None and here.goal.args[1] is not now:
                links.append(S.weaken(ctx, here))
        return S.chain(ctx, links) if links else None
    except (Refused, TermError):
        return None


def _statement(ctx: Context, p: Term, conversion: Conversion, deep: bool, first: bool,
               taken: tuple[Term, ...]) -> tuple[Theorem, list[int], list[Term]] | None:
    """The first place inside a statement (a condition) where the conversion applies."""
    for n in range(len(p.args)):
        if n in BINDERS.get(p.head, ()):
            continue
        a = p.args[n]
        if a.sort == "R":
            e = everywhere(ctx, a, conversion, deep=deep, first=first, taken=taken)
            if e is not None:
                return e, [n], []
        elif a.sort == "B":
            found = _statement(ctx, a, conversion, deep, first, taken)
            if found is not None:
                return found[0], [n, *found[1]], found[2]
    return None


def wherever(ctx: Context, t: Term, local: Local, prove: C.Prove, *at: str) -> Theorem | None:
    """``everywhere`` with a conversion that may refuse a place; ``at``: the heads that it looks at."""
    def convert(c: Context, s: Term) -> Theorem | None:
        try:
            return local(c, s, prove)
        except (Refused, TermError):
            return None
    return everywhere(ctx, t, convert, at=frozenset(at) or None)


def repeated(ctx: Context, t: Term, conversion: Conversion, limit: int = 12, *,
             deep: bool = False) -> Theorem | None:
    """``everywhere`` until nothing changes, at most ``limit`` times."""
    links: list[Theorem] = []
    now = t
    for _ in range(limit):
        e = everywhere(ctx, now, conversion, deep=deep)
        if e is None:
            break
        links.append(e)
        now = e.goal.args[1]
    return S.chain(ctx, links) if links else None


def replaced(ctx: Context, t: Term, equation: Theorem) -> Theorem | None:
    """``t`` with the right side of an equation put for its left side wherever the equation holds."""
    a, b = equation.goal.args

    def convert(c: Context, s: Term) -> Theorem | None:
        return S.weaken(c, equation) if s is a and equation.ctx <= c else None
    # inside a condition one place is changed at a time
    return everywhere(ctx, t, convert) if a in subterms(b) else repeated(ctx, t, convert)


def cleanup(ctx: Context, t: Term) -> Theorem | None:
    """Zeros, ones and integer constants tidied; nothing that a reader would call a step."""
    new = clean(t)
    if new is t or not same(t, new):
        return None
    return S.norm(ctx, t, new)


def clean(t: Term) -> Term:
    """The tidied term (equal without any condition, or ``t`` itself)."""
    args = [clean(a) for a in t.args]
    zero, one = num(0), num(1)
    match t.head:
        case "add":
            flat = [b for a in args for b in (a.args if a.head == "add" else (a,))]
            flat = [a for a in flat if a is not zero]
            if not flat:
                return zero
            if len(flat) == 1:
                return flat[0]
            return tidy(op("add", *flat)) if any(a.head == "num" for a in flat) else op("add", *flat)
        case "mul":
            flat = [b for a in args for b in (a.args if a.head == "mul" else (a,))]
            if zero in flat:
                return zero
            flat = [a for a in flat if a is not one]
            if not flat:
                return one
            return flat[0] if len(flat) == 1 else op("mul", *flat)
        case "neg":
            if args[0] is zero:
                return zero
            if args[0].head == "neg":
                return args[0].args[0]
            if args[0].head == "num":
                return num(-args[0].data)        # type: ignore[operator]
        case "div":
            if args[0] is zero:
                return zero
            if args[1] is one:
                return args[0]
        case "pow":
            if args[1] is one:
                return args[0]
            if args[1] is zero:
                return one
            if args[0] is one:
                return one
            if args[0] is zero and args[1].head == "num" and args[1].data > 0:     # type: ignore[operator]
                return zero
        case "exp":
            if args[0] is zero:
                return one
        case "sum":
            if args[2] is zero:
                return zero
            return _from_one(*args) or make(t.head, args)
    return t if all(a is b for a, b in zip(args, t.args, strict=True)) else make(t.head, args, t.data)


def _from_one(lo: Term, hi: Term, body: Term) -> Term | None:
    """``sum(0, n - 1, f(k + 1))`` as ``sum(1, n, f(k))``."""
    if lo is not num(0) or not body.bound:
        return None
    x = fresh("k", lo, hi, body)
    y = fresh("k", x, lo, hi, body)
    after = (op("add", x, 1), op("add", 1, x))

    def turned(t: Term) -> Term:
        if t in after:
            return y
        return make(t.head, [turned(a) for a in t.args], t.data) if t.args and x.symbols & t.symbols else t
    new = turned(open_with(body, [x]))
    return None if x.symbols & new.symbols else make("sum", (num(1), tidy(op("add", hi, 1)), close_over(new, [y])))


def in_other_words(ctx: Context, goal: Term, links: Sequence[Theorem | None], prove: C.Prove) -> Theorem | None:
    """The goal, shown with its arguments replaced by what they are equal to; None if no link does so."""
    if not any(links):
        return None
    target = op(goal.head, *(e.goal.args[1] if e else a for e, a in zip(links, goal.args, strict=True)))
    back = [S.symmetric(ctx, e) if e else None for e in links]
    return S.transport(ctx, prove(ctx, target), goal, back)


def converted(ctx: Context, goal: Term, local: Local, prove: C.Prove, *at: str) -> Theorem | None:
    """The goal, shown with its arguments converted ``wherever`` that is possible."""
    return in_other_words(ctx, goal, [wherever(ctx, a, local, prove, *at) for a in goal.args], prove)
