"""The control face: the demo's backstage door for tests. Not part of any documented API.

All bodies and answers are JSON; errors are `{"error": "..."}` with 400 (bad body) or 404 (unknown job, face,
queue or kind). `{id}` is the id of a job of any face. Moving the gate of a job that has ended changes nothing
until it is restarted.

POST /submit       {"face", "kind", "params": {}, "label": "", "priority": 5, "delay": 0, "queue": "",
                   "max_attempts": 3, "gate": "open"} -> {"id"}
                   Kinds: hash-files, compress-files, count-words, index-modules, check-archive (params
                   package, start, count; a count of 10 is ten slices), preview-document (input,
                   output_format), resize-image (width, height), wait-for-lock (patience: falls silent
                   half way, stuck until released or out of patience). Kinds that fail:
                   broken-archive (format zip/tar/gz, damage truncated/flipped), syntax-error, missing-file
                   (path; retried). `priority` 1 is served before 5; `delay` in seconds; `gate` is open, held,
                   stalled or hurried, as if moved by the requests below before the job starts.
POST /hold/{id}    the job waits at its next slice and keeps its heartbeat (submit with gate "held": it
                   starts, then waits at 0 %) -> {"id", "gate"}; likewise the next three:
POST /stall/{id}   it waits without a heartbeat: after a while it is stuck
POST /release/{id} it goes on; a lock it waits for is given free
POST /finish/{id}  it goes on without resting between slices
POST /step/{id}?n=1  so many slices of a held job pass -> {"id", "gate"}
POST /expire/{id}  its result files go, as after their retention -> {"id"}
DELETE /jobs/{id}  the job goes, whatever its state -> {"id"}
GET  /jobs         {"jobs": [{"id", "face", "queue", "kind", "label", "state", "progress", "done", "total",
                   "step", "attempts", "worker", "error", "traceback", "files", "gate"}]}, oldest first;
                   `state` is the engine's own, or "stuck"
GET  /jobs/{id}    one of these
POST /fault        {"face", "mode": "500"|"401"|"429"|"html"|"malformed"|"wrong-typed"|"hang"|null}: every
                   request to the face is answered so, until null -> {"face", "mode"}
POST /limit        {"face", "per_second": number or null}: a true rate limit, 429 with Retry-After beyond it
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from jobdash.demo.engine import Engine
from jobdash.demo.errors import UnknownJob, UnknownKind
from jobdash.demo.faces.face import Body, Refusal, Stage, face_app, json_body
from jobdash.demo.faults import Fault, Trouble
from jobdash.demo.gates import Mode
from jobdash.demo.jobs import NORMAL, Job, Order
from jobdash.demo.queues import QUEUES, default_queue

MOVES = {"hold": Mode.HELD, "stall": Mode.STALLED, "release": Mode.OPEN, "finish": Mode.HURRIED}
BAD_BODY = Refusal(400, {"error": "The request body must be a JSON object"})


def error_form(error: str, _: str | None = None) -> Body:
    """`{"error": "..."}`."""
    return {"error": error}


def control(stage: Stage, troubles: Mapping[str, Trouble]) -> Starlette:
    """The face's app. `troubles` by face are switched here and act in front of the faces."""
    engine = stage.engine

    def find(request: Request) -> Job:
        try:
            return engine.get(request.path_params["job_id"])
        except UnknownJob as unknown:
            raise Refusal(404, error_form(str(unknown))) from None

    async def submit(request: Request) -> Response:
        body = await json_body(request, BAD_BODY)
        order, gate = read_order(body)
        try:
            job = engine.submit(order, gate)
        except UnknownKind as unknown:
            raise Refusal(404, error_form(str(unknown))) from None
        return JSONResponse({"id": job.id})

    async def move(request: Request) -> Response:
        job, mode = find(request), MOVES[request.url.path.split("/")[1]]
        engine.set_gate(job, mode)
        return JSONResponse({"id": job.id, "gate": mode})

    async def step(request: Request) -> Response:
        job, slices = find(request), request.query_params.get("n", "1")
        if not (slices.isascii() and slices.isdigit()):
            raise Refusal(400, error_form("n must be a whole number"))
        engine.step(job, int(slices))
        return JSONResponse({"id": job.id, "gate": engine.workplace.gate(job.id).mode})

    async def expire(request: Request) -> Response:
        job = find(request)
        engine.workplace.results.remove(job.id)
        return JSONResponse({"id": job.id})

    async def remove(request: Request) -> Response:
        job = find(request)
        engine.remove(job)
        return JSONResponse({"id": job.id})

    async def listing(_: Request) -> Response:
        return JSONResponse({"jobs": [show(engine, job) for job in engine.book.all()]})

    async def one(request: Request) -> Response:
        return JSONResponse(show(engine, find(request)))

    async def fault(request: Request) -> Response:
        body = await json_body(request, BAD_BODY)
        trouble, mode = trouble_of(troubles, body), body.get("mode")
        if mode is not None and mode not in list(Fault):
            raise Refusal(400, error_form(f"Unknown fault: {mode}"))
        trouble.fault = None if mode is None else Fault(str(mode))
        return JSONResponse({"face": body["face"], "mode": mode})

    async def limit(request: Request) -> Response:
        body = await json_body(request, BAD_BODY)
        trouble, rate = trouble_of(troubles, body), body.get("per_second")
        if rate is not None and (not isinstance(rate, int | float) or rate <= 0):
            raise Refusal(400, error_form("per_second must be a number above 0, or null"))
        trouble.per_second = rate
        return JSONResponse({"face": body["face"], "per_second": rate})

    return face_app(
        [
            Route("/submit", submit, methods=["POST"]),
            Route("/step/{job_id}", step, methods=["POST"]),
            Route("/expire/{job_id}", expire, methods=["POST"]),
            Route("/fault", fault, methods=["POST"]),
            Route("/limit", limit, methods=["POST"]),
            Route("/jobs", listing),
            Route("/jobs/{job_id}", one),
            Route("/jobs/{job_id}", remove, methods=["DELETE"]),
            *(Route(f"/{name}/{{job_id}}", move, methods=["POST"]) for name in MOVES),
        ],
        error_form,
    )


