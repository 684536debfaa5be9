"""One part of a listing: asked for, read, and where the next part begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jobdash.client.dialect import Answer, Ask
from jobdash.dialects.mapping.embedded import embedded
from jobdash.dialects.mapping.jobs import About
from jobdash.dialects.mapping.paging import Position, following, parameters
from jobdash.dialects.mapping.paths import Paths
from jobdash.dialects.mapping.plan import ListPlan
from jobdash.dialects.mapping.unusable import Unusable
from jobdash.model.errors import BadAnswer
from jobdash.model.report import JobReport, Page

PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Listing:
    """The listing of one server. `queues` are listed one after the other where the path names a queue."""

    plan: ListPlan
    paths: Paths
    server: str
    queues: Sequence[str]

    async def page(self, ask: Ask, cursor: str | None, state: str | None) -> Page:
        """The part at `cursor`, of jobs in the server's own `state` where it can tell them apart."""
        position, per_queue = Position.read(cursor), self.paths.holds("list", "queue")
        if per_queue and position.queue >= len(self.queues):
            return Page(reports=())
        words = {"queue": self.queues[position.queue]} if per_queue else {}
        answer = await ask(self.paths.request("list", words, self._query(position, state)))
        entries, problems = found_in(self.plan, answer), list[str]()
        told = self.plan.counts.read(answer.body, problems)
        place = following(self.plan, position.place, answer, len(entries), told)
        then = Position(position.queue, place) if place else Position(position.queue + 1)
        return Page(
            reports=reports(
                self.plan, entries, About(self.server, answer.url, None, words.get("queue")), answer, problems
            ),
            total=None if per_queue else told.get("total"),
            next=str(then) if place or (per_queue and then.queue < len(self.queues)) else None,
            queues=embedded(self.plan.queue, answer.body, answer.url, problems),
            problems=tuple(problems[:PROBLEMS]),
        )

    def _query(self, position: Position, state: str | None) -> dict[str, str | int]:
        query = parameters(self.plan.table, position.place)
        if state and self.plan.table.state_param:
            query[self.plan.table.state_param] = state
        return query


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
    plan: ListPlan, entries: list[Any], about: About, answer: Answer, problems: list[str]
) -> tuple[JobReport, ...]:
    """What the entries say; a worthless one is noted and left out. Raises BadAnswer when all of them are."""
    found: list[JobReport] = []
    at = plan.at.read(answer.body, problems).get("at")
    worthless: BadAnswer | None = None
    for entry in entries:
        own: list[str] = []
        try:
            job = plan.job.read(plan.item(entry), about, own)
        except Unusable as problem:
            worthless = BadAnswer(problem.about(about.where))
        except BadAnswer as error:
            worthless = error
        else:
            found.append(JobReport(job=job, at=at, problems=tuple(own)))
            continue
        problems.append(str(worthless))
    if worthless and not found:
        raise worthless
    return tuple(found)
