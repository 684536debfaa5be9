"""The workers behind Flower and the queues that they take from: who takes from what, and telling them."""

from typing import Any

from jobdash.client.dialect import Answer, Ask, Request, quote_id
from jobdash.dialects._reading import many, one, table
from jobdash.dialects.flower.heartbeats import heartbeats
from jobdash.dialects.flower.tasks import RUNNING
from jobdash.dialects.flower.wire import Length, Seen, Task
from jobdash.model.command import Action, QueueCommand
from jobdash.model.errors import NotFound, Rejected, ServerError
from jobdash.model.job import Json
from jobdash.model.queue import QueueStats, Worker

MOST_STARTED = 500
"""So many running tasks are looked through for the one that each worker has."""


class Crew:
    """All workers. Who ever took from a queue is remembered, so that a paused one is seen and can be resumed."""

    def __init__(self) -> None:
        self._unknown = 0
        self._consumers: dict[str, set[str]] = {}

    async def queues(self, ask: Ask) -> tuple[QueueStats, ...]:
        """The whole server first. A queue that was consumed before and by nobody now is paused."""
        seen, inspected = await self._look(ask)
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
                paused=_is_paused(self._consumers.get(name, set()) - gone, consumers.get(name, set()))
                if inspected
                else None,
            )
            for name in sorted({*depth, *self._consumers})
        )
        whole = QueueStats(
            depth=sum(filter(None, depth.values())) if depth else None,
            running=sum(worker.active or 0 for worker in seen if worker.status) if seen else None,
            workers=sum(worker.status is True for worker in seen) if seen else None,
        )
        return (whole, *each)

    async def workers(self, ask: Ask) -> tuple[Worker, ...]:
        """A worker that says it runs nothing has no job, whatever was started there."""
        seen, inspected = await self._look(ask)
        works: dict[str | None, str] = {}
        for state in RUNNING:
            begun = (await ask(Request(path="api/tasks", query={"state": state, "limit": MOST_STARTED}))).body
            tasks = begun.items() if isinstance(begun, dict) else ()
            works |= {task.worker: id for id, entry in tasks if (task := one(Task, entry)) and task.worker}
        return tuple(
            Worker(
                name=worker.hostname,
                state=None if worker.status is None else "online" if worker.status else "offline",
                queues=tuple(_queues(inspected.get(worker.hostname))),
                job=works.get(worker.hostname) if worker.active != 0 else None,
                heartbeat_at=worker.heartbeat,
                alive=worker.status,
            )
            for worker in seen
            if worker.hostname
        )

    async def tell(self, ask: Ask, command: QueueCommand) -> str:
        """Pauses or resumes a queue by telling each worker that lives. Raises Rejected when there is nobody to tell."""
        seen, _ = await heartbeats(ask)
        gone = {worker.hostname for worker in seen if worker.status is False}
        now = self._learn((await ask(Request(path="api/workers"))).body).get(command.queue, set())
        pause = command.action is Action.PAUSE
        workers = sorted((now if pause else self._consumers.get(command.queue, set()) - now) - gone)
        if not workers:
            raise Rejected(f"no worker is known that {'takes' if pause else 'took'} from {command.queue}")
        told, refused = list[str](), dict[str, ServerError]()
        for worker in workers:
            try:
                told.append(f"{worker}: {await _tell_one(ask, command, worker)}")
            except ServerError as error:
                refused[worker] = error
        if not told:
            raise refused[workers[0]]
        return "; ".join([*told, *(f"{worker}: {error}" for worker, error in refused.items())])

    async def _look(self, ask: Ask) -> tuple[list[Seen], dict[str, Any]]:
        """Who sent heartbeats, and what Flower's last inspection said.

        It inspects once more for a new worker, and ever more rarely while that one does not answer.
        """
        seen, _ = await heartbeats(ask)
        answer = await ask(Request(path="api/workers"))
        inspected = table(answer.body, answer.url)
        unknown = [worker for worker in seen if worker.status and not _inspected(inspected.get(worker.hostname or ""))]
        self._unknown = self._unknown + 1 if unknown else 0
        if unknown and self._unknown & (self._unknown - 1) == 0:
            answer = await ask(Request(path="api/workers", query={"refresh": 1}, wait=5.0))
            inspected = table(answer.body, answer.url)
        return seen, inspected

    def _learn(self, body: Json) -> dict[str, set[str]]:
        """Which workers take from each queue now."""
        found: dict[str, set[str]] = {}
        for worker, said in body.items() if isinstance(body, dict) else ():
            for queue in _queues(said):
                found.setdefault(queue, set()).add(worker)
        for queue, workers in found.items():
            self._consumers.setdefault(queue, set()).update(workers)
        return found


async def _tell_one(ask: Ask, command: QueueCommand, worker: str) -> str:
    """Tells a worker, and lets Flower look at it anew."""
    verb = "cancel-consumer" if command.action is Action.PAUSE else "add-consumer"
    path = f"api/worker/queue/{verb}/{quote_id(worker)}"
    answer = await ask(Request(path=path, method="POST", query={"queue": command.queue}, changes=True))
    await ask(Request(path="api/workers", query={"refresh": 1, "workername": worker}, wait=5.0))
    return words(answer)


def _is_paused(took: set[str], takes: set[str]) -> bool:
    """A queue is paused when those who took from it live, and none of them does now; Flower goes on naming the dead."""
    return bool(took) and not took & takes


def words(answer: Answer) -> str:
    """What Flower said about a change."""
    said = answer.body.get("message") if isinstance(answer.body, dict) else None
    return said if isinstance(said, str) and said else "Flower took it"


def _inspected(said: Json) -> bool:
    return isinstance(said, dict) and "active_queues" in said


def _queues(said: Json) -> list[str]:
    entries = many(Length, said.get("active_queues")) if isinstance(said, dict) else ()
    return [entry.name for entry in entries if entry.name]
