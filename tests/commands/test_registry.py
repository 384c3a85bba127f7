"""Folders of exercises."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from derivations.errors import UsageError
from derivations.registry import load_folder, read_folder

GOOD = """
from sympy import Symbol
from derivations import Exercise, Part, equal
x = Symbol("x", real=True)
{name} = Exercise("{name}", "T", "", [], [Part("a", "Show.", claim=equal(x + x, 2 * x))])
"""


def put(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_anywhere(tmp_path: Path) -> None:
    put(tmp_path, one=GOOD.format(name="one"), two=GOOD.format(name="two"), _helper="1 / 0")
    found = read_folder(tmp_path)
    assert list(found.exercises) == ["one", "two"] and found.files["one"].name == "one.py"
    assert str(tmp_path) not in sys.path and "one" not in sys.modules


def test_files_import_each_other(tmp_path: Path) -> None:
    text = "from _common import x\nfrom one import one\n" + GOOD.format(name="two")
    put(tmp_path, _common="x = 1", one=GOOD.format(name="one"), two=text, random=GOOD.format(name="three"))
    assert list(load_folder(tmp_path)) == ["one", "three", "two"]
    assert "_common" not in sys.modules


def test_two_folders_with_the_same_names(tmp_path: Path) -> None:
    for name in ("p", "q"):
        (tmp_path / name).mkdir()
        put(tmp_path / name, ex="from _names import ID\n" + GOOD.format(name="e").replace('"e"', "ID"),
            _names=f"ID = {name!r}")
        assert list(load_folder(tmp_path / name)) == [name]


def test_a_double_id_names_both_files(tmp_path: Path) -> None:
    put(tmp_path, one=GOOD.format(name="same"), two=GOOD.format(name="same"))
    with pytest.raises(UsageError, match=r"two\.py: .*'same'.*one\.py"):
        load_folder(tmp_path)


@pytest.mark.parametrize(("text", "says"), [
    ("x = 1\ny = z\n", r"bad\.py, line 2: .*NameError"),
    ("x = (\n", r"bad\.py, line 1: .*never closed"),
    ("import sys\nsys.exit(0)\n", r"bad\.py, line 2: .*SystemExit"),
    ("from derivations import ProblemSet\ns = ProblemSet(3, 'T')\n", r"bad\.py: .*id"),
    ("from sympy import Symbol\nfrom derivations import iid\n\nx = iid(Symbol('x'))\n",
     r"bad\.py, line 4: .*iid"),
])
def test_an_error_names_the_line(tmp_path: Path, text: str, says: str) -> None:
    put(tmp_path, bad=text)
    with pytest.raises(UsageError, match=says) as caught:
        load_folder(tmp_path)
    assert caught.value.status == 3


def test_missing_folders(tmp_path: Path) -> None:
    for place in (tmp_path / "none", "derivations.nowhere"):
        with pytest.raises(UsageError):
            load_folder(place)


def test_shipped_sets_need_no_sympy() -> None:
    import subprocess

    code = ("import sys; from derivations.commands.find import shipped_sets; shipped_sets(); "
            "assert 'sympy' not in sys.modules")
    subprocess.run([sys.executable, "-c", code], check=True)
