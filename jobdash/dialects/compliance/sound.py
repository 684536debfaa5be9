"""Whether what a dialect made of an answer can be shown: right types, finite numbers, within their bounds."""

import math
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from jobdash.model.job import Job
from jobdash.model.log import LogLine
from jobdash.model.queue import QueueStats, Worker
from jobdash.model.report import BadEvent, JobReport, Page, Pulse, StreamError
from jobdash.model.state import State

Right = Callable[[Any], bool]

MOST = 2**1000


def text(value: Any) -> bool:
    return isinstance(value, str)


def named(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def finite(value: Any) -> bool:
    """A number that can be reckoned with; an integer of hundreds of digits can not."""
    return (type(value) is float and math.isfinite(value)) or (type(value) is int and abs(value) <= MOST)


def amount(value: Any) -> bool:
    return finite(value) and value >= 0


def count(value: Any) -> bool:
    return type(value) is int and value >= 0


def flag(value: Any) -> bool:
    return type(value) is bool


def texts(value: Any) -> bool:
    return isinstance(value, tuple) and all(map(text, value))


JOB: dict[str, Right] = {
    **dict.fromkeys(("type", "queue", "label", "step", "worker", "priority", "error"), text),
    **dict.fromkeys(("created_at", "started_at", "finished_at", "updated_at"), finite),
    **dict.fromkeys(("attempts", "max_attempts", "queue_position"), count),
    "progress": lambda value: amount(value) and value <= 100,
    "fraction": lambda value: isinstance(value, tuple) and len(value) == 2 and all(map(amount, value)),
    "estimated_wait": amount,
    "results": texts,
}
QUEUE: dict[str, Right] = {
    "name": text,
    **dict.fromkeys(("depth", "running", "scheduled", "retrying", "completed", "failed", "cancelled"), count),
    **dict.fromkeys(("total", "workers"), count),
    "paused": flag,
    "cpu_percent": amount,
    "memory_mb": amount,
    "health": text,
}
WORKER: dict[str, Right] = {"name": named, "state": text, "queues": texts, "job": text, "heartbeat_at": finite}
LINE: dict[str, Right] = {"text": text, "at": finite, "level": text}
TABLES: dict[type, dict[str, Right]] = {QueueStats: QUEUE, Worker: WORKER, LogLine: LINE}


def sound(found: object, server: str) -> str | None:
    """What is wrong with `found`, in one sentence; None when nothing is."""
    match found:
        case tuple() | list():
            return next((wrong for each in found if (wrong := sound(each, server))), None)
        case str() | Pulse() | BadEvent() | StreamError() | None:
            return None
        case JobReport():
            return _report(found, server)
        case Page():
            if found.at is not None and not finite(found.at):
                return f"the time of the page is {found.at!r}"
            return sound((*found.reports, *found.queues), server) or _texts("problems", found.problems)
        case QueueStats() | Worker() | LogLine():
            return _values(found, TABLES[type(found)])
    return f"{type(found).__name__} is nothing that a dialect may tell"


def _report(report: JobReport, server: str) -> str | None:
    if report.at is not None and not finite(report.at):
        return f"the time of the news is {report.at!r}"
    if report.version is not None and not finite(report.version):
        return f"the version of the news is {report.version!r}"
    lines = report.detail.logs if report.detail is not None else ()
    return _job(report.job, server) or sound((*report.queues, *lines), server) or _texts("problems", report.problems)


def _job(job: Job, server: str) -> str | None:
    if job.key.server != server or not named(job.key.id):
        return f"the job's key is {job.key!r}, its server is {server}"
    if not isinstance(job.state, State) or not named(job.native_state):
        return f"the job's state is {job.state!r}, in the server's own word {job.native_state!r}"
    if job.overdue:
        return "overdue is jobdash's own mark"
    return _values(job, JOB)


def _values(found: Any, table: dict[str, Right]) -> str | None:
    for each in fields(found):
        value = getattr(found, each.name)
        if value is not None and each.name in table and not table[each.name](value):
            return f"{type(found).__name__}.{each.name} is {str(value)[:60]!r}"
    return None


def _texts(name: str, found: object) -> str | None:
    return None if texts(found) else f"{name} are {found!r}"
