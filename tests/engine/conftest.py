"""A clock, and a monitor that is always stopped."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor, Watched
from jobdash.engine.orders import Orders
from tests.engine.fake_clock import FakeClock, settle
from tests.engine.fake_server import FakeServer


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@asynccontextmanager
async def running(
    clock: FakeClock,
    *servers: FakeServer,
    jobs: tuple[str, ...] = (),
    limits: Limits | None = None,
    orders: Orders | None = None,
) -> AsyncIterator[Monitor]:
    """A monitor that watches these servers; `jobs` are tracked on the first one."""
    watched = [
        Watched(link=server, jobs=jobs if number == 0 else (), limits=limits or Limits())
        for number, server in enumerate(servers)
    ]
    monitor = Monitor(watched, clock=clock, random=lambda: 0.5, orders=orders)
    task = asyncio.create_task(monitor.run())
    try:
        await settle()
        yield monitor
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error
