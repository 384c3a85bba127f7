"""Prefix-free codes as probabilities.

A code word of length l is met with probability 2^(-l), and a bound for probabilities is one for codes.
"""

from sympy import Rational, Symbol, log

from derivations.statement import Exercise, Part, at_most, equal, given, less

length = Symbol("l", integer=True, nonnegative=True)
size = Symbol("N", integer=True, positive=True)
chance, most = Symbol("P", positive=True), Symbol("M", positive=True)
loss, trained = Symbol("L", real=True), Symbol("Lhat", real=True)
delta = Symbol("delta", positive=True)


def bound(complexity: object) -> object:
    """The right-hand side of the bound, for a complexity in nats."""
    return Rational(10, 9) * (trained + 5 * most / size * (complexity + log(1 / delta)))


PREFIX_FREE = Exercise(
    id="prefix-free-codes",
    title="From probabilities to code lengths",
    intro=(
        "A code gives every hypothesis $h$ a word $C(h)$ of $\\ell = |C(h)|$ bits, and no word is the beginning of "
        "another one. The general bound holds for every distribution $P$ on the hypotheses: with probability at least "
        "$1 - \\delta$ over the $N$ training examples, the loss of every $h$ is "
        "$L \\le \\frac{10}{9} \\bigl(\\hat L + \\frac{5 M}{N} (\\ln \\frac{1}{P(h)} + \\ln "
        "\\frac{1}{\\delta})\\bigr)$, where $\\hat L$ is its loss on the examples and $M$ the largest possible loss. "
        "It remains true if the numbers $P(h)$ add up to less than 1."
    ),
    givens=[],
    parts=[
        Part("a", "Why is $P(h) = 2^{-|C(h)|}$ such a distribution?", title="Kraft's inequality",
             words="Flip a fair coin for one bit after the other until the bits form a code word. A given word of "
                   "$\\ell$ bits comes up with probability $2^{-\\ell}$: it does if the first $\\ell$ flips are its "
                   "bits, and no shorter word can have stopped the flipping before, since none is a beginning of it. "
                   "Different words cannot come up together, as this would make one the beginning of the other. So "
                   "the numbers $2^{-|C(h)|}$ are probabilities of events that exclude each other, and add up to at "
                   "most 1."),
        Part("b", "How is the code length found from $P$?", title="Code length",
             claim=equal(-log(2**(-length)) / log(2), length)),
        Part("c", "Insert $P(h) = 2^{-\\ell}$ into the bound.", title="The bound for codes",
             givens=[given(equal(chance, 2**(-length))), given(less(delta, 1)),
                     given(at_most(loss, bound(log(1 / chance))))],
             outline=[equal(log(1 / chance), length * log(2)),
                      equal(bound(log(1 / chance)), bound(length * log(2)))],
             claim=at_most(loss, bound(length * log(2)))),
    ],
    names={"l": r"\ell", "Lhat": r"\hat L", "delta": r"\delta"},
)
