"""The job of each type that ended well last: what one that failed is compared with."""

from jobdash.engine.store import Change
from jobdash.model.job import Job, JobKey
from jobdash.model.state import State

MOST_TYPES = 2_000
KEPT = 8
"""So many of each type, because the last may be deleted, or begin anew."""

Kind = tuple[str, str | None]
"""A server and a type of job."""


class LastGood:
    """Listens to the store."""

    def __init__(self) -> None:
        self._known: dict[Kind, dict[JobKey, float]] = {}

    def noticed(self, change: Change) -> None:
        before, job = change.before, change.after
        if before is not None and (job is None or job.state is not State.COMPLETED or job.type != before.type):
            self._leaves(change.key, (before.server, before.type))
        if job is None or job.state is not State.COMPLETED:
            return
        known = self._known.get((job.server, job.type))
        if known is None:
            if len(self._known) >= MOST_TYPES:
                return
            known = self._known[job.server, job.type] = {}
        known[job.key] = job.finished_at or job.updated_at or 0.0
        if len(known) > KEPT:
            del known[min(known, key=known.__getitem__)]

    def _leaves(self, key: JobKey, kind: Kind) -> None:
        """A kind of which no job is left makes room for another."""
        known = self._known.get(kind)
        if known is not None and known.pop(key, None) is not None and not known:
            del self._known[kind]

    def like(self, job: Job) -> JobKey | None:
        """The last one of the same server and type, None when there is none but the job itself."""
        known = self._known.get((job.server, job.type), {})
        return max((key for key in known if key != job.key), key=known.__getitem__, default=None)
