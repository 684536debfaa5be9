"""Celery through Flower. Two sources are merged: Flower's events say how a task goes, the result backend how it ended.

Requests, at most: a page 2 (the second for the workers, when a task of it runs), a job 3, queues 4, workers 4,
cancel 1, restart 3, pause and resume of a queue 1 + 2 a worker. `ENGINES.md` says what Flower cannot do.
"""

import ast
import json
import warnings
from collections.abc import Mapping
from typing import Any

from jobdash.client.dialect import Answer, Ask, Dialect, DialectOptions, NewJob, Request, quote_id
from jobdash.dialects._reading import (
    Flag,
    Number,
    Numbers,
    Text,
    Things,
    Whole,
    Wire,
    age_text,
    clock_text,
    iso,
    many,
    moment,
    one,
    percent,
    server_time,
    table,
)
from jobdash.model.capabilities import Capabilities
from jobdash.model.command import Action, ActionRule, Command, QueueCommand
from jobdash.model.errors import BadAnswer, NotFound, Rejected, ServerFault
from jobdash.model.job import Detail, Job, JobKey, Json
from jobdash.model.queue import QueueStats, Worker
from jobdash.model.report import JobReport, Page
from jobdash.model.state import State

PAGE = 500
WAITING = ("PENDING", "RECEIVED", "RETRY")
READY = {
    "SUCCESS": State.COMPLETED,
    "IGNORED": State.COMPLETED,
    "FAILURE": State.FAILED,
    "REJECTED": State.FAILED,
    "REVOKED": State.CANCELLED,
    "ABORTED": State.CANCELLED,
}
"""States after which nothing happens any more; the backend's word for one of them wins over the events."""

MOST_KEPT = 10_000
CANCEL = (
    "a task that has not begun is revoked and never will; one that runs is terminated: SIGTERM to its process, "
    "which has no time to tidy up"
)
RESTART = "sends the same task with the same arguments again, under a new id; this one stays as it is"
PAUSE = "tells every worker to take no more from this queue; what runs goes on. A restarted worker takes from it again"


class Task(Wire):
    """`GET api/tasks`, `GET api/task/info/ID`. Times are seconds since the epoch; args, kwargs and result are reprs."""

    name: Text = None
    state: Text = None
    sent: Number = None
    received: Number = None
    started: Number = None
    succeeded: Number = None
    failed: Number = None
    revoked: Number = None
    rejected: Number = None
    timestamp: Number = None
    runtime: Number = None
    eta: Text = None
    expires: Text = None
    retries: Whole = None
    args: Text = None
    kwargs: Text = None
    result: Text = None
    exception: Text = None
    traceback: Text = None
    exchange: Text = None
    routing_key: Text = None
    worker: Text = None
    root_id: Text = None
    parent_id: Text = None
    children: Things = None


class Result(Wire):
    """`GET api/task/result/ID`: what the backend knows; `result` and `traceback` only when it is ready."""

    state: Text = None
    result: Any = None
    traceback: Text = None


class Seen(Wire):
    """One worker in `GET workers?json=1`; heartbeats are seconds since the epoch."""

    hostname: Text = None
    status: Flag = None
    heartbeats: Numbers = None
    active: Whole = None

    @property
    def heartbeat(self) -> float | None:
        return moment(max(filter(None, self.heartbeats or ()), default=None))


class Length(Wire):
    """A queue in `GET api/queues/length`, and among a worker's `active_queues`."""

    name: Text = None
    messages: Whole = None


