"""Sheets from solutions to PDF."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from derivations.kernel.term import add, at, eq, mul, num, op, var
from derivations.latex.write import Writer
from derivations.sheets import pdf
from derivations.sheets.layout import Layout
from derivations.sheets.pdf import Engine, NoEngine, find_engine, make_pdf
from derivations.sheets.render import FormatError, find_format, render
from derivations.sheets.sheet import NumberedStep, Sheet, numbered
from derivations.solution import Step

engine_needed = pytest.mark.skipif(find_engine() is None,
                                   reason="no TeX engine; pip install 'derivations[pdf]'")


def test_solution_sheet_says_what_was_checked(sheet: Sheet) -> None:
    text = render(sheet)
    assert r"\sum_{i=1}^{d} \mathbb{E}[w_{i}^{2}] \, \mathbb{E}[x_{i}^{2}]" in text
    assert "checked by the kernel and by a second checker" in text
    assert "not machine-checked" in text and "200 random admissible instances agreed" in text
    assert r"\blocktitle{Induction step}Assume $t \in \mathbb{Z}_{\ge 0}$, $m^{(t)} = " in text
    assert r"\textbf{geometric sum}" in text and "no assumed lemma" not in text
    assert r"100\% certainty \& care\_ful \#escaping" in text
    assert r"$L = 1$, $k_{1} = 3$" in text


def test_sheet_without_axioms(sheet: Sheet) -> None:
    assert "no assumed lemma" in render(replace(sheet, exercises=sheet.exercises[:1]))


def test_problem_sheet_keeps_the_solutions_back(sheet: Sheet) -> None:
    text = render(replace(sheet, with_solutions=False))
    assert "Problem sheet" in text and r"Show that $\operatorname{Var}[s] = d\sigma^2/2$." in text
    assert "align*" not in text and "rests on" not in text and "same gradient" not in text


def test_numbering(sheet: Sheet) -> None:
    assert [p.label for e in numbered(sheet) for p in e.parts][:4] == ["1.1", "1.2", "1.3", "2.1"]
    named = replace(sheet, exercises=tuple(replace(e, id=f"x{e.id}") for e in sheet.exercises[1:]))
    assert [e.number for e in numbered(named)] == ["1", "2"]
    steps = [s.number for _, block in numbered(sheet)[1].parts[0].blocks() for s in block]
    assert steps == [1, 2, 3, 4, 5, 6]


def _lines(*steps: Step) -> list[tuple[str, str, int]]:
    displays = Layout(Writer({}), 40.0).block([NumberedStep(k, s) for k, s in enumerate(steps, 1)])
    return [(x.left, x.right, x.number) for d in displays for x in d.lines]


def test_chain_is_aligned_and_long_lines_are_cut() -> None:
    x, y = var("x"), var("y")
    long = add(*[mul(at("a", k), add(y, k)) for k in range(9)])
    lines = _lines(Step(eq(x, y), "one"), Step(eq(y, long), "two", True))
    assert lines[0] == ("x", "= y", 1)
    assert lines[1][1].startswith("= a_{0} (y + 0) + a_{1}") and lines[1][2] == 0
    assert lines[2][1] == r"\quad + a_{7} (y + 7) + a_{8} (y + 8)" and lines[2][2] == 2


def test_numbers_keep_their_side_in_a_chain() -> None:
    x, y = var("x"), var("y")
    lines = _lines(Step(op("le", num(0), x), "one"), Step(op("le", x, y), "two", True))
    assert lines == [("0", r"\le x", 1), ("", r"\le y", 2)]


def test_own_format(tmp_path: Path, sheet: Sheet) -> None:
    (tmp_path / "format.toml").write_text(
        'template = "t"\nextension = "txt"\nescape = "none"\nline_width = 40\n[verdicts]\n', encoding="utf-8")
    template = tmp_path / "t"
    template.write_text(r"\VAR{title}: \BLOCK{for e in exercises}\VAR{e.number} \BLOCK{endfor}")
    assert render(sheet, tmp_path) == "Initialization, Adam and receptive fields: 1 2 3 "
    template.write_text(r"\VAR{nothing}", encoding="utf-8")
    with pytest.raises(FormatError, match="nothing"):
        render(sheet, tmp_path)


def test_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(FormatError, match="latex") as caught:
        find_format("word")
    assert caught.value.folder == Path("word")


def test_no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr(pdf, "find_spec", lambda _: None)
    with pytest.raises(NoEngine, match=r"pip install 'derivations\[pdf\]'"):
        make_pdf("", tmp_path / "x.pdf")


def test_slow_engine_is_stopped(tmp_path: Path) -> None:
    slow = Engine("slow", ("sh", "-c", "sleep 20"), False)
    result = make_pdf("", tmp_path / "x.pdf", timeout=0.3, engine=slow)
    assert not result.ok and "0.3 s" in result.log_tail and not list(tmp_path.iterdir())


@engine_needed
def test_small_pdf(tmp_path: Path, sheet: Sheet) -> None:
    out = tmp_path / "sheet.pdf"
    result = make_pdf(render(replace(sheet, exercises=sheet.exercises[:1])), out)
    assert result.ok, result.log_tail
    assert result.overfull == []
    assert out.read_bytes().startswith(b"%PDF") and list(tmp_path.iterdir()) == [out]


@engine_needed
def test_tex_cannot_reach_outside(tmp_path: Path) -> None:
    secret = tmp_path / "secret.tex"
    secret.write_text("x", encoding="utf-8")
    text = rf"\documentclass{{article}}\begin{{document}}\input{{{secret}}}\end{{document}}"
    result = make_pdf(text, tmp_path / "x.pdf")
    assert not result.ok and not (tmp_path / "x.pdf").exists()
