"""Claims about single numbers.

Division, roots, powers, absolute values, floors, logic, constants: what holds almost everywhere.
"""

from __future__ import annotations

from fractions import Fraction

from case import EQUAL, NOT_EQUAL, SIDE, Case
from stating import X, eq, every, f, le, lt, ne, over, q, symbols, whole

x, y, z, a, b, c, n, m, k, d = symbols("x y z a b c n m k d")
PI, E = f("pi"), f("e")
HALF = Fraction(1, 2)


def root(t: X | int) -> X:
    return f("sqrt", t)


def log(t: X | int) -> X:
    return f("log", t)


def mag(t: X) -> X:
    return f("abs", t)


def down(t: X) -> X:
    return f("floor", t)


def relu(t: X) -> X:
    return f("relu", t)


def also(p: X, r: X) -> X:
    return f("imp", p, r)


TWO, NINE = q(2, 1), q(9, 1)

DIVISION = (
    Case("div-again", eq(1 / (1 / x), x), SIDE, side=(ne(x, 0),), at={"x": 0}),
    Case("div-back", eq(x / y * y, x), SIDE, side=(ne(y, 0),), at={"x": 1, "y": 0}),
    Case("div-zero-over", eq(f("div", 0, x), 0), SIDE, side=(ne(x, 0),), at={"x": 0}),
    Case("div-zero-times", eq(0 * (1 / x), 0), SIDE, side=(ne(x, 0),), at={"x": 0}),
    Case("div-difference", eq((x - y) / (x - y), 1), SIDE, side=(ne(x, y),), at={"x": 2, "y": 2}),
    Case("div-opposite", eq(1 / (x - y) + 1 / (y - x), 0), SIDE, side=(ne(x, y),), at={"x": 2, "y": 2}),
    Case("div-nested", eq(x / (y / z), x * z / y), SIDE, side=(ne(y, 0), ne(z, 0)), at={"x": 1, "y": 1, "z": 0}),
    Case("div-cube", eq((x**3 - 1) / (x - 1), x**2 + x + 1), SIDE, side=(ne(x, 1),), at={"x": 1}),
    Case("div-undefined-same", eq(1 / (x - x), 1 / (x - x)), NOT_EQUAL, at={"x": 1},
         note="nowhere defined"),
    Case("div-hidden-zero", eq(1 / (f("sin", x)**2 + f("cos", x)**2 - 1), 1 / (f("sin", x)**2 + f("cos", x)**2 - 1)),
         NOT_EQUAL, note="nowhere defined, which no instance can tell"),
    Case("div-times-zero", eq(f("div", 0, x - x), 0), NOT_EQUAL, at={"x": 1}, note="nowhere defined"),
    Case("div-sum-of-fractions", eq(a / b + c / d, (a + c) / (b + d)), NOT_EQUAL,
         (lt(0, b), lt(0, d)), at={"a": 1, "b": 1, "c": 1, "d": 1}),
    Case("div-split-below", eq(1 / (x + y), 1 / x + 1 / y), NOT_EQUAL, (lt(0, x), lt(0, y)), at={"x": 1, "y": 1}),
    Case("div-cancel-summand", eq((x + y) / x, 1 + y), NOT_EQUAL, (ne(x, 0),), at={"x": 2, "y": 1}),
    Case("div-product-zero", also(eq(x * y, 0), eq(x, 0)), NOT_EQUAL, at={"x": 1, "y": 0}),
    Case("div-both-sides", also(eq(a * x, a * y), eq(x, y)), NOT_EQUAL, at={"a": 0, "x": 1, "y": 2}),
    Case("div-order-turned", also(lt(x, y), lt(1 / y, 1 / x)), SIDE, side=(lt(0, x), lt(0, y)),
         at={"x": -1, "y": 1}),
    Case("div-cross", f("iff", lt(x / y, 1), lt(x, y)), NOT_EQUAL, (ne(y, 0),), at={"x": -2, "y": -1}),
)

