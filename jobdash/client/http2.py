"""HTTP/2 streams that are left before their end: the server is told, which httpcore does not do by itself.

Otherwise the server would go on sending, count the stream against those that it allows, and fill the window that all
streams of the connection share. There is no public way, so what is not found where it was is left as it is.
"""

from contextlib import suppress
from typing import Any

import httpcore
import httpx

CANCEL = 8
"""The error code by which a client says that it is no longer interested (RFC 9113, section 7)."""


async def left(response: httpx.Response) -> None:
    """Resets the stream of a closed answer, unless the answer was read to its end or came over HTTP/1."""
    id = response.extensions.get("stream_id")
    if id is None:
        return
    body: Any = response.stream
    for name in ("_stream", "_httpcore_stream", "_stream"):
        body = getattr(body, name, None)
    connection = getattr(body, "_connection", None)
    protocol = getattr(connection, "_h2_state", None)
    if connection is None or protocol is None:
        return
    from h2.exceptions import H2Error  # noqa: PLC0415 - comes with the extra http2

    with suppress(H2Error, httpcore.NetworkError, httpcore.TimeoutException):
        protocol.reset_stream(id, CANCEL)
        await connection._write_outgoing_data(body._request)
