"""The only place that asks what time it is. Everything else is given a clock."""

import asyncio
import time
from typing import Protocol

SHORTEST = 0.05
"""A part of a second that is not worth waking for: the next full one is waited for."""


class Clock(Protocol):
    """`now` is seconds since the epoch, UTC; `monotonic` never jumps and is what ages are measured with."""

    def now(self) -> float: ...
    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The clock of the machine: the system's own functions, because it is asked several times for every event."""

    now = staticmethod(time.time)
    monotonic = staticmethod(time.monotonic)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def next_beat(clock: Clock, seconds: float = 1.0) -> None:
    """Sleeps until the next multiple of so many seconds: all who look again and again wake together.

    Waking costs an idle program more than what there is to look at.
    """
    left = seconds - clock.monotonic() % seconds
    await clock.sleep(left if left > SHORTEST * seconds else left + seconds)
