"""One server watched through the monitor: what is asked, when, and what is known of it."""

from jobdash.engine.limits import Limits
from jobdash.model.errors import BadAnswer, ServerFault, Throttled, Unauthorised, Unreachable
from jobdash.model.job import JobKey
from jobdash.model.server import Delivery, Phase
from jobdash.model.state import State
from tests.engine.conftest import running
from tests.engine.fake_clock import FakeClock
from tests.engine.fake_server import FakeServer

A = JobKey("one", "a")


async def test_a_tracked_job_is_polled_to_its_end_and_then_never_again(clock: FakeClock) -> None:
    server = FakeServer(clock)
    server.put("a", State.RUNNING)
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(0.01)
        assert monitor.job(A) == server.jobs["a"]
        await clock.advance(12)
        assert server.asked["job"] == 3
        server.put("a", State.COMPLETED)
        await clock.advance(10)
        asked = server.asked["job"]
        await clock.advance(120)
        assert server.asked["job"] == asked
        found = monitor.job(A)
        assert found is not None
        assert found.state is State.COMPLETED


async def test_knowing_the_kind_is_no_sign_of_life(clock: FakeClock) -> None:
    server = FakeServer(clock, list=True)
    server.delay = 5
    async with running(clock, server) as monitor:
        await clock.advance(1)
        assert monitor.servers()[0].status.phase is Phase.CONNECTING
        await clock.advance(5)
        assert monitor.servers()[0].status.phase is Phase.LIVE


async def test_a_server_of_unknown_kind_is_tried_until_it_answers(clock: FakeClock) -> None:
    server = FakeServer(clock, list=True)
    server.troubles["ready"] = Unreachable("refused")
    server.put("a")
    async with running(clock, server) as monitor:
        await clock.advance(60)
        assert monitor.servers()[0].status.phase is Phase.DOWN
        assert 3 <= server.asked["ready"] <= 12
        del server.troubles["ready"]
        monitor.refresh()
        await clock.advance(1)
        assert monitor.servers()[0].status.phase is Phase.LIVE
        assert monitor.job(A) is not None


async def test_a_server_nobody_asks_anything_is_greeted_and_never_goes_stale(clock: FakeClock) -> None:
    server = FakeServer(clock)
    async with running(clock, server) as monitor:
        for _ in range(30):
            await clock.advance(10)
            assert monitor.servers()[0].status.phase is Phase.LIVE
        assert server.requests() < 20


async def test_a_job_that_is_not_there_gets_a_row_that_says_so(clock: FakeClock) -> None:
    server = FakeServer(clock)
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(60)
        assert monitor.is_gone(A)
        found = monitor.job(A)
        assert found is not None
        assert found.native_state == "not found"
        assert server.asked["job"] == 1
        server.put("a")
        monitor.track("one", ["a"])
        await clock.advance(1)
        assert not monitor.is_gone(A)


async def test_a_server_that_goes_down_is_told_and_recovers_alone(clock: FakeClock) -> None:
    server = FakeServer(clock, list=True, queues=True)
    server.has(["a", "b"])
    async with running(clock, server) as monitor:
        await clock.advance(20)
        server.trouble = Unreachable("connection refused")
        before = server.requests()
        await clock.advance(300)
        status = monitor.servers()[0].status
        assert status.phase is Phase.DOWN
        assert status.message == "connection refused"
        assert monitor.job(A) is not None
        assert monitor.is_stale(A)
        assert server.requests() - before < 40
        server.trouble = None
        server.put("a", State.COMPLETED)
        await clock.advance(31)
        assert monitor.servers()[0].status.phase is Phase.LIVE
        found = monitor.job(A)
        assert found is not None
        assert found.state is State.COMPLETED
        assert not monitor.is_stale(A)


