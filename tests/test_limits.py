"""Limits, series, integrals and orders of growth, right and wrong."""

from __future__ import annotations

import pytest

from derivations.grade import prove_latex

N, X = ("n positive integer",), ("x real",)
RATIO = ("q real, 0 < q < 1",)
LIMITS = [
    (N, r"\lim_{n \to \infty} \frac{n^3 - 2n}{4n^3 + n^2 + 1} = ", r"\frac14", r"\frac13"),
    (N, r"\lim_{n \to \infty} \frac{n+1}{n^2} = ", "0", "1"),
    (N, r"\lim_{n \to \infty} \frac{3n^2+n}{2n^2-1} = ", r"\frac32", r"\frac23"),
    (X, r"\lim_{x \to \infty} \frac{2x^2 - 1}{(x+1)^2} = ", "2", "1"),
    (("x real", "c positive"), r"\lim_{x \to \infty} \frac{x}{x+c} = ", "1", r"\frac1c"),
    (X, r"\lim_{x \to 3} \frac{x^2-9}{x-3} = ", "6", "3"),
    (("a real",), r"\lim_{h \to 0} \frac{(a+h)^3 - a^3}{h} = ", "3a^2", "a^2"),
    (X, r"\lim_{x \to \infty} e^{-x} \cos x = ", "0", "1"),
    (X, r"\lim_{x \to \infty} \frac{1}{1+e^{-x}} = ", "1", r"\frac12"),
    (X, r"\lim_{x \to -\infty} \frac{1}{1+e^{-x}} = ", "0", "1"),
    (X, r"\lim_{x \to \infty} \frac{e^x-e^{-x}}{e^x+e^{-x}} = ", "1", "0"),
    (X, r"\lim_{x \to -\infty} x e^x = ", "0", "-1"),
    (X, r"\lim_{x \to 0^+} e^{-1/x} = ", "0", "1"),
    (("x real", "a positive"), r"\lim_{x \to \infty} x^2 e^{-a x} = ", "0", r"\frac{2}{a}"),
    (X, r"\lim_{x \to \infty} \sqrt{1 + \frac1x} = ", "1", "2"),
    (N, r"\lim_{n \to \infty} \frac{n^2}{2^n} = ", "0", "2"),
    ((*N, *RATIO), r"\lim_{n \to \infty} n q^n = ", "0", "q"),
    (N, r"\lim_{n \to \infty} \frac{2^n+3^n}{3^n+1} = ", "1", r"\frac53"),
    (N, r"\lim_{n \to \infty} \frac{\sin n}{n} = ", "0", "1"),
    (N, r"\lim_{n \to \infty} \frac{(-1)^n}{n} = ", "0", "1"),
    (N, r"\lim_{n \to \infty} \left(1 + \frac1n\right)^n = ", "e", "1"),
    ((*N, "a real"), r"\lim_{n \to \infty} \left(1 + \frac{a}{n}\right)^n = ", "e^a", "e^{-a}"),
    ((*N, "a positive"), r"\lim_{n \to \infty} a^{1/n} = ", "1", "a"),
    (N, r"\lim_{n \to \infty} \frac{1}{n^3} \sum_{k=1}^n k^2 = ", r"\frac13", r"\frac12"),
    (("q real, |q| < 1",), r"\sum_{k=0}^{\infty} q^k = ", r"\frac{1}{1-q}", r"\frac{q}{1-q}"),
    (RATIO, r"\sum_{k=1}^{\infty} q^k = ", r"\frac{q}{1-q}", r"\frac{1}{1-q}"),
    ((), r"\sum_{k=1}^{\infty} \frac{1}{k(k+1)} = ", "1", "2"),
    ((), r"\sum_{k=1}^{\infty} \frac{k}{2^k} = ", "2", "1"),
    (RATIO, r"\sum_{k=0}^{\infty} k q^k = ", r"\frac{q}{(1-q)^2}", r"\frac{1}{(1-q)^2}"),
    ((r"\beta real, 0 < \beta < 1", "t positive integer"), r"\lim_{t \to \infty} (1-\beta^t) = ", "1", "0"),
]


def _verdict(line: str, let: tuple[str, ...], seconds: float = 15) -> str:
    (found,) = prove_latex(line, let, seconds=seconds).lines
    return found.verdict


@pytest.mark.parametrize(("let", "left", "value", "wrong"), [pytest.param(*c, id=c[1] + c[2]) for c in LIMITS])
def test_a_limit_is_proved_and_another_value_is_not(let: tuple[str, ...], left: str, value: str, wrong: str) -> None:
    assert _verdict(left + value, let) == "proved"
    assert _verdict(left + wrong, let) in ("refuted", "undecided")


