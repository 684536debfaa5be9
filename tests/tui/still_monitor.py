"""A monitor that talks to nobody: real store, view and query over the jobs a test puts there, and a frozen clock."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot

from jobdash.engine.board import Board
from jobdash.engine.bulk.bulks import Bulks
from jobdash.engine.clock import SystemClock
from jobdash.engine.dispatch import Veto
from jobdash.engine.downloads import Downloads
from jobdash.engine.failures import Failures
from jobdash.engine.gather import Gatherer
from jobdash.engine.histories import Histories
from jobdash.engine.known import Known
from jobdash.engine.last_good import LastGood
from jobdash.engine.listed import Listed
from jobdash.engine.logbook import LogBook
from jobdash.engine.logs import Logs
from jobdash.engine.makings import Makings
from jobdash.engine.masking import Masking
from jobdash.engine.metrics.figures import Scene
from jobdash.engine.metrics.place import Place
from jobdash.engine.monitor import Batch, DetailView, Monitor, ResultsView, ServerView
from jobdash.engine.opening import Opened, Progress
from jobdash.engine.orders import Orders
from jobdash.engine.query import Context
from jobdash.engine.remembered import Remembered
from jobdash.engine.runbooks import Runbooks
from jobdash.engine.store import Store
from jobdash.engine.vitals import Vitals
from jobdash.engine.waits import Waits
from jobdash.model.capabilities import Capabilities
from jobdash.model.care import NO_CARE, Care
from jobdash.model.command import Action, ActionRule, Command, Outcome
from jobdash.model.command import Phase as CommandPhase
from jobdash.model.errors import NotFound
from jobdash.model.job import Detail, Job, JobKey
from jobdash.model.log import LogLine
from jobdash.model.queue import QueueStats
from jobdash.model.report import JobReport
from jobdash.model.server import Delivery, Phase, ServerStatus
from jobdash.model.state import State

NOW = 1_795_317_164.0
"""2026-11-22 03:12:44 UTC."""
MONOTONIC = 5_000.0


class StillClock:
    """Time passes only when a test says so."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> float:
        return NOW + self.passed

    def monotonic(self) -> float:
        return MONOTONIC + self.passed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


class StillDownloads(Downloads):
    """Downloads nothing."""

    def __init__(self, monitor: "StillMonitor") -> None:
        self._monitor = monitor

    def results(self, key: JobKey) -> ResultsView:
        return ResultsView()

    def refusal(self, key: JobKey) -> str | None:
        job = self._monitor.job(key)
        return None if job is not None and job.results else "this job has no results to download"

    def start(self, key: JobKey, folder: Path, *, force: bool = False, only: str | None = None) -> None:
        raise AssertionError("a still monitor downloads nothing")

    async def open(self, key: JobKey, url: str, progress: Progress) -> Opened:
        raise NotFound("there is nothing to open here")


