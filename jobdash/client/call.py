"""One HTTP request, ready to be written, and what is known of one try to have it answered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from jobdash.model.errors import ServerError
from jobdash.model.job import Json

Headers = Sequence[tuple[bytes, bytes]]

Refused = Callable[[int, Mapping[str, str], Json], ServerError]
"""The error that a status means, with the headers and the body that came with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, ready to be written. `read` is the patience for each next byte, in seconds.

    `slow` calls (streams, long polls, downloads) have a pool of their own, so that they cannot starve the others.
    Only calls that may `roam` go to other hosts, and there they carry no credentials.
    """

    url: str
    method: str = "GET"
    headers: Headers = ()
    content: bytes | None = None
    read: float
    slow: bool = False
    roam: bool = False
    waited: str

    @property
    def host(self) -> str:
        """Whom it is addressed to, for the words of an error."""
        return urlsplit(self.url).netloc


class Attempt:
    """What is known of one try: whether it needed a connection of its own or HTTP/2, and whether an answer began.

    `leaves` is called when it has its connection and is about to be written.
    """

    def __init__(self) -> None:
        self.leaves: Callable[[], object] = lambda: None
        self.connected = False
        self.over_http2 = False
        self.answered = False

    async def note(self, event: str, info: Any) -> None:
        """Called by the transport at each of its steps."""
        if event.endswith("send_request_headers.started"):
            self.leaves()
        if event.startswith("http2.send_request"):
            self.over_http2 = True
        elif event.startswith("connection.connect"):
            self.connected = True
        elif event.endswith("receive_response_headers.complete"):
            self.answered = True
