"""Workers keep order, time and memory, and a death costs one verdict."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from derivations.grading import LineVerdict, Problem, Report
from derivations.workers import AHEAD, Workers


def stand_in(problem: Problem, *, seconds: float) -> Report:
    """Does what the first line says."""
    word, _, rest = problem.lines[0].partition(" ")
    message = ""
    if word == "sleep":
        time.sleep(float(rest))
    elif word == "loop":
        while True:
            pass
    elif word == "big":
        _ = 3 ** (10 ** 9)              # no signal handler is run meanwhile
    elif word == "memory":
        _ = bytearray(1 << 31)
    elif word == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif word == "abort":
        os.abort()
    elif word == "exit":
        raise SystemExit(0)
    elif word == "error":
        raise ValueError("never mind")
    elif word == "deep":
        stand_in(problem, seconds=seconds)
    elif word == "fork":
        if not os.fork():
            time.sleep(60)
        while True:
            pass
    elif word == "write":
        try:
            Path(rest).write_text("x" * 10, encoding="utf-8")
            message = "written"
        except OSError:
            message = "not written"
    elif word == "say":
        message = f"{os.getpid()} {seconds:g}"
    return Report(problem.id, "proved", (LineVerdict(0, "proved", message=message),), 1.0)


def problems(*lines: str) -> list[Problem]:
    return [Problem(str(n), lines=(text, "x = 1")) for n, text in enumerate(lines)]


@pytest.fixture(scope="module")
def crew() -> Iterator[Workers]:
    with Workers(lambda: stand_in, 2, seconds=0.6, megabytes=300) as workers:
        yield workers


@pytest.mark.parametrize(("word", "says"), [
    ("loop", "the time ran out (0.6 s)"), ("big", "the time ran out"), ("sleep 5", "the time ran out"),
    ("memory", "the memory ran out (300 MiB)"), ("kill", "its process ended (signal 9)"),
    ("abort", "its process ended (signal 6)"), ("exit", "an internal error"),
    ("error", "an internal error, please report it: ValueError: never mind"), ("deep", "nested too deeply"),
])
def test_a_death_costs_one_verdict(crew: Workers, word: str, says: str) -> None:
    began = time.monotonic()
    before, dead, after = crew.run(problems("a", word, "b"))
    assert time.monotonic() - began < 3
    assert before.verdict == after.verdict == "proved"
    assert dead.verdict == "undecided" and [v.verdict for v in dead.lines] == ["undecided"] * 2
    assert [v.line for v in dead.lines] == [1, 2] and all(says in v.message for v in dead.lines), dead


def test_reports_come_in_the_order_of_arrival(crew: Workers) -> None:
    lines = [f"sleep {0.1 if n % 5 == 0 else 0}" for n in range(2 * AHEAD)]
    assert [r.id for r in crew.run(problems(*lines))] == [str(n) for n in range(2 * AHEAD)]


def test_reports_that_need_no_work_keep_their_place(crew: Workers) -> None:
    ready = Report("ready", "unreadable", (), 0.0)
    jobs = [*problems("sleep 0.1"), ready, *problems("a")]
    assert [r.id for r in crew.run(jobs)] == ["0", "ready", "0"]


def test_a_worker_is_kept_and_knows_its_time() -> None:
    with Workers(lambda: stand_in, 1, seconds=2) as workers:
        said = {r.lines[0].message for r in workers.run(problems(*["say"] * 5))}
        assert len(said) == 1 and said.pop().endswith(" 1.9") and workers.done == 5


def test_nothing_is_written(crew: Workers, tmp_path: Path) -> None:
    (report,) = crew.run(problems(f"write {tmp_path / 'file'}"))
    assert report.lines[0].message == "not written"
    assert not (tmp_path / "file").exists() or not (tmp_path / "file").read_bytes()


def test_what_a_worker_started_ends_with_it() -> None:
    read, write = os.pipe()
    with Workers(lambda: stand_in, 1, seconds=0.3) as workers:
        run = workers.run(problems("a", "fork"))
        next(run)
        os.close(write)
        assert next(run).verdict == "undecided"
        assert select.select([read], [], [], 5)[0] and os.read(read, 1) == b""     # all copies are closed
    os.close(read)


def test_closing_stops_the_workers_at_once() -> None:
    workers = Workers(lambda: stand_in, 1, seconds=60)
    run = workers.run(problems("say", "loop"))
    pid = int(next(run).lines[0].message.split()[0])
    began = time.monotonic()
    workers.close()
    assert time.monotonic() - began < 1
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_no_worker_is_made_for_nothing() -> None:
    def load() -> None:
        raise AssertionError("loaded")
    with Workers(load, 2) as workers:      # type: ignore[arg-type]
        assert list(workers.run([])) == []
        assert len(list(workers.run([Report("x", "unreadable", (), 0.0)]))) == 1


def test_handing_over_takes_little_time() -> None:
    with Workers(lambda: stand_in, 1) as workers:
        times = []
        for _ in range(300):
            began = time.perf_counter()
            list(workers.run(problems("a")))
            times.append(time.perf_counter() - began)
    assert median(times) < 0.003        # 0.0003 on a quiet machine
