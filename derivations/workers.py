"""Problems judged in processes that can be stopped.

A worker is a copy of this process, made once with the grader loaded, that judges one problem after
the other.  Limits are kept from outside: over its time or memory a worker is killed and replaced,
which costs the verdict on one problem and nothing else.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import pickle
import select
import signal
import socket
import struct
import sys
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from derivations.clock import STRETCH
from derivations.grading import LineVerdict, Problem, Report

Grade = Callable[..., Report]       # (problem, *, seconds)

AHEAD = 64              # problems taken in before the first of them is answered
_SHARE = 0.95           # of the time that the grader itself is told of
_HEAD = struct.Struct("<Q")
_CHUNK = 1 << 18


class Source(Protocol):
    """Where problems are from: some may have to be waited for."""

    def take(self) -> Problem | Report | None:
        """The next problem, or a report that needs no work; None if none is at hand now.

        Errors: StopIteration when there will be no more.
        """

    def fileno(self) -> int | None:
        """The file to wait for when none is at hand."""


class Listed:
    """Problems that are all at hand."""

    def __init__(self, problems: Iterable[Problem | Report]) -> None:
        self._all = iter(problems)

    def take(self) -> Problem | Report | None:
        return next(self._all)

    def fileno(self) -> int | None:
        return None


class Workers:
    """Judges problems in ``count`` processes, ``seconds`` and ``megabytes`` for each problem.

    The seconds are of processor time; on the clock it may take STRETCH times as long.

    ``load`` gives the grader; it is called once, in this process, before the first copy is made.
    ``done`` counts the answers given.  Where processes cannot be copied, problems are judged here
    and without limits.
    """

    def __init__(self, load: Callable[[], Grade], count: int = 1, seconds: float = 10.0,
                 megabytes: int = 1024) -> None:
        self.load, self.count, self.seconds, self.megabytes = load, max(count, 1), seconds, megabytes
        self.done = 0
        self._workers: list[_Worker] = []
        self._grade: Grade | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Loads the grader."""
        if self._grade is None:
            self._grade = self.load()

    def close(self) -> None:
        """Stops every worker at once."""
        for worker in self._workers:
            worker.kill()
        self._workers.clear()

    def run(self, source: Source | Iterable[Problem | Report]) -> Iterator[Report]:
        """The reports in the order of the problems, each as soon as it and all before it are there."""
        problems: Source = source if hasattr(source, "take") else Listed(source)    # type: ignore[assignment]
        if not hasattr(os, "fork"):
            yield from self._here(problems)
            return
        ready: deque[Report | None] = deque()       # by arrival, None while it is worked on
        first = 0                                   # the number of the first of them
        waiting: deque[tuple[int, Problem]] = deque()
        more = True
        while True:
            while ready and ready[0] is not None:
                self.done += 1
                first += 1
                yield ready.popleft()               # type: ignore[misc]
            at_hand = more
            while at_hand and len(ready) < AHEAD:
                try:
                    one = problems.take()
                except StopIteration:
                    more = at_hand = False
                    break
                if one is None:
                    at_hand = False
                elif isinstance(one, Report):
                    ready.append(one)
                else:
                    waiting.append((first + len(ready), one))
                    ready.append(None)
            self._hand_out(waiting)
            if ready and ready[0] is not None:
                continue
            if not ready and not more:
                return
            listen = problems.fileno() if more and not at_hand and len(ready) < AHEAD else None
            for number, report in self._answers(listen):
                ready[number - first] = report

    def _here(self, problems: Source) -> Iterator[Report]:
        self.start()
        assert self._grade is not None
        while True:
            try:
                one = problems.take()
            except StopIteration:
                return
            if one is not None:
                self.done += 1
                yield self._grade(one, seconds=self.seconds) if isinstance(one, Problem) else one

    def _hand_out(self, waiting: deque[tuple[int, Problem]]) -> None:
        while waiting:
            worker = next((w for w in self._workers if w.problem is None), None)
            if worker is None:
                if len(self._workers) >= self.count:
                    return
                worker = self._new()
            worker.give(*waiting.popleft())

    def _new(self) -> _Worker:
        self.start()
        assert self._grade is not None
        worker = _Worker(self._grade, self.seconds, self.megabytes, [w.pipe for w in self._workers])
        self._workers.append(worker)
        return worker

    def _answers(self, listen: int | None) -> list[tuple[int, Report]]:
        """Waits until something happens; what was answered, or could not be."""
        busy = [w for w in self._workers if w.problem is not None]
        left = min((w.deadline for w in busy), default=None)
        sources: list[int | socket.socket] = [w.pipe for w in busy]
        if listen is not None:
            sources.append(listen)
        timeout = None if left is None else max(left - time.monotonic(), 0)
        heard = select.select(sources, [], [], timeout)[0]
        out: list[tuple[int, Report]] = []
        for worker in busy:
            report = worker.answer() if worker.pipe in heard else None
            if report is None and worker.problem is not None and time.monotonic() >= worker.deadline:
                report = worker.failed(_out_of_time(self.seconds))
                worker.kill()
            if report is not None:
                out.append((worker.number, report))
                worker.problem = None
            if worker.ended:
                self._workers.remove(worker)
        return out


