"""What is written is read back.

Random terms of every head: a real term reads back as itself up to the laws that ``canonical`` names, which
are the liberties that notation takes (nested sums are one sum, 1/x is x to the power -1, a minus moves).
Relations and the connectives that lines have read back too; other statements are only written.
"""

from __future__ import annotations

import random
from contextlib import suppress
from fractions import Fraction

import pytest

from derivations.claimed import Script
from derivations.clock import Limit
from derivations.grade import context_of, grade
from derivations.grading import Problem
from derivations.judge import Judge
from derivations.kernel.term import (
    SIGNATURE,
    Term,
    at,
    bind,
    bvar,
    make,
    mul,
    num,
    op,
    rvar,
    subterms,
    var,
)
from derivations.latex.binders import differentiated
from derivations.latex.declare import Context
from derivations.latex.lines import read_line
from derivations.latex.meaning import Reader
from derivations.latex.spelling import spelled
from derivations.latex.unreadable import Unreadable
from derivations.latex.write import write

LET = ("n, m positive integer", "x, y real", "X random", "Y random", "F function", r"M \in \mathbb{R}^{n \times n}",
       "a_k, k = 1..n, real", "G_j, j = 1..n, random", "q sequence", r"W_{in} positive", r"\hat{z}, \epsilon real",
       r"v^{(l)}, l = 1..m, \in \mathbb{R}^n", r"\mathbf{u} \in \mathbb{R}^m")
UNARY = ("neg", "sqrt", "exp", "log", "abs", "sign", "relu", "floor", "ceil", "sin", "cos", "tanh", "gamma", "arctan",
         "erf", "E", "var")
LAWS = {"law_normal": 3, "law_bernoulli": 2, "law_uniform": 3, "law_exponential": 2, "law_beta": 3, "law_poisson": 2}
NUMBERS = [Fraction(x) for x in ("0", "1", "2", "3", "12", "-1", "-2", "1/2", "-3/4", "5/3")]


class Terms:
    """Random terms about the symbols of ``LET``."""

    def __init__(self, seed: int) -> None:
        self.rnd = random.Random(seed)
        self.bound: list[Term] = []

    def leaf(self) -> Term:
        r = self.rnd
        if self.bound and r.random() < 0.4:
            return r.choice(self.bound)
        return r.choice([
            num(r.choice(NUMBERS)), num(r.choice(NUMBERS)), *map(var, "xynm"), *map(rvar, "XY"), var("W_in"),
            var("z_hat"), var("epsilon"), op("pi"), op("e"), at("a", 1), at("u_bf", 2), at("q", var("n")),
            at("v", 1, 2), at("M", 1, 2), at("G", 1, random=True)])

    def under(self, head: str, depth: int, *outside: Term, sort: str = "R") -> Term:
        """A binder over a new variable."""
        k = var(f"%{len(self.bound)}")
        self.bound.append(k)
        body = self.real(depth) if sort == "R" else self.statement(depth)
        self.bound.pop()
        first = head in ("limit", "limit_up", "limit_seq", "deriv", "tends", "tends_up", "tends_seq", "hasderiv", "near",
                         "forall", "exists")
        return bind(head, k, body, *outside) if first else bind(head, k, *outside, body)

    def real(self, depth: int) -> Term:
        r = self.rnd
        if depth <= 0 or r.random() < 0.08:
            return self.leaf()
        head = r.choice([h for h, (_, sort) in SIGNATURE.items() if sort == "R"]
                        + ["add", "mul", "neg", "div", "pow", "sum", "f", "f", "g"] * 3)

        def part(less: int = 1) -> Term:
            return self.real(depth - less)
        match head:
            case "add" | "mul":
                return op(head, *(part() for _ in range(r.choice((2, 2, 3)))))
            case "div" | "pow" | "max" | "min" | "cov":
                if head == "pow" and r.random() < 0.6:
                    return op(head, part(), r.choice(NUMBERS))
                return op(head, part(), part())
            case "e" | "pi":
                return op(head)
            case "ite":
                return op("ite", self.relation(depth - 1), part(), part())
            case "ind" | "P":
                return op(head, self.relation(depth - 1))
            case "condE":
                return op(head, part(), self.relation(depth - 1))
            case "sum" | "prod" | "maxover" | "count":
                lo, hi = r.choice([num(0), num(1), var("m")]), r.choice([var("n"), num(4), part(2)])
                return self.under(head, depth - 1, lo, hi, sort="B" if head == "count" else "R")
            case "integral":
                return self.under(head, depth - 1, r.choice([num(0), var("x")]), r.choice([num(7), var("y")]))
            case "integral_up":
                return self.under(head, depth - 1, r.choice([num(0), var("x")]))
            case "integral_line" | "limit_up" | "limit_seq":
                return self.under(head, depth - 1)
            case "limit":
                return self.under(head, depth - 1, part(2))
            case "deriv":
                if self.bound or r.random() < 0.3:
                    return self.under(head, depth - 1, part(2))
                inner, k = self.real(depth - 1), r.choice([var("x"), var("y")])
                return bind("deriv", k, inner, k)
            case "det" | "inv":
                i, j = bvar(1), bvar(0)
                entry = r.choice([at("M", i, j), at("M", i, j), at("M", j, i), op("mul", 2, at("M", i, j))])
                block = op("fam", 1, var("n"), op("fam", 1, var("n"), entry))
                return op("det", block) if head == "det" else op("inv", block, 1, r.choice([num(2), var("n")]))
            case "f":
                return r.choice([at("F", part()), at("a", part(2)), at("q", part(2)), at("M", part(2), 1),
                                 at("v", 1, part(2))])
            case "g":
                return at("G", part(2), random=True)
        assert head in UNARY, head
        return op(head, part())

    def relation(self, depth: int) -> Term:
        return op(self.rnd.choice(("eq", "ne", "le", "lt")), self.real(depth - 1), self.real(depth - 1))

    def statement(self, depth: int) -> Term:
        r = self.rnd
        if depth <= 0:
            return self.relation(0)
        head = r.choice([h for h, (_, sort) in SIGNATURE.items() if sort == "B"])

        def part() -> Term:
            return self.statement(depth - 1)
        match head:
            case "eq" | "ne" | "le" | "lt":
                return self.relation(depth)
            case "true" | "false":
                return op(head)
            case "and" | "or" | "imp" | "iff":
                return op(head, part(), part())
            case "not" | "surely":
                return op(head, part())
            case "forall" | "exists":
                return self.under(head, depth - 1, sort="B")
            case "isint" | "integrable":
                return op(head, self.real(depth - 1))
            case "isleast":
                return bind(head, var("%k"), self.real(depth - 1), op("le", self.real(1), var("%k")))
            case "near":
                return self.under(head, depth - 1, self.real(depth - 1), sort="B")
            case "tends" | "hasderiv":
                return self.under(head, depth - 1, self.real(depth - 2), self.real(depth - 2))
            case "tends_up" | "tends_seq":
                return self.under(head, depth - 1, self.real(depth - 2))
            case "indep":
                return op(head, self.block(), self.block())
            case "samelaw":
                return op(head, rvar("X"), self.block())
        return op(head, *(self.real(depth - 1) for _ in range(LAWS[head])))

    def block(self) -> Term:
        w = at("G", bvar(0), random=True)
        return self.rnd.choice([rvar("X"), op("fam", 1, var("n"), w), op("tup", rvar("X"), rvar("Y")),
                                op("fam", 1, var("n"), op("tup", w, op("mul", 2, w)))])


