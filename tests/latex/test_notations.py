r"""Notations as they are met in courses and books: a right and a wrong line for each."""

from __future__ import annotations

import pytest

from derivations.claimed import Script
from derivations.clock import Limit
from derivations.judge import Judge
from derivations.latex.declare import declare
from derivations.latex.unreadable import ShapeMismatch, Unreadable

COUNT = [r"n positive integer"]
LISTS = [r"n positive integer", r"x_i, i = 1..n, real", r"y_i, i = 1..n, real"]
VECTORS = [r"x, y, w \in \mathbb{R}^n"]
MATRICES = [r"A \in \mathbb{R}^{m \times n}", r"B \in \mathbb{R}^{n \times p}", r"x \in \mathbb{R}^n", r"b \in \mathbb{R}^m", r"S \in \mathbb{R}^{n \times n}, symmetric"]
CHANCE = [r"x random, E[x] = \mu, Var[x] = \sigma^2", r"y random, E[y] = 0, Var[y] = 1", r"x independent of y", r"\sigma positive", r"\mu real"]
PAIRS: list[tuple[list[str], str, str]] = [
    ([r"x real"], r"&(x+1)^2 = x^2 + 2x + 1 \\", r"&(x+1)^2 = x^2 + x + 1 \\"),
    ([r"x real"], r"\left(x+1\right)^2 &= x^2 + 2x + 1 && \text{binomial}", r"\left(x+1\right)^2 &= x^2 + 2x && \text{binomial}"),
    ([r"x real"], r"\bigl(x+1\bigr)^2 = x^2 + 2x + 1 \nonumber", r"\bigl(x+1\bigr)^2 = x^2 + 1 \nonumber"),
    ([r"x real"], r"\boxed{(x+1)^2 = x^2 + 2x + 1} \tag{3}", r"\boxed{(x+1)^2 = x^2 + 1} \tag{3}"),
    ([r"x real"], r"(x+1)^2 = x^2 + \underbrace{x + x}_{2x} + 1", r"(x+1)^2 = x^2 + \underbrace{x + x}_{x} + 1"),
    ([r"x real"], r"(x+1)^2 \stackrel{(a)}{=} x^2 + 2x + 1", r"(x+1)^2 \stackrel{(a)}{=} x^2 + 1"),
    ([r"x real"], r"(x+1)^2 \overset{!}{=} x^2 + 2x + 1,", r"(x+1)^2 \overset{!}{=} x^2 + 1."),
    ([r"x positive"], r"|x| = \begin{cases} x & \text{if } x \ge 0 \\ -x & \text{otherwise} \end{cases}", r"|x| = \begin{cases} -x & \text{if } x \ge 0 \\ x & \text{otherwise} \end{cases}"),
    ([r"x real"], r"\color{red}(x+1)^2 = x^2 + 2x + 1", r"\color{red}(x+1)^2 = x^2 + 1"),
    ([r"x real"], r"(x+1)^2 = x^2 + 2x + 1 \quad (\text{binomial})", r"(x+1)^2 = x^2 + 1 \quad (\text{binomial})"),
    ([r"x real"], r"(x+1)^2 \;=\; x^2 \,+\, 2x \!+\! 1", r"(x+1)^2 \;=\; x^2 \,+\, 1"),
    ([r"x real"], r"(x+1)^2 := x^2 + 2x + 1", r"(x+1)^2 \equiv x^2 + 1"),
    ([r"x real"], r"(x+1)^2 \triangleq x^2 + 2x + 1", r"(x+1)^2 \triangleq x^2 + 1"),
    ([r"x real"], r"(x+1)^2 − x^2 = 2x + 1", r"(x+1)^2 − x^2 = 2x"),
    ([r"\theta real"], r"(θ+1)^2 = θ^2 + 2θ + 1", r"(θ+1)^2 = θ^2 + 1"),
    ([r"x real"], r"\frac12 x = \tfrac{x}{2}", r"\frac12 x = \dfrac{x}{3}"),
    (COUNT, r"\frac1n = n^{-1}", r"\frac1n = n^{-2}"),
    ([r"\sigma positive"], r"\frac1\sigma^2 = \sigma^{-2}", r"\frac1\sigma^2 = \sigma^{-1}"),
    ([r"x real"], r"{x+1 \over 2} = \frac{x}{2} + \frac12", r"{x+1 \over 2} = \frac{x}{2} + 1"),
    (LISTS, r"\sum_i 2x_i = 2\sum_{i=1}^n x_i", r"\sum_i 2x_i = \sum_{i=1}^n x_i"),
    (LISTS, r"\sum_i^n x_i = \sum_{i=1}^n x_i", r"\sum_i^n x_i = \sum_{i=2}^n x_i"),
    (LISTS, r"\sum x_i = \sum_{i=1}^n x_i", r"\sum x_i = n"),
    (LISTS, r"\sum_{i,j} x_i y_j = \sum_i x_i \sum_j y_j", r"\sum_{i,j} x_i y_j = \sum_i x_i y_i"),
    (LISTS, r"\sum_{i \neq j} x_i y_j = \sum_i \sum_j x_i y_j - \sum_i x_i y_i", r"\sum_{i \neq j} x_i y_j = \sum_i \sum_j x_i y_j"),
    (LISTS, r"\sum_{j\neq k}^n x_j = \sum_{j=1}^n x_j - x_k", r"\sum_{j\neq k}^n x_j = \sum_{j=1}^n x_j"),
    (LISTS, r"-\sum_{i} x_i + y_i = -\sum_i x_i - \sum_i y_i", r"-\sum_{i} x_i + y_i = -\sum_i x_i + \sum_i y_i"),
    (COUNT, r"\prod_{k=1}^n k = n!", r"\prod_{k=1}^n k = (n+1)!"),
    (COUNT, r"\binom{n}{1} = n", r"\binom{n}{1} = n + 1"),
    (COUNT, r"\binom{n}{2} = \frac{n(n-1)}{2}", r"{n \choose 2} = n(n-1)"),
    ([r"x real"], r"\lfloor x \rfloor \le x", r"\lceil x \rceil \le x"),
    ([r"x real"], r"x^2 \geqslant 0", r"x^2 \leqslant 0"),
    ([r"x real"], r"2x = 4 \iff x = 2", r"x^2 = 4 \iff x = 2"),
    ([r"x real"], r"x = 2 \implies x^2 = 4", r"x^2 = 4 \implies x = 2"),
    ([r"x, y real"], r"x - y = 0 \Leftrightarrow x = y", r"x - y = 0 \Leftrightarrow x = -y"),
    (COUNT, r"1 + 2 + \cdots + n = \frac{n(n+1)}{2}", r"1 + 2 + \cdots + n = \frac{n(n-1)}{2}"),
    ([r"\beta real, \beta \ne 1", r"t positive integer"], r"1 + \beta + \cdots + \beta^{t-1} = \frac{1-\beta^t}{1-\beta}", r"1 + \beta + \cdots + \beta^{t-1} = \frac{1-\beta^{t-1}}{1-\beta}"),
    ([], r"\sqrt{2} \approx 1.414", r"\sqrt{2} \approx 1.424"),
    ([r"x real"], r"\max(x, 0) = \frac{x + |x|}{2}", r"\min(x, 0) = \frac{x + |x|}{2}"),
    ([r"x real"], r"\max\{x, -x\} = \lvert x\rvert", r"\max\{x, -x\} = x"),
    (LISTS, r"\max_i x_i \ge x_1", r"\max_i x_i \le x_1"),
    (CHANCE, r"\mathbb{E}[x + y] = \mu", r"\mathbb{E}[x + y] = 2\mu"),
    (CHANCE, r"\mathbb E(2x) = 2\mu", r"\mathbb E(2x) = \mu"),
    (CHANCE, r"E[xy] = 0", r"E[xy] = \mu"),
    (CHANCE, r"\operatorname{Var}(x) = \mathbb{E}[x^2] - \mathbb{E}[x]^2", r"\operatorname{Var}(x) = \mathbb{E}[x^2]"),
    (CHANCE, r"\mathrm{Var}[x+y] = \sigma^2 + 1", r"\mathrm{Var}[x+y] = \sigma + 1"),
    (CHANCE, r"\text{Var}[2x] = 4\sigma^2", r"\text{Var}[2x] = 2\sigma^2"),
    (CHANCE, r"\operatorname{Cov}(x,y) = 0", r"\operatorname{Cov}(x,x) = 0"),
    (CHANCE, r"\mathbb{E}[(x-\mu)^2] = \sigma^2", r"\mathbb{E}[(x-\mu)^2] = \sigma"),
    ([r"p \in (0,1)", r"b random, b \sim \text{Bernoulli}(p)"], r"\mathbb{E}[b] = p", r"\mathbb{E}[b] = 1-p"),
    ([r"p \in (0,1)", r"b random, b \sim \mathrm{Bern}(p)"], r"\mathrm{Var}(b) = p(1-p)", r"\mathrm{Var}(b) = p"),
    ([r"z random, z \sim \mathcal{N}(0, 4)"], r"\mathbb{E}[z^2] = 4", r"\mathbb{E}[z^2] = 16"),
    ([r"z random, z \sim N(1, 4)"], r"\mathrm{Var}[z] = 4", r"\mathrm{Var}[z] = 16"),
    ([r"n positive integer", r"i, j integer"], r"\delta_{ij} = \delta_{ji}", r"\delta_{ij} = 1"),
    ([r"x real"], r"\mathbb{1}[x > 0] + \mathbb{1}[x \le 0] = 1", r"\mathbb{1}[x > 0] + \mathbb{1}[x < 0] = 1"),
    ([r"x real"], r"1\{x > 0\} x = \max(0, x)", r"1\{x < 0\} x = \max(0, x)"),
    ([r"x real"], r"\mathbf{1}\{x > 0\} x = \mathrm{ReLU}(x)", r"\mathbf{1}_{x < 0} x = \mathrm{ReLU}(x)"),
    ([r"p_k, k = 1..K, positive, \sum_{k=1}^K p_k = 1", r"q_k, k = 1..K, positive, \sum_{k=1}^K q_k = 1"], r"\mathrm{KL}(p \| q) = \sum_k p_k \log \frac{p_k}{q_k}", r"D_{\mathrm{KL}}(p \,\|\, q) = \sum_k q_k \log \frac{p_k}{q_k}"),
    (VECTORS, r"x^\top y = y^\top x", r"x^\top y = -y^\top x"),
    (VECTORS, r"x^T y = \sum_{i=1}^n x_i y_i", r"x^T y = \sum_{i=1}^n x_i"),
    (VECTORS, r"x^{\mathrm T} y = x \cdot y", r"x^{\mathsf T} y = 2 x \cdot y"),
    (VECTORS, r"\mathbf{x}^\top \mathbf{y} = x^\intercal y", r"\mathbf{x}^\top \mathbf{y} = x^\intercal x"),
    (VECTORS, r"\|x\|^2 = x^\top x", r"\|x\|_2^2 = \|x\|"),
    (VECTORS, r"\lVert x \rVert_2^2 = \langle x, x \rangle", r"\lVert x \rVert_1 = \langle x, x \rangle"),
    (VECTORS, r"||x||^2 = \sum_i x_i^2", r"||x||^2 = \sum_i x_i"),
    (VECTORS, r"(x \odot y)_i = x_i y_i", r"(x \odot y)_i = x_i + y_i"),
    (VECTORS, r"(x y^\top)_{ij} = x_i y_j", r"(x y^\top)_{ij} = x_j y_i"),
    (MATRICES, r"(AB)^\top = B^\top A^\top", r"(AB)^\top = A^\top B^\top"),
    (MATRICES, r"S^\top = S", r"S^\top = -S"),
    (MATRICES, r"\operatorname{tr}(S) = \sum_i S_{ii}", r"\operatorname{tr}(S) = \sum_i S_{i1}"),
    (MATRICES, r"x^\top S x = \sum_{i,j} S_{ij} x_i x_j", r"x^\top S x = \sum_{i} S_{ii} x_i^2"),
    (MATRICES, r"S I = S", r"S I = I"),
    (VECTORS, r"\operatorname{diag}(x) y = x \odot y", r"\operatorname{diag}(x) y = x + y"),
    (VECTORS, r"\vec{x} \cdot \vec{y} = x^\top y", r"\vec{x} \cdot \vec{y} = x^\top x"),
    ([r"\boldsymbol{\theta} \in \mathbb{R}^2"], r"\boldsymbol{\theta}^\top \boldsymbol{\theta} = \theta_1^2 + \theta_2^2", r"\boldsymbol{\theta}^\top \boldsymbol{\theta} = \theta_1^2"),
    ([], r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} \begin{pmatrix} 1 \\ 1 \end{pmatrix} = \begin{pmatrix} 3 \\ 7 \end{pmatrix}", r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} \begin{bmatrix} 1 \\ 1 \end{bmatrix} = \begin{bmatrix} 3 \\ 6 \end{bmatrix}"),
    ([], r"\det \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} = -2", r"\begin{vmatrix} 1 & 2 \\ 3 & 4 \end{vmatrix} = 2"),
    ([], r"\frac{d}{dx} x^2 = 2x", r"\frac{d}{dx} x^2 = x"),
    ([], r"\frac{\partial}{\partial x} (x^2 y) = 2xy", r"\frac{\partial}{\partial x} (x^2 y) = x^2"),
    ([], r"\frac{\mathrm{d}}{\mathrm{d}x} \sin x = \cos x", r"\frac{\mathrm{d}}{\mathrm{d}x} \sin x = -\cos x"),
    ([], r"\frac{d^2}{dx^2} x^3 = 6x", r"\frac{d^2}{dx^2} x^3 = 3x"),
    (VECTORS, r"\nabla_x (w^\top x) = w", r"\nabla_x (w^\top x) = x"),
    (VECTORS, r"\nabla_x \|x - y\|^2 = 2(x-y)", r"\nabla_x \|x - y\|^2 = (x-y)"),
    ([r"x positive"], r"\frac{d}{dx} \ln x = \frac1x", r"\frac{d}{dx} \log x = \frac{1}{x \ln 10}"),
    ([r"x positive"], r"\log_2 x = \frac{\ln x}{\ln 2}", r"\log_{10} x = \ln x"),
    ([], r"\exp(x) = e^x", r"\exp(x) = e^{-x}"),
    ([r"let \sigma(x) = \frac{1}{1+e^{-x}}"], r"\sigma'(x) = \sigma(x)(1-\sigma(x))", r"\sigma'(x) = \sigma(x)(1+\sigma(x))"),
    ([], r"\int_0^1 x^2 \, dx = \frac13", r"\int_0^1 x^2 \, dx = \frac12"),
    ([], r"\left. \frac{d}{dx} x^2 \right|_{x=3} = 6", r"\left. \frac{d}{dx} x^2 \right|_{x=3} = 9"),
    ([r"x real"], r"\tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}}", r"\tanh x = \frac{e^x + e^{-x}}{e^x - e^{-x}}"),
    (VECTORS, r"\operatorname{softmax}(x)_i = \frac{e^{x_i}}{\sum_j e^{x_j}}", r"\operatorname{softmax}(x)_i = e^{x_i}"),
    ([r"x,y positive"], r"\log xy = \log x + \log y", r"\log xy = \log x \log y"),
    ([r"x positive"], r"\ln 2x = \ln 2 + \ln x", r"\ln 2x = x \ln 2"),
    ([r"a real"], r"\exp a^2 = e^{a^2}", r"\exp 2a = 2 \exp a"),
    ([r"\theta sequence", r"g sequence", r"\eta positive", r"t integer, t \ge 0"], r"\theta^{(t+1)} = \theta^{(t+1)}", r"\theta^{(t+1)} = \theta^{(t)}"),
    ([r"x^{(i)}, i = 1..m, real"], r"\frac1m \sum_{i=1}^m x^{(i)} = \frac{\sum_{i} x^{(i)}}{m}", r"\frac1m \sum_{i=1}^m x^{(i)} = \sum_{i} x^{(i)}"),
    ([r"a^{[l]}, l = 1..L, real"], r"\sum_{l=1}^L 2a^{[l]} = 2\sum_l a^{[l]}", r"\sum_{l=1}^L 2a^{[l]} = \sum_l a^{[l]}"),
    ([r"y^{(i)} \in \{-1, 1\}, i = 1..m"], r"y^{(i)2} = 1", r"y^{(i)2} = y^{(i)}"),
    ([r"y^{(i)} \in \{-1, 1\}, i = 1..m"], r"(y^{(i)})^2 = 1", r"(y^{(i)})^2 = 2"),
    ([r"x' real", r"x real"], r"(x + x')^2 = x^2 + 2xx' + x'^2", r"(x + x')^2 = x^2 + x'^2"),
    ([r"\hat{y}, y real"], r"(\hat{y} - y)^2 = \hat{y}^2 - 2\hat{y}y + y^2", r"(\hat{y} - y)^2 = \hat{y}^2 - y^2"),
    ([], r"\frac{d}{dx} x^2 \Big|_{x=3} = 6", r"\frac{d}{dx} x^2 \Big|_{x=3} = 0"),
    ([], r"\frac{d}{dx} \sum_{k=1}^2 x^k \Big|_{x=3} = 7", r"\frac{d}{dx} \sum_{k=1}^2 x^k \Big|_{x=3} = 0"),
    ([], r"10{,}000 = 10^4", r"10{,}000 = 10^3"),
    ([r"x real"], r"[x]_+ = \max(0,x)", r"[x]_+ = x"),
    ([], r"1{,}234{,}567 = 1234567", r"0.5 = 5"),
    ([r"x real"], r"(x+1)^2 := x^2 + 2x + 1", r"(x+1)^2 \triangleq x^2 + 1"),
    (COUNT, r"{n \choose 1} = n", r"{n \choose 1} = n+1"),
    ([r"x real"], r"10{,}000 x = 10^4 x", r"10{,}000 x = 10^3 x"),
    ([r"p_k, k = 1..K, positive, \sum_{k=1}^K p_k = 1", r"q_k, k = 1..K, positive, \sum_{k=1}^K q_k = 1"], r"D_{KL}(p \| q) = \sum_k p_k \log \frac{p_k}{q_k}", r"D_{\mathrm{KL}}(p \,\|\, q) = \sum_k q_k \log \frac{p_k}{q_k}"),
    (VECTORS, r"\|x\|_2^2 = x^\top x", r"\|x\|_2^2 = \|x\|"),
    ([], r"\frac{d}{dx} x^2 \Big|_{x=3} = 6", r"\frac{d}{dx} x^2 \bigg|_{x=3} = 9"),
    (VECTORS, r"\left. \nabla_x \|x\|^2 \right|_{x=y} = 2y", r"\left. \nabla_x \|x\|^2 \right|_{x=y} = 2x"),
    ([r"x^{(i)}, i = 1..m, real"], r"\sum_i x^{(i)2} \ge 0", r"\sum_i x^{(i)2} \le 0"),
    ([r"n positive integer", r"m sequence", r"\beta real", r"t integer, t \ge 1"], r"m_t = m^{(t)}", r"m_t = m_{t-1}"),
    (VECTORS, r"\max_i x_i \le \|x\|_\infty", r"\max_i x_i > \|x\|_\infty"),
    (VECTORS, r"|x^\top y| \ge 0", r"|x^\top y| < 0"),
    ([r"A \in \mathbb{R}^{n \times n}, invertible"], r"A A^{-1} = I", r"A A^{-1} = A"),
    ([r"A \in \mathbb{R}^{n \times n}, invertible"], r"(A^\top)^{-1} = A^{-\top}", r"(A^\top)^{-1} = A^{-1}"),
    ([r"Q \in \mathbb{R}^{n \times n}, orthogonal"], r"Q^\top Q = I_n", r"Q^\top Q = 2I_n"),
    ([r"\Sigma \in \mathbb{R}^{n \times n}, symmetric positive definite"], r"|\Sigma| > 0", r"|\Sigma| < 0"),
    (MATRICES, r"\|A x - b\|^2 = x^\top A^\top A x - 2 b^\top A x + b^\top b", r"\|A x - b\|^2 = x^\top A^\top A x - b^\top A x + b^\top b"),
    (MATRICES, r"\frac{\partial x^\top S x}{\partial x} = 2 S x", r"\frac{\partial x^\top S x}{\partial x} = S x"),
    (MATRICES, r"\frac{\partial}{\partial x_k} x^\top x = 2x_k", r"\frac{\partial}{\partial x_k} x^\top x = x_k"),
    (MATRICES, r"\nabla_{\mathbf{x}} \mathbf{b}^\top A \mathbf{x} = A^\top \mathbf{b}", r"\nabla_{\mathbf{x}} \mathbf{b}^\top A \mathbf{x} = A \mathbf{b}"),
    ([r"\mu, x real", r"\sigma positive"], r"\frac{\partial}{\partial \sigma^2} \frac{(x-\mu)^2}{2\sigma^2} = -\frac{(x-\mu)^2}{2\sigma^4}", r"\frac{\partial}{\partial \sigma^2} \frac{(x-\mu)^2}{2\sigma^2} = -\frac{(x-\mu)^2}{\sigma^3}"),
    ([r"\mu, x real", r"\sigma positive"], r"\mathcal{N}(x; \mu, \sigma^2) = \frac{1}{\sqrt{2\pi\sigma^2}} \exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)", r"\mathcal{N}(x \mid \mu, \sigma^2) = \frac{1}{\sqrt{2\pi}\sigma^2} \exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)"),
    ([r"x real"], r"\sin^2 x + \cos^2 x = 1", r"\sin^2 x - \cos^2 x = 1"),
    ([r"x positive"], r"\sqrt[3]{x^3} = x", r"\sqrt[3]{x^2} = x"),
    ([*LISTS, r"let \bar{x} = \frac1n \sum_{i=1}^n x_i"], r"\sum_{i=1}^{n}(x_i - \bar{x}) = 0", r"\sum_{i=1}^{n}(x_i - \bar{x})^2 = 0"),
    ([*LISTS, r"let \bar{x} = \frac1n \sum_{i=1}^n x_i", r"let s^2 = \frac1n \sum_{i=1}^n (x_i - \bar{x})^2"], r"s^2 \ge 0", r"s^2 < 0"),
    ([r"w_i, i = 1..d, random, iid, E[w_i] = 0, Var[w_i] = \sigma^2"], r"\mathbb{E}\left[\sum_i w_i\right] = 0", r"\mathbb{E}\left[\sum_i w_i^2\right] = \sigma^2"),
    ([r"w_i, i = 1..d, random, iid, E[w_i] = 0, Var[w_i] = \sigma^2", r"d positive integer"], r"\operatorname{Var}\left(\frac1d \sum_{i=1}^d w_i\right) = \frac{\sigma^2}{d}", r"\operatorname{Var}\left(\frac1d \sum_{i=1}^d w_i\right) = \sigma^2"),
    ([r"x random, x \sim \mathcal{N}(\mu, \sigma^2)", r"\sigma positive", r"\mu real"], r"\mathbb{E}_{x}[x] = \mu", r"\mathbb{E}_x[x^2] = \sigma^2"),
    ([r"x random, x \sim \mathcal{N}(0, 1)"], r"P(x \ge 0) = \frac12", r"\Pr(x \ge 0) = 1"),
    ([r"x, y real"], r"x + y &= y + x, & x y &= y x", r"x + y &= y + x, & x y &= y + x"),
    ([r"x, y real"], r"x + y = y + x \quad\text{and}\quad xy = yx", r"x + y = y + x \quad\text{and}\quad xy = y + x"),
    ([r"x real"], r"x^2 \ge 0 \quad \text{for all } x", r"x^2 \le 0 \quad \text{for all } x"),
    ([r"x real"], r"\frac{x^2}{x} = x \quad \text{for } x \ne 0", r"\frac{x^2}{x} = 1 \quad \text{for } x \ne 0"),
    ([r"x real"], r"\sqrt{x^2} = x \text{ if } x \ge 0", r"\sqrt{x^2} = x \text{ if } x \le 0"),
    ([r"x real"], r"x \in [0, 1] \implies x^2 \le x", r"x \in [0, 2] \implies x^2 \le x"),
    (COUNT, r"\sum_{k=0}^{n-1} k^2 = \frac{(n-1)n(2n-1)}{6}", r"\sum_{k=0}^{n} k^2 = \frac{(n-1)n(2n-1)}{6}"),
    (COUNT, r"\sum_{k=1}^\infty 2^{-k} = 1", r"\sum_{k=0}^\infty 2^{-k} = 1"),
    ([r"h_t, t = 0..T, real", r"T positive integer"], r"\sum_{t=1}^T (h_t - h_{t-1}) = h_T - h_0", r"\sum_{t=1}^T (h_t - h_{t-1}) = h_T - h_1"),
    ([r"\beta_1, \beta_2 real"], r"(\beta_1 + \beta_2)^2 = \beta_1^2 + 2\beta_1\beta_2 + \beta_2^2", r"(\beta_1 + \beta_2)^2 = \beta_1^2 + \beta_2^2"),
    ([r"W_{in}, W_{out} positive"], r"W_{in} W_{out} = W_{\text{out}} W_{\text{in}}", r"W_{in} W_{out} = W_{\mathrm{out}}"),
    ([r"\mathcal{L}, w real"], r"2\mathcal{L} = \mathcal{L} + \mathcal{L}", r"2\mathcal{L} = \mathcal{L}"),
    ([r"\lambda, x real"], r"\lambda (x + 1) = \lambda x + \lambda", r"\lambda (x + 1) = \lambda x + 1"),
    ([r"e positive"], r"e^2 = e \cdot e", r"e^2 = 2e"),
    ([r"E, T, D real"], r"E(T + D) = ET + ED", r"E(T + D) = ET + D"),
    ([r"x \in \mathbb{R}^n"], r"\mathbf{1}^\top x = \sum_i x_i", r"\mathbf{1}^\top x = \sum_i x_i^2"),
]
COINS = [r"Y \in \{1, 2, 3\}, random", r"X \in \{0, 1\}, random"]
PAIRS += [
    (COINS, r"E[E[X \mid Y]] = E[X]", r"E[E[X \mid Y]] = E[Y]"),
    (COINS, r"\operatorname{Var}(X) = E[\operatorname{Var}(X \mid Y)] + \operatorname{Var}(E[X \mid Y])", r"\operatorname{Var}(X) = E[\operatorname{Var}(X \mid Y)]"),
    (COINS, r"\mathbb{E}[Y \, \mathbb{E}[X | Y]] = \mathbb{E}[XY]", r"\mathbb{E}[Y \, \mathbb{E}[X | Y]] = \mathbb{E}[X] \mathbb{E}[Y]"),
    (COINS, r"E[X^2 \mid Y] = E[X \mid Y]", r"E[X \mid Y] = E[X]"),
    (COINS, r"\sum_{y=1}^3 P(Y = y) E[X \mid Y = y] = E[E[X \mid Y]]", r"\sum_{y=1}^2 P(Y = y) E[X \mid Y = y] = E[X]"),
    (COINS, r"E[P(X = 1 \mid Y)] = P(X = 1)", r"E[P(X = 1 \mid Y)] = P(X = 0)"),
    (CHANCE, r"\mathbb{E}[x \mid y] = \mu", r"\mathbb{E}[x \mid y] = \mu y"),
    (CHANCE, r"\mathbb{E}[(x+y)^2 \mid y] = \sigma^2 + \mu^2 + 2\mu y + y^2", r"\mathbb{E}[(x+y)^2 \mid y] = \sigma^2 + \mu^2 + y^2"),
    (CHANCE, r"\operatorname{Var}(x + y \mid y) = \sigma^2", r"\operatorname{Var}(x + y \mid y) = \sigma^2 + 1"),
    (CHANCE, r"\operatorname{Cov}(x, y \mid y) = 0", r"\operatorname{Cov}(x + y, y \mid x) = 2"),
    (CHANCE, r"\mathbb{E}_x[xy] = \mu y", r"\mathbb{E}_x[xy] = \mu"),
    (CHANCE, r"\mathbb{E}_y[\mathbb{E}_x[xy]] = 0", r"\mathbb{E}_y[\mathbb{E}_x[xy]] = \mu + 2"),
    (CHANCE, r"\mathbb{E} x = \mu", r"E x = \mu + 1"),
    (CHANCE, r"\mathbb{E} 2x = 2\mu", r"\mathbb{E} 2x = \mu + 1"),
    (CHANCE, r"E x^2 = \sigma^2 + \mu^2", r"E x^2 = \mu^2"),
    (CHANCE, r"E x y = E x E y", r"E x y = E x + E y + 1"),
    (CHANCE, r"\operatorname{Var} 2x = 4 \operatorname{Var} x", r"\operatorname{Var} 2x = 2 \operatorname{Var} x"),
]
UNREADABLE: list[tuple[list[str], str]] = [
    (MATRICES, r"(A x)_i = \sum_j A_{ji} x_j"),
    ([r"x real"], r"\sigma(x) = \frac{1}{1+e^{-x}}"),
    ([r"x real"], r"x \propto 1"),
    ([r"x real"], r"x \sim 1"),
    ([r"f, g function, differentiable", r"x real"], r"(f(x) g(x))' = 1"),
    ([r"x real"], r"\sin^{-1} x = 1"),
    ([r"x random, x \sim \mathcal{N}(\mu, \sigma^2)", r"\sigma positive", r"\mu real"], r"\mathbb{E}_{x \sim \mathcal{N}(\mu, \sigma^2)}[x] = \mu"),
    (CHANCE, r"\mathbb{E}[e^{xy} \mid y] = 1"),
    (CHANCE, r"\mathbb{E}(x-\mu)^2 = \sigma^2"),
    (CHANCE, r"\mathbb{E} x + y = \mu"),
    (CHANCE, r"\operatorname{Var} x \mu = \mu"),
    (CHANCE, r"\mathbb{E}_x[e^{xy}] = 1"),
    ([r"a,b,c real"], r"a \propto b"),
    ([r"x real"], r"f = x + \text{const}"),
    ([r"x real"], r"\int 2x dx = x^2 + C"),
    ([r"x \in \mathbb{R}^n"], r"x^2 = x \odot x"),
]


def wrong(let: list[str], line: str) -> bool:
    """Whether a counterexample to a line is found."""
    c = declare(let)
    script = Script(c, Judge(list(c.hyps), Limit(20.0), c.defined))
    try:
        claims, _ = script.line(line)
    except ShapeMismatch:
        return True
    return any(x.goal is None or x.judge.wrong(x.goal, x.extra, 1500) is not None for x in claims)


@pytest.mark.parametrize(("let", "right", "slip"), PAIRS, ids=[p[1] for p in PAIRS])
def test_a_right_line_is_read_and_a_wrong_one_refuted(let: list[str], right: str, slip: str) -> None:
    assert not wrong(let, right)
    assert wrong(let, slip)


@pytest.mark.parametrize(("let", "line"), UNREADABLE, ids=[p[1] for p in UNREADABLE])
def test_what_is_not_settled_is_unreadable(let: list[str], line: str) -> None:
    with pytest.raises(Unreadable):
        wrong(let, line)
