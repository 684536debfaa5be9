"""One server over HTTP: a request goes out, an answer or a ServerError comes back.

What a request asks and an answer means is the dialects' business; when to ask is the engine's.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import httpx

from jobdash.client.body import read_body
from jobdash.client.call import Call
from jobdash.client.dialect import Answer, Request, WebSocket
from jobdash.client.digest import digest_of
from jobdash.client.download import Download
from jobdash.client.errors import border
from jobdash.client.etags import ETags
from jobdash.client.events import EventStream, Read
from jobdash.client.heartbeat import Heartbeat, Trust
from jobdash.client.refusal import refusal, words_of
from jobdash.client.response import body_of
from jobdash.client.retry import Retry
from jobdash.client.settings import ServerSettings
from jobdash.client.url import shown
from jobdash.client.websocket import SocketStream
from jobdash.client.wire import Wire
from jobdash.model.errors import BadAnswer, ServerError
from jobdash.model.job import Json

Explain = Callable[[int, Json], str | None]
"""The server's own explanation inside an error answer (status, body), when its kind is known."""

NO_CACHE = (b"Cache-Control", b"no-cache")
"""Caches on the way must ask the server: an old answer would be a lie about now."""


class Connection:
    """Everything that is open to one server. `ask` is the `Ask` of the dialect contract.

    Raises ConfigError when `settings` cannot be used at all: a bad URL, a CA file that is not there.
    """

    def __init__(
        self,
        settings: ServerSettings,
        *,
        explain: Explain | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.settings = settings
        self._explain = explain
        self._sleep = sleep
        self._wire = Wire(settings)
        self._etags = ETags()
        self._trust = Trust()

    @property
    def url(self) -> str:
        """Where the server is, safe to show."""
        return self._wire.base.shown

    @property
    def sent(self) -> int:
        """How many HTTP requests were begun, redirects and repetitions included."""
        return self._wire.sent

    async def ask(self, request: Request, *, retry: Retry | None = None) -> Answer:
        """Sends `request`; any status but 2xx is raised as the ServerError it means. A change is never repeated."""
        attempt = 1
        while True:
            try:
                return self._success(await self.look(request))
            except ServerError as error:
                wait = None if retry is None or request.changes else retry.wait(attempt, error)
                if wait is None:
                    raise
            await self._sleep(wait)
            attempt += 1

    async def look(self, request: Request) -> Answer:
        """Like `ask`, but an answer of any status is an answer; its body is None where it cannot be read."""
        timeouts = self.settings.timeouts
        total = timeouts.total + request.wait
        call = self._question(request)
        try:
            with border(call.host, f"no whole answer within {total:g} s"):
                async with asyncio.timeout(total), self._wire.opened(call) as response:
                    return await self._answer(request, call, response)
        except ServerError as error:
            raise self._wire.credentials.masked(error) from None

    def listen(self, request: Request, read: Read, *, last_id: str = "") -> EventStream:
        """An event stream, opened by the first step of its iteration; `read` tells what each event means."""
        silence = self.settings.timeouts.silence
        call = replace(
            self._call(request, b"text/event-stream", silence),
            slow=True,
            waited=f"silent for {silence:g} s",
        )
        # A proxy that compresses a stream holds back its events.
        call = replace(call, headers=[*call.headers, (b"Accept-Encoding", b"identity")])
        timeouts = self.settings.timeouts
        heartbeat = Heartbeat(most=silence, least=min(silence, timeouts.heartbeat), trust=self._trust)
        return EventStream(self._wire, call, read, self._refused, heartbeat, whole=timeouts.total, last_id=last_id)

    def listen_on_socket(self, request: Request, socket: WebSocket, read: Read) -> SocketStream:
        """The same over a WebSocket."""
        url = self._wire.base.join(request.path, request.query)
        return SocketStream(self._wire, url, socket, read, refused=self._refused, settings=self.settings)

    def fetch(self, url: str, *, start: int = 0, etag: str | None = None) -> Download:
        """A result, as bytes from `start` on; relative URLs count from the server's, other hosts get no credentials."""
        return Download(self._wire, self._wire.base.resolve(url), self._refused, self.settings, start=start, etag=etag)

    async def aclose(self) -> None:
        """Closes every connection to the server."""
        await self._wire.aclose()

    def _question(self, request: Request) -> Call:
        patience = self.settings.timeouts.read + request.wait
        call = self._call(request, b"application/json", patience)
        tag = self._etags.tag(call.url) if _tagged(request) else None
        return replace(call, headers=[*call.headers, (b"If-None-Match", tag.encode())]) if tag else call

    def _call(self, request: Request, accept: bytes, read: float) -> Call:
        headers = [(b"Accept", accept), NO_CACHE]
        content = _content(request)
        if content is not None:
            headers.append((b"Content-Type", b"application/json"))
        return Call(
            url=self._wire.base.join(request.path, request.query),
            method=request.method,
            headers=headers,
            content=content,
            read=read,
            slow=request.wait > 0,
            waited=f"no answer within {read:g} s",
        )

    async def _answer(self, request: Request, call: Call, response: httpx.Response) -> Answer:
        status, headers = response.status_code, dict(response.headers)
        # Also of a 304, which has no body: a connection whose answer was not read to its end is not used again.
        data = await body_of(response, self.settings.largest)
        if status == 304 and _tagged(request) and (known := self._etags.unchanged(call.url, headers)):
            return known
        digest = digest_of(data, headers) if status == 200 and request.known is not None else ""
        if digest and digest == request.known:
            return Answer(status=status, body=None, url=shown(call.url), headers=headers, size=len(data), digest=digest)
        try:
            body = read_body(data, headers, text_welcome=request.changes or status >= 400)
        except BadAnswer as error:
            if 200 <= status < 300:
                error.status = status
                raise
            body = None
        answer = Answer(status=status, body=body, url=shown(call.url), headers=headers, size=len(data), digest=digest)
        if _tagged(request) and status == 200:
            self._etags.keep(call.url, answer, len(data))
        return answer

    def _success(self, answer: Answer) -> Answer:
        if 200 <= answer.status < 300:
            return answer
        raise self._refused(answer.status, answer.headers, answer.body)

    def _refused(self, status: int, headers: Mapping[str, str], body: Json) -> ServerError:
        words = (self._explain(status, body) if self._explain else None) or words_of(body)
        given = self._wire.credentials.given
        return self._wire.credentials.masked(refusal(status, headers, words, credentials=given))


def _content(request: Request) -> bytes | None:
    return None if request.json is None else json.dumps(request.json, separators=(",", ":")).encode()


def _tagged(request: Request) -> bool:
    return request.method == "GET" and request.keep and not request.changes and not request.wait
