"""The garbage collector is kept from stopping the screen, and left as it was found."""

import asyncio
import gc
import weakref

import pytest

from jobdash.cli import tidy
from jobdash.engine.monitor import Monitor
from tests.engine.fake_clock import FakeClock


class Ring:
    """Refers to itself, so that only the collector can take it away."""

    def __init__(self) -> None:
        self.me = self


async def test_what_lives_is_set_aside_and_cycles_still_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidy, "EVERY", 0.01)
    monkeypatch.setattr(tidy, "WHOLE_EVERY", 0.02)
    before = gc.get_threshold()
    gc.unfreeze()
    ring = Ring()
    gone = weakref.ref(ring)
    del ring
    task = asyncio.create_task(tidy.set_aside(Monitor([])))
    async with asyncio.timeout(30):
        while gone() is not None or gc.get_freeze_count() == 0:
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


async def test_what_was_loaded_is_set_aside_before_anything_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []

    def count(*_: int) -> int:
        counted.append(gc.get_freeze_count())
        return 0

    monkeypatch.setattr(tidy, "set_aside_what_is_new", count)
    gc.unfreeze()
    loaded = len(gc.get_objects())
    clock = FakeClock()
    task = asyncio.create_task(tidy.set_aside(Monitor([], clock=clock)))
    await clock.advance(1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert counted and min(counted) >= loaded


async def test_in_a_storm_what_is_new_is_counted_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {tidy.STORM: 0, tidy.STORM - 1: 0}
    for new in found:

        def count(*_: int, new: int = new) -> int:
            found[new] += 1
            return new

        monkeypatch.setattr(tidy, "set_aside_what_is_new", count)
        clock = FakeClock()
        task = asyncio.create_task(tidy.set_aside(Monitor([], clock=clock)))
        for _ in range(40):
            await clock.advance(tidy.EVERY)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert found == {tidy.STORM: 10, tidy.STORM - 1: 40}
