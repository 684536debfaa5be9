"""One budget: whoever meets a 429, everybody waits, and the keys say until when instead of failing later."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from jobdash.dialects.mapping.load import parse_mapping
from jobdash.dialects.mapping.plan import Plan
from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor, Watched
from jobdash.model.command import Action, Command, Phase
from jobdash.model.errors import Throttled
from jobdash.model.job import JobKey
from jobdash.model.server import Phase as Life
from jobdash.tui.app import JobdashApp
from tests.client.scripted import Peer, Received, always, answer, serving
from tests.faults.conftest import ONLY_SINGLE_JOBS, PATIENT, Watch, link_to, until, watching
from tests.faults.farm import MAPPING, Farm, farming
from tests.faults.fast_clock import FastClock
from tests.screen_text import screen_text

KEY = JobKey("sick", "a")
WITH_CANCEL = Plan(
    parse_mapping(
        MAPPING.replace('running = "running"', 'running = "running"\ncancelled = "cancelled"')
        + """
[actions.cancel]
send = "POST /jobs/{id}/cancel"
from = ["running"]
confirmed_by = ["cancelled"]
"""
    )
)
CANCEL = Command(key=KEY, action=Action.CANCEL, seen_native_state="running")
NO_MORE = always(answer("{}", "429 Too Many Requests", retry_after="20"))


def is_cancel(path: str) -> bool:
    return path.endswith("/cancel")


def cancelling(farm: Farm) -> None:
    """From now on the farm does as it is told."""

    async def script(request: Received, peer: Peer) -> None:
        id = request.target.split("/")[2]
        farm.put(id, "cancelled")
        await peer.send(answer(json.dumps({"message": "gone"})))

    farm.fault, farm.concerns = script, is_cancel


def phase(watch: Watch) -> Phase | None:
    outcome = watch.monitor.outcome(KEY)
    return outcome.phase if outcome is not None else None


async def test_a_429_on_a_command_makes_everybody_wait_and_then_all_goes_on() -> None:
    async with farming("a", "b") as farm, farming("w") as well:
        link = link_to(farm.url, "sick", plan=WITH_CANCEL, timeouts=PATIENT)
        async with watching(link, link_to(well.url, "well", timeouts=PATIENT), poll=2.0) as watch:
            await until(lambda: watch.live("sick", "well") and watch.progress("sick", "a") == 0, "the jobs")
            assert watch.monitor.refusal(Action.CANCEL, KEY) is None
            farm.fault, farm.concerns = NO_MORE, is_cancel
            watch.monitor.submit(CANCEL)
            await until(lambda: phase(watch) is Phase.REFUSED, "the refusal")
            assert watch.status("sick").phase is Life.THROTTLED
            assert "left alone until" in (watch.monitor.refusal(Action.CANCEL, KEY) or "")
            sent, began = link.sent, watch.clock.monotonic()
            watch.monitor.submit(CANCEL)
            await until(lambda: watch.clock.monotonic() > began + 10, "half of the time")
            outcome = watch.monitor.outcome(KEY)
            assert outcome is not None and outcome.message.startswith("not sent: sick asks to be left alone until")
            assert link.sent == sent
            assert watch.live("well")

            cancelling(farm)
            await until(lambda: watch.live("sick"), "the server to be live again")
            assert watch.monitor.refusal(Action.CANCEL, KEY) is None
            watch.monitor.submit(CANCEL)
            await until(lambda: phase(watch) is Phase.CONFIRMED, "the proof")


async def test_many_jobs_wait_for_a_server_that_asks_for_it_and_none_is_lost() -> None:
    ids = [f"j{number:02}" for number in range(12)]
    async with farming(*ids) as farm:
        link = link_to(farm.url, "sick", plan=WITH_CANCEL, timeouts=PATIENT)
        async with watching(link, poll=2.0) as watch:
            await until(lambda: watch.live("sick") and watch.monitor.total() == len(ids), "the jobs")
            plan = await watch.monitor.bulks.plan(Action.CANCEL, [JobKey("sick", id) for id in ids])
            farm.fault, farm.concerns = (
                always(answer("{}", "429 Too Many Requests", retry_after="3")),
                lambda path: path == "/jobs",
            )
            watch.monitor.refresh()
            await until(lambda: watch.status("sick").phase is Life.THROTTLED, "the server to ask for patience")
            cancelling(farm)
            run = await watch.monitor.bulks.start(plan)
            await until(lambda: run.ended_at is not None, "the end", 30)
            assert [result.message for result in run.results if result.end != "done"] == []
            assert {job["status"] for job in farm.jobs.values()} == {"cancelled"}


async def test_the_key_is_grey_and_says_until_when() -> None:
    async with farming("a") as farm:
        link = link_to(farm.url, "sick", plan=WITH_CANCEL, timeouts=PATIENT)
        monitor = Monitor([Watched(link=link, limits=Limits(poll=2.0))], clock=FastClock(), random=lambda: 0.5)
        app = JobdashApp(monitor)
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await until(lambda: monitor.job(KEY) is not None, "the job")
            farm.fault, farm.concerns = NO_MORE, lambda path: True
            await farm.cut()
            monitor.refresh()
            await until(lambda: monitor.servers()[0].status.phase is Life.THROTTLED, "the server to ask for patience")
            await pilot.press("X")
            await shown(pilot, app, "asks to be left alone until")
        await link.aclose()


async def shown(pilot: Any, app: JobdashApp, words: str) -> None:
    """Waits until the screen says so."""
    for _ in range(500):
        if words in screen_text(app):
            return
        await pilot.pause()
        await asyncio.sleep(0.01)
    raise AssertionError(f"{words!r} is not on the screen:\n{screen_text(app)}")


WITH_FILES = Plan(
    parse_mapping(
        MAPPING.replace("[job]", '[results]\nat = "files"\n[logs]\npath = "/jobs/{id}/log"\nitems = "lines"\n[job]')
    )
)


def with_files(farm: Farm, *urls: str) -> None:
    """The job has ended and left these behind."""
    farm.put("a", "completed", 100)
    farm.jobs["a"]["files"] = list(urls)


async def test_a_429_on_a_result_makes_everybody_wait_and_the_download_goes_on_by_itself(tmp_path: Path) -> None:
    async with farming("a", "b") as farm:
        with_files(farm, "/files/1", "/files/2")
        link = link_to(farm.url, "sick", plan=WITH_FILES, timeouts=PATIENT)
        async with watching(link, poll=2.0) as watch:
            await until(lambda: watch.live("sick") and watch.progress("sick", "a") == 100, "the jobs")
            farm.fault, farm.concerns = NO_MORE, lambda path: path.startswith("/files")
            watch.monitor.downloads.start(KEY, tmp_path)
            await until(lambda: watch.status("sick").phase is Life.THROTTLED, "the server to be left alone")
            sent, began = link.sent, watch.clock.monotonic()
            await until(lambda: watch.clock.monotonic() > began + 10, "half of the time")
            assert link.sent == sent
            farm.fault = always(answer("picture", kind="image/png"))
            await until(lambda: watch.monitor.downloads.refusal(KEY) is None, "the end of the download")
            paths = [view.path for view in watch.monitor.downloads.results(KEY).downloads]
            assert paths == [tmp_path / "1", tmp_path / "2"]


async def test_a_429_on_opening_a_result_or_reading_a_log_makes_everybody_wait() -> None:
    async with farming("a") as farm:
        with_files(farm, "/files/1")
        link = link_to(farm.url, "sick", plan=WITH_FILES, timeouts=PATIENT)
        async with watching(link, poll=2.0) as watch:
            for path, want in (
                ("/files/1", lambda: asyncio.ensure_future(opened(watch))),
                ("/jobs/a/log", lambda: watch.monitor.read_logs([KEY])),
            ):
                await until(lambda: watch.live("sick") and watch.progress("sick", "a") == 100, "the job")
                farm.fault, farm.concerns = NO_MORE, frozenset({path}).__contains__
                want()
                await until(lambda: watch.status("sick").phase is Life.THROTTLED, "the server to be left alone")
                farm.fault = None


async def opened(watch: Watch) -> None:
    with pytest.raises(Throttled):
        await watch.monitor.downloads.open(KEY, "/files/1", lambda done, total: None)


async def test_another_host_that_asks_for_patience_slows_nobody_down(tmp_path: Path) -> None:
    async with farming("a") as farm, serving(NO_MORE) as store:
        moved = always(answer("", "302 Found", location=f"{store.url}/2"))
        farm.fault, farm.concerns = moved, lambda path: path.startswith("/files")
        with_files(farm, f"{store.url}/1", "/files/2")
        async with watching(link_to(farm.url, "sick", plan=WITH_FILES, timeouts=PATIENT), poll=2.0) as watch:
            await until(lambda: watch.live("sick") and watch.progress("sick", "a") == 100, "the job")
            watch.monitor.downloads.start(KEY, tmp_path)
            await until(lambda: {"/1", "/2"} <= set(store.targets), "both to be asked for")
            await until(lambda: watch.monitor.downloads.refusal(KEY) is None, "the end of the download", 30)
            assert watch.live("sick")
            assert all("429" in (view.problem or "") for view in watch.monitor.downloads.results(KEY).downloads)


async def test_a_server_that_bears_two_streams_keeps_them_and_is_polled_for_the_others() -> None:
    ids = [f"j{number:02}" for number in range(20)]
    async with farming(*ids) as farm:
        farm.most_streams = 2
        link = link_to(farm.url, "sick", plan=ONLY_SINGLE_JOBS, timeouts=PATIENT)
        async with watching(link, jobs=tuple(ids), poll=2.0) as watch:
            await until(lambda: watch.monitor.total() == len(ids) and farm.listeners == 2, "the jobs")
            began = watch.clock.monotonic()
            await until(lambda: watch.clock.monotonic() > began + 100, "some tries")
            for id in ids:
                await farm.tell(id, progress=50)
            await until(lambda: all(watch.progress("sick", id) == 50 for id in ids), "all news, streamed and polled")
            assert farm.listeners == 2
            assert farm.turned_away <= 10
            farm.most_streams = None
            await until(lambda: farm.listeners == 6, "all streams, once it bears more", 60)
