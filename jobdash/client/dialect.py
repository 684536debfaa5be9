"""The dialect contract: what to ask one kind of server, and what its answers mean. No I/O, no timing, no httpx.

A dialect is given `ask` and uses it; the client owns the connection, the engine decides when. Everything a
dialect does not override is honestly absent, and `capabilities` must say so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self
from urllib.parse import quote

from jobdash.model.capabilities import Capabilities
from jobdash.model.command import Command, QueueCommand
from jobdash.model.errors import NotFound, NotSupported
from jobdash.model.form import Form
from jobdash.model.job import Job, Json
from jobdash.model.log import LogLine
from jobdash.model.queue import QueueStats, Worker
from jobdash.model.report import Heard, JobReport, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSocket:
    """How a WebSocket is opened: `says` are the messages that are sent at once, as JSON.

    `token` is the key of the first message under which the person's secret is sent (`user:password` for basic
    authentication, null where there is none).
    """

    subprotocol: str | None = None
    says: tuple[Mapping[str, Json], ...] = ()
    token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request, relative to the server's URL. Path parts that hold ids must come from `quote_id`.

    `changes` marks a request that changes the server: it is never repeated by itself. `asks` marks a question that is
    no GET on its server. `wait` is how long the server may take on purpose (long poll), in seconds, on top of the
    usual timeout. `keep` is False for an answer that is not worth the memory of being known again (by its `ETag`).
    `known` is the `digest` of an answer that need not be read again, empty where only the digest is wanted.
    `socket` is there where a stream comes over a WebSocket.
    """

    path: str
    method: str = "GET"
    query: Mapping[str, str | int | float] = field(default_factory=dict)
    json: Json = None
    changes: bool = False
    asks: bool = False
    wait: float = 0.0
    keep: bool = True
    known: str | None = field(default=None, compare=False)
    socket: WebSocket | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A successful (2xx) answer. `body` is decoded JSON, `url` is safe to show, `headers` have lower-case names.

    `size` is that of the body in bytes: whoever reads a large one for long does so beside the event loop. `digest` is
    there where it was asked for; the body of one that was `known` is None. Any other status was raised by then.
    """

    status: int
    body: Json
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    size: int = 0
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEvent:
    """One server-sent event, or one message of a WebSocket; `data` is text as it came, `id` the server's own cursor."""

    data: str
    event: str = "message"
    id: str = ""


class NewJob(str):
    """The server's words about a command that it carried out as a new job, whose id is `id`; the old one stays."""

    id: str

    def __new__(cls, words: str, id: str) -> Self:
        made = super().__new__(cls, words)
        made.id = id
        return made


class Ask(Protocol):
    """Sends one request and returns its answer, or raises a ServerError."""

    async def __call__(self, request: Request) -> Answer: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DialectOptions:
    """What a person's config may say to a dialect: another base path, other paths by source name (list, feed ...)."""

    base: str | None = None
    paths: Mapping[str, str] = field(default_factory=dict)


