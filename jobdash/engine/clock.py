"""The only place that asks what time it is. Everything else is given a clock."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """`now` is seconds since the epoch, UTC; `monotonic` never jumps and is what ages are measured with."""

    def now(self) -> float: ...
    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
