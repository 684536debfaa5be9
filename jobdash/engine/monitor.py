"""The facade: everything a screen or a command line may ask of the engine, and every wish it may have."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from jobdash.engine.clock import Clock
from jobdash.engine.view import View
from jobdash.model.capabilities import Capabilities
from jobdash.model.command import Action, Command, Outcome
from jobdash.model.job import Detail, Job, JobKey
from jobdash.model.queue import QueueStats
from jobdash.model.server import ServerStatus
from jobdash.model.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What changed since the last batch. `jobs` are the keys of jobs whose row may look different now.

    `rows` is True when the order or number of rows changed, so that a list must look again at its window.
    """

    jobs: frozenset[JobKey] = frozenset()
    rows: bool = False
    servers: frozenset[str] = frozenset()
    details: frozenset[JobKey] = frozenset()
    outcomes: tuple[Outcome, ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailView:
    """The heavy part of a job with the age of its reading: monotonic seconds, None while it is being read."""

    detail: Detail | None
    read_at: float | None
    problem: str | None = None


class Monitor:
    """One engine for any number of servers; it runs on one asyncio loop and is not thread-safe."""

    clock: Clock

    async def run(self) -> None:
        """Watches every server until cancelled."""

    def batches(self) -> AsyncIterator[Batch]:
        """News for a screen, gathered, at most about ten a second."""
        raise NotImplementedError

    # what is known; cheap, and never waits

    def servers(self) -> Sequence[ServerView]:
        raise NotImplementedError

    @property
    def view(self) -> View:
        """The rows of the current query."""
        raise NotImplementedError

    @property
    def query(self) -> str:
        raise NotImplementedError

    def set_query(self, text: str) -> None:
        """Narrows the view; raises QueryError and keeps the old one when the text does not parse."""

    def total(self) -> int:
        """All jobs known, whatever the query."""
        raise NotImplementedError

    def job(self, key: JobKey) -> Job | None:
        raise NotImplementedError

    def heard_at(self, key: JobKey) -> float | None:
        """When the server last told anything about this job, as a reading of the monotonic clock."""
        raise NotImplementedError

    def is_stale(self, key: JobKey) -> bool:
        """True when the row of this job can not be trusted to be true now (its server is not live)."""
        raise NotImplementedError

    def is_gone(self, key: JobKey) -> bool:
        """True when the server said that it no longer has this job; the last known row stays."""
        raise NotImplementedError

    def detail(self, key: JobKey) -> DetailView | None:
        raise NotImplementedError

    def outcome(self, key: JobKey) -> Outcome | None:
        """The last command on this job and what became of it."""
        raise NotImplementedError

    def refusal(self, action: Action, key: JobKey) -> str | None:
        """Why this action cannot be asked for now, in one sentence; None when it can."""
        raise NotImplementedError

    # wishes; they return at once, their effects come back as batches

    def look_at(self, key: JobKey | None, visible: Sequence[JobKey] = ()) -> None:
        """The person's eyes: the job under the cursor is read first and in full, the visible ones next."""

    def submit(self, command: Command) -> None:
        """Asks for a change; what becomes of it arrives as outcomes."""

    def refresh(self) -> None:
        """Asks every server now, whatever the pace."""

    def track(self, server: str, ids: Iterable[str]) -> None:
        """Watches these jobs on a server, whether or not it can list."""
