"""From which time on a listing is asked for what has changed, by the server's own clock; None: it is walked instead."""

OVERLAP = 10.0
"""Seconds that two deltas have in common: servers write late, and have more than one clock."""


class Delta:
    """`since` is known once a walk or a delta was answered with the server's time. `off` for a server that has none."""

    def __init__(self, able: bool) -> None:
        self._able = able
        self._told: float | None = None
        self._asked: float | None = None

    @property
    def since(self) -> float | None:
        """Where the next delta starts; None when there can be none."""
        return None if self._told is None else self._told - OVERLAP

    def answered(self, at: float | None, since: float | None = None) -> bool:
        """A walk, or a delta from `since` on, that began when the server's clock said `at` went to its end.

        False when that clock went back: then the server is another one than before, and a delta would not tell.
        """
        back = at is not None and self._told is not None and at < self._told - OVERLAP
        self._told = at if self._able else None
        self._asked = since
        return not back

    def left_out(self, known: float | None, told: float | None) -> bool:
        """True for a job known as of one time and told of as of another that lies before the last delta began.

        Then no delta told of that change and none ever will: the server's clocks or time zones do not agree.
        """
        return self._asked is not None and known is not None and told is not None and known < told < self._asked

    def rest(self) -> None:
        """The whole listing is one page: it tells more than a delta, for the same one request."""
        self._told = None

    def off(self) -> None:
        """The server has shown that it cannot."""
        self._able, self._told, self._asked = False, None, None
