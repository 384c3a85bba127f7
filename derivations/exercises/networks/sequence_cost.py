"""Cost of translating a sequence.

Nodes of the computation graph with and without attention, and their order of growth.
"""

from sympy import Sum, Symbol

from derivations.statement import Answer, Exercise, Part, all_of, equal, grows_at_most, negation

n, m = (Symbol(name, integer=True, positive=True) for name in ("n", "m"))
i, j = (Symbol(name, integer=True) for name in ("i", "j"))

plain = Sum(1, (i, 1, n)) + Sum(1, (j, 1, m))
attention = plain + Sum(Sum(1, (i, 1, n)), (j, 1, m))
ranges = ((n, 1), (m, 1))

SIZES = ["n, m positive integer"]

SEQUENCE_COST = Exercise(
    id="sequence-cost",
    title="Cost of sequence-to-sequence models",
    intro=(
        "A model reads $n \\ge 1$ words and writes $m \\ge 1$ words. Its computation graph has one node for each word "
        "that is read and one for each word that is written; with attention it has a further node for the weight "
        "$\\alpha_{i,j}$ of every input word $i$ at every output word $j$. The forward pass visits each node once, "
        "the backward pass visits each node once more, and a visit costs a bounded number of operations, whatever "
        "$n$ and $m$. Here $f = O(g)$ means that there is a constant $C > 0$ with $f \\le C g$ for all "
        "$n, m \\ge 1$."
    ),
    givens=[],
    parts=[
        Part("a", "How many nodes does the forward pass visit, without attention and with it?", title="Forward pass",
             claim=all_of(equal(plain, n + m), equal(attention, n + m + n * m))),
        Part("b", "Show that without attention both passes together are $O(n + m)$.", title="Without attention",
             claim=grows_at_most(2 * plain, n + m, *ranges),
             answers=[Answer(["n + m = O(n+m)"], let=SIZES, published=("004",)),
                      Answer(["n + m = O(nm)"], let=SIZES, note="True, if not sharp."),
                      Answer(["nm = O(n + m)"], let=SIZES, wrong={1: ""})]),
        Part("c", "Show that with attention both passes together are $O(nm)$.", title="With attention",
             claim=grows_at_most(2 * attention, n * m, *ranges),
             answers=[Answer(["n + m + nm = O(nm)"], let=SIZES, published=("004",)),
                      Answer([r"n + m + nm \le 3nm", "n + m + nm = O(nm)"], let=SIZES),
                      Answer([r"n + m + nm \le 2nm"], let=SIZES, wrong={1: ""}, note="False for n = m = 1.")]),
        Part("d", "Show that the cost with attention is not $O(n + m)$.", title="Attention is not linear",
             claim=negation(grows_at_most(attention, n + m, *ranges)),
             answers=[Answer(["n + m + nm = O(n + m)"], let=SIZES, wrong={1: ""})]),
    ],
)
