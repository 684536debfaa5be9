"""When somebody is told: what comes together is told together, not too often, and at night only what is critical."""

from collections.abc import Callable, Collection, Iterable
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
    """Times are seconds since the epoch; `minute_of_day` tells the local time of one.

    `_told` are those that somebody was told of and that nobody was told to be over.
    """

    def __init__(self, manners: Manners, minute_of_day: Callable[[float], int]) -> None:
        self._manners = manners
        self._minute_of_day = minute_of_day
        self._raised: dict[AlertKey, tuple[float, Alert]] = {}
        self._cleared: dict[AlertKey, tuple[float, Alert]] = {}
        self._told: set[AlertKey] = set()
        self._last = float("-inf")

    def remember(self, alerts: Iterable[Alert], told: Collection[AlertKey], now: float) -> None:
        """Goes on where an earlier run ended: what was told is not told again, and what was not is told now."""
        for alert in alerts:
            if alert.key in told:
                self._told.add(alert.key)
            if not alert.raised:
                self.cleared(alert, now)
            elif alert.acknowledged_at is None and (alert.key not in told or alert.muted(now)):
                self.raised(alert, now)

    def raised(self, alert: Alert, now: float) -> None:
        """An alert was raised; whether and when it is told is decided by `due`. A muted one waits for its time."""
        if self._cleared.pop(alert.key, None) is not None:
            self._told.add(alert.key)
        if alert.notify and alert.severity.rank <= self._manners.at_least.rank:
            at = alert.muted_until if alert.muted_until is not None and alert.muted(now) else now
            self._raised.setdefault(alert.key, (at, alert))

    def cleared(self, alert: Alert, now: float) -> None:
        """It is well again: told only to who was told of it. What nobody was told of needs no telling any more."""
        self._raised.pop(alert.key, None)
        if alert.key in self._told:
            self._told.discard(alert.key)
            self._cleared[alert.key] = (now, alert)

    def seen_to(self, alert: Alert, now: float) -> None:
        """Somebody acknowledged it, which is the end of it, or muted it, which is not."""
        self._raised.pop(alert.key, None)
        if alert.raised and alert.acknowledged_at is None and alert.muted(now):
            self.raised(alert, now)

    def due(self, now: float) -> Call | None:
        """What is to be told now; each alert is given once."""
        if now - self._last < self._manners.every:
            return None
        waiting = [(at, alert) for at, alert in self._raised.values() if at <= now]
        loud = [alert for _, alert in waiting if self._may_wake(alert, now)]
        news = [alert for _, alert in self._cleared.values() if not self._is_quiet(now)]
        first = min((at for at, _ in (*waiting, *self._cleared.values())), default=now)
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
