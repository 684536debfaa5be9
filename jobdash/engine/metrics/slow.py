"""The running jobs of a server that somebody should look at: those that stopped moving, and those that run too long."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from jobdash.engine.metrics.metrics import Metrics
from jobdash.engine.metrics.moving import Course
from jobdash.engine.metrics.place import Place
from jobdash.model.job import Job, JobKey
from jobdash.model.state import State

FEWEST_RUNS = 20
"""So many jobs of a type must have ended before its 99th percentile means anything."""

PIECE = 400

MARGIN = 1.5
GRACE = 10.0
"""One job in a hundred runs longer than the 99th percentile: only what runs much longer is worth a word."""


@dataclass(frozen=True, slots=True)
class Slow:
    """Jobs of one server."""

    stalled: tuple[JobKey, ...] = ()
    overlong: tuple[JobKey, ...] = ()


def slow(
    server: str, metrics: Metrics, get: Callable[[JobKey], Job | None], now: float, wall: float
) -> Iterator[Slow | None]:
    """Looks at every running job, in pieces of less than a millisecond; what was found comes last.

    One that tells of steps and goes on doing so is slow, but well. Most are: their jobs are not even looked up, which
    takes longer than all the rest.
    """
    heard, timed = metrics.moving.heard(server, now), _timed(server, metrics)
    stalled, overlong = [], []
    usual: dict[str | None, float | None] = {None: None}
    for number, course in enumerate(metrics.moving.courses(server), 1):
        if (course.stalled(heard) if course.tells else timed) and metrics.moving.goes_on(course):
            job = get(course.key)
            if job is not None and job.state is State.RUNNING:
                if job.type not in usual:
                    usual[job.type] = _usual(metrics, Place(server, "", job.type or ""), now)
                if course.tells:
                    stalled.append(course.key)
                elif _overlong(job, course, usual[job.type], heard, wall):
                    overlong.append(course.key)
        if number % PIECE == 0:
            yield None
    yield Slow(tuple(stalled), tuple(overlong))


def _timed(server: str, metrics: Metrics) -> bool:
    """Whether of any type so many jobs have ended that one of it can be seen to run too long."""
    return any(place.type and len(metrics.meters[place].runs) >= FEWEST_RUNS for place in metrics.places(server))


def _overlong(job: Job, course: Course, usual: float | None, heard: float, wall: float) -> bool:
    runs = wall - job.started_at if job.started_at is not None else heard - course.since
    return usual is not None and runs > usual * MARGIN + GRACE


def _usual(metrics: Metrics, type: Place, now: float) -> float | None:
    meter = metrics.meters.get(type) if type.type else None
    if meter is None or len(meter.runs) < FEWEST_RUNS:
        return None
    known = meter.runs.percentiles(now)
    return known[2] if known is not None else None
