"""100 servers of 1,000 jobs with a change a second each, one dead and one answering in 20 s: how old is what is known?

Then 10 servers on which nothing changes, polled every 5 s: what an idle screen costs.

python -m tests.bench.bench_fleet [SERVERS] [SECONDS]
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from jobdash.client.link import ServerLink
from jobdash.client.settings import ServerSettings
from jobdash.dialects.mapping.load import load_mapping
from jobdash.engine.monitor import Monitor, Watched
from jobdash.model.job import JobKey
from jobdash.model.server import Phase
from tests.bench.bench_screen import JOBDASH
from tests.bench.job_server import MAPPING
from tests.bench.table import show
from tests.terminal import Terminal

JOBS = 1_000
SETTLED = 12.0
"""Seconds after the first listing in which what is left to be asked has been asked."""

AT_REST = 40.0
"""Seconds after which alerts about what was found have been raised, and nothing is new any more."""


@contextmanager
def fleet(servers: int, jobs: int, changes: int, mapping: str) -> Iterator[tuple[list[str], str]]:
    """The addresses of the servers, and the mapping of their kind."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.toml"
        path.write_text(mapping)
        command = [sys.executable, "-m", "tests.bench.fleet_server", str(servers), str(jobs), str(changes)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        try:
            yield [process.stdout.readline().strip() for _ in range(servers)], str(path)
        finally:
            process.terminate()
            process.wait()
            process.stdout.close()


async def ages(urls: list[str], mapping: str, seconds: float) -> tuple[list[float], float, int]:
    """The age of each change when it reached the batch for the screen; CPU in percent; how many servers are live."""
    kind = load_mapping(mapping)
    links = [ServerLink(ServerSettings(name=f"s{n}", url=url), "bench", kind(f"s{n}")) for n, url in enumerate(urls)]
    monitor = Monitor([Watched(link=link) for link in links])
    task = asyncio.create_task(monitor.run())
    while monitor.total() < (len(urls) - 2) * JOBS:
        await asyncio.sleep(0.2)
    await asyncio.sleep(SETTLED)
    found: list[float] = []
    cpu, began = psutil.Process().cpu_times(), time.perf_counter()
    settled, seen = time.time(), dict[JobKey, float]()
    async for batch in monitor.batches():
        now = time.time()
        for key in batch.jobs:
            job = monitor.job(key)
            if job is not None and (at := job.updated_at or 0.0) > seen.get(key, settled):
                seen[key] = at
                found.append(now - at)
        if time.perf_counter() - began > seconds:
            break
    spent = psutil.Process().cpu_times()
    live = sum(view.status.phase is Phase.LIVE for view in monitor.servers())
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return found, 100 * (spent.user + spent.system - cpu.user - cpu.system) / (time.perf_counter() - began), live


def many(servers: int, seconds: float) -> None:
    """A fleet with nobody in trouble is the baseline of one with two that are."""
    rows = []
    for title, some in (("all well", slice(0, servers - 2)), ("one dead, one slow", slice(0, servers))):
        with fleet(servers, JOBS, 1, MAPPING) as (urls, mapping):
            found, cpu, live = asyncio.run(ages(urls[some], mapping, seconds))
        found.sort()
        p50, p99 = statistics.median(found), found[int(0.99 * (len(found) - 1))]
        told = [f"{1000 * age:.0f} ms" for age in (p50, p99, found[-1])]
        rows.append([title, str(len(urls[some])), str(live), f"{len(found):,}", *told, f"{cpu:.0f} %"])
    header = ("1,000 jobs each", "servers", "live", "changes", "age p50", "age p99", "worst", "CPU")
    show(f"The age of news, load {os.getloadavg()[0]:.1f}", header, rows)


def idle(seconds: float) -> None:
    """Nothing changes; what is written then are the ages."""
    polled = MAPPING.partition("[feed]")[0]
    rows = []
    for servers in (1, 10):
        urls, mapping = (opened := ExitStack()).enter_context(fleet(servers + 2, 100, 0, polled))
        with opened, Terminal((*JOBDASH, *urls[:servers], "--dialect", mapping)) as terminal:
            terminal.wait_for(f"{100 * servers:,}")
            terminal.watch(AT_REST)
            cost = terminal.watch(seconds)
        rows.append([f"{servers} servers", f"{cost.cpu:.1f} %", f"{cost.bytes_per_second:.0f}", f"{cost.rss:.0f} MB"])
    show(f"Nothing changes, polled every 5 s, load {os.getloadavg()[0]:.1f}", ("", "CPU", "bytes/s", "memory"), rows)


if __name__ == "__main__":
    many(int(sys.argv[1]) if len(sys.argv) > 1 else 100, float(sys.argv[2]) if len(sys.argv) > 2 else 20.0)
    idle(float(sys.argv[2]) if len(sys.argv) > 2 else 20.0)
