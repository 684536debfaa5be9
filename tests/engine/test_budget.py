"""The request budget: never faster than the rate, never more at once, the most wanted first, no slot lost."""

import asyncio
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from jobdash.engine.budget import Budget, Want
from tests.engine.fake_clock import FakeClock, settle


async def test_the_burst_goes_at_once_and_the_rest_at_the_rate(clock: FakeClock) -> None:
    budget = Budget(clock, rate=2, burst=3, at_once=100)
    went: list[float] = []

    async def go() -> None:
        async with budget.slot(Want.RUNNING):
            went.append(clock.monotonic() - 1000)

    tasks = [asyncio.create_task(go()) for _ in range(6)]
    await clock.advance(10)
    await asyncio.gather(*tasks)
    assert [round(at, 3) for at in went] == [0, 0, 0, 0.5, 1.0, 1.5]


async def test_the_most_wanted_are_served_first(clock: FakeClock) -> None:
    budget = Budget(clock, rate=1, burst=1, at_once=1)
    served: list[Want] = []

    async def go(want: Want) -> None:
        async with budget.slot(want):
            served.append(want)

    async with budget.slot(Want.SERVER):
        wants = [Want.WAITING, Want.RUNNING, Want.CURSOR, Want.VISIBLE, Want.SERVER]
        tasks = [asyncio.create_task(go(want)) for want in wants]
        await settle()
    await clock.advance(10)
    await asyncio.gather(*tasks)
    assert served == sorted(wants)


async def test_when_nobody_waits_any_more_no_timer_is_left(clock: FakeClock) -> None:
    budget = Budget(clock, rate=0.01, burst=1, at_once=1)
    async with budget.slot(Want.RUNNING):
        pass

    async def wait() -> None:
        async with budget.slot(Want.RUNNING):
            raise AssertionError("there was no token")

    waiting = asyncio.create_task(wait())
    await settle()
    waiting.cancel()
    await settle()
    assert clock.sleeping == 0


@settings(max_examples=30, deadline=None)
@given(
    rate=st.sampled_from([0.3, 1.0, 7.0, 10.0]),
    burst=st.integers(1, 5),
    at_once=st.integers(1, 4),
    plan=st.lists(st.tuples(st.sampled_from(list(Want)), st.floats(0, 3), st.floats(0, 2), st.booleans()), max_size=25),
)
def test_never_over_budget_and_no_slot_lost(
    rate: float, burst: int, at_once: int, plan: list[tuple[Want, float, float, bool]]
) -> None:
    """Arrivals at any time, holding for any time, some cancelled at any time."""

    async def run() -> None:
        clock = FakeClock()
        budget = Budget(clock, rate=rate, burst=burst, at_once=at_once)
        starts: list[float] = []
        inside = 0

        async def go(want: Want, at: float, hold: float) -> None:
            nonlocal inside
            await clock.sleep(at)
            async with budget.slot(want):
                starts.append(clock.monotonic())
                inside += 1
                assert inside <= at_once
                try:
                    await clock.sleep(hold)
                finally:
                    inside -= 1

        tasks = [asyncio.create_task(go(want, at, hold)) for want, at, hold, _ in plan]
        await clock.advance(1.5)
        for task, (_, _, _, cancelled) in zip(tasks, plan, strict=True):
            if cancelled:
                task.cancel()
        await clock.advance(200)
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        for i, first in enumerate(starts):
            for j in range(i, len(starts)):
                assert j - i + 1 <= burst + (starts[j] - first) * rate + 1e-6
        begun = len(starts)
        again = [asyncio.create_task(go(Want.WAITING, 0, 1)) for _ in range(at_once)]
        await clock.advance(100)
        assert all(task.done() for task in again)
        assert len(starts) == begun + at_once
        assert clock.sleeping == 0

    asyncio.run(run())
