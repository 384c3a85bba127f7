"""Claims about random variables.

Independence, symmetry and second moments where they are given and where they are only assumed.
"""

from __future__ import annotations

from fractions import Fraction

from case import EQUAL, NOT_EQUAL, SIDE, Case
from stating import X, eq, every, f, le, lt, ne, over, q, randoms, symbols, whole, within

c, d, i, j, p, s, v = symbols("c d i j p s v")
(R, S, T) = randoms("X Y Z")
(W,) = randoms("W")


def mean(x: X) -> X:
    return f("E", x)


def var(x: X) -> X:
    return f("var", x)


def integrable(*xs: X) -> tuple[X, ...]:
    return tuple(f("integrable", x) for x in xs)


def squares(*xs: X) -> tuple[X, ...]:
    return tuple(f("integrable", x**2) for x in xs)


def surely(x: X) -> X:
    return f("surely", x)


INDEPENDENT = f("indep", R, S)
BOTH = squares(R, S)
ALIKE = (f("samelaw", R, S), *BOTH)
COIN = {"X": (1, -1), "Y": (1, -1)}                    # Y is X
SHIFTED = {"X": (1, 3), "Y": (1, 3)}
FOUR = {"X": (0, 0, 2, 2), "Y": (0, 2, 0, 2)}          # independent

MOMENTS = (
    Case("var-std", eq(f("sqrt", var(R)), var(R)), NOT_EQUAL, squares(R), at={"X": (0, 4)}),
    Case("var-doubled", eq(var(2 * R), 2 * var(R)), NOT_EQUAL, squares(R), at={"X": (0, 2)}),
    Case("var-doubled-right", eq(var(2 * R), 4 * var(R)), EQUAL, squares(R)),
    Case("var-twice-the-same", eq(var(R + R), 2 * var(R)), NOT_EQUAL, squares(R), at={"X": (0, 2)}),
    Case("var-twice-the-same-right", eq(var(R + R), 4 * var(R)), EQUAL, squares(R)),
    Case("var-with-itself-removed", eq(var(R - R), 2 * var(R)), NOT_EQUAL, squares(R), at={"X": (0, 2)}),
    Case("var-shifted", eq(var(R + c), var(R) + c), NOT_EQUAL, squares(R), at={"X": (0, 2), "c": 1}),
    Case("var-shifted-right", eq(var(R + c), var(R)), EQUAL, squares(R)),
    Case("var-negated", eq(var(-R), -var(R)), NOT_EQUAL, squares(R), at={"X": (0, 2)}),
    Case("var-is-second-moment", eq(var(R), mean(R**2)), NOT_EQUAL, squares(R), at={"X": (1, 3)}),
    Case("var-is-second-moment-centred", eq(var(R), mean(R**2)), EQUAL, (*squares(R), eq(mean(R), 0))),
    Case("var-formula", eq(var(R), mean(R**2) - mean(R)**2), SIDE, side=squares(R), at=None,
         note="undefined for laws without a second moment"),
    Case("var-formula-turned", eq(var(R), mean(R)**2 - mean(R**2)), NOT_EQUAL, squares(R), at={"X": (1, 3)}),
    Case("var-zero", eq(var(R), 0), NOT_EQUAL, squares(R), at={"X": (0, 2)}),
    Case("var-negative", le(var(R), 0), NOT_EQUAL, squares(R), at={"X": (0, 2)}),
    Case("mean-squared", eq(mean(R**2), mean(R)**2), NOT_EQUAL, squares(R), at={"X": (0, 2)}),
    Case("mean-inverse", eq(mean(1 / R), 1 / mean(R)), NOT_EQUAL,
         (*integrable(R, 1 / R), surely(lt(0, R))), at={"X": (1, 3)}),
    Case("mean-abs", eq(mean(f("abs", R)), f("abs", mean(R))), NOT_EQUAL, integrable(R), at={"X": (1, -1)}),
    Case("mean-relu", eq(mean(f("relu", R)), f("relu", mean(R))), NOT_EQUAL, integrable(R), at={"X": (1, -1)}),
    Case("mean-root", eq(mean(f("sqrt", R)), f("sqrt", mean(R))), NOT_EQUAL,
         (*integrable(R, f("sqrt", R)), surely(le(0, R))), at={"X": (0, 4)}),
    Case("mean-exp", eq(mean(f("exp", R)), f("exp", mean(R))), NOT_EQUAL,
         integrable(R, f("exp", R)), at={"X": (0, 1)}),
    Case("mean-max", eq(mean(f("max", R, S)), f("max", mean(R), mean(S))), NOT_EQUAL, integrable(R, S), at=FOUR),
    Case("mean-sum", eq(mean(R + S), mean(R) + mean(S)), SIDE, side=integrable(R, S), at=None,
         note="undefined for laws without a mean"),
    Case("mean-itself-removed", eq(mean(R - R), 0), EQUAL),
    Case("mean-of-mean", eq(mean(R * mean(R)), mean(R)**2), EQUAL, integrable(R)),
    Case("mean-of-mean-wrong", eq(mean(R * mean(R)), mean(R * R)), NOT_EQUAL, squares(R), at={"X": (0, 2)}),
    Case("mean-constant-out", eq(mean(c * R), c * mean(R)), EQUAL, integrable(R)),
    Case("mean-random-out", eq(mean(S * R), S * mean(R)), NOT_EQUAL, BOTH, at=FOUR),
    Case("mean-given-event", eq(f("condE", R, lt(0, R)), mean(R)), NOT_EQUAL,
         (*integrable(R), lt(0, f("P", lt(0, R)))), at={"X": (1, -1)}),
    Case("mean-as-outcome", eq(R, mean(R)), NOT_EQUAL, integrable(R), at={"X": (0, 2)}),
    Case("indicator-mean", eq(mean(f("ind", lt(0, R))), f("P", lt(0, R))), EQUAL),
    Case("event-complement", eq(f("P", lt(0, R)) + f("P", lt(R, 0)), 1), NOT_EQUAL, at={"X": (0, 1)}),
    Case("relu-half", eq(mean(f("relu", R)**2), mean(R**2) / 2), NOT_EQUAL, squares(R), at={"X": (1, 2)}),
    Case("relu-half-centred", eq(mean(f("relu", R)**2), mean(R**2) / 2), NOT_EQUAL,
         (*squares(R), eq(mean(R), 0)), at={"X": (2, -1, -1)}, note="mean 0 is not symmetry"),
    Case("relu-half-symmetric", eq(mean(f("relu", R)**2), mean(R**2) / 2), EQUAL,
         (*squares(R), f("samelaw", R, -R))),
)

