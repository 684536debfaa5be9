"""A server answers, but not this question: how long to wait before it is asked again."""

from jobdash.engine.clock import Clock

FIRST_WAIT = 60.0
LONGEST_WAIT = 600.0
"""Seconds until a question that was refused is asked again: twice as long each time, up to the longest."""


class Refusals:
    """Counts the refusals in a row of one question. `worked` is True once it was answered."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._count = 0
        self._until = 0.0
        self.worked = False

    @property
    def lasting(self) -> bool:
        """True when the last answer was a refusal."""
        return self._count > 0

    @property
    def wait(self) -> float:
        """Seconds until the question is due again."""
        return max(0.0, self._until - self._clock.monotonic())

    def refused(self) -> None:
        self._count += 1
        self._until = self._clock.monotonic() + min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(self._count - 1, 16))

    def answered(self) -> None:
        self._count, self._until, self.worked = 0, 0.0, True
