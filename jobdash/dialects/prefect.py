"""Prefect: flow runs as jobs. A status of 200 says little here: ACCEPT, REJECT or ABORT in the body is the truth.

Requests, at most: a page 5 (what lives, what ended, names of new flows, progress, deployments), every sixth listing 6,
further pages of what ended 1; a job 4 and 1 for each 200 new lines of its log, 10 at first; queues 5 + 1 for each of 20
queues; workers 1 + 1 a pool; cancel, resume and delete 1, restart 2; a queue's pause and resume 2.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from jobdash.client.dialect import Answer, Ask, Dialect, DialectOptions, Request, quote_id
from jobdash.dialects._reading import (
    Flag,
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
    server_time,
    table,
    whole_list,
)
from jobdash.model.capabilities import Capabilities
from jobdash.model.command import Action, ActionRule, Command, QueueCommand
from jobdash.model.errors import NotSupported, Rejected, ServerFault
from jobdash.model.job import Detail, Job, JobKey, Json
from jobdash.model.log import LogLine
from jobdash.model.queue import QueueStats, Worker
from jobdash.model.report import JobReport, Page
from jobdash.model.state import State

LIMIT = 200
"""The most that Prefect gives at once; asked for more it refuses."""
LOOK_ANYWAY = 6
"""Of so many listings one reads again what ended long ago."""
LOG_PAGES = 10
LOGS_KEPT = 32
LATE_LINES = 10.0
"""Seconds: lines arrive in batches, so the last ones are asked for again."""
QUEUES_LOOKED_INTO = 20
OVERDUE = 15.0
"""Seconds after which a run that is due should have been taken; Prefect calls only those Late that never began."""
SILENT = 90.0
"""Seconds after which a worker that sends a heartbeat every 30 s is gone, whatever its status says."""

STATES = {
    "SCHEDULED": State.SCHEDULED,
    "PENDING": State.PENDING,
    "RUNNING": State.RUNNING,
    "PAUSED": State.PAUSED,
    "CANCELLING": State.RUNNING,
    "CANCELLED": State.CANCELLED,
    "COMPLETED": State.COMPLETED,
    "FAILED": State.FAILED,
    "CRASHED": State.FAILED,
}
SPECIAL = {"Late": State.PENDING, "AwaitingRetry": State.RETRYING, "AwaitingConcurrencySlot": State.PENDING}
"""Names of SCHEDULED states that say more than their type."""
NAMES = {
    "SCHEDULED": {"Scheduled", "Late", "AwaitingRetry", "AwaitingConcurrencySlot"},
    "PENDING": {"Pending", "Submitting", "InfrastructurePending"},
    "RUNNING": {"Running", "Retrying"},
    "PAUSED": {"Paused", "Suspended"},
    "CANCELLING": {"Cancelling"},
    "CANCELLED": {"Cancelled"},
    "COMPLETED": {"Completed", "Cached"},
    "FAILED": {"Failed", "TimedOut"},
    "CRASHED": {"Crashed"},
}
"""The usual names of each type; a flow's code may give others, which are learned when they are met."""
LIVE = ["SCHEDULED", "PENDING", "RUNNING", "PAUSED", "CANCELLING"]
ENDED = ["CANCELLED", "COMPLETED", "FAILED", "CRASHED"]
CANCEL = (
    "a run that has begun is asked to stop (Cancelling): its runner kills the process and then says Cancelled, which "
    "takes up to 15 s; one that has not begun is cancelled at once"
)
RESTART = "schedules the same run again, under the same id; parts of it whose results are kept are not run again"
DELETE = "deletes the record of the run, with its log"
PAUSE = "no worker takes runs from this queue any more, they become Late; what runs goes on"


class RunState(Wire):
    """The state of a run: a type that Prefect knows, and a name that says more."""

    type: Text = None
    name: Text = None
    message: Text = None
    timestamp: Text = None


class Run(Wire):
    """One flow run. Times are ISO 8601, durations seconds."""

    id: Text = None
    name: Text = None
    created: Text = None
    flow_id: Text = None
    deployment_id: Text = None
    work_queue_name: Text = None
    work_pool_name: Text = None
    parameters: Table = None
    empirical_policy: Table = None
    tags: Texts = None
    state_type: Text = None
    state_name: Text = None
    state: Any = None
    run_count: Whole = None
    expected_start_time: Text = None
    next_scheduled_start_time: Text = None
    start_time: Text = None
    end_time: Text = None
    total_run_time: Number = None
    parent_task_run_id: Text = None

    @property
    def now(self) -> RunState:
        told = one(RunState, self.state) or RunState()
        return told.model_copy(update={"type": told.type or self.state_type, "name": told.name or self.state_name})

    @property
    def due(self) -> float | None:
        return iso(self.next_scheduled_start_time or self.expected_start_time)


