"""The mapping file as a whole: every table that it may have. README.md beside this package explains it to people."""

from pydantic import Field as Key

from jobdash.dialects.mapping.changes import ActionTable, ErrorsTable, SubmitTable
from jobdash.dialects.mapping.sources import (
    GetTable,
    ListTable,
    LogsTable,
    LongPollTable,
    ProbeTable,
    QueuesTable,
    ResultsTable,
    StreamTable,
    WebhookTable,
    WorkersTable,
)
from jobdash.dialects.mapping.tables import DetailTable, JobTable, StateTable
from jobdash.dialects.mapping.words import Base, Seconds, Table, Zone
from jobdash.model.command import Action


class Mapping(Table):
    """One kind of job server."""

    title: str
    """What people call this kind of server."""
    base: Base = ""
    """The path that all other paths start from; a person's config may say another."""
    poll: Seconds = 5.0
    """How often to ask, as the server's makers recommend."""
    poll_most: Seconds | None = None
    """The longest interval, where it adapts: shorter while a job's progress rises quickly, else ever longer."""
    poll_limit: int | None = Key(default=None, ge=1)
    """How many times to ask about one job, as the makers recommend; None: as long as it takes."""
    deadline: Seconds | None = None
    """How long a job may take before it is marked overdue."""
    key_header: str | None = None
    """The header that holds a person's key, where the server expects it elsewhere than in Authorization."""
    zone: Zone | None = None
    """The zone of times that name none; UTC when not said."""
    states: dict[str, StateTable] = Key(default_factory=dict)
    """The server's states -> jobdash's. `default` is what all others mean; they are shown by their own names."""
    job: JobTable
    """Where the fields of a job lie."""
    detail: DetailTable = DetailTable()
    """Where the heavy part of a job lies."""
    results: ResultsTable | None = None
    """Where the addresses of a job's results lie."""
    probe: ProbeTable = ProbeTable()
    """How to recognise this kind of server."""
    listing: ListTable | None = Key(default=None, alias="list")
    """How to list jobs."""
    get: GetTable | None = None
    """How to ask about one job."""
    stream: StreamTable | None = None
    """How to hear of one job as it changes."""
    feed: StreamTable | None = None
    """How to hear of all jobs as they change."""
    long_poll: LongPollTable | None = None
    """How to wait for a job's change."""
    logs: LogsTable | None = None
    """How to read a job's log."""
    queues: QueuesTable | None = None
    """How to ask for the state of the queues."""
    workers: WorkersTable | None = None
    """How to ask for the workers."""
    webhook: WebhookTable | None = None
    """How to read what the server delivers by itself."""
    actions: dict[Action, ActionTable] = Key(default_factory=dict)
    """How to change a job: pause, resume, cancel, restart, delete."""
    submit: dict[str, SubmitTable] = Key(default_factory=dict)
    """How to make new jobs: a name of your own -> how."""
    errors: ErrorsTable = ErrorsTable()
    """Where the server explains its errors."""
