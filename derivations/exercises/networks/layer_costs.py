"""Costs of a fully connected network.

Multiplications and memory, counted from the layer program.
"""

from sympy import Symbol

from derivations.statement import Answer, Exercise, Part, all_of, at_most, equal, every, given
from derivations.statement.networks import dense_network
from derivations.statement.program import Array
from derivations.statement.program_counts import memory_when, multiplications, peak_memory, training_memory

n, K, L = (Symbol(name, integer=True, positive=True) for name in ("n", "K", "L"))
l = Symbol("l", integer=True)
X, dX, dW = map(Array, ("X", "dX", "dW"))
KEPT = 2 * L * K**2     # places of the weights and of their gradients

inference = dense_network(n, K, L)
training = dense_network(n, K, L, training=True)
every_gradient = dense_network(n, K, L, training=True, input_gradient=True)

PUBLISHED = ("000", "001")

LAYER_COSTS = Exercise(
    id="layer-costs",
    title="Computation and memory of a fully connected network",
    intro=(
        "A network has $L$ layers of width $K$ and processes a batch of $n$ inputs. Layer $l$ computes "
        "$X_l = X_{l-1} W_l$ with $X_l \\in \\mathbb{R}^{n \\times K}$ and $W_l \\in \\mathbb{R}^{K \\times K}$; "
        "biases and activation functions are left out. The product of an $m \\times k$ and a "
        "$k \\times p$ matrix takes $m k p$ multiplications. A value is alive from the step that makes "
        "it to the last step that uses it; parameters are always alive."
    ),
    givens=[],
    parts=[
        Part("a", "How many multiplications does one forward pass take?", title="Forward pass",
             claim=equal(multiplications(inference), n * K**2 * L),
             answers=[Answer(["= nK^2L"], published=PUBLISHED), Answer(["= n^2KL"], wrong={1: "swapped"})]),
        Part("b", "How many multiplications do a forward and a backward pass take together, if the backward "
                  "pass forms $\\delta X_{l-1} = \\delta X_l W_l^\\top$ and $\\delta W_l = X_{l-1}^\\top "
                  "\\delta X_l$ in every layer?", title="Forward and backward pass",
             claim=equal(multiplications(every_gradient), 3 * n * K**2 * L),
             words="Convention: this count includes $\\delta X_0$, the gradient with respect to the input of "
                   "the first layer, which no weight needs. The next part leaves it out.",
             answers=[Answer(["= 3nK^2L"], published=PUBLISHED), Answer(["= 2nK^2L"], wrong={1: "constant"})]),
        Part("b'", "What is the count if $\\delta X_0$ is not formed?", title="Without the input gradient",
             claim=equal(multiplications(training), (3 * L - 1) * n * K**2),
             answers=[Answer(["= nK^2L + nK^2L + nK^2(L - 1)", "= (3L - 1)nK^2"]),
                      Answer(["= 3nK^2L"], wrong={1: "term"}, note="The count with the gradient by the input.")]),
        Part("c", "How many values are stored at most during a forward pass?", title="Memory for inference",
             claim=equal(peak_memory(inference), L * K**2 + 2 * n * K),
             words="Only the input and the output of the layer being computed are alive, in every step.",
             answers=[Answer(["= LK^2 + 2nK"], published=PUBLISHED), Answer(["= LK^2 + nK"], wrong={1: ""})]),
        Part("d", "How many values does training store: weights, their gradients, and the activations "
                  "which the backward pass needs?", title="Memory for training",
             claim=equal(training_memory(training), 2 * L * K**2 + L * n * K),
             words="Convention: activation gradients are left out of this count. The next part bounds them.",
             answers=[Answer(["= 2LK^2 + LnK"], published=PUBLISHED),
                      Answer(["= LK^2 + LnK"], wrong={1: ""}, note="The gradients of the weights are forgotten.")]),
        Part("d'", "How many values have a place at each step, if the arrays $\\delta X_l$ are counted too, and how "
                   "many at most? Let $L \\ge 2$.",
             title="The transient part",
             claim=all_of(
                 every(l, 1, L - 1, equal(memory_when(training, X[l]), KEPT + (l + 1) * n * K)),
                 equal(memory_when(training, X[L]), KEPT + (L + 1) * n * K),
                 equal(memory_when(training, dX[L - 1]), KEPT + (L + 2) * n * K),
                 equal(memory_when(training, dW[L]), KEPT + (L + 2) * n * K),
                 every(l, 2, L - 1, equal(memory_when(training, dX[l - 1]), KEPT + (l + 2) * n * K)),
                 every(l, 2, L - 1, equal(memory_when(training, dW[l]), KEPT + (l + 2) * n * K)),
                 equal(memory_when(training, dW[1]), KEPT + 2 * n * K)),
             givens=[given(at_most(2, L))],
             words="Weights and gradients have $2LK^2$ places throughout. The steps that make $X_l$, $\\delta X_{l-1}$ "
                   "and $\\delta W_l$ are counted one by one from the program: beside the stored activations at most "
                   "$\\delta X_l$ and $\\delta X_{l-1}$ are alive. The most, $2LK^2 + (L + 2) n K$, is needed in "
                   "layer $L$ of the backward pass: $2nK$ more than the count before, whatever $L$ is."),
    ],
    names={"n": "n", "K": "K", "L": "L"},
)
