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

    `ahead` is by how many seconds a server's clock, by which its jobs are dated, is ahead of ours. A job that may have
    ended long ago, because its server is not live, is `unsure` and not called late.
    """

    def __init__(
        self,
        known: Known,
        clock: Clock,
        allowed: Mapping[str, Callable[[], float | None]],
        unsure: Ask,
        ahead: Callable[[str], float] = lambda server: 0.0,
    ) -> None:
        self._known = known
        self._unsure = unsure
        self._clock = clock
        self._allowed = allowed
        self._ahead = ahead
        self._deadlines = Deadlines()
        known.listeners.append(self.noticed)

    def noticed(self, change: Change) -> None:
        """Sets or drops the deadline of a job that changed."""
        job = change.after
        if job is None or job.state.ended or self._known.is_gone(job.key):
            self._deadlines.drop(change.key)
        else:
            self._set(job)

    async def run(self) -> None:
        """Looks again and again, until cancelled."""
        while True:
            await next_beat(self._clock, LOOK)
            self.look()

    def look(self) -> None:
        """Marks what has become overdue since the last look."""
        for key in self._deadlines.passed(self._clock.now()):
            job = self._known.job(key)
            if self._unsure(key):
                self._deadlines.set(key, self._clock.now() + LOOK_AGAIN)
            elif job is not None and (due := self._due(job)) is not None and due > self._clock.now():
                self._deadlines.set(key, due)  # its server's clock was set since
            else:
                self._known.overdue(key, "taking longer than expected")
        self._known.late_notices.tell()

    def _set(self, job: Job) -> None:
        if (seconds := self._seconds(job)) is None:
            return
        if (due := self._due(job)) is None:
            if job.key not in self._deadlines:
                self._deadlines.set(job.key, self._clock.now() + seconds)
            return
        moved = self._deadlines.set(job.key, due)
        if moved and job.overdue and due > self._clock.now():
            self._known.changed(self._known.store.mark(job.key, overdue=False))

    def _seconds(self, job: Job) -> float | None:
        """How long it may take; None where nothing is said."""
        allowed = self._allowed.get(job.key.server)
        return allowed() if allowed is not None else None

    def _due(self, job: Job) -> float | None:
        """When it is late, by our clock; None where that is not said, or not since when it goes on."""
        began, seconds = job.started_at or job.created_at, self._seconds(job)
        return None if began is None or seconds is None else began + seconds - self._ahead(job.key.server)