PAIRS = (
    Case("pair-var-sum", eq(var(R + S), var(R) + var(S)), NOT_EQUAL, BOTH, at=COIN),
    Case("pair-var-sum-independent", eq(var(R + S), var(R) + var(S)), EQUAL, (*BOTH, INDEPENDENT)),
    Case("pair-var-difference", eq(var(R - S), var(R) - var(S)), NOT_EQUAL, (*BOTH, INDEPENDENT), at=FOUR),
    Case("pair-var-difference-right", eq(var(R - S), var(R) + var(S)), EQUAL, (*BOTH, INDEPENDENT)),
    Case("pair-var-iid-difference", eq(var(R - S), 0), NOT_EQUAL, (*ALIKE, INDEPENDENT), at=FOUR),
    Case("pair-var-iid-difference-right", eq(var(R - S), 2 * var(R)), EQUAL,
         (*BOTH, INDEPENDENT, eq(var(R), v), eq(var(S), v))),
    Case("pair-var-product", eq(var(R * S), var(R) * var(S)), NOT_EQUAL,
         (*BOTH, INDEPENDENT), at=FOUR),
    Case("pair-mean-product", eq(mean(R * S), mean(R) * mean(S)), NOT_EQUAL, BOTH, at=COIN),
    Case("pair-mean-product-independent", eq(mean(R * S), mean(R) * mean(S)), EQUAL, (*BOTH, INDEPENDENT)),
    Case("pair-mean-quotient", eq(mean(R / S), mean(R) / mean(S)), NOT_EQUAL,
         (*BOTH, *integrable(R / S), INDEPENDENT, surely(lt(0, S))), at={"X": (1, 1), "Y": (1, 3)}),
    Case("pair-uncorrelated-squares", eq(mean(R**2 * S**2), mean(R**2) * mean(S**2)), NOT_EQUAL,
         (*squares(R**2, S**2), eq(f("cov", R, S), 0)), at={"X": (1, -1, 0, 0), "Y": (0, 0, 1, -1)}),
    Case("pair-pairwise", eq(mean(R * S * T), mean(R) * mean(S) * mean(T)), NOT_EQUAL,
         (*squares(R, S, T), *integrable(R * S * T), INDEPENDENT, f("indep", S, T), f("indep", R, T)),
         at={"X": (1, 1, -1, -1), "Y": (1, -1, 1, -1), "Z": (1, -1, -1, 1)}),
    Case("pair-cov-with-sum", eq(f("cov", R + S, R), 0), NOT_EQUAL, (*BOTH, INDEPENDENT), at=FOUR),
    Case("pair-cov-symmetric", eq(f("cov", R, S), f("cov", S, R)), EQUAL, BOTH),
    Case("pair-cov-itself", eq(f("cov", R, R), var(R)), EQUAL, squares(R)),
    Case("pair-same-law", eq(mean(R * S), mean(R**2)), NOT_EQUAL, ALIKE, at=FOUR),
    Case("pair-same-law-means", eq(mean(R), mean(S)), EQUAL, (*integrable(R, S), f("samelaw", R, S))),
    Case("pair-same-law-outcomes", eq(R, S), NOT_EQUAL, ALIKE, at=FOUR),
    Case("pair-sum-squared", eq(mean((R + S)**2), mean(R**2) + mean(S**2)), NOT_EQUAL, (*BOTH, INDEPENDENT),
         at=FOUR),
    Case("pair-sum-squared-centred", eq(mean((R + S)**2), mean(R**2) + mean(S**2)), EQUAL,
         (*BOTH, INDEPENDENT, eq(mean(R), 0))),
    Case("pair-max-plus-min", eq(f("max", R, S) + f("min", R, S), R + S), EQUAL),
)

