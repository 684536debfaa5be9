"""One list with many jobs that change, as a program of its own: `python -m tests.bench.list_app WHAT JOBS CHANGES`.

WHAT is `jobdash` (the real screen over the real engine, fed without HTTP), `DataTable` or `fastdatatable`: Textual's
table and the faster one with the same rows and the same changes. A last argument `busy` changes only visible rows.
"""

import asyncio
import importlib
import random
import sys
from collections.abc import Iterator
from typing import Any

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Static

from jobdash.cli.tidy import set_aside
from jobdash.client.dialect import Ask
from jobdash.engine.clock import SystemClock
from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor, Watched
from jobdash.model.job import Job, JobKey
from jobdash.model.report import JobReport
from jobdash.model.state import State
from jobdash.tui.app import JobdashApp
from tests.engine.fake_server import FakeServer

TICK = 0.02
PIECE = 25
"""Changes at a time: what one read of a busy stream brings."""
BUSY = 60
HEADS = ("state", "job", "type", "progress", "age", "try", "server", "step")
STATES = (State.RUNNING, State.PENDING, State.COMPLETED, State.FAILED)


def job(number: int, progress: float = 10.0) -> Job:
    """A job with all of its fields; the lowest numbers run and stand on top."""
    state = State.RUNNING if number < BUSY * 2 else STATES[number % 3]
    return Job(
        key=JobKey("docs", f"job-{number:07}"),
        state=state,
        native_state=state.value,
        type=f"kind-{number % 20}",
        queue=f"queue-{number % 5}",
        label=f"document {number}",
        progress=progress,
        fraction=(progress, 100.0),
        step=f"page {progress:.0f} of 100",
        created_at=1_795_000_000.0 + number / 10,
        started_at=1_795_000_100.0 + number / 10,
        updated_at=1_795_000_200.0 + number / 10,
        attempts=1,
        max_attempts=3,
        worker=f"worker-{number % 8}",
        priority="high",
    )


def changes(jobs: int, busy: bool) -> Iterator[Job]:
    """Jobs that went on by some percent, for ever; always with the same dice."""
    dice = random.Random(7)
    done: dict[int, float] = {}
    while True:
        number = dice.randrange(BUSY if busy else jobs)
        done[number] = (done.get(number, number % 90) + dice.uniform(0, 0.2)) % 99
        yield job(number, done[number])


class Fed(Monitor):
    """A monitor whose jobs come from nowhere, and are live all the same."""

    def doubt(self, key: JobKey) -> str | None:
        return None

    def is_stale(self, key: JobKey) -> bool:
        return False


class Silent(FakeServer):
    """Never says anything about a job by itself."""

    async def job(self, ask: Ask, id: str) -> JobReport:
        await asyncio.Event().wait()
        raise AssertionError


def run_jobdash(jobs: int, rate: int, *options: str) -> None:
    """The screen; a companion of the monitor plays the server."""

    async def play(monitor: Monitor) -> None:
        tell = monitor._known.report
        for number in range(jobs):
            tell(JobReport(job=job(number)))
            if number % 1000 == 0:
                await asyncio.sleep(0)
        monitor.notice(f"{jobs} are there")
        news = changes(jobs, "busy" in options)
        owed, before = 0.0, monitor.clock.monotonic()
        while True:
            await asyncio.sleep(TICK)
            now = monitor.clock.monotonic()
            owed, before = min(owed + rate * (now - before), rate / 2), now
            while owed >= 1:
                for _ in range(min(PIECE, int(owed))):
                    tell(JobReport(job=next(news)))
                    owed -= 1
                await asyncio.sleep(0)

    clock = SystemClock()
    server = Watched(link=Silent(clock, name="docs"), limits=Limits(most_jobs=jobs))
    monitor = Fed([server], companions=[play, set_aside], frame=0.5 if "slow" in options else 0.1)
    JobdashApp(monitor, slow_link="slow" in options).run()


def cells(found: Job) -> tuple[str, ...]:
    """The eight texts that a row shows."""
    told = (
        found.state.value,
        found.id,
        found.type or "",
        f"{found.progress:.0f}%",
        "4m",
        "1/3",
        "docs",
        found.step or "",
    )
    return told


class TableApp(App[None]):
    """A table with the same rows, told of the same changes ten times a second."""

    def __init__(self, what: str, jobs: int, rate: int, busy: bool) -> None:
        super().__init__()
        self.what, self.jobs, self.rate, self.busy = what, jobs, rate, busy

    def compose(self) -> ComposeResult:
        if self.what == "DataTable":
            yield DataTable(cursor_type="row", id="table")
        else:
            fast: Any = importlib.import_module("textual_fastdatatable")
            rows = [cells(job(number)) for number in range(self.jobs)]
            data = {head: [row[at] for row in rows] for at, head in enumerate(HEADS)}
            yield fast.DataTable(backend=fast.ArrowBackend.from_pydict(data), cursor_type="row", id="table")
        yield Static("", id="said")

    def on_mount(self) -> None:
        table = self.query_one("#table")
        table.styles.height = "1fr"
        if isinstance(table, DataTable):
            for head in HEADS:
                table.add_column(head, key=head)
            for number in range(self.jobs):
                table.add_row(*cells(job(number)), key=str(number))
        table.focus()
        self.query_one("#said", Static).update(f"{self.jobs} are there")
        self.news = changes(self.jobs, self.busy)
        self.set_interval(0.1, self.change)

    def change(self) -> None:
        table = self.query_one("#table")
        for _ in range(self.rate // 10):
            found = next(self.news)
            number, told = int(found.id.removeprefix("job-")), cells(found)
            for at, head in ((3, "progress"), (7, "step")):
                if isinstance(table, DataTable):
                    table.update_cell(str(number), head, told[at])
                else:
                    table.update_cell(number, at, told[at])  # type: ignore[attr-defined]


def main(what: str, jobs: str, rate: str, *options: str) -> None:
    if what == "jobdash":
        run_jobdash(int(jobs), int(rate), *options)
    else:
        TableApp(what, int(jobs), int(rate), "busy" in options).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
