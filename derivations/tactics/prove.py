"""Search for a proof, within a budget.

The tactics are tried in their stated order; this file alone recurses.
"""

from __future__ import annotations

from collections.abc import Callable

from derivations.clock import now
from derivations.kernel.term import MODAL, Term, TermError, fresh, negation, op, open_with, subterms
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.tactics import chains
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.chance import prove_chance
from derivations.tactics.conversion import converted, everywhere, in_other_words, replaced
from derivations.tactics.definite import prove_definite
from derivations.tactics.derivatives import prove_derivative
from derivations.tactics.determinants import prove_determinant
from derivations.tactics.different import prove_different
from derivations.tactics.equation import prove_integer, prove_norm, simplified
from derivations.tactics.examples import denied, opposite, prove_example
from derivations.tactics.falsehoods import fails_somewhere
from derivations.tactics.floors import prove_floor
from derivations.tactics.givens import by_definition as by_names
from derivations.tactics.givens import equations_at, is_moment, oriented
from derivations.tactics.integrable import prove_integrable
from derivations.tactics.integrals import prove_integral
from derivations.tactics.inverses import prove_inverse
from derivations.tactics.limits import prove_limit
from derivations.tactics.logarithms import expanded as taken_apart
from derivations.tactics.logarithms import prove_log_equation, undone
from derivations.tactics.means import prove_linear
from derivations.tactics.monotone import prove_monotone
from derivations.tactics.order import at_once, first_conditional, prove_order, prove_squeezed
from derivations.tactics.orders import prove_order_of_growth
from derivations.tactics.regular import prove_regular
from derivations.tactics.roots import prove_roots
from derivations.tactics.schwarz import prove_schwarz
from derivations.tactics.signs import prove_sign
from derivations.tactics.sizes import prove_sized
from derivations.tactics.sums import by_induction, counted, matched, modulo
from derivations.tactics.waves import prove_waves

Tactic = Callable[[Context, Term, C.Prove], Theorem | None]


class Unproved(Refused):
    """No proof was found.  ``goal``, ``reason``."""

    def __init__(self, goal: Term, reason: str) -> None:
        super().__init__(f"{goal!r}: {reason}")
        self.goal = goal


