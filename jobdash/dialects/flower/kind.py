"""One Flower as a kind of server: its listing, its tasks, and what can be asked of it.

Requests, at most: a page 2 (the second for the workers, when a task of it runs), a job 3, queues 4, workers 5,
cancel 1, restart 3, submission 2, pause and resume of a queue 2 + 2 a worker.
"""

from collections.abc import Mapping

from jobdash.client.dialect import Answer, Ask, Dialect, DialectOptions, Request, quote_id
from jobdash.dialects._reading import one, server_time, table
from jobdash.dialects.flower import sending
from jobdash.dialects.flower.backend import READY, Backend, asked
from jobdash.dialects.flower.crew import Crew, words
from jobdash.dialects.flower.lost import Lost
from jobdash.dialects.flower.tasks import RUNNING, WAITING, detail_of, job_of, native, state_of
from jobdash.dialects.flower.wire import Task
from jobdash.model.capabilities import Capabilities
from jobdash.model.command import Action, ActionRule, Command, QueueCommand
from jobdash.model.errors import NotFound
from jobdash.model.form import Form
from jobdash.model.job import JobKey, Json
from jobdash.model.queue import QueueStats, Worker
from jobdash.model.report import JobReport, Page
from jobdash.model.state import State

PAGE = 500
CLOSED = "FLOWER_UNAUTHENTICATED_API"
CANCEL = (
    "a task that has not begun is revoked and never will; one that runs is terminated: SIGTERM to its process, "
    "which has no time to tidy up"
)
RESTART = (
    "sends the same task with the same arguments again, under a new id; this one stays as it is. What a chain or chord "
    "would run after it is not sent, Flower does not tell that"
)
PAUSE = (
    "tells every worker to take no more from this queue; what runs goes on. A restarted worker takes from it again. "
    "Resume it before you quit: only this jobdash remembers who took from it"
)


class Flower(Dialect):
    """One Flower, with the workers of the Celery behind it."""

    title = "Celery (Flower)"
    poll = 2.0
    forms = (sending.FORM,)

    def __init__(self, server: str, options: DialectOptions | None = None) -> None:
        super().__init__(server, options)
        self._running = set(RUNNING)  # and every state of a task's own that is met
        self._top: Json = None
        self._pages: dict[int, Page] = {}
        self._backend = Backend()
        self._crew = Crew()
        self._lost = Lost()
        self._sender = sending.Sender()

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            list=True,
            queues=True,
            workers=True,
            submit=True,
            actions={
                Action.CANCEL: ActionRule(
                    valid_from=frozenset({*WAITING, *self._running}),
                    confirmed_by=frozenset({State.CANCELLED}),
                    note=CANCEL,
                ),
                Action.RESTART: ActionRule(valid_from=frozenset(READY), note=RESTART),
            },
            queue_actions={Action.PAUSE: ActionRule(note=PAUSE), Action.RESUME: ActionRule()},
        )

    async def page(self, ask: Ask, cursor: str | None) -> Page:
        """Flower lists the task of the latest event first: while the top is the same, so is all that is below.

        A task that runs may be lost without an event, so what is listed with one is read anew.
        """
        offset = int(cursor or 0)
        if offset and offset in self._pages:
            return self._pages[offset]
        answer = await ask(Request(path="api/tasks", query={"limit": PAGE, "offset": offset}, keep=offset == 0))
        if offset == 0:
            if self._top is not answer.body:  # an unchanged answer is the same object
                self._top, self._pages = answer.body, {}
            elif 0 in self._pages:
                return self._pages[0]
        entries = table(answer.body, answer.url)
        tasks = {id: task for id, entry in entries.items() if id and (task := one(Task, entry))}
        page = Page(
            reports=await self._reports(ask, tasks, server_time(answer.headers)),
            next=str(offset + PAGE) if len(entries) >= PAGE else None,
            problems=tuple(f"{answer.url}: task {id!r} is no object" for id in entries if id not in tasks),
        )
        if all(task.state in READY for task in tasks.values()):
            self._pages[offset] = page
        return page

    async def _reports(self, ask: Ask, tasks: Mapping[str, Task], now: float | None) -> tuple[JobReport, ...]:
        ready = {id: self._backend.of(id, task) for id, task in tasks.items()}
        running = [native(task, ready[id]) for id, task in tasks.items() if state_of(task, ready[id]) is State.RUNNING]
        self._running.update(running)
        if running:
            await self._lost.learn(ask)
        keys = {id: JobKey(self.server, id) for id in tasks}
        return tuple(JobReport(job=job_of(keys[id], task, ready[id], self._lost, now)) for id, task in tasks.items())

    async def job(self, ask: Ask, id: str) -> JobReport:
        try:
            info = await ask(Request(path=f"api/task/info/{quote_id(id)}"))
        except NotFound:
            info = None
        task = one(Task, table(info.body, info.url)) if info else None
        result, raw = await asked(ask, id)
        if task is None:
            if result is None or result.state not in {*READY, *self._running, "RETRY"}:
                raise NotFound("Flower has seen no event of this task, and the result backend does not know it")
            task = Task(state=result.state)
        ready = self._backend.take(id, task, result)
        runs = state_of(task, ready) is State.RUNNING
        if runs:
            self._running.add(native(task, ready))
            await self._lost.learn(ask)
        job = job_of(JobKey(self.server, id), task, ready, self._lost, server_time(info.headers) if info else None)
        told = {"info": info and info.body, "result": raw}
        detail = detail_of(task, ready, self._sender.links(id), told)
        return JobReport(job=job, detail=detail, partial=info is None)  # the backend knows no more than how it ended

    async def queues(self, ask: Ask) -> tuple[QueueStats, ...]:
        return await self._crew.queues(ask)

    async def workers(self, ask: Ask) -> tuple[Worker, ...]:
        return await self._crew.workers(ask)

    def request_of(self, command: Command) -> Request:
        """Without `terminate` a running task would not even notice; a waiting one needs no process killed."""
        if command.action is not Action.CANCEL:
            return super().request_of(command)
        query = {"terminate": "true"} if command.seen_native_state not in WAITING else {}
        return Request(path=f"api/task/revoke/{quote_id(command.key.id)}", method="POST", query=query, changes=True)

    async def send(self, ask: Ask, command: Command) -> str:
        if command.action is Action.RESTART:
            return await self._sender.again(ask, command.key.id)
        return words(await ask(self.request_of(command)))

    async def send_to_queue(self, ask: Ask, command: QueueCommand) -> str:
        if command.action not in self.capabilities.queue_actions:
            return await super().send_to_queue(ask, command)
        return await self._crew.tell(ask, command)

    def request_for(self, form: Form, values: Mapping[str, Json]) -> Request:
        return sending.request_for(values)

    async def submit(self, ask: Ask, form: Form, values: Mapping[str, Json]) -> tuple[str, str]:
        return await self._sender.new(ask, values)

    @property
    def probe(self) -> Request | None:
        return Request(path="api/task/types")

    def matches(self, answer: Answer) -> bool:
        if answer.status == 401:
            return isinstance(answer.body, str) and CLOSED in answer.body
        return answer.status == 200 and isinstance(answer.body, dict) and "task-types" in answer.body

    def error_message(self, status: int, body: Json) -> str | None:
        if isinstance(body, str) and CLOSED in body:
            return f"Flower keeps its API closed until it is started with --basic-auth (or {CLOSED})"
        return None


dialect = Flower
