"""The one table of what can be asked of a job: queries, sorting, columns, groups and completion all read it.

A row is all that a new field needs. Values inside the heavy part of a job (`data.x.y`) are in `paths.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from operator import attrgetter
from typing import Any

from jobdash.engine.fingerprint import id_of_job
from jobdash.model.job import Job

Interval = tuple[float, float | None]
"""From when until when, in seconds since the epoch; None while it is still going on."""


class Kind(StrEnum):
    """What a value is, and so how it is written and compared."""

    TEXT = "text"
    STATE = "state"
    NUMBER = "number"
    DURATION = "duration"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that can be asked of a job; exactly one of `get` and `interval` is there.

    `get` gives a text, a number, seconds (DURATION) or seconds since the epoch (TIME). `interval` is for durations
    that may still be growing. `prose` is text that is looked into rather than compared as a whole; `searched` is
    looked into by words that name no field; `few` has few values, repeated by many jobs; an `endless` interval grows
    for as long as it is there, for all jobs alike.
    """

    name: str
    kind: Kind
    doc: str
    get: Callable[[Job], Any] | None = None
    interval: Callable[[Job], Interval | None] | None = None
    aliases: tuple[str, ...] = ()
    prose: bool = False
    searched: bool = False
    few: bool = False
    endless: bool = False

    def value(self, job: Job, now: float) -> Any:
        """The value at `now`, None where the server does not say."""
        if self.get is not None:
            return self.get(job)
        span = self.interval(job) if self.interval is not None else None
        return None if span is None else (now if span[1] is None else span[1]) - span[0]


def _age(job: Job) -> Interval | None:
    return None if job.created_at is None else (job.created_at, None)


def _runtime(job: Job) -> Interval | None:
    return None if job.started_at is None else _until_ended(job, job.started_at)


def _wait(job: Job) -> Interval | None:
    if job.created_at is None:
        return None
    return (job.created_at, job.started_at) if job.started_at is not None else _until_ended(job, job.created_at)


def _idle(job: Job) -> Interval | None:
    return None if job.updated_at is None or job.state.ended else (job.updated_at, None)


def since(job: Job) -> float | None:
    """When the job entered the state it is in, as far as can be told: its end, its start, or its birth."""
    if job.state.ended:
        told = (job.finished_at, job.updated_at, job.started_at, job.created_at)
    elif job.state.active:
        told = (job.started_at, job.created_at, job.updated_at, None)
    else:
        told = (job.created_at, job.updated_at, None, None)
    return next((at for at in told if at is not None), None)


def _until_ended(job: Job, start: float) -> Interval | None:
    end = job.finished_at
    if end is None and job.state.ended:
        end = job.updated_at
        if end is None:
            return None
    return start, end


def _attribute(
    name: str,
    kind: Kind,
    doc: str,
    *aliases: str,
    of: str | None = None,
    prose: bool = False,
    searched: bool = False,
    few: bool = False,
) -> Field:
    get = attrgetter(of or name)
    return Field(name=name, kind=kind, doc=doc, aliases=aliases, get=get, prose=prose, searched=searched, few=few)


FIELDS: tuple[Field, ...] = (
    _attribute("state", Kind.STATE, "failed, running ... or the server's own word", few=True),
    _attribute("native_state", Kind.TEXT, "the server's own word for the state", searched=True, few=True),
    _attribute("server", Kind.TEXT, "the server's name", of="key.server", searched=True, few=True),
    _attribute("id", Kind.TEXT, "the job's id", of="key.id", searched=True),
    _attribute("type", Kind.TEXT, "what kind of work", "kind", searched=True, few=True),
    _attribute("queue", Kind.TEXT, "the queue it waits in", searched=True, few=True),
    _attribute("label", Kind.TEXT, "its name, where it has one", "name", prose=True, searched=True),
    _attribute("worker", Kind.TEXT, "who works on it", searched=True, few=True),
    _attribute("priority", Kind.TEXT, "the server's own word for how urgent it is", few=True),
    _attribute("progress", Kind.NUMBER, "0 to 100"),
    _attribute("step", Kind.TEXT, "what it is doing", prose=True, searched=True),
    _attribute("error", Kind.TEXT, "why it failed", prose=True, searched=True),
    Field(name="fingerprint", kind=Kind.TEXT, doc="the errors that are alike, see e", get=id_of_job, few=True),
    _attribute("attempts", Kind.NUMBER, "attempts begun", "attempt"),
    _attribute("max_attempts", Kind.NUMBER, "attempts allowed"),
    _attribute("queue_position", Kind.NUMBER, "its place in the queue", "position"),
    _attribute("estimated_wait", Kind.DURATION, "how long it will still wait, says the server", "estimated_wait_s"),
    Field(
        name="age", kind=Kind.DURATION, doc="time since it was created", interval=_age, aliases=("age_s",), endless=True
    ),
    Field(name="runtime", kind=Kind.DURATION, doc="time since it was started, or that it took", interval=_runtime),
    Field(name="wait", kind=Kind.DURATION, doc="time between created and started", interval=_wait, aliases=("waited",)),
    Field(
        name="idle",
        kind=Kind.DURATION,
        doc="time since its last news, while it has not ended",
        interval=_idle,
        endless=True,
    ),
    Field(name="since", kind=Kind.TIME, doc="since when it is in its state: its end, start or birth", get=since),
    _attribute("created", Kind.TIME, "when it was created", "created_at", of="created_at"),
    _attribute("started", Kind.TIME, "when it was started", "started_at", of="started_at"),
    _attribute("finished", Kind.TIME, "when it ended", "finished_at", of="finished_at"),
    _attribute("updated", Kind.TIME, "when its server last changed it", "updated_at", of="updated_at"),
)

BY_NAME = {name: field for field in FIELDS for name in (field.name, *field.aliases)}
SEARCHED = tuple(field for field in FIELDS if field.searched)


def find(name: str) -> Field | None:
    """The field of this name or alias, in upper or lower case."""
    return BY_NAME.get(name.lower())


def nearest(name: str) -> str | None:
    """The field that somebody who wrote `name` may have meant."""
    close = get_close_matches(name.lower(), BY_NAME, n=1, cutoff=0.6)
    return BY_NAME[close[0]].name if close else None
