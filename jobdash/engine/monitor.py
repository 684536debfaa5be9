"""The facade: everything a screen or a command line may ask of the engine, and every wish it may have."""

import asyncio
import random as random_module
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from jobdash.client.dialect import Link
from jobdash.engine.backoff import Random
from jobdash.engine.budget import Want
from jobdash.engine.clock import Clock, SystemClock
from jobdash.engine.deadlines import Deadlines
from jobdash.engine.details import Details, DetailView
from jobdash.engine.dispatch import carry_out
from jobdash.engine.gather import Batch, Gatherer
from jobdash.engine.limits import Limits
from jobdash.engine.query import parse
from jobdash.engine.store import Change, Store
from jobdash.engine.view import View
from jobdash.engine.watch import ServerWatch
from jobdash.model.capabilities import Capabilities
from jobdash.model.command import Action, Command, Outcome
from jobdash.model.errors import ServerError
from jobdash.model.job import Job, JobKey
from jobdash.model.queue import QueueStats
from jobdash.model.report import JobReport
from jobdash.model.server import Phase, ServerStatus
from jobdash.model.state import State

__all__ = ["Batch", "DetailView", "Monitor", "ServerView", "Watched"]

TRY_AGAIN_AFTER_A_CRASH = 30.0

Companion = Callable[["Monitor"], Awaitable[None]]
"""Something that runs as long as the monitor does and tells it of jobs: a followed file, a listener."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One server to watch: its link, the job ids that a person gave, and what it may be asked."""

    link: Link
    jobs: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerView:
    """One line of the server strip. `counts` are jobdash's own, of the jobs it knows; `queue` is the server's word."""

    name: str
    kind: str
    url: str
    status: ServerStatus
    capabilities: Capabilities
    counts: Mapping[State, int] = field(default_factory=dict)
    queue: QueueStats | None = None


