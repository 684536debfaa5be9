"""RQ through rq-dashboard, whose pages after the first overlap and whose details fail (500) on much that is in order.

Requests, at most: a page 2 + 1 for each (queue, registry) whose count changed + 1 for each of 20 running jobs, and 2
while nothing moves; its second page 1 for each registry of more than 200 jobs, every sixth time; a job 3; queues 2;
workers 1; every action 1. `ENGINES.md` says what rq-dashboard cannot do.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from jobdash.client.body import read_json
from jobdash.client.dialect import Answer, Ask, Dialect, DialectOptions, Request, quote_id
from jobdash.dialects._reading import (
    Number,
    Table,
    Text,
    Texts,
    Whole,
    Wire,
    age_text,
    clock_text,
    iso,
    many,
    one,
    percent,
    rfc_1123,
    server_time,
    table,
    whole_list,
)
from jobdash.model.capabilities import Capabilities
from jobdash.model.command import Action, ActionRule, Command
from jobdash.model.errors import NotFound, Rejected, ServerFault
from jobdash.model.job import Detail, Job, JobKey, Json
from jobdash.model.queue import QueueStats, Worker
from jobdash.model.report import JobReport, Page
from jobdash.model.state import State

NEWEST = 200
"""So many of a registry are read whenever its count changes; all of them every `LOOK_ANYWAY` listings."""
LOOK_ANYWAY = 6
MOST = 100_000
"""Of a registry that is longer only so many are read."""
MOST_DETAILS = 20
"""Running jobs whose progress is read with the listing, one by one."""
SILENT = 90.0
"""Seconds: a busy worker sends a heartbeat every 30 s, so one that missed three is gone."""
NEW = 60.0
"""Seconds during which a job that has begun may not be among its worker's news yet."""

REGISTRIES = ("queued", "deferred", "scheduled", "started", "finished", "failed", "canceled")
"""In the order of a job's life: one that is met twice because it moved meanwhile is where it was met last."""

STATES = {
    "created": State.PENDING,
    "queued": State.PENDING,
    "ready_to_enqueue": State.PENDING,
    "deferred": State.PENDING,
    "scheduled": State.SCHEDULED,
    "rate_limited": State.SCHEDULED,
    "started": State.RUNNING,
    "finished": State.COMPLETED,
    "failed": State.FAILED,
    "stopped": State.CANCELLED,
    "canceled": State.CANCELLED,
}
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
CALL = re.compile(r"([\w.]+)\(")
STOPPED = "Job stopped by user"


class Counted(Wire):
    """One queue in `data/queues.json`."""

    name: Text = None
    count: Whole = None
    deferred_job_registry_count: Whole = None
    scheduled_job_registry_count: Whole = None
    started_job_registry_count: Whole = None
    finished_job_registry_count: Whole = None
    failed_job_registry_count: Whole = None
    canceled_job_registry_count: Whole = None

    def of(self, registry: str) -> int:
        """How many jobs are in a registry; 0 where it is not told."""
        return max(0, getattr(self, "count" if registry == "queued" else f"{registry}_job_registry_count") or 0)


