"""A thousand failures that are three: seen, remembered over a restart, restarted together, compared; over real HTTP."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from textual.pilot import Pilot

from jobdash.engine.monitor import Monitor
from jobdash.engine.orders import Orders
from jobdash.tui.app import JobdashApp
from tests.demo_process import DemoProcess, wait_until
from tests.journeys.conftest import watched
from tests.journeys.test_two_servers import answered
from tests.screen_text import hides, screen_text, shows


@asynccontextmanager
async def screen_on(demo: DemoProcess, state: Path, *jobs: str) -> AsyncIterator[Pilot[None]]:
    monitor = Monitor([watched(demo, "compileo", "docs", *jobs)], orders=Orders(folder=state))
    async with JobdashApp(monitor).run_test(size=(120, 40), notifications=True) as pilot:
        await shows(pilot, f"{len(jobs)} jobs")
        yield pilot


def broken(demo: DemoProcess, *kinds: str) -> list[str]:
    """Jobs that have failed."""
    return [demo.wait_state(demo.submit("compileo", kind), "failed")["id"] for kind in kinds]


async def test_what_was_seen_is_known_after_a_restart(demo: DemoProcess, tmp_path: Path) -> None:
    seen = broken(demo, "syntax-error", "syntax-error")
    async with screen_on(demo, tmp_path, *seen) as pilot:
        await pilot.press("e")
        text = await shows(pilot, "2 failures, 1 cause", "SyntaxError")
        assert "bad_syntax.py:1" in text, "the error that every reading tells has a traceback"
        await pilot.press("escape")
    async with screen_on(demo, tmp_path, *seen, *broken(demo, "broken-archive", "syntax-error")) as pilot:
        await pilot.press("e")
        text = await shows(pilot, "4 failures, 2 causes", "NEW")
        (line,) = [line for line in text.splitlines() if "NEW" in line]
        assert "Zip" in line
        await pilot.press("escape", "e")
        await hides(pilot, "NEW")


async def test_all_that_failed_alike_are_restarted_after_one_question(demo: DemoProcess, tmp_path: Path) -> None:
    alike, other = broken(demo, "syntax-error", "syntax-error", "syntax-error"), broken(demo, "broken-archive")
    for id in (*alike, *other):
        demo.control("POST", f"/hold/{id}")
    async with screen_on(demo, tmp_path, *alike, *other) as pilot:
        await pilot.press("e")
        await shows(pilot, "4 failures, 2 causes")
        await pilot.press("g", "R")
        await shows(pilot, "Restart 3 jobs", "POST /api/v1/jobs/restart/")
        await answered(pilot, "n")
        text = await shows(pilot, "3 of 4")
        assert re.search(r"fingerprint:[0-9a-f]{8}", text)
        assert {demo.job(id)["state"] for id in alike} == {"failed"}
        await pilot.press("e")
        await shows(pilot, "4 failures, 2 causes")
        await pilot.press("g", "R")
        await shows(pilot, "Restart 3 jobs")
        await answered(pilot, "y")
        for id in alike:
            await asyncio.to_thread(wait_until, partial(_begun_anew, demo, id), f"{id} to begin anew")
        assert demo.job(*other)["state"] == "failed"


def _begun_anew(demo: DemoProcess, id: str) -> bool:
    return demo.job(id)["state"] in ("pending", "running")


async def test_star_marks_all_that_failed_alike(demo: DemoProcess, tmp_path: Path) -> None:
    async with screen_on(demo, tmp_path, *broken(demo, "syntax-error", "syntax-error", "broken-archive")) as pilot:
        await pilot.press("e")
        await shows(pilot, "3 failures, 2 causes")
        await pilot.press("g", "asterisk")
        await shows(pilot, "2 of 3", "2 marked")


async def test_c_compares_with_the_last_of_its_type_that_ended_well(demo: DemoProcess, tmp_path: Path) -> None:
    good = demo.wait_state(demo.submit("compileo", "hash-files", package="json", count=2), "completed")["id"]
    bad = demo.submit("compileo", "hash-files", package="no-such-package", count=2)
    demo.wait_state(bad, "failed")
    async with screen_on(demo, tmp_path, good, bad) as pilot:
        await shows(pilot, "✖ failed", "✔ completed")
        await pilot.press("g", "c")
        text = await shows(pilot, "What differs", "✖ failed on docs", "✔ completed on docs", "error")
        assert good[-12:] in text and bad[-12:] in text
        await pilot.press("escape")
        await hides(pilot, "What differs")
        assert "2 jobs" in screen_text(pilot.app)
