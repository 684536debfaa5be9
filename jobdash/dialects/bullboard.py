"""BullMQ through bull-board. Ids are unique in a queue only, so a job is `queue/id` here, the queue percent-encoded.

Requests, at most: a page 1 + 1 for each (queue, status) that holds jobs, and 1 + 1 a queue while its counts say that
nothing moves; a job 3 (itself, its log, its queue while it runs or waits); queues 1; workers 1 + 1 a queue; every
action 1. `ENGINES.md` says what bull-board cannot do.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from jobdash.client.dialect import Answer, Ask, Dialect, DialectOptions, Request, quote_id
from jobdash.dialects._reading import (
    Flag,
    Number,
    Table,
    Text,
    Texts,
    Things,
    Whole,
    Wire,
    clock_text,
    iso,
    many,
    moment,
    one,
    percent,
    table,
    whole_list,
)
from jobdash.model.capabilities import Capabilities
from jobdash.model.command import Action, ActionRule, Command, QueueCommand
from jobdash.model.errors import NotFound, NotSupported, Rejected, ServerFault
from jobdash.model.job import Detail, Job, JobKey, Json
from jobdash.model.log import LogLine
from jobdash.model.queue import QueueStats, Worker
from jobdash.model.report import JobReport, Page
from jobdash.model.state import State

SIZE = 200
"""Jobs in one page of a status; from 9.10.2 on bull-board refuses more than 300."""

LOOK_ANYWAY = 6
"""Of so many listings one reads everything: counts that stay the same can hide a job that came and one that went."""

STATES = {
    "waiting": State.PENDING,
    "prioritized": State.PENDING,
    "waiting-children": State.PENDING,
    "paused": State.PAUSED,
    "delayed": State.SCHEDULED,
    "active": State.RUNNING,
    "completed": State.COMPLETED,
    "failed": State.FAILED,
}
HELD_BACK = ("waiting", "prioritized")
ENDED = frozenset({"completed", "failed"})
WAITING = frozenset(STATES) - ENDED - {"active"}
VERBS = {Action.CANCEL: "clean", Action.DELETE: "clean", Action.RESTART: "retry", Action.RESUME: "promote"}
ACTIONS = {
    Action.CANCEL: ActionRule(
        valid_from=WAITING,
        confirmed_by=frozenset({State.CANCELLED}),
        gone_confirms=True,
        note="removes the job for good, before it has begun; BullMQ keeps no cancelled jobs. One that runs cannot be "
        "stopped",
    ),
    Action.DELETE: ActionRule(valid_from=ENDED, confirmed_by=frozenset({State.CANCELLED}), gone_confirms=True),
    Action.RESTART: ActionRule(valid_from=ENDED, note="puts the same job back into its queue, under the same id"),
    Action.RESUME: ActionRule(
        valid_from=frozenset({"delayed"}), note="promotes the job: it no longer waits for its time, or for its retry"
    ),
}
PAUSE = "no worker takes a job from this queue any more; what runs goes on to its end"
STAMPED = re.compile(r"(\d{4}-\d\d-\d\d[T ]\S+)\s+(?:\[?(debug|info|warn|warning|error)\]?:?\s+)?(.*)", re.I | re.S)


class Queue(Wire):
    """One queue in `GET api/queues`; `jobs` are only those of the queue and status that were asked for."""

    name: Text = None
    counts: Table = None
    jobs: Things = None
    isPaused: Flag = None
    hasWorkers: Flag = None
    readOnlyMode: Flag = None
    globalConcurrency: Whole = None
    jobSchedulerCount: Whole = None

    def count(self, status: str) -> int | None:
        found = (self.counts or {}).get(status)
        return found if type(found) is int and found >= 0 else None

    @property
    def held(self) -> list[str]:
        """The statuses in which there are jobs."""
        return [status for status in STATES if self.count(status)]


class BullJob(Wire):
    """One job. Times are milliseconds since the epoch, `stacktrace` is newest first, `attempts` those that ended."""

    id: Any = None
    name: Text = None
    data: Any = None
    opts: Table = None
    timestamp: Number = None
    processedOn: Number = None
    processedBy: Text = None
    finishedOn: Number = None
    progress: Any = None
    attempts: Whole = None
    attemptsStarted: Whole = None
    stalledCounter: Whole = None
    delay: Number = None
    priority: Whole = None
    failedReason: Text = None
    stacktrace: Texts = None
    returnValue: Any = None


class BullWorker(Wire):
    """One worker's connection in `GET api/queues/QUEUE/workers`."""

    id: Text = None
    name: Text = None
    addr: Text = None


