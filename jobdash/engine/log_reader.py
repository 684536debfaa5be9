"""Asks for the logs that somebody reads: once the eye rests on one, then at the server's pace while the job lives."""

import asyncio
from collections.abc import Callable, Iterable

from jobdash.engine.budget import Want
from jobdash.engine.clock import Clock
from jobdash.engine.feed import Feed
from jobdash.engine.known import Known
from jobdash.model.errors import NotFound, NotSupported, ServerError
from jobdash.model.job import JobKey
from jobdash.model.log import LogLine

SETTLE = 0.15
"""Seconds that a log must be wanted before it is asked for: jobs passed over cost nothing."""

AFTER_THE_JOB = 5.0
"""Seconds for which the answer about the job itself is waited for: often it tells the log as well."""

FASTEST = 1.0
"""Seconds between two questions for one log, at least."""


class LogReader:
    """One question at a time for each server, so that one in trouble holds up no other.

    `feed_of` gives a server's feed by name, None for one that is not watched.
    """

    def __init__(self, known: Known, clock: Clock, feed_of: Callable[[str], Feed | None]) -> None:
        self._known = known
        self._clock = clock
        self._feed_of = feed_of
        self._due: dict[JobKey, float] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._since = 0.0
        self._news = asyncio.Event()

    def want(self, keys: Iterable[JobKey]) -> None:
        """These logs are read from now on, and no others."""
        wanted = tuple(dict.fromkeys(keys))
        if wanted == self._known.logs.wanted:
            return
        before, now = set(self._known.logs.wanted), self._clock.monotonic()
        self._known.logs.want(wanted)
        self._due = {key: self._due[key] for key in wanted if key in before and key in self._due} | {
            key: now + SETTLE for key in wanted if key not in before
        }
        self._since = now
        self._news.set()

    async def run(self) -> None:
        """Asks for what is due, until cancelled; nobody waits any more for a log that nobody reads."""
        readers: dict[JobKey, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as group:
            while True:
                await self._news.wait()
                self._news.clear()
                for key in readers.keys() - self._due.keys():
                    readers.pop(key).cancel()
                for key in self._due:
                    if key not in readers or readers[key].done():
                        readers[key] = group.create_task(self._read(key), name=f"log of {key}")

    async def _read(self, key: JobKey) -> None:
        """Reads one log for as long as somebody wants it and there may be more of it."""
        turn = self._turns.setdefault(key.server, asyncio.Lock())
        while (due := self._due.get(key)) is not None:
            if (wait := due - self._clock.monotonic()) > 0:
                await self._clock.sleep(wait)
                continue
            async with turn:
                await self._ask_about(key)

    async def _ask_about(self, key: JobKey) -> None:
        """One question, unless the answer about the job itself has just told its log."""
        feed = self._feed_of(key.server)
        if feed is None or not feed.link.dialect.capabilities.logs or self._known.is_gone(key):
            self._due.pop(key, None)
            return
        pace = max(FASTEST, feed.poll_interval)
        book, now = self._known.logs.book(key), self._clock.monotonic()
        if self._job_is_being_read(key) and now - self._since < AFTER_THE_JOB:
            self._next(key, now + SETTLE)
            return
        if book is not None and book.read_at is not None and now - book.read_at < pace / 2:
            self._next(key, book.read_at + pace)
            return
        job = self._known.job(key)
        ended = job is not None and job.state.ended
        await feed.watching()
        try:
            lines = await feed.asking(Want.CURSOR, lambda: self._lines(feed, key), in_part=True)
        except (NotFound, NotSupported):
            self._failed(key, f"{key.server} has no log of this job")
            self._due.pop(key, None)
        except ServerError as error:
            self._failed(key, str(error))
            self._next(key, self._clock.monotonic() + 2 * pace)
        else:
            self._known.heard_log(key, lines)
            if ended:
                self._due.pop(key, None)
            else:
                self._next(key, self._clock.monotonic() + pace)

    def _job_is_being_read(self, key: JobKey) -> bool:
        view = self._known.details.get(key)
        return key == self._known.cursor and view is not None and view.read_at is None and view.problem is None

    async def _lines(self, feed: Feed, key: JobKey) -> tuple[LogLine, ...]:
        return await feed.link.dialect.logs(feed.link.ask, key.id)

    def _next(self, key: JobKey, at: float) -> None:
        if key in self._due:
            self._due[key] = at

    def _failed(self, key: JobKey, problem: str) -> None:
        self._known.logs.failed(key, problem)
        self._known.gather.detail(key)
