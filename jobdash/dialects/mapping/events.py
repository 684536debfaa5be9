"""From a server-sent event to what it means. Never raises: an event that is worthless is counted and skipped."""

import json
from typing import Any

from jobdash.client.dialect import StreamEvent
from jobdash.dialects.mapping import units
from jobdash.dialects.mapping.expression import truthy
from jobdash.dialects.mapping.jobs import About
from jobdash.dialects.mapping.plan import StreamPlan
from jobdash.dialects.mapping.unusable import Unusable, snippet
from jobdash.model.errors import BadAnswer
from jobdash.model.job import JobKey
from jobdash.model.report import BadEvent, Heard, JobReport, Pulse, StreamError
from jobdash.model.swift import swift

_report = swift(JobReport)
_decoder = json.JSONDecoder()


def read_event(plan: StreamPlan, event: StreamEvent, about: About) -> Heard:
    """`about.asked` is the job whose stream it came from; None on the feed, where no one's end ends the source."""
    if event.event in plan.ignore or (plan.events and event.event not in plan.events):
        return Pulse()
    try:
        body = _json(event.data)
    except (ValueError, RecursionError):
        return BadEvent(f"an event is not JSON: {snippet(event.data)}") if event.data.strip() else Pulse()
    problems: list[str] = []
    try:
        wrong = _wrong(plan, body) if plan.error else None
        item = plan.item(body)
    except Unusable as problem:
        return BadEvent(problem.about("an event"))
    try:
        job = plan.job.read(item, about, problems)
    except BadAnswer as error:
        return StreamError(wrong, _key(about)) if wrong else BadEvent(str(error))
    if wrong and not job.state.ended:
        return StreamError(wrong, job.key)
    return _report(
        job=job,
        partial=plan.partial,
        at=plan.at.read(body, problems).get("at") if plan.at else None,
        version=plan.job.version(item, problems),
        final=about.asked is not None and job.state.ended,
        problems=tuple(problems),
    )


def _json(text: str) -> Any:
    """What `json.loads` gives, without its two looks for blanks around the value (a fifth of the time)."""
    try:
        body, end = _decoder.raw_decode(text)
    except ValueError:
        return _decoder.decode(text)
    return body if end == len(text) else _decoder.decode(text)


def _wrong(plan: StreamPlan, body: Any) -> str | None:
    """What the server says that is wrong."""
    told = plan.error(body) if plan.error else None
    return (units.message(told) or "the server says that something is wrong") if truthy(told) else None


def _key(about: About) -> JobKey | None:
    return None if about.asked is None else JobKey(about.server, about.asked)
