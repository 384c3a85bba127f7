"""Exact numbers and balls.

A number is a ``Fraction`` or a finite flint ``arb`` ball that is certain to hold the true value.
Rational results of rational arguments stay exact as long as they fit into ``MAX_BITS`` bits.
Nothing here trusts ``==`` or truth of a ball: two balls differ only if their difference excludes 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

from flint import acb, arb, ctx, fmpq

from derivations.clock import now

Number = Fraction | arb         # and, under a local binder, a Dual; under an integral, an acb box
Value = Fraction | arb | bool

MAX_BITS = 20_000
PRECISIONS = (128, 256, 512, 1024)
_HUGE = arb(1 << MAX_BITS)
ZERO, ONE, HALF = Fraction(0), Fraction(1), Fraction(1, 2)


class Undefined(ArithmeticError):
    """The term has no value here: division by zero, a root of a negative number, and the like."""


class Unknown(ArithmeticError):
    """The value could not be decided: a question no instance settles, or the fuel is used up."""


class Overlap(Unknown):
    """Undecided only because balls overlap: a higher precision may settle it."""


class Fuel:
    """The work one evaluation may do: a number of steps and, if given, a moment to stop at."""

    __slots__ = ("deadline", "steps")

    def __init__(self, steps: int = 400_000, deadline: float | None = None) -> None:
        self.steps = steps
        self.deadline = deadline

    def late(self) -> bool:
        """Whether the moment to stop at has passed."""
        return self.deadline is not None and now() > self.deadline

    def left(self) -> float:
        """The seconds until that moment."""
        return 10.0 if self.deadline is None else max(0.0, self.deadline - now())

    def burn(self, steps: int = 1) -> None:
        """Use up steps.  Errors: Unknown when none are left or the time is over."""
        before = self.steps
        self.steps -= steps
        if self.steps < 0:
            raise Unknown("the fuel is used up")
        if self.deadline is not None and (not steps or before >> 8 != self.steps >> 8) and self.late():
            self.steps = 0
            raise Unknown("the time is over")


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Ball arithmetic at this many bits; the earlier precision returns afterwards."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def ball(x: Number) -> arb:
    """A ball around ``x`` at the current precision (a box stays one).  Errors: Unknown for a dual number."""
    if isinstance(x, Fraction):
        return arb(fmpq(x.numerator, x.denominator))
    if isinstance(x, Dual):
        raise Unknown("a ball of a dual number")
    return x


def real(x: Number) -> bool:
    """Whether this is no complex box."""
    return not isinstance(x, acb)


def finite(x: arb) -> arb:
    """The ball itself.  Errors: Unknown if it is infinite or not a number."""
    if not x.is_finite():
        raise Unknown("a ball became infinite")
    return x


def bits(x: Fraction) -> int:
    """The size of an exact number."""
    return x.numerator.bit_length() + x.denominator.bit_length()


def right_half(x: acb) -> acb:
    """The box, if it lies in the right half plane.  Errors: Unknown."""
    if not x.real > 0:
        raise Unknown("a box outside the domain")
    return x


def _small(x: Fraction) -> Number:
    return x if bits(x) <= MAX_BITS else finite(ball(x))


def add(a: Number, b: Number) -> Number:
    """a + b."""
    if isinstance(a, Fraction):
        if isinstance(b, Fraction):
            return _small(a + b)
        if not a:
            return b
    elif isinstance(b, Fraction) and not b:
        return a
    if isinstance(a, Dual) or isinstance(b, Dual):
        return dual.add(a, b)
    return finite(ball(a) + ball(b))


def neg(a: Number) -> Number:
    """-a."""
    return -a


def sub(a: Number, b: Number) -> Number:
    """a - b."""
    return ZERO if a is b else add(a, -b)


def mul(a: Number, b: Number) -> Number:
    """a * b."""
    if isinstance(a, Fraction):
        if isinstance(b, Fraction):
            return _small(a * b)
        if not a:
            return a
        if a == 1:
            return b
    elif isinstance(b, Fraction):
        if not b:
            return b
        if b == 1:
            return a
    if isinstance(a, Dual) or isinstance(b, Dual):
        return dual.mul(a, b)
    return finite(ball(a) * ball(b))


def sign(a: Number) -> int:
    """-1, 0 or 1.  Errors: Overlap if the ball holds 0 and more."""
    if isinstance(a, Fraction):
        return (a > 0) - (a < 0)
    if isinstance(a, Dual):
        return dual.sign(a)
    if isinstance(a, acb):
        raise Unknown("the sign of a box")
    if a > 0:
        return 1
    if a < 0:
        return -1
    if a.is_zero():
        return 0
    raise Overlap("a ball holds zero")


def compare(a: Number, b: Number) -> int:
    """The sign of a - b.  Errors: Overlap if the balls do not decide it."""
    if a is b:
        return 0
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return (a > b) - (a < b)
    if isinstance(a, Dual) or isinstance(b, Dual):
        return sign(sub(a, b))
    return sign(finite(ball(a) - ball(b)))


CLOSE_BITS = 200       # balls this close at the highest precision count as agreeing


def close(a: Number, b: Number) -> bool:
    """Whether the balls overlap and are tiny: no proof that the numbers are equal."""
    gap = finite(ball(a) - ball(b))
    scale = max(1, int(abs(ball(b)).upper().ceil().unique_fmpz() or 1)) if abs(ball(b)) < _HUGE else 1
    return gap.contains(0) and gap.rad() < arb(scale) * arb(2) ** -CLOSE_BITS


def compare_within(a: Number, b: Number, tolerant: bool) -> int:
    """The sign of a - b; if ``tolerant``, tiny balls that overlap count as equal."""
    if tolerant and a is not b and not isinstance(a, Dual) and not isinstance(b, Dual) and close(a, b):
        return 0
    return compare(a, b)


def div(a: Number, b: Number) -> Number:
    """a / b.  Errors: Undefined if b is 0, Overlap if that is undecided."""
    if not isinstance(b, acb | Dual) and not sign(b):
        raise Undefined("division by zero")
    if isinstance(a, Fraction):
        if isinstance(b, Fraction):
            return _small(a / b)
        if not a and not isinstance(b, acb | Dual):
            return a
    elif isinstance(b, Fraction) and b == 1:
        return a
    if isinstance(a, Dual) or isinstance(b, Dual):
        return dual.div(a, b)
    return finite(ball(a) / ball(b))


def _written_out(a: arb) -> None:
    """Errors: Unknown if the digits before the point are too many."""
    if not abs(a) < _HUGE:
        raise Unknown("a number too large to write out")


def integer(a: Number) -> int | None:
    """The integer that ``a`` is, or None if it is not one.  Errors: Overlap if undecided."""
    if isinstance(a, Fraction):
        return a.numerator if a.denominator == 1 else None
    if isinstance(a, Dual):
        return dual.integer(a)
    if isinstance(a, acb):
        raise Unknown("an integer in a box")
    _written_out(a)
    if a.is_exact() and a.is_integer():
        found = a.unique_fmpz()
        return None if found is None else int(found)
    if not a.contains_integer():
        return None
    raise Overlap("a ball holds an integer and more")


def root(n: int, q: int) -> int | None:
    """The exact natural q-th root of a natural number, or None."""
    if n < 2:
        return n
    low, high = 1, 1 << (n.bit_length() // q + 1)
    while low < high:
        mid = (low + high) // 2
        if mid**q < n:
            low = mid + 1
        else:
            high = mid
    return low if low**q == n else None


def _whole_power(b: Number, n: int) -> Number:
    if n < 0:
        return div(ONE, _whole_power(b, -n)) if not real(b) or sign(b) else div(ONE, ZERO)
    if n == 0:
        return ONE
    if isinstance(b, Fraction):
        if abs(b) <= 1 and b.denominator == 1:
            return b if n % 2 or b >= 0 else -b
        if bits(b) * n <= MAX_BITS:
            return b**n
    if n.bit_length() > 64:
        raise Unknown("a power with a huge exponent")
    result, base = arb(1), ball(b)
    while n:
        if n & 1:
            result = finite(result * base)
        n >>= 1
        if n:
            base = finite(base * base)
    return result


def power(b: Number, x: Number) -> Number:
    """b to the power x; 0^0 = 1.

    Errors: Undefined for 0 to a negative power and a negative base with a broken exponent;
    Overlap or Unknown if undecided.
    """
    if isinstance(b, Dual) or isinstance(x, Dual):
        return dual.power(b, x)
    if isinstance(x, Fraction) and x.denominator == 1:
        return _whole_power(b, x.numerator)
    if isinstance(b, acb):
        return finite((right_half(b).log() * ball(x)).exp())
    if isinstance(x, acb):
        return finite((x * ball(log(b))).exp())
    s = sign(b)
    if s == 0:
        if sign(x) > 0:
            return ZERO
        raise Undefined("zero to a negative power")
    if s < 0:
        if isinstance(x, Fraction) or integer(x) is None:
            raise Undefined("a negative number to a broken power")
        raise Unknown("a negative number to an uncertain power")
    if isinstance(b, Fraction):
        if b == 1:
            return ONE
        if isinstance(x, Fraction) and x.denominator <= 64 and bits(b) * abs(x.numerator) <= MAX_BITS:
            top, bottom = root(b.numerator, x.denominator), root(b.denominator, x.denominator)
            if top is not None and bottom is not None:
                return Fraction(top, bottom) ** x.numerator
    return finite(ball(b) ** ball(x))


def floor(a: Number) -> Fraction:
    """The largest integer <= a.  Errors: Overlap if the ball straddles a jump."""
    if isinstance(a, Fraction):
        return Fraction(a.numerator // a.denominator)
    if isinstance(a, Dual):
        return dual.floor(a)
    if isinstance(a, acb):
        raise Unknown("the floor of a box")
    _written_out(a)
    low, high = a.lower().floor().unique_fmpz(), a.upper().floor().unique_fmpz()
    if low is None or high is None or low != high:
        raise Overlap("a ball straddles an integer")
    return Fraction(int(low))


def largest(a: Number, b: Number) -> Number:
    """max(a, b): continuous, so that overlapping balls have a ball as their maximum."""
    if isinstance(a, Dual) or isinstance(b, Dual):
        return dual.largest(a, b)
    try:
        return a if compare(a, b) >= 0 else b
    except Overlap:
        return finite(ball(a).max(ball(b)))


def magnitude(a: Number) -> Number:
    """|a|."""
    if isinstance(a, Dual):
        return dual.magnitude(a)
    if isinstance(a, acb):
        raise Unknown("the size of a box")
    return abs(a) if isinstance(a, Fraction) else finite(abs(a))


def log(a: Number) -> Number:
    """The natural logarithm.  Errors: Undefined for a <= 0."""
    if isinstance(a, acb):
        return finite(right_half(a).log())
    if sign(plain(a)) <= 0:
        raise Undefined("the logarithm of a number that is not positive")
    if isinstance(a, Dual):
        return dual.smooth("log", a)
    return ZERO if isinstance(a, Fraction) and a == 1 else finite(ball(a).log())


def log_ratio(a: Number, b: Number) -> Fraction | None:
    """log a / log b where it is visibly an integer or the inverse of one, else None."""
    if not (isinstance(a, Fraction) and isinstance(b, Fraction)) or min(a, b) <= 0 or b == 1:
        return None
    if a == 1:
        return ZERO
    for base, value, turn in ((b, a, False), (a, b, True)):
        ratio = (ball(value).log() / ball(base).log()).unique_fmpz()
        if ratio is not None and 0 < abs(int(ratio)) * bits(base) <= MAX_BITS and base ** int(ratio) == value:
            return Fraction(1, int(ratio)) if turn else Fraction(int(ratio))
    return None


def smooth(head: str, a: Number) -> Number:
    """``exp``, ``sin``, ``cos``, ``tanh``, ``arctan``, ``erf`` or ``gamma`` of a number.

    Errors: Undefined for gamma at 0, -1, -2, ...
    """
    if isinstance(a, Dual):
        return dual.smooth(head, a)
    if head == "gamma":
        return _gamma(a)
    if isinstance(a, Fraction) and not a:
        return ONE if head in ("exp", "cos") else ZERO
    x = ball(a)
    if head == "arctan":
        if isinstance(x, acb) and not abs(x.imag) < 1:
            raise Unknown("a box at a branch cut")
        return finite(x.atan())
    return finite(getattr(x, head)())


def _gamma(a: Number) -> Number:
    if isinstance(a, Fraction) and a.denominator == 1:
        if a <= 0:
            raise Undefined("a pole of the gamma function")
        if a <= 400:
            return Fraction(math.factorial(a.numerator - 1))
    return finite(ball(a).gamma())


def whole(n: int) -> Fraction:
    """An integer as a number."""
    return Fraction(n)


def text(x: Value, digits: int = 12) -> str:
    """A readable form: exact, or a decimal of which every digit but the last is certain."""
    if isinstance(x, bool):
        return "true" if x else "false"
    if isinstance(x, Fraction):
        if bits(x) <= 400:
            return str(x)
        with precision(4 * digits + 128):
            return ball(x).str(digits, radius=False)
    return x.str(digits, radius=x.rel_accuracy_bits() < 20)


# dual numbers are made of the operations above
from derivations.refute import dual  # noqa: E402
from derivations.refute.dual import Dual, plain  # noqa: E402
