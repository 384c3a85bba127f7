"""Small derived steps.

Functions that build theorems from the kernel's rules without any search.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derivations.kernel.axioms import Scheme, schemes
from derivations.kernel.term import (
    BINDERS,
    Instance,
    Term,
    TermError,
    Termlike,
    close_over,
    eq,
    imps,
    in_range,
    instantiate,
    make,
    negation,
    num,
    op,
    open_with,
    term,
)
from derivations.kernel.theorem import Context, Lemma, Refused, Theorem, derive


def assume(ctx: Context, goal: Term) -> Theorem:
    """A member of the context."""
    return derive("assume", ctx, goal)


def weaken(ctx: Context, t: Theorem) -> Theorem:
    """The same theorem in a larger context."""
    return t if t.ctx == ctx else derive("inst", ctx, t.goal, [t], inst={})


def reflexive(ctx: Context, t: Term) -> Theorem:
    """``t = t``."""
    return derive("norm", ctx, eq(t, t))


def norm(ctx: Context, a: Term, b: Term, facts: Sequence[Theorem] = ()) -> Theorem:
    """``a = b`` by canonical forms.  Errors: Refused."""
    return derive("norm", ctx, eq(a, b), facts)


def symmetric(ctx: Context, t: Theorem) -> Theorem:
    """``b = a`` from ``a = b``."""
    a, b = t.goal.args
    if a is b:
        return t
    return derive("rewrite", ctx, eq(b, a), [t, reflexive(ctx, a)], path=[0], vars=[])


def chain(ctx: Context, links: Sequence[Theorem]) -> Theorem:
    """``a = z`` from ``a = b``, ``b = c``, ...  Errors: Refused if the links do not meet."""
    total = links[0]
    for t in links[1:]:
        a, b = total.goal.args
        if b is not t.goal.args[0]:
            raise Refused(f"the chain breaks between {b!r} and {t.goal.args[0]!r}")
        if b is t.goal.args[1]:
            continue
        total = derive("rewrite", ctx, eq(a, t.goal.args[1]), [t, total], path=[1], vars=[])
    return total


def at_path(t: Term, path: Sequence[int], symbols: Sequence[Term]) -> Term:
    """The subterm at a path, binders opened with the symbols in turn."""
    rest = list(symbols)
    for n in path:
        child = t.args[n]
        if n in BINDERS.get(t.head, ()):
            child = open_with(child, [rest.pop(0)])
        t = child
    return t


def put(t: Term, path: Sequence[int], symbols: Sequence[Term], new: Term) -> Term:
    """``t`` with ``new`` at a path."""
    if not path:
        return new
    n, rest, names = path[0], path[1:], list(symbols)
    child = t.args[n]
    if n in BINDERS.get(t.head, ()):
        x = names.pop(0)
        inner = close_over(put(open_with(child, [x]), rest, names, new), [x])
    else:
        inner = put(child, rest, names, new)
    return make(t.head, [*t.args[:n], inner, *t.args[n + 1:]], t.data)


def congruence(ctx: Context, t: Term, path: Sequence[int], symbols: Sequence[Term],
               equation: Theorem) -> Theorem:
    """``t = t'`` from an equation at a path."""
    if not path:
        return weaken(ctx, equation)
    return rewrite(ctx, reflexive(ctx, t), [1, *path], symbols, equation)


def rewrite(ctx: Context, statement: Theorem, path: Sequence[int], symbols: Sequence[Term],
            equation: Theorem) -> Theorem:
    """The statement with equals put for equals at a path."""
    goal = put(statement.goal, path, symbols, equation.goal.args[1])
    return derive("rewrite", ctx, goal, [equation, statement], path=list(path), vars=list(symbols))


def transport(ctx: Context, statement: Theorem, goal: Term, equations: Sequence[Theorem | None]) -> Theorem:
    """The statement with its arguments replaced by equal ones, to reach ``goal``."""
    t = statement
    for n, e in enumerate(equations):
        if e is not None and e.goal.args[0] is not e.goal.args[1]:
            t = rewrite(ctx, t, [n], [], e)
    if t.goal is not goal:
        raise Refused(f"reached {t.goal!r}, wanted {goal!r}")
    return t


def _filled(t: Term, inst: Instance) -> Term:
    """``instantiate``, whose error becomes a refusal (a random term in a hole below E, say)."""
    try:
        return instantiate(t, inst)
    except TermError as stop:
        raise Refused(str(stop)) from None


def axiom(ctx: Context, name: str, prem: Sequence[Theorem] = (), **values: Termlike) -> Theorem:
    """An axiom with its placeholders by name.

    A second-order placeholder takes the body as a term with loose indices (``close_over``).
    """
    scheme = schemes()[name]
    inst: Instance = {key: term(values[key[1]]) for key in scheme.placeholders}
    return derive("axiom", ctx, _filled(scheme.goal, inst), prem, name=name, inst=inst)


