"""What cannot be read.

The error of the reader: where in the text, what was expected there, and for ambiguous text both
readings.
"""

from __future__ import annotations


class Unreadable(ValueError):
    """Text without a settled meaning; ``start`` and ``end`` are offsets in the text."""

    def __init__(self, message: str, start: int = 0, end: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = start + 1 if end is None else end


class ShapeMismatch(Unreadable):
    """An operation on arrays whose shapes do not fit, where the shapes are declared."""
