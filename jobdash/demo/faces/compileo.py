"""The Compileo Jobs API, base `/api/v1/jobs`: status, long poll, stream, queue statistics, cancel, restart.

The document has no way to submit: jobs come from the producer and from the control face. Errors have the
form `{"detail": ...}`; a bad query is 422 with a list of what is wrong.
"""

from __future__ import annotations

from collections import Counter

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from jobdash.demo import stamps
from jobdash.demo.errors import UnknownJob, WrongState
from jobdash.demo.faces.face import Body, Refusal, Stage, event_stream, face_app, job_answer
from jobdash.demo.jobs import Job, State
from jobdash.demo.meter import memory_mb
from jobdash.demo.queues import default_queue
from jobdash.demo.watchers import changed_within

FACE, BASE = "compileo", "/api/v1/jobs"
SHORTEST, DEFAULT, LONGEST = 1, 30, 300

WORDS = {
    State.SCHEDULED: "pending",
    State.PENDING: "pending",
    State.RUNNING: "running",
    State.RETRYING: "pending",
    State.PAUSED: "pending",
    State.COMPLETED: "completed",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
}


def error_form(error: str, _: str | None = None) -> Body:
    """`{"detail": "..."}`."""
    return {"detail": error}


def compileo(stage: Stage) -> Starlette:
    """The face's app."""
    engine = stage.engine

    def find(request: Request) -> Job:
        try:
            return engine.get(request.path_params["job_id"], FACE)
        except UnknownJob as unknown:
            raise Refusal(404, error_form(str(unknown))) from None

    async def status(request: Request) -> Response:
        job = find(request)
        return job_answer(request, job, show(job))

    async def poll(request: Request) -> Response:
        job, seconds = find(request), poll_timeout(request)
        known = request.query_params.get("current_status") or WORDS[job.state]
        loop_end = engine.book.clock() + seconds
        with stage.watchers.watching(job.id) as changed:
            while WORDS[job.state] == known and not stage.watchers.closed:
                if not await changed_within(changed, loop_end - engine.book.clock()):
                    break
                changed.clear()
                job = find(request)
        return JSONResponse(show(job))

    async def stream(request: Request) -> Response:
        return event_stream(stage, FACE, request.path_params["job_id"], show_event)

    async def cancel(request: Request) -> Response:
        job = find(request)
        try:
            engine.cancel(job)
        except WrongState as wrong:
            raise Refusal(400, error_form(str(wrong))) from None
        return JSONResponse({"message": f"Job {job.id} cancelled successfully"})

    async def restart(request: Request) -> Response:
        job = find(request)
        try:
            engine.restart(job)
        except WrongState as wrong:
            raise Refusal(400, error_form(str(wrong))) from None
        return JSONResponse({"message": f"Job {job.id} restarted successfully"})

    async def stats(_: Request) -> Response:
        return JSONResponse(queue_stats(engine.book.of_face(FACE), stage.meter.cpu_percent(), memory_mb()))

    return face_app(
        [
            Route(f"{BASE}/status/{{job_id}}", status),
            Route(f"{BASE}/status/{{job_id}}/poll", poll),
            Route(f"{BASE}/status/{{job_id}}/stream", stream),
            Route(f"{BASE}/queue/stats", stats),
            Route(f"{BASE}/cancel/{{job_id}}", cancel, methods=["POST"]),
            Route(f"{BASE}/restart/{{job_id}}", restart, methods=["POST"]),
        ],
        error_form,
    )


def poll_timeout(request: Request) -> int:
    """The `timeout` query parameter, 1 to 300 seconds; anything else is refused with 422."""
    given = request.query_params.get("timeout", str(DEFAULT))
    if given.isascii() and given.isdigit() and SHORTEST <= int(given) <= LONGEST:
        return int(given)
    wrong = {
        "loc": ["query", "timeout"],
        "msg": f"Input should be a whole number from {SHORTEST} to {LONGEST}",
        "type": "int_range",
        "input": given,
    }
    raise Refusal(422, {"detail": [wrong]})


def show(job: Job) -> Body:
    """The documented status; a failed job's error is its one-line reason followed by the traceback."""
    return {
        "job_id": job.id,
        "status": WORDS[job.state],
        "progress": job.progress,
        "current_step": "Paused" if job.state is State.PAUSED else job.step,
        "result": job.result,
        "error": f"{job.error}\n\n{job.traceback}" if job.error else None,
        "created_at": stamps.seconds(job.created_at),
        "started_at": stamps.seconds(job.started_at),
        "completed_at": stamps.seconds(job.finished_at),
        "updated_at": stamps.seconds(job.updated_at),
    }


def show_event(job: Job) -> Body:
    """The documented stream event."""
    return {
        "job_id": job.id,
        "status": WORDS[job.state],
        "progress": job.progress,
        "current_step": job.step,
        "timestamp": stamps.seconds(job.updated_at),
    }


def queue_stats(jobs: list[Job], cpu: float, memory: float | None) -> Body:
    """The documented statistics; `memory_usage_mb` is left out where the platform does not tell it."""
    states = Counter(job.state for job in jobs)
    troubled = states[State.FAILED] > len(jobs) * 0.1 or states[State.PENDING] > 10
    return {
        "pending_jobs": states[State.PENDING] + states[State.PAUSED],
        "running_jobs": states[State.RUNNING],
        "scheduled_jobs": states[State.SCHEDULED],
        "completed_jobs": states[State.COMPLETED],
        "failed_jobs": states[State.FAILED],
        "cancelled_jobs": states[State.CANCELLED],
        "retrying_jobs": states[State.RETRYING],
        "total_jobs": len(jobs),
        "queue_type": "memory",
        "cache_size": sum(job.result is not None for job in jobs),
        "cpu_usage_percent": cpu,
        **({} if memory is None else {"memory_usage_mb": memory}),
        "active_workers": default_queue(FACE).workers,
        "queue_health": {
            "status": "degraded" if troubled else "healthy",
            "resource_utilization": "high" if cpu > 90 else "optimal",
            "limit_enforcement": "active",
        },
    }
