"""One server as the engine sees it: what its kind says, and the connection over which it is asked."""

from jobdash.client.connection import Connection
from jobdash.client.dialect import Answer, Ask, Dialect, Request, StreamEvent
from jobdash.client.download import Download
from jobdash.client.link_contract import Stream
from jobdash.client.settings import ServerSettings
from jobdash.model.errors import NotSupported
from jobdash.model.report import Heard


class ServerLink:
    """The `Link` of the dialect contract, and `fetch` for results. `kind` is the registry's name of the dialect."""

    def __init__(self, settings: ServerSettings, kind: str, dialect: Dialect) -> None:
        self.settings = settings
        self._kind = kind
        self._dialect = dialect
        self._connection = Connection(settings, explain=dialect.error_message)

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def kind(self) -> str:
        return self._kind

    @property
    def url(self) -> str:
        """Where the server is, safe to show."""
        return self._connection.url

    @property
    def insecure(self) -> bool:
        """True while certificates are not checked; the screen says so for as long as it holds."""
        return not self.settings.tls.verify

    @property
    def dialect(self) -> Dialect:
        return self._dialect

    @property
    def sent(self) -> int:
        """How many HTTP requests were begun so far."""
        return self._connection.sent

    @property
    def ask(self) -> Ask:
        return self._ask

    async def ready(self) -> None:
        """The kind is known from the start."""

    def listen(self, request: Request, id: str | None = None, *, last_id: str = "") -> Stream:
        """Opens an event stream; `id` is the job that it tells about, None for the feed of all jobs."""

        def read(event: StreamEvent) -> Heard:
            return self._dialect.read_event(event, id)

        if request.socket is not None:
            return self._connection.listen_on_socket(request, request.socket, read)
        return self._connection.listen(request, read, last_id=last_id)

    def fetch(self, url: str, *, start: int = 0, etag: str | None = None) -> Download:
        """A result of a job, from byte `start` on; `etag` makes sure that it is still the same file."""
        return self._connection.fetch(url, start=start, etag=etag)

    async def aclose(self) -> None:
        await self._connection.aclose()

    async def _ask(self, request: Request) -> Answer:
        if self.settings.read_only and (request.changes or not (request.asks or request.method == "GET")):
            raise NotSupported(f"{self.name} is read_only in the config: nothing was sent")
        return await self._connection.ask(request)