def assumption(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """An assumption, a part of one, or an instance of a universal one, up to the order of summands."""
    if goal in ctx:
        return S.assume(ctx, goal)
    for f in C.plain_facts(ctx):
        if f.goal is goal:
            return f
    for u in C.universals(ctx):
        if u.conclusion.head != goal.head and u.conclusion.head not in ("and", "surely"):
            continue
        for c in (u.conclusion, *(u.conclusion.args if u.conclusion.head in ("and", "surely") else ())):
            values: dict[Term, Term] = {}
            if C.match_tree(c, goal, u.variables, values, loose=True):
                t = C.instance(ctx, u, C.lowest(u) | values, prove)
                for x in C.split(t) if t is not None else ():
                    if x.goal is goal:
                        return x
                    if x.goal.head == goal.head and goal.head in ("eq", "ne", "le", "lt"):
                        return _reordered(ctx, x, goal)
    return None


def _reordered(ctx: Context, t: Theorem, goal: Term) -> Theorem:
    pairs = zip(t.goal.args, goal.args, strict=True)
    return S.transport(ctx, t, goal, [None if a is b else S.norm(ctx, a, b) for a, b in pairs])


def structure(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """Quantifiers, implications, conjunctions, alternatives, "surely", definitions."""
    match goal.head:
        case "true":
            return S.absurd(ctx, goal, [S.assume(ctx | {op("false")}, op("false"))])
        case "forall":
            x = fresh("k", goal, *ctx)
            body, out = open_with(goal.args[0], [x]), []
            while body.head == "imp":
                out.append(body.args[0])
                body = body.args[1]
            return S.generalise(ctx, prove(ctx | set(out), body), x, out)
        case "imp":
            return S.generalise(ctx, prove(ctx | {goal.args[0]}, goal.args[1]), None, [goal.args[0]])
        case "and":
            return derive("conj", ctx, goal, [prove(ctx, a) for a in goal.args])
        case "iff":
            a, b = goal.args
            return derive("conj", ctx, goal, [prove(ctx, op("imp", a, b)), prove(ctx, op("imp", b, a))])
        case "or":
            for a in goal.args:
                try:
                    return derive("either", ctx, goal, [prove(ctx, a)])
                except Refused:
                    continue
            return None
        case "not" if goal.args[0].head in ("exists", "forall"):
            return denied(ctx, goal.args[0], prove(ctx, opposite(goal.args[0])))
        case "not":
            no = prove(ctx | {goal.args[0]}, op("false"))
            return S.absurd(ctx, goal, [no])
        case "surely":
            calm = frozenset(h for h in ctx if not h.random)
            inner = prove(calm, goal.args[0])
            return S.weaken(ctx, derive("surely", calm, goal, [inner]))
        case "isleast":
            t = S.unfold_statement(ctx, goal, "in")
            return S.modus(ctx, t, prove(ctx, t.goal.args[0]))
    return None


def expanded(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """A statement about defined names, shown for what they stand for."""
    if goal.head not in ("ne", "lt", "le", "isint", "eq"):
        return None
    links = [_shorter(ctx, by_names(ctx, a, prove), prove) for a in goal.args]
    return in_other_words(ctx, goal, links, prove)


def given_by_name(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """An assumption in which defined names stand for what they are."""
    if goal.head not in ("ne", "lt", "le", "eq"):
        return None

    def given(c: Context, g: Term) -> Theorem:
        known = assumption(c, g, prove)
        if known is None:
            raise Unproved(g, "it is not given")
        return known
    return in_other_words(ctx, goal, [by_names(ctx, a, prove) for a in goal.args], given)


def one_name(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """A statement about two names that are equal, shown with one of them."""
    if goal.head not in ("ne", "lt", "le", "eq"):
        return None
    for f in C.plain_facts(ctx):
        if f.goal.head != "eq" or not all(a.head == "v" for a in f.goal.args) or f.goal is goal:
            continue
        b, a = sorted(f.goal.args, key=lambda x: str(x.data), reverse=True)
        if not (a.symbols | b.symbols) <= goal.symbols:
            continue
        same = f if f.goal.args[0] is b else S.symmetric(ctx, f)
        return in_other_words(ctx, goal, [replaced(ctx, x, same) for x in goal.args], prove)
    return None


def logarithms_undone(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """A statement with ``e^(log u)``, shown with u in its place."""
    if goal.head not in ("ne", "lt", "le", "eq") or not any(
            s.head == "exp" and any(x.head == "log" for x in subterms(s)) for s in subterms(goal)):
        return None
    return converted(ctx, goal, undone, prove)


def logarithms_apart(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """A statement with logarithms of products and quotients, shown with sums of logarithms in their place."""
    if goal.head != "eq" or not any(
            s.head == "log" and s.args[0].head in ("mul", "div", "pow") for s in subterms(goal)):
        return None
    return converted(ctx, goal, taken_apart, prove, "log")


def _worked_out(ctx: Context, t: Term, prove: C.Prove) -> Theorem | None:
    links: list[Theorem] = []
    for step in (counted, oriented):
        e = step(ctx, links[-1].goal.args[1] if links else t, prove)
        links += [] if e is None else [e]
    return S.chain(ctx, links) if links else None


def examples_named(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """From a fact that something exists: it is given a name, with the property."""
    if getattr(prove, "level", 0) > 3 or goal.head not in ("eq", "ne", "le", "lt", "isint"):
        return None
    some = next((f for f in C.plain_facts(ctx) if f.goal.head == "exists" and f.goal.symbols & goal.symbols), None)
    if some is None:
        return None
    x = fresh("q", goal, *ctx)
    inner = (ctx - {some.goal}) | {open_with(some.goal.args[0], [x])}
    return S.choose(ctx, some, x, prove(inner, goal))


def ceilings(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """A statement about ceilings, shown for floors."""
    if goal.head not in ("ne", "lt", "le", "isint", "eq") or not any(s.head == "ceil" for s in subterms(goal)):
        return None
    links = [everywhere(ctx, a, lambda c, t: S.unfold(c, t) if t.head == "ceil" else None, deep=True)
             for a in goal.args]
    return in_other_words(ctx, goal, links, prove)


def _shorter(ctx: Context, e: Theorem | None, prove: C.Prove) -> Theorem | None:
    short = simplified(ctx, e.goal.args[1], prove) if e is not None else None
    return e if e is None or short is None else S.chain(ctx, [e, short])


def by_moves(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """In a case of its own: one side of an equation about moments, move by move."""
    if goal.head != "eq" or not 0 < getattr(prove, "level", 0) <= 3 \
            or not any(s.head in MODAL for s in subterms(goal)):
        return None
    for a, b in (goal.args, goal.args[::-1]):
        links = chains.run(ctx, a, b, chains.moves_for(a), prove) if any(s.head in MODAL for s in subterms(a)) else None
        if links:
            e = S.chain(ctx, [x.theorem for x in links])
            return e if a is goal.args[0] else S.symmetric(ctx, e)
    return None


def by_definition(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """Split a case at the first condition of ReLU, max, abs, sign, an indicator."""
    if goal.head not in ("le", "lt", "eq", "ne"):
        return None
    found = first_conditional(goal)
    if found is None:
        return None
    path, t = found
    e = S.unfold(ctx, t) if t.head != "ite" else None
    new = e.goal.args[1] if e is not None else t
    if new.head != "ite":
        if e is None or new.head in ("sum", "E"):
            return None
        target = S.put(goal, path, [], new)
        back = prove(ctx, target)
        return S.rewrite(ctx, back, path, [], S.symmetric(ctx, e))
    on = new.args[0]
    for c in (on, negation(on)):
        if (sure := at_once(ctx, c)) is not None:
            b = S.branch(ctx, new, sure)
            eq = b if e is None else S.chain(ctx, [e, b])
            back = prove(ctx, S.put(goal, path, [], eq.goal.args[1]))
            return S.rewrite(ctx, back, path, [], S.symmetric(ctx, eq))
    done = []
    for c in (on, negation(on)):
        inner = ctx | {c}
        b = S.branch(inner, new, S.assume(inner, c))
        eq = S.chain(inner, [S.weaken(inner, e), b]) if e is not None else b
        target = S.put(goal, path, [], eq.goal.args[1])
        back = prove(inner, target)
        done.append(S.rewrite(inner, back, path, [], S.symmetric(inner, eq)))
    return S.by_cases(ctx, on, *done)


def order_of_cases(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """An inequality with cases that could not be split: the cases stay as they are."""
    if goal.head not in ("le", "lt") or first_conditional(goal) is None:
        return None
    return prove_order(ctx, goal, prove, late=True)


def by_equations(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """An equation as a multiple of an assumed one, what is known of moments and derivatives put in."""
    if goal.head != "eq":
        return None
    equations = [f for f in C.plain_facts(ctx) if f.goal.head == "eq"]
    values = dict.fromkeys(s for f in (goal, *(e.goal for e in equations)) for s in subterms(f)
                           if (is_moment(s) or s.head == "deriv") and not s.bound)
    equations += [e for v in values for e in equations_at(ctx, v, prove, lambda s: True)]
    try:
        return modulo(ctx, goal, equations, prove)
    except Refused:
        return _counted(ctx, goal, equations, prove)


def _counted(ctx: Context, goal: Term, equations: list[Theorem], prove: C.Prove) -> Theorem | None:
    """The same once sums of constants have been worked out in the goal and in the equations, and entries
    of symmetric families are in one order."""
    sides = [_worked_out(ctx, a, prove) for a in goal.args]
    new = list(equations)
    for k, f in enumerate(equations):
        if any(s.head == "sum" for s in subterms(f.goal)):
            links = [_worked_out(ctx, a, prove) for a in f.goal.args]
            if any(links):
                left, right = links
                new[k] = S.chain(ctx, [*([S.symmetric(ctx, left)] if left else []), f, *([right] if right else [])])
    if not any(sides) and new == equations:
        return None
    target = op("eq", *(a if e is None else e.goal.args[1] for a, e in zip(goal.args, sides, strict=True)))
    back = [None if e is None else S.symmetric(ctx, e) for e in sides]
    return S.transport(ctx, modulo(ctx, target, new, prove), goal, back)


TACTICS: tuple[Tactic, ...] = (
    assumption, structure, given_by_name, one_name, prove_sign, prove_derivative, prove_integral, prove_limit,
    logarithms_undone, prove_norm, prove_log_equation, prove_roots, by_equations, prove_waves, logarithms_apart,
    prove_integer, expanded, ceilings, prove_chance, prove_monotone, prove_order, prove_sized, prove_integrable,
    prove_floor, prove_inverse, prove_regular, prove_definite, prove_determinant, matched, prove_squeezed,
    by_definition, order_of_cases, by_induction, prove_linear, prove_order_of_growth, prove_example, examples_named,
    prove_different, by_moves, prove_schwarz)


class Prover:
    """Proves statements with the tactics, remembering results.

    ``before``: an earlier search whose results are known to this one too.
    Errors: Unproved when nothing works, or when the time or the depth runs out.
    """

    def __init__(self, seconds: float = 20.0, depth: int = 13, before: Prover | None = None) -> None:
        self.deadline = now() + seconds
        self.depth = depth
        self.done: dict[tuple[Context, Term], Theorem] = {} if before is None else before.done
        self.failed: dict[tuple[Context, Term], int] = {} if before is None else before.failed
        self.root: Prover = self if before is None else before.root
        self.late = False       # at the root: whether a search was ended by the time
        self._level = 0
        self.calm = 0           # raised where only cheap proofs are worth their time
        self._open: set[tuple[Context, Term]] = set()

    @property
    def level(self) -> int:
        """How deep in the search the goal at hand is."""
        return self._level

    def __call__(self, ctx: Context, goal: Term) -> Theorem:
        key = (ctx, goal)
        if key in self.done:
            return self.done[key]
        left = self.depth - self._level
        if self.failed.get(key, -1) >= left or key in self._open:
            raise Unproved(goal, "no tactic applies")
        if left <= 0:
            raise Unproved(goal, "the search is too deep")
        if fails_somewhere(ctx, goal):
            self.failed[key] = left
            raise Unproved(goal, "it fails for some values")
        if now() > self.deadline:
            self.root.late = True
            raise Unproved(goal, "the time is up")
        self._level += 1
        self._open.add(key)
        try:
            for tactic in TACTICS:
                if now() > self.deadline:        # or what is left to try on every level adds up
                    self.root.late = True
                    break
                if tactic is by_induction and self._level > 4:
                    continue
                try:
                    t = tactic(ctx, goal, self)
                except (Refused, TermError):
                    continue
                if t is not None:
                    self.done[key] = t
                    return t
        finally:
            self._level -= 1
            self._open.discard(key)
        if now() <= self.deadline:
            self.failed[key] = left
        raise Unproved(goal, "no tactic applies")


__all__ = ["TACTICS", "Prover", "Unproved"]
