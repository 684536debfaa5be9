"""The documents' four health rules over what a server says of itself. What is unknown raises no alarm."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from jobdash.model.queue import QueueStats


class Verdict(IntEnum):
    """As monitoring plugins count, which is also their exit code."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure of a server, None when it does not say; above `warn` is a warning."""

    name: str
    value: float | None
    unit: str = ""
    warn: float
    words: str

    @property
    def verdict(self) -> Verdict:
        if self.value is None:
            return Verdict.UNKNOWN
        return Verdict.WARNING if self.value > self.warn else Verdict.OK


def measures(stats: QueueStats) -> Sequence[Measure]:
    """The four: failed above 10 % of all, CPU above 90 %, memory above 1000 MB, more than 10 jobs waiting."""
    rate = failure_rate(stats)
    return (
        Measure(name="failed", value=rate, unit="%", warn=10, words=f"{_shown(rate)} % of all jobs failed"),
        Measure(name="cpu", value=stats.cpu_percent, unit="%", warn=90, words=f"CPU at {_shown(stats.cpu_percent)} %"),
        Measure(name="memory", value=stats.memory_mb, unit="MB", warn=1000, words=f"{_shown(stats.memory_mb)} MB used"),
        Measure(name="depth", value=stats.depth, warn=10, words=f"{_shown(stats.depth)} jobs waiting"),
    )


def failure_rate(stats: QueueStats) -> float | None:
    """Failed jobs as percent of all; None when either is not known."""
    total = stats.total
    if total is None:
        parts = (stats.depth, stats.running, stats.completed, stats.failed)
        total = None if None in parts else sum(part for part in parts if part is not None)
    if total is None or stats.failed is None:
        return None
    return 100 * stats.failed / total if total else 0.0


def _shown(value: float | None) -> str:
    return "?" if value is None else f"{value:.4g}"
