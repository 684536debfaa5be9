"""Answers that overtake each other, and listings from a cache: what is older undoes nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from jobdash.client.dialect import DialectOptions
from jobdash.dialects.mapping.load import parse_mapping
from jobdash.dialects.mapping.plan import Plan
from jobdash.model.job import JobKey
from tests.client.scripted import Peer, Received
from tests.faults.conftest import PATIENT, PLAN, Watch, link_to, until, watching
from tests.faults.farm import MAPPING, Farm, farming

POLLED = DialectOptions(paths={"feed": "off", "stream": "off"})
UNDATED = Plan(parse_mapping("".join(line for line in MAPPING.splitlines(True) if "updated_at" not in line)))
COUNTED = Plan(
    parse_mapping(
        "".join(line for line in MAPPING.splitlines(True) if "updated_at" not in line).replace(
            "[job]", '[job]\nversion = "version"'
        )
    )
)
A = JobKey("sick", "a")


class Held:
    """Answers to one path as things are when the question comes, and sends them only when they are `released`."""

    def __init__(self, farm: Farm, path: str) -> None:
        self.asked, self.released, self.sent = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._farm = farm
        farm.fault, farm.concerns = self._script, lambda asked: asked == path

    async def _script(self, request: Received, peer: Peer) -> None:
        told = self._farm.told_of(request.target)
        self.asked.set()
        await self.released.wait()
        await peer.send(told)
        self.sent.set()


@asynccontextmanager
async def polled(plan: Plan = PLAN) -> AsyncIterator[tuple[Farm, Watch]]:
    async with farming("a", "b") as farm:
        link = link_to(farm.url, "sick", POLLED, plan=plan, timeouts=PATIENT)
        async with watching(link, poll=2.0) as watch:
            await until(lambda: watch.live("sick") and watch.monitor.total() == 2, "the jobs")
            yield farm, watch


def ended(watch: Watch) -> bool:
    job = watch.monitor.job(A)
    return job is not None and job.state.ended


async def seen_for(watch: Watch, seconds: float, what: Callable[[], bool]) -> set[bool]:
    """What was to be seen at any time within so many seconds of the fast clock."""
    seen, until_then = set(), watch.clock.monotonic() + seconds

    def passed() -> bool:
        seen.add(what())
        return watch.clock.monotonic() >= until_then

    await until(passed, f"{seconds:g} s")
    return seen


@pytest.mark.parametrize("plan", [PLAN, UNDATED], ids=["dated", "undated"])
async def test_a_slow_answer_about_one_job_does_not_undo_what_the_listing_said_meanwhile(plan: Plan) -> None:
    async with polled(plan) as (farm, watch):
        held = Held(farm, "/jobs/a")
        watch.monitor.look_at(A)
        await held.asked.wait()
        farm.put("a", "completed", 100)
        await until(lambda: ended(watch), "the end, by the listing")
        held.released.set()
        await held.sent.wait()
        assert await seen_for(watch, 10, lambda: ended(watch)) == {True}


async def test_a_listing_from_a_cache_does_not_revive_a_job_that_has_ended() -> None:
    async with polled() as (farm, watch):
        cached = farm.told_of("/jobs")

        async def from_cache(request: Received, peer: Peer) -> None:
            await peer.send(cached)

        farm.fault, farm.concerns = from_cache, lambda path: path == "/jobs"
        farm.put("a", "completed", 100)
        watch.monitor.look_at(A)
        await until(lambda: ended(watch), "the end, by the job itself")
        assert await seen_for(watch, 30, lambda: ended(watch)) == {True}
        farm.fault = None
        farm.put("a", "running", 5)
        await until(lambda: not ended(watch), "the restart")


async def test_a_listing_from_a_cache_moves_no_running_job_backwards_where_its_server_counts_changes() -> None:
    async with polled(COUNTED) as (farm, watch):
        cached = farm.told_of("/jobs")
        farm.put("a", progress=70)
        await until(lambda: watch.progress("sick", "a") == 70, "the progress, by the listing")

        async def from_cache(request: Received, peer: Peer) -> None:
            await peer.send(cached)

        farm.fault, farm.concerns = from_cache, lambda path: path == "/jobs"
        watch.monitor.look_at(A)
        assert await seen_for(watch, 4, lambda: watch.progress("sick", "a") == 70) == {True}
        farm.fault = None
        farm.put("a", progress=80)
        await until(lambda: watch.progress("sick", "a") == 80, "the next change")


async def test_a_job_that_lives_again_at_an_earlier_time_is_believed_once_it_says_so_itself() -> None:
    async with polled() as (farm, watch):
        farm.put("a", "completed", 100)
        await until(lambda: ended(watch), "the end")
        farm.jobs["a"] = {"id": "a", "status": "running", "progress": 1.0, "updated_at": 1}
        await until(lambda: not ended(watch), "the job of a server whose clock was set back")


async def test_a_slow_listing_does_not_bring_back_a_job_that_is_gone() -> None:
    async with polled() as (farm, watch):
        held = Held(farm, "/jobs")
        await held.asked.wait()
        del farm.jobs["a"]
        watch.monitor.look_at(A)
        await until(lambda: watch.monitor.is_gone(A), "the job to be gone")
        held.released.set()
        await held.sent.wait()
        assert await seen_for(watch, 10, lambda: watch.monitor.is_gone(A)) == {True}
        farm.fault = None
        farm.put("a", "running", 5)
        await until(lambda: not watch.monitor.is_gone(A), "the job that is there again")
