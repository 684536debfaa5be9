"""A result on its way: bytes, how many there will be, and going on where an earlier try ended. Writes no file."""

import asyncio
import re
from collections.abc import AsyncGenerator
from typing import Self, cast

import httpx

from jobdash.client.call import Call, Refused
from jobdash.client.errors import border
from jobdash.client.response import error_body, shares
from jobdash.client.settings import ServerSettings
from jobdash.client.url import origin_of
from jobdash.client.wire import Wire
from jobdash.model.errors import BadAnswer, ServerError

_RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)")


class Download:
    """`async with` opens it, `async for` yields bytes, both raise ServerErrors only.

    Known once it is open: `total` bytes of the whole (None when the server does not say), `start`, the place of the
    first byte that will come (0 when the server could not go on where it was asked to: begin the file anew),
    `content_type`, `name` as the server proposes it (hostile until made safe), and `etag` for the next try.
    `elsewhere` is True where another host than the server's has it; known of its address, then of where that led.
    """

    def __init__(
        self, wire: Wire, url: str, refused: Refused, settings: ServerSettings, *, start: int, etag: str | None
    ) -> None:
        self.start = start
        self.total: int | None = None
        self.content_type: str | None = None
        self.name: str | None = None
        self.etag = etag
        self._wire = wire
        self._refused = refused
        self.elsewhere = origin_of(url) != wire.base.origin
        self._response: httpx.Response | None = None
        self._bytes: AsyncGenerator[bytes, None] | None = None
        self._whole = settings.timeouts.total
        read = settings.timeouts.read
        self._call = Call(
            url=url,
            headers=[(b"Accept", b"*/*"), (b"Accept-Encoding", b"identity"), *self._range()],
            read=read,
            slow=True,
            roam=True,
            waited=f"no more bytes within {read:g} s",
        )

    async def __aenter__(self) -> Self:
        try:
            with border(self._call.host, self._call.waited):
                async with asyncio.timeout(self._whole):
                    self._response = await self._wire.open(self._call)
                self.elsewhere = origin_of(str(self._response.url)) != self._wire.base.origin
                await self._begin(self._response)
        except BaseException as error:
            await self.aclose()
            if isinstance(error, ServerError):
                raise self._wire.credentials.masked(error) from None
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        if self._bytes is None:
            raise StopAsyncIteration
        patience = self._call.read if shares(self._response) else None
        with border(self._call.host, self._call.waited):
            async with asyncio.timeout(patience):
                return await anext(self._bytes)

    async def aclose(self) -> None:
        """Stops the download."""
        if self._bytes is not None:
            await self._bytes.aclose()
        if self._response is not None:
            await self._wire.closed(self._response)

    def _range(self) -> list[tuple[bytes, bytes]]:
        if not self.start:
            return []
        same = [(b"If-Range", self.etag.encode())] if self.etag and not self.etag.startswith("W/") else []
        return [(b"Range", b"bytes=%d-" % self.start), *same]

    async def _begin(self, response: httpx.Response) -> None:
        status, headers = response.status_code, response.headers
        first, whole = _content_range(headers.get("content-range", ""))
        if status == 416 and self.start and whole == self.start:
            self.total = whole
            return
        if not 200 <= status < 300:
            raise self._refused(status, dict(headers), await error_body(response))
        if status == 206 and first != self.start:
            raise BadAnswer("the server sent another part of the file than it was asked for", status=status)
        if status != 206:
            self.start = 0
            whole = _length(headers)
        self.total = whole
        self.etag = headers.get("etag")
        self.content_type = headers.get("content-type")
        self.name = _file_name(headers.get("content-disposition", ""))
        self._bytes = cast("AsyncGenerator[bytes, None]", response.aiter_bytes())


def _content_range(text: str) -> tuple[int | None, int | None]:
    """First byte and length of the whole, of `bytes 5-9/10`."""
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        return None, None
    return (int(match[1]) if match[1] else None), (int(match[2]) if match[2] != "*" else None)


def _length(headers: httpx.Headers) -> int | None:
    length = headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and "content-encoding" not in headers else None


def _file_name(disposition: str) -> str | None:
    match = re.search(r'filename="?([^";]+)"?', disposition)
    return match[1].strip() if match else None
