"""What is known of one job: the slim record that lists hold by the million, and the heavy rest that one pane holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

from jobdash.model.log import LogLine
from jobdash.model.state import State

Json = Any
"""A decoded JSON value. Nothing is known of its shape until a dialect has looked at it."""


class NoNumber(str):
    """What a server wrote where a number is due and none can be: NaN, Infinity, or one too large, as it was written."""

    __slots__ = ()


class JobKey(NamedTuple):
    """The identity of a job everywhere in jobdash; `id` is unique within `server`."""

    server: str
    id: str

    def __str__(self) -> str:
        return f"{self.server}/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job as its server last described it. None means: the server does not say.

    Times are seconds since the epoch, UTC. `progress` is 0 to 100, `fraction` is (done, total) in the
    server's own unit, `estimated_wait` is in seconds, `attempts` counts the ones begun, `frame` is where the error
    happened in the job's program, where every reading of the job tells it (`parse.py:118 in fetch_page`).
    `overdue` is jobdash's own mark (a deadline has passed); it is never a state.
    """

    key: JobKey
    state: State
    native_state: str
    type: str | None = None
    queue: str | None = None
    label: str | None = None
    progress: float | None = None
    fraction: tuple[float, float] | None = None
    step: str | None = None
    created_at: float | None = None
    started_at: float | None = None
    finished_at: float | None = None
    updated_at: float | None = None
    attempts: int | None = None
    max_attempts: int | None = None
    worker: str | None = None
    priority: str | None = None
    queue_position: int | None = None
    estimated_wait: float | None = None
    error: str | None = None
    frame: str | None = None
    results: tuple[str, ...] = ()
    overdue: bool = False

    @property
    def server(self) -> str:
        return self.key.server

    @property
    def id(self) -> str:
        return self.key.id

    def updated_by(self, news: "Job") -> "Job":
        """This job with everything that a partial report says; what the report leaves open stays as it was."""
        said = {name: value for name in MERGED if (value := getattr(news, name)) not in (None, ())}
        return replace(self, state=news.state, native_state=news.native_state, **said)


MERGED = tuple(f.name for f in fields(Job) if f.name not in ("key", "state", "native_state", "overdue"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One time that a job was begun, as its server tells it. `number` counts from 1, `state` is what it came to.

    Times are seconds since the epoch, UTC; None means: the server does not say.
    """

    number: int | None = None
    state: State | None = None
    worker: str | None = None
    started_at: float | None = None
    finished_at: float | None = None
    error: str | None = None
    traceback: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """The heavy part of a job, held only for jobs that a person looks at.

    `raw` is the server's own answer, untouched; `metrics` are the server's own words and figures, `attempts` those
    that the server tells of, oldest first. `again` is what fields of a form would hold for a job like this one, where
    the answer has it under another name or not at all (None).
    """

    data: Json = None
    result: Json = None
    traceback: str | None = None
    attempts: tuple[Attempt, ...] = ()
    logs: tuple[LogLine, ...] = ()
    metrics: Mapping[str, Json] = field(default_factory=dict)
    raw: Json = None
    again: Mapping[str, Json] = field(default_factory=dict)
