"""Output size and receptive field.

Sizes of a one-dimensional convolution, and the input that a chain of convolutions sees.
"""

from typing import Any

from sympy import Function, Product, Sum, Symbol, floor

from derivations.statement import (
    Answer,
    Count,
    Exercise,
    Part,
    at_most,
    equal,
    every,
    given,
    least,
    positive,
    recurrence,
)

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
                         floor((Win + 2 * P1 - K1) / S1) + 1),
             answers=[
                 Answer([r"W_{out} = (W_{in} + 2P - K)/S + 1", r"W_{in} = S \cdot (W_{out} - 1) + K - 2P"],
                        let=["S divides W_{in} + 2P - K", r"let W_{out} = \lfloor (W_{in} + 2P - K)/S \rfloor + 1"],
                        published=("001",), note="The second line answers the next part."),
                 Answer([r"W_{out} = \lceil (W_{in} + 2P - K)/S \rceil + 1"], wrong={1: "floor"},
                        let=[r"let W_{out} = \lfloor (W_{in} + 2P - K)/S \rfloor + 1"]),
                 Answer([r"W_{out} = (W_{in} + P - K)/S + 1"], wrong={1: ""}, note="There are two sides to pad.",
                        let=["S divides W_{in} + 2P - K", r"let W_{out} = \lfloor (W_{in} + 2P - K)/S \rfloor + 1"]),
             ]),
        Part(".2", "What is the least input width that gives the output width $W_{\\mathrm{out}}$?",
             title="Least input", claim=least(S1 * (Wout - 1) + K1 - 2 * P1, n,
                                              equal(floor((n + 2 * P1 - K1) / S1) + 1, Wout)),
             words="Solving the equation without the floor gives this number too, but only the argument with the "
                   "floor shows that no smaller integer will do.",
             answers=[
                 Answer([r"\lfloor (S(W_{out} - 1) + K - 2P + 2P - K)/S \rfloor + 1 = W_{out}"]),
                 Answer([r"\lfloor (S W_{out} + K - 2P + 2P - K)/S \rfloor + 1 = W_{out}"], wrong={1: ""},
                        note="One window too many."),
             ]),
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


UNROLLED = Answer(
    published=("001",),
    let=[r"l integer, 0 \le l \le L - 3"],
    lines=[
        r"W^{(l)} = S^{(l+1)} \cdot (W^{(l+1)} - 1) + K^{(l+1)}, \quad W^{(L)} = 1 \quad (8)",
        r"W^{(l)} = S^{(l+1)} W^{(l+1)} + (K^{(l+1)} - S^{(l+1)}) \quad (9)",
        r"= S^{(l+1)} (S^{(l+2)} W^{(l+2)} + (K^{(l+2)} - S^{(l+2)})) + (K^{(l+1)} - S^{(l+1)}) \quad (10)",
        r"= S^{(l+1)} (S^{(l+2)} (S^{(l+3)} W^{(l+3)} + (K^{(l+3)} - S^{(l+3)})) + (K^{(l+2)} - S^{(l+2)})) "
        r"+ (K^{(l+1)} - S^{(l+1)}) \quad (11)",
        r"= \left(\prod_{k=l+1}^L S^{(k)} \right) W^{(L)} + \sum_{j=l+1}^L (K^{(j)} - S^{(j)}) "
        r"\prod_{i=l+1}^{j-1} S^{(i)} \quad (12)",
    ],
)
WIDTH = Answer(
    published=("001",),
    lines=[
        r"W^{(0)} = \left(\prod_{k=1}^L S^{(k)} \right) + \sum_{j=1}^L (K^{(j)} - S^{(j)}) \prod_{i=1}^{j-1} S^{(i)} "
        r"\quad (13)",
        r"= \left(\prod_{k=1}^L S^{(k)} \right) + \left(\sum_{j=1}^L K^{(j)} \prod_{i=1}^{j-1} S^{(i)} \right) "
        r"- \left(\sum_{j=1}^L \prod_{i=1}^j S^{(i)} \right) \quad (14)",
        r"= \left(\sum_{j=1}^L K^{(j)} \prod_{i=1}^{j-1} S^{(i)} \right) "
        r"- \left(\sum_{j=1}^{L-1} \prod_{i=1}^j S^{(i)} \right) \quad (15)",
        r"= \left(\sum_{j=1}^L K^{(j)} \prod_{i=1}^{j-1} S^{(i)} \right) "
        r"- \left(\sum_{j=1}^L \prod_{i=1}^{j-1} S^{(i)} \right) + 1 "
        r"\quad \text{Add empty prod } \prod_{i=1}^0 S^{(i)} := 1 \text{ to sum} \quad (16)",
        r"= \left(\sum_{j=1}^L (K^{(j)} - 1) \prod_{i=1}^{j-1} S^{(i)} \right) + 1 \quad (17)",
    ],
)

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
             claim=equal(W(0), 1 + Sum((K(j) - 1) * strides(1, j - 1), (j, 1, L))),
             answers=[UNROLLED, WIDTH,
                      Answer([r"W^{(0)} = 1 + \sum_{j=1}^L (K^{(j)} - 1) \prod_{i=1}^{j} S^{(i)}"], wrong={1: ""},
                             note="The stride of the layer itself does not count."),
                      Answer([r"W^{(L-1)} = K^{(L)}", r"W^{(L-1)} = S^{(L)}"], wrong={2: ""})]),
    ],
    names={"W": "W^{(#1)}", "K": "K^{(#1)}", "S": "S^{(#1)}"},
)
