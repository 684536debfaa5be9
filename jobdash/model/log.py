"""One line of a job's log, as its server told it; nothing of how it is drawn."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogLine:
    """`at` is seconds since the epoch, UTC; `level` is lower case (debug, info, warning, error) or None."""

    text: str
    at: float | None = None
    level: str | None = None
