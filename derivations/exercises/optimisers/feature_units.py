"""Units of features.

What SGD does when a feature is measured in another unit, and an update that does not notice.
"""

from typing import Any

from sympy import Abs, Function, IndexedBase, Rational, Sum, Symbol, oo, sqrt

from derivations.statement import (
    Answer,
    Diff,
    Exercise,
    Given,
    Part,
    all_of,
    define,
    differs,
    equal,
    every,
    given,
    implies,
    less,
    nonzero,
    positive,
    some,
)

t = Symbol("t", integer=True, nonnegative=True)
i, j = (Symbol(name, integer=True) for name in ("i", "j"))
d, k = (Symbol(name, integer=True, positive=True) for name in ("d", "k"))
eta = Symbol("eta", positive=True)
W, x, y, g = (Function(name) for name in ("W", "x", "y", "g"))          # weights, inputs, outputs, gradient
V, z, q, h = (Function(name) for name in ("V", "z", "q", "h"))          # the same in other units
a, sigma, tau = (Function(name) for name in ("a", "sigma", "tau"))      # factors, standard deviations


def at_all_times(claim: Any) -> Any:
    """For all steps."""
    return every(t, 0, oo, claim)


def on_rows(claim: Any) -> Any:
    """For all outputs."""
    return every(i, 1, d, claim)


def on_entries(claim: Any) -> Any:
    """For all entries of the weight matrix."""
    return on_rows(every(j, 0, k - 1, claim))


def update(weights: Any, rate: Any, gradient: Any, inputs: Any) -> Given:
    """The entrywise SGD step with a learning rate for each feature."""
    return given(at_all_times(on_entries(
        equal(weights(t + 1, i, j), weights(t, i, j) - rate * gradient(t, i) * inputs(t, j)))))


OUTPUTS = [
    define(y(t, i), Sum(W(t, i, j) * x(t, j), (j, 0, k - 1)), (t, 0, oo), (i, 1, d)),
    define(q(t, i), Sum(V(t, i, j) * z(t, j), (j, 0, k - 1)), (t, 0, oo), (i, 1, d)),
]
UNITS = [
    nonzero(a(j), (j, 0, k - 1)),
    define(z(t, j), a(j) * x(t, j), (t, 0, oo), (j, 0, k - 1)),
    given(on_entries(equal(V(0, i, j), W(0, i, j) / a(j)))),
    given(at_all_times(implies(on_rows(equal(q(t, i), y(t, i))), on_rows(equal(h(t, i), g(t, i)))))),
]
NAMES = {"W": "W_{#1}[#2,#3]", "x": "x_{#1}[#2]", "y": "y_{#1}[#2]", "g": "g_{#1}[#2]",
         "V": r"\tilde W_{#1}[#2,#3]", "z": r"\tilde x_{#1}[#2]", "q": r"\tilde y_{#1}[#2]",
         "h": r"\tilde g_{#1}[#2]", "a": "a[#1]", "sigma": r"\sigma[#1]", "tau": r"\tilde\sigma[#1]",
         "eta": r"\eta", "n": "t"}
HALVED = equal(V(t, i, 0), W(t, i, 0) / 2)
step = eta * g(0, i) * x(0, 0)

p = Symbol("p", integer=True)
u, out = Symbol("u", real=True), Symbol("out", real=True)
phi, slope = Function("phi"), Function("slope")
w, inputs = IndexedBase("w"), IndexedBase("x")

