"""Times in words that do not jump: short ages for columns, spoken ones for sentences, clock times in a zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

STEP, MINUTE, HOUR, DAY, YEAR = 10, 60, 3600, 86400, 365 * 86400

AHEAD = 60
"""Seconds by which the clocks of servers may well differ from ours."""


class Times(StrEnum):
    """How times are told; `t` goes round."""

    RELATIVE = "relative"
    LOCAL = "local"
    UTC = "UTC"

    @property
    def following(self) -> "Times":
        order = list(Times)
        return order[(order.index(self) + 1) % len(order)]


@dataclass(frozen=True, slots=True)
class Moment:
    """The one instant that a whole drawing speaks of: epoch seconds, monotonic seconds, and how to tell times."""

    now: float
    monotonic: float
    times: Times = Times.RELATIVE
    zone: tzinfo | None = None

    @property
    def tz(self) -> tzinfo | None:
        """The zone for clock times; None is the machine's own."""
        return UTC if self.times is Times.UTC else self.zone


def short(seconds: float) -> str:
    """At most five cells: `now`, `45s`, `4m`, `1h02`, `3d`, `2y`; what lies ahead has a plus."""
    if seconds <= -1:
        return "+" + _short(-seconds)
    return _short(seconds)


def _short(seconds: float) -> str:
    if seconds < 1:
        return "now"
    if seconds < MINUTE:
        return f"{int(seconds)}s"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)}m"
    if seconds < 10 * HOUR:
        return f"{int(seconds // HOUR)}h{int(seconds % HOUR // MINUTE):02}"
    if seconds < 2 * DAY:
        return f"{int(seconds // HOUR)}h"
    if seconds < YEAR:
        return f"{int(seconds // DAY)}d"
    return f"{int(seconds // YEAR)}y"


def stepped(seconds: float) -> float:
    """Below a minute in steps of ten seconds: what is told of it leaves a screen at rest alone."""
    return seconds // STEP * STEP if 0 <= seconds < MINUTE else seconds


def steady(seconds: float) -> str:
    """Like `short`, in such steps: `<10s`, `10s`, `20s`."""
    return f"<{STEP}s" if 0 <= seconds < STEP else short(stepped(seconds))


def span(seconds: float) -> str:
    """A duration with two figures at most: `5s`, `1m12`, `2h05`, `3d 4h`."""
    seconds = max(0.0, seconds)
    if seconds < 10:
        return f"{seconds:.1f}s" if seconds % 1 >= 0.05 else f"{int(seconds)}s"
    if seconds < MINUTE:
        return f"{int(seconds)}s"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)}m{int(seconds % MINUTE):02}"
    if seconds < DAY:
        return f"{int(seconds // HOUR)}h{int(seconds % HOUR // MINUTE):02}"
    return f"{int(seconds // DAY)}d {int(seconds % DAY // HOUR)}h"


def spoken(seconds: float) -> str:
    """For sentences: `just now`, `4 min ago`, `in 3 min`."""
    size = abs(seconds)
    if size < 2:
        return "just now"
    words = _words(size)
    return f"{words} ago" if seconds > 0 else f"in {words}"


def happened(seconds: float) -> str:
    """Like `spoken`, for what has happened: a time ahead of ours is its server's clock, and nothing still to come."""
    return f"{_words(-seconds)} ahead of now" if seconds < -AHEAD else spoken(max(0.0, seconds))


def happened_short(seconds: float) -> str:
    """The same for a column: `ahead`, or `now` where clocks differ by little."""
    return "ahead" if seconds < -AHEAD else short(max(0.0, seconds))


def _words(size: float) -> str:
    if size < MINUTE:
        return f"{int(size)} s"
    if size < HOUR:
        return f"{int(size // MINUTE)} min"
    if size < 2 * DAY:
        return f"{int(size // HOUR)} h"
    return f"{int(size // DAY):,} days"


def clock(at: float, moment: Moment) -> str:
    """Eight cells at most: the time of day, or the day when it was not today; a UTC time of day ends in no `Z` here."""
    then, now = moment_of(at, moment.tz), moment_of(moment.now, moment.tz)
    if then is None or now is None:
        return "?"
    return f"{then:%H:%M:%S}" if then.date() == now.date() else f"{then:%d %b}"


def full(at: float, now: float, tz: tzinfo | None) -> str:
    """Time and zone, with the date when that is not today's: `03:12:44Z`, `2026-11-21 03:12:44Z`."""
    then, today = moment_of(at, tz), moment_of(now, tz)
    if then is None or today is None:
        return "?"
    zone = f"{then:%z}"
    day = "" if then.date() == today.date() else f"{then:%Y-%m-%d} "
    return f"{day}{then:%H:%M:%S}{'Z' if zone == '+0000' else zone}"


def moment_of(at: float, tz: tzinfo | None) -> datetime | None:
    """None when a server told a time that no calendar has."""
    try:
        return datetime.fromtimestamp(at, UTC).astimezone(tz)
    except (OverflowError, ValueError, OSError):
        return None
