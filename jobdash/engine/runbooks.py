"""What a person wrote down for a kind of failure, a type or a queue: found where the error is. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from jobdash.engine import fingerprint
from jobdash.model.errors import ConfigError
from jobdash.model.job import Job

LONGEST = 10_000
"""Characters of an error that a pattern is looked for in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """All conditions that are there must hold; globs, but `error`, a text or a `/regular expression/`."""

    text: str = ""
    link: str = ""
    fingerprint: str | None = None
    error: str | None = None
    type: str | None = None
    queue: str | None = None
    server: str | None = None


class Runbooks:
    """In the order of the config. Raises ConfigError for an expression that does not compile."""

    def __init__(self, runbooks: Sequence[Runbook] = ()) -> None:
        self._runbooks = [(book, _pattern(book.error)) for book in runbooks]

    def of(self, job: Job) -> list[Runbook]:
        """What there is for a job that has gone wrong; nothing for any other."""
        found = fingerprint.of_job(job) if self._runbooks else None
        if found is None:
            return []
        error = (job.error or "")[:LONGEST]
        return [
            book
            for book, pattern in self._runbooks
            if book.fingerprint in (None, found.id)
            and (pattern is None or pattern.search(error) is not None)
            and all(
                glob is None or fnmatchcase(value or "", glob)
                for glob, value in ((book.type, job.type), (book.queue, job.queue), (book.server, job.server))
            )
        ]


def _pattern(error: str | None) -> re.Pattern[str] | None:
    if error is None:
        return None
    written = error[1:-1] if len(error) > 2 and error.startswith("/") and error.endswith("/") else re.escape(error)
    try:
        return re.compile(written, re.IGNORECASE)
    except re.error as problem:
        raise ConfigError(f"runbooks: {error} is not a regular expression: {problem}") from None
