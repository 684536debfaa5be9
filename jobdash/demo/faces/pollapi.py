"""The Poll API, the smallest of all: start a job, ask for its status. Fields without a value are left out.

`POST /api/start-async-job` takes an optional `{"package": ..., "count": ...}`: which standard library
modules to index. An unknown package fails the job ("Input invalid"); errors have the form `{"error": ...}`.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from jobdash.demo.errors import UnknownJob
from jobdash.demo.faces.face import Body, Refusal, Stage, face_app, job_answer, json_body
from jobdash.demo.jobs import Job, Order, State

FACE = "pollapi"

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


def error_form(error: str, _: str | None = None) -> Body:
    """`{"error": "..."}`."""
    return {"error": error}


def pollapi(stage: Stage) -> Starlette:
    """The face's app."""
    engine = stage.engine

    async def start(request: Request) -> Response:
        refusal = Refusal(400, error_form("The request body must be a JSON object"))
        params = await json_body(request, refusal)
        label = f"index of {params.get('package') or 'the library'}"
        job = engine.submit(Order(FACE, "index", "index-modules", params, label))
        return JSONResponse({"jobId": job.id})

    async def status(request: Request) -> Response:
        try:
            job = engine.get(request.path_params["job_id"], FACE)
        except UnknownJob as unknown:
            raise Refusal(404, error_form(str(unknown))) from None
        return job_answer(request, job, show(job))

    routes = [
        Route("/api/start-async-job", start, methods=["POST"]),
        Route("/api/job-status/{job_id}", status),
    ]
    return face_app(routes, error_form)


def show(job: Job) -> Body:
    """The documented status."""
    fields: dict[str, object] = {
        "jobId": job.id,
        "status": WORDS[job.state],
        "progress": round(job.progress) if job.started_at is not None else None,
        "result": job.result if job.state is State.COMPLETED else None,
        "errorMessage": job.error,
    }
    return {name: value for name, value in fields.items() if value is not None}
