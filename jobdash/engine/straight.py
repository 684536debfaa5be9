"""The door of a command that runs by itself: nobody else asks the server, so it asks at once, or within a budget."""

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import TypeVar

from jobdash.client.link_contract import Link
from jobdash.engine.budget import Budget, Want
from jobdash.engine.clock import Clock, SystemClock
from jobdash.model.errors import Throttled
from jobdash.model.report import JobReport

T = TypeVar("T")

LONGEST = 3600.0
"""The longest that a server's Retry-After is believed, in seconds."""


class Straight:
    """Nothing leaves while the server has asked for patience; `told` hears in words when it does."""

    def __init__(
        self,
        link: Link,
        budget: Budget | None = None,
        clock: Clock | None = None,
        told: Callable[[str], object] = lambda words: None,
    ) -> None:
        self._link = link
        self._budget = budget
        self._clock = clock or SystemClock()
        self._told = told
        self._until = 0.0

    @property
    def wait(self) -> float:
        """Seconds for which the server asked to be left alone; 0 when it did not."""
        return max(0.0, self._until - self._clock.monotonic())

    @property
    def patience(self) -> str | None:
        return f"{self._link.name} asks to be left alone for {wait:.0f} s" if (wait := self.wait) > 0 else None

    async def read_for_command(self, id: str) -> JobReport:
        return await self.for_command(lambda: self._link.dialect.job(self._link.ask, id))

    async def for_command(self, question: Callable[[], Awaitable[T]]) -> T:
        async with self._budget.slot(Want.CURSOR) if self._budget is not None else nullcontext():
            if (why := self.patience) is not None:
                raise Throttled(why, retry_after=self.wait)
            try:
                return await question()
            except Throttled as error:
                self._note(error.retry_after)
                raise

    def _note(self, seconds: float | None) -> None:
        if seconds is None:
            return
        new = self.wait <= 0
        self._until = max(self._until, self._clock.monotonic() + min(seconds, LONGEST))
        if new and (why := self.patience) is not None:
            self._told(why)
