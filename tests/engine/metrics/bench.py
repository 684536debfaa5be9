"""A store whose changes are measured, under a clock that moves when a test says so."""

from typing import Any

from jobdash.engine.metrics.figures import Scene, figures
from jobdash.engine.metrics.metrics import Metrics
from jobdash.engine.metrics.place import Place
from jobdash.engine.store import Store
from jobdash.model.queue import QueueStats
from jobdash.model.server import Phase, ServerStatus
from jobdash.model.state import State
from tests.engine.fake_clock import EPOCH
from tests.engine.fake_server import report

LIVE = ServerStatus(phase=Phase.LIVE)


class HandClock:
    """Both times move together, by hand; nobody sleeps."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> float:
        return EPOCH + self.passed

    def monotonic(self) -> float:
        return 1000.0 + self.passed

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nobody sleeps here")


class Bench:
    """What a test tells of jobs is measured."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.store = Store()
        self.metrics = Metrics(self.clock)

    def tell(self, id: str, state: State, **fields: Any) -> None:
        change = self.store.apply(report(id, state, **fields), at=self.clock.monotonic())
        if change is not None:
            self.metrics.noticed(change)

    def pass_time(self, seconds: float) -> None:
        self.clock.passed += seconds

    def figures(
        self,
        queues: tuple[QueueStats, ...] = (),
        *,
        lists: bool = True,
        place: Place | None = None,
        status: ServerStatus = LIVE,
    ) -> dict[str, float | None]:
        now = self.clock.monotonic()
        return figures(place or Place("one"), self.metrics, Scene(status, queues, lists), now, self.clock.now())
