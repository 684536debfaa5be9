"""Puts all jobs into another order in slices, while changes keep arriving.

A sample of the jobs decides where the short lists begin and end; each job goes to its list, and only then are the
lists sorted, one by one. There is no step that would have to touch everything at once.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator

from jobdash.engine.index import Index
from jobdash.engine.ranking import Rank, Ranking
from jobdash.engine.rows import LOAD, Rows
from jobdash.engine.store import Change, Store
from jobdash.engine.walk import Walk
from jobdash.model.job import Job

SAMPLES_A_LIST = 6
PIECE = 64


class Sorting:
    """`step` until it says that nothing is left; then `index` holds the new order."""

    def __init__(self, store: Store, old: Index, ranking: Ranking) -> None:
        self._store = store
        self._walk = Walk(old.rows)
        self.index = Index(ranking)
        self._pivots = self._sampled(old)
        self._lists: list[list[Rank]] = [[] for _ in range(len(self._pivots) + 1)]
        self._sorted = 0
        self._work = self._steps()

    @property
    def progress(self) -> float:
        """How much is done, from 0 to 1; going through the jobs is counted as most of it."""
        jobs = max(1, len(self._store))
        return 0.8 * min(1.0, self._walk.count / jobs) + 0.2 * self._sorted / len(self._lists)

    def step(self, over: Callable[[], bool]) -> bool:
        """Works until time is `over`; True while there is more to do."""
        return any(over() for _ in self._work)

    def follow(self, change: Change) -> None:
        """Puts a job that has changed where it belongs, whether or not its turn has come."""
        if change.after is not None:
            self._place(change.after)
        else:
            self._forget(self.index.ranks.pop(change.key, None))
            self.index.growing.discard(change.key)

    def _place(self, job: Job) -> None:
        ranks, key = self.index.ranks, job.key
        old, new = ranks.get(key), self.index.ranking.rank(job)
        if old == new:
            return
        self._forget(old)
        ranks[key] = new
        self.index.note_growth(job)
        at = bisect_left(self._pivots, new)
        if at < self._sorted:
            self._lists[at].insert(bisect_left(self._lists[at], new), new)
        else:
            self._lists[at].append(new)

    def _forget(self, rank: Rank | None) -> None:
        """A list that is not sorted yet drops ranks that no longer hold when its turn comes."""
        if rank is None or (at := bisect_left(self._pivots, rank)) >= self._sorted:
            return
        within = bisect_left(self._lists[at], rank)
        del self._lists[at][within]

    def _sampled(self, old: Index) -> list[Rank]:
        lists = len(old.rows) // LOAD
        if lists < 2:
            return []
        step = max(1, len(old.rows) // (lists * SAMPLES_A_LIST))
        jobs = (self._store.get(rank[-1]) for rank in old.rows.every(step))
        ranks = sorted(self.index.ranking.rank(job) for job in jobs if job is not None)
        return ranks[SAMPLES_A_LIST::SAMPLES_A_LIST]

    def _steps(self) -> Iterator[None]:
        while not self._walk.done:
            self._distribute()
            yield
        for at, ranks in enumerate(self._lists):
            self._lists[at] = self._in_order(ranks)
            self._sorted = at + 1
            yield
        self.index.rows = Rows.joined(
            ranks[start : start + LOAD] for ranks in self._lists for start in range(0, len(ranks), LOAD)
        )

    def _distribute(self) -> None:
        ranks, rank_of, lists, pivots = self.index.ranks, self.index.ranking.rank, self._lists, self._pivots
        for old in self._walk.ahead(PIECE):
            key = old[-1]
            job = self._store.get(key)
            if job is None or key in ranks:
                continue
            new = ranks[key] = rank_of(job)
            lists[bisect_left(pivots, new)].append(new)
            if self.index.ranking.grows is not None:
                self.index.note_growth(job)

    def _in_order(self, ranks: list[Rank]) -> list[Rank]:
        known = self.index.ranks
        return sorted(rank for rank in ranks if known.get(rank[-1]) is rank)
