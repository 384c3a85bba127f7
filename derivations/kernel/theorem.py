"""Theorems and the rules that make them.

Everything that is trusted about proof steps stands in this file.  A rule looks at the step it is
asked to allow (context, premises, goal, arguments) and raises ``Refused`` unless every side
condition holds.  ``RULES`` at the end lists them by hand; nothing else makes a theorem.  Each
docstring ends with the reason why the rule is sound in the total reading of
``docs/certificates.md``: every operation has a value, definedness is claimed apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

from derivations.kernel.axioms import schemes
from derivations.kernel.normal import Normalizer, normalizer, relevant
from derivations.kernel.term import (
    BINDERS,
    MODAL,
    RANGED,
    Instance,
    Term,
    add,
    bvar,
    close_over,
    evident,
    imps,
    in_range,
    instantiate,
    is_square,
    literal,
    make,
    mul,
    negation,
    num,
    op,
    open_with,
    sub,
)

Context = frozenset[Term]


class Refused(ValueError):
    """A step that a rule does not allow.  ``rule``, ``step`` (filled in by the checker), ``reason``."""

    def __init__(self, reason: str, rule: str = "", step: int | None = None) -> None:
        self.reason, self.rule, self.step = reason, rule, step
        where = f"step {step} ({rule}): " if step is not None else f"{rule}: " if rule else ""
        super().__init__(where + reason)


class Lemma:
    """An assumed fact ``hyps |- goal`` with its source."""

    def __init__(self, name: str, source: str, hyps: Sequence[Term], goal: Term) -> None:
        self.name, self.source, self.hyps, self.goal = name, source, tuple(hyps), goal


class Theorem:
    """``ctx |- goal`` with the step that made it.  A rule sees it before it is believed; trust rests on replaying."""

    __slots__ = ("args", "ctx", "goal", "prem", "rule")

    def __init__(self, rule: str, ctx: Context, goal: Term, prem: Sequence[Theorem], args: dict[str, Any]) -> None:
        self.rule, self.ctx, self.goal, self.prem, self.args = rule, ctx, goal, tuple(prem), args

    def __repr__(self) -> str:
        return f"{', '.join(map(repr, self.ctx))} |- {self.goal!r}   [{self.rule}]"

    def count(self, least: int, most: int | None = None) -> None:
        """Each rule says how many premises it takes."""
        n = len(self.prem)
        if n < least or (most is not None and n > most):
            refuse(f"it takes {least} premises, found {n}")

    def within(self, premise: Theorem, *more: Term) -> None:
        """The premise assumes nothing beyond the context (and ``more``)."""
        loose = premise.ctx - self.ctx - set(more)
        if loose:
            refuse(f"a premise assumes {next(iter(loose))!r}, which the step does not")

    def all_within(self, least: int, most: int | None = None) -> None:
        """So many premises, none of which assumes more than the step."""
        self.count(least, most)
        for p in self.prem:
            self.within(p)

    def concludes(self, goal: Term) -> None:
        """The goal is what the rule gives."""
        if self.goal is not goal:
            refuse(f"the conclusion is {goal!r}, the step claims {self.goal!r}")

    def normal(self) -> Normalizer:
        """Canonical forms under the premises."""
        return normalizer(relevant(p.goal for p in self.prem))


def refuse(reason: str) -> NoReturn:
    raise Refused(reason)


def _head(t: Term, head: str, what: str) -> tuple[Term, ...]:
    if t.head != head:
        refuse(f"{what} must be {head}(...), found {t!r}")
    return t.args


def _number(t: Term) -> Term:
    if t.random or t.sort != "R" or t.bound:
        refuse(f"a closed deterministic number is needed, found {t!r}")
    return t


def _symbol(t: Term) -> Term:
    if t.head != "v":
        refuse(f"the variable must be a deterministic symbol, found {t!r}")
    return t


def _absent(x: Term, terms: Iterable[Term]) -> None:
    key = ("v", x.data, 0)
    for t in terms:
        if key in t.symbols:
            refuse(f"{x!r} must be new, and occurs in {t!r}")


# -- logic --------------------------------------------------------------------------------------

def assume(s: Theorem) -> None:
    """A member of the context.  Sound: it is assumed."""
    s.count(0, 0)
    if s.goal not in s.ctx:
        refuse(f"{s.goal!r} is not among the assumptions")


def _use(s: Theorem, name: str, hyps: Sequence[Term], goal: Term, values: Instance) -> None:
    s.all_within(len(hyps), len(hyps))
    for h, p in zip(hyps, s.prem, strict=True):
        want = instantiate(h, values)
        if p.goal is not want:
            refuse(f"{name} needs {want!r}, the premise gives {p.goal!r}")
    s.concludes(instantiate(goal, values))


def axiom(s: Theorem) -> None:
    """An axiom scheme, its placeholders replaced.  Sound: the scheme holds at every outcome for every random
    value of its placeholders and every statement, hence for every replacement."""
    scheme = schemes().get(s.args["name"])
    if scheme is None:
        refuse(f"there is no axiom {s.args['name']!r}")
    values: Instance = s.args["inst"]
    if frozenset(values) != scheme.placeholders:
        refuse(f"{scheme.name} has the placeholders {sorted(scheme.placeholders)}, found {sorted(values)}")
    _use(s, scheme.name, scheme.hyps, scheme.goal, values)


def cite(s: Theorem) -> None:
    """An assumed lemma.  Sound relative to the lemma, which every report names."""
    lemma: Lemma = s.args["lemma"]
    _use(s, lemma.name, lemma.hyps, lemma.goal, s.args["inst"])


def spec(s: Theorem) -> None:
    """Instance of a universal statement, and modus ponens along its premises.  Sound: the
    quantifier ranges over all reals, and a deterministic term is one real number."""
    s.all_within(1)
    t: Term | None = s.args["term"]
    body = s.prem[0].goal
    if t is not None:
        (inner,) = _head(body, "forall", "the first premise")
        body = open_with(inner, [_number(t)])
    for p in s.prem[1:]:
        left, right = _head(body, "imp", "what is left")
        if p.goal is not left:
            refuse(f"the premise {left!r} is needed, found {p.goal!r}")
        body = right
    s.concludes(body)


def gen(s: Theorem) -> None:
    """Discharge assumptions, then generalise a variable.  Sound: the variable is free in no
    assumption that is left, so nothing was assumed of it."""
    s.count(1, 1)
    out: list[Term] = s.args["discharge"]
    s.within(s.prem[0], *out)
    x: Term | None = s.args["var"]
    goal = imps(out, s.prem[0].goal)
    if x is not None:
        _absent(_symbol(x), s.ctx)
        goal = make("forall", [close_over(goal, [x])])
    s.concludes(goal)


def _parts(t: Term) -> tuple[Term, ...]:
    """The members of a conjunction, the two directions of an equivalence."""
    if t.head == "iff":
        a, b = t.args
        return op("imp", a, b), op("imp", b, a)
    return _head(t, "and", "the statement")


def conj(s: Theorem) -> None:
    """Several statements together.  Sound: meaning of `and` and `iff`."""
    s.all_within(0)
    if tuple(p.goal for p in s.prem) != _parts(s.goal):
        refuse("the premises must be the parts of the goal, in order")


def part(s: Theorem) -> None:
    """One of several statements.  Sound: meaning of `and` and `iff`."""
    s.all_within(1, 1)
    parts, k = _parts(s.prem[0].goal), s.args["index"]
    if not 0 <= k < len(parts):
        refuse(f"there are {len(parts)} parts, part {k} is asked for")
    s.concludes(parts[k])


def either(s: Theorem) -> None:
    """A weaker statement.  Sound: meaning of `or`."""
    s.all_within(1, 1)
    if s.prem[0].goal not in _head(s.goal, "or", "the goal"):
        refuse(f"{s.prem[0].goal!r} is not one of the alternatives")


def surely(s: Theorem) -> None:
    """At every outcome.  Sound: what follows from statements that do not depend on the outcome holds at each."""
    s.all_within(1, 1)
    s.concludes(op("surely", s.prem[0].goal))
    for h in s.prem[0].ctx:
        if h.random:
            refuse(f"the assumption {h!r} depends on the outcome")


def singular(s: Theorem) -> None:
    """What follows from a vector that is not 0 and that the matrix takes to 0 follows from a determinant of 0.
    Sound: a singular matrix has such a vector, at each outcome, and nothing else is assumed of it."""
    s.count(2, 2)
    determinant, zero = _head(s.prem[0].goal, "eq", "the first premise")
    (matrix,) = _head(determinant, "det", "its left side")
    v: Term = s.args["entry"]
    if zero is not num(0) or not is_square(matrix) or v.head != "f" or len(v.args) != 1:
        refuse(f"a square matrix of determinant 0 and an entry of a vector are needed, found {v!r}")
    k = _symbol(v.args[0])
    for t in (s.goal, determinant, *s.ctx):
        _absent(k, [t])
        if ("f", v.data, 1) in t.symbols:
            refuse(f"the vector {v.data} must be new, and occurs in {t!r}")
    one, size, entry = matrix.args[2].args      # below the binder of the rows
    row = make("sum", (one, size, mul(entry, make("f", [bvar(0)], v.data))))
    null = make("forall", [imps(in_range(bvar(0), one, size), op("eq", row, 0))])
    s.within(s.prem[0])
    s.within(s.prem[1], null, *in_range(k, one, matrix.args[1]), op("ne", v, 0))
    s.concludes(s.prem[1].goal)


def inst(s: Theorem) -> None:
    """Another name for what is arbitrary.  Sound: a theorem holds in every model."""
    s.count(1, 1)
    values: Instance = s.args["inst"]
    p = s.prem[0]
    for h in p.ctx:
        if instantiate(h, values) not in s.ctx:
            refuse(f"the assumption {instantiate(h, values)!r} is not made")
    s.concludes(instantiate(p.goal, values))


# -- equality -----------------------------------------------------------------------------------

def norm(s: Theorem) -> None:
    """Equal canonical forms.  Sound: see kernel/normal.py."""
    s.all_within(0)
    a, b = _head(s.goal, "eq", "the goal")
    if not s.normal().equal(a, b):
        refuse(f"the canonical forms of {a!r} and {b!r} differ under the facts given")


def rewrite(s: Theorem) -> None:
    """Equals put for equals at a place of a statement.  Sound: an equation that holds at every value of the bound
    variables in range (at every outcome, under a modal head) does not change the value there."""
    s.count(2, 2)
    s.within(s.prem[1])
    a, b = _head(s.prem[0].goal, "eq", "the equation")
    t, symbols = s.prem[1].goal, s.args["vars"]
    if len(set(symbols)) != len(symbols):
        refuse("the variables must differ")
    for x in symbols:
        _absent(_symbol(x), (t, *s.ctx))
    allowed: set[Term] = set(s.ctx)
    trail: list[tuple[Term, int, list[Term]]] = []
    rest = list(symbols)
    for n in s.args["path"]:
        if not 0 <= n < len(t.args):
            refuse(f"the path leaves the term at {t!r}")
        opened = []
        if t.head in MODAL:
            allowed = {h for h in allowed if not h.random}
        if n in BINDERS.get(t.head, ()):
            opened, rest = rest[:1], rest[1:]
            if not opened:
                refuse("the path crosses more binders than there are variables")
            if t.head in RANGED:
                allowed |= set(in_range(opened[0], t.args[0], t.args[1]))
        elif t.head == "ite" and n > 0:
            allowed.add(t.args[0] if n == 1 else negation(t.args[0]))
        elif t.head == "imp" and n == 1:
            allowed.add(t.args[0])
        trail.append((t, n, opened))
        t = open_with(t.args[n], opened)
    if rest:
        refuse("there are more variables than binders on the path")
    if t is not a:
        refuse(f"at the end of the path stands {t!r}, the equation's left side is {a!r}")
    loose = s.prem[0].ctx - allowed
    if loose:
        refuse(f"the equation assumes {next(iter(loose))!r}, which does not hold at that place")
    for node, n, opened in reversed(trail):
        b = make(node.head, [*node.args[:n], close_over(b, opened), *node.args[n + 1:]], node.data)
    s.concludes(b)


# -- arithmetic ---------------------------------------------------------------------------------

def arith(s: Theorem) -> None:
    """A combination of the premises.  Sound: products of non-negative numbers are non-negative,
    squares are, and a positive part makes the sum positive."""
    s.all_within(0)
    total: list[Term] = []
    strict = False
    for kind, c, square, places in s.args["entries"]:
        if not all(0 <= k < len(s.prem) for k in places):
            refuse(f"there are no premises {places}")
        ps = [s.prem[k].goal for k in places]
        if any(p.head not in (("eq",) if kind == "eq" else ("le", "lt")) for p in ps):
            refuse(f"an `{kind}` entry does not use {ps!r}")
        if kind == "eq":
            if len(ps) != 1:
                refuse("an `eq` entry uses one equation")
        else:
            if s.goal.head == "eq":
                refuse("an equation follows from equations only")
            if (value := literal(c)) is None or value <= 0:
                refuse(f"the multiplier must be a positive number, found {c!r}")
            strict = strict or (square is None and all(p.head == "lt" for p in ps))
        squares = [] if square is None else [op("pow", square, 2)]
        total.append(mul(c, *squares, *(sub(p.args[1], p.args[0]) for p in ps)))
    if s.goal.head not in ("eq", "le", "lt", "false"):
        refuse(f"the goal must be eq, le, lt or false, found {s.goal!r}")
    want = sub(s.goal.args[1], s.goal.args[0]) if s.goal.args else num(0)
    if s.goal.head in ("lt", "false") and not strict:
        refuse("a strict statement needs a strict part")
    if not s.normal().equal(want, add(*total)):
        refuse(f"the combination {add(*total)!r} is not {want!r}")


def int_(s: Theorem) -> None:
    """An integer by its form.  Sound: integers are closed under + and times, and see normal.py."""
    s.all_within(0)
    (t,) = _head(s.goal, "isint", "the goal")
    n = s.normal()
    if not n.is_integer(n.form(t)):
        refuse(f"{t!r} is not an integer by its form")


# -- expectation --------------------------------------------------------------------------------

def blocks_of(indep: Term) -> list[tuple[list[tuple[Term, Term]], tuple[Term, ...]]]:
    """The independent blocks: the ranges of the family binders, and the members under them."""
    out = []
    for block in _head(indep, "indep", "the first premise"):
        ranges = []
        while block.head == "fam":
            ranges.append((block.args[0], block.args[1]))
            block = block.args[2]
        out.append((ranges, block.args if block.head == "tup" else (block,)))
    return out


def _coordinate(e: Term, blocks: Any, facts: frozenset[Term]) -> tuple[int, tuple[Term, ...]]:
    """Which independent variable the symbol application is: block number and binder values."""
    if e.bound or any(a.random for a in e.args):
        refuse(f"{e!r} is not a fixed member of a family")
    found = [(n, ranges, m) for n, (ranges, members) in enumerate(blocks) for m in members
             if (m.head, m.data, len(m.args)) == (e.head, e.data, len(e.args))]
    if len(found) != 1:
        refuse(f"{e!r} must be a member of exactly one independent block, found {len(found)}")
    n, ranges, m = found[0]
    values: dict[Any, Term] = {}
    for pattern, a in zip(m.args, e.args, strict=True):
        if pattern.head == "b" and pattern.data not in values:
            values[pattern.data] = a
        elif pattern is not a:
            refuse(f"{e!r} does not match the member {m!r}")
    depth = len(ranges)
    if set(values) != set(range(depth)):
        refuse(f"{e!r} does not fix the place of {m!r} in its family")
    point = tuple(values[depth - 1 - i] for i in range(depth))
    for i, (lo, hi) in enumerate(ranges):
        outer = list(reversed(point[:i]))
        for fact in in_range(point[i], open_with(lo, outer), open_with(hi, outer)):
            if fact not in facts and not evident(fact):
                refuse(f"{fact!r} must be given")
    return n, point


def elements(t: Term) -> list[Term]:
    """The random variables that a term depends on, outside modal heads."""
    out: dict[Term, None] = {}

    def walk(n: Term) -> None:
        if n.head in MODAL or not n.random:
            return
        if n.head in ("r", "g"):
            out[n] = None
        for a in n.args:
            walk(a)
    walk(t)
    return list(out)


def _apart(a: Term, b: Term, facts: frozenset[Term]) -> bool:
    different = op("ne", a, b)
    return different in facts or op("ne", b, a) in facts or evident(different)


def indep(s: Theorem) -> None:
    """Functions of different independent variables are independent.  Sound: no element of one side has the
    block and the coordinate of an element of the other, and functions of disjoint parts of a mutually
    independent family are independent."""
    s.all_within(1)
    sides = _head(s.goal, "indep", "the goal")
    if len(sides) != 2 or any(x.sort != "R" for x in sides):
        refuse("the goal must be the independence of two terms")
    blocks = blocks_of(s.prem[0].goal)
    facts = frozenset(p.goal for p in s.prem[1:])
    left, right = ([_coordinate(e, blocks, facts) for e in elements(x)] for x in sides)
    for n, p in left:
        for m, q in right:
            if n == m and not any(_apart(a, b, facts) for a, b in zip(p, q, strict=True)):
                refuse(f"both sides may depend on the same variable of block {n}: {p!r} and {q!r}")


def law(s: Theorem) -> None:
    """The same function of two blocks of one law.  Sound: the law of the block decides that of the value; the
    function itself holds nothing random."""
    s.all_within(1, 1)
    a, b = _head(s.prem[0].goal, "samelaw", "the premise")
    left, right = (t.args if t.head == "tup" else (t,) for t in (a, b))
    body: Term = s.args["body"]
    if len(left) != len(right) or any(x.sort != "R" for x in (*left, *right)):
        refuse("the two blocks must have the same number of variables")
    if body.sort != "R" or body.bound > len(left):
        refuse("the body must have a hole for each variable and no other")
    if any(kind in "rg" for kind, _, _ in body.symbols):
        refuse("the body must not hold a random symbol of its own")
    s.concludes(op("samelaw", open_with(body, left), open_with(body, right)))


# name, rule, and the kinds of its arguments
RULES: tuple[tuple[str, Callable[[Theorem], None], dict[str, str]], ...] = (
    ("assume", assume, {}),
    ("axiom", axiom, {"name": "str", "inst": "inst"}),
    ("cite", cite, {"lemma": "lemma", "inst": "inst"}),
    ("spec", spec, {"term": "term?"}),
    ("gen", gen, {"var": "term?", "discharge": "terms"}),
    ("conj", conj, {}),
    ("part", part, {"index": "int"}),
    ("either", either, {}),
    ("surely", surely, {}),
    ("singular", singular, {"entry": "term"}),
    ("inst", inst, {"inst": "inst"}),
    ("norm", norm, {}),
    ("rewrite", rewrite, {"path": "ints", "vars": "terms"}),
    ("arith", arith, {"entries": "entries"}),
    ("int", int_, {}),
    ("indep", indep, {}),
    ("law", law, {"body": "term"}),
)
_BY_NAME = {name: rule for name, rule, _ in RULES}
ARGUMENTS = {name: kinds for name, _, kinds in RULES}


def derive(rule: str, ctx: Iterable[Term], goal: Term, prem: Sequence[Theorem] = (), **args: Any) -> Theorem:
    """The theorem that a rule gives.

    Errors: Refused with the reason if the rule does not allow the step.
    """
    function = _BY_NAME.get(rule)
    if function is None:
        raise Refused(f"there is no rule {rule!r}")
    if set(args) != set(ARGUMENTS[rule]):
        raise Refused(f"the arguments must be {sorted(ARGUMENTS[rule])}, found {sorted(args)}", rule)
    context = frozenset(ctx)
    for t in (goal, *context):
        if t.sort != "B" or t.bound:
            raise Refused(f"a closed statement is needed, found {t!r}", rule)
    theorem = Theorem(rule, context, goal, prem, args)
    try:
        function(theorem)
    except Refused as stop:
        raise Refused(stop.reason, rule) from None
    except (ValueError, RecursionError) as stop:
        raise Refused(str(stop) or type(stop).__name__, rule) from None
    return theorem
