"""The life of one server as a state machine: what is heard and what fails, in; a status for the screen, out."""

from dataclasses import replace
from email.utils import parsedate_to_datetime

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
RESOLUTION = 1.5
"""Seconds by which a skew may seem to change although no clock was set: the header has whole seconds."""
STEADY = 10.0
"""Seconds that a server must have been well before its next failure counts as the first one again."""


class Life:
    """Turns successes and failures into a phase. It never sleeps and never sends: the feed asks it what to do.

    `round` counts the failures: a question asked in an earlier round says nothing new by failing as well. One asked
    before `woke_in` says nothing of now in any case: this machine has slept since.
    """

    def __init__(self, clock: Clock, random: Random) -> None:
        self._clock = clock
        self._random = random
        self._failures = 0
        self.round = 0
        self.woke_in = 0
        self.heard_at: float | None = None
        self._remarks: dict[str, str] = {}
        self._ailing: str | None = None
        self._ailing_since = 0.0
        self._status = ServerStatus(since=clock.monotonic())

    @property
    def status(self) -> ServerStatus:
        """The server's line. Being heard is noted aside, because it happens for every event."""
        if self._status.heard_at != self.heard_at:
            self._status = replace(self._status, heard_at=self.heard_at)
        return self._status

    @property
    def phase(self) -> Phase:
        return self._status.phase

    @property
    def reachable(self) -> bool:
        """True when requests may be sent at will; otherwise one is tried at `next_try_at`."""
        return self._status.phase in (Phase.CONNECTING, Phase.LIVE, Phase.STALE)

    @property
    def wait(self) -> float:
        """Seconds until a server in trouble is to be tried again; 0 when it is due."""
        return max(0.0, (self._status.next_try_at or 0.0) - self._clock.monotonic())

    @property
    def patience(self) -> float:
        """Seconds for which the server asked to be left alone; 0 when it did not."""
        return self.wait if self.phase is Phase.THROTTLED else 0.0

    def heard(self) -> bool:
        """The server said something that was understood. True when it came back to life by that.

        A word on a stream that is still open, or a late answer, does not shorten the wait that a refusal asked for.
        """
        self.heard_at = self._clock.monotonic()
        phase = self._status.phase
        if phase is Phase.LIVE:
            return False
        well = Phase.LIVE if self._ailing is None else Phase.STALE
        if not self.reachable and self.wait > 0:
            return False
        if phase is Phase.STALE and self._ailing is not None and self._status.message == self._ailing:
            return False
        since = self.heard_at if self._ailing is None else self._ailing_since
        message = self._remark if self._ailing is None else self._ailing
        self._status = replace(self._status, phase=well, since=since, next_try_at=None, message=message)
        return True

    def failed(self, error: ServerError, asked_in: int | None = None) -> None:
        """The server could not be asked; decides when it is tried again. `asked_in` is the round of the question."""
        late = asked_in is not None and asked_in != self.round
        if late and not isinstance(error, Throttled | Unauthorised):
            return
        now = self._clock.monotonic()
        old = self._status
        if old.phase is Phase.LIVE and now - old.since > STEADY:
            self._failures = 0
        self._failures += 0 if late else 1
        self.round += 1
        phase, wait = self._judge(error)
        self._status = replace(
            old,
            phase=phase,
            since=old.since if old.phase is phase else now,
            next_try_at=max(now + wait, (old.next_try_at or 0.0) if late else 0.0),
            message=str(error),
            bad_answers=old.bad_answers + isinstance(error, BadAnswer),
        )

    def bad_event(self) -> None:
        """Something could not be understood; it is counted, and life goes on."""
        self._status = replace(self._status, bad_answers=self._status.bad_answers + 1)

    def silent_since(self, limit: float, rests: bool = False) -> bool:
        """True, once, when a live server has said nothing for `limit` seconds: what it said is now stale.

        `rests`: it was not asked either.
        """
        if self.heard_at is None or self._clock.monotonic() - self.heard_at <= limit:
            return False
        return self.doubted("it is not asked now" if rests else "no word from the server")

    def silent_in(self, limit: float) -> float:
        """Seconds until a live server that says no word more would have been silent for `limit` seconds."""
        if self.heard_at is None or self.phase is not Phase.LIVE:
            return limit
        return max(0.0, self.heard_at + limit - self._clock.monotonic())

    def rests(self, why: str | None) -> bool:
        """Notes why it is not polled as usual now, None when it is; True when that changed."""
        if self._status.rests == why:
            return False
        self._status = replace(self._status, rests=why)
        return True

    def doubted(self, message: str) -> bool:
        """What a live server said may no longer be true; False when it was not live."""
        if self._status.phase is not Phase.LIVE:
            return False
        self._status = replace(self._status, phase=Phase.STALE, since=self._clock.monotonic(), message=message)
        return True

    def slept(self, since: float) -> bool:
        """This machine slept or its clock was set, since then at most; True when that casts doubt on what was said."""
        self.round += 1
        self.woke_in = self.round
        if self.heard_at is not None:
            self.heard_at = min(self.heard_at, since)
        return self.doubted("this computer slept or its clock was set")

    def try_now(self) -> None:
        """A person asks: the next try is due at once."""
        if not self.reachable:
            self._status = replace(self._status, next_try_at=self._clock.monotonic())

    def delivers(self, delivery: Delivery | None, interval: float | None) -> bool:
        """Notes how news arrives now; True when that changed."""
        if (self._status.delivery, self._status.interval) == (delivery, interval):
            return False
        self._status = replace(self._status, delivery=delivery, interval=interval)
        return True

    def remarked(self, about: str, words: str | None) -> bool:
        """Notes what a live server offers and does not give, None when it does; True when that changed."""
        if self._remarks.get(about) == words:
            return False
        self._remarks.pop(about, None)
        if words is not None:
            self._remarks[about] = words
        if self._status.phase is Phase.LIVE:
            self._status = replace(self._status, message=self._remark)
        return True

    def ailing(self, why: str | None) -> bool:
        """Notes why what is known grows old although the server answers, None when that is over; True on a change.

        Unlike a doubt it is not cleared by the next word of the server, and it keeps the time when it began.
        """
        if self._ailing == why:
            return False
        if self._ailing is None:
            self._ailing_since = self._clock.monotonic()
        before, self._ailing = self._ailing, why
        if why is None and self._status.phase is Phase.STALE and self._status.message == before:
            now = self._clock.monotonic()
            self._status = replace(self._status, phase=Phase.LIVE, since=now, message=self._remark)
        elif why is not None and self._status.phase in (Phase.LIVE, Phase.STALE):
            self._status = replace(self._status, phase=Phase.STALE, since=self._ailing_since, message=why)
        return True

    @property
    def _remark(self) -> str | None:
        return "; ".join(self._remarks.values()) or None

    def told_time(self, date: str) -> bool:
        """Compares a `Date` header with our clock; True when that changed the skew by more than its one second."""
        try:
            skew = parsedate_to_datetime(date).timestamp() - self._clock.now()
        except (ValueError, OverflowError):
            return False
        if self._status.skew is not None and abs(skew - self._status.skew) <= RESOLUTION:
            return False
        self._status = replace(self._status, skew=round(skew, 1))
        return True

    def listed(self, listed: int, total: int | None, cut: bool) -> bool:
        """Notes how much of the server's listing is known here, `cut` when there is more; True when that changed."""
        if (self._status.listed, self._status.total, self._status.cut) == (listed, total, cut):
            return False
        self._status = replace(self._status, listed=listed, total=total, cut=cut)
        return True

    def _judge(self, error: ServerError) -> tuple[Phase, float]:
        if isinstance(error, Unauthorised):
            return Phase.UNAUTHORISED, UNAUTHORISED_WAIT
        backoff = full_jitter(self._failures, base=RETRY_BASE, cap=RETRY_CAP, random=self._random)
        if isinstance(error, Throttled):
            return Phase.THROTTLED, min(error.retry_after or backoff, PATIENCE_CAP)
        return Phase.DOWN, backoff
