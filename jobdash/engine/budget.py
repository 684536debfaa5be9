"""A server's patience, rationed: so many requests a second, so many at once, the most wanted first."""

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import IntEnum
from itertools import count

from jobdash.engine.clock import Clock

WHOLE = 1 - 1e-9
"""A token that rounding has shaved is a whole one; waiting for the missing hair would never end."""


class Want(IntEnum):
    """Who is served first when the budget is short."""

    CURSOR = 0
    SERVER = 1
    VISIBLE = 2
    RUNNING = 3
    WAITING = 4


class Budget:
    """A token bucket with a queue ordered by `Want`. `rate` is in requests a second, `burst` the bucket's size.

    `at_once` bounds the requests under way. Waiting costs nothing but a future; one timer refills.
    """

    def __init__(self, clock: Clock, *, rate: float, burst: int, at_once: int) -> None:
        self._clock = clock
        self._rate = rate
        self._burst = float(burst)
        self._tokens = float(burst)
        self._filled_at = clock.monotonic()
        self._free = at_once
        self._queue: list[tuple[Want, int, asyncio.Future[None]]] = []
        self._order = count()
        self._refill: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def slot(self, want: Want) -> AsyncIterator[None]:
        """Waits for a turn; the turn is given back on leaving."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (want, next(self._order), turn))
        self._serve()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._release()
            else:
                self._leave(turn)
            raise
        try:
            yield
        finally:
            self._release()

    def _leave(self, turn: asyncio.Future[None]) -> None:
        """Somebody no longer waits; the last one to leave puts out the light."""
        self._queue = [waiting for waiting in self._queue if waiting[2] is not turn]
        heapq.heapify(self._queue)
        if not self._queue and self._refill is not None:
            self._refill.cancel()
            self._refill = None

    def _release(self) -> None:
        self._free += 1
        self._serve()

    def _serve(self) -> None:
        now = self._clock.monotonic()
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._filled_at) * self._rate)
        self._filled_at = now
        while self._queue and self._free > 0 and self._tokens >= WHOLE:
            _, _, turn = heapq.heappop(self._queue)
            if turn.done():
                continue
            self._tokens = max(0.0, self._tokens - 1)
            self._free -= 1
            turn.set_result(None)
        if self._queue and self._free > 0 and self._refill is None:
            self._refill = asyncio.create_task(self._refill_soon(), name="budget refill")

    async def _refill_soon(self) -> None:
        await self._clock.sleep(max(0.0, (1 - self._tokens) / self._rate))
        self._refill = None
        self._serve()
