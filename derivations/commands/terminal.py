"""Talking to a terminal.

Progress goes to stderr, and only if that is a terminal; verdicts become the exit status.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

PROVED, REFUTED, USAGE, UNDECIDED, INTERRUPTED = 0, 1, 2, 3, 130
_STATUS = {"proved": PROVED, "conditional": PROVED, "words": PROVED, "refuted": REFUTED}

Say = Callable[[str], None]


def say(text: str) -> None:
    """A line on stderr."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def progress(title: str) -> Iterator[Say]:
    """A spinner with a changing text while the block runs; nothing if stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda text: None
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status(escape(title)) as status:
        yield lambda text: status.update(f"{escape(title)} [dim]{escape(text)}[/dim]")


def exit_status(verdicts: Iterable[str]) -> int:
    """1 if something is refuted, else 3 if something is undecided, else 0."""
    found = {_STATUS.get(v, UNDECIDED) for v in verdicts}
    return REFUTED if REFUTED in found else UNDECIDED if UNDECIDED in found else PROVED


def tally(verdicts: Iterable[str]) -> str:
    """How often each verdict occurs, as "12 proved, 2 words"."""
    counts: dict[str, int] = {}
    for v in verdicts:
        counts[v] = counts.get(v, 0) + 1
    return ", ".join(f"{n} {v}" for v, n in counts.items()) or "nothing"
