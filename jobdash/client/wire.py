"""The two connection pools of one server, and one way to open an answer on them.

Credentials, redirects, the one repetition after an expired credential and the border of errors live here; bodies do
not (`connection.py`, `events.py`, `download.py`).
"""

import importlib.util
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

import httpx

from jobdash import __version__
from jobdash.client.auth import Credentials
from jobdash.client.call import Attempt, Call
from jobdash.client.errors import border
from jobdash.client.http2 import reset_left
from jobdash.client.redirect import MOST_REDIRECTS, REDIRECTS, redirected
from jobdash.client.response import shares
from jobdash.client.secret import Secret
from jobdash.client.settings import ServerSettings, Tls
from jobdash.client.threshold import Threshold
from jobdash.client.tls import context_for, no_tls
from jobdash.client.url import origin_of, parse_base
from jobdash.model.errors import BadAnswer, ConfigError, Unreachable

KEPT = 15.0
"""Seconds for which an idle connection is kept: longer than the usual poll interval, or each poll opens a new one."""

LIMITS = {
    False: httpx.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=KEPT),
    True: httpx.Limits(max_connections=100, max_keepalive_connections=4, keepalive_expiry=KEPT),
}
"""Connections of the pool for requests, and of the one for slow calls (True)."""

AGENT = f"jobdash/{__version__}".encode()


class Wire:
    """Owns the pools. `sent` counts the requests that were begun, redirects and repetitions included."""

    def __init__(self, settings: ServerSettings) -> None:
        self.base = parse_base(settings.url)
        self.credentials = Credentials(settings.name, settings.auth or self.base.auth)
        self.sent = 0
        self._settings = settings
        self._closed = False
        for value in settings.headers.values():
            self.credentials.hide(value)
        self._abroad: httpx.AsyncClient | None = None
        self.extra = [(name.encode(), value.encode()) for name, value in settings.headers.items()]
        context = context_for(settings.tls) if self.base.origin.startswith("https:") else no_tls()
        http2 = importlib.util.find_spec("h2") is not None
        shared = http2 and self.base.origin.startswith("https:")
        self._thresholds = {slow: Threshold() for slow in LIMITS} if shared else {}
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
        with border(call.host, call.waited):
            response = await self._follow(call, secret)
            if response.status_code != 401 or origin_of(str(response.url)) != self.base.origin:
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
            with border(call.host, call.waited):
                yield response
        finally:
            await self.closed(response)

    async def closed(self, response: httpx.Response) -> None:
        """Closes an answer, read or not; that the other side was faster is no news."""
        try:
            await response.aclose()
        except (httpx.HTTPError, httpx.StreamError, OSError):
            return
        if shares(response):
            for client in self._clients.values():
                await reset_left(client, self.base.origin)

    async def aclose(self) -> None:
        """Closes every connection; what is still being read ends with an error."""
        self._closed = True
        for client in filter(None, (*self._clients.values(), self._abroad)):
            await client.aclose()

    async def _other_secret(self, response: httpx.Response, secret: Secret | None) -> Secret | None:
        try:
            return await self.credentials.renewed(secret)
        except BaseException:
            await self.closed(response)
            raise

    async def _follow(self, call: Call, secret: Secret | None) -> httpx.Response:
        url = call.url
        for _ in range(MOST_REDIRECTS + 1):
            response = await self._send(call, url, secret)
            location = response.headers.get("location")
            if response.status_code not in REDIRECTS or location is None:
                return response
            await response.aclose()
            url = redirected(call, self.base.origin, url, location, response.status_code)
        raise BadAnswer("redirects without end")

    async def _send(self, call: Call, url: str, secret: Secret | None) -> httpx.Response:
        first = Attempt()
        try:
            return await self._attempt(call, url, secret, first)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            # A kept connection that the server closed just now says nothing about the server: ask on a fresh one.
            if call.method != "GET" or first.connected or first.answered:
                raise
        return await self._attempt(call, url, secret, Attempt())

    async def _attempt(self, call: Call, url: str, secret: Secret | None, attempt: Attempt) -> httpx.Response:
        patience = self._settings.timeouts
        home = origin_of(url) == self.base.origin
        client = self._clients[call.slow] if home else self._stranger()
        own = [*self.extra, *self.credentials.carry(secret)] if home else []
        request = client.build_request(
            call.method,
            url,
            headers=[(b"User-Agent", AGENT), *own, *call.headers],
            content=call.content,
            timeout=httpx.Timeout(call.read, connect=patience.connect, pool=patience.pool),
            extensions={"trace": attempt.note},
        )
        self.sent += 1
        threshold = self._thresholds.get(call.slow) if home else None
        try:
            async with threshold.waiting() if threshold else nullcontext(attempt.leaves) as attempt.leaves:
                return await client.send(request, stream=True)
        except BaseException as error:
            if attempt.over_http2:
                await reset_left(client, url)
            if not isinstance(error, httpx.InvalidURL):
                raise
            # Our own URL was fine by now, so this is about the address in the server's `Location`.
            raise BadAnswer("redirects to an address that cannot be read") from None

    def _stranger(self) -> httpx.AsyncClient:
        """For other hosts: the usual trust, and nothing that tells who asks, a client certificate included."""
        if self._abroad is None:
            self._abroad = httpx.AsyncClient(verify=context_for(Tls()))
        return self._abroad
