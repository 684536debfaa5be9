"""Compileo: status, long poll, event stream, queue statistics, cancel and restart."""

from __future__ import annotations

import asyncio
import json

import pytest

from jobdash.client.connection import Connection
from jobdash.client.dialect import Request
from jobdash.client.registry import Registry
from jobdash.client.retry import Retry
from jobdash.client.settings import ServerSettings, Timeouts
from jobdash.client.wire import LIMITS
from jobdash.dialects.mapping.load import load_mapping
from jobdash.engine.alerts.instant import figures_of, findings
from jobdash.engine.backoff import full_jitter
from jobdash.engine.metrics.place import Place
from jobdash.engine.orders import default_rules
from jobdash.engine.pace import Pace
from jobdash.engine.streams import REST
from jobdash.model.command import Action, Phase
from jobdash.model.server import Delivery
from jobdash.model.state import State
from tests.behaviours.answers import by_path, in_turn
from tests.behaviours.conftest import QUICK, Show, Watch, told
from tests.cli.conftest import Cli
from tests.client.scripted import STREAM, Peer, Received, answer, serving
from tests.demo_process import DemoProcess
from tests.faults.fast_clock import FastClock
from tests.screen_text import shows

BASE = "/api/v1/jobs"
OFF = {"paths": {"stream": "off", "long_poll": "off"}}
STATS = {"pending_jobs": 1, "running_jobs": 2, "total_jobs": 100, "failed_jobs": 3, "queue_health": {"status": "ok"}}


def held(demo: DemoProcess, count: int = 4) -> str:
    id = demo.submit("compileo", "hash-files", gate="held", package="json", count=count)
    demo.wait_state(id, "running")
    return id


async def test_c1_every_field_and_every_state_is_read(demo: DemoProcess, watch: Watch) -> None:
    done, gone = demo.submit("compileo", "hash-files", package="json", count=2), held(demo)
    bad = demo.submit("compileo", "broken-archive", format="zip", damage="truncated")
    demo.wait_state(done, "completed")
    demo.wait_state(bad, "failed")
    async with watch("compileo", done, bad, gone) as watching:
        job = await watching.becomes(done, State.COMPLETED)
        assert job.progress == 100
        assert None not in (job.step, job.created_at, job.started_at, job.finished_at, job.updated_at)
        assert isinstance((await watching.looked_at(done)).result, dict)
        failed = await watching.becomes(bad, State.FAILED)
        assert "zip" in (failed.error or "").lower()
        assert "Traceback" in ((await watching.looked_at(bad)).traceback or "")
        await watching.becomes(gone, State.RUNNING)
        assert (await watching.carried_out(Action.CANCEL, gone)).phase is Phase.CONFIRMED
        assert watching.state(gone) is State.CANCELLED


async def test_c2_a_long_poll_answers_when_the_state_differs(demo: DemoProcess, watch: Watch) -> None:
    id = held(demo)
    async with watch("compileo", id, limits={"rate": 50}, about={"paths": {"stream": "off"}}) as watching:
        await watching.until(lambda: watching.status.delivery is Delivery.LONG_POLL)
        await told(demo, "POST", f"/finish/{id}")
        await watching.becomes(id, State.COMPLETED)


async def test_c2_while_a_long_poll_waits_its_job_is_not_asked_about(demo: DemoProcess, watch: Watch) -> None:
    polls, over = 0, asyncio.Event()

    async def script(request: Received, peer: Peer) -> None:
        nonlocal polls
        if request.target.endswith("/stats"):
            await peer.send(answer(json.dumps(STATS)))
            return
        if "/poll" in request.target:
            polls += 1
            if polls > 1:
                await over.wait()
        await peer.send(answer(json.dumps({"job_id": "j", "status": "completed" if over.is_set() else "running"})))

    def asked(what: str) -> int:
        return sum(what in target for target in server.targets)

    about = {"paths": {"stream": "off"}}
    async with (
        serving(script) as server,
        watch("compileo", "j", limits={**QUICK, "statistics": 0.1}, about={**about, "url": server.url}) as watching,
    ):
        await watching.until(lambda: polls == 2)
        before, told_of = asked("/status/"), asked("/stats")
        await watching.until(lambda: asked("/stats") == told_of + 10)
        assert asked("/status/") == before
        over.set()
        await watching.becomes("j", State.COMPLETED)


