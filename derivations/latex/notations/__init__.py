"""The notations.

One family of LaTeX in one file: what it reads, what that means, and examples.
"""

from __future__ import annotations

from importlib import import_module

FAMILIES = ("fractions", "functions", "sums", "brackets", "cases", "probability", "linear", "derivatives",
            "integrals", "limits", "dots")


def load() -> None:
    """Import every family, so that it is registered."""
    for name in FAMILIES:
        import_module(f"derivations.latex.notations.{name}")
