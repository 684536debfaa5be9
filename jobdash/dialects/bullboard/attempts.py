"""The attempts of a job of BullMQ: a stack trace for each that failed, and the times of the last one only."""

from collections.abc import Iterator
from dataclasses import replace

from jobdash.dialects._reading import moment
from jobdash.dialects.bullboard.wire import BullJob
from jobdash.model.job import Attempt
from jobdash.model.state import State


def attempts_of(job: BullJob, status: str | None) -> Iterator[Attempt]:
    """Oldest first, nothing for a job that never failed. Only the last traces are kept: numbers count from the end."""
    ended, traces = job.attempts or 0, (job.stacktrace or [])[::-1]
    done, now = status == "completed", status == "active"
    first = ended - done - len(traces) + 1
    last = Attempt(worker=job.processedBy, started_at=moment(job.processedOn, 0.001))
    finished = moment(job.finishedOn, 0.001)
    for number, trace in enumerate(traces, first):
        told = last if number == ended and not now else Attempt()
        yield replace(
            told,
            number=number if first > 0 else None,
            state=State.FAILED,
            finished_at=finished if told is last and status == "failed" else None,
            error=trace.split("\n", 1)[0],
            traceback=trace,
        )
    if traces and done:
        yield replace(last, number=ended, state=State.COMPLETED, finished_at=finished)
    if traces and now:
        yield replace(last, number=ended + 1, state=State.RUNNING)