WEIGHT_UPDATE = Exercise(
    id="sgd-weight-update",
    title="The SGD update of a weight matrix",
    intro=(
        "SGD trains $y = W x$ with $W \\in \\mathbb{R}^{d \\times k}$ on the expected loss of $y$. The entry $W[i,p]$ "
        "acts on the output $y = y[i]$ alone. Write $w_0, \\dots, w_{k-1}$ for the row $W[i,\\cdot]$, so that "
        "$y = \\sum_{j=0}^{k-1} w_j x_j$, and $\\varphi(u)$ for the loss of the current example if this output were "
        "$u$ and the others as they are. Its derivative $\\varphi'(u)$ at $u = y$ is the entry "
        "$\\nabla\\mathrm{loss}[i]$ of the gradient by the outputs."
    ),
    givens=[define(out, Sum(w[j] * inputs[j], (j, 0, k - 1))), given(every(u, equal(Diff(phi(u), u), slope(u))))],
    parts=[
        Part("a", "Find the SGD update of each weight with learning rate $\\eta$.", title="Entrywise update",
             claim=every(p, 0, k - 1, equal(w[p] - eta * Diff(phi(out), w[p]), w[p] - eta * slope(out) * inputs[p])),
             words="In the matrix: $W_{t+1}[i,j] = W_t[i,j] - \\eta\\, \\nabla\\mathrm{loss}[i]\\, x_t[j]$, or "
                   "$W_{t+1} = W_t - \\eta\\, \\nabla\\mathrm{loss}\\; x_t^\\top$.",
             answers=[
                 Answer([r"W'_p = W_p - \eta \nabla\text{loss} x_p"],
                        let=[r"p integer, 0 \le p \le k - 1", r"let \nabla\text{loss} = \varphi'(y)", r"let W_j = w_j",
                             r"let W'_j = w_j - \eta \frac{\partial \varphi(y)}{\partial w_j}"],
                        published=("004",), note="The row i of the matrix; W' is its next value."),
                 Answer([r"\frac{\partial \varphi(y)}{\partial w_p} = \varphi'(y) w_p"], wrong={1: "x"},
                        let=[r"p integer, 0 \le p \le k - 1"], note="The weight stands for its input."),
             ]),
    ],
    names={"out": "y", "phi": r"\varphi(#1)", "slope": r"\varphi'(#1)", "eta": r"\eta"},
)

ROW = [r"i integer, 1 \le i \le d"]
LOSS = [*ROW, r"let \nabla\text{loss}[i] = g_0[i]"]
FIRST_GRADIENT = Answer(
    [r"\nabla\text{loss}[i] \tilde{x}_0[j] = \nabla\text{loss}[i] (2x_0[j]) = 2 \nabla\text{loss}[i] x_0[j]"],
    let=[*LOSS, "j integer, j = 0"], published=("004",), note="For the feature that is doubled.")
FIRST_STEP = Answer(
    [r"\tilde{W}_{1}[i,0] &= \tilde{W}_{0}[i,0] - \eta \nabla\text{loss}[i] \tilde{x}_{0}[0] \\",
     r"&= \frac{1}{2} W_{0}[i,0] - 2 \eta \nabla\text{loss}[i] x_{0}[0] \\",
     r"&= \frac{1}{2} W_{1}[1,0] - \frac{3}{4} \eta \nabla\text{loss}[i] x_{0}[0]"],
    let=LOSS, wrong={3: ""}, published=("004",), note="With the index 1 for i, as it is printed.")

