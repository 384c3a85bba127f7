"""Makes the wrong variants of source 001.

Each row is one slip: the problem, its line, what stands there, what the slip writes instead, and the name of the slip. Run this
file after a change here or in ``source_001.jsonl``; it writes ``source_001_slips.jsonl`` and stops at a
slip whose line is not wrong in numbers.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SIGN, TWO, SQUARE, INDEX, FLOOR, DEVIATION, TRANSPOSE, CHAIN, TERM, BOUND, SWAPPED = (
    "sign", "factor 2", "square missing", "index shifted", "floor not ceiling", "variance not standard deviation", "transpose",
    "chain-rule factor", "term missing", "bound shifted", "swapped")
RELATIONS = ("=", "&=", r"\approx", r"\le", r"\ge", "<", ">")
SHAPE = "shape"             # the wrong line does not even have a shape

# problem, line: (what stands, what the slip writes, its name), ...
SLIPS: list[tuple[str, int, list[tuple[str, ...]]]] = [
    ("001-backward-input", 2, [
        (r"\delta_Y W^\top", r"\delta_Y W", TRANSPOSE),
        (r"\delta_Y W^\top", r"W^\top \delta_Y", TRANSPOSE, SHAPE),
        (r"\delta_Y W^\top", r"\delta_Y^\top W", TRANSPOSE, SHAPE),
        (r"= \delta_Y", r"= -\delta_Y", SIGN),
        (r"= \delta_Y", r"= 2 \delta_Y", TWO)]),
    ("001-backward-input", 3, [
        (r"X^\top \delta_Y", r"\delta_Y^\top X", TRANSPOSE),
        (r"X^\top \delta_Y", r"X \delta_Y", TRANSPOSE, SHAPE),
        (r"X^\top \delta_Y", r"X^\top \delta_Y^\top", TRANSPOSE, SHAPE),
        (r"= X^\top", r"= -X^\top", SIGN),
        (r"X^\top \delta_Y", r"\frac12 X^\top \delta_Y", TWO)]),
    ("001-multiplications", 1, [
        ("K^2", "K", SQUARE), ("nK^2L", "2nK^2L", TWO), ("nK^2L", "nK^2", TERM), ("nK^2L", "nKL^2", SWAPPED), ("nK^2L", "nK^2(L-1)", BOUND)]),
    ("001-multiplications", 2, [("3nK^2L", "2nK^2L", TERM), ("K^2", "K", SQUARE), ("3nK^2L", "6nK^2L", TWO)]),
    ("001-multiplications", 3, [(r"3 \times", r"2 \times", TERM)]),
    ("001-memory", 1, [("2nK", "nK", TWO), ("K^2", "K", SQUARE), ("+ 2nK", "- 2nK", SIGN), (" + 2nK", "", TERM), ("LK^2 + 2nK", "K^2 + 2LnK", SWAPPED)]),
    ("001-memory", 2, [("2LK^2", "LK^2", TWO), ("LnK", "nK", TERM), ("K^2", "K", SQUARE), ("+ LnK", "- LnK", SIGN)]),
    ("001-variance", 1, [(r"\sum_{i=1}^d", r"\sum_{i=1}^{d-1}", BOUND), (r"\sum_{i=1}^d", r"\sum_{i=2}^d", BOUND), ("w_i x_i", "2 w_i x_i", TWO)]),
    ("001-variance", 2, [
        ("[w_i x_i]", "[w_i]", TERM), (r"\sum_{i=1}^d", r"\sum_{i=1}^{d-1}", BOUND), (r"&= \sum", r"&= -\sum", SIGN),
        (r"\text{Var}[w_i x_i]", r"\sqrt{\text{Var}[w_i x_i]}", DEVIATION)]),
    ("001-variance", 3, [
        ("(w_i x_i)^2", "w_i x_i", SQUARE), (r"\mathbb{E}[(w_i x_i)^2]", r"\mathbb{E}[w_i x_i]^2", SWAPPED), (r"\sum_{i=1}^d", r"\sum_{i=2}^d", BOUND)]),
    ("001-variance", 4, [
        (r"\mathbb{E}[w_i^2]", r"\mathbb{E}[w_i]", SQUARE), (r"\mathbb{E}[x_i^2]", r"\mathbb{E}[x_i]", SQUARE),
        (r"\mathbb{E}[x_i^2]", r"\mathbb{E}[x_i]^2", SWAPPED), (r"&= \sum", r"&= 2\sum", TWO), (r"\mathbb{E}[x_i^2] ", "", TERM)]),
    ("001-variance", 5, [
        (r"\mathbb{E}[x_i^2]", r"\mathbb{E}[x_i]^2", SWAPPED), (r"\mathbb{E}[w_i^2]", r"\mathbb{E}[w_i]^2", SWAPPED),
        (r"\sum_{i=1}^d", r"\sum_{i=1}^{d-1}", BOUND), (r" \mathbb{E}[x_i^2]", "", TERM)]),
    ("001-variance", 6, [
        (r"\sigma^2", r"\sigma", DEVIATION), (r"d\sigma^2", r"\sigma^2", TERM), ("x_i^2", "x_i", SQUARE), (r"d\sigma^2", r"\frac{\sigma^2}{d}", SWAPPED),
        (r"d\sigma^2", r"-d\sigma^2", SIGN)]),
    ("001-variance", 7, [(r"\text{ReLU}(z_i)^2 | z_i \geq", r"\text{ReLU}(z_i) | z_i \geq", SQUARE), (r"d\sigma^2", r"d\sigma", DEVIATION)]),
    ("001-variance", 8, [
        (r"\frac{1}{2} ", "", TWO), (r"\sigma^2", r"\sigma", DEVIATION), ("z_i^2", "z_i", SQUARE), (r"\frac{1}{2}", "2", SWAPPED)]),
    ("001-variance", 9, [
        (r"\frac{1}{2} ", "", TWO), (r"\sigma^2", r"\sigma", DEVIATION), (r"d\sigma^2", r"\sigma^2", TERM), (r"\frac{1}{2} d\sigma^2", r"\frac{1}{2d} \sigma^2", SWAPPED),
        (r"\frac{1}{2}", r"-\frac{1}{2}", SIGN)]),
    ("001-variance-sf", 3, [
        (r"d \sigma^2 \,", r"d \sigma \,", DEVIATION), (r"\tfrac12 ", "", TWO), (r"\mathsf{E}[z_i^2]", r"\mathsf{E}[z_i]^2", SWAPPED),
        (r"= \frac12 d", r"= \frac14 d", TWO)]),
    ("001-variance-sf", 4, [(r"\mathsf{E}[w_i^2] = \sigma^2", r"\mathsf{E}[w_i^2] = \sigma", DEVIATION)]),
    ("001-variance-sf", 5, [(r"\frac12", "1", TWO), ("x_i^2", "x_i", SQUARE)]),
    ("001-total-expectation", 1, [(r"\text{ReLU}(z_i)^2 | z_i \geq", r"\text{ReLU}(z_i) | z_i \geq", SQUARE), (r" p(z_i \geq 0)", "", TERM)]),
    ("001-total-expectation", 2, [(r"\frac{1}{2} ", "", TWO), ("z_i^2", "z_i", SQUARE)]),
    ("001-sigma", 1, [("2/d", "d/2", SWAPPED), (r"\sqrt{2/d}", "2/d", DEVIATION), ("2/d", "1/d", TWO), (r"= \sqrt", r"= -\sqrt", SIGN)]),
    ("001-sigma-iff", 1, [("2/d", "d/2", SWAPPED), (r"\sqrt{2/d}", "2/d", DEVIATION), ("2/d", "1/d", TWO)]),
    ("001-adam-updates", 1, [
        (r"(1 - \beta_1)", r"(1 + \beta_1)", SIGN), (r"(1 - \beta_1) ", "", TERM), ("L^{(t)}", "L^{(t+1)}", INDEX), (r"\beta_1 m_w", r"\beta_2 m_w", SWAPPED)]),
    ("001-adam-updates", 2, [
        (r"(\nabla_w L^{(t)})^2", r"\nabla_w L^{(t)}", SQUARE), (r"+ (1 - \beta_2)", r"- (1 - \beta_2)", SIGN), ("v_w^{(t)}", "v_w^{(t+1)}", INDEX),
        (r"(1 - \beta_2)", r"(1 - \beta_1)", SWAPPED)]),
    ("001-adam-updates", 3, [
        (r"\beta_1^{t+1}", r"\beta_1^{t+2}", INDEX), (r"\frac{m_w^{(t+1)}}{1 - \beta_1^{t+1}}", r"\frac{1 - \beta_1^{t+1}}{m_w^{(t+1)}}", SWAPPED),
        ("1 - ", "1 + ", SIGN), (r"\frac{m_w^{(t+1)}}{1 - \beta_1^{t+1}}", "m_w^{(t+1)}", CHAIN), ("m_w^{(t+1)}", "m_w^{(t)}", INDEX)]),
    ("001-adam-updates", 4, [
        (r"\beta_2^{t+1}", r"\beta_1^{t+1}", SWAPPED), ("1 - ", "", TERM), (r"\frac{v_w^{(t+1)}}{1 - \beta_2^{t+1}}", "v_w^{(t+1)}", CHAIN)]),
    ("001-adam-updates", 5, [
        ("- \\eta", "+ \\eta", SIGN), (r"\sqrt{\hat{v}_w}", r"\hat{v}_w", DEVIATION), (r" + \epsilon", "", TERM), (r"\frac{\hat{m}_w}", r"\frac{m_w^{(t+1)}}", CHAIN),
        (r"\frac{\hat{m}_w}{\sqrt{\hat{v}_w} + \epsilon}", r"\frac{\sqrt{\hat{v}_w} + \epsilon}{\hat{m}_w}", SWAPPED)]),
    ("001-sgdm-updates", 1, [(r"+ \nabla", r"- \nabla", SIGN), ("L^{(t)}", "L^{(t+1)}", INDEX), (r"\beta m_w^{(t)} + ", "", TERM)]),
    ("001-sgdm-updates", 2, [(r"- \eta", r"+ \eta", SIGN), (r"\eta m_w^{(t+1)}", r"\eta m_w^{(t)}", INDEX), (r"\eta m", r"2 \eta m", TWO)]),
    ("001-sgdm", 1, [
        (r"\sum_{k=0}^{t-1}", r"\sum_{k=0}^{t}", BOUND), (r"c \frac{1-\beta^t}{1-\beta}", r"c \frac{1-\beta}{1-\beta^t}", SWAPPED), (r"c + \beta m", r"c - \beta m", SIGN)]),
    ("001-sgdm", 2, [(r"= -\eta \sum", r"= \eta \sum", SIGN), ("t + 1 -", "t -", TERM), (r"\frac{1-\beta^{t+1}}", r"\frac{1-\beta^{t}}", INDEX)]),
    ("001-sgdm-lines", 1, [
        ("(t-1)", "(t)", INDEX), (r"c + \beta", r"c - \beta", SIGN), (r"c + \beta m", r"\beta c + m", SWAPPED), (r"c + ", "", TERM)]),
    ("001-sgdm-lines", 2, [("t-1", "t", BOUND), ("k=0", "k=1", BOUND), (r"\beta^k", r"\beta^{k+1}", INDEX), ("c \\sum", "\\sum", TERM)]),
    ("001-sgdm-lines", 3, [
        (r"\beta^t", r"\beta^{t+1}", INDEX), (r"\beta^t", r"\beta^{t-1}", INDEX), (r"1-\beta^t", r"1+\beta^t", SIGN),
        (r"\frac{1-\beta^t}{1-\beta}", r"\frac{1-\beta}{1-\beta^t}", SWAPPED), (r"c \frac", r"\frac", TERM)]),
    ("001-sgdm-lines", 4, [(r"-\eta", r"\eta", SIGN), ("^t", "^{t-1}", BOUND), ("m_w^{(k)}", "m_w^{(k+1)}", INDEX), (r"-\eta", r"-2\eta", TWO)]),
    ("001-sgdm-lines", 5, [
        (r"\beta^k", r"\beta^{k+1}", INDEX), (r"1 - \beta^k", r"1 + \beta^k", SIGN), ("^t ", "^{t+1} ", BOUND), (r"\frac{\eta c}", r"\frac{\eta}", TERM),
        (r"\frac{\eta c}{1-\beta}", r"\eta c", CHAIN)]),
    ("001-sgdm-lines", 6, [
        ("t + 1 -", "t -", TERM), (r"\beta^{t+1}", r"\beta^{t}", INDEX), ("t + 1 -", "t + 1 +", SIGN),
        (r"\frac{1-\beta^{t+1}}{1-\beta}", r"\frac{1-\beta}{1-\beta^{t+1}}", SWAPPED), (r"= -\frac", r"= \frac", SIGN), (r"\frac{\eta c}", r"\frac{\eta}", TERM)]),
    ("001-adam-m", 1, [
        (r"c \sum_{k=0}^{t-1}", r"c \sum_{k=1}^{t-1}", BOUND), (r"(1 - \beta_1^t)", r"(1 - \beta_1^{t+1})", INDEX), (r"(1 - \beta_1^t)", r"(1 + \beta_1^t)", SIGN)]),
    ("001-adam-lines", 1, [(r"(1 - \beta_1) c", "c", TERM), (r"+ \beta_1", r"- \beta_1", SIGN), ("(t-1)", "(t)", INDEX)]),
    ("001-adam-lines", 2, [("t-1", "t", BOUND), (r"(1 - \beta_1)", r"(1 + \beta_1)", SIGN), (r"\beta_1^k", r"\beta_2^k", SWAPPED)]),
    ("001-adam-lines", 3, [(r"\beta_1^t", r"\beta_1^{t-1}", INDEX), (r"1 - \beta_1^t", r"\beta_1^t", TERM), (r"c \cdot", r"2c \cdot", TWO)]),
    ("001-adam-lines", 4, [("= c", r"= c (1 - \beta_1^{t+1})", CHAIN), ("= c", "= -c", SIGN), ("= c", r"= \frac{c}{1 - \beta_1}", CHAIN)]),
    ("001-adam-lines", 5, [("c^2", "c", SQUARE), (r"\beta_2^t", r"\beta_1^t", SWAPPED), (r"\beta_2^t", r"\beta_2^{t+1}", INDEX), ("1 - ", "1 + ", SIGN)]),
    ("001-adam-lines", 6, [("c^2", "c", SQUARE), ("c^2", r"c^2 (1 - \beta_2)", CHAIN), ("c^2", "2c^2", TWO)]),
    ("001-adam-w", 3, [
        (r"= -\eta t", r"= \eta t", SIGN), (r"= -\eta t", r"= -\eta (t+1)", INDEX), ("k=1", "k=0", BOUND), (r"\sqrt{\hat{v}_w + \epsilon}", r"\hat{v}_w + \epsilon", DEVIATION),
        (r"= -\eta t", r"= -\eta", TERM)]),
    ("001-output-size", 1, [
        ("2P", "P", TWO), ("- K", "+ K", SIGN), (")/S + 1", ")/S", TERM), ("+ 2P", "- 2P", SIGN), ("/S", r" \cdot S", SWAPPED)]),
    ("001-output-size", 2, [("- 2P", "+ 2P", SIGN), ("2P", "P", TWO), ("(W_{out} - 1)", "W_{out}", TERM), ("- 1", "+ 1", SIGN), (" + K", "", TERM)]),
    ("001-output-size-floor", 1, [
        (r"\left\lfloor \frac{W_{in} + 2P - K}{S} \right\rfloor", r"\left\lceil \frac{W_{in} + 2P - K}{S} \right\rceil", FLOOR), ("2P", "P", TWO), (" + 1", "", TERM),
        (r"\left\lfloor \frac{W_{in} + 2P - K}{S} \right\rfloor", r"\frac{W_{in} + 2P - K}{S}", FLOOR)]),
    ("001-output-size-floor", 2, [("(W_{out} - 1)", "W_{out}", TERM), ("- 2P", "+ 2P", SIGN)]),
    ("001-output-size-stride-one", 1, [(" + 1", "", TERM), ("2P", "P", TWO), ("+ 1", "- 1", SIGN)]),
    ("001-recurrence", 1, [("- 1)", "+ 1)", SIGN), ("K^{(l+1)}", "K^{(l+2)}", INDEX), (r"S^{(l+1)} \cdot (W^{(l+1)} - 1)", r"S^{(l+1)} \cdot W^{(l+1)}", TERM)]),
    ("001-recurrence", 2, [
        ("- S^{(l+1)}", "+ S^{(l+1)}", SIGN), ("(K^{(l+1)} - S^{(l+1)})", "(S^{(l+1)} - K^{(l+1)})", SWAPPED), (" - S^{(l+1)}", "", TERM), ("W^{(l+1)}", "W^{(l+2)}", INDEX)]),
    ("001-recurrence", 3, [("- S^{(l+2)}", "+ S^{(l+2)}", SIGN), ("K^{(l+2)}", "K^{(l+1)}", INDEX), ("= S^{(l+1)} (S", "= (S", TERM)]),
    ("001-recurrence", 4, [("- S^{(l+3)}", "+ S^{(l+3)}", SIGN), ("W^{(l+3)}", "W^{(l+2)}", INDEX), ("(K^{(l+3)} - S^{(l+3)})", "(S^{(l+3)} - K^{(l+3)})", SWAPPED)]),
    ("001-recurrence", 5, [
        (r"\prod_{i=l+1}^{j-1}", r"\prod_{i=l+1}^{j}", BOUND), (r"\prod_{k=l+1}^L", r"\prod_{k=l+2}^L", BOUND), (r"\sum_{j=l+1}^L", r"\sum_{j=l+1}^{L-1}", BOUND),
        ("K^{(j)} - S^{(j)}", "S^{(j)} - K^{(j)}", SWAPPED), (r"W^{(L)} +", r"W^{(L)} -", SIGN), ("K^{(j)} - S^{(j)}", "K^{(j)} - S^{(i)}", INDEX, SHAPE)]),
    ("001-receptive-field", 1, [
        (r"\prod_{k=1}^L", r"\prod_{k=1}^{L-1}", BOUND), (r"K^{(j)} - S", r"K^{(j)} + S", SIGN), (r"\prod_{i=1}^{j-1}", r"\prod_{i=1}^{j}", BOUND), (r"\sum_{j=1}^L", r"\sum_{j=2}^L", BOUND)]),
    ("001-receptive-field", 2, [
        (r"\prod_{i=1}^j ", r"\prod_{i=1}^{j-1} ", BOUND), (r"\right) - ", r"\right) + ", SIGN), (r"K^{(j)} \prod", r"\prod", TERM), ("K^{(j)}", "K^{(j)} S^{(j)}", TERM)]),
    ("001-receptive-field", 3, [("{L-1}", "L", BOUND), (r"\right) - ", r"\right) + ", SIGN), (r"\prod_{i=1}^j ", r"\prod_{i=2}^j ", BOUND)]),
    ("001-receptive-field", 4, [(" + 1", "", TERM), (" + 1", " - 1", SIGN), (r"\left(\sum_{j=1}^L \prod", r"\left(\sum_{j=2}^L \prod", BOUND)]),
    ("001-receptive-field", 5, [
        ("K^{(j)} - 1", "K^{(j)} + 1", SIGN), ("(K^{(j)} - 1)", "K^{(j)}", TERM), (" + 1", "", TERM), ("j-1", "j", BOUND), ("S^{(i)}", "S^{(j)}", INDEX), (r"\sum_{j=1}^L", r"\sum_{j=1}^{L-1}", BOUND)]),
]

# (problem, line, name): the lines after it that carry the slip on, as (line, what stands, what is written)
CARRIED: dict[tuple[str, int, str], list[tuple[int, str, str]]] = {
    ("001-variance", 6, DEVIATION): [(7, r"d\sigma^2", r"d\sigma"), (8, r"d\sigma^2", r"d\sigma"), (9, r"d\sigma^2", r"d\sigma")],
    ("001-variance", 6, TERM): [(7, r"d\sigma^2", r"\sigma^2"), (8, r"d\sigma^2", r"\sigma^2"), (9, r"d\sigma^2", r"\sigma^2")],
    ("001-variance", 8, TWO): [(9, r"\frac{1}{2} ", "")],
    ("001-variance", 8, DEVIATION): [(9, r"\sigma^2", r"\sigma")],
    ("001-sgdm-lines", 2, TERM): [(3, r"c \frac", r"\frac")],
    ("001-sgdm-lines", 5, TERM): [(6, r"\frac{\eta c}", r"\frac{\eta}")],
    ("001-adam-lines", 2, SIGN): [(3, r"c \cdot (1 - \beta_1^t)", r"c \cdot \frac{1 + \beta_1}{1 - \beta_1} (1 - \beta_1^t)")],
    ("001-receptive-field", 4, TERM): [(5, " + 1", "")],
    ("001-receptive-field", 4, SIGN): [(5, " + 1", " - 1")],
}


def slips(problems: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The wrong variants, in the order of the table. Errors: AssertionError if an edit does not apply."""
    out: list[dict[str, Any]] = []
    for name, line, rows in SLIPS:
        for number, row in enumerate(rows, 1):
            old, new, repair = row[:3]
            base = problems[name]
            lines = list(base["lines"])
            assert old in lines[line - 1], (name, line, old)
            lines[line - 1] = lines[line - 1].replace(old, new, 1)
            carried = CARRIED.get((name, line, repair), [])
            for at, what, by in carried:
                assert what in lines[at - 1], (name, at, what)
                lines[at - 1] = lines[at - 1].replace(what, by, 1)
            truth = list(base["truth"])
            truth[line - 1] = "wrong"
            for at in range(line, len(lines)):
                if not lines[at].startswith(RELATIONS):
                    break
                truth[at] = "after"
            slip = {**base, "id": f"{name}-{line}-{number}", "lines": lines, "truth": truth, "kind": repair, "wrong_line": line, "repair": repair,
                    "right_line": base["lines"][line - 1]}
            if "after" in truth:
                slip["after"] = "continues" if carried else "original"
            if len(row) > 3:
                slip["by_hand"] = sorted({*slip.get("by_hand", []), line})
            out.append(slip)
    return out


def main() -> None:
    from confirm_labels import report

    with open(HERE / "source_001.jsonl", encoding="utf-8") as file:
        problems = {p["id"]: p for p in map(json.loads, file)}
    made = slips(problems)
    unsure = 0
    for p in made:
        at = p["wrong_line"]
        if at in p.get("by_hand", []):
            continue
        good, total = report(p, 6, undefined=True)[at - 1]
        if not isinstance(good, int) or good >= total:
            unsure += 1
            print(p["id"], p["lines"][at - 1], (good, total))
    if unsure:
        sys.exit(f"{unsure} slips are not wrong in numbers")
    with open(HERE / "source_001_slips.jsonl", "w", encoding="utf-8") as file:
        for p in made:
            file.write(json.dumps(p, ensure_ascii=False) + "\n")
    print(len(made), "slips")


if __name__ == "__main__":
    main()
