"""Held connections: who gets one, what happens when it breaks, and the way down and up the ladder."""

from jobdash.engine.limits import Limits
from jobdash.model.errors import BadAnswer, NotFound, Throttled, TimedOut, Unreachable
from jobdash.model.job import JobKey
from jobdash.model.report import BadEvent, Pulse, StreamError
from jobdash.model.server import Delivery, Phase
from jobdash.model.state import State
from tests.engine.conftest import running
from tests.engine.fake_clock import FakeClock
from tests.engine.fake_server import FakeServer, report

A = JobKey("one", "a")


async def test_a_stream_tells_and_the_job_is_read_only_once(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True)
    server.greets = False
    server.put("a", State.PENDING, type="email")
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        assert monitor.servers()[0].status.delivery is Delivery.POLL
        server.streams[0][1].say(Pulse())
        await clock.advance(1)
        assert monitor.servers()[0].status.delivery is Delivery.STREAM
        asked = server.asked["job"]
        _, stream = server.streams[0]
        for percent in range(0, 100, 10):
            stream.say(report("a", State.RUNNING, progress=float(percent), partial=True))
            await clock.advance(1)
        found = monitor.job(A)
        assert found is not None
        assert (found.progress, found.type) == (90.0, "email")
        assert server.asked["job"] == asked
        server.put("a", State.COMPLETED, type="email", results=("http://result",))
        stream.say(report("a", State.COMPLETED, progress=100.0, partial=True))
        await clock.advance(3)
        assert stream.closed
        found = monitor.job(A)
        assert found is not None
        assert found.results == ("http://result",)
        asked = server.asked["job"]
        await clock.advance(60)
        assert server.asked["job"] == asked


async def test_what_the_first_reading_knows_is_kept_when_a_stream_is_faster(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True)
    server.put("a", State.PENDING, type="email", created_at=5.0)
    server.delay = 2.0
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        server.streams[0][1].say(report("a", State.RUNNING, progress=3.0, partial=True))
        await clock.advance(5)
        found = monitor.job(A)
        assert found is not None
        assert (found.state, found.type, found.created_at) == (State.RUNNING, "email", 5.0)


async def test_a_stream_that_breaks_is_opened_again_from_its_cursor(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True)
    server.put("a")
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        stream = server.streams[0][1]
        stream.say(report("a", progress=1.0, partial=True))
        await clock.advance(20)
        stream.last_id = "17"
        stream.say(Unreachable("cut"))
        await clock.advance(2)
        assert len(server.streams) == 2
        assert server.streams[1][1].asked_from == "17"
        assert stream.closed
        assert monitor.servers()[0].status.phase is Phase.LIVE


async def test_a_stream_closed_every_minute_is_no_reason_to_step_down(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True)
    server.put("a")
    async with running(clock, server, jobs=("a",)) as monitor:
        for _ in range(10):
            await clock.advance(30)
            server.streams[-1][1].say(report("a", partial=True))
            await clock.advance(30)
            server.streams[-1][1].say(None)
        await clock.advance(3)
        assert len(server.streams) == 11
        assert monitor.servers()[0].status.delivery is Delivery.STREAM


async def test_streams_that_break_at_once_step_down_to_polling_and_up_again(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True)
    server.put("a")
    server.troubles["stream"] = TimedOut("no byte")
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(12)
        assert monitor.servers()[0].status.delivery is Delivery.POLL
        assert server.asked["stream"] == 3
        asked = server.asked["job"]
        await clock.advance(11)
        assert server.asked["job"] - asked >= 2
        server.troubles.clear()
        await clock.advance(30)
        assert monitor.servers()[0].status.delivery is Delivery.STREAM


async def test_a_stream_path_that_stays_broken_is_tried_ever_more_rarely(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True)
    server.put("a")
    server.troubles["stream"] = BadAnswer("HTML")
    async with running(clock, server, jobs=("a",)):
        await clock.advance(1200)
        assert server.asked["stream"] < 15


async def test_without_streams_the_long_poll_holds(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True, long_poll=True)
    server.put("a", State.PENDING)
    server.troubles["stream"] = BadAnswer("HTML")
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(14)
        assert monitor.servers()[0].status.delivery is Delivery.LONG_POLL
        server.put("a", State.RUNNING)
        await clock.advance(0.5)
        found = monitor.job(A)
        assert found is not None
        assert found.state is State.RUNNING
        asked = server.asked["long"]
        await clock.advance(10)
        assert server.asked["long"] <= asked + 2


async def test_the_long_poll_gives_way_to_the_stream_when_it_works_again(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True, long_poll=True)
    server.put("a")
    server.troubles["stream"] = BadAnswer("HTML")
    async with running(clock, server, jobs=("a",), limits=Limits(long_poll=10)) as monitor:
        await clock.advance(12)
        server.troubles.clear()
        await clock.advance(60)
        assert monitor.servers()[0].status.delivery is Delivery.STREAM
        assert server.open_streams() == ["a"]


async def test_a_long_poll_that_does_not_wait_is_no_storm(clock: FakeClock) -> None:
    server = FakeServer(clock, long_poll=True)
    server.put("a")
    async with running(clock, server, jobs=("a",), limits=Limits(long_poll=0)):
        await clock.advance(60)
        assert server.asked["long"] <= 14


