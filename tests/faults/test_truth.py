"""Streams that repeat, reorder or end on a whim, and servers that lose their memory: what is shown stays true."""

import pytest

from jobdash.client.dialect import DialectOptions
from jobdash.dialects.mapping.load import parse_mapping
from jobdash.dialects.mapping.plan import Plan
from jobdash.model.job import JobKey
from jobdash.model.server import Delivery
from tests.faults.conftest import PATIENT, PLAN, Watch, link_to, until, watching
from tests.faults.farm import MAPPING, farming

NO_FEED = DialectOptions(paths={"feed": "/nowhere"})
COUNTED = Plan(
    parse_mapping(
        "".join(line for line in MAPPING.splitlines(True) if "updated_at" not in line).replace(
            "[job]", '[job]\nversion = "version"'
        )
    )
)
"""No news has a time; the server counts the changes of a job."""
NO_STREAMS = DialectOptions(paths={"feed": "/nowhere", "stream": "/nowhere/{id}"})


def delivered(watch: Watch, way: Delivery) -> bool:
    return watch.status("sick").delivery is way


@pytest.mark.parametrize(("options", "way"), [(None, Delivery.FEED), (NO_FEED, Delivery.STREAM)])
@pytest.mark.parametrize("plan", [PLAN, COUNTED], ids=["dated", "counted"])
async def test_repeated_and_reordered_events_never_move_a_job_backwards(
    plan: Plan, options: DialectOptions | None, way: Delivery
) -> None:
    async with (
        farming("a") as sick,
        watching(link_to(sick.url, "sick", options, plan=plan, timeouts=PATIENT)) as watch,
    ):
        await until(lambda: watch.live("sick"), "the server to be live")
        watch.monitor.look_at(JobKey("sick", "a"))
        await until(lambda: delivered(watch, way), f"delivery by {way}")
        old = [sick.put("a", progress=progress) for progress in (10, 20, 30)]
        await sick.say(sick.put("a", progress=40), "a")
        await until(lambda: watch.progress("sick", "a") == 40, "the newest")
        told = watch.status("sick").heard_at
        for event in (old[2], old[0], old[1], old[1]):
            await sick.say(event, "a")
        await until(lambda: watch.status("sick").heard_at != told, "the old ones to be heard")
        await sick.tell("a", "completed", 100)
        seen = []

        def ended() -> bool:
            seen.append(watch.progress("sick", "a"))
            return seen[-1] == 100

        await until(ended, "the end")
        assert set(seen) <= {40, 100}
        assert watch.status("sick").bad_answers == 0


async def test_a_stream_that_is_closed_every_few_seconds_loses_and_costs_nothing() -> None:
    async with farming("a") as sick:
        sick.lifetime = 0.3
        link = link_to(sick.url, "sick", timeouts=PATIENT)
        async with watching(link) as watch:
            await until(lambda: delivered(watch, Delivery.FEED), "the stream")
            sent, began, opened = link.sent, watch.clock.monotonic(), len(sick.cursors)
            for progress in range(1, 41):
                await sick.tell("a", progress=progress)
                await until(lambda p=progress: watch.progress("sick", "a") == p, f"{progress} %")  # type: ignore[misc]
                assert watch.status("sick").delivery is Delivery.FEED
                passed = watch.clock.monotonic() + 0.5
                await until(lambda at=passed: watch.clock.monotonic() > at, "half a second")  # type: ignore[misc]
            reopened = len(sick.cursors) - opened
            assert reopened >= 2
            assert all(sick.cursors[opened:])
            assert link.sent - sent <= 3 * reopened + (watch.clock.monotonic() - began) / 20
            assert watch.status("sick").message is None


@pytest.mark.parametrize("options", [None, NO_FEED, NO_STREAMS], ids=["feed", "stream", "poll"])
@pytest.mark.parametrize("refusing", [True, False], ids=["slow", "quick"])
async def test_a_restart_with_an_empty_job_list_is_found_out(options: DialectOptions | None, refusing: bool) -> None:
    async with farming("a", "b") as sick, farming("w") as well:
        link = link_to(sick.url, "sick", options, timeouts=PATIENT)
        async with watching(link, link_to(well.url, "well", timeouts=PATIENT)) as watch:
            await until(lambda: watch.live("sick", "well") and watch.progress("sick", "a") == 0, "the jobs")
            if options is None:
                await until(lambda: delivered(watch, Delivery.FEED), "the stream")
                await sick.tell("a", progress=5)
                await until(lambda: watch.progress("sick", "a") == 5, "an event with a cursor")
            sent = link.sent
            await sick.close()
            if refusing:
                await until(lambda: not watch.live("sick"), "the server to be down")
            sick.forget()
            await sick.open()
            await until(lambda: watch.monitor.is_gone(JobKey("sick", "a")), "the job to be gone")
            await until(lambda: watch.live("sick"), "the server to be live")
            assert watch.progress("sick", "a") is not None
            assert watch.live("well")
            assert link.sent - sent <= 30
            await sick.tell("new")
            await until(lambda: watch.progress("sick", "new") == 0, "a new job", 30)
