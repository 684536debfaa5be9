"""Batches: at most ten a second, and nothing lost."""

import asyncio
import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from jobdash.engine.gather import STORM, Batch, Gatherer
from jobdash.model.job import JobKey
from tests.engine.fake_clock import FakeClock


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 0.3), st.integers(0, 50), st.booleans()), max_size=40))
def test_at_most_ten_batches_a_second_and_nothing_lost(news: list[tuple[float, int, bool]]) -> None:
    async def run() -> None:
        clock = FakeClock()
        gather = Gatherer(clock)
        batches: list[tuple[float, Batch]] = []

        async def read() -> None:
            async for batch in gather.batches():
                batches.append((clock.monotonic(), batch))

        reader = asyncio.create_task(read())
        for pause, number, rows in news:
            await clock.advance(pause)
            gather.job(JobKey("one", str(number)), rows=rows)
            gather.server(str(number))
        await clock.advance(1)
        reader.cancel()
        times = [at for at, _ in batches]
        assert all(later - earlier >= 0.0999 for earlier, later in itertools.pairwise(times))
        assert frozenset().union(*(b.jobs for _, b in batches)) == {JobKey("one", str(n)) for _, n, _ in news}
        assert frozenset().union(*(b.servers for _, b in batches)) == {str(n) for _, n, _ in news}
        assert any(b.rows for _, b in batches) == any(rows for _, _, rows in news)

    asyncio.run(run())


async def test_the_first_news_does_not_wait(clock: FakeClock) -> None:
    gather = Gatherer(clock)
    gather.rows()
    batch = await anext(gather.batches())
    assert batch.rows


async def test_a_storm_is_told_three_times_a_second_and_calm_ten_times(clock: FakeClock) -> None:
    gather, told = Gatherer(clock), list[tuple[float, int]]()

    async def read() -> None:
        async for batch in gather.batches():
            told.append((round(clock.monotonic(), 1), len(batch.jobs)))

    reader = asyncio.create_task(read())
    began = round(clock.monotonic(), 1)
    for tick in range(12):
        for number in range(STORM if tick < 4 else 1):
            gather.job(JobKey("one", f"{tick}-{number}"), rows=False)
        await clock.advance(0.1)
    reader.cancel()
    passed = [(round(at - began, 1), jobs) for at, jobs in told]
    assert passed == [(0.0, STORM), (0.3, 2 * STORM), (0.6, STORM + 2), (0.9, 3), (1.0, 1), (1.1, 1), (1.2, 1)]


async def test_a_reader_that_comes_later_misses_nothing(clock: FakeClock) -> None:
    gather = Gatherer(clock)
    first = asyncio.ensure_future(anext(gather.batches()))
    await clock.advance(1)
    first.cancel()
    gather.detail(JobKey("one", "a"))
    batch = await anext(gather.batches())
    assert batch.details == {JobKey("one", "a")}
