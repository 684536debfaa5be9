"""When somebody is told: what comes together is told together, not too often, and at night only what is critical."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from jobdash.engine.notify.call import Call
from jobdash.model.alert import Alert, AlertKey, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """`gather` is for how long a first alert waits for others, `every` the least time between two calls, in seconds.

    `quiet` are the minutes of the day from when to when only what is critical gets through.
    """

    at_least: Severity = Severity.WARNING
    gather: float = 2.0
    every: float = 60.0
    quiet: tuple[int, int] | None = None


def quiet_hours(text: str) -> tuple[int, int]:
    """`22:00-07:00`. Raises ValueError."""
    try:
        start, _, stop = text.replace(" ", "").partition("-")
        times = [datetime.strptime(part, "%H:%M") for part in (start, stop)]
    except ValueError:
        raise ValueError('two times are expected, as in "22:00-07:00"') from None
    first, last = (time.hour * 60 + time.minute for time in times)
    return first, last


class Outbox:
    """Times are seconds since the epoch; `minute_of_day` tells the local time of one."""

    def __init__(self, manners: Manners, minute_of_day: Callable[[float], int]) -> None:
        self._manners = manners
        self._minute_of_day = minute_of_day
        self._raised: dict[AlertKey, tuple[float, Alert]] = {}
        self._cleared: dict[AlertKey, tuple[float, Alert]] = {}
        self._told: set[AlertKey] = set()
        self._last = float("-inf")

    def raised(self, alert: Alert, now: float) -> None:
        """An alert was raised; whether and when it is told is decided by `due`."""
        self._cleared.pop(alert.key, None)
        if alert.notify and alert.severity.rank <= self._manners.at_least.rank and not alert.muted(now):
            self._raised.setdefault(alert.key, (now, alert))

    def cleared(self, alert: Alert, now: float) -> None:
        """It is well again: told only to who was told of it. What nobody was told of needs no telling any more."""
        if self._raised.pop(alert.key, None) is None and alert.key in self._told:
            self._told.discard(alert.key)
            self._cleared[alert.key] = (now, alert)

    def seen_to(self, key: AlertKey) -> None:
        """Somebody acknowledged or muted it before it was told."""
        self._raised.pop(key, None)

    def due(self, now: float) -> Call | None:
        """What is to be told now; each alert is given once."""
        if now - self._last < self._manners.every:
            return None
        loud = [alert for _, alert in self._raised.values() if self._may_wake(alert, now)]
        news = [alert for _, alert in self._cleared.values() if not self._is_quiet(now)]
        first = min((at for at, _ in (*self._raised.values(), *self._cleared.values())), default=now)
        if not (loud or news) or now - first < self._manners.gather:
            return None
        for alert in (*loud, *news):
            self._raised.pop(alert.key, None)
            self._cleared.pop(alert.key, None)
        self._told.update(alert.key for alert in loud)
        self._last = now
        return Call(now, tuple(loud), tuple(news))

    def _may_wake(self, alert: Alert, now: float) -> bool:
        return alert.severity is Severity.CRITICAL or not self._is_quiet(now)

    def _is_quiet(self, now: float) -> bool:
        if self._manners.quiet is None:
            return False
        start, stop = self._manners.quiet
        minute = self._minute_of_day(now)
        return start <= minute < stop if start <= stop else minute >= start or minute < stop
