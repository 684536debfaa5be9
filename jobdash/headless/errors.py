"""`errors`: failed jobs by what they have in common, as a table or as JSON lines."""

from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

from jobdash.engine.clock import Clock
from jobdash.engine.export import stamp
from jobdash.engine.failures import WHERE, Failures, Group
from jobdash.engine.once import Once
from jobdash.engine.store import Store
from jobdash.headless.gather import Sweep
from jobdash.headless.listing import matching, told
from jobdash.headless.out import Out
from jobdash.headless.table import table
from jobdash.model.report import JobReport

COLUMNS = ("count", "share", "first", "last", "fingerprint", "where", "error")
NAMED = 2
"""So many servers, queues, types or workers are named in the table."""


async def show_errors(
    servers: Sequence[Once], query: str, clock: Clock, out: Out, *, limit: int | None = None, json: bool = False
) -> int:
    """Prints one row a fingerprint, the most frequent first; the exit code says whether every server could be read."""
    sweep = Sweep(servers)
    failures = await _read(sweep, query, clock)
    groups = failures.groups()[:limit]
    if json:
        for group in groups:
            out.json(_record(group, failures.total))
    elif groups:
        out.lines(table(COLUMNS, [_row(group, failures.total) for group in groups], out.width))
    elif not sweep.failed:
        out.note("no job has failed")
    return told(sweep, out)


async def _read(sweep: Sweep, query: str, clock: Clock) -> Failures:
    store = Store()
    failures = Failures(store, clock)
    async with aclosing(matching(sweep, query)) as rows:
        async for row in rows:
            if (change := store.apply(JobReport(job=row.job), at=clock.monotonic())) is not None:
                failures.noticed(change)
    while failures.waiting:
        failures.work()
    return failures


def _row(group: Group, total: int) -> tuple[object, ...]:
    return (
        group.count,
        f"{100 * group.count / total:.0f} %",
        stamp(group.first_seen),
        stamp(group.last_seen),
        group.fingerprint.id,
        " · ".join(_named(group, name) for name in WHERE if group.where[name]),
        group.fingerprint.title,
    )


def _named(group: Group, name: str) -> str:
    most = [value for value, _ in group.where[name].most_common(NAMED)]
    more = len(group.where[name]) - len(most)
    return ", ".join(most) + (f" +{more}" if more else "")


def _record(group: Group, total: int) -> dict[str, Any]:
    return {
        "fingerprint": group.fingerprint.id,
        "title": group.fingerprint.title,
        "frame": group.fingerprint.frame or None,
        "count": group.count,
        "share": round(group.count / total, 4),
        "first_seen": stamp(group.first_seen),
        "last_seen": stamp(group.last_seen),
        **{f"{name}s": dict(group.where[name].most_common()) for name in WHERE},
        "jobs": [str(key) for key in group.keys],
    }
