"""One server asked once, without being watched: for commands that read something, say it and end.

The same dialect contract and the same dispatch as the monitor's; no feeds, no store, no ladder.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from jobdash.client.dialect import Dialect, Request
from jobdash.client.link_contract import Fetched, Link
from jobdash.engine import queue_commands
from jobdash.engine.budget import Budget, Want
from jobdash.engine.clock import Clock, SystemClock
from jobdash.engine.dispatch import Veto, carry_out
from jobdash.engine.journal import Journal
from jobdash.engine.limits import Limits
from jobdash.engine.queue_commands import QueueOutcome
from jobdash.engine.straight import Straight
from jobdash.engine.taker import Taker
from jobdash.model.capabilities import Capabilities
from jobdash.model.care import NO_CARE, Care
from jobdash.model.command import Action, Command, Outcome, QueueCommand
from jobdash.model.errors import BadAnswer, NotFound, Rejected, ServerError
from jobdash.model.form import Form
from jobdash.model.job import Job, Json
from jobdash.model.log import LogLine
from jobdash.model.queue import QueueStats, Worker
from jobdash.model.report import JobReport, Page

T = TypeVar("T")

Repeat = Callable[[int, ServerError], float | None]
"""Seconds to wait after the failed attempt (from 1) of a reading before the next one; None: give up."""

MOST_PAGES = 1_000_000
"""A listing that goes on longer goes round in circles."""


@dataclass(frozen=True, slots=True)
class Hello:
    """When the server was asked (seconds since the epoch), how long it took, and its own `Date` header."""

    asked_at: float
    seconds: float
    date: str | None


class Once:
    """One server. Readings are repeated as `repeat` says; nothing that changes the server ever is.

    `waiting` is told, in words, why a reading is tried again and when. Close it with `aclose`.
    """

    def __init__(
        self,
        link: Link,
        *,
        known: Sequence[str] = (),
        limits: Limits | None = None,
        repeat: Repeat = lambda attempt, error: None,
        clock: Clock | None = None,
        waiting: Callable[[str], object] = lambda words: None,
        care: Care = NO_CARE,
        journal: Callable[[], Journal] | None = None,
    ) -> None:
        self.link = link
        self.known = tuple(dict.fromkeys(known))
        self.limits = limits or Limits(rate=1000, burst=1000)
        self.care = care
        self._journal = journal
        self.clock = clock or SystemClock()
        self._repeat = repeat
        self._waiting = waiting
        self._ready = False
        self.ears = asyncio.Semaphore(self.limits.streams)
        """Held by those who listen to a stream: no more of them at once than the server likes."""
        self._budget = Budget(self.clock, rate=self.limits.rate, burst=self.limits.burst, at_once=self.limits.at_once)
        self._door = Straight(link, self._budget, self.clock, waiting)

    @property
    def patience(self) -> float:
        """Seconds for which the server asked a command to leave it alone; 0 when it did not."""
        return self._door.wait

    @property
    def name(self) -> str:
        return self.link.name

    @property
    def kind(self) -> str:
        return self.link.kind

    @property
    def url(self) -> str:
        return self.link.url

    @property
    def capabilities(self) -> Capabilities:
        """What the server can do; nothing before `ready`."""
        return self.link.dialect.capabilities

    @property
    def dialect(self) -> Dialect:
        return self.link.dialect

    async def ready(self) -> "Once":
        """Finds out what kind of server this is, where nobody said. Raises ServerErrors."""
        if not self._ready:
            await self._asked(self.link.ready)
            self._ready = True
        return self

    async def job(self, id: str, *, patient: bool = True) -> JobReport:
        """Everything the server says of one job; not `patient`: one attempt, no repetition."""
        await self.ready()
        if not patient:
            return await self.dialect.job(self.link.ask, id)
        return await self._asked(lambda: self.dialect.job(self.link.ask, id))

    async def changed(self, id: str, known: Job, wait: float) -> JobReport:
        """Like `job`, but the server answers when the state differs, or after `wait` seconds."""
        return await self._asked(lambda: self.dialect.long_poll(self.link.ask, id, known, wait))

    async def pages(self) -> AsyncGenerator[Page, None]:
        """The whole listing, page by page, newest first. Raises ServerErrors and NotSupported."""
        await self.ready()
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            page = await self._asked(lambda at=cursor: self.dialect.page(self.link.ask, at))  # type: ignore[misc]
            yield page
            if page.next is None:
                return
            if page.next == cursor:
                raise BadAnswer("the listing gives the same page again and again")
            cursor = page.next

    async def queues(self) -> tuple[QueueStats, ...]:
        """What the server says of its queues, on its own or beside its listing."""
        await self.ready()
        if not self.capabilities.queues and self.capabilities.list:
            page = await self._asked(lambda: self.dialect.page(self.link.ask, None))
            if page.queues:
                return page.queues
        return await self._asked(lambda: self.dialect.queues(self.link.ask))

    async def workers(self) -> tuple[Worker, ...]:
        await self.ready()
        return await self._asked(lambda: self.dialect.workers(self.link.ask))

    async def logs(self, id: str) -> tuple[LogLine, ...]:
        await self.ready()
        return await self._asked(lambda: self.dialect.logs(self.link.ask, id))

    async def hello(self) -> Hello:
        """The cheapest question that tells whether the server answers and takes the credentials.

        That it does not have what was asked for is an answer, too. Raises other ServerErrors.
        """
        await self.ready()
        asked, began = self.clock.now(), self.clock.monotonic()
        date = None
        try:
            answer = await self._asked(lambda: self.link.ask(self.dialect.probe or Request(path="")))
            date = answer.headers.get("date")
        except (NotFound, Rejected):
            pass
        return Hello(asked, self.clock.monotonic() - began, date)

    def refusal(self, action: Action, job: Job) -> str | None:
        """Why the action cannot be asked for, in one sentence; None when it can."""
        return self.care.refusal(self.name) or self.capabilities.refusal(action, job)

    async def carry_out(self, command: Command, veto: Veto = lambda: None) -> AsyncGenerator[Outcome, None]:
        """Each step of a command's way. It is sent at most once."""
        journal = self._journal() if self._journal is not None else None
        steps = carry_out(self.link, command, self.clock, journal, care=self.care, veto=veto, door=self._door)
        async for step in steps:
            yield step.outcome

    async def carry_out_on_queue(self, command: QueueCommand) -> AsyncGenerator[QueueOutcome, None]:
        """Each step of a wish about a queue. It is sent at most once."""
        await self.ready()
        journal = self._journal() if self._journal is not None else None
        async for outcome in queue_commands.carry_out(self.link, command, self.clock, journal, self.care):
            yield outcome

    async def submit(self, form: Form, values: Mapping[str, Json]) -> tuple[str, str]:
        """One try to make a new job: its id and the server's words. Raises ServerErrors and ConfigError."""
        return await self.taker().submit(form, values)

    def taker(self, reason: str | None = None) -> Taker:
        """The way by which new jobs are asked for, and why."""
        return Taker(self.link, self.care, self._journal() if self._journal is not None else None, reason)

    def fetch(self, url: str, *, start: int = 0, etag: str | None = None) -> Fetched:
        """A result on its way, from byte `start` on: `async with` opens it, `async for` yields bytes."""
        return self.link.fetch(url, start=start, etag=etag)

    async def aclose(self) -> None:
        await self.link.aclose()

    async def _asked(self, question: Callable[[], Awaitable[T]]) -> T:
        attempt = 1
        while True:
            try:
                async with self._budget.slot(Want.CURSOR):
                    return await question()
            except ServerError as error:
                wait = self._repeat(attempt, error)
                if wait is None:
                    raise
                self._waiting(f"{self.name}: {error}; asking again in {wait:.1f} s")
            await self.clock.sleep(wait)
            attempt += 1
