"""Prefix-free codes as probabilities.

A code word of length l is met with probability 2^(-l), and a bound for probabilities is one for codes.
"""

from typing import Any

from sympy import Function, Rational, Symbol, log, oo

from derivations.statement import Answer, Exercise, Part, all_of, at_most, equal, every, given, integer, less

length = Symbol("l", integer=True, nonnegative=True)
size = Symbol("N", integer=True, positive=True)
chance, most = Symbol("P", positive=True), Symbol("M", positive=True)
loss, trained = Symbol("L", real=True), Symbol("Lhat", real=True)
delta = Symbol("delta", positive=True)


def bound(complexity: object) -> object:
    """The right-hand side of the bound, for a complexity in nats."""
    return Rational(10, 9) * (trained + 5 * most / size * (complexity + log(1 / delta)))


h, b, v = (Symbol(name, integer=True) for name in ("h", "b", "v"))
S, c = Function("S"), Function("c")


def at_nodes(claim: Any) -> Any:
    """For all words, given by their number b of bits and their value v as binary numbers."""
    return every(b, 0, oo, every(v, 0, oo, claim))


KRAFT = Exercise(
    id="kraft-inequality",
    title="Kraft's inequality",
    intro=(
        "A binary word is given by the number $b$ of its bits and its value $v$ as a binary number; one more bit makes "
        "$(b+1, 2v)$ or $(b+1, 2v+1)$ of it. For a code let $c(b,v)$ be 1 if $(b,v)$ is a code word and 0 if not. Let "
        "$S_h(b,v)$ be the sum of $2^{-k}$ over the code words that begin with $(b,v)$ and have $k \\le h$ bits more. "
        "Taken apart by the first of these bits, $S_{h+1}(b,v) = c(b,v) + \\frac12 S_h(b+1,2v) + \\frac12 "
        "S_h(b+1,2v+1)$. The code is prefix-free: where $c(b,v) = 1$ there is no longer code word that begins with "
        "$(b,v)$, so that $S_h$ is 0 at both words with one bit more."
    ),
    givens=[
        given(at_nodes(all_of(integer(c(b, v)), at_most(0, c(b, v)), at_most(c(b, v), 1)))),
        given(at_nodes(equal(S(0, b, v), c(b, v)))),
        given(every(h, 0, oo, at_nodes(equal(S(h + 1, b, v), c(b, v) + S(h, b + 1, 2 * v) / 2
                                             + S(h, b + 1, 2 * v + 1) / 2)))),
        given(every(h, 0, oo, at_nodes(equal(c(b, v) * S(h, b + 1, 2 * v), 0)))),
        given(every(h, 0, oo, at_nodes(equal(c(b, v) * S(h, b + 1, 2 * v + 1), 0)))),
    ],
    parts=[
        Part("a", "Show that $\\sum 2^{-|C|} \\le 1$ for the code words $C$ with at most $h$ bits, for every $h$: "
                  "the numbers $2^{-|C|}$ are probabilities, up to what is missing to 1.", title="A sub-probability",
             outline=[every(h, 0, oo, at_nodes(at_most(S(h, b, v), 1)))],
             claim=every(h, 0, oo, at_most(S(h, 0, 0), 1)),
             words="The empty word is $(0,0)$, so that $S_h(0,0)$ is the sum over all code words with at most $h$ "
                   "bits. It is also the probability that a fair coin, flipped $h$ times, has spelt out a code word: "
                   "with one bit known, half of each branch is left. That the sum over a branch obeys the recursion "
                   "is its definition here.",
             answers=[Answer([r"S_0(0, 0) = c(0, 0)", r"S_1(0, 0) = c(0, 0) + \frac12 c(1, 0) + \frac12 c(1, 1)"])]),
    ],
    names={"S": "S_{#1}(#2,#3)", "c": "c(#1,#2)"},
)

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
        Part("b", "How is the code length found from $P$?", title="Code length",
             claim=equal(-log(2**(-length)) / log(2), length),
             answers=[Answer([r"-\log_2 2^{-\ell} = \ell"]), Answer([r"\log_2 2^{-\ell} = \ell"], wrong={1: "sign"})]),
        Part("c", "Insert $P(h) = 2^{-\\ell}$ into the bound.", title="The bound for codes",
             givens=[given(equal(chance, 2**(-length))), given(less(delta, 1)),
                     given(at_most(loss, bound(log(1 / chance))))],
             outline=[equal(log(1 / chance), length * log(2)),
                      equal(bound(log(1 / chance)), bound(length * log(2)))],
             claim=at_most(loss, bound(length * log(2))),
             answers=[
                 Answer([r"P = 2^{-\ell}", r"\ln \frac{1}{P} = \ell \ln 2"], published=("004",),
                        note="P stands for P(x), and the length for |C(x)|."),
                 Answer([r"\ln \frac{1}{P} = \ell"], wrong={1: r"\log(2)"}, note="Bits are not nats."),
             ]),
    ],
    names={"l": r"\ell", "Lhat": r"\hat L", "delta": r"\delta"},
)
