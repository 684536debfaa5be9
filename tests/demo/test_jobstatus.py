"""The Job Status face says what its document says (J1 to J9 of the numbered behaviours)."""

from __future__ import annotations

import httpx
import pytest

from tests.demo_process import DemoProcess

FIELDS = {
    "id",
    "type",
    "url",
    "status",
    "progress",
    "data",
    "createdAt",
    "startedAt",
    "finishedAt",
    "processedOn",
    "attemptsMade",
    "failedReason",
    "returnvalue",
    "logs",
    "metrics",
}
BAD_ACTION = {"error": 'Invalid action. Must be "pause", "resume", or "cancel"'}


def listing(demo: DemoProcess, jobstatus: httpx.Client, query: str = "") -> httpx.Response:
    """The answer to a listing (the client's base URL ends in a slash, the listing's does not)."""
    return jobstatus.get(f"{demo.urls['jobstatus']}/api/jobs?{query}")


def held_job(demo: DemoProcess, count: int = 4) -> str:
    """A job that is active and waits at its gate."""
    job_id = demo.submit("jobstatus", "hash-files", gate="held", package="json", count=count)
    demo.wait_state(job_id, "running")
    return job_id


def test_j1_an_active_job_in_full(demo: DemoProcess, jobstatus: httpx.Client) -> None:
    job_id = held_job(demo)
    demo.control("POST", f"/step/{job_id}?n=1")
    demo.wait_done(job_id, 1)
    body = jobstatus.get(f"/{job_id}").json()
    assert set(body) == {"job", "queueStats", "timestamp"}
    assert set(body["queueStats"]) == {"waiting", "active", "completed", "failed"}
    job = body["job"]
    assert set(job) == FIELDS
    assert (job["status"], job["progress"], job["attemptsMade"]) == ("active", 25, 1)
    assert job["processedOn"].startswith("crawl-") and job["finishedAt"] is None
    jobstatus.delete(f"/{job_id}").raise_for_status()


def test_j6_logs_metrics_and_pages_are_real(demo: DemoProcess, jobstatus: httpx.Client) -> None:
    job_id = demo.submit("jobstatus", "hash-files", package="json", count=3)
    demo.wait_state(job_id, "completed")
    job = jobstatus.get(f"/{job_id}").json()["job"]
    assert any("sha256" in line for line in job["logs"])
    assert set(job["metrics"]) >= {"processingTime", "pagesProcessed", "errorsEncountered"}
    assert job["metrics"]["processingTime"] > 0
    assert (job["data"]["totalPages"], job["data"]["processedPages"]) == (3, 3)
    assert job["returnvalue"]["files_hashed"] == 3


def test_j6_the_log_of_a_failed_job_ends_with_its_traceback(demo: DemoProcess, jobstatus: httpx.Client) -> None:
    job_id = demo.submit("jobstatus", "broken-archive", package="json", count=3, format="tar")
    demo.wait_state(job_id, "failed")
    job = jobstatus.get(f"/{job_id}").json()["job"]
    assert job["failedReason"].startswith("EOFError: ")
    assert "Traceback (most recent call last):" in job["logs"]
    assert job["logs"][-1].startswith("EOFError: ")


def test_j2_a_job_without_a_heartbeat_is_stuck(demo: DemoProcess, jobstatus: httpx.Client) -> None:
    job_id = demo.submit("jobstatus", "wait-for-lock", package="json", count=2)
    demo.wait_state(job_id, "stuck")
    assert jobstatus.get(f"/{job_id}").json()["job"]["status"] == "stuck"
    refused = jobstatus.put(f"/{job_id}", json={"action": "pause"})
    assert refused.json() == {"error": "Failed to pause job", "details": "Job is stuck"}
    demo.control("POST", f"/release/{job_id}")
    demo.wait_state(job_id, "completed")


def test_j2_a_stalled_job_is_stuck_and_can_be_deleted(demo: DemoProcess, jobstatus: httpx.Client) -> None:
    job_id = held_job(demo)
    demo.control("POST", f"/stall/{job_id}")
    demo.wait_state(job_id, "stuck")
    assert jobstatus.delete(f"/{job_id}").status_code == 200


def test_j3_pause_and_resume_an_active_job_keeps_what_is_done(demo: DemoProcess, jobstatus: httpx.Client) -> None:
    job_id = held_job(demo)
    demo.control("POST", f"/step/{job_id}?n=2")
    demo.wait_done(job_id, 2)
    paused = jobstatus.put(f"/{job_id}", json={"action": "pause"}).json()
    assert (paused["success"], paused["message"]) == (True, "Job paused successfully")
    assert (paused["job"]["id"], paused["job"]["status"]) == (job_id, "paused")
    assert set(paused["job"]) == {"id", "status", "updatedAt"} and "timestamp" in paused
    demo.control("POST", f"/release/{job_id}")
    assert jobstatus.get(f"/{job_id}").json()["job"]["progress"] == 50
    resumed = jobstatus.put(f"/{job_id}", json={"action": "resume"}).json()
    assert resumed["message"] == "Job resumed successfully"
    assert demo.wait_state(job_id, "completed")["attempts"] == 1


def test_j3_a_waiting_job_can_be_paused_and_cancelled(demo: DemoProcess, jobstatus: httpx.Client) -> None:
    body = {"face": "jobstatus", "kind": "hash-files", "delay": 600}
    job_id = demo.control("POST", "/submit", body)["id"]
    assert jobstatus.get(f"/{job_id}").json()["job"]["status"] == "waiting"
    assert jobstatus.put(f"/{job_id}", json={"action": "pause"}).json()["job"]["status"] == "paused"
    cancelled = jobstatus.put(f"/{job_id}", json={"action": "cancel"}).json()
    assert cancelled["message"] == "Job cancelled successfully"
    assert jobstatus.get(f"/{job_id}").json() == {"error": "Job not found"}


