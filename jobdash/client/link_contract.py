"""What the engine is given of one server: a dialect and a connection together, its streams, its results. No I/O."""

from typing import Protocol, Self

from jobdash.client.dialect import Ask, Dialect, Request
from jobdash.model.report import Heard


class Stream(Protocol):
    """An open event stream. Iterating raises a ServerError when it breaks and just ends when the server ends it.

    `last_id` is the cursor of the last event and `retry` the reconnection time the server asked for, in seconds.
    """

    last_id: str
    retry: float | None

    def __aiter__(self) -> Self: ...
    async def __anext__(self) -> Heard: ...
    def at_once(self) -> Heard | None:
        """What comes next, where that is here already: a storm of events need not be waited for one by one."""

    async def aclose(self) -> None: ...


class Fetched(Protocol):
    """A result on its way: `async with` opens it, `async for` yields bytes, both raise ServerErrors only.

    Known once it is open: `total` bytes of the whole (None: the server does not say), `start`, where the bytes that
    come really begin, `name` as the server proposes it (hostile until made safe), `content_type` as it calls it, and
    `etag` for the next try. `elsewhere` is True while another host than the server's is asked for it.
    """

    elsewhere: bool
    start: int
    total: int | None
    name: str | None
    content_type: str | None
    etag: str | None

    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *_: object) -> None: ...
    def __aiter__(self) -> Self: ...
    async def __anext__(self) -> bytes: ...


class Link(Protocol):
    """One server as the engine sees it: a dialect and a connection, together."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def url(self) -> str:
        """Where the server is, safe to show."""

    @property
    def dialect(self) -> Dialect: ...
    @property
    def ask(self) -> Ask: ...

    async def ready(self) -> None:
        """Finds out what kind of server this is, where that is not known yet; `dialect` can do nothing before.

        Raises a ServerError when the server cannot be asked, or is of no kind that is known.
        """

    def listen(self, request: Request, id: str | None = None, *, last_id: str = "") -> Stream:
        """Opens an event stream; what it yields is already understood."""

    def fetch(self, url: str, *, start: int = 0, etag: str | None = None) -> Fetched:
        """A result of a job, from byte `start` on; `etag` makes sure that it is still the same file."""

    async def aclose(self) -> None: ...
