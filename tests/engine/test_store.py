"""The store: what reports change, what is refused as old, and counts that always add up."""

from collections import Counter
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobdash.engine.merge import merged, without_attempt
from jobdash.engine.order import worst_first
from jobdash.engine.query import parse
from jobdash.engine.store import Store
from jobdash.engine.view import View
from jobdash.model.job import Job, JobKey
from jobdash.model.report import JobReport
from jobdash.model.state import State
from tests.engine.fake_server import job, report

A = JobKey("one", "a")


@pytest.fixture
def store() -> Store:
    return Store()


def test_a_new_job_is_a_change_and_the_same_again_is_none(store: Store) -> None:
    change = store.apply(report(), at=1)
    assert change is not None
    assert change.before is None
    assert change.after == job()
    assert store.apply(report(), at=2) is None
    assert store.heard_at(A) == 2


def test_partial_news_leaves_open_what_it_does_not_say(store: Store) -> None:
    store.apply(report(type="email", progress=1.0), at=1)
    store.apply(report(progress=2.0, partial=True), at=2)
    assert store.get(A) == job(type="email", progress=2.0)


FIELDS = {
    "type": st.none() | st.just("email"),
    "progress": st.none() | st.floats(0, 2),
    "step": st.none() | st.sampled_from(["", "one"]),
    "results": st.sampled_from([(), ("a",), ("a", "b")]),
    "attempts": st.none() | st.integers(0, 1),
    "error": st.none() | st.just("broken"),
    "updated_at": st.none() | st.floats(0, 2),
    "overdue": st.booleans(),
}
JOBS = st.builds(job, state=st.sampled_from([State.RUNNING, State.PAUSED, State.FAILED]), **FIELDS)


@given(JOBS, JOBS, st.none() | st.floats(0, 2))
def test_partial_news_merges_field_by_field_and_names_what_changed(old: Job, news: Job, at: float | None) -> None:
    begun = without_attempt(old) if old.state.ended and not news.state.ended else old
    expected = begun.updated_by(news)
    if at is not None and news.updated_at is None:
        expected = replace(expected, updated_at=at)
    expected = replace(expected, overdue=begun.overdue and not news.state.ended)
    now, changed = merged(old, JobReport(job=news, partial=True, at=at))
    assert now == expected
    assert set(changed) == {field.name for field in fields(Job) if getattr(old, field.name) != getattr(now, field.name)}


def test_an_ended_job_that_is_spoken_of_again_is_sorted_anew(store: Store) -> None:
    view = View(store, parse(""))
    for id, at in (("a", 1.0), ("b", 2.0), ("a", 3.0)):
        change = store.apply(report(id, State.COMPLETED, updated_at=at, partial=True), at=1)
        assert change is not None
        view.apply(change)
        assert change.of_progress is (at == 3.0)
    assert [row.id for row in view.window(0, 2)] == ["a", "b"]


def test_full_news_replaces_everything_but_our_own_marks(store: Store) -> None:
    store.apply(report(error="old", label="mine"), at=1)
    store.mark(A, overdue=True)
    store.apply(report(progress=5.0), at=2)
    assert store.get(A) == job(progress=5.0, label="mine", overdue=True)
    store.apply(report(state=State.COMPLETED, partial=True), at=3)
    found = store.get(A)
    assert found is not None
    assert not found.overdue


def test_news_dated_earlier_is_refused_and_equal_dates_are_not(store: Store) -> None:
    store.apply(report(at=10.0, progress=50.0), at=1)
    assert store.apply(report(at=9.0, progress=40.0), at=2) is None
    change = store.apply(report(at=10.0, progress=51.0), at=3)
    assert change is not None
    found = store.get(A)
    assert found is not None
    assert found.progress == 51.0


def test_a_restart_goes_back_with_a_newer_date_and_leaves_the_old_attempt_behind(store: Store) -> None:
    store.apply(report(state=State.FAILED, at=10.0, error="boom", progress=80.0, finished_at=10.0), at=1)
    store.apply(report(state=State.RUNNING, at=11.0, partial=True), at=2)
    found = store.get(A)
    assert found is not None
    assert (found.state, found.error, found.progress, found.finished_at) == (State.RUNNING, None, None, None)


def test_a_server_whose_clock_was_set_back_is_believed_when_it_insists(store: Store) -> None:
    store.apply(report(at=1000.0), at=1)
    for asked in (2.0, 3.0):
        assert store.apply(report(state=State.COMPLETED, at=500.0), at=asked, asked_at=asked) is None
    assert store.apply(report(state=State.COMPLETED, at=500.0), at=4, asked_at=4) is not None
    assert store.apply(report(state=State.COMPLETED, at=501.0, step="x"), at=5) is not None


def test_a_stream_that_repeats_old_events_is_never_believed(store: Store) -> None:
    store.apply(report(state=State.COMPLETED, at=1000.0), at=1)
    for number in range(20):
        assert store.apply(report(at=float(number), partial=True), at=2) is None
    assert store.doubts(A) == 20


def test_an_event_without_a_date_of_its_own_is_dated_by_the_job(store: Store) -> None:
    store.apply(report(state=State.FAILED, updated_at=10.0, error="boom", progress=80.0), at=1)
    assert store.apply(report(state=State.RUNNING, updated_at=10.0, partial=True), at=2) is None
    assert store.apply(report(state=State.FAILED, updated_at=9.0, progress=70.0, partial=True), at=2) is None
    store.apply(report(state=State.RUNNING, updated_at=11.0, partial=True), at=3)
    found = store.get(A)
    assert found is not None
    assert (found.state, found.error, found.progress) == (State.RUNNING, None, None)
    assert store.apply(report(state=State.FAILED, updated_at=10.0, partial=True), at=4) is None