def axiom_needs(name: str, **values: Termlike) -> list[Term]:
    """The premises that ``axiom`` will ask for."""
    scheme = schemes()[name]
    inst: Instance = {key: term(values[key[1]]) for key in scheme.placeholders}
    return [_filled(h, inst) for h in scheme.hyps]


def cite(ctx: Context, lemma: Lemma, prem: Sequence[Theorem], inst: Instance) -> Theorem:
    """A lemma with its symbols replaced."""
    return derive("cite", ctx, _filled(lemma.goal, inst), prem, lemma=lemma, inst=inst)


def _defining(t: Term) -> tuple[Scheme, Instance]:
    """The definition of a head, with what stands in ``t`` for its placeholders.  Errors: Refused if it is primitive."""
    scheme = schemes().get(f"{t.head}_def")
    if scheme is None:
        raise Refused(f"{t.head} is not defined by other heads")
    return scheme, {(p.head, str(p.data), len(p.args)): a
                    for p, a in zip(scheme.goal.args[0].args, t.args, strict=True)}


def definition(t: Term) -> Term:
    """What a defined head stands for.  Errors: Refused if the head is primitive."""
    scheme, inst = _defining(t)
    return _filled(scheme.goal.args[1], inst)


def unfold(ctx: Context, t: Term) -> Theorem:
    """``t = its definition``."""
    scheme, inst = _defining(t)
    return derive("axiom", ctx, _filled(scheme.goal, inst), name=scheme.name, inst=inst)


def unfold_statement(ctx: Context, t: Term, way: str) -> Theorem:
    """``t -> definition`` (way "out") or back (way "in")."""
    both = unfold(ctx, t)
    d = both.goal.args[1]
    return derive("part", ctx, imps([t], d) if way == "out" else imps([d], t), [both], index=int(way == "in"))


def modus(ctx: Context, implication: Theorem, *prem: Theorem, at: Term | None = None) -> Theorem:
    """Instance of a universal statement, then its conclusion."""
    goal = implication.goal
    if at is not None:
        goal = open_with(goal.args[0], [at])
    for _ in prem:
        goal = goal.args[1]
    return derive("spec", ctx, goal, [implication, *prem], term=at)


def generalise(ctx: Context, t: Theorem, x: Term | None, discharge: Sequence[Term]) -> Theorem:
    """Discharge assumptions and put a universal quantifier in front."""
    goal = imps(discharge, t.goal)
    if x is not None:
        goal = make("forall", [close_over(goal, [x])])
    return derive("gen", ctx, goal, [t], var=x, discharge=list(discharge))


def without(ctx: Context, theorem: Theorem, facts: Iterable[Theorem]) -> Theorem:
    """The theorem with ctx for the proved facts among its assumptions, each of them proved from ctx and
    the other assumptions."""
    used = [f for f in facts if f.goal in theorem.ctx]
    if not used:
        return theorem
    rest = (theorem.ctx - {f.goal for f in used}) | ctx
    done = generalise(rest, theorem, None, [f.goal for f in used])
    return modus(rest, done, *(weaken(rest, f) for f in used))


def branch(ctx: Context, t: Term, decided: Theorem) -> Theorem:
    """``ite(c, a, b) = a`` (or b) once c is decided."""
    if t.head == "ind":
        meaning = unfold(ctx, t)
        return chain(ctx, [meaning, branch(ctx, meaning.goal.args[1], decided)])
    on, x, y = t.args
    return axiom(ctx, "ite_yes" if decided.goal is on else "ite_no", [decided], p=on, x=x, y=y)


def turned_condition(ctx: Context, t: Term, on: Term, back: Term) -> Theorem:
    """``ite(a = b, s, r) = ite(b = a, s, r)`` (or of an indicator)."""
    new = make(t.head, [back, *t.args[1:]])
    sides = []
    for c, d in ((on, back), (negation(on), negation(back))):
        here = ctx | {c}
        decided = turned(here, assume(here, c), d)
        sides.append(chain(here, [branch(here, t, assume(here, c)), symmetric(here, branch(here, new, decided))]))
    return by_cases(ctx, on, *sides)


def turned(ctx: Context, t: Theorem, goal: Term) -> Theorem:
    """``b = a`` from ``a = b``, or ``b != a`` from ``a != b``; as it is if it is the goal already."""
    if t.goal is goal:
        return t
    if goal.head == "eq":
        return symmetric(ctx, t)
    inner = ctx | {negation(goal)}
    return absurd(ctx, goal, [symmetric(inner, assume(inner, negation(goal))), weaken(inner, t)])


def combine(ctx: Context, goal: Term, prem: Sequence[Theorem], coefficients: Iterable[Termlike]) -> Theorem:
    """An equation as a combination of equations (cofactors in order)."""
    entries = [("eq", term(c), None, [n]) for n, c in enumerate(coefficients)]
    return derive("arith", ctx, goal, prem, entries=entries)


def by_cases(ctx: Context, on: Term, yes: Theorem, no: Theorem) -> Theorem:
    """A statement that holds in either case."""
    prem = [generalise(ctx, t, None, [c]) for t, c in ((yes, on), (no, negation(on)))]
    return axiom(ctx, "cases", prem, p=on, q=yes.goal)


