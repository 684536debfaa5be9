"""Everything that watches one server, wired together: life, listing, single jobs, streams, statistics."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from jobdash.client.dialect import Request
from jobdash.client.link_contract import Link
from jobdash.engine.backoff import Random
from jobdash.engine.clock import Clock
from jobdash.engine.desk import Desk
from jobdash.engine.feed import Feed
from jobdash.engine.follow import Follower
from jobdash.engine.limits import Limits
from jobdash.engine.listing import Lister
from jobdash.engine.serverwide import ServerWide
from jobdash.engine.statistics import Statistics
from jobdash.engine.store import Change
from jobdash.engine.streams import Streams
from jobdash.model.errors import NotSupported, ServerError

FASTEST, SLOWEST = 1.0, 3600.0
"""The bounds of a poll interval that a person may choose, in seconds."""

FIRST_WORD = 1.0
"""Seconds for which the first listing waits for the stream of all jobs."""


class ServerWatch:
    """One server, watched until cancelled. An error here never reaches another server."""

    def __init__(self, link: Link, desk: Desk, clock: Clock, limits: Limits, random: Random) -> None:
        self.link = link
        self.feed = Feed(link, desk, clock, limits, random)
        self.follower = Follower(self.feed)
        self._lister = Lister(self.feed, self.follower)
        self._statistics = Statistics(self.feed, lambda: self._serverwide.holds, self._ask_anything_else)
        self._streams = Streams(self.feed, self.follower, self._regular)
        self._serverwide = ServerWide(self.feed, self._covered, self._look, self._lister.list_soon)
        self.feed.on_return.append(self._came_back)

    async def run(self) -> None:
        """Watches until cancelled."""
        await self._get_ready()
        able = self.link.dialect.capabilities
        async with asyncio.TaskGroup() as group:
            group.create_task(self.feed.watch_life(self._probe))
            group.create_task(self.feed.keep_in_touch(self._probe))
            group.create_task(self.follower.run())
            group.create_task(self._streams.run())
            if able.feed:
                group.create_task(self._serverwide.run())
            if able.list:
                group.create_task(self._list())
            if able.queues:
                group.create_task(self._statistics.run())
            if not (able.list or able.queues or able.feed or self.follower.followed):
                group.create_task(self.feed.try_once(self._probe))

    @property
    def lists(self) -> bool:
        """True while a listing or one stream tells of all jobs of this server."""
        return self._lister.works or self._serverwide.holds

    def streams(self, id: str) -> bool:
        """True while a connection is open over which this job's server tells of it by itself."""
        return self._serverwide.holds or self._streams.listens(id)

    def heard_of(self, id: str) -> float | None:
        """When a word came that tells of all jobs, this one among them; None for one that is followed by itself."""
        if self._serverwide.holds:
            return self.feed.life.heard_at
        return self._lister.heard_at if self._lister.works and id not in self.follower.followed else None

    @property
    def patience(self) -> float:
        """Seconds without a word of a job after which what is known of it is not of now."""
        most = self.link.dialect.poll_most or 0.0
        return max(self.feed.limits.silence, 2 * max(self.feed.poll_interval, most))

    @property
    def deadline(self) -> float | None:
        """Seconds after which a job of this server is overdue."""
        return self.feed.limits.deadline or self.link.dialect.deadline

    def track(self, ids: Iterable[str]) -> None:
        """Follows these jobs, whether or not the server can list."""
        self.follower.follow(ids)

    def refresh(self) -> None:
        """Asks for everything now, whether or not somebody looks; a server in trouble is tried at once."""
        self.feed.try_now()
        self.feed.door.ajar()
        self._lister.list_now()
        self._statistics.ask_now()
        self.follower.refresh()

    def pause(self, why: str, every: float | None) -> None:
        """Nobody looks, and `why`: polls leave every so many seconds only, None: not at all. Streams go on."""
        self.feed.pause(why, every)
        self.follower.rest()

    def change_pace(self, factor: float) -> float:
        """Polls faster or slower, within reason; returns the new interval in seconds."""
        interval = min(SLOWEST, max(FASTEST, self.feed.poll_interval * factor))
        self.feed.limits = replace(self.feed.limits, poll=interval)
        self.follower.forget_paces()
        self._streams.tell_delivery()
        return interval

    def change_attempts(self, most: int) -> None:
        """Asks so often about one job before it is called late; 0 for as often as it takes."""
        self.feed.limits = replace(self.feed.limits, attempts=most)

    def noticed(self, change: Change) -> None:
        """One of this server's jobs has changed."""
        id = change.key.id
        if change.after is None:
            self.follower.forget(id)
            self._lister.forget(id)
        elif change.of_state:
            self.follower.noticed(id, change.after)
            if change.before is not None and change.before.state.ended and not change.after.state.ended:
                self.follower.revived(id)

    async def reopen(self) -> None:
        """Connections that were open while this machine slept are not to be trusted."""
        await self._serverwide.reopen()
        await self._streams.close()

    async def _list(self) -> None:
        """A listing that follows the opening of the stream of all jobs need not be walked twice."""
        if self.link.dialect.capabilities.feed:
            await self.feed.rest(FIRST_WORD, self._serverwide.settled)
        await self._lister.run()

    def _regular(self) -> float | None:
        """Seconds between two questions about anything but single jobs; None when there are none."""
        able = self.link.dialect.capabilities
        if able.list and not self._lister.refused:
            return self.feed.poll_interval
        return self._statistics.interval if able.queues else None

    def _covered(self, all_told: bool) -> None:
        """One stream tells of all jobs now, or does not any more."""
        self.follower.covered(all_told and self.link.dialect.capabilities.feed_leaves_out is None)
        self._lister.covered(all_told)
        self._streams.covered(all_told)

    def _look(self, whole: bool) -> None:
        """What the stream of all jobs left out is learnt from the listing, or job by job."""
        if self._lister.works or self.link.dialect.capabilities.list:
            self._lister.list_now(whole=whole, asked_for=False)
        if whole:
            self.follower.refresh()

    def _came_back(self) -> None:
        """After trouble anything may have happened."""
        self._lister.list_now(whole=True)
        self._statistics.ask_now()

    async def _get_ready(self) -> None:
        """Tries until it is known what kind of server this is. Knowing it is no sign of life of the server."""
        while True:
            await self.feed.wait_for_try()
            await self.feed.watching()
            try:
                await self.link.ready()
            except ServerError as error:
                self.feed.failed(error)
            else:
                self.feed.desk.status_changed(self.feed.name)
                return

    async def _probe(self) -> None:
        """The cheapest question that this server answers, to learn whether it is back."""
        dialect, ask = self.link.dialect, self.feed.ask
        try:
            if dialect.capabilities.queues and self._statistics.interval is not None:
                await dialect.queues(ask)
            else:
                await self._ask_anything_else()
        except NotSupported:
            await ask(Request(path=""))

    async def _ask_anything_else(self) -> None:
        """The cheapest question that is not about queues."""
        if self.link.dialect.capabilities.list and not self._lister.refused:
            await self._lister.page()
        elif self.follower.followed:
            await self.link.dialect.job(self.feed.ask, next(iter(self.follower.followed)))
        else:
            raise NotSupported("there is nothing else to ask")
