"""Prefect's events over a WebSocket: what each means, and a server that tells of runs, falls silent and comes back."""

import asyncio
import importlib.util
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import uvicorn
from hypothesis import given
from starlette.applications import Starlette
from starlette.requests import Request as Asked
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from jobdash.client.dialect import StreamEvent
from jobdash.client.link import ServerLink
from jobdash.client.settings import ServerSettings
from jobdash.client.websocket import MISSING
from jobdash.dialects.prefect.kind import Prefect
from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor, Watched
from jobdash.model.job import Job, JobKey
from jobdash.model.report import BadEvent, JobReport, Pulse
from jobdash.model.server import Delivery, ServerStatus
from jobdash.model.state import State
from tests.dialects.engines.mutation import mutations, patient
from tests.dialects.engines.replay import capture

MESSAGES: list[Any] = capture("prefect", "ws_events_out")["messages"]
RUN = "e5455dbe-42eb-42c7-b1b7-3fea4bffe1aa"


def heard(message: Any) -> Any:
    return Prefect("p").read_event(StreamEvent(data=json.dumps(message)), None)


def test_each_recorded_message_is_a_state_of_the_run_or_a_sign_of_life() -> None:
    told = [heard(message) for message in MESSAGES]
    assert told[0] == told[-1] == Pulse()
    jobs = [report.job for report in told if isinstance(report, JobReport)]
    assert {job.key for job in jobs} == {JobKey("p", RUN)}
    assert [(job.state, job.native_state) for job in jobs] == [
        (State.SCHEDULED, "Scheduled"),
        (State.PENDING, "Pending"),
        (State.PENDING, "Submitting"),
        (State.RUNNING, "Running"),
        (State.COMPLETED, "Completed"),
    ]
    assert {(job.type, job.label) for job in jobs} == {("add", "cherubic-walrus")}
    assert [job.attempts for job in jobs] == [0, 0, 0, 1, 1]
    assert jobs[-1].finished_at == jobs[-1].updated_at == told[-2].at
    assert all(report.partial for report in told[1:-1])


def test_a_failure_says_why_and_a_new_name_is_learnt() -> None:
    dialect = Prefect("p")
    event = json.loads(json.dumps(MESSAGES[5]))
    state = {"prefect.state-type": "FAILED", "prefect.state-name": "Broken", "prefect.state-message": "card declined"}
    event["event"]["resource"].update(state)
    report = dialect.read_event(StreamEvent(data=json.dumps(event)), None)
    assert isinstance(report, JobReport)
    assert (report.job.state, report.job.error) == (State.FAILED, "card declined")
    assert any("Broken" in rule.valid_from for rule in dialect.capabilities.actions.values())


@pytest.mark.parametrize("data", ["", "no json", "[]", '{"type": "event"}', '{"type": "event", "event": []}', "{}"])
def test_what_is_no_event_is_counted(data: str) -> None:
    assert isinstance(Prefect("p").read_event(StreamEvent(data=data), None), BadEvent)


@patient
@given(mutations([MESSAGES[5]]))
def test_no_event_is_fatal(messages: Any) -> None:
    for message in messages if isinstance(messages, list) else [messages]:
        assert heard(message) is not None


@dataclass
class Engine:
    """A server that lists one run and tells of it over a socket, for as long as it `speaks`."""

    run: dict[str, Any]
    speaks: bool = True
    listed: int = 0
    said: list[Any] = field(default_factory=list)
    sockets: set[WebSocket] = field(default_factory=set)

    async def answer(self, asked: Asked) -> JSONResponse:
        if asked.url.path.endswith("flow_runs/filter"):
            wish = await asked.json()
            self.listed += 1
            here = self.run["state"]["type"] in wish["flow_runs"]["state"]["type"]["any_"]
            return JSONResponse([self.run] if here else [])
        if asked.url.path.endswith("/count"):
            return JSONResponse(1)
        return JSONResponse(self.run if RUN in asked.url.path else [])

    async def events(self, socket: WebSocket) -> None:
        if not self.speaks:
            await socket.close()
            return
        await socket.accept("prefect")
        self.said = [await socket.receive_json()]
        await socket.send_json(MESSAGES[0])
        self.said.append(await socket.receive_json())
        self.sockets.add(socket)
        with suppress(WebSocketDisconnect):
            while True:
                await socket.receive_text()
        self.sockets.discard(socket)

    async def tell(self, message: Any) -> None:
        resource = message["event"]["resource"]
        self.run["state"] = {
            "type": resource["prefect.state-type"],
            "name": resource["prefect.state-name"],
            "timestamp": resource["prefect.state-timestamp"],
        }
        for socket in self.sockets:
            await socket.send_json(message)

    async def drop(self) -> None:
        self.speaks = False
        for socket in list(self.sockets):
            await socket.close(1011, "going down")


