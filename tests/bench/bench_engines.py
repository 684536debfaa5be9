"""What it costs to watch 10,000 jobs of a real engine on the screen, beside the tool that was made for that engine.

python -m tests.bench.bench_engines [celery] [bullmq]

Every program runs in a terminal of its own, on the same engine in the same run; an empty Textual app tells how much of
it is Textual's. Then jobs fail, and the time is taken from the moment that the engine itself gives to each failure
until jobdash shows it. The engines and the other tools are installed on first use, see `tests/engines`.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from jobdash.cli.wire import link_to
from jobdash.client.dialect import Request
from jobdash.client.settings import ServerSettings
from jobdash.engine.monitor import Monitor, Watched
from jobdash.model.job import JobKey
from jobdash.model.state import State
from tests.bench.bare_screen import SHOWN
from tests.bench.bytecode import bytecode_kept
from tests.bench.engine_tools import bmq, celery_events
from tests.bench.table import show
from tests.engines import test_bullmq, test_celery
from tests.terminal import Terminal

JOBS = 10_000
SETTLE = 15.0
IDLE = 20.0
"""Seconds that are watched while nothing moves."""
KEYS = ["down"] * 15 + ["pgdn"] * 10 + ["up"] * 15
STARTS = 3
FAILURES = 8
Tool = Callable[[Any], AbstractContextManager[Terminal]]


@dataclass(frozen=True)
class Engine:
    """How one engine is started and filled, and what is set beside jobdash; `early` tools must see the jobs come."""

    kind: str
    started: Callable[[Path], AbstractContextManager[Any]]
    done: Callable[[Any], bool]
    row: str
    fails: dict[str, Any]
    tool: Tool
    tool_name: str
    early: bool


def celery_done(engine: test_celery.Celery) -> bool:
    """True when Flower has seen the end of every task."""

    async def ended() -> int:
        link = link_to(ServerSettings(name="flower", url=engine.url, dialect="flower"))
        try:
            return len((await link.ask(Request(path="api/tasks", query={"state": "SUCCESS"}))).body)
        finally:
            await link.aclose()

    return asyncio.run(ended()) >= JOBS


def bullmq_done(engine: test_bullmq.BullMq) -> bool:
    """True when the last job has ended."""
    return bool(engine.ask("state", "mail", str(JOBS)) == "completed")


BOOM = {"task": "boom", "args": [4711]}
ENGINES = {
    "celery": Engine("flower", test_celery.started, celery_done, "add", BOOM, celery_events, "celery events", True),
    "bullmq": Engine(
        "bullboard",
        test_bullmq.started,
        bullmq_done,
        "add",
        {"queue": "mail", "name": "boom"},
        bmq,
        "bmq on Node",
        False,
    ),
}


@contextmanager
def jobdash(kind: str, url: str) -> Iterator[Terminal]:
    """The screen, with folders of its own."""
    with TemporaryDirectory() as home:
        env = {f"XDG_{name}_HOME": home for name in ("CONFIG", "STATE", "CACHE")}
        with Terminal([sys.executable, "-m", "jobdash", url, "--dialect", kind], env=env) as terminal:
            yield terminal


def measured(name: str, terminal: Terminal, first: str) -> list[str]:
    """One row: what a program costs that shows all jobs by now."""
    terminal.watch(SETTLE)
    cost = terminal.watch(IDLE)
    key = terminal.latency(KEYS)
    figures = [f"{cost.cpu:.1f} %", f"{cost.rss:.0f} MB", f"{cost.bytes_per_second:.0f} B/s"]
    return [name, first, *figures, f"{key.p50:.0f} ms", f"{key.p95:.0f} ms"]


def beside(name: str, engine: Engine, made: Any, early: Terminal | None) -> list[str]:
    """The other tool's row; dashes when it does not install here."""
    try:
        with nullcontext(early) if early is not None else engine.tool(made) as terminal:
            return measured(f"{name}: {engine.tool_name}", terminal, "-")
    except (pytest.skip.Exception, TimeoutError) as missing:
        print(f"{engine.tool_name}: {str(missing).splitlines()[0]}", file=sys.stderr)
        return [f"{name}: {engine.tool_name}", *"------"]


def bare() -> list[str]:
    """What Textual itself costs here: a screen with one line on it, and no engine."""
    command = [sys.executable, "-m", "tests.bench.bare_screen"]
    first = []
    for _ in range(STARTS):
        with Terminal(command) as terminal:
            first.append(terminal.wait_for(SHOWN))
    with Terminal(command) as terminal:
        return measured("an empty Textual app", terminal, f"{min(first):.2f} s")


def on_screen(name: str, engine: Engine, made: Any) -> list[str]:
    """jobdash's row. It is started a few times, at first without any bytecode."""
    first = []
    for _ in range(STARTS):
        with jobdash(engine.kind, made.url) as terminal:
            first.append(terminal.wait_for(rf"completed .*\b{engine.row}\b"))
    with jobdash(engine.kind, made.url) as terminal:
        terminal.wait_for(f"{JOBS:,}")
        return measured(f"{name}: jobdash", terminal, f"{min(first):.2f} s")


async def noticing(name: str, engine: Engine, url: str) -> list[str]:
    """How long after each failure it is known, at the pace that the dialect recommends."""
    link = link_to(ServerSettings(name=name, url=url, dialect=engine.kind))
    monitor = Monitor([Watched(link=link)])
    watching = asyncio.create_task(monitor.run())
    late = []
    try:
        while monitor.total() < JOBS:
            await asyncio.sleep(0.1)
        for number in range(FAILURES):
            await asyncio.sleep(link.dialect.poll * (1 + number / FAILURES))  # at another point of the interval each
            id, _ = await link.dialect.submit(link.ask, link.dialect.forms[0], engine.fails)
            while (job := monitor.job(JobKey(name, id))) is None or job.state is not State.FAILED:
                await asyncio.sleep(0.002)
            late.append(time.time() - (job.finished_at or 0.0))
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    return [name, f"{link.dialect.poll:g} s", f"{sorted(late)[len(late) // 2]:.2f} s", f"{max(late):.2f} s"]


def both(name: str, engine: Engine) -> tuple[list[list[str]], list[str]]:
    """The rows of an engine whose JOBS jobs have all ended, and how soon failures are noticed."""
    with TemporaryDirectory() as folder, engine.started(Path(folder)) as made:
        with engine.tool(made) if engine.early else nullcontext() as early:
            with ThreadPoolExecutor(1) as pool:
                flood = pool.submit(made.ask, "flood", str(JOBS))
                made.processes.wait(lambda: _drained(early) and flood.done(), "the jobs are not sent", 300)
            made.processes.wait(lambda: _drained(early) and engine.done(made), "the jobs do not end", 600)
            rows = [beside(name, engine, made, early)]
        rows = [on_screen(name, engine, made), *rows, bare()]
        return rows, asyncio.run(noticing(name, engine, made.url))


def _drained(terminal: Terminal | None) -> bool:
    """A terminal that nobody reads holds up the program in it."""
    while terminal is not None and terminal.pump(0.0):
        pass
    return True


def main(names: Sequence[str]) -> None:
    header = ("program", "first rows", "idle CPU", "memory", "to the terminal", "key p50", "key p95")
    for name in names or ENGINES:
        costs, late = both(name, ENGINES[name])
        show(f"{JOBS:,} ended jobs at 120x40", header, costs)
        show(
            f"From a failure to the screen, {FAILURES} failures", ("engine", "poll interval", "median", "worst"), [late]
        )


if __name__ == "__main__":
    with bytecode_kept():
        main(sys.argv[1:])
