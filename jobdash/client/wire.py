"""The two connection pools of one server, and one way to open an answer on them.

Credentials, redirects, the one repetition after an expired credential and the border of errors live here; bodies do
not (`connection.py`, `events.py`, `download.py`).
"""

import importlib.util
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from jobdash import __version__
from jobdash.client.auth import Credentials
from jobdash.client.body import read_body
from jobdash.client.errors import border
from jobdash.client.secret import Secret
from jobdash.client.settings import ServerSettings, Tls
from jobdash.client.tls import context_for, no_tls
from jobdash.client.url import absolute, origin_of, parse_base, shown
from jobdash.model.errors import BadAnswer, ConfigError, ServerError, Unreachable
from jobdash.model.job import Json

Headers = Sequence[tuple[bytes, bytes]]

Refused = Callable[[int, Mapping[str, str], Json], ServerError]
"""The error that a status means, with the headers and the body that came with it."""

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 5
LIMITS = {
    False: httpx.Limits(max_connections=20, max_keepalive_connections=10),
    True: httpx.Limits(max_connections=100, max_keepalive_connections=4),
}
"""Connections of the pool for requests, and of the one for slow calls (True)."""

AGENT = f"jobdash/{__version__}".encode()
ERROR_BODY = 64 * 1024
"""So many bytes of an error answer are read where it is not the answer to a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, ready to be written. `read` is the patience for each next byte, in seconds.

    `slow` calls (streams, long polls, downloads) have a pool of their own, so that they cannot starve the others.
    Only calls that may `roam` go to other hosts, and there they carry no credentials.
    """

    url: str
    method: str = "GET"
    headers: Headers = ()
    content: bytes | None = None
    read: float
    slow: bool = False
    roam: bool = False
    waited: str


