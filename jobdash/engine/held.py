"""One job's held connection: an event stream or a long poll, from rung to rung of the ladder until the job has ended.

A job is polled until its connection has proved itself by a word. Which jobs get one is decided in `streams.py`.
"""

import asyncio
import math

from jobdash.client.link_contract import Stream
from jobdash.engine.backoff import full_jitter
from jobdash.engine.crowd import Crowd
from jobdash.engine.feed import Feed
from jobdash.engine.follow import Follower
from jobdash.engine.ladder import BREAKS, ENDS_AT_ONCE, Ladder
from jobdash.model.errors import NotFound, NotSupported, Rejected, ServerError, Throttled, Unauthorised
from jobdash.model.report import BadEvent, Heard, JobReport, StreamError
from jobdash.model.server import Delivery

OF_USE = 5.0
"""Seconds that a stream must have held for its break to be an accident and not a habit."""

AT_ONCE = 1.0
"""Seconds within which an answer without news shows that a server does not really wait."""

PROOF = 2.0
"""Seconds that the first long poll of a job waits: it is to show that the server answers such questions at all."""

BREATH = 64
"""After so many events in a row the others get a turn on the loop."""


class Held:
    """Holds connections for single jobs of one server.

    `delivering` tells by job what news comes by now, `crowd` how many connections the server bears.
    """

    def __init__(self, feed: Feed, follower: Follower, ladder: Ladder) -> None:
        self._feed = feed
        self._follower = follower
        self._ladder = ladder
        self._refused = 0
        self.delivering: dict[str, Delivery] = {}
        self.crowd = Crowd(feed.clock, feed.random)

    async def hold(self, id: str) -> None:
        """Keeps one job's connection open until the job has ended, is refused, or only polling is left."""
        refused: set[Delivery] = set()
        try:
            over = False
            while not over:
                match self._ladder.best(refused):
                    case Delivery.STREAM:
                        over = await self._stream(id, refused)
                    case Delivery.LONG_POLL:
                        over = await self._long_poll(id, refused)
                    case _:
                        over = True
        finally:
            self._silent(id)

    async def _stream(self, id: str, refused: set[Delivery]) -> bool:
        """Listens until there is nothing more to hear (True) or the rung gave way (False)."""
        last_id, breaks, why = "", 0, ENDS_AT_ONCE
        while breaks < self._ladder.breaks(Delivery.STREAM):
            await self._feed.opening(self._feed.desk.want(self._feed.key(id)))
            opened_at, opened_in = self._feed.clock.monotonic(), self._feed.life.round
            stream = self._feed.link.listen(self._feed.link.dialect.stream(id), id, last_id=last_id)
            try:
                if await self._listen(id, stream, opened_at, opened_in):
                    return True
            except (NotFound, Rejected):
                self._was_refused(Delivery.STREAM, refused)
                return False
            except (Unauthorised, Throttled) as error:
                self._turned_away(error)
                return True
            except ServerError as error:
                why = str(error)
            finally:
                last_id = stream.last_id or last_id
                await stream.aclose()
            breaks = 1 if self._of_use(opened_at) else breaks + 1
            breaks = await self._after_break(id, breaks, stream.retry or 0.0)
        self._ladder.failed(Delivery.STREAM)
        self._feed.stepped_down(why)
        return False

    async def _listen(self, id: str, stream: Stream, opened_at: float, opened_in: int) -> bool:
        """Hands over what a stream says; True when the job has ended, False when only the connection has."""
        told = 0
        async for heard in stream:
            if told == 0:
                self._delivers(id, Delivery.STREAM)
            if self._of_use(opened_at):
                self._ladder.held(Delivery.STREAM)
            self._feed.heard(opened_in)
            if self._take(heard):
                return True
            told += 1
            if told % BREATH == 0:
                await asyncio.sleep(0)
        return False

    async def _long_poll(self, id: str, refused: set[Delivery]) -> bool:
        """Asks, and is answered when the state changes, until the job has ended (True) or another rung is better."""
        breaks = 0
        while breaks < self._ladder.breaks(Delivery.LONG_POLL):
            await self._feed.watching()
            await self._feed.opening(self._feed.desk.want(self._feed.key(id)))
            if self._ladder.best(refused) is not Delivery.LONG_POLL:
                return False
            try:
                if await self._wait_for_change(id):
                    return True
                breaks = 0
            except NotFound:
                return True
            except (Unauthorised, Throttled) as error:
                self._turned_away(error)
                return True
            except (Rejected, NotSupported):
                self._was_refused(Delivery.LONG_POLL, refused)
                return False
            except ServerError:
                breaks = await self._after_break(id, breaks + 1, 0.0)
        self._ladder.failed(Delivery.LONG_POLL)
        return False

    async def _wait_for_change(self, id: str) -> bool:
        """One long poll; True when the job has ended. One that was no wait at all is followed by one of ours."""
        asked_at, asked_in = self._feed.clock.monotonic(), self._feed.life.round
        known = self._feed.desk.job(self._feed.key(id))
        wait = min(self._feed.limits.long_poll, math.inf if id in self.delivering else PROOF)
        report = await self._feed.understood(lambda: self._feed.link.dialect.long_poll(self._feed.ask, id, known, wait))
        self._delivers(id, Delivery.LONG_POLL)
        self._feed.heard(asked_in)
        self._ladder.held(Delivery.LONG_POLL)
        self._feed.desk.report(report)
        if report.job.state.ended:
            return True
        unchanged = known is not None and known.native_state == report.job.native_state
        if unchanged and self._feed.clock.monotonic() - asked_at < AT_ONCE:
            await self._feed.clock.sleep(self._feed.poll_interval)
        return False

    async def _after_break(self, id: str, breaks: int, at_least: float) -> int:
        """Lets the job be polled, and rests; the server's own trouble is not held against its streams."""
        self._silent(id)
        backoff = full_jitter(breaks, base=1.0, cap=30.0, random=self._feed.random)
        await self._feed.clock.sleep(max(at_least, backoff))
        return breaks if self._feed.life.reachable else 0

    def _delivers(self, id: str, rung: Delivery) -> None:
        """The connection has proved itself: the job need not be polled."""
        self._refused = 0
        if rung is Delivery.STREAM:
            self._feed.stepped_down(None)
        self.delivering[id] = rung
        self.crowd.holds(len(self.delivering))
        self._follower.streaming(id, only_states=rung is Delivery.LONG_POLL)

    def _turned_away(self, error: Unauthorised | Throttled) -> None:
        """The server lets nobody in now, or not one more."""
        if isinstance(error, Throttled):
            self.crowd.turned_away(len(self.delivering))
        self._feed.failed(error)

    def _silent(self, id: str) -> None:
        """The connection is lost: the job is read, because something may have been missed, and polled."""
        self.delivering.pop(id, None)
        self._follower.stream_ended(id)

    def _of_use(self, opened_at: float) -> bool:
        return self._feed.clock.monotonic() - opened_at >= OF_USE

    def _was_refused(self, rung: Delivery, refused: set[Delivery]) -> None:
        """The server knows nothing of it for this job; several in a row, and it is so for all jobs."""
        refused.add(rung)
        self._refused += 1
        if self._refused >= BREAKS:
            self._refused = 0
            self._ladder.failed(rung)

    def _take(self, heard: Heard) -> bool:
        """Hands over one event; True when the stream has nothing more to say."""
        match heard:
            case JobReport():
                self._feed.desk.report(heard)
                return heard.final or heard.job.state.ended
            case BadEvent():
                self._feed.bad_event()
            case StreamError():
                return True
        return False
