"""One quiet demo for all behaviours, a monitor on one of its faces, and the screen on that monitor."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from textual.pilot import Pilot

from jobdash.cli.wire import link_to
from jobdash.client.auth import Auth
from jobdash.client.link import ServerLink
from jobdash.client.secret import Literal, Secret
from jobdash.client.settings import ServerSettings, Timeouts
from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor, Watched
from jobdash.model.command import Action, Command, Outcome
from jobdash.model.job import Detail, Job, JobKey
from jobdash.model.server import ServerStatus
from jobdash.model.state import State
from jobdash.tui.app import JobdashApp
from tests.cli.conftest import cli, config, folders  # noqa: F401 - fixtures
from tests.demo_process import DemoProcess
from tests.hanging_up import hung_up

NAME = "prod"
QUICK: dict[str, Any] = {"poll": 0.1, "statistics": 0.2, "rate": 100, "burst": 100}
PLACES: dict[str, dict[str, Any]] = {
    "pollapi": {"base": "/api/job-status"},
    "mend": {"paths": {"stream": "/{id}/events"}},
}


@pytest.fixture(scope="session")
def demo() -> Iterator[DemoProcess]:
    with DemoProcess() as running:
        yield running


ENDED = ("completed", "failed", "cancelled")


@pytest.fixture(autouse=True)
def tidy(demo: DemoProcess) -> Iterator[None]:
    """Whatever a test did to a face is over when it ends, and no worker is kept busy."""
    yield
    for job in demo.control("GET", "/jobs")["jobs"]:
        if job["state"] not in ENDED:
            demo.control("DELETE", f"/jobs/{job['id']}")
    for face in ("compileo", "jobstatus", "filelens", "mend", "pollapi"):
        demo.control("POST", "/fault", {"face": face, "mode": None})
        demo.control("POST", "/limit", {"face": face, "per_second": None})


def link(demo: DemoProcess, face: str, url: str | None = None, key: str | None = None, **about: Any) -> ServerLink:
    """A link to one face of the demo, or to another server of that kind, with what a person would configure."""
    key = demo.keys.get(face) if key is None else key
    auth = Auth.header("X-API-Key", Literal(Secret(key))) if key else None
    settings = ServerSettings(
        name=NAME,
        url=url or demo.urls[face],
        dialect=face,
        auth=auth,
        timeouts=Timeouts(connect=2.0, read=2.0, silence=20.0),
        **{**PLACES.get(face, {}), **about},
    )
    made = link_to(settings)
    assert isinstance(made, ServerLink)
    return made


@dataclass
class Watching:
    """A monitor on one server, and what it knows, by job id."""

    monitor: Monitor
    link: ServerLink

    def job(self, id: str) -> Job | None:
        return self.monitor.job(JobKey(NAME, id))

    def known(self, id: str) -> Job:
        job = self.job(id)
        assert job is not None
        return job

    def state(self, id: str) -> State | None:
        job = self.job(id)
        return job.state if job else None

    @property
    def status(self) -> ServerStatus:
        return self.monitor.servers()[0].status

    def detail(self, id: str) -> Detail | None:
        view = self.monitor.detail(JobKey(NAME, id))
        return view.detail if view else None

    async def until(self, right: Callable[[], object], seconds: float = 15.0) -> None:
        """Waits until something is true."""
        deadline = time.monotonic() + seconds
        while not right():
            assert time.monotonic() < deadline, f"waited {seconds} s; {list(self.monitor.servers())}"
            await asyncio.sleep(0.02)

    async def becomes(self, id: str, state: State) -> Job:
        """The job, once it is in this state."""
        await self.until(lambda: self.state(id) is state)
        return self.known(id)

    async def looked_at(self, id: str) -> Detail:
        """The heavy part of a job, as a person under whose cursor it is gets it."""
        self.monitor.look_at(JobKey(NAME, id))
        await self.until(lambda: self.detail(id) is not None)
        found = self.detail(id)
        assert found is not None
        return found

    async def carried_out(self, action: Action, id: str) -> Outcome:
        """The end of a command."""
        job, key = self.known(id), JobKey(NAME, id)
        self.monitor.submit(Command(key=key, action=action, seen_native_state=job.native_state))
        await self.until(lambda: (known := self.monitor.outcome(key)) is not None and known.phase.final)
        outcome = self.monitor.outcome(key)
        assert outcome is not None
        return outcome


Watch = Callable[..., AbstractAsyncContextManager[Watching]]
Show = Callable[..., AbstractAsyncContextManager[tuple[Pilot[None], Monitor]]]


@pytest.fixture
def watch(demo: DemoProcess) -> Watch:
    """`watch(face, *ids, url=..., limits={...})` runs a monitor."""

    @asynccontextmanager
    async def watching(
        face: str, *ids: str, limits: dict[str, Any] | None = None, about: dict[str, Any] | None = None, **more: Any
    ) -> AsyncIterator[Watching]:
        made = link(demo, face, **(about or {}))
        watched = Watched(link=made, jobs=ids, limits=Limits(**(QUICK if limits is None else limits)))
        monitor = Monitor([watched], **more)
        running = asyncio.create_task(monitor.run())
        try:
            yield Watching(monitor, made)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    return watching


@pytest.fixture
def show(demo: DemoProcess) -> Show:
    """`show(face, *ids)` opens the screen on a monitor."""

    @asynccontextmanager
    async def showing(
        face: str, *ids: str, limits: dict[str, Any] | None = None, about: dict[str, Any] | None = None, **more: Any
    ) -> AsyncIterator[tuple[Pilot[None], Monitor]]:
        watched = Watched(
            link=link(demo, face, **(about or {})), jobs=ids, limits=Limits(**(QUICK if limits is None else limits))
        )
        monitor = Monitor([watched], **more)
        async with hung_up(), JobdashApp(monitor).run_test(size=(120, 40), notifications=True) as pilot:
            yield pilot, monitor

    return showing


async def told(demo: DemoProcess, method: str, path: str, body: object = None) -> Any:
    """Asks the demo's control face without holding up the monitor."""
    return await asyncio.to_thread(demo.control, method, path, body)