# -- the liberties of notation ------------------------------------------------------------------


def canonical(t: Term) -> Term:
    """One form for the terms that are written alike."""
    args = [canonical(a) for a in t.args]
    match t.head:
        case "num" if t.data < 0:       # type: ignore[operator]
            return _product([num(t.data)])          # type: ignore[arg-type]
        case "add":
            flat = [x for a in args for x in (a.args if a.head == "add" else (a,))]
            return make("add", sorted(flat, key=repr))
        case "neg":
            return _product([num(-1), args[0]])
        case "mul":
            return _product(args)
        case "div":
            return _product([args[0], _power(args[1], num(-1))])
        case "sqrt":
            return _power(args[0], num(Fraction(1, 2)))
        case "pow":
            return _power(*args)
        case "ite" if args[1:] == [num(1), num(0)]:
            return op("ind", args[0])
        case "and":
            flat = [x for a in args for x in (a.args if a.head == "and" else (a,))]
            return make("and", sorted(set(flat), key=repr))
        case "imp":
            if args[1].head == "imp":
                return canonical(op("imp", op("and", args[0], args[1].args[0]), args[1].args[1]))
    return make(t.head, args, t.data)


def _power(base: Term, exponent: Term) -> Term:
    if base.head == "e":
        return op("exp", exponent)
    n = exponent.data if isinstance(exponent.data, Fraction) else None
    if n is not None and n == 1:
        return base
    if n is not None and base.head == "num" and n.denominator == 1 and n < 0 and base.data:
        return num(Fraction(base.data) ** int(n))           # type: ignore[arg-type]
    if n == -1 and base.head == "mul":
        return _product([_power(a, exponent) for a in base.args])
    if n == -1 and base.head == "exp":
        return op("exp", _product([exponent, base.args[0]]))
    if n == -1 and base.head == "pow" and isinstance(base.args[1].data, Fraction):
        return _power(base.args[0], num(-base.args[1].data))
    return op("pow", base, exponent)


def _product(args: list[Term]) -> Term:
    flat = [x for a in args for x in (a.args if a.head == "mul" else (a,))]
    number, rest = Fraction(1), []
    for a in flat:
        if isinstance(a.data, Fraction):
            number *= a.data
        else:
            rest.append(a)
    rest.sort(key=repr)
    if number != 1 or not rest:
        rest.insert(0, num(number))
    return rest[0] if len(rest) == 1 else make("mul", rest)


# -- the tests ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def context() -> Context:
    return context_of(Problem("x", LET))


def back(text: str, context: Context) -> Term:
    """What an expression is read as."""
    scope = context.scope.copy()
    line = read_line("x = " + text, scope, context.macros)
    (chain,) = line.chains
    part = chain.parts[1]
    assert part is not None and len(chain.parts) == 2
    return Reader(scope).number(part)


