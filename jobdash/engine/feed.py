"""Watches one server: keeps its line of life, paces every request, and sends what it hears to the desk.

How single jobs are followed lives in `follow.py`, how a listing is walked in `listing.py`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from jobdash.client.dialect import Link
from jobdash.engine.backoff import Random
from jobdash.engine.budget import Budget, Want
from jobdash.engine.clock import Clock
from jobdash.engine.desk import Desk
from jobdash.engine.life import Life
from jobdash.engine.limits import Limits
from jobdash.model.errors import BadAnswer, NotFound, Rejected, ServerError, ServerFault
from jobdash.model.job import JobKey

T = TypeVar("T")


class Feed:
    """One server's connection to the desk. `asking` is the only door through which requests leave."""

    def __init__(self, link: Link, desk: Desk, clock: Clock, limits: Limits, random: Random) -> None:
        self.link = link
        self.desk = desk
        self.clock = clock
        self.limits = limits
        self.random = random
        self.life = Life(clock, random)
        self.budget = Budget(clock, rate=limits.rate, burst=limits.burst, at_once=limits.at_once)
        self._reachable = asyncio.Event()
        self._reachable.set()
        self._nudged = asyncio.Event()

    @property
    def name(self) -> str:
        return self.link.name

    @property
    def poll_interval(self) -> float:
        """Seconds between two questions about the same thing."""
        return self.limits.poll or self.link.dialect.poll

    def key(self, id: str) -> JobKey:
        return JobKey(self.name, id)

    async def reachable(self) -> None:
        """Waits until the server may be asked at will."""
        await self._reachable.wait()

    async def asking(self, want: Want, question: Callable[[], Awaitable[T]], *, of_one_job: bool = False) -> T:
        """Asks when the server is reachable and the budget allows; the answer decides the server's life.

        A question `of_one_job` that the server fails to answer is left to the asker to judge.
        """
        await self.reachable()
        async with self.budget.slot(want):
            await self.reachable()
            return await self._judged(question, of_one_job)

    async def _judged(self, question: Callable[[], Awaitable[T]], of_one_job: bool) -> T:
        try:
            answer = await question()
        except (NotFound, Rejected):
            self.heard()
            raise
        except (ServerFault, BadAnswer) as error:
            if not of_one_job:
                self.failed(error)
            raise
        except ServerError as error:
            self.failed(error)
            raise
        self.heard()
        return answer

    def heard(self) -> None:
        """The server said something understandable."""
        came_back = self.life.heard()
        self._reachable.set()
        if came_back:
            self.desk.status_changed(self.name)

    def failed(self, error: ServerError) -> None:
        """The server as a whole is in trouble: everything waits but one try at a time."""
        self.life.failed(error)
        self._reachable.clear()
        self._nudged.set()
        self.desk.status_changed(self.name)

    def try_now(self) -> None:
        """A person asks for news: a server in trouble is tried at once."""
        self.life.try_now()
        self._nudged.set()

    async def watch_life(self, probe: Callable[[], Awaitable[object]]) -> None:
        """While the server is in trouble, tries it with `probe` when it is due; otherwise watches for silence."""
        while True:
            self._nudged.clear()
            status = self.life.status
            if self.life.reachable:
                if self.life.silent_since(self.limits.silence):
                    self.desk.status_changed(self.name)
                await self.rest(1.0, self._nudged)
            elif (wait := (status.next_try_at or 0.0) - self.clock.monotonic()) > 0:
                await self.rest(wait, self._nudged)
            else:
                await self._try(probe)

    async def _try(self, probe: Callable[[], Awaitable[object]]) -> None:
        try:
            await self._judged(probe, of_one_job=False)
        except ServerError:
            return

    async def rest(self, seconds: float, wake: asyncio.Event) -> None:
        """Sleeps until the time has passed or `wake` is set."""
        sleeping = asyncio.ensure_future(self.clock.sleep(seconds))
        woken = asyncio.ensure_future(wake.wait())
        try:
            await asyncio.wait((sleeping, woken), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            woken.cancel()
