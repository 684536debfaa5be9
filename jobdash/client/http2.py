"""HTTP/2 streams that are left before their end: the server is told, which httpcore does not do by itself.

Otherwise the server would go on sending, count the stream against those that it allows, and fill the window that all
streams of the connection share. httpcore has no public way to do it: all that is private of it stands in this file, by
name, and where one of the names is not found any more nothing is done (a test of ours would tell).
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpcore
import httpx

CANCEL = 8
"""The error code by which a client says that it is no longer interested (RFC 9113, section 7)."""


async def reset_left(client: httpx.AsyncClient, url: str) -> None:
    """Resets every stream of the client's connections that HTTP/2 holds open and nobody reads any more."""
    for connection in _connections(client):
        protocol = getattr(connection, "_h2_state", None)
        read = getattr(connection, "_events", None)
        if protocol is None or read is None:
            continue
        from h2.exceptions import H2Error  # noqa: PLC0415 - comes with the extra http2

        left = [id for id, stream in protocol.streams.items() if id not in read and not stream.closed]
        with suppress(H2Error, httpcore.NetworkError, httpcore.TimeoutException):
            for id in left:
                protocol.reset_stream(id, CANCEL)
            if left:
                await connection._write_outgoing_data(httpcore.Request("GET", url))


def _connections(client: httpx.AsyncClient) -> Iterator[Any]:
    """What speaks HTTP/1 or 2 on each connection of a client, straight and through proxies."""
    transports = [getattr(client, "_transport", None), *getattr(client, "_mounts", {}).values()]
    for transport in transports:
        pool = getattr(transport, "_pool", None)
        for connection in getattr(pool, "connections", ()):
            yield getattr(connection, "_connection", None)