async def test_retry_after_is_obeyed_by_every_source(clock: FakeClock) -> None:
    server = FakeServer(clock, list=True, queues=True)
    server.put("a")
    async with running(clock, server, jobs=("z",)) as monitor:
        await clock.advance(7)
        server.trouble = Throttled("429", status=429, retry_after=60)
        await clock.advance(6)
        assert monitor.servers()[0].status.phase is Phase.THROTTLED
        before = server.requests()
        await clock.advance(50)
        assert server.requests() == before
        server.trouble = None
        await clock.advance(15)
        assert monitor.servers()[0].status.phase is Phase.LIVE


async def test_a_refused_key_is_no_storm_and_r_asks_at_once(clock: FakeClock) -> None:
    server = FakeServer(clock, queues=True)
    server.trouble = Unauthorised("401", status=401)
    async with running(clock, server, jobs=("a", "b", "c")) as monitor:
        await clock.advance(290)
        assert server.requests() <= 5
        assert monitor.servers()[0].status.phase is Phase.UNAUTHORISED
        server.trouble = None
        server.has("abc")
        monitor.refresh()
        await clock.advance(1)
        assert monitor.servers()[0].status.phase is Phase.LIVE
        assert monitor.job(A) is not None


async def test_one_failing_job_is_not_a_failing_server(clock: FakeClock) -> None:
    server = FakeServer(clock, queues=True)
    server.has("ab")
    server.troubles["c"] = ServerFault("500 for this one", status=500)
    async with running(clock, server, jobs=("a", "b", "c")) as monitor:
        for _ in range(30):
            await clock.advance(2)
            assert monitor.servers()[0].status.phase is Phase.LIVE
        bad = monitor.job(JobKey("one", "c"))
        assert bad is not None
        assert bad.state is State.UNKNOWN
        assert bad.error == "500 for this one"
        assert server.asked_ids.count("c") <= 8
        assert server.asked_ids.count("a") >= 12


async def test_the_only_job_failing_is_a_failing_server(clock: FakeClock) -> None:
    server = FakeServer(clock)
    server.put("a")
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        server.trouble = ServerFault("500", status=500)
        await clock.advance(120)
        assert monitor.servers()[0].status.phase is Phase.DOWN
        assert server.requests() < 25


async def test_wrong_answers_are_counted(clock: FakeClock) -> None:
    server = FakeServer(clock, queues=True)
    server.has("ab")
    server.troubles["b"] = BadAnswer("no status")
    async with running(clock, server, jobs=("a", "b")) as monitor:
        await clock.advance(3)
        assert monitor.servers()[0].status.bad_answers == 1


async def test_the_job_under_the_cursor_is_read_at_once_and_rows_passed_over_are_not(clock: FakeClock) -> None:
    server = FakeServer(clock, list=True)
    ids = [f"j{n:02}" for n in range(20)]
    server.has(ids, State.COMPLETED)
    async with running(clock, server) as monitor:
        await clock.advance(1)
        for id in ids:
            monitor.look_at(JobKey("one", id))
            await clock.advance(0.05)
        await clock.advance(0.2)
        assert server.asked_ids == ["j19"]
        await clock.advance(60)
        assert server.asked_ids == ["j19"]


async def test_a_slow_server_has_no_more_questions_under_way_than_its_budget(clock: FakeClock) -> None:
    server = FakeServer(clock)
    ids = [f"j{n}" for n in range(50)]
    server.has(ids)
    server.delay = 20
    async with running(clock, server, jobs=tuple(ids)):
        await clock.advance(100)
        assert server.most_under_way <= 4


async def test_a_hundred_jobs_are_read_at_the_rate_of_the_budget(clock: FakeClock) -> None:
    server = FakeServer(clock)
    ids = [f"j{n}" for n in range(300)]
    server.has(ids)
    async with running(clock, server, jobs=tuple(ids)):
        await clock.advance(20)
        assert server.requests() <= 20 + 10 * 20
        assert len(set(server.asked_ids)) >= 150


