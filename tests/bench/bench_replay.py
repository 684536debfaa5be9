"""Millions of events replayed into the engine: what is remembered at the end is what was after the first tenth.

python -m tests.bench.bench_replay [EVENTS]
"""

import asyncio
import gc
import os
import sys
import time
from collections.abc import Iterator
from typing import Any, Self

import psutil

from jobdash.client.dialect import Answer, Dialect, Request
from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor, Watched
from jobdash.model.capabilities import Capabilities
from jobdash.model.errors import NotFound
from jobdash.model.job import Job, JobKey
from jobdash.model.report import Heard, JobReport
from jobdash.model.state import State
from tests.bench.table import show

MOST_JOBS = 10_000
LIFE = (State.PENDING, State.RUNNING, State.RUNNING, State.RUNNING, State.COMPLETED)
"""What becomes of each job, an event each; the last one fails now and then."""


def events(number: int) -> Iterator[JobReport]:
    """The life of one job."""
    for turn, usual in enumerate(LIFE):
        state = State.FAILED if usual is State.COMPLETED and number % 10 == 0 else usual
        at = 1_700_000_000.0 + number / 100 + turn
        job = Job(
            key=JobKey("one", f"job-{number:09}"),
            state=state,
            native_state=str(state),
            type=f"type-{number % 7}",
            progress=25.0 * turn,
            step=f"step {turn} of job {number}",
            finished_at=at if state.ended else None,
            error=f"broken: {number % 31}" if state is State.FAILED else None,
        )
        yield JobReport(job=job, at=at, partial=True)


class Replay(Dialect):
    """Dialect, link and stream in one: tells of one job after the other, as fast as it is read."""

    title, kind, url = "Replay", "replay", "http://replay"
    last_id, retry = "", None

    def __init__(self, most: int) -> None:
        super().__init__("one")
        self.told = 0
        self._most = most
        self._events = (event for number in range(most) for event in events(number))

    name = property(lambda self: self.server)
    dialect = property(lambda self: self)
    ask = property(lambda self: self._answer)
    capabilities = property(lambda self: Capabilities(feed=True))

    async def ready(self) -> None:
        return

    def feed(self) -> Request:
        return Request(path="/feed")

    def listen(self, request: Request, id: str | None = None, *, last_id: str = "") -> Any:
        return self

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Heard:
        if self.told >= self._most:
            await asyncio.Event().wait()
        self.told += 1
        return next(self._events)

    def at_once(self) -> Heard | None:
        if self.told >= self._most:
            return None
        self.told += 1
        return next(self._events)

    async def aclose(self) -> None:
        return

    def fetch(self, url: str, *, start: int = 0, etag: str | None = None) -> Any:
        raise NotFound("there are no results")

    async def _answer(self, request: Request) -> Answer:
        return Answer(status=200, body={}, url=self.url)


async def replay(most: int) -> None:
    """Prints the memory after each tenth."""
    source = Replay(most)
    monitor = Monitor([Watched(link=source, limits=Limits(most_jobs=MOST_JOBS))])
    task = asyncio.create_task(monitor.run())
    reader = asyncio.create_task(_read(monitor))
    began, rows, first = time.perf_counter(), [], 0.0
    for tenth in range(1, 11):
        while source.told < tenth * most // 10:
            await asyncio.sleep(0.02)
        gc.collect()
        memory = psutil.Process().memory_info().rss / 1e6
        first = first or memory
        rate = source.told / (time.perf_counter() - began)
        counts = [f"{source.told:,}", f"{monitor.total():,}"]
        rows.append([*counts, f"{memory:.0f} MB", f"{memory / first:.3f}", f"{rate:,.0f}"])
    for running in (task, reader):
        running.cancel()
    await asyncio.gather(task, reader, return_exceptions=True)
    title = f"Events replayed, at most {MOST_JOBS:,} jobs and a tenth more, load {os.getloadavg()[0]:.1f}"
    show(title, ("events", "jobs known", "memory", "of the first", "events/s"), rows)


async def _read(monitor: Monitor) -> None:
    async for _ in monitor.batches():
        pass


if __name__ == "__main__":
    asyncio.run(replay(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000))