class Flower(Dialect):
    """One Flower, with the workers of the Celery behind it."""

    title = "Celery (Flower)"
    poll = 2.0

    def __init__(self, server: str, options: DialectOptions | None = None) -> None:
        super().__init__(server, options)
        self._running = {"STARTED", "PROGRESS"}  # and every state of a task's own that is met
        self._ready: dict[str, tuple[str | None, Result]] = {}
        self._reborn: dict[str, str] = {}
        self._top: tuple[Json, Page] | None = None
        self._unknown = 0
        self._consumers: dict[str, set[str]] = {}

    @property
    def capabilities(self) -> Capabilities:
        ended = frozenset(READY)
        return Capabilities(
            list=True,
            queues=True,
            workers=True,
            actions={
                Action.CANCEL: ActionRule(
                    valid_from=frozenset({*WAITING, *self._running}),
                    confirmed_by=frozenset({State.CANCELLED}),
                    note=CANCEL,
                ),
                Action.RESTART: ActionRule(valid_from=ended, note=RESTART),
            },
            queue_actions={Action.PAUSE: ActionRule(note=PAUSE), Action.RESUME: ActionRule()},
        )

    async def page(self, ask: Ask, cursor: str | None) -> Page:
        """Flower lists the task of the latest event first, which is why a short look at the top tells the news."""
        offset = int(cursor or 0)
        answer = await ask(Request(path="api/tasks", query={"limit": PAGE, "offset": offset}))
        if offset == 0 and self._top is not None and self._top[0] is answer.body:
            return self._top[1]
        entries = table(answer.body, answer.url)
        tasks = {id: task for id, entry in entries.items() if id and (task := one(Task, entry))}
        runs = any(self._state(task, self._backend(id, task)) is State.RUNNING for id, task in tasks.items())
        lost = await self._lost(ask) if runs else {}
        now = server_time(answer.headers)
        page = Page(
            reports=tuple(
                JobReport(job=self._job(id, task, self._backend(id, task), lost, now)) for id, task in tasks.items()
            ),
            next=str(offset + PAGE) if len(entries) >= PAGE else None,
            problems=tuple(f"{answer.url}: task {id!r} is no object" for id in entries if id not in tasks),
        )
        if offset == 0:
            ended = all(task.state in READY for task in tasks.values())
            self._top = (answer.body, page) if ended else None  # an unchanged answer is the same object
        return page

    async def job(self, ask: Ask, id: str) -> JobReport:
        try:
            info = await ask(Request(path=f"api/task/info/{quote_id(id)}"))
        except NotFound:
            info = None
        task = one(Task, table(info.body, info.url)) if info else None
        result, raw = await self._result(ask, id)
        if task is None:
            if result is None or result.state not in {*READY, *self._running, "RETRY"}:
                raise NotFound("Flower has seen no event of this task, and the result backend does not know it")
            task = Task(state=result.state)
        if result is not None and result.state in READY and result.state != task.state:
            self._keep(id, task, result)
        else:
            self._ready.pop(id, None)
        ready = result if result is not None and result.state in READY else None
        lost = await self._lost(ask) if self._state(task, ready) is State.RUNNING else {}
        job = self._job(id, task, ready, lost, server_time(info.headers) if info else None)
        return JobReport(job=job, detail=self._detail(id, task, ready, {"info": info and info.body, "result": raw}))

    async def _result(self, ask: Ask, id: str) -> tuple[Result | None, Json]:
        """What the backend says; None where there is no backend."""
        try:
            body = (await ask(Request(path=f"api/task/result/{quote_id(id)}"))).body
        except (NotFound, ServerFault, Rejected):
            return None, None
        return one(Result, body), body

    async def _lost(self, ask: Ask) -> dict[str, str]:
        """The workers that are gone, each with the evidence."""
        try:
            answer = await ask(Request(path="workers", query={"json": 1}))
        except (NotFound, BadAnswer, Rejected, ServerFault):
            return {}
        now = server_time(answer.headers)
        seen = many(Seen, answer.body.get("data") if isinstance(answer.body, dict) else None)
        return {seen.hostname: _evidence(seen, now) for seen in seen if seen.hostname and seen.status is False}

    def _keep(self, id: str, task: Task, result: Result) -> None:
        """The listing tells only the events: what the backend said is kept until the next event of the task."""
        self._ready[id] = (_mark(task), result)
        while len(self._ready) > MOST_KEPT:
            self._ready.pop(next(iter(self._ready)))

    def _backend(self, id: str, task: Task) -> Result | None:
        kept = self._ready.get(id)
        return kept[1] if kept and kept[0] == _mark(task) else None

    def _state(self, task: Task, ready: Result | None, now: float | None = None) -> State:
        native = (ready.state if ready else task.state) or ""
        if native in READY:
            return READY[native]
        if native == "RETRY" or (native == "RECEIVED" and task.eta and task.retries):
            return State.RETRYING
        if native in ("PENDING", "RECEIVED"):
            due = iso(task.eta)
            return State.SCHEDULED if due is not None and (now is None or due > now) else State.PENDING
        if not native:
            return State.UNKNOWN
        self._running.add(native)
        return State.RUNNING

    def _job(self, id: str, task: Task, ready: Result | None, lost: Mapping[str, str], now: float | None) -> Job:
        state = self._state(task, ready, now)
        done, total, step = _progress(task) if state is State.RUNNING else (None, None, None)
        error = task.exception if state in (State.FAILED, State.RETRYING) else None
        if ready is not None and ready.state != "SUCCESS" and isinstance(ready.result, str):
            error = ready.result
        if state in (State.SCHEDULED, State.RETRYING) and (due := iso(task.eta)):
            step = f"due {clock_text(due)}"
        if state is State.RUNNING and (evidence := lost.get(task.worker or "")):
            state, error = State.STUCK, evidence
        ended = task.succeeded or task.failed or task.rejected or task.revoked
        return Job(
            key=JobKey(self.server, id),
            state=state,
            native_state=(ready.state if ready else task.state) or "unknown",
            type=task.name,
            queue=task.routing_key,
            progress=percent(done, total),
            fraction=(done, total) if done is not None and total else None,
            step=step,
            created_at=moment(task.sent) or moment(task.received),
            started_at=moment(task.started),
            finished_at=moment(ended) if state.ended else None,
            updated_at=moment(task.timestamp),
            attempts=_attempts(task),
            worker=task.worker,
            error=error,
        )

    def _detail(self, id: str, task: Task, ready: Result | None, raw: Json) -> Detail:
        said = {
            "runtime": task.runtime,
            "retries": task.retries,
            "eta": task.eta,
            "expires": task.expires,
            "root": task.root_id,
            "parent": task.parent_id,
            "children": task.children,
            "restarted as": self._reborn.get(id),
            "restart of": next((old for old, new in self._reborn.items() if new == id), None),
        }
        return Detail(
            data={"args": task.args, "kwargs": task.kwargs},
            result=ready.result if ready else task.result,
            traceback=(ready.traceback if ready else None) or task.traceback,
            metrics={name: value for name, value in said.items() if value not in (None, [])},
            raw=raw,
        )

    async def queues(self, ask: Ask) -> tuple[QueueStats, ...]:
        """The whole server first. A queue that was consumed before and by nobody now is paused."""
        seen, inspected = await self._workers(ask)
        consumers = self._learn(inspected)
        try:
            body = (await ask(Request(path="api/queues/length"))).body
        except NotFound:
            body = None  # this broker cannot be asked for lengths
        named = many(Length, body.get("active_queues")) if isinstance(body, dict) else ()
        depth = {entry.name: entry.messages for entry in named if entry.name}
        gone = {worker.hostname for worker in seen if worker.status is False}
        each = tuple(
            QueueStats(
                name=name,
                depth=depth.get(name),
                workers=len(consumers.get(name, set()) - gone) if inspected else None,
                paused=not consumers.get(name) if inspected else None,
            )
            for name in sorted({*depth, *self._consumers})
        )
        whole = QueueStats(
            depth=sum(filter(None, depth.values())) if depth else None,
            running=sum(worker.active or 0 for worker in seen if worker.status) if seen else None,
            workers=sum(worker.status is True for worker in seen) if seen else None,
        )
        return (whole, *each)

    async def _workers(self, ask: Ask) -> tuple[list[Seen], dict[str, Json]]:
        """Who sent heartbeats, and what Flower's last inspection said.

        It inspects once more for a new worker, and ever more rarely while that one does not answer.
        """
        body = (await ask(Request(path="workers", query={"json": 1}))).body
        seen = many(Seen, body.get("data")) if isinstance(body, dict) else []
        answer = await ask(Request(path="api/workers"))
        inspected = table(answer.body, answer.url)
        unknown = [worker for worker in seen if worker.status and not _inspected(inspected.get(worker.hostname or ""))]
        self._unknown = self._unknown + 1 if unknown else 0
        if unknown and self._unknown & (self._unknown - 1) == 0:
            answer = await ask(Request(path="api/workers", query={"refresh": 1}, wait=5.0))
            inspected = table(answer.body, answer.url)
        return seen, inspected

    def _learn(self, body: Json) -> dict[str, set[str]]:
        """Which workers consume from each queue now; who ever did is remembered, so that `resume` finds them."""
        found: dict[str, set[str]] = {}
        for worker, said in body.items() if isinstance(body, dict) else ():
            for queue in _queues(said):
                found.setdefault(queue, set()).add(worker)
        for queue, workers in found.items():
            self._consumers.setdefault(queue, set()).update(workers)
        return found

    async def workers(self, ask: Ask) -> tuple[Worker, ...]:
        seen, inspected = await self._workers(ask)
        started = (await ask(Request(path="api/tasks", query={"state": "STARTED", "limit": PAGE}))).body
        begun = started.items() if isinstance(started, dict) else ()
        works = {task.worker: id for id, entry in begun if (task := one(Task, entry)) and task.worker}
        return tuple(
            Worker(
                name=worker.hostname,
                state=None if worker.status is None else "online" if worker.status else "offline",
                queues=tuple(_queues(inspected.get(worker.hostname))),
                job=works.get(worker.hostname),
                heartbeat_at=worker.heartbeat,
                alive=worker.status,
            )
            for worker in seen
            if worker.hostname
        )

    def request_of(self, command: Command) -> Request:
        """Without `terminate` a running task would not even notice; a waiting one needs no process killed."""
        if command.action is not Action.CANCEL:
            return super().request_of(command)
        query = {"terminate": "true"} if command.seen_native_state not in WAITING else {}
        return Request(path=f"api/task/revoke/{quote_id(command.key.id)}", method="POST", query=query, changes=True)

    async def send(self, ask: Ask, command: Command) -> str:
        if command.action is Action.RESTART:
            return await self._restart(ask, command.key.id)
        return _words(await ask(self.request_of(command)))

    async def _restart(self, ask: Ask, id: str) -> str:
        answer = await ask(Request(path=f"api/task/info/{quote_id(id)}"))
        task = one(Task, table(answer.body, answer.url))
        if task is None or not task.name:
            raise Rejected("Flower does not say the name of this task, so it cannot be sent again")
        order: dict[str, Json] = {"args": _argument(task.args, list), "kwargs": _argument(task.kwargs, dict)}
        if task.routing_key and not task.exchange:
            order["queue"] = task.routing_key
        name = quote_id(task.name)
        try:
            answer = await ask(Request(path=f"api/task/async-apply/{name}", method="POST", json=order, changes=True))
        except NotFound:  # this Flower has not the task's source; the workers have
            answer = await ask(Request(path=f"api/task/send-task/{name}", method="POST", json=order, changes=True))
        new = answer.body.get("task-id") if isinstance(answer.body, dict) else None
        if not isinstance(new, str) or not new:
            raise Rejected("Flower answered without the id of a new task")
        self._reborn[id] = new
        return NewJob(f"sent again as {new}", new)

    async def send_to_queue(self, ask: Ask, command: QueueCommand) -> str:
        if command.action not in self.capabilities.queue_actions:
            return await super().send_to_queue(ask, command)
        now = self._learn((await ask(Request(path="api/workers"))).body).get(command.queue, set())
        pause = command.action is Action.PAUSE
        workers = sorted(now if pause else self._consumers.get(command.queue, set()) - now)
        if not workers:
            raise Rejected(f"no worker is known that {'takes' if pause else 'took'} from {command.queue}")
        verb = "cancel-consumer" if pause else "add-consumer"
        words = []
        for worker in workers:
            path = f"api/worker/queue/{verb}/{quote_id(worker)}"
            answer = await ask(Request(path=path, method="POST", query={"queue": command.queue}, changes=True))
            words.append(f"{worker}: {_words(answer)}")
            await ask(Request(path="api/workers", query={"refresh": 1, "workername": worker}, wait=5.0))
        return "; ".join(words)

    @property
    def probe(self) -> Request | None:
        return Request(path="api/task/types")

    def matches(self, answer: Answer) -> bool:
        if answer.status == 401:
            return isinstance(answer.body, str) and "FLOWER_UNAUTHENTICATED_API" in answer.body
        return answer.status == 200 and isinstance(answer.body, dict) and "task-types" in answer.body

    def error_message(self, status: int, body: Json) -> str | None:
        if isinstance(body, str) and "FLOWER_UNAUTHENTICATED_API" in body:
            return "Flower keeps its API closed until it is started with --basic-auth (or FLOWER_UNAUTHENTICATED_API)"
        return None


