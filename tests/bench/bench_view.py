"""Memory, changes, filtering and sorting of the job list, beside the naive way of doing the same.

Times are those of the processor, so that what else the machine does is left out. Changes arrive meanwhile at
10,000 a second of that time; they cost what they cost and are part of every figure.

Run: python -m tests.bench.bench_view [JOBS ...]
"""

import gc
import multiprocessing
import random
import sys
from collections.abc import Callable, Iterator
from time import thread_time as clock

import psutil
from sortedcontainers import SortedList

from jobdash.engine.group import Grouping
from jobdash.engine.order import worst_first
from jobdash.engine.query import Context, Query
from jobdash.engine.sort import Sort
from jobdash.engine.store import Change, Store
from jobdash.engine.view import View
from jobdash.model.job import Job, JobKey
from jobdash.model.report import JobReport
from jobdash.model.state import State

NOW = 1_795_317_164.0
SCREEN = 50
CHANGES = 50_000
RATE = 10_000
"""Changes a second that arrive while rows are filtered and sorted."""

STATES = [State.COMPLETED] * 80 + [State.FAILED] * 4 + [State.RUNNING] * 6 + [State.PENDING] * 9 + [State.STUCK]
QUERIES = ["state:failed", "type:email* age>1h", "timeout", "runtime>p95", "/upstream.*3[0-9]/ queue:default"]
SORTS = ["-progress", "type", "-id", "runtime", "queue,-age"]


def fresh(text: str) -> str:
    """A text of its own, as a decoder of JSON makes one for every answer."""
    return text.encode().decode()


def job(number: int, chance: random.Random, state: State | None = None) -> Job:
    """A job of which its server tells twenty things."""
    state = state or chance.choice(STATES)
    created = NOW - chance.random() * 86_400
    started = created + chance.random() * 30 if state not in (State.PENDING, State.SCHEDULED) else None
    finished = started + chance.random() * 300 if state.ended and started is not None else None
    return Job(
        key=JobKey(fresh("media"), f"{number:08x}-e89b-12d3-a456-426614174000"),
        state=state,
        native_state=fresh({"completed": "done", "running": "active"}.get(state, str(state))),
        type=fresh(f"email.send_{number % 40}"),
        queue=fresh(("default", "slow", "fast")[number % 3]),
        label=None,
        progress=chance.random() * 100,
        step=f"page {number % 977} of 977",
        created_at=created,
        started_at=started,
        finished_at=finished,
        updated_at=finished or started or created,
        attempts=1 + number % 3,
        max_attempts=3,
        worker=fresh(f"worker-{number % 64}"),
        priority=fresh("normal"),
        queue_position=number % 200 if state is State.PENDING else None,
        estimated_wait=chance.random() * 60 if state is State.PENDING else None,
        error=f"TimeoutError: upstream took more than {number % 60} s" if state is State.FAILED else None,
    )


def changes(store: Store, count: int, chance: random.Random) -> Iterator[JobReport]:
    """Mostly progress, some changes of state, some new jobs."""
    keys = [found.key for found in store]
    for number in range(count):
        kind = chance.random()
        old = store.get(chance.choice(keys)) if kind < 0.95 else None
        if old is None:
            yield JobReport(job=job(10**9 + number, chance))
        elif kind < 0.7:
            yield JobReport(job=Job(key=JobKey(fresh(old.server), fresh(old.id)), state=old.state,
                                    native_state=fresh(old.native_state), progress=chance.random() * 100),
                            partial=True)  # fmt: skip
        else:
            yield JobReport(job=job(int(old.id[:8], 16), chance))


def resident() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)


def line(what: str, ours: float, unit: str, naive: float | None = None, note: str = "") -> None:
    ratio = f"{naive:12,.2f} {unit:<6} {naive / ours:8.1f}x" if naive is not None and ours else ""
    print(f"  {what:<46} {ours:12,.2f} {unit:<6} {ratio:<30} {note}".rstrip())


class Fed:
    """A store and a view of so many jobs; `feed` lets changes arrive at a steady rate."""

    def __init__(self, count: int) -> None:
        chance = random.Random(7)
        self.context = Context(now=lambda: NOW, timer=clock)
        self.store = Store()
        self.view = View(self.store, Query("", self.context))
        for number in range(count):
            self.tell(self.store.apply(JobReport(job=job(number, chance)), at=1.0))
        self.context.percentiles.settle()
        self.reports: list[JobReport] = []
        self.news: Iterator[JobReport] = changes(self.store, 10**9, chance)

    def tell(self, change: Change | None) -> None:
        if change is not None:
            self.context.percentiles.learn(change.before, change.after)
            self.view.apply(change)

    def prepare(self, count: int = 60_000) -> None:
        """Makes reports beforehand, so that neither making them nor collecting them is measured."""
        self.reports = [next(self.news) for _ in range(count)]
        gc.collect()
        gc.freeze()

    def feed(self, count: int) -> None:
        for _ in range(min(count, len(self.reports))):
            self.tell(self.store.apply(self.reports.pop(), at=2.0))

    def worked_off(self, wish: Callable[[], None]) -> tuple[float, float, float]:
        """Until rows fill a screen, until all is done, and the longest time without a break; seconds."""
        self.prepare()
        while self.view.tidy():
            pass
        began = last = clock()
        wish()
        first, longest = None, clock() - began
        while True:
            if first is None and (self.view.complete or len(self.view) >= SCREEN):
                self.view.window(0, SCREEN)
                first = clock() - began
            if self.view.complete:
                return first or 0.0, clock() - began, longest
            arrived = int(RATE * (clock() - last))
            last = clock()
            self.feed(min(arrived, 500))
            self.view.step()
            longest = max(longest, clock() - last)


