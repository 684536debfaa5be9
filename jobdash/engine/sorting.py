"""Puts all jobs into another order in slices, while changes keep arriving.

A sample of the jobs decides where the short lists begin and end; each job goes to its list, and only then are the
lists sorted, one by one. There is no step that would have to touch everything at once.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator

from jobdash.engine.collector import Collector, all_of
from jobdash.engine.index import Index
from jobdash.engine.ranking import Rank, Ranking
from jobdash.engine.rows import LOAD, Rows
from jobdash.engine.store import Change, Store
from jobdash.model.job import Job, JobKey

SAMPLES_A_LIST = 6

GOLDEN = 0.6180339887498949
"""Multiples of it fall everywhere and follow no rhythm, as every tenth job may."""

PIECE = 64

MANY = 50_000
"""Of more jobs even a list of all takes so long that nothing else is done in the same turn."""


class Sorting:
    """`step` until it says that nothing is left; then `index` holds the new order.

    The ranks begin as those of the index `before`, which are replaced one by one: a table that grows to a million
    entries would be moved several times, and each time stop everything. `before` may only change after `follow`.
    """

    def __init__(self, store: Store, before: Index, ranking: Ranking, collector: Collector) -> None:
        self.index = Index(ranking)
        self._before = before.ranks
        self._early: set[JobKey] = set()
        self._collector = collector
        self._store = store
        self._begun = False
        self._jobs: list[Job] = []
        self._count = len(store)
        self._pivots: list[Rank] = []
        self._lists: list[list[Rank]] = []
        self._sorted = 0
        self._work = self._steps()

    @property
    def progress(self) -> float:
        """How much is done, from 0 to 1; going through the jobs is counted as most of it."""
        placed = 1 - len(self._jobs) / max(1, self._count) if self._lists else 0.0
        return 0.8 * placed + 0.2 * self._sorted / max(1, len(self._lists))

    @property
    def longest(self) -> int:
        """The length of the longest list, which is sorted in one go."""
        return max(map(len, self._lists), default=0)

    def step(self, over: Callable[[], bool]) -> bool:
        """Works until time is `over`; True while there is more to do."""
        return any(rest or over() for rest in self._work)

    def follow(self, change: Change) -> None:
        """Puts a job that has changed where it belongs, whether or not its turn has come."""
        if not self._begun:
            return
        if change.after is not None:
            self._place(change.after)
        else:
            self._forget(self._rank(change.key))
            self.index.ranks.pop(change.key, None)
            self.index.growing.discard(change.key)

    def _rank(self, key: JobKey) -> Rank | None:
        """The rank in the new order, None while there is none."""
        rank = self.index.ranks.get(key)
        return None if rank is self._before.get(key) else rank

    def _place(self, job: Job) -> None:
        old, new = self._rank(job.key), self.index.ranking.rank(job)
        if old == new:
            return
        self._forget(old)
        self.index.ranks[job.key] = new
        self.index.note_growth(job)
        if self._lists:
            self._put(new)
        else:
            self._early.add(job.key)

    def _put(self, rank: Rank) -> None:
        at = bisect_left(self._pivots, rank)
        if at < self._sorted:
            self._lists[at].insert(bisect_left(self._lists[at], rank), rank)
        else:
            self._lists[at].append(rank)

    def _forget(self, rank: Rank | None) -> None:
        """A list that is not sorted yet drops ranks that no longer hold when its turn comes."""
        if rank is None or not self._sorted or (at := bisect_left(self._pivots, rank)) >= self._sorted:
            return
        within = bisect_left(self._lists[at], rank)
        del self._lists[at][within]

    def _steps(self) -> Iterator[bool]:
        """Gives True where others have to have their turn whatever time it is."""
        many = self._count > MANY
        self.index.ranks, self._begun = self._before.copy(), True
        yield many
        self._jobs = all_of(self._store)
        self._count = len(self._jobs)
        yield many
        yield from self._sample()
        while self._jobs:
            self._distribute(self._jobs[-PIECE:])
            del self._jobs[-PIECE:]
            self._collector.more(PIECE)
            yield False
        for at, ranks in enumerate(self._lists):
            self._put_in_order(ranks)
            self._sorted = at + 1
            yield False
        self.index.rows = Rows.joined(self._lists)

    def _sample(self) -> Iterator[bool]:
        """Decides where each list begins; what has changed meanwhile is put into the lists afterwards."""
        ranks: list[Rank] = []
        lists = self._count // LOAD
        if lists > 1:
            places = (number * GOLDEN % 1.0 for number in range(lists * SAMPLES_A_LIST))
            jobs = [self._jobs[int(place * self._count)] for place in places]
            for start in range(0, len(jobs), PIECE):
                ranks += map(self.index.ranking.rank, jobs[start : start + PIECE])
                yield False
            ranks.sort()
        self._pivots = ranks[SAMPLES_A_LIST::SAMPLES_A_LIST]
        self._lists = [[] for _ in range(len(self._pivots) + 1)]
        for key in self._early:
            if (rank := self._rank(key)) is not None:
                self._put(rank)
        yield False

    def _distribute(self, jobs: list[Job]) -> None:
        """Those that have changed since the beginning have a rank already, or are gone."""
        ranks, before, rank_of = self.index.ranks, self._before, self.index.ranking.rank
        lists, pivots = self._lists, self._pivots
        for job in jobs:
            key = job.key
            if (old := ranks.get(key)) is not None and old is before.get(key):
                new = ranks[key] = rank_of(job)
                lists[bisect_left(pivots, new)].append(new)
        if self.index.ranking.grows is not None:
            self._note_growth(jobs)

    def _note_growth(self, jobs: list[Job]) -> None:
        for job in jobs:
            if job.key in self.index.ranks:
                self.index.note_growth(job)

    def _put_in_order(self, ranks: list[Rank]) -> None:
        """In place, because the collector goes through new lists and not through old ones."""
        known = self.index.ranks
        ranks[:] = [rank for rank in ranks if known.get(rank[-1]) is rank]
        ranks.sort()
