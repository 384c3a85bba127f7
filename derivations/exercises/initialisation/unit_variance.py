"""Weights that keep the variance at one.

Mean and variance of a linear unit, and what a rectifier takes away.
"""

from sympy import Eq, IndexedBase, Rational, Sum, Symbol, pi

from derivations.statement import (
    Answer,
    E,
    Exercise,
    Normal,
    P,
    Part,
    ReLU,
    Var,
    all_of,
    at_most,
    define,
    differs,
    equal,
    every,
    given,
    iff,
    independent,
    independent_family,
    less,
    random,
)

i, j = (Symbol(name, integer=True) for name in ("i", "j"))
d, m = (Symbol(name, integer=True, positive=True) for name in ("d", "m"))
s = Symbol("s", positive=True)
W, x, u = IndexedBase("W"), IndexedBase("x"), IndexedBase("u")

CALLED = [r"let d_x = d", r"let \sigma = s"]         # the names of source 004: its sigma is the variance

LINEAR_UNIT = Exercise(
    id="linear-unit-variance",
    title="Variance of a linear layer",
    intro=(
        "A layer computes $u_i = \\sum_{j=1}^{d} W_{i,j} x_j$ for $i = 1, \\dots, m$; its biases start at 0. "
        "The inputs $x_j$ have mean 0 and variance 1, the weights $W_{i,j}$ have mean 0 and variance $s$, and all of "
        "them are independent."
    ),
    givens=[
        independent_family(x[j], (j, 1, d), mean=0, variance=1),
        independent_family(W[i, j], (i, 1, m), (j, 1, d), mean=0, variance=s),
        independent(W, x),
        define(u[i], Sum(W[i, j] * x[j], (j, 1, d)), (i, 1, m)),
    ],
    parts=[
        Part("a", "Find the mean, the variance and the second moment of each $u_i$.", title="Moments",
             claim=all_of(every(i, 1, m, equal(E(u[i]), 0)), every(i, 1, m, equal(Var(u[i]), d * s)),
                          every(i, 1, m, equal(E(u[i]**2), d * s))),
             answers=[
                 Answer([r"u_i = \sum_j W_{i,j} x_j.", r"\mathbb{E}[u_i] = 0",
                         r"\mathbb{E}[u_i^2] = \sum_j \mathbb{E}[W_{i,j}^2 x_j^2]",
                         r"= \sum_j (\mathbb{E}[W_{i,j}^2])(\mathbb{E}[x_j^2])", r"= d_x \sigma^2"],
                        let=CALLED, wrong={5: r"\sigma"}, published=("004",),
                        note="The variance is called sigma, and squared as if it were the standard deviation."),
                 Answer([r"\operatorname{Var}[u_i] = \sum_{j=1}^d \operatorname{Var}[W_{i,j}] \operatorname{Var}[x_j]",
                         r"= d s"]),
                 Answer([r"\operatorname{Var}[u_i] = m s"], wrong={1: "m"}, note="The other one of two sizes."),
             ]),
        Part("a'", "For which variance $s$ of the weights does every $u_i$ have variance 1?",
             title="Choice of the weights", claim=every(i, 1, m, iff(equal(Var(u[i]), 1), equal(s, 1 / d))),
             words="The standard deviation of the weights is then $1/\\sqrt{d}$. It is a frequent slip to give this "
                   "number as the variance.",
             answers=[
                 Answer([r"\sigma = 1/\sqrt{d_x}"], let=[*CALLED, r"i integer, 1 \le i \le m"],
                        given=[r"\mathbb{E}[u_i^2] = 1"],
                        wrong={1: r"should be d_{x}"}, published=("004",), note="This is the standard deviation."),
                 Answer([r"s = \frac{1}{d}"], let=[r"i integer, 1 \le i \le m"],
                        given=[r"\operatorname{Var}[u_i] = 1"]),
             ]),
    ],
    names={"#": "j i"},
)

v, c = Symbol("v", real=True), Symbol("c", real=True)
scale = 1 / (Rational(1, 2) - 1 / (2 * pi))

