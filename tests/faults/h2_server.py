"""A job server that speaks HTTP/2 over TLS and nothing else, and counts its connections and open streams."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, Event, RequestReceived, StreamReset
from h2.exceptions import ProtocolError

CERTS = Path(__file__).parents[1] / "client" / "certs"
CA = CERTS / "ca.pem"


class H2Server:
    """Any path below /jobs is a running job; `/events` behind it is its stream, which stays open.

    A stream of `/silence` is never answered, one of `/chatter` tells something all the time.
    """

    def __init__(self) -> None:
        self.port = 0
        self.connections = 0
        self.streams: set[tuple[int, int]] = set()
        self.chatting: set[tuple[int, int]] = set()
        self.requests = 0
        self.serves: Callable[[], Awaitable[None]]
        self.tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one connection until the other side hangs up."""
        self.connections += 1
        mine = self.connections
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        connection = H2Connection(H2Configuration(client_side=False))
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        chatter = asyncio.create_task(self._chatter(connection, mine, writer))
        try:
            while data := await reader.read(65536):
                for event in connection.receive_data(data):
                    self._take(connection, mine, event)
                writer.write(connection.data_to_send())
                await writer.drain()
        except (ConnectionError, ProtocolError, asyncio.CancelledError):
            pass
        finally:
            chatter.cancel()
            self.tasks.discard(task)
            self.streams = {stream for stream in self.streams if stream[0] != mine}
            writer.transport.abort()

    async def _chatter(self, connection: H2Connection, mine: int, writer: asyncio.StreamWriter) -> None:
        while True:
            await asyncio.sleep(0.02)
            for owner, stream in self.chatting:
                if owner == mine:
                    connection.send_data(stream, b": and so on\n\n")
            writer.write(connection.data_to_send())

    def _take(self, connection: H2Connection, mine: int, event: Event) -> None:
        match event:
            case RequestReceived():
                self._answer(connection, mine, event.stream_id, dict(event.headers)[b":path"].decode())
            case StreamReset():
                self.streams.discard((mine, event.stream_id))
                self.chatting.discard((mine, event.stream_id))
            case DataReceived():
                connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)

    def _answer(self, connection: H2Connection, mine: int, stream: int, path: str) -> None:
        self.requests += 1
        if path.endswith("/silence"):
            self.streams.add((mine, stream))
            return
        if path.endswith(("/events", "/chatter")):
            (self.chatting if path.endswith("/chatter") else self.streams).add((mine, stream))
            connection.send_headers(stream, [(":status", "200"), ("content-type", "text/event-stream")])
            connection.send_data(stream, b": hello\n\n")
            return
        job = {"id": path.removeprefix("/jobs/"), "status": "running", "progress": 1}
        connection.send_headers(stream, [(":status", "200"), ("content-type", "application/json")])
        connection.send_data(stream, json.dumps(job).encode(), end_stream=True)


@asynccontextmanager
async def serving_h2(busy: bool = False) -> AsyncIterator[H2Server]:
    """The server, closed with every connection at the end. A `busy` one lets connections wait until it `serves`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTS / "server.pem")
    context.set_alpn_protocols(["h2"])
    server = H2Server()
    door = socket.create_server(("127.0.0.1", 0))
    server.port = door.getsockname()[1]
    listener = await asyncio.start_server(server.connected, sock=door, ssl=context, start_serving=not busy)
    server.serves = listener.start_serving
    try:
        yield server
    finally:
        listener.close()
        for task in tuple(server.tasks):
            task.cancel()
        await asyncio.gather(*server.tasks, return_exceptions=True)
