"""The control face does what its docstring promises: exact states, faults, refusals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.demo_process import DemoProcess, wait_until


@contextmanager
def fault(demo: DemoProcess, face: str, mode: str) -> Iterator[None]:
    """A face in trouble, for as long as the block lasts."""
    demo.control("POST", "/fault", {"face": face, "mode": mode})
    try:
        yield
    finally:
        demo.control("POST", "/fault", {"face": face, "mode": None})


@pytest.mark.parametrize(
    ("mode", "status", "text"),
    [
        ("500", 500, '{"detail":"Failed to fetch job status"}'),
        ("401", 401, '{"detail":"Unauthorized"}'),
        ("429", 429, '{"detail":"Too many requests"}'),
        ("html", 200, "<!doctype html>"),
        ("malformed", 200, '{"job_id": "1", "status": '),
        ("wrong-typed", 200, '{"id":7,"job_id":7,'),
    ],
)
def test_a_fault_answers_every_request_until_it_is_cleared(
    demo: DemoProcess, compileo: httpx.Client, mode: str, status: int, text: str
) -> None:
    with fault(demo, "compileo", mode):
        answer = compileo.get("/queue/stats")
    assert answer.status_code == status
    assert answer.text.startswith(text)
    assert ("retry-after" in answer.headers) == (mode == "429")
    assert "total_jobs" in compileo.get("/queue/stats").json()


def test_a_hanging_face_never_answers(demo: DemoProcess, compileo: httpx.Client) -> None:
    with fault(demo, "compileo", "hang"), pytest.raises(httpx.ReadTimeout):
        compileo.get("/queue/stats", timeout=0.3)


def test_a_held_job_starts_at_zero_and_moves_step_by_step(demo: DemoProcess) -> None:
    job_id = demo.submit("pollapi", "hash-files", gate="held", package="json", count=3)
    assert demo.wait_state(job_id, "running")["progress"] == 0
    for done in (1, 2):
        demo.control("POST", f"/step/{job_id}")
        assert demo.wait_done(job_id, done)["done"] == done
    demo.control("POST", f"/step/{job_id}")
    assert demo.wait_state(job_id, "completed")["files"] == ["sha256.csv"]


@pytest.mark.parametrize(
    ("kind", "params", "error"),
    [
        ("broken-archive", {"format": "zip", "damage": "truncated"}, "zipfile.BadZipFile: "),
        ("broken-archive", {"format": "tar", "damage": "truncated"}, "EOFError: "),
        ("broken-archive", {"format": "gz", "damage": "truncated"}, "EOFError: "),
        ("broken-archive", {"format": "zip", "damage": "flipped"}, ""),
        ("broken-archive", {"format": "gz", "damage": "flipped"}, ""),
        ("syntax-error", {}, "SyntaxError: "),
        ("missing-file", {}, "FileNotFoundError: [Errno 2]"),
        ("hash-files", {"package": "nowhere"}, "No such package in the standard library: nowhere"),
    ],
)
def test_bad_input_fails_with_the_library_s_own_error(
    demo: DemoProcess, kind: str, params: dict[str, object], error: str
) -> None:
    body = {"face": "pollapi", "kind": kind, "params": {"package": "json", "count": 3, **params}}
    job_id = demo.control("POST", "/submit", body)["id"]
    job = demo.wait_state(job_id, "failed")
    assert job["error"].startswith(error)
    assert job["traceback"].startswith("Traceback (most recent call last):")


def test_only_a_missing_file_is_tried_again(demo: DemoProcess) -> None:
    missing = demo.submit("pollapi", "missing-file")
    broken = demo.submit("pollapi", "syntax-error")
    assert demo.wait_state(missing, "failed")["attempts"] == 3
    assert demo.wait_state(broken, "failed")["attempts"] == 1


def test_higher_priority_is_served_first(demo: DemoProcess) -> None:
    held = [demo.submit("pollapi", "hash-files", gate="held", count=2) for _ in range(2)]
    for job_id in held:
        demo.wait_state(job_id, "running")
    normal = [demo.submit("pollapi", "hash-files", gate="held", count=2) for _ in range(2)]
    urgent = demo.submit("pollapi", "hash-files", gate="held", count=2, priority=1)
    demo.control("POST", f"/finish/{held[0]}")
    demo.wait_state(urgent, "running")
    assert {demo.job(job_id)["state"] for job_id in normal} == {"pending"}
    for job_id in (held[1], urgent, *normal):
        demo.control("POST", f"/finish/{job_id}")
        demo.wait_state(job_id, "completed")


def test_a_job_that_is_removed_is_gone_everywhere(demo: DemoProcess, pollapi: httpx.Client) -> None:
    job_id = demo.submit("pollapi", "hash-files", gate="held")
    demo.control("DELETE", f"/jobs/{job_id}")
    assert pollapi.get(f"/job-status/{job_id}").status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/submit", {"face": "nowhere", "kind": "hash-files"}, 404),
        ("/submit", {"face": "mend", "kind": "magic"}, 404),
        ("/submit", {"face": "mend", "kind": "hash-files", "queue": "crawl"}, 404),
        ("/submit", {"face": "mend", "kind": "hash-files", "gate": "ajar"}, 400),
        ("/submit", {"face": "mend", "kind": "hash-files", "params": []}, 400),
        ("/submit", {"face": "mend", "kind": "hash-files", "priority": "high"}, 400),
        ("/fault", {"face": "mend", "mode": "gremlins"}, 400),
        ("/fault", {"face": "nowhere", "mode": None}, 404),
        ("/limit", {"face": "mend", "per_second": -1}, 400),
        ("/hold/nobody", {}, 404),
    ],
)
def test_what_control_cannot_do_it_says(demo: DemoProcess, path: str, body: dict[str, object], status: int) -> None:
    answer = httpx.post(demo.urls["control"] + path, json=body, trust_env=False)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_every_submission_is_announced_on_stdout(demo: DemoProcess) -> None:
    body = {"face": "mend", "kind": "hash-files", "label": "by hand", "params": {"count": 1}}
    job_id = demo.control("POST", "/submit", body)["id"]
    wanted = {"face": "mend", "id": job_id, "type": "hash-files", "label": "by hand"}
    wait_until(lambda: wanted in demo.announced, "the announcement")


def test_many_modules_can_be_indexed_at_once(demo: DemoProcess) -> None:
    jobs = [demo.submit("compileo", "index-modules", gate="hurried", count=30) for _ in range(3)]
    jobs += [demo.submit("pollapi", "index-modules", gate="hurried", count=30) for _ in range(2)]
    for job_id in jobs:
        wait_until(lambda: demo.job(job_id)["state"] in ("completed", "failed"), job_id)  # noqa: B023
        assert demo.job(job_id)["error"] is None
