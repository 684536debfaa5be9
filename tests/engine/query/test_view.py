"""The indexed view against a naive sort and filter, after anything in any order."""

import math
import random
from collections import Counter
from collections.abc import Callable
from functools import cmp_to_key
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobdash.engine import fields
from jobdash.engine.collector import Collector
from jobdash.engine.fields import Kind
from jobdash.engine.group import Grouping, GroupRow
from jobdash.engine.index import Index
from jobdash.engine.listed import Listed
from jobdash.engine.order import URGENCY, worst_first
from jobdash.engine.query import Context, Query, Use
from jobdash.engine.ranking import ranking
from jobdash.engine.rows import LOAD
from jobdash.engine.sort import Sort
from jobdash.engine.sorting import Sorting
from jobdash.engine.store import Change, Store
from jobdash.engine.view import View
from jobdash.model.job import Detail, Job, JobKey
from jobdash.model.report import JobReport
from jobdash.model.state import State
from tests.engine.query.jobs import GROUPINGS, NOW, QUERIES, SORTS, Time, job, jobs, keys


class World:
    """A store, a view and everything that can happen to them; `sizes` is what is loaded of the jobs."""

    def __init__(self) -> None:
        self.time = Time()
        self.store = Store()
        self.sizes: dict[JobKey, float | str] = {}
        self.marked: set[JobKey] = set()
        self.context = Context(
            now=self.time.wall,
            timer=self.time.timer,
            detail=lambda key: Detail(data={"size": self.sizes[key]}) if key in self.sizes else None,
            marked=self.marked.__contains__,
        )
        self.view = View(self.store, Query("", self.context))

    def tell(self, change: Change | None) -> None:
        if change is not None:
            self.context.percentiles.learn(change.before, change.after)
            self.view.apply(change)

    def put(self, found: Job) -> None:
        self.tell(self.store.apply(JobReport(job=found), at=self.time.now))

    def forget(self, key: JobKey) -> None:
        self.tell(self.store.forget(key))

    def narrow(self, text: str) -> None:
        self.view.narrow(Query(text, self.context))

    def order(self, text: str) -> None:
        self.view.order(Sort.parse(text))

    def group(self, by: str) -> None:
        self.view.group(Grouping.parse(by))

    def fold(self, value: str | None) -> None:
        self.view.fold(value, folded=True)

    def load(self, key: JobKey, size: float | str) -> None:
        self.sizes[key] = size
        self.view.recheck(key)

    def mark(self, key: JobKey) -> None:
        self.marked.symmetric_difference_update({key})
        self.view.changed(Use.MARKS)

    def pass_time(self, seconds: float) -> None:
        self.time.now += seconds

    def step(self, _: None) -> None:
        self.view.step()
        self.view.tidy()

    def settle(self) -> None:
        self.view.finish()
        self.view.tick()
        self.view.finish()
        while self.view.tidy():
            pass
        self.view.tidy(1000.0)


def naive(world: World) -> list[Job]:
    matches, before = world.view.query.matches, comparison(world.view.sort, world.context)
    return sorted((job for job in world.store if matches(job)), key=cmp_to_key(before))


def comparison(sort: Sort, context: Context) -> Callable[[Job, Job], int]:
    """Written anew, in the slowest and plainest way."""

    def compare(a: Job, b: Job) -> int:
        for key in sort.keys:
            left, right = (value(one, key.name, context) for one in (a, b))
            if left == right:
                continue
            if left is None or right is None:
                return 1 if left is None else -1
            kinds = isinstance(left, str), isinstance(right, str)
            if kinds[0] is not kinds[1]:
                return 1 if kinds[0] else -1
            return (-1 if left < right else 1) * (-1 if key.reverse else 1)
        return (a.key > b.key) - (a.key < b.key)

    return compare


def value(one: Job, name: str, context: Context) -> Any:
    if name == "worst":
        return worst_first(one)[:2]
    if name == "data.size":
        detail = context.detail(one.key)
        return detail.data["size"] if detail is not None else None
    field = fields.find(name)
    assert field is not None
    found = field.value(one, context.now())
    if field.kind is Kind.STATE:
        return URGENCY[one.state]
    return None if isinstance(found, float) and not math.isfinite(found) else found