def test_an_overtaken_answer_only_fills_gaps(store: Store) -> None:
    store.apply(report(state=State.RUNNING, progress=5.0, partial=True), at=10)
    change = store.apply(report(state=State.PENDING, type="email", progress=1.0, error="of before"), at=11, asked_at=9)
    assert change is not None
    assert store.get(A) == job(state=State.RUNNING, progress=5.0, type="email")


def told(store: Store, asked_at: float | None = None, **news: object) -> tuple[float | None, State]:
    """What is known of the job after these news."""
    store.apply(report(**news), at=(asked_at or 0) + 1, asked_at=asked_at)  # type: ignore[arg-type]
    found = store.get(A)
    assert found is not None
    return found.progress, found.state


def test_a_version_goes_before_every_time(store: Store) -> None:
    assert told(store, version=5, at=10.0, progress=50.0) == (50, State.RUNNING)
    assert told(store, version=4, at=11.0, progress=40.0, partial=True) == (50, State.RUNNING)
    assert told(store, version=5, at=12.0, progress=55.0, partial=True) == (50, State.RUNNING)
    assert told(store, version=6, at=9.0, progress=60.0, partial=True) == (60, State.RUNNING)
    assert told(store, version=7, at=9.0, state=State.COMPLETED, partial=True) == (60, State.COMPLETED)
    assert told(store, version=7, at=20.0, asked_at=30.0) == (60, State.COMPLETED)
    assert told(store, version=8, at=1.0, asked_at=30.0) == (None, State.RUNNING)


def test_an_overtaken_answer_of_a_newer_version_is_believed(store: Store) -> None:
    told(store, version=5, progress=50.0, asked_at=10.0)
    assert told(store, version=6, progress=60.0, asked_at=1.0) == (60, State.RUNNING)
    assert told(store, version=4, progress=40.0, step="first", asked_at=1.0) == (60, State.RUNNING)


def test_a_server_that_counts_anew_is_believed_when_it_insists(store: Store) -> None:
    told(store, version=500, progress=50.0)
    for asked_at in (1.0, 2.0):
        assert told(store, version=1, progress=1.0, asked_at=asked_at) == (50, State.RUNNING)
    assert told(store, version=1, progress=1.0, asked_at=3.0) == (1, State.RUNNING)
    assert told(store, version=2, progress=2.0, partial=True) == (2, State.RUNNING)


def test_news_without_a_version_is_judged_by_its_time(store: Store) -> None:
    told(store, version=5, at=10.0, progress=50.0)
    assert told(store, at=9.0, progress=40.0, partial=True) == (50, State.RUNNING)
    assert told(store, at=11.0, progress=60.0, partial=True) == (60, State.RUNNING)
    assert told(store, version=4, at=12.0, progress=40.0, partial=True) == (60, State.RUNNING)


def test_forgetting_leaves_nothing(store: Store) -> None:
    store.apply(report(at=2.0, version=2), at=1)
    store.apply(report(at=1.0, version=1), at=1)
    assert store.forget(A) is not None
    assert store.forget(A) is None
    assert len(store) == 0
    assert store.heard_at(A) is None
    assert told(store, version=1, progress=1.0, partial=True) == (1, State.RUNNING)
    store.forget(A)
    assert store.doubts(A) == 0
    assert +store.counts["one"] == Counter()


EVENTS = st.one_of(
    st.tuples(
        st.just("report"),
        st.sampled_from("abcdef"),
        st.sampled_from(list(State)),
        st.one_of(st.none(), st.integers(0, 5).map(float)),
        st.booleans(),
        st.one_of(st.none(), st.integers(0, 5).map(float)),
    ),
    st.tuples(st.just("forget"), st.sampled_from("abcdef")),
    st.tuples(st.just("mark"), st.sampled_from("abcdef"), st.booleans()),
    st.tuples(st.just("narrow"), st.sampled_from(["", "state:running", "-state:failed,stuck", "id:a,b", "3"])),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(EVENTS, max_size=60))
def test_after_anything_the_view_is_a_naive_sort_and_the_counts_a_recount(events: list[tuple]) -> None:  # type: ignore[type-arg]
    store, query = Store(), ""
    view = View(store, parse(query))
    for number, event in enumerate(events):
        match event:
            case ("report", id, state, at, partial, started):
                news = report(id, state, at=at, partial=partial, started_at=started, step=str(number % 5))
                change = store.apply(news, at=float(number), asked_at=None if partial else float(number))
            case ("forget", id):
                change = store.forget(JobKey("one", id))
            case ("mark", id, overdue):
                change = store.mark(JobKey("one", id), overdue=overdue)
            case ("narrow", query):
                view.narrow(parse(query))
                change = None
        if change is not None:
            before = [job.key for job in view.window(0, 100)]
            moved = view.apply(change)
            after = [job.key for job in view.window(0, 100)]
            assert moved or before == after
    matches = parse(query)
    expected = sorted((job for job in store if matches(job)), key=worst_first)
    assert view.window(0, 100) == expected
    assert len(view) == len(expected)
    for index, found in enumerate(expected):
        assert view.key_at(index) == found.key
        assert view.position(found.key) == index
    assert all(view.position(job.key) is None for job in store if not matches(job))
    recount = Counter(job.state for job in store)
    assert +store.counts.get("one", Counter()) == recount


def test_a_window_outside_the_rows_is_empty() -> None:
    store = Store()
    view = View(store, parse(""))
    store_change = store.apply(JobReport(job=job()), at=1)
    assert store_change is not None
    view.apply(store_change)
    assert view.window(5, 9) == []
    assert view.window(-5, 9) == [job()]
    assert view.key_at(-1) is None
    assert view.key_at(1) is None
