"""The workers of RQ at one moment: who works on what, who is silent for too long, and how their queues do."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from jobdash.client.dialect import Ask, Request
from jobdash.dialects._reading import age_text, clock_text, many, rfc_1123, server_time, table
from jobdash.dialects.rq.wire import Counted, RqWorker
from jobdash.model.queue import QueueStats, Worker

SILENT = 90.0
"""Seconds: a busy worker sends a heartbeat every 30 s, so one that missed three is gone."""
SILENT_IDLE = 480.0
"""Seconds: one that waits for a job sends one every 405 s, and Redis forgets it after this time."""
NEW = 60.0
"""Seconds during which a job that has begun may not be among its worker's news yet."""


class Staff:
    """All workers at one moment, `now` by the server's own clock."""

    def __init__(self, workers: Sequence[RqWorker] = (), now: float | None = None) -> None:
        self.workers = workers
        self.now = now
        self.works = {worker.job: worker for worker in workers if worker.job}

    def silent(self, worker: RqWorker) -> float | None:
        """For how many seconds a worker has been silent, once that is too long."""
        beat = rfc_1123(worker.last_heartbeat)
        age = self.now - beat if self.now is not None and beat is not None else 0.0
        return age if age > (SILENT if worker.job else SILENT_IDLE) else None

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

    def told(self) -> tuple[Worker, ...]:
        """Each worker that has a name."""
        return tuple(
            Worker(
                name=worker.name,
                state=worker.state,
                queues=tuple(worker.queues or ()),
                job=worker.job,
                heartbeat_at=rfc_1123(worker.last_heartbeat),
                alive=self.silent(worker) is None,
            )
            for worker in self.workers
            if worker.name
        )

    def queues(self, queues: Sequence[Counted]) -> tuple[QueueStats, ...]:
        """The whole server first. RQ suspends all workers together; a queue is paused when all of its own are."""
        whole = replace(
            _stats("", lambda registry: sum(queue.of(registry) for queue in queues)),
            workers=sum(self.silent(worker) is None for worker in self.workers),
        )
        return (whole, *(self._queue(queue) for queue in queues))

    def _queue(self, queue: Counted) -> QueueStats:
        takers = [worker for worker in self.workers if queue.name in (worker.queues or ()) and not self.silent(worker)]
        return replace(
            _stats(queue.name or "", queue.of),
            workers=len(takers),
            paused=all(worker.state == "suspended" for worker in takers) if takers else None,
            notes=(("deferred", str(queue.of("deferred"))),) if queue.of("deferred") else (),
        )


NOBODY = Staff()


async def staff_of(ask: Ask, base: str) -> Staff:
    answer = await ask(Request(path=f"{base}/workers.json"))
    return Staff(many(RqWorker, table(answer.body, answer.url).get("workers")), server_time(answer.headers))


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
