"""What a context says.

Takes assumptions apart (conjunctions, "surely", universal statements) and instantiates the
universal ones where their patterns occur.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

from derivations.clock import now
from derivations.kernel.term import Term, fresh, num, op, open_with, subterms, var
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.tactics import steps as S

Prove = Callable[[Context, Term], Theorem]


@contextmanager
def limited(prove: Prove, share: float) -> Iterator[None]:
    """Searches meanwhile take at most this share of the time that is left."""
    before: float | None = getattr(prove, "deadline", None)
    if before is None or share >= 1:
        yield
        return
    began = now()
    prove.deadline = began + max(0.0, before - began) * share      # type: ignore[attr-defined]
    try:
        yield
    finally:
        prove.deadline = before         # type: ignore[attr-defined]


@dataclass(frozen=True)
class Universal:
    """``for all x1..xn: premises -> conclusion`` as it stands in a context."""

    formula: Term
    surely: bool
    variables: tuple[Term, ...]
    premises: tuple[Term, ...]
    conclusion: Term


@lru_cache(maxsize=4096)
def universal(formula: Term) -> Universal | None:
    """The parts of a universal statement, opened with new symbols; None for other formulas."""
    f = formula
    outer = f.head == "surely"
    if outer:
        f = f.args[0]
    if f.head != "forall":
        return None
    variables: list[Term] = []
    premises: list[Term] = []
    while f.head in ("forall", "imp"):
        if f.head == "forall":
            x = fresh("x", formula, *variables)
            variables.append(x)
            f = open_with(f.args[0], [x])
        else:
            premises.append(f.args[0])
            f = f.args[1]
    return Universal(formula, outer, tuple(variables), tuple(premises), f)


def letter(t: Term, *avoid: Term) -> Term:
    """A symbol for the variable that the quantifier ``t`` binds, under a letter that its kind usually has."""
    facts: list[Term] = []
    body = t.args[0]
    while body.head == "imp":
        facts += body.args[0].args if body.args[0].head == "and" else (body.args[0],)
        body = body.args[1]
    facts += body.args if body.head == "and" and t.head == "exists" else ()
    mine = [f for f in facts if any(a.head == "b" and a.data == 0 for a in f.args)]
    if any(f.head == "isint" for f in mine):
        above = any(f.head in ("le", "lt") and f.args[0].head == "b" for f in mine)
        usual = "i j k l m n" if above else "n m k t i j"
    else:
        other = "forall" if t.head == "exists" else "exists"
        constant = body.head == other or any(f.head == other for f in facts)
        above = any(f.head == "lt" and f.args[0] is num(0) for f in mine)
        usual = "epsilon delta x y z" if constant and above and t.head == "forall" else \
            "C D x y z" if constant else "x y z u v s a b"
    taken = {name for a in avoid for _, name, _ in a.symbols}
    free = [name for name in usual.split() if name not in taken]
    return var(free[0]) if free else fresh("k", *avoid)


def plain_facts(ctx: Context) -> list[Theorem]:
    """The assumptions that are not universal, conjunctions and "surely" taken apart."""
    return list(_plain(ctx))


@lru_cache(maxsize=1024)
def _plain(ctx: Context) -> tuple[Theorem, ...]:
    return tuple(t for h in ordered(ctx) if universal(h) is None for t in _parts(h))


@lru_cache(maxsize=1 << 14)
def _parts(h: Term) -> tuple[Theorem, ...]:
    return tuple(split(S.assume(frozenset((h,)), h)))


def ordered(ctx: Context) -> list[Term]:
    """The assumptions in an order that is the same in every run."""
    return sorted(ctx, key=_written)


@lru_cache(maxsize=1 << 14)
def _written(t: Term) -> str:
    return repr(t)


def split(t: Theorem) -> list[Theorem]:
    """A theorem, its conjuncts, and what holds at this outcome."""
    g = t.goal
    if g.head == "and":
        parts = [derive("part", t.ctx, a, [t], index=n) for n, a in enumerate(g.args)]
        return [x for p in parts for x in split(p)]
    if g.head == "surely":
        return [t, *split(S.axiom(t.ctx, "surely_here", [t], p=g.args[0]))]
    return [t]


def universals(ctx: Context) -> list[Universal]:
    """The universal assumptions."""
    return list(_universals(ctx))


@lru_cache(maxsize=1024)
def _universals(ctx: Context) -> tuple[Universal, ...]:
    return tuple(u for h in ordered(ctx) if (u := universal(h)) is not None)


def _solve_index(pattern: Term, value: Term, variables: tuple[Term, ...],
                 found: dict[Term, Term]) -> bool:
    """Match an index: a variable, a variable plus or minus a term without variables, or ``2 v + 1`` as written."""
    if pattern in variables:
        if pattern in found:
            return found[pattern] is value
        found[pattern] = value
        return True
    names = {("v", x.data, 0) for x in variables}
    if not (pattern.symbols & names):
        return pattern is value
    if pattern.head == "add":
        mine = [a for a in pattern.args if a in variables]
        rest = [a for a in pattern.args if a not in variables]
        if len(mine) == 1 and mine[0] not in found and not any(a.symbols & names for a in rest):
            found[mine[0]] = tidy_difference(value, rest)
            return True
    if pattern.head in ("add", "mul") and (pattern.head, len(pattern.args)) == (value.head, len(value.args)):
        return all(_solve_index(p, v, variables, found) for p, v in zip(pattern.args, value.args, strict=True))
    return False


def tidy_difference(value: Term, rest: list[Term]) -> Term:
    """``value - rest`` with an obvious cancellation done."""
    parts = list(value.args) if value.head == "add" else [value]
    for r in rest:
        if r in parts:
            parts.remove(r)
            continue
        if r.head == "num" and parts and parts[-1].head == "num":
            c = parts.pop().data - r.data        # type: ignore[operator]
            if c:
                parts.append(num(c))
            continue
        parts.append(num(-r.data) if r.head == "num" else op("neg", r))    # type: ignore[operator]
    if not parts:
        return num(0)
    return parts[0] if len(parts) == 1 else op("add", *parts)


def match(pattern: Term, t: Term, variables: tuple[Term, ...]) -> dict[Term, Term] | None:
    """Values of the variables that make the pattern (a family application) equal ``t``."""
    if (pattern.head, pattern.data, len(pattern.args)) != (t.head, t.data, len(t.args)):
        return None
    found: dict[Term, Term] = {}
    # plain variables first, so that offsets are solved for what is left
    pairs = sorted(zip(pattern.args, t.args, strict=True), key=lambda p: p[0] not in variables)
    if pattern.head in ("f", "g"):
        return found if all(_solve_index(p, a, variables, found) for p, a in pairs) else None
    return found if match_tree(pattern, t, variables, found) else None


def match_tree(p: Term, t: Term, variables: tuple[Term, ...], found: dict[Term, Term], loose: bool = False) -> bool:
    """Extends ``found`` to values that make the pattern ``p`` equal ``t``; ``loose``: up to the order of two or
    three summands or factors."""
    if p in variables:
        if p in found:
            return found[p] is t
        if t.bound or t.random:
            return False
        found[p] = t
        return True
    if (p.head, p.data, len(p.args)) != (t.head, t.data, len(t.args)):
        return False
    if not loose or p.head not in ("add", "mul") or len(p.args) > 3:
        return all(match_tree(a, b, variables, found, loose) for a, b in zip(p.args, t.args, strict=True))
    for order in permutations(t.args):
        values = dict(found)
        if all(match_tree(a, b, variables, values, loose) for a, b in zip(p.args, order, strict=True)):
            found.update(values)
            return True
    return False


def instance(ctx: Context, u: Universal, values: dict[Term, Term], prove: Prove) -> Theorem | None:
    """The instance of a universal assumption at values for all its variables, if its premises hold."""
    try:
        t = S.assume(ctx, u.formula)
        if u.surely:
            t = S.axiom(ctx, "surely_here", [t], p=u.formula.args[0])
        variables = list(u.variables)
        while t.goal.head in ("forall", "imp"):
            if t.goal.head == "forall":
                t = S.modus(ctx, t, at=values[variables.pop(0)])
            else:
                t = S.modus(ctx, t, prove(ctx, t.goal.args[0]))
        return t
    except (Refused, KeyError):
        return None


def lowest(u: Universal) -> dict[Term, Term]:
    """The least values of the variables that have a lower bound and do not occur in the conclusion."""
    absent = [x for x in u.variables if ("v", x.data, 0) not in u.conclusion.symbols]
    return {p.args[1]: p.args[0] for p in u.premises
            if p.head == "le" and p.args[1] in absent and not any(
                ("v", x.data, 0) in p.args[0].symbols for x in u.variables)}


def depends(t: Term, x: Term) -> bool:
    """Whether a deterministic symbol stands in a term."""
    return ("v", str(x.data), 0) in t.symbols


def families(t: Term) -> list[Term]:
    """The closed family applications in ``t``."""
    return [s for s in subterms(t) if s.head in ("f", "g") and not s.bound]


def about(ctx: Context, terms: Iterable[Term], prove: Prove, heads: frozenset[str]) -> Iterator[Theorem]:
    """Instances of universal assumptions, with a conclusion of the wanted heads, at the family
    applications that occur in the terms."""
    wanted = {s: None for t in terms for s in families(t)}
    for u in universals(ctx):
        c = u.conclusion
        if c.head not in heads and c.head not in ("and", "surely"):
            continue
        patterns = [s for s in families(c) if s.symbols & {("v", x.data, 0) for x in u.variables}]
        for w in wanted:
            for p in patterns:
                values = match(p, w, u.variables)
                if values is None or set(values) != set(u.variables):
                    continue
                t = instance(ctx, u, values, prove)
                if t is not None:
                    yield from (x for x in split(t) if x.goal.head in heads)
                break


__all__ = ["Prove", "Universal", "about", "depends", "families", "instance", "letter", "limited", "lowest", "match",
           "match_tree", "ordered", "plain_facts", "split", "universal", "universals"]
