"""What one change of a job means for the figures: it arrived, started, ended; how long it waited and ran."""

from dataclasses import dataclass

from jobdash.model.job import Job
from jobdash.model.state import State
from jobdash.model.swift import swift

JUST_NOW = 120.0
"""A job first seen when it has ended is news only if it ended so many seconds ago at most."""


@dataclass(frozen=True, slots=True)
class Passage:
    """`before` and `after` are states, None where the job is not there. Durations in seconds, None when unknown."""

    before: State | None
    after: State | None
    arrived: bool = False
    started: bool = False
    ended: bool = False
    failed: bool = False
    waited: float | None = None
    ran: float | None = None


_passage = swift(Passage)


def passage(before: Job | None, after: Job | None, *, began: float, now: float, ran: float | None = None) -> Passage:
    """`began` is when watching began, `now` the present, both since the epoch; `ran` is what was seen of its run.

    What a server tells about the past when it is first listed is no news: it has not happened while we looked.
    """
    was, is_now = before.state if before else None, after.state if after else None
    if after is None:
        return _passage(was, None)
    over = is_now in (State.COMPLETED, State.FAILED)
    ended = over and ((was is not None and not was.ended) or (was is None and _fresh(after.finished_at, began, now)))
    started = after.state.active and (
        (was is not None and not was.active) or (was is None and _fresh(after.started_at, began, now))
    )
    return _passage(
        was,
        is_now,
        arrived=was is None and _fresh(after.created_at, began, now),
        started=started or (ended and not (was is not None and was.active)),
        ended=ended,
        failed=ended and is_now is State.FAILED,
        waited=_waited(before, after) if started or ended else None,
        ran=_ran(after, ran) if ended else None,
    )


def waits_since(before: Job | None, after: Job, now: float) -> float:
    """Since when a waiting job has waited; one that was in another state before waits only since then."""
    if before is not None and before.state is not after.state:
        return now
    return min(now, after.created_at) if after.created_at is not None else now


def _fresh(at: float | None, began: float, now: float) -> bool:
    return at is not None and at >= began and now - at <= JUST_NOW


def _waited(before: Job | None, after: Job) -> float | None:
    """The first attempt only: nobody tells when a later one began to wait. Counted once, when the start is told."""
    told_before = before is not None and before.started_at is not None
    if told_before or after.started_at is None or after.created_at is None or (after.attempts or 1) > 1:
        return None
    return after.started_at - after.created_at


def _ran(after: Job, seen: float | None) -> float | None:
    if after.started_at is not None and after.finished_at is not None:
        return after.finished_at - after.started_at
    return seen