class Dialect:
    """One kind of server, bound to the name of one server. Subclasses override what the kind can do.

    `poll` is the interval its makers recommend, in seconds; `poll_most` the longest one when the interval adapts
    to the job's progress, None when it is fixed; `deadline` how long a job may take before it is
    overdue, in seconds, None when nothing is said. `poll_limit` is how many polls of one job its makers recommend,
    `key_header` the header in which this kind expects a person's key, `retention` how long results are kept, in
    seconds, `forms` what can be submitted. `delta_tells_all` is False where a delta leaves out changes of jobs that
    are known already, so that those that live are asked about one by one. `lists_live`: `live_page` answers.
    """

    title: str = ""
    poll: float = 5.0
    poll_most: float | None = None
    deadline: float | None = None
    poll_limit: int | None = None
    key_header: str | None = None
    retention: float | None = None
    delta_tells_all: bool = True
    lists_live: bool = False
    forms: tuple[Form, ...] = ()

    def __init__(self, server: str, options: DialectOptions | None = None) -> None:
        self.server = server
        self.options = options or DialectOptions()

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities()

    async def page(self, ask: Ask, cursor: str | None) -> Page:
        """One page of the listing, newest first; `cursor` is the `next` of the page before."""
        raise NotSupported(f"{self.server} cannot list jobs")

    async def live_page(self, ask: Ask, cursor: str | None) -> Page:
        """A page like those of `page`, but of the jobs that have not ended only."""
        raise NotSupported(f"{self.server} cannot list by state")

    async def delta(self, ask: Ask, since: float, cursor: str | None) -> Page:
        """A page like those of `page`, of the jobs that changed at `since` or later, by the server's own clock.

        `since` is in seconds since the epoch. Raises Rejected when the answer shows that this server gave more.
        """
        raise NotSupported(f"{self.server} cannot tell what has changed")

    async def job(self, ask: Ask, id: str) -> JobReport:
        """Everything the server says of one job. Raises NotFound when it is not there."""
        raise NotSupported(f"{self.server} cannot tell about one job")

    async def long_poll(self, ask: Ask, id: str, known: Job | None, wait: float) -> JobReport:
        """Like `job`, but the server answers only when the state differs from `known`, or after `wait` seconds."""
        raise NotSupported(f"{self.server} has no long poll")

    def stream(self, id: str) -> Request:
        """The request that opens the event stream of one job."""
        raise NotSupported(f"{self.server} has no event stream")

    def feed(self) -> Request:
        """The request that opens the event stream of all jobs."""
        raise NotSupported(f"{self.server} has no event stream of all jobs")

    def read_event(self, event: StreamEvent, id: str | None) -> Heard:
        """What an event means; `id` is the job whose stream it came from, None on the feed. Never raises."""
        raise NotSupported(f"{self.server} has no event stream")

    async def queues(self, ask: Ask) -> tuple[QueueStats, ...]:
        raise NotSupported(f"{self.server} tells nothing about its queues")

    async def workers(self, ask: Ask) -> tuple[Worker, ...]:
        raise NotSupported(f"{self.server} tells nothing about its workers")

    async def logs(self, ask: Ask, id: str) -> tuple[LogLine, ...]:
        raise NotSupported(f"{self.server} has no logs")

    def request_of(self, command: Command) -> Request:
        """The request that `send` makes, so that a person can be shown it before it is sent."""
        raise NotSupported(f"{self.server} cannot {command.action} jobs")

    async def send(self, ask: Ask, command: Command) -> str:
        """Asks for a change and returns the server's own words. Raises Rejected when it says no.

        The words are a NewJob where the server can only do it as a new job.
        """
        raise NotSupported(f"{self.server} cannot {command.action} jobs")

    async def send_to_queue(self, ask: Ask, command: QueueCommand) -> str:
        """Asks for a change of a whole queue and returns the server's own words. Raises Rejected when it says no."""
        raise NotSupported(f"{self.server} cannot {command.action} queues")

    def request_for(self, form: Form, values: Mapping[str, Json]) -> Request:
        """The request that `submit` makes, so that a person can be shown it before it is sent. Raises ConfigError."""
        raise NotSupported(f"{self.server} cannot tell beforehand how it submits")

    async def submit(self, ask: Ask, form: Form, values: Mapping[str, Json]) -> tuple[str, str]:
        """Makes a new job; returns its id and the server's own words.

        Raises ConfigError for values that the form does not allow, and Rejected when the server says no.
        """
        raise NotSupported(f"{self.server} takes no new jobs")

    def read_webhook(self, body: Json) -> JobReport:
        """What a delivery that the server sent by itself says. Raises BadAnswer when it tells of no job."""
        raise NotSupported(f"{self.server} sends no webhooks that are understood here")

    def matches(self, answer: Answer) -> bool:
        """True when `answer`, got from `probe`, can only come from this kind of server."""
        return False

    def locate(self, path: str) -> tuple[str, str] | None:
        """What the path of a job's own status address means: the path of the server's address, and the job's id.

        None when no job of this kind can have such an address.
        """
        return None

    @property
    def probe(self) -> Request | None:
        """One harmless GET whose answer tells whether a server is of this kind."""
        return None

    def error_message(self, status: int, body: Json) -> str | None:
        """The server's own explanation inside an error answer, None when there is none."""
        return None


def quote_id(id: str) -> str:
    """A job id as one path segment: `a/b c` never becomes another path. Raises NotFound for the empty id."""
    if not id:
        raise NotFound("there is no job without an id")
    if id in (".", ".."):
        return id.replace(".", "%2E")
    return quote(id, safe="", errors="surrogatepass")
