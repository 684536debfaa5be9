"""The figures of every server this second: what was measured, what the server says, and which jobs are slow."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

from jobdash.engine.alerts.kinds import Kinds
from jobdash.engine.clock import Clock
from jobdash.engine.metrics.figures import Scene, figures
from jobdash.engine.metrics.metrics import Metrics
from jobdash.engine.metrics.place import Place
from jobdash.engine.metrics.slow import Slow, slow
from jobdash.engine.store import Change
from jobdash.model.job import Job, JobKey
from jobdash.model.server import Phase
from jobdash.model.state import State

SLOW_EVERY = 10
"""Seconds between two looks at the running jobs of a server, one by one."""

DEPTH_EVERY, DEPTHS = 20, 12

Found = dict[str, float | None]


class Sight:
    """`figures` are those of the servers at the last look; of queues and types they are worked out when asked for."""

    def __init__(self, clock: Clock, get: Callable[[JobKey], Job | None], gone: Callable[[JobKey], bool]) -> None:
        self._clock = clock
        self._get = get
        self.metrics = Metrics(clock, gone)
        self.kinds = Kinds(clock.monotonic())
        self.figures: dict[str, Found] = {}
        self.scenes: dict[str, Scene] = {}
        self.slow: dict[str, Slow] = {}
        self._searches: dict[str, Iterator[Slow | None]] = {}
        self._depths: dict[str, deque[float | None]] = {}
        self._looks = 0
        self._looked_at = clock.monotonic()

    def noticed(self, change: Change) -> None:
        """One change of the store."""
        self.metrics.noticed(change)
        if change.of_progress:
            return
        job, before = change.after, change.before
        if job is not None and job.state is State.FAILED and (before is None or before.state is not State.FAILED):
            fresh = before is not None or (job.finished_at or 0.0) >= self.metrics.began
            self.kinds.failed(job, self._clock.monotonic(), just_now=fresh)

    def look(self, scenes: Iterable[tuple[str, Scene]], *, watched: bool = True) -> None:
        """Once a second. `watched` False: jobs are not asked about at the moment, so that none is to blame."""
        now, wall = self._clock.monotonic(), self._clock.now()
        passed, self._looked_at = now - self._looked_at, now
        self._looks += 1
        for number, (name, scene) in enumerate(scenes):
            self.scenes[name] = scene
            live = scene.status.phase is Phase.LIVE
            if not live or not watched:
                self.metrics.moving.unheard(name, passed)
            if live:
                self.metrics.read(name, scene.queues)
            if (self._looks + number) % SLOW_EVERY == 0:
                self._searches[name] = slow(name, self.metrics, self._get, now, wall)
                self.search()
            found = self.figures[name] = self._server(name, scene, now, wall)
            if self._looks % DEPTH_EVERY == 1:
                self._depths.setdefault(name, deque(maxlen=DEPTHS)).append(found.get("depth"))

    def search(self) -> bool:
        """Goes on looking at running jobs one by one, for less than a millisecond; True while there are more."""
        for name, search in self._searches.items():
            if (found := next(search, None)) is not None:
                self.slow[name] = found
                del self._searches[name]
            break
        return bool(self._searches)

    def at(self, place: Place) -> Found:
        """The figures of a queue or a type now."""
        scene = self.scenes.get(place.server)
        if scene is None:
            return {}
        return figures(place, self.metrics, scene, self._clock.monotonic(), self._clock.now())

    def places(self, server: str) -> list[Place]:
        """The queues and types of a server of which anything is known."""
        scene = self.scenes.get(server)
        told = [Place(server, queue.name) for queue in scene.queues if queue.name] if scene is not None else []
        return list(dict.fromkeys([*told, *(p for p in self.metrics.places(server) if p.queue or p.type)]))

    def ids(self, server: str, metric: str) -> tuple[str, ...]:
        """The jobs that a figure counts, where no query can find them."""
        found = self.slow.get(server, Slow())
        return found.stalled if metric == "stalled" else found.overlong if metric == "overlong" else ()

    def depths(self, server: str) -> Sequence[float | None]:
        """How many jobs waited, every twenty seconds, oldest first."""
        return tuple(self._depths.get(server, ()))

    def trend(self, server: str, seconds: float, steps: int) -> list[float | None]:
        """Jobs finished a minute, step by step."""
        meter = self.metrics.meters.get(Place(server))
        if meter is None:
            return []
        now = self._clock.monotonic()
        found = meter.finished.steps(now, seconds, steps)
        if (counters := self.metrics.counters.get(server)) is not None and counters.known:
            told = counters.finished.steps(now, seconds, steps)
            found = [max(a, b) if a is not None and b is not None else a for a, b in zip(found, told, strict=True)]
        return [None if value is None else value * 60 / seconds for value in found]

    def _server(self, name: str, scene: Scene, now: float, wall: float) -> Found:
        found = figures(Place(name), self.metrics, scene, now, wall)
        if scene.status.phase is Phase.LIVE:
            lists = self.slow.get(name, Slow())
            found["stalled"], found["overlong"] = float(len(lists.stalled)), float(len(lists.overlong))
            found["new_errors"] = self.kinds.new(name, now)
        return found
