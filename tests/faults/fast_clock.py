"""The clock of the machine, only faster: half a minute of patience is over within a second or two."""

import asyncio
import time

SPEED = 20.0


class FastClock:
    """Passes `SPEED` times as fast as the real one. What the client waits for, it waits for in real time."""

    def __init__(self) -> None:
        self._wall, self._began = time.time(), time.monotonic()

    def now(self) -> float:
        return self._wall + self.monotonic()

    def monotonic(self) -> float:
        return (time.monotonic() - self._began) * SPEED

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / SPEED)
