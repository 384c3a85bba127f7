"""Pieces of formulas with their binding strength.

A piece knows how tightly it holds together, how tall it is, and whether it would swallow what
follows it (as ``\\sum`` and ``\\log`` do), so that whoever uses it can set just the brackets needed.
"""

from __future__ import annotations

from dataclasses import dataclass

# binding strengths of real terms, weakest first
ADD, MUL, OPEN, POW, ATOM = 1, 2, 3, 4, 5
# and of statements
IFF, IMP, OR, AND, REL = 1, 2, 3, 4, 5
# heights
LINE, FRACTION, LIMITS = 0, 1, 2


@dataclass(frozen=True)
class Piece:
    """LaTeX text with what its surroundings must know."""

    tex: str
    prec: int = ATOM
    tall: int = LINE
    numeric: bool = False     # starts like a number: a product needs a dot before it
    frac: bool = False        # is a fraction as a whole
    boxed: bool = False       # an operator with brackets, set off by thin spaces in products


def brackets(inner: str, tall: int, left: str = "(", right: str = ")", display: bool = True) -> str:
    """The text between brackets that are as high as it needs."""
    if tall == LINE:
        return f"{left}{inner}{right}"
    if tall == LIMITS and display:
        return rf"\biggl{left} {inner} \biggr{right}"
    return rf"\left{left} {inner} \right{right}"


def wrap(piece: Piece, weakest: int, display: bool = True) -> str:
    """The piece, in parentheses if it holds together less tightly than ``weakest``."""
    return piece.tex if piece.prec >= weakest else brackets(piece.tex, piece.tall, display=display)


def call(operator: str, inner: str, tall: int, left: str = "[", right: str = "]",
         display: bool = True) -> str:
    """An operator applied to something in brackets, without the gap that ``\\left`` makes."""
    gap = r"\!" if tall == FRACTION or (tall == LIMITS and not display) else ""
    return operator + gap + brackets(inner, tall, left, right, display)