@pytest.mark.parametrize("action", ["pause", "resume", "cancel"])
def test_j3_a_completed_job_refuses_every_action(demo: DemoProcess, jobstatus: httpx.Client, action: str) -> None:
    job_id = demo.submit("jobstatus", "hash-files", package="json", count=1)
    demo.wait_state(job_id, "completed")
    refused = jobstatus.put(f"/{job_id}", json={"action": action})
    assert refused.status_code == 400
    details = "Job is not paused" if action == "resume" else "Job is already completed"
    assert refused.json() == {"error": f"Failed to {action} job", "details": details}


@pytest.mark.parametrize("body", ["{}", '{"action": "stop"}', '{"action": 1}', "[]", "{", ""])
def test_j5_a_bad_body_is_400(demo: DemoProcess, jobstatus: httpx.Client, body: str) -> None:
    job_id = demo.submit("jobstatus", "hash-files", package="json", count=1)
    answer = jobstatus.put(f"/{job_id}", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()) == (400, BAD_ACTION)


@pytest.mark.parametrize("path", ["/", "/%20"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_j5_a_missing_id_is_400(jobstatus: httpx.Client, method: str, path: str) -> None:
    body = {"action": "pause"} if method == "PUT" else None
    answer = jobstatus.request(method, path, json=body)
    assert (answer.status_code, answer.json()) == (400, {"error": "Job ID is required"})


def test_j5_an_unknown_job_is_404(jobstatus: httpx.Client) -> None:
    missing = {"error": "Job not found"}
    assert jobstatus.get("/nobody").json() == missing
    assert jobstatus.put("/nobody", json={"action": "pause"}).json() == missing
    deleted = jobstatus.delete("/nobody")
    assert deleted.status_code == 404
    assert deleted.json() == {"error": "Failed to cancel job or job not found"}


def test_j5_a_broken_queue_system_is_500_with_details(demo: DemoProcess, jobstatus: httpx.Client) -> None:
    demo.control("POST", "/fault", {"face": "jobstatus", "mode": "500"})
    try:
        answer = jobstatus.get("/anything")
    finally:
        demo.control("POST", "/fault", {"face": "jobstatus", "mode": None})
    assert answer.status_code == 500
    assert answer.json() == {
        "error": "Failed to fetch job status",
        "details": "Queue system temporarily unavailable",
    }


def test_j4_delete_cancels_and_removes(demo: DemoProcess, jobstatus: httpx.Client) -> None:
    job_id = held_job(demo)
    body = jobstatus.delete(f"/{job_id}").json()
    assert (body["success"], body["message"], body["jobId"]) == (True, "Job cancelled successfully", job_id)
    assert jobstatus.get(f"/{job_id}").status_code == 404


def test_j4_a_completed_job_cannot_be_cancelled(demo: DemoProcess, jobstatus: httpx.Client) -> None:
    job_id = demo.submit("jobstatus", "hash-files", package="json", count=1)
    demo.wait_state(job_id, "completed")
    assert jobstatus.delete(f"/{job_id}").status_code == 404


def test_j7_the_rate_limit_answers_429_with_retry_after(demo: DemoProcess, jobstatus: httpx.Client) -> None:
    demo.control("POST", "/limit", {"face": "jobstatus", "per_second": 2})
    try:
        answers = [listing(demo, jobstatus) for _ in range(4)]
    finally:
        demo.control("POST", "/limit", {"face": "jobstatus", "per_second": None})
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert answers[-1].headers["retry-after"] == "1"
    assert listing(demo, jobstatus).status_code == 200


def test_j9_the_listing_is_newest_first_and_filtered(demo: DemoProcess, jobstatus: httpx.Client) -> None:
    older = demo.submit("jobstatus", "hash-files", package="json", count=1)
    newer = demo.submit("jobstatus", "hash-files", package="json", count=1)
    demo.wait_state(older, "completed")
    demo.wait_state(newer, "completed")
    page = listing(demo, jobstatus, "status=completed&limit=2").json()
    assert [job["id"] for job in page["jobs"]] == [newer, older]
    assert page["total"] >= 2 and (page["limit"], page["offset"]) == (2, 0)
    second = listing(demo, jobstatus, "status=completed&limit=1&offset=1").json()
    assert [job["id"] for job in second["jobs"]] == [older]


def test_j9_the_listing_tells_what_has_changed_since_a_time(demo: DemoProcess, jobstatus: httpx.Client) -> None:
    older = demo.submit("jobstatus", "hash-files", package="json", count=1)
    demo.wait_state(older, "completed")
    now = listing(demo, jobstatus, "limit=1").json()["timestamp"]
    newer = demo.submit("jobstatus", "hash-files", package="json", count=1)
    demo.wait_state(newer, "completed")
    page = listing(demo, jobstatus, f"updatedSince={now}").json()
    ids = [job["id"] for job in page["jobs"]]
    assert newer in ids and older not in ids
    assert (page["updatedSince"], page["total"]) == (now, len(ids))


@pytest.mark.parametrize("query", ["status=odd", "limit=0", "limit=501", "limit=x", "offset=-1", "updatedSince=today"])
def test_j9_a_bad_listing_query_is_400(demo: DemoProcess, jobstatus: httpx.Client, query: str) -> None:
    answer = listing(demo, jobstatus, query)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "details"}