def trouble_of(troubles: Mapping[str, Trouble], body: Body) -> Trouble:
    """The trouble of the face a body names; 404 for an unknown face."""
    face = body.get("face")
    if not isinstance(face, str) or face not in troubles:
        raise Refusal(404, error_form(f"Unknown face: {face}"))
    return troubles[face]


def read_order(body: Body) -> tuple[Order, Mode]:
    """The order and the gate in a submission; a Refusal says what is wrong with it."""
    face, kind = body.get("face"), body.get("kind")
    if not isinstance(face, str) or face not in {queue.face for queue in QUEUES}:
        raise Refusal(404, error_form(f"Unknown face: {face}"))
    queue = body.get("queue") or default_queue(face).name
    if not isinstance(queue, str) or queue not in {each.name for each in QUEUES if each.face == face}:
        raise Refusal(404, error_form(f"Unknown queue of {face}: {queue}"))
    params, label, delay = body.get("params", {}), body.get("label", ""), body.get("delay", 0)
    if not isinstance(params, dict) or not isinstance(label, str) or not isinstance(delay, int | float):
        raise Refusal(400, error_form("params must be an object, label a text, delay a number"))
    priority, attempts = body.get("priority", NORMAL), body.get("max_attempts", 3)
    if not isinstance(priority, int) or not isinstance(attempts, int):
        raise Refusal(400, error_form("priority and max_attempts must be whole numbers"))
    gate = body.get("gate", Mode.OPEN)
    if gate not in list(Mode):
        raise Refusal(400, error_form(f"Unknown gate: {gate}"))
    return Order(face, queue, str(kind), params, label, priority, delay, attempts), Mode(str(gate))


def show(engine: Engine, job: Job) -> Body:
    """A job as the engine sees it."""
    return {
        "id": job.id,
        "face": job.order.face,
        "queue": job.order.queue,
        "kind": job.order.kind,
        "label": job.order.label,
        "state": "stuck" if engine.is_stuck(job) else job.state,
        "progress": job.progress,
        "done": job.done,
        "total": job.total,
        "step": job.step,
        "attempts": job.attempts,
        "worker": job.worker,
        "error": job.error,
        "traceback": job.traceback,
        "files": list(job.files),
        "gate": engine.workplace.gate(job.id).mode,
    }
