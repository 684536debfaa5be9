"""The border: every exception of httpx becomes one of `jobdash.model.errors` here, and none gets past it.

httpx                                     here
├── ConnectTimeout, ConnectError,
│   ProxyError, PoolTimeout               Unreachable, certainly not sent
├── ReadTimeout, WriteTimeout             TimedOut
├── DecodingError                         BadAnswer
├── LocalProtocolError, InvalidURL,
│   UnsupportedProtocol                   Rejected: this request cannot even be written
└── RemoteProtocolError, ReadError, ...   Unreachable: cut off; whether the server acted is not known
"""

import errno
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from jobdash.client.sentence import one_line
from jobdash.model.errors import BadAnswer, Rejected, ServerError, TimedOut, Unreachable

BORDER = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, UnicodeError)
"""All that httpx, and what lies below it, raises while it talks to a server."""

UNKNOWN_NAME = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
"""What a resolver says when it is certain; everything else may pass."""


@contextmanager
def border(host: str, waited: str) -> Iterator[None]:
    """Everything within raises ServerErrors only. `waited` says in words how long the patience was."""
    try:
        yield
    except BORDER as error:
        # The library's words may hold a header's value, so the cause is not shown with the error.
        raise translated(error, host, waited) from None


def translated(error: Exception, host: str, waited: str) -> ServerError:
    """The error an operator understands."""
    match error:
        case httpx.PoolTimeout():
            return Unreachable("too many requests to this server are under way", sent=False)
        case httpx.ConnectTimeout():
            return Unreachable(f"no connection to {host} in time", sent=False)
        case httpx.ProxyError():
            return Unreachable(f"the proxy refused: {one_line(str(error), 120)}", sent=False)
        case httpx.ConnectError():
            return Unreachable(_no_connection(error, host), sent=False)
        case httpx.TimeoutException() | TimeoutError():
            return TimedOut(waited)
        case httpx.DecodingError():
            return BadAnswer("the answer's compression is broken")
        case httpx.LocalProtocolError() | httpx.InvalidURL() | httpx.UnsupportedProtocol() | UnicodeError():
            return Rejected(f"this request cannot be sent: {_unsendable(error)}")
        case httpx.RemoteProtocolError() if "location header" in str(error):
            return BadAnswer("redirects to an address that cannot be read")
        case _:
            return Unreachable(_cut_off(error))


def _no_connection(error: Exception, host: str) -> str:
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return f"TLS: the certificate of {host} is not trusted ({one_line(cause.verify_message, 120)})"
            case ssl.SSLError():
                return f"TLS: no secure connection to {host} ({(cause.reason or 'cut off').replace('_', ' ').lower()})"
            case socket.gaierror():
                name = httpx.URL(f"//{host}").host
                return (
                    f"no such host: {name}"
                    if cause.errno in UNKNOWN_NAME
                    else f"the name {name} cannot be looked up now"
                )
            case ConnectionRefusedError():
                return f"connection refused by {host}: is the server running?"
            case OSError() if cause.errno in (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN):
                return f"no route to {host}: is the network up?"
    return f"no connection to {host} ({one_line(str(error), 120) or 'cut off'})"


def _cut_off(error: Exception) -> str:
    text = str(error)
    if isinstance(error, httpx.RemoteProtocolError) and "sending a response" in text:
        return "closed the connection without an answer"
    if isinstance(error, httpx.RemoteProtocolError) and "incomplete" not in text and "closed" not in text:
        return f"the answer is not HTTP ({one_line(text, 80)})"
    return "closed the connection in the middle of an answer"


def _unsendable(error: Exception) -> str:
    """The library quotes the value of a bad header, which may be a secret."""
    text = one_line(str(error), 120)
    return "a header holds characters that no header can carry" if "header value" in text else text


def _causes(error: BaseException | None, depth: int = 12) -> Iterator[BaseException]:
    """The error and everything that caused it, most telling last; groups (one failure an address) are opened."""
    if error is None or depth == 0:
        return
    yield error
    for inner in getattr(error, "exceptions", ()):
        yield from _causes(inner, depth - 1)
    yield from _causes(error.__cause__ or error.__context__, depth - 1)
