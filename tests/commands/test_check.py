"""check and prove, as a user meets them, with a stand-in for the grader."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import IO, Any

import pytest

RUN = '''
import os, sys, time, types
from derivations.grading import LineVerdict, Report, worst

WORDS = ("refuted", "unreadable", "undecided", "conditional")

def line(n, text):
    if "loop" in text:
        while True: pass
    if "memory" in text: bytearray(1 << 31)
    if "kill" in text: os.kill(os.getpid(), 9)
    if "slow" in text: time.sleep(0.2)
    verdict = next((w for w in WORDS if w in text), "proved")
    wrong = verdict == "refuted"
    at = (text.index("HERE"), text.index("HERE") + 4) if "HERE" in text else (0, len(text))
    return LineVerdict(n, verdict, by=("ring",), provided=("x \\\\ne 0",) if verdict == "conditional" else (),
                       witness={"d": "2", "\\\\sigma": "3", "left": "18", "right": "9"} if wrong else None,
                       evidence={"instances": 40, "agree": 40} if verdict == "undecided" else None,
                       hint="3/4 should be 3/2" if wrong else None,
                       message="<i>both</i> sides \\x1b[31m" if wrong else "", at=at)

def grade(problem, *, seconds):
    lines = tuple(line(n, text) for n, text in enumerate(problem.lines, 1))
    notes = (f"{problem.let} {problem.given} {problem.exercise} {problem.strict} {problem.macros}",)
    return Report(problem.id, worst(v.verdict for v in lines), lines, 1.0, notes)

def prove_latex(claim, let=(), given=(), *, seconds):
    found = line(1, claim)
    proof = {"steps": []} if found.verdict == "proved" else None
    return Report("claim", found.verdict, (found,), 1.0, (f"{let} {given}",), proof)

sys.modules["derivations.grade"] = types.ModuleType("derivations.grade")
sys.modules["derivations.grade"].grade = grade
sys.modules["derivations.grade"].prove_latex = prove_latex
from derivations.cli import main
main()
'''
ANSWER = r"""\newcommand{\R}{\mathbb{R}}
%! d positive integer
\begin{align}
  a &= b \in \R \\
    &= \frac{refuted}{HERE} % comment
