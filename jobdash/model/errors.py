"""Everything that can go wrong, as one tree. No library's exception travels above the floor that uses it.

JobdashError
├── ConfigError            what a person wrote cannot be used: place and next step
├── MappingError           a mapping file cannot be used: file, line, key
├── QueryError             a query does not parse: position
├── NotSupported           this kind of server cannot do that
└── ServerError            the conversation with one server failed
    ├── Unreachable        no answer: refused, no such host, TLS, cut off
    ├── TimedOut           no answer in time
    ├── Unauthorised       401, 403: the credentials were not accepted
    ├── Throttled          429, or 503 with Retry-After
    ├── NotFound           404, 410: this job (or path) is not there
    ├── Rejected           other 4xx, or 200 with success: false: the server understood and said no
    ├── ServerFault        5xx: the server is in trouble
    └── BadAnswer          an answer that is not what the API promises
"""

from dataclasses import dataclass


class JobdashError(Exception):
    """The root. `str()` is always one sentence that can be shown to a person; it never holds a secret."""


class ConfigError(JobdashError):
    """What a person wrote cannot be used; the message names the file and the key."""


class MappingError(JobdashError):
    """A mapping file cannot be used; the message names file, line and key."""


@dataclass
class QueryError(JobdashError):
    """A query does not parse; `position` counts characters from 0."""

    problem: str
    position: int

    def __str__(self) -> str:
        return f"{self.problem} (at character {self.position + 1})"


class NotSupported(JobdashError):
    """This kind of server cannot do what was asked."""


class ServerError(JobdashError):
    """The conversation with one server failed. `status` is the HTTP status when there was an answer."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Unreachable(ServerError):
    """No answer. `sent` is False when it is certain that the request never left."""

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent


class TimedOut(ServerError):
    """No answer in time; whether the server acted is not known."""


class Unauthorised(ServerError):
    """The credentials were missing or not accepted (401, 403)."""


class Throttled(ServerError):
    """The server asks for patience; `retry_after` is in seconds, None when it does not say how long."""

    def __init__(self, message: str, *, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(message, status=status)
        self.retry_after = retry_after


class NotFound(ServerError):
    """The server does not have it (404) or no longer has it (410)."""


class Rejected(ServerError):
    """The server understood and said no."""


class ServerFault(ServerError):
    """The server is in trouble (5xx)."""


class BadAnswer(ServerError):
    """The answer is not what the API promises: not JSON, wrong type, a field missing."""
