"""The tables that say what a job, a detail, a queue, a worker and a log line look like in an answer."""

from typing import Any

from pydantic import Field as Key
from pydantic import model_validator

from jobdash.dialects.mapping import fields as f
from jobdash.dialects.mapping.words import Expression, Table
from jobdash.model.state import State


class StateTable(Table):
    """One row of `[states]`. Written as a bare state when the server's word can be shown as it is."""

    state: State
    """What it means: scheduled, pending, running, paused, retrying, stuck, completed, failed or cancelled."""
    name: str | None = None
    """The word to show instead of the server's, for servers that speak in numbers."""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"state": value} if isinstance(value, str) else value


class JobTable(Table):
    """Fields of a job. Only `state` is needed; `id` too, where jobs are listed."""

    id: f.Text | None = None
    """Unique on the server; text or a whole number."""
    state: f.Text | None = None
    """The server's own word, looked up in `[states]`."""
    type: f.Text | None = None
    """What kind of work it is."""
    queue: f.Text | None = None
    """The queue that it waits or waited in."""
    label: f.Text | None = None
    """A name for people."""
    progress: f.Progress | None = None
    """How far it is."""
    fraction: list[Expression] | None = Key(default=None, min_length=2, max_length=2)
    """Two expressions: how much is done, and of how much. It is the progress too, where that is not said."""
    step: f.Words | None = None
    """What it is doing now."""
    created_at: f.Time | None = None
    """When it was made."""
    started_at: f.Time | None = None
    """When a worker took it."""
    finished_at: f.Time | None = None
    """When it ended."""
    updated_at: f.Time | None = None
    """When it last changed."""
    version: f.Version | None = None
    """What the server counts up with every change that it tells of; older news is refused by it, before any time."""
    attempts: f.Count | None = None
    """How often it was begun."""
    max_attempts: f.Count | None = None
    """How often it may be begun."""
    worker: f.Text | None = None
    """Who has it."""
    priority: f.Text | None = None
    """Its priority."""
    queue_position: f.Count | None = None
    """How many are before it, plus one."""
    estimated_wait: f.Duration | None = None
    """How long until it begins."""
    error: f.Reason | None = None
    """Why it failed."""
    id_per_queue: bool = False
    """True where an id is unique only within its queue: the job is then QUEUE/ID, and paths may hold `{queue}`."""


class AttemptsTable(Table):
    """What the server says of each time that the job was begun: a list of objects, or of texts (tracebacks)."""

    at: Expression
    """The list; all expressions below start at one of its entries."""
    newest_first: bool = False
    """True where the list begins with the last attempt."""
    number: f.Count = Key(default_factory=lambda: f.Count(at="number || attempt || n"))
    """Which one it was, from 1; when not said, its place in the list."""
    state: f.Text = Key(default_factory=lambda: f.Text(at="state || status || outcome"))
    """What it came to, looked up in `[states]`."""
    error: f.Reason = Key(default_factory=lambda: f.Reason(at="error || message || reason"))
    """Why it failed."""
    traceback: f.Words = Key(default_factory=lambda: f.Words(at="traceback || stacktrace || stack"))
    """Where it failed, in full."""
    worker: f.Text = Key(default_factory=lambda: f.Text(at="worker"))
    """Who had it."""
    started_at: f.Time = Key(default_factory=lambda: f.Time(at="started_at || startedAt || started"))
    """When it began."""
    finished_at: f.Time = Key(default_factory=lambda: f.Time(at="finished_at || finishedAt || finished || ended_at"))
    """When it ended."""


class DetailTable(Table):
    """The heavy part of a job, read only from the answer about one job."""

    data: Expression | None = None
    """What the job was given."""
    result: Expression | None = None
    """What it made."""
    traceback: f.Words | None = None
    """Where it failed, in full; when not said, the `error` of the job if it has more lines than one."""
    attempts: AttemptsTable | None = None
    """Every time that it was begun."""
    metrics: Expression | None = None
    """An object of figures, shown under the server's own names."""
    metric_units: dict[str, str] = Key(default_factory=dict)
    """Units to show behind figures of `metrics`: name -> text."""


class QueueTable(Table):
    """Counts of one queue or of the whole server."""

    at: Expression = "@"
    """The object that holds them, or a list of such objects; all expressions below start there."""
    name: f.Text | None = None
    """The queue's name; none: the whole server."""
    depth: f.Count | None = None
    """Jobs waiting."""
    running: f.Count | None = None
    """Jobs being worked on."""
    scheduled: f.Count | None = None
    """Jobs whose time has not come."""
    retrying: f.Count | None = None
    """Jobs between two attempts."""
    completed: f.Count | None = None
    """Jobs done."""
    failed: f.Count | None = None
    """Jobs failed."""
    cancelled: f.Count | None = None
    """Jobs cancelled."""
    total: f.Count | None = None
    """Jobs of every state."""
    paused: f.Flag | None = None
    """True while no job of it is begun."""
    workers: f.Count | None = None
    """Workers that serve it."""
    cpu_percent: f.Number | None = None
    """CPU use of the server, 0 to 100 a core."""
    memory_mb: f.Size | None = None
    """Memory of the server; a bare number counts megabytes unless `unit` says otherwise."""
    health: f.Text | None = None
    """The server's own verdict."""
    notes: dict[str, Expression] = Key(default_factory=dict)
    """Anything else the server says of itself: label -> expression."""


class WorkerTable(Table):
    """Fields of a worker."""

    name: f.Text
    """What it is called."""
    state: f.Text | None = None
    """The server's own word."""
    queues: f.Texts | None = None
    """The queues that it serves."""
    job: f.Text | None = None
    """The id of the job that it has."""
    heartbeat_at: f.Time | None = None
    """When it was last heard of."""
    alive: f.Flag | None = None
    """Whether the server believes that it lives."""


class LogTable(Table):
    """Fields of a log line that is an object; a line that is text is read for a leading time and level."""

    text: f.Said = Key(default_factory=lambda: f.Said(at="text || message || msg || line"))
    """What was said."""
    time: f.Time = Key(default_factory=lambda: f.Time(at="time || timestamp || at"))
    """When."""
    level: f.Text = Key(default_factory=lambda: f.Text(at="level || severity"))
    """How bad."""
