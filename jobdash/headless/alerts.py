"""`alerts`: what is remembered of them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from jobdash.engine.export import stamp
from jobdash.headless.codes import DONE, ENDED_BADLY
from jobdash.headless.out import Out
from jobdash.headless.table import table
from jobdash.model.alert import Alert

COLUMNS = ("since", "severity", "where", "alert", "seen to")


def show_alerts(alerts: Sequence[Alert], out: Out, now: float, *, json: bool = False) -> int:
    """Prints one row an alert; the exit code is 1 while one calls for a person."""
    if json:
        for alert in alerts:
            out.json(_record(alert))
    else:
        out.lines(table(COLUMNS, [_row(alert, now) for alert in alerts], out.width))
    return ENDED_BADLY if any(alert.calls(now) for alert in alerts) else DONE


def _row(alert: Alert, now: float) -> tuple[str | None, ...]:
    seen_to = f"by {alert.acknowledged_by or 'somebody'}" if alert.acknowledged_at is not None else None
    if alert.muted(now):
        seen_to = "muted"
    if not alert.raised:
        seen_to = alert.over or "well again"
    return stamp(alert.raised_at), alert.severity, alert.key.place, alert.words, seen_to


def _record(alert: Alert) -> dict[str, Any]:
    record = {name: value for name, value in asdict(alert).items() if name != "key"}
    for name in ("raised_at", "cleared_at", "acknowledged_at", "muted_until"):
        record[name] = stamp(record[name])
    return {"rule": alert.key.rule, "server": alert.key.server, "queue": alert.key.queue or None,
            "type": alert.key.type or None, **record}  # fmt: skip
