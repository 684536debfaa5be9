"""The job of each type that ended well last: what one that failed is compared with."""

from jobdash.engine.store import Change
from jobdash.model.job import Job, JobKey
from jobdash.model.state import State

MOST_TYPES = 2_000

Kind = tuple[str, str | None]
"""A server and a type of job."""


class LastGood:
    """Listens to the store."""

    def __init__(self) -> None:
        self._known: dict[Kind, tuple[float, JobKey]] = {}

    def noticed(self, change: Change) -> None:
        job = change.after
        if job is None or job.state is not State.COMPLETED:
            return
        kind = (job.server, job.type)
        at = job.finished_at or job.updated_at or 0.0
        known = self._known.get(kind)
        if (known is None and len(self._known) < MOST_TYPES) or (known is not None and at >= known[0]):
            self._known[kind] = (at, job.key)

    def like(self, job: Job) -> JobKey | None:
        """The last one of the same server and type, None when there is none but the job itself."""
        known = self._known.get((job.server, job.type))
        return known[1] if known is not None and known[1] != job.key else None
