"""The time that searches are allowed.

It is counted in processor time of the thread, so that what is found does not depend on what else the
machine does; on a busy machine it may take a little longer on the clock.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from time import thread_time as now

STRETCH = 1.5       # so much longer it may take on the clock


@dataclass(frozen=True)
class Limit:
    """An amount of time that has begun to run, in seconds."""

    seconds: float
    _busy: float = field(default_factory=now, init=False)
    _clock: float = field(default_factory=time.monotonic, init=False)

    def left(self) -> float:
        """Seconds that are left; below 0 when the time is up."""
        return min(self.seconds - (now() - self._busy), STRETCH * self.seconds - (time.monotonic() - self._clock))


__all__ = ["STRETCH", "Limit", "now"]
