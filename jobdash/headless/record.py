"""A job as one JSON object: names, units and order are a contract, described by `schema`."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from jobdash.engine.export import facts
from jobdash.model.job import Detail, Job
from jobdash.model.state import State


def record(
    job: Job, detail: Detail | None = None, *, url: str = "", stale: bool = False, age: float | None = 0.0
) -> dict[str, Any]:
    """`url` is the server's, from which relative results count; `age` is seconds since the server's last word."""
    return {
        **facts(job),
        "result": detail.result if detail else None,
        "data": detail.data if detail else None,
        "results": absolute(job.results, url),
        "overdue": job.overdue,
        "stale": stale,
        "age_s": None if age is None else round(age, 3),
    }


def absolute(results: tuple[str, ...], url: str) -> list[str]:
    """Whole addresses; what is neither http nor https is left out."""
    found = []
    for reference in results:
        try:
            target = urljoin(url + "/", reference.strip())
            if urlsplit(target).scheme in ("http", "https"):
                found.append(target)
        except ValueError:
            continue
    return found


TEXT, NUMBER, COUNT = {"type": ["string", "null"]}, {"type": ["number", "null"]}, {"type": ["integer", "null"]}
TIME = {"type": ["string", "null"], "format": "date-time"}
FIELDS: dict[str, dict[str, Any]] = {
    "server": {"type": "string", "description": "the server's name"},
    "id": {"type": "string", "description": "unique on the server"},
    "type": TEXT,
    "queue": TEXT,
    "state": {"enum": [str(state) for state in State]},
    "native_state": {"type": "string", "description": "the server's own word"},
    "progress": {"type": ["number", "null"], "minimum": 0, "maximum": 100},
    "step": TEXT,
    "created_at": TIME,
    "started_at": TIME,
    "finished_at": TIME,
    "updated_at": TIME,
    "attempts": COUNT,
    "max_attempts": COUNT,
    "worker": TEXT,
    "priority": TEXT,
    "queue_position": COUNT,
    "estimated_wait_s": NUMBER,
    "error": TEXT,
    "result": {"description": "whatever the server says; null in listings"},
    "data": {"description": "whatever the server says; null in listings"},
    "results": {"type": "array", "items": {"type": "string", "format": "uri"}},
    "overdue": {"type": "boolean", "description": "it has taken longer than it may"},
    "stale": {"type": "boolean", "description": "its server is not answering now, or nobody has told of it for long"},
    "age_s": {"type": ["number", "null"], "description": "seconds since the server last told about it"},
}


def schema() -> dict[str, Any]:
    """The JSON Schema of a record."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A job, as jobdash prints it",
        "type": "object",
        "properties": FIELDS,
        "required": list(FIELDS),
        "additionalProperties": False,
    }
