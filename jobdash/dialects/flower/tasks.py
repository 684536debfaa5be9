"""A task of Flower, with the backend's word where there is one, as a job."""

from collections.abc import Mapping

from jobdash.dialects._progress import UNTOLD, Progress, published
from jobdash.dialects._reading import clock_text, iso, moment
from jobdash.dialects.flower.backend import READY
from jobdash.dialects.flower.literals import literal
from jobdash.dialects.flower.lost import Lost
from jobdash.dialects.flower.sending import like
from jobdash.dialects.flower.wire import Result, Task
from jobdash.model.frames import innermost
from jobdash.model.job import Detail, Job, JobKey, Json
from jobdash.model.state import State

WAITING = ("PENDING", "RECEIVED", "RETRY")
RUNNING = ("STARTED", "PROGRESS")
"""Those that are usual: a task may give itself any other."""


def native(task: Task, ready: Result | None) -> str:
    """The state in Celery's own words, empty when it is not told."""
    return (ready.state if ready else task.state) or ""


def state_of(task: Task, ready: Result | None, now: float | None = None) -> State:
    """Any state that Celery does not know is one that a running task gave itself."""
    said = native(task, ready)
    if said in READY:
        return READY[said]
    if said == "RETRY" or (said == "RECEIVED" and task.eta and task.retries):
        return State.RETRYING
    if said in ("PENDING", "RECEIVED"):
        due = iso(task.eta)
        return State.SCHEDULED if due is not None and (now is None or due > now) else State.PENDING
    return State.RUNNING if said else State.UNKNOWN


def job_of(key: JobKey, task: Task, ready: Result | None, lost: Lost, now: float | None) -> Job:
    """`lost` has the evidence that nobody works on it any more, `now` is the server's own time."""
    state = state_of(task, ready, now)
    progress = _progress(task) if state is State.RUNNING else UNTOLD
    error = task.exception if state in (State.FAILED, State.RETRYING) else None
    if ready is not None and ready.state != "SUCCESS" and isinstance(ready.result, str):
        error = ready.result
    due = iso(task.eta) if state in (State.SCHEDULED, State.RETRYING) else None
    if state is State.RUNNING and (evidence := lost.evidence(task)):
        state, error = State.STUCK, evidence
    ended = task.succeeded or task.failed or task.rejected or task.revoked
    return Job(
        key=key,
        state=state,
        native_state=native(task, ready) or "unknown",
        type=task.name,
        queue=task.routing_key,
        progress=progress.percent,
        fraction=progress.fraction,
        step=progress.step if due is None else f"due {clock_text(due)}",
        created_at=moment(task.sent) or moment(task.received),
        started_at=moment(task.started),
        finished_at=moment(ended) if state.ended else None,
        updated_at=moment(task.timestamp),
        attempts=_attempts(task),
        worker=task.worker,
        error=error,
        frame=innermost(task.traceback) if error and task.traceback else None,
    )


def detail_of(task: Task, ready: Result | None, links: Mapping[str, Json], raw: Json) -> Detail:
    """`links` name the tasks that this one is, or was, sent again as."""
    said = {
        "runtime": task.runtime,
        "retries": task.retries,
        "eta": task.eta,
        "expires": task.expires,
        "root": task.root_id,
        "parent": task.parent_id,
        "children": task.children,
        **links,
    }
    return Detail(
        data={"args": task.args, "kwargs": task.kwargs},
        result=ready.result if ready else task.result,
        traceback=(ready.traceback if ready else None) or task.traceback,
        metrics={name: value for name, value in said.items() if value not in (None, [])},
        raw=raw,
        again=like(task),
    )


def _attempts(task: Task) -> int | None:
    """Those begun: `retries` counts the ones before this one, which has begun unless the task waits."""
    if task.retries is None:
        return None
    return task.retries + int(task.state not in WAITING and task.started is not None)


def _progress(task: Task) -> Progress:
    """Out of a task's own event, whose `result` is the repr of a dict."""
    meta = literal(task.result) if task.state != "STARTED" else None
    return published(meta) if isinstance(meta, dict) else UNTOLD
