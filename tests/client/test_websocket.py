"""WebSockets as streams, against a real one on loopback: what is said and heard, when they end, how they break."""

import asyncio
import importlib.util
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import psutil
import pytest

from jobdash.client.auth import Auth
from jobdash.client.dialect import Request, StreamEvent, WebSocket
from jobdash.client.secret import Literal, Secret
from jobdash.client.settings import Tls
from jobdash.client.websocket import MISSING, SocketStream
from jobdash.model.errors import BadAnswer, NotFound, NotSupported, ServerFault, Unreachable
from jobdash.model.report import BadEvent, Heard, StreamError
from tests.client.conftest import QUICK, Connect
from tests.client.scripted import Peer, Received, answer, serving

websockets = pytest.importorskip("websockets", reason="the websockets library is not installed")

from websockets.asyncio.server import ServerConnection, serve  # noqa: E402
from websockets.http11 import Request as Asked  # noqa: E402
from websockets.http11 import Response  # noqa: E402
from websockets.typing import Subprotocol  # noqa: E402

CERTS = Path(__file__).parent / "certs"
SAYS = WebSocket(subprotocol="jobs", says=({"type": "auth"}, {"type": "filter"}), token="token")
OUT = Request(path="/events/out", socket=SAYS)
Handler = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def speaking(handler: Handler, **more: Any) -> AsyncIterator[str]:
    """A server of WebSockets; its address."""
    async with serve(handler, "127.0.0.1", 0, subprotocols=[Subprotocol("jobs")], **more) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"{'https' if 'ssl' in more else 'http'}://127.0.0.1:{port}"


def read(event: StreamEvent) -> Heard:
    if event.data == "raise":
        raise KeyError("job_id")
    return StreamError(event.data)


def listen(connect: Connect, url: str, **settings: Any) -> SocketStream:
    stream: SocketStream = connect(url, **settings).listen_on_socket(OUT, SAYS, read)
    return stream


async def next_of(stream: SocketStream) -> Heard:
    async with asyncio.timeout(5):
        return await anext(stream)


async def test_it_says_what_the_dialect_wants_said_and_hears_what_comes(connect: Connect) -> None:
    said: list[Any] = []

    async def handler(peer: ServerConnection) -> None:
        assert peer.request is not None
        said.append((peer.request.path, peer.subprotocol, peer.request.headers["User-Agent"].split("/")[0]))
        said.extend([json.loads(await peer.recv()), json.loads(await peer.recv())])
        await peer.send("first")
        await peer.send("raise")
        await peer.send(b"\xff")
        await peer.close()

    async with speaking(handler) as url:
        connection = connect(url)
        heard = [each async for each in connection.listen_on_socket(OUT, SAYS, read)]
    assert said == [("/events/out", "jobs", "jobdash"), {"type": "auth", "token": None}, {"type": "filter"}]
    assert heard[0] == StreamError("first") and connection.sent == 1
    assert [type(each) for each in heard[1:]] == [BadEvent, BadEvent]


@pytest.mark.parametrize(
    ("auth", "token", "header"),
    [
        (Auth.basic("ops", Literal(Secret("geheim"))), "ops:geheim", "Basic b3BzOmdlaGVpbQ=="),
        (Auth.bearer(Literal(Secret("geheim"))), "geheim", "Bearer geheim"),
    ],
)
async def test_credentials_are_in_the_handshake_and_in_the_first_message(
    connect: Connect, auth: Auth, token: str, header: str
) -> None:
    said: list[Any] = []

    async def handler(peer: ServerConnection) -> None:
        assert peer.request is not None
        said.extend([peer.request.headers["Authorization"], json.loads(await peer.recv())["token"]])
        await peer.close(1008, "Invalid token geheim")

    async with speaking(handler) as url:
        with pytest.raises(BadAnswer, match=r"closed the event stream: Invalid token \*\*\* \(1008\)"):
            await next_of(listen(connect, url, auth=auth))
    assert said == [header, token]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (HTTPStatus.NOT_FOUND, NotFound),
        (HTTPStatus.FORBIDDEN, BadAnswer),
        (HTTPStatus.BAD_GATEWAY, ServerFault),
    ],
)
async def test_a_refused_handshake_is_the_error_that_it_means(
    connect: Connect, status: HTTPStatus, error: type[Exception]
) -> None:
    def refuse(peer: ServerConnection, asked: Asked) -> Response:
        return peer.respond(status, "no\n")

    async with speaking(asyncio.sleep, process_request=refuse) as url:  # type: ignore[arg-type]
        with pytest.raises(error):
            await next_of(listen(connect, url))


async def test_a_redirect_is_not_followed(connect: Connect) -> None:
    async def refuse(peer: ServerConnection, asked: Asked) -> Response:
        made = peer.respond(HTTPStatus.FOUND, "")
        made.headers["Location"] = "ws://127.0.0.1:1/elsewhere"
        return made

    async with speaking(asyncio.sleep, process_request=refuse) as url:  # type: ignore[arg-type]
        with pytest.raises(BadAnswer, match="302"):
            await next_of(listen(connect, url))


