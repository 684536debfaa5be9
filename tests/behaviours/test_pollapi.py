"""Poll API: one address a job, polled a limited number of times."""

from __future__ import annotations

import pytest

from jobdash.client.registry import Registry
from jobdash.dialects.mapping.load import load_mapping
from jobdash.headless.codes import TIMED_OUT
from jobdash.model.job import JobKey
from jobdash.model.server import Phase
from jobdash.model.state import State
from tests.behaviours.answers import in_turn
from tests.behaviours.conftest import NAME, Show, Watch
from tests.cli.conftest import Cli
from tests.client.scripted import Peer, Received, answer, serving
from tests.demo_process import DemoProcess
from tests.screen_text import hides, shows

BUSY = {"jobId": "abc-123", "status": "processing", "progress": 50}


@pytest.mark.parametrize("base", ["", "/api/job-status", "/deep/down/below"])
async def test_p1_a_job_is_read_below_any_base(demo: DemoProcess, watch: Watch, base: str) -> None:
    ended = {"jobId": "abc-123", "status": "completed", "progress": 100, "result": {"output": "processed"}}
    async with (
        serving(in_turn(BUSY, ended)) as server,
        watch("pollapi", "abc-123", about={"url": server.url, "base": base}) as watching,
    ):
        await watching.becomes("abc-123", State.COMPLETED)
        assert (await watching.looked_at("abc-123")).result == {"output": "processed"}
        assert watching.known("abc-123").progress == 100
    assert set(server.targets) == {f"{base}/abc-123"}


async def test_p1_the_demo_is_read_to_the_end(demo: DemoProcess, show: Show) -> None:
    id = demo.submit("pollapi", "index-modules", package="json", count=2)
    async with show("pollapi", id) as (pilot, _):
        await shows(pilot, "✔ completed")
        await pilot.press("right_square_bracket", "right_square_bracket", "right_square_bracket")
        await shows(pilot, "functions")


@pytest.mark.usefixtures("config")
def test_p2_interval_and_limit_are_settable(cli: Cli, demo: DemoProcess) -> None:
    id = demo.submit("pollapi", "index-modules", gate="held")
    ran = cli("wait", f"index/{id}", "--interval", "0.05", "--max-attempts", "3")
    assert "timed out after 3 attempts" in ran.err
    assert ran.code == TIMED_OUT


async def test_p2_the_first_poll_is_at_once_and_the_limit_is_told(demo: DemoProcess, show: Show) -> None:
    dialect = Registry(load_mapping).make("pollapi", NAME)
    assert (dialect.poll, dialect.poll_limit) == (2, 30)
    async with (
        serving(in_turn(BUSY)) as server,
        show("pollapi", "abc-123", limits={"poll": 0.05}, about={"url": server.url}) as (pilot, monitor),
    ):
        await shows(pilot, "50%")
        text = await shows(pilot, "timed out after 30")
        assert "▶ running" in text
        job = monitor.job(JobKey(NAME, "abc-123"))
        assert job is not None
        assert job.overdue
        assert len(server.received) >= 30


async def test_p2_the_limit_is_told_and_changed_on_the_screen(demo: DemoProcess, show: Show) -> None:
    async with (
        serving(in_turn(BUSY)) as server,
        show("pollapi", "j", limits={"poll": 0.05, "attempts": 4}, about={"url": server.url}) as (pilot, monitor),
    ):
        await shows(pilot, "timed out after 4", "it is watched on")
        await pilot.press("number_sign")
        await shows(pilot, "Attempts on prod", "now asked about 4 times", "0 for no limit")
        await pilot.press("x", "enter")
        await shows(pilot, "a whole number up to 1,000,000 is expected")
        await pilot.press("number_sign", "0", "enter")
        await hides(pilot, "timed out after 4")
        job = monitor.job(JobKey(NAME, "j"))
        assert job is not None
        assert not job.overdue
        asked = len(server.received)
        while len(server.received) < asked + 5:
            await pilot.pause(0.05)
        assert monitor.attempts(NAME) is None
        await pilot.press("number_sign", *"12", "enter")
        await shows(pilot, "timed out after 12")


async def test_p3_an_attempt_that_failed_is_followed_by_another(demo: DemoProcess, watch: Watch) -> None:
    async def script(request: Received, peer: Peer) -> None:
        number = len(server.received)
        if number == 2:
            peer.cut()
        elif number in (3, 4):
            await peer.send(answer('{"errorMessage": "later"}', "502 Bad Gateway"))
        else:
            await peer.send(answer('{"jobId": "j", "status": "%s"}' % ("pending" if number < 5 else "completed")))

    async with serving(script) as server, watch("pollapi", "j", about={"url": server.url}) as watching:
        await watching.becomes("j", State.COMPLETED)
        assert watching.status.phase is Phase.LIVE
    assert 5 <= len(server.received) <= 8


@pytest.mark.parametrize(
    ("body", "words"),
    [({"errorMessage": "Input invalid"}, "Input invalid"), ({}, "Unknown error"), ({"errorMessage": ""}, "Unknown")],
)
async def test_p4_a_failed_job_says_why(demo: DemoProcess, show: Show, body: dict[str, str], words: str) -> None:
    async with (
        serving(in_turn({"jobId": "j", "status": "failed", **body})) as server,
        show("pollapi", "j", about={"url": server.url}) as (pilot, _),
    ):
        await shows(pilot, "✖ failed", words)
