"""Variance through a ReLU unit.

The variance of a weighted sum of rectified Gaussians, and the weights that preserve it.
"""

from sympy import IndexedBase, Sum, Symbol, sqrt

from derivations.statement import Exercise, Normal, Part, ReLU, Var, define, equal, iff, iid, independent

d = Symbol("d", integer=True, positive=True)
i = Symbol("i", integer=True)
sigma = Symbol("sigma", positive=True)
w, x, z = IndexedBase("w"), IndexedBase("x"), IndexedBase("z")
y = Symbol("y", real=True)

RELU_VARIANCE = Exercise(
    id="relu-variance",
    title="Variance-preserving initialisation for ReLU",
    intro=(
        "A unit computes $y = \\sum_{i=1}^{d} w_i x_i$ from rectified inputs $x_i = \\operatorname{ReLU}(z_i)$. "
        "The weights $w_i$ and the pre-activations $z_i$ are all independent, with "
        "$w_i \\sim \\mathcal{N}(0, \\sigma^2)$ and $z_i \\sim \\mathcal{N}(0, 1)$; the second parameter of "
        "$\\mathcal{N}$ is the variance."
    ),
    givens=[
        iid(w[i], (i, 1, d), law=Normal(0, sigma**2)),
        iid(z[i], (i, 1, d), law=Normal(0, 1)),
        independent(w, z),
        define(x[i], ReLU(z[i]), (i, 1, d)),
        define(y, Sum(w[i] * x[i], (i, 1, d))),
    ],
    parts=[
        Part("a", "Find $\\operatorname{Var}[y]$ as a function of $d$ and $\\sigma$.",
             claim=equal(Var(y), d * sigma**2 / 2), title="Variance of the output"),
        Part("b", "Which standard deviation $\\sigma$ of the weights gives $\\operatorname{Var}[y] = 1$?",
             claim=iff(equal(Var(y), 1), equal(sigma, sqrt(2 / d, evaluate=False))), title="Choice of the weights"),
    ],
    names={"sigma": r"\sigma"},
)
