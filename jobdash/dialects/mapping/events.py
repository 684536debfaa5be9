"""From a server-sent event to what it means. Never raises: an event that is worthless is counted and skipped."""

import json

from jobdash.client.dialect import StreamEvent
from jobdash.dialects.mapping import units
from jobdash.dialects.mapping.expression import truthy
from jobdash.dialects.mapping.jobs import About
from jobdash.dialects.mapping.plan import StreamPlan
from jobdash.dialects.mapping.unusable import Unusable, snippet
from jobdash.model.errors import BadAnswer
from jobdash.model.job import JobKey
from jobdash.model.report import BadEvent, Heard, JobReport, Pulse, StreamError


def read_event(plan: StreamPlan, event: StreamEvent, server: str, id: str | None) -> Heard:
    """`id` is the job whose stream it came from; None on the feed, where no single job's end ends the source."""
    if event.event in plan.ignore or (plan.events and event.event not in plan.events) or not event.data.strip():
        return Pulse()
    try:
        body = json.loads(event.data)
    except (ValueError, RecursionError):
        return BadEvent(f"an event is not JSON: {snippet(event.data)}")
    problems: list[str] = []
    try:
        told = plan.error(body) if plan.error else None
        wrong = (units.message(told) or "the server says that something is wrong") if truthy(told) else None
        item = plan.item(body)
    except Unusable as problem:
        return BadEvent(problem.about("an event"))
    try:
        job = plan.job.read(item, About(server, "an event", id), problems)
    except BadAnswer as error:
        return StreamError(wrong, JobKey(server, id) if id is not None else None) if wrong else BadEvent(str(error))
    if wrong and not job.state.ended:
        return StreamError(wrong, job.key)
    return JobReport(
        job=job,
        partial=not plan.table.whole,
        at=plan.at.read(body, problems).get("at"),
        final=id is not None and job.state.ended,
        problems=tuple(problems),
    )
