"""How often one job is asked about: a fixed interval, or one that follows the job's own progress."""

from dataclasses import dataclass

QUICK_RISE = 5.0
"""Percentage points of progress between two answers that make the next question come sooner."""


@dataclass(slots=True)
class Pace:
    """`start` is the first and shortest interval, `most` the longest, in seconds; equal means a fixed interval."""

    start: float
    most: float
    interval: float = 0.0
    progress: float = 0.0

    def __post_init__(self) -> None:
        self.interval = self.start

    def after(self, progress: float | None) -> float:
        """The interval until the next question, given the progress that the last answer told."""
        now = progress or 0.0
        if now - self.progress > QUICK_RISE:
            self.interval = max(self.start, self.interval / 2)
        else:
            self.interval = min(self.most, self.interval * 1.2)
        self.progress = now
        return self.interval
