"""Mend: a key in a header of its own, places in the queue, submission, streams and webhooks."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from jobdash.cli.watched import listening
from jobdash.client.registry import Registry
from jobdash.client.secret import Literal, Secret
from jobdash.client.webhook import Webhook, WebhookSettings
from jobdash.config.models import Config, WebhookTable
from jobdash.demo.queues import QUEUES
from jobdash.dialects.mapping.load import load_mapping
from jobdash.engine.life import UNAUTHORISED_WAIT
from jobdash.engine.monitor import Monitor
from jobdash.model.job import JobKey
from jobdash.model.server import Delivery, Phase
from jobdash.model.state import State
from tests.behaviours.answers import in_turn
from tests.behaviours.conftest import NAME, Show, Watch, told
from tests.cli.conftest import Cli
from tests.client.scripted import answer, serving
from tests.demo_process import DemoProcess
from tests.engine.leaping_clock import LeapingClock
from tests.faults.conftest import until
from tests.screen_text import screen_text, shows

RESIZE = {"source_bucket": "in", "source_key": "photo.ppm", "dest_bucket": "out", "dest_key": "x.ppm"}
POLLED: dict[str, Any] = {"paths": {}}


def resize(demo: DemoProcess, **more: object) -> str:
    """Submits as an application would."""
    body = {**RESIZE, "width": 80, "height": 60, **more}
    url, headers = f"{demo.urls['mend']}/api/v1/jobs/image/resize", {"X-API-Key": demo.keys["mend"]}
    id: str = httpx.post(url, json=body, headers=headers, trust_env=False).json()["job_id"]
    return id


def resizers() -> int:
    return next(queue.workers for queue in QUEUES if queue.name == "images")


async def test_m1_every_field_is_read(demo: DemoProcess, watch: Watch) -> None:
    id = resize(demo, quality=85)
    demo.wait_state(id, "completed")
    async with watch("mend", id) as watching:
        job = await watching.becomes(id, State.COMPLETED)
        assert (job.type, job.label, job.results) == ("image_resize", "photo.ppm", ("s3://out/x.ppm",))
        assert job.created_at is not None
        assert job.updated_at is not None
        assert job.finished_at is not None
        detail = await watching.looked_at(id)
        assert detail.data["parameters"] == {"width": 80, "height": 60, "quality": 85}
        assert detail.data["source_bucket"] == "in"
        assert detail.data["dest_key"] == "x.ppm"
        assert detail.result["output_url"] == "s3://out/x.ppm"
        assert {"duration", "file_size"} <= detail.metrics.keys()


async def test_m2_failed_says_why_and_both_kinds_of_pending_are_told_apart(demo: DemoProcess, watch: Watch) -> None:
    bad = resize(demo, source_key="images/input.jpg")
    demo.wait_state(bad, "failed")
    held = [demo.submit("mend", "resize-image", gate="held") for _ in range(resizers())]
    for id in held:
        demo.wait_state(id, "running")
    waiting = resize(demo)
    async with watch("mend", bad, held[0], waiting) as watching:
        assert (await watching.becomes(bad, State.FAILED)).error
        assert (await watching.becomes(held[0], State.RUNNING)).native_state == "processing"
        assert (await watching.becomes(waiting, State.PENDING)).queue_position == 1
    async with (
        serving(in_turn({"id": "new", "status": "pending"})) as server,
        watch("mend", "new", about={"url": server.url, **POLLED}) as watching,
    ):
        assert (await watching.becomes("new", State.PENDING)).queue_position is None


async def test_m3_place_and_wait_are_shown_and_counted_down(demo: DemoProcess, show: Show) -> None:
    held = [demo.submit("mend", "resize-image", gate="held") for _ in range(resizers())]
    for id in held:
        demo.wait_state(id, "running")
    first, second = resize(demo), resize(demo)
    async with show("mend", second, about=POLLED) as (pilot, _):
        await shows(pilot, "◌ pending", "place in the queue", "#2")
        await told(demo, "DELETE", f"/jobs/{first}")
        await shows(pilot, "#1")
        await told(demo, "POST", f"/finish/{held[0]}")
        await shows(pilot, "✔ completed")


async def test_m3_the_wait_is_counted_down_between_two_answers(demo: DemoProcess, show: Show) -> None:
    waiting = {"id": "j", "status": "pending", "queue_position": 5, "estimated_wait_seconds": 30}
    slow = {"poll": 60.0}
    async with (
        serving(in_turn(waiting)) as server,
        show("mend", "j", limits=slow, about={"url": server.url, **POLLED}) as (pilot, _),
    ):
        await shows(pilot, "place in the queue: #5")
        await shows(pilot, "place in the queue: #5, ~27s")
        assert len(server.received) <= 3


@pytest.mark.usefixtures("config")
def test_m4_any_operation_can_be_submitted(cli: Cli, demo: DemoProcess) -> None:
    places = [f"{name}={value}" for name, value in RESIZE.items()]
    ran = cli("submit", "media", "resize", *places, "width=64", "height=48")
    assert ran.code == 0, ran
    assert demo.job(ran.lines[0].partition("/")[2])["kind"] == "resize-image"
    places[1] = "source_key=json"
    ran = cli("submit", "media", "operation", "operation=media/checksum", *places, 'parameters={"count": 2}')
    assert ran.code == 0, ran
    assert demo.job(ran.lines[0].partition("/")[2])["kind"] == "hash-files"


async def test_m5_it_is_polled_every_two_seconds_and_a_stuck_job_is_overdue(demo: DemoProcess, watch: Watch) -> None:
    assert Registry(load_mapping).make("mend", NAME).poll == 2
    id = demo.submit("mend", "resize-image", gate="held")
    limits = {"poll": 0.1, "deadline": 1.0}
    async with watch("mend", id, limits=limits, about=POLLED) as watching:
        await watching.until(lambda: watching.state(id) is State.RUNNING and watching.known(id).overdue)
        assert watching.status.delivery is Delivery.POLL
        await told(demo, "POST", f"/finish/{id}")
        await watching.becomes(id, State.COMPLETED)


async def test_m6_a_webhook_updates_its_job_at_once(demo: DemoProcess, watch: Watch) -> None:
    said: list[str] = []
    hooks: list[Webhook] = []

    async def listen(monitor: Monitor) -> None:
        settings = WebhookSettings(secret=Literal(Secret("open-sesame")), port=0)
        hooks.append(Webhook(settings, monitor.delivered, said.append))
        await hooks[0].run()

    slow = {"poll": 60.0, "rate": 100}
    async with watch("mend", limits=slow, about=POLLED, companions=[listen]) as watching:
        await watching.until(lambda: hooks and hooks[0].url)
        url = str(hooks[0].url)
        id = await asyncio.to_thread(resize, demo, webhook_url=url, webhook_secret="open-sesame")
        await watching.becomes(id, State.COMPLETED)
        other = await asyncio.to_thread(resize, demo, webhook_url=f"{url}/{NAME}", webhook_secret="wrong")
        await watching.until(lambda: hooks[0].refused)
        assert watching.job(other) is None
        assert (hooks[0].taken, len(said)) == (1, 1)
        assert "open-sesame" not in said[0]


async def test_m6_a_refused_webhook_is_told_on_the_screen(demo: DemoProcess, show: Show) -> None:
    hooks: list[Webhook] = []

    async def listen(monitor: Monitor) -> None:
        settings = WebhookSettings(secret=Literal(Secret("open-sesame")), port=0)
        hooks.append(Webhook(settings, monitor.delivered, monitor.notice))
        await hooks[0].run()

    async with show("mend", companions=[listen]) as (pilot, monitor):
        await shows(pilot, "prod")
        await asyncio.wait_for(hooks[0].listening.wait(), 5)
        async with httpx.AsyncClient(trust_env=False) as http:
            assert (await http.post(str(hooks[0].url), json={"id": "x"})).status_code == 401
        await shows(pilot, "a webhook was refused")
        assert monitor.total() == 0


async def test_m6_health_says_where_webhooks_are_taken_and_how_many_came(
    demo: DemoProcess, show: Show, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("open-sesame")
    secret.chmod(0o600)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = Config(webhook=WebhookTable(file=str(secret), port=port), file=tmp_path / "config.toml")
    async with show("mend", companions=listening(config)) as (pilot, monitor):
        await pilot.press("h")
        url = f"http://127.0.0.1:{port}/webhook/{NAME}"
        await shows(pilot, f"webhooks: taken at {url}   0 so far")
        async with httpx.AsyncClient(trust_env=False) as http:
            assert (await http.post(url, json={"id": "x"})).status_code == 401
            news, key = {"id": "x", "status": "completed"}, {"X-Webhook-Secret": "open-sesame"}
            assert (await http.post(url, json=news, headers=key)).status_code == 204
        assert "open-sesame" not in await shows(pilot, "1 so far   1 refused of all")
        assert monitor.total() == 1


async def test_m6_health_says_when_nobody_listens(demo: DemoProcess, show: Show, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        table = WebhookTable(file="nowhere", port=taken.getsockname()[1])
        config = Config(webhook=table, file=tmp_path / "config.toml")
        async with show("mend", companions=listening(config)) as (pilot, _):
            await pilot.press("h")
            await shows(pilot, "webhooks: nobody listens")


async def test_m7_events_come_from_a_path_that_a_person_configures(demo: DemoProcess, show: Show) -> None:
    id = demo.submit("mend", "hash-files", queue="media", gate="held", package="json", count=4)
    async with show("mend", id, about={"paths": {"stream": "/{id}/events"}}) as (pilot, _):
        await shows(pilot, "SSE", "▶ running")
        await told(demo, "POST", f"/finish/{id}")
        await shows(pilot, "✔ completed")


async def test_m8_how_long_jobs_took_is_shown(demo: DemoProcess, show: Show) -> None:
    id = resize(demo)
    demo.wait_state(id, "completed")
    async with show("mend", id) as (pilot, _):
        await shows(pilot, "✔ completed", "duration", "file_size")


@pytest.mark.parametrize("key", ["", "wrong-key-4711"])
async def test_m9_a_refused_key_is_said_once_and_never_shown(demo: DemoProcess, show: Show, key: str) -> None:
    id = resize(demo)
    async with serving(in_turn(answer(json.dumps({"error": f"API key {key} is not valid"}), "403 X"))) as server:
        about, clock = {"url": server.url, "key": key, **POLLED}, LeapingClock()
        async with show("mend", id, "b", "c", about=about, clock=clock) as (pilot, monitor):
            await shows(pilot, "unauthorised")
            for _ in range(10):
                await clock.leap(UNAUTHORISED_WAIT / 20)
            assert len(server.received) <= 3
            assert monitor.servers()[0].status.phase is Phase.UNAUTHORISED
            text = screen_text(pilot.app)
            assert "wrong-key-4711" not in text
            assert "wrong-key-4711" not in repr(monitor.servers())
            due = monitor.servers()[0].status.next_try_at or 0.0
            await pilot.press("r")
            await until(lambda: (monitor.servers()[0].status.next_try_at or 0.0) > due, "the try that was wished for")
            assert len(server.received) <= 4
            assert monitor.job(JobKey(NAME, id)) is None
