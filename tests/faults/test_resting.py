"""While the display is frozen or the terminal long out of focus nobody is polled in vain, and the screen says so."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from textual import events
from textual.pilot import Pilot

from jobdash.client.dialect import DialectOptions
from jobdash.client.link import ServerLink
from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor, Watched
from jobdash.engine.orders import Orders
from jobdash.model.job import JobKey
from jobdash.model.server import Delivery, Phase
from jobdash.tui.app import JobdashApp
from tests.client.scripted import Peer, Received, Script, always, answer
from tests.faults.conftest import ONLY_SINGLE_JOBS, PATIENT, link_to, until, watching
from tests.faults.farm import Concerns, Farm, everything, farming, streams
from tests.faults.fast_clock import FastClock
from tests.screen_text import screen_text

POLLED = DialectOptions(paths={"feed": "off", "stream": "off"})
ALERTS, NO_ALERTS = Orders(), Orders(rules=())


@dataclass(frozen=True)
class Screen:
    """The real screen on a real monitor."""

    farm: Farm
    link: ServerLink
    monitor: Monitor
    app: JobdashApp
    pilot: Pilot[None]

    def progress(self) -> float | None:
        job = self.monitor.job(JobKey("docs", "a"))
        return job.progress if job is not None else None

    def streamed_first(self) -> list[str]:
        """The jobs, and that one first which has a connection of its own."""
        return sorted(self.farm.jobs, key=lambda id: f"/jobs/{id}/events" not in self.farm.paths)

    async def passes(self, seconds: float) -> int:
        """How many requests leave within so many seconds of the fast clock."""
        sent, until_then = self.link.sent, self.monitor.clock.monotonic() + seconds
        await until(lambda: self.monitor.clock.monotonic() >= until_then, f"{seconds} s")
        return self.link.sent - sent

    async def says(self, words: str) -> None:
        for _ in range(500):
            if words in screen_text(self.app):
                return
            await self.pilot.pause()
            await asyncio.sleep(0.01)
        raise AssertionError(f"{words!r} is not on the screen:\n{screen_text(self.app)}")


@asynccontextmanager
async def screen(
    options: DialectOptions | None,
    orders: Orders,
    *,
    rest_after: float = 0.05,
    size: tuple[int, int] = (120, 40),
    streams: int = 6,
    fault: Script | None = None,
    concerns: Concerns = everything,
) -> AsyncIterator[Screen]:
    async with farming("a", "b") as farm:
        farm.fault, farm.concerns = fault, concerns
        link = link_to(farm.url, "docs", options, timeouts=PATIENT)
        watched = Watched(link=link, jobs=("a", "b"), limits=Limits(poll=2.0, streams=streams))
        monitor = Monitor([watched], clock=FastClock(), random=lambda: 0.5, orders=orders)
        app = JobdashApp(monitor, rest_after=rest_after)
        async with app.run_test(size=size) as pilot:
            await until(lambda: monitor.total() == 2, "the jobs")
            yield Screen(farm, link, monitor, app, pilot)
        await link.aclose()


async def settled(on: Screen) -> None:
    """What was under way when polls began to rest is answered."""
    await until(lambda: bool(on.monitor.pauses), "polls to rest")
    await on.passes(5)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def test_a_frozen_display_polls_nobody_and_asks_at_once_when_it_goes_on(size: tuple[int, int]) -> None:
    async with screen(POLLED, NO_ALERTS, size=size) as on:
        await on.pilot.press("z")
        await settled(on)
        assert await on.passes(120) == 0
        await on.says("polls rest")
        on.farm.put("a", progress=70)
        await on.pilot.press("z")
        await until(lambda: on.progress() == 70, "the news")
        assert "polls rest" not in screen_text(on.app)
        assert await on.passes(20) > 0


async def test_streams_go_on_arriving_behind_a_frozen_display() -> None:
    async with screen(None, NO_ALERTS) as on:
        await until(lambda: on.monitor.servers()[0].status.delivery is Delivery.FEED, "the stream")
        await on.pilot.press("z")
        await settled(on)
        await on.farm.tell("a", progress=40)
        await until(lambda: on.progress() == 40, "the news")
        assert on.farm.listeners == 1


async def test_where_one_job_is_streamed_it_is_said_that_the_others_are_not_asked_about() -> None:
    async with screen(DialectOptions(paths={"feed": "off"}), NO_ALERTS) as on:
        await until(lambda: on.monitor.servers()[0].status.delivery is Delivery.STREAM, "the stream")
        await on.pilot.press("z")
        await on.says("polls rest: the display is frozen")


@pytest.mark.parametrize("lists", [True, False], ids=["listed", "by id"])
@pytest.mark.parametrize(("size", "words"), [((80, 24), " old"), ((120, 40), "rows up to")], ids=["80x24", "120x40"])
async def test_rows_that_are_not_asked_about_are_dimmed_and_tell_their_age_beside_one_that_is_streamed(
    size: tuple[int, int], words: str, lists: bool
) -> None:
    options = DialectOptions(paths={"feed": "off"} if lists else {"feed": "off", "list": "off"})
    async with screen(options, NO_ALERTS, streams=1, size=size) as on:
        await until(lambda: on.monitor.servers()[0].status.delivery is Delivery.STREAM, "the stream")
        streamed, polled = (JobKey("docs", id) for id in on.streamed_first())
        assert not on.monitor.is_stale(polled)
        await on.pilot.press("z")
        await on.says("polls rest")
        shut_at = on.monitor.clock.monotonic()
        while not on.monitor.is_stale(polled):
            await on.farm.tell(streamed.id, progress=5)
            assert on.monitor.clock.monotonic() - shut_at < 120
            await on.passes(5)
        assert on.monitor.servers()[0].status.phase is Phase.LIVE
        assert not on.monitor.is_stale(streamed)
        assert on.monitor.clock.now() - on.monitor.known_at(polled) >= 45
        await on.says(words)
        on.monitor.set_query("is:stale")
        await until(lambda: [row.key for row in on.monitor.view.window(0, 9)] == [polled], "it to be found")
        await on.pilot.press("z")
        await until(lambda: not on.monitor.is_stale(polled), "news of it")


async def test_alerts_get_what_they_need_all_the_same() -> None:
    async with screen(POLLED, ALERTS) as on:
        await on.pilot.press("z")
        await settled(on)
        on.farm.put("a", progress=30)
        assert 1 <= await on.passes(120) <= 20
        await until(lambda: on.progress() == 30, "the news")
        await on.says("polls rest")


@pytest.mark.parametrize("status", ["404 Not Found", "405 Method Not Allowed", "501 Not Implemented"])
async def test_streams_that_are_refused_are_not_tried_again_behind_a_frozen_display(status: str) -> None:
    async with screen(None, NO_ALERTS, fault=always(answer("{}", status)), concerns=streams) as on:
        await until(lambda: on.monitor.servers()[0].status.delivery is Delivery.POLL, "polls")
        await on.pilot.press("z")
        await settled(on)
        assert await on.passes(120) == 0
        on.farm.fault = None
        await on.pilot.press("z")
        await until(lambda: on.monitor.servers()[0].status.delivery is not Delivery.POLL, "the stream", 30)


async def test_a_server_that_went_down_is_not_tried_in_vain_either_and_at_once_when_somebody_looks() -> None:
    async with screen(POLLED, NO_ALERTS) as on:
        await on.farm.close()
        await until(lambda: on.monitor.servers()[0].status.phase is Phase.DOWN, "the server to be down")
        await on.pilot.press("z")
        await settled(on)
        assert await on.passes(120) == 0
        await on.says("polls rest")
        assert "next try" not in screen_text(on.app)
        await on.farm.open()
        await on.pilot.press("z")
        await until(lambda: on.monitor.servers()[0].status.phase is Phase.LIVE, "the server to be live")


async def test_a_stream_that_is_cut_is_opened_again_behind_a_frozen_display() -> None:
    async with screen(None, NO_ALERTS) as on:
        await until(lambda: on.monitor.servers()[0].status.delivery is Delivery.FEED, "the stream")
        await on.pilot.press("z")
        await settled(on)
        await on.farm.cut()
        await until(lambda: on.farm.listeners == 1, "the stream, opened again")
        await on.farm.tell("a", progress=40)
        await until(lambda: on.progress() == 40, "the news")


async def test_alerts_hear_in_time_of_jobs_that_are_followed_one_by_one() -> None:
    ids = [f"j{number:03}" for number in range(200)]
    asked: Counter[str] = Counter()
    async with farming(*ids) as farm:

        async def script(request: Received, peer: Peer) -> None:
            asked[request.target] += 1
            await peer.send(farm.told_of(request.target))

        farm.fault = script
        options = DialectOptions(paths={"stream": "off"})
        link = link_to(farm.url, "docs", options, plan=ONLY_SINGLE_JOBS, timeouts=PATIENT)
        async with watching(link, jobs=tuple(ids), poll=5.0) as watch:
            await until(lambda: len(asked) == len(ids), "every job to be asked about", 30)
            watch.monitor.pause_watching("nobody looks")
            began = watch.clock.monotonic()
            await until(lambda: watch.clock.monotonic() >= began + 30, "polls to rest")
            asked.clear()
            await until(lambda: watch.clock.monotonic() >= began + 90, "two more rounds")
            assert len(asked) == len(ids)
            assert max(asked.values()) <= 3


async def test_without_focus_for_long_polls_rest_until_it_is_back() -> None:
    async with screen(POLLED, NO_ALERTS) as on:
        on.app.post_message(events.AppBlur())
        await settled(on)
        assert await on.passes(120) == 0
        await on.says("polls rest: nobody looks at this terminal")
        on.farm.put("a", progress=70)
        on.app.post_message(events.AppFocus())
        await until(lambda: on.progress() == 70, "the news")
        assert not on.monitor.pauses


async def test_a_key_shows_that_somebody_is_there_even_where_the_focus_is_not_told() -> None:
    async with screen(POLLED, NO_ALERTS) as on:
        on.app.post_message(events.AppBlur())
        await settled(on)
        await on.pilot.press("j")
        await until(lambda: not on.monitor.pauses, "polls to go on")


@pytest.mark.parametrize("blurs", [0, 1])
async def test_polls_go_on_where_nothing_is_told_or_it_is_switched_off(blurs: int) -> None:
    async with screen(POLLED, NO_ALERTS, rest_after=0.0 if blurs else 0.05) as on:
        for _ in range(blurs):
            on.app.post_message(events.AppBlur())
        assert await on.passes(60) > 10
        assert not on.monitor.pauses