class Named(Wire):
    """A flow, a deployment, a work pool or a work queue."""

    id: Text = None
    name: Text = None
    status: Text = None
    is_paused: Flag = None
    work_pool_name: Text = None
    last_polled: Text = None


class Artifact(Wire):
    """What a run published of its progress, in percent."""

    flow_run_id: Text = None
    data: Number = None


class Line(Wire):
    """One line of a log; `level` is a number as in Python's logging."""

    id: Text = None
    level: Whole = None
    message: Text = None
    timestamp: Text = None


class PoolWorker(Wire):
    """One worker of a work pool."""

    name: Text = None
    status: Text = None
    last_heartbeat_time: Text = None


class QueueStatus(Wire):
    """`GET work_queues/ID/status`."""

    healthy: Flag = None
    late_runs_count: Whole = None


class Verdict(Wire):
    """The answer to `set_state` and `resume`."""

    status: Text = None
    state: Any = None
    details: Table = None


class Prefect(Dialect):
    """One Prefect server; the `base` of a config is where its API is, `api` below the server's address."""

    title = "Prefect"
    poll = 3.0

    def __init__(self, server: str, options: DialectOptions | None = None) -> None:
        super().__init__(server, options)
        self._base = ("api" if self.options.base is None else self.options.base).strip("/")
        self._names = {type: set(names) for type, names in NAMES.items()}
        self._flows: dict[str, str] = {}
        self._ended: dict[int, Page] = {}
        self._logs: OrderedDict[str, dict[str, Line]] = OrderedDict()
        self._queue_ids: dict[str, str] = {}
        self._total: int | None = None
        self._walks = 0

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            list=True,
            logs=True,
            queues=True,
            workers=True,
            actions={
                Action.CANCEL: ActionRule(
                    valid_from=self._all("SCHEDULED", "PENDING", "RUNNING", "PAUSED") - {"AwaitingRetry"},
                    confirmed_by=frozenset({State.CANCELLED}),
                    note=CANCEL,
                ),
                Action.RESUME: ActionRule(
                    valid_from=self._all("PAUSED"), note="lets a run go on that paused itself, or starts it anew"
                ),
                Action.RESTART: ActionRule(valid_from=self._all("FAILED", "CRASHED", "COMPLETED"), note=RESTART),
                Action.DELETE: ActionRule(
                    valid_from=self._all(*ENDED, "SCHEDULED"),
                    confirmed_by=frozenset({State.UNKNOWN}),
                    gone_confirms=True,
                    note=DELETE,
                ),
            },
            queue_actions={Action.PAUSE: ActionRule(note=PAUSE), Action.RESUME: ActionRule()},
        )

    def _all(self, *types: str) -> frozenset[str]:
        return frozenset().union(*(self._names[type] for type in types))

    async def page(self, ask: Ask, cursor: str | None) -> Page:
        """What lives, with what ended last; then the rest of what lives; then the rest of what ended."""
        which, _, at = (cursor or "").partition(":")
        offset = int(at or 0)
        if which == "ended":
            return await self._ended_page(ask, offset)
        live, now = await self._runs(ask, LIVE, "EXPECTED_START_TIME_DESC", offset)
        done: list[Run] = []
        if not cursor:
            self._walks += 1
            done, _ = await self._runs(ask, ENDED, "END_TIME_DESC", 0)
            if self._walks % LOOK_ANYWAY == 1:
                self._ended.clear()
                self._total = _count(await self._post(ask, "flow_runs/count", {}))
        following: str | None = f"live:{offset + LIMIT}"
        if len(live) < LIMIT:
            more = self._total is None or self._total > offset + len(live) + LIMIT
            following = f"ended:{LIMIT}" if more else None
        return Page(reports=await self._reports(ask, [*live, *done], now), total=self._total, next=following)

    async def _ended_page(self, ask: Ask, offset: int) -> Page:
        """Runs that ended long ago hardly change: they are read again only now and then."""
        known = self._ended.get(offset)
        if known is None:
            runs, now = await self._runs(ask, ENDED, "END_TIME_DESC", offset)
            more = f"ended:{offset + LIMIT}" if len(runs) == LIMIT else None
            known = Page(reports=await self._reports(ask, runs, now), total=self._total, next=more)
            self._ended[offset] = known
        return known

    async def _runs(self, ask: Ask, types: list[str], sort: str, offset: int) -> tuple[list[Run], float | None]:
        """A part of a listing, and the server's own time."""
        wish = {"flow_runs": {"state": {"type": {"any_": types}}}, "sort": sort, "limit": LIMIT, "offset": offset}
        answer = await self._post(ask, "flow_runs/filter", wish)
        return many(Run, whole_list(answer.body, answer.url)), server_time(answer.headers)

    async def _reports(self, ask: Ask, runs: Sequence[Run], now: float | None) -> tuple[JobReport, ...]:
        await self._learn_flows(ask, runs)
        progress = await self._progress(ask, runs)
        watched = {run.id: run.deployment_id for run in runs if run.deployment_id and _needs_somebody(run, now)}
        lost = await self._lost(ask, set(watched.values()))
        return tuple(
            JobReport(job=self._job(run.id, run, progress.get(run.id), lost.get(watched.get(run.id, ""))))
            for run in runs
            if run.id
        )

    async def _learn_flows(self, ask: Ask, runs: Sequence[Run]) -> None:
        new = {run.flow_id for run in runs if run.flow_id and run.flow_id not in self._flows}
        if new:
            wish = {"flows": {"id": {"any_": sorted(new)[:LIMIT]}}, "limit": LIMIT}
            found = many(Named, (await self._post(ask, "flows/filter", wish)).body)
            self._flows |= {flow.id: flow.name for flow in found if flow.id and flow.name}

    async def _progress(self, ask: Ask, runs: Sequence[Run]) -> dict[str, float]:
        """The lowest of the progress artifacts of each run that runs, in percent."""
        running = [run.id for run in runs if run.now.type == "RUNNING" and run.id]
        if not running:
            return {}
        only = {"flow_run_id": {"any_": running}, "type": {"any_": ["progress"]}}
        found = many(Artifact, (await self._post(ask, "artifacts/filter", {"artifacts": only, "limit": LIMIT})).body)
        told: dict[str, float] = {}
        for artifact in found:
            if artifact.flow_run_id and artifact.data is not None and 0 <= artifact.data <= 100:
                told[artifact.flow_run_id] = min(artifact.data, told.get(artifact.flow_run_id, 100.0))
        return told

    async def _lost(self, ask: Ask, deployments: set[str]) -> dict[str, str]:
        """The evidence by deployment that nobody looks after its runs any more."""
        if not deployments:
            return {}
        wish = {"deployments": {"id": {"any_": sorted(deployments)[:LIMIT]}}, "limit": LIMIT}
        answer = await self._post(ask, "deployments/filter", wish)
        now = server_time(answer.headers)
        return {
            deployment.id: _evidence(deployment, now)
            for deployment in many(Named, answer.body)
            if deployment.id and deployment.status == "NOT_READY"
        }

    async def _post(self, ask: Ask, path: str, wish: Json) -> Answer:
        """A question, which Prefect takes as a POST. Under load it answers 503 to one and not to the next."""
        request = Request(path=self._path(path), method="POST", json=wish)
        try:
            return await ask(request)
        except ServerFault as error:
            if error.status != 503:
                raise
        return await ask(request)

    def _path(self, path: str) -> str:
        return f"{self._base}/{path}".lstrip("/")

    async def job(self, ask: Ask, id: str) -> JobReport:
        answer = await ask(Request(path=self._path(f"flow_runs/{quote_id(id)}")))
        run = one(Run, table(answer.body, answer.url)) or Run()
        run = run.model_copy(update={"id": id})
        (report,) = await self._reports(ask, [run], server_time(answer.headers))
        lines = await self.logs(ask, id)
        said = {"tags": run.tags, "run time": run.total_run_time, "deployment": run.deployment_id}
        return JobReport(
            job=report.job,
            detail=Detail(
                data=run.parameters,
                traceback=next((line.text for line in reversed(lines) if "Traceback (most recent" in line.text), None),
                logs=lines,
                metrics={name: value for name, value in said.items() if value not in (None, [])},
                raw=answer.body,
            ),
        )

    def _job(self, id: str, run: Run, progress: float | None, lost: str | None) -> Job:
        now = run.now
        name = now.name or now.type or "unknown"
        state = STATES.get(now.type or "", State.UNKNOWN)
        if now.type in self._names and now.name:
            self._names[now.type].add(now.name)
        if state is State.SCHEDULED:
            state = SPECIAL.get(name, state)
        error = now.message if state in (State.FAILED, State.RETRYING) else None
        if lost:
            state, error = State.STUCK, lost
        due = run.due
        step = f"due {clock_text(due)}" if due and state in (State.SCHEDULED, State.RETRYING) else None
        retries = (run.empirical_policy or {}).get("retries")
        queue = "/".join(part for part in (run.work_pool_name, run.work_queue_name) if part)
        return Job(
            key=JobKey(self.server, id),
            state=state,
            native_state=name,
            type=self._flows.get(run.flow_id or ""),
            queue=queue or None,
            label=run.name,
            progress=progress,
            step="asked to stop" if now.type == "CANCELLING" else step,
            created_at=iso(run.created),
            started_at=iso(run.start_time),
            finished_at=iso(run.end_time) if state.ended else None,
            updated_at=iso(now.timestamp),
            attempts=run.run_count,
            max_attempts=retries + 1 if type(retries) is int and 0 <= retries < 10**6 else None,
            error=error,
        )

    async def logs(self, ask: Ask, id: str) -> tuple[LogLine, ...]:
        """The last 2,000 lines at first, then only what is new."""
        known = self._logs.pop(id, {})
        only: dict[str, Json] = {"flow_run_id": {"any_": [id]}}
        last = max(filter(None, (iso(line.timestamp) for line in known.values())), default=None)
        if last is not None:
            only["timestamp"] = {"after_": datetime.fromtimestamp(max(0.0, last - LATE_LINES), UTC).isoformat()}
        for number in range(LOG_PAGES):
            wish = {"logs": only, "sort": "TIMESTAMP_DESC", "limit": LIMIT, "offset": number * LIMIT}
            answer = await self._post(ask, "logs/filter", wish)
            entries = whole_list(answer.body, answer.url)
            known |= {line.id: line for line in many(Line, entries) if line.id}
            if len(entries) < LIMIT:
                break
        self._logs[id] = known
        while len(self._logs) > LOGS_KEPT:
            self._logs.popitem(last=False)
        return tuple(_line(line) for line in sorted(known.values(), key=lambda line: iso(line.timestamp) or 0.0))

    async def queues(self, ask: Ask) -> tuple[QueueStats, ...]:
        """The whole server first. A queue is paused when it is, or its pool."""
        late = await self._number(ask, {"name": {"any_": ["Late"]}})
        pending = await self._number(ask, {"type": {"any_": ["PENDING"]}})
        running = await self._number(ask, {"type": {"any_": ["RUNNING", "CANCELLING"]}})
        pools = {pool.name: pool for pool in many(Named, (await self._post(ask, "work_pools/filter", {})).body)}
        whole = QueueStats(depth=None if late is None or pending is None else late + pending, running=running)
        queues = await self._work_queues(ask)
        self._queue_ids = {_queue_name(queue): queue.id for queue in queues if queue.id}
        each: list[QueueStats] = []
        for queue in queues:
            told = QueueStatus()
            if queue.id and len(each) < QUEUES_LOOKED_INTO:
                answer = await ask(Request(path=self._path(f"work_queues/{quote_id(queue.id)}/status")))
                told = one(QueueStatus, answer.body) or told
            pool = pools.get(queue.work_pool_name)
            each.append(
                QueueStats(
                    name=_queue_name(queue),
                    depth=told.late_runs_count,
                    paused=True if pool is not None and pool.is_paused else queue.is_paused,
                    health="unhealthy" if told.healthy is False else queue.status,
                )
            )
        return (whole, *each)

    async def _number(self, ask: Ask, state: Json) -> int | None:
        return _count(await self._post(ask, "flow_runs/count", {"flow_runs": {"state": state}}))

    async def _work_queues(self, ask: Ask) -> list[Named]:
        answer = await self._post(ask, "work_queues/filter", {"limit": LIMIT})
        return [queue for queue in many(Named, whole_list(answer.body, answer.url)) if queue.name]

    async def workers(self, ask: Ask) -> tuple[Worker, ...]:
        pools = await self._post(ask, "work_pools/filter", {})
        found: list[Worker] = []
        for pool in many(Named, whole_list(pools.body, pools.url)):
            if not pool.name:
                continue
            answer = await self._post(ask, f"work_pools/{quote_id(pool.name)}/workers/filter", {})
            now = server_time(answer.headers)
            for worker in many(PoolWorker, answer.body):
                beat = iso(worker.last_heartbeat_time)
                silent = now is not None and beat is not None and now - beat > SILENT
                found.append(
                    Worker(
                        name=worker.name or "unnamed",
                        state=worker.status.lower() if worker.status else None,
                        queues=(pool.name,),
                        heartbeat_at=beat,
                        alive=worker.status == "ONLINE" and not silent,
                    )
                )
        return tuple(found)

    def request_of(self, command: Command) -> Request:
        path = self._path(f"flow_runs/{quote_id(command.key.id)}")
        match command.action:
            case Action.DELETE:
                return Request(path=path, method="DELETE", changes=True)
            case Action.RESUME:
                return Request(path=f"{path}/resume", method="POST", json={}, changes=True)
            case Action.CANCEL:
                begun = command.seen_native_state not in self._names["SCHEDULED"]
                state = {"type": "CANCELLING" if begun else "CANCELLED"}
            case Action.RESTART:
                state = {"type": "SCHEDULED", "name": "AwaitingRetry"}
            case _:
                return super().request_of(command)
        return Request(path=f"{path}/set_state", method="POST", json={"state": state, "force": False}, changes=True)

    async def send(self, ask: Ask, command: Command) -> str:
        request = self.request_of(command)
        if command.action is Action.RESTART:
            await self._check_deployment(ask, command.key.id)
        answer = await ask(request)
        return "deleted" if command.action is Action.DELETE else _verdict(answer)

    async def _check_deployment(self, ask: Ask, id: str) -> None:
        answer = await ask(Request(path=self._path(f"flow_runs/{quote_id(id)}")))
        if not (one(Run, table(answer.body, answer.url)) or Run()).deployment_id:
            raise Rejected("not sent: this run is of no deployment, so nobody would take it up again")

    async def send_to_queue(self, ask: Ask, command: QueueCommand) -> str:
        if command.action not in (Action.PAUSE, Action.RESUME):
            raise NotSupported(f"{self.server} cannot {command.action} queues")
        if command.queue not in self._queue_ids:
            self._queue_ids = {_queue_name(queue): queue.id for queue in await self._work_queues(ask) if queue.id}
        id = self._queue_ids.get(command.queue)
        if id is None:
            raise Rejected(f"there is no work queue {command.queue}")
        wish = {"is_paused": command.action is Action.PAUSE}
        path = self._path(f"work_queues/{quote_id(id)}")
        await ask(Request(path=path, method="PATCH", json=wish, changes=True))
        return f"{command.queue}: {command.action.value}d"

    @property
    def probe(self) -> Request | None:
        return Request(path=self._path("admin/version"))

    def matches(self, answer: Answer) -> bool:
        if answer.status == 401:
            return bool(answer.body == {"exception_message": "Unauthorized"})
        return answer.status == 200 and isinstance(answer.body, str) and answer.body[:2] in ("2.", "3.", "4.")

    def error_message(self, status: int, body: Json) -> str | None:
        said = body.get("exception_message") if isinstance(body, dict) else None
        return said if isinstance(said, str) and said else None


