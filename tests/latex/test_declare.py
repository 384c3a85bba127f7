"""Declarations are read."""

from __future__ import annotations

import pytest

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
