"""`wait`: follows jobs until all have ended, and says how they ended."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from jobdash.engine.backoff import full_jitter
from jobdash.engine.clock import Clock, SystemClock
from jobdash.engine.dispatch import CONFIRM_WITHIN
from jobdash.engine.pace import Pace
from jobdash.headless.codes import ENDED_BADLY, TIMED_OUT, code_of, worst
from jobdash.headless.consent import Consent
from jobdash.headless.ear import Ear
from jobdash.headless.which import Found
from jobdash.model.command import Action, Command, Phase
from jobdash.model.errors import JobdashError, NotFound, NotSupported, Rejected, ServerError, TimedOut, Unauthorised
from jobdash.model.job import Job
from jobdash.model.report import JobReport
from jobdash.model.server import Delivery
from jobdash.model.state import State

FIRST_TRIES, LATER_TRIES = 3, 10
"""So many failures in a row end the waiting: on a server that never answered, and on one that did."""

LONG_POLL = 30.0
"""Seconds that a server may keep a question open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """`interval` seconds between two questions and `attempts` at most; None: as the kind of server recommends.

    A failed job is restarted up to `restarts` times, for the reason in `consent`.
    """

    interval: float | None = None
    attempts: int | None = None
    restarts: int = 0
    consent: Consent = field(default_factory=Consent)


