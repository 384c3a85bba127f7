"""Single lines of many kinds: the right ones are proved, the wrong ones refuted."""

from __future__ import annotations

import pytest

from derivations.grade import grade
from derivations.grading import Problem

SIZES = ("n, m, k positive integer",)
MATRICES = (*SIZES, r"A \in \mathbb{R}^{n \times m}", r"B \in \mathbb{R}^{m \times k}", r"C \in \mathbb{R}^{m \times k}",
            r"M \in \mathbb{R}^{n \times n}", r"N \in \mathbb{R}^{n \times n}", r"u \in \mathbb{R}^n", r"v \in \mathbb{R}^m",
            r"\lambda positive")
SOFTMAX = ("d positive integer", "x_k, k = 1..d, real", r"let p_k = \frac{e^{x_k}}{\sum_{l=1}^d e^{x_l}}",
           r"i, j integer, 1 \le i \le d, 1 \le j \le d")
NORMAL = ("d positive integer", r"z_i, i = 1..d, random, iid, z_i \sim \mathcal{N}(0, 1)", r"i integer, 1 \le i \le d")
MOMENTUM = (r"t integer, t \ge 1", r"k integer, k \ge 0", "c real", r"\eta real", r"\beta real, 0 < \beta < 1", "m sequence", "w sequence",
            "m^{(0)} = 0", "w^{(0)} = 0", r"m^{(k+1)} = \beta m^{(k)} + c", r"w^{(k+1)} = w^{(k)} - \eta m^{(k+1)}")
LAYERS = ("L positive integer", "S^{(l)}, l = 1..L, positive integer", "K^{(l)}, l = 1..L, positive integer", "W sequence",
          r"l integer, 0 \le l \le L - 1", "W^{(l)} = S^{(l+1)} (W^{(l+1)} - 1) + K^{(l+1)}", "W^{(L)} = 1")
LIKELIHOOD = ("n positive integer", "x_i, i = 1..n, real", r"\mu real", r"\sigma positive",
              r"let \ell = -\frac{n}{2}\log(2\pi\sigma^2) - \frac{1}{2\sigma^2}\sum_{i=1}^{n}(x_i-\mu)^2")
LAYER_NORM = (r"d integer, d \ge 2", "x_i, i = 1..d, real", r"let \mu = \frac{1}{d}\sum_{i=1}^d x_i",
              r"let v = \frac1d \sum_{i=1}^d (x_i - \mu)^2")
UNITS = ("d positive integer", r"\sigma positive", r"w_i, i = 1..d, random, iid, w_i \sim \mathcal{N}(0, \sigma^2)",
         r"z_i, i = 1..d, random, iid, z_i \sim \mathcal{N}(0, 1)", "w independent of z", r"let y = \sum_{i=1}^d w_i z_i")

STRIDES = ("W_{in}, K, S positive integer", r"P integer, P \ge 0", "S divides W_{in} + 2P - K",
           r"W_{out} integer, W_{out} = \lfloor (W_{in} + 2P - K)/S \rfloor + 1")

APART = (r"w random, E[w] = 0, Var[w] = 1", "x random", "z random", "w independent of x, z")

PAIR = ("x random, E[x] = 1, Var[x] = 2", "y random, E[y] = 1, Var[y] = 3")
SAMPLE = (r"n integer, n \ge 2", r"\sigma positive", r"x_i, i = 1..n, random, iid, E[x_i] = \mu, Var[x_i] = \sigma^2",
          r"let \bar{x} = \frac{1}{n}\sum_{i=1}^n x_i", "a_i, i = 1..n, real", "b_i, i = 1..n, real",
          r"i, j integer, 1 \le i \le n, 1 \le j \le n")
WEIGHTS = ("n positive integer", "a_i, i = 1..n, real", "b_i, i = 1..n, real", "p_i, i = 1..n, positive",
           r"w_i, i = 1..n, positive, \sum_{i=1}^n w_i = 1")
REGULAR = ("n positive integer", r"A, B \in \mathbb{R}^{n \times n}, invertible")
DISTRIBUTIONS = (r"p_k, k = 1..K, positive, \sum_{k=1}^{K} p_k = 1", r"q_k, k = 1..K, positive, \sum_{k=1}^{K} q_k = 1",
                 r"let D = \sum_{k=1}^K p_k \log\frac{p_k}{q_k}")
LAYER_NORM_2 = (*LAYER_NORM, r"\epsilon positive", r"let u_i = \frac{x_i - \mu}{\sqrt{v + \epsilon}}")

DIFFERENT = ("a real", "b positive", r"c real, c \ne 0", r"n integer, n \ge 1")

