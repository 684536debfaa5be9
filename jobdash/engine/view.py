"""The rows of a query in an order, kept in step change by change: what a list draws from.

Nothing here takes long: a new query, order or grouping is worked off in slices by `step`, and until then the rows
tell that they are not complete.
"""

from collections.abc import Iterator

from jobdash.engine.collector import Collector
from jobdash.engine.filling import Filling
from jobdash.engine.flat import Flat
from jobdash.engine.frozen import Frozen
from jobdash.engine.group import Grouping, Groups
from jobdash.engine.index import Index
from jobdash.engine.listed import Listed
from jobdash.engine.query import Query, Use
from jobdash.engine.ranking import Rank, ranking
from jobdash.engine.rows import Rows
from jobdash.engine.sort import Sort
from jobdash.engine.sorting import Sorting
from jobdash.engine.store import Change, Store
from jobdash.engine.turns import Turns
from jobdash.engine.walk import Walk
from jobdash.model.job import Job, JobKey

SLICE = 0.008
"""Seconds of work at a time, so that a key never waits for more than a few of them."""

GROWS_OLD = 5
"""After so many ticks it is looked again at which rows have grown old because nobody told of them."""


class View(Listed):
    """Every call but `step` and `tidy` costs O(log n). `query`, `sort` and `grouping` are shown, or will be soon."""

    def __init__(self, store: Store, query: Query, sort: Sort | None = None) -> None:
        self._store = store
        self._context = context = query.context
        self.query = query
        self.sort = sort or Sort()
        self.grouping: Grouping | None = None
        self._index = Index(ranking(self.sort, context), list(store))
        self._sorting: Sorting | None = None
        self._frozen: list[Frozen] = []
        self._collector = Collector()
        self._shown: Flat | Groups = Flat(self._index.rows)
        self._filling: Filling | None = None
        self._sweep: Walk | None = None
        self._let_go: list[Index | Sorting | Turns] = []
        self._again = False
        self._ticks = 0
        self._growing: Iterator[JobKey] = iter(())
        self._turns = Turns()
        self._start()
        self.step()

    @property
    def complete(self) -> bool:
        return self._filling is None and self._sorting is None

    @property
    def counted(self) -> float:
        if self._filling is not None:
            return self._filling.progress
        return 1.0 if self._sorting is None else self._sorting.progress

    # what is wished of it; the first slice is done at once, so that a short list is complete

    def narrow(self, query: Query) -> None:
        """Shows the jobs of another query."""
        self.query = query
        self._start()
        self.step()

    def order(self, sort: Sort) -> None:
        """Shows the rows in another order; until all is sorted they stay in the old one."""
        self.sort = sort
        if self._sorting is not None:
            self._let_go.append(self._sorting)
        self._sorting = Sorting(self._store, self._index, ranking(sort, self._context), self._collector)
        self.step()

    def group(self, grouping: Grouping | None) -> None:
        """Shows the rows in groups; None in none."""
        self.grouping = grouping
        self._start()
        self.step()

    def freeze(self, *, live: bool) -> Frozen:
        """The rows as they are now, to be let go by `thaw`; with `live` only their places stay."""
        frozen = Frozen(self._shown, self._index, self._store.get, since=self._context.now(), live=live)
        self._frozen.append(frozen)
        return frozen

    def thaw(self, frozen: Frozen) -> None:
        """Lets a frozen list go."""
        self._frozen.remove(frozen)

    # what happens to it

    def apply(self, change: Change) -> bool:
        """Follows one change; True when the number or the order of rows may have changed."""
        if self._shown_all and self._index.lets_go_on(change) and self._sorting is None and not self._frozen:
            return False  # as most changes are while nothing is narrowed
        if change.before is None:
            self._collector.more()
        self._await_turn(change.after, change.before)
        return self._follow(change)

    def recheck(self, key: JobKey) -> bool:
        """Looks again at a job that is as it was, after something else has changed on which its row rests."""
        job = self._store.get(key)
        if job is None:
            return False
        self._await_turn(job)
        return self._follow(Change(key, job, job))

    def changed(self, use: Use) -> None:
        """Something that queries look at has changed for many jobs: they are looked at again, in slices."""
        self._again = self._again or use in self.query.uses

    def tick(self) -> bool:
        """To be called about once a second: looks at what time itself has changed. True when rows may differ."""
        moved = [self.recheck(key) for key in self._turns.due(self._context.now())]
        if self._context.percentiles.settle():
            self.changed(Use.PERCENTILES)
        self._ticks += 1
        if self._ticks % GROWS_OLD == 0:
            self.changed(Use.SERVERS)
        if self._again and self._sweep is None:
            self._again = False
            self._sweep = Walk(self._index.rows)
        if not self.restless:
            self._growing = iter(list(self._index.growing))
        return any(moved)

    # how it is worked off

    @property
    def restless(self) -> bool:
        """True while `tidy` has something to do in the background."""
        return self._sweep is not None

    def step(self, seconds: float = SLICE) -> bool:
        """Works for about so many seconds at what a person waits for; True while there is more to do."""
        timer = self._context.timer
        until = timer() + seconds
        if self._filling is not None and not self._filling.step(lambda: timer() >= until):
            if self._filling.behind is not None:
                self._shown = self._filling.behind
            self._filling = None
        if self._filling is None and self._sorting is not None and not self._sorting.step(lambda: timer() >= until):
            self._let_go.append(self._index)
            self._index, self._sorting = self._sorting.index, None
            self._start()
        return not self.complete

    def tidy(self, seconds: float = SLICE) -> bool:
        """Works for so long at what changes by itself: growing ranks, percentiles. True when rows may differ."""
        timer = self._context.timer
        until = timer() + seconds
        moved = False
        if self._let_go and not self._frozen and not self._let_go[-1].let_go(lambda: timer() >= until):
            self._let_go.pop()
        while (key := self._next_to_tidy()) is not None:
            moved = self.recheck(key) or moved
            if timer() >= until:
                break
        return moved

    def finish(self) -> None:
        """Works until all is done, however long that takes: for scripts and tests."""
        while self.step():
            pass
        while self.restless:
            self.tidy()

    def _start(self) -> None:
        folded = self._shown.folded if self.grouping is not None and isinstance(self._shown, Groups) else set()
        if self._turns:
            self._let_go.append(self._turns)
        self._turns = Turns()
        self._sweep = None
        self._filling = None
        if self.query.everything and self.grouping is None:
            self._shown = Flat(self._index.rows)
            return
        self._shown = Flat(Rows()) if self.grouping is None else Groups(self.grouping, folded)
        looked = self._await_turns if self.query.timed else None
        self._filling = Filling(self._store, self._index, self.query, self._shown, looked)

    def _await_turns(self, jobs: list[Job]) -> None:
        now, next_turn = self._context.now(), self.query.next_turn
        for job in jobs:
            at = next_turn(job, now)
            if at is not None:
                self._turns.set(job.key, at)
        self._collector.more(len(jobs))

    @property
    def _shown_all(self) -> bool:
        return isinstance(self._shown, Flat) and self._shown.rows is self._index.rows

    def _follow(self, change: Change) -> bool:
        for frozen in self._frozen:
            frozen.remember(self._index, change.key, change.before)
        if self._sorting is not None:
            self._sorting.follow(change)
        old, new = self._index.follow(change)
        if self._shown_all:
            return old is not new
        fits = change.after is not None and self.query.matches(change.after)
        if self._filling is not None and self._filling.behind is not None:
            _show(self._filling.behind, old, new, change, fits=fits)
        return _show(self._shown, old, new, change, fits=fits)

    def _await_turn(self, job: Job | None, before: Job | None = None) -> None:
        if job is None or not self.query.timed:
            return
        now = self._context.now()
        at = self.query.next_turn(job, now)
        if at is not None and (before is None or at != self.query.next_turn(before, now)):
            self._turns.set(job.key, at)

    def _next_to_tidy(self) -> JobKey | None:
        rank = self._sweep.step() if self._sweep is not None else None
        if rank is None:
            self._sweep = None
            return next(self._growing, None)
        key: JobKey = rank[-1]
        return key

    def _rank(self, key: JobKey) -> Rank | None:
        return self._index.ranks.get(key)

    def _job(self, key: JobKey) -> Job | None:
        return self._store.get(key)


def _show(shown: Flat | Groups, old: Rank | None, new: Rank | None, change: Change, *, fits: bool) -> bool:
    """Puts a job where it belongs, or takes it out; True when rows may be others than before."""
    before, after = change.before, change.after
    if old is not None and old is new and before is not None and after is not None and shown.same(before, after):
        if shown.holds(old, after) == fits:
            return False
        return shown.add(old, after) if fits else shown.discard(old, after)
    gone = old is not None and before is not None and shown.discard(old, before)
    return (fits and new is not None and after is not None and shown.add(new, after)) or gone
