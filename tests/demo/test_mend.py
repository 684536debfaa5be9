"""The Mend face says what its document says (M1 to M9 of the numbered behaviours)."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from tests.demo_process import DemoProcess

PLACES = {
    "source_bucket": "demo-images",
    "source_key": "photo.ppm",
    "dest_bucket": "demo-images",
    "dest_key": "small.png",
}
RESIZE = {**PLACES, "width": 60, "height": 40}

Hook = tuple[dict[str, str], bytes]


@pytest.fixture
def receiver() -> Iterator[tuple[str, queue.SimpleQueue[Hook]]]:
    """A URL that takes webhooks, and what it received."""
    received: queue.SimpleQueue[Hook] = queue.SimpleQueue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.put((dict(self.headers), body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook", received
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("headers", "status"), [({}, 401), ({"X-API-Key": ""}, 403), ({"X-API-Key": "wrong"}, 403)])
def test_m9_without_the_right_key_nothing_is_said(demo: DemoProcess, headers: dict[str, str], status: int) -> None:
    url = f"{demo.urls['mend']}/api/v1/jobs/any"
    answer = httpx.get(url, headers=headers, trust_env=False)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}


def test_m1_m4_a_resized_picture(demo: DemoProcess, mend: httpx.Client) -> None:
    job_id = mend.post("/image/resize", json=RESIZE).json()["job_id"]
    demo.wait_state(job_id, "completed")
    job = mend.get(f"/{job_id}").json()
    assert set(job) == {
        "id",
        "type",
        "status",
        *PLACES,
        "parameters",
        "result",
        "created_at",
        "updated_at",
        "completed_at",
        "duration_seconds",
    }
    assert (job["type"], job["parameters"]) == ("image_resize", {"width": 60, "height": 40})
    result = job["result"]
    assert result["output_url"] == "s3://demo-images/small.png" and result["file_size"] > 100
    assert result["metadata"] == {"width": 60, "height": 40, "format": "png"}


def test_m1_a_missing_source_fails_in_the_documented_words(demo: DemoProcess, mend: httpx.Client) -> None:
    body = {**RESIZE, "source_bucket": "my-bucket", "source_key": "images/input.jpg"}
    job_id = mend.post("/image/resize", json=body).json()["job_id"]
    assert demo.wait_state(job_id, "failed")["attempts"] == 3
    job = mend.get(f"/{job_id}").json()
    assert job["error"] == "Source file not found: s3://my-bucket/images/input.jpg"
    assert not {"result", "completed_at", "queue_position"} & set(job)


@pytest.mark.parametrize("operation", ["checksum", "compress", "archive"])
def test_m4_other_operations(demo: DemoProcess, mend: httpx.Client, operation: str) -> None:
    job_id = mend.post(f"/media/{operation}", json={**PLACES, "source_key": "json", "count": 2}).json()["job_id"]
    demo.wait_state(job_id, "completed")
    assert mend.get(f"/{job_id}").json()["type"] == f"media_{operation}"


@pytest.mark.parametrize(
    ("path", "change", "status", "error"),
    [
        ("/image/sharpen", {}, 404, "Unknown operation: image/sharpen"),
        ("/image/resize", {"source_key": None}, 400, "source_key is required"),
        ("/image/resize", {"width": 0}, 400, "width must be a whole number from 1 to 1000"),
        ("/image/resize", {"webhook_url": "http://example.com/"}, 400, "webhook_url must be"),
    ],
)
def test_m4_a_bad_submission_is_refused(
    mend: httpx.Client, path: str, change: dict[str, object], status: int, error: str
) -> None:
    answer = mend.post(path, json={**RESIZE, **change})
    assert answer.status_code == status
    assert answer.json()["error"].startswith(error)


def test_m3_pending_jobs_know_their_place_and_their_wait(demo: DemoProcess, mend: httpx.Client) -> None:
    held = [demo.submit("mend", "resize-image", gate="held") for _ in range(2)]
    for job_id in held:
        demo.wait_state(job_id, "running")
    first, second = (mend.post("/image/resize", json=RESIZE).json()["job_id"] for _ in range(2))
    jobs = [mend.get(f"/{job_id}").json() for job_id in (first, second)]
    assert [job["queue_position"] for job in jobs] == [1, 2]
    assert all(job["status"] == "pending" and job["estimated_wait_seconds"] >= 1 for job in jobs)
    urgent = demo.submit("mend", "resize-image", priority=1)
    assert mend.get(f"/{urgent}").json()["queue_position"] == 1
    assert mend.get(f"/{first}").json()["queue_position"] == 2
    for job_id in held:
        demo.control("POST", f"/finish/{job_id}")
    for job_id in (first, second, urgent):
        demo.wait_state(job_id, "completed")
    assert "queue_position" not in mend.get(f"/{first}").json()


def test_m6_the_webhook_is_signed_and_carries_the_job(
    demo: DemoProcess, mend: httpx.Client, receiver: tuple[str, queue.SimpleQueue[Hook]]
) -> None:
    url, received = receiver
    body = {**RESIZE, "webhook_url": url, "webhook_secret": "s3cret"}
    job_id = mend.post("/image/resize", json=body).json()["job_id"]
    headers, content = received.get(timeout=10)
    sent = {name.lower(): value for name, value in headers.items()}
    signature = hmac.new(b"s3cret", content, hashlib.sha256).hexdigest()
    assert sent["x-webhook-secret"] == "s3cret"
    assert sent["x-webhook-signature"] == f"sha256={signature}"
    assert (json.loads(content)["id"], json.loads(content)["status"]) == (job_id, "completed")
    assert "s3cret" not in mend.get(f"/{job_id}").text


def test_m7_events_tell_the_whole_job_to_its_end(demo: DemoProcess, mend: httpx.Client) -> None:
    job_id = mend.post("/image/resize", json=RESIZE).json()["job_id"]
    with mend.stream("GET", f"/{job_id}/events") as answer:
        seen = [json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: ")]
    assert {event["id"] for event in seen} == {job_id}
    assert seen[-1]["status"] == "completed" and "result" in seen[-1]


def test_an_unknown_job_is_404(mend: httpx.Client) -> None:
    answer = mend.get("/nobody")
    assert (answer.status_code, answer.json()) == (404, {"error": "Job nobody not found"})
