"""Hard claims as a student would write them.

``truth``: "equal", "not-equal", or "side" where the declarations in ``side`` are needed.  A claim that is not
equal is never proved or conditional, an equal one is never refuted, one with a side condition never plainly proved.
"""

from __future__ import annotations

from dataclasses import dataclass

EQUAL, NOT, SIDE = "equal", "not-equal", "side"


@dataclass(frozen=True)
class Written:
    """A line under declarations, and the truth about it."""

    id: str
    line: str
    truth: str
    let: tuple[str, ...] = ()
    side: tuple[str, ...] = ()      # formulas that are given too, or declarations of properties

    def with_side(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Declarations and givens, with what the claim needs."""
        words = [s for s in self.side if s.split()[-1] in ("positive", "invertible")]
        return (*self.let, *words), tuple(s for s in self.side if s not in words)


N = "n integer"
A3 = r"A, B \in \mathbb{R}^{3 \times 3}"
LINES = (
    # poles
    Written("quotient-itself", r"\frac{x}{x} = 1", SIDE, side=(r"x \ne 0",)),
    Written("slash-itself", "x/x = 1", SIDE, side=(r"x \ne 0",)),
    Written("gamma-times-zero", r"0 \cdot \Gamma(x) = 0", SIDE, side=("x positive",)),
    Written("tan-cot", r"\tan x \cot x = 1", SIDE, side=(r"\sin x \ne 0", r"\cos x \ne 0")),
    Written("sin-double", r"\frac{\sin 2x}{2\sin x} = \cos x", SIDE, side=(r"\sin x \ne 0",)),
    Written("inverse-of-any", "A^{-1} A = I", SIDE, (A3,), ("A invertible",)),
    Written("cancelled-factor", r"\frac{x^2-1}{x-1} = x+1", SIDE, side=(r"x \ne 1",)),
    Written("binomial-factorials", r"\binom{n}{k} = \frac{n!}{k!\,(n-k)!}", SIDE, ("n, k integer",), (r"k \ge 0", r"n \ge k")),
    Written("binomial-mirrored", r"\binom{n}{k} = \binom{n}{n-k}", SIDE, ("n, k integer",), (r"k \ge 0", r"n \ge k")),
    # branches
    Written("refine-root", r"|y|^{3/2} = \sqrt{y^3}", NOT, ("y real",)),
    Written("abs-cube-root", r"|x| = \sqrt[3]{x^3}", NOT, ("x real",)),
    Written("abs-power", r"|x| = (x^3)^{1/3}", NOT, ("x real",)),
    Written("log-product", r"\log(xy) = \log x + \log y", NOT, (), ()),
    Written("log-product-real", r"\log(xy) = \log x + \log y", NOT, ("x, y real",)),
    Written("log-product-positive", r"\log(xy) = \log x + \log y", EQUAL, ("x, y positive",)),
    Written("log-square", r"2 \log x = \log(x^2)", NOT, ("x real",)),
    Written("log-square-bare", r"2 \log x = \log x^2", NOT),
    Written("log-square-positive", r"2 \log x = \log(x^2)", EQUAL, ("x positive",)),
    Written("log-quotient", r"\log\frac{x}{y} = \log x - \log y", NOT),
    Written("root-product", r"\sqrt{xy} = \sqrt{x}\sqrt{y}", NOT),
    Written("root-of-square", r"\sqrt{x^2} = x", NOT, ("x real",)),
    Written("square-of-root", r"(\sqrt{x})^2 = x", SIDE, ("x real",), (r"x \ge 0",)),
    Written("exp-log", r"e^{\log x} = x", SIDE, ("x real",), ("x > 0",)),
    Written("log-exp", r"\log e^x = x", EQUAL, ("x real",)),
    Written("power-of-power", r"y^2 = (y^3)^{2/3}", NOT, ("y real",)),
    Written("radsimp", r"\frac{\sqrt{|y|} - 1}{y - 1} = \frac{1}{1 + \sqrt{|y|}}", NOT, ("y real",)),
    Written("cube-root", r"\sqrt[3]{-8} = -2", EQUAL),
    # sums
    Written("reversed-karr", r"\sum_{k=5}^{2} k = -7", NOT),
    Written("reversed-empty", r"\sum_{k=5}^{2} k = 0", EQUAL),
    Written("delta-double", r"\sum_{i=0}^{n} \delta_{2i,j} = 1", NOT, ("j integer, 0 \\le j", "n positive integer")),
    Written("pole-inside-infinite", r"\sum_{k=-3}^{\infty} \frac{1}{k(k+1)} = -\frac13", NOT),
    Written("pole-inside", r"\sum_{k=-2}^{n} \frac{1}{k^2-4} = -\frac{25}{48} - \frac{1}{4(n+2)} - \frac{1}{4(n+1)} - \frac{1}{4(n-1)} - \frac{1}{4n}", NOT, ("n integer",)),
    Written("factorials-infinite", r"\sum_{n=1}^{\infty} \frac{(4n)!}{(4n+4)!} = \frac{\ln 2}{4} - \frac{\pi}{24} - \frac{1}{24}", EQUAL),
    Written("iverson", r"-\sum_{i=0}^{12} i^2 [i \ge 6.96] = -559", EQUAL),
    Written("iverson-all", r"-\sum_{i=0}^{12} i^2 [i \ge 6.96] = -650", NOT),
    Written("captured", r"\sum_{k=1}^{n} k i = \sum_{i=1}^{n} i^2", NOT, ("n, i positive integer",)),
    Written("derivative-captured", r"\frac{\partial}{\partial x_j} \sum_{i=1}^{n} x_i^2 = \sum_{i=1}^{n} 2 x_i", NOT, ("x_i, i = 1..n, real", "j integer, 1 \\le j \\le n")),
    Written("reversed-product", r"\prod_{k=3}^{1} k = \frac12", NOT),
    Written("exp-series", r"\sum_{k=0}^{\infty} \frac{1.9^k}{k!} = e^{1.9}", EQUAL),
    Written("exp-series-wrong", r"\sum_{k=0}^{\infty} \frac{1.9^k}{k!} = e", NOT),
    Written("delta-log", r"\sum_{k=1}^{n} \delta_{2k,n} \log(k+1) = \log\left(\frac{n}{2}+1\right)", NOT, ("n positive integer",)),
    Written("factorial-sum", r"\sum_{k=1}^{n} (k+a) k! = (a+n+1)\, n! - 1", NOT, ("n integer, n \\ge 0", "a real")),
    Written("factorial-sum-moved", r"\sum_{k=1}^{n-1} (k+n) k! = 2 n! - 1", NOT, ("n positive integer",)),
    Written("telescoping", r"\sum_{k=1}^{n} k \cdot k! = (n+1)! - 1", EQUAL, ("n positive integer",)),
    Written("geometric", r"\sum_{k=0}^{n} r^k = \frac{1-r^{n+1}}{1-r}", SIDE, ("n positive integer", "r real"), (r"r \ne 1",)),
    # limits
    Written("limit-of-sign", r"\lim_{x \to 0} \operatorname{sgn} x = 1", NOT),
    Written("limit-of-quotient", r"\lim_{x \to 0} |x|/x = 1", NOT),
    Written("limit-of-quotient-frac", r"\lim_{x \to 0} \frac{|x|}{x} = 1", NOT),
    Written("limit-infinite", r"\lim_{x \to 0} \frac{1}{x} = \infty", NOT),
    Written("limit-left", r"\lim_{x \to 0^-} \begin{cases} 1 & x < 0 \\ -1 & \text{otherwise} \end{cases} = -1", NOT),
    Written("limit-cases", r"\lim_{x \to 3} \begin{cases} x^3 & x < 3 \\ -x^2 & x > 3 \\ 2 & \text{otherwise} \end{cases} = 2", NOT),
    Written("limit-sinc", r"\lim_{x \to 0} \frac{\sin x}{x} = 1", EQUAL),
    # integrals
    Written("int-roots", r"\int_0^1 \sqrt{2-x} \sqrt{\frac{1}{2-x}} \, dx = -1", NOT),
    Written("int-roots-right", r"\int_0^1 \sqrt{2-x} \sqrt{\frac{1}{2-x}} \, dx = 1", EQUAL),
    Written("int-log", r"\int_0^1 \sqrt{1-x} \ln(1-x) \, dx = 0", NOT),
    Written("int-cos", r"\int_{-1}^{1} |\cos x| \, dx = 0", NOT),
    Written("int-cos-squared", r"\int_{-1}^{1} \sqrt{\cos^2 x} \, dx = 0", NOT),
    Written("int-cos-right", r"\int_{-1}^{1} |\cos x| \, dx = 2 \sin 1", EQUAL),
    Written("int-step", r"\int_{-2}^{3} \mathbb{1}[x > 1] \, dx = 5", NOT),
    Written("int-step-right", r"\int_{-2}^{3} \mathbb{1}[x > 1] \, dx = 2", EQUAL),
    Written("int-max-sin", r"\int_0^{4\pi} \max(0, \sin x) \, dx = 2", NOT),
    Written("int-positive", r"\int_{1/5}^{1/2} \sqrt{2-x} \sqrt[3]{x+3} \, dx = -0.576", NOT),
    Written("int-line", r"\int_{-\infty}^{\infty} \frac{\cos x^2 - \cos x}{x^2} \, dx = \pi - \sqrt{2\pi}", EQUAL),
    Written("int-divergent", r"\int_0^1 \frac{1}{x} \, dx = 1", NOT),
    Written("int-power", r"\int_0^1 x^a \, dx = \frac{1}{a+1}", NOT, ("a real",)),
    # derivatives
    Written("relu-kink", r"\frac{d}{dx} \max(0, x) = \mathbb{1}[x \ge 0]", SIDE, ("x real",), (r"x \ne 0",)),
    Written("abs-derivative", r"\frac{d}{dx} |x| = \operatorname{sgn} x", SIDE, ("x real",), (r"x \ne 0",)),
    Written("antiderivative-root", r"\frac{d}{dx}\left(-\frac{x\sqrt{a^2-x^2}}{2} + \frac{a^2}{2}\arctan\frac{x}{\sqrt{a^2-x^2}}\right) = \frac{x^2}{\sqrt{a^2-x^2}}", SIDE, ("a, x real",), ("x^2 < a^2",)),
    Written("antiderivative-sign", r"\frac{d}{dx} \sqrt{x^2 - 4} = \frac{|x|}{\sqrt{x^2-4}}", NOT, ("x real, x < -2",)),
    # chance
    Written("same-law-difference", r"\operatorname{Var}(X - Y) = 0", NOT, (r"X \sim \mathcal{N}(0,1), random", r"Y \sim \mathcal{N}(0,1), random", "X independent of Y")),
    Written("same-law-difference-right", r"\operatorname{Var}(X - Y) = 2", EQUAL, (r"X \sim \mathcal{N}(0,1), random", r"Y \sim \mathcal{N}(0,1), random", "X independent of Y")),
    Written("reciprocal-mean", r"\mathbb{E}[1/X] = 0", NOT, (r"X \sim \mathcal{N}(0,1), random",)),
    Written("product-of-means", r"\mathbb{E}[XY] = \mathbb{E}[X]\mathbb{E}[Y]", NOT, ("X, Y random",)),
    Written("variance-of-sum", r"\operatorname{Var}(X + Y) = \operatorname{Var}(X) + \operatorname{Var}(Y)", NOT, ("X, Y random",)),
    Written("jensen", r"\mathbb{E}[X^2] = \mathbb{E}[X]^2", NOT, ("X random",)),
    # matrices
    Written("gradient-of-trace", r"\nabla_A (\operatorname{tr}(A^\top A) + \operatorname{tr}(B^\top B)) = 0", NOT, (A3,)),
    Written("gradient-of-trace-right", r"\nabla_A (\operatorname{tr}(A^\top A) + \operatorname{tr}(B^\top B)) = 2 A", EQUAL, (A3,)),
    Written("gradient-of-entry", r"\frac{\partial A_{11}}{\partial A_{11}} = 0", NOT, (A3,)),
    Written("gradient-of-reciprocal", r"\nabla_x \frac{1}{x^\top x} = 0", NOT, (r"x \in \mathbb{R}^3",)),
    Written("jacobian-transposed", r"\frac{\partial (Ax)}{\partial x} = A^\top", NOT, (A3, r"x \in \mathbb{R}^3")),
    Written("jacobian", r"\frac{\partial (Ax)}{\partial x} = A", EQUAL, (A3, r"x \in \mathbb{R}^3")),
    Written("commuting", "AB = BA", NOT, (A3,)),
    Written("commuting-undeclared", "AB = BA", NOT),
    Written("square-of-sum-undeclared", "(A+B)^2 = A^2 + 2AB + B^2", NOT, (A3,)),
    Written("transpose-of-product", r"(AB)^\top = A^\top B^\top", NOT, (A3,)),
    Written("inverse-of-product", r"(AB)^{-1} = A^{-1} B^{-1}", NOT, (A3, "A invertible", "B invertible")),
    Written("determinant-of-sum", r"\det(A+B) = \det A + \det B", NOT, (A3,)),
    # numbers and rounding
    Written("floor-close", r"\left\lfloor \frac{\sqrt2}{541131238821888000 - 382637568482834149 \sqrt2} \right\rfloor = 1402", NOT),
    Written("factorials-tiny", r"\frac{1}{2004!} = \frac{1}{2006!}", NOT),
    Written("powers-tiny", r"\frac{1}{2^{99}} = \frac{1}{2^{98}}", NOT),
    Written("roots-tiny", r"10^{-20} \sqrt{2} = 10^{-20} \sqrt{3}", NOT),
    Written("powers-huge", r"\frac{2^{2005}+1}{3 \cdot 2^{2006}} = \frac{1}{3 \cdot 2^{2006}}", NOT),
    Written("cut-off", r"1 - \frac{1}{\mathrm{e}} = 1 + \frac{1}{\mathrm{e}}", NOT),
    Written("recurring", r"0.\overline{9} = 1", EQUAL),
    # reading
    Written("lists", r"1, 2, \ldots, n = 1, 3, 5, \ldots, 2n-1", NOT),
    Written("percent", r"9\% = 9", NOT),
    Written("script-of-one-sign", "x_12 = x_{12}", NOT),
    Written("prime-dropped", "f'(x) = f(x)", NOT),
    Written("prime-dropped-declared", "f'(x) = f(x)", NOT, ("f function, differentiable",)),
    Written("units", r"5 \text{ cm} = 5 \text{ km}", NOT),
    Written("set-and-pair", r"\{1,2\} = (2,1)", NOT),
    Written("several-answers", r"\boxed{2} = $1$ $3$ $2$", NOT),
    Written("equivalent-equations", r"2x = 2 \iff x = 1", EQUAL),
    Written("case-dropped", "a + A = 2a", NOT),
    Written("bold-dropped", r"\mathbf{x} + x = 2x", NOT, (r"\mathbf{x} \in \mathbb{R}^n", "x real")),
    Written("transpose-dropped", "x^T x = x x^T", NOT, (r"x \in \mathbb{R}^3",)),
    Written("unknown-command", r"x = \unknown{y}", NOT),
    Written("after-an-unknown-command", r"1 = 1 \foo + 1", NOT),
    Written("unbound-index", r"\sum_{k=1}^{n} x_i = \sum_{i=1}^{n} x_i", NOT, ("x_i, i = 1..n, real",)),
    Written("zero-to-zero", "0^0 = 0", NOT),
    Written("same-name-twice", "x = y", NOT, ("x, y positive",)),
)