ROOTS = (
    Case("root-square", eq(root(x**2), x), NOT_EQUAL, at={"x": -1}),
    Case("root-square-abs", eq(root(x**2), mag(x)), EQUAL),
    Case("root-squared", eq(root(x)**2, x), SIDE, side=(le(0, x),), at={"x": -1}),
    Case("root-product", eq(root(x * y), root(x) * root(y)), SIDE, side=(le(0, x), le(0, y)),
         at={"x": -1, "y": -1}),
    Case("root-quotient", eq(root(x / y), root(x) / root(y)), SIDE, side=(le(0, x), lt(0, y)),
         at={"x": -1, "y": -1}),
    Case("root-sum", eq(root(x + y), root(x) + root(y)), NOT_EQUAL, (le(0, x), le(0, y)), at={"x": 1, "y": 1}),
    Case("root-of-squares", eq(root(x**2 + y**2), x + y), NOT_EQUAL, (lt(0, x), lt(0, y)), at={"x": 1, "y": 1}),
    Case("root-fourth", eq(root(x**4), x**2), EQUAL),
    Case("root-sixth", eq(root(x**6), x**3), NOT_EQUAL, at={"x": -1}),
    Case("root-difference", eq(root((x - y)**2), x - y), NOT_EQUAL, at={"x": 1, "y": 2}),
    Case("root-nested", eq(root(5 + 2 * root(6)), root(2) + root(3)), EQUAL),
    Case("root-almost-pi", eq(root(2) + root(3), PI), NOT_EQUAL, at={}),
    Case("root-square-equal", f("iff", eq(x**2, y**2), eq(x, y)), NOT_EQUAL, at={"x": 1, "y": -1}),
    Case("root-square-one", f("iff", eq(x**2, 1), eq(x, 1)), NOT_EQUAL, at={"x": -1}),
    Case("root-square-monotone", also(lt(x, y), lt(x**2, y**2)), NOT_EQUAL, at={"x": -2, "y": 1}),
    Case("root-square-monotone-right", also(lt(x, y), lt(x**2, y**2)), EQUAL, (le(0, x),)),
)

POWERS = (
    Case("pow-zeroth", eq(x**0, 1), EQUAL, note="0^0 = 1"),
    Case("pow-of-zero", eq(q(0, 1)**n, 0), NOT_EQUAL, tuple(whole(n, 0)), at={"n": 0}),
    Case("pow-of-zero-positive", eq(q(0, 1)**n, 0), EQUAL, tuple(whole(n, 1))),
    Case("pow-inverse", eq(x**n * x**(-n), 1), SIDE, tuple(whole(n, 1)), (ne(x, 0),), at={"x": 0, "n": 1}),
    Case("pow-minus-one", eq(f("neg", 1)**(2 * n), 1), EQUAL, tuple(whole(n))),
    Case("pow-minus-one-half", eq(f("neg", 1)**(2 * x), 1), NOT_EQUAL, at={"x": HALF}),
    Case("pow-negative-base", eq((-x)**n, -(x**n)), NOT_EQUAL, tuple(whole(n, 1)), at={"x": 1, "n": 2}),
    Case("pow-even", eq((x**2)**q(1, 2), x), NOT_EQUAL, at={"x": -1}),
    Case("pow-of-power", eq((x**2)**y, x**(2 * y)), NOT_EQUAL, (ne(x, 0),), at={"x": -1, "y": HALF}),
    Case("pow-of-power-positive", eq((x**y)**z, x**(y * z)), EQUAL, (lt(0, x),)),
    Case("pow-tower", eq(x**(y**2), (x**y)**2), NOT_EQUAL, (lt(0, x),), at={"x": 2, "y": 1 + HALF}),
    Case("pow-sum-of-exponents", eq(x**(n + m), x**n * x**m), SIDE, (*whole(n), *whole(m)), (ne(x, 0),),
         at={"x": 0, "n": 1, "m": -1}),
    Case("pow-product-of-exponents", eq(x**(n * m), x**n * x**m), NOT_EQUAL,
         (lt(0, x), *whole(n, 1), *whole(m, 1)), at={"x": 2, "n": 1, "m": 1}),
    Case("pow-of-sum", eq((x + y)**n, x**n + y**n), NOT_EQUAL, (*whole(n, 1), lt(0, x), lt(0, y)),
         at={"x": 1, "y": 1, "n": 2}),
    Case("pow-of-product", eq((x * y)**z, x**z * y**z), SIDE, side=(lt(0, x), lt(0, y)),
         at={"x": -1, "y": -1, "z": HALF}),
    Case("pow-abs", eq(mag(x)**3, x**3), NOT_EQUAL, at={"x": -1}),
    Case("pow-right-to-two", eq(TWO**n, 1 + n / 2 + n**2 / 2), NOT_EQUAL, tuple(whole(n, 0)), at={"n": 3},
         note="right at 0, 1 and 2"),
    Case("pow-right-to-three", eq(TWO**n, 1 + n + n * (n - 1) / 2 + n * (n - 1) * (n - 2) / 6), NOT_EQUAL,
         tuple(whole(n, 0)), at={"n": 4}, note="right from 0 to 3"),
    Case("pow-zeros", eq(n * (n - 1) * (n - 2), 0), NOT_EQUAL, tuple(whole(n, 0)), at={"n": 3}),
    Case("pow-many-zeros", eq(over("prod", k, 0, 11, n - k), 0), NOT_EQUAL, tuple(whole(n, 0)), at={"n": 12},
         note="right from 0 to 11"),
    Case("pow-exponential-growth", lt(n**4, TWO**n), NOT_EQUAL, tuple(whole(n, 1)), at={"n": 2}),
    Case("pow-tower-of-nines", eq(NINE**(NINE**NINE), NINE**(NINE**NINE) + 1), NOT_EQUAL, at=None,
         note="too large to evaluate"),
    Case("pow-tower-same", eq(NINE**(NINE**(NINE**NINE)), NINE**(NINE**(NINE**NINE))), EQUAL),
    Case("pow-sum-tower", eq(NINE**(NINE**(NINE**NINE)), NINE**(NINE**(NINE**TWO))), NOT_EQUAL, at=None,
         note="too large to evaluate"),
)

