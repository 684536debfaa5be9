"""Asks a server about its queues, as often as its limits say; what alerts need, so it goes on when nobody looks."""

import asyncio

from jobdash.engine.budget import Want
from jobdash.engine.feed import Feed
from jobdash.model.errors import NotFound, NotSupported, Rejected, ServerError
from jobdash.model.queue import QueueStats


class Statistics:
    """The queue statistics of one server."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._now = asyncio.Event()

    def ask_now(self) -> None:
        """Does not wait for the interval to pass."""
        self._now.set()

    async def run(self) -> None:
        """Asks until the server says that it has no statistics."""
        while True:
            self._now.clear()
            try:
                queues = await self._feed.asking(Want.SERVER, self._ask)
            except (NotSupported, NotFound, Rejected):
                return
            except ServerError:
                pass
            else:
                self._feed.desk.queues(self._feed.name, queues)
            await self._feed.rest(self._feed.limits.statistics, self._now)

    async def _ask(self) -> tuple[QueueStats, ...]:
        return await self._feed.link.dialect.queues(self._feed.ask)
