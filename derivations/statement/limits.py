"""How large a statement may be.

Everything downstream walks formulas as trees and writes numbers out, so both are bounded here,
before anything is computed.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from derivations.kernel.term import Term
from derivations.statement.errors import StatementError

MAX_DIGITS = 1_000
MAX_SYMBOLS = 20_000


def check_size(terms: Iterable[Term], where: str) -> None:
    """Errors: StatementError for a number or a formula that is too long to work with."""
    total = 0
    sizes: dict[Term, int] = {}
    for t in terms:
        total += _size(t, sizes, where)
    if total > MAX_SYMBOLS:
        raise StatementError(where, f"asked for at most {MAX_SYMBOLS} symbols and operators", str(total),
                             "split the statement or introduce names for its parts")


def _size(t: Term, sizes: dict[Term, int], where: str) -> int:
    if t not in sizes:
        if isinstance(t.data, Fraction):
            bits = max(t.data.numerator.bit_length(), t.data.denominator.bit_length())
            if bits > MAX_DIGITS * 10 // 3:
                raise StatementError(where, f"asked for numbers of at most {MAX_DIGITS} digits",
                                     f"one of about {bits * 3 // 10}", "write it as a power, or name it")
        sizes[t] = 1 + sum(_size(a, sizes, where) for a in t.args)
    return sizes[t]
