"""Many jobs at once, over real HTTP: what is counted is what was sent, and a stop is a stop."""

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest

from jobdash.engine import dispatch
from jobdash.engine.bulk.pace import Pace
from jobdash.engine.bulk.result import End
from jobdash.engine.bulk.run import Run
from jobdash.engine.journal import read
from jobdash.engine.monitor import Monitor
from jobdash.engine.wishes import wishes
from jobdash.model.care import Care
from jobdash.model.command import Action
from jobdash.model.errors import JobdashError
from jobdash.model.job import JobKey
from tests.acting.farm import Changed, farm, until
from tests.client.scripted import Peer, answer

PACE = Pace(rate=100_000, canary=5, at_once=16)
IDS = tuple(f"job-{number:05}" for number in range(40))


def keys(*ids: str) -> list[JobKey]:
    return [JobKey("crawl", id) for id in ids]


async def begun(monitor: Monitor, *ids: str, reason: str | None = None) -> Run:
    return await monitor.bulks.start(await monitor.bulks.plan(Action.CANCEL, keys(*ids)), reason)


async def ended(run: Run) -> Counter[End]:
    await until(lambda: run.ended_at is not None)
    assert len(run.results) == run.total == run.results.counts.total()
    assert len({result.command.key for result in run.results}) == run.total
    assert run.under_way == 0
    return run.results.counts


def refusing(*ids: str, status: str = "409 Conflict", words: str = "it is being written") -> Changed:
    def on_change(id: str, peer: Peer) -> bytes | None:
        return answer(json.dumps({"error": words}), status) if id in ids else None

    return on_change


async def test_the_preview_counts_what_will_be_sent_and_says_why_not() -> None:
    async with farm(*IDS) as crawl:
        crawl.put("job-00003", "job-00004", state="completed")
        async with crawl.monitor() as monitor:
            plan = await monitor.bulks.plan(Action.CANCEL, [*keys(*IDS), *keys("job-00001", "nowhere")])
            assert (len(plan.commands), plan.left_out) == (38, 3)
            assert (plan.by_state, plan.by_server, plan.by_type) == ({"active": 38}, {"crawl": 38}, {"crawl": 38})
            assert any("this one is completed" in why for why in plan.whys)
            assert plan.request == "PUT /api/jobs/job-00000"
        assert crawl.changes == []


