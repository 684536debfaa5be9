"""Counters that a server keeps (completed, failed) turned into what happened between two readings of them."""

from jobdash.engine.metrics.tally import Tally

STALE = 60.0
"""Seconds between two readings after which their difference says nothing about the present."""


class Counters:
    """A counter that goes back was reset: what happened then is unknown, and never a negative or a huge figure."""

    __slots__ = ("_at", "_completed", "_failed", "failures", "finished")

    def __init__(self, began: float) -> None:
        self.finished = Tally(began)
        self.failures = Tally(began)
        self._at: float | None = None
        self._completed = self._failed = 0.0

    @property
    def known(self) -> bool:
        """Whether the server keeps such counters at all."""
        return self._at is not None

    def read(self, now: float, completed: float | None, failed: float | None) -> bool:
        """A reading; True when something was finished since the last one. Unless both are told, nothing is."""
        if completed is None or failed is None:
            self._at = None
            return False
        done, bad = completed - self._completed, failed - self._failed
        moved = self._at is not None and now - self._at <= STALE and done >= 0 and bad >= 0 and done + bad > 0
        if moved:
            self.finished.add(now, done + bad)
            self.failures.add(now, bad)
        self._at, self._completed, self._failed = now, completed, failed
        return moved
