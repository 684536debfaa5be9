"""The ladder over real HTTP: the demo's Compileo face, the real client, the real clock or one that leaps."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager

import pytest

from jobdash.client.dialect import DialectOptions
from jobdash.client.link import ServerLink
from jobdash.client.registry import Registry
from jobdash.client.settings import ServerSettings
from jobdash.dialects.mapping.load import load_mapping
from jobdash.engine.clock import Clock
from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor, Watched
from jobdash.model.command import Action, Command, Phase
from jobdash.model.job import JobKey
from jobdash.model.server import Delivery
from jobdash.model.server import Phase as Life
from jobdash.model.state import State
from tests.demo_process import QUIET, DemoProcess, free_base_port
from tests.engine.leaping_clock import LeapingClock

TRIES = 3
FAST = Limits(poll=0.5, statistics=1.0, long_poll=5.0, rate=50, burst=50)


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoProcess]:
    with DemoProcess() as running:
        yield running


def compileo(url: str, paths: Mapping[str, str] | None = None) -> ServerLink:
    settings = ServerSettings(name="prod", url=url, dialect="compileo", paths=paths or {})
    dialect = Registry(load_mapping).make("compileo", "prod", DialectOptions(paths=paths or {}))
    return ServerLink(settings, "compileo", dialect)


@asynccontextmanager
async def watching(link: ServerLink, *jobs: str, clock: Clock | None = None) -> AsyncIterator[Monitor]:
    monitor = Monitor([Watched(link=link, jobs=jobs, limits=FAST)], clock=clock, random=lambda: 1.0)
    task = asyncio.create_task(monitor.run())
    try:
        yield monitor
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(right: Callable[[], bool], what: str, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not right():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        await asyncio.sleep(0.02)


def state(monitor: Monitor, id: str) -> State | None:
    job = monitor.job(JobKey("prod", id))
    return job.state if job is not None else None


async def control(demo: DemoProcess, path: str) -> None:
    await asyncio.to_thread(demo.control, "POST", path)


async def one_try_each_time(monitor: Monitor, link: ServerLink, clock: LeapingClock) -> None:
    """A server in trouble is asked when its next try is due, and only then."""

    def due() -> float:
        return monitor.servers()[0].status.next_try_at or 0.0

    sent = link.sent
    for _ in range(TRIES):
        wait = due()
        await clock.leap(max(0.0, wait - clock.monotonic()))
        await until(lambda wait=wait: due() > wait, "the next try")  # type: ignore[misc]
    assert link.sent - sent <= TRIES  # fewer where an answer under way was the news that was waited for


@pytest.mark.parametrize(
    ("paths", "delivery"),
    [
        ({}, Delivery.STREAM),
        ({"stream": "/nowhere/{id}"}, Delivery.LONG_POLL),
        ({"stream": "/nowhere/{id}", "long_poll": "/nowhere/{id}/poll"}, Delivery.POLL),
    ],
)
async def test_every_rung_delivers_to_the_end(demo: DemoProcess, paths: Mapping[str, str], delivery: Delivery) -> None:
    id = demo.submit("compileo", "count-words", gate="held", package="email", count=10)
    link = compileo(demo.urls["compileo"], paths)
    async with watching(link, id) as monitor:
        await until(lambda: state(monitor, id) is State.RUNNING, "the job to run")
        await until(lambda: monitor.servers()[0].status.delivery is delivery, f"delivery by {delivery}")
        await control(demo, f"/step/{id}?n=3")

        def progressed() -> bool:
            job = monitor.job(JobKey("prod", id))
            return job is not None and job.progress == 30.0

        if delivery is not Delivery.LONG_POLL:
            await until(progressed, "30 %")
        await control(demo, f"/finish/{id}")
        await until(lambda: state(monitor, id) is State.COMPLETED, "the job to end")

        def read_in_full() -> bool:
            job = monitor.job(JobKey("prod", id))
            return job is not None and job.finished_at is not None

        await until(read_in_full, "what the stream leaves out")
        assert monitor.servers()[0].status.phase is Life.LIVE
        assert monitor.servers()[0].status.bad_answers == 0
        skew = monitor.servers()[0].status.skew
        assert skew is not None
        assert abs(skew) < 5


async def test_a_cancel_is_confirmed_by_the_servers_own_state(demo: DemoProcess) -> None:
    id = demo.submit("compileo", "count-words", gate="held", package="email", count=10)
    async with watching(compileo(demo.urls["compileo"]), id) as monitor:
        await until(lambda: state(monitor, id) is State.RUNNING, "the job to run")
        key = JobKey("prod", id)
        monitor.submit(Command(key=key, action=Action.CANCEL, seen_native_state="running"))

        def confirmed() -> bool:
            outcome = monitor.outcome(key)
            return outcome is not None and outcome.phase is Phase.CONFIRMED

        await until(confirmed, "the proof")
        assert state(monitor, id) is State.CANCELLED


async def test_a_server_that_restarts_on_its_port_is_found_again() -> None:
    options = ("--base-port", str(free_base_port()))
    with DemoProcess(*options, arguments=QUIET) as demo:
        url = demo.urls["compileo"]
        id = demo.submit("compileo", "count-words", gate="held", package="email", count=10)
        link = compileo(url)
        clock = LeapingClock()
        entered = watching(link, id, clock=clock)
        monitor = await entered.__aenter__()
        await until(lambda: monitor.servers()[0].status.delivery is Delivery.STREAM, "a stream")
        await until(lambda: state(monitor, id) is State.RUNNING, "the job to run")
    try:
        await until(lambda: monitor.servers()[0].status.phase is Life.DOWN, "the server to be down")
        assert state(monitor, id) is State.RUNNING
        assert monitor.is_stale(JobKey("prod", id))
        await one_try_each_time(monitor, link, clock)
        with DemoProcess(*options, arguments=QUIET) as again:
            assert again.urls["compileo"] == url
            monitor.refresh()
            await until(lambda: monitor.servers()[0].status.phase is Life.LIVE, "the server to be live")
            await until(lambda: monitor.is_gone(JobKey("prod", id)), "the old job to be gone")
            new = again.submit("compileo", "count-words", package="email", count=3)
            monitor.track("prod", [new])
            await until(lambda: state(monitor, new) is State.COMPLETED, "the new job to end")
    finally:
        await entered.__aexit__(None, None, None)


@pytest.mark.parametrize(
    ("fault", "phase"),
    [
        ("500", Life.DOWN),
        ("html", Life.DOWN),
        ("malformed", Life.DOWN),
        ("401", Life.UNAUTHORISED),
        ("429", Life.THROTTLED),
    ],
)
async def test_every_fault_is_told_costs_little_and_passes(demo: DemoProcess, fault: str, phase: Life) -> None:
    id = demo.submit("compileo", "count-words", gate="held", package="email", count=10)
    link = compileo(demo.urls["compileo"], {"stream": "off", "long_poll": "off"})
    clock = LeapingClock()
    async with watching(link, id, clock=clock) as monitor:
        await until(lambda: state(monitor, id) is State.RUNNING, "the job to run")
        try:
            await asyncio.to_thread(demo.control, "POST", "/fault", {"face": "compileo", "mode": fault})
            await until(lambda: monitor.servers()[0].status.phase is phase, f"the phase {phase}")
            assert monitor.servers()[0].status.message
            await one_try_each_time(monitor, link, clock)
            assert state(monitor, id) is State.RUNNING
        finally:
            await asyncio.to_thread(demo.control, "POST", "/fault", {"face": "compileo", "mode": None})
        monitor.refresh()
        await until(lambda: monitor.servers()[0].status.phase is Life.LIVE, "the server to be live")
    await control(demo, f"/finish/{id}")
