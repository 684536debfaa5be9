"""What a program at rest does: it wakes rarely, all of it at once, and asks by the clock. Counted, never timed."""

import asyncio

from jobdash.engine.clock import next_beat
from jobdash.engine.limits import Limits
from jobdash.model.state import State
from tests.engine.conftest import running
from tests.engine.fake_clock import FakeClock
from tests.engine.fake_server import FakeServer

MINUTE = 60


def resting(clock: FakeClock, name: str = "one", **able: bool) -> FakeServer:
    server = FakeServer(clock, name, list=True, **able)
    server.has(["a", "b", "c"], State.COMPLETED)
    return server


async def test_ten_servers_at_rest_wake_once_a_second_and_for_their_questions(clock: FakeClock) -> None:
    servers = [resting(clock, f"s{number}") for number in range(10)]
    async with running(clock, *servers, limits=Limits(poll=5.0)):
        await clock.advance(10.3)
        woken, asked = clock.wakes, sum(server.requests() for server in servers)
        await clock.advance(MINUTE)
        questions = sum(server.requests() for server in servers) - asked
        assert questions == 10 * MINUTE / 5
        assert clock.wakes - woken <= MINUTE + MINUTE / 5


async def test_where_connections_can_be_held_it_is_looked_twice_a_second(clock: FakeClock) -> None:
    async with running(clock, resting(clock, stream=True)):
        await clock.advance(10.3)
        woken = clock.wakes
        await clock.advance(MINUTE)
        assert clock.wakes - woken <= 2 * MINUTE + MINUTE / 5


async def test_all_who_look_again_and_again_wake_together(clock: FakeClock) -> None:
    await clock.advance(0.3)

    async def beat(seconds: float) -> float:
        await next_beat(clock, seconds)
        return clock.monotonic()

    waiting = [asyncio.create_task(beat(seconds)) for seconds in (1.0, 0.5, 1.0)]
    await clock.advance(2)
    assert await asyncio.gather(*waiting) == [1001.0, 1000.5, 1001.0]


async def test_a_beat_that_is_nearly_over_is_not_waited_for(clock: FakeClock) -> None:
    await clock.advance(0.99)
    waiting = asyncio.create_task(next_beat(clock))
    await clock.advance(0.5)
    assert not waiting.done()
    await clock.advance(0.6)
    assert waiting.done()


async def test_a_listing_is_asked_for_by_the_clock_however_long_the_answer_takes(clock: FakeClock) -> None:
    server = resting(clock)
    server.delay = 1.5
    async with running(clock, server, limits=Limits(poll=5.0)):
        await clock.advance(2)
        asked = server.asked["page"]
        await clock.advance(MINUTE)
        assert server.asked["page"] - asked == MINUTE / 5


async def test_a_slow_server_rests_as_long_as_it_took_but_not_longer_than_the_interval(clock: FakeClock) -> None:
    for delay, lasts in ((4.0, 8.0), (10.0, 15.0)):
        server = resting(clock)
        server.delay = delay
        async with running(clock, server, limits=Limits(poll=5.0)):
            await clock.advance(delay + 1)
            asked = server.asked["page"]
            await clock.advance(4 * lasts)
            assert server.asked["page"] - asked == 4


async def test_a_failure_is_known_one_interval_and_one_answer_after_it_at_the_latest(clock: FakeClock) -> None:
    server = resting(clock)
    server.delay = 0.1
    worst = 0.0
    async with running(clock, server, limits=Limits(poll=2.0)) as monitor:
        await clock.advance(5)
        for number in range(8):
            await clock.advance(2 * number / 8)
            server.put(f"f{number}", State.FAILED)
            waited = 0.0
            while not any(job.id == f"f{number}" for job in monitor.board.listed.window(0, 20)):
                await clock.advance(0.05)
                waited += 0.05
            worst = max(worst, waited)
    assert worst <= 2.0 + 0.2
