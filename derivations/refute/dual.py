"""Derivatives by dual numbers.

``Dual(tag, re, eps)`` stands for ``re + eps*d`` with ``d*d = 0``, one d for each tag.  Parts may be dual
in smaller tags, which gives higher and mixed derivatives.  Where the value of a dual number lies
strictly on one side of a cut, so do the values close by; at the cut itself nothing is concluded.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING

from flint import arb

from derivations.refute import values as v
from derivations.refute.values import ONE, ZERO, Number, Undefined, Unknown

_TAGS = count(1)


class Tie(Unknown):
    """What holds at the point may fail close by."""


class Kink(Undefined):
    """There is certainly no derivative at this point."""


if TYPE_CHECKING:               # it may stand wherever a number does
    _Number = arb
else:
    _Number = object


class Dual(_Number):
    """A number with its change."""

    __slots__ = ("eps", "re", "tag")

    def __init__(self, tag: int, re: Number, eps: Number) -> None:
        self.tag, self.re, self.eps = tag, re, eps

    def __neg__(self) -> Dual:
        return Dual(self.tag, v.neg(self.re), v.neg(self.eps))


def new(x: Number) -> Dual:
    """A variable at ``x``, with a tag of its own."""
    return Dual(next(_TAGS), x, ONE)


def slope(y: Number, tag: int) -> Number:
    """The derivative of ``y`` by the variable with this tag."""
    return y.eps if isinstance(y, Dual) and y.tag == tag else ZERO


def plain(x: Number) -> Number:
    """The value itself."""
    while isinstance(x, Dual):
        x = x.re
    return x


def split(x: Number, tag: int) -> tuple[Number, Number]:
    """Value and change for one tag."""
    return (x.re, x.eps) if isinstance(x, Dual) and x.tag == tag else (x, ZERO)


def _top(*xs: Number) -> int:
    return max(x.tag for x in xs if isinstance(x, Dual))


def add(a: Number, b: Number) -> Number:
    """a + b."""
    tag = _top(a, b)
    (x, dx), (y, dy) = split(a, tag), split(b, tag)
    return Dual(tag, v.add(x, y), v.add(dx, dy))


def mul(a: Number, b: Number) -> Number:
    """a * b."""
    tag = _top(a, b)
    (x, dx), (y, dy) = split(a, tag), split(b, tag)
    return Dual(tag, v.mul(x, y), v.add(v.mul(x, dy), v.mul(dx, y)))


def div(a: Number, b: Number) -> Number:
    """a / b for b that is not zero."""
    tag = _top(a, b)
    (x, dx), (y, dy) = split(a, tag), split(b, tag)
    quotient = v.div(x, y)
    return Dual(tag, quotient, v.div(v.sub(dx, v.mul(quotient, dy)), y))


def sign(a: Dual) -> int:
    """The sign close to the point.  Errors: Tie at zero."""
    found = v.sign(plain(a))
    if not found:
        raise Tie("zero at the point, and perhaps not close by")
    return found


def steep(a: Number) -> bool:
    """Whether a first derivative is certainly not zero."""
    while isinstance(a, Dual):
        if v.sign(plain(a.eps)):
            return True
        a = a.re
    return False


def _edge(a: Number, what: str) -> Undefined | Unknown:
    return Kink(what) if steep(a) else Tie(what)


def magnitude(a: Dual) -> Number:
    """|a|.  Errors: Kink, Tie."""
    try:
        return a if sign(a) > 0 else -a
    except Tie:
        raise _edge(a, "the kink of an absolute value") from None


def largest(a: Number, b: Number) -> Number:
    """max(a, b).  Errors: Kink, Tie."""
    if a is b:
        return a
    try:
        return a if v.compare(a, b) > 0 else b
    except Tie:
        raise _edge(v.sub(a, b), "the kink of a maximum") from None


def floor(a: Dual) -> Fraction:
    """The floor, constant close by.  Errors: Kink, Tie at a jump."""
    x = plain(a)
    found = v.floor(x)
    if v.compare(found, x) == 0:
        raise _edge(a, "a jump of the floor")
    return found


def integer(a: Dual) -> int | None:
    """Not an integer, here and close by.  Errors: Tie at an integer."""
    if v.integer(plain(a)) is not None:
        raise Tie("an integer at the point, and perhaps not close by")
    return None


def power(b: Number, x: Number) -> Number:
    """b to the power x.  Errors: Undefined at the edge of the domain."""
    if not isinstance(x, Dual):
        assert isinstance(b, Dual)
        if isinstance(x, Fraction) and x.denominator == 1:
            if not x:
                return ONE
        elif v.real(plain(b)) and v.sign(plain(b)) <= 0:
            raise Undefined("a broken power at the edge of its domain")
        return Dual(b.tag, v.power(b.re, x), v.mul(v.mul(x, v.power(b.re, v.sub(x, ONE))), b.eps))
    if v.real(plain(b)) and v.sign(plain(b)) <= 0:
        raise Unknown("a power of a number that is not positive")
    tag = _top(b, x)
    (y, dy), (z, dz) = split(b, tag), split(x, tag)
    whole = v.power(y, z)
    return Dual(tag, whole, v.mul(whole, v.add(v.mul(dz, v.log(y)), v.div(v.mul(z, dy), y))))


def smooth(head: str, a: Dual) -> Number:
    """A smooth function of a number.  Errors: Unknown for a higher derivative of ``gamma``."""
    x = a.re
    here = v.log(x) if head == "log" else v.smooth(head, x)
    if head == "exp":
        rate = here
    elif head == "log":
        rate = v.div(ONE, x)
    elif head == "sin":
        rate = v.smooth("cos", x)
    elif head == "cos":
        rate = v.neg(v.smooth("sin", x))
    elif head == "tanh":
        rate = v.sub(ONE, v.mul(here, here))
    elif head == "arctan":
        rate = v.div(ONE, v.add(ONE, v.mul(x, x)))
    elif head == "erf":
        rate = v.mul(2 / arb.pi().sqrt(), v.smooth("exp", v.neg(v.mul(x, x))))
    elif head == "gamma" and not isinstance(x, Dual):
        rate = v.mul(here, v.finite(v.ball(x).digamma()))
    else:
        raise Unknown(f"a derivative of {head}")
    return Dual(a.tag, here, v.mul(rate, a.eps))