@dataclass
class Seen:
    engine: Engine
    monitor: Monitor

    @property
    def status(self) -> ServerStatus:
        return self.monitor.servers()[0].status

    @property
    def job(self) -> Job | None:
        return self.monitor.job(JobKey("p", RUN))

    async def until(self, right: Callable[[], object], what: str) -> None:
        end = time.monotonic() + 30
        while not right():
            assert time.monotonic() < end, f"waited for {what}: {self.status} {self.job}"
            await asyncio.sleep(0.02)


@asynccontextmanager
async def watched() -> AsyncIterator[Seen]:
    """An engine, and a monitor that looks at it; retries do not wait."""
    at = {"type": "SCHEDULED", "name": "Scheduled", "timestamp": "2026-11-22T02:49:36Z"}
    engine = Engine({"id": RUN, "name": "cherubic-walrus", "state": at})
    everything = Route("/{path:path}", engine.answer, methods=["GET", "POST"])
    app = Starlette(routes=[WebSocketRoute("/api/events/out", engine.events), everything])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", ws="websockets-sansio", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    link = ServerLink(ServerSettings(name="p", url=f"http://127.0.0.1:{port}"), "prefect", Prefect("p"))
    limits = replace(Limits(), poll=0.2, statistics=5, rate=100, burst=100)
    monitor = Monitor([Watched(link=link, limits=limits)], random=lambda: 0.0)
    watching = asyncio.create_task(monitor.run())
    try:
        yield Seen(engine, monitor)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        server.should_exit = True
        await serving


async def test_states_come_over_the_socket_and_the_listing_rests() -> None:
    async with watched() as seen:
        await seen.until(lambda: seen.status.delivery is Delivery.SOCKET and seen.engine.sockets, "the socket")
        assert seen.engine.said[0] == {"type": "auth", "token": None}
        assert seen.engine.said[1]["filter"]["event"] == {"prefix": ["prefect.flow-run."]}
        await seen.until(lambda: seen.job is not None, "the listing")
        listed = seen.engine.listed
        for message in MESSAGES[2:6]:
            await seen.engine.tell(message)
        await seen.until(lambda: seen.job is not None and seen.job.state is State.COMPLETED, "the end")
        assert (
            seen.engine.listed <= listed + 4
        )  # the first walk, and one for what the events left out: two questions each


async def test_a_dropped_socket_steps_down_to_polling_and_up_again() -> None:
    async with watched() as seen:
        await seen.until(lambda: seen.status.delivery is Delivery.SOCKET and seen.engine.sockets, "the socket")
        await seen.engine.drop()
        await seen.until(lambda: seen.status.delivery is Delivery.POLL, "polling")
        await seen.engine.tell(MESSAGES[4])
        await seen.until(lambda: seen.job is not None and seen.job.state is State.RUNNING, "the poll")
        assert seen.status.message is not None and "no event stream" in seen.status.message
        seen.engine.speaks = True
        await seen.until(lambda: seen.status.delivery is Delivery.SOCKET and seen.engine.sockets, "the socket again")
        assert seen.status.message is None
        await seen.engine.tell(MESSAGES[5])
        await seen.until(lambda: seen.job is not None and seen.job.state is State.COMPLETED, "the end")


async def test_without_the_library_it_is_polled_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "websockets" else find(name))
    async with watched() as seen:
        await seen.until(lambda: seen.status.delivery is Delivery.POLL and seen.job is not None, "polling")
        assert seen.status.message == f"no event stream: {MISSING}"
        await seen.engine.tell(MESSAGES[4])
        await seen.until(lambda: seen.job is not None and seen.job.state is State.RUNNING, "the poll")
