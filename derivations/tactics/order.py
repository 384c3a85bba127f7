"""Signs and inequalities.

Looks for a combination of known inequalities (Farkas multipliers, products of two) that gives
the goal, by exact linear feasibility.
"""

from __future__ import annotations

from collections import OrderedDict
from fractions import Fraction
from itertools import combinations_with_replacement
from typing import Any

from derivations.kernel.normal import Normalizer, normalizer, relevant, to_term
from derivations.kernel.polynomial import ONE, Poly, Ratio, factor
from derivations.kernel.term import BINDERS, MODAL, Term, TermError, make, mul, negation, num, op, subterms
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.linear import nonnegative_solution
from derivations.tactics.monotone import members
from derivations.tactics.signs import sign

ORDER = frozenset({"le", "lt", "ne", "eq", "isint"})
SPECIAL = frozenset({"floor", "ceil", "exp", "sqrt", "prod", "sum", "pi", "e", "log", "abs", "relu", "max", "min",
                     "ite", "ind", "E", "var", "maxover"})
NEAR = 3            # how deep in a search a goal may still call on all assumptions about families
DEEP = 6            # and up to here on the tangents of exp and log
WIDEST = 26         # at most so many inequalities are multiplied in pairs


def prove_order(ctx: Context, goal: Term, prove: C.Prove, late: bool = False) -> Theorem | None:
    """``a <= b``, ``a < b``, ``a != b`` or ``false``; None if nothing is found.

    A goal with cases is better split first: only what follows at once is tried, unless it is ``late``.
    """
    if goal.head == "ne":
        return _different(ctx, goal, prove)
    if goal.head not in ("le", "lt", "false"):
        return None
    sides = goal.args
    plain = [f for f in C.plain_facts(ctx) if f.goal.head in ORDER]
    light = [f for f in plain if not _heavy(f.goal)]
    found = search(ctx, goal, light, (1,))
    if found is not None or (not late and first_conditional(goal) is not None):
        return found
    found = _by_integers(ctx, goal, light, prove, (1,))
    if found is not None:
        return found
    if not any(_heavy(t) for t in sides):
        return search(ctx, goal, light, (2,)) or _by_integers(ctx, goal, light, prove, (2,)) \
            or _by_axiom(ctx, goal, prove) or _with_heavy(ctx, goal, plain, light, prove)
    facts = known(ctx, sides, prove)
    for f in facts:
        if f.goal is goal:
            return f
    return search(ctx, goal, facts) or _by_integers(ctx, goal, facts, prove) or _by_axiom(ctx, goal, prove) \
        or _deeper(ctx, goal, facts, prove)


def at_once(ctx: Context, goal: Term) -> Theorem | None:
    """An inequality that the plain facts give at once."""
    if goal.head not in ("le", "lt"):
        return None
    plain = [f for f in C.plain_facts(ctx) if f.goal.head in ORDER]
    return next((f for f in plain if f.goal is goal), None) or search(
        ctx, goal, [f for f in plain if not _heavy(f.goal)], (1,))


def first_conditional(goal: Term) -> tuple[list[int], Term] | None:
    """The innermost conditional outside binders and modal heads, and where it stands."""
    def walk(t: Term, path: list[int]) -> tuple[list[int], Term] | None:
        if t.head in MODAL or t.head in BINDERS:
            return None
        for n, a in enumerate(t.args):
            found = walk(a, [*path, n])
            if found:
                return found
        return (path, t) if t.head in ("relu", "max", "min", "abs", "sign", "ind", "ite") else None
    return walk(goal, [])


def _deeper(ctx: Context, goal: Term, facts: list[Theorem], prove: C.Prove) -> Theorem | None:
    """Once more with members of sums and maxima, and the tangents of exp and log."""
    if getattr(prove, "level", 0) + getattr(prove, "calm", 0) > DEEP or \
            not any(s.head in ("sum", "maxover", "exp", "log") for a in goal.args for s in subterms(a)):
        return None
    more = list(members(ctx, goal.args, prove))
    for t in {s: None for a in goal.args for s in subterms(a) if not s.bound}:
        more += _tangents(ctx, t, prove)
    have = {f.goal for f in facts}
    more = [f for f in more if f.goal not in have]
    if not more:
        return None
    return search(ctx, goal, facts + more) or _over_one_denominator(ctx, goal, facts + more)


