"""10,000 events a second from one stream of all jobs to the screen, against a bare loop that reads the same bytes.

All are measured in turn, some rounds long, and the median of each counts: one run differs from the next by a tenth.

python -m tests.bench.bench_feed [EVENTS_A_SECOND] [SECONDS] [ROUNDS]
"""

import asyncio
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

from jobdash.client.link import ServerLink
from jobdash.client.settings import ServerSettings
from jobdash.dialects.mapping.load import load_mapping
from jobdash.engine.monitor import Monitor, Watched
from jobdash.model.job import Job, JobKey
from tests.bench.bench_screen import JOBDASH, job_server
from tests.bench.job_server import job
from tests.bench.table import show
from tests.terminal import Latency, Terminal

JOBS = 10_000
AN_EVENT = len(f"id: 100000\ndata: {json.dumps(job(JOBS, 500))}\n\n")
"""Bytes of one on its way."""

SETTLED = 8.0
"""Seconds after which the listings of the beginning, which the bare loop has none of, are over."""

QUIET = 3.0
"""Seconds without news after which nothing lies in the buffers between the two any more."""


@dataclass(frozen=True)
class Run:
    """CPU in percent of a core, events a second that were really taken, and microseconds of CPU an event."""

    cpu: float
    rate: float

    @property
    def each(self) -> float:
        return self.cpu / 100 / self.rate * 1e6


def ask(url: str) -> int:
    """A number that the server tells."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        return int(answer.read())


def taken(url: str) -> int:
    """How many events have left the buffers of the system that lie between the two: who falls behind takes fewer."""
    port, sent = f":{int(url.rpartition(':')[2]):04X}", ask(f"{url}/sent")
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    queues = [row[4].split(":") for row in rows if port in (row[1][-5:], row[2][-5:])]
    return sent - sum(int(size, 16) for pair in queues for size in pair) // AN_EVENT


@contextmanager
def measured(url: str, process: psutil.Process, into: list[Run]) -> Iterator[None]:
    """What a process costs during the `with`."""
    before, first, began = process.cpu_times(), taken(url), time.perf_counter()
    yield
    after, took = process.cpu_times(), time.perf_counter() - began
    cpu = after.user + after.system - before.user - before.system
    into.append(Run(100 * cpu / took, (taken(url) - first) / took))


def bare(rate: int, seconds: float) -> Run:
    """The baseline."""
    runs: list[Run] = []
    with job_server(JOBS, rate) as (url, _):
        process = subprocess.Popen([sys.executable, "-m", "tests.bench.bare_feed", url])
        try:
            while not ask(f"{url}/sent"):
                time.sleep(0.1)
            time.sleep(SETTLED)
            with measured(url, psutil.Process(process.pid), runs):
                time.sleep(seconds)
        finally:
            process.terminate()
            process.wait()
    return runs[0]


def engine(rate: int, seconds: float) -> tuple[Run, int]:
    """The engine without a screen, and how many jobs were wrong once the server was calm."""
    runs: list[Run] = []
    with job_server(JOBS, rate) as (url, mapping):
        wrong = asyncio.run(_engine(url, mapping, seconds, runs))
    return runs[0], wrong


async def _engine(url: str, mapping: str, seconds: float, runs: list[Run]) -> int:
    link = ServerLink(ServerSettings(name="one", url=url), "bench", load_mapping(mapping)("one"))
    monitor = Monitor([Watched(link=link)])
    task = asyncio.create_task(monitor.run())
    while monitor.total() < JOBS:
        await asyncio.sleep(0.1)
    await asyncio.sleep(SETTLED)
    with measured(url, psutil.Process(), runs):
        await asyncio.sleep(seconds)
    await asyncio.to_thread(ask, f"{url}/calm")
    true = (await link.dialect.page(link.ask, None)).reports
    cursor = (await link.dialect.page(link.ask, None)).next
    while cursor:
        page = await link.dialect.page(link.ask, cursor)
        true, cursor = (*true, *page.reports), page.next
    known = {JobKey("one", report.job.id): report.job for report in true}
    assert len(known) == JOBS
    wrong, best, since = JOBS, JOBS + 1, time.perf_counter()
    while wrong and (wrong < best or time.perf_counter() - since < QUIET):
        if wrong < best:
            best, since = wrong, time.perf_counter()
        await asyncio.sleep(0.2)
        wrong = sum(_differ(monitor, key, job) for key, job in known.items())
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return wrong


def _differ(monitor: Monitor, key: JobKey, true: Job) -> bool:
    found = monitor.job(key)
    return found is None or (found.state, found.progress, found.step) != (true.state, true.progress, true.step)


def screen(rate: int, seconds: float) -> tuple[Run, Latency]:
    """The whole program in a terminal, and its key to paint."""
    runs: list[Run] = []
    with job_server(JOBS, rate) as (url, mapping), Terminal((*JOBDASH, url, "--dialect", mapping)) as terminal:
        terminal.wait_for("10,000")
        while not ask(f"{url}/sent"):
            terminal.watch(0.1)
        terminal.watch(SETTLED)
        with measured(url, psutil.Process(terminal.pid), runs):
            terminal.watch(seconds)
        latency = terminal.latency(["down"] * 10 + ["pgdn"] * 10 + ["up"] * 20)
    return runs[0], latency


def middle(runs: list[Run]) -> Run:
    """The run whose cost is the median."""
    return sorted(runs, key=lambda run: run.each)[len(runs) // 2]


def main() -> None:
    rate = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 10.0
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    bares: list[Run] = []
    plains: list[tuple[Run, int]] = []
    wholes: list[tuple[Run, Latency]] = []
    for _ in range(rounds):
        bares.append(bare(rate, seconds))
        plains.append(engine(rate, seconds))
        wholes.append(screen(rate, seconds))
    base, plain, whole = middle(bares), middle([run for run, _ in plains]), middle([run for run, _ in wholes])

    def row(name: str, run: Run, *rest: str) -> list[str]:
        figures = [f"{run.cpu:.0f} %", f"{run.rate:,.0f}", f"{run.each:.0f} us", f"{run.each / base.each:.1f}"]
        return [name, *figures, *rest, *[""] * (3 - len(rest))]

    header = ("10,000 jobs", "CPU", "events/s", "CPU an event", "ratio", "key p50", "key p95", "wrong at the end")
    wrong = str(max(wrong for _, wrong in plains))
    p50, p95 = (f"{median(getattr(keys, name) for _, keys in wholes):.0f} ms" for name in ("p50", "p95"))
    rows = [row("httpx-sse and json.loads", base), row("engine, no screen", plain, "", "", wrong)]
    show(f"One stream of all jobs, load {os.getloadavg()[0]:.1f}", header, [*rows, row("jobdash", whole, p50, p95)])


if __name__ == "__main__":
    main()
