"""The queues: which exist, and pure answers about the jobs in one (who is next, where am I, how long).

A queue is an order over the book's records, not a container: there is nothing to keep in step.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jobdash.demo.jobs import WAITING, Job, State


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue of one face and the number of workers that serve it."""

    name: str
    face: str
    workers: int


QUEUES = (
    Queue("documents", "compileo", 3),
    Queue("crawl", "jobstatus", 3),
    Queue("previews", "filelens", 2),
    Queue("images", "mend", 2),
    Queue("media", "mend", 1),
    Queue("index", "pollapi", 2),
)


def queue_named(name: str) -> Queue:
    """The queue with this name; KeyError when there is none."""
    return {queue.name: queue for queue in QUEUES}[name]


def default_queue(face: str) -> Queue:
    """The queue a face's jobs enter when nobody says which; KeyError for an unknown face."""
    return {queue.face: queue for queue in reversed(QUEUES)}[face]


def waiting(jobs: Iterable[Job], now: float) -> list[Job]:
    """The jobs that wait for a worker, in the order they will be served, then those that wait for a moment."""
    return sorted(
        (job for job in jobs if job.state in WAITING),
        key=lambda job: (max(job.ready_at - now, 0.0), *job.turn),
    )


def next_due(jobs: Iterable[Job], now: float) -> Job | None:
    """The job a free worker should take now."""
    due = (job for job in jobs if job.state in WAITING and job.ready_at <= now)
    return min(due, key=lambda job: job.turn, default=None)


def seconds_to_next(jobs: Iterable[Job], now: float) -> float | None:
    """Seconds until a scheduled or retrying job falls due; None when there is none."""
    moments = [job.ready_at - now for job in jobs if job.state in WAITING and job.ready_at > now]
    return min(moments, default=None)


def position(jobs: Iterable[Job], job_id: str, now: float) -> int | None:
    """1 for the job that is next, None for one that does not wait."""
    ids = [job.id for job in waiting(jobs, now)]
    return ids.index(job_id) + 1 if job_id in ids else None


def estimated_wait(jobs: list[Job], place: int, workers: int) -> int:
    """Seconds a job at `place` will wait, from how long the finished jobs of its queue took."""
    spent = [job.seconds_spent(0.0) for job in jobs if job.state is State.COMPLETED]
    typical = sum(spent) / len(spent) if spent else 10.0
    return max(1, round(typical * place / workers))