class RqJob(Wire):
    """One job; a listing leaves out what stands below `exc_info`. Times are ISO 8601, `metadata` is JSON as text."""

    id: Text = None
    created_at: Text = None
    started_at: Text = None
    ended_at: Text = None
    description: Text = None
    exc_info: Text = None
    enqueued_at: Text = None
    origin: Text = None
    status: Text = None
    result: Any = None
    metadata: Text = None
    depends_on: Texts = None

    @property
    def meta(self) -> dict[str, Any]:
        try:
            found = read_json(self.metadata or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class RqWorker(Wire):
    """One worker in `data/workers.json`; `current_job` is an object, or the text `idle`."""

    name: Text = None
    state: Text = None
    queues: Texts = None
    current_job: Table = None
    last_heartbeat: Text = None

    @property
    def job(self) -> str | None:
        id = (self.current_job or {}).get("job_id")
        return id if isinstance(id, str) else None


class Staff:
    """All workers at one moment, `now` by the server's own clock."""

    def __init__(self, workers: list[RqWorker], now: float | None) -> None:
        self.workers = workers
        self.now = now
        self.works = {worker.job: worker for worker in workers if worker.job}

    def silent(self, worker: RqWorker) -> float | None:
        """For how many seconds a worker has been silent, once that is too long."""
        beat = rfc_1123(worker.last_heartbeat)
        age = self.now - beat if self.now is not None and beat is not None else 0.0
        return age if age > SILENT else None

    def lost(self, id: str, begun: float | None) -> str | None:
        """The evidence that nobody works on this job any more."""
        worker = self.works.get(id)
        if worker is None:
            old = self.now is not None and begun is not None and self.now - begun > NEW
            return "no worker has this job any more" if old else None
        age, beat = self.silent(worker), rfc_1123(worker.last_heartbeat)
        if age is None or beat is None:
            return None
        return f"worker {worker.name} is gone since {clock_text(beat)}, heartbeat {age_text(age)} old"


class Rq(Dialect):
    """One rq-dashboard; the `base` of a config is the number of the Redis it shows, 0 when there is but one."""

    title = "RQ (rq-dashboard)"
    poll = 3.0

    def __init__(self, server: str, options: DialectOptions | None = None) -> None:
        super().__init__(server, options)
        self._base = f"{(self.options.base or '0').strip('/')}/data"
        self._counts: dict[tuple[str, str], int] = {}
        self._rows: dict[tuple[str, str], dict[str, RqJob]] = {}
        self._where: dict[str, tuple[str, str]] = {}
        self._details: dict[str, RqJob] = {}
        self._walks = 0

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(list=True, queues=True, workers=True, actions=ACTIONS)

    async def page(self, ask: Ask, cursor: str | None) -> Page:
        """The newest of every registry, then the rest of the long ones."""
        if cursor is None:
            staff = await self._staff(ask)
            queues = await self._queues(ask)
            self._walks += 1
            await self._read_news(ask, queues)
            await self._read_progress(ask)
        else:
            staff = Staff([], None)
            await self._read_rest(ask)
        found: dict[str, JobReport] = {}
        for place, rows in self._rows.items():
            newest = NEWEST if cursor is None else 0
            for number, (id, row) in enumerate(rows.items()):
                if number < newest or (cursor is not None and number >= NEWEST and self._where.get(id) == place):
                    found[id] = JobReport(job=self._job(id, row, place, staff))
        return Page(
            reports=tuple(found.values()),
            total=sum(self._counts.values()),
            next="rest" if cursor is None and any(count > NEWEST for count in self._counts.values()) else None,
        )

    async def _read_news(self, ask: Ask, queues: list[Counted]) -> None:
        """Each registry whose count changed, and always the running jobs."""
        before, anyway = self._counts, self._walks % LOOK_ANYWAY == 1
        self._counts = {(q.name or "", name): q.of(name) for name in REGISTRIES for q in queues if q.of(name)}
        self._rows = {place: self._rows.get(place, {}) for place in self._counts}
        for place, count in self._counts.items():
            if anyway or place[1] == "started" or before.get(place) != count:
                news = await self._read(ask, place, NEWEST)
                older = self._rows[place] if len(news) >= NEWEST else {}
                self._rows[place] = news | {id: row for id, row in older.items() if id not in news}
        self._where = {id: place for place, rows in self._rows.items() for id in rows}

    async def _read_rest(self, ask: Ask) -> None:
        if self._walks % LOOK_ANYWAY == 1:
            for place, count in self._counts.items():
                if count > NEWEST:
                    self._rows[place] = await self._read(ask, place, count + NEWEST)
            self._where = {id: place for place, rows in self._rows.items() for id in rows}

    async def _read(self, ask: Ask, place: tuple[str, str], most: int) -> dict[str, RqJob]:
        """The newest of one registry. Only page 1 is right; of registries but `queued` it holds one job less."""
        most = min(most, MOST)
        size = most if place[1] == "queued" else most + 1
        path = f"{self._base}/jobs/{quote_id(place[0])}/{place[1]}/{size}/dsc/1.json"
        answer = await ask(Request(path=path, wait=most / 500))
        entries = whole_list(table(answer.body, answer.url).get("jobs"), answer.url)
        return {row.id: row for row in many(RqJob, entries) if row.id}

    async def _read_progress(self, ask: Ask) -> None:
        """The listing tells no progress: the few jobs that run are read one by one."""
        running = [id for id, place in self._where.items() if place[1] == "started"][:MOST_DETAILS]
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
        staff = await self._staff(ask) if job.status == "started" else Staff([], None)
        place = (job.origin or self._where.get(id, ("", ""))[0], job.status or "")
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
        place = self._where.get(id)
        row = None if place is None else (await self._read(ask, place, self._counts.get(place, 0) + NEWEST)).get(id)
        if place is None or row is None:
            raise NotFound("rq-dashboard fails on this id: there is no such job, or none that it can show")
        staff = await self._staff(ask) if place[1] == "started" else Staff([], None)
        return JobReport(
            job=self._job(id, row, place, staff),
            detail=Detail(data={"call": row.description}, traceback=row.exc_info),
            problems=("rq-dashboard cannot show this job in full (a result that is not JSON, or a dependency)",),
        )

    def _job(self, id: str, row: RqJob, place: tuple[str, str], staff: Staff) -> Job:
        native = row.status or ("stopped" if (row.exc_info or "").startswith(STOPPED) else place[1])
        state = STATES.get(native, State.UNKNOWN)
        detail = self._details.get(id, row) if native == "started" else row
        error = _last_line(row.exc_info) if state in (State.FAILED, State.CANCELLED) else None
        step = None
        if native == "scheduled" and row.started_at and row.ended_at and row.result is None:
            state = State.RETRYING
        elif native == "deferred":
            step = "waits for a job that it depends on"
        fraction, done, told = _progress(detail.meta)
        if state is State.RUNNING and (evidence := staff.lost(id, iso(row.started_at))):
            state, error = State.STUCK, evidence
        worker = staff.works.get(id)
        called = CALL.match(row.description or "")
        return Job(
            key=JobKey(self.server, id),
            state=state,
            native_state=native or "unknown",
            type=called[1] if called else row.description,
            queue=place[0] or None,
            label=None if called else row.description,
            progress=done,
            fraction=fraction,
            step=step or told,
            created_at=iso(row.created_at),
            started_at=iso(row.started_at),
            finished_at=iso(row.ended_at) if state.ended else None,
            worker=worker.name if worker else None,
            error=error,
        )

    async def _staff(self, ask: Ask) -> Staff:
        answer = await ask(Request(path=f"{self._base}/workers.json"))
        return Staff(many(RqWorker, table(answer.body, answer.url).get("workers")), server_time(answer.headers))

    async def _queues(self, ask: Ask) -> list[Counted]:
        answer = await ask(Request(path=f"{self._base}/queues.json"))
        entries = whole_list(table(answer.body, answer.url).get("queues"), answer.url)
        return [queue for queue in many(Counted, entries) if queue.name]

    async def queues(self, ask: Ask) -> tuple[QueueStats, ...]:
        """The whole server first. RQ suspends all workers together; a queue is paused when all of its own are."""
        queues = await self._queues(ask)
        staff = await self._staff(ask)
        whole = replace(
            _stats("", lambda registry: sum(queue.of(registry) for queue in queues)),
            workers=sum(staff.silent(worker) is None for worker in staff.workers),
        )
        return (whole, *(_of_queue(queue, staff) for queue in queues))

    async def workers(self, ask: Ask) -> tuple[Worker, ...]:
        staff = await self._staff(ask)
        return tuple(
            Worker(
                name=worker.name,
                state=worker.state,
                queues=tuple(worker.queues or ()),
                job=worker.job,
                heartbeat_at=rfc_1123(worker.last_heartbeat),
                alive=staff.silent(worker) is None,
            )
            for worker in staff.workers
            if worker.name
        )

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


def _stats(name: str, of: Callable[[str], int]) -> QueueStats:
    return QueueStats(
        name=name,
        depth=of("queued"),
        running=of("started"),
        scheduled=of("scheduled"),
        completed=of("finished"),
        failed=of("failed"),
        cancelled=of("canceled"),
    )


def _of_queue(queue: Counted, staff: Staff) -> QueueStats:
    takers = [worker for worker in staff.workers if queue.name in (worker.queues or ()) and not staff.silent(worker)]
    return replace(
        _stats(queue.name or "", queue.of),
        workers=len(takers),
        paused=all(worker.state == "suspended" for worker in takers) if takers else None,
        notes=(("deferred", str(queue.of("deferred"))),) if queue.of("deferred") else (),
    )


def _progress(meta: Mapping[str, Any]) -> tuple[tuple[float, float] | None, float | None, str | None]:
    """(fraction, percent, step) out of the `job.meta` that the job's code saved."""
    told = one(Meta, dict(meta)) or Meta()
    step = told.step or told.message or told.status
    if told.current is not None and told.total and told.total > 0:
        return (told.current, told.total), percent(told.current, told.total), step
    return None, percent(told.progress if told.progress is not None else told.percent, 100.0), step


class Meta(Wire):
    """What of `job.meta` is understood."""

    progress: Number = None
    percent: Number = None
    current: Number = None
    total: Number = None
    step: Text = None
    message: Text = None
    status: Text = None


def _last_line(text: str | None) -> str | None:
    lines = (text or "").strip().splitlines()
    return lines[-1] if lines else None


def _is_queue(entry: Json) -> bool:
    return isinstance(entry, dict) and "queued_url" in entry and "started_job_registry_count" in entry


dialect = Rq
