"""Declarations are read."""

from __future__ import annotations

import pytest

from derivations.kernel.term import show
from derivations.latex.declare import declare
from derivations.latex.unreadable import Unreadable

READ = r"""d positive integer
beta real, 0 < \beta < 1
\theta \in \mathbb{R}^d
W \in \mathbb{R}^{m \times n}
\sigma function, differentiable
m sequence
w_i, i = 1..d, random, iid, E[w_i] = 0, Var[w_i] = \sigma^2
z_i, i = 1..d, random, iid, z_i \sim \mathcal{N}(0, 1)
y one-hot in d
n, m integer, n \ge 1, m \ge n
let y = \sum_{i=1}^{d} w_i x_i
j integer, 1 \le j \le d
S divides W_{in} + 2P - K
t_k, k = 1..K, real, \sum_{k=1}^{K} t_k = 1
A \in \mathbb{R}^{n \times n}, symmetric positive definite
y_i \in \{0, 1\}, i = 1..m
p_k, k = 1..K, positive, \sum_{k=1}^{K} p_k = 1
x random, E[x] = \mu, Var[x] = \sigma^2, symmetric about 0, not constant
f function, convex, twice differentiable
W^2 \in \mathbb{R}^{d_h \times d_h}, superscript is a name
W^{(l)}, l = 1..L, \in \mathbb{R}^{n \times n}""".splitlines()


@pytest.mark.parametrize("text", READ)
def test_declarations_are_read(text: str) -> None:
    c = declare([text])
    assert c.scope.symbols
    assert all(h.sort == "B" and not h.bound for h in c.hyps)


@pytest.mark.parametrize("text", ["", "x frobnicated", r"x \in", r"x \sim \mathcal{Q}(0)", "w independent of z",
                                  r"A \in \mathbb{R}^{2 \times 3 \times 4}", "let 3 = 4", r"x \input y"])
def test_a_declaration_that_does_not_read_is_named(text: str) -> None:
    with pytest.raises(Unreadable, match="in the declaration"):
        declare([text])


def test_facts_add_up() -> None:
    c = declare(["n integer", "n positive", r"n real, n \le 10"])
    assert {h.head for h in c.hyps} == {"isint", "lt", "le"}


SETS = [
    (r"\mathbb{R}", []), (r"\mathbb{R}_{<0}", ["(x < 0)"]), (r"\mathbb{R}_{\le 0}", ["(x <= 0)"]), (r"\mathbb{R}_{>0}", ["(0 < x)"]),
    (r"\mathbb{R}_{\ge 0}", ["(0 <= x)"]), (r"\mathbb{R}_{>1}", ["(1 < x)"]), (r"\mathbb{R} \setminus \{0\}", ["(x != 0)"]),
    (r"\mathbb{N}", ["isint(x)", "(1 <= x)"]), (r"\mathbb N_0", ["isint(x)", "(0 <= x)"]), (r"\mathbb{N}_+", ["isint(x)", "(0 < x)"]),
    (r"\mathbb{Z}", ["isint(x)"]), (r"\mathbb{Z}_{>0}", ["isint(x)", "(0 < x)"]), (r"\mathbb{Z}_{\le 3}", ["isint(x)", "(x <= 3)"]),
    ("(0,1)", ["(0 < x)", "(x < 1)"]), ("[0,1]", ["(0 <= x)", "(x <= 1)"]), ("[0,1)", ["(0 <= x)", "(x < 1)"]),
    (r"(0,\infty)", ["(0 < x)"]), (r"(-\infty, 0]", ["(x <= 0)"]), (r"\{-1, 1\}", ["((x = neg(1)) | (x = 1))"]),
    (r"\{1, 2, \dots\}", ["isint(x)", "(1 <= x)"]), (r"\{2, 3, \dots, 9\}", ["isint(x)", "(2 <= x)", "(x <= 9)"]),
]


@pytest.mark.parametrize(("text", "facts"), SETS, ids=[x[0] for x in SETS])
def test_sets_are_read_with_their_bounds(text: str, facts: list[str]) -> None:
    assert [show(h) for h in declare([rf"x \in {text}"]).hyps] == facts


@pytest.mark.parametrize("text", [
    r"\mathbb{R}_+", r"\mathbb{R}^+", r"\mathbb{Z}_+", r"\mathbb{R}_q", r"\mathbb{Z}_n", r"\mathbb{R}^*", r"\mathbb{C}", r"\mathbb{Q}", "X",
    r"\mathcal{X}", r"\{1, 3, \dots, n\}", r"\mathbb{R}^n \setminus \{0\}", r"(0,1) \cup (2,3)", r"\mathbb{R}_{>0, <1}", r"\{x : x > 0\}",
    r"(\infty, 0)", r"\mathbb{R}_{>}", r"]0,1["])
def test_sets_that_are_not_known_or_can_be_read_in_two_ways_are_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        declare([rf"x \in {text}"])


def test_a_bound_of_a_set_holds_for_every_entry() -> None:
    c = declare([r"x \in \mathbb{R}_{>0}^3", r"y \in [0,1]^3"])
    assert [show(h).count("forall") for h in c.hyps] == [1, 1, 1]


@pytest.mark.parametrize("text", [
    "x one-hot", r"A \in \mathbb{R}_{>0}, one-hot in n", r"A \in \mathbb{R}^{m \times n}, symmetric", r"A \in \mathbb{R}^{m \times n}, orthogonal",
    r"A \in \mathbb{R}^{m \times n}, symmetric positive definite", r"A \in \mathbb{R}^{m \times n}, invertible", "A invertible",
    r"A \in \mathbb{R}^{m \times n}, diagonal", r"A \in \mathbb{R}^{n \times n}, negative definite", r"A \in \mathbb{R}^{n \times n}, not symmetric",
    "x vector", "A matrix", "f function, bounded", "x monotone", "x convex", "x iid", "x random, mean", "x of y", "x about 0", "x in .. l = 1..L",
    r"x random, y \sim \mathcal{N}(0, 1)"])
def test_words_that_cannot_be_said_of_the_name_are_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="in the declaration"):
        declare([text])


@pytest.mark.parametrize(("text", "count"), [
    ("y_i, i = 1..n, one-hot", 4), ("y_i, i = 1..N, one-hot in d", 6), (r"A_{ij}, i = 1..3, j = 1..3, symmetric", 1), ("f function, odd", 1),
    (r"A^{(l)}, l = 1..3, \in \mathbb{R}^{3 \times 3}, invertible", 1), ("p probability", 2), ("x random, zero mean", 2), ("x real, y positive", 1),
    ("f function, decreasing", 1), ("f function, strictly convex", 1)])
def test_what_words_say_becomes_formulas(text: str, count: int) -> None:
    assert len(declare([text]).hyps) == count


def test_names_behind_others_have_declarations_of_their_own() -> None:
    c = declare([r"x, y random, x \sim \mathcal{N}(0, 1), y \sim \mathcal{N}(2, 3), independent of z", r"z random, u integer"])
    text = " ".join(show(h) for h in c.hyps)
    assert "law_normal(x, 0, 1)" in text and "law_normal(y, 2, 3)" in text and "law_normal(y, 0" not in text
    assert "indep(x, z)" in text and "indep(y, z)" in text and "isint(u)" in text and "isint(z)" not in text
