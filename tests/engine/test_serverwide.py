"""One stream for all jobs: while it holds nobody else asks, and its loss neither loses nor repeats an event."""

from typing import Any

import pytest

from jobdash.engine.monitor import Monitor
from jobdash.model.errors import NotFound, Throttled, Unreachable
from jobdash.model.job import JobKey
from jobdash.model.report import BadEvent, StreamError
from jobdash.model.server import Delivery, Phase
from jobdash.model.state import State
from tests.engine.conftest import running
from tests.engine.fake_clock import FakeClock
from tests.engine.fake_server import FakeServer, FakeStream, report


def state(monitor: Monitor, id: str) -> State | None:
    found = monitor.job(JobKey("one", id))
    return found.state if found is not None else None


def feeding(clock: FakeClock, **also: Any) -> FakeServer:
    server = FakeServer(clock, feed=True, list=True, **also)
    server.has("abc")
    return server


def last(server: FakeServer) -> FakeStream:
    return [stream for id, stream in server.streams if id is None][-1]


async def test_while_it_holds_the_listing_is_walked_once_and_nothing_is_polled(clock: FakeClock) -> None:
    server = feeding(clock, stream=True)
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        assert monitor.servers()[0].status.delivery is Delivery.FEED
        assert server.asked["page"] == 1
        requests = server.requests()
        for turn in range(20):
            last(server).say(report("b", State.RUNNING, progress=float(turn), partial=True))
            await clock.advance(5)
        assert server.requests() == requests
        assert server.open_streams() == [None]
        last(server).say(report("b", State.COMPLETED, partial=True))
        await clock.advance(0.1)
        assert state(monitor, "b") is State.COMPLETED


async def test_a_short_break_is_bridged_from_the_cursor_with_one_short_look(clock: FakeClock) -> None:
    server = feeding(clock)
    async with running(clock, server) as monitor:
        await clock.advance(10)
        last(server).last_id = "41"
        last(server).say(report("a", progress=1.0, partial=True))
        await clock.advance(1)
        last(server).say(None)
        pages = server.asked["page"]
        await clock.advance(3)
        assert len(server.streams) == 2
        assert last(server).asked_from == "41"
        assert server.asked["page"] == pages + 1
        assert monitor.servers()[0].status.delivery is Delivery.FEED


async def test_without_a_cursor_one_listing_tells_what_was_missed(clock: FakeClock) -> None:
    server = feeding(clock)
    async with running(clock, server) as monitor:
        await clock.advance(10)
        pages = server.asked["page"]
        server.put("b", State.FAILED)
        last(server).say(Unreachable("cut"))
        await clock.advance(3)
        assert state(monitor, "b") is State.FAILED
        assert server.asked["page"] == pages + 1


async def test_when_it_is_lost_the_listing_takes_over_and_it_is_tried_ever_more_rarely(clock: FakeClock) -> None:
    server = feeding(clock)
    async with running(clock, server) as monitor:
        await clock.advance(10)
        server.troubles["feed"] = Unreachable("proxy")
        last(server).say(Unreachable("cut"))
        await clock.advance(20)
        assert monitor.servers()[0].status.delivery is Delivery.POLL
        server.put("b", State.COMPLETED)
        await clock.advance(6)
        assert state(monitor, "b") is State.COMPLETED
        await clock.advance(1200)
        assert server.asked["feed"] < 15
        server.troubles.clear()
        await clock.advance(700)
        assert monitor.servers()[0].status.delivery is Delivery.FEED


async def test_a_server_without_it_after_all_is_listed(clock: FakeClock) -> None:
    server = feeding(clock)
    server.troubles["feed"] = NotFound("no such path", status=404)
    async with running(clock, server) as monitor:
        await clock.advance(7)
        assert monitor.servers()[0].status.phase is Phase.LIVE
        assert server.asked["page"] == 2
        assert server.asked["feed"] == 1


