"""Whatever is written is judged or refused.

No exception but ``Unreadable`` and usage errors, no hang, the same verdict twice.
"""

from __future__ import annotations

import json
import os
import resource
from random import Random

import pytest
from guided import WORDS, Campaign, Input, changed, limited, mutated, read, seeds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from derivations.commands.check import Asked, JsonLines
from derivations.grade import grade
from derivations.grading import ORDER, Problem, Report
from derivations.latex.document import read_document

SEEDS = [s for s in seeds() if not s.kind]
TEXTS = sorted({t for s in SEEDS for t in s.texts()})
quick = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

words = st.sampled_from([*WORDS, " ", " ", "x", "y", "n", "1", "+", "=", "_", "^", "{", "}"])
soup = st.lists(words, max_size=25).map("".join)
any_text = st.text(st.characters(codec="utf-8"), max_size=40)
real_text = st.sampled_from(TEXTS)


@st.composite
def spliced(draw: st.DrawFn) -> str:
    """A written line with a few changes."""
    rnd = Random(draw(st.integers(0, 10**6)))
    text = draw(real_text)
    for _ in range(rnd.randrange(3)):
        text = changed(rnd, text, rnd.choice(TEXTS))
    return text


fragment = st.one_of(soup, spliced(), spliced(), any_text)
fragments = st.lists(fragment, max_size=3).map(tuple)


@quick
@given(fragments, fragments, fragments)
def test_problems_are_read_or_refused(let: tuple[str, ...], conditions: tuple[str, ...], lines: tuple[str, ...]) -> None:
    one = Input(let, conditions, lines)
    with limited(20):
        assert read(one) == read(one)


@quick
@given(st.lists(st.one_of(fragment, st.sampled_from([
    "\n", "\n\n", "$$", "$", r"\[", r"\]", r"\begin{align*}", r"\end{align*}", r"\begin{aligned}", r"\end{aligned}", r"\\", "&=",
    "%! let: ", "%! given: ", "<!-- %! let: x real -->", "# A", r"\section{A}", r"\newcommand{\R}{\mathbb{R}}",
    r"\newcommand{\f}[2][1]{#1 #2}", r"\def\a{\b\b}", "```", "`", "~~~", r"\begin{verbatim}", r"\end{verbatim}", "%",
    r"\begin{document}", r"\end{document}", r"\verb|x|", "&", "{", "}", r"\input{x}"])), max_size=14).map("".join),
    st.sampled_from(["tex", "md"]))
def test_documents_are_read_or_refused(text: str, kind: str) -> None:
    with limited(20):
        found = read_document(text, kind)
        for answer in found.answers:
            for line in answer.lines:
                a, b = line.offset(0), line.offset(max(0, len(line.text) - 1))
                assert 0 <= a <= len(text) and 0 <= b <= len(text)
        for trouble in found.problems:
            assert 0 <= trouble.offset <= len(text)
        assert read_document(text, kind) == found


values = st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), any_text), lambda inner: st.one_of(
    st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["id", "let", "given", "lines", "exercise", "x"]), inner,
                                                 max_size=5)), max_leaves=12)
objects = st.fixed_dictionaries({"id": st.one_of(any_text, values), "lines": st.one_of(fragments.map(list), values)},
                                optional={"let": st.one_of(fragments.map(list), values), "given": values,
                                          "exercise": values})


@quick
@given(st.lists(st.one_of(objects.map(json.dumps).map(str.encode), values.map(json.dumps).map(str.encode),
                          st.binary(max_size=30)), max_size=5))
def test_json_lines_are_taken_or_refused(rows: list[bytes]) -> None:
    inside, out = os.pipe()
    os.write(out, b"\n".join(rows)[:60_000])
    os.close(out)
    source, found = JsonLines(inside, Asked()), []
    try:
        while True:
            found.append(source.take())
    except StopIteration:
        pass
    finally:
        os.close(inside)
    assert all(isinstance(x, Problem) or (isinstance(x, Report) and x.verdict == "unreadable") for x in found)
    assert len(found) == len(source.heads)


def kept(seconds: float, one: Input) -> Report:
    with limited(4 * seconds + 10):
        return grade(Problem("x", one.let, one.given, one.lines), seconds=seconds)


@settings(quick, max_examples=25)
@given(st.integers(0, 10**6))
def test_changed_problems_get_a_verdict_in_time(seed: int) -> None:
    rnd = Random(seed)
    one = mutated(rnd, rnd.choice(SEEDS), SEEDS)
    report = kept(0.4, one)
    assert len(report.lines) == len(one.lines) and report.verdict in ORDER
    assert all(v.verdict in ORDER and v.line == k for k, v in enumerate(report.lines, 1))
    for v, text in zip(report.lines, one.lines, strict=True):
        assert 0 <= v.at[0] <= v.at[1] <= max(1, len(text)), (v, text)


@pytest.mark.slow
def test_a_campaign_finds_no_defect() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    campaign = Campaign(seed=int(os.environ.get("FUZZ_SEED", "1")))
    campaign.run(50)
    assert not campaign.defects, campaign.defects
    assert campaign.tried > 20 and len(campaign.known) > 1000       # on a busy machine
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - used < 1_500_000       # KiB


@pytest.mark.slow
def test_verdicts_are_the_same_twice() -> None:
    """Proved and refuted never change places, and what is read is read again; time may only make undecided."""
    rnd = Random(5)
    for one in rnd.sample(SEEDS, 12):
        changed_one = mutated(rnd, one, SEEDS)
        first, second = kept(2.0, changed_one), kept(2.0, changed_one)
        for a, b in zip(first.lines, second.lines, strict=True):
            assert {a.verdict, b.verdict} not in ({"proved", "refuted"}, {"conditional", "refuted"}), changed_one
            assert (a.verdict == "unreadable") == (b.verdict == "unreadable"), changed_one