BOUNDS = ("a, b real, a < b",)
INTEGRALS = [
    (("a positive", "b positive"), r"\int_0^b x e^{-ax}\,dx = ", r"\frac{1 - e^{-ab}(1+ab)}{a^2}", r"\frac{1 - e^{-ab}}{a^2}"),
    ((), r"\int_1^e \log x\,dx = ", "1", "e"),
    ((), r"\int_1^e \frac{(\log x)^2}{x}\,dx = ", r"\frac13", r"\frac12"),
    ((), r"\int_1^2 x \log x\,dx = ", r"2\log 2 - \frac34", r"2\log 2"),
    ((), r"\int_0^1 x e^{x^2}\,dx = ", r"\frac{e-1}{2}", "e - 1"),
    ((), r"\int_0^1 x^2 e^x\,dx = ", "e - 2", "e - 1"),
    ((), r"\int_0^1 \frac{x}{1+x^2}\,dx = ", r"\frac{\log 2}{2}", r"\log 2"),
    ((), r"\int_0^3 \sqrt{1+x}\,dx = ", r"\frac{14}{3}", r"\frac{16}{3}"),
    ((), r"\int_0^1 2^x\,dx = ", r"\frac{1}{\log 2}", r"\log 2"),
    ((), r"\int_0^2 \frac{e^x}{1+e^x}\,dx = ", r"\log\frac{1+e^2}{2}", r"\log(1+e^2)"),
    (("a positive", "n positive integer"), r"\int_0^a x^n\,dx = ", r"\frac{a^{n+1}}{n+1}", r"\frac{a^n}{n}"),
    (BOUNDS, r"\int_a^b x \sin x\,dx = ", r"a \cos a - b \cos b + \sin b - \sin a", r"a \cos a - b \cos b"),
    (BOUNDS, r"\int_a^b \sin^2 x\,dx = ", r"\frac{b-a}{2} - \frac{\sin b\cos b - \sin a\cos a}{2}", r"\frac{b-a}{2}"),
    (BOUNDS, r"\int_a^b e^x \sin x\,dx = ", r"\frac{e^b(\sin b - \cos b) - e^a(\sin a - \cos a)}{2}", r"e^b \sin b - e^a \sin a"),
]


@pytest.mark.parametrize(("let", "left", "value", "wrong"), [pytest.param(*c, id=c[1] + c[2]) for c in INTEGRALS])
def test_an_integral_is_proved_and_another_value_is_not(let: tuple[str, ...], left: str, value: str, wrong: str) -> None:
    assert _verdict(left + value, let) == "proved"
    assert _verdict(left + wrong, let) in ("refuted", "undecided")


def test_an_integral_over_a_pole_is_not_proved() -> None:
    assert _verdict(r"\int_{-1}^1 \frac{1}{x^2}\,dx = -2", ()) not in ("proved", "conditional")


def test_squares_of_waves_are_put_together() -> None:
    assert _verdict(r"\cos^4 x - \sin^4 x = 1 - 2\sin^2 x", X) == "proved"
    assert _verdict(r"\cos^4 x - \sin^4 x = 1 - \sin^2 x", X) == "refuted"

AT_0 = r" \text{ as } x \to 0"
ORDERS = [
    (N, r"n \log n = O(n^2)"),
    (N, r"\log n = O(n)"),
    (N, r"\log(n^2) = O(\log n)"),
    (N, r"n \sqrt n = O(n^2)"),
    (N, r"\sqrt{n^2 + n} = O(n)"),
    (N, r"n^2 = O(2^n)"),
    (N, r"2^n + n = O(2^n)"),
    (N, r"n^2 = \Omega(n \log n)"),
    (N, r"\sum_{k=1}^n k^2 = \Theta(n^3)"),
    (N, r"\sum_{k=0}^n 2^k = O(2^n)"),
    (N, r"\sum_{k=1}^n \frac1k = O(n)"),
    (N, r"\sum_{k=1}^n \frac1k = O(\log n)"),
    (N, r"\sum_{k=1}^n \frac{1}{k^2} = O(1)"),
    (N, r"n = o(n^2)"),
    (N, r"n^2 = o(2^n)"),
    (X, r"e^x = 1 + x + O(x^2)" + AT_0),
    (X, r"x^2 + x^3 = O(x^2)" + AT_0),
]
TOO_SMALL = [
    (N, r"n \log n = O(n)"),
    (N, r"n^3 = O(n^2)"),
    (N, r"\sqrt n = O(\log n)"),
    (N, r"3^n = O(2^n)"),
    (N, r"\sum_{k=1}^n \frac1k = O(1)"),
    (N, r"\sum_{k=1}^n k^2 = O(n^2)"),
    (N, r"n^2 = \Theta(n)"),
    (N, r"\log n = \Omega(n)"),
    (N, r"n^2 = o(n^2)"),
    (X, r"e^x = 1 + O(x^2)" + AT_0),
    (X, r"e^x = 1 + x + o(x^2)" + AT_0),
]


@pytest.mark.parametrize(("let", "line"), [pytest.param(*c, id=c[1]) for c in ORDERS])
def test_an_order_of_growth_is_proved(let: tuple[str, ...], line: str) -> None:
    assert _verdict(line, let) == "proved"


@pytest.mark.parametrize(("let", "line"), [pytest.param(*c, id=c[1]) for c in TOO_SMALL])
def test_an_order_that_is_too_small_is_not_proved(let: tuple[str, ...], line: str) -> None:
    assert _verdict(line, let, 3) in ("refuted", "undecided")
