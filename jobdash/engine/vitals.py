"""How the servers are doing: figures, rules, alerts, history; one look a second. The facade of all that is health.

Measuring is in `sight.py`, judging and dealing with alerts in `alerts/`, remembering in `history/`.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence

from jobdash.engine.alerts.desk import AlertDesk
from jobdash.engine.alerts.matching import Matching
from jobdash.engine.alerts.watchman import Watchman
from jobdash.engine.clock import Clock
from jobdash.engine.gather import Gatherer
from jobdash.engine.health import Health, health
from jobdash.engine.history.history import FLUSH, History, Past
from jobdash.engine.history.kept import KeptShelf
from jobdash.engine.metrics.figures import Scene
from jobdash.engine.metrics.place import Place
from jobdash.engine.orders import Orders
from jobdash.engine.query import Context
from jobdash.engine.sight import Found, Sight
from jobdash.engine.store import Change
from jobdash.model.alert import Alert, AlertEvent, AlertKey
from jobdash.model.job import Job, JobKey
from jobdash.model.server import Phase, ServerStatus

LOOK = 1.0
SYNC = 5
"""After so many looks it is seen what other processes did about the same alerts."""

Scenes = Callable[[], Iterable[tuple[str, Scene]]]


class Vitals:
    """`run` looks once a second until cancelled. Everything else is cheap and never waits."""

    def __init__(
        self,
        orders: Orders,
        clock: Clock,
        gather: Gatherer,
        context: Context,
        *,
        get: Callable[[JobKey], Job | None],
        gone: Callable[[JobKey], bool],
        scenes: Scenes,
        watched: Callable[[], bool] = lambda: True,
    ) -> None:
        self.sight = Sight(clock, get, gone)
        self._orders = orders
        self._clock = clock
        self._gather = gather
        self._scenes = scenes
        self._watched = watched
        self._matching = Matching(orders.rules, context, get, gone)
        self._watchman = Watchman(orders.rules, self._matching)
        self._desk = AlertDesk(orders, clock, gather, self._watchman, lambda: {name for name, _ in scenes()})
        folder = orders.folder
        self.history = History(
            KeptShelf(folder / "history.db", clock, gather.notice_from_thread) if folder is not None else None
        )

    def noticed(self, change: Change) -> None:
        """One change of the store."""
        self.sight.noticed(change)
        self._matching.noticed(change)

    # what is known

    def alerts(self) -> Sequence[Alert]:
        """All that are known, those that call on top."""
        return self._desk.book.alerts(self._clock.now())

    def calling(self) -> Sequence[Alert]:
        """Those that want a person, worst first."""
        now = self._clock.now()
        return [alert for alert in self._desk.book.alerts(now) if alert.calls(now)]

    def health(self, server: str, status: ServerStatus, told: str | None = None) -> Health:
        """The verdict on a server, with its reasons; `told` is what it says of itself."""
        mine = [alert for alert in self.alerts() if alert.key.server == server and alert.raised]
        return health(status, self.sight.figures.get(server, {}), mine, self._clock.now(), told)

    def events(self, server: str | None = None) -> Sequence[AlertEvent]:
        """What happened to alerts, oldest first."""
        return [event for event in self._desk.book.events if server is None or event.key.server == server]

    async def past(self, server: str, names: Sequence[str], seconds: float, steps: int) -> Past:
        """Figures of a server over a window that ends now."""
        return await self.history.read(server, names, seconds, steps, self._clock.now())

    # wishes

    def acknowledge(self, key: AlertKey, note: str | None = None) -> bool:
        """The person sees to it; False when it is not raised (any more)."""
        return self._desk.acknowledge(key, note)

    def mute(self, key: AlertKey, seconds: float | None) -> bool:
        """Silent for so long, None: no longer."""
        return self._desk.mute(key, seconds)

    # how it is done

    async def run(self) -> None:
        """Looks until cancelled, then keeps everything."""
        for problem in self._orders.problems:
            self._gather.notice(problem)
        try:
            self.sight.kinds.remember(await self._desk.remember())
            looks = 0
            while True:
                await self._clock.sleep(LOOK)
                looks += 1
                self.look()
                while self.sight.search():
                    await self._clock.sleep(0)
                if self._desk.has_news or looks % SYNC == 0:
                    await self._desk.exchange()
                if looks % FLUSH == 0:
                    await self.history.flush(self._clock.now())
                    await self._desk.keep_kinds(self.sight.kinds.take_unsaved())
        finally:
            await self._desk.close()
            await asyncio.to_thread(self.history.close, self._clock.now())

    def look(self) -> None:
        """One look at everything."""
        self._matching.pass_time()
        self.sight.look(self._scenes(), watched=self._watched())
        now, wall = self._clock.monotonic(), self._clock.now()
        for server, found in self.sight.figures.items():
            live = self.sight.scenes[server].status.phase is Phase.LIVE
            if live:
                self.history.record(server, found, wall)
            self._judge(Place(server), found, now)
            if live and self._watchman.local:
                for place in self.sight.places(server):
                    self._judge(place, self.sight.at(place), now)
        self._desk.tell()

    def _judge(self, place: Place, found: Found, now: float) -> None:
        for turning in self._watchman.judge(place, found, now):
            self._desk.turned(turning, self.sight.ids(place.server, turning.condition.rule.metric.name))
        for condition, value in self._watchman.raised(place, found):
            self._desk.book.update(condition, value)
