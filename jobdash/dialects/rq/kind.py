"""One rq-dashboard as a kind of server: its listing, its jobs, and what can be asked of it.

Requests, at most: a page 2 + 1 for each (queue, registry) whose count changed + 1 for each queue's latest failures + 1
for each of 20 running jobs; its second page 1 for each registry of more than 200 jobs, every sixth time; a job 3;
queues 2; workers 1; every action 1.
"""

from jobdash.client.dialect import Answer, Ask, Dialect, DialectOptions, Request, quote_id
from jobdash.dialects._reading import many, one, table, whole_list
from jobdash.dialects.rq.jobs import job_of
from jobdash.dialects.rq.registries import Place, Registries
from jobdash.dialects.rq.staff import NOBODY, Staff, staff_of
from jobdash.dialects.rq.wire import Counted, RqJob
from jobdash.model.capabilities import Capabilities
from jobdash.model.command import Action, ActionRule, Command
from jobdash.model.errors import NotFound, Rejected, ServerFault
from jobdash.model.job import Detail, Job, JobKey, Json
from jobdash.model.queue import QueueStats, Worker
from jobdash.model.report import JobReport, Page
from jobdash.model.state import State

MOST_DETAILS = 20
"""Running jobs whose progress is read with the listing, one by one."""

NEVER = frozenset({State.UNKNOWN})
"""A job that was deleted is gone; no state of it confirms that."""

ACTIONS = {
    Action.CANCEL: ActionRule(
        valid_from=frozenset({"queued", "deferred", "scheduled"}),
        confirmed_by=NEVER,
        gone_confirms=True,
        note="deletes the job before it has begun; rq-dashboard cannot cancel one and keep it, nor stop one that runs",
    ),
    Action.RESTART: ActionRule(
        valid_from=frozenset({"failed", "stopped"}), note="puts the same job back into its queue, under the same id"
    ),
    Action.DELETE: ActionRule(
        confirmed_by=NEVER,
        gone_confirms=True,
        note="deletes the record of the job and its result. Of one that runs nothing more is seen, but its work horse "
        "keeps running to the end",
    ),
}


class Rq(Dialect):
    """One rq-dashboard; the `base` of a config is the number of the Redis it shows, 0 when there is but one."""

    title = "RQ (rq-dashboard)"
    poll = 3.0

    def __init__(self, server: str, options: DialectOptions | None = None) -> None:
        super().__init__(server, options)
        self._base = f"{(self.options.base or '0').strip('/')}/data"
        self._registries = Registries(self._base)
        self._details: dict[str, RqJob] = {}

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(list=True, queues=True, workers=True, actions=ACTIONS)

    async def page(self, ask: Ask, cursor: str | None) -> Page:
        """The newest of every registry, then the rest of the long ones."""
        listed = self._registries
        if cursor is not None:
            await listed.read_rest(ask)
            rest = {id: self._job(id, row, place, NOBODY) for id, row, place in listed.rest()}
            return Page(reports=tuple(JobReport(job=job) for job in rest.values()), total=listed.total)
        staff = await staff_of(ask, self._base)
        await listed.read_newest(ask, await self._queues(ask))
        await self._read_progress(ask)
        newest = {id: self._job(id, row, place, staff) for id, row, place in listed.newest()}
        return Page(
            reports=tuple(JobReport(job=job) for job in newest.values()),
            total=listed.total,
            next="rest" if listed.long else None,
        )

    async def _read_progress(self, ask: Ask) -> None:
        """The listing tells no progress: the few jobs that run are read one by one."""
        running = self._registries.started[:MOST_DETAILS]
        self._details = {id: row for id in running if (row := await self._detail_of(ask, id)) is not None}

    async def _detail_of(self, ask: Ask, id: str) -> RqJob | None:
        try:
            answer = await ask(Request(path=f"{self._base}/job/{quote_id(id)}.json"))
        except (ServerFault, NotFound):
            return None
        return one(RqJob, answer.body)

    async def job(self, ask: Ask, id: str) -> JobReport:
        try:
            answer = await ask(Request(path=f"{self._base}/job/{quote_id(id)}.json"))
        except ServerFault:
            return await self._from_listing(ask, id)
        job = one(RqJob, table(answer.body, answer.url)) or RqJob()
        self._registries.doubt(id, job)
        staff = await staff_of(ask, self._base) if job.status == "started" else NOBODY
        place = (job.origin or (self._registries.place(id) or ("", ""))[0], job.status or "")
        return JobReport(
            job=self._job(id, job, place, staff),
            detail=Detail(
                data={"call": job.description},
                result=job.result,
                traceback=job.exc_info,
                metrics={**job.meta, **({"depends on": job.depends_on} if job.depends_on else {})},
                raw=answer.body,
            ),
        )

    async def _from_listing(self, ask: Ask, id: str) -> JobReport:
        """A detail that fails may be of a job that is in order: it is there when its registry still lists it."""
        found = await self._registries.find(ask, id)
        if found is None:
            raise NotFound("rq-dashboard fails on this id: there is no such job, or none that it can show")
        row, place = found
        staff = await staff_of(ask, self._base) if place[1] == "started" else NOBODY
        return JobReport(
            job=self._job(id, row, place, staff),
            detail=Detail(data={"call": row.description}, traceback=row.exc_info),
            problems=("rq-dashboard cannot show this job in full (a result that is not JSON, or a dependency)",),
        )

    def _job(self, id: str, row: RqJob, place: Place, staff: Staff) -> Job:
        return job_of(JobKey(self.server, id), row, place, staff, self._details.get(id))

    async def _queues(self, ask: Ask) -> list[Counted]:
        answer = await ask(Request(path=f"{self._base}/queues.json"))
        entries = whole_list(table(answer.body, answer.url).get("queues"), answer.url)
        return [queue for queue in many(Counted, entries) if queue.name]

    async def queues(self, ask: Ask) -> tuple[QueueStats, ...]:
        queues = await self._queues(ask)
        return (await staff_of(ask, self._base)).queues(queues)

    async def workers(self, ask: Ask) -> tuple[Worker, ...]:
        return (await staff_of(ask, self._base)).told()

    def request_of(self, command: Command) -> Request:
        if command.action not in ACTIONS:
            return super().request_of(command)
        verb = "requeue" if command.action is Action.RESTART else "delete"
        return Request(path=f"job/{quote_id(command.key.id)}/{verb}", method="POST", changes=True)

    async def send(self, ask: Ask, command: Command) -> str:
        """The body tells whether it was done; a 500 means that RQ refused, and nothing was done."""
        request = self.request_of(command)
        try:
            answer = await ask(request)
        except ServerFault as error:
            raise Rejected(f"RQ refused, rq-dashboard does not say why: {error}", status=error.status) from None
        status = answer.body.get("status") if isinstance(answer.body, dict) else None
        if status == "DISABLED":
            raise Rejected("this rq-dashboard was started with --disable-delete", status=answer.status)
        if status != "OK":
            raise Rejected(f"rq-dashboard says {status or 'nothing'}: there is no such job", status=answer.status)
        return "put back into its queue" if command.action is Action.RESTART else "deleted"

    @property
    def probe(self) -> Request | None:
        return Request(path=f"{self._base}/queues.json")

    def matches(self, answer: Answer) -> bool:
        queues = answer.body.get("queues") if isinstance(answer.body, dict) else None
        return answer.status == 200 and isinstance(queues, list) and all(_is_queue(entry) for entry in queues)


def _is_queue(entry: Json) -> bool:
    return isinstance(entry, dict) and "queued_url" in entry and "started_job_registry_count" in entry


dialect = Rq
