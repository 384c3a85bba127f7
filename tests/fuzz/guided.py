"""Inputs that reach new lines of the reader.

``python tests/fuzz/guided.py --seconds 600 [--seed N]`` mutates the answer files by splicing tokens and
keeps whatever takes a new step through ``derivations/latex``.  Anything but a reading or ``Unreadable`` is
reported, and so is what takes long, or is read differently a second time.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import derivations.latex
from derivations.claimed import Script
from derivations.grade import context_of
from derivations.grading import Problem
from derivations.judge import Judge
from derivations.kernel.term import tree_size
from derivations.latex.document import read_document
from derivations.latex.spelling import spelled
from derivations.latex.unreadable import Unreadable
from derivations.latex.write import write

HOME = str(Path(derivations.latex.__file__).parent)
ANSWERS = Path(__file__).parents[1] / "answers"
SLOW = 0.5              # seconds that reading a problem may take
GIVEN_UP = 10.0         # seconds after which it is stopped, with the tracing that slows it
TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[a-zA-Z]+|\d+|\s+|.", re.DOTALL)
_WORDS = r"""
    \frac{ \dfrac12 \sqrt[ \sum_{ \prod_{ \int_{ \lim_{ \max_{ \min \binom{ \begin{cases} \end{cases} \\ & \left( \right)
    \left. \right| ^{ _{ } { ( ) [ ] | ' ! , . ; : = < > \le \ge \ne \in \iff \Rightarrow \approx \sim \to \infty \partial
    \nabla \mathbb{E} \operatorname{Var} \operatorname{tr} \operatorname{diag} \mid \lfloor \rfloor \lceil \rceil \| \odot
    \cdots \ldots \dots \text{if} \text{for all} \quad \, \tag{ \underbrace{ \overline{ \hat \tilde \bar \mathbf{ \top ^T
    ^{-1} ^\top ^2 _1 _{ij} ^{(t)} ^{(t+1)} \log \exp \sin \det \operatorname{Cov}[ O( \mathcal{N}( 0 1 2 x n i k t 1/0
    \mathbb{1} P( \mathbb{P} \left\{ \right\} \begin{pmatrix} \end{pmatrix} \mathbb{R}^n \mathbb{R}^{m\times n} real integer
    positive sequence random iid function independent of let differentiable symmetric invertible superscript is a name
    i=1..n divides \frac{d}{dx} \frac{\partial}{\partial \text{where} \vert \bigl( \bigr) \newcommand{ \forall \exists
    \operatorname{sign} \operatorname{ReLU} \argmin \lVert \rVert \Sigma \Pi 0.5 1e5 99999999999 \equiv \pm := \stackrel{
    \overset{ \mathrm{d} \,dx \delta_{ij} I_n \mathbf{1} e^{ ^{T} \nabla^2 \le_ \sum \prod \int E[ x^2 \otimes \times \cdot
"""
WORDS = _WORDS.split()


@dataclass(frozen=True)
class Input:
    """A problem, or a document (``kind`` is tex or md, and ``lines`` holds its text)."""

    let: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    kind: str = ""

    def texts(self) -> list[str]:
        return [*self.let, *self.given, *self.lines]

    def with_text(self, k: int, new: str) -> Input:
        parts = []
        for group in (self.let, self.given, self.lines):
            parts.append(tuple(new if k == j else t for j, t in enumerate(group)))
            k -= len(group)
        return replace(self, let=parts[0], given=parts[1], lines=parts[2])


class TooLong(BaseException):
    """An input was stopped."""


class _Later(Judge):
    """Judges nothing: only the reading is tried."""

    def __post_init__(self) -> None:
        self.earlier = []


def read(one: Input) -> list[str]:
    """What the reader makes of an input, as text.  Whatever it raises but Unreadable is a defect."""
    if one.kind:
        found = read_document(one.lines[0], one.kind)
        return [repr((found.answers, found.macros, found.problems))]
    try:
        context = context_of(Problem("x", one.let, one.given, one.lines))
    except Unreadable as stop:
        return [f"unreadable {stop.message} {stop.start} {stop.end}"]
    script = Script(context, _Later([], 0.0))
    out = []
    for text in one.lines:
        try:
            claims, definition = script.line(text)
        except Unreadable as stop:
            assert 0 <= stop.start <= stop.end, (stop.start, stop.end)
            out.append(f"unreadable {stop.message} {stop.start} {stop.end}")
            continue
        goals = [c.goal for c in claims if c.goal is not None]
        small = [g for g in goals if tree_size(g) < 3000]
        out.append(f"{definition} {small} {[write(g, spelled(context.scope)) for g in small]}")
    return out


# -- coverage -----------------------------------------------------------------------------------

Step = tuple[int, int, int]


def reached(one: Input) -> set[Step]:
    """The steps from line to line that reading the input takes in the files of the reader."""
    found: set[Step] = set()
    ours: dict[Any, int] = {}

    def enter(frame: FrameType, event: str, arg: object) -> Any:
        code = frame.f_code
        at = ours.get(code)
        if at is None:
            at = ours[code] = hash((code.co_filename, code.co_firstlineno)) if code.co_filename.startswith(HOME) else 0
        if not at:
            return None
        last = 0

        def step(frame: FrameType, event: str, arg: object) -> Any:
            nonlocal last
            if event == "line":
                found.add((at, last, frame.f_lineno))
                last = frame.f_lineno
            return step
        return step
    old = sys.gettrace()
    sys.settrace(enter)
    try:
        read(one)
    finally:
        sys.settrace(old)
    return found


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Stops what takes longer, in time of this process: a busy machine is no defect."""
    def stop(number: int, frame: FrameType | None) -> None:
        raise TooLong
    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1.0)       # again, should the first be lost in a callback
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


# -- mutations ----------------------------------------------------------------------------------


def mutated(rnd: Random, one: Input, others: list[Input]) -> Input:
    """The input with one or a few changes."""
    for _ in range(rnd.choice((1, 1, 1, 2, 3, 5))):
        one = _change(rnd, one, others)
    return one


def _change(rnd: Random, one: Input, others: list[Input]) -> Input:
    other = rnd.choice(others)
    roll = rnd.random()
    if not one.kind and roll < 0.1:
        return replace(one, let=(*one.let, *(rnd.sample(other.let, 1) if other.let else ()))[-8:])
    if not one.kind and roll < 0.15 and other.lines:
        return replace(one, lines=(*one.lines, rnd.choice(other.lines))[-6:])
    if not one.kind and roll < 0.2 and one.let:
        gone = rnd.randrange(len(one.let))
        return replace(one, let=one.let[:gone] + one.let[gone + 1:])
    if not one.kind and roll < 0.23 and one.lines:
        return replace(one, given=(*one.given, rnd.choice(one.lines))[-3:])
    texts = one.texts()
    if not texts:
        return replace(one, lines=("x = 1",))
    k = rnd.randrange(len(texts))
    return one.with_text(k, changed(rnd, texts[k], rnd.choice(other.texts() or ["x"])))


def changed(rnd: Random, text: str, other: str) -> str:
    """A text with tokens taken out, put in, doubled or swapped."""
    mine, theirs = TOKEN.findall(text)[:2000], TOKEN.findall(other)[:2000]
    a, b = sorted(rnd.randrange(len(mine) + 1) for _ in range(2))
    if b - a > 12 and rnd.random() < 0.7:
        b = a + rnd.randrange(12)
    c = rnd.randrange(len(theirs) + 1)
    d = min(len(theirs), c + rnd.randrange(1, 15))
    match rnd.randrange(9):
        case 0:
            mine[a:b] = []
        case 1 | 2:
            mine[a:b] = theirs[c:d]
        case 3:
            mine[a:a] = theirs[c:d]
        case 4:
            mine[a:a] = [rnd.choice(WORDS), rnd.choice(("", " "))]
        case 5:
            mine[a:a + 1] = [rnd.choice(WORDS)]
        case 6:
            mine[a:b] = mine[a:b] * rnd.choice((2, 2, 3, 40))
        case 7:
            first, last = rnd.choice((("{", "}"), ("(", ")"), (r"\frac{", "}{2}"), (r"\left(", r"\right)"), ("[", "]"),
                                      (r"\sqrt{", "}"), ("|", "|"), ("^{", "}"), ("_{", "}"), (r"\mathbb{E}[", "]"),
                                      (r"\sum_{i=1}^{", "} i"), (r"\nabla_x ", ""), (r"\frac{d}{dx} ", "")))
            mine[a:b] = [first, *mine[a:b], last]
        case 8 if len(mine) > 1:
            i, j = rnd.randrange(len(mine)), rnd.randrange(len(mine))
            mine[i], mine[j] = mine[j], mine[i]
    return "".join(mine)[:4000]


# -- running ------------------------------------------------------------------------------------


def seeds() -> list[Input]:
    """The problems of the answer files, and documents made of them."""
    out: list[Input] = []
    for path in sorted(ANSWERS.glob("*.jsonl")):
        if "slips" in path.name or "by_exercise" in path.name:
            continue
        for row in path.read_text(encoding="utf-8").splitlines():
            data = json.loads(row)
            one = Input(tuple(data["let"]), tuple(data.get("given", ())), tuple(data["lines"]))
            out.append(one)
    documents = []
    for k, one in enumerate(out[::12]):
        comments = "".join(f"%! let: {d}\n" for d in one.let) + "".join(f"%! given: {d}\n" for d in one.given)
        body = " \\\\\n".join(one.lines)
        tex = (f"\\documentclass{{article}}\n\\newcommand{{\\R}}{{\\mathbb{{R}}}}\n\\begin{{document}}\n\\section{{A}}\n"
               f"{comments}Words $x$ \\begin{{align*}}\n{body}\n\\end{{align*}}\n\\[ {one.lines[0]} \\]\n\\end{{document}}\n")
        md = f"# A\n\n<!-- {comments} -->\nWords $x$\n\n$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$\n\n```\ncode\n```\n"
        documents.append(Input(lines=(tex if k % 2 else md,), kind="tex" if k % 2 else "md"))
    return out + documents


@dataclass
class Campaign:
    """A run: what was reached, what is worth mutating, and what went wrong (one for each place)."""

    seed: int = 0
    corpus: list[Input] = field(default_factory=list)
    known: set[Step] = field(default_factory=set)
    defects: dict[str, tuple[Input, str]] = field(default_factory=dict)
    tried: int = 0

    def run(self, seconds: float) -> None:
        """Try inputs for some seconds."""
        rnd = Random(self.seed)
        end = time.monotonic() + seconds
        first = seeds()
        rnd.shuffle(first)
        for one in first:
            if time.monotonic() > end - seconds / 2:
                break
            self.attempt(one)
        self.corpus = self.corpus or first[:10]
        plain = [x for x in self.corpus if not x.kind]
        while time.monotonic() < end:
            recent = self.corpus[-60:] if rnd.random() < 0.5 else self.corpus
            one = rnd.choice(recent)
            self.attempt(mutated(rnd, one, plain))

    def attempt(self, one: Input) -> None:
        """Read one input; keep it if it leads somewhere new."""
        self.tried += 1
        try:
            with limited(GIVEN_UP):
                steps = reached(one)
        except TooLong:
            self._hangs(one)
            return
        except (Exception, RecursionError):
            trace = traceback.extract_tb(sys.exc_info()[2])
            at = next((f for f in reversed(trace) if "/derivations/" in f.filename), trace[-1])
            self._defect(one, traceback.format_exc(), f"{Path(at.filename).name}:{at.lineno} {sys.exc_info()[0]}")
            return
        new = steps - self.known
        if new:
            self.known |= new
            self.corpus.append(one)
        if new or self.tried % 40 == 0:
            self._again(one)

    def _hangs(self, one: Input) -> None:
        """Once more, without the tracing that makes it slow."""
        try:
            with limited(GIVEN_UP):
                read(one)
        except TooLong:
            self._defect(one, "it does not end", "hang")

    def _again(self, one: Input) -> None:
        began = time.process_time()
        first = read(one)
        took = time.process_time() - began
        if took > SLOW:
            self._defect(one, f"{took:.1f} s", "slow " + str(one.lines[0][:40]))
        if read(one) != first:
            self._defect(one, f"{first}\n{read(one)}", "differs")

    def _defect(self, one: Input, said: str, place: str) -> None:
        if place not in self.defects:
            self.defects[place] = (one, said)


def main() -> int:
    """Run a campaign from the command line."""
    import resource

    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--seconds", type=float, default=60.0)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--out", type=Path, help="a file for the defects, one JSON object a line")
    asked = p.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    campaign = Campaign(asked.seed)
    campaign.run(asked.seconds)
    print(f"{campaign.tried} inputs, {len(campaign.known)} steps, {len(campaign.corpus)} kept, {len(campaign.defects)} defects")
    for place, (one, said) in campaign.defects.items():
        print(f"\n== {place}\n{one}\n{said[-1500:]}")
        if asked.out:
            with asked.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"place": place, "let": one.let, "given": one.given, "lines": one.lines,
                                       "kind": one.kind}) + "\n")
    return 1 if campaign.defects else 0


if __name__ == "__main__":
    sys.exit(main())
