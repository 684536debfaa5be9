"""The screen from outside: first useful paint against an empty Textual app; 10,000 jobs with 1,000 changes a second."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.bytecode import bytecode_kept
from tests.bench.job_server import MAPPING
from tests.bench.table import show
from tests.terminal import Terminal

JOBDASH = (sys.executable, "-m", "jobdash")
EMPTY_APP = """
from textual.app import App
from textual.widgets import Static

class Empty(App):
    def compose(self):
        yield Static("ready")

Empty().run()
"""
TIMES = 5


@contextmanager
def job_server(jobs: int, changes: int) -> Iterator[tuple[str, str]]:
    """The address of a job server, and the mapping that tells jobdash of its kind."""
    with tempfile.TemporaryDirectory() as folder:
        mapping = Path(folder) / "bench.toml"
        mapping.write_text(MAPPING)
        command = [sys.executable, "-m", "tests.bench.job_server", str(jobs), str(changes)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip(), str(mapping)
        finally:
            process.terminate()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


def first_paint() -> None:
    """An empty Textual app, jobdash on a live server, jobdash on its demo; the best of some runs each."""

    def best(argv: tuple[str, ...], pattern: str) -> float:
        times = []
        for _ in range(TIMES):
            with Terminal(argv) as terminal:
                times.append(terminal.wait_for(pattern))
        return min(times)

    baseline = best((sys.executable, "-c", EMPTY_APP), "ready")
    rows = [["empty Textual app", f"{baseline:.2f} s", "1.0"]]
    with job_server(1000, 0) as (url, mapping):
        took = best((*JOBDASH, url, "--dialect", mapping), "job-00")
        rows.append(["jobdash, 1,000 jobs", f"{took:.2f} s", f"{took / baseline:.1f}"])
    took = best((*JOBDASH, "demo"), "running")
    rows.append(["jobdash demo (starts its server)", f"{took:.2f} s", f"{took / baseline:.1f}"])
    show("First useful paint, best of 5", ("program", "time", "ratio"), rows)


def moving_list() -> None:
    """The list while the server tells of changes, against the same list while nothing changes."""
    rows = []
    idle_cpu = 0.0
    for changes in (0, 1000):
        with job_server(10_000, changes) as (url, mapping), Terminal((*JOBDASH, url, "--dialect", mapping)) as terminal:
            terminal.wait_for("10,000")
            terminal.watch(2)
            cost = terminal.watch(10)
            latency = terminal.latency(["down"] * 10 + ["pgdn"] * 10 + ["up"] * 10)
            idle_cpu = idle_cpu or cost.cpu
            rows.append(
                [
                    f"{changes:,} changes/s", f"{cost.cpu:.0f} %", f"{cost.cpu / idle_cpu:.1f}",
                    f"{cost.bytes_per_second / 1000:.1f} KB/s", f"{cost.rss:.0f} MB",
                    f"{latency.p50:.0f} ms", f"{latency.p95:.0f} ms",
                ]
            )  # fmt: skip
    header = ("10,000 jobs at 120x40", "CPU", "ratio", "to the terminal", "memory", "key p50", "key p95")
    show("The job list while jobs change", header, rows)


if __name__ == "__main__":
    with bytecode_kept():
        first_paint()
        moving_list()
