"""Submitting a job and watching jobs by their ids, on the screen."""

import asyncio
from pathlib import Path
from typing import Any

from jobdash.engine.clock import SystemClock
from jobdash.engine.journal import Journal, Who, read
from jobdash.engine.known import Known
from jobdash.engine.makings import Makings
from jobdash.model.care import Care
from jobdash.model.errors import Rejected, Unreachable
from jobdash.model.job import JobKey
from jobdash.model.state import State
from jobdash.tui.app import JobdashApp
from jobdash.tui.screens.main import MainScreen
from jobdash.tui.screens.submit import SubmitScreen
from jobdash.tui.screens.tracked import TrackedScreen
from tests.screen_text import screen_text, shows
from tests.tui.form_server import TakingLink
from tests.tui.still_monitor import StillMonitor, full_monitor, job


def taking(*errors: Any, care: Care | None = None) -> tuple[StillMonitor, TakingLink]:
    """A monitor whose server `docs` takes jobs."""
    monitor, link = full_monitor(), TakingLink("docs", *errors)
    others = {name: TakingLink(name) for name in ("crawl", "media")}
    for other in others.values():
        other.dialect.forms = ()

    def made(key: JobKey) -> None:
        monitor.put(job(key.server, key.id, State.PENDING))
        monitor.track(key.server, [key.id])

    known = Known(monitor.clock, lambda key: None)
    links: Any = {"docs": link, **others}
    monitor.makings = Makings(known, monitor.clock, links, made, cares={"docs": care} if care else {})
    return monitor, link


async def test_f9_a_form_is_checked_shown_and_sent_and_the_new_job_followed() -> None:
    monitor, link = taking()
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("I")
        assert isinstance(app.screen, SubmitScreen)
        assert "as soon as every field is right" in screen_text(app)
        await pilot.press(*"/a", "tab", *"x", "tab")
        text = screen_text(app)
        assert "path must be a path" in text
        assert "pages must be a whole number" in text
        await pilot.press("shift+tab", "backspace", *"7", "shift+tab", "home", "delete")
        text = screen_text(app)
        assert "must be" not in text
        assert "POST /parse" in text
        assert '"pages": 7' in text
        await pilot.press("tab", "tab", "tab", "enter")
        assert isinstance(app.screen, MainScreen)
        assert link.dialect.taken == []
        await pilot.press("I", *"a/b", "tab", "tab", "tab", "right", "enter")
        await shows(pilot, "submitted: docs/new-1", "following new-1")
        assert link.dialect.taken == [{"path": "a/b", "pages": 10}]
        assert monitor.tracked == [("docs", ("new-1",))]


async def test_f9_a_server_that_fails_is_asked_again_and_one_that_says_no_is_quoted() -> None:
    monitor, link = taking(Unreachable("connection refused", sent=False), Rejected("no such path", status=422))
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("I", *"a/b", "tab", "tab", "tab", "right", "enter")
        await shows(pilot, "no such path", "nothing you typed is lost")
        assert isinstance(app.screen, SubmitScreen)
        await pilot.press("right", "enter")
        await shows(pilot, "submitted: docs/new-1")
        assert len(link.dialect.taken) == 1


async def test_nothing_is_submitted_to_a_server_that_is_read_only() -> None:
    monitor, link = taking(care=Care(read_only=True))
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("I")
        await shows(pilot, "read_only")
        assert isinstance(app.screen, MainScreen)
        assert link.dialect.taken == []


async def test_tracked_jobs_have_names_and_the_gone_ones_are_offered_for_removal() -> None:
    monitor = full_monitor()
    monitor.remembered.add("docs", ["a", "b"], label="nightly", priority="high")
    monitor.still_gone.add(JobKey("docs", "b"))
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("i", "tab", "down", "down", "down")
        assert "remove what its server no longer has (1)" in screen_text(app)
        await pilot.press("enter")
        assert monitor.forgotten == [JobKey("docs", "b")]
        await pilot.press("up", "enter")
        assert isinstance(app.screen, TrackedScreen)
        assert "docs · nightly · high" in screen_text(app)
        await pilot.press("enter")
        assert monitor.remembered.jobs("docs") == []
        await pilot.press("escape", "escape")
        assert isinstance(app.screen, MainScreen)


class Hurried(SystemClock):
    """A clock by which no wait takes any time."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


async def test_a_submission_of_the_screen_stands_in_the_audit_log(tmp_path: Path) -> None:
    log = Journal(tmp_path / "audit.jsonl", Who("me", "here", None), SystemClock(), "0.0")
    for errors, phases in (
        ((), ["sending", "accepted"]),
        ((Rejected("no"),), ["sending", "failed", "sending", "accepted"]),
    ):
        known, link = Known(SystemClock(), lambda key: None), TakingLink("docs", *errors)
        makings = Makings(known, Hurried(), {"docs": link}, lambda key: None, journal=log)  # type: ignore[dict-item]
        before = len(list(read(log.file.path)))
        making = makings.start("docs", link.dialect.forms[0], {"path": "a/b"})
        while not making.over:
            await asyncio.sleep(0)
        assert [event["phase"] for event in list(read(log.file.path))[before:]] == phases
