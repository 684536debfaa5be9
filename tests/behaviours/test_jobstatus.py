"""Job Status API: one job with its queue's counts; pause, resume, cancel, delete; a listing where there is one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jobdash.client.registry import Registry
from jobdash.dialects.mapping.load import load_mapping
from jobdash.engine.clock import SystemClock
from jobdash.engine.journal import Journal, Who, read
from jobdash.model.command import Action, Phase
from jobdash.model.server import Phase as Life
from jobdash.model.state import State
from tests.behaviours.answers import in_turn
from tests.behaviours.conftest import NAME, Show, Watch, told
from tests.client.scripted import Peer, Received, answer, serving
from tests.demo_process import DemoProcess
from tests.faults.fast_clock import FastClock
from tests.screen_text import shows


def held(demo: DemoProcess, count: int = 4) -> str:
    id = demo.submit("jobstatus", "hash-files", gate="held", package="json", count=count)
    demo.wait_state(id, "running")
    return id


async def test_j1_every_field_is_read(demo: DemoProcess, watch: Watch) -> None:
    id = demo.submit("jobstatus", "hash-files", package="json", count=2)
    bad = demo.submit("jobstatus", "missing-file", path="nowhere")
    demo.wait_state(id, "completed")
    demo.wait_state(bad, "failed")
    async with watch("jobstatus", id) as watching:
        job = await watching.becomes(id, State.COMPLETED)
        detail = await watching.looked_at(id)
        job = watching.known(id)
        assert (job.type, job.progress, job.attempts, job.priority) == ("hash-files", 100, 1, "normal")
        assert job.label == "stdlib:///json"
        assert None not in (job.created_at, job.started_at, job.finished_at, job.worker)
        assert detail.data["customerId"] == "jobdash-demo"
        assert isinstance(detail.result, dict)
        queue = watching.monitor.servers()[0].queue
        assert queue is not None
        assert None not in (queue.depth, queue.running, queue.completed, queue.failed)
        assert (await watching.becomes(bad, State.FAILED)).error


async def test_j2_every_state_is_shown_and_stuck_asks_for_a_person(demo: DemoProcess, show: Show) -> None:
    for word, shown in (
        ("waiting", "◌ pending"),
        ("active", "▶ running"),
        ("completed", "✔ completed"),
        ("failed", "✖ failed"),
        ("paused", "‖ paused"),
        ("stuck", "! stuck"),
    ):
        job = {"id": "j", "status": word, "type": "single-page"}
        async with serving(in_turn({"job": job, "queueStats": {}})) as server:
            about = {"url": server.url, "paths": {"list": "off"}}
            async with show("jobstatus", "j", about=about) as (pilot, _):
                await shows(pilot, shown, f"“{word}”" if word not in shown else word)


async def test_j3_pause_resume_and_cancel_where_the_state_allows_it(demo: DemoProcess, watch: Watch) -> None:
    id = held(demo)
    async with watch("jobstatus", id) as watching:
        await watching.becomes(id, State.RUNNING)
        refusal = watching.monitor.refusal(Action.RESUME, watching.known(id).key)
        assert refusal == "resume needs a job that is paused; this one is active"
        assert (await watching.carried_out(Action.PAUSE, id)).phase is Phase.CONFIRMED
        assert demo.job(id)["state"] == "paused"
        refusal = watching.monitor.refusal(Action.PAUSE, watching.known(id).key)
        assert refusal == "pause needs a job that is active or waiting; this one is paused"
        assert (await watching.carried_out(Action.RESUME, id)).phase is Phase.CONFIRMED
        outcome = await watching.carried_out(Action.CANCEL, id)
        assert outcome.phase is Phase.CONFIRMED
        assert "Job cancelled successfully" in outcome.message


async def test_j4_delete_cancels_and_removes(demo: DemoProcess, watch: Watch) -> None:
    id = held(demo)
    async with watch("jobstatus", id) as watching:
        await watching.becomes(id, State.RUNNING)
        outcome = await watching.carried_out(Action.DELETE, id)
        assert outcome.phase is Phase.CONFIRMED
        assert watching.monitor.is_gone(watching.known(id).key)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        ("400 X", {"error": "Failed to pause job", "details": "Job is already done"}, "Failed to pause job: Job is"),
        ("500 X", {"error": "Failed to fetch", "details": "Queue system unavailable"}, "Queue system unavailable"),
        ("404 X", {"error": "Job not found"}, "Job not found"),
    ],
)
async def test_j5_both_parts_of_an_error_reach_the_person(
    demo: DemoProcess, watch: Watch, status: str, body: dict[str, str], words: str
) -> None:
    job = json.dumps({"job": {"id": "j", "status": "active"}})

    async def script(request: Received, peer: Peer) -> None:
        said = answer(json.dumps(body), status) if request.method == "PUT" else answer(job)
        await peer.send(said)

    async with serving(script) as server:
        about = {"url": server.url, "paths": {"list": "off"}}
        async with watch("jobstatus", "j", about=about) as watching:
            await watching.becomes("j", State.RUNNING)
            outcome = await watching.carried_out(Action.PAUSE, "j")
            assert words in outcome.message
    assert sum(request.method == "PUT" for request in server.received) == 1


async def test_j6_logs_metrics_and_the_fraction_are_in_the_pane(demo: DemoProcess, show: Show) -> None:
    id = held(demo)
    await told(demo, "POST", f"/step/{id}?n=1")
    async with show("jobstatus", id) as (pilot, monitor):
        await shows(pilot, id[-8:])
        monitor.set_query(id)
        await shows(pilot, "1 of 4", "25%")
        await pilot.press("enter", "G")
        await shows(pilot, "processingTime", " ms", "pagesProcessed", "errorsEncountered", "logs")


async def test_j7_it_is_polled_every_five_seconds(demo: DemoProcess, show: Show) -> None:
    assert Registry(load_mapping).make("jobstatus", NAME).poll == 5
    async with show("jobstatus", limits={}) as (pilot, _):
        await shows(pilot, "POLL 5s")


async def test_j7_a_rate_limit_is_obeyed(demo: DemoProcess, watch: Watch) -> None:
    throttled = answer('{"error": "Too many requests"}', "429 X", retry_after="20")
    fine = {"jobs": [], "queueStats": {}, "total": 0}
    clock, asked, answers = FastClock(), list[float](), in_turn(fine, throttled, fine)

    async def script(request: Received, peer: Peer) -> None:
        asked.append(clock.monotonic())
        await answers(request, peer)

    async with (
        serving(script) as server,
        watch("jobstatus", limits={"poll": 0.1}, about={"url": server.url}, clock=clock) as watching,
    ):
        await watching.until(lambda: watching.status.phase is Life.THROTTLED)
        assert "Too many requests" in (watching.status.message or "")
        await watching.until(lambda: watching.status.phase is Life.LIVE)
        assert asked[2] - asked[1] >= 20


async def test_j8_every_action_is_in_the_audit_log(demo: DemoProcess, watch: Watch, tmp_path: Path) -> None:
    id, path = held(demo), tmp_path / "state" / "audit.jsonl"
    journal = Journal(path, Who("ann", "desk", "192.0.2.7"), SystemClock(), "1.0")
    async with watch("jobstatus", id, journal=journal) as watching:
        await watching.becomes(id, State.RUNNING)
        await watching.carried_out(Action.PAUSE, id)
    events = list(read(path))
    assert [event["phase"] for event in events] == ["sending", "accepted", "confirmed"]
    for event in events:
        about = (event["user"], event["host"], event["server"], event["job"], event["action"], event["seen"])
        assert about == ("ann", "desk", NAME, id, "pause", "active")
        assert event["at"].endswith("+00:00")
    assert "Job paused successfully" in events[1]["message"]
    assert path.stat().st_mode & 0o077 == 0


async def test_j8_what_cannot_be_written_down_is_not_done(demo: DemoProcess, watch: Watch, tmp_path: Path) -> None:
    id, blocked = held(demo), tmp_path / "file"
    blocked.write_text("no folder")
    journal = Journal(blocked / "audit.jsonl", Who("ann", "desk"), SystemClock())
    async with watch("jobstatus", id, journal=journal) as watching:
        await watching.becomes(id, State.RUNNING)
        outcome = await watching.carried_out(Action.CANCEL, id)
        assert outcome.phase is Phase.FAILED
        assert outcome.message.startswith("not sent: the audit log")
    assert demo.job(id)["state"] == "running"


async def test_j9_the_listing_is_at_a_path_that_a_person_configures(demo: DemoProcess, watch: Watch) -> None:
    id = held(demo)
    async with watch("jobstatus") as watching:
        await watching.becomes(id, State.RUNNING)
    listed = {"jobs": [{"id": "j", "status": "waiting"}], "total": 1}
    async with serving(in_turn(listed)) as server:
        about = {"url": server.url, "paths": {"list": "//admin/all-jobs"}}
        async with watch("jobstatus", about=about) as watching:
            await watching.becomes("j", State.PENDING)
    assert server.targets[0].startswith("/admin/all-jobs?")