def _over_one_denominator(ctx: Context, goal: Term, facts: list[Theorem]) -> Theorem | None:
    """The goal and the facts multiplied by the denominators of the facts, which are positive."""
    n = _normal(facts)
    wanted = _fraction(n, goal)
    fractions = [(f, r) for f in facts if f.goal.head in ("le", "lt") and (r := _fraction(n, f.goal)) is not None]
    dens = {to_term(Ratio(r.den, ONE)): r for _, r in fractions if not r.is_poly()}
    if wanted is None or goal.head == "false" or not dens or len(dens) > 3:
        return None
    for d in dens:
        sign = search(ctx, op("lt", 0, d), facts)
        if sign is None:
            continue
        cleared = []
        for f, r in fractions:
            if to_term(Ratio(r.den, ONE)) is d:
                new = op(f.goal.head, 0, to_term(Ratio(r.num, ONE)))
                cleared.append(derive("arith", ctx, new, [f, sign, *facts], entries=[("pos", num(1), None, [0, 1])]))
        product = n.times(wanted, Ratio(dens[d].den, ONE))
        target = op(goal.head, 0, to_term(product))
        inner = search(ctx, target, facts + cleared)
        if inner is not None:
            over = S.axiom(ctx, "inv_pos", [sign], x=d)
            return derive("arith", ctx, goal, [inner, over, *facts], entries=[("pos", num(1), None, [0, 1])])
    return None


def _tangents(ctx: Context, t: Term, prove: C.Prove) -> list[Theorem]:
    """``e^x >= x + 1``, ``log x <= x - 1`` and the sign of ``log x``."""
    if t.head == "exp":
        return [S.axiom(ctx, "exp_ge", x=t.args[0])]
    if t.head != "log":
        return []
    out = []
    for goal in (op("lt", t, 0), op("lt", 0, t)):
        try:
            out.append(prove(ctx, goal))
            break
        except Refused:
            continue
    try:
        out.append(S.axiom(ctx, "log_le", [prove(ctx, op("lt", 0, t.args[0]))], x=t.args[0]))
    except Refused:
        pass
    return out


def _heavy(t: Term) -> bool:
    """Whether a term holds families or heads whose signs have to be looked up."""
    return any(k in "fg" for k, _, _ in t.symbols) or any(
        s.head in SPECIAL or (s.head == "pow" and s.args[1].head != "num") for s in subterms(t))


def _with_heavy(ctx: Context, goal: Term, plain: list[Theorem], light: list[Theorem],
                prove: C.Prove) -> Theorem | None:
    """Once more with the assumptions about families that share a symbol with the goal."""
    if getattr(prove, "level", 0) + getattr(prove, "calm", 0) > NEAR:
        return None
    mine = {k for t in goal.args for k in t.symbols}
    more = [f for f in plain if f not in light and f.goal.head != "isint" and f.goal.symbols & mine
            and not any(s.head in ("sum", "prod", "E", "var") for s in subterms(f.goal))]
    if not more:
        return None
    facts = known(ctx, (*goal.args, *(a for f in more for a in f.goal.args)), prove)
    return search(ctx, goal, facts) or _by_integers(ctx, goal, facts, prove)


