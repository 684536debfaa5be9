"""The clock of the machine, which a test can also move on at once: whoever sleeps wakes when the time has come."""

import asyncio
from contextlib import suppress

from jobdash.engine.clock import SystemClock
from tests.engine.fake_clock import settle


class LeapingClock(SystemClock):
    """`leap` moves both the wall and the monotonic time."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._leapt = asyncio.Event()

    def now(self) -> float:
        return super().now() + self._ahead

    def monotonic(self) -> float:
        return super().monotonic() + self._ahead

    async def sleep(self, seconds: float) -> None:
        until = self.monotonic() + seconds
        await asyncio.sleep(0)
        while (left := until - self.monotonic()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._leapt.wait()

    async def leap(self, seconds: float) -> None:
        """Lets time pass at once; what wakes by that has begun what it wants when this returns."""
        self._ahead += seconds
        self._leapt.set()
        self._leapt = asyncio.Event()
        await settle()
