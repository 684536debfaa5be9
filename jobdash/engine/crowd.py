"""How many held connections a server bears: learnt from its asking for patience when one more is opened."""

import math

from jobdash.engine.backoff import Random, full_jitter
from jobdash.engine.clock import Clock

TRY_AGAIN_BASE, TRY_AGAIN_CAP = 30.0, 600.0


class Crowd:
    """Without a limit until the server turned one away; then one more is tried now and then, ever more rarely."""

    def __init__(self, clock: Clock, random: Random) -> None:
        self._clock = clock
        self._random = random
        self._borne = math.inf
        self._times = 0
        self._full_until = 0.0

    @property
    def most(self) -> float:
        """So many may be open now."""
        return self._borne if self._clock.monotonic() < self._full_until else self._borne + 1

    def turned_away(self, held: int) -> None:
        """The server asked for patience when it held so many and was asked for one more."""
        self._borne = held
        self._times += 1
        wait = full_jitter(self._times, base=TRY_AGAIN_BASE, cap=TRY_AGAIN_CAP, random=self._random)
        self._full_until = self._clock.monotonic() + wait

    def holds(self, held: int) -> None:
        """The server holds so many."""
        if held > self._borne:
            self._borne, self._times = held, 0