def readable(t: Term) -> bool:
    """Whether there is a notation that is read: not for counts, derivatives at a point that is no variable,
    and matrices given by a formula for their entries."""
    for n in subterms(t):
        named = n.head == "deriv" and n.args[0].head == "f" and n.args[0].data == "F" and n.args[0].args == (bvar(0),)
        if n.head == "count" or (n.head == "deriv" and not named and differentiated(n) is None):
            return False
        if n.head in ("det", "inv") and n.args[0].args[2].args[2].head != "f":
            return False
    return True


@pytest.mark.parametrize("block", range(6))
def test_real_terms_are_read_back(context: Context, block: int) -> None:
    names = spelled(context.scope)
    tried = 0
    for seed in range(250 * block, 250 * (block + 1)):
        t = Terms(seed).real(3)
        text = write(t, names)
        assert r"\bullet" not in text and text.count("{") == text.count("}")
        if readable(t):
            tried += 1
            assert canonical(back(text, context)) is canonical(t), (seed, text)
    assert tried > 200


def test_relations_and_arrows_are_read_back(context: Context) -> None:
    names = spelled(context.scope)
    for seed in range(400):
        make_one = Terms(seed)
        t = make_one.relation(3)
        if seed % 3 == 0:
            t = op(make_one.rnd.choice(("imp", "imp", "iff")), t, make_one.relation(2))
        if not readable(t):
            continue
        script = Script(Context(context.scope.copy()), Judge([], Limit(0.0)))
        text = write(t, names)
        claims, defined = script.line(text)
        goals = [c.goal for c in claims if c.goal is not None]
        if not defined and len(goals) == 1:
            assert canonical(goals[0]) is canonical(t), (seed, text)
        else:
            assert defined, (seed, text)


def test_every_statement_is_written(context: Context) -> None:
    """None falls back on the notation of the kernel, and reading what was written ends well."""
    names = spelled(context.scope)
    seen: set[str] = set()
    for seed in range(600):
        t = Terms(seed).statement(3)
        seen |= {n.head for n in subterms(t)}
        for text in (write(t, names), write(t), write(t, display=False)):
            assert text.count("{") == text.count("}"), text
            with suppress(Unreadable):
                Script(Context(context.scope.copy()), Judge([], Limit(0.0))).line(text)
    assert set(SIGNATURE) <= seen


LOOKS = [
    (bind("integral", var("t"), 0, 1, op("pow", var("t"), 2)), r"\int_{0}^{1} x^{2} \, dx"),
    (bind("integral_line", var("t"), op("exp", op("neg", op("pow", var("t"), 2)))),
     r"\int_{-\infty}^{\infty} e^{-x^{2}} \, dx"),
    (bind("limit_seq", var("t"), op("div", 1, var("t"))), r"\lim_{n \to \infty} \frac{1}{n}"),
    (bind("tends", var("t"), op("div", op("sin", var("t")), var("t")), 0, 1),
     r"\lim_{x \to 0} \frac{\sin x}{x} = 1"),
    (op("exists", bind("tends_up", var("t"), op("exp", var("t")), bvar(0))),
     r"\lim_{x \to \infty} e^{x} \text{ exists}"),
    (op("det", op("fam", 1, var("n"), op("fam", 1, var("n"), at("M", bvar(1), bvar(0))))), r"\det(M)"),
    (op("ne", op("inv", op("fam", 1, var("n"), op("fam", 1, var("n"), at("M", bvar(1), bvar(0)))), 1, 2), 0),
     r"(M^{-1})_{1,2} \ne 0"),
    (bind("hasderiv", var("x"), op("pow", var("x"), 2), var("x"), op("mul", 2, var("x"))), r"\frac{d}{d x} x^{2} = 2 x"),
    (op("lt", 0, at("F", var("x"))), "F(x) > 0"),
    (op("ne", at("q", var("n")), var("epsilon")), r"q^{(n)} \ne \epsilon"),
    (op("lt", 0, at("v", 1, 2)), r"v^{(1)}_{2} > 0"),
    (op("lt", 0, mul(var("W_in"), at("u_bf", 1))), r"W_{in} \mathbf{u}_{1} > 0"),
    (op("gamma", var("x")), r"\Gamma(x)"),
    (bind("deriv", var("t"), at("F", var("t")), op("mul", 2, var("x"))), "F'(2 x)"),
    (op("ite", op("le", 0, var("n")), op("prod", 1, var("n"), bvar(0)), op("div", 1, 0)), "n!"),
]


@pytest.mark.parametrize(("t", "expected"), LOOKS)
def test_looks(context: Context, t: Term, expected: str) -> None:
    assert write(t, spelled(context.scope)) == expected


def test_reports_spell_names_as_their_author_does() -> None:
    found = grade(Problem("x", ("f function",), (), (r"\frac{f(x) \epsilon}{f(x)} = \epsilon",)))
    assert found.lines[0].verdict == "conditional" and found.lines[0].provided == (r"f(x) \ne 0",)
