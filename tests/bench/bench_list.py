"""The job list with very many jobs while they change: key to paint, CPU, bytes; beside two tables with the same rows.

`python -m tests.bench.bench_list [JOBS ...]`; without numbers 100,000 and 1,000,000. A table that has not loaded its
rows within two minutes is said to have none. `> 10000 ms` is no move of the cursor at all in that time: measured at
20,000 rows, textual-fastdatatable writes a whole column anew for each change, falls behind them, and answers the first
key after 4 s, the second after 9 s, and the third not.
"""

import importlib.util
import sys
from collections.abc import Sequence

from tests.bench.cursor import LONGEST, key_to_paint
from tests.bench.table import show
from tests.terminal import Terminal

RATE = 10_000
LOADING = 120.0
KEYS = (*["down"] * 15, *["pgdn"] * 10, *["up"] * 8, *["end", "home"] * 4)
TABLE_KEYS = (*["down"] * 6, *["pgdn"] * 4, "up", "up")


def run(what: str, jobs: int, *options: str) -> Terminal:
    env = {"TEXTUAL_COLOR_SYSTEM": "256"} if "slow" in options else {}
    return Terminal((sys.executable, "-m", "tests.bench.list_app", what, str(jobs), str(RATE), *options), env=env)


def measured(what: str, jobs: int, keys: Sequence[str]) -> list[float] | None:
    """Key p50 and p95 in milliseconds, CPU in percent, memory in megabytes, seconds to load; None when it never did."""
    with run(what, jobs) as terminal:
        try:
            loaded = terminal.wait_for(f"{jobs} are there", LOADING)
            terminal.watch(3)
            cost = terminal.watch(10)
            latency = key_to_paint(terminal, keys)
        except TimeoutError:
            return None
    return [latency.p50, latency.p95, cost.cpu, cost.rss, loaded]


def in_words(milliseconds: float) -> str:
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 * LONGEST else f"> {1000 * LONGEST:.0f} ms"


def many(jobs: int) -> None:
    """Each row is one program; the ratio is its key p95 over ours."""
    rows, ours = [], 0.0
    for what in ("jobdash", "DataTable", "fastdatatable"):
        if what == "fastdatatable" and importlib.util.find_spec("textual_fastdatatable") is None:
            rows.append([what, "not installed", "", "", "", "", ""])
            continue
        found = measured(what, jobs, KEYS if what == "jobdash" else TABLE_KEYS)
        if found is None:
            rows.append([what, "never ready", "", "", "", "", ""])
            continue
        p50, p95, cpu, rss, loaded = found
        ours = ours or p95
        told = (
            in_words(p50),
            in_words(p95),
            f"{p95 / ours:.1f}",
            f"{cpu:.0f} %",
            f"{rss:.0f} MB",
            f"{loaded:.1f} s",
        )
        rows.append([what, *told])
    header = (f"{jobs:,} jobs", "key p50", "key p95", "ratio", "CPU", "memory", "loaded in")
    show(f"While {RATE:,} changes/s arrive, 120x40", header, rows)


def bytes_written() -> None:
    """Every visible row changes in every frame."""
    rows, ours = [], 0.0
    for what, *options in (("jobdash",), ("jobdash", "slow"), ("DataTable",)):
        with run(what, 1_000, "busy", *options) as terminal:
            terminal.wait_for("1000 are there", 20)
            terminal.watch(3)
            rate = terminal.watch(10).bytes_per_second / 1000
        ours = ours or rate
        rows.append([" ".join((what, *options)), f"{rate:.1f} KB/s", f"{rate / ours:.1f}"])
    show("Bytes to the terminal, every visible row changing, 120x40", ("program", "bytes", "ratio"), rows)


if __name__ == "__main__":
    bytes_written()
    for count in map(int, sys.argv[1:] or ("100000", "1000000")):
        many(count)
