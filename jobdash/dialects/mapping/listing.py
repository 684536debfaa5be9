"""One part of a listing: asked for, read, and where the next part begins."""

from collections.abc import Sequence
from typing import Any

from jobdash.client.dialect import Answer, Ask
from jobdash.dialects.mapping.embedded import embedded
from jobdash.dialects.mapping.paging import Position, following, parameters
from jobdash.dialects.mapping.paths import Paths
from jobdash.dialects.mapping.plan import ListPlan
from jobdash.dialects.mapping.unusable import Unusable
from jobdash.model.errors import BadAnswer
from jobdash.model.report import JobReport, Page

PROBLEMS = 20


async def list_page(
    plan: ListPlan, paths: Paths, server: str, queues: Sequence[str], ask: Ask, cursor: str | None, state: str | None
) -> Page:
    """The part at `cursor`. `queues` are listed one after the other where the path names a queue."""
    position = Position.read(cursor)
    per_queue = "{queue}" in paths.raw("list")
    if per_queue and position.queue >= len(queues):
        return Page(reports=())
    words = {"queue": queues[position.queue]} if per_queue else {}
    query: dict[str, Any] = dict(parameters(plan.table, position.place))
    if state and plan.table.state_param:
        query[plan.table.state_param] = state
    answer = await ask(paths.request("list", words, query))
    entries = found_in(plan, answer)
    problems: list[str] = []
    told = plan.counts.read(answer.body, problems)
    place = following(plan, position.place, answer, len(entries), told)
    next_one = Position(position.queue, place) if place else Position(position.queue + 1)
    return Page(
        reports=reports(plan, entries, server, words.get("queue"), answer, problems),
        total=None if per_queue else told.get("total"),
        next=str(next_one) if place or (per_queue and next_one.queue < len(queues)) else None,
        queues=embedded(plan.queue, answer.body, answer.url, problems),
        problems=tuple(problems[:PROBLEMS]),
    )


def found_in(plan: ListPlan, answer: Answer) -> list[Any]:
    """The entries of a listing. Raises BadAnswer when there is no list."""
    try:
        entries = plan.items(answer.body)
    except Unusable as problem:
        raise BadAnswer(problem.about(answer.url)) from None
    if not isinstance(entries, list):
        wrong = Unusable("a list of jobs", entries if entries is not None else answer.body)
        raise BadAnswer(wrong.about(f"{answer.url}: {plan.table.items}"))
    return entries


def reports(
    plan: ListPlan, entries: list[Any], server: str, queue: str | None, answer: Answer, problems: list[str]
) -> tuple[JobReport, ...]:
    """What the entries say; a worthless one is noted and left out. Raises BadAnswer when all of them are."""
    found: list[JobReport] = []
    at = plan.at.read(answer.body, problems).get("at")
    worthless: BadAnswer | None = None
    for entry in entries:
        own: list[str] = []
        try:
            job = plan.job.read(plan.item(entry), server, None, answer.url, own, queue)
        except Unusable as problem:
            worthless = BadAnswer(problem.about(answer.url))
        except BadAnswer as error:
            worthless = error
        else:
            found.append(JobReport(job=job, at=at, problems=tuple(own)))
            continue
        problems.append(str(worthless))
    if worthless and not found:
        raise worthless
    return tuple(found)
