"""Which server and which job a job's own status address means. At most one question is asked, a GET of that address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from jobdash.client.connection import Connection
from jobdash.client.dialect import Dialect, Request
from jobdash.client.registry import DialectFactory
from jobdash.client.settings import ServerSettings
from jobdash.client.url import parse_base, shown
from jobdash.model.errors import ConfigError, JobdashError


@dataclass(frozen=True, slots=True)
class Place:
    """`kind` is the registry's name, `url` the server's address with the credentials of the job's, `id` the job."""

    kind: str
    url: str
    id: str


def without_query(url: str) -> str:
    """A status address may carry a query or a fragment, which say nothing of where the job is."""
    return url.partition("?")[0].partition("#")[0]


def places(url: str, kinds: Mapping[str, DialectFactory], settings: ServerSettings | None = None) -> list[Place]:
    """What the address can mean, by the paths of the kinds alone."""
    parts = urlsplit(without_query(url))
    parse_base(f"{parts.scheme}://{parts.netloc}")
    found = []
    for name, dialect in bound(kinds, settings):
        located = dialect.locate(parts.path)
        if located is not None:
            found.append(Place(name, f"{parts.scheme}://{parts.netloc}{located[0]}", located[1]))
    return found


async def locate(url: str, kinds: Mapping[str, DialectFactory], settings: ServerSettings) -> Place:
    """The one meaning of the address; where several kinds could be meant, the server's answer decides.

    Raises ConfigError when it means no job or stays open, and ServerErrors.
    """
    possible = places(url, kinds)
    if not possible:
        hint = "name its kind: --dialect" if len(kinds) > 1 else "give its id, and --server ADDRESS"
        raise ConfigError(f"{shown(url)}: not the address of a job of {', '.join(kinds)}; {hint}")
    if len(possible) == 1:
        return possible[0]
    parts = urlsplit(without_query(url))
    path, origin = parts.path, replace(settings, url=f"{parts.scheme}://{parts.netloc}")
    connection = Connection(origin)
    try:
        answer = await connection.ask(Request(path=path))
    finally:
        await connection.aclose()
    fitting = [place for place in possible if kinds[place.kind](settings.name, None).matches(answer)]
    if len(fitting) == 1:
        return fitting[0]
    which = " or ".join(place.kind for place in fitting or possible)
    raise ConfigError(f"{shown(url)}: its answer could be of {which}; name its kind: --dialect")


def bound(kinds: Mapping[str, DialectFactory], settings: ServerSettings | None) -> list[tuple[str, Dialect]]:
    """The kinds that can be what the settings say."""
    found = []
    for name, kind in kinds.items():
        try:
            found.append((name, kind("server", settings.options if settings else None)))
        except JobdashError:
            continue
    return found