def prove_squeezed(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """``a = b`` from ``a <= b`` and ``b <= a``, for small expressions."""
    if goal.head != "eq":
        return None
    inside = subterms(goal)
    if len(inside) > 24 or any(s.head in ("sum", "prod", "E", "var") for s in inside):
        return None
    a, b = goal.args
    facts = known(ctx, goal.args, prove)
    low, high = search(ctx, op("le", a, b), facts), None
    if low is not None:
        high = search(ctx, op("le", b, a), facts)
    return None if low is None or high is None else S.axiom(ctx, "le_antisym", [low, high], x=a, y=b)


def _by_axiom(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """The sign of a product or quotient, factor by factor; of a sum, part by part."""
    if goal.head not in ("lt", "le") or goal.args[0] is not num(0):
        return None
    t = goal.args[1]
    if t.head in ("mul", "div", "add") and len(t.args) >= 2:
        signs = []
        for a in t.args:
            done = None
            for h in ("lt", "le"):
                try:
                    done = prove(ctx, op(h, 0, a))
                    break
                except Refused:
                    continue
            if done is None or (goal.head == "lt" and done.goal.head != "lt" and t.head != "add"):
                return None
            signs.append(done)
        if t.head == "add":
            entries = [("pos", num(1), None, [n]) for n in range(len(signs))]
            return derive("arith", ctx, goal, signs, entries=entries)
        if t.head == "div" and signs[1].goal.head == "lt":
            over = S.axiom(ctx, "inv_pos", [signs[1]], x=t.args[1])
            return derive("arith", ctx, goal, [signs[0], over], entries=[("pos", num(1), None, [0, 1])])
        return search(ctx, goal, signs)
    return None


def _different(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    a, b = goal.args
    if b is num(0):
        if a.head == "mul" and len(a.args) == 2:
            try:
                return S.axiom(ctx, "mul_ne", [prove(ctx, op("ne", x, 0)) for x in a.args],
                               x=a.args[0], y=a.args[1])
            except Refused:
                pass
        if a.head == "pow":
            try:
                prem = [prove(ctx, h) for h in S.axiom_needs("pow_ne", x=a.args[0], n=a.args[1])]
                return S.axiom(ctx, "pow_ne", prem, x=a.args[0], n=a.args[1])
            except Refused:
                pass
        if a.head == "div":
            try:
                return _quotient_not_zero(ctx, a, prove)
            except Refused:
                pass
        try:
            return _by_factors(ctx, a, prove)
        except (Refused, TermError):
            pass
        if a.head == "prod":
            try:
                return S.axiom(ctx, "prod_ne", [prove(ctx, S.axiom_needs(
                    "prod_ne", F=a.args[2], lo=a.args[0], hi=a.args[1])[0])],
                    F=a.args[2], lo=a.args[0], hi=a.args[1])
            except Refused:
                pass
    for name, order in (("ne_of_lt", op("lt", a, b)), ("ne_of_gt", op("lt", b, a))):
        try:
            return S.axiom(ctx, name, [prove(ctx, order)], x=a, y=b)
        except Refused:
            continue
    return _not_equal(ctx, goal, prove)


def _by_factors(ctx: Context, a: Term, prove: C.Prove) -> Theorem:
    """``a != 0`` where no factor of it is 0.  Errors: Refused if it has only one factor."""
    r = normalizer(frozenset()).form(a)
    c, factors = factor(r.num)
    if not r.is_poly() or sum(n for _, n in factors) < 2:
        raise Refused("there is nothing to take apart")
    done: Theorem | None = None
    for f, n in factors:
        t = to_term(Ratio(f, ONE))
        power = t if n == 1 else op("pow", t, n)
        one = prove(ctx, op("ne", t, 0))
        if n > 1:
            needs = S.axiom_needs("pow_ne", x=t, n=num(n))
            one = S.axiom(ctx, "pow_ne", [one, *(prove(ctx, h) for h in needs[1:])], x=t, n=num(n))
        if done is None:
            done = one
        else:
            product = done.goal.args[0]
            done = S.axiom(ctx, "mul_ne", [done, one], x=product, y=power)
    assert done is not None
    scale = num(Fraction(int(c.p), int(c.q)))
    if scale is not num(1):
        done = S.axiom(ctx, "mul_ne", [prove(ctx, op("ne", scale, 0)), done], x=scale, y=done.goal.args[0])
    return S.rewrite(ctx, done, [0], [], S.norm(ctx, done.goal.args[0], a))


def _quotient_not_zero(ctx: Context, t: Term, prove: C.Prove) -> Theorem:
    """``a/b != 0`` as ``a b^(-1)``.  Errors: Refused."""
    a, b = t.args
    power = op("pow", b, -1)
    inverse = S.axiom(ctx, "pow_ne", [prove(ctx, h) for h in S.axiom_needs("pow_ne", x=b, n=num(-1))], x=b, n=-1)
    product = S.axiom(ctx, "mul_ne", [prove(ctx, op("ne", a, 0)), inverse], x=a, y=power)
    return S.rewrite(ctx, product, [0], [], S.norm(ctx, product.goal.args[0], t))


def _not_equal(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """``a != b`` because ``a - b`` is a number times something known to be non-zero."""
    n = _normal(C.plain_facts(ctx))
    try:
        d = n.minus(n.form(goal.args[0]), n.form(goal.args[1]))
    except TermError:
        return None
    for f in C.plain_facts(ctx):
        if f.goal.head != "ne":
            continue
        e = n.minus(n.form(f.goal.args[0]), n.form(f.goal.args[1]))
        if not e.num:
            continue
        q = n.times(d, n.inverse(e)).constant()
        if q:
            inner = ctx | {negation(goal)}
            same = S.assume(inner, negation(goal))
            c = num(Fraction(int(q.q), int(q.p)))
            equal = derive("arith", inner, negation(f.goal), [same], entries=[("eq", c, None, [0])])
            no = S.absurd(inner, op("false"), [equal, S.weaken(inner, f)])
            return S.absurd(ctx, goal, [no])
    return None


def _normal(facts: list[Theorem]) -> Normalizer:
    return normalizer(relevant(f.goal for f in facts))


def known(ctx: Context, terms: tuple[Term, ...], prove: C.Prove) -> list[Theorem]:
    """Order facts and integer facts that may bear on the terms."""
    out = [f for f in C.plain_facts(ctx) if f.goal.head in ORDER]
    names = {k for t in terms for k in t.symbols if k[0] in "fg"}
    near = [a for f in out if f.goal.head != "isint" and any(k in names for k in f.goal.symbols)
            for a in f.goal.args]
    out += list(C.about(ctx, [*terms, *near], prove, ORDER))
    seen = {f.goal for f in out}
    for t in {s: None for x in (*terms, *near) for s in subterms(x)}:
        for f in _of_atom(ctx, t, prove):
            if f.goal not in seen:
                seen.add(f.goal)
                out.append(f)
    return out


def _of_atom(ctx: Context, t: Term, prove: C.Prove) -> list[Theorem]:
    """Signs and bounds that a head has by itself."""
    if t.bound:
        return []
    tries: list[tuple[str, dict[str, Any]]] = []
    match t.head:
        case "floor":
            x = t.args[0]
            tries = [("floor_le", {"x": x}), ("floor_lt", {"x": x}), ("floor_int", {"x": x})]
        case "pow" if t.args[1].head != "num" or t.args[1].data.denominator != 1:   # type: ignore[union-attr]
            b, x = t.args
            tries = [("pow_pos", {"x": b, "y": x}), ("pow_lt_one", {"x": b, "y": x}),
                     ("pow_nonneg", {"x": b, "y": x})]
        case "exp":
            # the canonical form of e^-x is 1/e^x
            tries = [("exp_pos", {"x": x}) for x in (t.args[0], *(t.args[0].args if t.args[0].head == "neg" else ()))]
        case "sqrt" | "prod" | "sum":
            found = sign(ctx, t, prove)
            return [] if found is None else [found]
        case "pi":
            tries = [(name, {}) for name in ("pi_pos", "pi_lt", "pi_above", "pi_below")]
        case "e":
            tries = [("e_pos", {}), ("exp_ge", {"x": num(1)})]
    out = []
    for name, values in tries:
        try:
            out.append(S.axiom(ctx, name, [prove(ctx, h) for h in S.axiom_needs(name, **values)], **values))
        except Refused:
            continue
    return out


def _fraction(n: Normalizer, f: Term) -> Ratio | None:
    """``right - left`` over canonical atoms."""
    try:
        return n.minus(n.form(f.args[1]), n.form(f.args[0]))
    except TermError:
        return None


def _connected(ratios: list[tuple[Theorem, Ratio]], target: Ratio | None) -> list[tuple[Theorem, Ratio]]:
    """The facts that share atoms with the target, directly or through one another."""
    def atoms(r: Ratio) -> set[Term]:
        return {t for p in (r.num, r.den) for m in p for t, _ in m}
    if target is None:
        target = ratios[-1][1] if ratios else None
    if target is None or not (reach := atoms(target)):
        return ratios
    left, kept = list(ratios), set()
    while True:
        more = [k for k, (_, r) in enumerate(left) if k not in kept and (not atoms(r) or atoms(r) & reach)]
        if not more:
            break
        kept |= set(more)
        reach = reach.union(*(atoms(left[k][1]) for k in more))
    return [left[k] for k in sorted(kept)]


def _denominators(formulas: list[Term], facts: list[Theorem], n: Normalizer) -> list[Theorem]:
    """``0 < d`` for the factors d of denominators, where the facts give it at once."""
    out: dict[Term, Theorem] = {}
    have = {f.goal for f in facts}
    polynomial: list[tuple[Theorem, Ratio]] | None = None
    for g in formulas:
        if g.head not in ("le", "lt", "eq"):
            continue
        r = _fraction(n, g)
        if r is None or r.is_poly():
            continue
        for p in (q for f, _ in factor(r.den)[1] for q in (f, _turned(f))):
            want = op("lt", 0, to_term(Ratio(p, ONE)))
            if want in out or want in have:
                continue
            if polynomial is None:
                polynomial = [(f, q) for f in facts if f.goal.head in ("le", "lt")
                              and (q := _fraction(n, f.goal)) is not None and q.is_poly()]
            t = _sign(want, [f for f, _ in _connected(polynomial, Ratio(p, ONE))])
            if t is not None:
                out[want] = t
    return list(out.values())


_SIGNS: OrderedDict[tuple[Term, frozenset[Term]], Theorem | None] = OrderedDict()


def _sign(want: Term, facts: list[Theorem]) -> Theorem | None:
    """A sign from these facts alone; the same is asked again and again."""
    base: Context = frozenset().union(*(f.ctx for f in facts))
    key = want, frozenset((*base, *(f.goal for f in facts)))
    if key not in _SIGNS:
        _SIGNS[key] = search(base, want, facts)
        if len(_SIGNS) > 4096:
            _SIGNS.popitem(last=False)
    return _SIGNS[key]


def _turned(p: Poly) -> Poly:
    return {m: -c for m, c in p.items()}


def _multiples(ratios: list[tuple[Theorem, Ratio]], target: Poly, n: Normalizer,
               columns: list[dict[int, Fraction]], entries: list[tuple[Any, list[int]]],
               rows: dict[Any, int]) -> None:
    """Equations times single atoms, with either sign."""
    equations = [(k, r) for k, (f, r) in enumerate(ratios) if f.goal.head == "eq"]
    atoms = list(dict.fromkeys(t for p in (target, *(r.num for _, r in ratios), *(r.den for _, r in ratios))
                               for m in p for t, _ in m))[:10]
    if len(equations) * len(atoms) > 80:
        return
    for k, r in equations:
        for t in atoms:
            product = n.times(r, Ratio({((t, 1),): next(iter(ONE.values()))}, ONE))
            if product.is_poly():
                for sign in (1, -1):
                    columns.append(_column(product.num, rows, sign))
                    entries.append(((t if sign > 0 else op("neg", t),), [k]))


def _cleared(ctx: Context, goal: Term, facts: list[Theorem], n: Normalizer,
             wanted: Ratio | None) -> Theorem | None:
    """A goal with a positive denominator d: shown after multiplying by d, then divided by it."""
    if wanted is None:
        return None
    plain = n.is_positive(Ratio(wanted.den, ONE))
    if not plain:
        wanted = Ratio(_turned(wanted.num), _turned(wanted.den))
    d = to_term(Ratio(wanted.den, ONE))
    sign = search(ctx, op("lt", 0, d), facts, (1, 2) if plain else (1,))
    inner = search(ctx, op(goal.head, 0, to_term(Ratio(wanted.num, ONE))), facts) if sign is not None else None
    if inner is None or sign is None:
        return None
    over = S.axiom(ctx, "inv_pos", [sign], x=d)
    try:
        return derive("arith", ctx, goal, [inner, over, *facts], entries=[("pos", num(1), None, [0, 1])])
    except Refused:
        return None


def _column(p: Poly, rows: dict[Any, int], sign: int = 1) -> dict[int, Fraction]:
    return {rows.setdefault(m, len(rows) + 1): Fraction(int(c.p), int(c.q)) * sign for m, c in p.items()}


def search(ctx: Context, goal: Term, facts: list[Theorem], degrees: tuple[int, ...] = (1, 2)) -> Theorem | None:
    """The goal as a combination of the facts; row 0 counts the strict part."""
    n = _normal(facts)
    signs = _denominators([*(f.goal for f in facts), goal], facts, n)
    if signs:
        facts = facts + signs
        n = _normal(facts)
    used = [f for f in facts if f.goal.head in ("le", "lt", "eq")]
    ratios = [(f, r) for f in used if (r := _fraction(n, f.goal)) is not None and r.num]
    ratios = _connected(ratios, None if goal.head == "false" else _fraction(n, goal))
    polys = [(f, r.num if r.is_poly() else {}) for f, r in ratios]
    rows: dict[Any, int] = {}
    wanted = None if goal.head == "false" else _fraction(n, goal)
    if goal.head != "false" and (wanted is None or not wanted.is_poly()):
        return _cleared(ctx, goal, facts, n, wanted)
    target = {} if wanted is None else wanted.num
    for degree in degrees:
        entries: list[tuple[Any, list[int]]] = []
        columns: list[dict[int, Fraction]] = []
        prem = [f for f, _ in polys]
        for k, (f, p) in enumerate(polys):
            if not p:
                continue
            columns.append(_column(p, rows))
            entries.append(("lt" if f.goal.head == "lt" else "le", [k]))
            if f.goal.head == "eq":
                entries[-1] = ("eq", [k])
                columns.append(_column(p, rows, -1))
                entries.append(("-eq", [k]))
        if degree == 2:
            order = [k for k, (f, _) in enumerate(ratios) if f.goal.head != "eq"]
            near = _nearest(target, [r.num for _, r in ratios], order)
            for i, j in combinations_with_replacement(near, 2):
                one, two = ratios[i], ratios[j]
                if len(one[1].num) * len(two[1].num) > 60:
                    continue
                product = n.times(one[1], two[1])
                if not product.is_poly():
                    continue
                columns.append(_column(product.num, rows))
                strict = one[0].goal.head == two[0].goal.head == "lt"
                entries.append(("lt" if strict else "le", [i, j]))
            for t in list(dict.fromkeys(t for m in target for t, e in m if e % 2 == 0))[:3]:
                square = n.form(op("pow", t, 2))
                for k in near[:12]:
                    product = n.times(square, ratios[k][1])
                    if product.is_poly():
                        columns.append(_column(product.num, rows))
                        entries.append((t, [k]))
            _multiples(ratios, target, n, columns, entries, rows)
            for s in _squares(target):
                square = n.form(op("pow", s, 2))
                if square.is_poly():
                    columns.append(_column(square.num, rows))
                    entries.append((s, []))
        columns.append({rows.setdefault((), len(rows) + 1): Fraction(1)})
        entries.append(("one", []))
        found = _farkas(ctx, goal, target, columns, entries, prem, rows)
        if found is not None:
            return found
    return None


def _squares(target: Poly) -> list[Term]:
    """A few terms whose squares may help: atoms, atoms plus or minus 1/2, 1, and pairs."""
    atoms = list(dict.fromkeys(t for m in target for t, _ in m))[:4]
    out: list[Term] = []
    for m in target:
        if all(n % 2 == 0 for _, n in m) and sum(n for _, n in m) > 2:
            out.append(mul(*(t if n == 2 else op("pow", t, n // 2) for t, n in m)))
    for t in atoms:
        out += [t, *(op("add", t, num(Fraction(c, 2))) for c in (-2, -1, 1, 2))]
    for k, a in enumerate(atoms):
        for b in atoms[k + 1:]:
            out += [op("add", a, b), op("add", a, op("neg", b))]
    return out


def _nearest(target: Poly, polys: list[Poly], order: list[int]) -> list[int]:
    atoms = {t for m in (target or (polys[-1] if polys else {})) for t, _ in m}
    for _ in range(2):
        atoms |= {t for k in order for m in polys[k] for t, _ in m
                  if atoms & {u for w in polys[k] for u, _ in w}}
    scored = [k for k in order if atoms & {t for m in polys[k] for t, _ in m}]
    return sorted(scored, key=lambda k: len(polys[k]))[:WIDEST]


def _farkas(ctx: Context, goal: Term, target: Poly, columns: list[dict[int, Fraction]],
            entries: list[tuple[Any, list[int]]], prem: list[Theorem], rows: dict[Any, int]) -> Theorem | None:
    strict = goal.head in ("lt", "false")
    cols = [dict(c) for c in columns]
    if strict:
        for c, (kind, _) in zip(cols, entries, strict=True):
            if kind == "lt" or kind == "one":
                c[0] = Fraction(1)
    if goal.head != "false":
        cols.append(_column(target, rows, -1))
    want = {0: Fraction(1)} if strict else {-1: Fraction(1)}
    if not strict:
        cols[-1][-1] = Fraction(1)
    x = nonnegative_solution(cols, want)
    if x is None:
        return None
    mu = x[-1] if goal.head != "false" else Fraction(1)
    scale = mu if mu else Fraction(1)
    out: list[tuple[str, Term, Term | None, list[int]]] = []
    for value, (kind, places) in zip(x, entries, strict=False):
        if not value:
            continue
        share = num(value / scale)
        if isinstance(kind, tuple):
            out.append(("eq", op("mul", share, kind[0]), None, places))
        elif kind in ("eq", "-eq"):
            out.append(("eq", share if kind == "eq" else num(-value / scale), None, places))
        else:
            out.append(("pos", share, kind if isinstance(kind, Term) else None, places))
    keep = sorted({k for _, _, _, ks in out for k in ks})
    place = {k: n for n, k in enumerate(keep)}
    out = [(k, c, s, [place[i] for i in ks]) for k, c, s, ks in out]
    chosen = [prem[k] for k in keep] + [f for f in prem if f.goal.head in ("lt", "le")][:0]
    signs = [f for f in prem if f not in chosen]
    for extra in ([], signs):
        try:
            if mu:
                return derive("arith", ctx, goal, [*chosen, *extra], entries=out)
            no = derive("arith", ctx, make("false"), [*chosen, *extra], entries=out)
            return S.absurd(ctx, goal, [no])
        except Refused:
            continue
    return None


def _by_integers(ctx: Context, goal: Term, facts: list[Theorem], prove: C.Prove,
                 degrees: tuple[int, ...] = (1, 2)) -> Theorem | None:
    """Between integers, < means <= with 1 added; tried for the facts and for the negated goal."""
    strict = [f for f in facts if f.goal.head == "lt"]
    for f in facts:
        if f.goal.head == "ne":
            strict += _ordered(ctx, f, facts)
    stronger = [t for f in strict if (t := _step(ctx, f, prove)) is not None]
    if stronger:
        found = search(ctx, goal, facts + stronger, degrees)
        if found is not None:
            return found
    if goal.head == "false":
        return None
    inner = ctx | {negation(goal)}
    other = S.assume(inner, negation(goal))
    up = _step(inner, other, prove) if other.goal.head == "lt" else None
    if up is None and not stronger and degrees == (1,):
        return None
    lifted = [S.weaken(inner, f) for f in facts + stronger]
    no = search(inner, make("false"), [*lifted, up or other], degrees)
    if no is None and up is not None:
        no = search(inner, make("false"), [*lifted, other], degrees)
    return None if no is None else S.absurd(ctx, goal, [no])


def _ordered(ctx: Context, f: Theorem, facts: list[Theorem]) -> list[Theorem]:
    """``a < b`` from ``a != b`` and ``a <= b``."""
    a, b = f.goal.args
    below = search(ctx, op("le", a, b), facts)
    if below is not None:
        return [S.axiom(ctx, "lt_of_le_ne", [below, f], x=a, y=b)]
    above = search(ctx, op("le", b, a), facts)
    if above is None:
        return []
    flipped = S.absurd(ctx, op("ne", b, a), [S.absurd(ctx | {op("eq", b, a)}, op("false"), [
        S.symmetric(ctx | {op("eq", b, a)}, S.assume(ctx | {op("eq", b, a)}, op("eq", b, a))), f])])
    return [S.axiom(ctx, "lt_of_le_ne", [above, flipped], x=b, y=a)]


def _step(ctx: Context, f: Theorem, prove: C.Prove) -> Theorem | None:
    a, b = f.goal.args
    try:
        return S.axiom(ctx, "int_step", [prove(ctx, op("isint", a)), prove(ctx, op("isint", b)), f], m=a, n=b)
    except Refused:
        return None


__all__ = ["at_once", "first_conditional", "known", "prove_order", "prove_squeezed", "search"]
