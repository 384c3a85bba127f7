"""Softmax and cross-entropy.

Shift invariance, the gradient of the loss, and where the loss is least.
"""

from typing import Any

from sympy import Function, IndexedBase, KroneckerDelta, Sum, Symbol, exp, log

from derivations.statement import (
    Answer,
    Diff,
    Exercise,
    MaxOver,
    Part,
    all_of,
    at_most,
    define,
    differs,
    equal,
    every,
    implies,
    less,
    some,
)

d, l = Symbol("d", integer=True, positive=True), Symbol("l", integer=True, positive=True)
i, j, k = (Symbol(name, integer=True) for name in ("i", "j", "k"))
m, t, c = (Symbol(name, real=True) for name in ("m", "t", "c"))
H, H1 = Symbol("H", real=True), Symbol("H_1", real=True)
eps = Symbol("epsilon", positive=True)
x, y, z = IndexedBase("x"), IndexedBase("y"), IndexedBase("z")
u, r, xs, zs = IndexedBase("u"), IndexedBase("r"), IndexedBase("xs"), IndexedBase("zs")
s, h = Function("s"), Function("h")


def total(f: Any) -> Any:
    """The sum of f(i) over the classes."""
    return Sum(f(i), (i, 1, d))


def softmax(scores: Any, k: Any) -> Any:
    """Entry k of the softmax of the scores, a function of the class."""
    return exp(scores(k)) / total(lambda i: exp(scores(i)))


def cross_entropy(target: Any, probabilities: Any) -> Any:
    """The cross-entropy of two functions of the class."""
    return -total(lambda i: target(i) * log(probabilities(i)))


SOFTMAX = define(z[k], softmax(lambda k: x[k], k), (k, 1, d))
LOSS = define(H, cross_entropy(lambda i: y[i], lambda i: z[i]))
LABEL = [define(y[k], KroneckerDelta(k, l), (k, 1, d)), at_most(l, d)]
NAMES = {"l": r"\ell", "epsilon": r"\varepsilon", "r": r"\hat y_{#1}", "xs": "x^*_{#1}", "zs": "z^*_{#1}", "H_1": "H^*",
         "s": "s_{#1}(#2)", "h": r"h\!\left(#1\right)", "#": "i j k"}

SLOPE = r"\frac{-1}{z_\ell} \frac{\partial}{\partial x_j} \frac{\exp(x_\ell)}{\sum_{i=1}^d \exp(x_i)}"
TOTAL = r"\sum_{i=1}^d \exp(x_i)"

SHIFT = Exercise(
    id="softmax-shift",
    title="Softmax without large exponentials",
    intro="The softmax of scores $x_1, \\dots, x_d$ has the entries $z_k = e^{x_k} / \\sum_{i=1}^{d} e^{x_i}$.",
    givens=[SOFTMAX],
    parts=[
        Part(".1 shift", "Show that subtracting one number $m$ from all scores does not change the softmax.",
             title="A shift changes nothing",
             claim=every(k, 1, d, equal(z[k], softmax(lambda k: x[k] - m, k))),
             answers=[
                 Answer([r"\frac{e^{x_k - m}}{\sum_{i=1}^d e^{x_i - m}} "
                         r"= \frac{e^{-m} e^{x_k}}{e^{-m} \sum_{i=1}^d e^{x_i}} = z_k"]),
                 Answer([r"z_k = \frac{e^{-m} e^{x_k}}{e^{-m} \sum_{i=1}^d e^{x_i}}",
                         r"= \frac{e^{x_k - m}}{\sum_{i=1}^d e^{x_i}}"], wrong={2: ""},
                        note="The factor is lost below the bar."),
             ]),
        Part(".1 exponents", "Which $m$ makes sure that no exponential exceeds 1?", title="The shift by the maximum",
             claim=every(k, 1, d, all_of(at_most(x[k] - MaxOver((j, 1, d), x[j]), 0),
                                         at_most(exp(x[k] - MaxOver((j, 1, d), x[j])), 1))),
             words="With $m = \\max_j x_j$ every exponent is at most 0. The largest one is 0, so the denominator is at "
                   "least 1 and nothing overflows.",
             answers=[
                 Answer([r"z_k = \frac{\exp(x_k)}{\sum_{i=1}^d \exp(x_i)} "
                         r"= \frac{\exp(-\max_j(x_j))}{\exp(-\max_j(x_j))} \frac{\exp(x_k)}{\sum_{i=1}^d \exp(x_i)} "
                         r"= \frac{\exp(x_k - \max_j(x_j))}{\sum_{i=1}^d \exp(x_i - \max_j(x_j))} \tag{4}"],
                        published=("000",)),
                 Answer([r"x_k - \max_j x_j \le 0", r"e^{x_k - \max_j x_j} < 1"], wrong={2: ""},
                        note="The largest one is equal to 1."),
             ]),
    ],
    names=NAMES,
)

