"""One Prefect server as a kind of server: what can be read of it, heard from it and asked of it.

Requests, at most: a page 5 (what lives, what ended, names of new flows, progress, deployments), every sixth listing 6,
further pages of what ended 1; a job 5 and 1 for each 200 new lines of its log, 10 at first; queues 5 + 1 for each of 20
queues; workers 1 + 1 a pool; cancel, resume and delete 1, restart 2; a queue's pause and resume 2; a submission 2.
While the WebSocket tells of states and nothing happens, a page is asked for every 15 s.
"""

from collections.abc import Mapping

from jobdash.client.dialect import Answer, Ask, Dialect, DialectOptions, Request, StreamEvent, quote_id
from jobdash.dialects._reading import one, server_time, table
from jobdash.dialects.prefect import acting, creating, events
from jobdash.dialects.prefect.api import Api
from jobdash.dialects.prefect.attempts import attempts_of, traced
from jobdash.dialects.prefect.listing import Listing
from jobdash.dialects.prefect.logs import Logs
from jobdash.dialects.prefect.pools import Pools
from jobdash.dialects.prefect.runs import Runs
from jobdash.dialects.prefect.wire import Run
from jobdash.model.capabilities import Capabilities
from jobdash.model.command import Action, ActionRule, Command, QueueCommand
from jobdash.model.form import Form
from jobdash.model.job import Detail, Json
from jobdash.model.log import LogLine
from jobdash.model.queue import QueueStats, Worker
from jobdash.model.report import Heard, JobReport, Page


class Prefect(Dialect):
    """One Prefect server; the `base` of a config is where its API is, `api` below the server's address."""

    title = "Prefect"
    poll = 3.0
    forms = (creating.FORM,)

    def __init__(self, server: str, options: DialectOptions | None = None) -> None:
        super().__init__(server, options)
        self._api = Api(self.options.base)
        self._runs = Runs(server, self._api)
        self._listing = Listing(self._api, self._runs)
        self._logs = Logs(self._api)
        self._pools = Pools(self._api)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            list=True,
            feed=True,
            feed_leaves_out=events.LEFT_OUT,
            logs=True,
            queues=True,
            workers=True,
            submit=True,
            actions=acting.rules(self._runs.names),
            queue_actions={Action.PAUSE: ActionRule(note=acting.PAUSE), Action.RESUME: ActionRule()},
        )

    async def page(self, ask: Ask, cursor: str | None) -> Page:
        return await self._listing.page(ask, cursor)

    async def job(self, ask: Ask, id: str) -> JobReport:
        answer = await ask(Request(path=self._api.path(f"flow_runs/{quote_id(id)}")))
        run = one(Run, table(answer.body, answer.url)) or Run()
        run = run.model_copy(update={"id": id})
        (report,) = await self._runs.reports(ask, [run], server_time(answer.headers))
        lines = await self._logs.read(ask, id)
        said = {"tags": run.tags, "run time": run.total_run_time, "deployment": run.deployment_id}
        return JobReport(
            job=report.job,
            detail=Detail(
                data=run.parameters,
                traceback=traced(lines),
                attempts=await attempts_of(ask, self._api, id, lines) if (run.run_count or 0) > 1 else (),
                logs=lines,
                metrics={name: value for name, value in said.items() if value not in (None, [])},
                raw=answer.body,
                again={"deployment": run.deployment_id, "parameters": run.parameters, "name": None},
            ),
        )

    def feed(self) -> Request:
        return events.request(self._api)

    def read_event(self, event: StreamEvent, id: str | None) -> Heard:
        return events.heard(self.server, event, self._runs)

    async def logs(self, ask: Ask, id: str) -> tuple[LogLine, ...]:
        return await self._logs.read(ask, id)

    async def queues(self, ask: Ask) -> tuple[QueueStats, ...]:
        return await self._pools.queues(ask)

    async def workers(self, ask: Ask) -> tuple[Worker, ...]:
        return await self._pools.workers(ask)

    def request_of(self, command: Command) -> Request:
        return acting.request_of(command, self._api, self._runs.names) or super().request_of(command)

    async def send(self, ask: Ask, command: Command) -> str:
        request = self.request_of(command)
        if command.action is Action.RESTART:
            await acting.check_deployment(ask, self._api, command.key.id)
        answer = await ask(request)
        return "deleted" if command.action is Action.DELETE else acting.verdict(answer, command.action)

    async def send_to_queue(self, ask: Ask, command: QueueCommand) -> str:
        if command.action not in self.capabilities.queue_actions:
            return await super().send_to_queue(ask, command)
        return await self._pools.tell(ask, command)

    def request_for(self, form: Form, values: Mapping[str, Json]) -> Request:
        return creating.request_for(self._api, values)

    async def submit(self, ask: Ask, form: Form, values: Mapping[str, Json]) -> tuple[str, str]:
        return await creating.created(ask, self._api, values)

    @property
    def probe(self) -> Request | None:
        return Request(path=self._api.path("admin/version"))

    def matches(self, answer: Answer) -> bool:
        if answer.status == 401:
            return bool(answer.body == {"exception_message": "Unauthorized"})
        return answer.status == 200 and isinstance(answer.body, str) and answer.body[:2] in ("2.", "3.", "4.")

    def error_message(self, status: int, body: Json) -> str | None:
        said = body.get("exception_message") if isinstance(body, dict) else None
        return said if isinstance(said, str) and said else None


dialect = Prefect