async def test_without_stream_and_long_poll_it_polls(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True, long_poll=True)
    server.put("a")
    server.troubles["stream"] = BadAnswer("HTML")
    server.troubles["long"] = BadAnswer("HTML")
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(24)
        assert monitor.servers()[0].status.delivery is Delivery.POLL
        server.put("a", State.COMPLETED)
        await clock.advance(6)
        found = monitor.job(A)
        assert found is not None
        assert found.state is State.COMPLETED


async def test_a_server_that_restarts_gets_its_streams_back_quickly(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True, queues=True)
    server.has("ab")
    async with running(clock, server, jobs=("a", "b")) as monitor:
        await clock.advance(60)
        server.trouble = Unreachable("refused")
        for _, stream in server.streams:
            stream.say(Unreachable("cut"))
        await clock.advance(20)
        assert monitor.servers()[0].status.phase is Phase.DOWN
        opened = server.asked["stream"]
        assert opened <= 4
        server.trouble = None
        await clock.advance(25)
        assert sorted(server.open_streams()) == ["a", "b"]  # type: ignore[type-var]
        assert monitor.servers()[0].status.delivery is Delivery.STREAM


async def test_a_thousand_jobs_open_no_more_streams_than_allowed_and_the_cursor_has_one(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True)
    ids = [f"j{n:04}" for n in range(1000)]
    server.has(ids, State.PENDING)
    async with running(clock, server, jobs=tuple(ids), limits=Limits(streams=4)) as monitor:
        await clock.advance(2)
        assert len(server.open_streams()) == 4
        monitor.look_at(JobKey("one", "j0900"))
        await clock.advance(2)
        assert len(server.open_streams()) == 4
        assert "j0900" in server.open_streams()


async def test_running_jobs_get_the_streams_before_waiting_ones(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True)
    ids = [f"j{n:02}" for n in range(30)]
    server.has(ids, State.PENDING)
    server.has(ids[20:24], State.RUNNING)
    async with running(clock, server, jobs=tuple(ids), limits=Limits(streams=4)):
        await clock.advance(15)
        assert sorted(map(str, server.open_streams())) == ids[20:24]


async def test_a_listed_job_that_a_person_looks_at_gets_a_stream(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True, list=True)
    server.has("ab")
    async with running(clock, server) as monitor:
        await clock.advance(2)
        assert server.open_streams() == []
        monitor.look_at(A, [A, JobKey("one", "b")])
        await clock.advance(1)
        assert sorted(map(str, server.open_streams())) == ["a", "b"]
        monitor.look_at(None)
        await clock.advance(1)
        assert server.open_streams() == []


async def test_one_jobs_refused_stream_is_not_the_end_of_streams(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True)
    server.has("ab")
    server.troubles["stream"] = NotFound("no stream of this job")
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(2)
        server.troubles.clear()
        await clock.advance(6)
        assert monitor.servers()[0].status.delivery is Delivery.STREAM


async def test_bad_events_are_counted_and_skipped(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True)
    server.put("a")
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        stream = server.streams[0][1]
        stream.say(BadEvent("no JSON"), Pulse(), report("a", progress=7.0, partial=True))
        await clock.advance(1)
        assert monitor.servers()[0].status.bad_answers == 1
        found = monitor.job(A)
        assert found is not None
        assert found.progress == 7.0


async def test_an_error_event_ends_the_stream_and_the_job_is_read(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True)
    server.put("a")
    async with running(clock, server, jobs=("a",)):
        await clock.advance(1)
        asked = server.asked["job"]
        server.streams[0][1].say(StreamError("job lost", A))
        await clock.advance(1)
        assert server.streams[0][1].closed
        assert server.asked["job"] == asked + 1


async def test_a_throttled_stream_throttles_the_server(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True)
    server.put("a")
    server.troubles["stream"] = Throttled("429", retry_after=40)
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        assert monitor.servers()[0].status.phase is Phase.THROTTLED
        asked = server.requests()
        await clock.advance(30)
        assert server.requests() == asked


async def test_an_undated_event_cannot_revive_an_ended_job_but_the_server_can(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True)
    server.put("a")
    async with running(clock, server, jobs=("a", "b")) as monitor:
        await clock.advance(1)
        server.put("a", State.COMPLETED)
        stream = next(stream for id, stream in server.streams if id == "a")
        stream.say(report("a", State.COMPLETED, partial=True), report("a", State.RUNNING, partial=True))
        await clock.advance(3)
        found = monitor.job(A)
        assert found is not None
        assert found.state is State.COMPLETED


async def test_under_the_cursor_a_long_polled_job_is_polled_for_its_progress(clock: FakeClock) -> None:
    server = FakeServer(clock, long_poll=True)
    server.has("ab")
    async with running(clock, server, jobs=("a", "b")) as monitor:
        await clock.advance(5)
        monitor.look_at(A)
        await clock.advance(1)
        server.asked_ids.clear()
        server.jobs["a"] = report("a", progress=33.0).job
        await clock.advance(11)
        assert server.asked_ids == ["a", "a"]
        found = monitor.job(A)
        assert found is not None
        assert found.progress == 33.0
        assert monitor.servers()[0].status.delivery is Delivery.LONG_POLL