async def test_one_dead_server_does_not_delay_another(clock: FakeClock) -> None:
    slow, well = FakeServer(clock, "slow", list=True), FakeServer(clock, "one", list=True)
    slow.delay = 1000
    well.put("a")
    async with running(clock, slow, well) as monitor:
        await clock.advance(6)
        well.put("a", State.COMPLETED)
        await clock.advance(5.1)
        found = monitor.job(A)
        assert found is not None
        assert found.state is State.COMPLETED


async def test_the_limit_of_polls_marks_a_job_overdue_and_watching_goes_on(clock: FakeClock) -> None:
    server = FakeServer(clock)
    server.poll_limit = 5
    server.put("a")
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(21)
        found = monitor.job(A)
        assert found is not None
        assert found.overdue
        asked = server.asked["job"]
        await clock.advance(20)
        assert server.asked["job"] > asked


async def test_a_deadline_marks_a_job_overdue(clock: FakeClock) -> None:
    server = FakeServer(clock)
    server.deadline = 300
    server.put("a", started_at=clock.now() - 290)
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(5)
        found = monitor.job(A)
        assert found is not None
        assert not found.overdue
        await clock.advance(10)
        found = monitor.job(A)
        assert found is not None
        assert found.overdue
        server.put("a", State.COMPLETED, started_at=clock.now() - 290)
        await clock.advance(6)
        found = monitor.job(A)
        assert found is not None
        assert not found.overdue


async def test_polling_is_told_with_its_interval(clock: FakeClock) -> None:
    server = FakeServer(clock)
    server.put("a")
    async with running(clock, server, jobs=("a",), limits=Limits(poll=3)) as monitor:
        await clock.advance(1)
        status = monitor.servers()[0].status
        assert (status.delivery, status.interval) == (Delivery.POLL, 3)


async def test_an_error_of_our_own_is_told_and_tried_again(clock: FakeClock) -> None:
    server = FakeServer(clock, queues=True)
    broken = FakeServer(clock, "broken", queues=True)
    broken.troubles["ready"] = KeyError("status")  # type: ignore[assignment]
    async with running(clock, server, broken) as monitor:
        await clock.advance(1)
        well, bad = monitor.servers()
        assert well.status.phase is Phase.LIVE
        assert bad.status.phase is Phase.DOWN
        assert "KeyError('status')" in (bad.status.message or "")
        broken.troubles.clear()
        await clock.advance(60)
        assert monitor.servers()[1].status.phase is Phase.LIVE
    assert server.closed
    assert broken.closed


async def test_an_answer_that_a_dialect_stumbles_over_is_one_bad_answer(clock: FakeClock) -> None:
    server = FakeServer(clock, queues=True)
    server.has("ab")
    server.troubles["b"] = KeyError("status")  # type: ignore[assignment]
    async with running(clock, server, jobs=("a", "b")) as monitor:
        await clock.advance(20)
        assert monitor.servers()[0].status.phase is Phase.LIVE
        bad = monitor.job(JobKey("one", "b"))
        assert bad is not None
        assert bad.error == "the answer was not understood: KeyError('status')"
        assert server.asked_ids.count("a") >= 4


async def test_progress_brings_the_next_question_sooner_and_standstill_later(clock: FakeClock) -> None:
    server = FakeServer(clock)
    server.poll, server.poll_most = 1.0, 30.0
    server.put("a", progress=1.0)
    async with running(clock, server, jobs=("a",)):
        await clock.advance(100)
        assert 10 <= server.asked["job"] <= 20


async def test_a_page_that_comes_again_as_it_was_is_no_news(clock: FakeClock) -> None:
    server = FakeServer(clock, list=True)
    server.put("a", State.COMPLETED)
    page = server.pages(None)
    server.pages = lambda cursor: page
    async with running(clock, server) as monitor:

        def state() -> State | None:
            job = monitor.job(A)
            return None if job is None else job.state

        await clock.advance(1)
        server.put("a", State.FAILED)
        monitor.track("one", ["a"])
        await clock.advance(30)
        assert server.asked["page"] > 3 and state() is State.FAILED
        monitor.forget("one", ["a"])
        await clock.advance(30)
        assert state() is State.COMPLETED  # it is told anew, because it left
