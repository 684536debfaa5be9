"""Which way of delivery to use for a job: the best rung that works, stepping down on failure and trying up again."""

from collections.abc import Collection, Sequence

from jobdash.engine.backoff import Random, full_jitter
from jobdash.engine.clock import Clock
from jobdash.model.server import Delivery

TRY_AGAIN_BASE = 15.0
TRY_AGAIN_CAP = 600.0

BREAKS = 3
"""A rung that breaks so often in a row before it was of use has failed."""


ENDS_AT_ONCE = "the server ends it at once"
"""Why a stream is of no use that does not even break."""


class Ladder:
    """The rungs a server has, best first; the last one is always there to stand on."""

    def __init__(self, rungs: Sequence[Delivery], clock: Clock, random: Random) -> None:
        self._rungs = tuple(rungs)
        self._clock = clock
        self._random = random
        self._failures = dict.fromkeys(self._rungs, 0)
        self._closed_until = dict.fromkeys(self._rungs, 0.0)

    @property
    def current(self) -> Delivery:
        """The best rung that is not resting after a failure."""
        return self.best()

    def best(self, but: Collection[Delivery] = ()) -> Delivery:
        """The best rung that is not resting, of those that are left for one job."""
        now = self._clock.monotonic()
        able = (rung for rung in self._rungs[:-1] if self._closed_until[rung] <= now and rung not in but)
        return next(able, self._rungs[-1])

    def is_doubtful(self, rung: Delivery) -> bool:
        """True for one that failed and has not delivered since: to try it is an experiment."""
        return self._failures[rung] > 0

    def breaks(self, rung: Delivery) -> int:
        """How often in a row this rung may break before it failed: one that failed before gets no second chance."""
        return BREAKS if self._failures[rung] == 0 else 1

    def failed(self, rung: Delivery) -> None:
        """This rung broke: step down, and try it again later, ever later."""
        self._failures[rung] += 1
        wait = full_jitter(self._failures[rung], base=TRY_AGAIN_BASE, cap=TRY_AGAIN_CAP, random=self._random)
        self._closed_until[rung] = self._clock.monotonic() + wait

    def held(self, rung: Delivery) -> None:
        """This rung delivered: its failures are forgotten."""
        self._failures[rung] = 0
