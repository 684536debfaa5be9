"""Times that cannot be, over HTTP: ahead of us, out of order, missing, in other zones; none becomes a fact."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from jobdash.cli.wire import link_to
from jobdash.client.settings import ServerSettings
from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor, Watched
from jobdash.tui.app import JobdashApp
from tests.journeys.hostile import MAPPING, Hostile, serving
from tests.screen_text import shows

TIMES = 'created_at = "createdAt"\nstarted_at = "startedAt"\nfinished_at = "finishedAt"\n[get]'
CONTRADICTS = "its times contradict each other"


class Telling(Hostile):
    """Its listing tells the times as well."""

    def answer(self, path: str) -> Any:
        return {"jobs": list(self.jobs.values())} if path == "/jobs" else super().answer(path)


def job(status: str, zone: int = 0, **passed: float) -> dict[str, Any]:
    """A job of which each thing happened so many seconds ago."""
    now, there = datetime.now(UTC), timezone(timedelta(hours=zone))
    times = {name: (now - timedelta(seconds=ago)).astimezone(there).isoformat() for name, ago in passed.items()}
    return {"id": "odd-1", "status": status, "type": "t", **times}


CASES: dict[str, tuple[dict[str, Any], tuple[str, ...], str]] = {
    "all ahead": (
        {"status": "running", "createdAt": -3600, "startedAt": -7230},
        ("2 h ahead of now", " ahead "),
        "running",
    ),
    "ends ahead": (
        {"status": "completed", "createdAt": 300, "startedAt": 200, "finishedAt": -3630},
        (CONTRADICTS,),
        "ran",
    ),
    "starts ahead": (
        {"status": "failed", "createdAt": 300, "startedAt": -900, "finishedAt": 100},
        (CONTRADICTS,),
        "waited",
    ),
    "backwards": (
        {"status": "failed", "createdAt": 100, "startedAt": 500, "finishedAt": 900},
        (CONTRADICTS,),
        "waited",
    ),
    "a little ahead": ({"status": "running", "createdAt": -40, "startedAt": -40}, ("running  just now",), "running"),
    "another zone": (
        {"status": "running", "zone": 9, "createdAt": 190, "startedAt": 130},
        ("2 min ago", "1m00"),
        "its times",
    ),
    "none": ({"status": "running"}, ("▶ running",), "running"),
}
"""What is told, what is seen then, and how no line begins."""


@pytest.mark.parametrize("case", CASES)
async def test_times_that_cannot_be_are_no_ages(tmp_path: Path, case: str) -> None:
    told, shown, absurd = CASES[case]
    mapping = tmp_path / "telling.toml"
    mapping.write_text(MAPPING.replace("[get]", TIMES))
    with serving(Telling({"odd-1": job(**told)})) as server:
        link = link_to(ServerSettings(name="s", url=server.url, dialect=str(mapping)))
        app = JobdashApp(Monitor([Watched(link=link, limits=Limits(poll=60.0, rate=100, burst=100))]))
        async with app.run_test(size=(140, 40)) as pilot:
            text = await shows(pilot, "odd-1", "details read", *shown)
    rows = [line.partition("│") for line in text.splitlines() if "│" in line]
    assert not [pane for _, _, pane in rows if pane.strip().startswith(absurd)], text
    assert not [part for row in rows for part in row if " in " in part or "+" in part], text