def _mark(task: Task) -> str:
    """What changes with every event of a task."""
    return f"{task.state} {task.timestamp}"


def _attempts(task: Task) -> int | None:
    """Those begun: `retries` counts the ones before this one, which has begun unless the task waits."""
    if task.retries is None:
        return None
    return task.retries + int(task.state not in WAITING and task.started is not None)


def _evidence(worker: Seen, now: float | None) -> str:
    beat = worker.heartbeat
    if beat is None:
        return f"worker {worker.hostname} is gone"
    age = f", heartbeat {age_text(now - beat)} old" if now is not None else ""
    return f"worker {worker.hostname} is gone since {clock_text(beat)}{age}"


def _progress(task: Task) -> tuple[float | None, float | None, str | None]:
    """(done, total, step) out of a task's own event, whose `result` is the repr of a dict."""
    meta = _literal(task.result) if task.state != "STARTED" else None
    if not isinstance(meta, dict):
        return None, None, None
    step = next((word for key in ("step", "message", "status") if isinstance(word := meta.get(key), str)), None)
    for done_key, fixed in (("current", None), ("done", None), ("percent", 100.0), ("progress", 100.0)):
        done, total = meta.get(done_key), fixed or meta.get("total")
        if isinstance(done, int | float) and isinstance(total, int | float):
            return float(done), float(total), step
    return None, None, step


def _literal(text: str | None) -> Any:
    """The value that a repr writes; None when it is not a plain one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.literal_eval(text or "None")
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def _argument(text: str | None, kind: type) -> Json:
    """Arguments as JSON. Raises Rejected when their repr is cut short, or is more than JSON can say."""
    value = _literal(text)
    try:
        value = _plain(value)
        json.dumps(value, allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        value = None
    if not isinstance(value, kind) or "..." in (text or ""):
        raise Rejected(f"not sent: the arguments cannot be read back exactly from {text!r}")
    return value


def _plain(value: Any) -> Any:
    """Tuples as lists. Raises TypeError for keys that JSON would turn into text."""
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _inspected(said: Json) -> bool:
    return isinstance(said, dict) and "active_queues" in said


def _queues(said: Json) -> list[str]:
    entries = many(Length, said.get("active_queues")) if isinstance(said, dict) else ()
    return [entry.name for entry in entries if entry.name]


def _words(answer: Answer) -> str:
    said = answer.body.get("message") if isinstance(answer.body, dict) else None
    return said if isinstance(said, str) and said else "Flower took it"


dialect = Flower
