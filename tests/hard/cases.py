"""Claims that computer algebra systems and answer checkers get wrong.

Those of the collection that can be stated as terms, with the reason for each that cannot.
"""

from __future__ import annotations

from case import EQUAL, NOT_EQUAL, SIDE, Case
from claims_of_algebra import ALGEBRA
from claims_of_chance import CHANCE
from claims_of_sums import SUMS
from stating import X, eq, every, f, le, lt, ne, over, put, q, randoms, symbols, whole, within

x, y, a, i, j, k, n = symbols("x y a i j k n")
(R, S) = randoms("X Y")
PI, E = f("pi"), f("e")


def factorial(m: X | int) -> X:
    return over("prod", j, 1, m, j)


def root(t: X | int) -> X:
    return f("sqrt", t)


def log(t: X | int) -> X:
    return f("log", t)


def tan(t: X) -> X:
    return f("sin", t) / f("cos", t)


NATURAL = tuple(whole(n, 0))
ABS = f("abs", y)
PLACES = over("sum", k, 1, n, f("ite", eq(2 * k, n), log(k + 1), 0))
NORMALS = (f("law_normal", R, 0, 1), f("law_normal", S, 0, 1), f("indep", R, S))

SUITE = (
    Case("A01", eq(x / x, 1), SIDE, side=(ne(x, 0),), at={"x": 0}),
    Case("A07", eq(tan(x) * (f("cos", x) / f("sin", x)), 1), SIDE,
         side=(ne(f("sin", x), 0), ne(f("cos", x), 0)), at={"x": 0}),
    Case("A08", eq(f("sin", 2 * x) / (2 * f("sin", x)), f("cos", x)), SIDE, side=(ne(f("sin", x), 0),),
         at={"x": 0}),
    Case("A12", eq((x**2 - 1) / (x - 1), x + 1), SIDE, side=(ne(x, 1),), at={"x": 1}),
    Case("A15", every(x, ne(x, 1), ne((x**2 - 1) / (x - 1), 2)), EQUAL),
    Case("B01", eq(ABS ** q(3, 2), root(y**3)), SIDE, side=(le(0, y),), at={"y": -12},
         note="the root has no real value for negative y"),
    Case("B02", eq(f("abs", x), (x**3) ** q(1, 3)), SIDE, side=(le(0, x),), at={"x": -8},
         note="a broken power of a negative number has no real value"),
    Case("B04", eq(log(x * y), log(x) + log(y)), SIDE, side=(lt(0, x), lt(0, y)), at={"x": -1, "y": -1},
         note="the right side has no real value at the complex counterexample"),
    Case("B05", eq(2 * log(x), log(x**2)), SIDE, side=(lt(0, x),), at={"x": -1},
         note="as B04"),
    Case("B08", eq(x, root(x**2)), NOT_EQUAL, side=(), at={"x": -1}),
    Case("B09", eq(f("neg", 8) ** q(1, 3), -2), NOT_EQUAL, at={},
         note="powers with a broken exponent are for bases that are not negative"),
    Case("B12", eq(y**2, (y**3) ** q(2, 3)), SIDE, side=(le(0, y),), at={"y": -1}, note="as B02"),
    Case("B13", eq((root(ABS) - 1) / (y - 1), 1 / (1 + root(ABS))), NOT_EQUAL, at={"y": -4}),
    Case("C01", eq(over("sum", k, 5, 2, k), -7), NOT_EQUAL, at={}),
    Case("C02", eq(over("sum", k, 5, 2, k), 0), EQUAL),
    Case("C10", eq(over("sum", k, -2, n, 1 / (k**2 - 4)),
                   q(-25, 48) - 1 / (4 * (n + 2)) - 1 / (4 * (n + 1)) - 1 / (4 * (n - 1)) - 1 / (4 * n)),
         NOT_EQUAL, tuple(whole(n)), at={"n": 3}),
    Case("C14", eq(-over("sum", i, 0, 12, f("ite", le(q(174, 25), i), i**2, 0)), -559), EQUAL),
    Case("C15", eq(put(over("sum", i, 1, n, i * j), j, i), over("sum", i, 1, n, i**2)), NOT_EQUAL,
         (*whole(n, 0), *whole(i)), at={"i": 5, "n": 2}),
    Case("C18", eq(put(over("sum", i, 1, n, x(i) * j), j, x(i)), over("sum", i, 1, n, x(i)**2)), NOT_EQUAL,
         (*whole(n, 1), *whole(i, 1), le(i, n)), at={"i": 1, "n": 2, "x": {(1,): 3, (2,): 4}},
         note="the derivative itself cannot be stated; the capture behind it can"),
    Case("C19", eq(over("prod", k, 3, 1, k), q(1, 2)), NOT_EQUAL, at={}),
    Case("C24", eq(PLACES, f("ite", le(2, n), log(n / 2 + 1), 0)), NOT_EQUAL, NATURAL, at={"n": 3}),
    Case("G01", eq(f("floor", root(2) / (541131238821888000 - 382637568482834149 * root(2))), 1402),
         NOT_EQUAL, at={}),
    Case("G03", eq(-f("mul", 4, 3) * (6 - 4 * f("floor", q(6, 4))), -24), EQUAL),
    Case("H12", eq(f("E", 1 / R), 0), NOT_EQUAL, (f("law_normal", R, 0, 1),),
         note="1/X is not integrable, so that there is nothing to be equal"),
    Case("H13", eq(f("var", R - S), 0), NOT_EQUAL, NORMALS, at={"X": ("normal", 0, 1), "Y": ("normal", 0, 1)}),
    Case("H13-two", eq(f("var", R - S), 2), EQUAL, NORMALS),
    Case("K10", eq(over("sum", k, 1, n, (k + a) * factorial(k)), (a + n + 1) * factorial(n) - 1), NOT_EQUAL,
         NATURAL, at={"n": 2, "a": 2}, note="the factorial is the product of 1 to n"),
    Case("K11", eq(over("sum", k, 1, n - 1, (k + n) * factorial(k)), 2 * factorial(n) - 1), NOT_EQUAL,
         NATURAL, at={"n": 3}),
    Case("M01", eq(1 / factorial(2004), 1 / factorial(2006)), NOT_EQUAL, at={}),
    Case("M02", eq(1 / X(q(2, 1).t)**99, 1 / X(q(2, 1).t)**98), NOT_EQUAL, at={}),
    Case("M04", eq(root(2) / 10**20, root(3) / 10**20), NOT_EQUAL, at={}),
    Case("M05", eq((q(2, 1)**2005 + 1) / (3 * q(2, 1)**2006), 1 / (3 * q(2, 1)**2006)), NOT_EQUAL, at={}),
    Case("M06", eq(1 - 1 / E, 1 + 1 / E), NOT_EQUAL, at={}),
    Case("M09", eq(q(9, 100), 9), NOT_EQUAL, at={}),
    Case("M18", eq(symbols("x_1")[0] * 2, symbols("x_12")[0]), NOT_EQUAL, at={"x_1": 1, "x_12": 1}),
    Case("M21", eq(5 * symbols("cm")[0], 5 * symbols("km")[0]), NOT_EQUAL, at={"cm": 1, "km": 2}),
    Case("M33", eq(f("div", 9, 9), 1), EQUAL),
    Case("M37", f("iff", eq(2 * x, 2), eq(x, 1)), EQUAL),
    # finite relatives of cases that are about infinite sums
    Case("C07-finite", eq(over("sum", i, -n, n, f("ite", eq(2 * i, j), 1, 0)), 1), NOT_EQUAL,
         (*whole(n, 1), *whole(j), le(-n, j), le(j, n)), at={"n": 1, "j": 1}),
    Case("C09-finite", eq(over("sum", k, -3, n, 1 / (k * (k + 1))), q(-1, 3) - 1 / (n + 1)), NOT_EQUAL,
         tuple(whole(n, 1)), at={"n": 1}),
    Case("C24-even", eq(over("sum", k, 1, n, f("ite", eq(k, j), log(k + 1), 0)), log(j + 1)), EQUAL,
         (*whole(n), *within(j, 1, n))),
)

