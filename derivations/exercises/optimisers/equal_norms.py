"""Steps of equal length.

SGD and RMSProp may move as far and not to the same place.
"""

from sympy import Symbol, sqrt

from derivations.statement import Exercise, Part, all_of, differs, equal, less, some

eta, rho, s, r, g = (Symbol(name, real=True) for name in ("eta", "rho", "s", "r", "g"))

EQUAL_NORMS = Exercise(
    id="equal-norms",
    title="SGD and RMSProp with steps of equal length",
    intro=(
        "Two parameters have the same gradient $g$, but running means $s$ and $r$ of its square that differ. SGD "
        "with learning rate $\\eta$ changes both by $-\\eta g$; RMSProp with learning rate $\\rho$ and "
        "$\\epsilon = 0$ changes them by $-\\rho g / \\sqrt{s}$ and $-\\rho g / \\sqrt{r}$. Steps of equal length have "
        "equal sums of squares."
    ),
    givens=[],
    parts=[
        Part("", "Suppose that the learning rates are chosen so that both steps are equally long. Do they lead to "
                 "the same point?", title="Not the same point",
             claim=some(eta, some(rho, some(s, some(r, some(g, all_of(
                 less(0, eta), less(0, rho), less(0, s), less(0, r),
                 equal(2 * eta**2 * g**2, rho**2 * g**2 / s + rho**2 * g**2 / r),
                 differs(eta * g, rho * g / sqrt(s)))))))),
             words="No: the example shows it. The step of SGD has two equal components, that of RMSProp has not, "
                   "so that they point in different directions whatever their length."),
    ],
    names={"x": r"\eta", "y": r"\rho", "z": "s", "u": "r", "v": "g"},         # the letters of the example
)
