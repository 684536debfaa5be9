"""Broken servers, byte by byte: one sentence for a person, the right error, and never a hang or a foreign exception."""

import asyncio
import gzip
import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobdash.client.connection import Connection
from jobdash.client.dialect import Request
from jobdash.client.settings import ServerSettings
from jobdash.model.errors import BadAnswer, Rejected, ServerError, TimedOut, Unreachable
from tests.client.conftest import QUICK, Connect
from tests.client.scripted import Peer, Received, always, answer, hanging_up, serving

GET = Request(path="/jobs")
LINE = "HTTP/1.1 200 OK\r\n"
CHUNKED = LINE.encode() + b"transfer-encoding: chunked\r\n\r\n"
GZIP = LINE + "content-type: application/json\r\ncontent-encoding: gzip\r\n"


def free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port: int = unused.getsockname()[1]
        return port


async def test_a_refused_connection_asks_whether_the_server_runs(connect: Connect) -> None:
    port = free_port()
    with pytest.raises(Unreachable, match=f"connection refused by 127.0.0.1:{port}: is the server running") as error:
        await connect(f"127.0.0.1:{port}").ask(GET)
    assert error.value.sent is False


@pytest.mark.parametrize("host", ["jobs.invalid", "jobs.invalid:8000"])
@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (socket.EAI_NONAME, r"no such host: jobs\.invalid$"),
        (socket.EAI_AGAIN, r"the name jobs\.invalid cannot be looked up now$"),
    ],
)
async def test_a_host_that_is_not_found_is_named(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, host: str, reason: int, words: str
) -> None:
    def getaddrinfo(*_: object, **__: object) -> None:
        raise socket.gaierror(reason, "not found")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(Unreachable, match=words) as error:
        await connect(host).ask(GET)
    assert error.value.sent is False


async def test_a_name_that_cannot_be_resolved_at_all_is_no_crash(connect: Connect) -> None:
    with pytest.raises(ServerError):
        await connect("http://a..b").ask(GET)


async def test_a_server_that_never_answers_is_not_waited_for_without_end(connect: Connect) -> None:
    async def script(request: Received, peer: Peer) -> None:
        await peer.closed()

    async with serving(script) as server:
        with pytest.raises(TimedOut, match=r"no answer within 0\.3 s"):
            await connect(server.url, timeouts=QUICK).ask(GET)
        with pytest.raises(TimedOut, match=r"no answer within 0\.4 s"):
            await connect(server.url, timeouts=QUICK).ask(Request(path="/poll", wait=0.1))


@pytest.mark.parametrize("start", ["", LINE + "content-length: 1000\r\n\r\n"])
async def test_a_server_that_drips_is_not_waited_for_without_end(connect: Connect, start: str) -> None:
    async def script(request: Received, peer: Peer) -> None:
        await peer.send(start)
        while True:
            await peer.send(b"H")
            await asyncio.sleep(0.05)

    async with serving(script) as server:
        with pytest.raises(TimedOut, match=r"no whole answer within 0\.8 s"):
            await connect(server.url, timeouts=QUICK).ask(GET)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "closed the connection without an answer"),
        (b"HTTP/1.1 200 OK\r\ncontent-le", "closed the connection without an answer"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{", "closed the connection in the middle of an answer"),
        (CHUNKED + b"5\r\n{", "closed the connection in the middle of an answer"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "the answer is not HTTP"),
        (CHUNKED + b"hello\r\n", "the answer is not HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"x: " + b"y" * 200_000, "the answer is not HTTP"),
    ],
)  # fmt: skip
async def test_an_answer_that_breaks_off_is_told(connect: Connect, data: bytes, words: str) -> None:
    async with serving(hanging_up(data)) as server:
        with pytest.raises(Unreachable) as error:
            await connect(server.url).ask(GET)
    assert words in str(error.value)
    assert error.value.sent is True


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (answer("<!doctype html><h1>Log in</h1>", kind="text/html"), "answered HTML instead of JSON (a proxy or login"),
        (answer("hello", kind="image/png"), "answered image/png, not JSON"),
        (answer('{"status": '), "answered malformed JSON"),
        (answer(b"\x00\xff\x1b]0;owned\x07"), "answered malformed JSON"),
        ((GZIP + "content-length: 5\r\n\r\nhello").encode(), "the answer's compression is broken"),
        (answer(gzip.compress(b'{"a": 1}', mtime=0)[:-12], content_encoding="gzip"), "answered malformed JSON"),
        (answer(b"x" * 10_000_000), "an answer of more than 0.954 MB"),
        (answer(gzip.compress(b" " * 10_000_000, mtime=0), content_encoding="gzip"), "an answer of more than 0.954 MB"),
    ],
)  # fmt: skip
async def test_an_answer_that_is_not_what_it_should_be_is_told(connect: Connect, data: bytes, words: str) -> None:
    async with serving(always(data)) as server:
        with pytest.raises(BadAnswer) as error:
            await connect(server.url, largest=1_000_000).ask(GET)
    assert str(error.value).startswith(words)
    assert str(error.value).isprintable()
    assert error.value.status in (200, None)


