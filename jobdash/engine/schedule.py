"""Which job is to be asked about next: a heap by due time, and the due ones in classes by how much they are wanted.

Every call costs O(log n), so that a hundred thousand followed ids are no burden.
"""

import heapq
from collections.abc import Callable, Iterable

from jobdash.engine.budget import Want

PROMOTED_AT_ONCE = 500
"""So many due ids are sorted into classes by one call, so that a hundred thousand due at once stall nobody."""

FAIR_TURN = 4
"""Every so many turns the id that has waited longest is taken, so that no class ever starves."""


class Schedule:
    """Ids with the monotonic time at which each is due. A later `put` of the same id replaces the earlier one."""

    def __init__(self, want: Callable[[str], Want]) -> None:
        self._want = want
        self._due: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []
        self._class: dict[str, Want] = {}
        self._ready: dict[Want, dict[str, None]] = {want: {} for want in Want}
        self._turns = 0

    def __contains__(self, id: str) -> bool:
        return id in self._due

    def __len__(self) -> int:
        return len(self._due)

    def put(self, id: str, at: float) -> None:
        """Asks for `id` at time `at`."""
        self._unready(id)
        self._due[id] = at
        heapq.heappush(self._heap, (at, id))
        if len(self._heap) > 2 * len(self._due) + 64:
            self._heap = [(due, other) for other, due in self._due.items() if other not in self._class]
            heapq.heapify(self._heap)

    def put_sooner(self, id: str, at: float) -> None:
        """Asks for `id` at time `at` at the latest."""
        due = self._due.get(id)
        if due is None or due > at:
            self.put(id, at)

    def drop(self, id: str) -> None:
        """No longer asks for `id`."""
        self._due.pop(id, None)
        self._unready(id)

    def look_again(self, ids: Iterable[str]) -> None:
        """These are wanted more or less than before."""
        for id in ids:
            if id in self._class:
                self._unready(id)
                self._make_ready(id)

    def next_due(self) -> float | None:
        """When the next id that is not ready yet becomes due."""
        while self._heap and not self._holds(*self._heap[0]):
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def wanted(self, now: float) -> Want | None:
        """The best class in which an id is due; None when none is."""
        for _ in range(PROMOTED_AT_ONCE):
            due = self.next_due()
            if due is None or due > now:
                break
            self._make_ready(heapq.heappop(self._heap)[1])
        return next((want for want, ids in self._ready.items() if ids), None)

    def oldest(self) -> float | None:
        """Since when the one that has waited longest is due, of those that `wanted` has found; None when none is."""
        return min((self._due[next(iter(ids))] for ids in self._ready.values() if ids), default=None)

    def take(self, now: float) -> str | None:
        """The most wanted id that is due, removed from the schedule; None when none is due."""
        best = self.wanted(now)
        if best is None:
            return None
        id = next(iter(self._ready[best]))
        self._turns += 1
        if best is not Want.CURSOR and self._turns % FAIR_TURN == 0:
            id = min((next(iter(ids)) for ids in self._ready.values() if ids), key=self._due.__getitem__)
        self.drop(id)
        return id

    def _holds(self, at: float, id: str) -> bool:
        return self._due.get(id) == at and id not in self._class

    def _make_ready(self, id: str) -> None:
        want = self._want(id)
        self._class[id] = want
        self._ready[want][id] = None

    def _unready(self, id: str) -> None:
        want = self._class.pop(id, None)
        if want is not None:
            del self._ready[want][id]
