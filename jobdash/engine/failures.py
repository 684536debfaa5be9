"""Failed jobs grouped by fingerprint, kept in step with the store, a slice at a time."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from jobdash.engine import fingerprint
from jobdash.engine.clock import Clock
from jobdash.engine.fingerprint import Fingerprint
from jobdash.engine.looks import Looks
from jobdash.engine.store import Change, Store
from jobdash.model.job import Job, JobKey

SLICE, TURN = 300, 0.005
"""So many jobs, or seconds, before others have their turn."""

Counted = TypeVar("Counted", str, int)

BUCKET = 60
"""Seconds that are counted together, for the sparkline."""

WHERE = ("server", "queue", "type", "worker")


@dataclass(slots=True)
class Group:
    """The jobs that failed alike. Times are seconds since the epoch; `where` counts servers, queues, types, workers."""

    fingerprint: Fingerprint
    keys: dict[JobKey, float] = field(default_factory=dict)
    where: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in WHERE})
    buckets: Counter[int] = field(default_factory=Counter)
    new: bool = False

    @property
    def count(self) -> int:
        return len(self.keys)

    @property
    def example(self) -> JobKey:
        """The one that failed last, as far as it was told in order."""
        return next(reversed(self.keys))

    @property
    def first_seen(self) -> float:
        """To the minute."""
        return float(min(self.buckets) * BUCKET)

    @property
    def last_seen(self) -> float:
        return max((max(self.buckets) * BUCKET, self.keys[self.example]))

    def over_time(self, start: float, end: float, steps: int) -> list[int]:
        """How many failed in each of so many equal spans of time."""
        spans = [0] * steps
        width = max(1.0, (end - start) / steps)
        for bucket, count in self.buckets.items():
            place = int((bucket * BUCKET - start) // width)
            if -1 <= place <= steps:
                spans[min(steps - 1, max(0, place))] += count
        return spans


class Failures:
    """Follows a store. `version` counts the slices, so that a screen knows when to look again.

    With `looks` it is known over restarts what a person has seen.
    """

    def __init__(self, store: Store, clock: Clock, looks: Looks | None = None) -> None:
        self._store = store
        self._clock = clock
        self._looks = looks
        self._unkept: set[str] | None = None
        self._groups: dict[str, Group] = {}
        self._known: dict[JobKey, tuple[str, Job, float]] = {}
        self._waiting: dict[JobKey, None] = {}
        self._news = asyncio.Event()
        self._seen: set[str] | None = None
        self.version = 0

    def noticed(self, change: Change) -> None:
        """A job changed; whether that matters is found out later."""
        job = change.after
        failing = job is not None and job.state in fingerprint.FAILING
        if failing or change.key in self._known:
            self._waiting[change.key] = None
            self._news.set()

    @property
    def waiting(self) -> int:
        """How many jobs are still to be looked at."""
        return len(self._waiting)

    @property
    def total(self) -> int:
        """How many jobs have failed."""
        return len(self._known)

    def groups(self) -> Sequence[Group]:
        """The largest first; what is new first of all."""
        return sorted(self._groups.values(), key=lambda group: (not group.new, -group.count, group.fingerprint.id))

    def group(self, id: str) -> Group | None:
        return self._groups.get(id)

    def looked(self) -> None:
        """A person has seen them all."""
        self._seen = (self._seen or set()) | set(self._groups)
        self._unkept = set(self._groups)
        self._news.set()
        for group in self._groups.values():
            group.new = False

    async def run(self) -> None:
        """Looks at what has changed, in slices, until cancelled; then what was seen is kept."""
        if self._looks is not None:
            self._adopt(await asyncio.to_thread(self._looks.read, self._clock.monotonic()))
        try:
            while True:
                await self._news.wait()
                while self._waiting:
                    self.work()
                    await asyncio.sleep(0)
                self._news.clear()
                await self._keep()
        finally:
            await self._keep()
            if self._looks is not None:
                await asyncio.to_thread(self._looks.close)

    async def _keep(self) -> None:
        """Writes what a person has seen, and learns what was seen elsewhere."""
        looks, seen = self._looks, self._unkept
        if looks is None or seen is None:
            return
        self._unkept = None
        kept = await asyncio.to_thread(looks.looked, seen, self._clock.now(), self._clock.monotonic())
        if kept is None:
            self._unkept = seen | (self._unkept or set())
        self._adopt(kept)

    def _adopt(self, seen: set[str] | None) -> None:
        if seen is not None:
            self._seen = seen | (self._seen or set())

    def work(self) -> None:
        """One slice."""
        until = self._clock.monotonic() + TURN
        for key in list(islice(self._waiting, SLICE)):
            del self._waiting[key]
            self._look_at(key)
            if self._clock.monotonic() > until:
                break
        self.version += 1

    def _look_at(self, key: JobKey) -> None:
        job = self._store.get(key)
        found = fingerprint.of_job(job) if job is not None else None
        known = self._known.get(key)
        if known is not None and found is not None and known[0] == found.id and _alike(known[1], job):
            return
        if known is not None:
            self._remove(key, *known)
        if job is not None and found is not None:
            self._add(job, found)

    def _add(self, job: Job, found: Fingerprint) -> None:
        group = self._groups.get(found.id)
        if group is None:
            new = self._seen is not None and found.id not in self._seen
            group = self._groups[found.id] = Group(found, new=new)
        at = next((at for at in (job.finished_at, job.updated_at, job.started_at) if at is not None), self._clock.now())
        self._known[job.key] = (found.id, job, at)
        group.keys[job.key] = at
        group.buckets[int(at // BUCKET)] += 1
        for name, value in _places(job):
            group.where[name][value] += 1

    def _remove(self, key: JobKey, id: str, job: Job, at: float) -> None:
        group = self._groups[id]
        del self._known[key], group.keys[key]
        if not group.keys:
            del self._groups[id]
            return
        _less(group.buckets, int(at // BUCKET))
        for name, value in _places(job):
            _less(group.where[name], value)


def _less(counter: Counter[Counted], value: Counted) -> None:
    counter[value] -= 1
    if not counter[value]:
        del counter[value]


def _places(job: Job) -> list[tuple[str, str]]:
    told = (job.server, job.queue, job.type, job.worker)
    return [(name, value) for name, value in zip(WHERE, told, strict=True) if value]


def _alike(before: Job, after: Job | None) -> bool:
    """True when nothing has changed that a group counts."""
    return after is not None and _places(before) == _places(after) and before.finished_at == after.finished_at
