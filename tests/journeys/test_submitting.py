"""A job is submitted as a person would: by the form, through a server in trouble, and followed to its end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot
from textual.widgets import Input

from jobdash.engine.monitor import Monitor
from jobdash.tui.app import JobdashApp
from tests.demo_process import DemoProcess
from tests.journeys.conftest import watched
from tests.screen_text import hides, shows


@asynccontextmanager
async def previews(demo: DemoProcess) -> AsyncIterator[Pilot[None]]:
    monitor = Monitor([watched(demo, "filelens", "previews")])
    async with JobdashApp(monitor).run_test(size=(120, 40), notifications=True) as pilot:
        await shows(pilot, "cannot list its jobs: i adds ids")
        yield pilot


def jobs(demo: DemoProcess) -> int:
    return len(demo.control("GET", "/jobs")["jobs"])


async def test_f9_a_form_survives_a_server_in_trouble_and_the_new_job_is_followed(demo: DemoProcess) -> None:
    before = jobs(demo)
    async with previews(demo) as pilot:
        demo.control("POST", "/fault", {"face": "filelens", "mode": "500"})
        await pilot.press("I")
        await shows(pilot, "Make previews of a document", "as soon as every field is right")
        await pilot.press(*"textwrap.py", "tab", *"html", "tab", "{")
        await shows(pilot, "options must be")
        await pilot.press(*'"pages": 2}')
        await shows(pilot, "POST /preview/async", '"textwrap.py"', '"pages": 2')
        await pilot.press("tab", "right", "enter")
        await shows(pilot, "submitting again in 5 s")
        assert jobs(demo) == before
        demo.control("POST", "/fault", {"face": "filelens", "mode": None})
        await shows(pilot, "submitted: previews/")
        await shows(pilot, "✔ completed", "page-002.html", "following")
    assert jobs(demo) == before + 1


async def test_f9_the_last_error_is_told_and_nothing_typed_is_lost(demo: DemoProcess) -> None:
    async with previews(demo) as pilot:
        await pilot.press("I")
        await shows(pilot, "Make previews of a document")
        await pilot.press("enter", "enter", "enter", "enter")
        await hides(pilot, "Make previews of a document")
        await pilot.press("I")
        await shows(pilot, "Make previews of a document")
        await pilot.press(*"textwrap.py", "tab", "tab", *"[1]")
        await shows(pilot, "options must be a JSON object")
        await pilot.press("ctrl+u", "tab")
        demo.control("POST", "/fault", {"face": "filelens", "mode": "html"})
        await pilot.press("right", "enter")
        await shows(pilot, "HTML instead of JSON", "nothing you typed is lost")
        assert next(field.value for field in pilot.app.screen.query(Input)) == "textwrap.py"
        assert jobs(demo) == 0
        demo.control("POST", "/fault", {"face": "filelens", "mode": None})
        await pilot.press("right", "enter")
        await shows(pilot, "submitted: previews/")
    assert jobs(demo) == 1