class _Worker:
    """One process and the problem it has."""

    def __init__(self, grade: Grade, seconds: float, megabytes: int, others: list[socket.socket]) -> None:
        self.seconds, self.megabytes = seconds, megabytes
        self.problem: Problem | None = None
        self.number = 0
        self.began = self.deadline = 0.0
        self.ended = False
        self._parts = bytearray()
        self.pipe, theirs = socket.socketpair()
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if not self.pid:
            try:
                for other in (*others, self.pipe):
                    other.close()
                _serve(theirs, grade, seconds, megabytes)
            finally:
                os._exit(1)
        with suppress(OSError):
            os.setpgid(self.pid, self.pid)
        theirs.close()

    def give(self, number: int, problem: Problem) -> None:
        """Hands over a problem."""
        self.number, self.problem = number, problem
        self.began = time.monotonic()
        self.deadline = self.began + STRETCH * self.seconds
        data = pickle.dumps(problem, pickle.HIGHEST_PROTOCOL)
        with suppress(OSError):                 # a dead worker shows when it is asked for the answer
            self.pipe.sendall(_HEAD.pack(len(data)) + data)

    def answer(self) -> Report | None:
        """The report, if it has come."""
        assert self.problem is not None
        try:
            part = self.pipe.recv(_CHUNK)
        except OSError:
            part = b""
        if not part:
            status = self.kill()
            if status == -signal.SIGPROF:
                return self.failed(_out_of_time(self.seconds))
            how = f"signal {-status}" if status < 0 else f"status {status}"
            return self.failed(f"its process ended ({how}), perhaps the memory ran out ({self.megabytes} MiB)")
        self._parts += part
        if len(self._parts) < _HEAD.size:
            return None
        length = _HEAD.unpack_from(self._parts)[0]
        if len(self._parts) < _HEAD.size + length:
            return None
        said = pickle.loads(self._parts[_HEAD.size:])
        self._parts.clear()
        if isinstance(said, Report):
            return said
        report = self.failed(f"the memory ran out ({self.megabytes} MiB)" if said == "memory" else said)
        self.kill()                             # what a failure leaves behind is not used again
        return report

    def failed(self, why: str) -> Report:
        """The report that says why there are no verdicts."""
        assert self.problem is not None
        return undecided(self.problem, why, 1000 * (time.monotonic() - self.began))

    def kill(self) -> int:
        """Ends the process and all that it started; how it had ended: a status, or minus a signal."""
        if self.ended:
            return 0
        self.ended = True
        with suppress(ChildProcessError):
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            for kill, whom in ((os.killpg, self.pid), (os.kill, self.pid)):
                if not pid or kill is os.killpg:
                    with suppress(OSError):
                        kill(whom, signal.SIGKILL)
            if not pid:
                _, status = os.waitpid(self.pid, 0)
            self.pipe.close()
            return os.waitstatus_to_exitcode(status)
        self.pipe.close()
        return 0


def _out_of_time(seconds: float) -> str:
    return f"the time ran out ({seconds:g} s)"


def undecided(problem: Problem, why: str, ms: float = 0.0) -> Report:
    """A report with every line undecided."""
    lines = tuple(LineVerdict(n, "undecided", message=why, at=(0, len(text)))
                  for n, text in enumerate(problem.lines, 1))
    return Report(problem.id, "undecided", lines, ms)


# -- in the worker ------------------------------------------------------------------------------


def _serve(pipe: socket.socket, grade: Grade, seconds: float, megabytes: int) -> None:
    """Answers problems until there are no more, and ends the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)            # the parent stops us
    for timer in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(timer, signal.SIG_DFL)
    with suppress(OSError):
        os.setpgid(0, 0)
    _quiet()
    _limit(megabytes)
    gc.freeze()                                             # what was loaded stays
    gc.set_threshold(100_000, 20, 50)                       # terms form no cycles: there is little to collect
    while head := _exactly(pipe, _HEAD.size):
        problem = pickle.loads(_exactly(pipe, _HEAD.unpack(head)[0]))
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, 2 * seconds + 5)           # should the parent be gone
        data = _judged(problem, grade, seconds)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        pipe.sendall(_HEAD.pack(len(data)) + data)
    os._exit(0)


def _judged(problem: Problem, grade: Grade, seconds: float) -> bytes:
    """The report, or what went wrong, to be sent."""
    try:
        report = grade(problem, seconds=_SHARE * seconds)
        return pickle.dumps(replace(report, id=problem.id), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps("memory")
    except RecursionError:
        return pickle.dumps("this is nested too deeply")
    except BaseException as error:
        said = f"{type(error).__name__}: {error}"[:500].encode("utf-8", "replace").decode()
        return pickle.dumps(f"an internal error, please report it: {said}")


def _exactly(pipe: socket.socket, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        part = pipe.recv(min(length - len(parts), _CHUNK))
        if not part:
            return b""
        parts += part
    return bytes(parts)


def _quiet() -> None:
    """Standard input and output lead nowhere: they belong to the parent."""
    faulthandler.disable()
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.close(null)


def _limit(megabytes: int) -> None:
    """No files, no core dumps, a limit on memory beside what is in use."""
    import resource

    for kind in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (0, 0))
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return                                  # not on Linux, where the limit is not kept either
    wanted = used + megabytes * 2**20
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or wanted < hard:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, wanted))


__all__ = ["Listed", "Source", "Workers", "undecided"]