\end{align}
"""


def command(folder: Path, *arguments: str, stdin: str | bytes = b"") -> subprocess.CompletedProcess[str]:
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run([sys.executable, "-c", RUN, *arguments], cwd=folder, input=data, capture_output=True,
                          timeout=60, check=False)
    out = subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in out.stderr, out.stderr
    return out


def json_lines(folder: Path, text: str | bytes, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    done = command(folder, "check", "--jsonl", *arguments, stdin=text)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def problem(id: str, *lines: str, **more: Any) -> str:
    return json.dumps({"id": id, "let": [], "given": [], "lines": lines, **more}) + "\n"


# -- files --------------------------------------------------------------------------------------


def test_a_wrong_line_is_shown_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "answer.tex").write_text(ANSWER, encoding="utf-8")
    done = command(tmp_path, "check", "answer.tex", "--let", "n integer", "--given", "x = 1", "--exercise", "ema",
                   "--strict")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    at = lines.index("answer.tex:5:23: refuted  (ring)")
    assert lines[at + 1:at + 6] == [
        "    5 |     &= \\frac{refuted}{HERE} % comment",
        "      |                       ^^^^",
        "      <i>both</i> sides �[31m",
        "      d = 2, σ = 3: left 18, right 9",
        "      hint: 3/4 should be 3/2"]
    assert lines[0] == "answer.tex:4:3: proved  (ring)"
    assert lines[-1] == "2 lines: 1 proved, 1 refuted; the first wrong line is answer.tex:5:23"
    assert "('n integer', 'd positive integer') ('x = 1',) ema True ('\\\\newcommand{\\\\R}" in done.stdout


def test_reports_on_files_as_json(tmp_path: Path) -> None:
    (tmp_path / "answer.md").write_text("# A\n$$ a = b $$\n# B\n$$ undecided $$\n\n$$ c\n\n", encoding="utf-8")
    done = command(tmp_path, "check", "answer.md", "--json")
    reports = json.loads(done.stdout)
    assert done.returncode == 3
    assert [(r["id"], r["verdict"], r["file"]) for r in reports] == [
        ("answer.md:2", "proved", "answer.md"), ("answer.md:4", "undecided", "answer.md"),
        ("answer.md:6", "unreadable", "answer.md")]
    assert [line["place"] for r in reports for line in r["lines"]] == [[2, 4], [4, 4], [6, 4], [6, 1]]


@pytest.mark.parametrize(("answer", "status"), [
    ("$$ a $$", 0), ("$$ conditional $$", 0), ("$$ refuted $$ $$ unreadable $$", 1), ("$$ undecided $$", 3),
    ("$$ unreadable $$", 3), ("no mathematics", 3), ("$$ { $$", 3), ("$$ kill $$", 3), ("$$ loop $$", 3),
    ("$$ memory $$", 3),
])
def test_exit_status(tmp_path: Path, answer: str, status: int) -> None:
    done = command(tmp_path, "check", "-", "--time-limit", "1", "--memory-limit", "200", stdin=answer)
    assert done.returncode == status, done


@pytest.mark.parametrize(("arguments", "says"), [
    (["check"], "a file was asked for"),
    (["check", "nowhere.tex"], "no such file"),
    (["check", "answer.pdf"], "answer.pdf"),
    (["check", "latin.tex"], "latin.tex:2:3: text in UTF-8 was asked for, found the byte 0xe9"),
    (["check", "--wrong"], "No such option"),
    (["check", "answer.tex", "--report", "html"], "-o"),
    (["check", "answer.tex", "--report", "pdf", "-o", "x"], "html or latex"),
    (["check", "answer.tex", "--report", "html", "-o", "answer.tex"], "other than the answer"),
    (["check", "answer.tex", "--time-limit", "-1"], "--time-limit"),
    (["check", "--jsonl", "--json"], "--jsonl"),
    (["check", "--jsonl", "nowhere.jsonl"], "no such file"),
])
def test_wrong_usage(tmp_path: Path, arguments: list[str], says: str) -> None:
    (tmp_path / "answer.tex").write_text(ANSWER, encoding="utf-8")
    (tmp_path / "latin.tex").write_bytes(b"ab\ncd\xe9")
    done = command(tmp_path, *arguments)
    assert done.returncode == 2 and says in done.stderr and not done.stdout, done


def test_long_lines_are_cut_around_the_place(tmp_path: Path) -> None:
    text = "$$ " + "abc + " * 60 + "HERE refuted" + " + xyz" * 60 + " $$"
    shown = command(tmp_path, "check", "-", stdin=text).stdout.splitlines()
    assert all(len(line) <= 100 for line in shown[:3]) and "…" in shown[1]
    assert shown[1][shown[2].index("^"):][:4] == "HERE"


# -- reports ------------------------------------------------------------------------------------

HOSTILE = r"""$$ a = <script>alert(1)</script> "HERE" ' & refuted $$
\[ \input{/etc/passwd} \write18{ls} ^^5cinput \csname x\endcsname <img src=x onerror=alert(1)> \]
</td><script>alert(2)</script> \end{document} \catcode`\{=12 % </title>
"""


def test_html_reports_hold_nothing_but_text(tmp_path: Path) -> None:
    (tmp_path / "<b>.tex").write_text(HOSTILE, encoding="utf-8")
    assert command(tmp_path, "check", "<b>.tex", "--report", "html", "-o", "out/report.html").returncode == 1
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    tags: list[tuple[str, list[tuple[str, str | None]]]] = []
    words: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append((tag, attrs))

        def handle_data(self, data: str) -> None:
            words.append(data)
    Reader().feed(page)
    assert {t for t, _ in tags} <= {"html", "head", "meta", "title", "style", "body", "h1", "p", "table", "tr", "td",
                                    "span", "mark"}
    assert {k for _, attrs in tags for k, _ in attrs} <= {"class", "charset", "lang", "http-equiv", "content"}
    text = "".join(words)
    for line in HOSTILE.splitlines():
        assert line in text
    assert "<i>both</i> sides �[31m" in text and "<mark class=\"refuted\">HERE</mark>" in page


def test_latex_reports_hold_nothing_but_text(tmp_path: Path) -> None:
    (tmp_path / "answer.tex").write_text(HOSTILE, encoding="utf-8")
    assert command(tmp_path, "check", "answer.tex", "--report", "latex", "-o", "report.tex").returncode == 1
    report = (tmp_path / "report.tex").read_text(encoding="utf-8")
    body = report.split(r"\begin{document}")[1]
    used = set(re.findall(r"\\(?:[A-Za-z]+|.)", body))
    assert used <= {r"\textbackslash", r"\allowbreak", r"\textless", r"\textgreater", r"\textasciicircum", r"\ ",
                    r"\textasciitilde", r"\textbar", r"\textquotedbl", r"\{", r"\}", r"\&", r"\%", r"\$", r"\_",
                    r"\#", r"\section", r"\sourceline", r"\note", r"\itshape", r"\ensuremath", r"\sigma", r"\end"}
    assert body.count(r"\end") == 1 and body.endswith("\\end{document}\n") and "^^" not in report


def test_latex_reports_can_be_typeset(tmp_path: Path) -> None:
    from derivations.sheets.pdf import find_engine, make_pdf

    if find_engine() is None:
        pytest.skip("no TeX engine")
    (tmp_path / "answer.tex").write_text(HOSTILE, encoding="utf-8")
    command(tmp_path, "check", "answer.tex", "--report", "latex", "-o", "report.tex")
    made = make_pdf((tmp_path / "report.tex").read_text(encoding="utf-8"), tmp_path / "report.pdf")
    assert made.ok, made.log_tail


# -- JSON lines ---------------------------------------------------------------------------------


def test_reports_have_the_keys_that_were_agreed(tmp_path: Path) -> None:
    status, (report,) = json_lines(tmp_path, problem("a", "x HERE refuted", "conditional", exercise="ema"))
    assert status == 1 and report["id"] == "a" and report["verdict"] == "refuted" and report["ms"] == 1.0
    wrong, right = report["lines"]
    assert set(wrong) >= {"line", "verdict", "by", "provided", "witness", "evidence", "follows_from_your_line",
                          "hint", "message", "at"}
    assert wrong["at"] == [2, 6] and wrong["witness"]["left"] == "18" and wrong["evidence"] is None
    assert right["provided"] == ["x \\ne 0"] and "ema" in report["notes"][0]


@pytest.mark.parametrize(("line", "id", "place"), [
    ("nope", None, "line 1, column 1"), ('{"id": "a", "lines": [', None, "line 1, column 23"), ("[1]", None, "line 1: an object"),
    ("{", None, "line 1, column 2"), ("7", None, "a number"), ('{"lines": ["x"]}', None, "id: "), ('{"id": [], "lines": []}', None, "id: "),
    ('{"id": "a"}', "a", "lines: "), ('{"id": "a", "lines": "x"}', "a", "lines: a list of texts was asked for, found a text"),
    ('{"id": "a", "lines": ["x", 2]}', "a", "lines[1]: "), ('{"id": "a", "lines": ["x"], "let": [null]}', "a", "let[0]: "),
    ('{"id": "a", "lines": ["x"], "given": {}}', "a", "given: "), ('{"id": "a", "lines": []}', "a", "at least one"),
    ('{"id": "a", "lines": ["x"], "exercise": 3}', "a", "exercise: "), ("[" * 100000, None, "nested too deeply"),
    ('{"id": ' + "1" * 5000 + "}", None, "line 1"), (b'{"id": "\xff"}', None, "the byte 0xff"), ("\ufeff", None, "line 1"),
], ids=lambda v: repr(v)[:30])
def test_a_malformed_line_costs_nothing_else(tmp_path: Path, line: str | bytes, id: Any, place: str) -> None:
    data = line if isinstance(line, bytes) else line.encode()
    status, (bad, good) = json_lines(tmp_path, data + b"\n\n  \n" + problem("next", "x = 1").encode())
    assert status == 3 and bad["id"] == id and bad["verdict"] == "unreadable"
    assert place in bad["lines"][0]["message"], bad
    assert good["id"] == "next" and good["verdict"] == "proved"


def test_one_json_text_over_many_lines_is_wrong_usage(tmp_path: Path) -> None:
    done = command(tmp_path, "check", "--jsonl", stdin=json.dumps([{"id": "a", "lines": ["x"]}], indent=1))
    assert done.returncode == 2 and "one JSON object a line" in done.stderr
    assert all(json.loads(line)["verdict"] == "unreadable" for line in done.stdout.splitlines())


def test_order_is_kept_and_a_death_costs_one_verdict(tmp_path: Path) -> None:
    words = ["slow", "a", "loop", "b", "kill", "c", "memory", "refuted", "d"]
    status, reports = json_lines(tmp_path, "".join(problem(w, w, w) for w in words), "--workers", "2",
                                 "--time-limit", "1", "--memory-limit", "200")
    assert status == 1 and [r["id"] for r in reports] == words
    verdicts = {r["id"]: r["verdict"] for r in reports}
    assert {w for w, v in verdicts.items() if v == "undecided"} == {"loop", "kill", "memory"}
    assert {len(r["lines"]) for r in reports} == {2}


def test_odd_characters_and_ids_come_back(tmp_path: Path) -> None:
    text = problem("π", "\ud800 é") + '{"id": 7, "lines": ["x"], "extra": 1}'      # without an end of line
    status, (one, two) = json_lines(tmp_path, text)
    assert status == 0 and one["id"] == "π" and two["id"] == 7 and "not used: extra" in two["notes"]


def started(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", RUN, *arguments], cwd=folder, stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)


def soon(stream: IO[bytes] | None, seconds: float = 20.0) -> bytes:
    assert stream is not None and select.select([stream], [], [], seconds)[0], "nothing came"
    return os.read(stream.fileno(), 1 << 20)


def test_answers_come_before_the_input_ends(tmp_path: Path) -> None:
    process = started(tmp_path, "check", "--jsonl")
    assert process.stdin is not None
    for id in ("a", "b"):
        process.stdin.write(problem(id, "x = 1").encode())
        process.stdin.flush()
        assert json.loads(soon(process.stdout))["id"] == id
    process.stdin.write(b"nope\n")
    process.stdin.flush()
    assert json.loads(soon(process.stdout))["verdict"] == "unreadable"
    process.stdin.close()
    assert process.wait(10) == 3


def test_interrupted(tmp_path: Path) -> None:
    process = started(tmp_path, "check", "--jsonl", "--workers", "2", "--time-limit", "60")
    assert process.stdin is not None
    process.stdin.write((problem("a", "x") + problem("b", "loop") + problem("c", "loop")).encode())
    process.stdin.flush()
    assert json.loads(soon(process.stdout))["id"] == "a"
    time.sleep(0.3)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=20)
    assert time.monotonic() - began < 5 and process.returncode == 130 and not out
    assert said.decode().strip() == "Stopped; 1 problem done."


# -- prove --------------------------------------------------------------------------------------


def test_prove(tmp_path: Path) -> None:
    done = command(tmp_path, "prove", "a = b", "--let", "d integer", "--given", "x = 1", "--certificate", "c.json")
    assert done.returncode == 0 and done.stdout.startswith("proved: a = b\n")
    assert "('d integer',) ('x = 1',)" in done.stdout
    assert json.loads((tmp_path / "c.json").read_bytes()) == {"steps": []}


@pytest.mark.parametrize(("claim", "status"), [("refuted", 1), ("undecided", 3), ("unreadable", 3), ("conditional", 0),
                                               ("loop", 3), ("memory", 3)])
def test_prove_says_how_it_ended(tmp_path: Path, claim: str, status: int) -> None:
    done = command(tmp_path, "prove", claim, "--json", "--certificate", "c.json", "--time-limit", "1",
                   "--memory-limit", "200")
    data = json.loads(done.stdout)
    assert done.returncode == status and data["claim"] == claim and data["certificate"] is None
    assert data["verdict"] == (claim if claim not in ("loop", "memory") else "undecided")
    assert not (tmp_path / "c.json").exists() and "a certificate was asked for" in done.stderr
