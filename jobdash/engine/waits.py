"""Waiting for many jobs at once: told when the last of them has ended, and how each did. It watches nothing itself."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from jobdash.engine.known import Known
from jobdash.engine.store import Change
from jobdash.model.job import Job, JobKey
from jobdash.model.state import State

ENDS: Final = (State.COMPLETED, State.FAILED, State.CANCELLED)
NAMED: Final = 3
"""So many of those that did not go well are named."""


class Waits:
    """One set of jobs at a time; a job that is gone counts as over, and never holds up the others."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._left: set[JobKey] = set()
        self._ended: dict[JobKey, Job | None] = {}
        known.listeners.append(self._noticed)

    @property
    def told(self) -> str:
        """`2 of 5 have ended`; empty while nothing is waited for."""
        return f"{len(self._ended):,} of {len(self._ended) + len(self._left):,} have ended" if self._left else ""

    def start(self, keys: Iterable[JobKey]) -> None:
        """Waits for these jobs, and for no others any more."""
        self._left, self._ended = set(keys), {}
        for key in list(self._left):
            self._look(key, self._known.store.get(key))
        self._tell()

    def stop(self) -> None:
        """Waits no more."""
        self._left, self._ended = set(), {}

    def _noticed(self, change: Change) -> None:
        if change.key in self._left:
            self._look(change.key, change.after)
            self._tell()

    def _look(self, key: JobKey, job: Job | None) -> None:
        if job is None or job.state.ended or self._known.is_gone(key):
            self._left.discard(key)
            self._ended[key] = job if job is not None and job.state.ended else None

    def _tell(self) -> None:
        if self._left or not self._ended:
            return
        self._known.gather.notice(_summary(self._ended))
        self._ended = {}


def _summary(ended: dict[JobKey, Job | None]) -> str:
    """`all 3 jobs have ended: 2 completed, 1 failed, 0 cancelled; docs/abc: no such file`."""
    states = Counter(job.state for job in ended.values() if job is not None)
    parts = [f"{states[state]:,} {state}" for state in ENDS]
    if lost := sum(job is None for job in ended.values()):
        parts.append(f"{lost:,} no longer there")
    bad = [job for job in ended.values() if job is not None and job.state is not State.COMPLETED]
    whys = [f"{job.key}: {(job.error or str(job.state)).splitlines()[0]}" for job in bad[:NAMED]]
    whys += [f"and {len(bad) - NAMED:,} more"] if len(bad) > NAMED else []
    head = "the job has ended" if len(ended) == 1 else f"all {len(ended):,} jobs have ended"
    return "; ".join([f"{head}: {', '.join(parts)}", *whys])