def _needs_somebody(run: Run, now: float | None) -> bool:
    """True for a run that is overdue, and for one whose process is a child of its deployment's runner.

    A pool's infrastructure (a container, a pod) goes on without the worker that asked for it.
    """
    state = run.now
    if state.type == "SCHEDULED":
        return state.name == "Late" or (now is not None and run.due is not None and now - run.due > OVERDUE)
    return state.type == "RUNNING" and not run.work_pool_name


def _evidence(deployment: Named, now: float | None) -> str:
    polled = iso(deployment.last_polled)
    if polled is None:
        return "nobody takes runs of this deployment: it was never polled"
    age = f", {age_text(now - polled)} ago" if now is not None else ""
    return f"the runner or worker of this deployment is gone: it last asked at {clock_text(polled)}{age}"


def _queue_name(queue: Named) -> str:
    return "/".join(part for part in (queue.work_pool_name, queue.name) if part)


def _count(answer: Answer) -> int | None:
    return answer.body if type(answer.body) is int and 0 <= answer.body < 2**53 else None


def _line(line: Line) -> LogLine:
    names = ((40, "error"), (30, "warning"), (20, "info"), (0, "debug"))
    level = next((name for least, name in names if line.level is not None and line.level >= least), None)
    return LogLine(line.message or "", iso(line.timestamp), level)


def _verdict(answer: Answer) -> str:
    """What Prefect really did. Raises Rejected for REJECT and ABORT, with its reason."""
    said = one(Verdict, answer.body) or Verdict()
    state = one(RunState, said.state) or RunState()
    if said.status == "ACCEPT":
        return f"accepted, the run is {state.name or state.type or 'changed'}"
    if said.status == "WAIT":
        return "Prefect will do it later"
    reason = (said.details or {}).get("reason")
    raise Rejected(f"Prefect says {said.status or 'nothing'}: {reason or 'without a reason'}", status=answer.status)


dialect = Prefect
