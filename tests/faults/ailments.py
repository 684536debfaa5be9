"""What can be wrong with a server as a whole, byte by byte, and the words in which a person is told."""

import asyncio
import gzip
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from jobdash.model.server import Phase
from tests.client.scripted import Peer, Received, Script, always, answer, hanging_up

HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
GZIP = f"{HEAD}content-encoding: gzip\r\ncontent-length: 5\r\n\r\nhello"
AGES_AGO = format_datetime(datetime(2020, 1, 1, 12, 0, 0, tzinfo=UTC), usegmt=True)
LATER = format_datetime(datetime(2020, 1, 1, 12, 0, 10, tzinfo=UTC), usegmt=True)


@dataclass(frozen=True)
class Ailment:
    """`script` None: it refuses connections. One try costs `requests`; it is left alone for `patience` seconds."""

    words: str
    script: Script | None
    phase: Phase = Phase.DOWN
    requests: int = 1
    patience: float = 0.0


async def silent(request: Received, peer: Peer) -> None:
    """Accepts, and never answers."""
    await peer.closed()


async def dripping(request: Received, peer: Peer) -> None:
    """One byte at a time, each soon enough that no single one was waited for too long."""
    while True:
        await peer.send(b"H")
        await asyncio.sleep(0.1)


AILMENTS = {
    "refuses": Ailment("connection refused", None),
    "never answers": Ailment("no answer within 0.3 s", silent),
    "one byte a second": Ailment("no whole answer within 0.6 s", dripping),
    "closes mid-header": Ailment("closed the connection without an answer", hanging_up(b"HTTP/1.1 200 OK\r\ncont")),
    "closes mid-chunk": Ailment(
        "closed the connection in the middle of an answer",
        hanging_up(f"{HEAD}transfer-encoding: chunked\r\n\r\nff\r\n{{".encode()),
    ),
    "html with 200": Ailment("answered HTML instead of JSON", always(answer("<!doctype html><p>Hi", kind="text/html"))),
    "wrong content type": Ailment("answered image/png, not JSON", always(answer(b"\x89PNG\r\n", kind="image/png"))),
    "gzip garbage": Ailment("the answer's compression is broken", always(GZIP.encode())),
    "gzip bomb": Ailment(
        "an answer of more than 0.954 MB", always(answer(gzip.compress(b" " * 20_000_000), content_encoding="gzip"))
    ),
    "10 MB of one line": Ailment("an answer of more than 0.954 MB", always(answer(b'"' + b"x" * 10_000_000 + b'"'))),
    "500 storm": Ailment("Internal Server Error (500)", always(answer("oops", "500 Internal Server Error"))),
    "429": Ailment("Too Many Requests (429)", always(answer("{}", "429 Too Many Requests")), Phase.THROTTLED),
    "429 for 10 s": Ailment(
        "asks for 10 s of patience",
        always(answer("{}", "429 Too Many Requests", retry_after="10")),
        Phase.THROTTLED,
        patience=10,
    ),
    "503 until a date": Ailment(
        "asks for 10 s of patience",
        always(answer("{}", "503 Service Unavailable", date=AGES_AGO, retry_after=LATER)),
        Phase.THROTTLED,
        patience=10,
    ),
    "401": Ailment("asks for credentials", always(answer("{}", "401 Unauthorized")), Phase.UNAUTHORISED, patience=300),
    "endless redirects": Ailment(
        "redirects without end", always(answer("", "302 Found", location="/jobs")), requests=6
    ),
    "redirects elsewhere": Ailment(
        "which is not followed", always(answer("", "301 Moved Permanently", location="http://login.invalid/"))
    ),
}  # fmt: skip
