"""Asks a server about its queues, as often as its limits say."""

import asyncio

from jobdash.engine.budget import Want
from jobdash.engine.feed import Feed
from jobdash.engine.refusals import Refusals
from jobdash.model.errors import NotFound, NotSupported, Rejected, ServerError
from jobdash.model.queue import QueueStats


class Statistics:
    """The queue statistics of one server."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._now = asyncio.Event()
        self._refusals = Refusals(feed.clock)
        self.over = False

    def ask_now(self) -> None:
        """Does not wait for the interval to pass."""
        self._now.set()

    async def run(self) -> None:
        """Asks for ever, unless this kind of server has no statistics. Refused, it asks ever more rarely."""
        while True:
            await self._feed.watching()
            self._now.clear()
            try:
                queues = await self._feed.asking(Want.SERVER, self._ask)
            except NotSupported:
                self.over = True
                return
            except (NotFound, Rejected) as error:
                self._refused(str(error))
            except ServerError:
                pass
            else:
                self._refusals.answered()
                self._feed.remarked("statistics", None)
                self._feed.desk.queues(self._feed.name, queues)
            await self._feed.rest(self._refusals.wait or self._feed.limits.statistics, self._now)

    @property
    def interval(self) -> float | None:
        """Seconds between two questions, None where they are not answered."""
        return None if self.over or self._refusals.lasting else self._feed.limits.statistics

    def _refused(self, why: str) -> None:
        """Figures that nobody stands up for any more are not shown."""
        if self._refusals.worked and not self._refusals.lasting:
            self._feed.desk.queues(self._feed.name, ())
        self._refusals.refused()
        self._feed.remarked("statistics", f"no queue statistics: {why}")

    async def _ask(self) -> tuple[QueueStats, ...]:
        return await self._feed.link.dialect.queues(self._feed.ask)
