"""What arrives from a server, already understood: one job, a page of jobs, a sign of life, a worthless event."""

from dataclasses import dataclass

from jobdash.model.job import Detail, Job, JobKey
from jobdash.model.queue import QueueStats


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReport:
    """News of one job. `partial` news leaves open what it does not say (a stream often tells only the progress).

    `at` is the server's own time of the news, in seconds since the epoch: the order of events, where it is told.
    `version` is the server's own count of the job's changes, which goes before every time: news of a version that is
    known already was told before.
    `final` says that the source has nothing more to tell of this job. `problems` are sentences about fields that
    could not be understood and were left None; the rest of the news holds.
    """

    job: Job
    partial: bool = False
    detail: Detail | None = None
    at: float | None = None
    version: float | None = None
    queues: tuple[QueueStats, ...] = ()
    final: bool = False
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Page:
    """A part of a listing, newest first; `next` asks for the part after it, `total` counts the whole.

    `beside` asks for what is newest of the next queue, where queues are listed one after the other.
    `at` is the server's own time of the answer, in seconds since the epoch: where a later delta starts from.
    `problems` are sentences about entries that could not be understood and were left out. The very same object as
    before says that nothing has changed.
    """

    reports: tuple[JobReport, ...]
    total: int | None = None
    next: str | None = None
    beside: str | None = None
    queues: tuple[QueueStats, ...] = ()
    problems: tuple[str, ...] = ()
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Pulse:
    """The stream is alive but had no news (a keep-alive comment)."""


@dataclass(frozen=True, slots=True)
class BadEvent:
    """An event that could not be understood; it is counted and skipped, never fatal."""

    problem: str


@dataclass(frozen=True, slots=True)
class StreamError:
    """The server itself said on the stream that something is wrong with this job or stream."""

    message: str
    key: JobKey | None = None


Heard = JobReport | Pulse | BadEvent | StreamError