def memory(count: int, naive: bool) -> float:
    """Bytes a job, measured in a process of its own."""
    before = resident()
    if naive:
        chance = random.Random(7)
        jobs = {found.key: found for found in (job(number, chance) for number in range(count))}
        rows = sorted(worst_first(found) for found in jobs.values())
        assert len(rows) == count
        return (resident() - before) / count
    fed = Fed(count)
    assert len(fed.view) == count
    return (resident() - before) / count


def in_a_process(what: Callable[[int, bool], float], count: int, naive: bool) -> float:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(what, (count, naive))


def changing(fed: Fed) -> None:
    """What a change costs the store and the view, and what it costs the same with `SortedList`."""
    for text in ("", "state:failed,running"):
        fed.view.narrow(Query(text, fed.context))
        fed.view.finish()
        fed.prepare(CHANGES)
        reports, applied = fed.reports, []
        began = clock()
        for report in reports:
            if (change := fed.store.apply(report, at=3.0)) is not None:
                applied.append(change)
        stored = clock() - began
        gc.collect()
        gc.freeze()
        began = clock()
        slowest = 0.0
        for change in applied:
            before = clock()
            fed.tell(change)
            slowest = max(slowest, clock() - before)
        viewed = clock() - began
        line(f"view, microseconds a change, query {text!r}", viewed / CHANGES * 1e6, "us",
             with_sorted_list(fed, applied, fed.view.query) / CHANGES * 1e6,
             f"store {stored / CHANGES * 1e6:.1f} us, slowest change {slowest * 1e3:.1f} ms")  # fmt: skip
    fed.view.narrow(Query("", fed.context))
    fed.view.finish()


def with_sorted_list(fed: Fed, applied: list[Change], query: Query) -> float:
    after = {change.key: change.before for change in reversed(applied)}
    jobs = (after.get(found.key, found) for found in fed.store)
    rows = SortedList(worst_first(found) for found in jobs if found is not None and query.matches(found))
    began = clock()
    for change in applied:
        if change.before is not None and query.matches(change.before):
            rows.discard(worst_first(change.before))
        if change.after is not None and query.matches(change.after):
            rows.add(worst_first(change.after))
    return clock() - began


def naive_rows(fed: Fed, query: Query, key: Callable[[Job], object]) -> float:
    """One sort and filter of a list, which blocks everything meanwhile."""
    began = clock()
    rows = [found for found in fed.store if query.matches(found)]
    rows.sort(key=key)  # type: ignore[arg-type]
    rows[:SCREEN]
    return clock() - began


def filtering(fed: Fed) -> None:
    for text in QUERIES:
        query = Query(text, fed.context)
        naive = naive_rows(fed, query, worst_first)
        first, whole, longest = fed.worked_off(lambda query=query: fed.view.narrow(query))  # type: ignore[misc]
        line(f"filter {text!r}: first screenful", first * 1e3, "ms", naive * 1e3)
        line("  all counted", whole * 1e3, "ms", note=f"longest block {longest * 1e3:.1f} ms, {len(fed.view):,} rows")
    fed.view.narrow(Query("", fed.context))


def sorting(fed: Fed) -> None:
    for text in SORTS:
        naive = naive_rows(fed, fed.view.query, lambda found: (found.progress or 0, found.key))
        _, whole, longest = fed.worked_off(lambda text=text: fed.view.order(Sort.parse(text)))  # type: ignore[misc]
        line(f"sort by {text!r}", whole * 1e3, "ms", naive * 1e3, f"longest block {longest * 1e3:.1f} ms")
    fed.worked_off(lambda: fed.view.order(Sort()))


def grouping(fed: Fed) -> None:
    first, whole, longest = fed.worked_off(lambda: fed.view.group(Grouping.parse("type")))
    line("group by type: first screenful", first * 1e3, "ms")
    line("  all counted", whole * 1e3, "ms", note=f"longest block {longest * 1e3:.1f} ms")
    fed.worked_off(lambda: fed.view.group(None))


def asking(fed: Fed) -> None:
    """What a frame asks for, and what a frozen display costs."""
    middle = len(fed.view) // 2
    fed.prepare(2_000)
    began = clock()
    for at in range(100):
        fed.feed(1)
        rows = fed.view.window(middle + at, middle + at + SCREEN)
        assert fed.view.position(rows[0].key) == middle + at
    line("a window and a position after a change", (clock() - began) * 1e4, "us")
    began = clock()
    frozen = fed.view.freeze(live=False)
    line("freeze", (clock() - began) * 1e3, "ms")
    fed.feed(1000)
    began = clock()
    frozen.window(middle, middle + SCREEN)
    line("a window of it, later", (clock() - began) * 1e3, "ms")
    fed.view.thaw(frozen)


def main(counts: list[int]) -> None:
    for count in counts:
        print(f"{count:,} jobs; beside it the naive way")
        ours, naive = in_a_process(memory, count, False), in_a_process(memory, count, True)
        line("store and index, resident a job", ours, "B", naive, "naive: dict and sorted list")
        began = clock()
        fed = Fed(count)
        line("loading, a job", (clock() - began) / count * 1e6, "us")
        for measure in (changing, filtering, sorting, grouping, asking):
            measure(fed)


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [100_000, 1_000_000])
