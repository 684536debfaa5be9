"""A store, its figures and its alerts, looked at once a second under a clock that a test moves."""

from collections.abc import Sequence
from typing import Any

from jobdash.engine.gather import Gatherer
from jobdash.engine.metrics.figures import Scene
from jobdash.engine.orders import Orders
from jobdash.engine.query import Context
from jobdash.engine.store import Change, Store
from jobdash.engine.vitals import Vitals
from jobdash.model.alert import Alert
from jobdash.model.job import JobKey
from jobdash.model.queue import QueueStats
from jobdash.model.server import Phase, ServerStatus
from jobdash.model.state import State
from tests.engine.fake_server import report
from tests.engine.metrics.bench import HandClock


class Watch:
    """One server called `one`. `tell` is news of a job, `pass_time` lets seconds pass and looks at each."""

    def __init__(self, orders: Orders | None = None, name: str = "one") -> None:
        self.clock = HandClock()
        self.store = Store()
        self.status = ServerStatus(phase=Phase.LIVE, since=self.clock.monotonic())
        self.queues: tuple[QueueStats, ...] = ()
        self.lists = True
        self.whole = True
        self.paused = False
        self.gone: set[JobKey] = set()
        self.gather = Gatherer(self.clock)
        self.vitals = Vitals(
            orders or Orders(),
            self.clock,
            self.gather,
            Context(now=self.clock.now, timer=self.clock.monotonic),
            get=self.store.get,
            gone=self.gone.__contains__,
            scenes=lambda: [(name, Scene(self.status, self.queues, self.lists, self.whole))],
            watched=lambda: not self.paused,
        )

    def tell(self, id: str, state: State, **fields: Any) -> None:
        change = self.store.apply(report(id, state, **fields), at=self.clock.monotonic())
        if change is not None:
            self.vitals.noticed(change)

    def forget(self, id: str) -> None:
        change = self.store.forget(JobKey("one", id))
        assert isinstance(change, Change)
        self.vitals.noticed(change)

    def phase(self, phase: Phase) -> None:
        self.status = ServerStatus(phase=phase, since=self.clock.monotonic())

    def pass_time(self, seconds: float, step: float = 1.0) -> None:
        until = self.clock.passed + seconds
        while self.clock.passed < until:
            self.clock.passed += step
            self.vitals.look()

    def raised(self) -> set[str]:
        return {alert.key.rule for alert in self.vitals.alerts() if alert.raised}

    def alert(self, rule: str) -> Alert:
        return next(alert for alert in self.vitals.alerts() if alert.key.rule == rule)

    def turns(self) -> Sequence[str]:
        return [event.turn for event in self.vitals.events()]
