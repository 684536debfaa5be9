"""Which job is to be asked about next: a heap by due time, and the due ones by how much they are wanted."""

import heapq
from collections.abc import Callable

from jobdash.engine.budget import Want


class Schedule:
    """Ids with the monotonic time at which each is due. A later `put` of the same id replaces the earlier one."""

    def __init__(self) -> None:
        self._due: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []
        self._ready: dict[str, None] = {}

    def __contains__(self, id: str) -> bool:
        return id in self._due

    def __len__(self) -> int:
        return len(self._due)

    def put(self, id: str, at: float) -> None:
        """Asks for `id` at time `at`."""
        self._due[id] = at
        self._ready.pop(id, None)
        heapq.heappush(self._heap, (at, id))

    def drop(self, id: str) -> None:
        """No longer asks for `id`."""
        self._due.pop(id, None)
        self._ready.pop(id, None)

    def next_due(self) -> float | None:
        """When the next id that is not ready yet becomes due."""
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def take(self, now: float, want: Callable[[str], Want]) -> str | None:
        """The most wanted id that is due, removed from the schedule; None when none is due."""
        while (due := self.next_due()) is not None and due <= now:
            self._ready[heapq.heappop(self._heap)[1]] = None
        if not self._ready:
            return None
        id = min(self._ready, key=want)
        self.drop(id)
        return id
