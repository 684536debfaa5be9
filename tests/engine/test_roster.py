"""The walk through all jobs, beside a plain set of them, while jobs come and go in the middle of it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from jobdash.engine import roster as roster_module
from jobdash.engine.roster import LENGTH
from jobdash.engine.store import Store
from jobdash.model.job import JobKey
from jobdash.model.report import JobReport
from tests.engine.query.jobs import job, jobs, keys

steps = st.lists(st.one_of(jobs, keys, st.none()), max_size=60)
"""A job is told, a key is forgotten, None is one more piece of the walk."""


@settings(max_examples=200, deadline=None)
@given(steps, steps)
def test_a_walk_meets_every_job_that_stays_as_it_is_when_it_is_met(before: list[object], during: list[object]) -> None:
    store = Store()
    for what in before:
        _happen(store, what)
    stay = {found.key for found in store}
    met: set[JobKey] = set()
    walk = store.walk().pieces(2)
    for what in [*during, *[None] * 60]:
        if what is not None:
            _happen(store, what)
            stay &= {found.key for found in store}
        elif (piece := next(walk, None)) is not None:
            assert all(store.get(found.key) is found for found in piece)
            met |= {found.key for found in piece}
    assert next(walk, None) is None
    assert met >= stay


def _happen(store: Store, what: object) -> None:
    if isinstance(what, JobKey):
        store.forget(what)
    elif what is not None:
        store.apply(JobReport(job=what), at=1.0)  # type: ignore[arg-type]


def test_jobs_that_come_and_go_for_ever_do_not_fill_the_roster() -> None:
    store = Store()
    for number in range(3 * LENGTH):
        store.apply(JobReport(job=job(f"stays-{number}")), at=1.0)
    for number in range(40 * LENGTH):
        key = JobKey("one", f"passes-{number % 7 if number % 2 else number}")
        store.apply(JobReport(job=job(key.id)), at=1.0)
        store.forget(key)
    assert len(store._roster) < 3 * 3 * LENGTH
    assert sorted(found.key for piece in store.walk().pieces(100) for found in piece) == sorted(
        found.key for found in store
    )


def test_short_lists_are_swept_too(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(roster_module, "LENGTH", 3)
    test_a_walk_meets_every_job_that_stays_as_it_is_when_it_is_met()
