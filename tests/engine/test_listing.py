"""Walking a listing: whole and short passes, vanished jobs, servers that run in circles."""

from dataclasses import replace

from jobdash.engine.limits import Limits
from jobdash.model.errors import NotFound, ServerFault
from jobdash.model.job import JobKey
from jobdash.model.queue import QueueStats
from jobdash.model.report import JobReport, Page
from jobdash.model.server import Phase
from jobdash.model.state import State
from tests.engine.conftest import running
from tests.engine.fake_clock import FakeClock
from tests.engine.fake_server import FakeServer


def listing(clock: FakeClock, count: int, state: State = State.COMPLETED) -> FakeServer:
    server = FakeServer(clock, list=True)
    server.page_size = 10
    server.has([f"j{n:03}" for n in range(count)], state)
    return server


async def test_a_listing_is_walked_once_and_then_only_its_first_page(clock: FakeClock) -> None:
    server = listing(clock, 50)
    async with running(clock, server) as monitor:
        await clock.advance(1)
        assert monitor.total() == 50
        status = monitor.servers()[0].status
        assert (status.listed, status.total) == (50, 50)
        assert server.asked["page"] == 5
        await clock.advance(50)
        assert server.asked["page"] == 5 + 10
        assert server.asked["job"] == 0


async def test_a_live_job_deep_in_the_listing_is_followed_alone(clock: FakeClock) -> None:
    server = listing(clock, 50)
    server.put("j040", State.RUNNING)
    async with running(clock, server) as monitor:
        await clock.advance(7)
        assert server.asked_ids == ["j040"]
        server.put("j040", State.COMPLETED)
        await clock.advance(6)
        found = monitor.job(JobKey("one", "j040"))
        assert found is not None
        assert found.state is State.COMPLETED
        asked = server.asked["job"]
        await clock.advance(40)
        assert server.asked["job"] == asked


async def test_a_job_that_leaves_the_listing_is_read_before_it_is_called_gone(clock: FakeClock) -> None:
    server = listing(clock, 5, State.RUNNING)
    hidden = JobKey("one", "j001")
    async with running(clock, server) as monitor:
        await clock.advance(6)
        server.pages = lambda cursor: Page(
            reports=tuple(JobReport(job=job) for id, job in server.jobs.items() if id not in ("j001", "j002"))
        )
        del server.jobs["j002"]
        await clock.advance(6)
        assert not monitor.is_gone(hidden)
        assert monitor.is_gone(JobKey("one", "j002"))
        server.put("j001", State.COMPLETED)
        await clock.advance(6)
        found = monitor.job(hidden)
        assert found is not None
        assert found.state is State.COMPLETED


async def test_a_vanished_job_is_looked_for_even_if_the_server_is_away_meanwhile(clock: FakeClock) -> None:
    server = listing(clock, 3, State.RUNNING)
    async with running(clock, server) as monitor:
        await clock.advance(6)
        del server.jobs["j001"]
        server.troubles["j001"] = ServerFault("500")
        await clock.advance(12)
        assert not monitor.is_gone(JobKey("one", "j001"))
        server.troubles.clear()
        await clock.advance(31)
        assert monitor.is_gone(JobKey("one", "j001"))


async def test_a_server_that_restarts_with_an_empty_list(clock: FakeClock) -> None:
    server = listing(clock, 200)
    server.put("j000", State.RUNNING)
    async with running(clock, server) as monitor:
        await clock.advance(6)
        server.jobs.clear()
        before = server.requests()
        await clock.advance(60)
        assert monitor.is_gone(JobKey("one", "j000"))
        assert server.requests() - before < 120
        await clock.advance(240)
        assert monitor.is_gone(JobKey("one", "j150"))


async def test_a_listing_that_leads_back_to_itself_ends(clock: FakeClock) -> None:
    server = listing(clock, 20, State.RUNNING)
    page = Page(reports=tuple(JobReport(job=job) for job in server.jobs.values()), next="again")
    server.pages = lambda cursor: page
    async with running(clock, server) as monitor:
        await clock.advance(12)
        assert monitor.total() == 20
        assert server.asked["page"] <= 3 * 2