LOGS = (
    Case("log-of-power", eq(log(x**n), n * log(x)), SIDE, tuple(whole(n, 1)), (lt(0, x),), at={"x": -1, "n": 2}),
    Case("log-quotient", eq(log(x / y), log(x) - log(y)), SIDE, side=(lt(0, x), lt(0, y)), at={"x": -1, "y": -1}),
    Case("log-sum", eq(log(x + y), log(x) + log(y)), NOT_EQUAL, (lt(0, x), lt(0, y)), at={"x": 1, "y": 1}),
    Case("log-over-itself", eq(log(x) / log(x), 1), SIDE, side=(lt(0, x), ne(log(x), 0)), at={"x": 1}),
    Case("log-ratio", eq(log(x) / log(y), log(x - y)), NOT_EQUAL, (lt(1, y), lt(y, x)), at={"x": 4, "y": 2}),
    Case("log-exp", eq(log(f("exp", x)), x), EQUAL),
    Case("exp-log", eq(f("exp", log(x)), x), SIDE, side=(lt(0, x),), at={"x": -1}),
    Case("exp-sum", eq(f("exp", x + y), f("exp", x) + f("exp", y)), NOT_EQUAL, at={"x": 0, "y": 0}),
    Case("exp-product", eq(f("exp", x * y), f("exp", x) * f("exp", y)), NOT_EQUAL, at={"x": 1, "y": 1}),
    Case("log-square-of-log", eq(log(x)**2, 2 * log(x)), NOT_EQUAL, (lt(0, x),), at={"x": 2}),
    Case("sin-double", eq(f("sin", 2 * x), 2 * f("sin", x)), NOT_EQUAL, at={"x": 1}),
    Case("tanh-odd-sum", eq(f("tanh", x + y), f("tanh", x) + f("tanh", y)), NOT_EQUAL, at={"x": 1, "y": 1}),
    Case("pythagoras", eq(f("sin", x)**2 + f("cos", x)**2, 1), EQUAL),
    Case("cos-from-sin", eq(f("cos", x), root(1 - f("sin", x)**2)), NOT_EQUAL, at={"x": 3}),
)

SIGNS = (
    Case("abs-plain", eq(mag(x), x), NOT_EQUAL, at={"x": -1}),
    Case("abs-given", eq(mag(x), x), EQUAL, (le(0, x),)),
    Case("abs-square", eq(mag(x)**2, x**2), EQUAL),
    Case("abs-sum", eq(mag(x + y), mag(x) + mag(y)), NOT_EQUAL, at={"x": 1, "y": -1}),
    Case("abs-difference", eq(mag(x - y), mag(x) - mag(y)), NOT_EQUAL, at={"x": 1, "y": 2}),
    Case("abs-product", eq(mag(x * y), mag(x) * mag(y)), EQUAL),
    Case("abs-of-sign", eq(f("sign", x) * mag(x), x), EQUAL),
    Case("sign-squared", eq(f("sign", x)**2, 1), NOT_EQUAL, at={"x": 0}),
    Case("sign-quotient", eq(f("sign", x), x / mag(x)), SIDE, side=(ne(x, 0),), at={"x": 0}),
    Case("max-first", eq(f("max", x, y), x), NOT_EQUAL, at={"x": 1, "y": 2}),
    Case("max-and-min", eq(f("max", x, y) + f("min", x, y), x + y), EQUAL),
    Case("max-for-min", eq(f("max", x, y), f("min", x, y)), NOT_EQUAL, at={"x": 1, "y": 2}),
    Case("max-abs", eq(f("max", x, -x), mag(x)), EQUAL),
    Case("max-scaled", eq(f("max", c * x, c * y), c * f("max", x, y)), NOT_EQUAL, at={"c": -1, "x": 1, "y": 2}),
    Case("max-scaled-given", eq(f("max", c * x, c * y), c * f("max", x, y)), EQUAL, (le(0, c),)),
    Case("max-sum", eq(f("max", x + y, z), f("max", x, z) + y), NOT_EQUAL, at={"x": 0, "y": 1, "z": 5}),
    Case("relu-parts", eq(relu(x) - relu(-x), x), EQUAL),
    Case("relu-product", eq(relu(x) * relu(-x), 0), EQUAL),
    Case("relu-sum", eq(relu(x + y), relu(x) + relu(y)), NOT_EQUAL, at={"x": 1, "y": -1}),
    Case("relu-scaled", eq(relu(c * x), c * relu(x)), NOT_EQUAL, at={"c": -1, "x": 1}),
    Case("relu-scaled-given", eq(relu(c * x), c * relu(x)), EQUAL, (le(0, c),)),
    Case("relu-idempotent", eq(relu(relu(x)), relu(x)), EQUAL),
    Case("relu-square", eq(relu(x)**2, x**2), NOT_EQUAL, at={"x": -1}),
    Case("order-multiplied", also(le(x, y), le(c * x, c * y)), NOT_EQUAL, at={"c": -1, "x": 1, "y": 2}),
    Case("order-squares-real", every(x, le(x, x**2)), NOT_EQUAL, at={}),
    Case("order-squares-whole", every(n, f("isint", n), le(n, n**2)), EQUAL),
    Case("order-strict", also(le(x, y), lt(x, y)), NOT_EQUAL, at={"x": 1, "y": 1}),
    Case("order-means", le(2 * x * y, x**2 + y**2), EQUAL),
    Case("order-means-strict", lt(2 * x * y, x**2 + y**2), NOT_EQUAL, at={"x": 1, "y": 1}),
)