class StillMonitor(Monitor):
    """Remembers every wish; `push` sends a batch to the screen."""

    def __init__(
        self, jobs: Iterable[Job] = (), servers: Sequence[ServerView] = (), orders: Orders | None = None
    ) -> None:
        self.clock = StillClock()
        self.masking = Masking()
        self.masks_ids = False
        self.still_logs = Logs()
        self.runbooks = Runbooks()
        self.histories = Histories(self.clock)
        self.last_good = LastGood()
        self.still_usual: dict[tuple[str, str | None], tuple[float, float]] = {}
        self._jobs = Store()
        self.failures = Failures(self._jobs, self.clock)
        self._batches: asyncio.Queue[Batch] = asyncio.Queue()
        self.still_board = Board(
            self._jobs,
            self.clock,
            lambda: None,
            detail=lambda key: view.detail if (view := self.still_details.get(key)) else None,
            loaded=lambda: len(self.still_details),
            stale=self.is_stale,
            gone=self.is_gone,
        )
        self.forgotten: list[JobKey] = []
        self.still_gone: set[JobKey] = set()
        self.remembered = Remembered(None, {}, self.clock)
        known = Known(self.clock, lambda key: None)
        self.makings = Makings(known, self.clock, {}, lambda key: None)
        self.waits = Waits(known)
        self.still_servers = list(servers)
        self.still_queues: dict[str, tuple[QueueStats, ...]] = {}
        self.still_lists = True
        self.submitted: list[Command] = []
        self.tracked: list[tuple[str, tuple[str, ...]]] = []
        self.downloads = StillDownloads(self)
        self.refreshed = 0
        self._pauses: dict[str, None] = {}
        self.looked_at: list[JobKey | None] = []
        self.still_outcomes: dict[JobKey, Outcome] = {}
        self.still_details: dict[JobKey, DetailView] = {}
        self.bulks = Bulks(
            clock=SystemClock(),
            job=self.job,
            refusal=self.refusal,
            request=self.preview,
            perform=self._perform,
            news=lambda: None,
            requests=dict.fromkeys(("docs", "crawl", "media"), 30.0),
        )
        self.failure: Exception | None = None
        self.vitals = Vitals(
            orders or Orders(who="ada"),
            self.clock,
            Gatherer(self.clock),
            Context(now=self.clock.now, timer=self.clock.monotonic),
            get=self._jobs.get,
            gone=self.is_gone,
            scenes=self._still_scenes,
        )
        self.put(*jobs)

    async def _perform(self, command: Command, veto: Veto) -> Outcome:
        self.submitted.append(command)
        return Outcome(command=command, phase=CommandPhase.CONFIRMED, message="done")

    def queues(self, server: str) -> Sequence[QueueStats]:
        found = self._still(server)
        return (found.queue,) if found is not None and found.queue is not None else ()

    def hide(self, text: str) -> str:
        return text

    def changes(self) -> Sequence[Outcome]:
        return tuple(self.still_outcomes.values())

    @property
    def still_clock(self) -> StillClock:
        assert isinstance(self.clock, StillClock)
        return self.clock

    def _still_scenes(self) -> Iterator[tuple[str, Scene]]:
        for server in self.still_servers:
            told = (server.queue,) if server.queue else ()
            yield server.name, Scene(server.status, self.still_queues.get(server.name, told), self.still_lists)

    def put(self, *jobs: Job) -> None:
        for job in jobs:
            if (change := self._jobs.apply(JobReport(job=job), at=self.clock.monotonic())) is not None:
                self.still_board.apply(change)
                self.failures.noticed(change)
                self.vitals.noticed(change)
                self.histories.noticed(change)
                self.last_good.noticed(change)
        while self.failures.waiting:
            self.failures.work()

    def push(self, *, rows: bool = False, jobs: Iterable[JobKey] = (), servers: Iterable[str] = ()) -> None:
        self._batches.put_nowait(Batch(rows=rows, jobs=frozenset(jobs), servers=frozenset(servers)))

    async def shown(self, pilot: Pilot[None]) -> None:
        """Waits until the screen has taken in whatever was pushed."""
        await self._batches.join()
        await pilot.pause()

    def tell(self, outcome: Outcome) -> None:
        self.still_outcomes[outcome.command.key] = outcome
        self._batches.put_nowait(Batch(jobs=frozenset({outcome.command.key}), outcomes=(outcome,)))

    async def run(self) -> None:
        if self.failure is not None:
            raise self.failure
        await asyncio.Event().wait()

    async def batches(self) -> AsyncIterator[Batch]:
        while True:
            yield await self._batches.get()
            self._batches.task_done()

    def servers(self) -> Sequence[ServerView]:
        counts = self._jobs.counts
        return [
            replace(
                server,
                counts=server.counts or counts.get(server.name, {}),
                health=self.vitals.health(Place(server.name), server.status),
            )
            for server in self.still_servers
        ]

    def care(self, server: str) -> Care:
        still = self._still(server)
        return NO_CARE if still is None else still.care

    def _still(self, name: str) -> ServerView | None:
        return next((server for server in self.still_servers if server.name == name), None)

    @property
    def board(self) -> Board:
        return self.still_board

    @property
    def view(self) -> Listed:
        return self.still_board.listed

    def total(self) -> int:
        return len(self._jobs)

    def job(self, key: JobKey) -> Job | None:
        return self._jobs.get(key)

    def is_gone(self, key: JobKey) -> bool:
        return key in self.still_gone

    def late(self, key: JobKey) -> str | None:
        return None

    def attempts(self, server: str) -> int | None:
        return None

    def is_stale(self, key: JobKey) -> bool:
        server = self._still(key.server)
        return server is not None and server.status.phase is not Phase.LIVE

    def doubt(self, key: JobKey) -> str | None:
        return "not live" if self.is_stale(key) else None

    def known_at(self, key: JobKey) -> float:
        return self.clock.now()

    def heard_at(self, key: JobKey) -> float | None:
        server = self._still(key.server)
        return server.status.heard_at if server else None

    def detail(self, key: JobKey) -> DetailView | None:
        return self.still_details.get(key)

    def usual(self, name: str, type: str | None) -> tuple[float, float] | None:
        return self.still_usual.get((name, type))

    def log(self, key: JobKey) -> LogBook | None:
        return self.still_logs.book(key)

    def read_jobs(self, keys: Iterable[JobKey]) -> None:
        self.read = tuple(keys)

    def read_logs(self, keys: Iterable[JobKey]) -> None:
        self.still_logs.want(keys)
        for key in self.still_logs.wanted:
            view = self.still_details.get(key)
            if view is not None and view.detail is not None:
                self.still_logs.take(key, view.detail.logs, self.clock.monotonic())

    def outcome(self, key: JobKey) -> Outcome | None:
        return self.still_outcomes.get(key)

    def refusal(self, action: Action, key: JobKey) -> str | None:
        job, server = self.job(key), self._still(key.server)
        if job is None or server is None:
            return f"job {key} is not known"
        return server.care.refusal(server.name) or server.capabilities.refusal(action, job)

    def preview(self, command: Command) -> str | None:
        return f"POST /jobs/{command.key.id}/{command.action}"

    def look_at(self, key: JobKey | None, visible: Sequence[JobKey] = (), *, deep: bool = False) -> None:
        self.looked_at.append(key)

    def equivalents(self, key: JobKey) -> Sequence[str]:
        return [f"jobdash show {key}", f"curl -H 'X-API-Key: ***' http://{key.server}.example/{key.id}"]

    def change_pace(self, server: str, factor: float) -> float:
        return 5.0 * factor

    def submit(self, command: Command) -> None:
        self.submitted.append(command)
        self.tell(Outcome(command=command, phase=CommandPhase.REQUESTED, message=""))

    def refresh(self) -> None:
        self.refreshed += 1

    def pause_watching(self, reason: str) -> None:
        self._pauses[reason] = None

    def resume_watching(self, reason: str | None = None) -> None:
        self._pauses.pop(reason or "", None)

    @property
    def pauses(self) -> Sequence[str]:
        return tuple(self._pauses)

    def track(
        self,
        server: str,
        ids: Iterable[str],
        labels: Mapping[str, str] | None = None,
        priorities: Mapping[str, str] | None = None,
    ) -> None:
        self.tracked.append((server, tuple(ids)))

    def forget(self, server: str, ids: Iterable[str]) -> None:
        self.forgotten += [JobKey(server, id) for id in ids]


