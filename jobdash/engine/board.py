"""What a person looks at: query, order, grouping, frozen and held rows, marks; and the work that keeps it true."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import islice

from jobdash.engine.clock import Clock, next_beat
from jobdash.engine.frozen import Frozen
from jobdash.engine.group import FINGERPRINT, GROUPABLE, Grouping, Value
from jobdash.engine.listed import Listed
from jobdash.engine.marks import Marks
from jobdash.engine.percentiles import Percentiles
from jobdash.engine.query import Context, Query, Use
from jobdash.engine.query.complete import Candidate, complete
from jobdash.engine.query.explain import explain
from jobdash.engine.seen import seen
from jobdash.engine.sort import Sort
from jobdash.engine.store import Change, Store
from jobdash.engine.view import SLICE, View
from jobdash.model.job import Detail, JobKey

PAUSE, LOOK = 0.1, 1.0
"""Seconds between two slices of what is done in the background, and between two looks when there is nothing."""

HOLD = 0.7
MARKED_AT_ONCE = 2_000

Ask = Callable[[JobKey], bool]


class Board:
    """`listed` is what is to be drawn now; `news` is called whenever rows may be others than before.

    Wishes return at once. What they begin is worked off by `run`, whose first slice is done before they return, so
    that short lists are complete without it.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        news: Callable[[], None],
        *,
        detail: Callable[[JobKey], Detail | None],
        loaded: Callable[[], int],
        stale: Ask,
        gone: Ask,
        fingerprint: Value | None = None,
    ) -> None:
        self.marks = Marks()
        self._store = store
        self._clock = clock
        self._news = news
        self._loaded = loaded
        self._fingerprint = fingerprint
        self._percentiles = Percentiles()
        self.context = Context(
            now=clock.now,
            timer=clock.monotonic,
            detail=detail,
            stale=stale,
            gone=gone,
            marked=self.marks.__contains__,
            percentiles=self._percentiles,
        )
        self.view = View(store, Query("", self.context))
        self._frozen: Frozen | None = None
        self._anew = False
        self._held: Frozen | None = None
        self._held_until = 0.0
        self._mark_all = False
        self._marking: Iterator[JobKey] = iter(())
        self._wanted = asyncio.Event()
        self._holds = asyncio.Event()

    @property
    def listed(self) -> Listed:
        """The rows to draw: frozen, held for a moment, or live."""
        if self._held is not None and self._clock.monotonic() >= self._held_until:
            self._release()
        frozen = self._frozen if self._frozen is not None else self._held
        return self.view if frozen is None else frozen

    @property
    def frozen_at(self) -> float | None:
        """When the display was frozen, in seconds since the epoch; None while it is not."""
        return self._frozen.since if self._frozen is not None else None

    @property
    def query(self) -> str:
        return self.view.query.text

    @property
    def sort(self) -> Sort:
        return self.view.sort

    @property
    def grouping(self) -> str:
        """What rows are grouped by; empty when they are not."""
        return self.view.grouping.by if self.view.grouping is not None else ""

    @property
    def groupable(self) -> tuple[str, ...]:
        """What rows can be grouped by."""
        return (*GROUPABLE, *([FINGERPRINT] if self._fingerprint is not None else []))

    def complete(self, text: str, cursor: int) -> list[Candidate]:
        """What could stand at the cursor of a query."""
        return complete(text, cursor, lambda field: seen(self._store, field))

    def explain(self) -> list[str]:
        """What the query looks at and what not, and what went wrong, in sentences."""
        return explain(
            self.view.query,
            loaded=self._loaded(),
            total=len(self._store),
            states=self._store.native_states,
            percentiles=self._percentiles,
        )

    # wishes

    def set_query(self, text: str) -> None:
        """Narrows the rows; raises QueryError and keeps the old ones when the text does not parse."""
        self.view.narrow(Query(text, self.context))
        self._begun(anew=True)

    def set_sort(self, sort: Sort | str) -> None:
        """Sorts the rows; raises QueryError when the text does not parse."""
        self.view.order(Sort.parse(sort) if isinstance(sort, str) else sort)
        self._begun(anew=True)

    def set_grouping(self, by: str) -> None:
        """Groups the rows by a field, or no longer; raises QueryError when that is not possible."""
        self.view.group(Grouping.parse(by, self._fingerprint))
        self._begun(anew=True)

    def fold(self, value: str | None, *, folded: bool) -> None:
        """Hides or shows the jobs of one group."""
        self.view.fold(value, folded=folded)
        if self._frozen is not None:
            self._frozen.fold(value, folded=folded)
        self._begun()

    def fold_all(self, *, folded: bool) -> None:
        """Hides or shows the jobs of all groups."""
        self.view.fold_all(folded=folded)
        if self._frozen is not None:
            self._frozen.fold_all(folded=folded)
        self._begun()

    def freeze(self) -> None:
        """From now on `listed` stays as it is; data keeps arriving behind it."""
        if self._frozen is None:
            self._frozen = self.view.freeze(live=False)
            self._news()

    def thaw(self) -> None:
        """`listed` is live again."""
        if self._frozen is not None:
            self.view.thaw(self._frozen)
            self._frozen = None
            self._news()

    def hold(self, seconds: float = HOLD) -> None:
        """After a key press: rows keep their places for a moment, while what stands in them stays true."""
        if self._frozen is None and self.view.complete:
            self._held = self._held if self._held is not None else self.view.freeze(live=True)
            self._held_until = self._clock.monotonic() + seconds
            self._holds.set()

    def mark(self, key: JobKey) -> bool:
        """Marks a job or takes its mark away; True when it is marked now."""
        marked = self.marks.toggle(key)
        self._marked()
        return marked

    def mark_range(self, first: int, last: int) -> None:
        """Marks the jobs of all rows between two, both included."""
        start, stop = sorted((first, last))
        self.marks.add(job.key for job in self.listed.window(start, stop + 1))
        self._marked()

    def mark_all(self) -> None:
        """Marks all that match, folded away or not; a great many of them in slices."""
        self._mark_all = True
        self._begun()

    def clear_marks(self) -> None:
        self._mark_all, self._marking = False, iter(())
        self.marks.clear()
        self._marked()

    # what happens

    def apply(self, change: Change) -> bool:
        """Follows a change of the store; True when the number or the order of rows may have changed."""
        if not change.of_progress:
            self._percentiles.learn(change.before, change.after)
        if change.after is None and self.marks.drop(change.key):
            self.view.changed(Use.MARKS)
        return self.view.apply(change)

    def recheck(self, key: JobKey) -> None:
        """Something about a job has changed that is not in its record: its data was loaded, it is gone."""
        if self.view.recheck(key):
            self._news()

    def changed(self, use: Use) -> None:
        """Something has changed for many jobs that queries may look at."""
        self.view.changed(use)

    async def run(self) -> None:
        """Works off what wishes began, and looks at what time changes, until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._build())
            group.create_task(self._tend())
            group.create_task(self._hold())

    async def _build(self) -> None:
        while True:
            await self._wanted.wait()
            while self.view.step() or self._mark_some():
                self._retake()
                self._news()
                await self._clock.sleep(0)
            self._retake()
            self._wanted.clear()
            self._news()

    async def _tend(self) -> None:
        """Looks once a second at what time has changed; more often while there is more to do."""
        looked, busy = self._clock.monotonic(), False
        while True:
            await next_beat(self._clock, PAUSE if busy else LOOK)
            began, moved = self._clock.monotonic(), False
            if began - looked >= LOOK - PAUSE:
                looked, moved = began, self.view.tick()
            if self.view.tidy() or moved:
                self._news()
            busy = self.view.restless or self._clock.monotonic() - began >= SLICE

    async def _hold(self) -> None:
        """Lets held rows go in time."""
        while True:
            await self._holds.wait()
            while self._held is not None and (left := self._held_until - self._clock.monotonic()) > 0:
                await self._clock.sleep(left)
            self._holds.clear()
            self._release()

    def _begun(self, *, anew: bool = False) -> None:
        self._release()
        self._anew = self._anew or anew
        if self.view.step() or self._mark_some():
            self._wanted.set()
        self._retake()
        self._news()

    def _retake(self) -> None:
        """Whoever wishes for other rows of a frozen display gets them as they are now; then they stay again."""
        if self._anew and self._frozen is not None:
            self.view.thaw(self._frozen)
            self._frozen = self.view.freeze(live=False)
        self._anew = self._anew and not self.view.complete

    def _release(self) -> None:
        if self._held is not None:
            self.view.thaw(self._held)
            self._held = None
            self._news()

    def _mark_some(self) -> bool:
        """Marks some of those that are to be marked; False when none is left."""
        if self._mark_all:
            self._mark_all, self._marking = False, self._all_keys()
        keys = list(islice(self._marking, MARKED_AT_ONCE))
        self.marks.add(keys)
        if keys:
            self._marked()
        return bool(keys)

    def _all_keys(self) -> Iterator[JobKey]:
        """A copy of the rows is walked through, because they change meanwhile."""
        if self._frozen is not None:
            return self._frozen.keys()
        copy = self.view.freeze(live=True)
        self.view.thaw(copy)
        return copy.keys()

    def _marked(self) -> None:
        self.view.changed(Use.MARKS)
        self._news()
