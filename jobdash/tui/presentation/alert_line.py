"""Alerts in text: the few words of the title bar, and the lines of the list."""

from collections.abc import Sequence
from typing import Final

from jobdash.model.alert import Alert, Severity
from jobdash.tui.presentation import age
from jobdash.tui.presentation.safe import fit, one_line, pad
from jobdash.tui.presentation.spans import Line, Span, cut, joined

LOOKS: Final = {
    Severity.CRITICAL: ("✖", "bold danger"),
    Severity.WARNING: ("▲", "alert"),
    Severity.INFO: ("i", "quiet"),
}


def title(calling: Sequence[Alert], now: float, *, short: bool = False) -> str:
    """`▲ 2 alerts · docs: failures 14 % of total, 5m`; empty when nobody is called. The first is the worst."""
    heard = [alert for alert in calling if alert.severity is not Severity.INFO]
    if not heard:
        return ""
    worst = heard[0]
    count = f"{LOOKS[worst.severity][0]} {len(heard)} alert{'s' if len(heard) > 1 else ''}"
    if short:
        return count
    since = age.steady(max(0.0, now - worst.raised_at))
    return f"{count} · {one_line(worst.key.place)}: {one_line(worst.said)}, {since}"


def row(alert: Alert, now: float, width: int, names: int, *, chosen: bool) -> Line:
    """`▲ 5m   docs   failures 14 % of total (above 10 %)   acknowledged by ada: looking`."""
    glyph, style = LOOKS[alert.severity]
    over, quiet = not alert.raised, not alert.calls(now)
    since = alert.cleared_at if over and alert.cleared_at is not None else alert.raised_at
    told = age.short(max(1.0, now - since))
    what = f"{alert.over or 'well again'}: " if over else ""
    line = joined(
        (
            (
                Span("▸ " if chosen else "  ", "bold brand"),
                Span(f"{'✔' if over else glyph} {told:>4}", "quiet" if quiet else style),
            ),
            (Span(pad(fit(one_line(alert.key.place), names), names), "quiet" if quiet else "bold"),),
            (Span(f"{what}{one_line(alert.words)}", "quiet" if quiet else ""), Span(f"  {alert.limit}", "quiet")),
            (Span(seen_to(alert, now), "quiet"),),
        )
    )
    return cut(line, width)


def seen_to(alert: Alert, now: float) -> str:
    """What people did about it, and whether it comes and goes."""
    parts = []
    if alert.flapping:
        parts.append("comes and goes")
    if alert.acknowledged_at is not None:
        by = f" by {one_line(alert.acknowledged_by)}" if alert.acknowledged_by else ""
        parts.append(f"acknowledged{by}" + (f": {one_line(alert.note)}" if alert.note else ""))
    if alert.muted_until is not None and alert.muted(now):
        parts.append(f"muted for {age.short(alert.muted_until - now)}")
    return ", ".join(parts)


def details(alert: Alert, query: str, now: float, width: int) -> Sequence[Line]:
    """Two lines about the alert that is chosen: the rule and its jobs, and what to do."""
    where = f"rule {one_line(alert.key.rule)}  since {age.spoken(max(2.0, now - alert.raised_at))}"
    jobs = f"↵ shows  {one_line(query)}" if query else ""
    runbook = f"runbook {one_line(alert.runbook)}" if alert.runbook else ""
    return (
        cut(joined(((Span(where, "quiet"),), (Span(jobs, "quiet"),))), width),
        cut((Span(runbook),), width) if runbook else (),
    )


def away(raised: int, cleared: int, seconds: float) -> str:
    """`while you were away (42m): 2 alerts, 1 cleared`."""
    parts = [f"{raised} alert{'s' if raised > 1 else ''}" if raised else "", f"{cleared} cleared" if cleared else ""]
    return f"while you were away ({age.short(seconds)}): {', '.join(part for part in parts if part)}"
