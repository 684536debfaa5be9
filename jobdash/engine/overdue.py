"""Marks the jobs that take longer than they may. When that is, follows from each server's own deadline."""

from collections.abc import Callable, Mapping

from jobdash.engine.board import Ask
from jobdash.engine.clock import Clock, next_beat
from jobdash.engine.deadlines import Deadlines
from jobdash.engine.known import Known
from jobdash.engine.store import Change
from jobdash.model.job import Job

LOOK = 1.0
"""Seconds between two looks."""

LOOK_AGAIN = 5.0
"""Seconds until a job whose deadline passed while its server was not live is looked at again."""


class Overdue:
    """Keeps a deadline for every job that has not ended. `allowed` gives a server's deadline, in seconds, by name.

    A job that may have ended long ago, because its server is not live, is `unsure` and not called late.
    """

    def __init__(
        self, known: Known, clock: Clock, allowed: Mapping[str, Callable[[], float | None]], unsure: Ask
    ) -> None:
        self._known = known
        self._unsure = unsure
        self._clock = clock
        self._allowed = allowed
        self._deadlines = Deadlines()
        known.listeners.append(self.noticed)

    def noticed(self, change: Change) -> None:
        """Sets or drops the deadline of a job that changed."""
        job = change.after
        if job is None or job.state.ended or self._known.is_gone(job.key):
            self._deadlines.drop(change.key)
            return
        allowed = self._allowed.get(job.key.server)
        seconds = allowed() if allowed is not None else None
        if seconds is not None:
            self._set(job, seconds)

    async def run(self) -> None:
        """Looks again and again, until cancelled."""
        while True:
            await next_beat(self._clock, LOOK)
            self.look()

    def look(self) -> None:
        """Marks what has become overdue since the last look."""
        for key in self._deadlines.passed(self._clock.now()):
            if self._unsure(key):
                self._deadlines.set(key, self._clock.now() + LOOK_AGAIN)
            else:
                self._known.overdue(key, "taking longer than expected")
        self._known.late_notices.tell()

    def _set(self, job: Job, seconds: float) -> None:
        began = job.started_at or job.created_at
        if began is None:
            if job.key not in self._deadlines:
                self._deadlines.set(job.key, self._clock.now() + seconds)
            return
        moved = self._deadlines.set(job.key, began + seconds)
        if moved and job.overdue and began + seconds > self._clock.now():
            self._known.changed(self._known.store.mark(job.key, overdue=False))
