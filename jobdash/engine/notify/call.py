"""What a person or a program is told: one alert, or several at once. No channel is known here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from jobdash.model.alert import Alert, AlertKey, Severity


@dataclass(frozen=True, slots=True)
class Call:
    """`raised` and `cleared` are told together; `at` is seconds since the epoch."""

    at: float
    raised: Sequence[Alert] = ()
    cleared: Sequence[Alert] = ()

    @property
    def severity(self) -> Severity | None:
        """The worst of what was raised, None when everything is good news."""
        return min((alert.severity for alert in self.raised), key=lambda severity: severity.rank, default=None)

    @property
    def title(self) -> str:
        """`jobdash: 2 alerts, 1 cleared`."""
        parts = []
        if self.raised:
            parts.append(f"{len(self.raised)} alert{'s' if len(self.raised) > 1 else ''}")
        if self.cleared:
            parts.append(f"{len(self.cleared)} cleared")
        return f"jobdash: {', '.join(parts)}"

    @property
    def body(self) -> str:
        """The alerts, worst first, as one sentence each."""
        told = [f"{alert.key.place}: {alert.said}" for alert in sorted(self.raised, key=lambda a: a.severity.rank)]
        told += [f"{alert.key.place}: {alert.over or 'well again'}: {alert.key.rule}" for alert in self.cleared]
        return "; ".join(told)

    def only(self, keys: Collection[AlertKey]) -> "Call":
        """The same about these alerts alone."""
        raised, cleared = ([one for one in alerts if one.key in keys] for alerts in (self.raised, self.cleared))
        return replace(self, raised=raised, cleared=cleared)

    def as_json(self) -> Mapping[str, Any]:
        """For a program: everything, in fields that stay."""
        return {
            "title": self.title,
            "body": self.body,
            "at": self.at,
            "severity": self.severity,
            "raised": [_alert(alert) for alert in self.raised],
            "cleared": [_alert(alert) for alert in self.cleared],
        }


class Teller(Protocol):
    """One way to tell somebody. Raises TellingFailed in one sentence."""

    async def tell(self, call: Call) -> None: ...


class TellingFailed(Exception):
    """Nobody was told; the message says why, and holds no secret."""


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "rule": alert.key.rule,
        "server": alert.key.server,
        "queue": alert.key.queue or None,
        "type": alert.key.type or None,
        "severity": alert.severity,
        "words": alert.words,
        "limit": alert.limit,
        "value": alert.value,
        "raised_at": alert.raised_at,
        "cleared_at": alert.cleared_at,
        "over": alert.over,
        "query": alert.query,
        "runbook": alert.runbook,
        "flapping": alert.flapping,
    }
