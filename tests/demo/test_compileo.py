"""The Compileo face says what its document says (C1 to C5, C10 of the numbered behaviours)."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.demo_process import DemoProcess

FIELDS = {
    "job_id",
    "status",
    "progress",
    "current_step",
    "result",
    "error",
    "created_at",
    "started_at",
    "completed_at",
    "updated_at",
}


def events(client: httpx.Client, job_id: str) -> list[dict[str, Any]]:
    """Every event of a job's stream, to the stream's own end."""
    with client.stream("GET", f"/status/{job_id}/stream") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        return [json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: ")]


def test_c1_a_completed_job_has_exactly_the_documented_fields(demo: DemoProcess, compileo: httpx.Client) -> None:
    job_id = demo.submit("compileo", "hash-files", package="json", count=4)
    demo.wait_state(job_id, "completed")
    job = compileo.get(f"/status/{job_id}").json()
    assert set(job) == FIELDS
    assert (job["status"], job["progress"], job["error"]) == ("completed", 100.0, None)
    assert job["result"]["files_hashed"] == 4
    assert job["completed_at"].endswith("Z") and "." not in job["completed_at"]


def test_c1_progress_and_step_are_those_of_the_real_work(demo: DemoProcess, compileo: httpx.Client) -> None:
    job_id = demo.submit("compileo", "count-words", gate="held", package="email", count=10)
    demo.wait_state(job_id, "running")
    demo.control("POST", f"/step/{job_id}?n=3")
    demo.wait_done(job_id, 3)
    job = compileo.get(f"/status/{job_id}").json()
    assert (job["status"], job["progress"]) == ("running", 30.0)
    assert job["current_step"].endswith("4 of 10")
    demo.control("POST", f"/finish/{job_id}")
    demo.wait_state(job_id, "completed")


def test_c1_a_failed_job_tells_its_real_traceback(demo: DemoProcess, compileo: httpx.Client) -> None:
    job_id = demo.submit("compileo", "broken-archive", package="json", count=3, format="zip")
    demo.wait_state(job_id, "failed")
    error = compileo.get(f"/status/{job_id}").json()["error"]
    assert error.startswith("zipfile.BadZipFile: ")
    assert "Traceback (most recent call last):" in error and "zipfile.py" in error


def test_c1_an_unknown_job_is_404_in_the_api_s_own_form(compileo: httpx.Client) -> None:
    answer = compileo.get("/status/nobody")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Job nobody not found"})
    assert compileo.get("/no/such/path").json() == {"detail": "Not Found"}


def test_an_unchanged_status_is_304(demo: DemoProcess, compileo: httpx.Client) -> None:
    job_id = demo.submit("compileo", "hash-files", package="json", count=1)
    demo.wait_state(job_id, "completed")
    etag = compileo.get(f"/status/{job_id}").headers["etag"]
    assert compileo.get(f"/status/{job_id}", headers={"If-None-Match": etag}).status_code == 304


def test_c2_a_long_poll_returns_at_once_when_the_state_differs(demo: DemoProcess, compileo: httpx.Client) -> None:
    job_id = demo.submit("compileo", "hash-files", gate="held", package="json")
    demo.wait_state(job_id, "running")
    asked = time.monotonic()
    answer = compileo.get(f"/status/{job_id}/poll", params={"timeout": 30, "current_status": "pending"})
    assert answer.json()["status"] == "running"
    assert time.monotonic() - asked < 2
    compileo.post(f"/cancel/{job_id}").raise_for_status()


def test_c2_a_long_poll_returns_early_when_the_state_changes(demo: DemoProcess, compileo: httpx.Client) -> None:
    job_id = demo.submit("compileo", "hash-files", gate="held", package="json", count=2)
    demo.wait_state(job_id, "running")
    asked = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        params: dict[str, str | int] = {"timeout": 20, "current_status": "running"}
        waiting = pool.submit(compileo.get, f"/status/{job_id}/poll", params=params, timeout=25)
        demo.control("POST", f"/finish/{job_id}")
        assert waiting.result().json()["status"] == "completed"
    assert time.monotonic() - asked < 10


def test_c2_a_long_poll_returns_unchanged_at_its_timeout(demo: DemoProcess, compileo: httpx.Client) -> None:
    job_id = demo.submit("compileo", "hash-files", gate="held", package="json")
    demo.wait_state(job_id, "running")
    asked = time.monotonic()
    answer = compileo.get(f"/status/{job_id}/poll", params={"timeout": 1, "current_status": "running"})
    assert answer.json()["status"] == "running"
    assert 0.9 < time.monotonic() - asked < 5
    compileo.post(f"/cancel/{job_id}").raise_for_status()


@pytest.mark.parametrize("timeout", ["0", "301", "-1", "soon", "1.5", ""])
def test_c2_a_timeout_out_of_range_is_422(demo: DemoProcess, compileo: httpx.Client, timeout: str) -> None:
    job_id = demo.submit("compileo", "hash-files", package="json", count=1)
    answer = compileo.get(f"/status/{job_id}/poll", params={"timeout": timeout})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", "timeout"]


def test_c3_a_stream_tells_every_step_and_ends_with_the_job(demo: DemoProcess, compileo: httpx.Client) -> None:
    job_id = demo.submit("compileo", "hash-files", gate="held", package="json", count=4)
    demo.wait_state(job_id, "running")
    with ThreadPoolExecutor(1) as pool:
        streamed = pool.submit(events, compileo, job_id)
        demo.control("POST", f"/release/{job_id}")
        seen = streamed.result()
    assert all(set(event) == {"job_id", "status", "progress", "current_step", "timestamp"} for event in seen)
    assert [event["progress"] for event in seen] == sorted(event["progress"] for event in seen)
    assert seen[-1]["status"] == "completed"


def test_c3_a_stream_of_an_unknown_job_is_one_error_event(compileo: httpx.Client) -> None:
    assert events(compileo, "nobody") == [{"job_id": "nobody", "error": "Job nobody not found"}]


def test_c4_queue_statistics_have_every_field_and_add_up(demo: DemoProcess, compileo: httpx.Client) -> None:
    held = demo.submit("compileo", "hash-files", gate="held", package="json")
    demo.wait_state(held, "running")
    stats = compileo.get("/queue/stats").json()
    states = ("pending", "running", "scheduled", "completed", "failed", "cancelled", "retrying")
    assert sum(stats[f"{state}_jobs"] for state in states) == stats["total_jobs"]
    assert stats["running_jobs"] >= 1 and stats["active_workers"] == 3
    assert set(stats["queue_health"]) == {"status", "resource_utilization", "limit_enforcement"}
    assert stats["cpu_usage_percent"] >= 0 and stats.get("memory_usage_mb", 1) > 0
    assert {"queue_type", "cache_size"} < set(stats)
    compileo.post(f"/cancel/{held}").raise_for_status()


def test_c5_cancel_and_restart_keep_the_id(demo: DemoProcess, compileo: httpx.Client) -> None:
    job_id = demo.submit("compileo", "hash-files", gate="held", package="json", count=2)
    demo.wait_state(job_id, "running")
    assert compileo.post(f"/cancel/{job_id}").json() == {"message": f"Job {job_id} cancelled successfully"}
    assert compileo.get(f"/status/{job_id}").json()["status"] == "cancelled"
    demo.control("POST", f"/finish/{job_id}")
    assert compileo.post(f"/restart/{job_id}").json() == {"message": f"Job {job_id} restarted successfully"}
    assert demo.wait_state(job_id, "completed")["attempts"] == 1


def test_c5_the_wrong_state_is_400_and_an_unknown_job_404(demo: DemoProcess, compileo: httpx.Client) -> None:
    job_id = demo.submit("compileo", "hash-files", package="json", count=1)
    demo.wait_state(job_id, "completed")
    for action in ("cancel", "restart"):
        refused = compileo.post(f"/{action}/{job_id}")
        assert refused.status_code == 400 and "completed" in refused.json()["detail"]
        assert compileo.post(f"/{action}/nobody").status_code == 404


def test_c10_a_failed_job_can_be_restarted_and_fails_again(demo: DemoProcess, compileo: httpx.Client) -> None:
    job_id = demo.submit("compileo", "syntax-error", gate="held")
    demo.wait_state(job_id, "running")
    demo.control("POST", f"/step/{job_id}")
    demo.wait_state(job_id, "failed")
    compileo.post(f"/restart/{job_id}").raise_for_status()
    assert demo.wait_state(job_id, "running")["error"] is None
    demo.control("POST", f"/release/{job_id}")
    assert demo.wait_state(job_id, "failed")["error"].startswith("SyntaxError: ")


def test_a_traceback_names_files_from_their_library_on(demo: DemoProcess) -> None:
    job = demo.submit("compileo", "broken-archive", format="zip", damage="truncated")
    told = demo.wait_state(job, "failed")["traceback"]
    assert 'File "jobdash/demo/work/' in told and 'File "zipfile' in told
    assert 'File "/' not in told