RECTIFIED_UNIT = Exercise(
    id="rectified-unit-variance",
    title="Variance of a rectified unit",
    intro=(
        "The linear unit of before has the value $v = u_i$. Take it to be normal with mean 0 and, as found there, "
        "variance $ds$. It goes through a rectifier and is centred: $u' = \\operatorname{ReLU}(v) - b'$. Let "
        "$c = 1 / (\\frac12 - \\frac{1}{2\\pi})$."
    ),
    givens=[random(v, law=Normal(0, d * s)), define(c, scale)],
    parts=[
        Part("b.i", "Find $\\operatorname{Var}[u'] = \\operatorname{Var}[\\operatorname{ReLU}(v)]$.", title="Variance",
             claim=equal(Var(ReLU(v)), d * s * (Rational(1, 2) - 1 / (2 * pi))),
             answers=[
                 Answer([r"E[\operatorname{ReLU}(v)^2] = \frac12 E[v^2] = \frac{d s}{2}",
                         r"E[\operatorname{ReLU}(v)] = \sqrt{\frac{d s}{2\pi}}",
                         r"\operatorname{Var}[\operatorname{ReLU}(v)] = \frac{d s}{2} - \frac{d s}{2\pi}"]),
                 Answer([r"\operatorname{Var}[\operatorname{ReLU}(v)] = \frac{d s}{2}"], wrong={1: ""},
                        note="The mean is not 0."),
             ]),
        Part("b.ii", "For which variance $s$ of the weights is it 1?", title="Choice of the weights",
             claim=iff(equal(Var(ReLU(v)), 1), equal(s, c / d)),
             words="The standard deviation of the weights is $\\sqrt{c/d}$.",
             answers=[
                 Answer([r"\sigma = \sqrt{\frac{c}{d_x}}"], let=CALLED, wrong={1: r"\frac{c}{d_{x}}"},
                        given=[r"\operatorname{Var}[\operatorname{ReLU}(v)] = 1"], published=("004",),
                        note="This is the standard deviation."),
                 Answer([r"s = \frac{c}{d}"], given=[r"\operatorname{Var}[\operatorname{ReLU}(v)] = 1"]),
             ]),
        Part("b.iii", "Is this more or less than for the linear unit? Find $c$ to three decimals.", title="Size",
             outline=[equal(c, 2 * pi / (pi - 1)), less(1, c)],
             claim=all_of(less(Rational(29335, 10000), c), less(c, Rational(29345, 10000))),
             words="So $c \\approx 2.934$: the variance of the weights has to be larger, about three times as large.",
             answers=[
                 Answer([r"c = \frac{1}{\frac{1}{2} - \frac{1}{2\pi}} \approx 3"], published=("004",)),
                 Answer([r"c = \frac{2\pi}{\pi - 1}", r"c \approx 2.934", "c > 1"]),
                 Answer([r"c = \frac{2\pi}{\pi + 1}"], wrong={1: "sign"}),
                 Answer([r"c \approx 3.0"], wrong={1: ""}, note="To one decimal it is 2.9."),
             ]),
    ],
    names={},
)

y, p, n = (Symbol(name, real=True) for name in ("y", "p", "n"))
q = Symbol("q", nonnegative=True)

MOMENTS = [equal(E(y), E(p) - E(n)), equal(E(y**2), E(p**2) + E(n**2))]
TAKEN_APART = [equal(Var(y), Var(p) + Var(n) + 2 * E(p) * E(n))]

RECTIFIER = Exercise(
    id="rectifier-variance",
    title="A rectifier lowers the variance",
    intro=(
        "Let $y$ be a random variable with a finite second moment $q$ that is negative with positive probability. "
        "Write $p = \\operatorname{ReLU}(y)$ for its positive and "
        "$n = \\operatorname{ReLU}(-y)$ for its negative part."
    ),
    givens=[random(y, second_moment=q), given(less(0, P(y < 0))), define(p, ReLU(y)), define(n, ReLU(-y))],
    parts=[
        Part("b.iv", "Show that $\\operatorname{Var}[\\max(0, y)] < \\operatorname{Var}[y]$ if $y$ is not almost "
                     "surely constant.", title="For every law", claim=less(Var(p), Var(y)),
             givens=[given(every(c, differs(P(Eq(y, c)), 1)))],
             outline=[*MOMENTS, less(0, E(n)), *TAKEN_APART, less(0, E((n - E(n))**2 + 2 * E(n) * p)),
                      equal(E((n - E(n))**2 + 2 * E(n) * p), Var(n) + 2 * E(p) * E(n))],
             words="That $y$ is not constant cannot be left out, as is sometimes done: a constant $y < 0$ has "
                   "variance 0, and so has $\\max(0, y) = 0$.",
             answers=[
                 Answer([r"E[y] = E[p] - E[n]", r"E[y^2] = E[p^2] + E[n^2]", r"E[n] > 0",
                         r"\operatorname{Var}[y] = E[p^2] + E[n^2] - (E[p] - E[n])^2",
                         r"= \operatorname{Var}[p] + \operatorname{Var}[n] + 2 E[p] E[n]"]),
                 Answer([r"\operatorname{Var}[y] = \operatorname{Var}[p] + \operatorname{Var}[n]"], wrong={1: ""},
                        note="The two parts depend on each other."),
             ]),
        Part("b.v", "What is true of every such $y$, constant or not?", title="Constants too",
             outline=[*MOMENTS, *TAKEN_APART, at_most(0, E(p)), at_most(0, E(n)), at_most(0, E(p) * E(n)),
                      at_most(0, Var(n))],
             claim=at_most(Var(p), Var(y)),
             answers=[
                 Answer([r"\operatorname{Var}[\max(0, y)] < \operatorname{Var}[y]"], wrong={1: r"\le"},
                        published=("004",), note="A constant below 0 is forgotten."),
                 Answer([r"\operatorname{Var}[\max(0, y)] \le \operatorname{Var}[y]"]),
             ]),
    ],
)
