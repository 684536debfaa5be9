"""What the rules say of one answer of a server that was not watched, and would have said of its past."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from jobdash.engine.alerts.condition import Condition, Turned
from jobdash.engine.alerts.rule import Rule
from jobdash.engine.clock import Clock
from jobdash.engine.history.history import Past
from jobdash.engine.metrics.figures import Figures, Scene, figures
from jobdash.engine.metrics.metrics import Metrics
from jobdash.engine.metrics.place import Place
from jobdash.model.alert import Severity
from jobdash.model.queue import QueueStats
from jobdash.model.server import Phase, ServerStatus


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule, and the value by which it is broken now."""

    rule: Rule
    value: float

    @property
    def severity(self) -> Severity:
        return self.rule.severity

    @property
    def words(self) -> str:
        return self.rule.words(self.value)


def figures_of(place: Place, queues: Sequence[QueueStats], clock: Clock) -> Figures:
    """What one answer about queues tells of a place. Everything that takes watching is unknown."""
    scene = Scene(ServerStatus(phase=Phase.LIVE), queues)
    return figures(place, Metrics(clock), scene, clock.monotonic(), clock.now())


def findings(rules: Iterable[Rule], place: Place, found: Figures) -> list[Finding]:
    """The rules about this place that are broken now, however short; worst first."""
    broken = [
        Finding(rule, value)
        for rule in rules
        if rule.query is None
        and rule.covers(place)
        and (value := found.get(rule.metric.name)) is not None
        and rule.breached(value)
    ]
    return sorted(broken, key=lambda finding: finding.severity.rank)


def raised_over(rule: Rule, server: str, past: Past) -> Iterator[tuple[float, float]]:
    """When the rule would have raised an alert, and for how long it would have lasted, in seconds."""
    values = past.series.get(rule.metric.name, ())
    step = past.seconds / max(1, len(values))
    condition = Condition(rule, Place(server))
    began: float | None = None
    for number, value in enumerate(values):
        at = past.until - past.seconds + number * step
        turned = condition.judge(value, at)
        if turned is Turned.RAISED:
            began = at
        elif turned is Turned.CLEARED and began is not None:
            yield began, at - began
            began = None
    if began is not None:
        yield began, past.until - began
