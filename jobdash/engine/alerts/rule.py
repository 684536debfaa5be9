"""One alert rule, checked: what it looks at, where, and when it raises and clears."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from jobdash.engine.alerts.amount import sentence, shown, span
from jobdash.engine.metrics.names import METRICS, Metric
from jobdash.engine.metrics.place import Place
from jobdash.model.alert import Severity


class Comparison(StrEnum):
    """How a figure is compared with the threshold."""

    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="

    @property
    def holds(self) -> Callable[[float, float], bool]:
        return HOLDS[self]

    @property
    def words(self) -> str:
        return WORDS[self]


HOLDS: dict[Comparison, Callable[[float, float], bool]] = {
    Comparison.ABOVE: operator.gt,
    Comparison.AT_LEAST: operator.ge,
    Comparison.BELOW: operator.lt,
    Comparison.AT_MOST: operator.le,
}
WORDS = {
    Comparison.ABOVE: "above",
    Comparison.AT_LEAST: "at least",
    Comparison.BELOW: "below",
    Comparison.AT_MOST: "at most",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`hold` is for how many seconds the threshold must be exceeded; `clear` is where it is well again (hysteresis).

    `server`, `queue` and `type` are globs. A rule without the last two looks at servers as a whole; one with a
    `query` counts the jobs that the query finds.
    """

    name: str
    metric: Metric
    query: str | None = None
    server: str = "*"
    queue: str | None = None
    type: str | None = None
    comparison: Comparison = Comparison.ABOVE
    threshold: float = 0.0
    clear: float | None = None
    hold: float = 0.0
    severity: Severity = Severity.WARNING
    runbook: str | None = None
    notify: bool = True

    @property
    def clears_at(self) -> float:
        return self.threshold if self.clear is None else self.clear

    def breached(self, value: float) -> bool:
        """Whether this value is wrong."""
        return self.comparison.holds(value, self.threshold)

    def well(self, value: float) -> bool:
        """Whether this value clears an alert."""
        return not self.comparison.holds(value, self.clears_at)

    def covers_server(self, server: str) -> bool:
        """Whether the rule looks at this server or any part of it."""
        return fnmatchcase(server, self.server)

    def covers(self, place: Place) -> bool:
        """Whether the rule looks at this place."""
        if not self.covers_server(place.server):
            return False
        if self.query is not None:
            return not place.queue and not place.type
        return _fits(place.queue, self.queue) and _fits(place.type, self.type)

    @property
    def jobs_query(self) -> str:
        """The query of the jobs that this rule speaks of, without its place."""
        if self.query is None:
            return self.metric.query
        globs = [f"{field}:{glob}" for field, glob in (("queue", self.queue), ("type", self.type)) if glob is not None]
        own = f"({self.query})" if globs and " or " in self.query.lower() else self.query
        return " ".join([*globs, own])

    def words(self, value: float) -> str:
        """`failures 14 % of total`."""
        if self.query is None:
            return sentence(self.metric.words, value, self.metric.unit)
        return f"{sentence(METRICS['jobs'].words, value, self.metric.unit)} like {self.jobs_query}"

    @property
    def limit(self) -> str:
        """`above 10 % for 5m`; where none at all is expected, only for how long."""
        if self.comparison is Comparison.ABOVE and not self.threshold:
            return f"for {span(self.hold)}" if self.hold else ""
        text = f"{self.comparison.words} {shown(self.threshold, self.metric.unit)}"
        return f"{text} for {span(self.hold)}" if self.hold else text


def _fits(name: str, glob: str | None) -> bool:
    return not name if glob is None else bool(name) and fnmatchcase(name, glob)