# id -> why the claim cannot be stated
_INFINITE = "an infinite sum"
_LIMIT, _INTEGRAL, _DERIVATIVE = "a limit", "an integral", "a derivative"
_MATRIX, _LAW = "matrices", "a law that has no head"
_SPECIAL, _THING = "a special function", "no claim about real numbers"
_SYMPY = "about an object of SymPy, not about numbers"
UNSTATED: dict[str, str] = {
    **dict.fromkeys(("C07", "C09", "C13", "C20", "C22"), _INFINITE),
    **dict.fromkeys(("D01", "D02", "D04", "D06", "D08", "M14", "M15"), _LIMIT),
    **dict.fromkeys(("E01", "E02", "E03", "E05", "E06", "E07", "E08", "E09", "E11", "E12", "E14",
                     "K04", "K06", "K08", "M35"), _INTEGRAL),
    **dict.fromkeys(("F02", "F03", "F06", "F07", "F08", "M19", "I02", "I04", "I05", "I06"), _DERIVATIVE),
    **dict.fromkeys(("A11", "M17"), _MATRIX),
    **dict.fromkeys(("H02", "H04", "H05", "H06", "H10", "H14"), _LAW),
    **dict.fromkeys(("A04", "A13", "A14", "C12", "C25", "K12"), _SPECIAL),
    **dict.fromkeys(("M07", "M29", "M32"), _THING),
    **dict.fromkeys(("J01", "J02"), _SYMPY),
    "M34": "a real root of odd degree of a negative number",
}
# the same claim under another name
SAME_AS = {"M12": "A12", "M13": "A01", "M28": "C02"}

CASES = (*SUITE, *ALGEBRA, *SUMS, *CHANCE)
