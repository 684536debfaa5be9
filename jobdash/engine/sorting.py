"""Puts all jobs into another order in slices, while changes keep arriving.

A sample of the jobs decides where the short lists begin and end; each job goes to its list, and only then are the
lists sorted, one by one. There is no step that would have to touch everything at once.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator

from jobdash.engine.collector import Collector
from jobdash.engine.index import Index
from jobdash.engine.ranking import Rank, Ranking
from jobdash.engine.roster import Stroll
from jobdash.engine.rows import LOAD, Rows
from jobdash.engine.store import Change, Store
from jobdash.model.job import Job

SAMPLES_A_LIST = 6

GOLDEN = 0.6180339887498949
"""Multiples of it fall everywhere and follow no rhythm, as every tenth job may."""

PIECE = 200

RANKS_A_JOB = 4
"""So many ranks are as much for the garbage collector to look at as one new job."""

SHARE_OF_PLACING = 0.7


class Sorting:
    """`step` until it says that nothing is left; then `index` holds the new order. `before` is the old one."""

    def __init__(self, store: Store, before: Index, ranking: Ranking, collector: Collector) -> None:
        self.index = Index(ranking)
        self._before = before
        self._collector = collector
        self._store = store
        self._stroll: Stroll | None = None
        self._pivots: list[Rank] = []
        self._lists: list[list[Rank]] = []
        self._sorted = 0
        self._outdated: dict[int, Rank] = {}
        self._work = self._steps()

    @property
    def progress(self) -> float:
        """How much is done, from 0 to 1; going through the jobs is counted as most of it."""
        placed = self._stroll.progress if self._stroll is not None else 0.0
        return SHARE_OF_PLACING * placed + (1 - SHARE_OF_PLACING) * self._sorted / max(1, len(self._lists))

    @property
    def longest(self) -> int:
        """The length of the longest list, which is sorted in one go."""
        return max(map(len, self._lists), default=0)

    def step(self, over: Callable[[], bool]) -> bool:
        """Works until time is `over`; True while there is more to do."""
        return any(over() for _ in self._work)

    def follow(self, change: Change) -> None:
        """Puts a job that has changed where it belongs, whether or not its turn has come."""
        if self._stroll is None:
            return
        if change.after is not None:
            self._place(change.after)
        else:
            self._forget(self.index.ranks.pop(change.key))
            self.index.growing.discard(change.key)

    def let_go(self, over: Callable[[], bool]) -> bool:
        """Frees memory until time is `over`; True while there is more."""
        self._outdated.clear()
        while self._lists:
            self._lists.pop()
            if over():
                return True
        return self.index.let_go(over)

    def _place(self, job: Job) -> None:
        old, new = self.index.ranks.get(job.key), self.index.ranking.rank(job)
        if old == new:
            return
        self._forget(old)
        self.index.ranks[job.key] = new
        self.index.note_growth(job)
        at = bisect_left(self._pivots, new)
        if at < self._sorted:
            self._lists[at].insert(bisect_left(self._lists[at], new), new)
        else:
            self._lists[at].append(new)

    def _forget(self, rank: Rank | None) -> None:
        """A list that is not sorted yet drops ranks that no longer hold when its turn comes."""
        if rank is None:
            return
        at = bisect_left(self._pivots, rank)
        if at >= self._sorted:
            self._outdated[id(rank)] = rank
            return
        within = bisect_left(self._lists[at], rank)
        del self._lists[at][within]

    def _steps(self) -> Iterator[None]:
        yield from self._sample()
        self._stroll = self._store.walk()
        for jobs in self._stroll.pieces(PIECE):
            self._distribute(jobs)
            self._collector.more(len(jobs) // RANKS_A_JOB)
            yield
        for at, ranks in enumerate(self._lists):
            self._put_in_order(ranks)
            self._sorted = at + 1
            yield
        self.index.rows = Rows.joined(self._lists)

    def _sample(self) -> Iterator[None]:
        """Decides where each list begins, by jobs from all over the old order."""
        rows, ranks = self._before.rows, list[Rank]()
        if (lists := len(rows) // LOAD) > 1:
            for number in range(lists * SAMPLES_A_LIST):
                at = int(number * GOLDEN % 1.0 * len(rows))
                jobs = (self._store.get(rank[-1]) for rank in rows.between(at, at + 1))
                ranks += [self.index.ranking.rank(job) for job in jobs if job is not None]
                yield
            ranks.sort()
        self._pivots = ranks[SAMPLES_A_LIST::SAMPLES_A_LIST]
        self._lists = [[] for _ in range(len(self._pivots) + 1)]

    def _distribute(self, jobs: list[Job]) -> None:
        """Those that have changed since the walk began have a rank already."""
        table_of, rank_of, grows = self.index.ranks.table, self.index.ranking.rank, self.index.ranking.grows
        lists, pivots, growing = self._lists, self._pivots, self.index.growing
        for job in jobs:
            key, new = job.key, rank_of(job)
            if table_of(key).setdefault(key, new) is new:
                lists[bisect_left(pivots, new)].append(new)
                if grows is not None and grows(job):
                    growing.add(key)

    def _put_in_order(self, ranks: list[Rank]) -> None:
        """In place, because the collector goes through new lists and not through old ones."""
        if self._outdated:
            ranks[:] = [rank for rank in ranks if id(rank) not in self._outdated]
        ranks.sort()
