"""The best rung of the ladder: one stream that tells of all jobs of a server. While it holds, nothing else is asked."""

import asyncio
from collections.abc import Callable

from jobdash.client.link_contract import Stream
from jobdash.engine.backoff import full_jitter
from jobdash.engine.budget import Want
from jobdash.engine.feed import Feed
from jobdash.engine.ladder import BREAKS, ENDS_AT_ONCE
from jobdash.model.errors import NotFound, NotSupported, Rejected, ServerError, Throttled, TimedOut, Unauthorised
from jobdash.model.report import BadEvent, Heard, JobReport, StreamError

OF_USE = 5.0
"""Seconds that the stream must have held for its break to be an accident, after which one quick return is hoped for."""

QUICK = 3.0
"""The longest pause before such a return, in seconds, during which nobody else needs to ask."""

BREATH = 64
"""After so many events in a row the others get a turn on the loop."""


class ServerWide:
    """Holds the stream of all jobs. `covers` is told whether it tells everything now, `look` that a listing is due now
    (True: a whole one), `soon` that one would tell the rest of what was heard.

    `settled` is set as soon as it is known whether there is such a stream.
    """

    def __init__(
        self, feed: Feed, covers: Callable[[bool], None], look: Callable[[bool], None], soon: Callable[[], None]
    ) -> None:
        self._feed = feed
        self._covers = covers
        self._look = look
        self._soon = soon
        self._stream: Stream | None = None
        self._last_id = ""
        self._spoke = False
        self._opened_in = 0
        self._leaves_out = False
        self.holds = False
        self.settled = asyncio.Event()

    async def run(self) -> None:
        """Holds the stream for as long as it can, and tries again for ever."""
        breaks = 0
        try:
            while True:
                if breaks >= BREAKS:
                    await self._feed.watching()
                await self._feed.opening(Want.SERVER)
                opened_at = self._feed.clock.monotonic()
                try:
                    retry, refused, why = await self._hold()
                except NotSupported as error:
                    self._feed.stepped_down(str(error))
                    self.settled.set()
                    return
                self.settled.set()
                of_use = self._feed.clock.monotonic() - opened_at >= OF_USE
                breaks = BREAKS if refused else 1 if of_use else breaks + 1
                if why or not (of_use or refused):
                    self._feed.stepped_down(why or ENDS_AT_ONCE)
                pause = max(retry, self._pause(breaks))
                if not of_use or pause > QUICK:
                    self._uncovered()
                await self._feed.clock.sleep(pause)
                if not self._feed.life.reachable:
                    self._uncovered()
                    breaks = 0
        finally:
            self._uncovered()

    async def reopen(self) -> None:
        """The connection may be dead without knowing it: it is closed, and opened again."""
        if self._stream is not None:
            await self._stream.aclose()

    async def _hold(self) -> tuple[float, bool, str]:
        """Listens until the stream ends; the pause that the server asked for, whether it refused, and what broke it."""
        self._leaves_out = self._feed.link.dialect.capabilities.feed_leaves_out is not None
        stream = self._stream = self._feed.link.listen(self._feed.link.dialect.feed(), last_id=self._last_id)
        refused, why, self._spoke, self._opened_in = False, "", False, self._feed.life.round
        try:
            await self._listen(stream)
        except (NotFound, Rejected):
            refused = True
        except ServerError as error:
            why = str(error)
            if isinstance(error, Unauthorised | Throttled):
                self._feed.failed(error)
            elif isinstance(error, TimedOut) and self._spoke:
                self._feed.doubted(f"the event stream is {why}")
        finally:
            self._stream = None
            await stream.aclose()
        return stream.retry or 0.0, refused, why

    async def _listen(self, stream: Stream) -> None:
        told = 0
        async for first in stream:
            if not self._spoke:
                self._spoke = True
                self._covered()
            self._feed.heard(self._opened_in)
            heard: Heard | None = first
            while heard is not None:
                self._take(heard)
                told += 1
                if told % BREATH == 0:
                    await asyncio.sleep(0)
                heard = stream.at_once()
            self._last_id = stream.last_id or self._last_id

    def _take(self, heard: Heard) -> None:
        desk = self._feed.desk
        match heard:
            case JobReport():
                new = desk.report(heard)
                if heard.partial and (new or self._leaves_out):
                    self._soon()  # a listing tells the rest, of many jobs at once
            case BadEvent():
                self._feed.bad_event()
            case StreamError(message, key):
                if key is None:
                    self._feed.bad_event()
                else:
                    desk.unreadable(key, message)

    def _covered(self) -> None:
        """The stream has proved itself; without a cursor, what was missed is learnt from one listing.

        With a cursor a short look is enough: a server that lost its jobs meanwhile takes any cursor and says nothing.
        """
        self.settled.set()
        self._feed.stepped_down(None)
        if not self.holds:
            self.holds = True
            self._covers(True)
        self._look(not self._last_id)

    def _uncovered(self) -> None:
        if self.holds:
            self.holds = False
            self._covers(False)

    def _pause(self, breaks: int) -> float:
        """Short after an accident, long once the stream is known not to work."""
        if breaks < BREAKS:
            return full_jitter(breaks, base=1.0, cap=30.0, random=self._feed.random)
        return full_jitter(breaks - BREAKS + 1, base=15.0, cap=600.0, random=self._feed.random)
