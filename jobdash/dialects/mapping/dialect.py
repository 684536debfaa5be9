"""A server spoken to by a mapping: the contract, answered from a plan. Everything it knows is in the file."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from jobdash.client.dialect import Answer, Ask, Dialect, DialectOptions, Request, StreamEvent
from jobdash.dialects.mapping import changing, recognise
from jobdash.dialects.mapping.embedded import embedded
from jobdash.dialects.mapping.events import read_event
from jobdash.dialects.mapping.expression import compile_expression, truthy
from jobdash.dialects.mapping.ids import words
from jobdash.dialects.mapping.jobs import About
from jobdash.dialects.mapping.listing import Listing
from jobdash.dialects.mapping.pages import Pages
from jobdash.dialects.mapping.paths import Paths
from jobdash.dialects.mapping.plan import AnswerPlan, ListPlan, Plan
from jobdash.dialects.mapping.reader import value_of
from jobdash.dialects.mapping.units import message, text
from jobdash.dialects.mapping.unusable import Unusable
from jobdash.model.capabilities import Capabilities
from jobdash.model.command import Command
from jobdash.model.errors import BadAnswer, NotFound
from jobdash.model.form import Form
from jobdash.model.job import Job, Json
from jobdash.model.log import LogLine
from jobdash.model.queue import QueueStats, Worker
from jobdash.model.report import Heard, JobReport, Page

T = TypeVar("T")

AN_EVENT = "an event"

LARGE = 1_000_000
"""Bytes of an answer that takes too long to read for a key to wait for it."""

USUAL = ("message", "detail", "details", "reason", "title")


class MappingDialect(Dialect):
    """One server of the kind that a mapping describes."""

    def __init__(self, plan: Plan, server: str, options: DialectOptions | None = None) -> None:
        super().__init__(server, options)
        mapping = plan.mapping
        self._plan = plan
        self._paths = Paths(mapping, self.options)
        self._pages = Pages()
        self.title = mapping.title
        self.poll = mapping.poll
        self.poll_most = mapping.poll_most
        self.poll_limit = mapping.poll_limit
        self.deadline = mapping.deadline
        self.key_header = mapping.key_header
        since = mapping.listing.since if mapping.listing else None
        self.delta_tells_all = since is None or since.field == "updated_at"
        self.retention = mapping.results.retention if mapping.results else None
        self.forms = tuple(changing.form(name, table) for name, table in mapping.submit.items())
        self._about_all = About(server, AN_EVENT)
        self._capabilities = self._what_it_can()
        self._error = compile_expression(mapping.errors.message)
        self._details = compile_expression(mapping.errors.details) if mapping.errors.details else None

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    def _what_it_can(self) -> Capabilities:
        mapping, has = self._plan.mapping, self._paths.has
        return Capabilities(
            list=has("list"),
            delta=has("list") and mapping.listing is not None and mapping.listing.since is not None,
            feed=has("feed"),
            stream=has("stream"),
            long_poll=has("long_poll"),
            logs=has("logs") or bool(mapping.logs and mapping.logs.at and has("get")),
            queues=has("queues"),
            workers=has("workers"),
            submit=bool(mapping.submit),
            results=mapping.results is not None,
            webhook=mapping.webhook is not None,
            actions={action: changing.rule(table, self._plan.states) for action, table in mapping.actions.items()},
        )

    @property
    def lists_live(self) -> bool:  # type: ignore[override]
        listing = self._plan.mapping.listing
        able = bool(listing and listing.state_param and listing.paging != "none" and self._paths.has("list"))
        return able and not self._paths.holds("list", "queue")

    async def page(self, ask: Ask, cursor: str | None) -> Page:
        if self._plan.listing is None or not self._paths.has("list"):
            return await super().page(ask, cursor)
        listing = await self._listing(ask, self._plan.listing)
        return await listing.page(ask, cursor)

    async def live_page(self, ask: Ask, cursor: str | None) -> Page:
        if self._plan.listing is None or not self.lists_live:
            return await super().live_page(ask, cursor)
        return await (await self._listing(ask, self._plan.listing)).live(ask, cursor, self._plan.states.live)

    async def delta(self, ask: Ask, since: float, cursor: str | None) -> Page:
        if self._plan.listing is None or not self.capabilities.delta:
            return await super().delta(ask, since, cursor)
        return await (await self._listing(ask, self._plan.listing)).page(ask, cursor, since=since)

    async def _listing(self, ask: Ask, plan: ListPlan) -> Listing:
        names = plan.table.queues
        if self._paths.holds("list", "queue") and not names:
            names = [stats.name for stats in await self.queues(ask) if stats.name]
        return Listing(plan, self._paths, self.server, names, self._pages)

    async def job(self, ask: Ask, id: str) -> JobReport:
        if not self._paths.has("get"):
            return await super().job(ask, id)
        answer = await ask(self._paths.request("get", self._words(id)))
        return await _aside(answer, lambda: self._report(self._plan.get, answer, id))

    async def long_poll(self, ask: Ask, id: str, known: Job | None, wait: float) -> JobReport:
        table = self._plan.mapping.long_poll
        if table is None or not self._paths.has("long_poll"):
            return await super().long_poll(ask, id, known, wait)
        wait = min(table.max, max(table.min, wait))
        query: dict[str, str | int | float] = {}
        if table.timeout_param:
            query[table.timeout_param] = round(wait * 1000) if table.unit == "ms" else round(wait)
        if table.state_param and known is not None:
            query[table.state_param] = self._plan.states.native(known.native_state)
        answer = await ask(self._paths.request("long_poll", self._words(id), query, wait=wait))
        return self._report(self._plan.long_poll, answer, id)

    def _words(self, id: str) -> dict[str, str]:
        return words(id, per_queue=self._plan.mapping.job.id_per_queue)

    def _report(self, plan: AnswerPlan, answer: Answer, id: str | None) -> JobReport:
        """What an answer about one job says. Raises BadAnswer when that is not a job."""
        where, problems = answer.url, list[str]()
        if self._plan.absent and truthy(value_of("absent", self._plan.absent, whole, answer.body, [])):
            raise NotFound(self.error_message(answer.status, answer.body) or "no such job", status=answer.status)
        try:
            item = plan.item(answer.body)
        except Unusable as problem:
            raise BadAnswer(problem.about(where)) from None
        job = self._plan.job.read(item, About(self.server, where, id), problems)
        return JobReport(
            job=job,
            detail=self._plan.detail.read(item, answer.body, problems),
            at=plan.at.read(answer.body, problems).get("at"),
            version=self._plan.job.version(item, problems),
            queues=embedded(plan.queue, answer.body, where, problems),
            problems=tuple(problems),
        )

    def stream(self, id: str) -> Request:
        return self._paths.request("stream", self._words(id)) if self._paths.has("stream") else super().stream(id)

    def feed(self) -> Request:
        return self._paths.request("feed", {}) if self._paths.has("feed") else super().feed()

    def read_event(self, event: StreamEvent, id: str | None) -> Heard:
        if id is None:
            return read_event(self._plan.feed, event, self._about_all)
        return read_event(self._plan.stream, event, About(self.server, AN_EVENT, id))

    async def queues(self, ask: Ask) -> tuple[QueueStats, ...]:
        if self._plan.queues is None or not self._paths.has("queues"):
            return await super().queues(ask)
        answer = await ask(self._paths.request("queues", {}))
        return self._plan.queues.read(answer.body, answer.url, [])

    async def workers(self, ask: Ask) -> tuple[Worker, ...]:
        if self._plan.workers is None or not self._paths.has("workers"):
            return await super().workers(ask)
        answer = await ask(self._paths.request("workers", {}))
        return self._plan.workers.read(answer.body, answer.url)

    async def logs(self, ask: Ask, id: str) -> tuple[LogLine, ...]:
        table = self._plan.mapping.logs
        if table is not None and self._paths.has("logs"):
            answer = await ask(self._paths.request("logs", self._words(id)))
            items = compile_expression(table.items)
            return await _aside(answer, lambda: self._plan.lines.read(value_of("logs", items, whole, answer.body, [])))
        if self.capabilities.logs:
            report = await self.job(ask, id)
            return report.detail.logs if report.detail else ()
        return await super().logs(ask, id)

    def request_of(self, command: Command) -> Request:
        table = self._plan.mapping.actions.get(command.action)
        if table is None:
            return super().request_of(command)
        filling = {
            **self._words(command.key.id),
            "state": self._plan.states.native(command.seen_native_state),
            "reason": command.reason,
        }
        return changing.action(table, self._paths.base, filling)

    async def send(self, ask: Ask, command: Command) -> str:
        answer = await ask(self.request_of(command))
        table = self._plan.mapping.actions[command.action]
        return changing.verdict(table, answer, self.server, self.error_message)

    def request_for(self, form: Form, values: Mapping[str, Json]) -> Request:
        table = self._plan.mapping.submit.get(form.name)
        if table is None:
            return super().request_for(form, values)
        return changing.submission(table, self._paths.base, form.checked(values))

    async def submit(self, ask: Ask, form: Form, values: Mapping[str, Json]) -> tuple[str, str]:
        table = self._plan.mapping.submit.get(form.name)
        if table is None:
            return await super().submit(ask, form, values)
        answer = await ask(self.request_for(form, values))
        said = changing.verdict(table, answer, self.server, self.error_message)
        return changing.new_id(table, answer), said

    def locate(self, path: str) -> tuple[str, str] | None:
        return self._paths.located(path)

    def read_webhook(self, body: Json) -> JobReport:
        if self._plan.webhook is None:
            return super().read_webhook(body)
        return self._report(self._plan.webhook, Answer(status=200, body=body, url="a webhook"), None)

    @property
    def probe(self) -> Request | None:
        return recognise.question(self._plan.mapping.probe, self._paths)

    def matches(self, answer: Answer) -> bool:
        return recognise.matches(self._plan.mapping.probe, answer.body)

    def error_message(self, status: int, body: Json) -> str | None:
        """Both what went wrong and the details about it: `message: details`."""
        said = [value_of("error", get, message, body, []) for get in (self._error, self._details) if get]
        parts = list(dict.fromkeys(part for part in said if part))
        return ": ".join(parts) or next(self._usual_words(body), None)

    @staticmethod
    def _usual_words(body: Json) -> Iterator[str]:
        """The explanations that an answer has where most servers put them."""
        for key in USUAL if isinstance(body, dict) else ():
            if isinstance(found := body.get(key), str) and (said := text(found)):
                yield said


async def _aside(answer: Answer, read: Callable[[], T]) -> T:
    """Reads a large answer in a thread, so that keys have their turns meanwhile."""
    return read() if answer.size < LARGE else await asyncio.to_thread(read)


def whole(value: Any) -> Any:
    return value
