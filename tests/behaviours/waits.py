"""A clock that notes how long somebody wanted to wait, and does not."""

import asyncio

from jobdash.engine.clock import SystemClock


class NoWaits(SystemClock):
    """`waits` are all waits so far, in seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0)
