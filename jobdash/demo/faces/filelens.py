"""The FileLens preview API, base `/preview`: submit, status, result files under `/files`.

A malformed submission is 400 with `success: false`; a well-formed one that cannot be done is 200 with
`success: false`, as the document's client expects. An input that turns out to be missing or broken fails
the job. Result files are kept for a limited time and then answer 410.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from jobdash.demo.errors import UnknownJob
from jobdash.demo.faces.face import Body, Refusal, Stage, face_app, job_answer, json_body
from jobdash.demo.jobs import Job, Order, State
from jobdash.demo.work.preview_document import FORMATS

FACE, BASE = "filelens", "/preview"

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


def submission_answer(success: bool, message: str, job_id: str | None = None) -> Body:
    """The documented answer to a submission."""
    return {
        "success": success,
        "message": message,
        "preview_urls": None,
        "total_pages": None,
        "job_id": job_id,
    }


def error_form(error: str, _: str | None = None) -> Body:
    """`{"success": false, "message": "..."}`."""
    return {"success": False, "message": error}


def filelens(stage: Stage) -> Starlette:
    """The face's app."""
    engine = stage.engine

    def find(job_id: str) -> Job:
        try:
            return engine.get(job_id, FACE)
        except UnknownJob as unknown:
            raise Refusal(404, error_form(str(unknown))) from None

    async def submit(request: Request) -> Response:
        refusal = Refusal(400, submission_answer(False, "The request body must be a JSON object"))
        job = engine.submit(read_order(await json_body(request, refusal)))
        return JSONResponse(submission_answer(True, "Job created successfully", job.id))

    async def status(request: Request) -> Response:
        job = find(request.path_params["job_id"])
        return job_answer(request, job, show(job))

    async def result_file(request: Request) -> Response:
        job, name = find(request.path_params["job_id"]), request.path_params["name"]
        if name not in job.files:
            raise Refusal(404, error_form(f"File not found: {name}"))
        path = engine.workplace.results.find(job.id, name)
        if path is None:
            raise Refusal(410, error_form(f"File no longer available: {name}"))
        return FileResponse(path, filename=name)

    return face_app(
        [
            Route(f"{BASE}/async", submit, methods=["POST"]),
            Route(f"{BASE}/status/{{job_id}}", status),
            Route("/files/{job_id}/{name}", result_file),
        ],
        error_form,
    )


def read_order(body: Body) -> Order:
    """The order in a submission; a Refusal says what is wrong with it."""
    source, kind, options = body.get("input"), body.get("output_format", "png"), body.get("options") or {}
    if not isinstance(source, str) or not source:
        raise Refusal(400, submission_answer(False, "input is required"))
    if not isinstance(options, dict):
        raise Refusal(400, submission_answer(False, "options must be a JSON object"))
    if kind not in FORMATS:
        message = f"Unsupported output format: {kind}. Supported: {', '.join(FORMATS)}"
        raise Refusal(200, submission_answer(False, message))
    if "://" in source:
        raise Refusal(200, submission_answer(False, f"Only files of this server can be previewed: {source}"))
    pages = 50 if options.get("all_pages", True) else 1
    params = {"width": 200, "pages": pages, **options, "input": source, "output_format": kind}
    return Order(FACE, "previews", "preview-document", params, label=f"{kind} preview of {source}")


def show(job: Job) -> Body:
    """The documented status; `progress` is absent until the job has started."""
    completed = job.state is State.COMPLETED
    return {
        "job_id": job.id,
        "status": WORDS[job.state],
        **({} if job.started_at is None else {"progress": round(job.progress)}),
        "message": job.error or ("Preview generation completed" if completed else job.step),
        "total_pages": len(job.files) if completed else None,
        "result_urls": [f"/files/{job.id}/{name}" for name in job.files] if completed else None,
    }
