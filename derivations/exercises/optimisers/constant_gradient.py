"""SGDM and Adam under a constant gradient.

What each optimiser stores, and closed forms of all its sequences.
"""

from typing import Any

from sympy import Function, Symbol, oo, sqrt

from derivations.statement import Answer, Exercise, Part, all_of, define, equal, every, given, implies, less, recurrence
from derivations.statement.updates import stored_state

t = Symbol("t", integer=True, nonnegative=True)
k = Symbol("k", integer=True)
c = Symbol("c", real=True, nonzero=True)
a = Symbol("a", real=True, nonzero=True)
eta = Symbol("eta", nonnegative=True)
epsilon = Symbol("epsilon", nonnegative=True)
beta, beta1, beta2 = (Symbol(name, positive=True) for name in ("beta", "beta_1", "beta_2"))
m, v, w, mh, vh = (Function(name) for name in ("m", "v", "w", "mh", "vh"))
ma, wa = Function("ma"), Function("wa")

SHARED = {"m": "m^{(#1)}", "v": "v^{(#1)}", "w": "w^{(#1)}", "mh": r"\hat m^{(#1)}", "vh": r"\hat v^{(#1)}",
          "ma": r"\tilde m^{(#1)}", "wa": r"\tilde w^{(#1)}", "beta_1": r"\beta_1", "beta_2": r"\beta_2",
          "s_sgdm": r"s_{\mathrm{SGDM}}", "s_adam": r"s_{\mathrm{Adam}}"}


def sgdm(m: Any, w: Any, gradient: Any) -> list[Any]:
    """The recurrences of SGD with momentum for one parameter."""
    return [recurrence(m(t + 1), beta * m(t) + gradient, (t, 0), start={m(0): 0}),
            recurrence(w(t + 1), w(t) - eta * m(t + 1), (t, 0), start={w(0): 0})]


SGDM_M = c * (1 - beta**t) / (1 - beta)
SGDM_W = -eta * c / (1 - beta) * (t + 1 - (1 - beta ** (t + 1)) / (1 - beta))

SGDM = Exercise(
    id="sgdm-constant-gradient",
    title="SGD with momentum under a constant gradient",
    intro=(
        "SGD with momentum keeps $m^{(t+1)} = \\beta m^{(t)} + g^{(t)}$ and updates "
        "$w^{(t+1)} = w^{(t)} - \\eta\\, m^{(t+1)}$, with $0 < \\beta < 1$, $\\eta \\ge 0$ and "
        "$m^{(0)} = w^{(0)} = 0$. The gradient is the constant $g^{(t)} = c \\ne 0$. A second run, marked "
        "by a tilde, has the gradient $a c$ instead."
    ),
    givens=[given(less(beta, 1)), *sgdm(m, w, c), *sgdm(ma, wa, a * c)],
    parts=[
        Part(".2 SGDM", "Find $m^{(t)}$ and $w^{(t)}$ for every $t \\ge 0$. How does $w^{(t)}$ depend on $c$?",
             outline=[equal(m(t), SGDM_M), equal(w(t), SGDM_W),
                      equal(ma(t), a * SGDM_M), equal(wa(t), a * SGDM_W)],
             claim=all_of(equal(m(t), SGDM_M), equal(w(t), SGDM_W), equal(wa(t), a * w(t))),
             words="The last equation says that $w^{(t)}$ is linear in the gradient: scaling $c$ by $a$ scales "
                   "the whole path by $a$.",
             answers=[
                 Answer([r"m^{(t)} = c + \beta m^{(t-1)} = \dots = c + \beta c + \beta^2 c + \dots + \beta^{t-1} c "
                         r"= c \sum_{k=0}^{t-1} \beta^k = c \frac{1-\beta^t}{1-\beta}",
                         r"w^{(t)} = -\eta \sum_{k=0}^t m^{(k)} = -\frac{\eta c}{1-\beta} \sum_{k=0}^t (1 - \beta^k) "
                         r"= -\frac{\eta c}{1-\beta} \left(t + 1 - \frac{1-\beta^{t+1}}{1-\beta} \right)"],
                        let=[r"t integer, t \ge 1"], published=("001",)),
                 Answer([r"m^{(t)} = c \frac{1 - \beta^{t-1}}{1 - \beta}"], wrong={1: "index"},
                        let=[r"t integer, t \ge 1"], note="One power too few."),
                 Answer([r"\tilde{w}^{(t)} = a w^{(t)}", r"\tilde{m}^{(t)} = m^{(t)}"], wrong={2: "factor"}),
             ]),
    ],
    names=SHARED,
)

ADAM_M, ADAM_V = c * (1 - beta1**t), c**2 * (1 - beta2**t)

