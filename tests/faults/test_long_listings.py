"""Listings of many pages over real HTTP: cut, refused in the middle, with pages that fail, and told while walked."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jobdash.dialects.mapping.load import parse_mapping
from jobdash.dialects.mapping.plan import Plan
from jobdash.engine.once import Once
from jobdash.engine.orders import Orders
from jobdash.headless.gather import Sweep
from jobdash.model.job import JobKey
from jobdash.model.server import Delivery
from jobdash.tui.presentation.server_line import remarks
from tests.client.scripted import Peer, Received, answer, serving
from tests.faults.conftest import PATIENT, Watch, link_to, until, watching

MAPPING = """
title = "Archive"
poll = "2s"
[states]
running = "running"
paused = "paused"
completed = "completed"
[job]
id = "id"
state = "status"
[get]
path = "/jobs/{id}"
[list]
path = "/jobs"
items = "jobs"
size_param = "limit"
size = 50
"""
TOTALS = 'total = "total"\npaging = "offset"\n'
CURSORS = 'paging = "cursor"\nnext = "next"\n'
STATES = 'state_param = "status"\n'

Asked = dict[str, str]


class Archive:
    """Jobs that have ended, newest first. `fails` tells of a page, by its place, what is answered instead of it.

    `knows_states` False: the parameter that narrows the listing is ignored; `pages_are_known` False: each page is the
    first. While it `moves`, each question finds one job more.
    """

    def __init__(self, pages: int, kind: str = TOTALS) -> None:
        self.plan = Plan(parse_mapping(MAPPING + kind))
        self.totals = TOTALS in kind
        self.jobs: list[dict[str, Any]] = [{"id": f"j{n:05}", "status": "completed"} for n in range(50 * pages)]
        self.fails: Callable[[int], str | None] = lambda place: None
        self.holds = asyncio.Event()
        self.holds.set()
        self.knows_states = True
        self.pages_are_known = True
        self.moves = False
        self.asked: list[Asked] = []

    @property
    def places(self) -> list[int]:
        """Where pages of the whole listing were asked for."""
        return [self.place(asked) for asked in self.asked if "status" not in asked]

    @property
    def by_state(self) -> list[str]:
        return [asked["status"] for asked in self.asked if "status" in asked]

    def place(self, asked: Asked) -> int:
        return int(asked.get("offset", asked.get("cursor", "0")))

    async def script(self, request: Received, peer: Peer) -> None:
        url = urlsplit(request.target)
        if url.path != "/jobs":
            found = [job for job in self.jobs if url.path == f"/jobs/{job['id']}"]
            await peer.send(answer(json.dumps(found[0])) if found else answer("{}", "404 Not Found"))
            return
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.asked.append(asked)
        if self.moves:
            self.jobs.insert(0, {"id": f"new{len(self.asked)}", "status": "completed"})
        if self.place(asked) >= 200:
            await self.holds.wait()
        if (status := self.fails(self.place(asked))) is not None:
            await peer.send(answer('{"error": "too far back"}', status))
            return
        await peer.send(answer(json.dumps(self.page(asked))))

    def page(self, asked: Asked) -> dict[str, Any]:
        narrowed = asked.get("status") if self.knows_states else None
        jobs = [job for job in self.jobs if narrowed in (None, job["status"])]
        place = self.place(asked) if self.pages_are_known else 0
        end = self.place(asked) + int(asked["limit"])
        page: dict[str, Any] = {"jobs": jobs[place : place + int(asked["limit"])]}
        if self.totals:
            page["total"] = len(jobs)
        elif end < len(jobs):
            page["next"] = str(end)
        return page


@asynccontextmanager
async def watched(archive: Archive, orders: Orders | None = None, **limits: Any) -> AsyncIterator[Watch]:
    async with serving(archive.script) as server:
        link = link_to(server.url, "sick", plan=archive.plan, timeouts=PATIENT)
        async with watching(link, orders=orders, **limits) as watch:
            yield watch


def told(watch: Watch) -> str:
    """What stands on the server's line beside its phase."""
    return "  ".join(remarks(watch.monitor.servers()[0]))


async def a_minute(watch: Watch) -> None:
    passed = watch.clock.monotonic() + 60
    await until(lambda: watch.clock.monotonic() >= passed, "a minute")


async def test_a_listing_that_is_cut_says_so_although_its_server_tells_no_total() -> None:
    async with watched(Archive(6, CURSORS), most_jobs=200) as watch:
        await until(lambda: watch.monitor.total() == 200, "what there is room for")
        await until(lambda: told(watch) == "first 200 only", "the line to say so")


