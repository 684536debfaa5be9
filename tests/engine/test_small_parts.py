"""Backoff, pace, ladder, deadlines, details and the query of words: the engine's pure parts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdash.engine.backoff import full_jitter
from jobdash.engine.deadlines import Deadlines
from jobdash.engine.details import Details
from jobdash.engine.ladder import Ladder
from jobdash.engine.last_good import MOST_TYPES, LastGood
from jobdash.engine.order import worst_first
from jobdash.engine.pace import Pace
from jobdash.engine.query import parse
from jobdash.engine.room import Shelf
from jobdash.engine.store import Change
from jobdash.model.errors import QueryError
from jobdash.model.job import Detail, JobKey
from jobdash.model.server import Delivery
from jobdash.model.state import State
from tests.engine.fake_clock import FakeClock
from tests.engine.fake_server import job

A = JobKey("one", "a")


@given(st.integers(1, 10_000), st.floats(0.01, 60), st.floats(0.01, 600), st.floats(0, 1, exclude_max=True))
def test_jitter_stays_within_its_bound(attempt: int, base: float, cap: float, draw: float) -> None:
    wait = full_jitter(attempt, base=base, cap=cap, random=lambda: draw)
    assert 0 < wait <= min(cap, base * 2.0 ** min(attempt - 1, 32))


def test_c8_the_pace_halves_on_progress_and_grows_by_a_fifth_without() -> None:
    pace = Pace(1.0, 30.0)
    assert pace.after(0) == pytest.approx(1.2)
    assert pace.after(5) == pytest.approx(1.44)
    assert pace.after(11) == pytest.approx(1.0)
    waits = [pace.after(11) for _ in range(40)]
    assert waits[-1] == 30.0
    assert pace.after(100) == 15.0


def test_c7_a_failing_job_is_asked_about_at_most_thirty_seconds_apart() -> None:
    pace = Pace(2.0, 2.0)
    waits = [pace.failed(lambda: 0.99) for _ in range(20)]
    assert waits == sorted(waits)
    assert 2.0 <= waits[0] <= waits[-1] <= 30.0
    pace.after(1)
    assert pace.failures == 0


def test_the_ladder_steps_down_and_tries_up_ever_later() -> None:
    clock = FakeClock()
    ladder = Ladder((Delivery.STREAM, Delivery.LONG_POLL, Delivery.POLL), clock, lambda: 0.5)
    waits: list[float] = []
    for _ in range(10):
        ladder.failed(Delivery.STREAM)
        assert ladder.best() is Delivery.LONG_POLL
        began = clock.monotonic()
        while ladder.best() is not Delivery.STREAM:
            clock._monotonic += 1
        waits.append(clock.monotonic() - began)
    assert waits == sorted(waits)
    assert waits[-1] <= 600
    ladder.held(Delivery.STREAM)
    assert ladder.breaks(Delivery.STREAM) == 3


def test_deadlines_pass_once_and_move() -> None:
    deadlines = Deadlines()
    assert not deadlines.set(A, 10)
    assert deadlines.set(A, 20)
    assert deadlines.passed(15) == []
    assert deadlines.passed(20) == [A]
    assert deadlines.passed(99) == []
    deadlines.drop(A)
    assert A not in deadlines
    for number in range(5000):
        deadlines.set(A, 1e9 + number)
    assert len(deadlines._heap) < 100


def test_details_hold_the_last_ones_looked_at() -> None:
    details = Details(limit=2)
    for id in "abc":
        details.look_at(JobKey("one", id))
    details.put(A, Detail(), 1)
    assert details.get(A) is None
    details.put(JobKey("one", "b"), Detail(result=1), 5)
    details.failed(JobKey("one", "b"), "gone")
    view = details.get(JobKey("one", "b"))
    assert view is not None
    assert (view.read_at, view.problem) == (5, "gone")
    details.put(JobKey("one", "b"), Detail(result=2), 6)
    view = details.get(JobKey("one", "b"))
    assert view is not None
    assert view.problem is None


def test_an_answer_that_was_asked_for_before_does_not_replace_a_later_one() -> None:
    details = Details()
    details.look_at(A)
    for detail, asked_at, at in ((Detail(result=1), 2, 5), (Detail(result=0), 1, 6), (Detail(result=2), 3, 7)):
        details.put(A, detail, at, asked_at)
        view = details.get(A)
        assert view is not None and view.detail == (detail if detail.result else Detail(result=1))


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("", True),
        ("email", True),
        ("EMAIL", True),
        ("state:running", True),
        ("state:failed,running", True),
        ("-state:running", False),
        ("type:email*", True),
        ("type:mail", False),
        ('error:"timed out"', True),
        ('error:"*timed out*"', False),
        ("error:*timed*out*", True),
        ('"timed out"', True),
        ("server:one id:a", True),
        ("nothing", False),
        ("-nothing", True),
        ("state:processing", True),
    ],
)
def test_words_and_fields(query: str, matches: bool) -> None:
    found = job(type="emailing", error="it timed out", native_state="processing")
    assert parse(query)(found) is matches


@pytest.mark.parametrize(("query", "position"), [('a "b', 2), ("a colour:red", 2), ("state>r-n", 6)])
def test_what_does_not_parse_has_a_position(query: str, position: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert caught.value.position == position


@given(st.text(max_size=40))
def test_any_text_parses_or_says_where_not(text: str) -> None:
    try:
        parse(text)(job())
    except QueryError as error:
        assert 0 <= error.position <= len(text)


def test_what_needs_a_person_comes_first() -> None:
    rows = [
        job("done", State.COMPLETED, finished_at=2.0),
        job("newer", State.COMPLETED, finished_at=3.0),
        job("wait", State.PENDING, created_at=1.0),
        job("late", State.RUNNING, started_at=9.0, overdue=True),
        job("run", State.RUNNING, started_at=5.0),
        job("old", State.RUNNING, started_at=1.0),
        job("bad", State.FAILED),
        job("stuck", State.STUCK),
    ]
    order = [row.id for row in sorted(rows, key=worst_first)]
    assert order == ["stuck", "bad", "late", "old", "run", "wait", "newer", "done"]
    assert worst_first(replace(rows[0], overdue=True)) == worst_first(rows[0])


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.none() | st.integers(0, 9)), max_size=40))
def test_the_oldest_leaves_first_however_often_it_was_put(steps: list[tuple[str, int | None]]) -> None:
    shelf, known = Shelf(), dict[JobKey, float]()
    for id, stamp in steps:
        key = JobKey("one", id)
        if stamp is None:
            shelf.drop(key)
            known.pop(key, None)
        else:
            shelf.put(key, stamp)
            known[key] = stamp
    left = []
    while (key_or_none := shelf.pop()) is not None:
        left.append(known[key_or_none])
    assert len(left) == len(known)
    assert left == sorted(left)


def test_over_weeks_types_of_which_no_job_is_left_make_room_for_new_ones() -> None:
    good = LastGood()
    for number in range(MOST_TYPES + 10):
        done = job(f"done{number}", State.COMPLETED, type=f"type{number}")
        failed = job(f"failed{number}", State.FAILED, type=f"type{number}")
        good.noticed(Change(done.key, None, done))
        assert good.like(failed) == done.key
        good.noticed(Change(done.key, done, None))
