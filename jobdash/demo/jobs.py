"""The job record: what was ordered, how far it is, how it ended. No behaviour beyond reading it.

A `Job` is frozen; the book replaces it on every change, so whoever holds one holds a consistent picture.
Times are seconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

HIGH, NORMAL, LOW = 1, 5, 9
"""Priorities: the smaller number is served first."""


class State(StrEnum):
    """The engine's own states; each face translates them into its document's words."""

    SCHEDULED = "scheduled"  # waits for a moment that was asked for
    PENDING = "pending"  # waits for a worker
    RUNNING = "running"
    RETRYING = "retrying"  # failed, waits for its next attempt
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


WAITING = frozenset({State.SCHEDULED, State.PENDING, State.RETRYING})
FINISHED = frozenset({State.COMPLETED, State.FAILED, State.CANCELLED})


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks for. `submission` is what a face must say again later (buckets, webhook, ...)."""

    face: str
    queue: str
    kind: str
    params: Mapping[str, object] = field(default_factory=dict)
    label: str = ""
    priority: int = NORMAL
    delay: float = 0.0
    max_attempts: int = 3
    submission: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """One job at one moment. `version` grows with every change that a person could see."""

    id: str
    order: Order
    state: State
    created_at: float
    updated_at: float
    version: int = 0
    ready_at: float = 0.0
    heartbeat_at: float = 0.0
    started_at: float | None = None
    finished_at: float | None = None
    worker: str | None = None
    attempts: int = 0
    done: int = 0
    total: int = 0
    step: str = "Waiting for a worker"
    skipped: int = 0
    logs: tuple[str, ...] = ()
    error: str | None = None
    traceback: str | None = None
    result: Mapping[str, object] | None = None
    files: tuple[str, ...] = ()

    @property
    def finished(self) -> bool:
        """True when no worker will touch the job again, unless it is restarted."""
        return self.state in FINISHED

    @property
    def progress(self) -> float:
        """Per cent of the items that are done, 0 to 100."""
        if self.state is State.COMPLETED:
            return 100.0
        return round(100.0 * self.done / self.total, 1) if self.total else 0.0

    @property
    def turn(self) -> tuple[int, float, str]:
        """The sort key of a queue: priority first, then age."""
        return (self.order.priority, self.created_at, self.id)

    def seconds_spent(self, now: float) -> float:
        """Seconds between the first start and the end, or `now` while it runs."""
        if self.started_at is None:
            return 0.0
        return max(0.0, (self.finished_at or now) - self.started_at)
