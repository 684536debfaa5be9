"""A job of RQ, as a listing or its detail tells it, as jobdash knows it."""

import re

from jobdash.dialects._progress import published
from jobdash.dialects._reading import iso
from jobdash.dialects.rq.staff import Staff
from jobdash.dialects.rq.wire import RqJob
from jobdash.model.frames import innermost
from jobdash.model.job import Job, JobKey
from jobdash.model.state import State

STATES = {
    "created": State.PENDING,
    "queued": State.PENDING,
    "ready_to_enqueue": State.PENDING,
    "deferred": State.PENDING,
    "scheduled": State.SCHEDULED,
    "rate_limited": State.SCHEDULED,
    "started": State.RUNNING,
    "finished": State.COMPLETED,
    "failed": State.FAILED,
    "stopped": State.CANCELLED,
    "canceled": State.CANCELLED,
}
CALL = re.compile(r"([\w.]+)\(")
STOPPED = "Job stopped by user"


def job_of(key: JobKey, row: RqJob, place: tuple[str, str], staff: Staff, detail: RqJob | None = None) -> Job:
    """`place` is the queue and the registry or status; `detail` tells the progress that a listing leaves out."""
    native = row.status or ("stopped" if (row.exc_info or "").startswith(STOPPED) else place[1])
    state = STATES.get(native, State.UNKNOWN)
    error = _last_line(row.exc_info) if state in (State.FAILED, State.CANCELLED) else None
    step = None
    if native == "scheduled" and row.started_at and row.ended_at and row.result is None:
        state = State.RETRYING
    elif native == "deferred":
        step = "waits for a job that it depends on"
    progress = published(row.meta or (detail.meta if detail is not None and native == "started" else {}))
    if state is State.RUNNING and (evidence := staff.lost(key.id, iso(row.started_at))):
        state, error = State.STUCK, evidence
    worker = staff.works.get(key.id)
    called = CALL.match(row.description or "")
    return Job(
        key=key,
        state=state,
        native_state=native or "unknown",
        type=called[1] if called else row.description,
        queue=place[0] or None,
        label=None if called else row.description,
        progress=progress.percent,
        fraction=progress.fraction,
        step=step or progress.step,
        created_at=iso(row.created_at),
        started_at=iso(row.started_at),
        finished_at=iso(row.ended_at) if state.ended else None,
        worker=worker.name if worker else None,
        error=error,
        frame=innermost(row.exc_info) if error and row.exc_info else None,
    )


def _last_line(text: str | None) -> str | None:
    lines = (text or "").strip().splitlines()
    return lines[-1] if lines else None
