"""When nothing that is shown changes from second to second, because all of it is told in minutes by now."""

from collections.abc import Iterable

from jobdash.engine.fields import since
from jobdash.model.job import Job
from jobdash.tui.presentation.age import MINUTE

LAZILY = 5
"""Seconds between two looks at what is at rest: hardly a part of the minutes in which it is told."""


class Rest:
    """Asked once a second. What moves again is looked at again at once."""

    def __init__(self) -> None:
        self._seconds = 0

    def is_over(self, at_rest: bool) -> bool:
        """True when it is time to look."""
        self._seconds = self._seconds + 1 if at_rest else LAZILY
        over = self._seconds >= LAZILY
        if over:
            self._seconds = 0
        return over


def at_rest(jobs: Iterable[Job | None], now: float) -> bool:
    """Whether all of these ended more than a minute ago; `now` is seconds since the epoch."""
    return all(job is not None and job.state.ended and _is_past(since(job), now) for job in jobs)


def _is_past(at: float | None, now: float) -> bool:
    return at is None or now - at > MINUTE