async def test_ten_megabytes_of_one_line_are_an_answer(connect: Connect) -> None:
    async with serving(always(answer(b'"' + b"x" * 10_000_000 + b'"'))) as server:
        assert len((await connect(server.url).ask(GET)).body) == 10_000_000


async def test_a_compressed_answer_is_read(connect: Connect) -> None:
    async with serving(always(answer(gzip.compress(b'{"a": 1}', mtime=0), content_encoding="gzip"))) as server:
        assert (await connect(server.url).ask(GET)).body == {"a": 1}


async def test_a_full_pool_says_that_nothing_was_sent(connect: Connect) -> None:
    async def script(request: Received, peer: Peer) -> None:
        await peer.closed()

    async with serving(script) as server:
        connection = connect(server.url, timeouts=QUICK)
        waiting = [asyncio.create_task(connection.ask(GET)) for _ in range(40)]
        errors = await asyncio.gather(*waiting, return_exceptions=True)
    refused = [error for error in errors if isinstance(error, Unreachable)]
    assert refused
    assert not any(error.sent for error in refused)
    assert all(isinstance(error, ServerError) for error in errors)


async def test_stuck_long_polls_do_not_starve_an_action(connect: Connect) -> None:
    async def script(request: Received, peer: Peer) -> None:
        if request.method == "GET":
            await peer.closed()
        await peer.send(answer("{}"))

    async with serving(script) as server:
        connection = connect(server.url)
        polls = [asyncio.create_task(connection.ask(Request(path="/poll", wait=30))) for _ in range(40)]
        assert (await connection.ask(Request(path="/jobs/1", method="PUT", changes=True))).status == 200
        for poll in polls:
            poll.cancel()
        await asyncio.gather(*polls, return_exceptions=True)


async def test_a_request_that_cannot_be_written_is_no_trouble_of_the_server(connect: Connect) -> None:
    async with serving(always(answer())) as server:
        connection = connect(server.url)
        with pytest.raises(Rejected, match="this request cannot be sent"):
            await connection.ask(Request(path="/" + "a" * 70_000))
        with pytest.raises(Rejected, match="this request cannot be sent"):
            await connection.ask(Request(path="/a\nb"))
        assert (await connection.ask(GET)).status == 200


async def test_it_recovers_alone(connect: Connect) -> None:
    broken = True

    async def script(request: Received, peer: Peer) -> None:
        peer.cut() if broken else await peer.send(answer())

    async with serving(script) as server:
        connection = connect(server.url)
        with pytest.raises(Unreachable):
            await connection.ask(GET)
        broken = False
        assert (await connection.ask(GET)).status == 200
        assert connection.sent == 2


HEADS = [
    "",
    "HTTP/1.1 ",
    LINE,
    LINE + "\r\n",
    LINE + "content-length: 9\r\n\r\n",
    LINE + "transfer-encoding: chunked\r\n\r\n",
    LINE + "content-encoding: deflate\r\n\r\n",
    GZIP + "\r\n",
    "HTTP/1.1 302 X\r\nlocation: ",
    "HTTP/1.1 429 X\r\nretry-after: ",
    "HTTP/1.1 500 X\r\n\r\n",
]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(HEADS), st.binary(max_size=60), st.sampled_from([b"", b"\r\n\r\n", b"\r\n"]))
def test_any_bytes_at_all_are_an_answer_or_a_server_error(head: str, junk: bytes, tail: bytes) -> None:
    async def run() -> None:
        async with serving(hanging_up(head.encode() + junk + tail)) as server:
            connection = Connection(ServerSettings(name="docs", url=server.url, timeouts=QUICK))
            try:
                await connection.ask(GET)
            except ServerError as error:
                assert str(error).isprintable()
                assert len(str(error)) < 400
            finally:
                await connection.aclose()

    asyncio.run(run())
