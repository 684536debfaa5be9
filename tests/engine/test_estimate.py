"""When a job will be done: from its own steps, else from its type, else not at all."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdash.engine.estimate import estimate, standstill
from jobdash.engine.histories import MOST_JOBS, Histories
from jobdash.engine.store import Store
from jobdash.model.job import Job, JobKey
from jobdash.model.report import JobReport
from jobdash.model.state import State
from tests.tui.still_monitor import NOW, StillClock

RUNNING = Job(
    key=JobKey("s", "1"),
    state=State.RUNNING,
    native_state="x",
    type="t",
    progress=40.0,
    started_at=NOW - 40,
    attempts=1,
)
STEADY = [(NOW - 40 + n, float(n)) for n in range(41)]


def test_a_steady_job_is_sure_of_itself() -> None:
    found = estimate(RUNNING, STEADY, (500.0, 900.0), NOW)
    assert found is not None and found.source == "its own last 41 steps"
    assert found.likely == pytest.approx(60) and found.least == pytest.approx(60) and found.most == pytest.approx(60)
    assert found.rate == pytest.approx(1.0)


def test_an_uneven_job_is_less_sure() -> None:
    uneven = [(NOW - 40 + n, n + (9 if n % 3 else 0.0)) for n in range(0, 41, 5)]
    found = estimate(RUNNING, uneven, None, NOW)
    assert found is not None and found.most is not None and found.least < found.likely < found.most


def test_without_steps_the_type_tells_and_without_both_nothing_does() -> None:
    found = estimate(RUNNING, [], (60.0, 100.0), NOW)
    assert found is not None
    assert (found.likely, found.most, found.rate, found.source) == (20.0, 60.0, None, "the median of t")
    assert estimate(RUNNING, [], None, NOW) is None
    assert estimate(replace(RUNNING, state=State.COMPLETED), STEADY, (60.0, 100.0), NOW) is None
    assert estimate(RUNNING, [], (5.0, 9.0), NOW) is None


def test_a_standstill_is_told_with_its_evidence() -> None:
    assert standstill(RUNNING, STEADY, NOW + 30) is None
    found = standstill(RUNNING, STEADY, NOW + 720)
    assert found is not None and (found.since, found.step) == (720.0, 1.0)
    assert standstill(replace(RUNNING, state=State.COMPLETED), STEADY, NOW + 720) is None


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 100)), max_size=30), st.floats(0, 2e6))
def test_any_samples_give_an_estimate_in_order_or_none(samples: list[tuple[float, float]], now: float) -> None:
    found = estimate(RUNNING, sorted(samples), (10.0, 20.0), now)
    if found is not None:
        assert 0 <= found.least <= found.likely + 1e-6
        assert found.most is None or found.most >= found.likely - 1e-6


def test_histories_remember_turns_and_steps_and_forget_the_oldest_jobs() -> None:
    clock, store = StillClock(), Store()
    histories = Histories(clock)

    def put(job: Job) -> None:
        clock.passed += 10
        if (change := store.apply(JobReport(job=job), at=clock.monotonic())) is not None:
            histories.noticed(change)

    put(replace(RUNNING, state=State.PENDING, progress=None, started_at=None, attempts=0, created_at=NOW))
    put(RUNNING)
    for progress in (50.0, 60.0):
        put(replace(RUNNING, progress=progress))
    assert [p for _, p in histories.samples(RUNNING.key)] == [40.0, 50.0, 60.0]
    put(replace(RUNNING, state=State.RETRYING, error="first"))
    put(replace(RUNNING, attempts=2, progress=5.0))
    history = histories.of(RUNNING.key)
    assert history is not None and [turn.state.value for turn in history.turns] == [
        "pending", "running", "retrying", "running",
    ]  # fmt: skip
    assert [p for _, p in history.samples] == [5.0]

    def another(name: str, **news: Any) -> JobKey:
        put(replace(RUNNING, key=JobKey("s", name), progress=1.0))
        if news:
            put(replace(RUNNING, key=JobKey("s", name), **news))
        return JobKey("s", name)

    for n in range(MOST_JOBS - 1):
        another(f"other-{n}")
    assert histories.of(another("no room for it")) is None
    put(replace(RUNNING, attempts=2, progress=9.0))
    for n in range(MOST_JOBS):
        assert histories.of(another(f"no room-{n}")) is None
    key = another("instead of one that stood still")
    assert histories.of(key) is not None
    assert histories.of(JobKey("s", "other-0")) is None and histories.of(RUNNING.key) is not None
    for n in range(MOST_JOBS):
        another(f"later-{n}", state=State.FAILED)
        assert histories.of(JobKey("s", f"later-{n}")) is not None
    assert histories.of(RUNNING.key) is None and histories.samples(RUNNING.key) == ()
    key = another("the last one", state=State.FAILED)
    gone = store.forget(key)
    assert gone is not None
    histories.noticed(gone)
    assert histories.of(key) is None
