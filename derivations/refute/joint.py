"""Independence and named laws.

Coordinates are independent by construction, so blocks that read different coordinates are
independent.  Blocks that share a finite coordinate are compared by their exact joint law.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

from derivations.kernel.term import Term
from derivations.refute import values as v
from derivations.refute.model import Coordinate, Draw
from derivations.refute.values import ONE, ZERO, Number, Unknown

if TYPE_CHECKING:
    from derivations.refute.evaluate import Env, Evaluator, Outcome

Block = tuple[tuple[Term, "Env"], ...]
Table = dict[tuple[Fraction, ...], Fraction]

_BOUNDED = frozenset({"ind", "tanh", "sin", "cos", "sign"})
_TAME = frozenset({"add", "mul", "neg", "relu", "abs", "max", "min", "ite", "sum", "maxover", "floor",
                   "ceil"})


def evaluate(ev: Evaluator, t: Term, env: Env) -> bool:
    """The truth of ``indep``, ``samelaw``, ``integrable`` and the named laws.  Errors: Unknown."""
    if t.head == "indep":
        return independent(ev, [b for a in t.args for b in blocks(ev, a, env)])
    if t.head == "samelaw":
        return same(ev, block(ev, t.args[0], env), block(ev, t.args[1], env))
    if t.head == "integrable":
        return integrable(ev, t.args[0], env)
    return named(ev, t, env)


def blocks(ev: Evaluator, k: Term, env: Env) -> list[Block]:
    """The blocks a K term stands for: one, or one for each index of a family."""
    if k.head == "fam":
        return [b for i in ev.span(k, env) for b in blocks(ev, k.args[2], (Fraction(i), *env))]
    return [block(ev, k, env)]


def block(ev: Evaluator, k: Term, env: Env) -> Block:
    """One block: the variables of a tuple, of a whole family, or a single variable."""
    if k.head == "fam":
        return tuple(x for b in blocks(ev, k, env) for x in b)
    return tuple((a, env) for a in k.args) if k.head == "tup" else ((k, env),)


def support(ev: Evaluator, t: Term, env: Env) -> frozenset[Coordinate]:
    """The coordinates a term may read (perhaps more, never less).  Errors: Unknown, Undefined."""
    from derivations.kernel.term import RANGED
    if not t.random:
        return frozenset()
    ev.fuel.burn()
    if t.head in ("r", "g"):
        meaning = ev.meaning(t, env)
        if isinstance(meaning, Draw):
            return frozenset({meaning.coordinate})
        return support(ev, meaning, ()) if isinstance(meaning, Term) else frozenset()
    if t.head in RANGED:
        return frozenset().union(*(support(ev, t.args[2], (Fraction(k), *env)) for k in ev.span(t, env)))
    if t.head in ("forall", "exists", "isleast"):
        raise Unknown("a quantifier over random values")
    return frozenset().union(*(support(ev, a, env) for a in t.args))


def _reads(ev: Evaluator, b: Block) -> frozenset[Coordinate]:
    return frozenset().union(*(support(ev, t, env) for t, env in b))


def table(ev: Evaluator, b: Block) -> Table:
    """The exact joint law of a block.  Errors: Unknown if a value is a ball or a law is continuous."""
    from derivations.refute.evaluate import outcomes

    def visit(o: Outcome) -> tuple[Fraction, ...]:
        return tuple(ev.exact_value(t, env, o) for t, env in b)
    found: Table = defaultdict(Fraction)
    for weight, values in outcomes(visit):
        found[values] += weight
    return dict(found)


def independent(ev: Evaluator, found: list[Block]) -> bool:
    """Whether the blocks are mutually independent."""
    groups: list[tuple[frozenset[Coordinate], list[Block]]] = []
    for b in found:
        reads, members = _reads(ev, b), [b]
        rest = []
        for r, m in groups:
            if r & reads:
                reads, members = reads | r, m + members
            else:
                rest.append((r, m))
        groups = [*rest, (reads, members)]
    return all(_factors(ev, m) for _, m in groups if len(m) > 1)


def _factors(ev: Evaluator, found: list[Block]) -> bool:
    joint = table(ev, tuple(x for b in found for x in b))
    single = [list(table(ev, b).items()) for b in found]
    size = 1
    for s in single:
        size *= len(s)
    if size > 20_000:
        raise Unknown("too many joint values")
    for combination in product(*single):
        values = tuple(x for value, _ in combination for x in value)
        weight = ONE
        for _, w in combination:
            weight *= w
        if joint.get(values, ZERO) != weight:
            return False
    return True


def same(ev: Evaluator, a: Block, b: Block) -> bool:
    """Whether two blocks have one joint law."""
    if len(a) != len(b):
        return False
    laws = [_affine(ev, t, env) for t, env in (*a, *b)]
    if all(law is not None for law in laws):
        for part in (laws[:len(a)], laws[len(a):]):
            if len({law[0] for law in part if law}) < len(part):
                raise Unknown("several variables of one continuous coordinate")
        return all(x and y and x[1] == y[1] and _equal(x[2], y[2])
                   for x, y in zip(laws[:len(a)], laws[len(a):], strict=True))
    if any(law is not None for law in laws):
        raise Unknown("the law of a continuous block")
    return table(ev, a) == table(ev, b)


def _affine(ev: Evaluator, t: Term, env: Env) -> tuple[Coordinate, str, tuple[Number, ...]] | None:
    """The coordinate and law of a continuous variable, its sign turned if it is symmetric."""
    turn = False
    while True:
        if t.head == "neg":
            turn, t = not turn, t.args[0]
            continue
        if t.head not in ("r", "g"):
            return None
        meaning = ev.meaning(t, env)
        if isinstance(meaning, Term):
            t, env = meaning, ()
            continue
        if not isinstance(meaning, Draw) or meaning.coordinate.law is None:
            return None
        law = meaning.coordinate.law
        kind, parameters = law.kind, law.parameters
        if turn and kind == "normal":
            parameters = (v.neg(parameters[0]), parameters[1])
        elif turn and kind == "uniform":
            parameters = (v.neg(parameters[1]), v.neg(parameters[0]))
        elif turn:
            kind = f"-{kind}"
        return meaning.coordinate, kind, parameters


def integrable(ev: Evaluator, t: Term, env: Env) -> bool:
    """Whether E|t| is finite: always on finitely many outcomes, and for named laws (all of which
    have every moment) if t grows no faster than a polynomial.  Errors: Unknown."""
    if not t.random or not any(c.law for c in support(ev, t, env)):
        return True
    if _tame(ev, t, env):
        return True
    raise Unknown("integrability under a continuous law")


def _tame(ev: Evaluator, t: Term, env: Env) -> bool:
    if not t.random or t.head in _BOUNDED:
        return True
    if t.head in ("r", "g"):
        meaning = ev.meaning(t, env)
        return not isinstance(meaning, Term) or _tame(ev, meaning, ())
    if t.head in ("sum", "maxover"):
        return all(_tame(ev, t.args[2], (Fraction(k), *env)) for k in ev.span(t, env))
    if t.head in ("pow", "div"):
        if t.args[1].random or not _tame(ev, t.args[0], env):
            return False
        x = ev.number(t.args[1], env)
        if t.head == "div":
            return v.sign(x) != 0
        return isinstance(x, Fraction) and x.denominator == 1 and x >= 0
    return t.head in _TAME and all(a.sort == "B" or _tame(ev, a, env) for a in t.args)


def named(ev: Evaluator, t: Term, env: Env) -> bool:
    """Whether a variable has a named law with these parameters.  Errors: Unknown."""
    kind = t.head.removeprefix("law_")
    wanted = tuple(ev.number(a, env) for a in t.args[1:])
    if kind == "bernoulli":
        p = wanted[0]
        law = table(ev, ((t.args[0], env),))
        if not isinstance(p, Fraction):
            raise Unknown("a probability that is not exact")
        return law == {k: w for k, w in {(ONE,): p, (ZERO,): 1 - p}.items() if w}
    found = _affine(ev, t.args[0], env)
    if found is None:
        if any(c.law for c in support(ev, t.args[0], env)):
            raise Unknown("the law of a transformed variable")
        return False
    if found[1] != kind:
        return False
    return _equal(found[2], wanted)


def _equal(one: tuple[Number, ...], two: tuple[Number, ...]) -> bool:
    """Whether parameters are the same numbers.  Errors: Overlap if balls do not decide it."""
    return all(v.compare(x, y) == 0 for x, y in zip(one, two, strict=True))
