"""What is said of a server that there is nothing to ask, and of many jobs that are late at once."""

import asyncio

from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor
from jobdash.model.errors import Unreachable
from jobdash.model.job import JobKey
from jobdash.model.server import Delivery
from jobdash.model.state import State
from tests.engine.conftest import running
from tests.engine.fake_clock import FakeClock
from tests.engine.fake_server import FakeServer


async def told(monitor: Monitor, clock: FakeClock, seconds: float) -> list[str]:
    """The notices of so many seconds."""
    notices: list[str] = []

    async def read() -> None:
        async for batch in monitor.batches():
            notices.extend(batch.notices)

    reading = asyncio.create_task(read())
    await clock.advance(seconds)
    reading.cancel()
    return notices


async def test_a_server_that_is_asked_nothing_claims_no_delivery(clock: FakeClock) -> None:
    server = FakeServer(clock)
    server.put("a", State.RUNNING)
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(6)
        status = monitor.servers()[0].status
        assert (status.delivery, status.interval) == (Delivery.POLL, 5.0)
        server.put("a", State.COMPLETED)
        await clock.advance(6)
        status = monitor.servers()[0].status
        assert (status.delivery, status.interval) == (None, None)


async def test_a_server_that_is_asked_for_statistics_alone_says_their_interval(clock: FakeClock) -> None:
    server = FakeServer(clock, queues=True)
    async with running(clock, server, limits=Limits(statistics=7)) as monitor:
        await clock.advance(6)
        status = monitor.servers()[0].status
        assert (status.delivery, status.interval) == (Delivery.POLL, 7)


async def test_many_late_jobs_are_one_notice_a_minute(clock: FakeClock) -> None:
    server = FakeServer(clock)
    server.poll_limit = 3
    server.has(f"j{n:02}" for n in range(12))
    async with running(clock, server, jobs=tuple(server.jobs)) as monitor:
        notices = await told(monitor, clock, 50)
        assert len(notices) == 1
        assert notices[0].startswith("one: ") and notices[0].endswith("jobs timed out after 3 attempts")
        assert len(await told(monitor, clock, 60)) <= 1


async def test_one_late_job_is_called_by_its_name(clock: FakeClock) -> None:
    server = FakeServer(clock)
    server.put("a", started_at=clock.now() - 100)
    async with running(clock, server, jobs=("a",), limits=Limits(deadline=110)) as monitor:
        assert await told(monitor, clock, 20) == ["one/a: taking longer than expected"]


async def test_nobody_is_called_late_on_a_server_that_is_down(clock: FakeClock) -> None:
    server = FakeServer(clock)
    server.poll_limit = 6
    server.put("a", started_at=clock.now() - 100)
    async with running(clock, server, jobs=("a",), limits=Limits(deadline=130)) as monitor:
        await clock.advance(6)
        server.trouble = Unreachable("refused")
        assert await told(monitor, clock, 300) == []
        found = monitor.job(JobKey("one", "a"))
        assert found is not None and not found.overdue
        server.trouble = None
        assert len(await told(monitor, clock, 100)) == 1
