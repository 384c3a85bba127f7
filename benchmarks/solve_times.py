"""Seconds to solve each shipped exercise.

``python benchmarks/solve_times.py [ID...]``: search, both checkers, and random instances, from scratch.
"""

import sys
import time

from derivations import solve
from derivations.commands.find import shipped_exercises


def main(wanted: list[str]) -> None:
    """Print a line for each exercise: seconds with and without the second checker, certificate steps."""
    for id, exercise in shipped_exercises().items():
        if wanted and id not in wanted:
            continue
        start = time.perf_counter()
        first = solve(exercise, recheck=False)
        middle = time.perf_counter()
        solve(exercise)
        end = time.perf_counter()
        steps = sum(len(p.certificate["steps"]) for p in first.parts if p.certificate is not None)
        print(f"{id:28} {middle - start:7.2f} s  {end - middle:7.2f} s with recheck  {steps:6} steps")


if __name__ == "__main__":
    main(sys.argv[1:])
