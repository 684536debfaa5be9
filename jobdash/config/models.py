"""The shape of `config.toml`, one small model a table. Reading it and naming its mistakes: see `load.py`."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from jobdash.config.duration import Seconds, SecondsOrNever
from jobdash.model.care import Env


def _name(value: str) -> str:
    if "/" in value or not value.isprintable() or value != value.strip():
        raise ValueError("a name without slashes, line breaks or spaces at its ends is expected")
    return value


Name = Annotated[str, StringConstraints(min_length=1, max_length=40), AfterValidator(_name)]


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(min_length=1)]


class Table(BaseModel):
    """Any table of the file: unknown keys are mistakes, and a text is never silently taken for a number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class AuthTable(Table):
    """How to prove who asks: `header`, `bearer` or `basic`; the secret from `env`, `file`, `command` or `keyring`."""

    header: Text | None = None
    """The name of the header that carries the secret."""
    bearer: bool = False
    """True for `Authorization: Bearer`."""
    basic: Text | None = None
    """The user name of HTTP Basic; the secret is the password."""
    env: Text | None = None
    """The environment variable that holds the secret."""
    file: Text | None = None
    """The file that holds the secret; nobody else may be able to read it."""
    command: Text | list[Text] | None = None
    """The command that prints the secret; it is not run through a shell."""
    keyring: Annotated[str, StringConstraints(pattern=r"^[^/]+/.+$")] | None = None
    """SERVICE/USER in the system's keyring; needs the extra `jobdash[keyring]`."""

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if sum((self.header is not None, self.bearer, self.basic is not None)) != 1:
            raise ValueError("exactly one of header, bearer and basic is expected")
        if sum(source is not None for source in (self.env, self.file, self.command, self.keyring)) != 1:
            raise ValueError("exactly one of env, file, command and keyring is expected, to say where the secret is")
        return self


class WebhookTable(Table):
    """`[webhook]`: where to listen for servers that tell by themselves. The secret from `env`, `file` or `command`."""

    host: Text = "127.0.0.1"
    """The address to listen at; other machines reach only others than 127.0.0.1."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8799
    """The port to listen at."""
    path: Annotated[str, StringConstraints(pattern=r"^/[A-Za-z0-9/_.-]*$")] = "/webhook"
    """The path; PATH/SERVER says for which server a delivery is, where more than one sends them."""
    env: Text | None = None
    """The environment variable that holds the secret that both sides share."""
    file: Text | None = None
    """The file that holds it; nobody else may be able to read it."""
    command: Text | list[Text] | None = None
    """The command that prints it; it is not run through a shell."""

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        if sum(source is not None for source in (self.env, self.file, self.command)) != 1:
            raise ValueError("exactly one of env, file and command is expected, to say where the secret is")
        return self


class ServerTable(Table):
    """One `[[servers]]` table: where a server is, of what kind, and how to ask it."""

    name: Name
    """How the server is called on the screen and on the command line."""
    url: Text
    """Its address, http or https; a path is kept."""
    dialect: Text | None = None
    """Its kind, or the path of a mapping file; without it jobdash finds out."""
    jobs: list[Text] = Field(default_factory=list)
    """Job ids to watch, for servers that cannot list."""
    jobs_file: Text | None = None
    """A file of job ids, one a line, that is followed: what is written to it is watched, too."""
    auth: AuthTable | None = None
    base: Text | None = None
    """The base path of its API, where it is not the documented one."""
    paths: dict[str, Text] = Field(default_factory=dict)
    """Other paths by source: `list`, `stream`, `feed`."""
    poll: Seconds | None = None
    """The interval between two questions, where the documented one does not fit."""
    deadline: Seconds | None = None
    """How long a job may take before it is overdue."""
    attempts: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    """How often one job is asked about before it is overdue; 0 for as often as it takes."""
    rate: Annotated[float, Field(gt=0, le=1000, strict=False)] | None = None
    """At most so many requests a second."""
    streams: Annotated[int, Field(ge=0, le=1000)] | None = None
    """At most so many event streams and long polls held open at once."""
    silence: Seconds | None = None
    """After how long without a word a stream is opened again, and the server counts as silent."""
    most_jobs: Annotated[int, Field(ge=100, le=10_000_000)] | None = None
    """At most so many jobs are listed and remembered; the oldest ended ones leave first."""
    view: Text | None = None
    """The name of the view that this server is shown with, when it alone is shown."""
    read_only: bool = False
    """True to refuse everything that would change this server, whoever asks for it."""
    env: Annotated[Env, Field(strict=False)] | None = None
    """What it is used for: `prod`, `staging` or `dev`. On prod a change asks for more than a yes."""
    insecure: bool = False
    """True to accept any TLS certificate; the screen says so for as long as it holds."""
    ca: Text | None = None
    """A file or folder of certificate authorities to trust besides the usual ones."""
    cert: Text | None = None
    """The client certificate's file."""
    key: Text | None = None
    """The client certificate's key, where it is in a file of its own."""


