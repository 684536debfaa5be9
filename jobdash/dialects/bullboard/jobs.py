"""A job of BullMQ, its log and its queue as jobdash knows them."""

import re
from typing import Any

from jobdash.dialects._progress import Progress, figure, published
from jobdash.dialects._reading import clock_text, iso, moment, percent
from jobdash.dialects.bullboard.attempts import attempts_of
from jobdash.dialects.bullboard.states import HELD_BACK, STATES
from jobdash.dialects.bullboard.wire import BullJob, Queue
from jobdash.model.frames import innermost
from jobdash.model.job import Detail, Job, JobKey, Json
from jobdash.model.log import LogLine
from jobdash.model.queue import QueueStats
from jobdash.model.state import State

STAMPED = re.compile(r"(\d{4}-\d\d-\d\d[T ]\S+)\s+(?:\[?(debug|info|warn|warning|error)\]?:?\s+)?(.*)", re.I | re.S)


def job_of(key: JobKey, job: BullJob, status: str | None, queue: Queue) -> Job:
    """A job that is in this status of this queue."""
    tried = job.attempts or 0
    state = _state(status, tried, queue)
    error = job.failedReason if state in (State.FAILED, State.RETRYING) else None
    progress = _progress(job.progress)
    step = progress.step
    if state is State.RUNNING and queue.hasWorkers is False:
        state, error = State.STUCK, f"no worker is connected to {queue.name}: the one that had this job is gone"
    elif state is State.RUNNING and job.stalledCounter:
        step = f"begun anew after its worker was lost ({job.stalledCounter} times stalled)"
    elif state in (State.SCHEDULED, State.RETRYING):
        step = _due(job, state) or step
    elif status == "waiting-children":
        step = "waits for its children"
    return Job(
        key=key,
        state=state,
        native_state=status or "unknown",
        type=job.name,
        queue=queue.name,
        progress=progress.percent,
        fraction=progress.fraction,
        step=step,
        created_at=moment(job.timestamp, 0.001),
        started_at=moment(job.processedOn, 0.001),
        finished_at=moment(job.finishedOn, 0.001) if state.ended else None,
        attempts=tried if job.attemptsStarted is None else job.attemptsStarted,
        max_attempts=_most(job.opts),
        worker=job.processedBy,
        priority=str(job.priority) if job.priority else None,
        error=error,
        frame=innermost(job.stacktrace[0]) if error and job.stacktrace else None,
    )


def detail_of(job: BullJob, queue: str, status: str | None, logs: tuple[LogLine, ...], raw: Json) -> Detail:
    told = {
        "options": job.opts,
        "progress": job.progress,
        "attempts started": job.attemptsStarted,
        "stalled": job.stalledCounter,
    }
    return Detail(
        data=job.data,
        result=job.returnValue,
        traceback=next(iter(job.stacktrace or ()), None),
        attempts=tuple(attempts_of(job, status)),
        logs=logs,
        metrics={name: value for name, value in told.items() if value not in (None, {})},
        raw=raw,
        again={
            "queue": queue,
            "name": job.name,
            "data": job.data,
            "jobId": None,  # one that is taken adds nothing
            **{option: (job.opts or {}).get(option) or None for option in ("delay", "attempts", "priority")},
        },
    )


def line_of(text: str) -> LogLine:
    """BullMQ keeps lines as the job's code wrote them; a time at the beginning is read where there is one."""
    found = STAMPED.match(text)
    at = iso(found[1]) if found else None
    if found is None or at is None:
        return LogLine(text)
    level = (found[2] or "").lower()
    return LogLine(found[3], at, "warning" if level == "warn" else level or None)


def stats_of(queue: Queue) -> QueueStats:
    told = [queue.count(status) for status in ("waiting", "prioritized", "waiting-children", "paused")]
    return QueueStats(
        name=queue.name or "",
        depth=_sum(told),
        running=queue.count("active"),
        scheduled=queue.count("delayed"),
        completed=queue.count("completed"),
        failed=queue.count("failed"),
        total=_sum([queue.count(status) for status in STATES]),
        paused=queue.isPaused,
        workers=0 if queue.hasWorkers is False else None,
        health="no worker is connected" if queue.hasWorkers is False else None,
        notes=(("read-only", "yes"),) if queue.readOnlyMode else (),
    )


def whole_of(each: list[QueueStats]) -> QueueStats:
    """All queues together."""
    return QueueStats(
        depth=_sum([stats.depth for stats in each]),
        running=_sum([stats.running for stats in each]),
        scheduled=_sum([stats.scheduled for stats in each]),
        completed=_sum([stats.completed for stats in each]),
        failed=_sum([stats.failed for stats in each]),
        total=_sum([stats.total for stats in each]),
    )


def _state(status: str | None, tried: int, queue: Queue) -> State:
    state = STATES.get(status or "", State.UNKNOWN)
    if state is State.SCHEDULED and tried:
        return State.RETRYING
    return State.PAUSED if status in HELD_BACK and queue.isPaused else state


def _progress(value: Any) -> Progress:
    """A number is percent, an object the code's own; 0 is also what a job says that never told any."""
    if isinstance(value, dict):
        return published(value)
    return Progress(percent=percent(figure(value) or None, 100.0))


def _due(job: BullJob, state: State) -> str | None:
    repeat = (job.opts or {}).get("repeat")
    every = f", repeats: {repeat.get('pattern') or repeat.get('every')}" if isinstance(repeat, dict) else ""
    if state is State.RETRYING:
        return f"retry {(job.delay or 0) / 1000:g} s after the failure"
    due = moment((job.timestamp or 0) + (job.delay or 0), 0.001) if job.timestamp and job.delay else None
    return f"due {clock_text(due)}{every}" if due else None


def _most(opts: dict[str, Any] | None) -> int | None:
    most = (opts or {}).get("attempts")
    return most if type(most) is int and most > 0 else None


def _sum(counts: list[int | None]) -> int | None:
    told = [count for count in counts if count is not None]
    return sum(told) if told else None
