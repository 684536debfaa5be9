"""All servers that are watched, each on its own: none delays another, and all are asked again after a sleep."""

import asyncio
from collections.abc import Callable, Iterator, Sequence

from jobdash.engine.backoff import Random
from jobdash.engine.clock import Clock, next_beat
from jobdash.engine.feed import Feed
from jobdash.engine.known import Known
from jobdash.engine.watch import ServerWatch
from jobdash.engine.watched import Watched
from jobdash.model.errors import ServerError
from jobdash.model.job import JobKey

TRY_AGAIN_AFTER_A_CRASH = 30.0

JUMP = 5.0
ASLEEP = 15.0
"""Seconds by which the two clocks may differ, and a tick be late, before this machine counts as having slept."""

TICK = 1.0
"""Seconds between two looks at the clock."""


class Watches:
    """The watch of each server by its name, in the order in which the servers were given."""

    def __init__(self, servers: Sequence[Watched], known: Known, clock: Clock, random: Random) -> None:
        self._known = known
        self._clock = clock
        self._by_name = {
            server.link.name: ServerWatch(server.link, known, clock, server.limits, random) for server in servers
        }
        self._pauses: dict[str, None] = {}

    def __getitem__(self, name: str) -> ServerWatch:
        return self._by_name[name]

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[ServerWatch]:
        return iter(self._by_name.values())

    def get(self, name: str) -> ServerWatch | None:
        return self._by_name.get(name)

    def feed_of(self, name: str) -> Feed | None:
        """How a server is asked; None for a server that is not watched."""
        watch = self.get(name)
        return watch.feed if watch is not None else None

    async def run(self) -> None:
        """Watches until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._notice_sleep())
            for watch in self:
                group.create_task(self._keep_watching(watch), name=f"watch {watch.link.name}")

    async def close(self) -> None:
        """Closes every connection."""
        await asyncio.gather(*(watch.link.aclose() for watch in self))

    def refresh(self) -> None:
        """Asks every server now, whatever the pace."""
        for watch in self:
            watch.refresh()

    def look_at(self, key: JobKey | None, visible: Sequence[JobKey]) -> None:
        """Where the person looks now: every server that was or is looked at puts its jobs first, or no longer."""
        before, now = (self._known.cursor, *self._known.visible), (key, *visible)
        self._known.cursor, self._known.visible = key, frozenset(visible)
        for name in {other.server for other in (*before, *now) if other is not None}:
            if name in self:
                cursor = key.id if key is not None and key.server == name else None
                self[name].follower.look_at(cursor, [other.id for other in visible if other.server == name])

    def ahead(self, server: str) -> float:
        """By how many seconds a server's clock is ahead of ours; 0 where they agree as far as anybody cares."""
        watch = self.get(server)
        return watch.feed.life.status.ahead if watch is not None else 0.0

    @property
    def pauses(self) -> Sequence[str]:
        """Why nothing is polled as usual at the moment, in words; empty while it is."""
        return tuple(self._pauses)

    def pause(self, reason: str, every: Callable[[str], float | None]) -> None:
        """Nobody looks: polls of a server leave only `every` so many seconds, None: not at all. Streams go on."""
        if reason in self._pauses:
            return
        self._pauses[reason] = None
        for watch in self:
            watch.pause(next(iter(self._pauses)), every(watch.link.name))

    def resume(self, reason: str | None = None) -> None:
        """This reason to pause is over, or every reason; when none is left, everything is asked for at once."""
        if not self._pauses:
            return
        self._pauses = {other: None for other in self._pauses if reason not in (None, other)}
        for watch in self if not self._pauses else ():
            watch.feed.resume()
            watch.refresh()

    async def _keep_watching(self, watch: ServerWatch) -> None:
        """An error of our own in one server's watch is told on its line, and never takes the others along."""
        while True:
            try:
                await watch.run()
            except Exception as error:  # noqa: BLE001 - the border between servers: told on screen, then tried again
                culprit: BaseException = error
                while isinstance(culprit, BaseExceptionGroup):
                    culprit = culprit.exceptions[0]
                watch.feed.failed(ServerError(f"internal error while watching: {culprit!r}"))
                await self._clock.sleep(TRY_AGAIN_AFTER_A_CRASH)

    async def _notice_sleep(self) -> None:
        """A clock that jumped, or a tick that came late: this machine slept, or its clock was set."""
        wall, monotonic = self._clock.now(), self._clock.monotonic()
        while True:
            await next_beat(self._clock, TICK)
            passed, counted = self._clock.now() - wall, self._clock.monotonic() - monotonic
            wall, monotonic = wall + passed, monotonic + counted
            if abs(passed - counted) > JUMP or counted > TICK + ASLEEP:
                await self._after_sleep(monotonic - counted)
                wall, monotonic = self._clock.now(), self._clock.monotonic()

    async def _after_sleep(self, since: float) -> None:
        """Nothing on the screen can be trusted until it is asked again."""
        for watch in self:
            watch.feed.slept(since)
            watch.refresh()
        await asyncio.gather(*(watch.reopen() for watch in self))
