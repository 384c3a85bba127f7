"""Chains of equalities, one named move a line.

A move rewrites the whole expression by one idea; the list of moves is tried in its stated order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from derivations.kernel.term import Term, eq, fresh, in_range, negation, op, open_with, subterms
from derivations.kernel.theorem import Context, Refused, Theorem
from derivations.tactics import context as C
from derivations.tactics import expectation as X
from derivations.tactics import givens as G
from derivations.tactics import steps as S
from derivations.tactics import sums
from derivations.tactics.chance import conditioned
from derivations.tactics.coincidence import coincident, into_sum
from derivations.tactics.context import Prove, limited
from derivations.tactics.conversion import Local, cleanup, everywhere, replaced, wherever
from derivations.tactics.derivatives import constants_out, differentiate, rule_of, single
from derivations.tactics.equation import prove_norm
from derivations.tactics.integrals import integrate
from derivations.tactics.logarithms import before_differentiating, undone
from derivations.tactics.roots import root_of_square

LIMIT = 40
RANGES = ("sum", "prod")


@dataclass(frozen=True)
class Link:
    """``theorem`` proves ``previous = next``; ``reason`` names the idea."""

    theorem: Theorem
    reason: str


Move = tuple[str, Callable[[Context, Term, Prove], Theorem | None]]


def _all(local: Local, *at: str) -> Callable[[Context, Term, Prove], Theorem | None]:
    """A move that applies a local conversion wherever it can; ``at`` are the heads that it looks at."""
    def move(ctx: Context, t: Term, prove: Prove) -> Theorem | None:
        return wherever(ctx, t, local, prove, *at)
    return move


def by_recurrence(ctx: Context, t: Term, prove: Prove) -> Theorem | None:
    """Every member of a sequence replaced by its recurrence, once."""
    names = G.definitions(ctx)

    def wanted(s: Term) -> bool:
        return s.head in ("f", "g") and (s.head, str(s.data), len(s.args)) not in names
    return everywhere(ctx, t, G.conversion(prove, wanted))


def _moments(ctx: Context, t: Term, prove: Prove) -> Theorem | None:
    return everywhere(ctx, t, G.conversion(prove, G.is_moment))


def given_sum(ctx: Context, t: Term, prove: Prove) -> Theorem | None:
    """A sum or product whose value is given, constant factors taken out of it first."""
    known = {f.goal.args[0]: f for f in C.plain_facts(ctx) if f.goal.head == "eq" and f.goal.args[0].head in RANGES
             and not any(s.head in RANGES for s in subterms(f.goal.args[1]))}

    def convert(c: Context, s: Term) -> Theorem | None:
        if s in known or s.head != "sum":
            return known.get(s)
        e = constants_out(c, s)
        if e is None:
            return None
        value = everywhere(c, e.goal.args[1], lambda _, x: known.get(x))
        return None if value is None else S.chain(c, [e, value])
    return everywhere(ctx, t, convert) if known else None


def _second(ctx: Context, t: Term, prove: Prove) -> Theorem | None:
    e = _all(X.second_moment, "E")(ctx, t, prove)
    if e is None:
        return None
    known = _moments(ctx, e.goal.args[1], prove)
    return e if known is None else S.chain(ctx, [e, known])


def _second_known(ctx: Context, t: Term, prove: Prove) -> Theorem | None:
    """``E[X^2] = Var[X] + E[X]^2`` for a name whose mean and variance have been found."""
    def convert(c: Context, s: Term) -> Theorem | None:
        if s.head != "E" or s.args[0].head != "pow" or s.args[0].args[0].head not in ("r", "g"):
            return None
        x = s.args[0].args[0]
        if any(G.given_at(c, op(h, x), prove, G.is_moment) is None for h in ("E", "var")):
            return None
        return X.second_moment(c, s, prove)
    e = everywhere(ctx, t, convert)
    known = None if e is None else _moments(ctx, e.goal.args[1], prove)
    return None if e is None or known is None else S.chain(ctx, [e, known])


def _unfolded(ctx: Context, t: Term, prove: Prove) -> Theorem | None:
    return S.unfold(ctx, t)


def _largest(ctx: Context, t: Term, prove: Prove) -> Theorem | None:
    """A maximum over a range of a value that is the same throughout."""
    if t.head != "maxover":
        return None
    lo, hi, body = t.args
    links: list[Theorem] = []
    if body.bound:
        k = fresh("t", t, *ctx)
        same = _constant(ctx | set(in_range(k, lo, hi)), open_with(body, [k]), k, lo, hi, prove)
        if same is None:
            return None
        links.append(S.congruence(ctx, t, [2], [k], same))
        body = links[-1].goal.args[1].args[2]
    values = {"lo": lo, "hi": hi, "m": lo, "F": body}
    links.append(S.axiom(ctx, "max_attained", [prove(ctx, h) for h in S.axiom_needs("max_attained", **values)],
                         **values))
    return S.chain(ctx, links)


def _constant(ctx: Context, body: Term, k: Term, lo: Term, hi: Term, prove: Prove) -> Theorem | None:
    """``body = c`` with c free of k; the first and the last k may need a case of their own."""
    key = ("v", str(k.data), 0)

    def ends(c: Context) -> Theorem | None:
        links = run(c, body, None, SUMS, prove)
        if not links or key in links[-1].theorem.goal.args[1].symbols:
            return None
        return S.chain(c, [x.theorem for x in links])
    whole = ends(ctx)
    if whole is not None:
        return whole
    for on, end in ((op("lt", k, hi), hi), (op("lt", lo, k), lo)):
        yes = ends(ctx | {on})
        here = ctx | {negation(on)}
        if yes is None:
            continue
        there = sums.needed(here, "le_antisym", prove, x=k, y=end)
        moved = replaced(here, body, there)
        if moved is None:
            continue
        links = run(here, moved.goal.args[1], yes.goal.args[1], SUMS, prove)
        if links is not None:
            return S.by_cases(ctx, on, yes, S.chain(here, [moved, *(x.theorem for x in links)]))
    return None


def _indicators(ctx: Context, t: Term, prove: Prove) -> Theorem | None:
    return X.branches(ctx, t, prove) if any(s.head in ("ind", "ite") for s in subterms(t)) else None


def _given_derivatives(ctx: Context, t: Term, prove: Prove) -> Theorem | None:
    return everywhere(ctx, t, G.conversion(prove, lambda s: s.head == "deriv"))


LOGARITHMS: Move = ("logarithms of products and quotients", _all(before_differentiating))
VARIANCE: Move = (r"$\operatorname{Var}[X] = \mathbb{E}[X^2] - \mathbb{E}[X]^2$", _all(X.variance_formula, "var"))
DERIVATIVE: Move = ("derivative", _all(differentiate, "deriv"))
GIVEN_DERIVATIVE: Move = ("the given derivative", _given_derivatives)
INTEGRAL: Move = ("antiderivative", _all(integrate))
COUNTED: list[Move] = [        # sums and counts, whatever else stands in the term
    ("count as a sum of indicators", _all(_unfolded, "count")),
    ("largest value over the range", _all(_largest, "maxover")),
    ("root of a square", _all(root_of_square, "sqrt")),
    ("only the terms where the condition holds", _all(sums.restrict, "sum")),
    ("indicators decided", _indicators),
    ("Kronecker delta", _all(single)),
    ("sum of equal terms", _all(sums.constant, *RANGES)),
    ("the known value of the sum", given_sum),
]
SUMS: list[Move] = [
    ("definition", G.by_definition),
    (r"$e^{\log u} = u$", _all(undone)),
    LOGARITHMS,
    DERIVATIVE,
    GIVEN_DERIVATIVE,
    INTEGRAL,
    *COUNTED,
]
EXPECTATIONS: list[Move] = [
    (r"$\mathbb{E}[X^2] = \operatorname{Var}[X] + \mathbb{E}[X]^2$", _second_known),
    ("definition", G.by_definition),
    (r"$\max(0, x) = \operatorname{ReLU}(x)$", _all(X.rectified, "max")),
    (r"$e^{\log u} = u$", _all(undone)),
    LOGARITHMS,
    DERIVATIVE,
    INTEGRAL,
    ("common factors out of the cases", _all(X.common_factor, "ite")),
    ("given moments", _moments),
    ("a constant factor comes out of the variance squared", _all(X.scaled_variance, "var")),
    ("variance of a sum of independent terms", _all(X.variance_of_sum, "var")),
    VARIANCE,
    ("definition of the covariance", _all(_unfolded, "cov")),
    ("definition of the conditional expectation", _all(conditioned, "condE", "mul")),
    ("independence", _all(X.product, "E")),
    ("the terms with the same index and the others", _all(coincident, "sum")),
    (r"$\mathbb{E}[X^2] = \operatorname{Var}[X] + \mathbb{E}[X]^2$", _second),
    ("linearity of the expectation", _all(X.linear, "E")),
    ("multiply out", _all(X.expanded, "E")),
    ("multiply out", _all(into_sum, "E")),
    (r"$\operatorname{ReLU}(x) = (x + |x|) / 2$", _all(X.positive_part, "E")),
    ("law of total expectation, split by the sign", _all(X.by_sign, "E")),
    ("each branch on its part", _all(X.on_event, "E")),
    ("symmetry about 0", _all(X.symmetric_half, "E")),
    *COUNTED,
]


def moves_for(t: Term) -> list[Move]:
    """The moves that fit the heads of a term."""
    heads = {s.head for s in subterms(t)}
    return EXPECTATIONS if heads & {"E", "var", "cov", "P", "condE"} else SUMS


def run(ctx: Context, left: Term, right: Term | None, moves: list[Move], prove: Prove,
        keep: frozenset[G.Name] = frozenset()) -> list[Link] | None:
    """Links from ``left`` to ``right`` (or as far as the moves go, without ``right``).

    Definitions of the names to ``keep`` are not put in.  None if ``right`` is not reached.
    """
    links: list[Link] = []
    now = left
    for _ in range(LIMIT):
        if right is not None:
            last = _last(ctx, now, right, prove)
            if last is not None:
                return joined(ctx, links, last)
        for reason, move in moves:
            e = G.by_definition(ctx, now, prove, keep) if move is G.by_definition else move(ctx, now, prove)
            if e is None:
                continue
            tidy = cleanup(ctx, e.goal.args[1])
            if tidy is not None:
                e = S.chain(ctx, [e, tidy])
            if e.goal.args[1] is now:
                continue
            links.append(Link(e, rule_of(now) if reason == DERIVATIVE[0] else _named(ctx, now, reason)))
            now = e.goal.args[1]
            break
        else:
            break
    if right is None:
        return links
    try:
        with limited(prove, 0.4):       # the other side may have to be worked on first
            end = prove(ctx, eq(now, right))
    except Refused:
        return None
    named = {k for k in right.symbols - now.symbols if k in G.definitions(ctx)}
    return [*links, Link(end, "definition" if named else reason_of(end))]


def _named(ctx: Context, t: Term, reason: str) -> str:
    """The reason; a symbol with several equations was defined by one of them and the others were shown."""
    equations = [f for f in C.plain_facts(ctx) if f.goal.head == "eq" and f.goal.args[0] is t]
    return "shown above" if reason == "definition" and t.head in ("v", "r") and len(equations) > 1 else reason


def joined(ctx: Context, links: list[Link], last: Link) -> list[Link]:
    """The links with a last one that only reorders taken into the one before it."""
    a, b = last.theorem.goal.args
    if links and (a is b or shape(a) == shape(b)):
        before = links[-1]
        whole = before.theorem if a is b else S.chain(ctx, [before.theorem, last.theorem])
        return [*links[:-1], Link(whole, before.reason)]
    return [*links, last]


def shape(t: Term) -> str:
    """A text that is the same for terms that differ in the order of summands and factors only."""
    if t.head in ("add", "mul"):
        flat: list[Term] = []
        todo = list(t.args)
        while todo:
            a = todo.pop()
            if a.head == t.head:
                todo += a.args
            else:
                flat.append(a)
        return f"{t.head}({','.join(sorted(shape(a) for a in flat))})"
    return f"{t.head}:{t.data}({','.join(shape(a) for a in t.args)})"


BOUNDS = (("log_le", r"$\log u \le u - 1$"), ("exp_ge", r"$e^u \ge u + 1$"), ("log_lt", "the logarithm is increasing"),
          ("exp_lt", "the exponential is increasing"), ("max_ge", "no entry exceeds the maximum"),
          ("max_le", "the maximum is one of the entries"), ("sum_delta", "one of several positive summands"),
          ("sum_mono", "summand by summand"), ("sum_pos", "a sum of positive terms"),
          ("sum_nonneg", "a sum of non-negative terms"), ("square", "a square is not negative"),
          ("exp_pos", "exponentials are positive"))


def _behind(theorem: Theorem, premises: Callable[[Theorem], Iterable[Theorem]]) -> Iterator[Theorem]:
    """A theorem and all that it rests on through the chosen premises, each once."""
    seen: set[int] = set()
    stack = [theorem]
    while stack:
        t = stack.pop()
        if id(t) not in seen:
            seen.add(id(t))
            yield t
            stack += premises(t)


def bound_reason(theorem: Theorem) -> str:
    """The idea behind an inequality found by search."""
    def premises(t: Theorem) -> list[Theorem]:
        # in a combination the others are only facts for the canonical form
        prem = [t.prem[n] for e in t.args["entries"] for n in e[3]] if t.rule == "arith" else t.prem
        return [p for p in prem if p.goal.head in ("le", "lt", "eq", "forall", "false", "ne", "imp")]
    used: set[str] = set()
    for t in _behind(theorem, premises):
        if t.rule == "axiom":
            used.add(t.args["name"])
        elif t.rule == "arith" and any(e[0] == "pos" and e[2] is not None for e in t.args["entries"]):
            used.add("square")
    return next((words for name, words in BOUNDS if name in used), "by the bounds above")


IDEAS = (("floor_unique", "Euclidean division"), ("induct", "induction on the upper limit"),
         ("sum_first", "first term split off"), ("prod_first", "first factor split off"),
         ("sum_last", "last term split off"), ("prod_last", "last factor split off"),
         ("sum_const", "sum of equal terms"), ("sum_empty", "empty sum"),
         ("log_mul", "laws of logarithms"), ("log_div", "laws of logarithms"), ("arith", "by the equations above"))


def reason_of(theorem: Theorem) -> str:
    """The idea behind a proof found by search, from the rules and axioms it uses."""
    used: set[str] = set()
    for t in _behind(theorem, lambda t: [p for p in t.prem if p.goal.head in ("eq", "forall")]):
        if t.goal.head == "eq":          # side conditions do not name the idea
            used.add(t.args["name"] if t.rule == "axiom" else t.rule)
        if t.rule == "axiom" and t.args["name"] == "induct":
            used.add("induct")
    return next((words for name, words in IDEAS if name in used), "algebra")


def _last(ctx: Context, now: Term, right: Term, prove: Prove) -> Link | None:
    if now is right:
        return Link(S.reflexive(ctx, now), "")
    e = prove_norm(ctx, eq(now, right), prove)
    return None if e is None else collected(e)


def collected(e: Theorem) -> Link:
    """The link for an equation by canonical forms."""
    a, b = e.goal.args
    scaled = a.head == b.head == "div" and all(shape(p) != shape(q) for p, q in zip(a.args, b.args, strict=True))
    return Link(e, "common factor of numerator and denominator" if scaled else "collect terms")


__all__ = ["EXPECTATIONS", "SUMS", "Link", "Move", "bound_reason", "by_recurrence",
           "collected", "given_sum", "joined", "moves_for", "reason_of", "run", "shape"]
