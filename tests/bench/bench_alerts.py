"""What health costs: 200 rules over 100 servers and 100,000 jobs at 1,000 changes a second; and a day of history.

python -m tests.bench.bench_alerts
"""

import asyncio
import gc
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from jobdash.cli.tidy import THRESHOLDS
from jobdash.engine.alerts.defaults import DEFAULTS
from jobdash.engine.alerts.reading import rules_of
from jobdash.engine.gather import Gatherer
from jobdash.engine.history.history import History
from jobdash.engine.history.kept import KeptShelf
from jobdash.engine.metrics.figures import Scene
from jobdash.engine.metrics.names import RECORDED
from jobdash.engine.metrics.place import Place
from jobdash.engine.orders import Orders
from jobdash.engine.query import Context
from jobdash.engine.sight import MOST_SERIES
from jobdash.engine.store import Change
from jobdash.engine.vitals import SLICE, Vitals
from jobdash.model.job import Job, JobKey
from jobdash.model.queue import QueueStats
from jobdash.model.server import Phase, ServerStatus
from jobdash.model.state import State
from jobdash.tui.app import JobdashApp
from jobdash.tui.screens.health import HealthScreen
from jobdash.tui.widgets.scrolled_lines import ScrolledLines
from tests.bench.table import show
from tests.engine.metrics.bench import HandClock
from tests.tui.still_monitor import StillMonitor, server

SERVERS, JOBS, CHANGES, SECONDS = 100, 100_000, 1_000, 30
TYPES = ("parse", "resize", "crawl", "embed")
ORDER = (State.PENDING, State.RUNNING, State.RUNNING, State.COMPLETED, State.PENDING, State.RUNNING, State.FAILED)
QUERIES = (
    "state:failed error:timeout", "state:running age>1h", "state:pending type:parse", "state:failed attempts>2",
    "state:running progress<5", "type:crawl", "is:overdue", "error:refused", "state:stuck,failed priority:high",
    "worker:w-3 state:running",
)  # fmt: skip
METRICS = ("depth", "throughput", "oldest_waiting", "run_p95", "failure_rate", "cpu", "memory", "running", "workers")


def tables() -> Iterator[dict[str, Any]]:
    """The default rules, ten with a query, and the others over figures, a tenth of them over types."""
    for number, query in enumerate(QUERIES):
        yield {"name": f"query {number}", "query": query, "threshold": 10_000}
    units = {"oldest_waiting": "9d", "run_p95": "9d", "failure_rate": "99 %", "cpu": "99 %", "memory": "9 GB"}
    for number in range(200 - len(QUERIES) - len(DEFAULTS)):
        metric = METRICS[number % len(METRICS)]
        table = {"name": f"rule {number}", "metric": metric, "threshold": units.get(metric, "900000")}
        if metric == "throughput":
            table["threshold"] = "900000/min"
        if number % 10 == 0 and metric in ("throughput", "run_p95", "failure_rate"):
            table["type"] = "pa*"
        yield table


class World:
    """Servers, jobs and their changes; the same every time."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.random = random.Random(8)
        self.jobs: dict[JobKey, tuple[int, Job]] = {}
        self.keys: list[JobKey] = []
        status = ServerStatus(phase=Phase.LIVE)
        stats = QueueStats(depth=3, running=5, completed=100, failed=1, workers=5, cpu_percent=20.0, memory_mb=300.0)
        self.scenes = [(f"server-{n}", Scene(status, (stats,), True)) for n in range(SERVERS)]
        rules, problems = rules_of(tables(), DEFAULTS)
        assert not problems and len(rules) == 200, problems
        self.vitals = Vitals(
            Orders(rules=rules),
            self.clock,
            Gatherer(self.clock),
            Context(now=self.clock.now, timer=self.clock.monotonic),
            get=lambda key: self.jobs[key][1] if key in self.jobs else None,
            gone=lambda key: False,
            scenes=lambda: self.scenes,
        )

    def fill(self) -> None:
        now = self.clock.now()
        for n in range(JOBS):
            key = JobKey(f"server-{n % SERVERS}", f"job-{n}")
            at = self.random.randrange(len(ORDER))
            job = Job(
                key=key,
                state=ORDER[at],
                native_state=ORDER[at],
                type=TYPES[n // SERVERS % 4],
                created_at=now,
                started_at=now,
            )
            self.jobs[key] = at, job
            self.keys.append(key)
            self.vitals.noticed(Change(key, None, job))

    def changes(self) -> list[Change]:
        """A second's worth: half of them new states, half only progress."""
        now, made = self.clock.now(), []
        for n in range(CHANGES):
            key = self.random.choice(self.keys)
            at, before = self.jobs[key]
            if n % 2:
                after = replace(before, progress=self.random.random() * 100)
            else:
                at = (at + 1) % len(ORDER)
                ended = now if ORDER[at].ended else None
                error = "TimeoutError: 30 s" if ORDER[at] is State.FAILED else None
                after = replace(before, state=ORDER[at], native_state=ORDER[at], finished_at=ended, error=error)
            self.jobs[key] = at, after
            made.append(Change(key, before, after))
        return made


