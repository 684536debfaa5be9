"""Follows single jobs of one server: who is asked about, how often, and when to stop. Streams live in `streams.py`."""

import asyncio
from collections.abc import Iterable

from jobdash.engine.budget import Want
from jobdash.engine.feed import Feed
from jobdash.engine.pace import Pace
from jobdash.engine.schedule import Schedule
from jobdash.model.errors import BadAnswer, NotFound, NotSupported, Rejected, ServerError, ServerFault

SETTLE = 0.15
"""Seconds that the cursor must rest on a job before it is read: rows passed over cost nothing."""

FAULTS_OF_ONE_JOB = 3
"""A server may fail on one job and be well; failing on so many readings in a row, it is in trouble itself."""


class Follower:
    """Asks about each followed job at its own pace until it has ended or is gone."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.followed: set[str] = set()
        self._schedule = Schedule()
        self._paces: dict[str, Pace] = {}
        self._streamed: set[str] = set()
        self._cursor: str | None = None
        self._faults = 0
        self._news = asyncio.Event()

    def follow(self, ids: Iterable[str], delay: float = 0.0) -> None:
        """Asks about these jobs from now on, until each has ended."""
        due = self.feed.clock.monotonic() + delay
        for id in ids:
            self.followed.add(id)
            if id not in self._streamed:
                self._schedule.put(id, due)
        self._news.set()

    def unfollow(self, ids: Iterable[str]) -> None:
        """Another source tells of these jobs: they are not asked about one by one."""
        for id in ids:
            self.followed.discard(id)
            self._paces.pop(id, None)
            if id != self._cursor:
                self._schedule.drop(id)

    def look_at(self, id: str | None) -> None:
        """The person looks at this job: it is read in full once the cursor rests on it."""
        if id == self._cursor:
            return
        passed_over, self._cursor = self._cursor, id
        if passed_over is not None and passed_over not in self.followed:
            self._schedule.drop(passed_over)
        if id is not None:
            self._schedule.put(id, self.feed.clock.monotonic() + SETTLE)
        self._news.set()

    def read_now(self, ids: Iterable[str]) -> None:
        """Reads these jobs once more as soon as the budget allows, followed or not."""
        now = self.feed.clock.monotonic()
        for id in ids:
            self._schedule.put(id, now)
        self._news.set()

    def streaming(self, id: str) -> None:
        """A stream tells of this job now: it is not polled meanwhile, but read once for what streams leave out."""
        self._streamed.add(id)
        self.read_now((id,))

    def stream_ended(self, id: str) -> None:
        """The stream of this job is over: it is read at once, and polled again if it has not ended."""
        self._streamed.discard(id)
        self.read_now((id,))

    @property
    def streamed(self) -> frozenset[str]:
        return frozenset(self._streamed)

    async def run(self) -> None:
        """Asks, one question after the other under the budget, several at once as the budget allows."""
        async with asyncio.TaskGroup() as group:
            for number in range(self.feed.limits.at_once):
                group.create_task(self._ask_in_turn(), name=f"{self.feed.name} poll {number}")

    async def _ask_in_turn(self) -> None:
        while True:
            now = self.feed.clock.monotonic()
            id = self._schedule.take(now, self._want)
            if id is not None:
                await self._read(id)
                continue
            due = self._schedule.next_due()
            self._news.clear()
            await self.feed.rest(1.0 if due is None else min(1.0, max(0.0, due - now)), self._news)

    def _want(self, id: str) -> Want:
        return self.feed.desk.want(self.feed.key(id))

    async def _read(self, id: str) -> None:
        key = self.feed.key(id)
        asked_at = self.feed.clock.monotonic()
        link = self.feed.link
        try:
            report = await self.feed.asking(self._want(id), lambda: link.dialect.job(link.ask, id), of_one_job=True)
        except NotFound:
            self.unfollow((id,))
            self.feed.desk.gone(key)
            return
        except (ServerFault, BadAnswer) as error:
            self._job_failed(id, error)
            return
        except (Rejected, NotSupported) as error:
            self.feed.desk.unreadable(key, str(error))
            self._again(id, self.feed.poll_interval)
            return
        except ServerError:
            self._again(id, 0.0)
            return
        self._faults = 0
        self.feed.desk.report(report, asked_at=asked_at)
        if report.job.state.ended:
            self.unfollow((id,))
        else:
            self._again(id, self._pace(id).after(report.job.progress))

    def _job_failed(self, id: str, error: ServerError) -> None:
        """The server failed on this one job; failing again and again, it is the server that is in trouble."""
        self._faults += 1
        self.feed.desk.unreadable(self.feed.key(id), str(error))
        if self._faults >= min(FAULTS_OF_ONE_JOB, len(self._schedule) + 1):
            self.feed.failed(error)
        self._again(id, self.feed.poll_interval)

    def _again(self, id: str, delay: float) -> None:
        if (id in self.followed or id == self._cursor) and id not in self._streamed:
            self._schedule.put(id, self.feed.clock.monotonic() + delay)

    def _pace(self, id: str) -> Pace:
        start = self.feed.poll_interval
        most = max(start, self.feed.link.dialect.poll_most or start)
        return self._paces.setdefault(id, Pace(start, most))
