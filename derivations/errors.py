"""What the commands say when something is wrong.

One exception class, always the same sentence, with the exit status that goes with it.
"""

from __future__ import annotations


class UsageError(ValueError):
    """``where: what was asked, what was found; what to do``, and the exit status of the command."""

    def __init__(self, where: str, asked: str, found: str, do: str, status: int = 2) -> None:
        super().__init__(f"{where}: {asked}, found {found}; {do}")
        self.where, self.asked, self.found, self.do, self.status = where, asked, found, do, status


def close_to(name: str, known: list[str]) -> str:
    """A hint that names what is spelled like ``name``, else everything there is (shortened)."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=3, cutoff=0.5) or [k for k in known if name and name in k][:3]
    if near:
        return f"did you mean {' or '.join(near)}?"
    if not known:
        return "there are none"
    more = f" and {len(known) - 8} more" if len(known) > 8 else ""
    return f"there are {', '.join(sorted(known)[:8])}{more}"
