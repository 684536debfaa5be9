"""Finds the jobs of a query in slices, while changes keep arriving: first those of the first rows, then all others.

The first rows are found in their order. The others are looked at in the order in which they lie in memory, because
that takes a fifth of the time. Where most jobs match, those that do not are taken out of all rows, out of sight.
"""

from collections.abc import Callable, Iterator

from jobdash.engine.collector import all_of
from jobdash.engine.flat import Flat
from jobdash.engine.group import Groups
from jobdash.engine.index import Index
from jobdash.engine.query import Query
from jobdash.engine.store import Store
from jobdash.engine.walk import Walk
from jobdash.model.job import Job

FIRST_ROWS = 200
FIRST_LOOKS = 10_000
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
        self._all: list[Job] = []
        self._count = 0
        self._work = self._steps()

    @property
    def progress(self) -> float:
        """How much is done, from 0 to 1."""
        return 1 - len(self._all) / self._count if self._count else 0.0

    def step(self, over: Callable[[], bool]) -> bool:
        """Works until time is `over`; True while there is more to do."""
        return any(over() for _ in self._work)

    def _steps(self) -> Iterator[None]:
        yield from self._first_rows()
        self._all = all_of(self._store)
        self._count = len(self._all)
        if isinstance(self.shown, Flat) and self._most_match():
            self.behind = Flat(self._index.rows.snapshot())
        look = self._add if self.behind is None else self._take_out
        yield
        while self._all:
            jobs = self._all[-self._piece :]
            del self._all[-self._piece :]
            look(jobs)
            if self._looked is not None:
                self._looked(jobs)
            yield

    def _first_rows(self) -> Iterator[None]:
        walk, rows = Walk(self._index.rows), 0
        while not walk.done and rows < FIRST_ROWS and walk.count < FIRST_LOOKS:
            for rank in walk.ahead(self._piece):
                job = self._store.get(rank[-1])
                if job is not None and self._matches(job):
                    self.shown.add(rank, job)
                    rows += 1
            yield

    def _most_match(self) -> bool:
        sample = self._all[:: max(1, len(self._all) // SAMPLE)]
        return 2 * sum(map(self._matches, sample)) > len(sample)

    def _add(self, jobs: list[Job]) -> None:
        """A job that has changed since the beginning was looked at when it changed."""
        get, ranks, add = self._store.get, self._index.ranks, self.shown.add
        for job in jobs:
            if self._matches(job) and get(job.key) is job:
                add(ranks[job.key], job)

    def _take_out(self, jobs: list[Job]) -> None:
        get, ranks, behind = self._store.get, self._index.ranks, self.behind
        for job in jobs:
            if not self._matches(job) and get(job.key) is job and behind is not None:
                behind.discard(ranks[job.key], job)
