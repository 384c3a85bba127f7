"""Claims about sums, products and sequences.

Ranges that may be empty, bounds off by one, poles, shadowed indices, recurrences that start late.
"""

from __future__ import annotations

from fractions import Fraction

from case import EQUAL, NOT_EQUAL, SIDE, Case
from stating import X, eq, every, f, le, lt, ne, over, put, q, symbols, whole, within

x, y, a, b, c, r, n, m, i, j, k, t, s = symbols("x y a b c r n m i j k t s")
beta, g, u, v, w, z = symbols("beta g u v w z")
HALF = Fraction(1, 2)
TWO = q(2, 1)


def total(index: X, lo: X | int, hi: X | int, body: X | int) -> X:
    return over("sum", index, lo, hi, body)


def product(index: X, lo: X | int, hi: X | int, body: X | int) -> X:
    return over("prod", index, lo, hi, body)


WHOLE, NATURAL, POSITIVE = tuple(whole(n)), tuple(whole(n, 0)), tuple(whole(n, 1))
GAUSS = n * (n + 1) / 2
ROW = {(1,): 1, (2,): 2, (3,): 4, (0,): 7}

RANGES = (
    Case("range-gauss", eq(total(k, 1, n, k), GAUSS), EQUAL, NATURAL),
    Case("range-gauss-below", eq(total(k, 1, n, k), GAUSS), SIDE, WHOLE, (le(0, n),), at={"n": -2}),
    Case("range-gauss-real", eq(total(k, 1, x, k), x * (x + 1) / 2), SIDE, (le(0, x),), (f("isint", x),),
         at={"x": HALF}),
    Case("range-gauss-short", eq(total(k, 1, n - 1, k), GAUSS), NOT_EQUAL, NATURAL, at={"n": 1}),
    Case("range-gauss-from-two", eq(total(k, 2, n, k), GAUSS - 1), SIDE, NATURAL, (le(1, n),), at={"n": 0}),
    Case("range-gauss-shifted", eq(total(k, 1, n, k), (n**2 + n + 2) / 2), NOT_EQUAL, POSITIVE, at={"n": 1},
         note="the induction step works"),
    Case("range-length", eq(total(k, m, n, 1), n - m + 1), SIDE, (*WHOLE, *whole(m)), (le(m, n + 1),),
         at={"m": 3, "n": 1}),
    Case("range-length-off", eq(total(k, m, n, 1), n - m), NOT_EQUAL, (*WHOLE, *whole(m), le(m, n)),
         at={"m": 1, "n": 1}),
    Case("range-half", eq(total(k, 1, n / 2, 1), n / 2), SIDE, NATURAL, (f("isint", n / 2),), at={"n": 1}),
    Case("range-moved-wrong", eq(total(k, 0, n - 1, x(k)), total(k, 1, n, x(k))), NOT_EQUAL, POSITIVE,
         at={"n": 1, "x": ROW}),
    Case("range-moved", eq(total(k, 0, n - 1, x(k + 1)), total(k, 1, n, x(k))), EQUAL, WHOLE),
    Case("range-reversed", eq(total(k, 1, n, x(n + 1 - k)), total(k, 1, n, x(k))), EQUAL, WHOLE),
    Case("range-reversed-off", eq(total(k, 1, n, x(n - k)), total(k, 1, n, x(k))), NOT_EQUAL, POSITIVE,
         at={"n": 1, "x": ROW}),
    Case("range-swapped-bounds", eq(total(k, m, n, x(k)), -total(k, n + 1, m - 1, x(k))), NOT_EQUAL,
         (*WHOLE, *whole(m), le(m, n)), at={"m": 1, "n": 1, "x": ROW}, note="an empty sum is 0"),
    Case("range-just-empty", eq(total(k, n + 1, n, x(k)), 0), EQUAL, WHOLE),
    Case("range-more-than-empty", eq(total(k, n + 2, n, x(k)), 0), EQUAL, WHOLE),
    Case("range-negative-length", eq(total(k, n + 2, n, x(k)), -x(n + 1)), NOT_EQUAL, WHOLE,
         at={"n": 0, "x": {(1,): 1}}),
    Case("range-empty-product", eq(product(k, n + 1, n, x(k)), 0), NOT_EQUAL, WHOLE, at={"n": 0, "x": {}}),
    Case("range-joined", eq(total(k, 1, m, x(k)) + total(k, m + 1, n, x(k)), total(k, 1, n, x(k))), SIDE,
         (*WHOLE, *whole(m)), (le(0, m), le(m, n)), at={"m": 2, "n": 1, "x": ROW}),
    Case("range-joined-overlap", eq(total(k, 1, m, x(k)) + total(k, m, n, x(k)), total(k, 1, n, x(k))),
         NOT_EQUAL, (*WHOLE, *whole(m), le(1, m), le(m, n)), at={"m": 1, "n": 1, "x": ROW}),
    Case("range-last-term", eq(total(k, 1, n, x(k)), total(k, 1, n - 1, x(k)) + x(n)), SIDE, WHOLE, (le(1, n),),
         at={"n": 0, "x": {(0,): 7}}),
    Case("range-mean-of-none", eq(total(k, 1, n, c) / n, c), SIDE, NATURAL, (ne(n, 0),), at={"n": 0, "c": 1}),
    Case("range-largest", eq(over("maxover", k, 1, n, k), n), SIDE, WHOLE, (le(1, n),), at={"n": 0}),
    Case("range-counted", eq(over("count", k, 0, n, le(1, k)), n), EQUAL, NATURAL),
    Case("range-counted-off", eq(over("count", k, 0, n, le(0, k)), n), NOT_EQUAL, NATURAL, at={"n": 0}),
    Case("range-long", eq(total(k, 1, 10**9, 1 / k), 21), NOT_EQUAL, at=None, note="too long to evaluate"),
    Case("range-long-constant", eq(total(k, 1, 10**9, c), 10**9 * c), EQUAL),
    Case("range-long-off", eq(total(k, 0, 10**9, c), 10**9 * c), NOT_EQUAL, at=None,
         note="wrong for every c but 0, and too long to evaluate"),
)

