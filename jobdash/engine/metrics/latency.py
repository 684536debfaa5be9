"""How long things took lately: the last few durations, and the percentiles of those that are not too old."""

from array import array

LAST = 256
FEWEST = 5
"""Fewer durations than this say nothing about a percentile."""

OLDEST = 3600.0
"""Seconds after which a duration no longer speaks of the present."""

Percentiles = tuple[float, float, float]
"""The 50th, 95th and 99th, in seconds."""


class Latency:
    """A ring of durations with the monotonic time at which each became known."""

    __slots__ = ("_came", "_known", "_next", "_settled_at", "_values")

    def __init__(self) -> None:
        self._values = array("f")
        self._came = array("d")
        self._next = 0
        self._known: Percentiles | None = None
        self._settled_at = float("-inf")

    def add(self, now: float, seconds: float) -> None:
        """One more duration; what cannot be one (a clock was set back) is left out."""
        if not 0.0 <= seconds < 1e9:
            return
        if len(self._values) < LAST:
            self._values.append(seconds)
            self._came.append(now)
        else:
            self._values[self._next] = seconds
            self._came[self._next] = now
            self._next = (self._next + 1) % LAST
        self._settled_at = float("-inf")

    def percentiles(self, now: float) -> Percentiles | None:
        """None while too few durations are known; looked at anew at most once a minute when none came."""
        if now - self._settled_at > 60.0:
            self._settled_at = now
            fresh = sorted(v for v, came in zip(self._values, self._came, strict=True) if now - came <= OLDEST)
            self._known = None if len(fresh) < FEWEST else (_at(fresh, 50), _at(fresh, 95), _at(fresh, 99))
        return self._known

    def __len__(self) -> int:
        return len(self._values)


def _at(values: list[float], percent: int) -> float:
    return values[min(len(values) - 1, len(values) * percent // 100)]
