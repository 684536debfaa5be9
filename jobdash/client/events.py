"""An open event stream: connects, reads, and hands over what the dialect makes of each event.

It never reconnects: when to do so is the engine's business. Reading bytes as events: see `decoder.py`.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from typing import Self, cast

import httpx

from jobdash.client.call import Call, Refused
from jobdash.client.decoder import Decoded, EventDecoder
from jobdash.client.dialect import StreamEvent
from jobdash.client.errors import border
from jobdash.client.heartbeat import Heartbeat
from jobdash.client.response import error_body, shares
from jobdash.client.sentence import one_line
from jobdash.client.wire import Wire
from jobdash.model.errors import BadAnswer, ServerError, TimedOut
from jobdash.model.report import BadEvent, Heard, Pulse

Read = Callable[[StreamEvent], Heard]
"""What an event means."""

KEEP_ALIVES = frozenset({"ping", "heartbeat", "keepalive", "keep-alive"})
"""Names of events that are signs of life, where a server sends events instead of comments."""


class EventStream:
    """The `Stream` of the dialect contract. `finished` is True once the server said that nothing will come (204).

    `whole` is how long a line may take from its first byte to its last, in seconds: a stream that drips has no news.
    """

    def __init__(
        self,
        wire: Wire,
        call: Call,
        read: Read,
        refused: Refused,
        heartbeat: Heartbeat,
        *,
        whole: float,
        last_id: str = "",
    ) -> None:
        self.last_id = last_id
        self.retry: float | None = None
        self.finished = False
        self._wire = wire
        self._call = call
        self._read = read
        self._refused = refused
        self._whole = whole
        self._heartbeat = heartbeat
        self._dripping_since: float | None = None
        self._decoder = EventDecoder(last_id)
        self._waiting: deque[Decoded] = deque()
        self._response: httpx.Response | None = None
        self._bytes: AsyncGenerator[bytes, None] | None = None
        self._over = False
        self._pulling = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Heard:
        while (heard := self.at_once()) is None:
            if self._over:
                raise StopAsyncIteration
            await self._more()
        return heard

    def at_once(self) -> Heard | None:
        """The next of what was read already."""
        if not self._waiting:
            return None
        item, self.last_id = self._waiting.popleft()
        if not isinstance(item, StreamEvent):
            return item
        try:
            return self._read(item)
        except Exception as error:  # noqa: BLE001 - a dialect may be a stranger's; its fault costs one event, not the stream
            return BadEvent(one_line(f"{type(error).__name__}: {error}", 200))

    async def aclose(self) -> None:
        """Closes the stream; an iteration that waits at this moment just ends."""
        self._over = True
        if self._bytes is not None and not self._pulling:
            await self._bytes.aclose()
        if self._response is not None:
            await self._wire.closed(self._response)

    async def _more(self) -> None:
        try:
            chunk = await self._chunk()
            if chunk is not None:
                self._take(chunk)
        except ServerError as error:
            ended = self._over
            await self.aclose()
            if not ended:
                raise self._wire.credentials.masked(error) from None
            return
        except BaseException:
            await self.aclose()
            raise
        if chunk is None:
            await self.aclose()

    def _take(self, chunk: bytes) -> None:
        decoded = self._decoder.feed(chunk)
        self.retry = self._decoder.retry
        self._waiting.extend(decoded)
        now = asyncio.get_running_loop().time()
        if decoded:
            self._dripping_since = None
            if len(decoded) == 1 and self._decoder.between_events and _keeps_alive(decoded[0]):
                self._heartbeat.beat(now)
            else:
                self._heartbeat.other()
        elif self._dripping_since is None:
            self._dripping_since = now
        elif now - self._dripping_since > self._whole:
            raise TimedOut(f"no whole line of the stream within {self._whole:g} s")

    async def _chunk(self) -> bytes | None:
        """The next bytes, None at the end of the stream."""
        with border(self._call.host, self._call.waited):
            if self._bytes is None:
                async with asyncio.timeout(self._call.read):
                    self._response = await self._wire.open(self._with_cursor())
                    await self._check(self._response)
                if self._over:
                    return None
                self._bytes = cast("AsyncGenerator[bytes, None]", self._response.aiter_bytes())
            self._pulling = True
            try:
                return await self._pulled(self._bytes)
            finally:
                self._pulling = False

    async def _pulled(self, chunks: AsyncGenerator[bytes, None]) -> bytes | None:
        """The next bytes, waited for no longer than the stream's own keep-alives justify."""
        patience = self._heartbeat.patience
        if patience >= self._call.read:
            async with asyncio.timeout(patience if shares(self._response) else None):
                return await anext(chunks, None)
        try:
            async with asyncio.timeout(patience):
                return await anext(chunks, None)
        except TimeoutError:
            self._heartbeat.died()
            raise TimedOut(f"silent for {patience:.3g} s, its keep-alives stopped") from None

    def _with_cursor(self) -> Call:
        """The request with `Last-Event-ID`, where the cursor is one that a header can carry."""
        cursor = self.last_id
        if not cursor or not cursor.isprintable() or cursor != cursor.strip():
            return self._call
        return replace(self._call, headers=[*self._call.headers, (b"Last-Event-ID", cursor.encode())])

    async def _check(self, response: httpx.Response) -> None:
        """Raises what an answer means that is no event stream."""
        status, headers = response.status_code, dict(response.headers)
        if status == 204:
            self.finished = self._over = True
            return
        if not 200 <= status < 300:
            raise self._refused(status, headers, await error_body(response))
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "text/html":
            raise BadAnswer("answered HTML instead of an event stream (a proxy or login page?)", status=status)
        if kind != "text/event-stream":
            raise BadAnswer(f"answered {one_line(kind, 60) or 'no type'} instead of an event stream", status=status)


def _keeps_alive(decoded: Decoded) -> bool:
    item = decoded.item
    return isinstance(item, Pulse) or (isinstance(item, StreamEvent) and item.event in KEEP_ALIVES)
