"""What it costs to watch 10,000 jobs of a real engine: time to the first rows and to all, requests, CPU, memory.

python -m tests.bench.bench_engines [celery] [bullmq]

The engines are installed on first use, see `tests/engines`. The screen's own cost is in `bench_screen.py`.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from jobdash.client.dialect import Request
from jobdash.client.link import ServerLink
from jobdash.client.registry import Registry
from jobdash.client.settings import ServerSettings
from jobdash.dialects.mapping.load import load_mapping
from jobdash.engine.monitor import Monitor, Watched
from tests.bench.table import show
from tests.engines import test_bullmq, test_celery

JOBS = 10_000
SETTLE = 10.0
IDLE = 20.0
"""Seconds that are watched while nothing moves."""


@dataclass
class Cost:
    """Seconds, requests, requests a second, percent of a core, megabytes."""

    first: float
    everything: float
    requests: int
    idle_requests: float
    idle_cpu: float
    memory: float


def link_to(kind: str, url: str) -> ServerLink:
    """A server of a kind."""
    return ServerLink(ServerSettings(name=kind, url=url), kind, Registry(load_mapping).make(kind, kind))


async def watched(kind: str, url: str) -> Cost:
    """jobdash's engine on a server that holds JOBS jobs, at the pace that the dialect recommends."""
    link = link_to(kind, url)
    monitor = Monitor([Watched(link=link)])
    process = psutil.Process()
    began = time.perf_counter()
    task = asyncio.create_task(monitor.run())
    try:
        first = await _until(lambda: monitor.total() > 0, began)
        everything = await _until(lambda: monitor.total() >= JOBS, began)
        requests = link.sent
        await asyncio.sleep(SETTLE)
        sent, cpu, at = link.sent, _cpu(process), time.perf_counter()
        await asyncio.sleep(IDLE)
        passed = time.perf_counter() - at
        idle = 100 * (_cpu(process) - cpu) / passed
        memory = process.memory_info().rss / 2**20
        return Cost(first, everything, requests, (link.sent - sent) / passed, idle, memory)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _until(done: Callable[[], bool], began: float, seconds: float = 120) -> float:
    while not done():
        assert time.perf_counter() - began < seconds, "the jobs are not listed"
        await asyncio.sleep(0.005)
    return time.perf_counter() - began


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def celery_done(engine: test_celery.Celery) -> bool:
    """True when Flower has seen the end of every task."""

    async def ended() -> int:
        link = link_to("flower", engine.url)
        try:
            return len((await link.ask(Request(path="api/tasks", query={"state": "SUCCESS"}))).body)
        finally:
            await link.aclose()

    return asyncio.run(ended()) >= JOBS


def bullmq_done(engine: test_bullmq.BullMq) -> bool:
    """True when the last job has ended."""
    return bool(engine.ask("state", "mail", str(JOBS)) == "completed")


ENGINES: dict[str, tuple[str, Callable[[Path], AbstractContextManager[Any]], Callable[[Any], bool]]] = {
    "celery": ("flower", test_celery.started, celery_done),
    "bullmq": ("bullboard", test_bullmq.started, bullmq_done),
}


def measured(name: str) -> Cost:
    """The cost of an engine whose JOBS jobs have all ended."""
    kind, started, done = ENGINES[name]
    with TemporaryDirectory() as folder, started(Path(folder)) as engine:
        engine.ask("flood", str(JOBS))
        engine.processes.wait(lambda: done(engine), "the jobs do not end", 300)
        return asyncio.run(watched(kind, engine.url))


def main() -> None:
    rows = []
    for name in sys.argv[1:] or ENGINES:
        cost = measured(name)
        figures = (cost.first, cost.everything, cost.requests, cost.idle_requests, cost.idle_cpu, cost.memory)
        rows.append((name, *(f"{figure:.2f}" for figure in figures)))
    header = ("engine", "first rows s", "all s", "requests", "idle requests/s", "idle CPU %", "memory MB")
    show(f"{JOBS} ended jobs, watched by jobdash's engine without a screen", header, rows)


if __name__ == "__main__":
    main()
