"""How terms look in LaTeX."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derivations.kernel.term import Term, add, at, bind, bvar, eq, forall, imps, mul, num, op, rvar, sub, var
from derivations.latex.measure import flows, width
from derivations.latex.text import escape, prose
from derivations.latex.write import write, write_facts, write_relation

X, Y, N, D, S, B, T, K, I = (var(s) for s in ("x", "y", "n", "d", "sigma", "beta1", "t", "k", "i"))
Z = rvar("Z")
NAMES = {"m": "m^{(#1)}", "#m": "t", "#g": "s"}


def power(a: Term, n: object) -> Term:
    return op("pow", a, n)  # type: ignore[arg-type]


REALS: list[tuple[Term, str]] = [
    (sub(X, Y), "x - y"),
    (sub(X, sub(Y, 1)), "x - (y - 1)"),
    (add(op("neg", power(B, T)), 1), r"1 - \beta_{1}^{t}"),
    (mul(Fraction(1, 2), D, power(S, 2)), r"\frac{1}{2} d \sigma^{2}"),
    (mul(D, power(S, 2), Fraction(1, 2)), r"d \sigma^{2} \cdot \frac{1}{2}"),
    (mul(-1, X), "-x"),
    (mul(X, -2), r"x \cdot (-2)"),
    (mul(X, add(Y, 1)), "x (y + 1)"),
    (mul(2, 3), r"2 \cdot 3"),
    (op("div", X, sub(1, Y)), r"\frac{x}{1 - y}"),
    (mul(power(N, -1), bind("sum", I, 1, N, at("x", I, random=True))), r"\frac{1}{n} \sum_{i=1}^{n} x_{i}"),
    (power(X, Fraction(-1, 2)), r"\frac{1}{\sqrt{x}}"),
    (power(op("div", X, Y), N), r"\left( \frac{x}{y} \right)^{n}"),
    (power(op("neg", X), 2), "(-x)^{2}"),
    (power(power(X, 2), 3), "(x^{2})^{3}"),
    (power(at("m", T), 2), "(m^{(t)})^{2}"),
    (power(op("sin", X), 2), r"\sin^{2} x"),
    (op("exp", op("neg", op("div", power(X, 2), mul(2, power(S, 2))))), r"e^{-x^{2}/(2 \sigma^{2})}"),
    (op("exp", bind("sum", I, 1, N, at("a", I))), r"\exp\biggl( \sum_{i=1}^{n} a_{i} \biggr)"),
    (mul(bind("sum", I, 1, N, at("a", I)), Y), r"\biggl( \sum_{i=1}^{n} a_{i} \biggr) y"),
    (bind("sum", I, 1, N, add(at("a", I), 1)), r"\sum_{i=1}^{n} (a_{i} + 1)"),
    (mul(X, bind("sum", K, 1, var("i"), at("a", K))), r"x \sum_{j=1}^{i} a_{j}"),
    (bind("sum", I, 1, N, bind("sum", K, 1, I, at("a", I, K))), r"\sum_{i=1}^{n} \sum_{j=1}^{i} a_{i,j}"),
    (op("E", power(op("relu", Z), 2)), r"\mathbb{E}[\operatorname{ReLU}(Z)^{2}]"),
    (op("E", op("div", Z, 2)), r"\mathbb{E}\!\left[ \frac{Z}{2} \right]"),
    (op("condE", Z, op("lt", 0, Z)), r"\mathbb{E}[Z \mid Z > 0]"),
    (op("P", op("and", op("lt", 0, Z), op("le", X, Z))), r"\mathbb{P}(Z > 0,\, x \le Z)"),
    (op("ind", op("and", op("le", 0, X), op("lt", X, N), op("lt", Z, 1))), r"\mathbf{1}[0 \le x < n,\, Z < 1]"),
    (op("floor", X), r"\lfloor x \rfloor"),
    (op("ite", op("lt", 0, X), X, num(0)),
     r"\begin{cases} x & \text{if } x > 0, \\ 0 & \text{otherwise} \end{cases}"),
    (op("maxover", 1, N, at("a", bvar(0))), r"\max_{1 \le i \le n} a_{i}"),
    (var("W_in"), r"W_{\mathrm{in}}"),
    (at("W_in", 1, 2), r"W_{\mathrm{in},1,2}"),
    (var("x_hat"), r"\hat{x}"),
    (var("t'2"), "t''"),
    (var("lambda"), r"\lambda"),
]
STATEMENTS: list[tuple[Term, str]] = [
    (op("lt", 0, S), r"\sigma > 0"),
    (op("isint", N), r"n \in \mathbb{Z}"),
    (op("and", op("isint", K), op("le", 1, K), op("le", K, N)), r"k \in \{1, \dots, n\}"),
    (op("law_normal", Z, X, power(S, 2)), r"Z \sim \mathcal{N}(x, \sigma^{2})"),
    (op("integrable", Z), r"\mathbb{E}|Z| < \infty"),
    (op("integrable", power(Z, 2)), r"\mathbb{E}[Z^{2}] < \infty"),
    (op("samelaw", Z, op("neg", Z)), r"Z \overset{\mathrm{law}}{=} -Z"),
    (forall(T, [op("isint", T), op("le", 0, T)], eq(at("m", T), 0)),
     r"m^{(t)} = 0\quad \text{for all integers } t \ge 0"),
    (forall(I, [op("isint", I), op("le", 1, I), op("le", I, D)], op("lt", 0, at("a", I))),
     r"a_{i} > 0\quad \text{for all integers } 1 \le i \le d"),
    (forall(X, [op("lt", 0, X)], op("lt", 0, power(X, 2))), r"x^{2} > 0\quad \text{for all real } x > 0"),
    (op("iff", eq(X, 0), op("or", eq(Y, 0), eq(Y, 1))), r"x = 0 \iff y = 0 \text{ or } y = 1"),
    (imps([op("lt", 0, X), op("lt", 0, Y)], op("lt", 0, mul(X, Y))),
     r"x > 0 \text{ and } y > 0 \Rightarrow x y > 0"),
    (bind("isleast", K, N, op("and", op("isint", K), op("le", 1, K), op("le", X, K))),
     r"n = \min\{ m \in \mathbb{Z}_{\ge 1} : x \le m \}"),
]


@pytest.mark.parametrize(("t", "expected"), REALS + STATEMENTS)
def test_written(t: Term, expected: str) -> None:
    assert write(t, NAMES) == expected


def test_independent_blocks() -> None:
    w, x = (at(s, bvar(0), random=True) for s in ("w", "x"))
    families = op("indep", op("fam", 1, D, w), op("fam", 1, D, x))
    assert write(families) == (r"w_{1}, \dots, w_{d},\; \allowbreak x_{1}, \dots, x_{d} "
                               r"\text{ independent}")
    pairs = op("indep", op("fam", 1, D, op("tup", w, x)), Z)
    assert write(pairs).startswith(r"(w_{i}, x_{i})_{1 \le i \le d}")


def test_index_avoids_what_is_used() -> None:
    total = bind("sum", K, 1, N, at("a", K))
    assert write(total, avoid=["i", "j"]) == r"\sum_{k=1}^{n} a_{k}"
    assert write(mul(var("i"), total)) == r"i \sum_{j=1}^{n} a_{j}"
    assert write(mul(var("u"), total), {"u": "i", "#a": "t"}) == r"i \sum_{t=1}^{n} a_{t}"


def test_family_pattern_and_scalar_of_the_same_name() -> None:
    assert write(mul(at("g", 3), var("g")), {"g": "g^{(#1)}"}) == "g^{(3)} g"
    assert write(at("w", 1, 2), {"w": r"\omega"}) == r"\omega_{1,2}"


def test_relation_is_cut_at_its_sign() -> None:
    rel = write_relation(eq(X, add(Y, op("neg", N), 1)))
    assert (rel.left, rel.rel, rel.right_parts) == ("x", "=", ("y", "- n", "+ 1"))
    assert write_relation(op("le", num(0), X)).rel == r"\ge"
    assert write_relation(op("le", num(0), X), turn=False).whole == r"0 \le x"


def test_facts_are_put_together() -> None:
    given = [op("isint", D), op("le", 1, D), op("isint", N), op("le", 1, N), op("lt", 0, S), op("lt", 0, B),
             op("lt", B, 1), eq(X, 2), eq(Y, 2)]
    assert write_facts(given) == [r"d, n \in \mathbb{Z}_{\ge 1}", r"\sigma > 0", r"0 < \beta_{1} < 1",
                                  "x = 2", "y = 2"]


def test_widths() -> None:
    assert 5.5 < width(r"\frac{1}{2} d \sigma^{2} + \sum_{i=1}^{d} x_{i}") < 6.5
    assert width(r"\frac{a}{b + c}") < width("a + b + c")
    assert flows("a + b = c" * 20, 20) and not flows("a" * 60, 20) and not flows(r"\left( a \right)", 20)


def test_text() -> None:
    assert prose(r"50% of $x_1$ & a_b") == r"50\% of $x_1$ \& a\_b"
    assert prose("costs $5") == r"costs \$5"
    assert escape("\\input{x} α 中") == r"\textbackslash{}input\{x\} \ensuremath{\alpha} [U+4E2D]"