async def test_c2_the_wait_is_asked_for_and_outlasted() -> None:
    asked: list[str] = []

    async def script(request: Received, peer: Peer) -> None:
        asked.append(request.target)
        await asyncio.sleep(0.4)  # longer than the patience with other answers
        await peer.send(answer(json.dumps({"job_id": "j", "status": "running"})))

    async with serving(script) as server:
        settings = ServerSettings(name="prod", url=server.url, timeouts=Timeouts(read=0.1, total=0.2))
        connection = Connection(settings)
        request = Request(path=f"{BASE}/status/j/poll", query={"timeout": 30, "current_status": "pending"}, wait=30)
        assert (await connection.ask(request)).body["status"] == "running"
        await connection.aclose()
    assert asked == [f"{BASE}/status/j/poll?timeout=30&current_status=pending"]


async def test_c3_events_move_the_job_and_a_bad_one_is_skipped_and_counted(demo: DemoProcess, watch: Watch) -> None:
    began = {"job_id": "j", "status": "running", "progress": 5, "current_step": "one"}
    told_bad = asyncio.Event()

    async def script(request: Received, peer: Peer) -> None:
        if request.target.endswith("/stream"):
            await peer.send(STREAM)
            for data in ('{"status": "running", "job_id": "j", "progress": 60, "current_step": "two"}', "{bad", "[]"):
                await peer.send(f"data: {data}\n\n")
            await told_bad.wait()
            await peer.send('data: {"job_id": "j", "status": "completed", "progress": 100}\n\n')
            await peer.closed()
        elif request.target.endswith("/status/j"):
            ended = {**began, "status": "completed", "progress": 100}
            await peer.send(answer(json.dumps(ended if told_bad.is_set() else began)))
        else:
            await peer.send(answer("{}", "404 X"))

    async with serving(script) as server, watch("compileo", "j", about={"url": server.url}) as watching:
        await watching.until(lambda: (job := watching.job("j")) and job.progress == 60 and job.step == "two")
        await watching.until(lambda: watching.status.bad_answers == 2)
        await watching.until(lambda: watching.status.delivery is Delivery.STREAM)
        told_bad.set()
        await watching.becomes("j", State.COMPLETED)


async def test_c3_an_event_with_an_error_ends_the_stream(demo: DemoProcess, watch: Watch) -> None:
    clock, opened = FastClock(), list[float]()

    async def script(request: Received, peer: Peer) -> None:
        if request.target.endswith("/stream"):
            opened.append(clock.monotonic())
            await peer.send(STREAM + 'data: {"error": "Job not found"}\n\n')
            await peer.closed()
        elif request.target.endswith("/status/j"):
            await peer.send(answer(json.dumps({"job_id": "j", "status": "running"})))
        else:
            await peer.send(answer("{}", "404 X"))

    async with (
        serving(script) as server,
        watch("compileo", "j", limits={}, about={"url": server.url}, clock=clock) as watching,
    ):
        await watching.becomes("j", State.RUNNING)
        await watching.until(lambda: len(opened) == 3)
        assert opened[2] - opened[0] >= REST + 2 * REST


async def test_c4_the_statistics_are_on_the_screen(demo: DemoProcess, show: Show, watch: Watch) -> None:
    held(demo)
    async with show("compileo") as (pilot, _):
        await shows(pilot, "workers 3", "cpu", "mem", "▶ 1")
    async with watch("compileo") as watching:
        await watching.until(lambda: watching.monitor.servers()[0].queue)
        queue = watching.monitor.servers()[0].queue
        assert queue is not None
        figures = (queue.depth, queue.running, queue.scheduled, queue.retrying, queue.completed, queue.failed)
        assert None not in (*figures, queue.cancelled, queue.total, queue.workers, queue.cpu_percent, queue.health)
        notes = {"queue type", "cache size", "resource utilization", "limit enforcement"}
        assert notes == {name for name, _ in queue.notes}