events = st.lists(
    st.one_of(
        st.tuples(st.just("put"), jobs),
        st.tuples(st.just("put"), jobs),
        st.tuples(st.just("put"), jobs),
        st.tuples(st.just("forget"), keys),
        st.tuples(st.just("narrow"), st.sampled_from(QUERIES)),
        st.tuples(st.just("order"), st.sampled_from(SORTS)),
        st.tuples(st.just("group"), st.sampled_from(GROUPINGS)),
        st.tuples(st.just("fold"), st.none() | st.sampled_from(["one", "default", "email", "failed", "w1"])),
        st.builds(lambda key, size: ("load", key, size), keys, st.sampled_from([1, 2.5, "big", "small"])),
        st.tuples(st.just("mark"), keys),
        st.tuples(st.just("pass_time"), st.integers(0, 3000)),
        st.tuples(st.just("step"), st.none()),
    ),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(events)
def test_after_anything_the_view_is_a_naive_sort_and_filter(happened: list[tuple[Any, ...]]) -> None:
    world = World()
    for name, *what in happened:
        getattr(world, name)(*what)
        check_consistent(world.view)
    world.settle()
    assert world.view.complete
    expected = naive(world)
    assert world.view.matching == len(expected)
    if world.view.grouping is None:
        assert list(world.view.rows(0, 1000)) == expected
    else:
        check_groups(world.view, world.view.grouping, expected)
    check_consistent(world.view)


def check_consistent(view: Listed) -> None:
    """Whatever is shown, the ways of asking for it agree with each other."""
    rows = list(view.rows(0, 1000))
    assert len(rows) == len(view)
    for index, row in enumerate(rows):
        assert view.rows(index, index + 1) == [row]
        if isinstance(row, GroupRow):
            assert view.group_at(index) == row
            assert view.key_at(index) is None
        else:
            assert view.key_at(index) == row.key
            assert view.position(row.key) == index
    assert view.key_at(-1) is None
    assert view.key_at(len(rows)) is None
    assert list(view.window(0, 1000)) == [row for row in rows if isinstance(row, Job)]


def check_groups(view: View, grouping: Grouping, expected: list[Job]) -> None:
    values = sorted({grouping.value(one) for one in expected}, key=lambda value: (value is None, value or ""))
    rows = iter(view.rows(0, 1000))
    for wanted in values:
        header = next(rows)
        inside = [one for one in expected if grouping.value(one) == wanted]
        assert isinstance(header, GroupRow)
        assert (header.value, header.total) == (wanted, len(inside))
        assert header.counts == Counter(one.state for one in inside)
        assert view.header_of(inside[0].key) is not None
        if not header.folded:
            assert [next(rows) for _ in inside] == inside
    assert next(rows, None) is None


@settings(max_examples=200, deadline=None)
@given(events, events, st.booleans())
def test_a_frozen_list_stays_as_it_was(before: list[tuple[Any, ...]], after: list[tuple[Any, ...]], live: bool) -> None:
    world = World()
    for name, *what in before:
        getattr(world, name)(*what)
    world.view.finish()
    frozen = world.view.freeze(live=live)
    rows = list(frozen.rows(0, 1000))
    assert rows == list(world.view.rows(0, 1000))
    for name, *what in after:
        getattr(world, name)(*what)
    if live:
        assert [at.key if isinstance(at, Job) else at for at in frozen.rows(0, 1000)] == [
            at.key if isinstance(at, Job) else at for at in rows
        ]
        assert all(world.store.get(one.key) in (one, None) for one in frozen.window(0, 1000))
    else:
        assert list(frozen.rows(0, 1000)) == rows
    check_consistent(frozen)
    assert list(frozen.keys()) == [at.key for at in frozen.window(0, 1000)] or world.view.grouping or frozen.matching


@settings(max_examples=100, deadline=None)
@given(st.lists(jobs, min_size=1), st.sampled_from(SORTS))
def test_ranks_are_total_and_known_before_unknown(found: list[Job], text: str) -> None:
    world = World()
    rank = ranking(Sort.parse(text), world.context).rank
    unique = {one.key: one for one in found}.values()
    ordered = [ranked[-1] for ranked in sorted(rank(one) for one in unique)]
    compare = comparison(Sort.parse(text), world.context)
    assert ordered == [one.key for one in sorted(unique, key=cmp_to_key(compare))]


def test_a_new_query_shows_its_first_rows_before_all_is_counted() -> None:
    world = World()
    for number in range(5000):
        state = State.FAILED if number % 10 == 0 else State.COMPLETED
        world.put(job(f"{number:05}", state=state, finished_at=NOW - number))
    world.narrow("state:failed")
    assert not world.view.complete
    first = [one.id for one in world.view.window(0, 3)]
    assert first == ["00000", "00010", "00020"]
    counted = world.view.counted
    world.put(job("new", state=State.FAILED, finished_at=NOW + 5))
    world.view.finish()
    assert counted < world.view.counted == 1.0
    assert world.view.matching == len(world.view) == 501
    assert world.view.window(0, 1)[0].id == "new"


def test_rows_stay_in_their_order_until_the_new_one_is_ready() -> None:
    world = World()
    for number in range(5000):
        world.put(job(f"{number:05}", progress=float(number % 100)))
    world.order("-progress")
    assert not world.view.complete
    assert world.view.window(0, 1)[0].id == "00000"
    assert len(world.view) == 5000
    world.put(job("00099", progress=1.0))
    world.forget(JobKey("one", "00199"))
    world.view.finish()
    assert [one.id for one in world.view.window(0, 2)] == ["00299", "00399"]


def test_time_alone_brings_jobs_in_and_out() -> None:
    world = World()
    world.put(job("a", created_at=NOW - 3590))
    world.put(job("b", created_at=NOW - 10))
    world.narrow("age>1h")
    world.view.finish()
    assert len(world.view) == 0
    world.pass_time(12)
    assert world.view.tick()
    assert [one.id for one in world.view.window(0, 9)] == ["a"]
    world.pass_time(3600)
    world.view.tick()
    assert len(world.view) == 2


def test_a_rhythm_in_the_jobs_does_not_make_one_step_of_sorting_long() -> None:
    store = Store()
    for number in range(20_000):
        found = job(f"{number:05}", type=f"type-{number % 40}")
        store.apply(JobReport(job=found), at=NOW)
    context = World().context
    before = Index(ranking(Sort(), context), list(store))
    sorting = Sorting(store, before, ranking(Sort.parse("type"), context), Collector())
    while sorting.step(lambda: True):
        pass
    assert sorting.longest < 4 * LOAD
    assert [rank[-1] for rank in sorting.index.rows] == sorted(
        (found.key for found in store), key=lambda key: (f"type-{int(key.id) % 40}", key)
    )


@pytest.mark.parametrize("order", ["-progress", "type,-progress", "worst", "-id"])
def test_jobs_that_change_come_and_go_while_they_are_sorted_are_in_their_places(order: str) -> None:
    dice, world = random.Random(3), World()
    for number in range(5_000):
        world.put(job(f"{number:05}", type=f"type-{number % 7}", progress=float(number % 97)))
    before, slices = world.view._index, 0
    sorting = Sorting(world.store, before, ranking(Sort.parse(order), world.context), Collector())
    while sorting.step(lambda: True):
        slices += 1
        for _ in range(3):
            id = f"{dice.randrange(5_200):05}"
            found = job(id, type=f"type-{dice.randrange(9)}", progress=float(dice.randrange(97)))
            gone = dice.random() < 0.3
            change = world.store.forget(found.key) if gone else world.store.apply(JobReport(job=found), at=NOW)
            if change is not None:
                sorting.follow(change)
                before.follow(change)
    assert slices > 50
    place = ranking(Sort.parse(order), world.context).rank
    assert list(sorting.index.rows) == sorted(place(found) for found in world.store)
    assert sorted(sorting.index.ranks) == list(sorting.index.rows)


@pytest.mark.parametrize("text", ["state:failed", "-state:failed", "progress<10 or type:type-3"])
@pytest.mark.parametrize("by", ["", "type"])
def test_jobs_that_change_come_and_go_while_they_are_filtered_are_where_they_belong(text: str, by: str) -> None:
    dice, world = random.Random(5), World()

    def any_job(id: str) -> Job:
        state = dice.choice([State.FAILED, State.RUNNING])
        return job(id, state=state, type=f"type-{dice.randrange(9)}", progress=float(dice.randrange(97)))

    for number in range(5_000):
        world.put(any_job(f"{number:05}"))
    world.group(by)
    world.narrow(text)
    slices = 0
    while world.view.step():
        slices += 1
        for _ in range(5):
            found = any_job(f"{dice.randrange(5_200):05}")
            if dice.random() < 0.4:
                world.forget(found.key)
            else:
                world.put(found)
    assert slices > 50
    expected = naive(world)
    if world.view.grouping is None:
        assert list(world.view.window(0, 10_000)) == expected
    else:
        assert Counter(world.view.keys()) == Counter(found.key for found in expected)
