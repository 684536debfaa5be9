"""What was seen of the jobs that moved while jobdash looked on: their turns from state to state, and their progress.

Kept for so many jobs that move; where there is no room, a job that just goes on gets none until one of them stands
still. Of what happened before, only the job's own times tell.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from jobdash.engine.clock import Clock
from jobdash.engine.store import Change
from jobdash.model.job import Job, JobKey
from jobdash.model.state import State
from jobdash.model.swift import swift

MOST_JOBS = 5_000
MOST_TURNS = 64
MOST_SAMPLES = 48

Sample = tuple[float, float]
"""Seconds since the epoch, and the progress from 0 to 100 that was told then."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The job entered `state` at `at`, seconds since the epoch, in this attempt."""

    at: float
    state: State
    attempt: int | None
    worker: str | None
    error: str | None


_made = swift(Turn)


@dataclass(slots=True)
class History:
    """Oldest first."""

    turns: list[Turn] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    moved: bool = False


class Histories:
    """Listens to the store."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: OrderedDict[JobKey, History] = OrderedDict()

    def of(self, key: JobKey) -> History | None:
        return self._known.get(key)

    def samples(self, key: JobKey) -> Sequence[Sample]:
        """The progress of the attempt under way."""
        history = self._known.get(key)
        return history.samples if history is not None else ()

    def noticed(self, change: Change) -> None:
        """One change of the store."""
        before, job = change.before, change.after
        if job is None:
            self._known.pop(change.key, None)
            return
        turned = not change.of_progress and (
            before is not None and (before.state is not job.state or before.attempts != job.attempts)
        )
        moved = job.state.active and job.progress is not None and (before is None or before.progress != job.progress)
        if not turned and not moved:
            return
        history = self._of(change.key, wanted=turned)
        if history is None:
            return
        now = self._clock.now()
        if turned and before is not None:
            if not history.turns:
                began = before.started_at if before.state.active else before.created_at
                history.turns.append(_turn(began if began is not None else now, before))
            history.turns.append(_turn(now, job))
            del history.turns[:-MOST_TURNS]
            if not job.state.active or before.attempts != job.attempts:
                history.samples.clear()
        if moved and job.progress is not None:
            if history.samples and job.progress < history.samples[-1][1]:
                history.samples.clear()
            history.samples.append((now, job.progress))
            if len(history.samples) > MOST_SAMPLES:
                del history.samples[0]

    def _of(self, key: JobKey, *, wanted: bool) -> History | None:
        """The history of a job; None where there is no room for one that has none and is not `wanted`."""
        history = self._known.get(key)
        if history is None:
            while len(self._known) >= MOST_JOBS:
                if not self._make_room() and not wanted:
                    return None
            history = self._known[key] = History()
        history.moved = True
        return history

    def _make_room(self) -> bool:
        """The oldest leaves; False when it has moved since it was last looked at here, and waits for its next turn."""
        key, history = next(iter(self._known.items()))
        if history.moved:
            history.moved = False
            self._known.move_to_end(key)
            return False
        del self._known[key]
        return True


def _turn(at: float, job: Job) -> Turn:
    return _made(at, job.state, job.attempts, job.worker, job.error)
