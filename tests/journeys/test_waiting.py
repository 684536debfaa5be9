"""Many jobs are waited for at once: told when the last has ended, how each did, and that one failure hides nothing."""

from tests.demo_process import DemoProcess
from tests.journeys.conftest import Screen
from tests.screen_text import hides, shows


async def test_f8_c11_all_marked_jobs_are_waited_for_and_their_ends_are_told(demo: DemoProcess, screen: Screen) -> None:
    docs = demo.submit("compileo", "hash-files", gate="held", package="json", count=2)
    crawl = demo.submit("jobstatus", "count-words", gate="held", package="json", count=2)
    bad = demo.submit("compileo", "missing-file", gate="held", path="nowhere")
    async with screen(docs, bad) as pilot:
        await shows(pilot, docs[-8:], crawl[-8:], bad[-8:])
        await pilot.press("asterisk")
        await shows(pilot, "3 marked")
        await pilot.press("u")
        await shows(pilot, "0 of 3 have ended")
        demo.control("POST", f"/finish/{bad}")
        await shows(pilot, "1 of 3 have ended")
        demo.control("POST", f"/finish/{docs}")
        demo.control("POST", f"/finish/{crawl}")
        await shows(pilot, "all 3 jobs have ended: 2 completed, 1 failed", f"docs/{bad[:8]}")
        await hides(pilot, "3 have ended")


async def test_f8_waiting_for_what_matches_can_be_given_up(demo: DemoProcess, screen: Screen) -> None:
    docs = demo.submit("compileo", "hash-files", gate="held", package="json", count=2)
    async with screen(docs) as pilot:
        await shows(pilot, "▶ running")
        await pilot.press("u")
        await shows(pilot, "0 of 1 have ended")
        await pilot.press("u")
        await shows(pilot, "no longer waiting")
        await hides(pilot, "0 of 1 have ended")
