"""Wrong lines with one planted slip each: name, assumptions, wrong goal, name of the slip."""

from __future__ import annotations

from typing import Any

from derivations.kernel.term import Term, add, at, bind, eq, forall, in_range, mul, num, op, rvar, sub, var

a, b, c, d, x, y, n, m, k, t, T, l, i, j, p, q, s, eta = (
    var(v) for v in ["a", "b", "c", "d", "x", "y", "n", "m", "k", "t", "T", "l", "i", "j", "p", "q", r"\sigma", r"\eta"])
b1, b2, mu, eps, lam = var(r"\beta_1"), var(r"\beta_2"), var(r"\mu"), var(r"\varepsilon"), var(r"\lambda")
X, Y = rvar("X"), rvar("Y")
Row = tuple[str, list[Term], Term, str]
ROWS: list[Row] = []


def integer(v: Any, low: int | None = None) -> list[Term]:
    return [op("isint", v)] + ([op("le", low, v)] if low is not None else [])


def positive(*vs: Term) -> list[Term]:
    return [op("lt", 0, v) for v in vs]


def power(u: Any, v: Any) -> Term:
    return op("pow", u, v)


def div(u: Any, v: Any) -> Term:
    return op("div", u, v)


def neg(u: Any) -> Term:
    return op("neg", u)


def sqrt(u: Any) -> Term:
    return op("sqrt", u)


def total(v: Term, lo: Any, hi: Any, body: Any) -> Term:
    return bind("sum", v, num(lo) if isinstance(lo, int) else lo, num(hi) if isinstance(hi, int) else hi, body)


def every(v: Term, lo: Any, hi: Any, goal: Term) -> Term:
    return forall(v, in_range(v, num(lo) if isinstance(lo, int) else lo, hi), goal)


def row(name: str, hyps: list[Term], left: Term, right: Any, slip: str, relation: str = "eq") -> None:
    ROWS.append((name, hyps, op(relation, left, right), slip))


def deriv(v: Term, body: Term) -> Term:
    """The derivative of the body by v, at v."""
    return bind("deriv", v, body, v)


# algebra
row("square of a sum, 2 forgotten", [], power(add(a, b), 2), add(power(a, 2), mul(a, b), power(b, 2)), "factor 2")
row("square of a difference, sign", [], power(sub(a, b), 2), add(power(a, 2), mul(2, a, b), power(b, 2)), "sign")
row("square of a sum, no mixed term", [], power(add(a, b), 2), add(power(a, 2), power(b, 2)), "term missing")
row("difference of squares", [], mul(add(a, b), sub(a, b)), sub(power(a, 2), b), "square missing")
row("square too many", [], mul(a, sub(a, b)), sub(power(a, 2), mul(a, power(b, 2))), "square too many")
row("fractions added", positive(a, b), add(div(1, a), div(1, b)), div(sub(a, b), mul(a, b)), "sign")
row("quotient upside down", positive(a, b, c), div(div(a, b), div(c, b)), div(c, a), "swapped")
row("divided by a product", positive(a, b, c), mul(a, div(1, mul(b, c))), mul(div(a, b), c), "parenthesis")
row("root of a sum", positive(a, b), power(sqrt(add(a, b)), 2), add(a, power(b, 2)), "square too many")
row("denominator loses a part", positive(a, b), div(add(a, b), b), add(a, 1), "term missing (a factor)")
row("three quarters", [], add(div(a, 2), div(add(a, a), 2)), mul(div(3, 4), a), "factor 2")
row("a third", [], add(div(a, 3), div(a, 6)), div(a, 3), "constant")
row("constant in a sum", [], mul(add(a, 1), add(a, 2)), add(power(a, 2), mul(3, a), 3), "constant")
row("difference turned", [], mul(a, sub(b, c)), mul(sub(c, b), a), "swapped")
row("sign in a product", [], mul(neg(a), add(b, c)), add(neg(mul(a, b)), mul(a, c)), "sign")
row("cube", [], mul(a, power(a, 2)), power(a, 4), "index shifted")
row("wrong letter", [], mul(a, add(b, c)), add(mul(a, b), mul(b, c)), "wrong symbol")
row("term too many", [], mul(a, add(b, 1)), add(mul(a, b), a, b), "term too many")
row("sum not bracketed", [], sub(a, add(b, c)), add(a, neg(b), c), "sign")
row("square of a product", [], mul(4, a, a), mul(2, power(a, 2)), "parenthesis")
row("step size below the root", positive(b, eps), mul(eta, div(a, add(sqrt(b), eps))),
    div(mul(eta, a), sqrt(add(b, eps))), "parenthesis")

# powers and sums with symbolic bounds
geo = [*integer(t, 0), *positive(b), op("lt", b, 1)]
row("geometric sum, exponent", geo, total(k, 0, t, power(b, k)), div(sub(1, power(b, t)), sub(1, b)), "index shifted")
row("geometric sum, bound", geo, div(sub(1, power(b, add(t, 1))), sub(1, b)),
    total(k, 0, sub(t, 1), power(b, k)), "bound shifted")
