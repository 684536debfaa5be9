"""How the servers are doing: figures, rules, alerts, history; one look a second. The facade of all that is health.

Measuring is in `sight.py`, judging and dealing with alerts in `alerts/`, remembering in `history/`.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from jobdash.engine.alerts.desk import AlertDesk
from jobdash.engine.alerts.matching import Matching
from jobdash.engine.alerts.subjects import Subjects
from jobdash.engine.alerts.watchman import Watchman
from jobdash.engine.clock import Clock, next_beat
from jobdash.engine.gather import Gatherer
from jobdash.engine.health import Health, health
from jobdash.engine.history.history import FLUSH, History, Past
from jobdash.engine.history.kept import KeptShelf
from jobdash.engine.metrics.figures import Figures, Scene
from jobdash.engine.metrics.place import Place
from jobdash.engine.orders import Orders
from jobdash.engine.query import Context
from jobdash.engine.sight import Found, Sight
from jobdash.engine.store import Change
from jobdash.model.alert import Alert, AlertEvent, AlertKey
from jobdash.model.job import Job, JobKey
from jobdash.model.server import Phase, ServerStatus

LOOK = 1.0
SLICE = 0.003
"""Seconds of work after which others have their turn: from a key to its paint the loop turns half a dozen times."""

PARTS_EVERY = 2
"""Queues and types are looked at in so many seconds once, those of half of the servers at a time."""

STILL_AFTER, PARTS_OF_STILL_EVERY = 90, 6
"""Seconds without a change after which those of a server on which no rule looks are looked at more rarely."""

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
        self._subjects = Subjects(self.sight, self._matching)
        self._desk = AlertDesk(orders, clock, gather, self._watchman, lambda: {name for name, _ in scenes()})
        self._looks = 0
        self._seen: dict[Place, Found] = {}
        self._stirred: dict[str, int] = {}
        self._told: dict[str, object] = {}
        folder = orders.folder
        self.history = History(KeptShelf(folder / "history.db", clock, gather.trouble) if folder is not None else None)

    def noticed(self, change: Change) -> None:
        """One change of the store."""
        self.sight.noticed(change)
        self._matching.noticed(change)
        if not change.of_progress:
            self._stirred[change.key.server] = self._looks

    # what is known

    def watches(self, server: str) -> bool:
        """True where a rule looks at this server."""
        return any(fnmatchcase(server, rule.server) for rule in self._orders.rules)

    def alerts(self) -> Sequence[Alert]:
        """All that are known, those that call on top."""
        return self._desk.book.alerts(self._clock.now())

    def calling(self) -> Sequence[Alert]:
        """Those that want a person, worst first."""
        now = self._clock.now()
        return [alert for alert in self._desk.book.alerts(now) if alert.calls(now)]

    def health(
        self, place: Place, status: ServerStatus, told: str | None = None, figures: Figures | None = None
    ) -> Health:
        """The verdict on a server, queue or type, with its reasons; `told` is what the server says of itself."""
        raised = self._desk.book.raised_of(place.server)
        if place.queue or place.type:
            raised = [alert for alert in raised if Place(*alert.key[1:]) == place]
        found = self.sight.figures.get(place.server, {}) if figures is None else figures
        return health(status, found, raised, self._clock.now(), told)

    def jobs_of(self, alert: Alert) -> str:
        """The query of the jobs that an alert speaks of: of now while it is raised, else as they were then."""
        rule = self._watchman.rule(alert.key.rule)
        if rule is None or not alert.raised:
            return alert.query
        return self._subjects.query(rule, alert.key, alert.raised_at)

    def events(self, server: str | None = None) -> Sequence[AlertEvent]:
        """What happened to alerts, oldest first."""
        return [event for event in self._desk.book.events if server is None or event.key.server == server]

    async def past(self, place: Place, names: Sequence[str], seconds: float, steps: int) -> Past:
        """Figures of a place over a window that ends now."""
        return await self.history.read(place.series, names, seconds, steps, self._clock.now())

    # wishes

    def acknowledge(self, key: AlertKey, note: str | None = None) -> bool:
        """The person sees to it; False when it is not raised (any more)."""
        return self._desk.acknowledge(key, note)

    def mute(self, key: AlertKey, seconds: float | None) -> bool:
        """Silent for so long, None: no longer."""
        return self._desk.mute(key, seconds)

    def touched(self) -> None:
        """The person pressed a key."""
        self._desk.touched()

    def take_left_at(self) -> float | None:
        """When the person was last there before this run, in seconds since the epoch; said once."""
        at, self._desk.left_at = self._desk.left_at, None
        return at

    # how it is done

    async def run(self) -> None:
        """Looks until cancelled, then keeps everything."""
        for problem in self._orders.problems:
            self._gather.notice(problem)
        try:
            self.sight.kinds.remember(await self._desk.remember())
            looks = 0
            while True:
                await next_beat(self._clock, LOOK)
                looks += 1
                await self._look_gently()
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
        for _ in self._steps():
            pass

    async def _look_gently(self) -> None:
        """The same, letting others have their turn every few milliseconds."""
        began = self._clock.monotonic()
        for _ in self._steps():
            if self._clock.monotonic() - began > SLICE:
                await self._clock.sleep(0)
                began = self._clock.monotonic()

    def _steps(self) -> Iterator[None]:
        """One look, in steps of about a millisecond."""
        yield from self._matching.pass_time()
        yield from self.sight.look(self._scenes(), watched=self._watched())
        while self.sight.search():
            yield
        now, wall = self._clock.monotonic(), self._clock.now()
        self._looks += 1
        for number, (server, found) in enumerate(list(self.sight.figures.items())):
            live = self.sight.scenes[server].status.phase is Phase.LIVE
            self.history.record(server, found, wall)
            self._judge(Place(server), found, now, live=live and self.sight.scenes[server].whole)
            yield
            if live:
                judged = self._judged(server)
                every = PARTS_OF_STILL_EVERY if self._is_still(server) and not judged else PARTS_EVERY
                fresh = (self._looks + number) % every == 0
                yield from self._look_at_parts(server, judged, now, wall, fresh=fresh)
        self._desk.tell()

    def _is_still(self, server: str) -> bool:
        """True where nothing has changed for a while."""
        queues = self.sight.scenes[server].queues
        if self._told.get(server) != queues:
            self._told[server], self._stirred[server] = queues, self._looks
        return self._looks - self._stirred.get(server, 0) > STILL_AFTER

    def _judged(self, server: str) -> dict[Place, None]:
        """The queues and types that rules are about, and those of which an alert is raised."""
        judged = {place: None for place in self.sight.places(server) if self._watchman.looks_at(place)}
        for alert in self._desk.book.raised_of(server):
            if alert.key.queue or alert.key.type:
                judged[Place(*alert.key[1:])] = None
        return judged

    def _look_at_parts(
        self, server: str, judged: dict[Place, None], now: float, wall: float, *, fresh: bool
    ) -> Iterator[None]:
        """The queues and types: of some the past is kept, and some are `judged`.

        Not `fresh`: what was seen of them a second ago holds for this second, too.
        """
        recorded = self.sight.parts(server)
        for place in dict.fromkeys((*recorded, *judged)):
            seen = None if fresh else self._seen.get(place)
            found = self._seen[place] = self.sight.at(place) if seen is None else seen
            if place in recorded:
                self.history.record(place.series, found, wall)
                self.sight.remember(place, found)
            if place in judged and seen is None:
                self._judge(place, found, now, live=self.sight.scenes[server].whole)
            yield

    def _judge(self, place: Place, found: Found, now: float, *, live: bool) -> None:
        for turning in self._watchman.judge(place, found, now, live=live):
            condition = turning.condition
            self._desk.turned(turning, self._subjects.query(condition.rule, condition.key, self._clock.now()))
        for condition, value in self._watchman.raised(place, found):
            self._desk.book.update(condition, value)
