"""A server that does what a test says, byte by byte, on a real loopback socket."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Received:
    """One request as it came over the wire."""

    line: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def method(self) -> str:
        return self.line.split(" ")[0]

    @property
    def target(self) -> str:
        return self.line.split(" ")[1]


@dataclass
class Peer:
    """One connection, as a script sees it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, data: bytes | str) -> None:
        self.writer.write(data.encode() if isinstance(data, str) else data)
        await self.writer.drain()

    async def closed(self) -> None:
        """Waits until the other side has hung up."""
        while await self.reader.read(4096):
            pass

    def cut(self) -> None:
        """Ends the connection with a reset."""
        at_once = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        self.writer.transport.abort()


Script = Callable[[Received, Peer], Awaitable[None]]
"""Answers one request. Returning leaves the connection open for the next one."""


@dataclass
class Server:
    """`connections` are all that there were, `open` those that are served now."""

    port: int
    received: list[Received]
    connections: int = 0
    open: int = 0
    left: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def targets(self) -> list[str]:
        return [request.target for request in self.received]


@asynccontextmanager
async def serving(script: Script, port: int = 0, host: str = "127.0.0.1", **tls: object) -> AsyncIterator[Server]:
    """A server with `script`, closed with every connection at the end; at `port`, or at any that is free."""
    server = Server(0, [])
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        server.connections += 1
        server.open += 1
        try:
            while (request := await _request(reader)) is not None:
                server.received.append(request)
                await script(request, Peer(reader, writer))
        except (ConnectionError, asyncio.CancelledError, asyncio.IncompleteReadError):
            pass
        finally:
            server.open -= 1
            server.left.set()
            tasks.discard(task)
            writer.transport.abort()

    listener = await asyncio.start_server(connected, host, port, **tls)  # type: ignore[arg-type]
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _request(reader: asyncio.StreamReader) -> Received | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    line, *rest = head.rstrip("\r\n").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (item.partition(":") for item in rest)}
    return Received(line, headers, await reader.readexactly(int(headers.get("content-length", "0"))))


def answer(body: bytes | str = b"{}", status: str = "200 OK", kind: str = "application/json", **headers: str) -> bytes:
    """A whole, correct answer; `retry_after="3"` becomes `retry-after: 3`."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(data)}"]
    if kind:
        lines.append(f"content-type: {kind}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + data


def always(data: bytes) -> Script:
    """Answers every request with the same bytes."""

    async def script(request: Received, peer: Peer) -> None:
        await peer.send(data)

    return script


def hanging_up(data: bytes) -> Script:
    """Sends some bytes and closes."""

    async def script(request: Received, peer: Peer) -> None:
        await peer.send(data)
        peer.writer.close()

    return script


STREAM = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"


def streaming(*chunks: bytes, then: str = "close") -> Script:
    """An event stream of these chunks, each written by itself; then it closes, hangs, or is cut."""

    async def script(request: Received, peer: Peer) -> None:
        await peer.send(STREAM)
        for chunk in chunks:
            await peer.send(chunk)
            await asyncio.sleep(0)
        if then == "hang":
            await peer.closed()
        elif then == "cut":
            peer.cut()
        else:
            peer.writer.close()

    return script
