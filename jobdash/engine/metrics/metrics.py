"""The meters of every server, queue and type, kept in step change by change. What they add up to: `figures.py`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from jobdash.engine.clock import Clock
from jobdash.engine.metrics.counters import Counters
from jobdash.engine.metrics.meter import Meter
from jobdash.engine.metrics.moving import Moving
from jobdash.engine.metrics.passage import Passage, passage
from jobdash.engine.metrics.place import Place, places_of
from jobdash.engine.store import Change
from jobdash.model.job import Job, JobKey
from jobdash.model.queue import QueueStats

MOST_PLACES = 5_000
"""Queues and types beyond this are not measured one by one; the servers always are."""


class Metrics:
    """Listens to the store. A change costs the same, however many jobs and servers there are."""

    def __init__(self, clock: Clock, is_gone: Callable[[JobKey], bool] = lambda key: False) -> None:
        self._clock = clock
        self._is_gone = is_gone
        self.began = clock.now()
        self.meters: dict[Place, Meter] = {}
        self._places: dict[str, list[Place]] = {}
        self.counters: dict[str, Counters] = {}
        self.moving = Moving()
        self._left: set[JobKey] = set()

    def noticed(self, change: Change) -> None:
        """One change of the store. A job that its server no longer has counts as left."""
        before, after = change.before, change.after
        if change.of_progress and after is not None:
            if after.state.active:
                self.moving.noticed(after, self._clock.monotonic())
            return
        if change.key in self._left:
            self._left.discard(change.key)
            before = None
        if after is not None and self._is_gone(change.key):
            self._left.add(change.key)
            after = None
        if before is None and after is None:
            return
        now = self._clock.monotonic()
        if before is None or after is None or not _alike(before, after):
            self._moved(before, after, now)
        elif after.state.active:
            self.moving.noticed(after, now)

    def read(self, server: str, queues: Iterable[QueueStats]) -> None:
        """The server's own counters."""
        whole = next((queue for queue in queues if not queue.name), None)
        if whole is not None:
            now = self._clock.monotonic()
            counters = self.counters.setdefault(server, Counters(now))
            meter = self._meter(Place(server), now)
            if counters.read(now, told(whole.completed), told(whole.failed)) and meter is not None:
                meter.started_at = now

    def places(self, server: str) -> Sequence[Place]:
        """Every place of a server where something is measured."""
        return self._places.get(server, [])

    def _moved(self, before: Job | None, after: Job | None, now: float) -> None:
        wall = self._clock.now()
        step = passage(before, after, began=self.began, now=wall, ran=self._course(before, after, now))
        old = places_of(before) if before is not None else ()
        new = places_of(after) if after is not None else ()
        for place in old:
            if place not in new and (meter := self.meters.get(place)) is not None:
                meter.take(Passage(step.before, None), now)
                meter.mark(before, None, wall)
        for place in new:
            if (meter := self._meter(place, now)) is not None:
                was_here = place in old
                meter.take(step if was_here or before is None else replace(step, before=None), now)
                meter.mark(before if was_here else None, after, wall)

    def _course(self, before: Job | None, after: Job | None, now: float) -> float | None:
        """Follows who is with a worker; how long the job ran when it was seen to start and is no longer there."""
        if after is not None and after.state.active:
            starts = before is not None and not before.state.active
            self.moving.noticed(after, now, starts=starts)
            return None
        return self.moving.drop(before.key, now) if before is not None and before.state.active else None

    def _meter(self, place: Place, now: float) -> Meter | None:
        meter = self.meters.get(place)
        if meter is None and (len(self.meters) < MOST_PLACES or not (place.queue or place.type)):
            meter = self.meters[place] = Meter(now)
            self._places.setdefault(place.server, []).append(place)
        return meter


def _alike(before: Job, after: Job) -> bool:
    """Whether nothing that is counted differs."""
    return (
        before.state is after.state
        and before.queue == after.queue
        and before.type == after.type
        and before.overdue is after.overdue
        and before.estimated_wait == after.estimated_wait
    )


def told(value: float | None) -> float | None:
    """A figure of a server, None when it cannot be one: absent, negative, not finite."""
    return value if value is not None and 0 <= value < float("inf") else None
