"""What a server says of its queues and workers. None means unknown, which is never the same as zero."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStats:
    """Counts of one queue, or of the whole server when `name` is empty; memory in megabytes, CPU in percent.

    `health` and `notes` are the server's own words about itself.
    """

    name: str = ""
    depth: int | None = None
    running: int | None = None
    scheduled: int | None = None
    retrying: int | None = None
    completed: int | None = None
    failed: int | None = None
    cancelled: int | None = None
    total: int | None = None
    paused: bool | None = None
    workers: int | None = None
    cpu_percent: float | None = None
    memory_mb: float | None = None
    health: str | None = None
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One worker; `heartbeat_at` is seconds since the epoch, UTC."""

    name: str
    state: str | None = None
    queues: tuple[str, ...] = ()
    job: str | None = None
    heartbeat_at: float | None = None
    alive: bool | None = None