row("powers add", [*integer(m, 0), *integer(n, 0), *positive(a)], mul(power(a, m), power(a, n)),
    power(a, sub(m, n)), "sign")
row("bias correction", [*integer(t, 1), *positive(b1, b2)], mul(power(b1, t), b1), power(b1, t), "index shifted")
row("first and second moment", [*positive(b1, b2)], sub(add(y, mul(b1, x)), mul(b1, y)),
    add(mul(b1, x), mul(sub(1, b2), y)), "swapped")
row("first numbers", integer(n, 1), total(k, 1, n, k), div(mul(n, sub(n, 1)), 2), "sign")
row("first squares", integer(n, 1), total(k, 1, n, power(k, 2)),
    div(mul(n, add(n, 1), add(mul(2, n), 1)), 3), "factor 2")
row("odd numbers", integer(n, 1), total(k, 1, n, sub(mul(2, k), 1)), n, "square missing")
row("constant sum", integer(n, 1), total(k, 0, n, c), mul(n, c), "term missing")
row("sum from zero", integer(n, 1), total(k, 1, n, mul(2, at("f", k))), mul(2, total(k, 0, n, at("f", k))), "bound shifted")
row("square inside the sum", [*integer(n, 1)], mul(total(k, 1, n, at("f", k)), total(k, 1, n, at("f", k))),
    total(k, 1, n, power(at("f", k), 2)), "parenthesis")
row("last one split off", integer(n, 1), total(k, 1, add(n, 1), at("f", k)),
    add(total(k, 1, n, at("f", k)), at("f", n)), "index shifted")

# families
steps = [forall(l, [*integer(l, 0)], eq(at("S", add(l, 1)), mul(2, at("S", l)))), *integer(n, 0)]
row("family one off", steps, at("S", add(n, 2)), mul(2, at("S", n)), "index shifted")
momentum = [forall(l, [*integer(l, 0)], eq(at("m", add(l, 1)), add(mul(b, at("m", l)), mul(sub(1, b), at("g", l))))),
            *integer(n, 0)]
row("momentum step", momentum, sub(at("m", add(n, 1)), at("m", n)), mul(sub(1, b), sub(at("m", n), at("g", n))), "swapped")
row("for every index", [*integer(n, 1), forall(l, [*integer(l)], eq(at("u", l), add(at("v", l), 1)))],
    mul(a, at("u", n)), mul(a, at("v", n)), "term missing")
ROWS.append(("below a quantifier", [*integer(n, 1)],
             every(i, 1, n, eq(mul(at("u", i), add(at("v", i), 1)), add(mul(at("u", i), at("v", i)), at("v", i)))),
             "wrong symbol"))

# matrices in index form
AB = total(k, 1, n, mul(at("A", i, k), at("B", k, j)))
table = [*integer(n, 1), *integer(i, 1), *integer(j, 1), op("le", i, n), op("le", j, n)]
row("transposed factor", table, mul(2, AB), total(k, 1, n, mul(2, at("A", k, i), at("B", k, j))), "transpose")
row("transposed second factor", [*table, eq(at("C", i, j), AB)], at("C", i, j),
    total(k, 1, n, mul(at("A", i, k), at("B", j, k))), "transpose")
row("matrix times vector", table, mul(c, add(at("b", i), total(k, 1, n, mul(at("A", i, k), at("x", k))))),
    mul(c, total(k, 1, n, add(mul(at("A", i, k), at("x", k)), at("b", i)))), "parenthesis")
row("wrong index of a table", table, add(at("C", i, j), AB, a),
    add(a, total(k, 1, n, mul(at("A", i, k), at("B", k, i))), at("C", i, j)), "wrong symbol")

# chance
w, z = at("w", k, random=True), at("z", k, random=True)
iid = [*integer(n, 1),
       op("indep", bind("fam", k, num(1), n, w)),
       every(k, 1, n, op("integrable", power(w, 2))),
       every(k, 1, n, op("integrable", w)),
       every(k, 1, n, eq(op("E", w), 0)),
       every(k, 1, n, eq(op("E", power(w, 2)), power(s, 2)))]
row("sum of second moments", iid, total(k, 1, n, op("E", power(w, 2))), mul(n, s), "variance, not standard deviation")
row("expectation of a sum", iid, op("E", total(k, 1, n, power(w, 2))), mul(sub(n, 1), power(s, 2)), "term too many")
row("mean of a sum", iid, op("E", total(k, 1, n, add(w, a))), mul(n, power(a, 2)), "square too many")
row("scaled expectation", [*integer(n, 1), op("integrable", X), eq(op("E", X), mu)], op("E", mul(a, X)),
    mul(power(a, 2), mu), "square too many")
row("variance scales", [op("integrable", power(X, 2)), op("integrable", X), eq(op("E", power(X, 2)), power(s, 2)),
                        eq(op("E", X), 0)], op("E", power(mul(a, X), 2)), mul(a, power(s, 2)), "square missing")
row("shifted expectation", [op("integrable", X), eq(op("E", X), mu)], op("E", add(X, a)), sub(mu, a), "sign")

