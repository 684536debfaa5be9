"""Event streams over real sockets: what is heard, when they end, and how they break."""

import asyncio
from typing import Any

import pytest

from jobdash.client.dialect import Request, StreamEvent
from jobdash.client.events import EventStream
from jobdash.model.errors import BadAnswer, NotFound, ServerError, TimedOut, Unauthorised, Unreachable
from jobdash.model.report import BadEvent, Heard, Pulse, StreamError
from tests.client.conftest import QUICK, Connect
from tests.client.scripted import STREAM, Peer, Received, Script, always, answer, hanging_up, serving, streaming

STREAM_PATH = Request(path="/stream")
CHUNKED = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"
GZIPPED = STREAM.replace("close\r\n", "close\r\ncontent-encoding: gzip\r\n")


def read(event: StreamEvent) -> Heard:
    if event.data == "raise":
        raise KeyError("job_id")
    return StreamError(event.data)


def listen(connect: Connect, url: str, last_id: str = "", **settings: Any) -> EventStream:
    return connect(url, **settings).listen(STREAM_PATH, read, last_id=last_id)


async def told(stream: EventStream) -> list[str]:
    """The data of every event until the stream ends."""
    return [heard.message async for heard in stream if isinstance(heard, StreamError)]


async def first(stream: EventStream) -> Heard:
    async with asyncio.timeout(5):
        return await anext(stream)


async def test_events_arrive_while_the_stream_is_open(connect: Connect) -> None:
    go = asyncio.Event()

    async def script(request: Received, peer: Peer) -> None:
        await peer.send(CHUNKED + "f\r\nid: 1\ndata: a\n\n\r\n")
        await go.wait()
        await peer.send("9\r\n: alive\n\n\r\n")
        await peer.closed()

    async with serving(script) as server:
        stream = listen(connect, server.url)
        assert await first(stream) == StreamError("a")
        assert stream.last_id == "1"
        go.set()
        assert await first(stream) == Pulse()
        await stream.aclose()
        with pytest.raises(StopAsyncIteration):
            await anext(stream)
    request = server.received[0]
    assert request.headers["accept"] == "text/event-stream"
    assert request.headers["accept-encoding"] == "identity"
    assert "last-event-id" not in request.headers


async def test_a_stream_that_the_server_ends_just_ends(connect: Connect) -> None:
    async with serving(
        streaming(b"\xef\xbb\xbfretry: 2500\nda", b"ta: a\r", b"\n\r\nid: 9\ndata: b\n\ndata: cut off")
    ) as server:
        stream = listen(connect, server.url)
        assert await told(stream) == ["a", "b"]
    assert (stream.last_id, stream.retry, stream.finished) == ("9", 2.5, False)


async def test_the_cursor_is_that_of_the_event_last_heard(connect: Connect) -> None:
    async with serving(streaming(b"id: 1\ndata: a\n\nid: 2\ndata: b\n\n")) as server:
        stream = listen(connect, server.url)
        await first(stream)
        assert stream.last_id == "1"
        await stream.aclose()


@pytest.mark.parametrize(
    ("cursor", "sent"), [("7", "7"), ("Zürich", "ZÃ¼rich"), ("", None), ("a\nb", None), (" 7", None)]
)
async def test_the_cursor_goes_back_to_the_server(connect: Connect, cursor: str, sent: str | None) -> None:
    async with serving(streaming(b"data: a\n\n")) as server:
        stream = listen(connect, server.url, last_id=cursor)
        assert await told(stream) == ["a"]
    assert server.received[0].headers.get("last-event-id") == sent
    assert stream.last_id == cursor.strip("\n") or cursor == "a\nb"


async def test_a_storm_of_events_is_told_whole_and_in_order(connect: Connect) -> None:
    storm = [f"id: {number}\ndata: {number}\n\n" for number in range(20_000)]
    cut = storm[:500], storm[500:900], storm[900:901], storm[901:]
    async with serving(streaming(*("".join(piece).encode() for piece in cut))) as server:
        stream = listen(connect, server.url)
        assert await told(stream) == [str(number) for number in range(20_000)]
    assert stream.last_id == "19999"


async def test_what_is_here_at_once_is_told_without_waiting(connect: Connect) -> None:
    async with serving(hanging_up((STREAM + "id: 1\ndata: a\n\nid: 2\ndata: raise\n\n").encode())) as server:
        stream = listen(connect, server.url)
        assert stream.at_once() is None
        assert await first(stream) == StreamError("a")
        assert isinstance(stream.at_once(), BadEvent)
        assert stream.last_id == "2"
        assert stream.at_once() is None
        await stream.aclose()


async def test_c3_a_bad_event_is_skipped_and_the_stream_goes_on(connect: Connect) -> None:
    async with serving(streaming(b"data: raise\n\ndata: b\n\n")) as server:
        heard = [item async for item in listen(connect, server.url)]
    assert heard == [BadEvent("KeyError: 'job_id'"), StreamError("b")]