async def test_a_listing_that_never_ends_but_tells_nothing_new_ends(clock: FakeClock) -> None:
    server = listing(clock, 20, State.RUNNING)
    reports = tuple(JobReport(job=job) for job in server.jobs.values())
    server.pages = lambda cursor: Page(reports=reports, next=str(int(cursor or 0) + 1))
    async with running(clock, server):
        await clock.advance(12)
        assert server.asked["page"] <= 3 * 4


async def test_a_listing_is_cut_at_the_most_jobs_and_says_so(clock: FakeClock) -> None:
    server = listing(clock, 100)
    async with running(clock, server, limits=Limits(most_jobs=30)) as monitor:
        await clock.advance(70)
        status = monitor.servers()[0].status
        assert (status.listed, status.total) == (30, 100)
        assert monitor.total() == 30
        assert server.asked["job"] == 0


async def test_pages_that_shift_while_walking_lose_nothing(clock: FakeClock) -> None:
    server = listing(clock, 40, State.RUNNING)
    walk = server._listing

    def shifting(cursor: str | None) -> Page:
        page = walk(cursor)
        if cursor == "10":
            server.jobs.pop("j005", None)
        return page

    server.pages = shifting
    async with running(clock, server) as monitor:
        await clock.advance(20)
        assert monitor.total() == 40
        assert not monitor.is_gone(JobKey("one", "j020"))
        assert monitor.is_gone(JobKey("one", "j005"))


async def test_a_long_walk_does_not_keep_what_happens_at_the_top_waiting(clock: FakeClock) -> None:
    """A failure is told at most one poll interval (here 5 s) after it, plus the answer that is under way."""
    server = listing(clock, 500)
    server.delay = 1.0
    async with running(clock, server) as monitor:
        await clock.advance(4)
        assert monitor.total() < 500
        server.put("j000", State.FAILED)
        await clock.advance(5 + 2 * server.delay)
        assert server.asked["page"] < 50, "the walk is still under way"
        failed = monitor.job(JobKey("one", "j000"))
        assert failed is not None and failed.state is State.FAILED
        await clock.advance(60)
        assert monitor.total() == 500


async def test_a_server_that_cannot_list_after_all_has_its_jobs_followed(clock: FakeClock) -> None:
    server = listing(clock, 3, State.RUNNING)
    async with running(clock, server) as monitor:
        await clock.advance(6)
        server.troubles["page"] = NotFound("no listing", status=404)
        await clock.advance(20)
        asked = set(server.asked_ids)
        assert asked == {"j000", "j001", "j002"}
        assert monitor.servers()[0].status.phase is Phase.STALE


async def test_a_listing_of_live_jobs_is_asked_within_the_budget(clock: FakeClock) -> None:
    server = listing(clock, 3000, State.PENDING)
    server.jobs["t"] = server.jobs.pop("j000")
    async with running(clock, server):
        await clock.advance(30)
        assert server.requests() <= 20 + 300
        assert server.asked["job"] == 0


async def test_bad_entries_are_counted_once(clock: FakeClock) -> None:
    server = listing(clock, 3)
    server.pages = lambda cursor: Page(reports=(), problems=("entry 3 has no id",))
    async with running(clock, server) as monitor:
        await clock.advance(60)
        assert monitor.servers()[0].status.bad_answers == 1


async def test_a_page_that_is_no_news_still_tells_of_queues_and_of_jobs_in_doubt(clock: FakeClock) -> None:
    server = listing(clock, 2)
    page = replace(server.pages(None), queues=(QueueStats(depth=1),))
    server.pages = lambda cursor: page
    async with running(clock, server) as monitor:
        await clock.advance(1)
        before = monitor.servers()[0].queue_at
        monitor._known.gone(JobKey("one", "j001"))
        assert monitor.is_gone(JobKey("one", "j001"))
        await clock.advance(5)
        after = monitor.servers()[0].queue_at
        assert not monitor.is_gone(JobKey("one", "j001"))
        assert before is not None and after is not None and after > before