# derivatives
row("derivative of an exponential", [], deriv(x, op("exp", mul(a, x))), op("exp", mul(a, x)), "chain-rule factor")
row("derivative of a logarithm", positive(x), deriv(x, op("log", add(power(x, 2), 1))),
    div(1, add(power(x, 2), 1)), "chain-rule factor")
row("derivative of a power", [], deriv(x, power(sub(mul(a, x), b), 2)), mul(2, sub(mul(a, x), b)), "chain-rule factor")
row("derivative of a quotient", positive(x), deriv(x, div(1, x)), div(1, power(x, 2)), "sign")
row("derivative of a square", [], deriv(x, mul(c, power(x, 2))), mul(c, x), "factor 2")
row("derivative of a cube", [], deriv(x, power(x, 3)), mul(3, power(x, 3)), "index shifted")
row("inner sign", [], deriv(x, op("exp", neg(x))), op("exp", neg(x)), "chain-rule factor")
row("square below", positive(b), deriv(x, op("exp", neg(div(power(x, 2), power(b, 2))))),
    mul(neg(div(mul(2, x), b)), op("exp", neg(div(power(x, 2), power(b, 2))))), "square missing")

# floors, logarithms, orders
row("ceiling", [*integer(n)], add(op("floor", add(x, n)), 1), add(op("ceil", x), n, 1), "floor, not ceiling")
row("output size", [*integer(n, 1), *integer(s, 1), *integer(k, 1)], op("floor", div(add(sub(n, k), s), s)),
    add(op("ceil", div(sub(n, k), s)), 1), "floor, not ceiling")
row("logarithm base", positive(a, b), add(op("log", a), op("log", b)), div(op("log", mul(a, b)), op("log", 2)),
    "base of the logarithm")
row("logarithm of a quotient", positive(a, b), sub(op("log", a), op("log", b)), op("log", div(b, a)), "swapped")
row("inequality turned", [], add(power(a, 2), power(b, 2)), mul(2, a, b), "relation turned", "le")
row("two forgotten in an inequality", [], power(add(a, b), 2), add(power(a, 2), power(b, 2)), "factor 2", "le")

# longer lines
adam = [*integer(t, 1), *positive(b1, b2, eps, eta), op("lt", b1, 1), op("lt", b2, 1),
        forall(l, [*integer(l, 1)], eq(at("m", l), add(mul(b1, at("m", sub(l, 1))), mul(sub(1, b1), at("g", l))))),
        eq(at("m", 0), 0)]
row("moment over time", adam, mul(sub(1, b1), total(k, 1, t, mul(power(b1, sub(t, k)), at("g", k)))),
    sub(total(k, 1, t, mul(power(b1, sub(t, k)), at("g", k))),
        mul(power(b1, 2), total(k, 1, t, mul(power(b1, sub(t, k)), at("g", k))))), "square too many")
row("corrected step", [*adam, op("lt", 0, at("v", t))],
    sub(x, div(mul(eta, div(at("m", t), sub(1, power(b1, t)))), add(sqrt(div(at("v", t), sub(1, power(b2, t)))), eps))),
    sub(x, div(mul(eta, at("m", t)),
               mul(sub(1, power(b2, t)), add(sqrt(div(at("v", t), sub(1, power(b2, t)))), eps)))), "swapped")
row("difference of squares summed", integer(n, 1), total(k, 1, n, power(sub(at("u", k), mul(a, at("v", k))), 2)),
    add(total(k, 1, n, power(at("u", k), 2)), neg(mul(a, total(k, 1, n, mul(at("u", k), at("v", k))))),
        mul(power(a, 2), total(k, 1, n, power(at("v", k), 2)))), "factor 2")
row("mean squared error", integer(n, 1), div(total(k, 1, n, power(sub(at("u", k), c), 2)), n),
    add(div(total(k, 1, n, power(at("u", k), 2)), n), neg(div(mul(2, c, total(k, 1, n, at("u", k))), n)), c),
    "square missing")
row("double sum", [*integer(n, 1), *integer(m, 1)],
    mul(total(i, 1, m, at("u", i)), total(j, 1, n, at("v", j))),
    total(i, 1, m, total(j, 1, m, mul(at("u", i), at("v", j)))), "wrong symbol")

HOPELESS: list[tuple[str, list[Term], Term]] = [
    ("unrelated letters", [], eq(mul(a, b), add(power(c, 3), mul(d, x)))),
    ("unrelated functions", [], eq(op("exp", a), add(op("sin", mul(b, c)), d))),
    ("a sum and a power", integer(n, 1), eq(total(k, 1, n, at("f", k)), power(add(x, mul(3, y)), 3))),
    ("two families", integer(n, 1), eq(add(at("f", n), at("g", n)), mul(at("u", n), add(at("v", n), 5)))),
    ("expectation and a root", [op("integrable", X)], eq(op("E", X), sqrt(add(power(a, 2), b)))),
    ("an order without sense", [], op("le", add(power(a, 3), mul(7, d)), add(mul(b, c), power(x, 3)))),
]

