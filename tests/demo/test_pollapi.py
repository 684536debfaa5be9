"""The Poll API face says what its document says (P1 and P4 of the numbered behaviours)."""

from __future__ import annotations

import httpx

from tests.demo_process import DemoProcess


def test_p1_a_started_job_is_followed_to_its_result(demo: DemoProcess, pollapi: httpx.Client) -> None:
    started = pollapi.post("/start-async-job", json={"package": "json", "count": 3}).json()
    assert set(started) == {"jobId"}
    demo.wait_state(started["jobId"], "completed")
    job = pollapi.get(f"/job-status/{started['jobId']}").json()
    assert set(job) == {"jobId", "status", "progress", "result"}
    assert (job["status"], job["progress"], job["result"]["modules"]) == ("completed", 100, 3)


def test_p1_a_job_can_be_started_without_a_body(demo: DemoProcess, pollapi: httpx.Client) -> None:
    job_id = pollapi.post("/start-async-job").json()["jobId"]
    demo.wait_state(job_id, "completed")


def test_p1_the_states_before_the_end(demo: DemoProcess, pollapi: httpx.Client) -> None:
    job_id = demo.submit("pollapi", "index-modules", gate="held", package="json", count=2)
    demo.wait_state(job_id, "running")
    demo.control("POST", f"/step/{job_id}")
    demo.wait_done(job_id, 1)
    job = pollapi.get(f"/job-status/{job_id}").json()
    assert job == {"jobId": job_id, "status": "processing", "progress": 50}
    demo.control("POST", f"/finish/{job_id}")
    demo.wait_state(job_id, "completed")


def test_p4_a_failed_job_tells_why(demo: DemoProcess, pollapi: httpx.Client) -> None:
    job_id = pollapi.post("/start-async-job", json={"package": "json", "count": "many"}).json()["jobId"]
    demo.wait_state(job_id, "failed")
    job = pollapi.get(f"/job-status/{job_id}").json()
    assert job["status"] == "failed"
    assert job["errorMessage"] == "ValueError: count must be a whole number of at least 1, not 'many'"


def test_an_unknown_job_is_404_and_a_bad_body_400(pollapi: httpx.Client) -> None:
    assert pollapi.get("/job-status/nobody").json() == {"error": "Job nobody not found"}
    assert pollapi.get("/job-status/nobody").status_code == 404
    assert pollapi.post("/start-async-job", content="[").status_code == 400
