"""The main job: jobs of two kinds of server move on one screen, one is opened, one is stopped."""

import re

from textual.pilot import Pilot

from tests.demo_process import DemoProcess
from tests.journeys.conftest import Screen
from tests.screen_text import hides, screen_text, shows

ASKED = "n esc no   y yes"
"""What every dialog shows beside its answers."""


async def answered(pilot: Pilot[None], key: str) -> None:
    """Answers a dialog; keys that come before it was drawn do not count, so the key is repeated until it is gone."""
    await shows(pilot, ASKED)
    while ASKED in screen_text(pilot.app):
        await pilot.press(key)


async def test_jobs_of_two_servers_move_on_one_screen(demo: DemoProcess, screen: Screen) -> None:
    docs = demo.submit("compileo", "hash-files", gate="held", package="json", count=4)
    crawl = demo.submit("jobstatus", "count-words", gate="held", package="json", count=4)
    async with screen(docs) as pilot:
        await shows(pilot, docs[-8:], crawl[-8:], "▶ running", "0%")
        demo.control("POST", f"/step/{docs}?n=1")
        demo.control("POST", f"/step/{crawl}?n=2")
        await shows(pilot, "25%", "50%")
        demo.control("POST", f"/release/{docs}")
        text = await shows(pilot, "✔ completed")
        assert re.search(r"docs +compileo +SSE", text) or re.search(r"docs +compileo +POLL", text)
        assert re.search(r"crawl +jobstatus +POLL", text)


async def test_enter_opens_a_job_in_full_and_escape_leads_back(demo: DemoProcess, screen: Screen) -> None:
    job = demo.submit("compileo", "broken-archive", format="zip", damage="truncated")
    demo.wait_state(job, "failed")
    async with screen(job, size=(80, 24)) as pilot:
        await shows(pilot, "✖ failed")
        await pilot.press("enter")
        await shows(pilot, job, "BadZipFile")
        await pilot.press("escape")
        await hides(pilot, "BadZipFile: File")


async def test_cancel_is_asked_sent_and_confirmed_by_the_server(demo: DemoProcess, screen: Screen) -> None:
    job = demo.submit("compileo", "hash-files", gate="held", package="json", count=4)
    async with screen(job) as pilot:
        await shows(pilot, "▶ running")
        await pilot.press("X")
        await shows(pilot, f"POST /api/v1/jobs/cancel/{job}")
        await answered(pilot, "y")
        await shows(pilot, "cancelled")
        demo.wait_state(job, "cancelled")


async def test_enter_on_a_fresh_dialog_leaves_everything_as_it_is(demo: DemoProcess, screen: Screen) -> None:
    job = demo.submit("compileo", "hash-files", gate="held", package="json", count=4)
    async with screen(job) as pilot:
        await shows(pilot, "▶ running")
        await pilot.press("X")
        await shows(pilot, f"cancel/{job}")
        await answered(pilot, "enter")
        assert demo.job(job)["state"] == "running"


async def test_pause_and_resume(demo: DemoProcess, screen: Screen) -> None:
    job = demo.submit("jobstatus", "hash-files", gate="held", package="json", count=4)
    async with screen() as pilot:
        await shows(pilot, "▶ running")
        await pilot.press("P")
        await shows(pilot, f"/api/jobs/{job}")
        await answered(pilot, "y")
        await shows(pilot, "‖ paused", "pause job_", "confirmed")
        demo.wait_state(job, "paused")
        await pilot.press("U")
        await shows(pilot, "Resume this job")
        await answered(pilot, "y")
        await hides(pilot, "‖ paused")
        demo.wait_state(job, "running")


async def test_restart_of_a_failed_job(demo: DemoProcess, screen: Screen) -> None:
    job = demo.submit("compileo", "missing-file", path="nowhere")
    demo.wait_state(job, "failed")
    async with screen(job) as pilot:
        await shows(pilot, "✖ failed")
        await pilot.press("R")
        await shows(pilot, f"restart/{job}")
        await answered(pilot, "y")
        await shows(pilot, "restarted successfully")


async def test_a_job_that_ended_behind_the_dialog_gets_no_command(demo: DemoProcess, screen: Screen) -> None:
    job = demo.submit("compileo", "hash-files", gate="held", package="json", count=2)
    async with screen(job) as pilot:
        await shows(pilot, "▶ running")
        await pilot.press("X")
        await shows(pilot, f"cancel/{job}")
        demo.control("POST", f"/finish/{job}")
        demo.wait_state(job, "completed")
        await answered(pilot, "y")
        await shows(pilot, "not sent")
        assert demo.job(job)["state"] == "completed"


async def test_a_key_for_what_the_state_forbids_says_why(demo: DemoProcess, screen: Screen) -> None:
    job = demo.submit("compileo", "hash-files", gate="held", package="json", count=2)
    async with screen(job) as pilot:
        await shows(pilot, "▶ running")
        await pilot.press("R")
        await shows(pilot, "restart needs a job")
        await pilot.press("P")
        await shows(pilot, "docs cannot pause")


async def test_small_letters_and_control_keys_change_nothing(demo: DemoProcess, screen: Screen) -> None:
    job = demo.submit("compileo", "hash-files", gate="held", package="json", count=2)
    async with screen(job) as pilot:
        await shows(pilot, "▶ running")
        for key in ("x", "r", "u", "d", "ctrl+x", "ctrl+r", "y", "n"):
            await pilot.press(key)
        text = screen_text(pilot.app)
        assert "cancel/" not in text
        assert demo.job(job)["state"] == "running"


async def test_the_query_narrows_while_typing(demo: DemoProcess, screen: Screen) -> None:
    job = demo.submit("compileo", "hash-files", gate="held", package="json", count=2)
    other = demo.submit("jobstatus", "count-words", gate="held", package="json", count=2)
    async with screen(job) as pilot:
        await shows(pilot, job[-8:], other[-8:])
        await pilot.press("slash", *"server:crawl")
        await hides(pilot, job[-8:])
        await shows(pilot, other[-8:], "1 of 2")
        await pilot.press("escape")
        await shows(pilot, job[-8:], other[-8:])
