"""The families of notation.

Importing this file registers every family: what it reads and what that means.
"""

from __future__ import annotations

from importlib import import_module

FAMILIES = ("fractions", "functions", "sums", "brackets", "cases", "probability", "linear", "derivatives",
            "integrals", "limits", "dots", "entries", "orders", "evaluation", "modulo", "extremes")

for _name in FAMILIES:
    import_module(f"derivations.latex.notations.{_name}")