SUMS_OF_TERMS = (
    Case("sum-squared", eq(total(k, 1, n, x(k))**2, total(k, 1, n, x(k)**2)), NOT_EQUAL, POSITIVE,
         at={"n": 2, "x": ROW}),
    Case("sum-of-products", eq(total(k, 1, n, x(k) * y(k)), total(k, 1, n, x(k)) * total(k, 1, n, y(k))),
         NOT_EQUAL, POSITIVE, at={"n": 2, "x": ROW, "y": ROW}),
    Case("sum-of-quotients", eq(total(k, 1, n, x(k) / y(k)), total(k, 1, n, x(k)) / total(k, 1, n, y(k))),
         NOT_EQUAL, (*POSITIVE, every(k, f("isint", k), lt(0, y(k)))), at={"n": 2, "x": ROW, "y": ROW}),
    Case("sum-of-roots", eq(total(k, 1, n, f("sqrt", x(k)**2)), total(k, 1, n, x(k))), NOT_EQUAL, POSITIVE,
         at={"n": 1, "x": {(1,): -1}}),
    Case("sum-shadowed", eq(total(i, 1, n, total(i, 1, n, i * i)), total(i, 1, n, i)**2), NOT_EQUAL, POSITIVE,
         at={"n": 2}),
    Case("sum-shadowed-right", eq(total(i, 1, n, total(i, 1, n, i * i)), n * total(i, 1, n, i**2)), EQUAL, NATURAL),
    Case("sum-of-pairs", eq(total(i, 1, n, x(i)) * total(j, 1, n, x(j)), total(i, 1, n, total(j, 1, n, x(i) * x(j)))),
         EQUAL, NATURAL),
    Case("sum-triangle", eq(total(i, 1, n, total(j, 1, i, z(i, j))), total(j, 1, n, total(i, 1, j, z(i, j)))),
         NOT_EQUAL, POSITIVE, at={"n": 2, "z": {(1, 1): 1, (2, 1): 2, (2, 2): 3, (1, 2): 5}}),
    Case("sum-triangle-right", eq(total(i, 1, n, total(j, 1, i, z(i, j))), total(j, 1, n, total(i, j, n, z(i, j)))),
         EQUAL, POSITIVE),
    Case("sum-captured", eq(put(total(k, 1, n, a * k), a, k), total(k, 1, n, k * k)), NOT_EQUAL,
         (*POSITIVE, *whole(k)), at={"n": 2, "k": 5}),
    Case("sum-captured-right", eq(put(total(k, 1, n, a * k), a, k), k * total(k, 1, n, k)), EQUAL,
         (*POSITIVE, *whole(k))),
    Case("sum-free-factor", eq(total(k, 1, n, k * x(j)), x(j) * total(k, 1, n, k)), EQUAL, NATURAL),
    Case("sum-bound-factor", eq(total(k, 1, n, k * x(k)), x(k) * total(k, 1, n, k)), NOT_EQUAL,
         (*POSITIVE, *whole(k)), at={"n": 1, "k": 2, "x": ROW}),
    Case("sum-geometric", eq(total(k, 0, n, r**k), (1 - r**(n + 1)) / (1 - r)), SIDE, NATURAL, (ne(r, 1),),
         at={"r": 1, "n": 0}),
    Case("sum-geometric-from-one", eq(total(k, 1, n, r**k), (1 - r**n) / (1 - r)), NOT_EQUAL,
         (*POSITIVE, lt(0, r), lt(r, 1)), at={"r": HALF, "n": 1}),
    Case("sum-geometric-short", eq(total(k, 0, n - 1, r**k), (1 - r**(n + 1)) / (1 - r)), NOT_EQUAL,
         (*POSITIVE, lt(0, r), lt(r, 1)), at={"r": HALF, "n": 1}),
    Case("sum-alternating", eq(total(k, 0, n, f("neg", 1)**k), 1), NOT_EQUAL, NATURAL, at={"n": 1}),
    Case("sum-squares", eq(total(k, 1, n, k**2), n * (n + 1) * (2 * n + 1) / 6), EQUAL, NATURAL),
    Case("sum-squares-small", eq(total(k, 0, n, k**2), 2 * n**2 - n), NOT_EQUAL, NATURAL, at={"n": 3},
         note="right at 0 and 1"),
    Case("sum-cubes-small", eq(total(k, 0, n, k**3), 9 * n**2 - 9 * n + n**3 - n * (n - 1) * (n - 2) - n**3 + n),
         NOT_EQUAL, NATURAL, at={"n": 3}),
    Case("sum-powers-small", eq(total(k, 1, n, TWO**(k - 1)), (n**3 - 3 * n**2 + 8 * n) / 6), NOT_EQUAL, NATURAL,
         at={"n": 4}, note="right from 0 to 3"),
    Case("sum-pole", eq(total(k, 0, n, k / k), n + 1), NOT_EQUAL, NATURAL, at={"n": 0}, note="the first term is 0/0"),
    Case("sum-no-pole", eq(total(k, 1, n, k / k), n), EQUAL, NATURAL),
    Case("sum-inner-pole", eq(total(k, 0, n, (k**2 - k) / (k - 1)), n * (n + 1) / 2), NOT_EQUAL, POSITIVE,
         at={"n": 1}),
    Case("sum-pole-between", eq(total(k, -n, n, 1 / k), 0), NOT_EQUAL, POSITIVE, at={"n": 1},
         note="the terms cancel, but the one at 0 does not exist"),
    Case("sum-telescope", eq(total(k, 1, n, 1 / (k * (k + 1))), n / (n + 1)), EQUAL, NATURAL),
    Case("sum-telescope-below", eq(total(k, 1, n, 1 / (k * (k + 1))), n / (n + 1)), SIDE, WHOLE, (le(0, n),),
         at={"n": -1}),
    Case("sum-delta", eq(total(k, 1, n, f("ite", eq(k, j), x(k), 0)), x(j)), SIDE, (*WHOLE, *whole(j)),
         (le(1, j), le(j, n)), at={"n": 1, "j": 2, "x": ROW}),
    Case("sum-delta-real", eq(total(k, 1, n, f("ite", eq(k, s), 1, 0)), 1), SIDE, (*WHOLE, le(1, s), le(s, n)),
         (f("isint", s),), at={"n": 2, "s": 1 + HALF}),
    Case("sum-delta-double", eq(total(k, 1, n, f("ite", eq(2 * k, j), x(k), 0)), x(j / 2)), NOT_EQUAL,
         (*WHOLE, *whole(j), le(2, j), le(j, 2 * n)), at={"n": 2, "j": 3, "x": {(1,): 1, (2,): 2, (Fraction(3, 2),): 5}}),
    Case("sum-piecewise-free", eq(total(k, 1, n, f("ite", le(k, 2), 1, 0)), f("ite", le(n, 2), n, 0)), NOT_EQUAL,
         NATURAL, at={"n": 3}),
    Case("sum-piecewise", eq(total(k, 1, n, f("ite", le(k, 2), 1, 0)), f("min", n, 2)), EQUAL, NATURAL),
)

