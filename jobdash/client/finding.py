"""A link to a server whose kind nobody told: it can do nothing until the server's own answers have shown it."""

from collections.abc import Callable, Mapping

from jobdash.client.connection import Connection
from jobdash.client.detect import Detection, detect
from jobdash.client.dialect import Ask, Dialect, Request
from jobdash.client.download import Download
from jobdash.client.link import ServerLink
from jobdash.client.link_contract import Stream
from jobdash.client.registry import DialectFactory
from jobdash.client.settings import ServerSettings
from jobdash.model.errors import BadAnswer, ServerError, Unauthorised, Unreachable

Kinds = Callable[[], Mapping[str, DialectFactory]]
"""Gives all kinds that can be found; called once, when they are needed."""


class FindingLink:
    """The `Link` of the dialect contract for a server of unknown kind; after `ready` it is like any other."""

    def __init__(self, settings: ServerSettings, kinds: Kinds) -> None:
        self._settings = settings
        self._kinds = kinds
        self._connection = Connection(settings)
        self._unknown = Dialect(settings.name)
        self._found: ServerLink | None = None

    @property
    def name(self) -> str:
        return self._settings.name

    @property
    def kind(self) -> str:
        return self._found.kind if self._found else "?"

    @property
    def url(self) -> str:
        return self._connection.url

    @property
    def dialect(self) -> Dialect:
        return self._found.dialect if self._found else self._unknown

    @property
    def ask(self) -> Ask:
        return self._found.ask if self._found else self._connection.ask

    async def ready(self) -> None:
        """Finds the kind. Raises Unreachable, Unauthorised, or BadAnswer when not one kind fits."""
        if self._found is not None:
            return
        detection = await detect(self._connection, self._kinds())
        if detection.name is None:
            raise _failure(detection)
        dialect = self._kinds()[detection.name](self._settings.name, self._settings.options)
        self._found = ServerLink(self._settings, detection.name, dialect)

    def listen(self, request: Request, id: str | None = None, *, last_id: str = "") -> Stream:
        if self._found is None:
            raise Unreachable("it is not known yet what kind of server this is", sent=False)
        return self._found.listen(request, id, last_id=last_id)

    def fetch(self, url: str, *, start: int = 0, etag: str | None = None) -> Download:
        """A result of a job; results of a server are only known once its kind is."""
        return (self._found or self._connection).fetch(url, start=start, etag=etag)

    async def aclose(self) -> None:
        await self._connection.aclose()
        if self._found is not None:
            await self._found.aclose()


def _failure(detection: Detection) -> ServerError:
    if detection.unreachable is not None:
        return Unreachable(str(detection.unreachable), sent=False)
    if detection.locked:
        return Unauthorised(f"{detection.why}; name its kind with --dialect, or in the config")
    return BadAnswer(f"{detection.why}; name its kind with --dialect, or in the config")
