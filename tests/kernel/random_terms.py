"""Random terms, facts and rewritings for hunting unsound canonical forms."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

from derivations.kernel.term import (
    Term,
    add,
    at,
    bind,
    bvar,
    make,
    mul,
    num,
    op,
    open_with,
    rvar,
    shift,
    sub,
    var,
)

NUMBERS = [Fraction(v) for v in ("0", "1", "2", "3", "-1", "-2", "1/2", "-1/2", "4", "2/3", "-3")]
NAMES = ("x", "y", "m", "n")


def random_leaf(rnd: random.Random, bound: tuple[Term, ...]) -> Term:
    roll = rnd.random()
    if bound and roll < 0.35:
        return rnd.choice(bound)
    if roll < 0.75:
        return var(rnd.choice(NAMES))
    if roll < 0.85:
        return rvar(rnd.choice("XY"))
    return num(rnd.choice(NUMBERS))


def random_range(rnd: random.Random, bound: tuple[Term, ...]) -> tuple[Term, Term]:
    lo = rnd.choice([num(0), num(1), num(Fraction(1, 2)), var("m"), add(var("m"), 1), rvar("X"), var("x")])
    far = rnd.choice([add(lo, num(rnd.choice(NUMBERS))), var("n"), num(2), num(3), add(var("n"), -1),
        rvar("Y")])
    return lo, rnd.choice([far, far, var("n"), *bound])


def random_term(rnd: random.Random, depth: int, bound: tuple[Term, ...] = ()) -> Term:
    """A closed real term, when the symbols in ``bound`` are."""
    if depth == 0 or rnd.random() < 0.1:
        return random_leaf(rnd, bound)

    def sub_term(less: int = 1) -> Term:
        return random_term(rnd, depth - less, bound)
    head = rnd.choice(("add", "add", "mul", "mul", "mul", "neg", "div", "div", "div", "pow", "pow", "pow",
        "pow",
                       "sqrt", "sqrt", "exp", "log", "sum", "sum", "prod", "prod", "E", "E", "f", "g", "abs",
                       "floor", "max", "ite", "ind", "sq", "inv", "root", "var", "P", "count"))
    match head:
        case "add" | "mul" | "div" | "max":
            return op(head, sub_term(), sub_term())
        case "pow":
            n, q = var("n"), num(rnd.choice(NUMBERS))
            exponents = [n, var("m"), var("x"), add(n, 1), mul(2, n), sub(var("m"), n), q, q, sub_term(), *bound]
            return op("pow", sub_term(), rnd.choice(exponents))
        case "sq" | "inv" | "root":
            return op("pow", sub_term(), {"sq": 2, "inv": -1, "root": Fraction(1, rnd.choice((2, 3)))}[head])
        case "f" | "g":
            return at("F" if head == "f" else "G", sub_term(), random=head == "g")
        case "sum" | "prod":
            k = var(f"k{len(bound)}")
            return bind(head, k, *random_range(rnd, bound), random_term(rnd, depth - 1, (*bound, k)))
        case "count":
            k = var(f"k{len(bound)}")
            body = op("lt", random_term(rnd, depth - 1, (*bound, k)), 1)
            return bind(head, k, *random_range(rnd, bound), body)
        case "ite":
            condition = op(rnd.choice(("le", "lt", "ne")), sub_term(2 if depth > 1 else 1), 0)
            return op("ite", condition, sub_term(), sub_term())
        case "ind" | "P":
            return op(head, op("le", sub_term(), sub_term()))
    return op(head, sub_term())


def random_facts(rnd: random.Random) -> list[Term]:
    """Facts of the forms that canonical forms use; often about the symbols of ``random_term``."""
    out: list[Term] = []
    for _ in range(rnd.randint(0, 5)):
        x: Term = rnd.choice([*map(var, NAMES), *map(var, NAMES), rvar("X"), rvar("Y")])
        y = rnd.choice([x, x, x, add(x, 1), sub(x, var("y")), mul(x, var("y")), random_term(rnd, 1),
                        mul(x, op("E", rvar("X"))), random_term(rnd, 2)])
        out.append(rnd.choice([op("lt", 0, y), op("le", 0, y), op("ne", y, 0), op("isint", x), op("isint", x),
                               op("isint", y), op("le", num(rnd.choice(NUMBERS)), y), op("lt", y, 0),
                               op("le", y, var("n")),
                               op("and", op("ne", y, 0), op("le", 0, x))]))
    return out


# -- rewritings: some are laws, some hold under facts alone, some never

Rewriting = Callable[[random.Random, Term], Term | None]


def shifted(rnd: random.Random, t: Term) -> Term | None:
    """Another range for a sum or product; right for whole numbers."""
    if t.head not in ("sum", "prod"):
        return None
    c = num(rnd.choice([Fraction(1), Fraction(-2), Fraction(1, 2)]))
    lo, hi, body = t.args
    return make(t.head, [sub(lo, c), sub(hi, c), open_with(shifted_by(body), [add(bvar(0), c)])])


def shifted_by(body: Term) -> Term:
    """The body of a binder whose index 0 may be filled with a term about the new index 0."""
    return open_with(shift(body, 1), [bvar(1), bvar(0)]) if body.bound else body


def taken_out(rnd: random.Random, t: Term) -> Term | None:
    """A factor comes out of a sum, a product or E; right for sums if it is fixed."""
    if t.head not in ("sum", "prod", "E") or t.args[-1].head != "mul":
        return None
    first, *rest = t.args[-1].args
    inner = make(t.head, [*t.args[:-1], mul(*rest)])
    if t.head == "E":
        return None if first.random else mul(first, inner)
    outside = open_with(first, [num(1)]) if first.bound else first
    return mul(outside, inner)


def of_power(rnd: random.Random, t: Term) -> Term | None:
    if t.head != "pow":
        return None
    b, x = t.args
    forms = [mul(op("pow", b, sub(x, 1)), b), op("pow", op("pow", b, op("div", x, 2)), 2),
             op("div", 1, op("pow", b, op("neg", x))), op("exp", mul(x, op("log", b)))]
    if b.head in ("mul", "div"):
        forms += [op(b.head, *(op("pow", a, x) for a in b.args))] * 3
    if b.head == "pow":
        forms += [op("pow", b.args[0], mul(b.args[1], x))] * 3
    if x.head == "add":
        forms += [mul(*(op("pow", b, a) for a in x.args))] * 3
    return rnd.choice(forms)


def of_any(rnd: random.Random, t: Term) -> Term | None:
    y = rnd.choice([t, var("x"), var("n")])
    return rnd.choice([
        mul(t, op("div", y, y)), op("sqrt", op("pow", t, 2)), op("pow", op("sqrt", t), 2), op("log",
        op("exp", t)),
        op("exp", op("log", t)), op("div", 1, op("div", 1, t)), op("abs", t), add(t, mul(0, y)), op("floor",
        t),
        op("E", t), mul(op("pow", y, 0), t), op("neg", op("neg", t)), op("div", mul(t, y), y), add(t, 1),
        op("relu", t),
        op("pow", op("pow", t, num(Fraction(1, 3))), 3), op("pow", op("pow", t, 3), num(Fraction(1, 3)))])


def of_head(rnd: random.Random, t: Term) -> Term | None:
    a = t.args
    match t.head:
        case "add" | "mul":
            return op(t.head, *rnd.sample(a, len(a)))
        case "div":
            return rnd.choice([mul(a[0], op("pow", a[1], -1)), op("div", op("neg", a[0]), op("neg", a[1]))])
        case "log":
            if a[0].head in ("mul", "div"):
                return add(op("log", a[0].args[0]), mul(1 if a[0].head == "mul" else -1, op("log",
                a[0].args[1])))
        case "exp":
            return op("pow", make("e"), a[0])
        case "E":
            return a[0]
        case "num":
            return num(rnd.choice(NUMBERS))
    return None


LAWS: tuple[Rewriting, ...] = (shifted, taken_out, of_power, of_power, of_any, of_head, of_head)


def rewritten(rnd: random.Random, t: Term) -> Term:
    """The term with a rewriting at one random place."""
    if t.sort == "R" and (not t.args or rnd.random() < 0.4):
        for law in rnd.sample(LAWS, len(LAWS)):
            new = law(rnd, t)
            if new is not None:
                return new
    if not t.args:
        return t
    k = rnd.randrange(len(t.args))
    return make(t.head, [*t.args[:k], rewritten(rnd, t.args[k]), *t.args[k + 1:]], t.data)
