"""Softmax and cross-entropy.

Shift invariance, the gradient of the loss, and where the loss is least.
"""

from typing import Any

from sympy import IndexedBase, KroneckerDelta, Sum, Symbol, exp, log

from derivations.statement import Diff, Exercise, Part, define, equal, every

d = Symbol("d", integer=True, positive=True)
i, j, k = (Symbol(name, integer=True) for name in ("i", "j", "k"))
m, H = Symbol("m", real=True), Symbol("H", real=True)
x, y, z = IndexedBase("x"), IndexedBase("y"), IndexedBase("z")


def total(f: Any) -> Any:
    """The sum of f(i) over the classes."""
    return Sum(f(i), (i, 1, d))


SHIFT = Exercise(
    id="softmax-shift",
    title="Softmax does not see a shift",
    intro=(
        "The softmax of scores $x_1, \\dots, x_d$ has the entries $z_k = e^{x_k} / \\sum_{i=1}^{d} e^{x_i}$."
    ),
    givens=[define(z[k], exp(x[k]) / total(lambda i: exp(x[i])), (k, 1, d))],
    parts=[
        Part(".1", "Show that subtracting one number $m$ from all scores does not change the softmax.",
             title="Shift", claim=every(k, 1, d, equal(z[k], exp(x[k] - m) / total(lambda i: exp(x[i] - m))))),
    ],
)

GRADIENT = Exercise(
    id="softmax-gradient",
    title="Gradient of the cross-entropy",
    intro=(
        "As above, $z_k = e^{x_k} / \\sum_{i=1}^{d} e^{x_i}$. For a target $y_1, \\dots, y_d$ the cross-entropy is "
        "$H = -\\sum_{i=1}^{d} y_i \\log z_i$, with the natural logarithm."
    ),
    givens=[
        define(z[k], exp(x[k]) / total(lambda i: exp(x[i])), (k, 1, d)),
        define(H, -total(lambda i: y[i] * log(z[i]))),
    ],
    parts=[
        Part(".2 Jacobian", "Find the derivatives of the softmax.", title="Softmax Jacobian",
             claim=every(k, 1, d, every(j, 1, d, equal(Diff(z[k], x[j]), z[k] * (KroneckerDelta(k, j) - z[j]))))),
        Part(".2", "Find $\\partial H / \\partial x_j$ for every target whose entries add up to 1.",
             title="Gradient of the loss", givens=[equal(total(lambda i: y[i]), 1)],
             claim=every(j, 1, d, equal(Diff(H, x[j]), z[j] - y[j]))),
    ],
)
