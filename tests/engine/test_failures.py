"""Errors that are alike have one fingerprint; groups follow the store; runbooks are found."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdash.engine.clock import SystemClock
from jobdash.engine.failures import Failures
from jobdash.engine.fingerprint import id_of_job, normalised, of_error
from jobdash.engine.query import parse
from jobdash.engine.runbooks import Runbook, Runbooks
from jobdash.engine.store import Store
from jobdash.model.errors import ConfigError
from jobdash.model.frames import innermost
from jobdash.model.job import Job, JobKey
from jobdash.model.report import JobReport
from jobdash.model.state import State

TRACE = """Traceback (most recent call last):
  File "/srv/app/parse.py", line 118, in fetch_page
    read(page)
  File "/usr/lib/python3.11/site-packages/urllib3/pool.py", line 715, in urlopen
    raise Timeout
mypkg.errors.TimeoutError: upstream took more than 30.5 s
"""


def failed(id: str, error: str | None, state: State = State.FAILED, **known: object) -> Job:
    told: dict[str, object] = {"finished_at": 1_000_000.0, "type": "parse", "queue": "default"} | known
    return Job(key=JobKey("docs", id), state=state, native_state=state.value, error=error, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TimeoutError: took 30 s", "TimeoutError: took 31.5 s"),
        ("no file /srv/a/b.pdf", "no file /srv/c/d.pdf"),
        ("no file 'a b'", "no file 'something else'"),
        ("job 123e4567-e89b-12d3-a456-426614174000 gone", "job 00000000-e89b-12d3-a456-426614174999 gone"),
        ("refused by 10.0.0.1:5432", "refused by 10.0.0.2:80"),
        ("at 2026-11-22T03:12:44Z", "at 2025-01-01 00:00:00.123"),
        ("s3://bucket/a missing", "s3://other/b/c missing"),
        ("object at 0x7f00aa", "object at 0x7f11bb"),
        ("mail to a@b.example failed", "mail to c.d@e.example failed"),
        ("key job_abc123 unknown", "key job_99zz7 unknown"),
    ],
)
def test_what_differs_from_job_to_job_is_taken_out(one: str, other: str) -> None:
    assert of_error(one).id == of_error(other).id


def test_what_is_another_error_stays_another() -> None:
    errors = ["TimeoutError: took 3 s", "ValueError: took 3 s", "TimeoutError: waited 3 s", "", TRACE, "x: y"]
    assert len({of_error(error).id for error in errors}) == len(errors)


def test_exception_message_and_innermost_own_frame() -> None:
    found = of_error(TRACE)
    assert (found.exception, found.message) == ("mypkg.errors.TimeoutError", "upstream took more than <n> s")
    assert found.frame == innermost(TRACE) == "parse.py:118 in fetch_page"
    node = "Error: no\n    at read (node:internal/fs:1:2)\n    at load (/app/src/load.js:42:7)"
    assert of_error(node).frame == "load.js:42 in load"
    page = "<!DOCTYPE html><html><title>502 Bad Gateway</title>" + "x" * 5_000_000
    assert of_error(page).message == "HTML page: <n> Bad Gateway"


@given(st.text(max_size=400))
def test_any_text_has_a_fingerprint_that_stays(error: str) -> None:
    assert of_error(error) == of_error(error)
    assert len(normalised(error)) <= 300


@pytest.mark.parametrize("piece", ["a-1", "'", '"', "/a", "a.b", "1:", "0x", "http://", "a@", "\n  at ", "\t at x("])
def test_no_error_takes_long(piece: str) -> None:
    assert len(normalised(piece * 1_000_000)) <= 300
    of_error(piece * 1_000_000)


def groups_of(*jobs: Job) -> tuple[Store, Failures]:
    store, failures = Store(), Failures(Store(), SystemClock())
    failures._store = store
    put(store, failures, *jobs)
    return store, failures


def put(store: Store, failures: Failures, *jobs: Job) -> None:
    for job in jobs:
        if (change := store.apply(JobReport(job=job), at=1.0)) is not None:
            failures.noticed(change)
    while failures.waiting:
        failures.work()


def test_groups_count_and_follow_every_change() -> None:
    store, failures = groups_of(
        failed("1", "TimeoutError: 1 s", worker="w1"),
        failed("2", "TimeoutError: 2 s", worker="w2", finished_at=1_000_300.0),
        failed("3", "KeyError: 'x'"),
        failed("4", None),
        failed("5", "fine", State.COMPLETED),
    )
    first = failures.groups()[0]
    assert (first.count, first.where["worker"].total(), failures.total) == (2, 2, 4)
    assert first.last_seen == 1_000_300.0 and sum(first.over_time(999_000, 1_000_400, 8)) == 2
    put(store, failures, failed("1", None, State.RUNNING), failed("2", None, State.RUNNING))
    assert failures.group(first.fingerprint.id) is None and failures.total == 2
    forgotten = store.forget(JobKey("docs", "3"))
    assert forgotten is not None
    failures.noticed(forgotten)
    failures.work()
    assert [group.fingerprint.title for group in failures.groups()] == ["no error told"]


def test_what_came_after_the_last_look_is_new() -> None:
    store, failures = groups_of(failed("1", "old"))
    assert not failures.groups()[0].new
    failures.looked()
    put(store, failures, failed("2", "fresh"), failed("3", "old"))
    assert [(group.fingerprint.message, group.new) for group in failures.groups()] == [("fresh", True), ("old", False)]
    failures.looked()
    assert not any(group.new for group in failures.groups())


def test_a_query_finds_the_jobs_of_a_fingerprint() -> None:
    job, other = failed("1", "TimeoutError: 1 s"), failed("2", "KeyError: 1")
    query = parse(f"fingerprint:{id_of_job(job)}")
    assert query(job) and not query(other)


async def test_a_hundred_thousand_errors_are_grouped_without_stopping_anybody() -> None:
    store, failures = groups_of()
    for n in range(100_000):
        change = store.apply(
            JobReport(job=failed(str(n), f"Error{n % 40}: took {n} s for job_{n} of /srv/{n}/x")), at=1.0
        )
        assert change is not None
        failures.noticed(change)
    turns = 0
    task = asyncio.create_task(failures.run())
    while failures.waiting:
        await asyncio.sleep(0)
        turns += 1
    task.cancel()
    assert len(failures.groups()) == 40 and failures.total == 100_000
    assert turns > 20, "the others get their turn many times meanwhile"


def test_runbooks_are_found_by_what_they_name() -> None:
    job = failed("1", "TimeoutError: upstream took 30 s")
    books = Runbooks(
        [
            Runbook(text="by error", error="UPSTREAM"),
            Runbook(text="by expression", error="/took \\d+ s$/"),
            Runbook(text="by type", type="par*", queue="default"),
            Runbook(text="by fingerprint", fingerprint=id_of_job(job)),
            Runbook(text="not this one", error="elsewhere", type="parse"),
            Runbook(text="nor this", server="crawl"),
        ]
    )
    assert [book.text for book in books.of(job)] == ["by error", "by expression", "by type", "by fingerprint"]
    assert books.of(failed("2", None, State.RUNNING)) == [] and Runbooks().of(job) == []
    with pytest.raises(ConfigError, match="runbooks"):
        Runbooks([Runbook(text="x", error="/(/")])
