"""Derivatives, head by head.

``slope`` finds the derivative of a body at a point and proves it; ``near_fact`` shows what holds
close to a point; ``differentiate`` puts the value in the place of a derivative.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction

from derivations.kernel.normal import normalizer, to_term
from derivations.kernel.term import (
    LOCAL,
    Term,
    TermError,
    add,
    bvar,
    close_over,
    eq,
    fresh,
    in_range,
    make,
    mul,
    negation,
    num,
    op,
    open_with,
    sub,
    subterms,
)
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.conversion import clean, cleanup, converted, everywhere, replaced
from derivations.tactics.equation import needs, same
from derivations.tactics.expectation import CONDITIONAL, branches

PLAIN = {"exp": "d_exp", "sin": "d_sin", "cos": "d_cos", "tanh": "d_tanh", "arctan": "d_arctan", "erf": "d_erf"}
POSITIVE = {"log": "d_log", "sqrt": "d_sqrt"}
UNFOLDED = frozenset({"relu", "max", "min", "abs", "sign", "ind"})


def _body(f: Term, x: Term) -> Term:
    return close_over(f, [x])


def _at(f: Term, x: Term, p: Term) -> Term:
    return open_with(close_over(f, [x]), [p])


def _value(t: Theorem) -> Term:
    return t.goal.args[2]


def _valued(ctx: Context, t: Theorem, e: Theorem) -> Theorem:
    """The same derivative, written as the right side of ``value = ...``."""
    return t if e.goal.args[0] is e.goal.args[1] else S.rewrite(ctx, t, [2], [], e)


def _tidied(ctx: Context, t: Theorem) -> Theorem:
    e = cleanup(ctx, _value(t))
    return t if e is None else _valued(ctx, t, e)


def _recast(ctx: Context, t: Theorem, x: Term, new: Term) -> Theorem:
    """The derivative of an equal body.  Errors: Refused if the canonical forms differ."""
    old = open_with(t.goal.args[0], [x])
    return t if old is new else S.rewrite(ctx, t, [0], [x], S.norm(ctx, old, new))


def slope(ctx: Context, f: Term, x: Term, p: Term, prove: C.Prove) -> Theorem:
    """``hasderiv(x. f, p, v)`` for the v that the rules give.  x occurs in neither ctx nor p.

    Errors: Refused (or TermError) if a part has no rule, or a condition is not shown.
    """
    if not C.depends(f, x):
        return S.axiom(ctx, "d_const", c=f, p=p)
    if f is x:
        return S.axiom(ctx, "d_id", p=p)
    return _tidied(ctx, _of_head(ctx, f, x, p, prove))


def _of_head(ctx: Context, f: Term, x: Term, p: Term, prove: C.Prove) -> Theorem:
    a = f.args
    if f.head in PLAIN or f.head in POSITIVE:
        t = slope(ctx, a[0], x, p, prove)
        sign = [prove(ctx, op("lt", 0, _at(a[0], x, p)))] if f.head in POSITIVE else []
        name = PLAIN.get(f.head) or POSITIVE[f.head]
        return S.axiom(ctx, name, [t, *sign], F=_body(a[0], x), p=p, a=_value(t))
    if f.head in UNFOLDED:
        e = S.unfold(ctx, f)
        t = slope(ctx, e.goal.args[1], x, p, prove)
        return S.rewrite(ctx, t, [0], [x], S.symmetric(ctx, e))
    match f.head:
        case "neg":
            t = slope(ctx, a[0], x, p, prove)
            return S.axiom(ctx, "d_neg", [t], F=_body(a[0], x), p=p, a=_value(t))
        case "add":
            return _folded(ctx, "d_add", f, a, x, p, prove)
        case "mul":
            return _product(ctx, f, x, p, prove)
        case "div":
            return _quotient(ctx, f, x, p, prove)
        case "pow":
            return _power(ctx, f, x, p, prove)
        case "sum" | "prod":
            return _over_range(ctx, f, x, p, prove)
        case "ite":
            return _branch(ctx, f, x, p, prove)
        case "f" | "g":
            return _unknown(ctx, f, x, p, prove)
        case "deriv":
            with suppress(Refused):
                return _unknown(ctx, f, x, p, prove)
            return _again(ctx, f, x, p, prove)
    raise Refused(f"no rule for the derivative of {f!r}")


def _two(ctx: Context, name: str, f: Term, s: Theorem, g: Term, t: Theorem, x: Term, p: Term,
         *more: Theorem) -> Theorem:
    made = S.axiom(ctx, name, [s, t, *more], F=_body(f, x), G=_body(g, x), p=p, a=_value(s), b=_value(t))
    return _tidied(ctx, made)


def _folded(ctx: Context, name: str, f: Term, parts: tuple[Term, ...], x: Term, p: Term, prove: C.Prove) -> Theorem:
    now, t = parts[0], slope(ctx, parts[0], x, p, prove)
    for g in parts[1:]:
        t = _two(ctx, name, now, t, g, slope(ctx, g, x, p, prove), x, p)
        now = op(f.head, now, g)
    return _recast(ctx, t, x, f)


def _product(ctx: Context, f: Term, x: Term, p: Term, prove: C.Prove) -> Theorem:
    still = [g for g in f.args if not C.depends(g, x)]
    moving = tuple(g for g in f.args if C.depends(g, x))
    if not still:
        return _folded(ctx, "d_mul", f, moving, x, p, prove)
    inner = mul(*moving)
    t = slope(ctx, inner, x, p, prove)
    c = mul(*still)
    return _recast(ctx, _two(ctx, "d_mul", c, slope(ctx, c, x, p, prove), inner, t, x, p), x, f)


def _quotient(ctx: Context, f: Term, x: Term, p: Term, prove: C.Prove) -> Theorem:
    top, bottom = f.args
    s = slope(ctx, top, x, p, prove)
    if not C.depends(bottom, x):
        c = op("div", 1, bottom)
        t = _two(ctx, "d_mul", c, slope(ctx, c, x, p, prove), top, s, x, p)
        return _valued(ctx, _recast(ctx, t, x, f), S.norm(ctx, _value(t), op("div", _value(s), bottom)))
    t = slope(ctx, bottom, x, p, prove)
    return _two(ctx, "d_div", top, s, bottom, t, x, p, prove(ctx, op("ne", _at(bottom, x, p), 0)))


def _power(ctx: Context, f: Term, x: Term, p: Term, prove: C.Prove) -> Theorem:
    b, n = f.args
    if b.head == "e":
        return _recast(ctx, slope(ctx, op("exp", n), x, p, prove), x, f)
    t, here = slope(ctx, b, x, p, prove), _at(b, x, p)
    if not C.depends(n, x):
        real = isinstance(n.data, Fraction) and n.data.denominator != 1
        for name, sign in (("d_pow_nat", op("le", 0, n)), ("d_pow_int", op("ne", here, 0))):
            if real:
                break
            try:
                facts = [prove(ctx, op("isint", n)), prove(ctx, sign)]
            except Refused:
                continue
            return S.axiom(ctx, name, [t, *facts], F=_body(b, x), p=p, n=n, a=_value(t))
    positive = prove(ctx, op("lt", 0, here))
    t = _two(ctx, "d_pow", b, t, n, slope(ctx, n, x, p, prove), x, p, positive)
    if C.depends(n, x):
        return t
    a = _value(slope(ctx, b, x, p, prove))
    return _valued(ctx, t, S.norm(ctx, _value(t), clean(mul(n, op("pow", here, sub(n, 1)), a)), [positive]))


def _over_range(ctx: Context, f: Term, x: Term, p: Term, prove: C.Prove) -> Theorem:
    lo, hi, body = f.args
    if C.depends(lo, x) or C.depends(hi, x):
        raise Refused(f"the bounds of {f!r} move")
    k = fresh("k", f, p, x, *ctx)
    inside = in_range(k, lo, hi)
    g = open_with(body, [k])
    t = slope(ctx | set(inside), g, x, p, prove)
    every = S.generalise(ctx, t, k, inside)
    return S.axiom(ctx, f"d_{f.head}", [every], lo=lo, hi=hi, p=p, F=close_over(g, [k, x]),
                   A=close_over(_value(t), [k]))


# -- conditions ---------------------------------------------------------------------------------

def _branch(ctx: Context, f: Term, x: Term, p: Term, prove: C.Prove) -> Theorem:
    on = f.args[0]
    if not C.depends(on, x):
        yes, no = (_one_side(ctx | {c}, f, S.assume(ctx | {c}, c), x, p, prove) for c in (on, negation(on)))
        if _value(yes) is not _value(no):
            whole = op("ite", on, _value(yes), _value(no))
            yes, no = (_valued(c, t, S.symmetric(c, S.branch(c, whole, S.assume(c, h))))
                       for t, h in ((yes, on), (no, negation(on))) for c in (ctx | {h},))
        return S.by_cases(ctx, on, yes, no)
    for c in (on, negation(on)):
        try:
            close = near_fact(ctx, c, x, p, prove, direct=True)
        except (Refused, TermError):
            continue
        return _one_side(ctx, f, S.assume(ctx | {c}, c), x, p, prove, close)
    raise Refused(f"{on!r} is not decided close to {p!r}")


def _one_side(ctx: Context, f: Term, decided: Theorem, x: Term, p: Term, prove: C.Prove,
              *close: Theorem) -> Theorem:
    """The derivative of a branch, which f is close to p."""
    e = S.symmetric(decided.ctx, S.branch(decided.ctx, f, decided))
    there = _near(ctx, e, x, p, close)
    g = e.goal.args[0]
    t = slope(ctx, g, x, p, prove)
    return S.axiom(ctx, "d_near", [there, t], F=_body(g, x), G=_body(f, x), p=p, a=_value(t))


# -- unknown functions, and derivatives of derivatives ------------------------------------------

def _known(ctx: Context, body: Term, q: Term, prove: C.Prove) -> Theorem | None:
    """The derivative of a body at a point by an assumption."""
    for f in C.plain_facts(ctx):
        s = _statement(f.goal)
        if s is not None and s.args[0] is body and s.args[1] is q:
            return _taken(ctx, f)
    for u in C.universals(ctx):
        for c in (u.conclusion, *(u.conclusion.args if u.conclusion.head in ("and", "surely") else ())):
            s, values = _statement(c), dict[Term, Term]()
            if s is None or not C.match_tree(s.args[0], body, u.variables, values) \
                    or not C.match_tree(s.args[1], q, u.variables, values) or set(values) != set(u.variables):
                continue
            t = C.instance(ctx, u, values, prove)
            for part in C.split(t) if t is not None else ():
                s = _statement(part.goal)
                if s is not None and s.args[0] is body and s.args[1] is q:
                    return _taken(ctx, part)
    return None


def _statement(g: Term) -> Term | None:
    if g.head == "hasderiv":
        return g
    if g.head != "exists" or g.args[0].head != "hasderiv":
        return None
    s = g.args[0]
    return s if s.args[2] is bvar(0) and s.args[0].bound <= 1 and not s.args[1].bound else None


def _taken(ctx: Context, t: Theorem) -> Theorem:
    if t.goal.head == "hasderiv":
        return t
    s = t.goal.args[0]
    return S.axiom(ctx, "d_deriv", [t], F=s.args[0], p=s.args[1])


def _unknown(ctx: Context, f: Term, x: Term, p: Term, prove: C.Prove) -> Theorem:
    """A function that an assumption calls differentiable, and the chain rule."""
    places = [n for n, a in enumerate(f.args) if C.depends(a, x)]
    if len(places) != 1 or (f.head == "deriv" and places != [1]):
        raise Refused(f"the variable stands in more than one place of {f!r}")
    (n,) = places
    y = fresh("y", f, p, x, *ctx)
    outer = _body(make(f.head, [*f.args[:n], y, *f.args[n + 1:]], f.data), y)
    t = _known(ctx, outer, _at(f.args[n], x, p), prove)
    if t is None:
        raise Refused(f"nothing is known of the derivative of {f!r}")
    if f.args[n] is x:
        return t
    s = slope(ctx, f.args[n], x, p, prove)
    return S.axiom(ctx, "d_chain", [s, t], F=outer, G=_body(f.args[n], x), p=p, a=_value(s), b=_value(t))


def _again(ctx: Context, f: Term, x: Term, p: Term, prove: C.Prove) -> Theorem:
    """The derivative of a derivative: the inner one is computed close to the point."""
    conditions, close = _conditions(ctx, f, x, p, prove)
    there = ctx | set(conditions)
    e = differentiate(there, f, prove, (x, p))
    if e is None:
        raise Refused(f"{f!r} is not found")
    g = e.goal.args[1]
    around = _near(ctx, S.symmetric(there, e), x, p, close)
    t = slope(ctx, g, x, p, prove)
    return S.axiom(ctx, "d_near", [around, t], F=_body(g, x), G=_body(f, x), p=p, a=_value(t))


# -- close to a point ---------------------------------------------------------------------------

def _near(ctx: Context, t: Theorem, x: Term, p: Term, close: tuple[Theorem, ...] | list[Theorem] = ()) -> Theorem:
    return S.near(ctx, x, p, t, close)


def near_fact(ctx: Context, w: Term, x: Term, p: Term, prove: C.Prove, *, direct: bool = False) -> Theorem:
    """``near(x. w, p)``.  x occurs in neither ctx nor p.  Errors: Refused."""
    for way in (_relation, _by_parts, _range_of, _outright, *(() if direct else (_conditionally,))):
        try:
            t = way(ctx, w, x, p, prove)
        except (Refused, TermError):
            continue
        if t is not None:
            return t
    raise Refused(f"{w!r} is not shown close to {p!r}")


def _outright(ctx: Context, w: Term, x: Term, p: Term, prove: C.Prove) -> Theorem | None:
    """It holds everywhere."""
    return _near(ctx, prove(ctx, w), x, p)


def _relation(ctx: Context, w: Term, x: Term, p: Term, prove: C.Prove) -> Theorem | None:
    """A strict relation at the point between functions that are continuous there."""
    if w.head == "le" and C.depends(w, x):
        strict = op("lt", *w.args)
        close = _relation(ctx, strict, x, p, prove)
        inner = ctx | {strict}
        weak = derive("arith", inner, w, [S.assume(inner, strict)], entries=[("pos", num(1), None, [0])])
        return None if close is None else _near(ctx, weak, x, p, [close])
    if w.head not in ("lt", "ne") or not C.depends(w, x):
        return None
    at = prove(ctx, _at(w, x, p))
    f, g = w.args
    return S.axiom(ctx, f"near_{w.head}", [slope(ctx, f, x, p, prove), slope(ctx, g, x, p, prove), at],
                   F=_body(f, x), G=_body(g, x), p=p,
                   a=_value(slope(ctx, f, x, p, prove)), b=_value(slope(ctx, g, x, p, prove)))


def _by_parts(ctx: Context, w: Term, x: Term, p: Term, prove: C.Prove) -> Theorem | None:
    if w.head == "and":
        close = [near_fact(ctx, a, x, p, prove) for a in w.args]
        inner = ctx | set(w.args)
        return _near(ctx, derive("conj", inner, w, [S.assume(inner, a) for a in w.args]), x, p, close)
    if w.head == "or":
        for a in w.args:
            try:
                close = [near_fact(ctx, a, x, p, prove)]
            except (Refused, TermError):
                continue
            return _near(ctx, derive("either", ctx | {a}, w, [S.assume(ctx | {a}, a)]), x, p, close)
    if w.head == "imp":
        a, b = w.args
        if C.depends(a, x):
            close = [near_fact(ctx, b, x, p, prove)]
            return _near(ctx, S.generalise(ctx | {b}, S.assume(ctx | {a, b}, b), None, [a]), x, p, close)
        inner = ctx | {a}
        close = [near_fact(inner, b, x, p, prove)]
        yes = _near(inner, S.generalise(inner | {b}, S.assume(inner | {b}, b), None, [a]), x, p, close)
        off = ctx | {negation(a)}
        both = off | {a}
        nothing = S.absurd(both, b, [S.assume(both, a), S.assume(both, negation(a))])
        no = _near(off, S.generalise(off, nothing, None, [a]), x, p)
        return S.by_cases(ctx, a, yes, no)
    return None


def _range_of(ctx: Context, w: Term, x: Term, p: Term, prove: C.Prove) -> Theorem | None:
    """A condition for every integer of a range that does not move."""
    if w.head != "forall":
        return None
    k = fresh("k", w, p, x, *ctx)
    body = open_with(w.args[0], [k])
    found: list[Term] = []
    for _ in range(3):
        if body.head != "imp":
            return None
        found.append(body.args[0])
        body = body.args[1]
    lo, hi = found[1].args[0], found[2].args[-1]
    if tuple(found) != in_range(k, lo, hi) or any(C.depends(t, x) or C.depends(t, k) for t in (lo, hi)):
        return None
    # as "the indicator is not 0", in the form that the scheme speaks of
    inner = ctx | set(found)
    close = near_fact(inner, body, x, p, prove)
    ind = op("ind", body)
    there = inner | {body}
    e = S.symmetric(there, S.branch(there, ind, S.assume(there, body)))
    one = S.rewrite(there, _one_is_not_zero(there), [0], [], e)
    marked = S.generalise(ctx, _near(inner, one, x, p, [close]), k, found)
    all_marked = S.axiom(ctx, "near_all", [marked], lo=lo, hi=hi, p=p, F=close_over(ind, [k, x]))
    every = open_with(all_marked.goal.args[0], [x])
    # and back
    at = ctx | {every, *found}
    here = S.modus(at, S.assume(at, every), *(S.assume(at, h) for h in found), at=k)
    no = at | {negation(body)}
    zero = S.branch(no, ind, S.assume(no, negation(body)))
    false = S.absurd(no, op("false"), [zero, S.weaken(no, here)])
    back = S.absurd(at, body, [false])
    return _near(ctx, S.generalise(ctx | {every}, back, k, found), x, p, [all_marked])


def _one_is_not_zero(ctx: Context) -> Theorem:
    less = derive("arith", ctx, op("lt", 0, 1), [], entries=[("pos", num(1), None, [])])
    return S.axiom(ctx, "ne_of_gt", [less], x=1, y=0)


def _conditionally(ctx: Context, w: Term, x: Term, p: Term, prove: C.Prove) -> Theorem | None:
    """It follows from strict relations that hold close to the point."""
    conditions, close = _conditions(ctx, w, x, p, prove)
    if not conditions:
        return None
    return _near(ctx, prove(ctx | set(conditions), w), x, p, close)


def _conditions(ctx: Context, w: Term, x: Term, p: Term, prove: C.Prove) -> tuple[list[Term], list[Theorem]]:
    """Strict relations in x that matter for a term and hold close to the point."""
    found: dict[Term, Theorem] = {}
    for c in _candidates(w):
        if not C.depends(c, x) or c in found:
            continue
        with suppress(Refused, TermError):
            t = _relation(ctx, c, x, p, prove)
            if t is not None:
                found[c] = t
    return list(found), list(found.values())


def _candidates(w: Term) -> Iterator[Term]:
    for s in subterms(w):
        if s.bound:
            continue
        inner = _statement(s) if s.head == "exists" else None
        if inner is not None:
            with suppress(TermError):
                yield from _candidates(open_with(inner.args[0], [inner.args[1]]))
        if s.sort == "R":
            yield from (c for c in needs(s) if c.head in ("lt", "ne"))
        match s.head:
            case "relu" | "abs" | "sign":
                yield from (op("lt", 0, s.args[0]), op("lt", s.args[0], 0))
            case "max" | "min":
                yield from (op("lt", *s.args), op("lt", *reversed(s.args)))
            case "le" | "lt":
                yield from (op("lt", *s.args), op("lt", *reversed(s.args)))
            case "ne" | "eq":
                yield op("ne", *s.args)
            case _ if s.head in LOCAL and not s.args[1].bound:
                with suppress(TermError):
                    yield from _candidates(open_with(s.args[0], [s.args[1]]))


# -- values -------------------------------------------------------------------------------------

def differentiate(ctx: Context, t: Term, prove: C.Prove, taken: tuple[Term, ...] = ()) -> Theorem | None:
    """``deriv(x. f, p) = v``; None where the value is not found."""
    if t.head != "deriv" or t.bound:
        return None
    body, p = t.args
    x = fresh("x", t, *taken, *ctx)
    s = slope(ctx, open_with(body, [x]), x, p, prove)
    e = S.axiom(ctx, "d_unique", [s], F=body, p=p, a=_value(s))
    if e.goal.args[1] is t:
        return None
    nice = settled(ctx, e.goal.args[1], prove)
    links = [e] if nice is None else [e, nice]
    now = links[-1].goal.args[1]
    if now.head == "neg" and now.args[0].head == "add":
        links.append(S.norm(ctx, now, clean(add(*(op("neg", a) for a in now.args[0].args)))))
    return S.chain(ctx, links)


def rule_of(t: Term) -> str:
    """The rule of differentiation that the outermost derivative in a term calls for."""
    inner = next((s for s in subterms(t) if s.head == "deriv"), None)
    if inner is None:
        return "derivative"
    f, level = inner.args[0], 0
    while f.head in ("neg", "sum"):
        f, level = f.args[-1], level + (f.head == "sum")

    def moves(a: Term) -> bool:
        return a.bound > level          # its largest loose index is the variable
    if f.head == "div" and moves(f.args[1]):
        return "quotient rule"
    if f.head == "mul" and sum(map(moves, f.args)) > 1:
        return "product rule"
    return "derivative"


def settled(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """Cases that make no difference, and sums with one term, taken away."""
    links: list[Theorem] = []

    def convert(c: Context, s: Term) -> Theorem | None:
        try:
            return one_by_one(c, s) or _alike(c, s) or single(c, s, prove) or constants_out(c, s)
        except (Refused, TermError):
            return None
    for _ in range(8):
        e = everywhere(ctx, t, convert, deep=True)
        if e is not None:
            links.append(e)
        now = links[-1].goal.args[1] if links else t
        tidy = cleanup(ctx, now)
        if tidy is not None:
            links.append(tidy)
        if e is None:
            break
        t = links[-1].goal.args[1]
    now = links[-1].goal.args[1] if links else t
    if any(s.head in CONDITIONAL for s in subterms(now)):
        e = branches(ctx, now, prove)
        if e is not None:
            tidy = cleanup(ctx, e.goal.args[1])
            links += [e] if tidy is None else [e, tidy]
    return S.chain(ctx, links) if links else None


def _swap(ctx: Context, t: Term, e: Theorem) -> tuple[Theorem | None, Term]:
    """``t`` with the left side of an equation replaced by the right everywhere."""
    found = replaced(ctx, t, e)
    return found, found.goal.args[1] if found is not None else t


def one_by_one(ctx: Context, t: Term) -> Theorem | None:
    """``ite(p and q, s, r) = ite(p, ite(q, s, r), r)``."""
    if t.head != "ite" or t.args[0].head != "and" or t.bound:
        return None
    both, s, r = t.args
    p, rest = both.args[0], both.args[1:]
    q = rest[0] if len(rest) == 1 else op("and", *rest)
    new = op("ite", p, op("ite", q, s, r), r)

    def no(c: Context, failing: Term) -> Theorem:
        """``not (p and q)``, as one of them fails."""
        inner = c | {both}
        parts = [derive("part", inner, a, [S.assume(inner, both)], index=n) for n, a in enumerate(both.args)]
        held = parts[0] if failing is p else parts[1] if len(rest) == 1 else derive("conj", inner, q, parts[1:])
        false = S.absurd(inner, op("false"), [held, S.assume(inner, negation(failing))])
        return S.absurd(c, negation(both), [false])
    yes = ctx | {p}
    ends = []
    for c, on in ((yes | {q}, True), (yes | {negation(q)}, False)):
        a, b = S.assume(c, p), S.assume(c, q if on else negation(q))
        parts = [derive("part", c, x, [b], index=n) for n, x in enumerate(rest)] if on and len(rest) > 1 else [b]
        left = S.branch(c, t, derive("conj", c, both, [a, *parts]) if on else no(c, q))
        first = S.branch(c, new, a)
        right = S.chain(c, [first, S.branch(c, first.goal.args[1], b)])
        ends.append(S.chain(c, [left, S.symmetric(c, right)]))
    c = ctx | {negation(p)}
    other = S.chain(c, [S.branch(c, t, no(c, p)), S.symmetric(c, S.branch(c, new, S.assume(c, negation(p))))])
    return S.by_cases(ctx, p, S.by_cases(yes, q, *ends), other)


def _alike(ctx: Context, t: Term) -> Theorem | None:
    """``ite(a = b, s, t) = t`` where s and t agree once a is b, and with what else is equal there."""
    if t.head != "ite" or t.args[0].head != "eq" or t.bound:
        return None
    on, s, r = t.args
    yes, no = ctx | {on}, ctx | {negation(on)}
    names = [S.assume(yes, h) for h in C.ordered(yes) if h.head == "eq" and all(a.head == "v" for a in h.args)]
    for turned in (False, True):
        links, back = [S.branch(yes, t, S.assume(yes, on))], []
        u, v = s, r
        for e in names:
            e = S.symmetric(yes, e) if turned else e
            one, u = _swap(yes, u, e)
            two, v = _swap(yes, v, e)
            links += [one] if one else []
            back += [S.symmetric(yes, two)] if two else []
        if u is v or same(u, v):
            links += [*([S.norm(yes, u, v)] if u is not v else []), *reversed(back)]
            return S.by_cases(ctx, on, S.chain(yes, links), S.branch(no, t, S.assume(no, negation(on))))
    return None


def _delta_in(t: Term, k: Term) -> tuple[Term, Term] | None:
    """A condition ``k = i`` with i free of k on a branch in t, outside binders: the branch and i."""
    for s in subterms(t):
        if s.head == "ite" and s.args[0].head == "eq":
            a, b = s.args[0].args
            for one, other in ((a, b), (b, a)):
                if one is k and not C.depends(other, k) and not other.bound:
                    return s, other
    return None


def single(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    """A sum in which the term k = i is special: that term, and the sum of the usual ones."""
    if t.head != "sum" or t.bound:
        return None
    lo, hi, body = t.args
    k = fresh("k", t, *ctx)
    f = open_with(body, [k])
    found = _delta_in(f, k)
    if found is None:
        return None
    special, i = found
    facts = [prove(ctx, h) for h in in_range(i, lo, hi)]
    on = eq(k, i)
    inner = ctx | set(in_range(k, lo, hi))
    ends: list[tuple[Context, list[Theorem], Term]] = []
    for c in (on, negation(on)):
        here = inner | {c}
        decided = _turned(here, S.assume(here, c), special.args[0])
        b = S.branch(here, special, decided)
        e, new = _swap(here, f, b)
        if e is None:
            return None
        links = [e]
        tidy = cleanup(here, new)
        if tidy is not None:
            links.append(tidy)
            new = tidy.goal.args[1]
        ends.append((here, links, new))
    usual = ends[1][2]
    d = _shorter(sub(ends[0][2], usual)) if usual is not num(0) else ends[0][2]
    split = op("ite", on, d, 0)
    whole = split if usual is num(0) else add(split, usual)
    sides = []
    for (here, links, new), c in zip(ends, (on, negation(on)), strict=True):
        b = S.branch(here, split, S.assume(here, c))
        path = [] if usual is num(0) else [0]
        after = S.congruence(here, whole, path, [], b)
        middle = _equal(here, new, after.goal.args[1], prove)
        sides.append(S.chain(here, [*links, middle, S.symmetric(here, after)]))
    e = S.by_cases(inner, on, *sides)
    links = [S.congruence(ctx, t, [2], [k], e)]
    one = make("sum", (lo, hi, close_over(split, [k])))
    delta = S.axiom(ctx, "sum_delta", facts, i=i, lo=lo, hi=hi, F=close_over(d, [k]))
    if usual is num(0):
        return S.chain(ctx, [*links, delta])
    rest = make("sum", (lo, hi, close_over(usual, [k])))
    links.append(_equal(ctx, links[-1].goal.args[1], add(one, rest), prove))
    links.append(S.congruence(ctx, add(one, rest), [0], [], delta))
    return S.chain(ctx, links)


def _equal(ctx: Context, a: Term, b: Term, prove: C.Prove) -> Theorem:
    """``a = b``, with facts about denominators only if they are needed.  Errors: Refused."""
    try:
        return S.norm(ctx, a, b)
    except Refused:
        return prove(ctx, eq(a, b))


def _shorter(t: Term) -> Term:
    """The canonical form of a polynomial where it is the shorter one."""
    r = normalizer(frozenset()).form(t)
    if not r.is_poly():
        return t
    new = to_term(r)
    return new if len(subterms(new)) < len(subterms(t)) else t


def constants_out(ctx: Context, t: Term) -> Theorem | None:
    """Signs and factors that do not change along a sum, taken out of it."""
    if t.head != "sum" or t.bound:
        return None
    lo, hi, body = t.args
    k = fresh("k", t, *ctx)
    out, rest = _constant_part(open_with(body, [k]), k)
    if out is num(1) or rest is num(1):
        return None
    inner = make("sum", (lo, hi, close_over(rest, [k])))
    return S.norm(ctx, t, op("neg", inner) if out is num(-1) else _times(out, inner))


def _times(c: Term, t: Term) -> Term:
    if c.head == "neg":
        return op("neg", _times(c.args[0], t))
    if c.head == "div" and c.args[0] is num(1):
        return op("div", t, c.args[1])
    return mul(c, t)


def _constant_part(f: Term, k: Term) -> tuple[Term, Term]:
    """``f`` as a factor without k times the rest."""
    if not C.depends(f, k):
        return f, num(1)
    match f.head:
        case "neg":
            c, rest = _constant_part(f.args[0], k)
            return clean(op("neg", c)), rest
        case "mul":
            parts = [_constant_part(a, k) for a in f.args]
            return clean(mul(*(c for c, _ in parts))), clean(mul(*(r for _, r in parts)))
        case "div" if not C.depends(f.args[1], k):
            c, rest = _constant_part(f.args[0], k)
            return op("div", c, f.args[1]), rest
        case "div":
            c, rest = _constant_part(f.args[0], k)
            return c, op("div", rest, f.args[1])
    return num(1), f


def _turned(ctx: Context, t: Theorem, on: Term) -> Theorem:
    """``k = i`` (or its opposite) as the condition ``i = k`` (or its opposite)."""
    if t.goal in (on, negation(on)):
        return t
    if t.goal.head == "eq":
        return S.symmetric(ctx, t)
    back = ctx | {on}
    false = S.absurd(back, op("false"), [S.symmetric(back, S.assume(back, on)), S.weaken(back, t)])
    return S.absurd(ctx, negation(on), [false])


def prove_derivative(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """Derivatives, that there is one, what holds close to a point, relations between derivatives."""
    match goal.head:
        case "hasderiv":
            body, p, v = goal.args
            x = fresh("x", goal, *ctx)
            t = slope(ctx, open_with(body, [x]), x, p, prove)
            return t if t.goal is goal else _valued(ctx, t, prove(ctx, eq(_value(t), v)))
        case "exists":
            s = _statement(goal)
            if s is None:
                return None
            x = fresh("x", goal, *ctx)
            t = slope(ctx, open_with(s.args[0], [x]), x, s.args[1], prove)
            return S.axiom(ctx, "d_exists", [t], F=s.args[0], p=s.args[1], a=_value(t))
        case "near":
            x = fresh("x", goal, *ctx)
            return near_fact(ctx, open_with(goal.args[0], [x]), x, goal.args[1], prove)
        case "eq" | "ne" | "lt" | "le":
            return _of_values(ctx, goal, prove)
    return None


def _of_values(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    if not any(s.head == "deriv" for s in subterms(goal)):
        return None
    return converted(ctx, goal, differentiate, prove)


__all__ = ["constants_out", "differentiate", "near_fact", "prove_derivative", "rule_of", "settled", "single", "slope"]
