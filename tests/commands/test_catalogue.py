"""The verdicts on published lines are found once for the same answer and the same code."""

from dataclasses import replace

import pytest

from derivations.commands import catalogue, fingerprint
from derivations.commands.store import Store
from derivations.grading import Problem

PUBLISHED = Problem("layer-costs/a", (), (), ("= nK^2L", "= nK^2"), "layer-costs/a")


@pytest.fixture
def asked(monkeypatch):
    """The texts that were said, one for each answer that is judged anew."""
    said = []
    monkeypatch.setattr(fingerprint, "package", lambda: "this code")
    return said


def test_verdicts_are_kept_and_shown_again(tmp_path, asked):
    store = Store(tmp_path)
    first = catalogue.judged([PUBLISHED, PUBLISHED], store, asked.append)
    assert first == {PUBLISHED: ["proved", "refuted"]} and len(asked) == 1
    assert catalogue.judged([PUBLISHED], store, asked.append) == first and len(asked) == 1


def test_another_answer_or_other_code_is_judged_anew(tmp_path, asked, monkeypatch):
    store = Store(tmp_path)
    catalogue.judged([PUBLISHED], store, asked.append)
    changed = replace(PUBLISHED, lines=("= nK^2L",))
    assert catalogue.judged([changed], store, asked.append) == {changed: ["proved"]} and len(asked) == 2
    monkeypatch.setattr(fingerprint, "package", lambda: "other code")
    catalogue.judged([PUBLISHED], store, asked.append)
    assert len(asked) == 3


@pytest.mark.parametrize("text", ["", "{", '["proved"]', '["proved", "perhaps"]', '{"proved": 1}', "[[], 1]"])
def test_what_cannot_be_read_is_judged_anew(tmp_path, asked, text):
    store = Store(tmp_path)
    store.put_verdicts("k", PUBLISHED, ["proved", "refuted"])
    (path,) = (tmp_path / "answers").iterdir()
    path.write_text(text)
    assert store.verdicts("k", PUBLISHED) is None


def test_a_source_has_the_lines_that_it_publishes():
    mine = catalogue.published("000", "relu-variance", "a")
    other = catalogue.published("001", "relu-variance", "a")
    assert len(mine) == len(other) == 1 and mine != other
    assert catalogue.published("004", "relu-variance", "a") == []
    assert mine[0].exercise == "relu-variance/a" and len(mine[0].lines) == 9