def can(*actions: Action, **valid_from: set[str]) -> Capabilities:
    rules = {action: ActionRule(valid_from=frozenset(valid_from.get(action.value, ()))) for action in actions}
    return Capabilities(list=True, feed=True, actions=rules)


def server(name: str, kind: str, phase: Phase = Phase.LIVE, **status: object) -> ServerView:
    told: dict[str, object] = {"since": MONOTONIC - 300, "heard_at": MONOTONIC - 2, "delivery": Delivery.STREAM}
    told |= status
    return ServerView(
        name=name,
        kind=kind,
        url=f"http://{name}.example/api",
        status=ServerStatus(phase=phase, **told),  # type: ignore[arg-type]
        capabilities=can(
            Action.CANCEL,
            Action.PAUSE,
            Action.RESUME,
            Action.RESTART,
            cancel={"running", "pending", "waiting"},
            pause={"running"},
            resume={"paused"},
            restart={"failed", "cancelled"},
        ),
    )


def job(server: str, id: str, state: State, **known: object) -> Job:
    told: dict[str, object] = {"native_state": state.value, "created_at": NOW - 400, "type": "parse_document"}
    told |= known
    return Job(key=JobKey(server, id), state=state, **told)  # type: ignore[arg-type]


FAILED = JobKey("docs", "123e4567-e89b-12d3-a456-426614174000")
RUNNING = JobKey("docs", "123e4567-e89b-12d3-a456-426614174007")
TIMEOUT = "TimeoutError: upstream took more than 30 s"

