"""The command line, as a user meets it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

EXERCISE = """
from sympy import Symbol
from derivations import Exercise, Part, equal
x, y = Symbol("x", real=True), Symbol("y", real=True)
square = Exercise("square", "A square", "", [], [
    Part("a", "Show that $(x+y)^2 = x^2 + 2xy + y^2$.", claim=equal((x + y)**2, x**2 + 2*x*y + y**2)),
    Part("b", "Why?", words="Because.")])
"""
FALSE = EXERCISE.replace("+ 2*x*y", "+ 3*x*y").replace("square", "wrong")


def command(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), **more}
    return subprocess.run([sys.executable, "-m", "derivations", *arguments], cwd=folder, env=env, text=True,
                          capture_output=True, timeout=300, check=False)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "square.py").write_text(EXERCISE, encoding="utf-8")
    return tmp_path


def test_solve(course: Path) -> None:
    shown = command(course, "solve", "course/square.py")
    assert shown.returncode == 0 and "proved" in shown.stdout and "Traceback" not in shown.stderr, shown
    data = json.loads(command(course, "solve", "course/square.py:square", "--json").stdout)
    assert [p["verdict"] for p in data["parts"]] == ["proved", "words"]
    assert data["parts"][0]["rechecked"] and data["parts"][0]["certificate"]["steps"]


def test_a_false_claim(course: Path) -> None:
    (course / "course" / "wrong.py").write_text(FALSE, encoding="utf-8")
    shown = command(course, "solve", "course/wrong.py")
    assert shown.returncode == 1 and "counterexample" in shown.stdout, shown


def test_build_recheck_and_build_again(course: Path) -> None:
    first = command(course, "build", "course", "--no-pdf")
    assert first.returncode == 0, first
    made = course / "build" / "course"
    before = {p: p.stat().st_mtime_ns for p in made.rglob("*.*")}
    assert {p.name for p in before} == {"solutions.tex", "problems.tex", "square-a.json"}
    assert command(course, "recheck", str(made / "certificates" / "square-a.json")).returncode == 0

    code = ("import sys; sys.argv = ['derivations', 'build', 'course', '--no-pdf']\n"
            "from derivations.cli import main\n"
            "try: main()\n"
            "finally: print('heavy' if 'sympy' in sys.modules else 'light')")
    again = subprocess.run([sys.executable, "-c", code], cwd=course, text=True, capture_output=True,
                           check=False)
    assert "unchanged" in again.stdout and again.stdout.endswith("light\n"), again
    assert {p: p.stat().st_mtime_ns for p in before} == before


SETS = """
from derivations.problem_set import ProblemSet
one = ProblemSet(id="one", title="One", exercises={"3": ["square"]}, remarks={"3a": "As in the book."})
two = ProblemSet(id="two", title="Two", exercises=["square"], remarks={"square a": "Not in the book."})
"""


def test_an_exercise_of_two_sets_has_the_remarks_of_each(course: Path) -> None:
    (course / "course" / "sets.py").write_text(SETS, encoding="utf-8")
    assert command(course, "build", "course", "--no-pdf").returncode == 0
    one, two = ((course / "build" / n / "solutions.tex").read_text(encoding="utf-8") for n in ("one", "two"))
    assert "As in the book." in one and "As in" not in two and "Not in the book." in two
    (course / "course" / "sets.py").write_text(SETS.replace('"3a"', '"3c"'), encoding="utf-8")
    refused = command(course, "build", "course", "--no-pdf")
    assert refused.returncode == 3 and "a remark on part '3c' was asked for, found no part of that name" in refused.stderr


def test_what_has_changed_is_made_again(course: Path) -> None:
    command(course, "build", "course", "--no-pdf")
    sheet = course / "build" / "course" / "solutions.tex"
    right = sheet.read_text(encoding="utf-8")
    sheet.write_text("broken", encoding="utf-8")
    assert "unchanged" not in command(course, "build", "course", "--no-pdf").stdout
    assert sheet.read_text(encoding="utf-8") == right
    (course / "course" / "square.py").write_text(EXERCISE.replace("Because", "Indeed"), encoding="utf-8")
    assert "unchanged" not in command(course, "build", "course", "--no-pdf").stdout
    assert "Indeed" in sheet.read_text(encoding="utf-8")
    (course / "course" / "square.py").write_text(EXERCISE.replace('"a"', '"z"'), encoding="utf-8")
    command(course, "build", "course", "--no-pdf")
    assert [p.name for p in sheet.parent.joinpath("certificates").iterdir()] == ["square-z.json"]


def test_a_poisoned_cache_is_not_believed(course: Path) -> None:
    command(course, "build", "course", "--no-pdf")
    for path in (course / "build" / ".cache").rglob("*.json"):
        if path.parent.name == "solutions":
            data = json.loads(path.read_bytes())
            data["parts"][0]["certificate"]["steps"][-1]["goal"] = 0
            path.write_text(json.dumps(data), encoding="utf-8")
    (course / "build" / "course" / "solutions.tex").unlink()
    again = command(course, "build", "course", "--no-pdf")
    assert again.returncode == 3 and "refused" in again.stderr, again


def test_without_a_tex_engine(course: Path) -> None:
    code = ("import sys; sys.argv = ['derivations', 'build', 'course']\n"
            "from derivations.sheets import pdf\n"
            "pdf._embedded = lambda: None\n"
            "from derivations.cli import main; main()")
    env = {**os.environ, "PATH": "/nowhere"}
    done = subprocess.run([sys.executable, "-c", code], cwd=course, env=env, text=True, capture_output=True,
                          check=False)
    assert done.returncode == 0 and 'pip install "derivations[pdf]"' in done.stderr, done
    assert (course / "build" / "course" / "solutions.tex").is_file()


@pytest.mark.parametrize(("arguments", "status", "says"), [
    (["solve", "no-such-exercise-at-all"], 2, "asked for"),
    (["solve", "nowhere.py"], 2, "nowhere.py"),
    (["build", "nowhere"], 2, "asked for"),
    (["build", "course", "--format", "scroll"], 2, "latex"),
    (["build", "--wrong-option"], 2, "No such option"),
    (["recheck", "nowhere.json"], 2, "no such file"),
    (["axioms", "no-such-exercise-at-all"], 2, "asked for"),
])
def test_wrong_usage(course: Path, arguments: list[str], status: int, says: str) -> None:
    done = command(course, *arguments)
    assert done.returncode == status and says in done.stderr and "Traceback" not in done.stderr, done
    assert done.stdout == ""


def test_close_matches(course: Path) -> None:
    done = command(course, "solve", "course/square.py:squar")
    assert done.returncode == 2 and "did you mean square?" in done.stderr, done


def test_unreadable_files(course: Path) -> None:
    broken = course / "cut.json"
    broken.write_text('{"format": "derivations-cert', encoding="utf-8")
    assert command(course, "recheck", "cut.json").returncode == 3
    broken.write_text('{"format": "something"}', encoding="utf-8")
    assert command(course, "recheck", "cut.json").returncode == 1
    (course / "course" / "square.py").write_text("x = (\n", encoding="utf-8")
    done = command(course, "build", "course")
    assert done.returncode == 3 and "line 1" in done.stderr and "Traceback" not in done.stderr, done


def test_interrupted(course: Path) -> None:
    slow = EXERCISE + "\nimport time\ntime.sleep(60)\n"
    (course / "course" / "square.py").write_text(slow, encoding="utf-8")
    process = subprocess.Popen([sys.executable, "-m", "derivations", "build", "course"], cwd=course,
                               text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130 and "Stopped" in said and "Traceback" not in said, said
    assert not [p for p in (course / "build").rglob("*") if p.is_file()]
