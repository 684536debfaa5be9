"""One server's connection to the desk: keeps its line of life and is the one door through which requests leave.

How single jobs are followed lives in `follow.py`, how a listing is walked in `listing.py`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from time import localtime, strftime
from typing import TypeVar

from jobdash.client.dialect import Answer, Request
from jobdash.client.link_contract import Link
from jobdash.engine.backoff import Random
from jobdash.engine.budget import Budget, Want
from jobdash.engine.clock import Clock
from jobdash.engine.desk import Desk
from jobdash.engine.door import Door
from jobdash.engine.life import Life
from jobdash.engine.limits import Limits
from jobdash.model.errors import (
    BadAnswer,
    JobdashError,
    NotFound,
    NotSupported,
    Rejected,
    ServerError,
    ServerFault,
    Throttled,
    TimedOut,
)
from jobdash.model.job import JobKey
from jobdash.model.report import JobReport
from jobdash.model.server import Phase

T = TypeVar("T")

TICK = 1.0
"""Seconds between two looks at a quiet server, at least."""


class Feed:
    """Paces the questions to one server; `asking` is the only door.

    `answers` counts the ones that came back; `on_return` is called when the server is well again.
    """

    def __init__(self, link: Link, desk: Desk, clock: Clock, limits: Limits, random: Random) -> None:
        self.link = link
        self.desk = desk
        self.clock = clock
        self.limits = limits
        self.random = random
        self.life = Life(clock, random)
        self.budget = Budget(clock, rate=limits.rate, burst=limits.burst, at_once=limits.at_once)
        self.answers = 0
        self.on_return: list[Callable[[], None]] = []
        self._reachable = asyncio.Event()
        self._reachable.set()
        self.door = Door(clock)
        self._nudged = asyncio.Event()

    @property
    def name(self) -> str:
        return self.link.name

    @property
    def poll_interval(self) -> float:
        """Seconds between two questions about the same thing."""
        return self.limits.poll or self.link.dialect.poll

    @property
    def attempts(self) -> int | None:
        """How many questions about one job are enough for it to be overdue; None: as many as it takes."""
        wanted = self.limits.attempts
        return self.link.dialect.poll_limit if wanted is None else wanted or None

    def key(self, id: str) -> JobKey:
        return JobKey(self.name, id)

    async def ask(self, request: Request) -> Answer:
        """The link's `ask`, with an eye on the server's clock."""
        answer = await self.link.ask(request)
        if (date := answer.headers.get("date")) and self.life.told_time(date):
            self.desk.status_changed(self.name)
        return answer

    async def reachable(self) -> None:
        """Waits until the server may be asked at will."""
        await self._reachable.wait()

    async def watching(self) -> None:
        """Waits while watching is paused: nobody looks."""
        await self.door.opened()

    def pause(self, why: str, every: float | None) -> None:
        """Nobody looks, and `why`: until `resume` polls leave every so many seconds only, None: not at all."""
        self.door.shut(every)
        if self.life.rests(why):
            self.desk.status_changed(self.name)

    def resume(self) -> None:
        """Somebody looks again."""
        self.door.open()
        if self.life.rests(None):
            self.desk.status_changed(self.name)

    async def asking(self, want: Want, question: Callable[[], Awaitable[T]], *, in_part: bool = False) -> T:
        """Asks when the server is reachable and the budget allows; the answer decides the server's life.

        `in_part`: that the server fails to answer says little of all of it, and is left to the asker to judge.
        """
        while True:
            await self.reachable()
            async with self.budget.slot(want):
                if self.life.reachable:
                    return await self._judged(question, in_part)

    async def dated(self, want: Want, question: Callable[[], Awaitable[T]], *, in_part: bool) -> tuple[T, float]:
        """Like `asking`, and when it really was asked, in monotonic seconds: its turn may come late."""
        asked_at = 0.0

        async def asked() -> T:
            nonlocal asked_at
            asked_at = self.clock.monotonic()
            return await question()

        return await self.asking(want, asked, in_part=in_part), asked_at

    async def read_for_command(self, id: str) -> JobReport:
        """Reads a job for a person who acts: within the budget, and not at all while patience is asked for."""
        self._be_patient()
        async with self.budget.slot(Want.CURSOR):
            self._be_patient()
            return await self._judged(lambda: self.link.dialect.job(self.ask, id), in_part=True)

    async def for_command(self, question: Callable[[], Awaitable[T]], *, ours: Callable[[], bool] = lambda: True) -> T:
        """Asks for a person who acts: within the same budget, and after a 429 everybody else waits as well.

        Unless it was not `ours`: that another host asks for patience says nothing of this server.
        """
        self._be_patient()
        async with self.budget.slot(Want.CURSOR):
            self._be_patient()
            try:
                return await question()
            except Throttled as error:
                if ours():
                    self.failed(error)
                raise

    @property
    def patience(self) -> str | None:
        """Until when the server asks to be left alone, in a sentence; None when it does not."""
        if (wait := self.life.patience) <= 0:
            return None
        until = strftime("%H:%M:%S", localtime(self.clock.now() + wait))
        return f"{self.name} asks to be left alone until {until}, {wait:.0f} s"

    def _be_patient(self) -> None:
        if (told := self.patience) is not None:
            raise Throttled(told, retry_after=self.life.wait)

    async def opening(self, want: Want) -> None:
        """Waits for the turn to open a held connection, which costs the server as much as any other request."""
        while True:
            await self.reachable()
            async with self.budget.slot(want):
                if self.life.reachable:
                    return

    async def _judged(self, question: Callable[[], Awaitable[T]], in_part: bool) -> T:
        asked_in = self.life.round
        try:
            answer = await self.understood(question)
        except (NotFound, Rejected):
            self._answered(asked_in)
            raise
        except (ServerFault, BadAnswer, TimedOut) as error:
            if not in_part:
                self.failed(error, asked_in)
            raise
        except ServerError as error:
            self.failed(error, asked_in)
            raise
        self._answered(asked_in)
        return answer

    async def understood(self, question: Callable[[], Awaitable[T]]) -> T:
        """A dialect may be a stranger's: what it stumbles over is one bad answer, not the end of watching."""
        try:
            return await question()
        except JobdashError:
            raise
        except Exception as error:
            raise BadAnswer(f"the answer was not understood: {error!r}") from error

    def _answered(self, asked_in: int) -> None:
        self.answers += 1
        self.heard(asked_in)

    def heard(self, asked_in: int) -> None:
        """The server said something understandable, to a question of that round of its life."""
        if asked_in < self.life.woke_in:
            return  # it lay in a buffer while this machine slept
        first = self.life.phase is Phase.CONNECTING
        if self.life.heard():
            self._reachable.set()
            self.desk.status_changed(self.name)
            for returned in () if first else self.on_return:
                returned()

    def failed(self, error: ServerError, asked_in: int | None = None) -> None:
        """The server as a whole is in trouble: everything waits but one try at a time."""
        self.life.failed(error, asked_in)
        if not self.life.reachable:
            self._reachable.clear()
        self._nudged.set()
        self.desk.status_changed(self.name)

    def bad_event(self) -> None:
        """Something could not be understood and was skipped."""
        self.life.bad_event()
        self.desk.status_changed(self.name)

    def stepped_down(self, why: str | None) -> None:
        """A stream that the server offers is of no use now, and why; None: it is in use again."""
        self.remarked("stream", None if why is None else f"no event stream: {why}")

    def remarked(self, about: str, words: str | None) -> None:
        """What a live server offers and does not give, in words; None when it does."""
        if self.life.remarked(about, words):
            self.desk.status_changed(self.name)

    def ailing(self, why: str | None) -> None:
        """Why what is known grows old although the server answers; None once that is over."""
        if self.life.ailing(why):
            self.desk.status_changed(self.name)

    def slept(self, since: float) -> None:
        """Something happened to this machine, at most `since` then: what is known may be old without anyone's fault."""
        if self.life.slept(since):
            self.desk.status_changed(self.name)

    def doubted(self, message: str) -> None:
        """What is known may be old."""
        if self.life.doubted(message):
            self.desk.status_changed(self.name)

    def try_now(self) -> None:
        """A person asks for news: a server in trouble is tried at once."""
        self.life.try_now()
        self._nudged.set()

    async def watch_life(self, probe: Callable[[], Awaitable[object]]) -> None:
        """While the server is in trouble, tries it with `probe` when it is due; otherwise watches for silence."""
        while True:
            self._nudged.clear()
            if self.life.reachable:
                if self.life.silent_since(self.limits.silence, self.door.is_shut):
                    self.desk.status_changed(self.name)
                await self.rest(max(TICK, self.life.silent_in(self.limits.silence)), self._nudged)
            elif (wait := self.life.wait) > 0:
                await self.rest(wait, self._nudged)
            elif not self.door.lets:
                await self.watching()
            else:
                await self.try_once(probe)

    async def wait_for_try(self) -> None:
        """Waits until a server in trouble is due to be tried, or a person asks for it."""
        while not self.life.reachable and self.life.wait > 0:
            self._nudged.clear()
            await self.rest(self.life.wait, self._nudged)

    async def keep_in_touch(self, probe: Callable[[], Awaitable[object]]) -> None:
        """A server that is asked nothing says nothing: before it counts as silent, it is asked."""
        while True:
            since = self.life.status.since if self.life.heard_at is None else self.life.heard_at
            wait = since + self.limits.silence / 2 - self.clock.monotonic()
            if wait <= 0:
                await self.watching()
                await self.reachable()
                await self.try_once(probe)
            await self.clock.sleep(max(TICK, wait))

    async def try_once(self, probe: Callable[[], Awaitable[object]]) -> None:
        """Asks whatever the state; the answer decides the server's life."""
        try:
            await self._judged(probe, in_part=False)
        except (ServerError, NotSupported):
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
