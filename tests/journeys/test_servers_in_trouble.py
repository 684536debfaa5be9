"""One server in trouble: its line says so, its rows stay, the other goes on, and it recovers by itself."""

import pytest

from jobdash.engine.monitor import Monitor
from jobdash.tui.app import JobdashApp
from tests.demo_process import DemoProcess
from tests.journeys.conftest import Screen, watched
from tests.screen_text import shows


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        ("500", "500"),
        ("401", "401"),
        ("429", "throttled"),
        ("html", "HTML"),
        ("malformed", "malformed JSON"),
        ("wrong-typed", "crawl"),
        ("hang", "no answer within"),
    ],
)
async def test_a_fault_is_told_and_does_not_spread(demo: DemoProcess, screen: Screen, mode: str, sentence: str) -> None:
    docs = demo.submit("compileo", "hash-files", gate="held", package="json", count=4)
    crawl = demo.submit("jobstatus", "count-words", gate="held", package="json", count=4)
    async with screen(docs) as pilot:
        await shows(pilot, docs[-8:], crawl[-8:])
        demo.control("POST", "/fault", {"face": "jobstatus", "mode": mode})
        await shows(pilot, sentence, crawl[-8:])
        demo.control("POST", f"/step/{docs}?n=1")
        await shows(pilot, "25%")
        demo.control("POST", "/fault", {"face": "jobstatus", "mode": None})
        await pilot.press("r")
        demo.control("POST", f"/step/{crawl}?n=2")
        await shows(pilot, "50%", seconds=20)


async def test_a_server_that_went_away_is_down_and_its_rows_stay(demo: DemoProcess) -> None:
    with DemoProcess() as other:
        lost = demo.submit("compileo", "hash-files", gate="held", package="json", count=4)
        kept = other.submit("jobstatus", "count-words", gate="held", package="json", count=4)
        servers = [watched(demo, "compileo", "docs", lost), watched(other, "jobstatus", "crawl")]
        async with JobdashApp(Monitor(servers)).run_test(size=(120, 40), notifications=True) as pilot:
            await shows(pilot, lost[-8:], kept[-8:])
            demo.process.kill()
            await shows(pilot, "down", "refused", lost[-8:])
            other.control("POST", f"/step/{kept}?n=2")
            await shows(pilot, "50%", lost[-8:])