NORMAL = f("law_normal", R, 0, s)
LAWS = (
    Case("law-normal-variance", eq(var(R), s), EQUAL, (NORMAL, lt(0, s))),
    Case("law-normal-deviation", eq(var(R), s**2), NOT_EQUAL, (NORMAL, lt(0, s)), at={"s": 2, "X": ("normal", 0, 2)}),
    Case("law-bernoulli", eq(var(R), p * (1 - p)), EQUAL, (f("law_bernoulli", R, p), lt(0, p), lt(p, 1))),
    Case("law-bernoulli-mean", eq(var(R), p), NOT_EQUAL, (f("law_bernoulli", R, p), lt(0, p), lt(p, 1)),
         at={"p": Fraction(1, 2), "X": (0, 1)}),
    Case("law-uniform", eq(var(R), q(1, 12)), EQUAL, (f("law_uniform", R, 0, 1),)),
    Case("law-uniform-length", eq(var(R), q(1, 2)), NOT_EQUAL, (f("law_uniform", R, 0, 1),),
         at={"X": ("uniform", 0, 1)}),
    Case("law-exponential-mean", eq(mean(R), s), NOT_EQUAL, (f("law_exponential", R, s), lt(0, s)),
         at={"s": 2, "X": ("exponential", 2)}),
    Case("law-poisson-deviation", eq(var(R), s**2), NOT_EQUAL, (f("law_poisson", R, s), lt(0, s)),
         at={"s": 2, "X": ("poisson", 2)}),
    Case("law-fourth-moment", eq(mean(R**4), mean(R**2)**2), NOT_EQUAL, (f("law_normal", R, 0, 1),),
         at={"X": ("normal", 0, 1)}),
)

SIZE = tuple(whole(d, 1))
SPAN = within(i, 1, d)


def each(claim: X) -> X:
    return every(i, *SPAN, claim)


ALL = over("sum", i, 1, d, W(i))
FAMILY = (*SIZE, each(eq(var(W(i)), v)), each(f("integrable", W(i)**2)))
FREE = f("indep", over("fam", i, 1, d, W(i)))
SAME = {(1,): (1, -1), (2,): (1, -1)}
APART = {(1,): (0, 0, 2, 2), (2,): (0, 2, 0, 2)}
FAMILIES = (
    Case("family-var", eq(var(ALL), d * v), EQUAL, (*FAMILY, FREE)),
    Case("family-var-dependent", eq(var(ALL), d * v), NOT_EQUAL, FAMILY, at={"d": 2, "v": 1, "W": SAME}),
    Case("family-var-squared-size", eq(var(ALL), d**2 * v), NOT_EQUAL, (*FAMILY, FREE), at={"d": 2, "v": 1, "W": APART}),
    Case("family-var-one-less", eq(var(over("sum", i, 1, d - 1, W(i))), d * v), NOT_EQUAL, (*FAMILY, FREE),
         at={"d": 2, "v": 1, "W": APART}),
    Case("family-var-mean", eq(var(ALL / d), v), NOT_EQUAL, (*FAMILY, FREE), at={"d": 2, "v": 1, "W": APART}),
    Case("family-var-mean-right", eq(var(ALL / d), v / d), EQUAL, (*FAMILY, FREE)),
    Case("family-one-drawn", eq(var(over("sum", i, 1, d, W(1))), d * v), NOT_EQUAL, (*FAMILY, FREE),
         at={"d": 2, "v": 1, "W": APART}, note="the same variable d times"),
    Case("family-second-moment", eq(mean(ALL**2), d * v), NOT_EQUAL, (*FAMILY, FREE),
         at={"d": 2, "v": 1, "W": APART}, note="the means need not be 0"),
    Case("family-second-moment-centred", eq(mean(ALL**2), d * v), EQUAL, (*FAMILY, FREE, each(eq(mean(W(i)), 0)))),
    Case("family-cov", eq(f("cov", W(1), W(d)), 0), NOT_EQUAL, (*FAMILY, FREE), at={"d": 1, "v": 1, "W": {(1,): (1, -1)}},
         note="the first and the last may be the same"),
    Case("family-outside", eq(var(W(d + 1)), v), NOT_EQUAL, FAMILY, at={
        "d": 1, "v": 1, "W": {(1,): (1, -1), (2,): (2, -2)}}),
    Case("family-mean", eq(mean(ALL), over("sum", i, 1, d, mean(W(i)))), EQUAL, FAMILY),
    Case("family-product", eq(mean(W(i) * W(j)), mean(W(i)) * mean(W(j))), SIDE,
         (*FAMILY, FREE, *SPAN, *within(j, 1, d)), (ne(i, j),), at={"d": 1, "v": 1, "i": 1, "j": 1, "W": {(1,): (1, -1)}}),
)

CHANCE = (*MOMENTS, *PAIRS, *LAWS, *FAMILIES)