async def test_c5_cancel_and_restart_with_the_servers_words(demo: DemoProcess, watch: Watch) -> None:
    id = held(demo)
    async with watch("compileo", id) as watching:
        await watching.becomes(id, State.RUNNING)
        outcome = await watching.carried_out(Action.CANCEL, id)
        assert (outcome.phase, outcome.message.partition(";")[0]) == (
            Phase.CONFIRMED,
            f"Job {id} cancelled successfully",
        )
        await told(demo, "POST", f"/release/{id}")
        outcome = await watching.carried_out(Action.RESTART, id)
        assert outcome.phase is Phase.CONFIRMED
        assert "restarted successfully" in outcome.message
        await watching.becomes(id, State.COMPLETED)
        refused = watching.monitor.refusal(Action.CANCEL, watching.known(id).key)
        assert refused == "cancel needs a job that is pending or running; this one is completed"


@pytest.mark.parametrize(
    ("change", "raised"),
    [
        ({}, []),
        ({"failed_jobs": 11}, ["failures 11 % of total"]),
        ({"cpu_usage_percent": 91}, ["CPU at 91 %"]),
        ({"memory_usage_mb": 1001}, ["1,001 MB used"]),
        ({"pending_jobs": 11}, ["11 jobs waiting"]),
        ({"failed_jobs": 10, "cpu_usage_percent": 90, "memory_usage_mb": 1000, "pending_jobs": 10}, []),
    ],
)
async def test_c6_health_is_judged_by_the_four_rules(
    demo: DemoProcess, watch: Watch, change: dict[str, int], raised: list[str]
) -> None:
    async with (
        serving(by_path({"/queue/stats": {**STATS, **change}})) as server,
        watch("compileo", about={"url": server.url}) as watching,
    ):
        await watching.until(lambda: watching.monitor.servers()[0].queue)
        queue = watching.monitor.servers()[0].queue
        assert queue is not None
    figures = figures_of(Place("docs"), (queue,), watching.monitor.clock)
    assert [finding.words for finding in findings(default_rules(), Place("docs"), figures)] == raised
    unknown = {name for name in ("failed_percent", "cpu", "memory", "depth") if figures.get(name) is None}
    assert unknown == {"cpu", "memory"} - {name for name in ("cpu", "memory") if f"{name}_usage" in str(change)}


@pytest.mark.usefixtures("config")
def test_c6_the_four_figures_are_told_on_the_command_line(cli: Cli, demo: DemoProcess) -> None:
    held(demo)
    ran = cli("check", "--server", "docs")
    assert ran.out.startswith("JOBDASH ")
    assert "'docs_depth'=0;10" in ran.out


def test_c7_back_off_is_exponential_with_jitter_and_at_most_thirty_seconds() -> None:
    longest = [full_jitter(n, base=1.0, cap=30.0, random=lambda: 1.0) for n in range(1, 12)]
    assert longest == sorted(longest)
    assert longest[1] == 2 * longest[0]
    assert max(longest) == 30
    assert full_jitter(9, base=1.0, cap=30.0, random=lambda: 0.25) < 30


async def test_c7_a_server_in_trouble_is_asked_ever_less(demo: DemoProcess, watch: Watch) -> None:
    id, clock = held(demo), FastClock()
    async with watch("compileo", id, limits={"poll": 0.1}, about=OFF, clock=clock, random=lambda: 1.0) as watching:
        await watching.becomes(id, State.RUNNING)
        await told(demo, "POST", "/fault", {"face": "compileo", "mode": "500"})
        await watching.until(lambda: watching.status.next_try_at is not None)
        sent, began = watching.link.sent, clock.monotonic()
        await watching.until(lambda: watching.link.sent == sent + 5)
        assert clock.monotonic() - began >= 2 + 4 + 8 + 16