@dataclass(frozen=True, slots=True)
class Part:
    """What one answer told of one (queue, status): `body` is that answer, to know it again when it comes by a 304."""

    body: Json
    reports: tuple[JobReport, ...]
    problems: tuple[str, ...]


class BullBoard(Dialect):
    """One bull-board and its queues."""

    title = "BullMQ (bull-board)"
    poll = 2.0

    def __init__(self, server: str, options: DialectOptions | None = None) -> None:
        super().__init__(server, options)
        self._queues: dict[str, Queue] = {}
        self._parts: dict[tuple[str, str, int], Part] = {}
        self._moved: set[str] = set()
        self._walked: dict[str, Queue] = {}
        self._walks = 0

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            list=True,
            logs=True,
            queues=True,
            workers=True,
            actions=ACTIONS,
            queue_actions={Action.PAUSE: ActionRule(note=PAUSE), Action.RESUME: ActionRule()},
        )

    async def page(self, ask: Ask, cursor: str | None) -> Page:
        """The n-th page holds the n-th part of every status of every queue: what lives is told first."""
        number = int(cursor or 1)
        if number == 1:
            await self._look(ask)
        reports: list[JobReport] = []
        problems: list[str] = []
        more = False
        for queue in list(self._queues.values()):
            for status in queue.held:
                count = queue.count(status) or 0
                if count > (number - 1) * SIZE:
                    part = await self._part(ask, queue, status, number)
                    reports += part.reports
                    problems += part.problems
                more = more or count > number * SIZE
        return Page(
            reports=tuple(reports),
            total=sum(queue.count(status) or 0 for queue in self._queues.values() for status in queue.held),
            next=str(number + 1) if more else None,
            problems=tuple(problems),
        )

    async def _look(self, ask: Ask) -> None:
        """Learns the counts of all queues, and which queues have moved since they were read."""
        await self._learn(ask)
        self._walks += 1
        anyway = self._walks % LOOK_ANYWAY == 1
        self._moved = {
            name
            for name, queue in self._queues.items()
            if anyway or queue.count("active") or queue != self._walked.get(name)
        }
        self._walked = self._queues
        self._parts = {key: part for key, part in self._parts.items() if key[0] in self._queues}

    async def _learn(self, ask: Ask) -> None:
        answer = await ask(Request(path="api/queues"))
        entries = whole_list(table(answer.body, answer.url).get("queues"), answer.url)
        self._queues = {queue.name: queue for queue in many(Queue, entries) if queue.name}

    async def _part(self, ask: Ask, queue: Queue, status: str, number: int) -> Part:
        """One status of one queue; not asked for again while the queue stands still. Failures are always looked for."""
        name = queue.name or ""
        key = (name, status, number)
        known = self._parts.get(key)
        if known and name not in self._moved and not (status == "failed" and number == 1):
            return known
        # bull-board decodes `activeQueue` once more than the others
        query: dict[str, str | int | float] = {
            "activeQueue": _encoded(name),
            "status": status,
            "page": number,
            "jobsPerPage": SIZE,
        }
        answer = await ask(Request(path="api/queues", query=query))
        if known and known.body is answer.body:
            return known
        found = next(
            (one for one in many(Queue, table(answer.body, answer.url).get("queues")) if one.name == name), queue
        )
        reports, problems = [], []
        for entry in found.jobs or ():
            job = one(BullJob, entry)
            if job is None or not isinstance(job.id, str | int) or job.id == "":
                problems.append(f"{answer.url}: a job of {name} without an id")
            else:
                reports.append(JobReport(job=self._job(job, status, found, f"{_encoded(name)}/{job.id}")))
        part = self._parts[key] = Part(answer.body, tuple(reports), tuple(problems))
        return part

    async def job(self, ask: Ask, id: str) -> JobReport:
        name, path = _path(id)
        answer = await ask(Request(path=path))
        body = table(answer.body, answer.url)
        job = one(BullJob, body.get("job")) or BullJob()
        status = body.get("status") if isinstance(body.get("status"), str) else None
        if status == "active" or status in HELD_BACK or name not in self._queues:
            await self._learn(ask)
        return JobReport(
            job=self._job(job, status, self._queues.get(name) or Queue(name=name), id),
            detail=Detail(
                data=job.data,
                result=job.returnValue,
                traceback="\n\n".join(job.stacktrace or ()) or None,
                logs=await self.logs(ask, id),
                metrics={
                    key: value
                    for key, value in {
                        "options": job.opts,
                        "progress": job.progress,
                        "attempts started": job.attemptsStarted,
                        "stalled": job.stalledCounter,
                    }.items()
                    if value not in (None, {})
                },
                raw=answer.body,
            ),
        )

    def _job(self, job: BullJob, status: str | None, queue: Queue, id: str) -> Job:
        state = STATES.get(status or "", State.UNKNOWN)
        tried = job.attempts or 0
        if state is State.SCHEDULED and tried:
            state = State.RETRYING
        elif status in HELD_BACK and queue.isPaused:
            state = State.PAUSED
        error = job.failedReason if state in (State.FAILED, State.RETRYING) else None
        fraction, done, step = _progress(job.progress)
        if state is State.RUNNING and queue.hasWorkers is False:
            state, error = State.STUCK, f"no worker is connected to {queue.name}: the one that had this job is gone"
        elif state is State.RUNNING and job.stalledCounter:
            step = f"begun anew after its worker was lost ({job.stalledCounter} times stalled)"
        elif state in (State.SCHEDULED, State.RETRYING):
            step = _due(job, state) or step
        elif status == "waiting-children":
            step = "waits for its children"
        return Job(
            key=JobKey(self.server, id),
            state=state,
            native_state=status or "unknown",
            type=job.name,
            queue=queue.name,
            progress=done,
            fraction=fraction,
            step=step,
            created_at=moment(job.timestamp, 0.001),
            started_at=moment(job.processedOn, 0.001),
            finished_at=moment(job.finishedOn, 0.001) if state.ended else None,
            attempts=tried if job.attemptsStarted is None else job.attemptsStarted,
            max_attempts=_most(job.opts),
            worker=job.processedBy,
            priority=str(job.priority) if job.priority else None,
            error=error,
        )

    async def logs(self, ask: Ask, id: str) -> tuple[LogLine, ...]:
        answer = await ask(Request(path=f"{_path(id)[1]}/logs"))
        return tuple(_line(line) for line in whole_list(answer.body, answer.url) if isinstance(line, str))

    async def queues(self, ask: Ask) -> tuple[QueueStats, ...]:
        """The whole server first."""
        await self._learn(ask)
        each = [_stats(queue) for queue in self._queues.values()]
        return (
            QueueStats(
                depth=_sum([stats.depth for stats in each]),
                running=_sum([stats.running for stats in each]),
                scheduled=_sum([stats.scheduled for stats in each]),
                completed=_sum([stats.completed for stats in each]),
                failed=_sum([stats.failed for stats in each]),
                total=_sum([stats.total for stats in each]),
            ),
            *each,
        )

    async def workers(self, ask: Ask) -> tuple[Worker, ...]:
        """One entry for each worker and queue; BullMQ tells of those that are connected, and of no heartbeat."""
        await self._learn(ask)
        works = {
            (key[0], report.job.worker): report.job.id
            for key, part in self._parts.items()
            if key[1] == "active"
            for report in part.reports
        }
        found: list[Worker] = []
        for queue in self._queues:
            answer = await ask(Request(path=f"api/queues/{quote_id(queue)}/workers"))
            for worker in many(BullWorker, table(answer.body, answer.url).get("workers")):
                name = worker.name or worker.addr or worker.id or "unnamed"
                found.append(
                    Worker(
                        name=name, state="connected", queues=(queue,), job=works.get((queue, worker.name)), alive=True
                    )
                )
        return tuple(found)

    def request_of(self, command: Command) -> Request:
        verb = VERBS.get(command.action)
        if verb is None:
            return super().request_of(command)
        return Request(path=f"{_path(command.key.id)[1]}/{verb}", method="PUT", changes=True)

    async def send(self, ask: Ask, command: Command) -> str:
        """The status is the truth of a single job: 204 when done, 4xx when not."""
        try:
            await ask(self.request_of(command))
        except ServerFault as error:
            if "not in the delayed state" in str(error):
                raise Rejected(str(error), status=error.status) from None
            raise
        return {"clean": "removed", "retry": "put back into its queue", "promote": "promoted"}[VERBS[command.action]]

    async def send_to_queue(self, ask: Ask, command: QueueCommand) -> str:
        if command.action not in (Action.PAUSE, Action.RESUME):
            raise NotSupported(f"{self.server} cannot {command.action} queues")
        path = f"api/queues/{quote_id(command.queue)}/{command.action.value}"
        await ask(Request(path=path, method="PUT", changes=True))
        return f"{command.queue}: {command.action.value}d"

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


