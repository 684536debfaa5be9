"""What a feed reports to: the side of the engine that faces the servers."""

from typing import Protocol

from jobdash.engine.budget import Want
from jobdash.model.job import Job, JobKey
from jobdash.model.queue import QueueStats
from jobdash.model.report import JobReport


class Desk(Protocol):
    """Takes news in and answers what is known and wanted; nothing here waits."""

    def report(self, report: JobReport, *, asked_at: float | None = None, alone: bool = True) -> bool:
        """News of one job; `alone` is False when it came as one row of a listing. True when the job was not known."""

    def gone(self, key: JobKey) -> None:
        """The server said that it does not have this job (any more)."""

    def unreadable(self, key: JobKey, problem: str) -> None:
        """This one job could not be read, though its server answers."""

    def overdue(self, key: JobKey, why: str) -> None:
        """This job takes longer than it may; `why` is said behind its name."""

    def queues(self, server: str, queues: tuple[QueueStats, ...]) -> None:
        """The server's own word about its queues."""

    def status_changed(self, server: str) -> None:
        """The server's line looks different now."""

    def job(self, key: JobKey) -> Job | None:
        """The job as it is known."""

    def is_gone(self, key: JobKey) -> bool:
        """True when the server said that it no longer has this job."""

    def is_doubtful(self, key: JobKey) -> bool:
        """True when the last word about this job was that it is gone, or no word at all."""

    def is_disputed(self, key: JobKey) -> bool:
        """True when the last that was told of this job was older than what is known of it, and was not taken."""

    def want(self, key: JobKey) -> Want:
        """How much a person wants to know about this job right now."""