async def test_a_listing_that_ends_by_itself_is_not_called_cut() -> None:
    archive = Archive(6, CURSORS)
    async with watched(archive, most_jobs=1000) as watch:
        await until(lambda: watch.monitor.total() == 300 and len(archive.asked) > 8, "the whole listing, and more")
        assert told(watch) == ""


async def test_while_the_first_walk_goes_on_the_line_tells_how_far_it_is() -> None:
    for kind, words in ((TOTALS, "200 of 300"), (CURSORS, "first 200 only")):
        archive = Archive(6, kind)
        archive.holds.clear()
        async with watched(archive) as watch:
            await until(lambda words=words: told(watch) == words, words)  # type: ignore[misc]
            archive.holds.set()
            await until(lambda: told(watch) == "", "the end of the walk")
            assert watch.monitor.total() == 300


async def test_a_listing_that_is_refused_in_the_middle_is_listed_as_far_as_it_goes_and_news_keep_coming() -> None:
    archive = Archive(6)
    archive.fails = lambda place: "400 Bad Request" if place >= 200 else None
    async with watched(archive) as watch:
        await until(lambda: "breaks off after 200 jobs: too far back (400)" in told(watch), "the reason")
        assert "200 of 300" in told(watch)
        before = watch.clock.monotonic()
        archive.jobs.insert(0, {"id": "new", "status": "completed"})
        await until(lambda: watch.monitor.job(JobKey("sick", "new")) is not None, "news from the top")
        assert watch.clock.monotonic() - before < 30, "a listing that is refused as a whole is tried every minute"
        assert watch.live("sick") and watch.status("sick").delivery is Delivery.POLL
        archive.fails = lambda place: None
        await until(lambda: told(watch) == "" and watch.monitor.total() == 301, "the rest")


async def test_a_walk_goes_on_behind_a_page_that_fails_now_and_then() -> None:
    archive = Archive(40)
    archive.fails = lambda place: "500 Internal Server Error" if len(archive.asked) % 7 == 0 else None
    async with watched(archive, rate=100.0) as watch:
        await until(lambda: watch.monitor.total() == 2000, "every page")
        assert archive.places.count(950) <= 2, "the walk was not begun anew"


async def test_a_page_that_always_fails_costs_what_is_behind_it_and_nothing_else() -> None:
    archive = Archive(6)
    archive.jobs[120]["status"] = "running"
    archive.fails = lambda place: "500 Internal Server Error" if place == 200 else None
    async with watched(archive) as watch:
        await until(lambda: "breaks off after 200 jobs: too far back (500)" in told(watch), "the reason")
        before = len(archive.asked)
        await a_minute(watch)
        assert watch.live("sick")
        assert len(archive.asked) - before <= 31 + 3 * 8, "a look at the top every 2 s, and a few walks"
        archive.jobs[120]["status"] = "completed"
        found = JobKey("sick", "j00120")
        await until(lambda: (job := watch.monitor.job(found)) is not None and job.state.ended, "it to be followed")


async def test_what_lives_is_found_behind_more_ended_jobs_than_there_is_room_for() -> None:
    archive = Archive(8, TOTALS + STATES)
    archive.jobs[350]["status"], archive.jobs[390]["status"] = "running", "paused"
    async with watched(archive, most_jobs=200) as watch:
        await until(lambda: told(watch) == "202 of 400", "the walk to end")
        for number, word in ((350, "running"), (390, "paused")):
            found = watch.monitor.job(JobKey("sick", f"j{number:05}"))
            assert found is not None and found.native_state == word
        assert [asked.get("status") for asked in archive.asked[:4]] == [None, "running", "paused", None]
        archive.jobs[350]["status"] = "completed"
        key = JobKey("sick", "j00350")
        await until(lambda: (job := watch.monitor.job(key)) is None or job.state.ended, "it to be followed to its end")


async def test_a_walk_rests_while_nobody_looks_and_goes_on_where_it_was() -> None:
    archive = Archive(40)
    archive.holds.clear()
    async with watched(archive, orders=Orders(rules=())) as watch:
        await until(lambda: archive.places[-1:] == [200], "the fifth page to be asked for")
        watch.monitor.pause_watching("the display is frozen")
        archive.holds.set()
        await until(lambda: watch.monitor.total() == 250, "its answer")
        asked = len(archive.asked)
        await a_minute(watch)
        assert len(archive.asked) == asked
        watch.monitor.resume_watching()
        await until(lambda: watch.monitor.total() == 2000, "the rest")
        assert archive.places[asked:][0] in (0, 250)