SERVERS = (
    server("docs", "compileo"),
    server("crawl", "jobstatus", delivery=Delivery.POLL, interval=5.0, heard_at=MONOTONIC - 3),
    server(
        "media",
        "filelens",
        Phase.DOWN,
        since=MONOTONIC - 125,
        heard_at=MONOTONIC - 130,
        message="connection refused",
        next_try_at=MONOTONIC + 8,
    ),
)

JOBS = (
    job(
        *FAILED,
        State.FAILED,
        progress=65.0,
        attempts=3,
        max_attempts=3,
        worker="worker-2",
        error=TIMEOUT,
        finished_at=NOW - 244,
        started_at=NOW - 316,
        created_at=NOW - 321,
        queue="default",
        step="document 3 of 5",
    ),
    job("docs", "123e4567-e89b-12d3-a456-426614174001", State.FAILED, progress=40.0, attempts=3, max_attempts=3),
    job(
        "crawl",
        "job_abc123",
        State.STUCK,
        native_state="running",
        type="single-page",
        progress=75.0,
        started_at=NOW - 1900,
        attempts=1,
        max_attempts=3,
        step="no progress for 12 min",
    ),
    job(
        *RUNNING,
        State.RUNNING,
        type="chunking",
        progress=62.5,
        started_at=NOW - 130,
        attempts=1,
        max_attempts=3,
        step="chunk 31 of 50",
    ),
    job("crawl", "job_abd001", State.RUNNING, type="crawl", progress=14.0, started_at=NOW - 18, attempts=1),
    job("docs", "r-77", State.RETRYING, type="embed", attempts=2, max_attempts=5, started_at=NOW - 70, error="429"),
    job("docs", "p-12", State.PAUSED, type="ocr", progress=33.0),
    job("docs", "c815faad-aa", State.PENDING, type="image_resize", queue_position=5, estimated_wait=30.0),
    job("docs", "s-1", State.SCHEDULED, type="nightly", created_at=NOW - 7300),
    job("media", "m-1", State.RUNNING, type="transcode", progress=50.0, started_at=NOW - 500),
    job("docs", "done-1", State.COMPLETED, type="parse_document", finished_at=NOW - 90, progress=100.0),
    job("docs", "gone-1", State.CANCELLED, type="parse_document", finished_at=NOW - 9000),
    job("crawl", "odd-1", State.UNKNOWN, native_state="HIBERNATING", type="crawl"),
    job("crawl", "文書-解析-0001", State.RUNNING, type="文書の解析", progress=8.0, started_at=NOW - 5, step="ページ 3"),
    job("crawl", "emoji-👩‍👩‍👧-🇩🇪", State.PENDING, type="🚀 launch", step="e\u0301te\u0301"),
    job("crawl", "مهمة-42", State.COMPLETED, type="עבודה", finished_at=NOW - 30),
    job(
        "crawl",
        "\x1b[31mred\x07\u202eevil",
        State.FAILED,
        type="[bold]x[/]",
        error="a\nb\x1b]0;t\x07\ud800",
        attempts=1,
    ),
)

DETAIL = DetailView(
    detail=Detail(
        data={"path": "s3://bucket/a.pdf", "pages": 120, "api_key": "hunter2", "options": {"ocr": True, "big": 2**63}},
        traceback='Traceback (most recent call last):\n  File "parse.py", line 118, in fetch\nTimeoutError: upstream',
        logs=(LogLine("fetching page 3", NOW - 250, "info"), LogLine("upstream slow", NOW - 248, "warning")),
        metrics={"pages_per_second": 1.5},
    ),
    read_at=MONOTONIC - 3,
)


def full_monitor() -> StillMonitor:
    """Every state, a server that is down, hostile and wide text."""
    monitor = StillMonitor(JOBS, SERVERS)
    monitor.still_servers[0] = replace(
        monitor.still_servers[0],
        queue=QueueStats(depth=312, running=18, completed=9812, failed=164, workers=3, cpu_percent=45.2),
    )
    monitor.still_details[FAILED] = DETAIL
    return monitor
