"""`queues` and `workers`: what servers say of themselves, as a table or as JSON lines."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from jobdash.engine.export import stamp
from jobdash.engine.once import Once
from jobdash.headless.codes import code_of, worst
from jobdash.headless.out import Out
from jobdash.headless.table import table
from jobdash.model.errors import JobdashError, NotSupported
from jobdash.model.queue import QueueStats, Worker

T = TypeVar("T")

QUEUE_COLUMNS = ("server", "queue", "depth", "running", "failed", "completed", "workers", "cpu", "memory", "health")
WORKER_COLUMNS = ("server", "worker", "state", "job", "queues", "heartbeat")


async def show_queues(servers: Sequence[Once], out: Out, *, json: bool = False) -> int:
    """Prints one row a queue; the queue of a server that tells of itself as a whole is `-`."""
    found, code = await _all(servers, Once.queues, out)
    if json:
        for name, queue in found:
            out.json({"server": name, "queue": queue.name or None, **_figures(queue)})
    else:
        rows = [
            (
                name,
                queue.name or None,
                queue.depth,
                queue.running,
                queue.failed,
                queue.completed,
                queue.workers,
                None if queue.cpu_percent is None else f"{queue.cpu_percent:.3g} %",
                None if queue.memory_mb is None else f"{queue.memory_mb:.4g} MB",
                queue.health,
            )
            for name, queue in found
        ]
        out.lines(table(QUEUE_COLUMNS, rows, out.width))
    return code


async def show_workers(servers: Sequence[Once], out: Out, *, json: bool = False) -> int:
    """Prints one row a worker."""
    found, code = await _all(servers, Once.workers, out)
    if json:
        for name, worker in found:
            out.json({"server": name, **_worker(worker)})
    else:
        rows = [
            (
                name,
                worker.name,
                worker.state or {True: "alive", False: "dead", None: None}[worker.alive],
                worker.job,
                ", ".join(worker.queues) or None,
                stamp(worker.heartbeat_at),
            )
            for name, worker in found
        ]
        out.lines(table(WORKER_COLUMNS, rows, out.width))
    return code


async def _all(
    servers: Sequence[Once], ask: Callable[[Once], Awaitable[Sequence[T]]], out: Out
) -> tuple[list[tuple[str, T]], int]:
    """What every server answers; what a kind of server cannot tell is said, and is a failure only when none can."""
    answers = await asyncio.gather(*(_asked(server, ask) for server in servers))
    codes, found = [], []
    for server, answer in zip(servers, answers, strict=True):
        if isinstance(answer, JobdashError):
            out.trouble(server.name, answer)
            if not isinstance(answer, NotSupported):
                codes.append(code_of(answer))
        else:
            found += [(server.name, entry) for entry in answer]
    unable = all(isinstance(answer, NotSupported) for answer in answers)
    return found, worst([*codes, *([code_of(NotSupported())] if unable else [])])


async def _asked(server: Once, ask: Callable[[Once], Awaitable[Sequence[T]]]) -> Sequence[T] | JobdashError:
    try:
        return await ask(server)
    except JobdashError as error:
        return error


def _figures(queue: QueueStats) -> dict[str, Any]:
    figures = asdict(queue)
    del figures["name"]
    figures["notes"] = dict(queue.notes)
    return figures


def _worker(worker: Worker) -> dict[str, Any]:
    return {
        "worker": worker.name,
        "state": worker.state,
        "queues": list(worker.queues),
        "job": worker.job,
        "heartbeat_at": stamp(worker.heartbeat_at),
        "alive": worker.alive,
    }
