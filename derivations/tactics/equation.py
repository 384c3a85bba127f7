"""Equations by canonical forms.

Collects the facts that the canonical form needs (denominators, bases, radicands, integer
indices), then compares.
"""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

from derivations.kernel.normal import normalizer, relevant, to_term
from derivations.kernel.polynomial import ONE, Ratio, scale
from derivations.kernel.term import BINDERS, MODAL, Term, TermError, num, op, subterms, tree_size
from derivations.kernel.theorem import Context, Refused, Theorem
from derivations.tactics import context as C
from derivations.tactics import steps as S

NUMERIC = frozenset({"ne", "lt", "le", "isint"})


def needs(t: Term) -> list[Term]:
    """The facts that a canonical form of ``t`` may use, most useful first."""
    out: dict[Term, None] = {}
    for s in subterms(t):
        if s.bound and s.head != "div":
            continue
        match s.head:
            case "div":         # one that stays the same inside a sum comes out of it
                for d in _factors(s.args[1]):
                    if not d.bound:
                        out[op("ne", d, 0)] = None
            case "pow":
                b, x = s.args
                if isinstance(x.data, Fraction) and x.data.denominator == 1:
                    if x.data < 0:
                        for d in _factors(b):
                            out[op("ne", d, 0)] = None
                    continue
                for d in _factors(b):
                    out[op("lt", 0, d)] = None
                for y in _atoms(x):
                    out[op("isint", y)] = None
                out[op("le", 0, x)] = None
            case "sqrt" | "log":
                for d in _factors(s.args[0]):
                    out[op("lt", 0, d)] = None
                if s.head == "sqrt":
                    out[op("le", 0, s.args[0])] = None
            case "sum" | "prod" | "count":
                for b in s.args[:2]:
                    for y in _atoms(b):
                        out[op("isint", y)] = None
    return [f for f in out if not _obvious(f)]


def _obvious(f: Term) -> bool:
    return all(isinstance(a.data, Fraction) for a in f.args)


def _factors(t: Term) -> list[Term]:
    match t.head:
        case "mul":
            return [f for a in t.args for f in _factors(a)]
        case "div":
            return _factors(t.args[0]) + _factors(t.args[1])
        case "pow" if isinstance(t.args[1].data, Fraction):
            return _factors(t.args[0])
        case "neg":
            return _factors(t.args[0])
        case "num":
            return []
    return [t]


def _atoms(t: Term) -> list[Term]:
    if t.head in ("add", "mul", "neg", "div"):
        return [y for a in t.args for y in _atoms(a)]
    return [] if t.head == "num" else [t]


def supporting(ctx: Context, terms: tuple[Term, ...], prove: C.Prove) -> list[Theorem]:
    """Facts for the canonical forms of the terms, as far as they can be proved."""
    out: dict[Term, Theorem] = {f.goal: f for f in C.plain_facts(ctx)
                                if f.goal.head in NUMERIC}
    for t in terms:
        for want in needs(t):
            if want in out:
                continue
            try:
                out[want] = prove(ctx, want)
            except Refused:
                if want.head == "lt":
                    for weaker in (op("ne", want.args[1], 0), op("le", *want.args)):
                        try:
                            out[weaker] = prove(ctx, weaker)
                            break
                        except Refused:
                            continue
    return list(out.values())