FEATURE_UNITS = Exercise(
    id="feature-units",
    title="SGD and the units of the features",
    intro=(
        "SGD trains $y = W x$ with weights $W_t[i,j]$, $i = 1, \\dots, d$, $j = 0, \\dots, k-1$, on inputs $x_t$. "
        "Let $g_t[i]$ be the derivative of the loss of step $t$ by the output $y_t[i]$. A second run, marked by a "
        "tilde, sees the features in other units, $\\tilde x_t[j] = a[j]\\, x_t[j]$ with $a[j] \\ne 0$, and starts "
        "from $\\tilde W_0[i,j] = W_0[i,j] / a[j]$. Its loss is the same function of the outputs: at a step at which "
        "the two runs have the same outputs, they have the same derivatives $g$ and $\\tilde g$."
    ),
    givens=[*OUTPUTS, *UNITS, update(W, eta, g, x)],
    parts=[
        Part("b", "Let the first feature be doubled, $a[0] = 2$, and let the second run use the same update as the "
                  "first. How far is $\\tilde W_1[i,0]$ from $\\tfrac12 W_1[i,0]$? Conclude that the two runs are not "
                  "equivalent.", title="The first step",
             givens=[given(equal(a(0), 2)), update(V, eta, h, z)],
             claim=all_of(on_rows(equal(V(1, i, 0), W(1, i, 0) / 2 - Rational(3, 2) * step)),
                          on_rows(implies(differs(step, 0), differs(V(1, i, 0), W(1, i, 0) / 2)))),
             words="The new weight takes a step twice as long, where half as long a step was needed: the distance "
                   "is $2 - \\tfrac12 = \\tfrac32$ steps. One also finds $\\tfrac34$ in print, which fails already "
                   "for $d = k = 1$.",
             answers=[FIRST_GRADIENT, FIRST_STEP,
                      Answer([r"\tilde{W}_1[i,0] = \frac{1}{2} W_1[i,0] - \frac{3}{4} \eta g_0[i] x_0[0]"], let=ROW,
                             wrong={1: r"\frac{3}{2}"}),
                      Answer([r"\tilde{W}_1[i,0] = \frac{1}{2} W_1[i,0] - \frac{3}{2} \eta g_0[i] x_0[0]"], let=ROW),
                      Answer([r"\tilde{W}_1[i,0] \ne \frac{1}{2} W_1[i,0]",
                              r"\tilde{W}_1[i,0] \tilde{x}_1[0] \ne W_1[i,0] x_1[0]"], let=ROW, published=("004",),
                             given=[r"g_0[i] \ne 0", r"x_0[0] \ne 0", r"x_1[0] \ne 0"])]),
        Part("c", "What does this say about the choice of units, pounds or kilograms?",
             words="Going from one unit to another multiplies a feature by a constant, and dividing its weights by "
                   "that constant leaves the model as it was. By part b, SGD nevertheless takes another "
                   "path: what is learned depends on the units in which the data happen to be recorded. A feature in "
                   "smaller units has larger values, hence larger gradients, and its weights, which ought to change "
                   "less, change more."),
        Part("d", "Which learning rate for the first feature keeps $\\tilde W_t[i,0] = \\tfrac12 W_t[i,0]$ for "
                  "all $t$, if the other features are as they were?", title="A learning rate for each feature",
             givens=[given(equal(a(0), 2)), given(every(j, 1, k - 1, equal(a(j), 1))),
                     update(V, eta / a(j)**2, h, z)],
             outline=[at_all_times(on_entries(equal(V(t, i, j), W(t, i, j) / a(j))))],
             claim=all_of(at_all_times(on_rows(HALVED)), equal(eta / a(0)**2, eta / 4)),
             words="The learning rate is $\\eta / 4$ for the first feature and $\\eta$ for the others. The update "
                   "has to use the new inputs $\\tilde x_t$.",
             answers=[
                 Answer([r"\tilde{W}_{t+1}[i,0] = \tilde{W}_t[i,0] - \frac{\eta}{4} g_t[i] \tilde{x}_t[0]",
                         r"\tilde{W}_t[i,0] = \frac{1}{2} W_t[i,0]"], let=[*ROW, r"t integer, t \ge 0"]),
                 Answer([r"\tilde{W}_1[i,0] = \tilde{W}_0[i,0] - \frac{\eta}{2} g_0[i] \tilde{x}_0[0]"], let=ROW,
                        wrong={1: r"\frac{\eta}{4}"}),
             ]),
        Part("d'", "What happens if the update with these learning rates gets the old inputs $x_t$?",
             title="The old inputs",
             givens=[given(equal(a(0), 2)), given(every(j, 1, k - 1, equal(a(j), 1))),
                     update(V, eta / a(j)**2, h, x)],
             claim=all_of(on_rows(equal(V(1, i, 0), W(1, i, 0) / 2 + step / 4)),
                          on_rows(implies(differs(step, 0), differs(V(1, i, 0), W(1, i, 0) / 2)))),
             words="The first step already breaks the relation: half of the step is wanted, a quarter is taken.",
             answers=[
                 Answer([r"\tilde{W}_{t+1}[i,0] = \tilde{W}_t[i,0] - \frac{\eta}{4} \nabla\text{loss}_t[i] x_t[0]",
                         r"\tilde{W}_1[i,0] = \frac{1}{2} W_1[i,0]"],
                        let=[*ROW, r"t integer, t \ge 0", r"let \nabla\text{loss}_t[i] = \tilde{g}_t[i]"],
                        wrong={2: ""}, published=("004",),
                        note="The rate of the first feature is printed as eta[0] = 1/4."),
             ]),
    ],
    names=NAMES,
)

