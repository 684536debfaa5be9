"""Asks a server about its queues, as often as its limits say."""

import asyncio
from collections.abc import Awaitable, Callable

from jobdash.engine.budget import Want
from jobdash.engine.feed import Feed
from jobdash.engine.refusals import Refusals
from jobdash.model.errors import BadAnswer, NotFound, NotSupported, Rejected, ServerError, ServerFault, TimedOut
from jobdash.model.queue import QueueStats


class Statistics:
    """The queue statistics of one server.

    `streamed` is True while a stream tells of all jobs; `other` asks anything else, or raises NotSupported.
    """

    def __init__(self, feed: Feed, streamed: Callable[[], bool], other: Callable[[], Awaitable[object]]) -> None:
        self._feed = feed
        self._streamed = streamed
        self._other = other
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
                queues = await self._feed.asking(Want.SERVER, self._ask, in_part=True)
            except NotSupported:
                self.over = True
                return
            except (NotFound, Rejected) as error:
                self._refused(str(error))
            except (ServerFault, BadAnswer, TimedOut) as error:
                await self._failed(error)
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

    async def _failed(self, error: ServerError) -> None:
        """A stream, or another question, tells whether the server is in trouble or only its statistics are."""
        try:
            if not self._streamed():
                await self._feed.asking(Want.SERVER, self._other)
        except NotSupported:
            self._feed.failed(error)
            return
        except (NotFound, Rejected):
            pass
        except ServerError:
            return
        self._refused(str(error))

    async def _ask(self) -> tuple[QueueStats, ...]:
        return await self._feed.link.dialect.queues(self._feed.ask)
