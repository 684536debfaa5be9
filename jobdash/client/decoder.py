"""The bytes of an event stream, read as events. No I/O: bytes in, events out.

httpx-sse reads the lines of an event, but for those of the usual form. Made up for here is what it leaves out of the
WHATWG text: the BOM, a CR that ends a line at once, keep-alive comments, blocks without data, `retry:` without an
event, the charset (always UTF-8), and a limit.
"""

import re
from collections.abc import Callable
from itertools import groupby
from typing import NamedTuple, cast

import httpx
from httpx_sse import EventSource, ServerSentEvent

from jobdash.client.dialect import StreamEvent
from jobdash.model.report import BadEvent, Pulse
from jobdash.model.swift import swift, swift_tuple

LARGEST = 16 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_KIND = {"content-type": "text/event-stream; charset=utf-8"}
_USUAL = re.compile(r"(?:\A|(?<=\n\n))(?:id: ?([^\0\n]+)\n|event: ?([^\n]+)\n)*data: ?([^\n]*)(?=\n\n|\Z)")
"""An event of one line of data. A chunk of nothing else is read at once, in a quarter of the time that httpx-sse takes,
which looks at each line.
"""
_DATA = re.compile(r"^data(?::|$)", re.MULTILINE)
_ID = re.compile(r"^id(?::|$)", re.MULTILINE)
_RETRY = re.compile(rb"^retry: ?([0-9]{1,12})$", re.MULTILINE)


class Decoded(NamedTuple):
    """One thing that was read, and the stream's cursor after it."""

    item: StreamEvent | Pulse | BadEvent
    last_id: str


_decoded = swift_tuple(Decoded)
_event = cast("Callable[[str, str, str], StreamEvent]", swift(StreamEvent))


class EventDecoder:
    """Reads one stream from its start. `retry` is in seconds; events of more than `largest` bytes are skipped."""

    def __init__(self, last_id: str = "", largest: int = LARGEST) -> None:
        self.last_id = last_id
        self.retry: float | None = None
        self._largest = largest
        self._start: bytes | None = b""
        self._after_cr = False
        self._rest = bytearray()
        self._looked = 0
        self._skipping = False

    def feed(self, chunk: bytes) -> list[Decoded]:
        """Everything that is complete with `chunk`; a Pulse when only a line is, nothing when not even that is."""
        lines = self._lines(self._without_bom(chunk))
        self._rest += lines
        found: list[Decoded] = []
        end = self._rest.rfind(b"\n\n", max(0, self._looked - 1))
        if end >= 0:
            whole = bytes(self._rest[:end])
            del self._rest[: end + 2]
            found = self._read(whole)
        if not self._skipping:
            self._drop_comments()
        self._looked = len(self._rest)
        if len(self._rest) > self._largest:
            found += self._skip()
        return found or ([Decoded(Pulse(), self.last_id)] if b"\n" in lines else [])

    @property
    def between_events(self) -> bool:
        """True when no part of an event waits for the rest of it."""
        return not self._rest

    def _without_bom(self, chunk: bytes) -> bytes:
        if self._start is None:
            return chunk
        self._start += chunk
        if len(self._start) < len(_BOM) and _BOM.startswith(self._start):
            return b""
        chunk, self._start = self._start.removeprefix(_BOM), None
        return chunk

    def _lines(self, chunk: bytes) -> bytes:
        """The chunk with every CR and CRLF as LF; a CR at its end is a whole line, whatever comes next."""
        if not chunk:
            return chunk
        if self._after_cr:
            chunk = chunk.removeprefix(b"\n")
            self._after_cr = False
        if b"\r" not in chunk:
            return chunk
        self._after_cr = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _read(self, whole: bytes) -> list[Decoded]:
        text = whole.decode(errors="replace")
        if b"retry" in whole:
            for match in _RETRY.finditer(whole):
                self.retry = int(match[1]) / 1000
        usual = _USUAL.findall(text)
        if len(usual) != text.count("\n\n") + 1 or self._skipping:
            return self._one_by_one(text.split("\n\n"))
        found: list[Decoded] = []
        for id, name, data in usual:
            if id:
                self.last_id = id
            found.append(_decoded((_event(data, name or "message", self.last_id), self.last_id)))
        return found

    def _one_by_one(self, blocks: list[str]) -> list[Decoded]:
        if self._skipping:
            self._skipping = False
            del blocks[0]
        found: list[Decoded] = []
        for told, run in groupby((block.strip("\n") for block in blocks), key=_has_data):
            together = list(run)
            found += self._told(together) if told else self._quiet(together)
        return found

    def _told(self, blocks: list[str]) -> list[Decoded]:
        events = self._decode("\n\n".join(blocks))
        self.last_id = events[-1].id
        return [Decoded(_event(event.data, event.event, event.id), event.id) for event in events]

    def _quiet(self, blocks: list[str]) -> list[Decoded]:
        """Blocks without data are no events, but they may move the cursor."""
        if any(_ID.search(block) for block in blocks):
            self.last_id = self._decode("\ndata:\n\n".join([*blocks, ""]).rstrip("\n"))[-1].id
        return [Decoded(Pulse(), self.last_id)]

    def _decode(self, text: str) -> list[ServerSentEvent]:
        content = f"id: {self.last_id}\n{text}\n\n".encode(errors="replace")
        return list(EventSource(httpx.Response(200, headers=_KIND, content=content)).iter_sse())

    def _drop_comments(self) -> None:
        """Comments before an event are not part of it; a stream of nothing else must not fill the memory."""
        while self._rest.startswith((b":", b"\n")) and (end := self._rest.find(b"\n")) >= 0:
            del self._rest[: end + 1]

    def _skip(self) -> list[Decoded]:
        del self._rest[:-1]
        self._looked = 1
        if self._skipping:
            return []
        self._skipping = True
        return [Decoded(BadEvent(f"an event of more than {self._largest / 1024 / 1024:.3g} MB"), self.last_id)]


def _has_data(block: str) -> bool:
    return _DATA.search(block) is not None