class Wire:
    """Owns the pools. `sent` counts the requests that were begun, redirects and repetitions included."""

    def __init__(self, settings: ServerSettings) -> None:
        self.base = parse_base(settings.url)
        self.host = self.base.origin.partition("://")[2]
        self.credentials = Credentials(settings.name, settings.auth or self.base.auth)
        self.sent = 0
        self._settings = settings
        self._closed = False
        for value in settings.headers.values():
            self.credentials.hide(value)
        self._abroad: httpx.AsyncClient | None = None
        self._extra = [(name.encode(), value.encode()) for name, value in settings.headers.items()]
        context = context_for(settings.tls) if self.base.origin.startswith("https:") else no_tls()
        http2 = importlib.util.find_spec("h2") is not None
        try:
            self._clients = {
                slow: httpx.AsyncClient(verify=context, limits=limits, http2=http2) for slow, limits in LIMITS.items()
            }
        except (ValueError, ImportError) as error:
            raise ConfigError(f"{settings.name}: the proxy of the environment cannot be used: {error}") from None

    async def open(self, call: Call) -> httpx.Response:
        """The answer with its body still unread; whoever opens it closes it. Raises ServerErrors only."""
        if self._closed:
            raise Unreachable("this connection was closed", sent=False)
        secret = await self.credentials.current()
        with border(self.host, call.waited):
            response = await self._follow(call, secret)
            if response.status_code != 401:
                return response
            other = await self._other_secret(response, secret)
            if other is None or call.method != "GET":
                return response
            await response.aclose()
            return await self._follow(call, other)

    @asynccontextmanager
    async def opened(self, call: Call) -> AsyncIterator[httpx.Response]:
        """`open`, closed at the end; reading the body within raises ServerErrors only."""
        response = await self.open(call)
        try:
            with border(self.host, call.waited):
                yield response
        finally:
            await closed(response)

    async def aclose(self) -> None:
        """Closes every connection; what is still being read ends with an error."""
        self._closed = True
        for client in filter(None, (*self._clients.values(), self._abroad)):
            await client.aclose()

    async def _other_secret(self, response: httpx.Response, secret: Secret | None) -> Secret | None:
        try:
            return await self.credentials.renewed(secret)
        except BaseException:
            await closed(response)
            raise

    async def _follow(self, call: Call, secret: Secret | None) -> httpx.Response:
        url = call.url
        for _ in range(MOST_REDIRECTS + 1):
            response = await self._send(call, url, secret)
            location = response.headers.get("location")
            if response.status_code not in REDIRECTS or location is None:
                return response
            await response.aclose()
            url = self._redirected(call, url, location, response.status_code)
        raise BadAnswer("redirects without end")

    def _redirected(self, call: Call, url: str, location: str, status: int) -> str:
        target = absolute(url, location)
        if call.method != "GET":
            raise BadAnswer(
                f"answered with a redirect to {shown(target)}, which is followed for reading only", status=status
            )
        if call.roam and not (url.startswith("https:") and target.startswith("http:")):
            return target
        if origin_of(target) != self.base.origin:
            raise BadAnswer(
                f"redirects to {shown(target)}, which is not followed: "
                "if that is the right place, make it the server's url",
                status=status,
            )
        return target

    async def _send(self, call: Call, url: str, secret: Secret | None) -> httpx.Response:
        first = Attempt()
        try:
            return await self._attempt(call, url, secret, first)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            # A kept connection that the server closed just now says nothing about the server: ask on a fresh one.
            if call.method != "GET" or first.connected or first.answered:
                raise
        return await self._attempt(call, url, secret, Attempt())

    async def _attempt(self, call: Call, url: str, secret: Secret | None, attempt: "Attempt") -> httpx.Response:
        patience = self._settings.timeouts
        home = origin_of(url) == self.base.origin
        client = self._clients[call.slow] if home else self._stranger()
        own = [*self._extra, *self.credentials.carry(secret)] if home else []
        request = client.build_request(
            call.method,
            url,
            headers=[(b"User-Agent", AGENT), *own, *call.headers],
            content=call.content,
            timeout=httpx.Timeout(call.read, connect=patience.connect, pool=patience.pool),
            extensions={"trace": attempt.note},
        )
        self.sent += 1
        try:
            return await client.send(request, stream=True)
        except httpx.InvalidURL:
            # Our own URL was fine by now, so this is about the address in the server's `Location`.
            raise BadAnswer("redirects to an address that cannot be read") from None

    def _stranger(self) -> httpx.AsyncClient:
        """For other hosts: the usual trust, and nothing that tells who asks, a client certificate included."""
        if self._abroad is None:
            self._abroad = httpx.AsyncClient(verify=context_for(Tls()))
        return self._abroad


class Attempt:
    """What is known of one try: whether it needed a connection of its own, and whether an answer began."""

    def __init__(self) -> None:
        self.connected = False
        self.answered = False

    async def note(self, event: str, info: Any) -> None:
        """Called by the transport at each of its steps."""
        if event.startswith("connection.connect"):
            self.connected = True
        elif event.endswith("receive_response_headers.complete"):
            self.answered = True


async def closed(response: httpx.Response) -> None:
    """Closes an answer; that the other side was faster is no news."""
    try:
        await response.aclose()
    except (httpx.HTTPError, httpx.StreamError, OSError):
        return


async def body_of(response: httpx.Response, largest: int) -> bytes:
    """The whole body. Raises BadAnswer when it has more than `largest` bytes."""
    data = bytearray()
    async for chunk in response.aiter_bytes():
        data += chunk
        if len(data) > largest:
            raise BadAnswer(f"an answer of more than {largest / 1024 / 1024:.3g} MB", status=response.status_code)
    return bytes(data)


async def error_body(response: httpx.Response) -> Json:
    """What an error answer says; None when it is too long or no JSON."""
    try:
        return read_body(await body_of(response, ERROR_BODY), dict(response.headers), text_welcome=True)
    except BadAnswer:
        return None