async def test_tracked_jobs_of_a_server_that_cannot_list_are_read_once(clock: FakeClock) -> None:
    server = FakeServer(clock, feed=True)
    server.has("ab")
    async with running(clock, server, jobs=("a", "b")) as monitor:
        await clock.advance(20)
        assert server.asked["job"] <= 4
        asked = server.asked["job"]
        last(server).say(report("a", State.COMPLETED, partial=True))
        await clock.advance(20)
        assert server.asked["job"] == asked
        assert state(monitor, "a") is State.COMPLETED


async def test_jobs_that_it_tells_only_in_part_are_learnt_from_the_listing(clock: FakeClock) -> None:
    server = feeding(clock)
    async with running(clock, server) as monitor:
        await clock.advance(10)
        pages = server.asked["page"]
        for number in range(50):
            id = f"new{number}"
            server.put(id, State.PENDING, type="email")
            last(server).say(report(id, State.PENDING, partial=True))
        await clock.advance(20)
        found = monitor.job(JobKey("one", "new49"))
        assert found is not None
        assert found.type == "email"
        assert server.asked["page"] <= pages + 2
        assert server.asked["job"] == 0


async def test_the_job_under_the_cursor_is_read_again_when_its_state_changes(clock: FakeClock) -> None:
    server = feeding(clock)
    async with running(clock, server) as monitor:
        await clock.advance(2)
        monitor.look_at(JobKey("one", "a"))
        await clock.advance(2)
        assert server.asked_ids == ["a"]
        server.put("a", State.FAILED, error="boom")
        server.asked_ids.clear()
        last(server).say(report("a", State.FAILED, partial=True))
        await clock.advance(2)
        assert server.asked_ids == ["a"]
        found = monitor.job(JobKey("one", "a"))
        assert found is not None
        assert found.error == "boom"


async def test_events_that_are_no_news_are_counted(clock: FakeClock) -> None:
    server = feeding(clock)
    async with running(clock, server) as monitor:
        await clock.advance(2)
        last(server).say(BadEvent("?"), StreamError("odd"), StreamError("of one", JobKey("one", "a")))
        await clock.advance(1)
        assert monitor.servers()[0].status.bad_answers == 2
        assert monitor.servers()[0].status.delivery is Delivery.FEED


async def test_being_throttled_on_the_stream_is_obeyed(clock: FakeClock) -> None:
    server = feeding(clock)
    server.troubles["feed"] = Throttled("429", retry_after=50)
    async with running(clock, server) as monitor:
        await clock.advance(2)
        assert monitor.servers()[0].status.phase is Phase.THROTTLED
        requests = server.requests()
        await clock.advance(40)
        assert server.requests() == requests


async def test_events_that_an_answer_overtook_are_no_reason_to_ask_again(clock: FakeClock) -> None:
    server = feeding(clock)
    async with running(clock, server) as monitor:
        await clock.advance(10)
        server.put("a", State.RUNNING, progress=60.0, updated_at=160.0)
        monitor.read_jobs([JobKey("one", "a")])
        await clock.advance(1)
        asked = server.asked["job"]
        for late in range(10, 60, 10):
            last(server).say(report("a", progress=float(late), updated_at=100.0 + late, partial=True))
            await clock.advance(0.5)
        last(server).say(report("a", progress=70.0, updated_at=170.0, partial=True))
        await clock.advance(30)
        job = monitor.job(JobKey("one", "a"))
        assert job is not None and job.progress == 70.0
        assert server.asked["job"] == asked


@pytest.mark.parametrize(("dates", "questions"), [(False, 1), (True, 2)])
async def test_the_last_word_of_a_server_whose_clock_was_set_back_is_believed_in_the_end(
    clock: FakeClock, dates: bool, questions: int
) -> None:
    server = feeding(clock)
    server.dates = dates
    async with running(clock, server) as monitor:
        await clock.advance(10)
        last(server).say(report("a", progress=70.0, updated_at=170.0, partial=True))
        await clock.advance(1)
        server.put("a", State.COMPLETED, updated_at=100.0)
        last(server).say(report("a", State.COMPLETED, updated_at=100.0, partial=True))
        asked = server.asked["job"]
        await clock.advance(10)
        assert state(monitor, "a") is State.COMPLETED
        assert server.asked["job"] - asked == questions
