"""Milliseconds that written answers take.

``python benchmarks/check_speed.py [--problems 1000] [--jobs 2] [--short]`` makes problems of the answer files
(each as it is, and its lines one by one), sends them through ``derivations check --jsonl`` and prints how long
they took.  ``--short``: only short lines of algebra, the common case.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

ANSWERS = Path(__file__).parents[1] / "tests" / "answers"
SHORT = [
    "(a+b)^2 = a^2 + 2ab + b^2", r"\frac{1}{x} + \frac{1}{y} = \frac{x+y}{xy}", "(x-1)(x+1) = x^2 - 1",
    r"\frac{a^2-b^2}{a-b} = a+b", r"e^{x+y} = e^x e^y", "3(x+2) - x = 2x + 6", "(a+b)^2 = a^2 + b^2",
    r"\frac{x}{2} + \frac{x}{3} = \frac{5x}{6}", "x^3 - y^3 = (x-y)(x^2+xy+y^2)", r"\sqrt{x^2} = |x|",
    r"(1-\beta)\beta + \beta^2 = \beta", "2(x-y)^2 = 2x^2 - 4xy + 2y^2", r"\frac{p q}{p + q} = \frac{1}{1/p + 1/q}",
    "(x+1)^3 = x^3 + 3x^2 + 3x + 1", "(x+1)^3 = x^3 + 3x^2 + 2x + 1", r"a - (b - c) = a - b + c",
    "a - (b - c) = a - b - c",
]


def problems(count: int, short: bool) -> list[dict[str, Any]]:
    """The problems, each with an id of its own."""
    if short:
        return [{"id": f"short-{k}", "let": ["x, y, a, b, c real", r"\beta real", "p, q positive"],
                 "lines": [SHORT[k % len(SHORT)]]} for k in range(count)]
    found: list[dict[str, Any]] = []
    rows = [json.loads(row) for path in sorted(ANSWERS.glob("*.jsonl")) for row in path.read_text("utf-8").splitlines()]
    for row in rows:
        base = {k: row[k] for k in ("let", "given", "exercise") if row.get(k)}
        found.append({"id": row["id"], **base, "lines": row["lines"]})
    for row in rows:
        base = {k: row[k] for k in ("let", "given", "exercise") if row.get(k)}
        for n, line in enumerate(row["lines"], 1):
            if not line.lstrip().startswith(("=", "&=", "<", r"\le", r"\ge", r"\approx")):
                found.append({"id": f"{row['id']}:{n}", **base, "lines": [line]})
    step = max(1, len(found) // count)
    return (found[::step] + [p for k, p in enumerate(found) if k % step])[:count]


def main() -> None:
    """Run the problems and print the table."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--problems", type=int, default=1000)
    p.add_argument("--jobs", type=int, default=2)
    p.add_argument("--seconds", type=float, default=10.0, help="for a problem")
    p.add_argument("--short", action="store_true")
    asked = p.parse_args()
    chosen = problems(asked.problems, asked.short)
    text = "".join(json.dumps(one) + "\n" for one in chosen)
    began = time.perf_counter()
    command = [sys.executable, "-m", "derivations", "check", "--jsonl", "--workers", str(asked.jobs), "--time-limit",
               str(asked.seconds)]
    out = subprocess.run(command, input=text, capture_output=True, text=True, check=False).stdout
    wall = time.perf_counter() - began
    reports = [json.loads(row) for row in out.splitlines()]
    assert [r["id"] for r in reports] == [c["id"] for c in chosen], "an answer is missing"
    lines = sum(len(r["lines"]) for r in reports)
    each = sorted(r["ms"] / len(r["lines"]) for r in reports for _ in r["lines"])
    verdicts: dict[str, int] = {}
    for r in reports:
        for v in r["lines"]:
            verdicts[v["verdict"]] = verdicts.get(v["verdict"], 0) + 1
    print(f"{len(reports)} problems, {lines} lines in {wall:.1f} s on {asked.jobs} processes: "
          f"{lines / wall:.1f} lines a second")
    print(f"ms a line: median {median(each):.1f}, 95 % {quantiles(each, n=20)[-1]:.1f}, most {each[-1]:.0f}")
    print(", ".join(f"{v} {n}" for v, n in sorted(verdicts.items(), key=lambda x: -x[1])))
    for r in sorted(reports, key=lambda r: -r["ms"])[:10]:
        print(f"{r['ms']:9.0f} ms  {r['verdict']:11} {r['id']}")


if __name__ == "__main__":
    main()