ADAM = Exercise(
    id="adam-constant-gradient",
    title="Adam under a constant gradient",
    intro=(
        "Adam keeps $m^{(t+1)} = \\beta_1 m^{(t)} + (1 - \\beta_1) g^{(t)}$ and "
        "$v^{(t+1)} = \\beta_2 v^{(t)} + (1 - \\beta_2) (g^{(t)})^2$, corrects both by "
        "$\\hat m^{(t)} = m^{(t)} / (1 - \\beta_1^t)$ and $\\hat v^{(t)} = v^{(t)} / (1 - \\beta_2^t)$ for "
        "$t \\ge 1$, and updates $w^{(t+1)} = w^{(t)} - \\eta\\, \\hat m^{(t+1)} / (\\sqrt{\\hat v^{(t+1)}} + "
        "\\epsilon)$. All sequences start at 0, $0 < \\beta_1, \\beta_2 < 1$ and $\\eta \\ge 0$. The gradient is the "
        "constant $g^{(t)} = c \\ne 0$, and $\\epsilon = 0$."
    ),
    givens=[
        given(less(beta1, 1)), given(less(beta2, 1)), given(equal(epsilon, 0)),
        recurrence(m(t + 1), beta1 * m(t) + (1 - beta1) * c, (t, 0), start={m(0): 0}),
        recurrence(v(t + 1), beta2 * v(t) + (1 - beta2) * c**2, (t, 0), start={v(0): 0}),
        define(mh(k), m(k) / (1 - beta1**k), (k, 1, oo)),
        define(vh(k), v(k) / (1 - beta2**k), (k, 1, oo)),
        recurrence(w(t + 1), w(t) - eta * mh(t + 1) / (sqrt(vh(t + 1)) + epsilon), (t, 0), start={w(0): 0}),
    ],
    parts=[
        Part(".2 Adam", "Find all five sequences for every $t$. How does $w^{(t)}$ depend on $c$?",
             outline=[equal(m(t), ADAM_M), equal(v(t), ADAM_V),
                      every(k, 1, oo, equal(mh(k), c)), every(k, 1, oo, equal(vh(k), c**2))],
             claim=all_of(equal(m(t), ADAM_M), equal(v(t), ADAM_V),
                          every(k, 1, oo, equal(mh(k), c)), every(k, 1, oo, equal(vh(k), c**2)),
                          implies(less(0, c), equal(w(t), -eta * t)), implies(less(c, 0), equal(w(t), eta * t))),
             words="The path depends on the sign of $c$ only, not on its size: Adam does not see a rescaling "
                   "of the loss by a positive factor.",
             answers=[
                 Answer([r"m^{(t)} = (1 - \beta_1) c + \beta_1 m^{(t-1)} = \dots "
                         r"= (1 - \beta_1) \cdot c \cdot (1 + \beta_1 + \beta_1^2 + \dots + \beta_1^{t-1}) "
                         r"= (1 - \beta_1) c \sum_{k=0}^{t-1} \beta_1^k = c \cdot (1 - \beta_1^t)",
                         r"\hat{m}^{(t)} = c",
                         r"v^{(t)} = c^2 \cdot (1 - \beta_2^t)",
                         r"\hat{v}^{(t)} = c^2",
                         r"w^{(t)} = \sum_{k=1}^t \left(-\eta \frac{\hat{m}^{(k)}}{\sqrt{\hat{v}^{(k)} + \epsilon}} "
                         r"\right) = -\eta t"],
                        let=[r"t integer, t \ge 1"], given=["c > 0"], published=("001",),
                        note="The last root should end before the epsilon, which is 0."),
                 Answer([r"w^{(t)} = -\eta t"], let=[r"t integer, t \ge 1"], given=["c < 0"], wrong={1: "sign"},
                        note="The sign of the gradient counts."),
                 Answer([r"\hat{v}^{(t)} = c"], let=[r"t integer, t \ge 1"], wrong={1: "square"}),
             ]),
    ],
    names=SHARED,
)

g = Function("g")
SGDM_UPDATE = {m: beta * m(t) + g(t), w: w(t) - eta * m(t + 1)}
ADAM_UPDATE = {m: beta1 * m(t) + (1 - beta1) * g(t), v: beta2 * v(t) + (1 - beta2) * g(t)**2,
               w: w(t) - eta * m(t + 1) / (1 - beta1 ** (t + 1))
               / (sqrt(v(t + 1) / (1 - beta2 ** (t + 1))) + epsilon)}
s_sgdm, s_adam = Symbol("s_sgdm", real=True), Symbol("s_adam", real=True)
STORED_SGDM, STORED_ADAM = stored_state(SGDM_UPDATE, t, w), stored_state(ADAM_UPDATE, t, w)

MEMORY = Exercise(
    id="optimiser-memory",
    title="What the optimisers store",
    intro=(
        "For each parameter $w$, SGD with momentum updates $m' = \\beta m + g$ and $w' = w - \\eta m'$; "
        "Adam updates $m' = \\beta_1 m + (1 - \\beta_1) g$, $v' = \\beta_2 v + (1 - \\beta_2) g^2$ and then $w$ "
        "from both. A value has to be stored if the next update reads it."
    ),
    givens=[define(s_sgdm, STORED_SGDM), define(s_adam, STORED_ADAM)],
    parts=[
        Part(".1", "How many values does each optimiser store for a parameter, beside the parameter itself?",
             claim=all_of(equal(s_sgdm, 1), equal(s_adam, 2), equal(s_adam / s_sgdm, 2)),
             words="Counted from the update rules: the sums run over the sequences and count one for each whose "
                   "old value the next step reads. For SGDM that is $m$, for Adam $m$ and $v$. The corrected "
                   "values $\\hat m$ and $\\hat v$ are made anew in each step and the step number $t$ is shared by "
                   "all parameters.",
             answers=[
                 Answer([r"s_{\mathrm{SGDM}} = 1", r"s_{\mathrm{Adam}} = 2",
                         r"s_{\mathrm{Adam}} / s_{\mathrm{SGDM}} = 2"],
                        published=("001",)),
                 Answer([r"s_{\mathrm{Adam}} = 3"], wrong={1: ""}, note="The parameter itself is not counted."),
             ]),
    ],
    names=SHARED,
)
