"""Walks a server's listing: everything once, then as little as tells what changed: a delta, where the server has it."""

import asyncio
from dataclasses import replace
from functools import partial
from weakref import WeakValueDictionary

from jobdash.engine.budget import Want
from jobdash.engine.delta import Delta
from jobdash.engine.feed import Feed
from jobdash.engine.follow import Follower
from jobdash.engine.listing_walk import Walk
from jobdash.engine.listing_words import ListingWords
from jobdash.engine.live_first import LiveFirst
from jobdash.engine.page_tries import patiently
from jobdash.engine.rhythm import Rhythm
from jobdash.model.errors import NotFound, NotSupported, Rejected, ServerError
from jobdash.model.report import Page

FULL_PASS_EVERY = 12
"""Of so many passes one walks the whole listing, which is how a vanished job is noticed."""

SHORT_PASS_EVERY = 4
"""Of so many passes one is no delta but a short one, because a delta does not tell which live job is there no more."""

FULL_PASS_SHARE = 10
"""So many times as long as such a walk took, at least, until the next one: large listings are walked more rarely."""

NO_HURRY = 1.0
"""Seconds between two readings of ended jobs that vanished: whether they are gone is the least of all news."""


class Lister:
    """Lists one server at its poll interval.

    Where the server has deltas and more than one page, most passes ask for what has changed. Otherwise a short pass
    stops at the first page on which every job has ended, and live jobs that it did not reach are followed one by one.
    Jobs that leave the listing are read again before they are called gone.
    """

    def __init__(self, feed: Feed, follower: Follower) -> None:
        self._feed = feed
        self._follower = follower
        self._live: set[str] = set()
        self._seen: dict[str, None] = {}
        self._passes = 0
        self._whole = True
        self._told: WeakValueDictionary[str, Page] = WeakValueDictionary()
        self._top = Rhythm(feed.clock)
        self._look = False
        self._walk_again_at = 0.0
        self._delta = Delta(False)
        self._problem = ""
        self._now = asyncio.Event()
        self._soon = asyncio.Event()
        self._needed = asyncio.Event()
        self._needed.set()
        self._words = ListingWords(feed)
        self._refusals = self._words.refusals
        self._live_first = LiveFirst(feed, self._report)
        self.works = False
        self.heard_at: float | None = None

    def list_now(self, *, whole: bool = False, asked_for: bool = True) -> None:
        """Does not wait for the interval to pass; `whole` walks the listing to its end, and its top is read anyway.

        A listing that was refused is tried before its time only when that is `asked_for`.
        """
        self._whole = self._whole or whole
        self._look = True
        self._needed.set()
        if asked_for or not self._refusals.lasting:
            self._now.set()
            self._soon.set()

    def list_soon(self) -> None:
        """Something was told that a listing tells better: it is walked as soon as the interval allows."""
        self._needed.set()
        self._soon.set()

    def covered(self, all_told: bool) -> None:
        """While one stream tells of all jobs, the listing is walked when asked for, or now and then for the rest."""
        self._words.covered = all_told
        self._words.tell()
        if not all_told:
            self.list_now(whole=True, asked_for=False)

    async def run(self) -> None:
        """Lists for ever, unless this kind of server cannot. While it is refused, jobs are followed one by one."""
        self._whole = True
        self._delta = Delta(self._feed.link.dialect.capabilities.delta)
        while True:
            await self._needed.wait()
            await self._feed.watching()
            if self._words.covered and self._left_out is None:
                self._needed.clear()
            began = self._feed.clock.monotonic()
            whole = self._whole or (self._passes >= FULL_PASS_EVERY and began >= self._walk_again_at)
            short = self._look or self._passes % SHORT_PASS_EVERY == 0
            since = None if whole or short else self._delta.since
            self._whole = self._look = False
            self._now.clear()
            self._soon.clear()
            try:
                await self._pass(whole=whole, since=since)
            except NotSupported:
                self._refused()
                return
            except (NotFound, Rejected) as error:
                self._refused(str(error))
            except ServerError:
                self._whole = True
            else:
                self._passes = 1 if whole else self._passes + 1
                if whole:
                    now = self._feed.clock.monotonic()
                    self._walk_again_at = now + FULL_PASS_SHARE * (now - began)
                self.works = True
                self._words.answered()
                self._now.clear()
            await self._feed.rest(self._refusals.wait or self._top.rest(self._feed.poll_interval), self._now)
            if self._words.covered and self._left_out is not None and not self._now.is_set():
                await self._feed.rest(max(0.0, self._left_out - self._feed.poll_interval), self._soon)

    @property
    def _left_out(self) -> float | None:
        """Seconds between two listings for what the stream of all jobs leaves out."""
        return self._feed.link.dialect.capabilities.feed_leaves_out

    def _refused(self, why: str = "") -> None:
        """The server does not list now: what it told of and what is live is followed one by one meanwhile."""
        self.works = False
        self._whole = True
        self._needed.set()
        self._follower.follow(self._still_live(self._live))
        self._words.refused(why)

    @property
    def refused(self) -> bool:
        """True when the server does not list, as far as is known."""
        return self._refusals.lasting

    def forget(self, id: str) -> None:
        """The job is no longer known here; nobody wonders where it is, and a listing tells of it anew."""
        self._told.clear()
        self._seen.pop(id, None)
        self._live.discard(id)

    async def page(self, cursor: str | None = None, since: float | None = None) -> Page:
        """One page, straight from the server; `since`: of what has changed."""
        dialect, ask = self._feed.link.dialect, self._feed.ask
        return await (dialect.page(ask, cursor) if since is None else dialect.delta(ask, since, cursor))

    async def _pass(self, *, whole: bool, since: float | None) -> None:
        try:
            walk = await self._walk(whole=whole or since is not None, since=since)
        except (NotSupported, Rejected):
            if since is None:
                raise
            self._delta.off()
            await self._pass(whole=False, since=None)
            return
        if since is None:
            self._settle(walk, whole=whole)
        else:
            self._settle_delta(walk)
        if walk.complete and not walk.cursors and since is None:
            self._delta.rest()
        elif (whole or since is not None) and not (self._delta.answered(walk.at, since) and (whole or walk.complete)):
            self._whole = True

    async def _walk(self, *, whole: bool, since: float | None) -> Walk:
        walk = Walk(unseen=self._feed.door.is_shut)
        cursor: str | None = None
        while True:
            try:
                page, asked_at = await patiently(self._feed, partial(self._ask, cursor, since), cursor is not None)
            except ServerError as error:
                if cursor is None or since is not None:
                    raise
                walk.breaks(error)
                break
            if since is not None:
                self._report(page, asked_at)
            else:
                self._take(cursor or "", page, asked_at)
            fresh = walk.take(page)
            if cursor and since is None and self._top.since >= self._feed.poll_interval:
                await self._look_at_the_top(walk)
            first, cursor = cursor is None, page.next
            if cursor is None:
                walk.complete = not walk.skipped
                break
            if first and whole and since is None:
                await self._live_first.tell(walk)
            if walk.known >= self._feed.limits.most_jobs:
                walk.cut = True
                break
            cursor = cursor if whole or fresh else walk.skip(page)
            if cursor is None or walk.circles(cursor):
                break
            self._words.walks(walk)
            await walk.rests(self._feed)
        walk.seen.update(walk.early)
        return walk

    async def _look_at_the_top(self, walk: Walk) -> None:
        """What has just happened is told there, and a long walk does not keep it waiting."""
        page, asked_at = await self._ask(None, None)
        self._take("", page, asked_at)
        idle = walk.circling.idle
        walk.take(page)
        walk.circling.idle = idle

    async def _ask(self, cursor: str | None, since: float | None) -> tuple[Page, float]:
        """The first page is news of the server, the others are many jobs for one request, and only a part of it."""

        async def question() -> Page:
            if cursor is not None:
                return await self.page(cursor, since)
            self._top.asked()
            try:
                return await self.page(cursor, since)
            finally:
                self._top.answered()

        want = Want.RUNNING if cursor else Want.SERVER
        asked = await self._feed.dated(want, question, in_part=cursor is not None)
        self.heard_at = self._feed.clock.monotonic()
        return asked

    def _settle(self, walk: Walk, *, whole: bool) -> None:
        """Draws the conclusions: who is told of, who must be asked about, who vanished."""
        self._follower.unfollow(walk.live)
        missed = self._live - walk.seen.keys()
        if walk.complete:
            self._look_for(self._seen.keys() - walk.seen.keys())
        unreached = self._still_live(missed)
        self._follower.follow(unreached - self._follower.followed)
        self._live = walk.live | unreached
        anew = walk.complete or (whole and not walk.broke)
        self._seen = walk.seen if anew else walk.seen | self._seen
        self._words.walked(walk, len(self._seen), whole=whole)

    def _settle_delta(self, walk: Walk) -> None:
        """A delta tells what has changed, never what has vanished."""
        self._follower.unfollow(walk.live)
        rest = self._still_live(self._live - walk.seen.keys())
        if not self._feed.link.dialect.delta_tells_all:
            self._follower.follow(rest - self._follower.followed)
        new = len(walk.seen.keys() - self._seen.keys())
        self._live = walk.live | rest
        self._seen = walk.seen | self._seen
        self._words.changed(len(self._seen), new)

    def _look_for(self, vanished: set[str]) -> None:
        """Jobs that left the listing are read: the live ones at once, the ended ones when there is time."""
        live = self._still_live(vanished)
        self._follower.follow(live)
        ended = [id for id in vanished - live if not self._feed.desk.is_gone(self._feed.key(id))]
        self._follower.read_now(ended, spacing=NO_HURRY)

    def _still_live(self, ids: set[str]) -> set[str]:
        """Those that, as far as is known, have neither ended nor gone."""
        desk, key = self._feed.desk, self._feed.key
        return {
            id
            for id in ids
            if not desk.is_gone(key(id)) and (job := desk.job(key(id))) is not None and not job.state.ended
        }

    def _check_deltas(self, page: Page) -> None:
        """A listing that tells of a change which a delta should have told before ends the deltas."""
        desk = self._feed.desk
        for report in page.reports if self._feed.link.dialect.delta_tells_all else ():
            known = desk.job(report.job.key)
            if known is not None and self._delta.left_out(known.updated_at, report.job.updated_at):
                self._delta.off()
                self._whole = True

    def _take(self, place: str, page: Page, asked_at: float) -> None:
        """A dialect gives the same page again when it is no news, but for jobs of which something else was said."""
        if self._told.get(place) is page:
            doubtful = tuple(one for one in page.reports if self._feed.desk.is_doubtful(one.job.key))
            self._report(replace(page, reports=doubtful), asked_at)
            return
        self._check_deltas(page)
        self._report(page, asked_at)
        self._told[place] = page

    def _report(self, page: Page, asked_at: float) -> None:
        for report in page.reports:
            self._feed.desk.report(report, asked_at=asked_at, alone=False)
        if page.queues:
            self._feed.desk.queues(self._feed.name, page.queues)
        if page.problems and page.problems[0] != self._problem:
            self._problem = page.problems[0]
            self._feed.bad_event()
