"""Clocks that differ: the server's from ours is told once it matters."""

import json
import time
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from jobdash.client.dialect import DialectOptions
from jobdash.dialects.mapping.load import parse_mapping
from jobdash.dialects.mapping.plan import Plan
from jobdash.engine.monitor import Monitor, Watched
from jobdash.model.job import JobKey
from jobdash.tui.app import JobdashApp
from tests.client.scripted import Peer, Received, answer, serving
from tests.faults.conftest import PATIENT, link_to, until, watching
from tests.faults.farm import SINGLE_JOBS
from tests.screen_text import shows

POLLED = DialectOptions(paths={"feed": "off", "stream": "off"})


@pytest.mark.parametrize(("ahead", "told"), [(120.0, "clock +1"), (-90.0, "clock -"), (0.0, None)])
async def test_a_clock_that_differs_by_more_than_five_seconds_is_on_the_line(ahead: float, told: str | None) -> None:
    async def script(request: Received, peer: Peer) -> None:
        date = format_datetime(datetime.fromtimestamp(time.time() + ahead, UTC), usegmt=True)
        await peer.send(answer(json.dumps({"jobs": [{"id": "a", "status": "running"}]}), date=date))

    async with serving(script) as server:
        monitor = Monitor([Watched(link=link_to(server.url, "docs", POLLED, timeouts=PATIENT))])
        app = JobdashApp(monitor)
        async with app.run_test(size=(120, 40)) as pilot:
            await until(lambda: monitor.servers()[0].status.skew is not None, "the skew")
            assert monitor.servers()[0].status.skew == pytest.approx(ahead, abs=3)
            shown = await shows(pilot, "▶ 1", told or "● docs")
            assert ("clock " in shown) == (told is not None), shown


@pytest.mark.parametrize("ahead", [3600.0, -3600.0])
async def test_a_job_is_late_by_the_clock_of_its_server(ahead: float) -> None:
    began = time.time()
    plan = Plan(parse_mapping(SINGLE_JOBS.replace("[get]", 'started_at = { at = "since", unit = "s" }\n[get]')))

    async def script(request: Received, peer: Peer) -> None:
        since = began + ahead - (400 if request.target == "/jobs/late" else 0)
        date = format_datetime(datetime.fromtimestamp(time.time() + ahead, UTC), usegmt=True)
        body = {"id": request.target.removeprefix("/jobs/"), "status": "running", "since": since}
        await peer.send(answer(json.dumps(body), date=date))

    async with serving(script) as server:
        link = link_to(server.url, "sick", DialectOptions(paths={"stream": "off"}), plan=plan, timeouts=PATIENT)
        async with watching(link, jobs=("late", "fresh"), deadline=300.0) as watch:

            def overdue(id: str) -> bool:
                job = watch.monitor.job(JobKey("sick", id))
                return job is not None and job.overdue

            await until(lambda: overdue("late"), "the job that takes too long")
            passed = watch.clock.monotonic() + 10
            await until(lambda: watch.clock.monotonic() > passed, "some looks at all deadlines")
            assert watch.monitor.total() == 2 and not overdue("fresh")
