"""The ten states a job can be in, whatever its server calls them. No texts or colours: see tui/presentation."""

from enum import StrEnum
from functools import cached_property


class State(StrEnum):
    """One vocabulary for every kind of server; the server's own word travels beside it as `native_state`."""

    SCHEDULED = "scheduled"
    PENDING = "pending"
    RUNNING = "running"
    PAUSED = "paused"
    RETRYING = "retrying"
    STUCK = "stuck"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @cached_property  # asked a dozen times for every event of every stream
    def ended(self) -> bool:
        """True when nothing more will happen by itself."""
        return self in ENDED

    @cached_property
    def active(self) -> bool:
        """True when a worker has the job, so that it can change at any moment."""
        return self in ACTIVE


ENDED = frozenset({State.COMPLETED, State.FAILED, State.CANCELLED})
ACTIVE = frozenset({State.RUNNING, State.RETRYING, State.STUCK})
