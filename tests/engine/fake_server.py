"""A job server in memory, at the edge where HTTP would be: a dialect and a link that count what they are asked."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Self

from jobdash.client.dialect import Answer, Ask, Dialect, Request
from jobdash.model.capabilities import Capabilities
from jobdash.model.command import Action, ActionRule, Command
from jobdash.model.errors import NotFound, ServerError
from jobdash.model.job import Job, JobKey
from jobdash.model.log import LogLine
from jobdash.model.queue import QueueStats
from jobdash.model.report import Heard, JobReport, Page, Pulse
from jobdash.model.state import State

ACTIONS = {
    Action.CANCEL: ActionRule(valid_from=frozenset({"pending", "running"}), confirmed_by=frozenset({State.CANCELLED})),
    Action.RESTART: ActionRule(confirmed_by=frozenset({State.PENDING, State.RUNNING})),
    Action.DELETE: ActionRule(gone_confirms=True),
}


def job(id: str = "a", state: State = State.RUNNING, server: str = "one", **fields: Any) -> Job:
    return Job(key=JobKey(server, id), state=state, native_state=fields.pop("native_state", str(state)), **fields)


def report(
    id: str = "a",
    state: State = State.RUNNING,
    *,
    at: float | None = None,
    version: float | None = None,
    **fields: Any,
) -> JobReport:
    partial = fields.pop("partial", False)
    return JobReport(job=job(id, state, **fields), at=at, version=version, partial=partial)


class FakeStream:
    """An event stream that says what the test puts into it; an exception breaks it, None ends it."""

    def __init__(self, last_id: str = "") -> None:
        self.asked_from = last_id
        self.last_id = last_id
        self.retry: float | None = None
        self.closed = False
        self._news: asyncio.Queue[Heard | ServerError | None] = asyncio.Queue()

    def say(self, *news: Heard | ServerError | None) -> None:
        for item in news:
            self._news.put_nowait(item)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Heard:
        item = await self._news.get()
        if item is None:
            raise StopAsyncIteration
        if isinstance(item, ServerError):
            raise item
        return item

    def at_once(self) -> Heard | None:
        return None

    async def aclose(self) -> None:
        self.closed = True
        self._news.put_nowait(None)


class FakeServer(Dialect):
    """Dialect and link in one. `trouble` is raised by every question, `troubles` by those of one kind or id.

    `asked` counts the questions by kind (job, page, queues, long, send, probe, stream, feed); `delay` makes every
    answer take some seconds. `dates` makes it date its answers by what it says of the job.
    """

    title = "Fake"
    poll = 5.0

    def __init__(self, clock: Any, name: str = "one", **capabilities: Any) -> None:
        super().__init__(name)
        self.clock = clock
        self.able = Capabilities(actions=ACTIONS, **capabilities)
        self.jobs: dict[str, Job] = {}
        self.asked: Counter[str] = Counter()
        self.asked_ids: list[str] = []
        self.trouble: ServerError | None = None
        self.troubles: dict[str, ServerError] = {}
        self.delay = 0.0
        self.under_way = 0
        self.most_under_way = 0
        self.page_size = 100
        self.pages: Callable[[str | None], Page] = self._listing
        self.streams: list[tuple[str | None, FakeStream]] = []
        self.stats = QueueStats(depth=1)
        self.sends: list[Command] = []
        self.on_send: Callable[[Command], str] = self._do
        self.changed = asyncio.Event()
        self.closed = False
        self.greets = True
        self.dates = False
        self.lines: dict[str, tuple[LogLine, ...]] = {}

    # what a test does to it

    def put(self, id: str, state: State = State.RUNNING, **fields: Any) -> None:
        self.jobs[id] = job(id, state, self.server, **fields)
        self.changed.set()

    def has(self, ids: Iterable[str], state: State = State.RUNNING) -> None:
        for id in ids:
            self.put(id, state)

    def requests(self) -> int:
        return self.asked.total()

    def open_streams(self) -> list[str | None]:
        return [id for id, stream in self.streams if not stream.closed]

    # the link

    name = property(lambda self: self.server)
    kind = "fake"
    url = "http://fake"

    @property
    def dialect(self) -> Dialect:
        return self

    @property
    def ask(self) -> Ask:
        return self._probe

    async def ready(self) -> None:
        if "ready" in self.troubles:
            await self._question("ready")

    def listen(self, request: Request, id: str | None = None, *, last_id: str = "") -> Any:
        self.asked["feed" if id is None else "stream"] += 1
        stream = FakeStream(last_id)
        self.streams.append((id, stream))
        trouble = self.trouble or self.troubles.get("feed" if id is None else "stream")
        if trouble is not None:
            stream.say(trouble)
        elif self.greets:
            stream.say(Pulse())
        return stream

    def fetch(self, url: str, *, start: int = 0, etag: str | None = None) -> Any:
        raise NotFound(f"no result {url}", status=410)

    async def aclose(self) -> None:
        self.closed = True

    # the dialect

    @property
    def capabilities(self) -> Capabilities:
        return self.able

    async def job(self, ask: Ask, id: str) -> JobReport:
        self.asked_ids.append(id)
        await self._question("job", id)
        if id not in self.jobs:
            raise NotFound(f"no job {id}", status=404)
        return JobReport(job=self.jobs[id], at=self.jobs[id].updated_at if self.dates else None)

    async def page(self, ask: Ask, cursor: str | None) -> Page:
        await self._question("page")
        return self.pages(cursor)

    async def queues(self, ask: Ask) -> tuple[QueueStats, ...]:
        await self._question("queues")
        return (self.stats,)

    async def logs(self, ask: Ask, id: str) -> tuple[LogLine, ...]:
        await self._question("logs", id)
        return self.lines.get(id, ())

    async def long_poll(self, ask: Ask, id: str, known: Job | None, wait: float) -> JobReport:
        await self._question("long", id)
        until = self.clock.monotonic() + wait
        while known is not None and self.jobs[id].state is known.state and self.clock.monotonic() < until:
            self.changed.clear()
            sleep = asyncio.ensure_future(self.clock.sleep(until - self.clock.monotonic()))
            change = asyncio.ensure_future(self.changed.wait())
            try:
                await asyncio.wait((sleep, change), return_when=asyncio.FIRST_COMPLETED)
            finally:
                sleep.cancel()
                change.cancel()
        return JobReport(job=self.jobs[id])

    def stream(self, id: str) -> Request:
        return Request(path=f"/{id}/stream")

    def feed(self) -> Request:
        return Request(path="/feed")

    async def send(self, ask: Ask, command: Command) -> str:
        self.sends.append(command)
        await self._question("send")
        return self.on_send(command)

    def _do(self, command: Command) -> str:
        self.put(command.key.id, State.CANCELLED)
        return "done"

    def _listing(self, cursor: str | None) -> Page:
        ids = list(self.jobs)
        start = int(cursor or 0)
        stop = start + self.page_size
        return Page(
            reports=tuple(JobReport(job=self.jobs[id]) for id in ids[start:stop]),
            total=len(ids),
            next=str(stop) if stop < len(ids) else None,
        )

    async def _probe(self, request: Request) -> Answer:
        await self._question("probe")
        return Answer(status=200, body={}, url=self.url)

    async def _question(self, kind: str, id: str = "") -> None:
        self.asked[kind] += 1
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            if self.delay:
                await self.clock.sleep(self.delay)
        finally:
            self.under_way -= 1
        trouble = self.trouble or self.troubles.get(kind) or self.troubles.get(id)
        if trouble is not None:
            raise trouble
