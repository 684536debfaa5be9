"""A large listing is walked once and then asked for what has changed; what a delta cannot tell is found out as well."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from jobdash.dialects.mapping.load import parse_mapping
from jobdash.dialects.mapping.plan import Plan
from jobdash.engine.delta import OVERLAP
from jobdash.model.job import JobKey
from tests.client.scripted import Peer, Received, answer, serving
from tests.faults.conftest import PATIENT, Watch, link_to, until, watching

MAPPING = """
title = "Ledger"
poll = "2s"
[states]
running = "running"
completed = "completed"
[job]
id = "id"
state = "status"
updated_at = { at = "updated_at", unit = "s" }
[get]
path = "/jobs/{id}"
[list]
path = "/jobs"
items = "jobs"
total = "total"
paging = "offset"
size_param = "limit"
size = 50
since = { param = "since", unit = "UNIT" }
"""
PAGES = 6


class Ledger:
    """Jobs by id; each page has fifty. `knows_since` False: the parameter is not known here, and ignored.

    `zone` is by how much the times of jobs differ from that of the answers, in seconds.
    """

    def __init__(self, unit: str = "iso", began: float = 1_000_000.0) -> None:
        self.plan = Plan(parse_mapping(MAPPING.replace("UNIT", unit)))
        self.unit = unit
        self.now = began
        self.knows_since = True
        self.zone = 0.0
        self.jobs: dict[str, dict[str, Any]] = {}
        self.asked: list[dict[str, str]] = []
        for number in range(PAGES * 50 - 1):
            self.put(f"j{number:03}", "completed")

    def put(self, id: str, status: str) -> None:
        self.now += 1
        self.jobs.pop(id, None)
        self.jobs[id] = {"id": id, "status": status, "updated_at": self.now + self.zone}

    def moment(self, text: str) -> float:
        if self.unit == "iso":
            return datetime.fromisoformat(text).timestamp()
        return float(text) / (1000 if self.unit == "ms" else 1)

    @property
    def deltas(self) -> list[float]:
        """From when on deltas were asked for, first pages only."""
        return [self.moment(q["since"]) for q in self.asked if "since" in q and q["offset"] == "0"]

    @property
    def walks(self) -> int:
        """How often the last page of the whole was asked for."""
        return sum("since" not in q and int(q["offset"]) == (PAGES - 1) * 50 for q in self.asked)

    async def script(self, request: Received, peer: Peer) -> None:
        url = urlsplit(request.target)
        date = format_datetime(datetime.fromtimestamp(self.now, UTC), usegmt=True)
        if url.path != "/jobs":
            job = self.jobs.get(url.path.removeprefix("/jobs/"))
            await peer.send(answer(json.dumps(job), date=date) if job else answer("{}", "404 Not Found", date=date))
            return
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.asked.append(query)
        since = self.moment(query["since"]) if self.knows_since and "since" in query else 0.0
        found = [job for job in reversed(self.jobs.values()) if job["updated_at"] >= since]
        start = int(query["offset"])
        body = {"jobs": found[start : start + int(query["limit"])], "total": len(found)}
        await peer.send(answer(json.dumps(body), date=date))


@asynccontextmanager
async def watched(ledger: Ledger, most_jobs: int = 1000) -> AsyncIterator[Watch]:
    async with serving(ledger.script) as server:
        link = link_to(server.url, "sick", plan=ledger.plan, timeouts=PATIENT)
        async with watching(link, most_jobs=most_jobs) as watch:
            await until(lambda: watch.monitor.total() == min(len(ledger.jobs), most_jobs), "the whole listing")
            yield watch


def state(watch: Watch, id: str) -> str | None:
    job = watch.monitor.job(JobKey("sick", id))
    return job.native_state if job is not None else None


@pytest.mark.parametrize("unit", ["iso", "s", "ms"])
async def test_after_the_first_walk_only_changes_are_asked_for_by_the_servers_own_clock(unit: str) -> None:
    ledger = Ledger(unit)
    async with watched(ledger) as watch:
        began = ledger.now
        await until(lambda: len(ledger.deltas) >= 2, "two deltas")
        assert ledger.deltas[:2] == [began - OVERLAP] * 2
        ledger.put("j003", "running")
        ledger.put("new", "running")
        await until(lambda: state(watch, "j003") == state(watch, "new") == "running", "both changes")
        await until(lambda: ledger.deltas[-1] == ledger.now - OVERLAP, "a delta from there on")
        assert watch.status("sick").listed == watch.status("sick").total == len(ledger.jobs)


async def test_a_minute_of_deltas_costs_a_fraction_of_the_walks() -> None:
    ledger = Ledger()
    async with watched(ledger) as watch:
        before, passed = len(ledger.asked), watch.clock.monotonic() + 60
        await until(lambda: watch.clock.monotonic() >= passed, "a minute")
        spent, looks = len(ledger.asked) - before, 60 / 2 + 1
        assert len(ledger.deltas) >= looks / 2
        assert spent <= looks + (looks / 12 + 1) * (PAGES - 1) + 4


async def test_a_live_job_that_vanishes_is_found_out_although_deltas_do_not_tell() -> None:
    ledger = Ledger()
    ledger.put("live", "running")
    async with watched(ledger) as watch:
        await until(lambda: len(ledger.deltas) >= 1, "a delta")
        del ledger.jobs["live"]
        await until(lambda: watch.monitor.is_gone(JobKey("sick", "live")), "the job to be gone")
        assert not watch.monitor.is_gone(JobKey("sick", "j001"))


async def test_a_server_whose_clock_went_back_is_walked_again() -> None:
    ledger = Ledger(began=2_000_000.0)
    async with watched(ledger) as watch:
        await until(lambda: len(ledger.deltas) >= 1, "a delta")
        walks = ledger.walks
        restarted = Ledger()
        ledger.now, ledger.jobs = restarted.now, restarted.jobs
        ledger.put("j007", "running")
        await until(lambda: ledger.walks > walks, "the whole listing to be walked")
        assert watch.live("sick")


async def test_after_trouble_everything_is_walked_again() -> None:
    ledger = Ledger()
    async with serving(ledger.script) as server:
        port = server.port
        link = link_to(server.url, "sick", plan=ledger.plan, timeouts=PATIENT)
        monitor = watching(link)
        watch = await monitor.__aenter__()
        await until(lambda: len(ledger.deltas) >= 1, "a delta")
    await until(lambda: not watch.live("sick"), "the server to be down")
    walks, deltas = ledger.walks, len(ledger.deltas)
    async with serving(ledger.script, port):
        await until(lambda: ledger.walks > walks, "the whole listing to be walked")
        assert len(ledger.deltas) == deltas
        await monitor.__aexit__(None, None, None)


async def test_a_server_that_ignores_the_parameter_is_listed_as_ever() -> None:
    ledger = Ledger()
    ledger.knows_since = False
    async with watched(ledger) as watch:
        await until(lambda: len(ledger.deltas) == 1, "the one delta")
        passed = watch.clock.monotonic() + 30
        ledger.put("new", "running")
        await until(lambda: state(watch, "new") == "running", "the news")
        await until(lambda: watch.clock.monotonic() > passed, "half a minute")
        assert len(ledger.deltas) == 1
        assert watch.status("sick").message is None


async def test_a_server_whose_jobs_are_dated_by_another_clock_is_listed_as_ever_once_that_is_seen() -> None:
    ledger = Ledger()
    ledger.zone = -5 * 3600.0
    for job in ledger.jobs.values():
        job["updated_at"] += ledger.zone
    async with watched(ledger) as watch:
        await until(lambda: len(ledger.deltas) >= 2, "two deltas")
        ledger.put("j003", "running")
        await until(lambda: state(watch, "j003") == "running", "the change, by the top of the listing")
        walks, deltas = ledger.walks, len(ledger.deltas)
        await until(lambda: ledger.walks > walks, "the whole listing to be walked")
        passed = watch.clock.monotonic() + 30
        await until(lambda: watch.clock.monotonic() > passed, "half a minute")
        assert len(ledger.deltas) == deltas


async def test_after_a_delta_that_was_too_long_to_be_read_to_its_end_everything_is_walked() -> None:
    ledger = Ledger()
    async with watched(ledger, most_jobs=100):
        await until(lambda: len(ledger.deltas) >= 1, "a delta")
        for number in range(150):
            ledger.put(f"new{number}", "completed")

        def cut_short() -> int | None:
            """The number of the question that read as much of a long delta as there is room for."""
            return next((n for n, q in enumerate(ledger.asked) if "since" in q and q["offset"] == "50"), None)

        await until(lambda: (at := cut_short()) is not None and len(ledger.asked) > at + 2, "two more questions")
        then = ledger.asked[(cut_short() or 0) + 1 :]
        assert [(q["offset"], "since" in q) for q in then[:2]] == [("0", False), ("50", False)]