FLOORS = (
    Case("floor-sum", eq(down(x + y), down(x) + down(y)), NOT_EQUAL, at={"x": HALF, "y": HALF}),
    Case("floor-double", eq(down(2 * x), 2 * down(x)), NOT_EQUAL, at={"x": HALF}),
    Case("floor-shift", eq(down(x + n), down(x) + n), EQUAL, tuple(whole(n))),
    Case("floor-shift-real", eq(down(x + y), down(x) + y), NOT_EQUAL, at={"x": 0, "y": HALF}),
    Case("floor-negative", eq(down(-x), -down(x)), NOT_EQUAL, at={"x": HALF}),
    Case("floor-ceiling", eq(f("ceil", x), down(x) + 1), NOT_EQUAL, at={"x": 1}),
    Case("floor-halves", eq(down(n / 2) + f("ceil", n / 2), n), EQUAL, tuple(whole(n))),
    Case("floor-half-back", eq(2 * down(n / 2), n), NOT_EQUAL, tuple(whole(n, 0)), at={"n": 1}),
    Case("floor-quotient-back", eq(m * down(n / m), n), NOT_EQUAL, (*whole(n, 1), *whole(m, 1)),
         at={"n": 1, "m": 2}),
    Case("floor-of-one-less", eq(down((n - 1) / 2), down(n / 2) - 1), NOT_EQUAL, tuple(whole(n, 1)), at={"n": 1}),
    Case("floor-round-up", eq(down((n + m - 1) / m), f("ceil", n / m)), EQUAL, (*whole(n, 0), *whole(m, 1))),
    Case("floor-round-up-off", eq(down(n / m) + 1, f("ceil", n / m)), NOT_EQUAL, (*whole(n, 0), *whole(m, 1)),
         at={"n": 2, "m": 2}),
    Case("floor-of-abs", eq(down(mag(x)), mag(down(x))), NOT_EQUAL, at={"x": -HALF}),
    Case("floor-whole", eq(down(n), n), EQUAL, tuple(whole(n))),
    Case("floor-real", eq(down(x), x), NOT_EQUAL, at={"x": HALF}),
    Case("floor-huge", eq(down(f("exp", q(10**7, 1))), down(f("exp", q(10**7, 1))) + 1), NOT_EQUAL, at=None,
         note="too large to evaluate"),
)

CONSTANTS = (
    Case("pi-fraction", eq(PI, q(22, 7)), NOT_EQUAL, at={}),
    Case("pi-decimal", eq(PI, Fraction("3.14159265358979")), NOT_EQUAL, at={}),
    Case("pi-long-decimal", eq(PI, Fraction("3.14159265358979323846264338327950288419716939937510")), NOT_EQUAL,
         at={}),
    Case("e-decimal", eq(E, Fraction("2.718281828459045")), NOT_EQUAL, at={}),
    Case("heegner", eq(f("exp", PI * root(163)), 640320**3 + 744), NOT_EQUAL, at={},
         note="they differ by less than 10^-12"),
    Case("e-power", eq(f("exp", q(2, 1)), E**2), EQUAL),
    Case("decimal-third", eq(q(333333333333, 1000000000000), q(1, 3)), NOT_EQUAL, at={}),
)

ALGEBRA = (*DIVISION, *ROOTS, *POWERS, *LOGS, *SIGNS, *FLOORS, *CONSTANTS)
