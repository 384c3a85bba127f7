"""What a bad statement says.

One exception class for everything an author can get wrong, always in the same sentence.
"""

from __future__ import annotations


class StatementError(ValueError):
    """An exercise that cannot be read: ``where: what was asked, found what; what to do``.

    The four parts are kept as attributes ``where``, ``asked``, ``found`` and ``todo``.
    """

    def __init__(self, where: str, asked: str, found: str, todo: str) -> None:
        super().__init__(f"{where}: {asked}, found {found}; {todo}")
        self.where, self.asked, self.found, self.todo = where, asked, found, todo

    def __reduce__(self) -> tuple[type[StatementError], tuple[str, str, str, str]]:
        return StatementError, (self.where, self.asked, self.found, self.todo)
