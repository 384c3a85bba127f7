"""Output size and receptive field.

Sizes of a one-dimensional convolution, and the input that a chain of convolutions sees.
"""

from typing import Any

from sympy import Function, Product, Sum, Symbol, floor

from derivations.statement import Count, Exercise, Part, at_most, equal, every, given, least, positive, recurrence

k, n = Symbol("k", integer=True), Symbol("n", integer=True)
Win, Wout, K1, S1 = (Symbol(name, integer=True, positive=True) for name in ("W_in", "W_out", "K", "S"))
P1 = Symbol("P", integer=True, nonnegative=True)

OUTPUT_SIZE = Exercise(
    id="convolution-size",
    title="Sizes of a convolution",
    intro=(
        "A one-dimensional convolution has kernel size $K$, stride $S$ and padding $P$ on both sides of an "
        "input of width $W_{\\mathrm{in}}$. Output $k = 0, 1, 2, \\dots$ exists as long as its window, which begins at "
        "position $kS$ of the padded input, fits: $kS + K \\le W_{\\mathrm{in}} + 2P$."
    ),
    givens=[],
    parts=[
        Part(".1", "How many outputs are there? Assume that at least one window fits.", title="Output size",
             givens=[given(at_most(K1, Win + 2 * P1))],
             claim=equal(Count((k, 0, Win + 2 * P1), k * S1 + K1 <= Win + 2 * P1),
                         floor((Win + 2 * P1 - K1) / S1) + 1)),
        Part(".2", "What is the least input width that gives the output width $W_{\\mathrm{out}}$?",
             title="Least input", claim=least(S1 * (Wout - 1) + K1 - 2 * P1, n,
                                              equal(floor((n + 2 * P1 - K1) / S1) + 1, Wout)),
             words="Solving the equation without the floor gives this number too, but only the argument with the "
                   "floor shows that no smaller integer will do."),
    ],
    names={"W_in": r"W_{\mathrm{in}}", "W_out": r"W_{\mathrm{out}}"},
)

L = Symbol("L", integer=True, positive=True)
l, j, i = (Symbol(name, integer=True) for name in ("l", "j", "i"))
W, K, S = Function("W"), Function("K"), Function("S")


def strides(lo: Any, hi: Any) -> Any:
    """The product of the strides of layers lo to hi."""
    return Product(S(i), (i, lo, hi))


def unrolled(depth: int) -> Any:
    """The width of layer l in terms of the width ``depth`` layers up."""
    value = W(l + depth)
    for layer in range(depth, 0, -1):
        value = S(l + layer) * value + (K(l + layer) - S(l + layer))
    return value


RECEPTIVE_FIELD = Exercise(
    id="receptive-field",
    title="Receptive field of a chain of convolutions",
    intro=(
        "Convolutions $1, \\dots, L$ have kernel sizes $K^{(j)}$ and strides $S^{(j)}$. Let $W^{(l)}$ be the number of "
        "values of layer $l$ that one output of layer $L$ can depend on, so $W^{(L)} = 1$. Padding does not enter: it "
        "adds positions to look at, but no information. By the least input width without padding, "
        "$W^{(l)} = S^{(l+1)} (W^{(l+1)} - 1) + K^{(l+1)}$."
    ),
    givens=[
        positive(S(j), (j, 1, L), integer=True),
        positive(K(j), (j, 1, L), integer=True),
        recurrence(W(l), S(l + 1) * (W(l + 1) - 1) + K(l + 1), (l, 0, L - 1), start={W(L): 1}),
    ],
    parts=[
        Part(".3", "Find $W^{(0)}$, the receptive field in the input, for any $L$.", title="Receptive field",
             outline=[
                 every(l, 0, L - 1, equal(W(l), unrolled(1))),
                 every(l, 0, L - 2, equal(W(l), unrolled(2))),
                 every(l, 0, L - 3, equal(W(l), unrolled(3))),
                 every(l, 0, L, equal(W(l), strides(l + 1, L) * W(L)
                                      + Sum((K(j) - S(j)) * strides(l + 1, j - 1), (j, l + 1, L)))),
                 strides(1, L) + Sum((K(j) - S(j)) * strides(1, j - 1), (j, 1, L)),
                 strides(1, L) + Sum(K(j) * strides(1, j - 1), (j, 1, L)) - Sum(strides(1, j), (j, 1, L)),
                 Sum(K(j) * strides(1, j - 1), (j, 1, L)) - Sum(strides(1, j), (j, 1, L - 1)),
                 Sum(K(j) * strides(1, j - 1), (j, 1, L)) - Sum(strides(1, j - 1), (j, 1, L)) + 1,
             ],
             claim=equal(W(0), 1 + Sum((K(j) - 1) * strides(1, j - 1), (j, 1, L)))),
    ],
    names={"W": "W^{(#1)}", "K": "K^{(#1)}", "S": "S^{(#1)}"},
)
