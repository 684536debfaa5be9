"""How often one job is asked about: a fixed interval, or one that follows the job's own progress."""

from dataclasses import dataclass

from jobdash.engine.backoff import Random, full_jitter

QUICK_RISE = 5.0
"""Percentage points of progress between two answers that make the next question come sooner."""

FAILING_MOST = 30.0
"""The longest interval between questions about a job that cannot be read, in seconds, unless it is polled slower."""


ATTEMPTS = "timed out after"
"""How the reason begins why a job is late that was asked about so often as it may be."""


@dataclass(slots=True)
class Pace:
    """`start` is the first and shortest interval, `most` the longest, in seconds; equal means a fixed interval.

    `asked` counts the questions, `failures` those in a row that this job's server could not answer.
    """

    start: float
    most: float
    interval: float = 0.0
    progress: float = 0.0
    asked: int = 0
    failures: int = 0

    def __post_init__(self) -> None:
        self.interval = self.start

    def after(self, progress: float | None) -> float:
        """The interval until the next question, given the progress that the last answer told."""
        self.asked += 1
        self.failures = 0
        now = progress or 0.0
        if now - self.progress > QUICK_RISE:
            self.interval = max(self.start, self.interval / 2)
        else:
            self.interval = min(self.most, self.interval * 1.2)
        self.progress = now
        return self.interval

    def failed(self, random: Random) -> float:
        """The interval until the next question after one that failed."""
        self.asked += 1
        self.failures += 1
        cap = max(FAILING_MOST, self.start)
        return max(self.start, full_jitter(self.failures, base=self.start, cap=cap, random=random))