UNIT_FREE = Exercise(
    id="unit-free-update",
    title="An update that does not depend on the units",
    intro=(
        "The two runs are those of the exercise before. Let $\\sigma[j] > 0$ be the standard deviation of feature $j$ "
        "over the training data; in the other units it is $\\tilde\\sigma[j] = |a[j]|\\, \\sigma[j]$. Both runs "
        "divide the learning rate by the variance of the feature."
    ),
    givens=[*OUTPUTS, *UNITS, positive(sigma(j), (j, 0, k - 1)),
            define(tau(j), Abs(a(j)) * sigma(j), (j, 0, k - 1)),
            update(W, eta / sigma(j)**2, g, x), update(V, eta / tau(j)**2, h, z)],
    parts=[
        Part("e", "Show that both runs have the same outputs at all times.", title="The same outputs",
             outline=[at_all_times(on_entries(equal(V(t, i, j), W(t, i, j) / a(j))))],
             claim=at_all_times(on_rows(equal(q(t, i), y(t, i)))),
             answers=[
                 Answer([r"W_{t+1}[i,j] = W_t[i,j] - \frac{\eta}{\sigma[j]^2} \nabla\text{loss}_t[i] x_t[j]"],
                        let=[*ROW, r"j integer, 0 \le j \le k - 1", r"t integer, t \ge 0",
                             r"let \nabla\text{loss}_t[i] = g_t[i]"],
                        published=("004",), note="The source marks W with a tilde, and x not."),
                 Answer([r"\tilde{W}_1[i,j] = \frac{W_1[i,j]}{a[j]}"], let=[*ROW, r"j integer, 0 \le j \le k - 1"]),
                 Answer([r"\tilde{W}_0[i,j] = a[j] W_0[i,j]"], let=[*ROW, r"j integer, 0 \le j \le k - 1"],
                        wrong={1: ""}),
             ]),
    ],
    names=NAMES,
)

w0, v0, g0, x0, s0, c = (Symbol(name, real=True) for name in ("w", "v", "g", "x", "s", "c"))

RMSPROP_UNITS = Exercise(
    id="rmsprop-units",
    title="RMSProp and the units of the features",
    intro=(
        "RMSProp divides the gradient of a weight $w$ by the root of a running mean $s > 0$ of its square. With one "
        "weight and one input $x$, one step of it is $w - \\eta\\, g x / \\sqrt{s}$, where $g$ is the derivative by "
        "the output. In units in which the input is $c x$, the weight is $w / c$, the gradient $c\\, g x$, and the "
        "running mean $c^2 s$."
    ),
    givens=[],
    parts=[
        Part("e'", "Give an example in which the step in the new units does not lead to the new weight divided by $c$.",
             title="RMSProp depends on the units",
             claim=some(c, some(s0, some(w0, some(g0, some(x0, all_of(
                 differs(c, 0), less(0, s0),
                 differs(w0 / c - eta * (c * g0 * x0) / sqrt(c**2 * s0), (w0 - eta * g0 * x0 / sqrt(s0)) / c))))))),
             words="The step of RMSProp has the unit of the learning rate, not the inverse unit of the feature: its "
                   "length does not change with $c$, while it ought to be divided by $c$. Dividing by $\\sigma[j]^2$ "
                   "instead of by a standard deviation is what repairs this."),
    ],
    names={"eta": r"\eta", "x": "c", "y": "s", "z": "w", "u": "g", "v": "x"},      # the letters of the example
)
