"""One verdict on a server, with its reasons in words, worst first. What is unknown raises no alarm and hides none."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from jobdash.engine.metrics.figures import Figures
from jobdash.model.alert import Alert, Severity
from jobdash.model.server import Phase, ServerStatus


class Verdict(IntEnum):
    """As monitoring plugins count, which is also their exit code."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3

    @property
    def word(self) -> str:
        return "good" if self is Verdict.OK else self.name.lower()

    @property
    def badness(self) -> int:
        """Critical is worse than unknown, whatever their numbers."""
        return (Verdict.OK, Verdict.WARNING, Verdict.UNKNOWN, Verdict.CRITICAL).index(self)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is to be said of a server; a `quiet` one is acknowledged or muted.

    `metric` is what is wrong with the server as a whole, `brief` the same words without the limit.
    """

    verdict: Verdict
    words: str
    quiet: bool = False
    metric: str = ""
    brief: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """`reasons` are never empty."""

    verdict: Verdict
    reasons: tuple[Reason, ...]

    @property
    def words(self) -> str:
        return " · ".join(reason.words for reason in self.reasons)


PHASES = {
    Phase.DOWN: (Verdict.CRITICAL, "not reachable"),
    Phase.UNAUTHORISED: (Verdict.CRITICAL, "refuses the credentials"),
    Phase.STALE: (Verdict.WARNING, "silent"),
    Phase.THROTTLED: (Verdict.WARNING, "asks for patience"),
    Phase.CONNECTING: (Verdict.UNKNOWN, "not heard from yet"),
}
SEVERITIES = {Severity.CRITICAL: Verdict.CRITICAL, Severity.WARNING: Verdict.WARNING, Severity.INFO: Verdict.OK}
OF_PHASES = frozenset({"down", "stale"})
"""What the alerts about a server's phase are about: the phase itself says it better."""

UNWELL = frozenset({"degraded", "unhealthy", "warning", "critical", "error", "down", "overloaded", "failing"})
"""Words by which servers say that not all is well."""


def health(
    status: ServerStatus, figures: Figures, alerts: Iterable[Alert], now: float, told: str | None = None
) -> Health:
    """`alerts` are those of this server and its queues; `now` is seconds since the epoch, `told` the server's word."""
    reasons = []
    if status.phase in PHASES:
        verdict, words = PHASES[status.phase]
        reasons.append(Reason(verdict, f"{words}: {status.message}" if status.message else words))
    for alert in alerts:
        if alert.raised and not (status.phase in PHASES and alert.metric in OF_PHASES):
            place = "/".join(part for part in alert.key[2:] if part)
            brief = f"{place + ': ' if place else ''}{alert.said}"
            words = f"{brief} ({alert.limit})" if alert.limit else brief
            metric = "" if place else alert.metric
            reasons.append(Reason(SEVERITIES[alert.severity], words, not alert.calls(now), metric, brief))
    if told and unwell(told):
        reasons.append(Reason(Verdict.WARNING, f"the server says {told.strip()}"))
    reasons.sort(key=lambda reason: (reason.quiet, -reason.verdict.badness))
    verdict = max((reason.verdict for reason in reasons), key=lambda v: v.badness, default=Verdict.OK)
    if verdict is Verdict.OK:
        known = _told(figures)
        if not reasons and known is None:
            return Health(Verdict.UNKNOWN, (Reason(Verdict.UNKNOWN, "it answers, but tells nothing of its queues"),))
        reasons.insert(0, Reason(Verdict.OK, known or "answers"))
    return Health(verdict, tuple(reasons))


def unwell(told: str) -> bool:
    """Whether a server's own word about itself means trouble."""
    return told.strip().casefold() in UNWELL


def _told(figures: Figures) -> str | None:
    """`good, 18 running, 3 workers`; what is not known is said to be."""
    running, workers = figures.get("running"), figures.get("workers")
    if all(figures.get(name) is None for name in ("depth", "running", "failed", "workers", "cpu", "memory")):
        return None
    said = ["unknown" if value is None else f"{value:,.0f}" for value in (running, workers)]
    return f"{said[0]} running, {said[1]} workers"