def longest_hold(world: World) -> float:
    """One look, in steps as the monitor takes them: how long nobody else had a turn, in seconds of CPU."""
    worst, began = 0.0, time.process_time()
    for _ in world.vitals._steps():
        held = time.process_time() - began
        if held > SLICE:
            worst, began = max(worst, held), time.process_time()
    return max(worst, time.process_time() - began)


def judging() -> None:
    """CPU time of everything that listens to changes, and of the looks, per second of a day's work."""
    world = World()
    began = time.process_time()
    world.fill()
    filled = time.process_time() - began
    gc.set_threshold(*THRESHOLDS)  # as in the program
    gc.freeze()
    noticing = looking = worst = 0.0
    for _ in range(SECONDS):
        world.clock.passed += 1
        changes = world.changes()
        began = time.process_time()
        for change in changes:
            world.vitals.noticed(change)
        middle = time.process_time()
        held = longest_hold(world)
        looked = time.process_time() - middle
        noticing, looking, worst = noticing + middle - began, looking + looked, max(worst, held)
    rows = [
        ["changes (1,000 a second)", f"{100 * noticing / SECONDS:.1f} %"],
        ["one look a second at everything", f"{100 * looking / SECONDS:.1f} %"],
        ["together", f"{100 * (noticing + looking) / SECONDS:.1f} %"],
        ["the longest that a key waits for it", f"{1000 * worst:.0f} ms"],
        ["100,000 jobs at the start", f"{1000 * filled:.0f} ms"],
    ]
    show("200 rules, 100 servers, 100,000 jobs: CPU of one core", ("part", "cost"), rows)


def walks(rng: random.Random, length: int = 997) -> list[dict[str, float]]:
    """Figures as they are: counts that go up and down, shares that creep, percentiles that change now and then."""
    found: list[dict[str, float]] = []
    figures = {name: rng.random() * 100 for name in RECORDED}
    for _ in range(length):
        for name in ("depth", "running", "throughput", "oldest_waiting", "cpu"):
            figures[name] = max(0.0, figures[name] + rng.choice((-1.0, 0.0, 1.0, rng.random())))
        if rng.random() < 0.05:
            for name in ("run_p50", "run_p95", "wait_p95", "failure_rate", "failed_percent", "memory"):
                figures[name] *= 0.9 + 0.2 * rng.random()
        found.append({**figures, **dict.fromkeys(("stuck", "overdue", "stalled", "overlong", "down", "stale"), 0.0)})
    return found


async def remembering(hours: int = 24) -> None:
    """A day of the figures of 100 servers and of five queues or types of each, the last hour by the second."""
    clock, rng = HandClock(), random.Random(8)
    with tempfile.TemporaryDirectory() as folder:
        history = History(KeptShelf(Path(folder) / "history.db", clock, print))
        shapes = [walks(rng) for _ in range(20)]
        series = [f"server-{n}" for n in range(SERVERS)]
        series += [
            Place(server, queue=f"queue-{n}").series for server in list(series) for n in range(MOST_SERIES // SERVERS)
        ]
        began, step = time.process_time(), 10
        for second in range(0, hours * 3600, step):
            clock.passed += step
            fine = hours * 3600 - second <= 3600
            for tick in range(0 if fine else step - 1, step):
                at = clock.now() + tick - step + 1
                for number, name in enumerate(series):
                    history.record(name, shapes[number % 20][(second + tick + number) % 997], at)
            if second % (60 if fine else 600) == 0:
                await history.flush(clock.now())
        took = time.process_time() - began
        rows = []
        for window, label in ((3600.0, "an hour"), (86400.0, "a day"), (30 * 86400.0, "thirty days")):
            asked = time.perf_counter()
            await history.read("server-7", ("depth", "failed_percent"), window, 220, clock.now())
            rows.append([f"{label} of one server for a chart", f"{1000 * (time.perf_counter() - asked):.0f} ms"])
        history.close(clock.now())
        size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6  # noqa: ASYNC240 - a bench
        rows += [["the file", f"{size:.0f} MB"], ["CPU for all of it", f"{took:.0f} s"]]
        show(
            f"{hours} hours of history of 100 servers and 500 queues, {len(RECORDED)} figures each",
            ("what", "cost"),
            rows,
        )


async def opening() -> None:
    """CPU from the key to the lines of the Health screen, over 100 servers with two queues each."""
    monitor = StillMonitor((), [server(f"server-{n}", "compileo") for n in range(SERVERS)])
    for second in range(60):
        monitor.still_clock.passed = second - 60.0
        for n in range(SERVERS):
            queues = (QueueStats(depth=second, running=3, workers=4), QueueStats(name="mail", depth=second))
            monitor.still_queues[f"server-{n}"] = queues
        monitor.vitals.look()
    took: list[float] = []
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        for _ in range(5):
            began = time.process_time()
            app.simulate_key("h")
            while not (isinstance(app.screen, HealthScreen) and any(b.lines for b in app.screen.query(ScrolledLines))):
                await asyncio.sleep(0)
            took.append(time.process_time() - began)
            await pilot.press("escape")
            await pilot.pause()
    rows = [["usually", f"{1000 * sorted(took)[2]:.0f} ms"], ["at worst of five", f"{1000 * max(took):.0f} ms"]]
    show("the Health screen opens, 100 servers: CPU", ("when", "cost"), rows)


if __name__ == "__main__":
    judging()
    asyncio.run(opening())
    asyncio.run(remembering())
