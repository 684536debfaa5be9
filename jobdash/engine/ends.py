"""When jobs ended: by their server's word, else by when that was seen here. What results are old by."""

from jobdash.engine.clock import Clock
from jobdash.engine.known import Known
from jobdash.engine.store import Change
from jobdash.model.job import JobKey


class Ends:
    """Remembers when a job was first seen to have ended; times are seconds since the epoch."""

    def __init__(self, known: Known, clock: Clock) -> None:
        self._known = known
        self._clock = clock
        self._seen: dict[JobKey, float] = {}
        known.listeners.append(self._noticed)

    def at(self, key: JobKey) -> float | None:
        """When this job ended, at the latest; None while it has not."""
        job = self._known.store.get(key)
        if job is None or not job.state.ended:
            return None
        return self._seen.get(key) if job.finished_at is None else job.finished_at

    def _noticed(self, change: Change) -> None:
        job = change.after
        if job is None or not job.state.ended:
            self._seen.pop(change.key, None)
        elif job.finished_at is None:
            self._seen.setdefault(change.key, self._clock.now())
