"""Gathers news into batches, so that a screen is painted at most about ten times a second, and three in a storm."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from jobdash.engine.clock import Clock
from jobdash.engine.notify.call import Call
from jobdash.model.command import Outcome
from jobdash.model.job import JobKey

TROUBLE_STAYS = 3600.0
"""Seconds for which the same sentence about the same trouble is enough."""

STORM, STORM_PAUSE = 500, 0.3
"""So many jobs in one batch, and the seconds for which news is gathered then, at least: nobody reads that many rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What changed since the last batch. `jobs` are the keys of jobs whose row may look different now.

    `rows` is True when the order or number of rows changed, so that a list must look again at its window.
    `bulks` is True when one went on.
    `notices` are sentences for a person that belong to no job and no server. `alerts` is True when any alert is
    another than before; `calls` are what a person is to be told of them even when they look elsewhere.
    """

    jobs: frozenset[JobKey] = frozenset()
    rows: bool = False
    servers: frozenset[str] = frozenset()
    details: frozenset[JobKey] = frozenset()
    outcomes: tuple[Outcome, ...] = ()
    notices: tuple[str, ...] = ()
    bulks: bool = False
    alerts: bool = False
    calls: tuple[Call, ...] = ()


class Gatherer:
    """Collects from any number of writers for one reader; `pause` is the least time between two batches, in seconds."""

    def __init__(self, clock: Clock, pause: float = 0.1) -> None:
        self._clock = clock
        self._pause = pause
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._troubles: dict[str, float] = {}
        self._clear()

    def _clear(self) -> None:
        self._jobs: set[JobKey] = set()
        self._servers: set[str] = set()
        self._details: set[JobKey] = set()
        self._outcomes: list[Outcome] = []
        self._notices: list[str] = []
        self._alerts = False
        self._calls: list[Call] = []
        self._rows = False
        self._bulks = False

    def job(self, key: JobKey, *, rows: bool) -> None:
        self._jobs.add(key)
        self._rows = self._rows or rows
        self._news.set()

    def rows(self) -> None:
        """The whole list may look different: another query, another order."""
        self._rows = True
        self._news.set()

    def server(self, name: str) -> None:
        self._servers.add(name)
        self._news.set()

    def detail(self, key: JobKey) -> None:
        self._details.add(key)
        self._news.set()

    def outcome(self, outcome: Outcome) -> None:
        self._outcomes.append(outcome)
        self._jobs.add(outcome.command.key)
        self._news.set()

    def bulks(self) -> None:
        """A bulk began, went on or ended."""
        self._bulks = True
        self._news.set()

    def notice(self, words: str) -> None:
        self._notices.append(words)
        self._news.set()

    def trouble(self, words: str) -> None:
        """A notice about something that goes on in the background, from any thread; said again only after an hour."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._once, words)
        else:
            self._once(words)

    def _once(self, words: str) -> None:
        now = self._clock.monotonic()
        if now >= self._troubles.get(words, now):
            self._troubles[words] = now + TROUBLE_STAYS
            self.notice(words)

    def alerts(self) -> None:
        self._alerts = True
        self._news.set()

    def call(self, call: Call) -> None:
        self._calls.append(call)
        self._news.set()

    async def batches(self) -> AsyncIterator[Batch]:
        """Waits for news, gives all of it, and rests."""
        self._loop = asyncio.get_running_loop()
        while True:
            await self._news.wait()
            self._news.clear()
            batch = Batch(
                jobs=frozenset(self._jobs),
                rows=self._rows,
                servers=frozenset(self._servers),
                details=frozenset(self._details),
                outcomes=tuple(self._outcomes),
                notices=tuple(self._notices),
                bulks=self._bulks,
                alerts=self._alerts,
                calls=tuple(self._calls),
            )
            self._clear()
            yield batch
            await self._clock.sleep(max(self._pause, STORM_PAUSE) if len(batch.jobs) >= STORM else self._pause)
