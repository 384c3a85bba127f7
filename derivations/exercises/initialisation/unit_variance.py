"""Weights that keep the variance at one.

Mean and variance of a linear unit, and what a rectifier takes away.
"""

from sympy import IndexedBase, Sum, Symbol

from derivations.statement import (
    E,
    Exercise,
    Part,
    Var,
    all_of,
    define,
    equal,
    every,
    iff,
    independent,
    independent_family,
)

i, j = (Symbol(name, integer=True) for name in ("i", "j"))
d, m = (Symbol(name, integer=True, positive=True) for name in ("d", "m"))
s = Symbol("s", positive=True)
W, x, u = IndexedBase("W"), IndexedBase("x"), IndexedBase("u")

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
                          every(i, 1, m, equal(E(u[i]**2), d * s)))),
        Part("a'", "For which variance $s$ of the weights does every $u_i$ have variance 1?",
             title="Choice of the weights", claim=every(i, 1, m, iff(equal(Var(u[i]), 1), equal(s, 1 / d))),
             words="The standard deviation of the weights is then $1/\\sqrt{d}$. It is a frequent slip to give this "
                   "number as the variance."),
    ],
    names={"#": "j i"},
)
