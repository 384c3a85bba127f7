"""A verdict comes on time, whatever is asked."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import pytest
from stating import X, eq, f, over, q, symbols

from derivations.api import prove_statement
from derivations.clock import now
from derivations.on_time import OutOfTime, on_time
from derivations.statement import StatementError

x, y, n, i, j, k, m = symbols("x y n i j k m")
TWO, NINE = q(2, 1), q(9, 1)


def total(index: X, lo: X | int, hi: X | int, body: X | int) -> X:
    return over("sum", index, lo, hi, body)


def repeated(step: Callable[[X], X], times: int) -> X:
    t = x
    for _ in range(times):
        t = step(t)
    return t


HUGE = {
    "a tower of four nines": eq(NINE**(NINE**(NINE**NINE)), 1),
    "a large power below a floor": eq(f("floor", TWO**(10**12)), 1),
    "a tower of exponentials below a floor": eq(f("floor", f("exp", f("exp", f("exp", f("exp", NINE))))), 1),
    "whether a large power is an integer": f("isint", TWO**(10**12) / 3),
    "a sum up to a large power": eq(total(k, 1, TWO**(10**12), k), 1),
    "a sum from a large power on": eq(total(k, TWO**(10**12), TWO**(10**12) + 3, k), 1),
    "a family at a large power": eq(x(TWO**(10**12)), 1),
    "a sum of a billion terms": eq(total(k, 1, 10**9, 1 / k), 21),
    "a product of a million factors": eq(over("prod", k, 1, 10**6, k), 1),
    "a count of a billion numbers": eq(over("count", k, 1, 10**9, f("lt", k, 5)), 5),
    "a largest value of a billion": eq(over("maxover", k, 1, 10**9, k), 10**9),
    "three sums in each other": eq(total(i, 1, 20000, total(j, 1, 20000, total(k, 1, 20000, i * j * k))), 1),
    "short sums in each other": eq(
        total(i, 1, 60, total(j, 1, 60, total(k, 1, 60, total(m, 1, 60, i * j * k * m + x)))), 1),
    "a power of a sum": eq((x + y + n + k)**99, (y + x + n + k)**99 + 1),
    "a remainder of a large power": eq(TWO**(10**9) - 7 * f("floor", TWO**(10**9) / 7), 1),
    "a continued fraction": eq(repeated(lambda t: 1 / (1 + t), 120), 1),
    "roots in roots": eq(repeated(lambda t: f("sqrt", 1 + t), 120), 1),
    "exponentials in exponentials": eq(repeated(lambda t: f("exp", t), 250), 1),
    "cases in cases": eq(repeated(lambda t: f("abs", t - y), 60), 1),
    "many cases": eq(f("add", *[f("abs", x - c) for c in range(25)]), 1),
}
LIMIT = 12.0        # twice the 1/2 s for the search and 10 s


@pytest.mark.parametrize("claim", HUGE.values(), ids=HUGE)
def test_a_huge_claim_gets_an_answer(claim: X) -> None:
    began = now()
    assert prove_statement([], claim.t, seconds=0.5).verdict in ("refuted", "undecided")
    assert now() - began < LIMIT


@pytest.mark.parametrize(("claim", "message"), [
    (eq(10**10**5, x), "statement: asked for numbers of at most 1000 digits, found one of about 99657; "
                       "write it as a power, or name it"),
    (eq(repeated(lambda t: t * t, 20), 1), "statement: asked for at most 20000 symbols and operators, "
                                           "found 2097153; split the statement or introduce names for its parts"),
    (x, "statement: asked for closed formulas, found v(...) of sort R; "
        "state an equation, an inequality or another truth value"),
])
def test_a_statement_that_is_too_large_is_refused(claim: X, message: str) -> None:
    with pytest.raises(StatementError) as caught:
        prove_statement([], claim.t)
    assert str(caught.value) == message


def test_contradictory_givens_are_reported() -> None:
    with pytest.raises(StatementError, match="asked for assumptions that can hold together"):
        prove_statement([f("isint", n).t, f("lt", 1, n).t, f("lt", n, 2).t], eq(x, x + 1).t)


def _sleep() -> None:
    time.sleep(60)


def _fail() -> None:
    raise KeyError("words")


def _die() -> None:
    os._exit(3)


def _too_deep() -> None:
    _too_deep()


def _too_much() -> int:
    return len(bytearray(10**9))


class TestOnTime:
    def test_a_value_comes_back(self) -> None:
        assert on_time(lambda: {"a": x.t}, 5) == {"a": x.t}

    def test_a_large_value_comes_back(self) -> None:
        assert len(on_time(lambda: b"." * 10**7, 5)) == 10**7

    def test_an_error_comes_back(self) -> None:
        with pytest.raises(KeyError, match="words"):
            on_time(_fail, 5)

    @pytest.mark.parametrize(("work", "reason"), [
        (_sleep, "the time is up"), (_die, "the process was stopped"), (_too_deep, "nested too deeply"),
        (_too_much, "the memory is full")])
    def test_what_gives_no_answer_is_named(self, work: Callable[[], None], reason: str) -> None:
        began = time.monotonic()
        with pytest.raises(OutOfTime) as caught:
            on_time(work, 1, megabytes=500)      # the copy of a large process needs a while to go deep
        assert caught.value.reason == reason and time.monotonic() - began < 3
