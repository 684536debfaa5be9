"""`alerts`: what is remembered of them; `alerts test`: what each rule says now, and would have said of the past."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from jobdash.engine.alerts.amount import shown, span
from jobdash.engine.alerts.instant import figures_of, raised_over
from jobdash.engine.alerts.rule import Rule
from jobdash.engine.clock import Clock
from jobdash.engine.export import stamp
from jobdash.engine.history.history import History
from jobdash.engine.metrics.figures import Figures
from jobdash.engine.metrics.names import RECORDED
from jobdash.engine.metrics.place import Place
from jobdash.engine.once import Once
from jobdash.headless.codes import DONE, ENDED_BADLY
from jobdash.headless.out import Out
from jobdash.headless.table import table
from jobdash.model.alert import Alert
from jobdash.model.errors import JobdashError

DAY = 86400.0
STEPS = 8640
COLUMNS = ("since", "severity", "where", "alert", "seen to")
TEST_COLUMNS = ("rule", "server", "now", "says", "last 24 h")


def show_alerts(alerts: Sequence[Alert], out: Out, now: float, *, json: bool = False) -> int:
    """Prints one row an alert; the exit code is 1 while one calls for a person."""
    if json:
        for alert in alerts:
            out.json(_record(alert))
    else:
        out.lines(table(COLUMNS, [_row(alert, now) for alert in alerts], out.width))
    return ENDED_BADLY if any(alert.calls(now) for alert in alerts) else DONE


async def show_test(
    servers: Sequence[Once], rules: Sequence[Rule], history: History, clock: Clock, out: Out, *, json: bool = False
) -> int:
    """Prints one row a rule and server; nothing is raised and nobody is told."""
    told = await asyncio.gather(*(_figures(server, clock, out) for server in servers))
    rows = []
    for server, figures in zip(servers, told, strict=True):
        for rule in rules:
            if rule.query is None and rule.covers(Place(server.name)):
                past = await _past(rule, server.name, history, clock)
                rows.append((rule, server.name, figures.get(rule.metric.name), past))
    if json:
        for rule, name, value, past in rows:
            out.json({"rule": rule.name, "server": name, "metric": rule.metric.name, "value": value,
                      "limit": rule.limit, "raised": _says(rule, value) == "raised", "past": past})  # fmt: skip
    else:
        lines = [
            (r.name, name, None if v is None else shown(v, r.metric.unit), _says(r, v), _told(past))
            for r, name, v, past in rows
        ]
        out.lines(table(TEST_COLUMNS, lines, out.width))
    return DONE


async def _figures(server: Once, clock: Clock, out: Out) -> Figures:
    try:
        return figures_of(Place(server.name), await server.queues(), clock)
    except JobdashError as error:
        out.trouble(server.name, error)
        return {}


async def _past(rule: Rule, server: str, history: History, clock: Clock) -> list[tuple[float, float]] | None:
    """When it would have been raised and for how long, over a day; None where the past of this is not kept."""
    if rule.metric.name not in RECORDED:
        return None
    past = await history.read(server, (rule.metric.name,), DAY, STEPS, clock.now())
    return list(raised_over(rule, server, past)) if past.known else None


def _says(rule: Rule, value: float | None) -> str:
    if value is None:
        return "unknown"
    return "raised" if rule.breached(value) else "well"


def _told(past: Sequence[tuple[float, float]] | None) -> str:
    if past is None:
        return "not recorded"
    if not past:
        return "never"
    times = "once" if len(past) == 1 else f"{len(past)} times"
    return f"{times}, {span(sum(lasted for _, lasted in past))} in all"


def _row(alert: Alert, now: float) -> tuple[str | None, ...]:
    seen_to = f"by {alert.acknowledged_by or 'somebody'}" if alert.acknowledged_at is not None else None
    if alert.muted(now):
        seen_to = "muted"
    if not alert.raised:
        seen_to = "well again"
    return stamp(alert.raised_at), alert.severity, alert.key.place, alert.words, seen_to


def _record(alert: Alert) -> dict[str, Any]:
    record = {name: value for name, value in asdict(alert).items() if name != "key"}
    for name in ("raised_at", "cleared_at", "acknowledged_at", "muted_until"):
        record[name] = stamp(record[name])
    return {"rule": alert.key.rule, "server": alert.key.server, "queue": alert.key.queue or None,
            "type": alert.key.type or None, **record}  # fmt: skip
