"""Examples, and what has none.

Searches for numbers with a stated property (small ones by experiment, others as terms in the
symbols at hand), and turns "there is none" into a statement about all numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product

from derivations.clock import now
from derivations.kernel.normal import normalizer
from derivations.kernel.term import (
    Instance,
    Term,
    TermError,
    add,
    eq,
    imps,
    instantiate,
    make,
    mul,
    negation,
    num,
    op,
    open_with,
    subterms,
)
from derivations.kernel.theorem import Context, Refused, Theorem, derive
from derivations.refute import find_instance, refute
from derivations.refute.facts import isolate
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.conversion import repeated
from derivations.tactics.equation import simplified
from derivations.tactics.existence import witnesses
from derivations.tactics.expectation import branches

Values = dict[Term, Term]
MOST = 200          # choices that are tried by experiment
PROVED = 6          # choices that a proof is tried for
SMALL = tuple(num(Fraction(s)) for s in ("1", "2", "3", "4", "5", "6", "8", "10", "0", "1/2", "-1", "1/4"))


@dataclass(frozen=True)
class Example:
    """``exists x. p and (exists y. q)`` with its variables opened: what is to be shown of them."""

    goal: Term
    variables: tuple[Term, ...]
    properties: tuple[Term, ...]


def opened(ctx: Context, goal: Term) -> Example:
    """The variables of nested "there is" under names of their own, and all that must hold of them."""
    variables: list[Term] = []
    properties: list[Term] = []
    t = goal
    while t.head == "exists":
        x = C.letter(t, goal, *variables, *ctx)
        variables.append(x)
        t = open_with(t.args[0], [x])
        if t.head == "and":
            properties += t.args[:-1]
            t = t.args[-1]
    return Example(goal, tuple(variables), (*properties, t))


def at(t: Term, values: Mapping[Term, Term]) -> Term:
    """A term with values for the variables of an example."""
    return instantiate(t, _instance(values)) if values else t


def _instance(values: Mapping[Term, Term]) -> Instance:
    return {("v", str(x.data), 0): v for x, v in values.items()}


def shown(ctx: Context, goal: Term, values: Sequence[Term], have: Mapping[Term, Theorem]) -> Theorem:
    """The existence statement from the statements about its example."""
    if goal.head != "exists":
        return S.weaken(ctx, have[goal])
    value, *rest = values
    body = open_with(goal.args[0], [value])
    if body.head == "and":
        parts = [S.weaken(ctx, have[p]) for p in body.args[:-1]]
        done = derive("conj", ctx, body, [*parts, shown(ctx, body.args[-1], rest, have)])
    else:
        done = shown(ctx, body, rest, have)
    return S.exhibit(ctx, goal, done, value)


def put_in(ctx: Context, t: Theorem, values: Mapping[Term, Term]) -> Theorem:
    """A theorem that assumes ``x = value`` for each variable, with the values put in."""
    free = S.generalise(ctx, t, None, [eq(x, v) for x, v in values.items()])
    done = derive("inst", ctx, at(free.goal, values), [free], inst=_instance(values))
    return S.modus(ctx, done, *(S.reflexive(ctx, v) for v in values.values())) if values else done


# -- the search ---------------------------------------------------------------------------------

def choices(ctx: Context, example: Example, deadline: float = math.inf) -> list[Values]:
    """Values at which the statement is known, and others that no experiment speaks against, the simplest first."""
    known = witnesses(ctx, example.goal) if len(example.variables) == 1 else ()
    found = [{example.variables[0]: value} for value in known]
    for values in islice(_ideas(ctx, example), MOST):
        left = int(min(300, 1000 * (deadline - now())))
        if left <= 0:
            break
        if _plausible(ctx, example, values, left):
            found.append(values)
            if len(found) >= PROVED:
                break
    return found


def _ideas(ctx: Context, example: Example) -> Iterator[Values]:
    mine = {("v", str(x.data), 0) for x in example.variables}
    closed = all(k in mine for p in example.properties for k in p.symbols)
    if closed and not any(s.head in ("forall", "exists") for p in example.properties for s in subterms(p)):
        yield from _solved(example)
        yield from _found(example)
        return
    deep = 20 if len(example.variables) == 1 else 6 if len(example.variables) < 4 else 4
    lists = [_terms(ctx, example, x)[:deep] for x in example.variables]
    places = product(*(range(len(terms)) for terms in lists))
    # simple terms first, and the same one for all variables before others that are as simple
    for row in sorted(places, key=lambda row: (sum(row), len(set(row)))):
        yield {x: terms[k] for x, terms, k in zip(example.variables, lists, row, strict=True)}


def _solved(example: Example) -> Iterator[Values]:
    """Small numbers for all variables but one, and for this one what an equation among the properties gives."""
    for p in example.properties:
        for x in example.variables if p.head == "eq" else ():
            value = isolate(p.args[0], p.args[1], x)
            if value is None:
                continue
            others = [y for y in example.variables if y is not x]
            for row in sorted(product(range(4), repeat=len(others)), key=lambda row: (sum(row), len(set(row)))):
                values = {y: SMALL[k] for y, k in zip(others, row, strict=True)}
                number = _number(at(value, values))
                if number is not None:
                    yield {y: values.get(y, number) for y in example.variables}


def _number(t: Term) -> Term | None:
    """The rational number that a closed term is equal to."""
    try:
        c = normalizer(frozenset()).form(t).constant()
    except TermError:
        return None
    return None if c is None else num(Fraction(int(c.p), int(c.q)))


def _found(example: Example) -> Iterator[Values]:
    """An instance of all the properties, as the search for counterexamples finds it."""
    for seed in range(4):
        model = find_instance(list(example.properties), seed=seed, milliseconds=2000)
        if model is None:
            continue
        values = {x: v for x in example.variables if isinstance(v := model.scalars.get(str(x.data)), Fraction)}
        if len(values) == len(example.variables):
            yield {x: num(v) for x, v in values.items()}


def _terms(ctx: Context, example: Example, x: Term) -> list[Term]:
    """Numbers, and simple terms in the other symbols of the example."""
    whole = op("isint", x) in example.properties
    mine = {v.data for v in example.variables}
    others = sorted({s for p in example.properties for s in subterms(p)
                     if s.head == "v" and s.data not in mine}, key=lambda s: str(s.data))
    out: list[Term] = []
    for s in others:
        if not whole:
            out += [s, add(s, 1), mul(2, s), op("div", 1, s)]
        elif op("isint", s) in ctx:
            out += [s, add(s, 1), mul(2, s)]
        else:
            size = s if op("lt", num(0), s) in ctx or op("le", num(0), s) in ctx else op("abs", s)
            base = add(op("floor", size), 1)
            out += [base, mul(2, base), add(mul(2, base), 1), op("pow", base, 2)]
    numbers = [n for n in SMALL if not whole or n.data.denominator == 1]     # type: ignore[union-attr]
    return [*out, *numbers] if whole else [*numbers, *out, *_sizes(example, x)]


def _sizes(example: Example, x: Term) -> list[Term]:
    """1 and the sizes of the symbols that stand as factors in the example, added up."""
    mine = {v.data for v in example.variables}
    symbols = {s: None for p in example.properties for s in subterms(p) if s.head == "v" and s.data not in mine}
    if not symbols or x.data not in mine:
        return []
    return [add(1, *symbols), add(1, *(op("abs", s) for s in symbols))]


def _plausible(ctx: Context, example: Example, values: Values, milliseconds: int) -> bool:
    """Whether no counterexample turns up."""
    hyps = sorted((h for h in ctx if h.head in ("isint", "le", "lt", "ne", "eq")), key=repr)
    goals = [at(p, values) for p in example.properties]
    try:
        whole = goals[0] if len(goals) == 1 else op("and", *goals)
        return refute(hyps, whole, milliseconds=milliseconds, count=30) is None
    except (ValueError, ArithmeticError):
        return True


def prove_example(ctx: Context, goal: Term, prove: C.Prove) -> Theorem | None:
    """``exists x. ...`` by an example; None if none is found."""
    if goal.head != "exists":
        return None
    example = opened(ctx, goal)
    for values in choices(ctx, example, getattr(prove, "deadline", math.inf)):
        try:
            have = {q: prove(ctx, q) for q in (at(p, values) for p in example.properties)}
            return shown(ctx, goal, list(values.values()), have)
        except (Refused, TermError):
            continue
    return None


def valued(ctx: Context, t: Term, values: Mapping[Term, Term], prove: C.Prove) -> Theorem | None:
    """``t = its value``, where the context says ``x = number`` for the variables."""
    def number(c: Context, s: Term) -> Theorem | None:
        return S.assume(c, eq(s, values[s])) if s in values and eq(s, values[s]) in c else None
    links: list[Theorem] = []
    for convert in (lambda now: repeated(ctx, now, number), lambda now: branches(ctx, now, prove),
                    lambda now: simplified(ctx, now, prove)):
        e = convert(links[-1].goal.args[1] if links else t)
        if e is not None:
            links.append(e)
    return S.chain(ctx, links) if links else None


# -- the opposite -------------------------------------------------------------------------------

def opposite(t: Term) -> Term:
    """A statement that says "not t", the negation moved inside: all for some, some for all."""
    if t.head == "exists":
        body = t.args[0]
        parts = list(body.args) if body.head == "and" else [body]
        return make("forall", [imps(parts[:-1], opposite(parts[-1]))])
    if t.head == "forall":
        body, premises = t.args[0], []
        while body.head == "imp":
            premises.append(body.args[0])
            body = body.args[1]
        last = opposite(body)
        return make("exists", [op("and", *premises, last) if premises else last])
    if t.head == "imp":
        return op("and", t.args[0], opposite(t.args[1]))
    if t.head == "and":
        return imps(t.args[:-1], opposite(t.args[-1]))
    if t.head == "not":
        return t.args[0]
    return negation(t)


def clash(ctx: Context, yes: Theorem, no: Theorem) -> Theorem:
    """``false`` from a statement and its opposite.  Errors: Refused."""
    a, b = yes.goal, no.goal
    if a.head == "exists":
        return _clash_at(ctx, yes, no, swapped=False)
    if a.head == "forall":
        return _clash_at(ctx, no, yes, swapped=True)
    if a.head == "and":
        parts = [derive("part", ctx, p, [yes], index=n) for n, p in enumerate(a.args)]
        return clash(ctx, parts[-1], S.modus(ctx, no, *parts[:-1]))
    if a.head == "imp":
        first, last = (derive("part", ctx, p, [no], index=n) for n, p in enumerate(b.args))
        return clash(ctx, S.modus(ctx, yes, first), last)
    return S.absurd(ctx, op("false"), [yes, no] if b is negation(a) else [no, yes])


def _clash_at(ctx: Context, some: Theorem, every: Theorem, *, swapped: bool) -> Theorem:
    x = C.letter(some.goal, some.goal, every.goal, *ctx)
    body = open_with(some.goal.args[0], [x])
    inner = ctx | {body}
    have = S.assume(inner, body)
    parts = [derive("part", inner, p, [have], index=n) for n, p in enumerate(body.args)] \
        if body.head == "and" else [have]
    rest = S.modus(inner, S.weaken(inner, every), at=x)
    rest = S.modus(inner, rest, *parts[:-1]) if parts[:-1] else rest
    false = clash(inner, rest, parts[-1]) if swapped else clash(inner, parts[-1], rest)
    return S.choose(ctx, some, x, false)


def denied(ctx: Context, t: Term, opposed: Theorem) -> Theorem:
    """``not t`` from its opposite.  Errors: Refused."""
    inner = ctx | {t}
    no = clash(inner, S.assume(inner, t), S.weaken(inner, opposed))
    return S.absurd(ctx, op("not", t), [no])


__all__ = ["Example", "at", "choices", "denied", "opened", "opposite", "prove_example", "put_in", "shown", "valued"]
