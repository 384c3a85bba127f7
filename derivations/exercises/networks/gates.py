"""Gates on a highway path.

Why a recurrent network needs them and a residual network does not.
"""

from derivations.statement import Exercise, Part

GATES = Exercise(
    id="highway-gates",
    title="Gates in recurrent and residual networks",
    intro=(
        "A residual network computes $h_{l+1} = h_l + F_l(h_l)$ for its layers $l$; a gated recurrent network "
        "computes $h_{t+1} = g_t \\odot h_t + (1 - g_t) \\odot F(h_t, x_t)$ for its steps $t$, with a gate "
        "$g_t \\in (0, 1)$ that is computed from $h_t$ and $x_t$."
    ),
    givens=[],
    parts=[
        Part("", "Why does the recurrent network need the gate, while the residual network does without?",
             words="Every layer of a residual network has parameters of its own, so training can set the size of "
                   "each $F_l$, and with it how much layer $l$ changes what it receives, for each $l$ separately. A "
                   "recurrent network uses one and the same $F$ at every step. With $h_{t+1} = h_t + F(h_t, x_t)$ no "
                   "choice of parameters could write something at one step and leave the state alone at the "
                   "next, unless the input itself says so; and the state would grow with the number of steps. How "
                   "much is kept and how much is written has to depend on the data: that is what the gate does."),
    ],
)
