"""Errors grouped by fingerprint in the background, and large JSON opened: how long, and how long anybody waits.

The grouping is told in processor time: what else runs on this machine is none of its business.
"""

import asyncio
import gc
import json
import time

from jobdash.cli.tidy import THRESHOLDS
from jobdash.engine.clock import SystemClock
from jobdash.engine.failures import Failures
from jobdash.engine.masking import Masking
from jobdash.engine.store import Store
from jobdash.model.job import Job, JobKey
from jobdash.model.report import JobReport
from jobdash.model.state import State
from jobdash.tui.presentation.json_line import line
from jobdash.tui.presentation.json_search import found
from jobdash.tui.presentation.json_tree import Tree
from tests.bench.table import show

ERRORS = 100_000
KINDS = (
    "TimeoutError: upstream took more than {n} s for job_{n}",
    "Source file not found: s3://bucket-{n}/a/b.pdf",
    "ConnectionError: 10.0.{n}.1:5432 refused at 2026-11-22T03:12:44Z",
    "Traceback (most recent call last):\n  File \"/srv/p.py\", line 118, in fetch\n    x()\nKeyError: 'customer {n}'",
)  # fmt: skip


async def fingerprints() -> list[str]:
    gc.set_threshold(*THRESHOLDS)  # as the program does
    store = Store()
    failures = Failures(store, SystemClock())
    for n in range(ERRORS):
        error = KINDS[n % len(KINDS)].format(n=n)
        job = Job(key=JobKey("s", str(n)), state=State.FAILED, native_state="failed", error=error, finished_at=float(n))
        if (change := store.apply(JobReport(job=job), at=1.0)) is not None:
            failures.noticed(change)
    task = asyncio.create_task(failures.run())
    worst, began = 0.0, time.thread_time()
    while failures.waiting:
        before = time.thread_time()
        await asyncio.sleep(0)
        worst = max(worst, time.thread_time() - before)
    took = time.thread_time() - began
    task.cancel()
    return [f"{ERRORS:,} errors, {len(failures.groups())} groups", f"{took:.1f} s", f"{1000 * worst:.0f} ms"]


def large_json() -> list[list[str]]:
    value = {"rows": [{"id": n, "name": f"name {n}", "at": "2026-11-22T03:12:44Z", "ok": True} for n in range(140_000)]}
    size = len(json.dumps(value)) / 1e6
    masking = Masking()
    began = time.perf_counter()
    tree = Tree(value, masking.hides)
    opened = time.perf_counter() - began
    began = time.perf_counter()
    tree.toggle(0)
    tree.toggle(70)
    for row in tree.rows[60:100]:
        line(row, 100)
    turned = time.perf_counter() - began
    began, worst = time.perf_counter(), 0.0
    before = began
    for _ in found(value, "name 139999", masking.hides):
        worst, before = max(worst, time.perf_counter() - before), time.perf_counter()
    searched = time.perf_counter() - began
    return [
        [f"JSON of {size:.0f} MB: opened", f"{1000 * opened:.1f} ms", ""],
        ["  unfolded twice and drawn", f"{1000 * turned:.1f} ms", ""],
        ["  searched to its end", f"{searched:.2f} s", f"{1000 * worst:.0f} ms"],
    ]


if __name__ == "__main__":
    show("Reading", ("what", "took", "longest pause"), [asyncio.run(fingerprints()), *large_json()])
