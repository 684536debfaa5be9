"""A sorted and filtered window onto the store: what a list draws from. It is kept in step change by change."""

from collections.abc import Callable, Iterable, Sequence

from sortedcontainers import SortedList

from jobdash.engine.order import Rank, worst_first
from jobdash.engine.query import Predicate
from jobdash.engine.store import Change, Store
from jobdash.model.job import Job, JobKey


class View:
    """The rows that match, in order. Every call but `rebuild` costs O(log n) or the rows asked for."""

    def __init__(self, store: Store, matches: Predicate, rank: Callable[[Job], Rank] = worst_first) -> None:
        self._store = store
        self._matches = matches
        self._rank = rank
        self._rows: SortedList[Rank] = SortedList()
        self.rebuild(store)

    def __len__(self) -> int:
        return len(self._rows)

    def rebuild(self, jobs: Iterable[Job]) -> None:
        """Starts again from all jobs."""
        self._rows = SortedList(self._rank(job) for job in jobs if self._matches(job))

    def narrow(self, matches: Predicate) -> None:
        """Shows other jobs from now on."""
        self._matches = matches
        self.rebuild(self._store)

    def apply(self, change: Change) -> bool:
        """Follows one change; True when the number or the order of rows may have changed."""
        before = self._place(change.before)
        after = self._place(change.after)
        if before == after:
            return False
        if before is not None:
            self._rows.discard(before)
        if after is not None:
            self._rows.add(after)
        return True

    def window(self, start: int, stop: int) -> Sequence[Job]:
        """The jobs of rows `start` up to `stop`."""
        found = (self._store.get(rank[-1]) for rank in self._rows.islice(max(0, start), max(0, stop)))
        return [job for job in found if job is not None]

    def key_at(self, index: int) -> JobKey | None:
        return self._rows[index][-1] if 0 <= index < len(self._rows) else None

    def position(self, key: JobKey) -> int | None:
        """The row of a job, None when it is not among the rows."""
        place = self._place(self._store.get(key))
        return None if place is None or place not in self._rows else self._rows.index(place)

    def _place(self, job: Job | None) -> Rank | None:
        return self._rank(job) if job is not None and self._matches(job) else None
