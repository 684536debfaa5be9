"""Holds event streams and long polls open for the jobs most looked at, within the server's budget of connections."""

import asyncio
import heapq

from jobdash.engine.backoff import full_jitter
from jobdash.engine.budget import Want
from jobdash.engine.feed import Feed
from jobdash.engine.follow import Follower
from jobdash.engine.ladder import Ladder
from jobdash.model.capabilities import Capabilities
from jobdash.model.errors import NotFound, Rejected, ServerError, Unauthorised
from jobdash.model.report import BadEvent, JobReport, StreamError
from jobdash.model.server import Delivery

LOOK_AGAIN = 0.5
"""Seconds between two looks at which jobs deserve a held connection."""

BREAKS = 3
"""A stream that breaks so often in a row without telling anything sends its job down the ladder."""

REST = 5.0
"""Seconds for which a job whose connection ended is only polled, so that a stream that ends at once is no storm."""


def rungs(capabilities: Capabilities) -> tuple[Delivery, ...]:
    """What the ladder of single jobs has, best first."""
    held = ((capabilities.stream, Delivery.STREAM), (capabilities.long_poll, Delivery.LONG_POLL))
    return (*(delivery for able, delivery in held if able), Delivery.POLL)


class Streams:
    """Gives the held connections to the jobs that are wanted most; the others are polled by the follower."""

    def __init__(self, feed: Feed, follower: Follower) -> None:
        self._feed = feed
        self._follower = follower
        self._ladder = Ladder((Delivery.POLL,), feed.clock, feed.random)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._resting: dict[str, float] = {}
        self._refused = 0

    async def run(self) -> None:
        """Looks again and again at who deserves a connection; closes all of them when cancelled."""
        able = self._feed.link.dialect.capabilities
        self._ladder = Ladder(rungs(able), self._feed.clock, self._feed.random)
        try:
            while True:
                self._balance()
                self._tell_delivery()
                await self._feed.clock.sleep(LOOK_AGAIN)
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _balance(self) -> None:
        for id in [id for id, task in self._tasks.items() if task.done()]:
            del self._tasks[id]
        if self._ladder.current is Delivery.POLL or not self._feed.life.reachable:
            return
        now = self._feed.clock.monotonic()
        self._resting = {id: until for id, until in self._resting.items() if until > now}
        able = self._follower.followed - self._resting.keys()
        chosen = set(heapq.nsmallest(self._feed.limits.streams, able, key=self._rank))
        for id in self._tasks.keys() - chosen:
            self._tasks[id].cancel()
        for id in chosen - self._tasks.keys():
            self._tasks[id] = asyncio.create_task(self._hold(id), name=f"{self._feed.name} stream {id}")

    def _rank(self, id: str) -> tuple[Want, bool, str]:
        """Wanted first; between equals the one that already has a connection keeps it."""
        return self._feed.desk.want(self._feed.key(id)), id not in self._tasks, id

    def _tell_delivery(self) -> None:
        held = self._ladder.current if self._tasks else Delivery.POLL
        interval = self._feed.poll_interval if held is Delivery.POLL else None
        if self._feed.life.delivers(held, interval):
            self._feed.desk.status_changed(self._feed.name)

    async def _hold(self, id: str) -> None:
        """Keeps one job's connection open, from rung to rung, until the job has ended."""
        self._follower.streaming(id)
        try:
            over = False
            while not over:
                rung = self._ladder.current
                if rung is Delivery.STREAM:
                    over = await self._stream(id)
                elif rung is Delivery.LONG_POLL:
                    over = await self._long_poll(id)
                else:
                    over = True
        finally:
            self._resting[id] = self._feed.clock.monotonic() + REST
            self._follower.stream_ended(id)

    async def _stream(self, id: str) -> bool:
        """Listens until the job has ended (True) or the rung gave way (False)."""
        last_id, breaks = "", 0
        while breaks < BREAKS:
            await self._feed.reachable()
            stream = self._feed.link.listen(self._feed.link.dialect.stream(id), id, last_id=last_id)
            try:
                async for heard in stream:
                    breaks = self._refused = 0
                    self._ladder.held(Delivery.STREAM)
                    if self._take(heard):
                        return True
            except (NotFound, Rejected):
                return not self._given_up()
            except Unauthorised as error:
                self._feed.failed(error)
                return True
            except ServerError:
                pass
            finally:
                last_id = stream.last_id or last_id
                await stream.aclose()
            breaks += 1
            pause = stream.retry or full_jitter(breaks, base=1.0, cap=30.0, random=self._feed.random)
            await self._feed.clock.sleep(pause)
        self._ladder.failed(Delivery.STREAM)
        return False

    def _given_up(self) -> bool:
        """One job's stream may be refused because the job is gone; several in a row, and there are no streams."""
        self._refused += 1
        if self._refused >= BREAKS:
            self._ladder.failed(Delivery.STREAM)
        return self._refused >= BREAKS

    def _take(self, heard: object) -> bool:
        """Hands over what a stream said; True when the stream has nothing more to say."""
        self._feed.heard()
        match heard:
            case JobReport():
                self._feed.desk.report(heard)
                return heard.final or heard.job.state.ended
            case BadEvent():
                self._feed.life.bad_event()
                self._feed.desk.status_changed(self._feed.name)
            case StreamError():
                return True
        return False

    async def _long_poll(self, id: str) -> bool:
        """Asks, and is answered when the state changes, until the job has ended (True) or the rung gave way (False)."""
        link, wait = self._feed.link, self._feed.limits.long_poll
        while True:
            await self._feed.reachable()
            known = self._feed.desk.job(self._feed.key(id))
            try:
                report = await link.dialect.long_poll(link.ask, id, known, wait)
            except ServerError:
                self._ladder.failed(Delivery.LONG_POLL)
                return False
            self._feed.heard()
            self._ladder.held(Delivery.LONG_POLL)
            self._feed.desk.report(report)
            if report.job.state.ended:
                return True
