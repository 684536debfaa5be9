"""When a question is due again: an interval after it was asked last, not after all that followed was answered."""

from jobdash.engine.clock import Clock


class Rhythm:
    """Takes note of when a question was `asked` and how long its answer `took`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked_at = float("-inf")
        self._took = 0.0

    @property
    def since(self) -> float:
        """Seconds since it was asked last."""
        return self._clock.monotonic() - self._asked_at

    def asked(self) -> None:
        """It leaves now."""
        self._asked_at = self._clock.monotonic()

    def answered(self) -> None:
        """The answer, or the failure, is there."""
        self._took = self.since

    def rest(self, interval: float) -> float:
        """Seconds until it is due. A slow server rests at least as long as it took, as far as the interval allows."""
        return max(interval - self.since, min(interval, self._took))