@dataclass(slots=True)
class Waiting:
    """One job on its way to its end. `say` is told what happens, `changed` that there is something new to see."""

    found: Found
    patience: Patience
    say: Callable[[str], object]
    changed: Callable[["Waiting"], object] = lambda waiting: None
    clock: Clock = field(default_factory=SystemClock)
    job: Job | None = None
    report: JobReport | None = None
    error: JobdashError | None = None
    over: bool = False
    restarted: int = 0
    restarted_at: float = float("-inf")
    old_end: tuple[object, ...] = ()

    async def run(self) -> None:
        """Waits for the end. Whatever goes wrong is kept in `error`; it never stops another job's waiting."""
        try:
            await self._follow()
        except JobdashError as error:
            self.error = error
        self.over = True
        self.changed(self)

    @property
    def code(self) -> int:
        """The exit code that this job alone means."""
        if self.error is not None:
            return code_of(self.error)
        if self.job is None or not self.job.state.ended:
            return TIMED_OUT
        return 0 if self.job.state is State.COMPLETED else ENDED_BADLY

    async def _follow(self) -> None:
        dialect = self.found.server.dialect
        most = self.patience.attempts or dialect.poll_limit
        start = self.patience.interval or self.found.server.limits.poll or dialect.poll
        pace = Pace(start, start if self.patience.interval else max(start, dialect.poll_most or start))
        attempt = failures = 0
        ear = Ear(self.found, self.clock, only_polls=most is not None or self.patience.interval is not None)
        began = self.clock.monotonic()
        while True:
            attempt += 1
            try:
                self._take(await self._read(attempt, ear), began)
                failures = 0
            except (NotFound, Unauthorised):
                raise
            except ServerError as error:
                failures += 1
                self._failed(error, failures, most)
            if self.job is not None and await self._is_over(self.job):
                return
            if most is not None and attempt >= most:
                raise TimedOut(f"{self.found.key}: timed out after {most} attempts")
            if self.job is None or failures or not await ear.listen(self.job, self._heard, self._until_late(began)):
                await self.clock.sleep(self._rest(pace, failures, ear))

    async def _read(self, attempt: int, ear: Ear) -> JobReport:
        server, known = self.found.server, self.job
        if attempt == 1 and self.found.report is not None:
            return self.found.report
        if known is not None and ear.rung is Delivery.LONG_POLL:
            try:
                return await server.changed(self.found.id, known, LONG_POLL)
            except (NotFound, Rejected, NotSupported):
                ear.refused(Delivery.LONG_POLL)
        try:
            return await server.job(self.found.id, patient=False)
        except NotFound as error:
            raise NotFound(f"{self.found.key}: {error}", status=error.status) from None

    def _take(self, report: JobReport, began: float) -> None:
        job = report.job
        deadline = self.found.server.limits.deadline or self.found.server.dialect.deadline
        late = deadline is not None and self.clock.monotonic() - began > deadline and not job.state.ended
        if late and not (self.job is not None and self.job.overdue):
            self.say(f"{self.found.key}: taking longer than expected ({deadline:g} s); waiting on")
        self.report, self.job = report, replace(job, overdue=job.overdue or late)
        self.changed(self)

    def _heard(self, job: Job) -> None:
        """What a stream told; the whole job is read when its state changes."""
        self.job = job
        self.changed(self)

    def _until_late(self, began: float) -> float | None:
        """Seconds until the job takes longer than expected; None when it does, or may take as long as it likes."""
        deadline = self.found.server.limits.deadline or self.found.server.dialect.deadline
        if deadline is None or (self.job is not None and self.job.overdue):
            return None
        return max(0.0, deadline - (self.clock.monotonic() - began))

    def _failed(self, error: ServerError, failures: int, most: int | None) -> None:
        """A question without an answer is an attempt; only when nothing else ends the waiting, many of them do."""
        if failures == 1:
            self.say(f"{self.found.key}: {error}; asking again")
        if most is None and failures >= (FIRST_TRIES if self.job is None else LATER_TRIES):
            raise error

    def _rest(self, pace: Pace, failures: int, ear: Ear) -> float:
        if failures:
            return full_jitter(failures, base=min(pace.start, 1.0), cap=30.0, random=random.random)
        if ear.rung is Delivery.LONG_POLL:
            return 0.0
        return pace.start if pace.most == pace.start else pace.after(self.job.progress if self.job else None)

    async def _is_over(self, job: Job) -> bool:
        """True when the job has ended for good."""
        return job.state.ended and not self._is_the_old_end(job) and not await self._begin_again(job)

    def _is_the_old_end(self, job: Job) -> bool:
        """A server that accepted a restart may still tell of the failure before it, for a while."""
        young = self.clock.monotonic() - self.restarted_at < CONFIRM_WITHIN
        return young and self.old_end == (job.native_state, job.finished_at, job.updated_at, job.attempts)

    async def _begin_again(self, job: Job) -> bool:
        """Restarts a job that failed, as often as was asked for; True when the server accepted that."""
        if job.state is not State.FAILED or self.restarted >= self.patience.restarts:
            return False
        refusal = self.found.server.refusal(Action.RESTART, job)
        if refusal is not None:
            self.say(f"{self.found.key}: not restarted: {refusal}")
            return False
        self.restarted += 1
        self.say(f"{self.found.key} failed ({job.error or 'Unknown error'}); restart {self.restarted}")
        self.old_end = (job.native_state, job.finished_at, job.updated_at, job.attempts)
        command = Command(
            key=job.key,
            action=Action.RESTART,
            seen_native_state=job.native_state,
            seen_attempts=job.attempts,
            reason=self.patience.consent.reason,
        )
        async with aclosing(self.found.server.carry_out(command)) as outcomes:
            async for outcome in outcomes:
                if outcome.phase in (Phase.ACCEPTED, Phase.CONFIRMED):
                    self.restarted_at = self.clock.monotonic()
                    return True
        self.say(f"{self.found.key}: {outcome.message}")
        return False


async def wait_all(waitings: Sequence[Waiting], limit: float | None = None) -> None:
    """Until every job has ended or the time is over; what has not ended then stays as it was last seen."""
    try:
        async with asyncio.timeout(limit):
            await asyncio.gather(*(waiting.run() for waiting in waitings))
    except TimeoutError:
        return


def summary(waitings: Sequence[Waiting]) -> str:
    """`2 completed, 1 failed, 0 cancelled`, and what else there is."""
    ended = Counter(w.job.state for w in waitings if w.error is None and w.job is not None and w.job.state.ended)
    parts = [f"{ended[state]} {state}" for state in (State.COMPLETED, State.FAILED, State.CANCELLED)]
    if lost := sum(w.error is not None and not isinstance(w.error, TimedOut) for w in waitings):
        parts.append(f"{lost} not known")
    if left := len(waitings) - ended.total() - lost:
        parts.append(f"{left} still going on")
    return ", ".join(parts)


def code(waitings: Sequence[Waiting]) -> int:
    return worst(waiting.code for waiting in waitings)