async def test_a_listing_of_one_page_is_not_asked_for_what_lives() -> None:
    archive = Archive(1, TOTALS + STATES)
    archive.jobs.pop()
    async with watched(archive) as watch:
        await until(lambda: len(archive.asked) > 14, "more than one walk")
        assert watch.monitor.total() == 49 and not archive.by_state


async def test_a_server_that_ignores_the_state_is_asked_by_state_once() -> None:
    archive = Archive(6, TOTALS + STATES)
    archive.knows_states = False
    async with watched(archive) as watch:
        await until(lambda: archive.places.count(250) >= 2, "two whole walks")
        assert watch.monitor.total() == 300
        assert archive.by_state == ["running"]


async def read_by_command(archive: Archive) -> list[str]:
    """The ids that a command prints."""
    async with serving(archive.script) as server:
        once = Once(link_to(server.url, "sick", plan=archive.plan, timeouts=PATIENT))
        sweep, ids = Sweep([once]), list[str]()
        async for rows in sweep.rows():
            ids += [row.job.id for row in rows]
        await once.aclose()
        assert not sweep.failed
        return ids


async def test_a_command_tells_no_job_twice_that_moved_to_the_next_page_while_it_read() -> None:
    archive = Archive(6)
    archive.moves = True
    ids = await read_by_command(archive)
    assert len(ids) == len(set(ids)) and {f"j{n:05}" for n in range(300)} <= set(ids)


async def test_a_command_ends_where_a_listing_goes_round_in_a_circle() -> None:
    archive = Archive(1000, CURSORS)
    archive.pages_are_known = False
    assert await read_by_command(archive) == [f"j{n:05}" for n in range(50)]
    assert len(archive.asked) <= 8


async def test_empty_queues_in_a_row_do_not_hide_the_ones_behind_them() -> None:
    queues = ["first", *(f"empty{n}" for n in range(6)), "last"]
    listing = MAPPING.replace('"/jobs"', '"/queues/{queue}/jobs"') + f"queues = {json.dumps(queues)}\n"
    plan = Plan(parse_mapping(listing))

    async def script(request: Received, peer: Peer) -> None:
        queue = urlsplit(request.target).path.split("/")[2]
        jobs = [] if queue.startswith("empty") else [{"id": queue, "status": "completed"}]
        await peer.send(answer(json.dumps({"jobs": jobs})))

    async with serving(script) as server:
        async with watching(link_to(server.url, "sick", plan=plan, timeouts=PATIENT)) as watch:
            await until(lambda: watch.monitor.total() == 2, "both jobs")
        once = Once(link_to(server.url, "sick", plan=plan, timeouts=PATIENT))
        assert [row.job.id async for rows in Sweep([once]).rows() for row in rows] == ["first", "last"]
        await once.aclose()


async def test_what_is_new_in_a_later_queue_is_found_without_a_walk_through_those_before_it() -> None:
    listing = MAPPING.replace('"/jobs"', '"/queues/{queue}/jobs"') + TOTALS + 'queues = ["old", "new"]\n'
    plan = Plan(parse_mapping(listing))
    queues = {name: [{"id": f"{name}{n:03}", "status": "completed"} for n in range(200)] for name in ("old", "new")}
    asked: list[tuple[str, int]] = []

    async def script(request: Received, peer: Peer) -> None:
        url = urlsplit(request.target)
        name = url.path.split("/")[2]
        place = int(parse_qs(url.query).get("offset", ["0"])[0])
        asked.append((name, place))
        await peer.send(answer(json.dumps({"jobs": queues[name][place : place + 50], "total": len(queues[name])})))

    async with serving(script) as server, watching(link_to(server.url, "sick", plan=plan, timeouts=PATIENT)) as watch:
        await until(lambda: watch.monitor.total() == 400 and len(asked) >= 10, "the whole listing, and a look")
        queues["new"].insert(0, {"id": "urgent", "status": "running"})
        since = len(asked)
        await until(lambda: watch.monitor.job(JobKey("sick", "urgent")) is not None, "the new job")
        assert set(asked[since:]) <= {("old", 0), ("new", 0), ("new", 50)} and len(asked) - since <= 5
        assert not any(watch.monitor.is_gone(JobKey("sick", f"old{n:03}")) for n in range(200))
