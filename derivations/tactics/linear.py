"""Exact linear feasibility.

A small two-phase simplex over rationals (Bland's rule, so it stops): finds non-negative
multipliers, the raw material of Farkas certificates.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import flint


def nonnegative_solution(columns: Sequence[dict[int, Fraction]], target: dict[int, Fraction],
                         pivots: int = 400) -> list[Fraction] | None:
    """``x >= 0`` with ``sum x_j columns[j] = target``, or None (also when the pivots run out).

    Shapes: a column and the target map row numbers to entries.
    """
    rows = sorted({r for c in columns for r in c} | set(target))
    if any(r not in {q for c in columns for q in c} and target[r] for r in target):
        return None
    n, m = len(columns), len(rows)
    place = {r: k for k, r in enumerate(rows)}
    # sparse rows: variable -> coefficient; artificial variables are n .. n + m - 1
    table: list[dict[int, Any]] = [{} for _ in rows]
    right = [_q(target.get(r, Fraction(0))) for r in rows]
    for j, c in enumerate(columns):
        for r, v in c.items():
            if v:
                table[place[r]][j] = _q(v)
    for k in range(m):
        if right[k] < 0:
            right[k] = -right[k]
            table[k] = {j: -v for j, v in table[k].items()}
    basis = list(range(n, n + m))
    cost: dict[int, Any] = {}
    for row in table:
        for j, v in row.items():
            cost[j] = cost.get(j, 0) + v
    value = sum(right, flint.fmpq(0))
    for _ in range(pivots):
        if value == 0:
            break
        enter = min((j for j, v in cost.items() if v > 0), default=None)
        if enter is None:
            return None
        best: tuple[Any, int, int] | None = None
        for k in range(m):
            slope = table[k].get(enter)
            if slope is not None and slope > 0:
                key = (right[k] / slope, basis[k], k)
                if best is None or key[:2] < best[:2]:
                    best = key
        if best is None:
            return None
        k = best[2]
        p = table[k][enter]
        pivot = {j: v / p for j, v in table[k].items()}
        table[k], right[k], basis[k] = pivot, right[k] / p, enter
        for i in range(m):
            share = table[i].get(enter)
            if i != k and share:
                _eliminate(table[i], pivot, share)
                right[i] -= share * right[k]
        gain: Any = cost[enter]
        _eliminate(cost, pivot, gain)
        value -= gain * right[k]
    if value != 0:
        return None
    out = [Fraction(0)] * n
    for k, j in enumerate(basis):
        if j < n:
            out[j] = Fraction(int(right[k].p), int(right[k].q))
    return out


def _q(v: Fraction) -> Any:
    return flint.fmpq(v.numerator, v.denominator)


def _eliminate(row: dict[int, Any], pivot: dict[int, Any], f: Any) -> None:
    for j, v in pivot.items():
        s = row.get(j, 0) - f * v
        if s:
            row[j] = s
        else:
            row.pop(j, None)