async def test_a_server_that_is_no_websocket(connect: Connect) -> None:
    async with serving(lambda request, peer: peer.send(answer("{}"))) as server:
        with pytest.raises(BadAnswer):
            await next_of(listen(connect, server.url))


async def test_nobody_there(connect: Connect) -> None:
    async with speaking(asyncio.sleep) as url:  # type: ignore[arg-type]
        pass
    with pytest.raises(Unreachable, match=r"connection refused by 127\.0\.0\.1") as refused:
        await next_of(listen(connect, url))
    assert not refused.value.sent


async def test_a_cut_connection_is_told(connect: Connect) -> None:
    async def handler(peer: ServerConnection) -> None:
        await peer.recv()
        await peer.send("first")
        peer.transport.abort()

    async with speaking(handler) as url:
        stream = listen(connect, url)
        assert await next_of(stream) == StreamError("first")
        with pytest.raises(Unreachable, match="in the middle"):
            await next_of(stream)
        with pytest.raises(StopAsyncIteration):
            await next_of(stream)


async def test_one_that_does_not_answer_pings_is_gone(connect: Connect) -> None:
    async def handler(peer: ServerConnection) -> None:
        peer.transport.pause_reading()
        await peer.wait_closed()

    async with speaking(handler, close_timeout=0.1) as url:
        with pytest.raises(Unreachable):
            await next_of(listen(connect, url, timeouts=QUICK))


async def test_closing_ends_an_iteration_that_waits(connect: Connect) -> None:
    heard = asyncio.Event()

    async def handler(peer: ServerConnection) -> None:
        await peer.recv()
        heard.set()
        await peer.wait_closed()

    async with speaking(handler) as url:
        stream = listen(connect, url)
        waiting = asyncio.create_task(next_of(stream))
        await heard.wait()
        await stream.aclose()
        with pytest.raises(StopAsyncIteration):
            await waiting


def ours(url: str) -> list[str]:
    """The state of every connection from here to a server of this process."""
    port = int(url.rpartition(":")[2])
    return [each.status for each in psutil.Process().net_connections("tcp") if each.raddr and each.raddr.port == port]


async def cancelled_when(ready: asyncio.Event, task: asyncio.Task[Any]) -> None:
    async with asyncio.timeout(5):
        await ready.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def closed(url: str) -> None:
    async with asyncio.timeout(5):
        while psutil.CONN_ESTABLISHED in ours(url):
            await asyncio.sleep(0.01)


async def test_cancelled_during_the_handshake_it_leaves_nothing_open(connect: Connect) -> None:
    asked = asyncio.Event()

    async def never(request: Received, peer: Peer) -> None:
        asked.set()
        await peer.closed()

    async with serving(never) as server:
        await cancelled_when(asked, asyncio.create_task(anext(listen(connect, server.url))))
        await closed(server.url)


@pytest.mark.parametrize("says", ["a little", "x" * 20_000_000], ids=["waits", "speaks"])
async def test_cancelled_while_it_speaks_waits_or_says_goodbye_it_leaves_nothing_open(
    connect: Connect, says: str
) -> None:
    """The other side stops reading after the first message: it hears neither the rest nor the goodbye."""
    there, over = asyncio.Event(), asyncio.Event()

    async def deaf(peer: ServerConnection) -> None:
        await peer.recv()
        peer.transport.pause_reading()
        there.set()
        await over.wait()

    async with speaking(deaf, close_timeout=0.1, max_size=None) as url:
        stream = connect(url).listen_on_socket(OUT, replace(SAYS, says=({}, {"type": says})), read)
        try:
            await cancelled_when(there, asyncio.create_task(anext(stream)))
            goodbye = asyncio.create_task(stream.aclose())
            there.clear()
            asyncio.get_running_loop().call_soon(there.set)  # one turn later it waits for an answer to its goodbye
            await cancelled_when(there, goodbye)
            await closed(url)
        finally:
            over.set()


async def test_tls_trusts_whom_the_person_trusts(connect: Connect) -> None:
    identity = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    identity.load_cert_chain(CERTS / "server.pem")

    async def handler(peer: ServerConnection) -> None:
        await peer.send("first")

    async with speaking(handler, ssl=identity) as url:
        assert await next_of(listen(connect, url, tls=Tls(ca=CERTS / "ca.pem"))) == StreamError("first")
        with pytest.raises(Unreachable, match="is not trusted"):
            await next_of(listen(connect, url))


async def test_without_the_library_it_says_how_to_get_it(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(NotSupported) as missing:
        await next_of(listen(connect, "http://127.0.0.1:1"))
    assert str(missing.value) == MISSING
