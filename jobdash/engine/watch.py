"""Everything that watches one server, wired together: life, listing, single jobs, streams, statistics."""

import asyncio
from collections.abc import Iterable

from jobdash.client.dialect import Link, Request
from jobdash.engine.backoff import Random
from jobdash.engine.clock import Clock
from jobdash.engine.desk import Desk
from jobdash.engine.feed import Feed
from jobdash.engine.follow import Follower
from jobdash.engine.limits import Limits
from jobdash.engine.listing import Lister
from jobdash.engine.statistics import Statistics
from jobdash.engine.store import Change
from jobdash.engine.streams import Streams
from jobdash.model.errors import ServerError


class ServerWatch:
    """One server, watched until cancelled. An error here never reaches another server."""

    def __init__(self, link: Link, desk: Desk, clock: Clock, limits: Limits, random: Random) -> None:
        self.link = link
        self.feed = Feed(link, desk, clock, limits, random)
        self.follower = Follower(self.feed)
        self._streams = Streams(self.feed, self.follower)
        self._lister = Lister(self.feed, self.follower)
        self._statistics = Statistics(self.feed)
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
            if able.list:
                group.create_task(self._lister.run())
            if able.queues:
                group.create_task(self._statistics.run())
            if not (able.list or able.queues or self.follower.followed):
                group.create_task(self.feed.try_once(self._probe))

    @property
    def lists(self) -> bool:
        """True while a listing tells of all jobs of this server."""
        return self._lister.works

    @property
    def deadline(self) -> float | None:
        """Seconds after which a job of this server is overdue."""
        return self.feed.limits.deadline or self.link.dialect.deadline

    def track(self, ids: Iterable[str]) -> None:
        """Follows these jobs, whether or not the server can list."""
        self.follower.follow(ids)

    def refresh(self) -> None:
        """Asks for everything now; a server in trouble is tried at once."""
        self.feed.try_now()
        self._lister.list_now()
        self._statistics.ask_now()
        self.follower.refresh()

    def noticed(self, change: Change) -> None:
        """One of this server's jobs has changed."""
        id = change.key.id
        if change.after is None:
            self.follower.forget(id)
            self._lister.forget(id)
        elif change.of_state:
            self.follower.noticed(id, change.after)
            if change.before is not None and change.before.state.ended and not change.after.state.ended:
                self.follower.follow((id,))

    def _came_back(self) -> None:
        """After trouble anything may have happened."""
        self._lister.list_now(whole=True)
        self._statistics.ask_now()

    async def _get_ready(self) -> None:
        """Tries until it is known what kind of server this is. Knowing it is no sign of life of the server."""
        while True:
            await self.feed.wait_for_try()
            try:
                await self.link.ready()
            except ServerError as error:
                self.feed.failed(error)
            else:
                self.feed.desk.status_changed(self.feed.name)
                return

    async def _probe(self) -> None:
        """The cheapest question that this server answers, to learn whether it is back."""
        dialect, ask = self.link.dialect, self.link.ask
        if dialect.capabilities.queues:
            await dialect.queues(ask)
        elif dialect.capabilities.list:
            await self._lister.page()
        elif self.follower.followed:
            await dialect.job(ask, next(iter(self.follower.followed)))
        else:
            await ask(Request(path=""))
