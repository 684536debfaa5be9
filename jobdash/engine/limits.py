"""The figures that bound what jobdash costs a server, with defaults that a small server survives."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Per server. `rate` is requests a second, `streams` counts event streams and long polls held open at once.

    `poll` overrides the interval that the dialect recommends; `silence` is after how many seconds without a word
    a server counts as stale, `deadline` is when a job is overdue; all in seconds. `most_jobs` bounds what is listed,
    `most_kept` what is remembered of it: a tenth more unless it is given. `attempts` is how often a job is asked about
    before it is overdue, 0 for as often as it takes.
    """

    rate: float = 10.0
    burst: int = 20
    at_once: int = 4
    streams: int = 6
    poll: float | None = None
    statistics: float = 5.0
    silence: float = 45.0
    long_poll: float = 30.0
    most_jobs: int = 100_000
    most_kept: int | None = None
    deadline: float | None = None
    attempts: int | None = None

    @property
    def room(self) -> int:
        """How many jobs are remembered before the oldest ended ones leave."""
        return self.most_kept if self.most_kept is not None else self.most_jobs + self.most_jobs // 10
