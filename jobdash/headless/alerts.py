"""`alerts`: what is remembered of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from jobdash.engine.alerts.amount import span
from jobdash.engine.export import stamp
from jobdash.headless.codes import DONE, ENDED_BADLY
from jobdash.headless.out import Out
from jobdash.headless.table import table
from jobdash.model.alert import Alert

LATELY = 180.0
"""Seconds; a jobdash that runs notes once a minute what it watches."""

COLUMNS = ("since", "severity", "where", "alert", "seen to")


def show_alerts(alerts: Sequence[Alert], out: Out, now: float, *, json: bool = False) -> int:
    """Prints one row an alert; the exit code is 1 while one calls for a person."""
    if json:
        for alert in alerts:
            out.json(_record(alert))
    else:
        out.lines(table(COLUMNS, [_row(alert, now) for alert in alerts], out.width))
    return ENDED_BADLY if any(alert.calls(now) for alert in alerts) else DONE


def unwatched(alerts: Sequence[Alert], watched: Mapping[str, float], now: float) -> Iterator[str]:
    """Of which servers it is not known whether what was raised is still the case."""
    for server in dict.fromkeys(alert.key.server for alert in alerts if alert.raised):
        since = now - watched.get(server, 0.0)
        if since > LATELY:
            ago = f"for {span(since)}" if server in watched else "lately"
            yield f"{server}: no jobdash has watched it {ago}; its alerts are as they were then"


def _row(alert: Alert, now: float) -> tuple[str | None, ...]:
    seen_to = f"by {alert.acknowledged_by or 'somebody'}" if alert.acknowledged_at is not None else None
    if alert.muted(now):
        seen_to = "muted"
    if not alert.raised:
        seen_to = alert.over or "well again"
    return stamp(alert.raised_at), alert.severity, alert.key.place, alert.said, seen_to


def _record(alert: Alert) -> dict[str, Any]:
    record = {name: value for name, value in asdict(alert).items() if name != "key"}
    for name in ("raised_at", "cleared_at", "acknowledged_at", "muted_until"):
        record[name] = stamp(record[name])
    return {"rule": alert.key.rule, "server": alert.key.server, "queue": alert.key.queue or None,
            "type": alert.key.type or None, **record}  # fmt: skip