class Monitor:
    """One engine for any number of servers; it runs on one asyncio loop and is not thread-safe."""

    def __init__(
        self,
        servers: Sequence[Watched],
        *,
        clock: Clock | None = None,
        random: Random = random_module.random,
        companions: Sequence[Companion] = (),
    ) -> None:
        self.clock = clock or SystemClock()
        self._store = Store()
        self._query = ""
        self._view = View(self._store, parse(""))
        self._details = Details()
        self._deadlines = Deadlines()
        self._gather = Gatherer(self.clock)
        self._gone: set[JobKey] = set()
        self._queues: dict[str, tuple[QueueStats, ...]] = {}
        self._outcomes: dict[JobKey, Outcome] = {}
        self._commands: set[asyncio.Task[None]] = set()
        self._cursor: JobKey | None = None
        self._visible: frozenset[JobKey] = frozenset()
        self._companions = tuple(companions)
        self._watches: dict[str, ServerWatch] = {}
        for server in servers:
            watch = ServerWatch(server.link, self, self.clock, server.limits, random)
            watch.track(server.jobs)
            self._watches[server.link.name] = watch

    async def run(self) -> None:
        """Watches every server until cancelled, then closes every connection."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._watch_deadlines())
                for companion in self._companions:
                    group.create_task(_accompany(companion, self))
                for watch in self._watches.values():
                    group.create_task(self._keep_watching(watch), name=f"watch {watch.link.name}")
        finally:
            for task in self._commands:
                task.cancel()
            await asyncio.gather(*self._commands, return_exceptions=True)
            await asyncio.gather(*(watch.link.aclose() for watch in self._watches.values()))

    def batches(self) -> AsyncIterator[Batch]:
        """News for a screen, gathered, at most about ten a second."""
        return self._gather.batches()

    # what is known; cheap, and never waits

    def servers(self) -> Sequence[ServerView]:
        """Every server, in the order in which they were given."""
        return [self._server_view(watch) for watch in self._watches.values()]

    @property
    def view(self) -> View:
        """The rows of the current query."""
        return self._view

    @property
    def query(self) -> str:
        """The text of the current query."""
        return self._query

    def set_query(self, text: str) -> None:
        """Narrows the view; raises QueryError and keeps the old one when the text does not parse."""
        self._view.narrow(parse(text))
        self._query = text
        self._gather.rows()

    def total(self) -> int:
        """All jobs known, whatever the query."""
        return len(self._store)

    def job(self, key: JobKey) -> Job | None:
        return self._store.get(key)

    def heard_at(self, key: JobKey) -> float | None:
        """When the server last told about this job, as a reading of the monotonic clock."""
        watch = self._watches.get(key.server)
        listed = watch.feed.life.status.heard_at if watch is not None and watch.lists else None
        alone = self._store.heard_at(key)
        return max((at for at in (alone, listed) if at is not None), default=None)

    def is_stale(self, key: JobKey) -> bool:
        """True when the row of this job cannot be trusted to be true now, because its server is not live."""
        watch = self._watches.get(key.server)
        return watch is None or watch.feed.life.status.phase is not Phase.LIVE

    def is_gone(self, key: JobKey) -> bool:
        """True when the server said that it no longer has this job; the last known row stays."""
        return key in self._gone

    def detail(self, key: JobKey) -> DetailView | None:
        """The heavy part of a job that was looked at."""
        return self._details.get(key)

    def outcome(self, key: JobKey) -> Outcome | None:
        """The last command on this job and what became of it."""
        return self._outcomes.get(key)

    def refusal(self, action: Action, key: JobKey) -> str | None:
        """Why this action cannot be asked for now, in one sentence; None when it can."""
        job, watch = self._store.get(key), self._watches.get(key.server)
        if job is None or watch is None:
            return f"job {key} is not known"
        if key in self._gone:
            return f"{key.server} no longer has this job"
        last = self._outcomes.get(key)
        if last is not None and not last.phase.final:
            return f"{last.command.action} is still under way for this job"
        return watch.link.dialect.capabilities.refusal(action, job)

    # wishes; they return at once, their effects come back as batches

    def look_at(self, key: JobKey | None, visible: Sequence[JobKey] = ()) -> None:
        """The person's eyes: the job under the cursor is read first and in full, the visible ones next."""
        self._visible = frozenset(visible)
        if key == self._cursor:
            return
        self._cursor = key
        if key is not None:
            self._details.look_at(key)
        for name, watch in self._watches.items():
            watch.follower.look_at(key.id if key is not None and key.server == name else None)

    def submit(self, command: Command) -> None:
        """Asks for a change; what becomes of it arrives as outcomes."""
        task = asyncio.create_task(self._carry_out(command), name=f"{command.action} {command.key}")
        self._commands.add(task)
        task.add_done_callback(self._commands.discard)

    def refresh(self) -> None:
        """Asks every server now, whatever the pace."""
        for watch in self._watches.values():
            watch.refresh()

    def track(self, server: str, ids: Iterable[str]) -> None:
        """Watches these jobs on a server, whether or not it can list."""
        wanted = list(ids)
        self._gone.difference_update(JobKey(server, id) for id in wanted)
        self._watches[server].track(wanted)

    # the desk: what the feeds report

    def report(self, report: JobReport, *, asked_at: float | None = None, alone: bool = True) -> None:
        """News of one job from a feed."""
        now = self.clock.monotonic()
        key = report.job.key
        self._gone.discard(key)
        if report.queues:
            self.queues(key.server, report.queues)
        if report.detail is not None and self._details.wants(key):
            self._details.put(key, report.detail, now)
            self._gather.detail(key)
        self._changed(self._store.apply(report, at=now, asked_at=asked_at, alone=alone))

    def gone(self, key: JobKey) -> None:
        """A job that is no longer there: its last row stays, marked; one never seen is told of as well."""
        if key in self._gone:
            return
        self._gone.add(key)
        self._deadlines.drop(key)
        job = self._store.get(key)
        if job is None:
            missing = Job(key=key, state=State.UNKNOWN, native_state="not found")
            self._changed(self._store.apply(JobReport(job=missing), at=self.clock.monotonic()))
        self._details.failed(key, f"{key.server} does not have this job")
        self._gather.detail(key)
        self._gather.job(key, rows=False)

    def unreadable(self, key: JobKey, problem: str) -> None:
        """One job that could not be read."""
        self._details.failed(key, problem)
        self._gather.detail(key)

    def queues(self, server: str, queues: tuple[QueueStats, ...]) -> None:
        """The server's word about its queues."""
        if self._queues.get(server) != queues:
            self._queues[server] = queues
            self._gather.server(server)

    def status_changed(self, server: str) -> None:
        """A server's line looks different."""
        self._gather.server(server)

    def want(self, key: JobKey) -> Want:
        """How much a person wants to know about this job right now."""
        if key == self._cursor:
            return Want.CURSOR
        if key in self._visible:
            return Want.VISIBLE
        job = self._store.get(key)
        return Want.RUNNING if job is not None and job.state.active else Want.WAITING

    # how it is done

    async def _keep_watching(self, watch: ServerWatch) -> None:
        """An error of our own in one server's watch is told on its line, and never takes the others along."""
        while True:
            try:
                await watch.run()
            except Exception as error:  # noqa: BLE001 - the border between servers: told on screen, then tried again
                culprit = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error
                watch.feed.failed(ServerError(f"internal error while watching: {culprit!r}"))
                await self.clock.sleep(TRY_AGAIN_AFTER_A_CRASH)

    async def _carry_out(self, command: Command) -> None:
        link = self._watches[command.key.server].link
        async for step in carry_out(link, command, self.clock):
            if step.report is not None:
                self.report(step.report)
            if step.gone:
                self.gone(command.key)
            self._outcomes[command.key] = step.outcome
            self._gather.outcome(step.outcome)
        self._watches[command.key.server].follower.follow((command.key.id,))

    def _changed(self, change: Change | None) -> None:
        if change is None:
            return
        self._gather.job(change.key, rows=self._view.apply(change))
        if change.before is None or change.after is None or change.before.state is not change.after.state:
            self._gather.server(change.key.server)
        if change.after is not None:
            self._watch_deadline(change.after)

    def _watch_deadline(self, job: Job) -> None:
        watch = self._watches.get(job.key.server)
        deadline = watch.deadline if watch is not None else None
        if job.state.ended or deadline is None:
            self._deadlines.drop(job.key)
            return
        began = job.started_at or job.created_at
        if began is not None:
            self._deadlines.set(job.key, began + deadline)
        elif job.key not in self._deadlines:
            self._deadlines.set(job.key, self.clock.now() + deadline)

    async def _watch_deadlines(self) -> None:
        while True:
            for key in self._deadlines.passed(self.clock.now()):
                self._changed(self._store.mark(key, overdue=True))
            await self.clock.sleep(1.0)

    def _server_view(self, watch: ServerWatch) -> ServerView:
        name = watch.link.name
        queues = self._queues.get(name)
        return ServerView(
            name=name,
            kind=watch.link.kind,
            url=watch.link.url,
            status=watch.feed.life.status,
            capabilities=watch.link.dialect.capabilities,
            counts=self._store.counts.get(name, {}),
            queue=queues[0] if queues else None,
        )


async def _accompany(companion: Companion, monitor: Monitor) -> None:
    await companion(monitor)