async def test_each_job_is_sent_once_and_confirmed(tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    async with farm(*IDS) as crawl, crawl.monitor(journal=log) as monitor:
        run = await begun(monitor, *IDS, reason="too many")
        assert await ended(run) == {End.DONE: 40}
        assert sorted(crawl.changes) == sorted(IDS)
        assert set(crawl.states.values()) == {"cancelled"}
    lines = list(read(log))
    assert Counter(line["phase"] for line in lines)["sending"] == 40
    assert {line["bulk"] for line in lines} == {run.id}
    assert {line["reason"] for line in lines} == {"too many"}
    assert (lines[0]["phase"], lines[0]["counts"]) == ("bulk begins", {"jobs": 40, "left out": 0})
    assert (lines[-1]["phase"], lines[-1]["counts"]) == ("bulk ended: to its end", {"done": 40})


async def test_what_has_changed_since_the_preview_is_left_alone() -> None:
    async with farm(*IDS) as crawl, crawl.monitor() as monitor:
        plan = await monitor.bulks.plan(Action.CANCEL, keys(*IDS))
        crawl.put(*IDS[:3], state="completed")
        crawl.put("newcomer")
        run = await monitor.bulks.start(plan)
        assert await ended(run) == {End.DONE: 37, End.REFUSED: 3}
        assert set(crawl.changes) == set(IDS[3:])


async def test_a_canary_that_goes_wrong_stops_the_rest() -> None:
    async with farm(*IDS) as crawl, crawl.monitor() as monitor:
        crawl.on_change = refusing(*IDS)
        run = await begun(monitor, *IDS)
        assert await ended(run) == {End.REFUSED: 5, End.LEFT: 35}
        assert len(crawl.changes) == 5
        assert run.why is not None
        assert "canary" in run.why
        assert "it is being written" in run.why


async def test_a_server_that_falls_over_on_the_way_stops_it() -> None:
    async with farm(*IDS) as crawl, crawl.monitor(pace=Pace(rate=1000, canary=2, at_once=1, patience=3)) as monitor:
        crawl.on_change = refusing(*IDS[6:], status="500 Internal Server Error")
        run = await begun(monitor, *IDS)
        assert await ended(run) == {End.DONE: 6, End.UNKNOWN: 3, End.LEFT: 31}
        assert len(crawl.changes) == 9
        assert run.why is not None
        assert "3 in a row" in run.why


async def test_only_the_failed_ones_are_tried_again() -> None:
    async with farm(*IDS) as crawl, crawl.monitor() as monitor:
        plan = await monitor.bulks.plan(Action.CANCEL, keys(*IDS))
        lost = {id: crawl.states.pop(id) for id in IDS[10:12]}
        crawl.broken = set(IDS[20:23])
        run = await monitor.bulks.start(plan)
        assert await ended(run) == {End.DONE: 35, End.REFUSED: 2, End.FAILED: 3}
        crawl.broken.clear()
        crawl.states.update(lost)
        second = await monitor.bulks.start(await monitor.bulks.again(run))
        assert await ended(second) == {End.DONE: 3}
        assert Counter(crawl.changes).most_common(1)[0][1] == 1


async def test_the_pace_is_kept() -> None:
    async with farm(*IDS) as crawl, crawl.monitor(pace=Pace(rate=20, canary=1, at_once=50)) as monitor:
        began = asyncio.get_running_loop().time()
        await ended(await begun(monitor, *IDS[:10]))
        assert asyncio.get_running_loop().time() - began > 9 / 20


async def test_a_read_only_server_gets_no_request_from_a_bulk() -> None:
    async with farm(*IDS) as crawl, crawl.monitor(crawl.watched(care=Care(read_only=True))) as monitor:
        plan = await monitor.bulks.plan(Action.CANCEL, keys(*IDS))
        assert plan.commands == ()
        assert plan.whys == {"crawl is read_only in the config": 40}
        await ended(await monitor.bulks.start(plan))
        assert crawl.changes == []
        assert crawl.reads.total() == 0


async def test_a_log_that_cannot_be_written_begins_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with farm(*IDS) as crawl, crawl.monitor(journal=tmp_path / "file" / "audit.jsonl") as monitor:
        with pytest.raises(JobdashError, match="cannot be written"):
            await begun(monitor, *IDS)
        assert crawl.changes == []
        assert monitor.bulks.runs == []


async def test_closing_jobdash_leaves_no_job_untold() -> None:
    async with farm(*IDS) as crawl:
        crawl.delay = 60.0
        async with crawl.monitor(pace=Pace(rate=1000, canary=0, at_once=4)) as monitor:
            run = await begun(monitor, *IDS)
            await until(lambda: len(crawl.changes) == 4)
        counts = await ended(run)
        assert counts[End.LEFT] == 36
        assert counts[End.UNKNOWN] == 4
        assert len(crawl.changes) == 4


@pytest.mark.timeout(300)
async def test_ten_thousand_with_three_percent_refused_stopped_midway(
    fast_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "LOOK_AFTER", (0.0,))
    ids = tuple(f"job-{number:05}" for number in range(10_000))
    odd = set(ids[50::33])
    async with (
        farm(*ids) as crawl,
        crawl.monitor(crawl.watched(read=30), journal=fast_disk / "audit.jsonl", pace=PACE) as monitor,
    ):
        crawl.on_change = refusing(*odd)
        plan = await monitor.bulks.plan(Action.CANCEL, keys(*ids))
        run = await monitor.bulks.start(plan)
        await until(lambda: len(run.results) >= 1_500, 200)
        run.stop()
        sent_at_the_stop = len(crawl.changes)
        counts = await ended(run)
        reached = counts[End.DONE] + counts[End.REFUSED] + counts[End.FAILED] + counts[End.UNKNOWN]
        # Requests that were on the wire at the stop may arrive after it; none begins after it.
        assert len(crawl.changes) - sent_at_the_stop <= PACE.at_once
        assert len(crawl.changes) == len(set(crawl.changes)) == reached
        assert counts[End.REFUSED] == len(odd & set(crawl.changes))
        assert counts[End.LEFT] == 10_000 - reached
        late = next(result.command.key.id for result in run.results if result.end is End.LEFT)
        await ended(await begun(monitor, late))
        assert crawl.changes[reached:] == [late]
    told = wishes(read(fast_disk / "audit.jsonl"))
    assert sorted(wish.get("job") for wish in told if wish.sent) == sorted(crawl.changes)