RIGHT = {
    "independence": (APART, [r"E[w^2 x] = E[x]", r"E[w x] = 0"]),
    "floors": (STRIDES, [r"W_{out} = (W_{in} + 2P - K)/S + 1", r"W_{in} = S (W_{out} - 1) + K - 2P", r"\lfloor K/2 \rfloor + \lceil K/2 \rceil = K",
                         r"\lceil K/S \rceil \ge K/S"]),
    "means": (("a, b positive",), [r"\sqrt{ab} \le \frac{a + b}{2}"]),
    "absolute values": (("x, y real",), [
        r"\sqrt{x^2} = |x|", r"\sqrt{x^2 + 2xy + y^2} = |x + y|", r"\sqrt{4x^2} = 2|x|", r"|xy| = |x||y|", r"|x + y| \le |x| + |y|",
        r"\max(x, y) = \frac{x + y + |x - y|}{2}", r"\max(x, 0) - \min(x, 0) = |x|", r"1[x > 0] = 1 - 1[x \le 0]"]),
    "logarithms": (("x real", "y positive"), [
        r"\ln(1 + e^x) \ge \max(0, x)", r"\ln y \le y", r"\ln(1 + e^x) = x + \ln(1 + e^{-x})"]),
    "covariances": (PAIR, [
        r"\operatorname{Cov}(x, x) = 2", r"\operatorname{Cov}(2x, y) = 2 \operatorname{Cov}(x, y)", r"\operatorname{Cov}(x, y) = E[xy] - E[x]E[y]",
        r"\operatorname{Var}(x + y) = \operatorname{Var}(x) + \operatorname{Var}(y) + 2\operatorname{Cov}(x, y)"]),
    "coincidences": (SAMPLE, [
        r"\mathbb{E}\left[\sum_{i=1}^n (x_i - \bar{x})^2\right] = (n-1)\sigma^2", r"E[x_i \bar{x}] = \frac{\sigma^2}{n} + \mu^2",
        r"\operatorname{Cov}(x_i, \bar{x}) = \frac{\sigma^2}{n}", r"\operatorname{Var}[x_i - \bar{x}] = \frac{n-1}{n}\sigma^2",
        r"E\left[\sum_{i=1}^n \sum_{j=1}^n (x_i - x_j)^2\right] = 2n(n-1)\sigma^2", r"\operatorname{Cov}(x_i, x_j) = \sigma^2 \delta_{ij}",
        r"E\left[\left(\sum_{i=1}^n a_i x_i\right)\left(\sum_{j=1}^n b_j x_j\right)\right] = \sigma^2\sum_{i=1}^n a_i b_i + \mu^2 \sum_{i=1}^n a_i \sum_{i=1}^n b_i"]),
    "squares of sums": (WEIGHTS, [
        r"\left(\sum_{i=1}^n a_i b_i\right)^2 \le \left(\sum_{i=1}^n a_i^2\right)\left(\sum_{i=1}^n b_i^2\right)",
        r"\left(\sum_{i=1}^n a_i\right)^2 \le n \sum_{i=1}^n a_i^2", r"\left(\frac1n\sum_{i=1}^n a_i\right)^2 \le \frac1n\sum_{i=1}^n a_i^2",
        r"\left(\sum_{i=1}^n w_i a_i\right)^2 \le \sum_{i=1}^n w_i a_i^2",
        r"\left(\sum_{i=1}^n p_i a_i b_i\right)^2 \le \sum_{i=1}^n p_i a_i^2 \sum_{i=1}^n p_i b_i^2"]),
    "inverses": (REGULAR, [r"A^{-1} A = I", r"(AB)^{-1} = B^{-1} A^{-1}", r"(A^\top)^{-1} = (A^{-1})^\top"]),
    "entropies": (DISTRIBUTIONS, [
        r"D = \sum_{k=1}^K p_k \log p_k - \sum_{k=1}^K p_k \log q_k", r"D \ge 0", r"-\sum_{k=1}^K p_k \log p_k \le \log K"]),
    "normalised": (LAYER_NORM_2, [r"\frac{1}{d}\sum_{i=1}^d u_i = 0", r"\frac{1}{d}\sum_{i=1}^d u_i^2 = \frac{v}{v+\epsilon} \le 1"]),
    "matrices": (MATRICES, [
        r"(AB)^T = B^T A^T", r"A(B + C) = AB + AC", r"A^\top (A A^\top + \lambda I) = (A^\top A + \lambda I) A^\top",
        r"(AB)C^T = A(BC^T)", r"\operatorname{tr}(MN) = \operatorname{tr}(NM)", r"u^T A v = v^T A^T u", r"\|Av\|^2 = v^T A^T A v",
        r"\operatorname{tr}(u u^T) = u^T u", r"I u = u", r"\|Av\|^2 \ge 0"]),
    "symmetry": ((*SIZES, r"S \in \mathbb{R}^{n \times n}, symmetric", r"u \in \mathbb{R}^n"), [r"\nabla_u (u^T S u) = 2 S u", r"(S S)^T = S S"]),
    "matrix derivatives": (MATRICES, [
        r"\nabla_M \operatorname{tr}(MN) = N^\top", r"\nabla_u (u^T u) = 2u", r"\nabla_A (u^T A v) = u v^T",
        r"\nabla_A \operatorname{tr}(A^T M A) = (M + M^T) A", r"\nabla_A \|Av - u\|^2 = 2(Av - u)v^T", r"\nabla_v \|Av - u\|^2 = 2 A^T (Av - u)"]),
    "deltas": (SOFTMAX, [r"\sum_{k=1}^d p_k = 1", r"\sum_{k=1}^d p_k \delta_{kj} = p_j", r"\sum_{k=1}^d p_k (\delta_{kj} - p_j) = 0"]),
    "conditions": (NORMAL, [
        r"P(z_i \ge 0) > 0", r"P(z_i < 0) \ne 0", r"E[z_i^2 | z_i \ge 0] P(z_i \ge 0) = \frac12",
        r"E[z_i^2 | z_i \ge 0] P(z_i \ge 0) + E[z_i^2 | z_i < 0] P(z_i < 0) = E[z_i^2]",
        r"E[\text{ReLU}(z_i)^2 | z_i < 0] = 0"]),
    "sequences": (MOMENTUM, [
        r"m^{(t)} = c + \beta m^{(t-1)}", r"c + \beta m^{(t-1)} = c \sum_{k=0}^{t-1} \beta^k", r"m^{(t)} = c \frac{1 - \beta^t}{1 - \beta}",
        r"w^{(t)} = -\eta \sum_{k=0}^t m^{(k)}", r"m^{(t+1)} - m^{(t)} = c \beta^t",
        r"-\eta \sum_{k=0}^t m^{(k)} = -\frac{\eta c}{1-\beta} \left(t + 1 - \frac{1-\beta^{t+1}}{1-\beta}\right)"]),
    "layers": (LAYERS, [
        r"W^{(l)} = \left(\prod_{k=l+1}^L S^{(k)}\right) + \sum_{j=l+1}^L (K^{(j)} - S^{(j)}) \prod_{i=l+1}^{j-1} S^{(i)}",
        r"W^{(0)} = \left(\prod_{k=1}^L S^{(k)}\right) + \sum_{j=1}^L (K^{(j)} - S^{(j)}) \prod_{i=1}^{j-1} S^{(i)}"]),
    "different numbers": (DIFFERENT, [
        r"a + bc \ne a", r"\frac{a}{b} \ne \frac{a + c}{b}", r"(a + c)^2 - a^2 - 2ac \ne 0", r"n(n + 1)bc \ne 0"]),
    "stationary points": (LIKELIHOOD, [
        r"\frac{\partial \ell}{\partial \mu} = 0 \Rightarrow \mu = \frac{1}{n}\sum_{i=1}^n x_i",
        r"\frac{\partial \ell}{\partial \sigma} = 0 \Rightarrow \sigma^2 = \frac{1}{n}\sum_{i=1}^n (x_i - \mu)^2"]),
    "sums of constants": (LAYER_NORM, [r"\sum_{i=1}^d (x_i - \mu) = 0", r"v = \frac1d \sum_{i=1}^d x_i^2 - \mu^2"]),
    "roots": (UNITS, [r"\operatorname{Var}[y] = 1 \Rightarrow \sigma = \sqrt{1/d}"]),
}
SMOOTH = ("f function, convex, twice differentiable", "x, y, h real")

