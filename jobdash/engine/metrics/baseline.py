"""Whether failures are more frequent than they usually are here. A busy hour with the usual share is nothing new."""

from math import sqrt

from jobdash.engine.metrics.tally import Tally

LATELY = 300.0
SLOT, SLOTS = 600.0, 145
"""A day in slots of ten minutes, and the present one."""

FEWEST_BEFORE = 50
FEWEST_FAILED = 5
"""So many jobs must have ended before there is a usual share, and so many failed lately before it can be exceeded."""

LEAST_SHARE = 0.01
Z = 1.64
"""The share of failures is taken as low as it may well be (95 %), so that few jobs prove little."""


class Baseline:
    """The share of failures over the last day, without the last minutes, which are compared with it."""

    __slots__ = ("_ended", "_failed")

    def __init__(self, began: float) -> None:
        self._ended = Tally(began, SLOT, SLOTS)
        self._failed = Tally(began, SLOT, SLOTS)

    def add(self, now: float, *, failed: bool) -> None:
        """A job has ended."""
        self._ended.add(now)
        if failed:
            self._failed.add(now)

    def times_usual(self, now: float, ended: float, failed: float) -> float | None:
        """By how much the share of `failed` among `ended` lately exceeds the usual; None while there is no usual."""
        before = self._ended.last(now, SLOT * SLOTS) - ended
        if before < FEWEST_BEFORE:
            return None
        if failed < FEWEST_FAILED:
            return 0.0
        usual = max(LEAST_SHARE, (self._failed.last(now, SLOT * SLOTS) - failed) / before)
        return at_least(failed, ended) / usual


def at_least(failed: float, ended: float) -> float:
    """The lower end of Wilson's interval for a share."""
    if ended <= 0:
        return 0.0
    share, z2 = min(1.0, failed / ended), Z * Z
    middle = share + z2 / (2 * ended)
    return max(0.0, (middle - Z * sqrt(share * (1 - share) / ended + z2 / (4 * ended * ended))) / (1 + z2 / ended))