PRODUCTS = (
    Case("prod-scaled", eq(product(k, 1, n, c * x(k)), c * product(k, 1, n, x(k))), NOT_EQUAL, POSITIVE,
         at={"n": 2, "c": 2, "x": ROW}),
    Case("prod-scaled-right", eq(product(k, 1, n, c * x(k)), c**n * product(k, 1, n, x(k))), EQUAL, NATURAL),
    Case("prod-scaled-below", eq(product(k, 1, n, c * x(k)), c**n * product(k, 1, n, x(k))), SIDE,
         (*WHOLE, lt(0, c)), (le(0, n),), at={"n": -1, "c": 2, "x": {}}),
    Case("prod-of-sum", eq(product(k, 1, n, 1 + x(k)), 1 + product(k, 1, n, x(k))), NOT_EQUAL, POSITIVE,
         at={"n": 2, "x": ROW}),
    Case("prod-of-equal", eq(product(k, 0, n, c), c**n), NOT_EQUAL, NATURAL, at={"n": 0, "c": 2}),
    Case("prod-telescope", eq(product(k, 1, n, x(k + 1) / x(k)), x(n + 1) / x(1)), SIDE, NATURAL,
         (every(k, f("isint", k), ne(x(k), 0)),), at={"n": 1, "x": {(1,): 0, (2,): 1}}),
    Case("prod-self", eq(product(k, 1, n, k / k), 1), EQUAL, NATURAL),
    Case("prod-self-pole", eq(product(k, 0, n, k / k), 1), NOT_EQUAL, NATURAL, at={"n": 0}),
    Case("prod-with-zero", eq(product(k, -n, n, k), 0), EQUAL, NATURAL),
    Case("prod-with-zero-empty", eq(product(k, 0, n, k), 0), SIDE, WHOLE, (le(0, n),), at={"n": -1}),
    Case("prod-log", eq(f("log", product(k, 1, n, x(k))), total(k, 1, n, f("log", x(k)))), SIDE, NATURAL,
         (every(k, f("isint", k), lt(0, x(k))),), at={"n": 2, "x": {(1,): -1, (2,): -1}}),
    Case("prod-factorial-off", eq(product(k, 1, n, k), n * product(k, 1, n, k)), NOT_EQUAL, POSITIVE, at={"n": 2}),
)

