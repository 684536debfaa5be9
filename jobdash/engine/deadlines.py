"""Which jobs have taken longer than they may: a heap of deadlines, looked at once a second."""

import heapq

from jobdash.model.job import JobKey


class Deadlines:
    """Each job has one deadline, in seconds since the epoch; a later `set` replaces it."""

    def __init__(self) -> None:
        self._due: dict[JobKey, float] = {}
        self._heap: list[tuple[float, JobKey]] = []

    def __contains__(self, key: JobKey) -> bool:
        return key in self._due

    def __len__(self) -> int:
        return len(self._due)

    def set(self, key: JobKey, at: float) -> bool:
        """Notes when a job will be overdue; True when it had another deadline before."""
        before = self._due.get(key)
        if before == at:
            return False
        self._due[key] = at
        heapq.heappush(self._heap, (at, key))
        if len(self._heap) > 2 * len(self._due) + 64:
            self._heap = [(due, other) for other, due in self._due.items()]
            heapq.heapify(self._heap)
        return before is not None

    def drop(self, key: JobKey) -> None:
        """The job has ended or is gone: its deadline no longer matters."""
        self._due.pop(key, None)

    def passed(self, now: float) -> list[JobKey]:
        """The jobs whose deadline has passed since the last call."""
        late = []
        while self._heap and self._heap[0][0] <= now:
            at, key = heapq.heappop(self._heap)
            if self._due.get(key) == at:
                late.append(key)
        return late
