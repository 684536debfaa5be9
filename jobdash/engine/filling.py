"""Finds the jobs of a query in slices, while changes keep arriving: first those of the first rows, then all others.

The first rows are found in their order, and so are those of groups, which then only grow at their ends. The others are
looked at in the order in which they lie in memory, because that takes a fifth of the time. Where most jobs match, those
that do not are taken out of all rows, out of sight.
"""

from collections.abc import Callable, Iterator

from jobdash.engine.flat import Flat
from jobdash.engine.group import Groups
from jobdash.engine.index import Index
from jobdash.engine.query import Query
from jobdash.engine.roster import Stroll
from jobdash.engine.store import Store
from jobdash.engine.walk import Walk
from jobdash.model.job import Job

FIRST_ROWS = 200
FIRST_LOOKS = 5_000
SAMPLE = 500
PIECE = 32
PIECE_WITH_PATTERNS = 4

Looked = Callable[[list[Job]], None]


class Filling:
    """`shown` grows while it works. `behind`, where there is one, takes its place in the end; both follow changes.

    `looked` is called with each piece of jobs that was looked at, those that do not match included.
    """

    def __init__(
        self, store: Store, index: Index, query: Query, shown: Flat | Groups, looked: Looked | None = None
    ) -> None:
        self.shown = shown
        self.behind: Flat | None = None
        self._store = store
        self._index = index
        self._matches = query.matches
        self._looked = looked
        self._piece = PIECE_WITH_PATTERNS if query.has_patterns else PIECE
        self._walk = Walk(index.rows)
        self._stroll: Stroll | None = None
        self._work = self._steps()

    @property
    def progress(self) -> float:
        """How much is done, from 0 to 1."""
        if self._stroll is not None:
            return self._stroll.progress
        return min(1.0, self._walk.count / max(1, len(self._store)))

    def step(self, over: Callable[[], bool]) -> bool:
        """Works until time is `over`; True while there is more to do."""
        return any(over() for _ in self._work)

    def _steps(self) -> Iterator[None]:
        if isinstance(self.shown, Groups):
            yield from self._in_order()
            return
        yield from self._first_rows()
        if self._most_match():
            self.behind = Flat(self._index.rows.snapshot())
        look = self._add if self.behind is None else self._take_out
        yield
        self._stroll = self._store.walk()
        for jobs in self._stroll.pieces(self._piece):
            look(jobs)
            if self._looked is not None:
                self._looked(jobs)
            yield

    def _in_order(self) -> Iterator[None]:
        while not self._walk.done:
            jobs = self._ahead()
            self._add(jobs)
            if self._looked is not None:
                self._looked(jobs)
            yield

    def _first_rows(self) -> Iterator[None]:
        rows = 0
        while not self._walk.done and rows < FIRST_ROWS and self._walk.count < FIRST_LOOKS:
            rows += self._add(self._ahead())
            yield

    def _ahead(self) -> list[Job]:
        found = (self._store.get(rank[-1]) for rank in self._walk.ahead(self._piece))
        return [job for job in found if job is not None]

    def _most_match(self) -> bool:
        every = max(1, len(self._index.rows) // SAMPLE)
        sample = [job for rank in self._index.rows.every(every) if (job := self._store.get(rank[-1])) is not None]
        return 2 * sum(map(self._matches, sample)) > len(sample)

    def _add(self, jobs: list[Job]) -> int:
        """How many of them match."""
        ranks, count = self._index.ranks, 0
        for job in filter(self._matches, jobs):
            self.shown.add(ranks[job.key], job)
            count += 1
        return count

    def _take_out(self, jobs: list[Job]) -> None:
        ranks, behind = self._index.ranks, self.behind
        for job in jobs:
            if behind is not None and not self._matches(job):
                behind.discard(ranks[job.key], job)
