"""A monitor over real links and a fast clock, and a way to wait for what is to be seen."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from jobdash.client.dialect import DialectOptions
from jobdash.client.link import ServerLink
from jobdash.client.settings import ServerSettings, Timeouts
from jobdash.dialects.mapping.dialect import MappingDialect
from jobdash.dialects.mapping.load import parse_mapping
from jobdash.dialects.mapping.plan import Plan
from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor, Watched
from jobdash.engine.orders import Orders
from jobdash.model.job import JobKey
from jobdash.model.server import Phase, ServerStatus
from tests.faults.farm import MAPPING, SINGLE_JOBS, Farm
from tests.faults.fast_clock import FastClock

IMPATIENT = Timeouts(connect=1.0, pool=1.0, read=0.3, total=0.6, silence=0.5, heartbeat=0.2)
PATIENT = Timeouts()
PLAN = Plan(parse_mapping(MAPPING))
ONLY_SINGLE_JOBS = Plan(parse_mapping(SINGLE_JOBS))


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def link_to(
    url: str, name: str, options: DialectOptions | None = None, *, plan: Plan = PLAN, **settings: Any
) -> ServerLink:
    """A link to a farm, with little patience and room for small answers only, unless the settings say otherwise."""
    told = ServerSettings(name=name, url=url, **{"timeouts": IMPATIENT, "largest": 1_000_000, **settings})
    return ServerLink(told, "farm", MappingDialect(plan, name, options))


@dataclass(frozen=True)
class Watch:
    """What a person would see, and what it cost."""

    monitor: Monitor
    clock: FastClock

    def status(self, server: str) -> ServerStatus:
        return next(view.status for view in self.monitor.servers() if view.name == server)

    def live(self, *servers: str) -> bool:
        return all(self.status(server).phase is Phase.LIVE for server in servers)

    def progress(self, server: str, id: str) -> float | None:
        job = self.monitor.job(JobKey(server, id))
        return job.progress if job is not None else None


@asynccontextmanager
async def watching(
    *links: ServerLink, jobs: tuple[str, ...] = (), orders: Orders | None = None, **limits: Any
) -> AsyncIterator[Watch]:
    """A monitor on these servers; `jobs` are tracked on the first."""
    clock = FastClock()
    watched = [
        Watched(link=link, jobs=jobs if number == 0 else (), limits=Limits(**limits))
        for number, link in enumerate(links)
    ]
    monitor = Monitor(watched, clock=clock, random=lambda: 0.5, orders=orders)
    task = asyncio.create_task(monitor.run())
    try:
        yield Watch(monitor, clock)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error


async def until(right: Callable[[], bool], what: str, seconds: float = 15.0) -> None:
    """Waits for something to be so."""
    deadline = time.monotonic() + seconds
    while not right():
        assert time.monotonic() < deadline, f"waited {seconds:g} s for {what}"
        await asyncio.sleep(0.005)


async def ill_and_well(sick: Farm, well: Farm, watch: Watch) -> None:
    """Both are there, with their jobs."""
    await until(lambda: watch.live("sick", "well"), "both servers to be live")
    await until(lambda: watch.progress("sick", "a") == 0 and watch.progress("well", "w") == 0, "both jobs")
