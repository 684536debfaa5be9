"""The Job Status API, base `/api/jobs`: read, list, pause, resume, cancel, delete.

Errors have the form `{"error": ..., "details": ...}`. A cancelled job is removed, as the document says;
the answer to the cancelling itself is the only place that calls it "cancelled".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from jobdash.demo import stamps
from jobdash.demo.errors import UnknownJob, WrongState
from jobdash.demo.faces.face import Body, Refusal, Stage, face_app, json_body
from jobdash.demo.faces.jobstatus_shape import FACE, WORDS, queue_stats, show, show_in_full, why_not, word
from jobdash.demo.jobs import Job

BASE = "/api/jobs"

STATUSES = ("waiting", "active", "completed", "failed", "paused", "stuck")
PAST = {"pause": "paused", "resume": "resumed", "cancel": "cancelled"}
BAD_ACTION = 'Invalid action. Must be "pause", "resume", or "cancel"'


def error_form(error: str, details: str | None = None) -> Body:
    """`{"error": "..."}` with `details` where there are any."""
    return {"error": error} if details is None else {"error": error, "details": details}


def jobstatus(stage: Stage) -> Starlette:
    """The face's app."""
    engine = stage.engine
    actions: dict[str, Callable[[Job], Job]] = {
        "pause": engine.pause,
        "resume": engine.resume,
        "cancel": engine.cancel,
    }

    def find(request: Request, missing: str) -> Job:
        job_id = request.path_params.get("job_id", "").strip()
        if not job_id:
            raise Refusal(400, error_form("Job ID is required"))
        try:
            return engine.get(job_id, FACE)
        except UnknownJob:
            raise Refusal(404, error_form(missing)) from None

    def now() -> str | None:
        return stamps.millis(engine.book.clock())

    async def read(request: Request) -> Response:
        job = find(request, "Job not found")
        body = {"job": show_in_full(engine, job), "queueStats": queue_stats(engine), "timestamp": now()}
        return JSONResponse(body)

    async def listing(request: Request) -> Response:
        wanted, limit, offset = page_asked_for(request)
        since = since_asked_for(request)
        jobs = [
            job
            for job in reversed(engine.book.of_face(FACE))
            if wanted in ("", word(engine, job)) and (engine.is_stuck(job) or job.updated_at >= since)
        ]
        return JSONResponse(
            {
                "jobs": [show(engine, job) for job in jobs[offset : offset + limit]],
                "queueStats": queue_stats(engine),
                "total": len(jobs),
                "limit": limit,
                "offset": offset,
                **({"updatedSince": stamps.millis(since)} if since else {}),
                "timestamp": now(),
            }
        )

    async def update(request: Request) -> Response:
        body = await json_body(request, Refusal(400, error_form(BAD_ACTION)))
        action = body.get("action")
        if not isinstance(action, str) or action not in actions:
            raise Refusal(400, error_form(BAD_ACTION))
        job = find(request, "Job not found")
        reason = why_not(word(engine, job), action)
        try:
            if reason:
                raise WrongState(job, PAST[action])
            job = actions[action](job)
        except WrongState as wrong:
            details = reason or f"Job is already {word(engine, wrong.job)}"
            raise Refusal(400, error_form(f"Failed to {action} job", details)) from None
        if action == "cancel":
            engine.remove(job)
        changed = {"id": job.id, "status": WORDS[job.state], "updatedAt": stamps.millis(job.updated_at)}
        message = f"Job {PAST[action]} successfully"
        return JSONResponse({"success": True, "message": message, "job": changed, "timestamp": now()})

    async def delete(request: Request) -> Response:
        missing = "Failed to cancel job or job not found"
        job = find(request, missing)
        try:
            engine.cancel(job)
        except WrongState:
            raise Refusal(404, error_form(missing)) from None
        engine.remove(job)
        message = "Job cancelled successfully"
        return JSONResponse({"success": True, "message": message, "jobId": job.id, "timestamp": now()})

    def one_job(path: str) -> list[Route]:
        return [
            Route(path, read, methods=["GET"]),
            Route(path, update, methods=["PUT"]),
            Route(path, delete, methods=["DELETE"]),
        ]

    routes = [Route(BASE, listing), *one_job(f"{BASE}/"), *one_job(f"{BASE}/{{job_id}}")]
    return face_app(routes, error_form)


def page_asked_for(request: Request) -> tuple[str, int, int]:
    """`status`, `limit` (1 to 500, 100) and `offset` (0) of a listing; 400 for anything else."""
    query = request.query_params
    status, limit, offset = query.get("status", ""), query.get("limit", "100"), query.get("offset", "0")
    if status and status not in STATUSES:
        raise Refusal(400, error_form("Invalid status", f"Must be one of {', '.join(STATUSES)}"))
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit) <= 500):
        raise Refusal(400, error_form("Invalid limit", "Must be a whole number from 1 to 500"))
    if not (offset.isascii() and offset.isdigit()):
        raise Refusal(400, error_form("Invalid offset", "Must be a whole number"))
    return status, int(limit), int(offset)


def since_asked_for(request: Request) -> float:
    """`updatedSince` of a listing, in seconds since the epoch, 0 without it; 400 for anything but ISO 8601."""
    text = request.query_params.get("updatedSince", "")
    try:
        moment = datetime.fromisoformat(text or "1970-01-01T00:00Z")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise Refusal(400, error_form("Invalid updatedSince", "Must be a time in ISO 8601")) from None
