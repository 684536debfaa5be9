"""One part of a listing: asked for, read, and where the next part begins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from jobdash.client.dialect import Answer, Ask
from jobdash.dialects.mapping.embedded import embedded
from jobdash.dialects.mapping.expression import Getter, truthy
from jobdash.dialects.mapping.jobs import About
from jobdash.dialects.mapping.pages import Pages
from jobdash.dialects.mapping.paging import Position, following, parameters
from jobdash.dialects.mapping.paths import Paths
from jobdash.dialects.mapping.plan import ListPlan
from jobdash.dialects.mapping.reader import value_of
from jobdash.dialects.mapping.times import time, written_as
from jobdash.dialects.mapping.unusable import Unusable
from jobdash.model.errors import BadAnswer, Rejected
from jobdash.model.report import JobReport, Page

PROBLEMS = 20
ROUNDED = 2.0
"""Seconds by which times may be cut off on their way."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The listing of one server. `queues` are listed one after the other where the path names a queue.

    `pages` are those read before; a listing of queues, or one that tells changes from the time of its answer on, is
    read anew each time.
    """

    plan: ListPlan
    paths: Paths
    server: str
    queues: Sequence[str]
    pages: Pages

    async def page(self, ask: Ask, cursor: str | None, state: str | None = None, since: float | None = None) -> Page:
        """The part at `cursor`, of jobs in the server's own `state` where it can tell them apart.

        `since`: only what has changed. Raises Rejected when the answer shows that it tells more.
        """
        position, per_queue = Position.read(cursor), self.paths.holds("list", "queue")
        if per_queue and position.queue >= len(self.queues):
            return Page(reports=())
        words = {"queue": self.queues[position.queue]} if per_queue else {}
        request = self.paths.request("list", words, self._query(position, state, since))
        lasting = not per_queue and self.plan.table.since is None
        answer = await ask(replace(request, known=self.pages.known(request)) if lasting else request)
        if lasting and (same := self.pages.same(request, answer)) is not None:
            return same
        if since is not None and self.plan.told is not None and not obeyed(self.plan.told, answer):
            raise Rejected(f"{self.server} gave all jobs instead of those that have changed")
        entries, problems = found_in(self.plan, answer), list[str]()
        told = self.plan.counts.read(answer.body, problems)
        place = following(self.plan, position.place, answer, len(entries), told)
        beside = Position(position.queue + 1)
        then = Position(position.queue, place) if place else beside
        about = About(self.server, answer.url, None, words.get("queue"))
        found = reports(self.plan, entries, about, answer, problems)
        if since is not None and any(self._is_older(report, since) for report in found):
            raise Rejected(f"{self.server} gave older jobs than those that have changed")
        page = Page(
            reports=found,
            total=None if per_queue else told.get("total"),
            next=str(then) if place or (per_queue and then.queue < len(self.queues)) else None,
            beside=str(beside) if per_queue and beside.queue < len(self.queues) else None,
            queues=embedded(self.plan.queue, answer.body, answer.url, problems),
            problems=tuple(problems[:PROBLEMS]),
            at=self.plan.at.read(answer.body, []).get("at") or dated(answer),
        )
        return self.pages.keep(request, answer, page) if lasting else page

    async def live(self, ask: Ask, cursor: str | None, states: Sequence[str]) -> Page:
        """The part at `cursor` of the jobs in these of the server's own states, one state after the other."""
        at = Position.read(cursor)
        try:
            page = await self.page(ask, str(Position(place=at.place)), states[at.queue])
        except Rejected:
            page = Page(reports=())  # of this state it cannot tell
        place = Position.read(page.next).place
        then = Position(at.queue, place) if place else Position(at.queue + 1)
        return replace(page, next=str(then) if then.queue < len(states) else None)

    def _is_older(self, report: JobReport, since: float) -> bool:
        """True for a job that a server which did as it was asked would have left out."""
        table = self.plan.table.since
        changed = getattr(report.job, table.field) if table is not None and self.plan.told is None else None
        return changed is not None and changed < since - ROUNDED

    def _query(self, position: Position, state: str | None, since: float | None) -> dict[str, str | int]:
        query = parameters(self.plan.table, position.place)
        if since is not None and self.plan.table.since is not None:
            query[self.plan.table.since.param] = written_as(since, self.plan.table.since.unit)
        if state and self.plan.table.state_param:
            query[self.plan.table.state_param] = state
        return query


def obeyed(told: Getter, answer: Answer) -> bool:
    """Whether the answer says that it tells only what has changed."""
    return truthy(value_of("told", told, lambda value: value, answer.body, []))


def dated(answer: Answer) -> float | None:
    """The time of an answer by its `Date` header; None when it has none."""
    try:
        return time("http")(answer.headers.get("date"))
    except Unusable:
        return None


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
            item = plan.item(entry)
            job = plan.job.read(item, about, own)
        except Unusable as problem:
            worthless = BadAnswer(problem.about(about.where))
        except BadAnswer as error:
            worthless = error
        else:
            found.append(JobReport(job=job, at=at, version=plan.job.version(item, own), problems=tuple(own)))
            continue
        problems.append(str(worthless))
    if worthless and not found:
        raise worthless
    return tuple(found)
