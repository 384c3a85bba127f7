"""Random terms, facts and rewritings for hunting unsound canonical forms."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

from derivations.kernel.term import Term, add, at, bind, make, mul, num, op, open_with, rvar, sub, var
from derivations.kernel.term import BINDERS

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
    far = rnd.choice([add(lo, num(rnd.choice(NUMBERS))), var("n"), num(2), num(3), add(var("n"), -1), rvar("Y")])
    return lo, rnd.choice([far, far, var("n"), *bound])


def random_term(rnd: random.Random, depth: int, bound: tuple[Term, ...] = ()) -> Term:
    """A closed real term, when the symbols in ``bound`` are."""
    if depth == 0 or rnd.random() < 0.1:
        return random_leaf(rnd, bound)

    def sub_term(less: int = 1) -> Term:
        return random_term(rnd, depth - less, bound)
    head = rnd.choice(("add", "add", "mul", "mul", "mul", "neg", "div", "div", "div", "pow", "pow", "pow", "pow",
                       "sqrt", "sqrt", "exp", "log", "sum", "sum", "prod", "prod", "E", "E", "f", "g", "abs",
                       "floor", "max", "ite", "ind", "sq", "inv", "root", "var", "P", "count"))
    match head:
        case "add" | "mul" | "div" | "max":
            return op(head, sub_term(), sub_term())
        case "pow":
            exponent = rnd.choice([var("n"), var("m"), var("x"), add(var("n"), 1), mul(2, var("n")), sub(var("m"), var("n")),
                                   num(rnd.choice(NUMBERS)), num(rnd.choice(NUMBERS)), sub_term(), *bound])
            return op("pow", sub_term(), exponent)
        case "sq" | "inv" | "root":
            return op("pow", sub_term(), {"sq": 2, "inv": -1, "root": Fraction(1, rnd.choice((2, 3)))}[head])
        case "f" | "g":
            return at("F" if head == "f" else "G", sub_term(), random=head == "g")
        case "sum" | "prod":
            k = var(f"k{len(bound)}")
            return bind(head, k, *random_range(rnd, bound), random_term(rnd, depth - 1, (*bound, k)))
        case "count":
            k = var(f"k{len(bound)}")
            return bind(head, k, *random_range(rnd, bound), op("lt", random_term(rnd, depth - 1, (*bound, k)), 1))
        case "ite":
            return op("ite", op(rnd.choice(("le", "lt", "ne")), sub_term(2 if depth > 1 else 1), 0), sub_term(), sub_term())
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
                               op("isint", y), op("le", num(rnd.choice(NUMBERS)), y), op("lt", y, 0), op("le", y, var("n")),
                               op("and", op("ne", y, 0), op("le", 0, x))]))
    return out
