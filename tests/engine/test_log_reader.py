"""Logs are read for those who look, each server at its own pace."""

from jobdash.model.errors import Unreachable
from jobdash.model.job import JobKey
from jobdash.model.log import LogLine
from tests.engine.conftest import running
from tests.engine.fake_clock import FakeClock
from tests.engine.fake_server import FakeServer

DEAD, WELL = JobKey("dead", "a"), JobKey("well", "a")


def servers(clock: FakeClock) -> tuple[FakeServer, FakeServer]:
    both = FakeServer(clock, "dead", logs=True), FakeServer(clock, "well", logs=True)
    for server in both:
        server.put("a")
        server.lines["a"] = (LogLine("hello"),)
    return both


async def test_a_server_that_is_down_holds_up_no_log_of_another(clock: FakeClock) -> None:
    dead, well = servers(clock)
    async with running(clock, dead, well, jobs=("a",)) as monitor:
        await clock.advance(2)
        dead.trouble = Unreachable("refused")
        await clock.advance(10)
        monitor.read_logs((DEAD, WELL))
        await clock.advance(20)
        book = monitor.log(WELL)
        assert book is not None
        assert [line.text for line in book.lines] == ["hello"]
        assert well.asked["logs"] > 2


async def test_nobody_waits_for_a_log_that_nobody_reads(clock: FakeClock) -> None:
    dead, well = servers(clock)
    async with running(clock, dead, well, jobs=("a",)) as monitor:
        await clock.advance(2)
        dead.trouble = Unreachable("refused")
        await clock.advance(10)
        monitor.read_logs((DEAD,))
        await clock.advance(5)
        monitor.read_logs(())
        await clock.advance(5)
        dead.trouble = None
        await clock.advance(60)
        assert dead.asked["logs"] == 0


async def test_one_log_at_a_time_is_asked_for_on_each_server(clock: FakeClock) -> None:
    _, well = servers(clock)
    well.has("abcd")
    well.delay = 0.5
    async with running(clock, well) as monitor:
        monitor.read_logs(JobKey("well", id) for id in "abcd")
        await clock.advance(1)
        assert well.under_way == 1
        await clock.advance(9)
        assert all(monitor.log(JobKey("well", id)) is not None for id in "abcd")
