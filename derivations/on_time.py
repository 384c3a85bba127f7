"""Answers on time.

Runs a function in a copy of this process, which is stopped from outside when its time is over:
arithmetic with huge numbers does not look at clocks, and signals come too late for it.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

from derivations.clock import STRETCH

T = TypeVar("T")


class OutOfTime(Exception):
    """No answer came.  ``reason``: what ran out."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def on_time(function: Callable[[], T], seconds: float, megabytes: int = 6000) -> T:
    """What the function returns, or raises; it must be data that can be pickled.

    The seconds are of processor time; on the clock it may take STRETCH times as long.
    ``megabytes`` may be used beside what is in use already.  Errors: OutOfTime.
    Where processes cannot be copied (not on Linux) the function runs here and unlimited.
    """
    if sys.platform != "linux":
        return function()
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)     # other threads are not used by the copy
        child = os.fork()
    if not child:
        os.close(read)
        _answer(function, write, seconds, megabytes)
    os.close(write)
    try:
        data = _all(read, time.monotonic() + STRETCH * seconds)
    finally:
        os.close(read)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if data is None or status == -signal.SIGPROF:
        raise OutOfTime("the time is up")
    if not data:
        raise OutOfTime("the process was stopped")
    good, value = pickle.loads(data)
    if good:
        return value
    raise value


def _all(source: int, end: float) -> bytes | None:
    """What comes through the pipe until it is closed, or None if that does not happen in time."""
    parts: list[bytes] = []
    while True:
        left = end - time.monotonic()
        if left <= 0 or not select.select([source], [], [], left)[0]:
            return None
        part = os.read(source, 1 << 20)
        if not part:
            return b"".join(parts)
        parts.append(part)


def _answer(function: Callable[[], Any], target: int, seconds: float, megabytes: int) -> None:
    """Compute, send, and end this copy without any of the parent's cleaning up."""
    status = 1
    try:
        _limit_memory(megabytes)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            data = pickle.dumps((True, function()))
        except MemoryError:
            data = pickle.dumps((False, OutOfTime("the memory is full")))
        except RecursionError:
            data = pickle.dumps((False, OutOfTime("nested too deeply")))
        except BaseException as error:
            data = _error(error)
        with os.fdopen(target, "wb") as out:
            out.write(data)
        status = 0
    finally:
        os._exit(status)


def _error(error: BaseException) -> bytes:
    try:
        data = pickle.dumps((False, error))
        pickle.loads(data)
    except Exception:
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
    return data


def _limit_memory(megabytes: int) -> None:
    import resource

    with open("/proc/self/statm", encoding="ascii") as f:
        used = int(f.read().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = used + megabytes * 2**20
    if hard == resource.RLIM_INFINITY or wanted < hard:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


__all__ = ["OutOfTime", "on_time"]