def _encoded(queue: str) -> str:
    return quote(queue, safe="", errors="surrogatepass")


def _path(id: str) -> tuple[str, str]:
    """The queue's name and the path of a job. Raises NotFound for an id that names no queue."""
    queue, slash, own = id.partition("/")
    if not slash or not queue or not own:
        raise NotFound("a job of BullMQ is named queue/id")
    name = unquote(queue, errors="surrogatepass")
    return name, f"api/queues/{quote_id(name)}/{quote_id(own)}"


def _progress(value: Any) -> tuple[tuple[float, float] | None, float | None, str | None]:
    """(fraction, percent, step) out of what the job's code said: a number of percent, or an object of its own."""
    if not isinstance(value, dict):
        return None, percent(_figure(value) or None, 100.0), None  # 0 is also what a job says that never told any
    step = next((word for key in ("step", "message", "status") if isinstance(word := value.get(key), str)), None)
    done, total = _figure(value.get("current", value.get("done"))), _figure(value.get("total"))
    if done is not None and total:
        return (done, total), percent(done, total), step
    return None, percent(_figure(value.get("percent", value.get("progress"))), 100.0), step


def _figure(value: Any) -> float | None:
    made = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
    return float(value) if made else None


def _due(job: BullJob, state: State) -> str | None:
    repeat = (job.opts or {}).get("repeat")
    every = f", repeats: {repeat.get('pattern') or repeat.get('every')}" if isinstance(repeat, dict) else ""
    if state is State.RETRYING:
        return f"retry {(job.delay or 0) / 1000:g} s after the failure"
    due = moment((job.timestamp or 0) + (job.delay or 0), 0.001) if job.timestamp and job.delay else None
    return f"due {clock_text(due)}{every}" if due else None


