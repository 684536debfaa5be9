"""`watch`: the monitor's batches as lines, one a change, until somebody or something ends it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, replace

from jobdash.engine.monitor import Batch, Monitor
from jobdash.engine.query import Predicate, parse
from jobdash.headless.codes import DONE, TIMED_OUT, UNREACHABLE
from jobdash.headless.lines import change_line, server_line
from jobdash.headless.out import Out, ReaderGone
from jobdash.headless.progress import Bars
from jobdash.headless.record import record
from jobdash.model.job import Job, JobKey
from jobdash.model.server import Phase

READER_CHECK = 1.0
"""Seconds between two looks at whether anybody still reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which jobs to tell of: those named, or those that match. `until` ends it at the first job that matches."""

    query: str = ""
    jobs: Collection[JobKey] = ()
    until: str | None = None
    seconds: float | None = None
    json: bool = False


async def watch(monitor: Monitor, scope: Scope, out: Out) -> int:
    """Tells of changes until the time is over or a job matches `until`."""
    teller = Teller(monitor, scope, out)
    try:
        async with running(monitor, lambda: _reader_gone(out)):
            with suppress(TimeoutError):
                async with asyncio.timeout(scope.seconds), aclosing(_batches(monitor)) as batches:
                    async for batch in batches:
                        if teller.tell(batch):
                            return DONE
    finally:
        teller.bars.clear()
    return teller.code


class Teller:
    """Turns batches into lines. A job is told of when something that a line or a record shows has changed."""

    def __init__(self, monitor: Monitor, scope: Scope, out: Out) -> None:
        self.bars = Bars(out)
        self._monitor, self._scope, self._out = monitor, scope, out
        self._matches = parse(scope.query)
        self._until: Predicate | None = parse(scope.until) if scope.until is not None else None
        self._began = monitor.clock.now()
        self._seen: dict[JobKey, Job] = {}
        self._phases: dict[str, Phase] = {}

    @property
    def code(self) -> int:
        """What it means that the time is over. Watching went well when at least one server could be heard."""
        phases = set(self._phases.values())
        deaf = bool(phases) and phases <= {Phase.DOWN, Phase.UNAUTHORISED} and not self._seen
        if deaf:
            return UNREACHABLE
        return DONE if self._until is None else TIMED_OUT

    def tell(self, batch: Batch) -> bool:
        """Prints what is new; True when it is what was waited for."""
        self._servers(batch.servers)
        found = False
        for key in sorted(batch.jobs):
            job = self._monitor.job(key)
            if job is None or not self._concerns(key, job):
                continue
            before = self._seen.get(key)
            if before is not None and unchanged(job, before):
                continue
            self._seen[key] = job
            if before is None and self._is_history(job):
                continue
            if not self._drawn_anyway(job, before):
                self.bars.clear()
                self._job(job, before)
            found = found or (self._until is not None and self._until(job))
        self.bars.show((key, job) for key, job in self._seen.items() if not job.state.ended)
        return found

    def _concerns(self, key: JobKey, job: Job) -> bool:
        """Named jobs always; others while they match, and once more when they no longer do."""
        if self._scope.jobs:
            return key in self._scope.jobs
        return self._matches(job) or key in self._seen

    def _is_history(self, job: Job) -> bool:
        """What ended before the watching began is no change; a job that was named is told of in any case."""
        ended_at = job.finished_at or job.updated_at or job.created_at or 0.0
        return not self._scope.jobs and job.state.ended and ended_at < self._began

    def _drawn_anyway(self, job: Job, before: Job | None) -> bool:
        """Where bars are drawn, they tell of the progress; a line is for what will still be of interest later."""
        if not self._out.live or self._scope.json or before is None:
            return False
        return (job.native_state, job.overdue, job.error) == (before.native_state, before.overdue, before.error)

    def _job(self, job: Job, before: Job | None) -> None:
        if not self._scope.json:
            self._out.line(change_line(job, before, self._monitor.clock.now()))
            return
        url = next((server.url for server in self._monitor.servers() if server.name == job.server), "")
        heard, now = self._monitor.heard_at(job.key), self._monitor.clock.monotonic()
        age = None if heard is None else max(0.0, now - heard)
        self._out.json(record(job, url=url, stale=self._monitor.is_stale(job.key), age=age))

    def _servers(self, changed: Collection[str]) -> None:
        for server in self._monitor.servers():
            phase = server.status.phase
            before = self._phases.get(server.name)
            if server.name not in changed or phase is before:
                continue
            self._phases[server.name] = phase
            first = before in (None, Phase.CONNECTING)
            if phase is not Phase.CONNECTING and not (first and phase is Phase.LIVE):
                self.bars.clear()
                self._out.note(server_line(server.name, phase, server.status.message))


def unchanged(job: Job, before: Job) -> bool:
    """That a server looked at a job again at a later time is no change of the job."""
    return replace(job, updated_at=before.updated_at) == before


@asynccontextmanager
async def running(monitor: Monitor, *beside: Callable[[], "asyncio.Future[None]"]) -> AsyncGenerator[None, None]:
    """The monitor at work while something is done with it; it is stopped, and its connections closed, at the end."""
    tasks: Sequence[asyncio.Future[None]] = [asyncio.create_task(monitor.run()), *(start() for start in beside)]
    owner = asyncio.current_task()

    def ended(task: "asyncio.Future[None]") -> None:
        if not task.cancelled() and task.exception() is not None and owner is not None:
            owner.cancel()

    for task in tasks:
        task.add_done_callback(ended)
    try:
        yield
    except asyncio.CancelledError:
        for task in tasks:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                raise error from None
        raise
    finally:
        for task in tasks:
            task.remove_done_callback(ended)
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _batches(monitor: Monitor) -> AsyncGenerator[Batch, None]:
    async for batch in monitor.batches():
        yield batch


def _reader_gone(out: Out) -> "asyncio.Future[None]":
    """Fails as a write would, as soon as nobody reads any more."""

    async def look() -> None:
        while True:
            await asyncio.sleep(READER_CHECK)
            if out.reader_left():
                raise ReaderGone

    return asyncio.ensure_future(look())
