"""How long a stream may be silent, learnt from its keep-alives: three missed ones are enough to call it dead.

Keep-alives that come when they like teach something wrong: each stream that is called dead makes the next ones of its
server twice as patient, so that such a server is left within a few times, and no healthy stream is closed for ever.
"""

from collections import deque

MISSED = 3
LEARNT_FROM = 2
"""So many intervals must have been seen: the first is often cut short by the greeting before it."""
REMEMBERED = 4


class Trust:
    """How much more patient than its keep-alives say one is with all streams of a server; one, until some died."""

    def __init__(self) -> None:
        self.factor = 1


class Heartbeat:
    """`most` is the silence that is borne when nothing was learnt, `least` the floor, in seconds.

    `trust` is shared by all streams of one server. Only intervals between two keep-alives with nothing in between
    count: events come when they come.
    """

    def __init__(self, *, most: float, least: float, trust: Trust | None = None) -> None:
        self._most = most
        self._least = least
        self._trust = trust or Trust()
        self._factor = self._trust.factor
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

    def died(self) -> None:
        """The stream was called dead by what was learnt; streams that die together count as one."""
        self._trust.factor = max(self._trust.factor, 2 * self._factor)

    @property
    def patience(self) -> float:
        """Seconds of silence after which the stream is dead."""
        if len(self._gaps) < LEARNT_FROM:
            return self._most
        return min(self._most, self._factor * max(self._least, MISSED * max(self._gaps)))
