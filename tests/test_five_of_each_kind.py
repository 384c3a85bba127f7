"""Five claims of each kind, a part of them with a slip, that no exercise holds.

``decided`` is what was measured: whether the right ones are proved and the wrong ones refuted.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from derivations.grade import prove_latex

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Claim:
    """A claim in LaTeX with its declarations, whether it is true, and whether that is found."""

    text: str
    let: tuple[str, ...]
    true: bool = True
    decided: bool = True


X, N, XY = ("x real",), ("n positive integer",), ("x, y real",)
VECTOR = ("d positive integer", r"x \in \mathbb{R}^d")
CLAIMS = {
    "inequality": [
        Claim(r"2xy \le x^2 + y^2", XY),
        Claim(r"\frac{2ab}{a+b} \le \sqrt{ab}", ("a, b positive",), decided=False),
        Claim(r"\left(\sum_{i=1}^n x_i\right)^2 \le n \sum_{i=1}^n x_i^2", (*N, "x_i, i = 1..n, real"), decided=False),
        Claim(r"e^x \le 1 + x + x^2", X, true=False),
        Claim(r"\log(a + b) \le \log a + \log b", ("a, b positive",), true=False),
    ],
    "limit": [
        Claim(r"\lim_{n \to \infty} \frac{3n^2 + 1}{2n^2 - n} = \frac{3}{2}", N),
        Claim(r"\lim_{x \to 0} \frac{e^{2x} - 1}{x} = 2", X, decided=False),
        Claim(r"\lim_{n \to \infty} \sum_{k=0}^{n} q^k = \frac{1}{1-q}", (*N, "q real, 0 < q < 1")),
        Claim(r"\lim_{x \to 0} \frac{1 - \cos x}{x^2} = 1", X, true=False),
        Claim(r"\lim_{n \to \infty} \sqrt{n+1} - \sqrt{n} = 1", N, true=False, decided=False),
    ],
    "gradient": [
        Claim(r"\nabla_x \|Ax - b\|^2 = 2A^\top(Ax - b)",
              (*VECTOR, "n positive integer", r"A \in \mathbb{R}^{n \times d}", r"b \in \mathbb{R}^n")),
        Claim(r"\nabla_x \left(a^\top x + \frac{\lambda}{2} \|x\|^2\right) = a + \lambda x",
              (*VECTOR, r"\lambda real", r"a \in \mathbb{R}^d")),
        Claim(r"\frac{\partial}{\partial x} \log(1 + e^{-xy}) = \frac{-y}{1 + e^{xy}}", XY),
        Claim(r"\nabla_x (x^\top M x) = 2Mx", (*VECTOR, r"M \in \mathbb{R}^{d \times d}"), true=False),
        Claim(r"\frac{d}{dx} \tanh(x)^2 = 2\tanh(x)", X, true=False),
    ],
    "expectation": [
        Claim(r"E[(m - \mu)^2] = \frac{s}{n}", (*N, r"\mu real", "s positive", r"let m = \frac{1}{n}\sum_{i=1}^n x_i",
              r"x_i, i = 1..n, random, iid, E[x_i] = \mu, Var[x_i] = s")),
        Claim(r"E[x^2] = \mu^2 + s", (r"x random, x \sim \mathcal{N}(\mu, s)", r"\mu real", "s positive")),
        Claim(r"E[x]^2 \le E[x^2]", ("x random, E[x^2] = q", "q real")),
        Claim(r"Var[x] = \frac{1}{3}", (r"x random, x \sim Uniform(0, 1)",), true=False),
        Claim(r"E[(x - 3)^2] = 4", ("x random, E[x] = 1, Var[x] = 2",), true=False),
    ],
    "asymptotics": [
        Claim(r"3n^2 + 5n + 2 = O(n^2)", N),
        Claim(r"\sum_{k=1}^n k^2 = O(n^3)", N),
        Claim(r"\log n = o(n)", N, decided=False),
        Claim(r"n \log n = O(n)", N, true=False, decided=False),
        Claim(r"2^{2n} = O(2^n)", N, true=False),
    ],
}


@pytest.mark.parametrize("claim", [pytest.param(c, id=f"{kind}: {c.text}") for kind, found in CLAIMS.items() for c in found])
def test_a_claim_is_judged_as_it_is(claim: Claim) -> None:
    (line,) = prove_latex(claim.text, claim.let, seconds=15).lines
    expected = "proved" if claim.true else "refuted"
    assert line.verdict == expected or (line.verdict == "undecided" and not claim.decided), line


def test_there_are_five_of_each_kind_with_right_and_wrong_ones() -> None:
    for kind, found in CLAIMS.items():
        assert len(found) == 5 and {c.true for c in found} == {True, False}, kind
