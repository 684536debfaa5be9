"""What all faces are built from: the backstage they share, their app, JSON answers, event streams."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute

from jobdash.demo.engine import Engine
from jobdash.demo.errors import UnknownJob
from jobdash.demo.jobs import Job
from jobdash.demo.meter import Meter
from jobdash.demo.watchers import Watchers, changed_within

KEEP_ALIVE = 15.0
"""Seconds of silence after which a stream sends a comment."""

Body = Mapping[str, object]
ErrorForm = Callable[[str, str | None], Body]
"""How an API writes an error: from what happened, and details if there are any."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What every face stands on."""

    engine: Engine
    watchers: Watchers
    meter: Meter


class Refusal(Exception):
    """Ends a request with a status and a body in the API's own form."""

    def __init__(self, status: int, body: Body) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


def face_app(routes: Sequence[BaseRoute], error: ErrorForm) -> Starlette:
    """An app whose every error, foreseen or not, is JSON in the API's own form."""

    async def refused(_: Request, failure: Exception) -> Response:
        assert isinstance(failure, Refusal)
        return JSONResponse(failure.body, failure.status)

    async def no_route(_: Request, failure: Exception) -> Response:
        assert isinstance(failure, HTTPException)
        return JSONResponse(error(failure.detail, None), failure.status_code, failure.headers)

    async def unforeseen(_: Request, failure: Exception) -> Response:
        return JSONResponse(error("Internal server error", type(failure).__name__), 500)

    return Starlette(
        routes=routes,
        exception_handlers={Refusal: refused, HTTPException: no_route, Exception: unforeseen},
    )


async def json_body(request: Request, refusal: Refusal) -> dict[str, object]:
    """The request's JSON object; raises `refusal` for anything else, also for what no answer could repeat
    (lone surrogates, NaN)."""
    try:
        body = json.loads(await request.body() or b"{}")
        JSONResponse(body)
    except ValueError:
        raise refusal from None
    if not isinstance(body, dict):
        raise refusal
    return body


def job_answer(request: Request, job: Job, body: Body) -> Response:
    """A job's JSON with an ETag; 304 when the client has this version already."""
    etag = f'W/"{job.id}-{job.version}"'
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    return JSONResponse(body, headers={"ETag": etag})


def event_stream(stage: Stage, face: str, job_id: str, show: Callable[[Job], Body]) -> Response:
    """Server-sent events of one job: now, at every change, until it has ended or is unknown."""
    return StreamingResponse(
        _events(stage, face, job_id, show),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache"},
    )


async def _events(stage: Stage, face: str, job_id: str, show: Callable[[Job], Body]) -> AsyncIterator[bytes]:
    seen = -1
    with stage.watchers.watching(job_id) as changed:
        while not stage.watchers.closed:
            changed.clear()
            try:
                job = stage.engine.get(job_id, face)
            except UnknownJob as unknown:
                yield _event({"job_id": job_id, "error": str(unknown)})
                return
            if job.version != seen:
                seen = job.version
                yield _event(show(job))
            if job.finished:
                return
            while not await changed_within(changed, KEEP_ALIVE):
                yield b": keep-alive\n\n"


def _event(body: Body) -> bytes:
    return b"data: " + json.dumps(body).encode() + b"\n\n"