def _most(opts: dict[str, Any] | None) -> int | None:
    most = (opts or {}).get("attempts")
    return most if type(most) is int and most > 0 else None


def _line(text: str) -> LogLine:
    """BullMQ keeps lines as the job's code wrote them; a time at the beginning is read where there is one."""
    found = STAMPED.match(text)
    at = iso(found[1]) if found else None
    if found is None or at is None:
        return LogLine(text)
    level = (found[2] or "").lower()
    return LogLine(found[3], at, "warning" if level == "warn" else level or None)


def _stats(queue: Queue) -> QueueStats:
    told = [queue.count(status) for status in ("waiting", "prioritized", "waiting-children", "paused")]
    return QueueStats(
        name=queue.name or "",
        depth=_sum(told),
        running=queue.count("active"),
        scheduled=queue.count("delayed"),
        completed=queue.count("completed"),
        failed=queue.count("failed"),
        total=_sum([queue.count(status) for status in STATES]),
        paused=queue.isPaused,
        health="no worker is connected" if queue.hasWorkers is False else None,
        notes=(("read-only", "yes"),) if queue.readOnlyMode else (),
    )


def _sum(counts: list[int | None]) -> int | None:
    told = [count for count in counts if count is not None]
    return sum(told) if told else None


dialect = BullBoard
