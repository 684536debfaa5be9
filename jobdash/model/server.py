"""How a server is doing as seen from here: its phase, the delivery in use and the age of its last word."""

from dataclasses import dataclass
from enum import StrEnum

CLOCKS_AGREE = 5.0
"""Seconds by which a server's clock may differ from ours before anybody cares."""


class Phase(StrEnum):
    """The life of a server. Only LIVE means that what is on the screen is true now."""

    CONNECTING = "connecting"
    LIVE = "live"
    STALE = "stale"
    DOWN = "down"
    UNAUTHORISED = "unauthorised"
    THROTTLED = "throttled"


class Delivery(StrEnum):
    """How news arrives, best first."""

    SOCKET = "ws"
    FEED = "feed"
    STREAM = "sse"
    LONG_POLL = "long"
    POLL = "poll"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """All times are readings of the engine's monotonic clock, in seconds; `interval` is the poll interval.

    `skew` is how many seconds the server's clock is ahead of this machine's, None while it has not told the time.
    `since` is when `phase` began, `heard_at` when the server last said anything that was understood,
    `next_try_at` when it will be asked again while it is not live. `message` is one sentence for a person, of a live
    server about what it offers and does not give. `delivery` is None while there is nothing to ask it.
    `rests` says why it is polled rarely or not at all at the moment. `cut`: more is there than is `listed`.
    """

    phase: Phase = Phase.CONNECTING
    since: float = 0.0
    heard_at: float | None = None
    next_try_at: float | None = None
    delivery: Delivery | None = None
    interval: float | None = None
    message: str | None = None
    bad_answers: int = 0
    listed: int | None = None
    total: int | None = None
    cut: bool = False
    skew: float | None = None
    rests: str | None = None

    @property
    def ahead(self) -> float:
        """The skew where it matters, else 0."""
        return self.skew if self.skew is not None and abs(self.skew) > CLOCKS_AGREE else 0.0