WRONG = {
    "absolute values": (("x, y real",), [r"\sqrt{x^2} = x", r"\sqrt{x^2 + 2xy + y^2} = x + y", r"|x + y| = |x| + |y|", r"1[x > 0] = 1 - 1[x < 0]"]),
    "logarithms": (("x real", "y positive"), [r"\ln(1 + e^x) \le \max(0, x)", r"\ln y \ge y"]),
    "covariances": (PAIR, [r"\operatorname{Cov}(x, x) = 4", r"\operatorname{Cov}(2x, y) = 4\operatorname{Cov}(x, y)",
                           r"\operatorname{Var}(x + y) = \operatorname{Var}(x) + \operatorname{Var}(y) + \operatorname{Cov}(x, y)"]),
    "coincidences": (SAMPLE, [
        r"\mathbb{E}\left[\sum_{i=1}^n (x_i - \bar{x})^2\right] = n\sigma^2", r"\operatorname{Cov}(x_i, \bar{x}) = \sigma^2", r"E[x_i x_j] = \mu^2",
        r"E\left[\sum_{i=1}^n \sum_{j=1}^n (x_i - x_j)^2\right] = 2n^2\sigma^2"]),
    "squares of sums": (WEIGHTS, [
        r"\left(\sum_{i=1}^n a_i\right)^2 \le \sum_{i=1}^n a_i^2", r"\left(\sum_{i=1}^n p_i a_i\right)^2 \le \sum_{i=1}^n p_i a_i^2",
        r"\left(\sum_{i=1}^n a_i b_i\right)^2 \le \sum_{i=1}^n a_i^2 b_i^2"]),
    "inverses": (REGULAR, [r"(AB)^{-1} = A^{-1} B^{-1}", r"(A + B)^{-1} = A^{-1} + B^{-1}"]),
    "entropies": (DISTRIBUTIONS, [r"D \le 0", r"-\sum_{k=1}^K p_k \log p_k \ge \log K"]),
    "normalised": (LAYER_NORM_2, [r"\frac{1}{d}\sum_{i=1}^d u_i^2 = \frac{v}{v+\epsilon} + \mu"]),
    "independence": (APART, [r"E[x z] = E[x] E[z]"]),
    "unknown functions": (SMOOTH, [r"f(y) \ge f(x) - f'(x)(y - x)", r"\lim_{h \to 0} \frac{e^h - 1 - h}{h^2} = 1"]),
    "matrix derivatives": (MATRICES, [r"\nabla_M \operatorname{tr}(MN) = N", r"\nabla_A \operatorname{tr}(A^T M A) = 2 M A"]),
    "floors": (STRIDES, [r"W_{in} = S W_{out} + K - 2P", r"\lfloor K/2 \rfloor + \lfloor K/2 \rfloor = K", r"\lceil K/S \rceil \le K/S"]),
    "means": (("a, b positive",), [r"\sqrt{ab} \ge \frac{a + b}{2}", r"\sqrt{ab} < \frac{a + b}{2}"]),
    "matrices": (MATRICES, [r"MN = NM", r"(MN)^T = M^T N^T", r"\operatorname{tr}(MN) = \operatorname{tr}(M)\operatorname{tr}(N)"]),
    "deltas": (SOFTMAX, [r"\sum_{k=1}^d p_k = d", r"\sum_{k=1}^d p_k (\delta_{kj} - p_j) = p_j"]),
    "conditions": (NORMAL, [r"E[z_i^2 | z_i \ge 0] P(z_i \ge 0) = 1", r"P(z_i < 0) = 0"]),
    "sequences": (MOMENTUM, [r"m^{(t)} = c + \beta m^{(t)}", r"m^{(t)} = c \frac{1 - \beta^{t+1}}{1 - \beta}", r"w^{(t)} = -\eta \sum_{k=0}^{t-1} m^{(k)}"]),
    "layers": (LAYERS, [r"W^{(0)} = \left(\prod_{k=1}^L S^{(k)}\right) + \sum_{j=1}^L (K^{(j)} - S^{(j)}) \prod_{i=1}^{j} S^{(i)}"]),
    "different numbers": (DIFFERENT, [r"a + c \ne b", r"a^2 + b \ne b", r"(n - 1) c \ne 0"]),
    "stationary points": (LIKELIHOOD, [
        r"\frac{\partial \ell}{\partial \sigma} = 0 \Rightarrow \sigma = \frac{1}{n}\sum_{i=1}^n (x_i - \mu)^2",
        r"\frac{\partial \ell}{\partial \mu} = 0 \Rightarrow \mu = \sum_{i=1}^n x_i"]),
    "sums of constants": (LAYER_NORM, [r"v = \frac1d \sum_{i=1}^d x_i^2 - d \mu^2"]),
    "roots": (UNITS, [r"\operatorname{Var}[y] = 1 \Rightarrow \sigma = 1/d"]),
}


def rows(table):
    return [pytest.param(let, line, id=f"{kind}: {line}") for kind, (let, lines) in table.items() for line in lines]


def verdict(let, line):
    given = [x for x in let if x.split("^")[0] in ("m", "w", "W") and "=" in x]
    return grade(Problem("lines", tuple(x for x in let if x not in given), tuple(given), (line,)), seconds=30).verdict


@pytest.mark.parametrize(("let", "line"), rows(RIGHT))
def test_a_right_line_is_proved(let, line):
    assert verdict(let, line) == "proved"


@pytest.mark.parametrize(("let", "line"), rows(WRONG))
def test_a_wrong_line_is_refuted(let, line):
    assert verdict(let, line) == "refuted"
