"""Decides which jobs deserve a held connection, within the server's budget of connections. Holding one: `held.py`."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import chain, islice

from jobdash.engine.clock import next_beat
from jobdash.engine.feed import Feed
from jobdash.engine.follow import Follower
from jobdash.engine.held import Held
from jobdash.engine.ladder import Ladder
from jobdash.model.capabilities import Capabilities
from jobdash.model.server import Delivery

LOOK_AGAIN, LOOK_LAZILY = 0.5, 1.0
"""Seconds between two looks at which jobs deserve a held connection; where there are none, at how news arrives."""

REST = 5.0
REST_MOST = 300.0
"""Seconds for which a job whose connection ended is only polled, so that a stream that ends at once is no storm."""


def rungs(capabilities: Capabilities) -> tuple[Delivery, ...]:
    """What the ladder of single jobs has, best first."""
    held = ((capabilities.stream, Delivery.STREAM), (capabilities.long_poll, Delivery.LONG_POLL))
    return (*(delivery for able, delivery in held if able), Delivery.POLL)


class Streams:
    """Gives the held connections to the jobs that are wanted most; the others are polled by the follower.

    `regular` tells how often the server is asked about anything but single jobs, in seconds, None when it is not.
    """

    def __init__(self, feed: Feed, follower: Follower, regular: Callable[[], float | None] = lambda: None) -> None:
        self._feed = feed
        self._follower = follower
        self._regular = regular
        self._ladder = Ladder((Delivery.POLL,), feed.clock, feed.random)
        self._held = Held(feed, follower, self._ladder)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._resting: dict[str, float] = {}
        self._rests: dict[str, float] = {}
        self._covered = False

    async def run(self) -> None:
        """Looks again and again at who deserves a connection; closes all of them when cancelled."""
        offered = rungs(self._feed.link.dialect.capabilities)
        self._ladder = Ladder(offered, self._feed.clock, self._feed.random)
        self._held = Held(self._feed, self._follower, self._ladder)
        try:
            while True:
                if len(offered) > 1:
                    self._balance()
                self.tell_delivery()
                await next_beat(self._feed.clock, LOOK_AGAIN if len(offered) > 1 else LOOK_LAZILY)
        finally:
            await self.close()

    async def close(self) -> None:
        """Closes every held connection; those still deserved are opened again."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def listens(self, id: str) -> bool:
        """True while an event stream of its own tells of this job; a long poll is asked again and again."""
        return self._held.delivering.get(id) is Delivery.STREAM

    def covered(self, all_told: bool) -> None:
        """While one stream tells of all jobs, none needs a connection of its own."""
        self._covered = all_told

    def _balance(self) -> None:
        now = self._feed.clock.monotonic()
        for id in [id for id, task in self._tasks.items() if task.done()]:
            self._rest(id, now, self._tasks.pop(id))
        if not self._feed.life.reachable:
            return
        chosen = self._chosen(now)
        for id in self._tasks.keys() - chosen:
            self._tasks[id].cancel()
        for id in chosen.keys() - self._tasks.keys():
            self._tasks[id] = asyncio.create_task(self._held.hold(id), name=f"{self._feed.name} stream {id}")

    def _rest(self, id: str, now: float, task: asyncio.Task[None]) -> None:
        """A connection that was closed in favour of another may come back at any time; one that ended rests."""
        if task.cancelled():
            return
        task.result()
        self._rests = {id: rest for id, rest in self._rests.items() if self._is_live(id)}
        if self._is_live(id):
            self._rests[id] = min(REST_MOST, self._rests.get(id, REST / 2) * 2)
            self._resting[id] = now + self._rests[id]

    def _chosen(self, now: float) -> dict[str, None]:
        """The jobs that deserve a connection now: looking at a few is enough, however many are followed."""
        if self._covered:
            return {}
        nobody_looks = not self._feed.door.lets
        rung = self._ladder.current
        if rung is Delivery.POLL or (nobody_looks and self._ladder.is_doubtful(rung)):
            return dict.fromkeys(self._tasks)
        self._resting = {id: until for id, until in self._resting.items() if until > now or nobody_looks}
        chosen: dict[str, None] = {}
        most = min(self._feed.limits.streams, self._held.crowd.most)
        for id in self._by_want():
            if len(chosen) >= most:
                break
            if id not in self._resting:
                chosen[id] = None
        return chosen

    def _by_want(self) -> Iterator[str]:
        """The most wanted first; between equals the one that already has a connection keeps it."""
        follower = self._follower
        running, followed = follower.running, follower.followed
        looked_at = [id for id in (follower.cursor, *follower.visible) if id is not None and self._is_live(id)]
        looked_at[1:] = sorted(looked_at[1:], key=lambda id: id not in running)
        held_running = (id for id in self._tasks if id in running)
        held = (id for id in self._tasks if id in followed)
        few = self._feed.limits.streams + len(self._resting)
        return chain(looked_at, held_running, islice(running, few), held, islice(followed, few))

    def _is_live(self, id: str) -> bool:
        key = self._feed.key(id)
        job = self._feed.desk.job(key)
        return (job is None or not job.state.ended) and not self._feed.desk.is_gone(key)

    def tell_delivery(self) -> None:
        """Notes how news arrives now."""
        proven = self._held.delivering.values()
        interval = None
        if self._covered:
            over_socket = self._feed.link.dialect.feed().socket is not None
            held: Delivery | None = Delivery.SOCKET if over_socket else Delivery.FEED
        else:
            held = next((rung for rung in (Delivery.STREAM, Delivery.LONG_POLL) if rung in proven), None)
        if held is None:
            interval = self._feed.poll_interval if self._follower.asks else self._regular()
            held = None if interval is None else Delivery.POLL
        if self._feed.life.delivers(held, interval):
            self._feed.desk.status_changed(self._feed.name)
