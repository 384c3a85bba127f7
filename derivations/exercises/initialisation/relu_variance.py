"""Variance through a ReLU unit.

The variance of a weighted sum of rectified Gaussians, and the weights that preserve it.
"""

from sympy import IndexedBase, Sum, Symbol, sqrt

from derivations.statement import Answer, Exercise, Normal, Part, ReLU, Var, define, equal, iff, iid, independent

d = Symbol("d", integer=True, positive=True)
i = Symbol("i", integer=True)
sigma = Symbol("sigma", positive=True)
w, x, z = IndexedBase("w"), IndexedBase("x"), IndexedBase("z")
y = Symbol("y", real=True)

PUBLISHED_2022 = Answer(
    published=("000",),
    let=[r"i integer, 1 \le i \le d"],
    note="In the last but two, the factor is meant to multiply both summands. The line is true as it stands, since the "
         "second one is 0.",
    lines=[
        r"\operatorname{Var}[y] &= \operatorname{Var}\left[\sum_{i=1}^d w_i x_i\right] \\",
        r"&= \sum_{i=1}^d \operatorname{Var}[w_i x_i] & \text{independent terms} \\",
        r"&= \sum_{i=1}^d \operatorname{E}[(w_i x_i)^2] - \operatorname{E}[w_i x_i]^2 & \text{formula for variance} \\",
        r"&= \sum_{i=1}^d \operatorname{E}[w_i^2] \operatorname{E}[x_i^2] "
        r"- \operatorname{E}[w_i]^2 \operatorname{E}[x_i]^2 & \text{independence} \\",
        r"&= \sum_{i=1}^d \operatorname{E}[w_i^2] \operatorname{E}[x_i^2] & \text{since } \operatorname{E}[w_i] = 0 \\",
        r"&= d\sigma^2 \operatorname{E}[x_i^2] & \text{since } \operatorname{E}[w_i] = 0 \\",
        r"&= d\sigma^2 \operatorname{E}[\operatorname{ReLU}(z_i)^2 | z_i \geq 0] p(z_i \geq 0) "
        r"+ \operatorname{E}[\operatorname{ReLU}(z_i)^2 | z_i < 0] p(z_i < 0) & \text{law of total expectation} \\",
        r"&= \frac{1}{2} d\sigma^2 \operatorname{E}[z_i^2] & \text{ReLU is identity or zero} \\",
        r"&= \frac{1}{2} d\sigma^2",
    ],
)
PUBLISHED_2024 = Answer(
    published=("001",),
    let=[r"i integer, 1 \le i \le d"],
    lines=[
        r"\text{Var}[y] &= \text{Var} \left[\sum_{i=1}^d w_i x_i \right] \\",
        r"&= \sum_{i=1}^d \text{Var}[w_i x_i] && \text{independent terms} \\",
        r"&= \sum_{i=1}^d \mathbb{E}[(w_i x_i)^2] - \mathbb{E}[w_i x_i]^2 && \text{formula for variance} \\",
        r"&= \sum_{i=1}^d \mathbb{E}[w_i^2] \mathbb{E}[x_i^2] - \mathbb{E}[w_i]^2 \mathbb{E}[x_i]^2 "
        r"&& \text{independence} \\",
        r"&= \sum_{i=1}^d \mathbb{E}[w_i^2] \mathbb{E}[x_i^2] && \text{since } \mathbb{E}[w_i] = 0 \\",
        r"&= d\sigma^2 \mathbb{E}[x_i^2] \\",
        r"&= d\sigma^2 \mathbb{E}[\text{ReLU}(z_i)^2 | z_i \geq 0] p(z_i \geq 0) "
        r"+ \mathbb{E}[\text{ReLU}(z_i)^2 | z_i < 0] p(z_i < 0) && \text{law of total expectation} \\",
        r"&= \frac{1}{2} d\sigma^2 \mathbb{E}[z_i^2] && \text{ReLU is identity or zero} \\",
        r"&= \frac{1}{2} d\sigma^2",
    ],
)

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
             claim=equal(Var(y), d * sigma**2 / 2), title="Variance of the output",
             answers=[
                 PUBLISHED_2022, PUBLISHED_2024,
                 Answer([r"E[x_i^2] = \frac12 E[z_i^2] = \frac12", r"= d \sigma^2"], wrong={2: ""},
                        note="The second line forgets the half, and goes on from another quantity."),
                 Answer([r"\operatorname{Var}[y] = \sum_{i=1}^d E[w_i^2] E[x_i^2]", r"= d \sigma^2 \cdot 1"],
                        wrong={2: ""}, note="E[z^2] stands for E[x^2]."),
             ]),
        Part("b", "Which standard deviation $\\sigma$ of the weights gives $\\operatorname{Var}[y] = 1$?",
             claim=iff(equal(Var(y), 1), equal(sigma, sqrt(2 / d, evaluate=False))), title="Choice of the weights",
             answers=[
                 Answer([r"\sigma = \sqrt{2/d}"], given=[r"\operatorname{Var}[y] = 1"], published=("000", "001")),
                 Answer([r"\frac{1}{2} d \sigma^2 = 1", r"\sigma^2 = \frac{2}{d}", r"\sigma = \frac{2}{d}"],
                        given=[r"\operatorname{Var}[y] = 1"], wrong={3: ""}, note="The variance stands for its root."),
             ]),
    ],
    names={"sigma": r"\sigma"},
)
