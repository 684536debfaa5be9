"""Keeps memory bounded over weeks: of each server's jobs the oldest ended ones leave when there are too many."""

import heapq
from collections.abc import Callable, Iterable, Mapping

from jobdash.engine.known import Known
from jobdash.engine.store import Change
from jobdash.model.job import Job, JobKey
from jobdash.model.state import State

FAILED_STAY = 24 * 3600.0
"""Seconds by which a failed job counts as younger than it is: it is what people come back for."""


class Shelf:
    """The ended jobs of one server, oldest first. A job that is put again counts by its last stamp."""

    def __init__(self) -> None:
        self._stamps: dict[JobKey, float] = {}
        self._heap: list[tuple[float, JobKey]] = []

    def __len__(self) -> int:
        return len(self._stamps)

    def put(self, key: JobKey, stamp: float) -> None:
        if self._stamps.get(key) == stamp:
            return
        self._stamps[key] = stamp
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
            if self._stamps.get(key) == stamp:
                del self._stamps[key]
                return key
        return None


class Room:
    """Makes room as jobs come. `most` gives the bound of each server by name, `needed` says who may not leave."""

    def __init__(self, known: Known, most: Mapping[str, int], needed: Callable[[JobKey], bool]) -> None:
        self._known = known
        self._most = most
        self._needed = needed
        self._shelves = {server: Shelf() for server in most}
        self._counts = dict.fromkeys(most, 0)
        self.kept: frozenset[JobKey] = frozenset()
        known.listeners.append(self.noticed)

    def keep(self, keys: Iterable[JobKey]) -> None:
        """These are marked and stay; a later call replaces an earlier one."""
        self.kept = frozenset(keys)

    def noticed(self, change: Change) -> None:
        """Counts what comes and goes, and lets the oldest leave when there are too many."""
        server = change.key.server
        shelf = self._shelves.get(server)
        if shelf is None:
            return
        self._counts[server] += (change.before is None) - (change.after is None)
        job = change.after
        if job is not None and (job.state.ended or self._known.is_gone(job.key)):
            shelf.put(job.key, _stamp(job))
        else:
            shelf.drop(change.key)
        if self._counts[server] > self._most[server]:
            self._make_room(server, shelf)

    def _make_room(self, server: str, shelf: Shelf) -> None:
        spared: list[JobKey] = []
        while self._counts[server] > self._most[server] and (key := shelf.pop()) is not None:
            if key in self.kept or self._needed(key):
                spared.append(key)
            else:
                self._known.forget(key)
        for key in spared:
            if (job := self._known.job(key)) is not None:
                shelf.put(key, _stamp(job))


def _stamp(job: Job) -> float:
    """When a job ended, as far as is known."""
    ended = job.finished_at or job.updated_at or job.created_at or 0.0
    return ended + (FAILED_STAY if job.state is State.FAILED else 0.0)
