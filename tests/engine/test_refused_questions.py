"""A server that answers, but refuses one question: the line says so, and the question is asked again."""

from jobdash.engine.limits import Limits
from jobdash.model.errors import NotFound, NotSupported, Rejected, ServerFault, Unreachable
from jobdash.model.job import JobKey
from jobdash.model.queue import QueueStats
from jobdash.model.server import Phase
from jobdash.model.state import State
from tests.engine.conftest import running
from tests.engine.fake_clock import FakeClock
from tests.engine.fake_server import FakeServer

NO_LISTING = NotFound("no such path", status=404)


async def test_a_server_without_a_listing_is_live_and_says_so(clock: FakeClock) -> None:
    server = FakeServer(clock, list=True)
    server.has("ab")
    server.troubles["page"] = NO_LISTING
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(50)
        status = monitor.servers()[0].status
        assert (status.phase, status.message) == (Phase.LIVE, "no listing here: no such path")
        assert server.asked["page"] == 1 and monitor.total() == 1
        await clock.advance(1000)
        assert server.asked["page"] == 5
        server.troubles.clear()
        monitor.refresh()
        await clock.advance(1)
        assert monitor.total() == 2
        assert monitor.servers()[0].status.message is None


async def test_a_listing_that_worked_and_is_refused_is_trouble(clock: FakeClock) -> None:
    server = FakeServer(clock, list=True, queues=True)
    server.has("ab")
    async with running(clock, server) as monitor:
        await clock.advance(10)
        server.troubles["page"] = Rejected("bad request", status=400)
        await clock.advance(6)
        began = monitor.servers()[0].status.since
        assert clock.monotonic() - began < 6
        await clock.advance(30)
        status = monitor.servers()[0].status
        assert (status.phase, status.message) == (Phase.STALE, "the listing is refused: bad request")
        assert status.since == began and monitor.is_stale(JobKey("one", "a"))
        server.troubles.clear()
        server.put("c")
        await clock.advance(31)
        assert monitor.total() == 3
        assert monitor.servers()[0].status.phase is Phase.LIVE
        asked = server.asked["page"]
        await clock.advance(10)
        assert server.asked["page"] - asked == 2


async def test_a_refused_listing_that_also_goes_down_comes_back_as_what_it_was(clock: FakeClock) -> None:
    server = FakeServer(clock, list=True, queues=True)
    server.has("a", State.COMPLETED)
    async with running(clock, server) as monitor:
        await clock.advance(10)
        server.troubles["page"] = NO_LISTING
        await clock.advance(10)
        began = monitor.servers()[0].status.since
        server.trouble = Unreachable("refused")
        await clock.advance(10)
        assert monitor.servers()[0].status.phase is Phase.DOWN
        server.trouble = None
        await clock.advance(60)
        status = monitor.servers()[0].status
        assert (status.phase, status.since) == (Phase.STALE, began)


async def test_a_kind_that_cannot_list_is_asked_once(clock: FakeClock) -> None:
    server = FakeServer(clock, list=True)

    async def page(*_: object) -> None:
        server.asked["page"] += 1
        raise NotSupported("cannot list")

    server.page = page  # type: ignore[assignment,method-assign]
    async with running(clock, server, jobs=("a",)):
        await clock.advance(2000)
        assert server.asked["page"] == 1


async def test_a_stream_that_tells_only_a_part_does_not_hurry_a_refused_listing(clock: FakeClock) -> None:
    server = FakeServer(clock, list=True, feed=True)
    server.troubles["page"] = NO_LISTING
    async with running(clock, server) as monitor:
        await clock.advance(50)
        assert server.asked["page"] == 1
        assert monitor.servers()[0].status.phase is Phase.LIVE


async def test_statistics_that_are_refused_are_asked_for_again_and_not_shown_meanwhile(clock: FakeClock) -> None:
    server = FakeServer(clock, queues=True)
    async with running(clock, server, limits=Limits(statistics=5)) as monitor:
        await clock.advance(6)
        assert monitor.servers()[0].queue == QueueStats(depth=1)
        server.troubles["queues"] = NO_LISTING
        await clock.advance(20)
        view = monitor.servers()[0]
        assert (view.queue, view.status.message) == (None, "no queue statistics: no such path")
        server.troubles.clear()
        await clock.advance(60)
        view = monitor.servers()[0]
        assert (view.queue, view.status.message) == (QueueStats(depth=1), None)


async def test_statistics_that_break_take_neither_the_server_nor_its_jobs_along(clock: FakeClock) -> None:
    server = FakeServer(clock, queues=True)
    server.has("a")
    server.troubles["queues"] = ServerFault("internal error", status=500)
    async with running(clock, server, limits=Limits(statistics=5, poll=2), jobs=("a",)) as monitor:
        await clock.advance(30)
        status = monitor.servers()[0].status
        assert (status.phase, status.message) == (Phase.LIVE, "no queue statistics: internal error")
        assert server.asked["job"] >= 14 and server.asked["queues"] == 1
        server.troubles.clear()
        await clock.advance(60)
        assert monitor.servers()[0].queue == QueueStats(depth=1)


async def test_a_server_of_which_only_statistics_are_asked_is_down_with_them(clock: FakeClock) -> None:
    server = FakeServer(clock, queues=True)
    server.troubles["queues"] = ServerFault("internal error", status=500)
    async with running(clock, server, limits=Limits(statistics=5)) as monitor:
        await clock.advance(6)
        assert monitor.servers()[0].status.phase is Phase.DOWN
