"""The names of a problem as its author writes them.

What was declared or met while reading, as the patterns that the writer takes.
"""

from __future__ import annotations

from derivations.latex.scope import Scope, Symbol

_FONTS = {"b": "mathbf", "c": "mathcal", "f": "mathfrak", "d": "mathbb", "r": "mathrm", "s": "mathsf", "t": "mathtt"}


def spelled(scope: Scope) -> dict[str, str]:
    """Kernel names to LaTeX, with ``#1``, ``#2`` where the indices go."""
    return {name: pattern(s) for name, s in scope.symbols.items()}


def pattern(s: Symbol) -> str:
    """How a symbol is written at its indices."""
    out = s.base
    if s.font in _FONTS:
        out = rf"\{_FONTS[s.font]}{{{out}}}"
    for accent in reversed(s.accents):
        out = rf"\{accent}{{{out}}}"
    out += "'" * s.primes
    holes = [f"#{k}" for k in range(1, s.arity + 1)]
    outer, inner = holes[:s.outer], holes[s.outer:]
    above = s.place == "sup" or (s.outer > 0 and not s.place and bool(s.shape or s.arguments or s.sub))
    below = [*s.sub, *([] if above else outer), *([] if s.arguments else inner)]
    if s.sup:
        out += f"^{{{s.sup}}}"
    if above and outer:
        out += f"^{{({','.join(outer)})}}"
    elif outer and not s.place and not s.sup:
        return f"{out}^{{({','.join(outer)})}}"
    if below:
        out += f"_{{{','.join(below)}}}"
    return out + (f"({', '.join(inner)})" if s.arguments else "")


__all__ = ["pattern", "spelled"]
