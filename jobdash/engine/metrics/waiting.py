"""Which job has waited longest: a heap by the time since when, with lazy removal."""

import heapq

from jobdash.model.job import JobKey


class Waiting:
    """The jobs of one place that wait for a worker. Times are seconds since the epoch."""

    __slots__ = ("_heap", "_since")

    def __init__(self) -> None:
        self._since: dict[JobKey, float] = {}
        self._heap: list[tuple[float, JobKey]] = []

    def __len__(self) -> int:
        return len(self._since)

    def put(self, key: JobKey, since: float) -> None:
        """This job waits since then."""
        self._since[key] = since
        heapq.heappush(self._heap, (since, key))
        if len(self._heap) > 2 * len(self._since) + 64:
            self._heap = [(at, other) for other, at in self._since.items()]
            heapq.heapify(self._heap)

    def since_before(self, at: float) -> list[JobKey]:
        """The jobs that have waited since an earlier moment than this."""
        return [key for key, since in self._since.items() if since < at]

    def drop(self, key: JobKey) -> None:
        """It waits no longer."""
        self._since.pop(key, None)

    def oldest(self) -> float | None:
        """Since when the one that waits longest has waited; None when none waits."""
        while self._heap:
            since, key = self._heap[0]
            if self._since.get(key) == since:
                return since
            heapq.heappop(self._heap)
        return None
