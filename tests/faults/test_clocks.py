"""Clocks that differ: the server's from ours is told once it matters."""

import json
import time
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from jobdash.client.dialect import DialectOptions
from jobdash.engine.monitor import Monitor, Watched
from jobdash.tui.app import JobdashApp
from tests.client.scripted import Peer, Received, answer, serving
from tests.faults.conftest import PATIENT, link_to, until
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
