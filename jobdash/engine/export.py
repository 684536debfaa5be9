"""What is seen, written down: rows as CSV or JSON lines, a job as JSON, a log as text. Secrets are covered. Pure.

Names and units are those of the command line (`headless/record.py`).
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from jobdash.engine.masking import Masking
from jobdash.model.job import Detail, Job
from jobdash.model.log import LogLine

COLUMNS = (
    "server", "id", "type", "queue", "state", "native_state", "progress", "step", "created_at", "started_at",
    "finished_at", "updated_at", "attempts", "max_attempts", "worker", "priority", "queue_position",
    "estimated_wait_s", "error", "overdue",
)  # fmt: skip
Hide = Callable[[str], str]
"""A text as others may see it."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins like this would be reckoned by a spreadsheet instead of shown."""


def facts(job: Job) -> dict[str, Any]:
    """What a server says of one job, as JSON values; times are RFC 3339 in UTC. Every record of a job begins so."""
    return {
        "server": job.server,
        "id": job.id,
        "type": job.type,
        "queue": job.queue,
        "state": str(job.state),
        "native_state": job.native_state,
        "progress": job.progress,
        "step": job.step,
        "created_at": stamp(job.created_at),
        "started_at": stamp(job.started_at),
        "finished_at": stamp(job.finished_at),
        "updated_at": stamp(job.updated_at),
        "attempts": job.attempts,
        "max_attempts": job.max_attempts,
        "worker": job.worker,
        "priority": job.priority,
        "queue_position": job.queue_position,
        "estimated_wait_s": job.estimated_wait,
        "error": job.error,
    }


def record(job: Job) -> dict[str, Any]:
    """One job of the view."""
    return {**facts(job), "overdue": job.overdue}


def csv_lines(jobs: Iterable[Job], hide: Hide | None = None) -> Iterator[str]:
    """A head, then a line a job."""
    yield _csv(COLUMNS)
    for job in jobs:
        yield _csv([_cell(value) for value in _hidden(record(job), hide).values()])


def json_lines(jobs: Iterable[Job], hide: Hide | None = None) -> Iterator[str]:
    """One object a line."""
    for job in jobs:
        yield _json(_hidden(record(job), hide)) + "\n"


def whole_job(
    job: Job, detail: Detail | None, log: Iterable[LogLine], masking: Masking, hide: Hide | None = None
) -> Iterator[str]:
    """A job with everything that was read of it, as one object; the log in parts, because it may be long."""
    known = record(job) | {
        "data": masking.masked(detail.data) if detail else None,
        "result": masking.masked(detail.result) if detail else None,
        "traceback": detail.traceback if detail else None,
        "attempts_told": [asdict(attempt) for attempt in detail.attempts] if detail else [],
        "metrics": masking.masked(dict(detail.metrics)) if detail else None,
        "raw": masking.masked(detail.raw) if detail else None,
    }
    yield _json(_hidden(known, hide))[:-1] + ', "logs": ['
    for number, line in enumerate(log):
        told = {"at": stamp(line.at), "level": line.level, "text": line.text}
        yield (",\n" if number else "\n") + _json(_hidden(told, hide))
    yield "\n]}\n"


def log_lines(log: Iterable[LogLine], hide: Hide | None = None) -> Iterator[str]:
    """The log as it was told, a time and a level before each line; a line break within a line stays in its line."""
    for line in log:
        told = (stamp(line.at), (line.level or "").upper(), _hidden(line.text, hide).replace("\n", "\\n"))
        yield " ".join(part for part in told if part) + "\n"


def stamp(at: float | None) -> str | None:
    """RFC 3339, UTC; None for what no calendar holds."""
    if at is None:
        return None
    try:
        moment = datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds").replace("+00:00", "Z")


def _hidden(value: Any, hide: Hide | None) -> Any:
    """`value` with every text as it may be written; a number that is an id becomes a text."""
    match value:
        case _ if hide is None:
            return value
        case str():
            shown = hide(value)
            return value if shown == value else shown.rstrip()
        case bool():
            return value
        case int():
            shown = _hidden(str(value), hide)
            return value if shown == str(value) else shown
        case Mapping():
            return {_hidden(name, hide): _hidden(item, hide) for name, item in value.items()}
        case list() | tuple():
            return [_hidden(item, hide) for item in value]
        case _:
            return value


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, default=str)


def _cell(value: object) -> object:
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA) else value


def _csv(values: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()
