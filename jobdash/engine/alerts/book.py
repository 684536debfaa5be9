"""The alerts that are known, and what people did about them. What is written here outlives the process: `kept.py`."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace

from jobdash.engine.alerts.condition import Condition, Turned
from jobdash.engine.alerts.watchman import Turning
from jobdash.model.alert import Alert, AlertEvent, AlertKey, Turn

MOST_EVENTS = 1_000
NO_LONGER_TOLD = "no longer told"
NO_LONGER_WATCHED = "no longer watched"
CLEARED_STAY = 24 * 3600.0
"""Seconds for which a cleared alert is remembered for the list."""


class Book:
    """All times are seconds since the epoch. Every change returns the event that it was, for whoever keeps or tells."""

    def __init__(self, alerts: Iterable[Alert] = (), events: Iterable[AlertEvent] = ()) -> None:
        self._alerts = {alert.key: alert for alert in alerts}
        self.events: deque[AlertEvent] = deque(events, maxlen=MOST_EVENTS)
        self.version = 0
        self._by_server: dict[str, list[Alert]] = {}
        self._sorted_at = -1

    def get(self, key: AlertKey) -> Alert | None:
        return self._alerts.get(key)

    def alerts(self, now: float) -> Sequence[Alert]:
        """Those that call first, the worst and newest on top; then acknowledged and muted ones, then cleared ones."""
        return sorted(self._alerts.values(), key=lambda alert: _order(alert, now))

    def raised_of(self, server: str) -> Sequence[Alert]:
        """What is raised on one server, in no order."""
        if self._sorted_at != self.version:
            self._sorted_at = self.version
            self._by_server = {}
            for alert in self._alerts.values():
                if alert.raised:
                    self._by_server.setdefault(alert.key.server, []).append(alert)
        return self._by_server.get(server, ())

    def turned(self, turning: Turning, now: float, query: str = "") -> AlertEvent:
        """A rule raised or cleared an alert, or found that it flaps. `query` finds the jobs that it speaks of."""
        key = turning.condition.key
        old = self._alerts.get(key)
        fresh = _raised(turning, now, old, query)
        match turning.turned:
            case Turned.RAISED:
                return self._put(fresh, Turn.RAISED, now)
            case Turned.FLAPS:
                return self._put(replace(old or fresh, flapping=True), Turn.FLAPPING, now)
            case Turned.CLEARED:
                return self._put(replace(old or fresh, cleared_at=now, flapping=False), Turn.CLEARED, now)
            case Turned.UNTOLD:
                over = replace(old or fresh, cleared_at=now, flapping=False, over=NO_LONGER_TOLD)
                return self._put(over, Turn.CLEARED, now)

    def update(self, condition: Condition, value: float) -> None:
        """The value of a raised alert moved: its words follow, which is no event. A flapping one keeps them."""
        if condition.flapping and condition.rule.well(value):
            return
        old = self._alerts.get(condition.key)
        if old is not None and old.raised and value != old.value:
            words = condition.rule.words(value)
            if words != old.words:
                self.version += 1
            self._alerts[condition.key] = replace(old, value=value, words=words)

    def acknowledge(self, key: AlertKey, by: str, note: str | None, now: float) -> AlertEvent | None:
        """Somebody sees to it; None when there is nothing to see to."""
        old = self._alerts.get(key)
        if old is None or not old.raised:
            return None
        alert = replace(old, acknowledged_at=now, acknowledged_by=by, note=note or old.note)
        return self._put(alert, Turn.ACKNOWLEDGED, now, by)

    def mute(self, key: AlertKey, by: str, until: float | None, now: float) -> AlertEvent | None:
        """Silent until then, also when it comes back meanwhile; None as the time lets it be heard again."""
        old = self._alerts.get(key)
        if old is None:
            return None
        return self._put(replace(old, muted_until=until), Turn.UNMUTED if until is None else Turn.MUTED, now, by)

    def adopt(self, alerts: Iterable[Alert]) -> None:
        """What another process wrote about the same alerts. What is raised here stays so until we find it well."""
        for alert in alerts:
            known = self._alerts.get(alert.key)
            if known is not None and known.raised:
                alert = replace(alert, cleared_at=None, over=None, value=known.value, words=known.words)  # noqa: PLW2901
            if known != alert:
                self._alerts[alert.key] = alert
                self.version += 1

    def forget_old(self, now: float) -> list[AlertKey]:
        """Drops what was cleared long ago; which ones those were."""
        old = [
            alert.key
            for alert in self._alerts.values()
            if alert.cleared_at is not None and now - alert.cleared_at > CLEARED_STAY and not alert.muted(now)
        ]
        for key in old:
            del self._alerts[key]
        return old

    def _put(self, alert: Alert, turn: Turn, now: float, by: str | None = None) -> AlertEvent:
        self._alerts[alert.key] = alert
        self.version += 1
        event = AlertEvent(now, alert.key, turn, alert.severity, alert.words, by)
        self.events.append(event)
        return event


def _raised(turning: Turning, now: float, old: Alert | None, query: str) -> Alert:
    rule, key, value = turning.condition.rule, turning.condition.key, turning.value or 0.0
    return Alert(
        key=key,
        severity=rule.severity,
        words=rule.words(value),
        limit=rule.limit,
        raised_at=now,
        value=value,
        metric=rule.metric.name,
        query=query,
        runbook=rule.runbook,
        notify=rule.notify,
        muted_until=old.muted_until if old is not None and old.muted(now) else None,
    )


def _order(alert: Alert, now: float) -> tuple[int, int, float]:
    if not alert.raised:
        return 2, 0, -(alert.cleared_at or 0.0)
    return int(not alert.calls(now)), alert.severity.rank, -alert.raised_at
