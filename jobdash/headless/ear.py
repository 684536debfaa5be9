"""How `wait` hears of one job: by its stream, by long polls, by polls; the best way that works, as on the screen."""

import asyncio
import random
from collections.abc import Callable

from jobdash.engine.backoff import full_jitter
from jobdash.engine.clock import Clock
from jobdash.engine.ladder import Ladder
from jobdash.engine.merge import merged
from jobdash.headless.which import Found
from jobdash.model.errors import NotFound, Rejected, ServerError, Throttled, Unauthorised
from jobdash.model.job import Job
from jobdash.model.report import JobReport, StreamError
from jobdash.model.server import Delivery

OF_USE = 5.0
"""Seconds that a stream must have held to be of use though it told of no other state."""

AT_LEAST = 0.2
"""Seconds between two openings, whatever a stream says."""


class Ear:
    """`only_polls` where a person said how often to ask."""

    def __init__(self, found: Found, clock: Clock, *, only_polls: bool) -> None:
        able = found.server.capabilities
        rungs = ((Delivery.STREAM, able.stream), (Delivery.LONG_POLL, able.long_poll))
        better = [rung for rung, can in rungs if can and not only_polls]
        self._found = found
        self._clock = clock
        self._ladder = Ladder([*better, Delivery.POLL], clock, random.random)
        self._breaks = 0
        self._last_id = ""

    @property
    def rung(self) -> Delivery:
        """The best way now."""
        return self._ladder.current

    def refused(self, rung: Delivery) -> None:
        """This way does not work for the job."""
        self._ladder.failed(rung)

    async def listen(self, known: Job, tell: Callable[[Job], object], seconds: float | None) -> bool:
        """Listens until the job's state is another, or the stream ends; then the job is to be read.

        `tell` gets the job after each event. False when there is no stream to listen to now.
        """
        if self.rung is not Delivery.STREAM or self._found.server.ears.locked():
            return False
        began, changed = self._clock.monotonic(), False
        async with self._found.server.ears:
            try:
                async with asyncio.timeout(seconds):
                    changed = await self._hear(known, tell)
            except TimeoutError:
                return True
            except (NotFound, Rejected, Unauthorised, Throttled):
                self._ladder.failed(Delivery.STREAM)
                return True
            except ServerError:
                changed = False
        lasted = self._clock.monotonic() - began
        await self._after(lasted, of_use=changed or lasted >= OF_USE)
        return True

    async def _hear(self, known: Job, tell: Callable[[Job], object]) -> bool:
        """True when the state is another."""
        server, id = self._found.server, self._found.id
        stream = server.link.listen(server.dialect.stream(id), id, last_id=self._last_id)
        job = known
        try:
            async for heard in stream:
                if isinstance(heard, JobReport):
                    job, _ = merged(job, heard)
                    tell(job)
                if isinstance(heard, StreamError) or job.native_state != known.native_state:
                    break
        finally:
            self._last_id = stream.last_id or self._last_id
            await stream.aclose()
        return job.native_state != known.native_state

    async def _after(self, lasted: float, *, of_use: bool) -> None:
        """A stream of no use has few chances; the next opening waits a moment."""
        if of_use:
            self._breaks = 0
            self._ladder.held(Delivery.STREAM)
            await self._clock.sleep(max(0.0, AT_LEAST - lasted))
            return
        self._breaks += 1
        if self._breaks >= self._ladder.breaks(Delivery.STREAM):
            self._breaks = 0
            self._ladder.failed(Delivery.STREAM)
        else:
            await self._clock.sleep(full_jitter(self._breaks, base=1.0, cap=30.0, random=random.random))