def prove_norm(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """``a = b`` when the canonical forms agree under what can be shown; None otherwise."""
    if goal.head != "eq":
        return None
    a, b = goal.args
    try:
        if normalizer(frozenset()).equal(a, b):
            return S.norm(ctx, a, b)
        facts = supporting(ctx, (a, b), prove)
        if normalizer(relevant(f.goal for f in facts)).equal(a, b):
            return S.norm(ctx, a, b, _bearing(a, b, facts))
    except (TermError, Refused):
        return None
    turned = _turned(ctx, a, b)
    rest = None if turned is None else prove_norm(ctx, op("eq", turned.goal.args[1], b), prove)
    return None if turned is None or rest is None else S.chain(ctx, [turned, rest])


def _turned(ctx: Context, a: Term, b: Term) -> Theorem | None:
    """``a`` with conditions ``i = j`` written as ``j = i`` where ``b`` has them so."""
    wanted = {s.args[0] for s in subterms(b) if s.head in ("ite", "ind") and s.args[0].head == "eq"}
    links: list[Theorem] = []
    for s in subterms(a):
        if s.head in ("ite", "ind") and s.args[0].head == "eq" and not s.bound and s.args[0] not in wanted:
            on, back = s.args[0], op("eq", *reversed(s.args[0].args))
            if back in wanted:
                links.append(S.turned_condition(ctx, s, on, back))
    if not links:
        return None
    now, out = a, []
    for e in links:
        path = _path_to(now, e.goal.args[0])
        while path is not None:
            out.append(S.congruence(ctx, now, path, [], e))
            now = out[-1].goal.args[1]
            path = _path_to(now, e.goal.args[0])
    return S.chain(ctx, out) if out else None


def _path_to(t: Term, s: Term) -> list[int] | None:
    """Where a term stands outside binders."""
    if t is s:
        return []
    for n, x in enumerate(t.args):
        if n not in BINDERS.get(t.head, ()) and t.head not in MODAL and (rest := _path_to(x, s)) is not None:
            return [n, *rest]
    return None


def simplified(ctx: Context, t: Term, prove: C.Prove, shorter: bool = True) -> Theorem | None:
    """``t`` equal to its canonical form: quotients cancelled, roots of squares taken; None if it is
    not ``shorter`` where that is asked."""
    try:
        facts = supporting(ctx, (t,), prove)
        plain = to_term(normalizer(relevant(f.goal for f in facts)).form(t))
        if shorter and tree_size(plain) >= tree_size(t):
            return None
        return S.norm(ctx, t, plain, _bearing(t, plain, facts))
    except (TermError, Refused):
        return None


def solved(ctx: Context, equation: Term, prove: C.Prove) -> Term:
    """An equation that is linear in a scalar, solved for it; the equation itself otherwise.  Where the
    new one has a value and holds, the old one does."""
    try:
        n = normalizer(relevant(f.goal for f in supporting(ctx, equation.args, prove)))
        d = n.minus(*(n.form(a) for a in equation.args))
    except (TermError, Refused):
        return equation
    free = {t for m in d.num for t, _ in m if t.head == "v" and op("isint", t) not in ctx}
    for v in sorted(free, key=repr):
        slope = {tuple(x for x in m if x[0] is not v): c for m, c in d.num.items() if (v, 1) in m}
        rest = {m: c for m, c in d.num.items() if not any(t is v for t, _ in m)}
        if len(slope) + len(rest) == len(d.num) and not any(
                v.symbols & t.symbols for p in (slope, rest, d.den) for m in p for t, _ in m):
            return op("eq", v, to_term(n.times(Ratio(scale(rest, -1), ONE), n.inverse(Ratio(slope, ONE)))))
    return equation


def _bearing(a: Term, b: Term, facts: list[Theorem]) -> list[Theorem]:
    """The facts about symbols of the two sides, if they suffice; else all."""
    mine = a.symbols | b.symbols
    chosen = [f for f in facts if f.goal.symbols & mine]
    enough = normalizer(relevant(f.goal for f in chosen)).equal(a, b)
    return chosen if enough else facts


def prove_integer(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """``t`` is an integer by its form and by what is known of its parts."""
    from derivations.kernel.theorem import derive
    if goal.head != "isint":
        return None
    t = goal.args[0]
    if t.head in ("sum", "prod"):
        name = f"{t.head}_int"
        values = {"F": t.args[2], "lo": t.args[0], "hi": t.args[1]}
        try:
            return S.axiom(ctx, name, [prove(ctx, S.axiom_needs(name, **values)[0])], **values)
        except Refused:
            return None
    if t.head == "floor":
        return S.axiom(ctx, "floor_int", x=t.args[0])
    facts = [f for f in C.plain_facts(ctx) if f.goal.head == "isint"]
    have = {f.goal for f in facts}
    for f in C.about(ctx, [t], prove, frozenset({"isint"})):
        if f.goal not in have:
            have.add(f.goal)
            facts.append(f)
    for y in _atoms(t):
        want = op("isint", y)
        if y is not t and want not in have:
            with suppress(Refused):
                facts.append(prove(ctx, want))
        if y.head == "pow":
            for want in (op("isint", y.args[0]), op("isint", y.args[1]), op("le", 0, y.args[1])):
                with suppress(Refused):
                    facts.append(prove(ctx, want))
    try:
        return derive("int", ctx, goal, facts)
    except Refused:
        return _exact_quotient(ctx, goal, facts, prove) if t.head == "div" else None


def _exact_quotient(ctx: Context, goal: Term, facts: list[Theorem], prove: C.Prove) -> Theorem | None:
    """A quotient that is an integer by an equation about its numerator."""
    t = goal.args[0]
    near = {k for f in C.plain_facts(ctx) if f.goal.head == "eq" and f.goal.symbols & t.args[0].symbols
            for k in f.goal.symbols}
    for f in facts:
        y = f.goal.args[0]
        if y.head == "v" and y.symbols <= near and not y.symbols & t.symbols:
            with suppress(Refused):
                return S.transport(ctx, S.weaken(ctx, f), goal, [S.symmetric(ctx, prove(ctx, op("eq", t, y)))])
    return None


def tidy(t: Term) -> Term:
    """A readable equal term for indices: integer constants collected, ``(a + b) - b`` cancelled."""
    if t.head not in ("add", "neg", "mul", "num"):
        return t
    parts: dict[Term, Fraction] = {}
    constant = Fraction(0)
    for sign, a in _terms(t, Fraction(1)):
        if isinstance(a.data, Fraction):
            constant += sign * a.data
        else:
            parts[a] = parts.get(a, Fraction(0)) + sign
    out = []
    for a, c in parts.items():
        if c:
            piece = a if abs(c) == 1 else op("mul", num(abs(c)), a)
            out.append(op("neg", piece) if c < 0 else piece)
    out.sort(key=lambda p: p.head == "neg")
    if constant or not out:
        out.append(num(constant))
    return out[0] if len(out) == 1 else op("add", *out)


def _terms(t: Term, sign: Fraction) -> list[tuple[Fraction, Term]]:
    if t.head == "add":
        return [p for a in t.args for p in _terms(a, sign)]
    if t.head == "neg":
        return _terms(t.args[0], -sign)
    if t.head == "mul" and len(t.args) == 2 and isinstance(t.args[0].data, Fraction):
        return _terms(t.args[1], sign * t.args[0].data)
    return [(sign, t)]


def same(a: Term, b: Term) -> bool:
    """Equal without any facts."""
    try:
        return normalizer(frozenset()).equal(a, b)
    except TermError:
        return False


__all__ = ["needs", "prove_integer", "prove_norm", "same", "simplified", "solved", "supporting", "tidy"]