GRADIENT = Exercise(
    id="softmax-gradient",
    title="Gradient of the cross-entropy",
    intro=(
        "As above, $z_k = e^{x_k} / \\sum_{i=1}^{d} e^{x_i}$. For a target $y_1, \\dots, y_d$ the cross-entropy is "
        "$H = -\\sum_{i=1}^{d} y_i \\log z_i$, with the natural logarithm. A label $\\ell$ is encoded as the one-hot "
        "target with $y_\\ell = 1$ and all other entries 0."
    ),
    givens=[SOFTMAX, LOSS],
    parts=[
        Part(".2 Jacobian", "Find the derivatives of the softmax.", title="Jacobian of the softmax",
             claim=every(k, 1, d, every(j, 1, d, equal(Diff(z[k], x[j]), z[k] * (KroneckerDelta(k, j) - z[j])))),
             answers=[
                 Answer([r"\frac{\partial z_k}{\partial x_k} = z_k (1 - z_k)"], let=[r"k integer, 1 \le k \le d"]),
                 Answer([r"\frac{\partial z_k}{\partial x_j} = z_k z_j"], wrong={1: ""}, given=[r"j \ne k"],
                        let=[r"j, k integer, 1 \le j \le d, 1 \le k \le d"], note="The sign is lost."),
             ]),
        Part(".2", "Find $\\partial H / \\partial x_j$ for every target whose entries add up to 1.",
             title="Gradient of the loss", givens=[equal(total(lambda i: y[i]), 1)],
             claim=every(j, 1, d, equal(Diff(H, x[j]), z[j] - y[j])),
             answers=[
                 Answer([r"\frac{\partial H}{\partial x_j} = z_j - y_j"]),
                 Answer([r"\frac{\partial H}{\partial x_j} = y_j - z_j"], wrong={1: ""}, note="The sign is turned."),
             ]),
        Part(".2 one-hot", "What is $\\partial H / \\partial x_j$ for a one-hot target, at the label and elsewhere?",
             title="One-hot target", givens=LABEL,
             claim=every(j, 1, d, all_of(implies(equal(j, l), equal(Diff(H, x[j]), z[j] - 1)),
                                         implies(differs(j, l), equal(Diff(H, x[j]), z[j])))),
             words="Both cases together say $\\partial H / \\partial x_j = z_j - y_j$ again.",
             answers=[
                 Answer([r"\frac{\partial H}{\partial x_j} = \frac{\partial H}{\partial z_\ell} "
                         r"\frac{\partial z_\ell}{\partial x_j}", rf"= {SLOPE}"], published=("000",),
                        note="The label is called y there, like the target."),
                 Answer([rf"{SLOPE} = -\frac{{{TOTAL}}}{{\exp(x_j)}} \cdot \frac{{\exp(x_j) {TOTAL} - \exp(x_j)^2}}"
                         rf"{{({TOTAL})^2}} = -\frac{{{TOTAL} - \exp(x_j)}}{{{TOTAL}}} = z_j - 1"],
                        let=[r"j integer, 1 \le j \le d"], given=[r"j = \ell"], published=("000",)),
                 Answer([rf"{SLOPE} = -\frac{{{TOTAL}}}{{\exp(x_\ell)}} \cdot \frac{{-\exp(x_j) \exp(x_\ell)}}"
                         rf"{{({TOTAL})^2}} = \frac{{\exp(x_j)}}{{{TOTAL}}} = z_j"],
                        let=[r"j integer, 1 \le j \le d"], given=[r"j \ne \ell"], published=("000",)),
                 Answer([r"\frac{\partial H}{\partial \mathbf{x}} = \mathbf{z} - \mathbf{y} \tag{5}"],
                        published=("000",)),
                 Answer([r"\frac{\partial H}{\partial x_\ell} = -\frac{1}{z_\ell}"], wrong={1: ""},
                        note="The derivative by z stands for the one by x."),
             ]),
    ],
    names=NAMES,
)

