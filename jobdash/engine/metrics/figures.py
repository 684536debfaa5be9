"""All figures of one place at one moment, by name. None is unknown, which is never zero."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jobdash.engine.metrics.meter import MINUTE, Meter
from jobdash.engine.metrics.metrics import Metrics, told
from jobdash.engine.metrics.place import Place
from jobdash.model.queue import QueueStats
from jobdash.model.server import Phase, ServerStatus
from jobdash.model.state import State

Figures = Mapping[str, float | None]

FEWEST_COUNTED = 10
"""One failure among fewer jobs than this is no rate. What a server counts itself is taken as it stands (C6)."""

COUNTED = {
    "depth": State.PENDING,
    "running": State.RUNNING,
    "scheduled": State.SCHEDULED,
    "retrying": State.RETRYING,
    "failed": State.FAILED,
    "completed": State.COMPLETED,
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known of a server besides its jobs. `lists` says that jobdash knows all of its jobs.

    `whole`: everything that its kind tells was read, so that what is not there now is not told any more.
    """

    status: ServerStatus
    queues: Sequence[QueueStats] = ()
    lists: bool = False
    whole: bool = True

    def stats(self, queue: str = "") -> QueueStats | None:
        """The server's word about one queue, or about itself as a whole."""
        found = next((stats for stats in self.queues if stats.name == queue), None)
        return found if found is not None or queue or len(self.queues) != 1 else self.queues[0]


def figures(place: Place, metrics: Metrics, scene: Scene, now: float, wall: float) -> dict[str, float | None]:
    """Everything that is known of a place. Of a server that is not live only that it is not."""
    found: dict[str, float | None] = {}
    phase, since = scene.status.phase, max(0.0, now - scene.status.since)
    if not (place.queue or place.type):
        found["down"] = since if phase in (Phase.DOWN, Phase.UNAUTHORISED) else 0.0
        found["stale"] = since if phase is Phase.STALE else 0.0
        if phase is Phase.CONNECTING:
            found["down"] = found["stale"] = None
    if phase is not Phase.LIVE:
        return found
    stats = scene.stats(place.queue) if not place.type else None
    meter = metrics.meters.get(place)
    _counts(found, stats, meter if scene.lists else None)
    if stats is not None:
        found["cpu"], found["memory"], found["workers"] = map(told, (stats.cpu_percent, stats.memory_mb, stats.workers))
    if meter is not None:
        _measured(found, meter, now, wall)
    elif scene.lists:
        found |= {"oldest_waiting": 0.0, "stuck": 0.0, "overdue": 0.0}
    if not (place.queue or place.type):
        _corrected(found, metrics, place.server, now)
    _served(found, stats, meter, now)
    if place.queue and (whole := scene.stats()) is not None and whole.workers == 0:
        found["unserved"] = None  # where nobody works at all, that is said once, of the server
    return found


def _counts(found: dict[str, float | None], stats: QueueStats | None, meter: Meter | None) -> None:
    """The server's own word where it gives one, else what jobdash counted, where it knows all jobs."""
    for name, state in COUNTED.items():
        value = told(getattr(stats, name)) if stats is not None else None
        found[name] = float(meter.counts[state]) if value is None and meter is not None else value
    found["failed_percent"] = failed_percent(stats, found)


def failed_percent(stats: QueueStats | None, found: Figures) -> float | None:
    """Failed jobs as percent of all (C6); None when either is unknown."""
    failed, total = found.get("failed"), told(stats.total) if stats is not None else None
    if total is None:
        parts = [found.get(name) for name in ("depth", "running", "completed", "failed")]
        total = None if None in parts else sum(part for part in parts if part is not None)
        if total is not None and stats is None and total < FEWEST_COUNTED:
            return None
    if failed is None or total is None or failed > total:
        return None
    return 100 * failed / total if total else 0.0


def _measured(found: dict[str, float | None], meter: Meter, now: float, wall: float) -> None:
    found.update(meter.rates(now))
    found.update(meter.latencies(now))
    oldest = meter.waiting.oldest()
    found["oldest_waiting"] = 0.0 if oldest is None else max(0.0, wall - oldest)
    found["estimated_wait"] = max(meter.estimates.values(), default=None)
    found["stuck"], found["overdue"] = float(meter.counts[State.STUCK]), float(meter.overdue)


def _corrected(found: dict[str, float | None], metrics: Metrics, server: str, now: float) -> None:
    """Where jobdash hears of fewer jobs than the server counts, the server is right: either can only miss some."""
    counters = metrics.counters.get(server)
    if counters is None or not counters.known or (covered := counters.finished.covers(now, MINUTE)) < MINUTE / 4:
        return
    for name, tally in (("throughput", counters.finished), ("failures", counters.failures)):
        rate = tally.last(now, MINUTE) * MINUTE / covered
        heard = found.get(name)
        found[name] = rate if heard is None else max(rate, heard)


def _served(found: dict[str, float | None], stats: QueueStats | None, meter: Meter | None, now: float) -> None:
    """Whether the workers are enough, idle, or not there at all. A paused queue is meant to wait."""
    depth, running, workers = found.get("depth"), found.get("running"), found.get("workers")
    if workers is None or depth is None:
        return
    paused = stats is not None and stats.paused is True
    found["unserved"] = depth if workers == 0 and not paused else 0.0
    if running is None:
        return
    found["utilisation"] = 100 * min(1.0, running / workers) if workers else None
    idle = bool(depth) and running < workers and not paused
    found["not_draining"] = meter.idle_for(now, idle=idle) if meter is not None else None
