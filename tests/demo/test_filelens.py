"""The FileLens face says what its document says (F1 to F6 of the numbered behaviours)."""

from __future__ import annotations

import httpx
import pytest

from tests.demo_process import DemoProcess


def preview(demo: DemoProcess, filelens: httpx.Client, kind: str = "png") -> dict[str, object]:
    """Submit a preview of a real file and follow it to its end."""
    body = {"input": "textwrap.py", "output_format": kind, "options": {"all_pages": True}}
    submitted = filelens.post("/preview/async", json=body).json()
    demo.wait_state(submitted["job_id"], "completed")
    status: dict[str, object] = filelens.get(f"/preview/status/{submitted['job_id']}").json()
    return status


def test_f3_a_submission_answers_with_the_documented_fields(demo: DemoProcess, filelens: httpx.Client) -> None:
    body = {"input": "this.py", "output_format": "txt", "options": {}}
    answer = filelens.post("/preview/async", json=body).json()
    job_id = answer.pop("job_id")
    assert answer == {
        "success": True,
        "message": "Job created successfully",
        "preview_urls": None,
        "total_pages": None,
    }
    demo.wait_state(job_id, "completed")
    status = filelens.get(f"/preview/status/{job_id}").json()
    assert (status["total_pages"], status["progress"]) == (1, 100)


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"output_format": "png"}, 400, "input is required"),
        ({"input": "this.py", "options": 3}, 400, "options must be a JSON object"),
        ({"input": "this.py", "output_format": "docx"}, 200, "Unsupported output format: docx"),
        ({"input": "https://example.com/a.pdf"}, 200, "Only files of this server can be previewed"),
    ],
)
def test_f3_a_bad_submission_is_success_false(
    filelens: httpx.Client, body: dict[str, object], status: int, message: str
) -> None:
    answer = filelens.post("/preview/async", json=body)
    assert answer.status_code == status
    assert answer.json()["success"] is False
    assert answer.json()["message"].startswith(message)
    assert answer.json()["job_id"] is None


def test_f1_f2_states_from_pending_to_completed(demo: DemoProcess, filelens: httpx.Client) -> None:
    body = {"face": "filelens", "kind": "preview-document", "params": {"input": "textwrap.py"}}
    waiting = demo.control("POST", "/submit", {**body, "delay": 600})["id"]
    pending = filelens.get(f"/preview/status/{waiting}").json()
    assert pending["status"] == "pending" and "progress" not in pending
    demo.control("DELETE", f"/jobs/{waiting}")
    job_id = demo.control("POST", "/submit", {**body, "gate": "held"})["id"]
    demo.wait_state(job_id, "running")
    demo.control("POST", f"/step/{job_id}?n=2")
    demo.wait_done(job_id, 1)
    status = filelens.get(f"/preview/status/{job_id}").json()
    assert status["status"] == "processing" and 0 < status["progress"] < 100
    assert status["message"].startswith("Rendering page 2 of ")
    assert (status["total_pages"], status["result_urls"]) == (None, None)
    demo.control("POST", f"/finish/{job_id}")
    demo.wait_state(job_id, "completed")


def test_f6_every_result_can_be_downloaded_whole_and_in_ranges(demo: DemoProcess, filelens: httpx.Client) -> None:
    status = preview(demo, filelens)
    urls = status["result_urls"]
    assert isinstance(urls, list) and len(urls) == status["total_pages"]
    whole = filelens.get(urls[0])
    assert whole.content.startswith(b"\x89PNG") and whole.headers["content-type"] == "image/png"
    part = filelens.get(urls[0], headers={"Range": "bytes=0-7"})
    assert (part.status_code, part.content) == (206, whole.content[:8])
    assert part.headers["content-range"] == f"bytes 0-7/{len(whole.content)}"


@pytest.mark.parametrize("kind", ["html", "txt"])
def test_f6_text_previews_hold_the_document_s_text(demo: DemoProcess, filelens: httpx.Client, kind: str) -> None:
    urls = preview(demo, filelens, kind)["result_urls"]
    assert isinstance(urls, list)
    assert "Text wrapping and filling" in filelens.get(urls[0]).text


def test_f6_results_are_gone_after_their_time(demo: DemoProcess, filelens: httpx.Client) -> None:
    status = preview(demo, filelens)
    demo.control("POST", f"/expire/{status['job_id']}")
    urls = status["result_urls"]
    assert isinstance(urls, list)
    assert filelens.get(urls[0]).status_code == 410
    assert filelens.get(f"/files/{status['job_id']}/other.png").status_code == 404


@pytest.mark.parametrize(
    ("name", "message"),
    [("truncated.zip", "zipfile.BadZipFile: "), ("../secret.txt", "Input not found: ../secret.txt")],
)
def test_f1_bad_input_fails_with_a_message(demo: DemoProcess, filelens: httpx.Client, name: str, message: str) -> None:
    job_id = filelens.post("/preview/async", json={"input": name}).json()["job_id"]
    demo.wait_state(job_id, "failed")
    status = filelens.get(f"/preview/status/{job_id}").json()
    assert status["status"] == "failed" and status["message"].startswith(message)


def test_an_unknown_job_is_404(filelens: httpx.Client) -> None:
    answer = filelens.get("/preview/status/nobody")
    assert answer.status_code == 404
    assert answer.json() == {"success": False, "message": "Job nobody not found"}
