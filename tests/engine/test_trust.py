"""How far a row can be trusted: a job that cannot be read, and ages that must neither jump back nor count on."""

from jobdash.model.errors import ServerFault, Unreachable
from jobdash.model.job import JobKey
from jobdash.model.server import Phase
from jobdash.model.state import State
from tests.engine.conftest import running
from tests.engine.fake_clock import FakeClock
from tests.engine.fake_server import FakeServer, report

A, B = JobKey("one", "a"), JobKey("one", "b")


async def test_a_job_whose_own_reading_fails_is_stale_on_a_live_server(clock: FakeClock) -> None:
    server = FakeServer(clock, queues=True)
    server.has("ab")
    async with running(clock, server, jobs=("a", "b")) as monitor:
        monitor.look_at(A)
        await clock.advance(6)
        heard = monitor.heard_at(A)
        server.troubles["a"] = ServerFault("500 for this job")
        await clock.advance(20)
        assert monitor.servers()[0].status.phase is Phase.LIVE
        assert monitor.is_stale(A) and not monitor.is_stale(B)
        assert monitor.heard_at(A) is not None and clock.monotonic() - (monitor.heard_at(A) or 0.0) > 10
        view = monitor.detail(A)
        assert view is not None and view.problem == "500 for this job"
        monitor.set_query("is:stale")
        await clock.advance(1)
        assert [job.id for job in monitor.view.window(0, 9)] == ["a"]
        server.troubles.clear()
        await clock.advance(60)
        assert not monitor.is_stale(A) and monitor.heard_at(A) != heard


async def test_ages_do_not_count_on_while_the_server_is_down(clock: FakeClock) -> None:
    server = FakeServer(clock)
    server.put("a", State.RUNNING, started_at=clock.now())
    server.put("b", State.FAILED, finished_at=clock.now())
    async with running(clock, server, jobs=("a", "b")) as monitor:
        await clock.advance(6)
        assert monitor.known_at(A) == clock.now()
        heard, began = monitor.heard_at(A), clock.monotonic()
        server.trouble = Unreachable("refused")
        await clock.advance(600)
        assert heard is not None
        assert clock.now() - monitor.known_at(A) >= clock.monotonic() - began
        assert monitor.known_at(B) == clock.now()


async def test_a_visible_job_that_a_stream_says_has_begun_is_read_for_its_start(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True)
    born = clock.now() - 300
    server.put("a", State.PENDING, created_at=born)
    async with running(clock, server, jobs=("a",)) as monitor:
        monitor.look_at(B, [A])
        await clock.advance(3)
        server.put("a", State.RUNNING, created_at=born, started_at=clock.now())
        server.streams[0][1].say(report("a", State.RUNNING, partial=True))
        await clock.advance(0.5)
        found = monitor.job(A)
        assert found is not None and found.started_at is not None
