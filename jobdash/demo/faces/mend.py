"""The Mend media API, base `/api/v1/jobs`: submit, status, events, webhooks. Every request needs the key.

The document promises server-sent events without naming a path: here it is `/{id}/events`, each event the
whole job. Fields that have no value yet are left out. `source_key` is a prepared picture (`photo.ppm`) for
`image/resize` and a standard library package (`json`) for `media/checksum`, `media/compress` and
`media/archive`; every bucket holds the same. Errors have the form `{"error": ...}`.
"""

from __future__ import annotations

import hmac
import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from jobdash.demo import stamps
from jobdash.demo.engine import Engine
from jobdash.demo.errors import UnknownJob
from jobdash.demo.faces.face import Body, Refusal, Stage, event_stream, face_app, json_body
from jobdash.demo.jobs import Job, Order, State
from jobdash.demo.webhooks import Delivery, is_allowed

FACE, BASE = "mend", "/api/v1/jobs"
KEY = "demo-key"

WORDS = {
    State.SCHEDULED: "pending",
    State.PENDING: "pending",
    State.RUNNING: "processing",
    State.RETRYING: "pending",
    State.PAUSED: "pending",
    State.COMPLETED: "completed",
    State.FAILED: "failed",
    State.CANCELLED: "failed",
}
OPERATIONS = {
    ("image", "resize"): ("images", "resize-image"),
    ("media", "checksum"): ("media", "hash-files"),
    ("media", "compress"): ("media", "compress-files"),
    ("media", "archive"): ("media", "check-archive"),
}
PLACES = ("source_bucket", "source_key", "dest_bucket", "dest_key")
HOOKS = ("webhook_url", "webhook_secret")
LARGEST_SIDE = 1000


def error_form(error: str, _: str | None = None) -> Body:
    """`{"error": "..."}`."""
    return {"error": error}


def mend(stage: Stage) -> ASGIApp:
    """The face's app, behind its key."""
    engine = stage.engine

    def find(request: Request) -> Job:
        try:
            return engine.get(request.path_params["job_id"], FACE)
        except UnknownJob as unknown:
            raise Refusal(404, error_form(str(unknown))) from None

    async def submit(request: Request) -> Response:
        area, operation = request.path_params["area"], request.path_params["operation"]
        refusal = Refusal(400, error_form("The request body must be a JSON object"))
        order = read_order(area, operation, await json_body(request, refusal))
        job = engine.submit(order)
        return JSONResponse({"job_id": job.id, "status": WORDS[job.state]}, 202)

    async def status(request: Request) -> Response:
        return JSONResponse(show(engine, find(request)))

    async def events(request: Request) -> Response:
        return event_stream(stage, FACE, request.path_params["job_id"], lambda job: show(engine, job))

    routes = [
        Route(f"{BASE}/{{job_id}}", status),
        Route(f"{BASE}/{{job_id}}/events", events),
        Route(f"{BASE}/{{area}}/{{operation}}", submit, methods=["POST"]),
    ]
    return RequireKey(face_app(routes, error_form))


class RequireKey:
    """Lets requests with the right `X-API-Key` through: 401 without one, 403 with a wrong one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, then pass on or answer."""
        answer: ASGIApp = self._app
        if scope["type"] == "http":
            key = Request(scope).headers.get("x-api-key")
            if key is None:
                answer = JSONResponse(error_form("API key is required"), 401)
            elif not hmac.compare_digest(key.encode(), KEY.encode()):
                answer = JSONResponse(error_form("API key is not valid"), 403)
        await answer(scope, receive, send)


def read_order(area: str, operation: str, body: Body) -> Order:
    """The order in a submission; a Refusal says what is wrong with it."""
    if (area, operation) not in OPERATIONS:
        raise Refusal(404, error_form(f"Unknown operation: {area}/{operation}"))
    queue, kind = OPERATIONS[area, operation]
    for field in PLACES:
        if not isinstance(body.get(field), str) or not body[field]:
            raise Refusal(400, error_form(f"{field} is required"))
    for field in HOOKS:
        if not isinstance(body.get(field, ""), str):
            raise Refusal(400, error_form(f"{field} must be a text"))
    if body.get("webhook_url") and not is_allowed(str(body["webhook_url"])):
        raise Refusal(400, error_form("webhook_url must be http on 127.0.0.1"))
    parameters = {name: value for name, value in body.items() if name not in (*PLACES, *HOOKS)}
    for side in ("width", "height") if area == "image" else ():
        length = parameters.get(side)
        if isinstance(length, bool) or not isinstance(length, int) or not 1 <= length <= LARGEST_SIDE:
            raise Refusal(400, error_form(f"{side} must be a whole number from 1 to {LARGEST_SIDE}"))
    submission = {name: body[name] for name in (*PLACES, *HOOKS) if name in body}
    source_url = f"s3://{body['source_bucket']}/{body['source_key']}"
    source = {"source": body["source_key"], "source_url": source_url}
    if area == "media":
        source = {"package": body["source_key"]}
    return Order(
        FACE,
        queue,
        kind,
        {**source, **parameters},
        label=f"{area} {operation} of {source_url}",
        submission={**submission, "type": f"{area}_{operation}", "parameters": parameters},
    )


def show(engine: Engine, job: Job) -> Body:
    """The documented job."""
    said = job.order.submission
    place = engine.place(job)
    ended = job.finished
    fields: dict[str, object] = {
        "id": job.id,
        "type": said.get("type", job.order.kind),
        "status": WORDS[job.state],
        **{field: said.get(field) for field in PLACES},
        "parameters": said.get("parameters", job.order.params),
        "result": result(job) if job.state is State.COMPLETED else None,
        "error": job.error,
        "queue_position": place[0] if place else None,
        "estimated_wait_seconds": place[1] if place else None,
        "created_at": stamps.seconds(job.created_at),
        "updated_at": stamps.seconds(job.updated_at),
        "completed_at": stamps.seconds(job.finished_at) if job.state is State.COMPLETED else None,
        "duration_seconds": round(job.seconds_spent(0.0), 2) if ended else None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def result(job: Job) -> Body:
    """The documented result of a completed job."""
    said, facts = job.order.submission, dict(job.result or {})
    return {
        "output_url": f"s3://{said.get('dest_bucket', 'demo')}/{said.get('dest_key', job.id)}",
        "file_size": facts.pop("bytes", 0),
        "duration": round(job.seconds_spent(0.0), 2),
        "metadata": facts,
    }


def webhook(engine: Engine, job: Job) -> Delivery | None:
    """What to deliver when this job has ended, if somebody asked for it."""
    url = job.order.submission.get("webhook_url")
    if not url:
        return None
    body = json.dumps(show(engine, job)).encode()
    return Delivery(str(url), body, str(job.order.submission.get("webhook_secret", "")))