class ViewTable(Table):
    """One `[[views]]` table: what keys 1 to 9 show. Whether the texts can be understood is found out by the engine."""

    name: Name
    """How the view is called."""
    query: str = ""
    """Which jobs it shows."""
    sort: str = ""
    """The order, such as "age,-progress"; worst first without it."""
    columns: list[Text] = Field(default_factory=list)
    """Names of columns, fields, or paths into the data, each with a size where that matters: "job:20"."""
    group: str = ""
    """What rows are grouped by: server, queue, type, state, worker or error."""
    times: Literal["relative", "local", "UTC"] = "relative"
    """How times are told."""
    key: Annotated[int, Field(ge=1, le=9)] | None = None
    """The key that shows it; the next that is free without it."""


class RunbookTable(Table):
    """One `[[runbooks]]` table: what to do about a kind of failure. All conditions that are there must hold."""

    text: str = ""
    """What to do, in a sentence or a few."""
    link: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    """Where more is written."""
    fingerprint: Text | None = None
    """The fingerprint that the failures screen shows."""
    error: Text | None = None
    """A text in the error, or a `/regular expression/`."""
    type: Text | None = None
    """The type of the job, or a glob."""
    queue: Text | None = None
    """The queue, or a glob."""
    server: Text | None = None
    """The server's name, or a glob."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.text and self.link is None:
            raise ValueError("a text or a link is expected")
        if all(value is None for value in (self.fingerprint, self.error, self.type, self.queue, self.server)):
            raise ValueError("one of fingerprint, error, type, queue and server is expected, to say what it is for")
        return self


class AuditTable(Table):
    """`[audit]`: the log of every change."""

    file: Text | None = None
    """Where it is; audit.jsonl in the state folder without it."""
    largest_mb: Annotated[float, Field(gt=0, strict=False)] = 10.0
    """At this size, in megabytes, a new file is begun."""
    keep: Annotated[int, Field(ge=1, le=1000)] = 20
    """How many old files stay."""
    required: bool = True
    """False to allow changes also while the log cannot be written."""


class BulkTable(Table):
    """`[bulk]`: how many jobs are changed at once."""

    rate: Annotated[float, Field(gt=0, le=1000, strict=False)] = 10.0
    """Jobs a second on each server; a third of its `rate` where that is less, because each takes three requests."""
    canary: Annotated[int, Field(ge=0, le=1000)] = 5
    """So many first; when one of them does not go well, the others are left alone."""
    patience: Annotated[int, Field(ge=1, le=10_000)] = 10
    """After so many in a row that did not go well it stops by itself."""


class WatchTable(Table):
    """The `[watch]` table: how much is asked while nobody looks."""

    rest_after: SecondsOrNever = 900.0
    """How long the terminal may be without focus before polls rest; 0: for ever. `z` lets them rest at once."""


class NotifyTable(Table):
    """The `[notify]` table: how alerts get through to who does not look. All is off but the bell."""

    bell: bool = True
    """Rings the terminal's bell."""
    desktop: Literal["off", "osc9", "osc777", "osc99"] = "off"
    """A notification by the terminal, in the way that yours understands."""
    title: bool = False
    """Puts the worst alert into the title of the terminal's window."""
    command: list[Text] = Field(default_factory=list)
    """A program and its arguments; it gets JSON on its standard input, and is not run through a shell."""
    url: Text | None = None
    """An address that gets the same JSON in a POST."""
    auth: AuthTable | None = None
    """How to prove there who posts."""
    at_least: Literal["info", "warning", "critical"] = "warning"
    """How bad an alert must be to be told."""
    every: Seconds = 60.0
    """The least time between two calls; what comes meanwhile is told together."""
    quiet: Text | None = None
    """When only what is critical gets through, as in "22:00-07:00"."""


class Config(Table):
    """The whole file, and its path."""

    theme: Text | None = None
    """The name of the theme."""
    servers: list[ServerTable] = Field(default_factory=list)
    views: list[ViewTable] = Field(default_factory=list)
    """Saved views, in the order of their keys."""
    runbooks: list[RunbookTable] = Field(default_factory=list)
    """What to do about failures, shown where the error is."""
    mask: Text | None = None
    """A regular expression for the names of values that are secrets; instead of the usual one."""
    webhook: WebhookTable | None = None
    """Listens for webhooks; nothing is listened for without it."""
    mask_ids: bool = False
    """True to shorten job ids on the screen, in exports and in pictures."""
    audit: AuditTable = Field(default_factory=AuditTable)
    bulk: BulkTable = Field(default_factory=BulkTable)
    alerts: list[Any] = Field(default_factory=list)
    """Alert rules; they are checked one by one, so that a wrong one costs only itself."""
    notify: NotifyTable = NotifyTable()
    watch: WatchTable = WatchTable()
    keys: dict[str, Annotated[list[Text], Field(min_length=1), BeforeValidator(_one_or_more)]] = Field(
        default_factory=dict
    )
    """`[keys]`: by action id, the key or keys that a person wants instead of ours."""
    file: Path = Field(default=Path(), exclude=True)

    @property
    def folder(self) -> Path:
        """Where the file lies, which relative paths in it start from."""
        return self.file.parent

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [server.name for server in self.servers]
        for at, name in enumerate(names):
            if name in names[:at]:
                words = f'every server needs a name of its own, but "{name}" is there more than once'
                raise PydanticCustomError("name_twice", "{words}", {"words": words, "place": ("servers", at, "name")})
        return self
