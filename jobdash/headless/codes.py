"""Exit codes, and which error means which. They are a contract with everybody's scripts."""

from collections.abc import Iterable

from jobdash.model.errors import (
    ConfigError,
    JobdashError,
    MappingError,
    NotFound,
    NotSupported,
    QueryError,
    Rejected,
    TimedOut,
)

DONE = 0
ENDED_BADLY = 1
"""A job ended failed or cancelled or is not there, or an action was refused, wholly or in part."""
USAGE = 2
UNREACHABLE = 3
"""A server could not be reached, was in trouble or refused the credentials."""
TIMED_OUT = 4
INTERRUPTED = 130

WORST = (UNREACHABLE, TIMED_OUT, USAGE, ENDED_BADLY, DONE)
"""Which code tells most, when several things went wrong."""


def code_of(error: BaseException) -> int:
    """The exit code that an error means."""
    match error:
        case ConfigError() | QueryError() | MappingError():
            return USAGE
        case NotFound() | Rejected() | NotSupported():
            return ENDED_BADLY
        case TimedOut() | TimeoutError():
            return TIMED_OUT
        case JobdashError():
            return UNREACHABLE
        case _:
            return ENDED_BADLY


def worst(codes: Iterable[int]) -> int:
    """The code that tells most of several."""
    seen = set(codes)
    return next((code for code in WORST if code in seen), DONE)
