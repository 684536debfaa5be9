"""Walks a server's listing: everything once, then as little as tells what changed."""

import asyncio

from jobdash.engine.budget import Want
from jobdash.engine.feed import Feed
from jobdash.engine.follow import Follower
from jobdash.model.errors import NotFound, NotSupported, Rejected, ServerError
from jobdash.model.report import Page

FULL_PASS_EVERY = 12
"""Of so many passes one walks the whole listing, which is how a vanished job is noticed."""


class Lister:
    """Lists one server at its poll interval.

    A short pass stops at the first page on which every job has ended; live jobs that it did not reach are
    followed one by one. Jobs that leave the listing are read again before they are called gone.
    """

    def __init__(self, feed: Feed, follower: Follower) -> None:
        self._feed = feed
        self._follower = follower
        self._live: set[str] = set()
        self._seen: set[str] = set()
        self._now = asyncio.Event()
        self.works = False

    def list_now(self) -> None:
        """Does not wait for the interval to pass."""
        self._now.set()

    async def run(self) -> None:
        """Lists until the server says that it cannot."""
        passes = 0
        while True:
            self._now.clear()
            try:
                await self._pass(whole=passes % FULL_PASS_EVERY == 0)
            except (NotSupported, NotFound, Rejected):
                self.works = False
                return
            except ServerError:
                passes = 0
            else:
                passes += 1
                self.works = True
            await self._feed.rest(self._feed.poll_interval, self._now)

    async def page(self, cursor: str | None = None) -> Page:
        """One page, straight from the server."""
        return await self._feed.link.dialect.page(self._feed.link.ask, cursor)

    async def _pass(self, *, whole: bool) -> None:
        seen: set[str] = set()
        live: set[str] = set()
        cursor: str | None = None
        while True:
            asked_at = self._feed.clock.monotonic()
            page = await self._feed.asking(Want.SERVER, lambda at=cursor: self.page(at))  # type: ignore[misc]
            self._take(page, asked_at)
            fresh = {report.job.id for report in page.reports if not report.job.state.ended}
            live |= fresh
            seen.update(report.job.id for report in page.reports)
            cursor = page.next
            if cursor is None or len(seen) >= self._feed.limits.most_jobs or (not whole and not fresh):
                break
        complete = cursor is None
        self._follower.unfollow(live)
        if complete:
            self._follower.read_now(self._seen - seen)
            self._seen = seen
        else:
            self._seen |= seen
            self._follower.follow(self._live - seen - self._follower.followed)
        self._live = live | (set() if complete else self._live - seen)
        self._feed.life.listed(len(self._seen), page.total)

    def _take(self, page: Page, asked_at: float) -> None:
        for report in page.reports:
            self._feed.desk.report(report, asked_at=asked_at, alone=False)
        if page.queues:
            self._feed.desk.queues(self._feed.name, page.queues)
