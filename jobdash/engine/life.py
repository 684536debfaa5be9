"""The life of one server as a state machine: what is heard and what fails, in; a status for the screen, out."""

from dataclasses import replace

from jobdash.engine.backoff import Random, full_jitter
from jobdash.engine.clock import Clock
from jobdash.model.errors import BadAnswer, ServerError, Throttled, Unauthorised
from jobdash.model.server import Delivery, Phase, ServerStatus

RETRY_BASE = 1.0
RETRY_CAP = 30.0
UNAUTHORISED_WAIT = 300.0
"""A refused key does not get better by asking: a person mends it, and `r` asks at once."""
PATIENCE_CAP = 3600.0
"""The longest that a server's Retry-After is believed, in seconds."""


class Life:
    """Turns successes and failures into a phase. It never sleeps and never sends: the feed asks it what to do."""

    def __init__(self, clock: Clock, random: Random) -> None:
        self._clock = clock
        self._random = random
        self._failures = 0
        self.status = ServerStatus(since=clock.monotonic())

    @property
    def reachable(self) -> bool:
        """True when requests may be sent at will; otherwise one is tried at `next_try_at`."""
        return self.status.phase in (Phase.CONNECTING, Phase.LIVE, Phase.STALE)

    def heard(self) -> bool:
        """The server said something that was understood. True when it came back to life by that."""
        now = self._clock.monotonic()
        self._failures = 0
        if self.status.phase is Phase.LIVE:
            self.status = replace(self.status, heard_at=now)
            return False
        self.status = replace(self.status, phase=Phase.LIVE, since=now, heard_at=now, next_try_at=None, message=None)
        return True

    def failed(self, error: ServerError) -> None:
        """The server could not be asked; decides when it is tried again."""
        self._failures += 1
        phase, wait = self._judge(error)
        now = self._clock.monotonic()
        since = self.status.since if self.status.phase is phase else now
        bad = self.status.bad_answers + isinstance(error, BadAnswer)
        self.status = replace(
            self.status, phase=phase, since=since, next_try_at=now + wait, message=str(error), bad_answers=bad
        )

    def bad_event(self) -> None:
        """Something on a stream could not be understood; it is counted, and life goes on."""
        self.status = replace(self.status, bad_answers=self.status.bad_answers + 1)

    def silent_since(self, limit: float) -> bool:
        """True, once, when a live server has said nothing for `limit` seconds: what it said is now stale."""
        heard = self.status.heard_at
        now = self._clock.monotonic()
        if self.status.phase is not Phase.LIVE or heard is None or now - heard <= limit:
            return False
        self.status = replace(self.status, phase=Phase.STALE, since=now, message="no word from the server")
        return True

    def try_now(self) -> None:
        """A person asks: the next try is due at once."""
        if not self.reachable:
            self.status = replace(self.status, next_try_at=self._clock.monotonic())

    def delivers(self, delivery: Delivery | None, interval: float | None) -> bool:
        """Notes how news arrives now; True when that changed."""
        if (self.status.delivery, self.status.interval) == (delivery, interval):
            return False
        self.status = replace(self.status, delivery=delivery, interval=interval)
        return True

    def listed(self, listed: int, total: int | None) -> None:
        """Notes how much of the server's listing is known here."""
        self.status = replace(self.status, listed=listed, total=total)

    def _judge(self, error: ServerError) -> tuple[Phase, float]:
        if isinstance(error, Unauthorised):
            return Phase.UNAUTHORISED, UNAUTHORISED_WAIT
        backoff = full_jitter(self._failures, base=RETRY_BASE, cap=RETRY_CAP, random=self._random)
        if isinstance(error, Throttled):
            return Phase.THROTTLED, min(error.retry_after or backoff, PATIENCE_CAP)
        return Phase.DOWN, backoff
