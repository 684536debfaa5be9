"""What the rules say of one answer of a server that was not watched, and would have said of its past."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from jobdash.engine.alerts.condition import Condition, Turned
from jobdash.engine.alerts.matching import Matched
from jobdash.engine.alerts.rule import Rule
from jobdash.engine.clock import Clock
from jobdash.engine.history.history import Past
from jobdash.engine.metrics.figures import Figures, Scene, figures
from jobdash.engine.metrics.metrics import Metrics
from jobdash.engine.metrics.names import METRICS
from jobdash.engine.metrics.place import Place
from jobdash.engine.query import Context
from jobdash.engine.store import Change
from jobdash.model.alert import Severity
from jobdash.model.job import Job
from jobdash.model.queue import QueueStats
from jobdash.model.server import Phase, ServerStatus

WATCHED = frozenset(
    name for name in METRICS
    if name.startswith(("failure", "run_", "wait_"))
    or name in ("throughput", "arrivals", "overdue", "stalled", "overlong", "new_errors")
    or name in ("not_draining", "down", "stale")
)  # fmt: skip
"""What nobody can know from one reading."""


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


class Instant:
    """What one reading of a server tells: `jobs` are those that it told of, None when it told of none.

    `lists` says that those are all of its jobs. What it takes watching to know is unknown.
    """

    def __init__(
        self, server: str, queues: Sequence[QueueStats], jobs: Sequence[Job] | None, clock: Clock, *, lists: bool
    ) -> None:
        self.server = server
        self._jobs = jobs
        self._clock = clock
        self._metrics = Metrics(clock)
        self._scene = Scene(ServerStatus(phase=Phase.LIVE), queues, lists)
        for job in jobs or ():
            self._metrics.noticed(Change(job.key, None, job))

    def places(self) -> list[Place]:
        """The queues and types that were told of."""
        told = [Place(self.server, queue.name) for queue in self._scene.queues if queue.name]
        return list(dict.fromkeys([*told, *(p for p in self._metrics.places(self.server) if p.queue or p.type)]))

    def value(self, rule: Rule, place: Place) -> float | None:
        """What a rule looks at; None when it is not known."""
        if rule.query is not None:
            return self._count(rule)
        if rule.metric.name in WATCHED:
            return None
        found = figures(place, self._metrics, self._scene, self._clock.monotonic(), self._clock.now())
        return found.get(rule.metric.name)

    def _count(self, rule: Rule) -> float | None:
        if self._jobs is None:
            return None
        matched = Matched(rule, Context(now=self._clock.now, timer=self._clock.monotonic))
        return float(sum(matched.finds(job) for job in self._jobs))


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


def raised_over(rule: Rule, place: Place, past: Past) -> Iterator[tuple[float, float]]:
    """When the rule would have raised an alert, and for how long it would have lasted, in seconds."""
    values = past.series.get(rule.metric.name, ())
    step = past.seconds / max(1, len(values))
    condition = Condition(rule, place)
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
