"""Something that a person on call should know: what is wrong, where, since when, and who has seen to it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How much it matters. `info` is shown and wakes nobody."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return (Severity.CRITICAL, Severity.WARNING, Severity.INFO).index(self)


class AlertKey(NamedTuple):
    """One rule at one place; an empty queue or type means all of them."""

    rule: str
    server: str
    queue: str = ""
    type: str = ""

    @property
    def place(self) -> str:
        return "/".join(part for part in self[1:] if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """All times are seconds since the epoch, UTC. `words` say what is the case, `limit` what would be right.

    `query` finds the jobs it speaks of. `flapping`: it comes and goes, so it stays until it has been well for long.
    `over` says why it was cleared where nobody found it well.
    """

    key: AlertKey
    severity: Severity
    words: str
    limit: str
    raised_at: float
    value: float | None = None
    metric: str = ""
    query: str = ""
    runbook: str | None = None
    notify: bool = True
    cleared_at: float | None = None
    acknowledged_at: float | None = None
    acknowledged_by: str | None = None
    note: str | None = None
    muted_until: float | None = None
    flapping: bool = False
    over: str | None = None

    @property
    def raised(self) -> bool:
        return self.cleared_at is None

    @property
    def said(self) -> str:
        """What is the case, in a sentence that does not claim that it is so all the time."""
        return f"{self.words}, comes and goes" if self.flapping else self.words

    def muted(self, now: float) -> bool:
        return self.muted_until is not None and now < self.muted_until

    def calls(self, now: float) -> bool:
        """True while it wants a person: raised, and neither acknowledged nor muted."""
        return self.raised and self.acknowledged_at is None and not self.muted(now)


class Turn(StrEnum):
    """What can happen to an alert."""

    RAISED = "raised"
    CLEARED = "cleared"
    ACKNOWLEDGED = "acknowledged"
    MUTED = "muted"
    UNMUTED = "unmuted"
    FLAPPING = "flapping"


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """One turn in the life of an alert; `by` is a person, or None."""

    at: float
    key: AlertKey
    turn: Turn
    severity: Severity
    words: str
    by: str | None = None
