"""What the mappings that come with jobdash make of answers: documented ones, poor ones, wrong ones, hostile ones."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobdash.client.dialect import StreamEvent
from jobdash.model.errors import BadAnswer
from jobdash.model.job import JobKey
from jobdash.model.log import LogLine
from jobdash.model.report import BadEvent, JobReport, Pulse, StreamError
from jobdash.model.state import State
from tests.dialects.asking import Prepared, shipped, written


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


COMPILEO: dict[str, Any] = {
    "job_id": "123e4567",
    "status": "running",
    "progress": 65.5,
    "current_step": "Processing document 3 of 5",
    "result": None,
    "error": None,
    "created_at": "2024-01-21T10:30:00Z",
    "started_at": "2024-01-21T10:30:05Z",
    "completed_at": None,
    "updated_at": "2024-01-21T10:35:22Z",
}
STATS: dict[str, Any] = {
    "pending_jobs": 3,
    "running_jobs": 2,
    "scheduled_jobs": 1,
    "completed_jobs": 45,
    "failed_jobs": 2,
    "cancelled_jobs": 1,
    "retrying_jobs": 0,
    "total_jobs": 54,
    "queue_type": "redis",
    "cache_size": 12,
    "cpu_usage_percent": 45.2,
    "memory_usage_mb": 234.8,
    "active_workers": 3,
    "queue_health": {"status": "healthy", "resource_utilization": "optimal", "limit_enforcement": "active"},
}
JOBSTATUS: dict[str, Any] = {
    "job": {
        "id": "job_abc123",
        "type": "single-page",
        "url": "https://example.com",
        "status": "active",
        "progress": 75,
        "data": {"totalPages": 100, "processedPages": 75, "metadata": {"priority": "high"}},
        "createdAt": "2024-01-01T00:00:00.000Z",
        "startedAt": "2024-01-01T00:01:00.000Z",
        "finishedAt": None,
        "processedOn": "worker-node-1",
        "attemptsMade": 1,
        "failedReason": None,
        "logs": ["2024-01-01T00:02:00Z WARN slow page", "plain"],
        "metrics": {"processingTime": 45000, "memoryUsage": "120MB", "pagesProcessed": 75, "errorsEncountered": 2},
    },
    "queueStats": {"waiting": 5, "active": 3, "completed": 150, "failed": 2},
    "timestamp": "2024-01-01T00:05:00.000Z",
}
MEND: dict[str, Any] = {
    "id": "c815faad",
    "type": "image_resize",
    "status": "completed",
    "source_bucket": "my-bucket",
    "source_key": "images/input.jpg",
    "dest_bucket": "my-bucket",
    "dest_key": "images/output.jpg",
    "parameters": {"width": 800},
    "result": {"output_url": "s3://my-bucket/images/output.jpg", "file_size": 245678, "duration": 1.23},
    "created_at": "2024-01-15T10:30:00Z",
    "updated_at": "2024-01-15T10:30:15Z",
    "completed_at": "2024-01-15T10:30:15Z",
    "duration_seconds": 1.23,
}
FILELENS: dict[str, Any] = {
    "job_id": "550e",
    "status": "completed",
    "message": "done",
    "total_pages": 2,
    "result_urls": ["/files/1.png", "/files/2.png"],
}
POLLAPI: dict[str, Any] = {"jobId": "abc-123", "status": "processing", "progress": 50}
SAMPLES = {"compileo": COMPILEO, "jobstatus": JOBSTATUS, "mend": MEND, "filelens": FILELENS, "pollapi": POLLAPI}


async def told(kind: str, body: Any, id: str) -> JobReport:
    return await shipped(kind).job(Prepared(body), id)


async def test_a_compileo_job() -> None:
    report = await told("compileo", COMPILEO, "123e4567")
    job = report.job
    assert job.key == JobKey("s", "123e4567")
    assert (job.state, job.native_state, job.progress) == (State.RUNNING, "running", 65.5)
    assert job.step == "Processing document 3 of 5"
    assert (job.created_at, job.started_at) == (at("2024-01-21T10:30:00Z"), at("2024-01-21T10:30:05Z"))
    assert (job.finished_at, job.updated_at) == (None, at("2024-01-21T10:35:22Z"))
    assert not report.partial
    assert not report.problems
    assert report.detail is not None
    assert report.detail.raw == COMPILEO


async def test_compileo_queue_statistics() -> None:
    (stats,) = await shipped("compileo").queues(Prepared(STATS))
    assert (stats.depth, stats.running, stats.scheduled, stats.completed) == (3, 2, 1, 45)
    assert (stats.failed, stats.cancelled, stats.retrying, stats.total, stats.workers) == (2, 1, 0, 54, 3)
    assert (stats.cpu_percent, stats.memory_mb, stats.health) == (45.2, 234.8, "healthy")
    assert dict(stats.notes) == {
        "queue type": "redis",
        "cache size": "12",
        "resource utilization": "optimal",
        "limit enforcement": "active",
    }


async def test_statistics_that_are_absent_are_unknown_and_not_zero() -> None:
    (stats,) = await shipped("compileo").queues(Prepared({"pending_jobs": 1, "queue_health": None}))
    assert (stats.depth, stats.workers, stats.memory_mb, stats.health, stats.notes) == (1, None, None, None, ())


async def test_a_job_of_the_job_status_api() -> None:
    report = await told("jobstatus", JOBSTATUS, "job_abc123")
    job, detail = report.job, report.detail
    assert (job.state, job.native_state, job.type, job.worker) == (
        State.RUNNING,
        "active",
        "single-page",
        "worker-node-1",
    )
    assert (job.progress, job.fraction, job.attempts, job.priority) == (75, (75, 100), 1, "high")
    assert report.at == at("2024-01-01T00:05:00Z")
    assert [(q.depth, q.running, q.completed, q.failed) for q in report.queues] == [(5, 3, 150, 2)]
    assert detail is not None
    assert detail.metrics == {
        "processingTime": "45000 ms",
        "memoryUsage": "120MB",
        "pagesProcessed": 75,
        "errorsEncountered": 2,
    }
    assert detail.logs == (LogLine("slow page", at("2024-01-01T00:02:00Z"), "warning"), LogLine("plain"))
    assert detail.data == JOBSTATUS["job"]["data"]


async def test_a_mend_job_and_its_place_in_the_queue() -> None:
    report = await told("mend", MEND, "c815faad")
    assert report.job.state is State.COMPLETED
    assert report.job.results == ("s3://my-bucket/images/output.jpg",)
    assert report.detail is not None
    assert report.detail.metrics == {"duration": "1.23 s", "file_size": "245678 bytes"}
    assert report.detail.data["parameters"] == {"width": 800}
    waiting = {"id": "job-123", "status": "pending", "queue_position": 5, "estimated_wait_seconds": 30}
    job = (await told("mend", waiting, "job-123")).job
    assert (job.state, job.queue_position, job.estimated_wait) == (State.PENDING, 5, 30)


async def test_a_filelens_job_with_and_without_progress() -> None:
    report = await told("filelens", FILELENS, "550e")
    assert report.job.results == ("/files/1.png", "/files/2.png")
    assert report.detail is not None
    assert report.detail.metrics == {"total pages": 2}
    assert report.job.error is None
    young = {"job_id": "550e", "status": "processing", "message": "page 1"}
    job = (await told("filelens", young, "550e")).job
    assert (job.progress, job.step, job.error) == (0, "page 1", None)
    failed = (await told("filelens", {**young, "status": "failed", "message": "no such page"}, "550e")).job
    assert (failed.state, failed.error) == (State.FAILED, "no such page")


async def test_a_poll_api_job_and_its_error() -> None:
    job = (await told("pollapi", POLLAPI, "abc-123")).job
    assert (job.state, job.progress, job.error) == (State.RUNNING, 50, None)
    done = await told("pollapi", {"jobId": "abc-123", "status": "completed", "result": {"output": 1}}, "abc-123")
    assert done.detail is not None
    assert done.detail.result == {"output": 1}
    failed = {"jobId": "abc-123", "status": "failed"}
    assert (await told("pollapi", {**failed, "errorMessage": "Input invalid"}, "abc-123")).job.error == "Input invalid"
    assert (await told("pollapi", failed, "abc-123")).job.error == "Unknown error"


async def test_an_error_of_many_lines_keeps_the_line_that_says_why() -> None:
    trace = 'Traceback (most recent call last):\n  File "a.py", line 1\nValueError: no\n'
    report = await told("compileo", {**COMPILEO, "status": "failed", "error": trace}, "123e4567")
    assert report.job.error == "ValueError: no"
    assert report.detail is not None
    assert report.detail.traceback == trace
    report = await told("compileo", {**COMPILEO, "status": "failed", "error": f"no\n\n{trace}"}, "123e4567")
    assert report.job.error == "no"


async def test_an_unknown_state_is_shown_by_its_own_name() -> None:
    job = (await told("compileo", {**COMPILEO, "status": "hibernating"}, "123e4567")).job
    assert (job.state, job.native_state) == (State.UNKNOWN, "hibernating")
    job = (await told("compileo", {**COMPILEO, "status": "RUNNING"}, "123e4567")).job
    assert (job.state, job.native_state) == (State.RUNNING, "RUNNING")


async def test_a_wrong_type_in_a_field_does_not_lose_the_job() -> None:
    wrong = {**COMPILEO, "progress": "much", "created_at": {"a": 1}, "current_step": True, "updated_at": 10**400}
    report = await told("compileo", wrong, "123e4567")
    job = report.job
    assert (job.progress, job.created_at, job.step, job.updated_at) == (None, None, None, None)
    assert job.started_at == at("2024-01-21T10:30:05Z")
    assert [problem.split(":")[0] for problem in report.problems] == ["progress", "created_at", "updated_at"]
    assert report.problems[0] == 'progress: expected a number for the progress, got "much"'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (None, ["job as an object", "got nothing"]),
        ([], ["job as an object", "got []"]),
        ("<html>", ['got "<html>"']),
        ({"status": "running"}, ["id: expected an id", "got nothing"]),
        ({"job_id": True, "status": "running"}, ["id: expected an id", "got true"]),
        ({"job_id": "a\ud800", "status": "running"}, ["id: expected an id"]),
        ({"job_id": "a"}, ["state of job a", "got nothing"]),
        ({"job_id": "a", "status": None}, ["state of job a"]),
        ({"job_id": "a", "status": {"x": [1]}}, ["state of job a", '{"x": [1]}']),
    ],
)
async def test_an_answer_that_is_no_job_is_named(body: Any, words: list[str]) -> None:
    with pytest.raises(BadAnswer) as caught:
        await told("compileo", body, "a")
    assert "/api/v1/jobs/status/a" in str(caught.value)
    for word in words:
        assert word in str(caught.value)


async def test_an_answer_about_another_job_is_noted() -> None:
    report = await told("compileo", COMPILEO, "other")
    assert report.job.id == "other"
    assert report.problems == ("id: asked about other, told about 123e4567",)


def heard(kind: str, data: str, event: str = "message", id: str | None = "a") -> Any:
    return shipped(kind).read_event(StreamEvent(data=data, event=event), id)


def test_events_of_a_compileo_stream() -> None:
    data = {"job_id": "a", "status": "running", "progress": 10.0, "current_step": "x", "timestamp": "2024-01-21T10:30Z"}
    report = heard("compileo", json.dumps(data))
    assert isinstance(report, JobReport)
    assert (report.partial, report.final, report.at) == (True, False, at("2024-01-21T10:30Z"))
    assert (report.job.progress, report.job.step, report.job.created_at) == (10, "x", None)
    for status in ("completed", "failed", "cancelled"):
        last = heard("compileo", json.dumps({**data, "status": status}))
        assert isinstance(last, JobReport)
        assert last.final
    assert heard("compileo", json.dumps({"error": "Job vanished"})) == StreamError("Job vanished", JobKey("s", "a"))
    assert isinstance(heard("compileo", json.dumps({"error": True})), StreamError)
    assert heard("compileo", json.dumps({**data, "error": "lost"})) == StreamError("lost", JobKey("s", "a"))
    failed = heard("compileo", json.dumps({**data, "status": "failed", "error": "no"}))
    assert isinstance(failed, JobReport)
    assert failed.job.error == "no"
    assert failed.final
    assert isinstance(heard("compileo", '{"job_id": '), BadEvent)
    assert isinstance(heard("compileo", "[" * 100_000), BadEvent)
    assert isinstance(heard("compileo", '{"progress": 5}'), BadEvent)
    assert heard("compileo", "") == Pulse()
    assert heard("compileo", "{}", event="heartbeat") == Pulse()


def test_an_event_of_a_jobs_stream_may_leave_out_the_id() -> None:
    report = heard("compileo", '{"status": "running", "progress": 5}')
    assert isinstance(report, JobReport)
    assert report.job.id == "a"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@st.composite
def spoiled(draw: st.DrawFn, sample: Any) -> Any:
    """A good answer with anything at all in some places."""
    if isinstance(sample, dict) and draw(st.integers(0, 9)):
        return {key: draw(spoiled(value)) for key, value in sample.items() if draw(st.integers(0, 9))}
    return draw(ANYTHING) if not draw(st.integers(0, 3)) else sample


@pytest.mark.parametrize("kind", sorted(SAMPLES))
@given(data=st.data())
@settings(max_examples=150, deadline=None)
async def test_any_answer_gives_a_report_or_a_bad_answer(kind: str, data: st.DataObject) -> None:
    body = data.draw(st.one_of(ANYTHING, spoiled(SAMPLES[kind])))
    dialect = shipped_once(kind)
    try:
        report = await dialect.job(Prepared(body), "a")
    except BadAnswer as error:
        assert len(str(error)) < 2000
    else:
        assert report.job.id == "a"
        assert report.job.progress is None or 0 <= report.job.progress <= 100
    assert isinstance(dialect.error_message(500, body), str | None)
    dialect.matches(await Prepared(body)(dialect.probe) if dialect.probe else await Prepared(body)(dialect_get()))
    event = dialect.read_event(StreamEvent(data=json.dumps(body)), "a")
    assert isinstance(event, JobReport | BadEvent | StreamError | Pulse)


@given(body=st.one_of(ANYTHING, spoiled({"jobs": [JOBSTATUS["job"]] * 3, "queueStats": {}, "total": 3, "limit": 1})))
@settings(max_examples=150, deadline=None)
async def test_any_listing_gives_a_page_or_a_bad_answer(body: Any) -> None:
    try:
        page = await shipped_once("jobstatus").page(Prepared(body), None)
    except BadAnswer:
        return
    assert all(report.job.id for report in page.reports)


@given(body=st.one_of(ANYTHING, spoiled(STATS)))
@settings(max_examples=150, deadline=None)
async def test_any_statistics_give_statistics_or_a_bad_answer(body: Any) -> None:
    try:
        found = await shipped_once("compileo").queues(Prepared(body))
    except BadAnswer:
        return
    assert all(stats.depth is None or stats.depth >= 0 for stats in found)


ONCE: dict[str, Any] = {}


def shipped_once(kind: str) -> Any:
    return ONCE.setdefault(kind, shipped(kind))


def dialect_get() -> Any:
    return shipped_once("compileo").probe


async def test_a_fraction_alone_is_a_progress_too(tmp_path: Path) -> None:
    text = 'title = "T"\n[job]\nstate = "s"\nfraction = ["n", "of"]\n[get]\npath = "/{id}"\n'
    for done, total, progress in ((3, 4, 75.0), (9, 4, 100.0), (1, 0, None), (None, 4, None), ("x", 4, None)):
        report = await written(tmp_path, text).job(Prepared({"s": "on", "n": done, "of": total}), "1")
        assert report.job.progress == progress
    both = text.replace("fraction", 'progress = "p"\nfraction')
    report = await written(tmp_path, both).job(Prepared({"s": "on", "n": 3, "of": 4}), "1")
    assert (report.job.progress, report.job.fraction) == (None, (3, 4))
