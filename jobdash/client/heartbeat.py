"""How long a stream may be silent, learnt from its keep-alives: three missed ones are enough to call it dead.

Keep-alives that come when they like teach something wrong: each stream that is called dead makes the next ones of its
server twice as patient, so that such a server is left within a few times, and no healthy stream is closed for ever.
A server that is regular again is trusted less blindly again, after ever more keep-alives in time.
"""

from collections import deque

MISSED = 3
LEARNT_FROM = 2
"""So many intervals must have been seen: the first is often cut short by the greeting before it."""
REMEMBERED = 4
CALM = 50
"""So many keep-alives in time, for every time that a stream was called dead, halve the patience that this taught."""


class Trust:
    """How much more patient one is with all streams of a server than its keep-alives say: `factor`, 1 at first."""

    def __init__(self) -> None:
        self.factor = 1
        self._deaths = 0
        self._in_time = 0

    def died(self, factor: int) -> None:
        """A stream was called dead that was borne with so much more patience; those that die together count as one."""
        self._in_time = 0
        if 2 * factor > self.factor:
            self.factor = 2 * factor
            self._deaths += 1

    def came(self, *, in_time: bool) -> None:
        """A keep-alive came, in time or not by what those before it say."""
        self._in_time = self._in_time + 1 if in_time else 0
        if self.factor > 1 and self._in_time >= CALM * self._deaths:
            self.factor //= 2
            self._in_time = 0


class Heartbeat:
    """`most` is the silence that is borne when nothing was learnt, `least` the floor, in seconds.

    `trust` is shared by all streams of one server. Only intervals between two keep-alives with nothing in between
    count: events come when they come.
    """

    def __init__(self, *, most: float, least: float, trust: Trust | None = None) -> None:
        self._most = most
        self._least = least
        self._trust = trust or Trust()
        self._most_factor = self._trust.factor
        self._gaps: deque[float] = deque(maxlen=REMEMBERED)
        self._last: float | None = None

    def beat(self, at: float) -> None:
        """A keep-alive came."""
        if self._last is not None:
            gap = at - self._last
            if len(self._gaps) >= LEARNT_FROM:
                self._trust.came(in_time=gap <= self._usual)
            self._gaps.append(gap)
        self._last = at

    def other(self) -> None:
        """Something else came."""
        self._last = None

    def died(self) -> None:
        """The stream was called dead by what was learnt."""
        self._trust.died(self._factor)

    @property
    def patience(self) -> float:
        """Seconds of silence after which the stream is dead."""
        if len(self._gaps) < LEARNT_FROM:
            return self._most
        return min(self._most, self._factor * self._usual)

    @property
    def _usual(self) -> float:
        return max(self._least, MISSED * max(self._gaps))

    @property
    def _factor(self) -> int:
        """What other streams teach meanwhile makes this one less patient, never more."""
        return min(self._most_factor, self._trust.factor)
