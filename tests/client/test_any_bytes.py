"""Any bytes and any headers at all: read, or refused in one sentence; never a crash, never a hang."""

import asyncio
import time
from contextlib import suppress

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jobdash.client.connection import Connection
from jobdash.client.decoder import EventDecoder
from jobdash.client.delivery import Refusal, check
from jobdash.client.dialect import Request, StreamEvent
from jobdash.client.patience import http_date, retry_after
from jobdash.client.secret import Secret
from jobdash.client.settings import ServerSettings
from jobdash.engine.clock import SystemClock
from jobdash.engine.life import Life
from jobdash.model.errors import ServerError
from jobdash.model.report import Heard, Pulse
from tests.client.conftest import QUICK
from tests.client.scripted import STREAM, hanging_up, serving

CHUNKED = STREAM.replace("connection: close", "transfer-encoding: chunked").encode()
HEADS = [
    b"",
    b"HTTP/1.1 200 OK\r\n",
    STREAM.encode(),
    CHUNKED,
    STREAM.replace("close", "close\r\ncontent-encoding: gzip").encode(),
    STREAM.encode() + b"id: 1\ndata: ",
    CHUNKED + b"7\r\ndata: 1\r\n",
    b"HTTP/1.1 204 No\r\n",
    b"HTTP/1.1 429 X\r\nretry-after: ",
]
DATES = st.sampled_from(["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "0", "99999999999999"])


def read(event: StreamEvent) -> Heard:
    return Pulse()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(HEADS), st.binary(max_size=60), st.sampled_from([b"", b"\n\n", b"\r\n\r\n"]))
def test_any_bytes_are_a_stream_that_ends_or_a_server_error(head: bytes, junk: bytes, tail: bytes) -> None:
    async def run() -> None:
        async with serving(hanging_up(head + junk + tail)) as server:
            connection = Connection(ServerSettings(name="docs", url=server.url, timeouts=QUICK))
            try:
                async with asyncio.timeout(5):
                    async for _ in connection.listen(Request(path="/feed"), read):
                        pass
            except ServerError as error:
                assert str(error).isprintable() and len(str(error)) < 400
            finally:
                await connection.aclose()

    asyncio.run(run())


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=40) | st.sampled_from([b"data:", b"\n\n", b"\r", b"id: 1\n", b":"]), max_size=60))
def test_what_is_held_of_a_stream_is_bounded(chunks: list[bytes]) -> None:
    decoder = EventDecoder(largest=100)
    for chunk in chunks:
        for decoded in decoder.feed(chunk):
            assert not isinstance(decoded.item, StreamEvent) or len(decoded.item.data) <= 200
        assert len(decoder._rest) <= 100


def test_many_small_pieces_of_one_large_line_cost_no_more_than_their_sum() -> None:
    took = []
    for pieces in (2_000, 20_000):
        decoder, began = EventDecoder(), time.perf_counter()
        for _ in range(pieces):
            decoder.feed(b"x" * 500)
        took.append(time.perf_counter() - began)
    assert took[1] < 40 * took[0] + 0.2


@given(st.text(max_size=60) | DATES, st.text(max_size=60) | DATES)
@example("Mon, 01 Jan 10000 00:00:00 GMT", "")
@example("1" * 400, "")
@example("Thu, 01 Jan 1970 00:00:00 +9999999999", "Thu, 01 Jan 0001 00:00:00 -2359")
def test_any_words_about_patience_and_time_are_read_or_ignored(after: str, date: str) -> None:
    wait = retry_after({"retry-after": after, "date": date})
    assert wait is None or 0 <= wait <= 86_400
    http_date(date)


@given(st.binary(), st.dictionaries(st.sampled_from(["x-webhook-secret", "x-webhook-signature"]), st.text()))
def test_any_delivery_is_taken_or_refused(body: bytes, headers: dict[str, str]) -> None:
    with suppress(Refusal):
        check(Secret("open sesame"), body, headers)
        assert "open sesame" in headers.values()


@given(st.text() | DATES)
@example("Thu, 01 Jan 9999 00:00:00 +9999")
def test_any_date_is_compared_or_ignored(date: str) -> None:
    Life(SystemClock(), lambda: 0.5).told_time(date)
