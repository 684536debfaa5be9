"""How long a stream may be silent, learnt from its keep-alives: three missed ones are enough to call it dead."""

from collections import deque

MISSED = 3
LEARNT_FROM = 2
"""So many intervals must have been seen: the first is often cut short by the greeting before it."""
REMEMBERED = 4


class Heartbeat:
    """`most` is the silence that is borne when nothing was learnt, `least` the floor, in seconds.

    Only intervals between two keep-alives with nothing in between count: events come when they come.
    """

    def __init__(self, *, most: float, least: float) -> None:
        self._most = most
        self._least = least
        self._gaps: deque[float] = deque(maxlen=REMEMBERED)
        self._last: float | None = None

    def beat(self, at: float) -> None:
        """A keep-alive came."""
        if self._last is not None:
            self._gaps.append(at - self._last)
        self._last = at

    def other(self) -> None:
        """Something else came."""
        self._last = None

    @property
    def patience(self) -> float:
        """Seconds of silence after which the stream is dead."""
        if len(self._gaps) < LEARNT_FROM:
            return self._most
        return min(self._most, max(self._least, MISSED * max(self._gaps)))
