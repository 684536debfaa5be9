"""Keeps memory bounded over weeks: of each server's jobs the oldest ended ones leave when there are too many."""

import heapq
from collections.abc import Callable, Mapping
from itertools import islice

from jobdash.engine.clock import Clock, next_beat
from jobdash.engine.known import Known
from jobdash.engine.store import Change
from jobdash.model.job import Job, JobKey
from jobdash.model.state import State

FAILED_STAY = 24 * 3600.0
"""Seconds by which a failed job counts as younger than it is: it is what people come back for."""

LOOK = 1.0
LOOKED_AT_ONCE = 2_000
"""So many that stand aside are looked at by one call."""


class Shelf:
    """The ended jobs of one server, oldest first. A job that is put again counts by its last stamp.

    One that has grown younger stays in its place until its turn comes, and is sorted in again only then: most jobs
    are put many times before anybody has to leave.
    """

    def __init__(self) -> None:
        self._stamps: dict[JobKey, float] = {}
        self._heap: list[tuple[float, JobKey]] = []

    def __len__(self) -> int:
        return len(self._stamps)

    def put(self, key: JobKey, stamp: float) -> None:
        before = self._stamps.get(key)
        self._stamps[key] = stamp
        if before is not None and before <= stamp:
            return
        heapq.heappush(self._heap, (stamp, key))
        if len(self._heap) > 2 * len(self._stamps) + 64:
            self._heap = [(at, other) for other, at in self._stamps.items()]
            heapq.heapify(self._heap)

    def drop(self, key: JobKey) -> None:
        self._stamps.pop(key, None)

    def pop(self) -> JobKey | None:
        """The oldest, which leaves; None when there is none."""
        while self._heap:
            stamp, key = heapq.heappop(self._heap)
            now = self._stamps.get(key)
            if now is not None and now > stamp:
                heapq.heappush(self._heap, (now, key))
            elif now is not None:
                del self._stamps[key]
                return key
        return None


class Room:
    """Makes room as jobs come. `most` gives the bound of each server by name, `needed` says who may not leave.

    Those stand aside until `look` finds that nobody needs them any more, so that they are not met again and again.
    """

    def __init__(self, known: Known, clock: Clock, most: Mapping[str, int], needed: Callable[[JobKey], bool]) -> None:
        self._known = known
        self._clock = clock
        self._most = most
        self._needed = needed
        self._shelves = {server: Shelf() for server in most}
        self._counts = dict.fromkeys(most, 0)
        self._aside: dict[JobKey, None] = {}
        known.listeners.append(self.noticed)

    def noticed(self, change: Change) -> None:
        """Counts what comes and goes, and lets the oldest leave when there are too many."""
        server = change.key.server
        shelf = self._shelves.get(server)
        if shelf is None:
            return
        self._counts[server] += (change.before is None) - (change.after is None)
        self._aside.pop(change.key, None)
        job = change.after
        if job is not None and (job.state.ended or self._known.is_gone(job.key)):
            shelf.put(job.key, _stamp(job))
        else:
            shelf.drop(change.key)
        if self._counts[server] > self._most[server]:
            self._make_room(server, shelf)

    async def run(self) -> None:
        """Looks once a second, until cancelled."""
        while True:
            await next_beat(self._clock, LOOK)
            self.look()

    def look(self) -> None:
        """Some of those that stand aside may leave now, in their turn."""
        for key in list(islice(self._aside, LOOKED_AT_ONCE)):
            del self._aside[key]
            job = self._known.job(key)
            if self._needed(key):
                self._aside[key] = None
            elif job is not None:
                self._shelves[key.server].put(key, _stamp(job))
        for server, shelf in self._shelves.items():
            self._make_room(server, shelf)

    def _make_room(self, server: str, shelf: Shelf) -> None:
        while self._counts[server] > self._most[server] and (key := shelf.pop()) is not None:
            if self._needed(key):
                self._aside[key] = None
            else:
                self._known.forget(key)


def _stamp(job: Job) -> float:
    """When a job ended, as far as is known."""
    ended = job.finished_at or job.updated_at or job.created_at or 0.0
    return ended + (FAILED_STAY if job.state is State.FAILED else 0.0)