def absurd(ctx: Context, goal: Term, prem: Sequence[Theorem]) -> Theorem:
    """The goal, as its opposite gives false, or a statement and the opposite of that."""
    against = negation(goal)
    false = prem[0] if len(prem) == 1 else axiom(
        ctx if goal.head == "false" else ctx | {against}, "contradiction", prem, p=prem[0].goal)
    return false if false.goal is goal else axiom(ctx, "absurd", [generalise(ctx, false, None, [against])], p=goal)


def exhibit(ctx: Context, goal: Term, shown: Theorem, value: Term) -> Theorem:
    """``there is an x with ...`` from an example."""
    return axiom(ctx, "witness", [shown], Q=goal.args[0], t=value)


def choose(ctx: Context, some: Theorem, x: Term, shown: Theorem) -> Theorem:
    """What follows from an example x that there is."""
    body = some.goal.args[0]
    every = generalise(ctx, shown, x, [open_with(body, [x])])
    return axiom(ctx, "choose", [some, every], Q=body, p=shown.goal)


def induction(ctx: Context, n: Term, start: Term, formula: Term, prem: Sequence[Theorem]) -> Theorem:
    """``for all integers n from start: formula``.

    ``prem``: the formula at the start, the formula at n + 1 where it holds at n, and that the start is an integer.
    """
    base, step, whole = prem
    every = generalise(ctx, step, n, [op("isint", n), op("le", start, n), formula])
    return axiom(ctx, "induct", [whole, base, every], m=start, Q=close_over(formula, [n]))


def near(ctx: Context, x: Term, point: Term, shown: Theorem, known: Sequence[Theorem] = ()) -> Theorem:
    """What follows near a point from statements that hold near it."""
    every = generalise(ctx, shown, x, [open_with(t.goal.args[0], [x]) for t in known])
    out = axiom(ctx, "near_every", [every], Q=every.goal.args[0], p=point)
    for t in known:
        left, right = out.goal.args[0].args
        out = axiom(ctx, "near_imp", [out, t], Q=left, R=right, p=point)
    return out


# -- expectation --------------------------------------------------------------------------------

def constant(ctx: Context, t: Term) -> Theorem:
    """A deterministic term is integrable."""
    return axiom(ctx, "int_const", c=t)


def combination(ctx: Context, goal: Term, prem: Sequence[Theorem], coefficients: Sequence[Term],
                facts: Sequence[Theorem] = ()) -> Theorem:
    """``integrable(t)`` for a linear combination of integrable terms; one coefficient more is a constant.

    Errors: Refused if it is another combination, under the facts that do not depend on the outcome.
    """
    total = constant(ctx, coefficients[-1] if len(coefficients) > len(prem) else num(0))
    for p, c in zip(prem, coefficients, strict=False):
        total = axiom(ctx, "int_lin", [total, p], x=total.goal.args[0], y=p.goal.args[0], a=1, b=c)
    whole = total.goal.args[0]
    try:
        return rewrite(ctx, total, [0], [], norm(frozenset(), whole, goal.args[0]))
    except Refused:
        facts = [f for f in facts if not f.goal.random]
        here = frozenset(f.goal for f in facts)
        inside = ctx | here
        same = norm(here, whole, goal.args[0], [assume(here, f) for f in here])
        return without(ctx, rewrite(inside, weaken(inside, total), [0], [], same), facts)


def expectation_of_sum(ctx: Context, t: Term, prem: Sequence[Theorem]) -> Theorem:
    """``E[x + y + ...] = E[x] + E[y] + ...``; ``prem``: that the random summands, in order, are integrable."""
    parts, known = t.args[0].args, iter(prem)
    each = [next(known) if a.random else constant(ctx, a) for a in parts]
    whole, so_far, e = parts[0], each[0], reflexive(ctx, op("E", parts[0]))
    for y, p in zip(parts[1:], each[1:], strict=True):
        e = rewrite(ctx, axiom(ctx, "E_add", [so_far, p], x=whole, y=y), [1, 0], [], e)
        whole = op("add", whole, y)
        so_far = combination(ctx, op("integrable", whole), [so_far, p], [num(1), num(1)])
    right = op("add", *(op("E", a) for a in parts))
    return chain(ctx, [norm(ctx, t, e.goal.args[0]), e, norm(ctx, e.goal.args[1], right)])


def of_sum(ctx: Context, name: str, k: Term, lo: Term, hi: Term, summand: Theorem) -> Theorem:
    """``E_sum`` or ``int_sum``: a sum whose term at k is integrable, for every k in range."""
    every = generalise(ctx, summand, k, in_range(k, lo, hi))
    return axiom(ctx, name, [every], lo=lo, hi=hi, F=close_over(summand.goal.args[0], [k]))


def independent(ctx: Context, x: Term, y: Term, blocks: Theorem, facts: Sequence[Theorem]) -> Theorem:
    """``indep(x, y)`` from the independence of the blocks they depend on."""
    return derive("indep", ctx, op("indep", x, y), [blocks, *facts])
