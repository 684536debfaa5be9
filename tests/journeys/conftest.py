"""The demo's process, and the screen on two of its servers at once."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from textual.pilot import Pilot

from jobdash.cli.wire import link_to
from jobdash.client.settings import ServerSettings, Timeouts
from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor, Watched
from jobdash.tui.app import JobdashApp
from tests.demo_process import DemoProcess

Screen = Callable[..., AbstractAsyncContextManager[Pilot[None]]]


@pytest.fixture
def demo() -> Iterator[DemoProcess]:
    with DemoProcess() as process:
        yield process


def watched(demo: DemoProcess, face: str, name: str, *jobs: str) -> Watched:
    """One face of the demo, polled quickly and with little patience so that tests need little."""
    timeouts = Timeouts(connect=1.0, read=1.0, silence=10.0)
    settings = ServerSettings(name=name, url=demo.urls[face], dialect=face, timeouts=timeouts)
    return Watched(link=link_to(settings), jobs=jobs, limits=Limits(poll=0.2, statistics=0.2, rate=100))


@pytest.fixture
def screen(demo: DemoProcess) -> Screen:
    """Opens the screen on `docs` (Compileo, which cannot list) and `crawl` (Job Status API, which can)."""

    @asynccontextmanager
    async def opened(*docs_jobs: str, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Pilot[None]]:
        servers = [watched(demo, "compileo", "docs", *docs_jobs), watched(demo, "jobstatus", "crawl")]
        async with JobdashApp(Monitor(servers)).run_test(size=size, notifications=True) as pilot:
            yield pilot

    return opened