INFIMUM = Exercise(
    id="softmax-infimum",
    title="The loss of a one-hot target has no minimum",
    intro=(
        "There are $d \\ge 2$ classes and the target is one-hot with label $\\ell$. The scores $s_k(t)$, equal to $t$ "
        "for the label and 0 elsewhere, have the loss $h(t)$."
    ),
    givens=[SOFTMAX, LOSS, *LABEL, at_most(2, d)],
    parts=[
        Part(".3 positive", "Show that the loss is positive for all scores.", title="0 is not attained",
             outline=[equal(H, -log(z[l])), less(z[l], 1)], claim=less(0, H),
             answers=[
                 Answer([r"H = -\ln z_\ell", r"z_\ell < 1", r"H > 0"]),
                 Answer([r"H = \ln z_\ell"], wrong={1: "sign"}),
             ]),
        Part(".3 infimum", "Show that the loss comes as close to 0 as one likes.", title="0 is approached",
             givens=[define(s(k, t), t * KroneckerDelta(k, l)),
                     define(h(t), cross_entropy(lambda i: y[i], lambda k: softmax(lambda k: s(k, t), k)))],
             outline=[every(t, equal(h(t), log(1 + (d - 1) * exp(-t)))),
                      every(eps, less(h(log(d / eps)), eps))],
             claim=every(eps, some(t, less(h(t), eps))),
             words="So the infimum is 0, approached as the score of the label grows without bound; no scores "
                   "attain it.",
             answers=[
                 Answer([r"h(t) = \ln(1 + (d-1) e^{-t})"]),
                 Answer([r"h(t) = \ln(1 + d e^{-t})"], wrong={1: ""}, note="The label is not one of the others."),
             ]),
    ],
    names=NAMES,
)

SMOOTHING = Exercise(
    id="label-smoothing",
    title="Label smoothing makes the minimum finite",
    intro=(
        "Label smoothing replaces the one-hot target of the label $\\ell$ by "
        "$\\hat y_k = (1 - \\varepsilon) y_k + \\varepsilon / d$ with $0 < \\varepsilon < 1$."
    ),
    givens=[SOFTMAX, *LABEL, less(eps, 1), define(r[k], (1 - eps) * y[k] + eps / d, (k, 1, d)),
            define(H, cross_entropy(lambda i: r[i], lambda i: z[i]))],
    parts=[
        Part(".3 target", "Show that the new target is positive and adds up to 1.", title="The smoothed target",
             claim=all_of(every(k, 1, d, less(0, r[k])), equal(total(lambda i: r[i]), 1)),
             answers=[
                 Answer([r"\hat{\mathbf{y}} = (1 - \epsilon)\mathbf{y} + \frac{\epsilon}{d}\mathbf{1}"],
                        published=("000",)),
                 Answer([r"\sum_{k=1}^d \hat y_k = (1 - \varepsilon) \sum_{k=1}^d y_k + \varepsilon", r"= 1"]),
                 Answer([r"\hat y_\ell = 1 - \varepsilon"], wrong={1: ""}, note="The label has its share of the rest."),
             ]),
        Part(".3 minimisers", "Show that $x^*_k = \\log \\hat y_k + c$ is a minimum of the loss for every number $c$.",
             title="Minimisers",
             givens=[define(xs[k], log(r[k]) + c, (k, 1, d)), define(zs[k], softmax(lambda k: xs[k], k), (k, 1, d)),
                     define(H1, cross_entropy(lambda i: r[i], lambda i: zs[i]))],
             outline=[every(k, 1, d, equal(zs[k], r[k])),
                      equal(H1, -total(lambda i: r[i] * log(r[i]))),
                      at_most(-total(lambda i: r[i] * log(r[i])), H)],
             claim=at_most(H1, H),
             words="The scores $x^*_k$ are finite because every $\\hat y_k$ is positive.",
             answers=[
                 Answer([r"z^*_k = \hat y_k", r"H^* \le H"]),
                 Answer([r"z^*_k = e^c \hat y_k"], wrong={1: ""}, note="A shift changes nothing."),
             ]),
    ],
    names=NAMES,
)