STEP = every(t, f("isint", t), le(0, t), eq(m(t + 1), beta * m(t) + (1 - beta) * g))
MOMENTUM = (eq(m(0), 0), STEP, *whole(s, 0))
LATE = every(t, f("isint", t), le(1, t), eq(w(t + 1), 2 * w(t)))
CONSTANT = every(t, f("isint", t), le(1, t), eq(w(t + 1), w(t)))
FIBONACCI = (eq(v(0), 1), eq(v(1), 1), every(t, f("isint", t), le(0, t), eq(v(t + 2), v(t + 1) + v(t))))

SEQUENCES = (
    Case("seq-average", eq(m(s), g * (1 - beta**s)), EQUAL, MOMENTUM),
    Case("seq-average-off", eq(m(s), g * (1 - beta**(s + 1))), NOT_EQUAL, MOMENTUM,
         at={"beta": HALF, "g": 1, "s": 0, "m": {(0,): 0}}),
    Case("seq-no-start", eq(m(s), g * (1 - beta**s)), NOT_EQUAL, MOMENTUM[1:],
         at={"beta": HALF, "g": 1, "s": 0, "m": {(0,): 1}}),
    Case("seq-late", eq(w(s), w(0) * TWO**s), NOT_EQUAL, (LATE, *whole(s, 0)), at={"s": 1, "w": {(0,): 1, (1,): 5}},
         note="the recurrence holds from t = 1 on only"),
    Case("seq-late-right", eq(w(s), w(1) * TWO**(s - 1)), EQUAL, (LATE, *whole(s, 1))),
    Case("seq-one-colour", eq(w(s), w(0)), NOT_EQUAL, (CONSTANT, *whole(s, 0)), at={"s": 1, "w": {(0,): 1, (1,): 5}}),
    Case("seq-one-colour-right", eq(w(s), w(1)), EQUAL, (CONSTANT, *whole(s, 1))),
    Case("seq-fibonacci", eq(v(s), 1 + s * (s - 1) / 2), NOT_EQUAL, (*FIBONACCI, *whole(s, 0)),
         at={"s": 3, "v": {(0,): 1, (1,): 1, (3,): 3}}, note="right at 0, 1 and 2"),
    Case("seq-step-only", le(0, w(s)), NOT_EQUAL,
         (every(t, f("isint", t), le(0, t), f("imp", le(0, w(t)), le(0, w(t + 1)))), *whole(s, 0)),
         at={"s": 0, "w": {(0,): -1}}, note="the induction has no base"),
    Case("seq-growing", le(u(s), u(s + 2)), EQUAL,
         (every(t, f("isint", t), le(0, t), le(u(t), u(t + 1))), *whole(s, 0))),
    Case("seq-growing-before", le(u(s - 1), u(s)), NOT_EQUAL,
         (every(t, f("isint", t), le(0, t), le(u(t), u(t + 1))), *whole(s, 0)),
         at={"s": 0, "u": {(-1,): 1, (0,): 0}}),
    Case("seq-inside-range", eq(u(j), 0), NOT_EQUAL, (*whole(n, 1), every(k, *within(k, 1, n), eq(u(k), 0)), *whole(j, 1)),
         at={"n": 1, "j": 2, "u": {(2,): 1, (1,): 0}}),
)

SUMS = (*RANGES, *SUMS_OF_TERMS, *PRODUCTS, *SEQUENCES)