def test_c8_polling_adapts_to_progress() -> None:
    pace = Pace(1.0, 30.0)
    assert [round(pace.after(0.0), 2) for _ in range(3)] == [1.2, 1.44, 1.73]
    assert pace.after(5.0) > 1.73
    assert pace.after(11.0) == pytest.approx(1.44 * 1.2 * 1.2 / 2)
    assert [pace.after(11.0) for _ in range(40)][-1] == 30
    assert link_pace() == (1.0, 30.0)


def link_pace() -> tuple[float, float | None]:
    """What the mapping says: the shortest and the longest interval."""
    dialect = Registry(load_mapping).make("compileo", "prod")
    return dialect.poll, dialect.poll_most


async def test_c9_a_pool_of_connections_and_three_retries() -> None:
    assert (LIMITS[False].max_keepalive_connections, LIMITS[False].max_connections) == (10, 20)
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async with serving(in_turn(answer("{}", "503 X"))) as server:
        connection = Connection(ServerSettings(name="prod", url=server.url), sleep=sleep)
        with pytest.raises(Exception, match="503"):
            await connection.ask(Request(path="/x"), retry=Retry(random=lambda: 1.0))
        await connection.aclose()
        assert len(server.received) == 4
        assert server.connections == 1
    assert waits == [0.5, 1.0, 2.0]
    assert Retry(random=lambda: 1.0).statuses == {429, 500, 502, 503, 504}


@pytest.mark.usefixtures("config")
def test_c10_a_failed_job_is_restarted_and_followed_in_one_step(cli: Cli, demo: DemoProcess) -> None:
    id = demo.submit("compileo", "missing-file", path="nowhere")
    demo.wait_state(id, "failed")
    ran = cli("wait", f"docs/{id}", "--restart", "1", "--timeout", "20")
    assert "restart 1" in ran.err
    assert demo.job(id)["attempts"] >= 1
    assert ran.lines[-1] == "0 completed, 1 failed, 0 cancelled"
    unknown = cli("show", "docs/nobody")
    assert "not found" in unknown.err.lower()


async def test_c10_a_refused_connection_says_that_the_server_may_not_be_running(demo: DemoProcess, show: Show) -> None:
    async with show("compileo", "j", about={"url": "http://127.0.0.1:9"}) as (pilot, _):
        await shows(pilot, "down", "refused", "running")


@pytest.mark.usefixtures("config")
def test_c11_every_job_is_followed_to_its_end_whatever_the_others_do(cli: Cli, demo: DemoProcess) -> None:
    good = demo.submit("compileo", "hash-files", package="json", count=2)
    bad = demo.submit("compileo", "broken-archive", format="gz", damage="truncated")
    ran = cli("wait", f"docs/{good}", "docs/nobody", f"docs/{bad}", "--json", "--timeout", "20")
    assert {record["id"]: record["state"] for record in ran.records} == {good: "completed", bad: "failed"}
    assert "nobody" in ran.err


async def test_c11_one_unreadable_job_hides_no_other(demo: DemoProcess, watch: Watch) -> None:
    routes = {"/status/a": b"", "/status/b": {"job_id": "b", "status": "completed"}, "/queue/stats": STATS}
    routes["/status/a"] = answer('{"job_id": "a", "status": ["many"]}')
    async with (
        serving(by_path(routes)) as server,
        watch("compileo", "a", "b", about={"url": server.url, **OFF}) as watching,
    ):
        await watching.becomes("b", State.COMPLETED)
        await watching.until(lambda: (job := watching.job("a")) and job.error)


async def test_c4_everything_the_server_says_of_itself_is_in_health(demo: DemoProcess, show: Show) -> None:
    held(demo)
    async with show("compileo") as (pilot, _):
        await shows(pilot, "workers 3", "▶ 1")
        await pilot.resize_terminal(80, 24)
        await pilot.press("h")
        await shows(pilot, "scheduled", "retrying", "machine")
        await pilot.press("pagedown")
        await shows(pilot, "it says:", "cancelled", "total", "queue type memory", "cache size")
        await shows(pilot, "resource utilization optimal", "limit enforcement active")
