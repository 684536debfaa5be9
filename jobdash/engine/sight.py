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

MOST_SERIES = 500
MOST_PARTS = 20
"""The past is kept of so many queues and types of all servers together, and of so many of one server."""

MOST_FAILURES = 1_000

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
        self._depths: dict[Place, deque[float | None]] = {}
        self._failures: dict[str, deque[tuple[float, JobKey]]] = {}
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
            if fresh:
                failures = self._failures.setdefault(job.key.server, deque(maxlen=MOST_FAILURES))
                failures.append((self._clock.now(), job.key))

    def look(self, scenes: Iterable[tuple[str, Scene]], *, watched: bool = True) -> Iterator[None]:
        """Once a second, a server a step. `watched` False: jobs are not asked about now, so that none is to blame."""
        now, wall = self._clock.monotonic(), self._clock.now()
        passed, self._looked_at = now - self._looked_at, now
        self._looks += 1
        for number, (name, scene) in enumerate(list(scenes)):
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
            self.remember(Place(name), found)
            yield

    def remember(self, place: Place, found: Found) -> None:
        """Keeps what sparklines draw of these figures, which are those of the last look."""
        if self._looks % DEPTH_EVERY == 1:
            self._depths.setdefault(place, deque(maxlen=DEPTHS)).append(found.get("depth"))

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
        found = figures(place, self.metrics, scene, self._clock.monotonic(), self._clock.now())
        if found:
            lists = self.slow.get(place.server, Slow())
            found["stalled"] = float(len(self._within(place, lists.stalled)))
            found["overlong"] = float(len(self._within(place, lists.overlong)))
        return found

    def places(self, server: str) -> list[Place]:
        """The queues and types of a server of which anything is known."""
        scene = self.scenes.get(server)
        told = [Place(server, queue.name) for queue in scene.queues if queue.name] if scene is not None else []
        return list(dict.fromkeys([*told, *(p for p in self.metrics.places(server) if p.queue or p.type)]))

    def parts(self, server: str) -> Sequence[Place]:
        """Those of them whose past is kept: the queues first, and no more than there is room for."""
        room = max(2, min(MOST_PARTS, MOST_SERIES // max(1, len(self.scenes))))
        return sorted(self.places(server), key=lambda place: not place.queue)[:room]

    def jobs_of(self, place: Place, metric: str, above: float) -> Sequence[JobKey]:
        """The jobs that a figure speaks of when it is above something, where no query can find them."""
        meter = self.metrics.meters.get(place)
        if metric in ("stalled", "overlong"):
            found = self.slow.get(place.server, Slow())
            return self._within(place, found.stalled if metric == "stalled" else found.overlong)
        if meter is not None and metric == "oldest_waiting":
            return meter.waiting.since_before(self._clock.now() - above)
        if meter is not None and metric == "estimated_wait":
            return [JobKey(place.server, id) for id, wait in meter.estimates.items() if wait > above]
        return ()

    def failed_since(self, place: Place, at: float) -> Sequence[JobKey]:
        """The jobs that were seen to fail since then (seconds since the epoch)."""
        seen = dict.fromkeys(key for failed_at, key in self._failures.get(place.server, ()) if failed_at >= at)
        return self._within(place, tuple(seen))

    def depths(self, place: Place) -> Sequence[float | None]:
        """How many jobs waited, every twenty seconds, oldest first."""
        return tuple(self._depths.get(place, ()))

    def trend(self, place: Place, seconds: float, steps: int) -> list[float | None]:
        """Jobs finished a minute, step by step."""
        meter = self.metrics.meters.get(place)
        if meter is None:
            return []
        now = self._clock.monotonic()
        found = meter.finished.steps(now, seconds, steps)
        counters = self.metrics.counters.get(place.server) if place == Place(place.server) else None
        if counters is not None and counters.known:
            told = counters.finished.steps(now, seconds, steps)
            found = [max(a, b) if a is not None and b is not None else a for a, b in zip(found, told, strict=True)]
        return [None if value is None else value * 60 / seconds for value in found]

    def _within(self, place: Place, keys: Sequence[JobKey]) -> Sequence[JobKey]:
        """Those of these jobs that are known and belong to a place."""
        return [key for key in keys if (job := self._get(key)) is not None and place.holds(job)]

    def _server(self, name: str, scene: Scene, now: float, wall: float) -> Found:
        found = figures(Place(name), self.metrics, scene, now, wall)
        if scene.status.phase is Phase.LIVE:
            lists = self.slow.get(name, Slow())
            found["stalled"], found["overlong"] = float(len(lists.stalled)), float(len(lists.overlong))
            found["new_errors"] = self.kinds.new(name, now)
        return found
