"""One bull-board as a kind of server: its queues, its jobs, and what can be asked of it.

Requests, at most: a page 1 + 1 for each (queue, status) that holds jobs, and 1 + 1 a queue while its counts say that
nothing moves; a further page 1 for each (queue, status), and of all of them 1 every sixth time while nothing moves; a
job 3 (itself, its log, its queue while it runs or waits); queues 1; workers 1 + 1 a queue; every action and a
submission 1.
"""

from collections.abc import Mapping

from jobdash.client.dialect import Answer, Ask, Dialect, DialectOptions, Request, quote_id
from jobdash.dialects._reading import many, one, table, whole_list
from jobdash.dialects.bullboard import adding
from jobdash.dialects.bullboard.jobs import detail_of, job_of, line_of, stats_of, whole_of
from jobdash.dialects.bullboard.names import place_of
from jobdash.dialects.bullboard.parts import Parts
from jobdash.dialects.bullboard.states import ACTIONS, DONE, HELD_BACK, PAUSE, VERBS
from jobdash.dialects.bullboard.wire import BullJob, BullWorker, Queue
from jobdash.model.capabilities import Capabilities
from jobdash.model.command import Action, ActionRule, Command, QueueCommand
from jobdash.model.errors import NotFound, Rejected, ServerFault
from jobdash.model.form import Form
from jobdash.model.job import JobKey, Json
from jobdash.model.log import LogLine
from jobdash.model.queue import QueueStats, Worker
from jobdash.model.report import JobReport, Page


class BullBoard(Dialect):
    """One bull-board and its queues."""

    title = "BullMQ (bull-board)"
    poll = 2.0
    forms = (adding.FORM,)

    def __init__(self, server: str, options: DialectOptions | None = None) -> None:
        super().__init__(server, options)
        self._parts = Parts(server)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            list=True,
            logs=True,
            queues=True,
            workers=True,
            submit=True,
            actions=ACTIONS,
            queue_actions={Action.PAUSE: ActionRule(note=PAUSE), Action.RESUME: ActionRule()},
        )

    async def page(self, ask: Ask, cursor: str | None) -> Page:
        return await self._parts.page(ask, int(cursor or 1))

    async def job(self, ask: Ask, id: str) -> JobReport:
        name, path = place_of(id)
        try:
            answer = await ask(Request(path=path))
        except NotFound:
            self._parts.gone(id)
            raise
        body = table(answer.body, answer.url)
        job = one(BullJob, body.get("job")) or BullJob()
        status = body.get("status") if isinstance(body.get("status"), str) else None
        if status == "active" or status in HELD_BACK or name not in self._parts.queues:
            await self._parts.learn(ask)
        queue = self._parts.queues.get(name) or Queue(name=name)
        detail = detail_of(job, name, status, await self.logs(ask, id), answer.body)
        report = JobReport(job=job_of(JobKey(self.server, id), job, status, queue), detail=detail)
        self._parts.doubt(report.job)
        return report

    async def logs(self, ask: Ask, id: str) -> tuple[LogLine, ...]:
        answer = await ask(Request(path=f"{place_of(id)[1]}/logs"))
        return tuple(line_of(line) for line in whole_list(answer.body, answer.url) if isinstance(line, str))

    async def queues(self, ask: Ask) -> tuple[QueueStats, ...]:
        """The whole server first."""
        await self._parts.learn(ask)
        each = [stats_of(queue) for queue in self._parts.queues.values()]
        return (whole_of(each), *each)

    async def workers(self, ask: Ask) -> tuple[Worker, ...]:
        """One entry for each worker and queue; BullMQ tells of those that are connected, and of no heartbeat."""
        await self._parts.learn(ask)
        works = self._parts.active()
        found: list[Worker] = []
        for queue in self._parts.queues:
            answer = await ask(Request(path=f"api/queues/{quote_id(queue)}/workers"))
            for worker in many(BullWorker, table(answer.body, answer.url).get("workers")):
                name = worker.name or worker.addr or worker.id or "unnamed"
                job = works.get((queue, worker.name))
                found.append(Worker(name=name, state="connected", queues=(queue,), job=job, alive=True))
        return tuple(found)

    def request_of(self, command: Command) -> Request:
        verb = VERBS.get(command.action)
        if verb is None:
            return super().request_of(command)
        return Request(path=f"{place_of(command.key.id)[1]}/{verb}", method="PUT", changes=True)

    async def send(self, ask: Ask, command: Command) -> str:
        """The status is the truth of a single job: 204 when done, 4xx when not."""
        try:
            await ask(self.request_of(command))
        except ServerFault as error:
            if "not in the delayed state" in str(error):
                raise Rejected(str(error), status=error.status) from None
            raise
        return DONE[VERBS[command.action]]

    async def send_to_queue(self, ask: Ask, command: QueueCommand) -> str:
        if command.action not in self.capabilities.queue_actions:
            return await super().send_to_queue(ask, command)
        path = f"api/queues/{quote_id(command.queue)}/{command.action.value}"
        await ask(Request(path=path, method="PUT", changes=True))
        return f"{command.queue}: {command.action.value}d"

    def request_for(self, form: Form, values: Mapping[str, Json]) -> Request:
        return adding.request_for(values)

    async def submit(self, ask: Ask, form: Form, values: Mapping[str, Json]) -> tuple[str, str]:
        return await adding.added(ask, values)

    @property
    def probe(self) -> Request | None:
        return Request(path="api/queues")

    def matches(self, answer: Answer) -> bool:
        queues = answer.body.get("queues") if isinstance(answer.body, dict) else None
        found = many(Queue, queues)
        return answer.status == 200 and bool(found) and all(queue.counts is not None for queue in found)

    def error_message(self, status: int, body: Json) -> str | None:
        """`{"error": {"key": "ERRORS.JOB_IS_ACTIVE"}}` is told as `job is active`."""
        if not isinstance(body, dict):
            return None
        said = body.get("message")
        key = body["error"].get("key") if isinstance(body.get("error"), dict) else None
        words = key.removeprefix("ERRORS.").replace("_", " ").lower() if isinstance(key, str) else None
        return ": ".join(part for part in (words, said if isinstance(said, str) else None) if part) or None


dialect = BullBoard