async def test_an_event_of_two_megabytes_arrives(connect: Connect) -> None:
    async with serving(streaming(b"data: " + b"x" * 2_000_000, b"\n\n")) as server:
        assert [len(data) for data in await told(listen(connect, server.url))] == [2_000_000]


async def test_an_event_without_end_is_skipped(connect: Connect) -> None:
    async with serving(streaming(b"data: " + b"x" * 17_000_000, b"\n\ndata: after\n\n")) as server:
        heard = [item async for item in listen(connect, server.url) if item != Pulse()]
    assert heard == [BadEvent("an event of more than 16 MB"), StreamError("after")]


async def test_204_means_that_nothing_will_come(connect: Connect) -> None:
    async with serving(always(b"HTTP/1.1 204 No Content\r\n\r\n")) as server:
        stream = listen(connect, server.url)
        assert await told(stream) == []
    assert stream.finished


@pytest.mark.parametrize(
    ("script", "kind", "words"),
    [
        (always(answer("{}")), BadAnswer, "answered application/json instead of an event stream"),
        (always(answer("<html>", kind="text/html")), BadAnswer, "answered HTML instead of an event stream"),
        (always(answer("x", kind="")), BadAnswer, "answered no type instead"),
        (always(answer('{"detail": "no such job"}', "404 X")), NotFound, r"no such job \(404\)"),
        (always(answer(b"x" * 1_000_000, "401 X")), Unauthorised, "asks for credentials"),
        (hanging_up(b""), Unreachable, "closed the connection without an answer"),
        (hanging_up(CHUNKED.encode() + b"f\r\ndata: a"), Unreachable, "in the middle of an answer"),
        (streaming(b"data: a", then="cut"), Unreachable, "closed the connection"),
        (hanging_up(GZIPPED.encode() + b"garbage"), BadAnswer, "compression"),
        (streaming(b": hi\n\n", then="hang"), TimedOut, r"silent for 0\.3 s"),
    ],
)  # fmt: skip
async def test_a_stream_that_breaks_says_how(
    connect: Connect, script: Script, kind: type[ServerError], words: str
) -> None:
    async with serving(script) as server:
        stream = listen(connect, server.url, timeouts=QUICK)
        with pytest.raises(ServerError, match=words) as error:
            await told(stream)
        assert type(error.value) is kind
        with pytest.raises(StopAsyncIteration):
            await anext(stream)


async def test_a_stream_that_never_begins_is_silent(connect: Connect) -> None:
    async def script(request: Received, peer: Peer) -> None:
        while True:
            await peer.send(b"H")
            await asyncio.sleep(0.05)

    async with serving(script) as server:
        with pytest.raises(TimedOut, match=r"silent for 0\.3 s"):
            await told(listen(connect, server.url, timeouts=QUICK))


async def test_a_stream_that_drips_is_alive(connect: Connect) -> None:
    async def script(request: Received, peer: Peer) -> None:
        await peer.send(STREAM)
        for byte in b"data: slow\n\n":
            await asyncio.sleep(0.05)
            await peer.send(bytes([byte]))
        peer.writer.close()

    async with serving(script) as server:
        assert await told(listen(connect, server.url, timeouts=QUICK)) == ["slow"]


async def test_closing_ends_an_iteration_that_waits(connect: Connect) -> None:
    async with serving(streaming(b": hi\n\n", then="hang")) as server:
        stream = listen(connect, server.url)
        await first(stream)
        waiting = asyncio.create_task(told(stream))
        await asyncio.sleep(0)
        await stream.aclose()
        async with asyncio.timeout(5):
            assert await waiting == []


async def test_a_cancelled_iteration_closes_its_connection(connect: Connect) -> None:
    async with serving(streaming(b": hi\n\n", then="hang")) as server:
        stream = listen(connect, server.url)
        await first(stream)
        waiting = asyncio.create_task(told(stream))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        async with asyncio.timeout(5):
            await server.left.wait()


async def test_a_stream_closed_before_it_began_sends_nothing(connect: Connect) -> None:
    async with serving(streaming(b"data: a\n\n")) as server:
        stream = listen(connect, server.url)
        await stream.aclose()
        assert await told(stream) == []
    assert server.received == []


async def test_many_streams_do_not_starve_a_question(connect: Connect) -> None:
    async def script(request: Received, peer: Peer) -> None:
        if request.target == "/stream":
            await streaming(b"data: a\n\n", then="hang")(request, peer)
        else:
            await peer.send(answer("{}"))

    async with serving(script) as server:
        connection = connect(server.url)
        streams = [connection.listen(STREAM_PATH, read) for _ in range(40)]
        assert set(await asyncio.gather(*(first(stream) for stream in streams))) == {StreamError("a")}
        assert (await connection.ask(Request(path="/jobs"))).status == 200
        await asyncio.gather(*(stream.aclose() for stream in streams))
