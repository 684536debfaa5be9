"""A clock that only moves when a test says so; sleepers wake in order, each at its own time."""

import asyncio
import heapq
from itertools import count

SETTLED = 25
"""So many turns of the loop let everything happen that follows from one event."""

EPOCH = 1_800_000_000.0


async def settle() -> None:
    """Lets every task run until it waits for something."""
    for _ in range(SETTLED):
        await asyncio.sleep(0)


class FakeClock:
    """`advance` moves both the wall and the monotonic time; `jump` moves the wall alone, as a sleeping laptop does.

    `wakes` counts the moments at which somebody woke.
    """

    def __init__(self) -> None:
        self._monotonic = 1000.0
        self._offset = EPOCH - self._monotonic
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()
        self.wakes = 0

    def now(self) -> float:
        return self._monotonic + self._offset

    def monotonic(self) -> float:
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._monotonic + seconds, next(self._order), turn))
        await turn

    def jump(self, seconds: float) -> None:
        """The wall clock is set, while no time passes that the monotonic one could count."""
        self._offset += seconds

    @property
    def sleeping(self) -> int:
        """How many sleepers there are."""
        return sum(not turn.done() for _, _, turn in self._sleepers)

    async def advance(self, seconds: float) -> None:
        """Lets time pass; what wakes on the way runs at its own time."""
        until = self._monotonic + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            at, _, turn = heapq.heappop(self._sleepers)
            if turn.done():
                continue
            self.wakes += at > self._monotonic
            self._monotonic = max(self._monotonic, at)
            turn.set_result(None)
            await settle()
        self._monotonic = until
