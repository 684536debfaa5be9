"""The tables that say where to ask: one job, a listing, streams, a long poll, logs, queues, workers."""

from typing import Any, Literal

from pydantic import Field as Key
from pydantic import model_validator

from jobdash.dialects.mapping import fields as f
from jobdash.dialects.mapping.tables import JobTable, LogTable, QueueTable, WorkerTable
from jobdash.dialects.mapping.words import Expression, Path, Query, Seconds, Table


class Source(Table):
    """What every source has."""

    path: Path | None = None
    """Below `base`; below the server's URL when it begins with `//`. None: only where a person's config gives it."""
    query: Query = Key(default_factory=dict)
    """Parameters sent every time; texts may hold the same places as the path."""


class AnswerTable(Source):
    """An answer that holds one job or many."""

    item: Expression = "@"
    """Where the job lies in the answer."""
    at: f.Time | None = None
    """The server's own time of the answer."""
    queue: QueueTable | None = None
    """Queue counts that come with the answer."""


class GetTable(AnswerTable):
    """Everything of one job."""

    absent: Expression | None = None
    """True in an answer that says, with a status that means success, that there is no such job."""


class SinceTable(Table):
    """How to ask a listing only for the jobs that have changed since a time."""

    param: str = Key(min_length=1)
    """The parameter that holds the time."""
    unit: Literal["iso", "s", "ms"] = "iso"
    """How it is written: ISO 8601 in UTC, or seconds or milliseconds since 1970."""
    field: Literal["updated_at", "finished_at", "started_at", "created_at"] = "updated_at"
    """Which of a job's times the server compares with it. Only `updated_at` tells of every change."""
    told: Expression | None = None
    """True in an answer that did as it was asked; without it the answer is believed."""


class ListTable(AnswerTable):
    """A listing of jobs, newest first."""

    item: Expression = "@"
    """Where the job lies in an entry of `items`."""
    items: Expression = "@"
    """The list of jobs in the answer."""
    total: f.Count | None = None
    """How many there are in all."""
    paging: Literal["none", "page", "offset", "cursor", "link"] = "none"
    """How to ask for the next part."""
    page_param: str = "page"
    """The parameter that holds the page number."""
    first_page: int = Key(default=1, ge=0)
    """The number of the first page."""
    offset_param: str = "offset"
    """The parameter that holds how many jobs to skip."""
    cursor_param: str = "cursor"
    """The parameter that holds the cursor."""
    next: Expression | None = None
    """The next cursor, or the next address, in the answer. `paging = "link"` without it reads the `Link` header."""
    size_param: str | None = None
    """The parameter that holds how many jobs to send at once."""
    size: int = Key(default=100, ge=1, le=10_000)
    """How many jobs to ask for at once."""
    size_told: f.Count | None = None
    """How many jobs at most the server really sends, where it says so: servers cut large sizes silently."""
    state_param: str | None = None
    """The parameter that narrows the listing to one of the server's own states: a long one begins with what lives."""
    since: SinceTable | None = None
    """How to ask only for what has changed, where the server can."""
    queues: list[str] = Key(default_factory=list)
    """With `{queue}` in the path: the queues to list, one after the other; empty: those that `[queues]` names."""
    job: JobTable | None = None
    """Fields that lie elsewhere in a listing than `[job]` says."""


class StreamTable(Source):
    """Server-sent events about one job, or, as `[feed]`, about all of them."""

    item: Expression = "@"
    """Where the job lies in an event's JSON."""
    at: f.Time | None = None
    """The server's own time of the event."""
    error: Expression | None = None
    """Where an event says that something is wrong; the stream ends there."""
    events: list[str] = Key(default_factory=list)
    """Event names that tell of jobs; empty: all. Others are signs of life."""
    ignore: list[str] = Key(default=["ping", "heartbeat", "keepalive", "keep-alive"])
    """Event names that are signs of life."""
    whole: bool = False
    """True when an event tells everything of a job; otherwise what it leaves open stays as it was."""
    job: JobTable | None = None
    """Fields that lie elsewhere in an event than `[job]` says."""


class LongPollTable(Source):
    """A question that the server answers only when the job's state differs, or after a while."""

    item: Expression | None = None
    """Where the job lies in the answer; as in `[get]` when not said."""
    timeout_param: str | None = None
    """The parameter that holds how long the server may wait."""
    unit: Literal["s", "ms"] = "s"
    """What that parameter counts."""
    min: float = Key(default=1, gt=0)
    """The shortest wait that the server allows, in seconds."""
    max: float = Key(default=60, gt=0)
    """The longest wait that the server allows, in seconds."""
    state_param: str | None = None
    """The parameter that holds the state that is known already."""


class LogsTable(Source):
    """The log lines of a job: at a path of their own, or inside the answer about the job."""

    at: Expression | None = None
    """Where the lines lie in the job, when there is no path of their own."""
    items: Expression = "@"
    """Where the lines lie in the answer of the path."""
    line: LogTable = LogTable()
    """Fields of a line that is an object."""


class QueuesTable(QueueTable):
    """The statistics of the server's queues."""

    path: Path | None = None
    """As in every source."""
    query: Query = Key(default_factory=dict)
    """As in every source."""


class WorkersTable(Source):
    """The workers of the server."""

    items: Expression = "@"
    """The list of workers in the answer."""
    worker: WorkerTable
    """Fields of a worker."""


class WebhookTable(Table):
    """What the server sends by itself to an address that it was given."""

    item: Expression = "@"
    """Where the job lies in a delivery."""
    at: f.Time | None = None
    """The server's own time of the delivery: one that comes late changes nothing."""
    queue: QueueTable | None = None
    """Queue counts that come with the delivery."""


class ProbeTable(Table):
    """How to tell this kind of server from others, with harmless questions only."""

    path: Path | None = None
    """What to ask; None: only an answer about one job can tell."""
    query: Query = Key(default_factory=dict)
    """Parameters of the question."""
    keys: list[Expression] = Key(default_factory=list)
    """Keys that the answer to `path` has, null or not."""
    job_keys: list[Expression] = Key(default_factory=list)
    """Keys that an answer about one job has, null or not."""


class ResultsTable(Table):
    """What a finished job left for people to fetch."""

    at: Expression
    """One address or a list of addresses; they may be relative to the server."""
    retention: Seconds | None = None
    """How long they are kept, such as "24h"."""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"at": value} if isinstance(value, str) else value
