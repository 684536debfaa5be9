"""An API unlike all five, over real HTTP: nested answers, states as numbers, ids as integers, a DELETE on a
sub-resource as its only action. The file that maps it has at most 30 lines.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from jobdash.client.link import ServerLink
from jobdash.client.settings import ServerSettings
from jobdash.dialects.mapping import load_mapping
from jobdash.model.command import Action, Command
from jobdash.model.errors import NotFound, Rejected
from jobdash.model.job import JobKey
from jobdash.model.state import State
from tests.dialects.asking import HERE

MAPPING = HERE / "odd.toml"


def crate(nr: int, code: int) -> dict[str, Any]:
    run = {"code": code, "share": 0.25, "began": "2024-01-21T13:30:00", "why": [{"text": "jammed"}] if code < 0 else []}
    return {"crate": {"meta": {"nr": nr, "kind": "sort", "born": 1705836600000}, "run": run}}


class Conveyor:
    """The server: crates by number."""

    def __init__(self) -> None:
        self.crates = {nr: crate(nr, code) for nr, code in ((1, 0), (2, 1), (3, 2), (4, -1), (5, 9))}

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v2/crates", self.belt),
                Route("/v2/crates/{nr:int}", self.one),
                Route("/v2/crates/{nr:int}/run", self.stop, methods=["DELETE"]),
            ]
        )

    async def belt(self, request: Request) -> Response:
        page, per = int(request.query_params["page"]), int(request.query_params["per"])
        found = list(self.crates.values())[(page - 1) * per : page * per]
        return JSONResponse({"belt": {"crates": found}})

    async def one(self, request: Request) -> Response:
        found = self.crates.get(request.path_params["nr"])
        return JSONResponse(found or {"error": "no such crate"}, 200 if found else 404)

    async def stop(self, request: Request) -> Response:
        run = self.crates[request.path_params["nr"]]["crate"]["run"]
        if run["code"] == 2:
            return JSONResponse({"error": {"message": "too late"}}, 409)
        run["code"] = -1
        return Response(status_code=204)


class Announced(uvicorn.Server):
    """Says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@pytest.fixture
async def link() -> AsyncIterator[ServerLink]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(Conveyor().app(), log_level="error", lifespan="off", ws="none")
        server = Announced(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        port = listener.getsockname()[1]
        dialect = load_mapping(MAPPING)("belt")
        found = ServerLink(ServerSettings(name="belt", url=f"http://127.0.0.1:{port}"), "odd", dialect)
        await server.ready.wait()
        yield found
        await found.aclose()
        server.should_exit = True
        await task


def test_the_mapping_is_short() -> None:
    assert len(MAPPING.read_text().splitlines()) <= 30


async def test_every_crate_is_listed(link: ServerLink) -> None:
    jobs, cursor = [], None
    while True:
        page = await link.dialect.page(link.ask, cursor)
        jobs += [report.job for report in page.reports]
        assert not page.problems
        cursor = page.next
        if cursor is None:
            break
    assert [(job.id, job.state, job.native_state) for job in jobs] == [
        ("1", State.PENDING, "queued"),
        ("2", State.RUNNING, "going"),
        ("3", State.COMPLETED, "done"),
        ("4", State.FAILED, "broken"),
        ("5", State.UNKNOWN, "9"),
    ]
    assert (jobs[0].progress, jobs[0].created_at, jobs[3].error) == (25, 1705836600, "jammed")
    assert jobs[0].started_at == datetime.fromisoformat("2024-01-21T13:30:00+02:00").timestamp()


async def test_a_crate_is_stopped_and_the_next_look_confirms_it(link: ServerLink) -> None:
    key = JobKey("belt", "2")
    job = (await link.dialect.job(link.ask, "2")).job
    rules = link.dialect.capabilities
    assert rules.refusal(Action.CANCEL, job) is None
    done = (await link.dialect.job(link.ask, "3")).job
    assert rules.refusal(Action.CANCEL, done) == "cancel needs a job that is going or queued; this one is done"
    command = Command(key=key, action=Action.CANCEL, seen_native_state=job.native_state)
    assert await link.dialect.send(link.ask, command) == "belt accepted it (HTTP 204)"
    after = (await link.dialect.job(link.ask, "2")).job
    assert after.state in rules.actions[Action.CANCEL].confirmed_by


async def test_a_refusal_and_a_missing_crate_are_told_in_the_servers_words(link: ServerLink) -> None:
    late = Command(key=JobKey("belt", "3"), action=Action.CANCEL, seen_native_state="done")
    with pytest.raises(Rejected, match="too late"):
        await link.dialect.send(link.ask, late)
    with pytest.raises(NotFound, match="no such crate"):
        await link.dialect.job(link.ask, "77")
