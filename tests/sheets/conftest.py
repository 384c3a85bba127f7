"""Solved exercises made by hand.

Three kinds of solution as sheets get them: a chain of expectations, an induction, nested sums.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from derivations.kernel.term import (
    Term,
    Termlike,
    add,
    at,
    bind,
    eq,
    forall,
    imps,
    mul,
    num,
    op,
    rvar,
    sub,
    var,
)
from derivations.sheets.sheet import Sheet
from derivations.solution import Block, PartSolution, Solution, Step

D, SIGMA, I, K, T = var("d"), var("sigma"), var("i"), var("k"), var("t")
B1, B2, G, X, Y = var("beta1"), var("beta2"), var("g"), var("x"), var("y")
HALF = Fraction(1, 2)


def w(i: Termlike) -> Term:
    return at("w", i, random=True)


def x(i: Termlike) -> Term:
    return at("x", i, random=True)


def m(t: Termlike) -> Term:
    return at("m", t)


def g(t: Termlike) -> Term:
    return at("g", t)


def power(a: Termlike, b: Termlike) -> Term:
    return op("pow", a, b)


def total(i: Term, lo: Termlike, hi: Termlike, body: Term) -> Term:
    return bind("sum", i, lo, hi, body)


def part(id: str, title: str, ask: str, givens: tuple[Term, ...], goal: Term | None,
         blocks: tuple[Block, ...], **more: Any) -> PartSolution:
    fields: dict[str, Any] = {"verdict": "proved", "provided": (), "axioms": (), "rechecked": True,
                              "words": "", "certificate": {}}
    return PartSolution(
        id=id, title=title, ask=ask, givens=givens, goal=goal, blocks=blocks, **(fields | more)
    )


def chain(*steps: tuple[Term, str]) -> tuple[Step, ...]:
    """Steps of which each goes on from the right side of the one before, where that is so."""
    out: list[Step] = []
    for formula, reason in steps:
        before = out[-1].formula.args if out else ()
        goes_on = len(before) == len(formula.args) == 2 and formula.args[0] is before[1]
        out.append(Step(formula, reason, goes_on))
    return tuple(out)


def variance() -> Solution:
    s = total(I, 1, D, mul(w(I), x(I)))
    var_s = op("var", s)
    each = total(I, 1, D, op("var", mul(w(I), x(I))))
    moments = total(I, 1, D, mul(op("E", power(w(I), 2)), op("E", power(x(I), 2))))
    flat = total(I, 1, D, mul(power(SIGMA, 2), HALF))
    closed = mul(D, power(SIGMA, 2), HALF)
    final = op("div", mul(D, power(SIGMA, 2)), 2)
    index = [op("isint", I), op("le", 1, I), op("le", I, D)]
    givens = (
        op("isint", D),
        op("le", 1, D),
        op("lt", 0, SIGMA),
        op("indep", bind("fam", I, 1, D, w(I)), bind("fam", I, 1, D, x(I))),
        forall(I, index, op("law_normal", w(I), 0, power(SIGMA, 2))),
        forall(I, index, eq(op("E", power(x(I), 2)), HALF)),
    )
    main = Block(
        "",
        (),
        chain(
            (eq(var_s, each), "the summands are independent"),
            (eq(each, moments), r"independence, and $\mathbb{E}[w_i] = 0$"),
            (eq(moments, flat), "second moments"),
            (eq(flat, closed), "constant summand"),
            (eq(closed, final), ""),
        ),
    )
    n = rvar("Z")
    half = chain(
        (
            eq(op("E", power(op("relu", n), 2)), op("E", mul(power(n, 2), op("ind", op("lt", 0, n))))),
            "cases on the sign of $Z$",
        ),
        (
            eq(
                op("E", mul(power(n, 2), op("ind", op("lt", 0, n)))),
                op("E", mul(power(op("neg", n), 2), op("ind", op("lt", 0, op("neg", n))))),
            ),
            "symmetry: $-Z$ has the law of $Z$",
        ),
        (
            eq(
                op("E", mul(power(op("neg", n), 2), op("ind", op("lt", 0, op("neg", n))))),
                mul(HALF, op("E", power(n, 2))),
            ),
            "the two halves add up to $Z^2$, and $Z = 0$ contributes nothing",
        ),
        (eq(mul(HALF, op("E", power(n, 2))), mul(HALF, op("var", n))), "the mean is zero"),
    )
    return Solution(
        "1",
        "He initialization",
        r"A neuron computes $s = \sum_{i=1}^d w_i x_i$ with independent weights "
        r"$w_i$ of mean zero and inputs $x_i$ that come out of a ReLU layer.",
        (
            part(
                "1.1",
                "Variance of the pre-activation",
                r"Show that $\operatorname{Var}[s] = d\sigma^2/2$.",
                givens,
                eq(var_s, final),
                (main,),
            ),
            part(
                "1.2",
                "Second moment after a ReLU",
                r"Show that a ReLU halves the second moment of a symmetric $Z$.",
                (op("samelaw", n, op("neg", n)), op("integrable", power(n, 2))),
                eq(op("E", power(op("relu", n), 2)), mul(HALF, op("var", n))),
                (Block("", (), half),),
                provided=(eq(op("E", n), 0),),
                words=r"He et al. choose $\sigma^2 = 2/d$ for this reason.",
            ),
            part(
                "1.3",
                "In words",
                "Why not initialize all weights with the same value?",
                (),
                None,
                (),
                verdict="words",
                certificate=None,
                rechecked=False,
                words="All neurons of a layer would get the same gradient and stay equal for ever; "
                "random values break this symmetry.",
            ),
        ),
    )


def adam() -> Solution:
    def closed(t: Termlike) -> Term:
        return mul(sub(1, B1), total(K, 1, t, mul(power(B1, sub(t, K)), g(K))))

    up = add(T, 1)
    givens = (
        op("lt", 0, B1),
        op("lt", B1, 1),
        op("lt", 0, B2),
        op("lt", B2, 1),
        eq(m(0), 0),
        forall(
            T, [op("isint", T), op("le", 1, T)], eq(m(T), add(mul(B1, m(sub(T, 1))), mul(sub(1, B1), g(T))))
        ),
    )
    goal = forall(T, [op("isint", T), op("le", 0, T)], eq(m(T), closed(T)))
    one = add(mul(B1, m(T)), mul(sub(1, B1), g(up)))
    two = add(mul(B1, closed(T)), mul(sub(1, B1), g(up)))
    three = mul(sub(1, B1), add(total(K, 1, T, mul(power(B1, sub(up, K)), g(K))), g(up)))
    base = Block("Base case", (), chain((eq(closed(0), 0), "empty sum"), (eq(0, m(0)), "given")))
    step = Block(
        "Induction step",
        (op("isint", T), op("le", 0, T), eq(m(T), closed(T))),
        chain(
            (eq(m(up), one), "recurrence"),
            (eq(one, two), "induction hypothesis"),
            (eq(two, three), r"$\beta_1$ into the sum"),
            (eq(three, closed(up)), "last summand"),
        ),
    )
    geometric = total(K, 1, T, power(B1, sub(T, K)))
    bias = Block(
        "",
        (),
        chain(
            (
                eq(
                    op("E", m(T)),
                    mul(
                        sub(1, B1),
                        total(K, 1, T, mul(power(B1, sub(T, K)), op("E", at("g", K, random=True)))),
                    ),
                ),
                "linearity",
            ),
            (
                eq(
                    mul(
                        sub(1, B1),
                        total(K, 1, T, mul(power(B1, sub(T, K)), op("E", at("g", K, random=True)))),
                    ),
                    mul(sub(1, B1), geometric, G),
                ),
                "equal means",
            ),
            (
                eq(
                    mul(sub(1, B1), geometric, G),
                    mul(sub(1, B1), op("div", sub(1, power(B1, T)), sub(1, B1)), G),
                ),
                "geometric sum",
            ),
            (
                eq(
                    mul(sub(1, B1), op("div", sub(1, power(B1, T)), sub(1, B1)), G),
                    mul(sub(1, power(B1, T)), G),
                ),
                r"cancel $1 - \beta_1$",
            ),
        ),
    )
    return Solution(
        "2",
        "Bias correction in Adam",
        r"The first moment is $m^{(t)} = \beta_1 m^{(t-1)} + (1-\beta_1) g^{(t)}$.",
        (
            part(
                "2.1",
                "Closed form",
                "Prove the closed form of $m^{(t)}$ by induction.",
                givens,
                goal,
                (base, step),
            ),
            part(
                "2.2",
                "Bias",
                r"What is the mean of $m^{(t)}$ if all gradients have mean $g$?",
                (op("ne", B1, 1),),
                eq(op("E", m(T)), mul(sub(1, power(B1, T)), G)),
                (bias,),
                rechecked=False,
                axioms=(
                    (
                        "geometric sum",
                        "Any analysis textbook; also R. Graham, D. Knuth, O. Patashnik, $\\S 2.3$",
                    ),
                ),
            ),
        ),
        names={"m": "m^{(#1)}", "g": "g^{(#1)}", "#m": "t", "#g": "s"},
    )


def receptive() -> Solution:
    n, j = var("L"), var("j")

    def k(i: Termlike) -> Term:
        return at("k", i)

    def jump(i: Term) -> Term:
        return bind("prod", j, 1, sub(i, 1), at("s", j))

    r = add(1, total(I, 1, n, mul(sub(k(I), 1), jump(I))))
    nxt = add(1, total(I, 1, add(n, 1), mul(sub(k(I), 1), jump(I))))
    long = add(
        at("r", n),
        mul(sub(k(add(n, 1)), 1), jump(add(n, 1))),
        mul(2, at("p", n)),
        op("neg", mul(2, at("p", n))),
        op("div", mul(sub(k(n), 1), jump(n)), add(1, total(I, 1, n, at("s", I)))),
        op("neg", op("div", mul(sub(k(n), 1), jump(n)), add(1, total(I, 1, n, at("s", I))))),
    )
    step = Block(
        "",
        (),
        chain(
            (
                eq(at("r", add(n, 1)), long),
                "one more layer, written out with the padding added and taken away again",
            ),
            (eq(long, add(r, mul(sub(k(add(n, 1)), 1), jump(add(n, 1))))), "insert"),
            (eq(add(r, mul(sub(k(add(n, 1)), 1), jump(add(n, 1)))), nxt), "last summand of the sum"),
        ),
    )
    size = op("floor", op("div", sub(add(Y, mul(2, var("p"))), var("k")), var("s")))
    q = var("q")
    wanted = op("and", op("isint", q), op("le", 1, q), op("le", var("n"), add(mul(2, q), 1)))
    least = bind("isleast", q, var("L_min"), wanted)
    facts = Block(
        "",
        (),
        (
            Step(op("le", num(0), size), "the kernel fits"),
            Step(op("isint", add(size, 1)), "floor"),
            Step(
                op("iff", op("le", var("n"), add(mul(2, X), 1)), op("le", op("div", sub(var("n"), 1), 2), X)),
                "solve for $x$",
            ),
            Step(least, "smallest such integer"),
            Step(
                eq(at("a", X), op("ite", op("lt", 0, X), power(X, 2), op("exp", op("neg", op("div", X, 2))))),
                "definition",
            ),
            Step(
                imps([op("lt", 0, X), op("lt", 0, Y)], op("lt", 0, op("div", mul(X, Y), add(X, Y)))),
                "positive factors",
            ),
            Step(op("le", at("a", X), add(power(X, 2), 1)), "cases", False),
            Step(op("le", add(power(X, 2), 1), power(add(X, 1), 2)), "square", True),
        ),
    )
    return Solution(
        "3",
        "Receptive fields",
        r"Layer $l$ has kernel size $k_l$ and stride $s_l$.",
        (
            part(
                "3.1",
                "Closed form",
                "Find the receptive field of the last layer.",
                (op("isint", n), op("le", 0, n)),
                eq(at("r", add(n, 1)), nxt),
                (step,),
            ),
            part(
                "3.2",
                "Small facts",
                "Five facts with 100% certainty & care_ful #escaping.",
                (op("lt", 0, X),),
                None,
                (facts,),
            ),
            part(
                "3.3",
                "A wrong claim",
                "Is $r_L$ always even?",
                (),
                None,
                (),
                verdict="refuted",
                certificate=None,
                witness={"L": "1", "k_1": "3"},
                rechecked=False,
                message="The field of one layer with kernel 3 is 3.",
            ),
            part(
                "3.4",
                "Open",
                "Is it optimal?",
                (),
                None,
                (),
                verdict="tested",
                certificate=None,
                rechecked=False,
                instances=200,
                message="No proof was found within the limits.",
            ),
        ),
        names={"#k": "l", "#s": "j", "#r": "l"},
    )


def demo(with_solutions: bool = True) -> Sheet:
    return Sheet(
        "Initialization, Adam and receptive fields",
        "Deep Learning",
        "12 May 2025",
        (variance(), adam(), receptive()),
        with_solutions,
    )


@pytest.fixture
def sheet() -> Sheet:
    return demo()
