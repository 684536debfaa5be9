"""The JSON shapes and the words of the Job Status API. Its paths and answers are in `jobstatus`."""

from __future__ import annotations

from collections import Counter

from jobdash.demo import stamps
from jobdash.demo.engine import Engine
from jobdash.demo.faces.face import Body
from jobdash.demo.jobs import HIGH, LOW, Job, State
from jobdash.demo.meter import memory_mb

FACE = "jobstatus"

WORDS = {
    State.SCHEDULED: "waiting",
    State.PENDING: "waiting",
    State.RUNNING: "active",
    State.RETRYING: "waiting",
    State.PAUSED: "paused",
    State.COMPLETED: "completed",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
}


def word(engine: Engine, job: Job) -> str:
    """The document's status: a running job without heartbeat is stuck."""
    return "stuck" if engine.is_stuck(job) else WORDS[job.state]


def why_not(status: str, action: str) -> str | None:
    """Why a status forbids an action, None when it allows it (the document's table of valid states)."""
    if action == "resume":
        return None if status == "paused" else "Job is not paused"
    if status in ("waiting", "active") or (action, status) == ("cancel", "paused"):
        return None
    return "Job is stuck" if status == "stuck" else f"Job is already {status}"


def queue_stats(engine: Engine) -> Body:
    """The documented four counts of the whole face."""
    statuses = Counter(word(engine, job) for job in engine.book.of_face(FACE))
    return {status: statuses[status] for status in ("waiting", "active", "completed", "failed")}


def show(engine: Engine, job: Job) -> dict[str, object]:
    """The documented job without its log and metrics, which a listing leaves out."""
    order = job.order
    url = f"stdlib:///{order.params.get('package', '')}"
    priority = {HIGH: "high", LOW: "low"}.get(order.priority, "normal")
    return {
        "id": job.id,
        "type": order.kind,
        "url": url,
        "status": word(engine, job),
        "progress": round(job.progress),
        "data": {
            "url": url,
            "customerId": "jobdash-demo",
            "metadata": {"source": "demo", "priority": priority, "label": order.label},
            "totalPages": job.total,
            "processedPages": job.total if job.state is State.COMPLETED else job.done,
        },
        "createdAt": stamps.millis(job.created_at),
        "startedAt": stamps.millis(job.started_at),
        "finishedAt": stamps.millis(job.finished_at),
        "processedOn": job.worker,
        "attemptsMade": job.attempts,
        "failedReason": job.error,
        "returnvalue": job.result,
    }


def show_in_full(engine: Engine, job: Job) -> Body:
    """The documented job; the traceback of a failed one is the end of its log."""
    memory = memory_mb()
    return {
        **show(engine, job),
        "logs": [*job.logs, *(job.traceback or "").splitlines()],
        "metrics": {
            "processingTime": round(1000 * job.seconds_spent(engine.book.clock())),
            **({} if memory is None else {"memoryUsage": f"{memory:.0f}MB"}),
            "pagesProcessed": job.done,
            "errorsEncountered": job.skipped + (job.error is not None),
        },
    }
